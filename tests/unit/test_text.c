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

/* Tests of texts from the network being made harmless. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/mesos/text.h"

static void
check_clean(const char *in, size_t len, size_t size, const char *want)
{
	char buf[64];

	text_clean(buf, size, in, len);
	assert_string_equal(buf, want);
}

static void
test_clean(void **state)
{
	(void)state;
	check_clean("abc", 3, 4, "abc");
	check_clean("abc", 3, 3, "ab");
	check_clean("abc", 3, 1, "");
	check_clean("a\0\x7f\x1b\t", 5, 10, "a??? ");
	check_clean("\xe2\x82\xac", 3, 4, "\xe2\x82\xac");
	check_clean("\xe2\x82\xac", 3, 3, "");
	check_clean("\xe2\x82", 2, 9, "??");
	check_clean("\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", 9, 20, "?????????");
	check_clean("a\xc2\x9b\xc2\xa0", 5, 9, "a??\xc2\xa0");
	check_clean("\xc2\x9b", 2, 2, "");
	check_clean("\xf0\x9f\x98\x80\xff", 5, 9, "\xf0\x9f\x98\x80?");
}

static void
test_base64(void **state)
{
	unsigned char bytes[16];
	char text[25];

	(void)state;
	assert_int_equal(text_base64(bytes, 16, "kqVu5p6rRbqO4nPu9vUgfw==", 24),
	    0);
	text_base64_uuid(text, bytes);
	assert_string_equal(text, "kqVu5p6rRbqO4nPu9vUgfw==");
	assert_int_equal(text_base64(bytes, 2, "AAA=", 4), 0);
	assert_int_equal(text_base64(bytes, 2, "AA=A", 4), -1);
	assert_int_equal(text_base64(bytes, 2, "AAAA", 4), -1);
	assert_int_equal(text_base64(bytes, 2, "AA A", 4), -1);
	assert_int_equal(text_base64(bytes, 0, "", 0), 0);
	assert_int_equal(text_base64(bytes, 0, "A", 1), -1);
}

static void
test_copy_id(void **state)
{
	char buf[4];

	(void)state;
	assert_int_equal(text_copy_id(buf, sizeof(buf), "abc", 3), 0);
	assert_string_equal(buf, "abc");
	assert_int_equal(text_copy_id(buf, sizeof(buf), "abcd", 4), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "", 0), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "a\0b", 3), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "a\n", 2), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "a\x7f", 2), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "a\xc2\x9b", 3), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "\xc2\xa0", 2), 0);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "\xc3", 1), -1);
	assert_int_equal(text_copy_id(buf, sizeof(buf), "\xc3\xa4", 2), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_copy_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
