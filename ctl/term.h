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

#ifndef CTL_TERM_H
#define CTL_TERM_H

#include <stdbool.h>
#include <stddef.h>

/* Once, before the others: what the user's terminal takes for characters. */
void term_init(void);

/* Whether the output is a terminal that can do more than print lines. */
bool term_is_able(void);

/*
 * The columns and the rows of the terminal that the output is: COLUMNS and
 * LINES of the environment count before what the terminal says. 0: it is no
 * terminal, or does not know.
 */
size_t term_columns(void);
size_t term_rows(void);

/*
 * The columns that a text takes, which is UTF-8 without control characters:
 * some characters take two, some none.
 */
size_t term_width(const char *s);

/* The bytes of s that fit into so many columns: whole characters. */
size_t term_fit(const char *s, size_t columns);

/* What stands where a text was cut off. */
const char *term_mark(void);

#endif
