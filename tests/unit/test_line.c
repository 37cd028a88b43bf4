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

/* Tests of the codec of lines. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line.h"

static void
test_take(void **state)
{
	size_t len, used;

	(void)state;
	assert_int_equal(line_take("", 0, 4, &len, &used), LINE_NONE);
	assert_int_equal(line_take("ab", 2, 4, &len, &used), LINE_NONE);
	assert_int_equal(line_take("ab\ncd\n", 6, 4, &len, &used), LINE_OK);
	assert_int_equal(len, 2);
	assert_int_equal(used, 3);
	assert_int_equal(line_take("ab\r\ncd", 6, 4, &len, &used), LINE_OK);
	assert_int_equal(len, 2);
	assert_int_equal(used, 4);
	assert_int_equal(line_take("\n", 1, 4, &len, &used), LINE_OK);
	assert_int_equal(len, 0);
	assert_int_equal(used, 1);
	assert_int_equal(line_take("\r\n", 2, 4, &len, &used), LINE_OK);
	assert_int_equal(len, 0);
	assert_int_equal(used, 2);
}

static void
test_take_limit(void **state)
{
	size_t len, used;

	(void)state;
	assert_int_equal(line_take("abcd\n", 5, 4, &len, &used), LINE_OK);
	assert_int_equal(len, 4);
	assert_int_equal(line_take("abcd\r\n", 6, 4, &len, &used), LINE_OK);
	assert_int_equal(len, 4);
	assert_int_equal(used, 6);
	assert_int_equal(line_take("abcd", 4, 4, &len, &used), LINE_NONE);
	assert_int_equal(line_take("abcd\r", 5, 4, &len, &used), LINE_NONE);
	assert_int_equal(line_take("abcde", 5, 4, &len, &used), LINE_LONG);
	assert_int_equal(line_take("abcde\n", 6, 4, &len, &used), LINE_LONG);
	assert_int_equal(line_take("abcd\rx", 6, 4, &len, &used), LINE_LONG);
	assert_int_equal(line_take("abcdefgh\n", 9, 4, &len, &used), LINE_LONG);
}

static void
test_check(void **state)
{
	static const char *const good[] = { "", "status", "a\tb",
		"gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
		"\xf4\x8f\xbf\xbf", "\xed\x9f\xbf" };
	static const char *const not_utf8[] = { "\x80", "\xc3", "\xc3(",
		"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80",
		"\xff", "a\xe2\x82" };
	static const char *const control[] = { "a\001", "\033[2J", "\x7f",
		"\xc2\x9b", "a\rb", "\xc2\x80" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(line_check(good[i], strlen(good[i])));
	for (i = 0; i < sizeof(not_utf8) / sizeof(not_utf8[0]); i++)
		assert_string_equal(line_check(not_utf8[i],
					strlen(not_utf8[i])),
		    "the line is not UTF-8");
	for (i = 0; i < sizeof(control) / sizeof(control[0]); i++)
		assert_string_equal(line_check(control[i], strlen(control[i])),
		    "a control character in the line");
	assert_string_equal(line_check("ab\0cd", 5), "a NUL byte in the line");
	/* A character must not reach beyond the line. */
	assert_non_null(line_check("\xe2\x82\xac", 2));
}

static void
test_clean(void **state)
{
	char s[] = "a\033[1mb\nc\xff\xc3\xbc\xc2\x9b.\xe2\x82";

	(void)state;
	assert_string_equal(line_clean(s), "a [1mb c?\xc3\xbc  .??");
	assert_null(line_check(s, strlen(s)));
}

static void
test_parse(void **state)
{
	static const char *const bad[] = { "", "2", "20", "200", "200x",
		"099 x", "600 x", "2a0 x", "20a x", " 200", "-200 x" };
	struct line_reply r;
	size_t i;

	(void)state;
	assert_int_equal(line_reply_parse("200 done", &r), 0);
	assert_int_equal(r.code, 200);
	assert_false(r.more);
	assert_string_equal(r.text, "done");
	assert_int_equal(line_reply_parse("100-{}", &r), 0);
	assert_int_equal(r.code, 100);
	assert_true(r.more);
	assert_string_equal(r.text, "{}");
	assert_int_equal(line_reply_parse("503 ", &r), 0);
	assert_int_equal(r.code, 503);
	assert_string_equal(r.text, "");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(line_reply_parse(bad[i], &r), -1);
}

static void
test_reply(void **state)
{
	size_t len;
	char *s;

	(void)state;
	s = line_reply_new(404, false, "no\nsuch\xff", &len);
	assert_string_equal(s, "404 no such?\n");
	assert_int_equal(len, strlen(s));
	free(s);
	s = line_reply_new(200, true, "{}", &len);
	assert_string_equal(s, "200-{}\n");
	free(s);
	s = line_reply_new(200, false, "", &len);
	assert_string_equal(s, "200 \n");
	free(s);
	errno = 0;
	assert_null(line_reply_new(99, false, "x", &len));
	assert_int_equal(errno, EINVAL);
	assert_null(line_reply_new(600, false, "x", &len));
}

static void
test_reply_limit(void **state)
{
	char *text = calloc(1, LINE_REPLY_MAX + 2), *s;
	size_t len, n = LINE_REPLY_MAX - 4;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', n);
	s = line_reply_new(200, true, text, &len);
	assert_non_null(s);
	assert_int_equal(len, LINE_REPLY_MAX + 1);
	free(s);
	text[n] = 'x';
	errno = 0;
	assert_null(line_reply_new(200, true, text, &len));
	assert_int_equal(errno, EMSGSIZE);
	s = line_reply_new(200, false, text, &len);
	assert_int_equal(len, LINE_REPLY_MAX + 1);
	free(s);
	/* A character that does not fit goes as a whole. */
	memcpy(text + n - 1, "\xc3\xbc", 3);
	s = line_reply_new(200, false, text, &len);
	assert_int_equal(len, LINE_REPLY_MAX);
	assert_int_equal(s[len - 2], 'x');
	free(s);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_take_limit),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_reply_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
