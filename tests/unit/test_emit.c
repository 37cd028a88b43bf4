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

/* What is written as it goes is what json-c would have written. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "emit.h"

static void
test_values(void **state)
{
	struct emit j = { 0 };
	char *text;

	(void)state;
	emit_open(&j, '{');
	emit_name(&j, "a");
	emit_number(&j, INT64_MIN);
	emit_name(&j, "b");
	emit_open(&j, '[');
	emit_number(&j, 0);
	emit_bool(&j, true);
	emit_bool(&j, false);
	emit_string(&j, NULL);
	emit_open(&j, '[');
	emit_close(&j, ']');
	emit_open(&j, '{');
	emit_close(&j, '}');
	emit_close(&j, ']');
	emit_name(&j, "c");
	emit_number(&j, INT64_MAX);
	emit_close(&j, '}');
	emit_raw(&j, "\nend", 4);
	assert_int_equal(j.len, strlen(j.text));
	text = emit_end(&j);
	assert_string_equal(text,
	    "{\"a\":-9223372036854775808,"
	    "\"b\":[0,true,false,null,[],{}],\"c\":9223372036854775807}"
	    "\nend");
	free(text);
}

/* Every byte that a string can have, and the ends of such as look special. */
static void
test_strings(void **state)
{
	static const char *const some[] = { "", "\"", "\\", "a\"", "\\n", "{",
		"[", ":", ",", "/", "\xc3\xa4 \xe2\x82\xac" };
	struct emit j = { 0 };
	struct json_object *list;
	char all[128], *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (char)(i + 1);
	all[sizeof(all) - 1] = '\0';
	emit_open(&j, '[');
	emit_string(&j, all);
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		emit_string(&j, some[i]);
	emit_close(&j, ']');
	text = emit_end(&j);
	list = json_tokener_parse(text);
	assert_non_null(list);
	assert_int_equal(json_object_array_length(list), i + 1);
	assert_string_equal(json_object_get_string(
				json_object_array_get_idx(list, 0)),
	    all);
	while (i-- > 0)
		assert_string_equal(json_object_get_string(
					json_object_array_get_idx(list, i + 1)),
		    some[i]);
	json_object_put(list);
	free(text);
}

/* It grows, and without room nothing is half there. */
static void
test_large(void **state)
{
	struct emit j = { 0 };
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		emit_raw(&j, "0123456789", 10);
	assert_int_equal(j.len, 1000000);
	assert_memory_equal(j.text + 999990, "0123456789", 11);
	j.failed = true;
	emit_name(&j, "more");
	assert_int_equal(j.len, 1000000);
	text = emit_end(&j);
	assert_null(text);
	assert_null(j.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
