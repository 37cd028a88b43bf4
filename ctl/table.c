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

/*
 * kafkactl's tables and colours. Every text is cleaned here, so that nothing
 * that came from outside reaches the terminal as a control sequence.
 */

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "table.h"

static const char *const table_colours[] = {
	[TABLE_PLAIN] = "",
	[TABLE_GOOD] = "\033[32m",
	[TABLE_BUSY] = "\033[33m",
	[TABLE_BAD] = "\033[31m",
	[TABLE_FAINT] = "\033[2m",
	[TABLE_HEAD] = "\033[1m",
};

void
table_begin(struct table *t, const char *const *heads)
{
	memset(t, 0, sizeof(*t));
	t->heads = heads;
	while (heads[t->ncolumns] != NULL)
		t->ncolumns++;
}

void
table_add(struct table *t, enum table_colour colour, const char *fmt, ...)
{
	struct table_cell *cell;
	va_list ap;

	t->cells = reallocarray(t->cells, t->ncells + 1, sizeof(*t->cells));
	if (t->cells == NULL)
		err(1, NULL);
	cell = &t->cells[t->ncells++];
	va_start(ap, fmt);
	if (vasprintf(&cell->text, fmt, ap) == -1)
		err(1, NULL);
	va_end(ap);
	line_clean(cell->text);
	cell->colour = colour;
}

/* Columns on a terminal: characters, not bytes. */
static size_t
table_width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
table_text(FILE *f, bool colours, enum table_colour colour, const char *text)
{
	char *copy;

	if ((copy = strdup(text)) == NULL)
		err(1, NULL);
	line_clean(copy);
	if (colours && colour != TABLE_PLAIN)
		fprintf(f, "%s%s\033[0m", table_colours[colour], copy);
	else
		fputs(copy, f);
	free(copy);
}

/* The width of a column, or 0 when all of its cells are empty. */
static size_t
table_column(const struct table *t, size_t column)
{
	size_t i, width, max = 0, head = table_width(t->heads[column]);

	for (i = column; i < t->ncells; i += t->ncolumns) {
		width = table_width(t->cells[i].text);
		if (width > max)
			max = width;
	}
	return max == 0 || max > head ? max : head;
}

/* One cell; blanks are due to what was printed before on this line. */
static void
table_print(FILE *f, bool colours, enum table_colour colour, const char *text,
    size_t width, size_t *blanks)
{
	if (width == 0)
		return;
	if (*text != '\0') {
		fprintf(f, "%*s", (int)*blanks, "");
		table_text(f, colours, colour, text);
		*blanks = 0;
	}
	*blanks += width - table_width(text) + 2;
}

void
table_end(struct table *t, FILE *f, bool colours)
{
	size_t *widths, blanks = 0, i;

	if ((widths = calloc(t->ncolumns, sizeof(*widths))) == NULL)
		err(1, NULL);
	for (i = 0; i < t->ncolumns; i++) {
		widths[i] = table_column(t, i);
		table_print(f, colours, TABLE_HEAD, t->heads[i], widths[i],
		    &blanks);
	}
	for (i = 0; i < t->ncells; i++) {
		if (i % t->ncolumns == 0) {
			fputc('\n', f);
			blanks = 0;
		}
		table_print(f, colours, t->cells[i].colour, t->cells[i].text,
		    widths[i % t->ncolumns], &blanks);
		free(t->cells[i].text);
	}
	fputc('\n', f);
	free(widths);
	free(t->cells);
	memset(t, 0, sizeof(*t));
}

char *
table_duration(char *buf, int64_t seconds)
{
	static const struct {
		const char *big, *small;
		int64_t unit, part;
	} steps[] = {
		{ "d", "h", 86400, 3600 },
		{ "h", "m", 3600, 60 },
		{ "m", "s", 60, 1 },
	};
	int64_t rest;
	size_t i;

	if (seconds < 0)
		seconds = 0;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (seconds < steps[i].unit)
			continue;
		rest = seconds % steps[i].unit / steps[i].part;
		if (rest == 0)
			snprintf(buf, TABLE_DURATION_MAX, "%lld%s",
			    (long long)(seconds / steps[i].unit), steps[i].big);
		else
			snprintf(buf, TABLE_DURATION_MAX, "%lld%s%lld%s",
			    (long long)(seconds / steps[i].unit), steps[i].big,
			    (long long)rest, steps[i].small);
		return buf;
	}
	snprintf(buf, TABLE_DURATION_MAX, "%llds", (long long)seconds);
	return buf;
}
