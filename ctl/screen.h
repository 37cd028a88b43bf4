/*
 * Copyright (c) 2026 The kafkad authors
 *
 * Permission to use, copy, modify, and distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 */

#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>

/*
 * A terminal that is drawn on, by plain ANSI sequences. One for the process:
 * between begin and end nothing else may be printed to stdout. begin waits
 * while we are in the background. The terminal is as it was before after end,
 * after exit(), and when SIGINT, SIGTERM, SIGHUP, SIGQUIT or SIGTSTP ends or
 * stops the process.
 */
void screen_begin(void);
void screen_end(void);

/*
 * Shows these lines, as far as there is room, in one write if it is not very
 * much. Returns 0, or -1 if the terminal is gone.
 */
int screen_draw(const char *text);

/* Whether the user can hit keys: the input is a terminal, too. */
bool screen_has_keys(void);

/*
 * Waits so many ms; shorter if the size of the terminal has changed, it has
 * come back from somewhere else or a key was hit. Returns false if the user
 * wants to end it.
 */
bool screen_wait(int ms);

#endif
