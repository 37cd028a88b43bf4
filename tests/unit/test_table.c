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
 * Tests of kafkactl's tables: that they fit, what is cut and left out then,
 * and how wide texts are.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"
#include "term.h"

static const struct table_column columns[] = {
	{ "NAME", 0, 0 },
	{ "HOST", 6, 1 },
	{ "PORTS", 0, 2 },
	{ "NOTE", 10, 0 },
	{ NULL, 0, 0 },
};

/* The table in so many columns, with two rows. To be freed. */
static char *
draw(size_t width, const char *host, const char *note)
{
	struct table t;
	size_t size;
	char *text;
	FILE *f;

	f = open_memstream(&text, &size);
	assert_non_null(f);
	table_begin(&t, columns);
	table_add(&t, TABLE_PLAIN, "%s", "kafka-0");
	table_add(&t, TABLE_PLAIN, "%s", host);
	table_add(&t, TABLE_PLAIN, "%d", 9092);
	table_add(&t, TABLE_BAD, "%s", note);
	table_add(&t, TABLE_PLAIN, "%s", "kafka-1");
	table_add(&t, TABLE_PLAIN, "%s", "agent");
	table_add(&t, TABLE_PLAIN, "%s", "");
	table_add(&t, TABLE_PLAIN, "%s", "");
	table_end(&t, f, false, width);
	fclose(f);
	return text;
}

static void
drawn(size_t width, const char *host, const char *note, const char *want)
{
	char *text = draw(width, host, note);

	assert_string_equal(text, want);
	free(text);
}

static void
test_fits(void **state)
{
	(void)state;
	/* Not a terminal: nothing is cut. */
	drawn(0, "agent-1.example", "waits for an offer with room",
	    "NAME     HOST             PORTS  NOTE\n"
	    "kafka-0  agent-1.example  9092   waits for an offer with room\n"
	    "kafka-1  agent\n");
	/* The widest columns are shortened first, and evenly. */
	drawn(60, "agent-1.example", "waits for an offer with room",
	    "NAME     HOST             PORTS  NOTE\n"
	    "kafka-0  agent-1.example  9092   waits for an offer with...\n"
	    "kafka-1  agent\n");
	drawn(45, "agent-1.example", "waits for an offer with room",
	    "NAME     HOST           PORTS  NOTE\n"
	    "kafka-0  agent-1.ex...  9092   waits for a...\n"
	    "kafka-1  agent\n");
	/* Each has a least width; then columns go, by rank. */
	drawn(34, "agent-1.example", "waits for an offer with room",
	    "NAME     HOST    PORTS  NOTE\n"
	    "kafka-0  age...  9092   waits f...\n"
	    "kafka-1  agent\n");
	drawn(31, "agent-1.example", "waits for an offer with room",
	    "NAME     HOST        NOTE\n"
	    "kafka-0  agent-1...  waits f...\n"
	    "kafka-1  agent\n");
	drawn(24, "agent-1.example", "waits for an offer with room",
	    "NAME     NOTE\n"
	    "kafka-0  waits for an...\n"
	    "kafka-1\n");
	/* The rest stays, whatever the terminal is. */
	drawn(3, "agent-1.example", "waits for an offer with room",
	    "NAME     NOTE\n"
	    "kafka-0  waits f...\n"
	    "kafka-1\n");
	/* Without a note there is room for all. */
	drawn(30, "agent-1", "",
	    "NAME     HOST     PORTS\n"
	    "kafka-0  agent-1  9092\n"
	    "kafka-1  agent\n");
}

/* No line is wider than the terminal, whatever the characters are. */
static void
test_characters(void **state)
{
	char *text, *line, *save = NULL;
	size_t width;

	(void)state;
	assert_int_equal(term_width("agent"), 5);
	assert_int_equal(term_width("\303\244gent"), 5);
	assert_int_equal(term_width("\346\227\245\346\234\254"), 4);
	assert_int_equal(term_width("e\314\201"), 1);
	assert_int_equal(term_fit("\346\227\245\346\234\254", 3), 3);
	assert_int_equal(term_fit("\346\227\245\346\234\254", 1), 0);
	assert_int_equal(term_fit("abc", 9), 3);
	drawn(0, "\346\227\245\346\234\254", "x",
	    "NAME     HOST   PORTS  NOTE\n"
	    "kafka-0  \346\227\245\346\234\254   9092   x\n"
	    "kafka-1  agent\n");
	for (width = 21; width < 120; width++) {
		text = draw(width, "\346\227\245\346\234\254-\303\244\303\266",
		    "\360\237\230\200 e\314\201e\314\201 \346\227\245"
		    "\346\234\254\346\227\245\346\234\254\346\227\245");
		for (line = strtok_r(text, "\n", &save); line != NULL;
		     line = strtok_r(NULL, "\n", &save))
			assert_in_range(term_width(line), 1, width);
		free(text);
	}
}

/* Nothing from outside is a control sequence, and all of it is UTF-8. */
static void
test_clean(void **state)
{
	(void)state;
	drawn(0, "a\033[2Jb", "c\377d\ne",
	    "NAME     HOST    PORTS  NOTE\n"
	    "kafka-0  a [2Jb  9092   c?d e\n"
	    "kafka-1  agent\n");
}

static void
wrapped(const char *s, size_t indent, size_t width, const char *want)
{
	size_t size;
	char *text;
	FILE *f;

	f = open_memstream(&text, &size);
	assert_non_null(f);
	table_wrap(f, false, TABLE_PLAIN, s, indent, width);
	fclose(f);
	assert_string_equal(text, want);
	free(text);
}

static void
test_wrap(void **state)
{
	(void)state;
	wrapped("one two three", 4, 0, "one two three");
	wrapped("one two three", 4, 17, "one two three");
	wrapped("one two three", 4, 16, "one two\n    three");
	wrapped("one two three", 4, 11, "one two\n    three");
	wrapped("one two three", 4, 9, "one\n    two\n    three");
	wrapped("abcdefgh ij", 2, 7, "abcde\n  fgh\n  ij");
	wrapped("\346\227\245\346\234\254", 0, 3, "\346\227\245\n\346\234\254");
	/* No room at all: as it is. */
	wrapped("one two", 8, 8, "one two");
	wrapped("\346\227\245", 0, 1, "\346\227\245");
	wrapped("", 4, 9, "");
}

static void
test_durations(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} all[] = { { -5, "0s" }, { 0, "0s" }, { 45, "45s" }, { 60, "1m" },
		{ 192, "3m12s" }, { 720, "12m" }, { 3600, "1h" },
		{ 7500, "2h5m" }, { 86400, "1d" }, { 273600, "3d4h" },
		{ 273600 + 3599, "3d4h" }, { 86400 * 1000, "1000d" } };
	char buf[TABLE_DURATION_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_string_equal(table_duration(buf, all[i].seconds),
		    all[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_durations),
	};

	/* The mark of a terminal that knows no more than ASCII. */
	setenv("LC_ALL", "C", 1);
	term_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
