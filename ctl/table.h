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

#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum table_colour {
	TABLE_PLAIN,
	TABLE_GOOD,
	TABLE_BUSY,
	TABLE_BAD,
	TABLE_FAINT,
	TABLE_HEAD
};

#define TABLE_DURATION_MAX 32

/* What becomes of a column when the table is wider than the terminal. */
struct table_column {
	const char *head;
	size_t min; /* may be shortened to so many columns; 0: it may not */
	int rank; /* left out before those of lower rank; 0: never */
};

/* Aligned columns: filled row by row, printed when all widths are known. */
struct table {
	const struct table_column *columns; /* ended by a head of NULL */
	size_t ncolumns;
	struct table_cell *cells;
	size_t ncells;
	size_t room; /* for so many cells */
};

struct table_cell {
	char *text;
	size_t width; /* columns */
	enum table_colour colour;
};

/* columns must stay valid. */
void table_begin(struct table *t, const struct table_column *columns);

/* Adds the next cell; rows follow each other. The text is cleaned. */
__attribute__((format(printf, 3, 4))) void table_add(struct table *t,
    enum table_colour colour, const char *fmt, ...);

/*
 * Prints the table, with colours if wanted, and frees it. With a width, not 0,
 * it is made to fit: columns are left out until the others can be short enough,
 * and of those the widest are shortened.
 */
void table_end(struct table *t, FILE *f, bool colours, size_t width);

/* A text in a colour; cleaned. */
void table_text(FILE *f, bool colours, enum table_colour colour,
    const char *text);

/* The same in at most so many columns (0: any number), cut with a mark. */
void table_short(FILE *f, bool colours, enum table_colour colour,
    const char *text, size_t width);

/*
 * The same as a paragraph: where its lines get wider than width (0: never)
 * it goes on below, indent columns from the left, which is where the first
 * line begins. No newline after it.
 */
void table_wrap(FILE *f, bool colours, enum table_colour colour,
    const char *text, size_t indent, size_t width);

/*
 * A duration as people say it: 45s, 3m12s, 2h5m, 2d4h; buf has at least
 * TABLE_DURATION_MAX bytes. Returns buf.
 */
char *table_duration(char *buf, int64_t seconds);

#endif
