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
#include "term.h"

#define TABLE_GAP 2 /* columns between two */
#define TABLE_ROOM 64 /* cells at first */

static const char *const table_colours[] = {
	[TABLE_PLAIN] = "",
	[TABLE_GOOD] = "\033[32m",
	[TABLE_BUSY] = "\033[33m",
	[TABLE_BAD] = "\033[31m",
	[TABLE_FAINT] = "\033[2m",
	[TABLE_HEAD] = "\033[1m",
};

void
table_begin(struct table *t, const struct table_column *columns)
{
	memset(t, 0, sizeof(*t));
	t->columns = columns;
	while (columns[t->ncolumns].head != NULL)
		t->ncolumns++;
}

void
table_add(struct table *t, enum table_colour colour, const char *fmt, ...)
{
	struct table_cell *cell;
	va_list ap;

	if (t->ncells == t->room) {
		t->room = t->room > 0 ? t->room * 2 : TABLE_ROOM;
		t->cells = reallocarray(t->cells, t->room, sizeof(*t->cells));
		if (t->cells == NULL)
			err(1, NULL);
	}
	cell = &t->cells[t->ncells++];
	va_start(ap, fmt);
	if (vasprintf(&cell->text, fmt, ap) == -1)
		err(1, NULL);
	va_end(ap);
	line_clean(cell->text);
	cell->width = term_width(cell->text);
	cell->colour = colour;
}

/* The text has been cleaned. */
static void
table_put(FILE *f, bool colours, enum table_colour colour, const char *text)
{
	if (colours && colour != TABLE_PLAIN)
		fprintf(f, "%s%s\033[0m", table_colours[colour], text);
	else
		fputs(text, f);
}

void
table_text(FILE *f, bool colours, enum table_colour colour, const char *text)
{
	char *copy;

	if ((copy = strdup(text)) == NULL)
		err(1, NULL);
	line_clean(copy);
	table_put(f, colours, colour, copy);
	free(copy);
}

void
table_wrap(FILE *f, bool colours, enum table_colour colour, const char *text,
    size_t indent, size_t width)
{
	size_t fit, next, room = width > indent ? width - indent : 0;
	char *copy, *line, cut;

	if ((copy = strdup(text)) == NULL)
		err(1, NULL);
	line_clean(copy);
	for (line = copy; room > 0 && term_width(line) > room; line += next) {
		fit = term_fit(line, room);
		/* Back to a blank, if there is one. */
		for (next = fit; next > 0 && line[next] != ' '; next--)
			;
		if (next > 0)
			fit = next;
		else if (fit == 0)
			break;
		cut = line[fit];
		next = fit + (cut == ' ');
		line[fit] = '\0';
		table_put(f, colours, colour, line);
		fprintf(f, "\n%*s", (int)indent, "");
		line[fit] = cut;
	}
	table_put(f, colours, colour, line);
	free(copy);
}

/* The width of a column, or 0 when all of its cells are empty. */
static size_t
table_column(const struct table *t, size_t column)
{
	size_t i, max = 0, head = term_width(t->columns[column].head);

	for (i = column; i < t->ncells; i += t->ncolumns) {
		if (t->cells[i].width > max)
			max = t->cells[i].width;
	}
	return max == 0 || max > head ? max : head;
}

/* What a column cannot be narrower than. */
static size_t
table_least(const struct table *t, const size_t *widths, size_t column)
{
	size_t min = t->columns[column].min;

	return min > 0 && min < widths[column] ? min : widths[column];
}

/* The width of the table; with least, as narrow as it can get. */
static size_t
table_total(const struct table *t, const size_t *widths, bool least)
{
	size_t i, sum = 0;

	for (i = 0; i < t->ncolumns; i++) {
		if (widths[i] > 0)
			sum += TABLE_GAP +
			    (least ? table_least(t, widths, i) : widths[i]);
	}
	return sum > 0 ? sum - TABLE_GAP : 0;
}

/* Leaves out the column that is missed least. Returns false without one. */
static bool
table_leave_out(const struct table *t, size_t *widths)
{
	size_t i, worst = t->ncolumns;

	for (i = 0; i < t->ncolumns; i++) {
		if (widths[i] > 0 && t->columns[i].rank > 0 &&
		    (worst == t->ncolumns ||
			t->columns[i].rank > t->columns[worst].rank))
			worst = i;
	}
	if (worst == t->ncolumns)
		return false;
	widths[worst] = 0;
	return true;
}

/* Takes a column's width from the widest that can spare it. */
static bool
table_shorten(const struct table *t, size_t *widths)
{
	size_t i, widest = t->ncolumns;

	for (i = 0; i < t->ncolumns; i++) {
		if (widths[i] > table_least(t, widths, i) &&
		    (widest == t->ncolumns || widths[i] > widths[widest]))
			widest = i;
	}
	if (widest == t->ncolumns)
		return false;
	widths[widest]--;
	return true;
}

static void
table_fit(const struct table *t, size_t *widths, size_t width)
{
	while (
	    table_total(t, widths, true) > width && table_leave_out(t, widths))
		;
	while (
	    table_total(t, widths, false) > width && table_shorten(t, widths))
		;
}

/* Cuts the text to the width, with a mark. The cell gets another one. */
static void
table_cut(struct table_cell *cell, size_t width)
{
	const char *mark = term_mark();
	size_t n, room;
	char *text;

	if (cell->width <= width)
		return;
	room = width > term_width(mark) ? width - term_width(mark) : 0;
	for (n = term_fit(cell->text, room); n > 0; n--) {
		if (cell->text[n - 1] != ' ')
			break;
	}
	if (asprintf(&text, "%.*s%s", (int)n, cell->text, mark) == -1)
		err(1, NULL);
	free(cell->text);
	cell->text = text;
	cell->width = term_width(text);
}

void
table_short(FILE *f, bool colours, enum table_colour colour, const char *text,
    size_t width)
{
	struct table_cell cell = { .text = strdup(text) };

	if (cell.text == NULL)
		err(1, NULL);
	line_clean(cell.text);
	cell.width = term_width(cell.text);
	if (width > 0)
		table_cut(&cell, width);
	table_put(f, colours, colour, cell.text);
	free(cell.text);
}

/* One cell; blanks are due to what was printed before on this line. */
static void
table_print(FILE *f, bool colours, enum table_colour colour, const char *text,
    size_t width, size_t *blanks)
{
	size_t used;

	if (width == 0)
		return;
	used = term_width(text);
	if (*text != '\0') {
		for (; *blanks > 0; (*blanks)--)
			putc(' ', f);
		table_put(f, colours, colour, text);
	}
	*blanks += (used < width ? width - used : 0) + TABLE_GAP;
}

void
table_end(struct table *t, FILE *f, bool colours, size_t width)
{
	size_t *widths, blanks = 0, i;

	if ((widths = calloc(t->ncolumns, sizeof(*widths))) == NULL)
		err(1, NULL);
	for (i = 0; i < t->ncolumns; i++)
		widths[i] = table_column(t, i);
	if (width > 0)
		table_fit(t, widths, width);
	for (i = 0; i < t->ncolumns; i++)
		table_print(f, colours, TABLE_HEAD, t->columns[i].head,
		    widths[i], &blanks);
	for (i = 0; i < t->ncells; i++) {
		if (i % t->ncolumns == 0) {
			fputc('\n', f);
			blanks = 0;
		}
		table_cut(&t->cells[i], widths[i % t->ncolumns]);
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
