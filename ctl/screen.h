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
 * between begin and end nothing else may be printed. However the process
 * ends, short of SIGKILL, the terminal is as it was before.
 */
void screen_begin(void);
void screen_end(void);

/*
 * Shows these lines, as far as there is room, in one write. Returns 0, or -1
 * if the terminal is gone.
 */
int screen_draw(const char *text);

/*
 * Waits so many ms; shorter if the size of the terminal has changed, it has
 * come back from somewhere else or a key was hit. Returns false if the user
 * wants to end it.
 */
bool screen_wait(int ms);

#endif
