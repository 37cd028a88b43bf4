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
 * Tests of what kafkactl makes of replies that no kafkad of ours gives: of
 * other types, of null, and with texts of any length.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "field.h"
#include "output.h"

static char *shown;

static int
teardown(void **state)
{
	(void)state;
	free(shown);
	shown = NULL;
	return 0;
}

/* What is shown of these data lines, ended by NULL. */
static void
show(enum cmd_id id, const char *const *lines)
{
	const struct output_style style = { 0 };
	struct output out;
	size_t size;
	FILE *f;

	free(shown);
	f = open_memstream(&shown, &size);
	assert_non_null(f);
	output_begin(&out, f, &cmd_table[id], &style);
	for (; *lines != NULL; lines++)
		assert_int_equal(output_line(&out, *lines), 0);
	output_end(&out, 200, "");
	fclose(f);
}

static void
show_one(enum cmd_id id, const char *line)
{
	const char *const lines[] = { line, NULL };

	show(id, lines);
}

/* What is no object, or more than one, is refused. */
static void
test_parse(void **state)
{
	static const char *const wrong[] = { "", "{", "[]", "null", "1",
		"{} {}", "{}x", "{\"a\":1,}" };
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (field_parse(wrong[i]) != NULL)
			fail_msg("%s", wrong[i]);
	}
	o = field_parse("{\"a\":{\"b\":[1,null]}} ");
	assert_non_null(o);
	json_object_put(o);
}

static void
test_null(void **state)
{
	(void)state;
	show_one(CMD_LIST, "{\"instance\":\"kafka-0\",\"ports\":[null,1]}");
	assert_non_null(strstr(shown, "kafka-0"));
	show_one(CMD_STATUS,
	    "{\"daemon\":{\"version\":null,\"walls\":{\"a\":null},"
	    "\"warnings\":[null,\"hot\",[]],\"mode\":1}}");
	assert_non_null(strstr(shown, "walls       a: \n"));
	assert_non_null(strstr(shown, "warning     hot\n"));
	show_one(CMD_SHOW,
	    "{\"instance\":null,\"placement\":null,"
	    "\"strays\":[null]}");
	show_one(CMD_OFFERS, "{\"offer\":\"O\",\"misses\":[null,1]}");
	show_one(CMD_WHY, "{\"instance\":\"kafka-0\",\"misses\":[null]}");
}

/* Nothing is cut where there is no terminal. */
static void
test_long(void **state)
{
	char text[5000], line[3 * sizeof(text)];
	static const struct {
		enum cmd_id id;
		const char *before, *after, *end;
	} fields[] = {
		{ CMD_HISTORY, "{\"instance\":\"kafka-0\",\"text\":\"",
		    "\",\"who\":\"uid 1\"}", "x (by uid 1)\n" },
		{ CMD_RELOAD, "{\"key\":\"k\",\"before\":\"",
		    "\",\"now\":\"other\"}", "x -> other\n" },
		{ CMD_SHOW, "{\"strays\":[\"", "\",\"kafka-0.9\"]}",
		    "x, kafka-0.9\n" },
		{ CMD_LIST,
		    "{\"instance\":\"kafka-0\",\"outdated\":true,"
		    "\"next_try\":1,\"last_message\":\"",
		    "\"}", "x; outdated\n" },
		{ CMD_WHY, "{\"instance\":\"kafka-0\",\"misses\":[{\"host\":\"",
		    "\",\"age\":1,\"text\":\"small\"}]}",
		    "x, 1s ago: small\n" },
		{ CMD_OFFERS, "{\"offer\":\"O\",\"age\":1,\"host\":\"",
		    "\",\"outcome\":\"declined\"}", "x, 1s ago: declined\n" },
		{ CMD_STATUS, "{\"daemon\":{\"master\":\"",
		    "\",\"connection\":\"none\"}}",
		    "x, not connected: none\n" },
	};
	size_t i;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		snprintf(line, sizeof(line), "%s%s%s", fields[i].before, text,
		    fields[i].after);
		show_one(fields[i].id, line);
		assert_non_null(strstr(shown, text));
		if (strstr(shown, fields[i].end) == NULL)
			fail_msg("no \"%s\" in: %s", fields[i].end, shown);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_parse, teardown),
		cmocka_unit_test_teardown(test_null, teardown),
		cmocka_unit_test_teardown(test_long, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
