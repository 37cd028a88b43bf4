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

/* Tests of the codec of frames: what is written is read, and nothing else. */

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frame.h"

static void
test_round_trip(void **state)
{
	struct frame_writer w;
	struct frame_header h;
	struct frame_reader r;
	char buf[16], err[128], *s;
	uint8_t bytes[3];

	(void)state;
	frame_begin(&w, 7, 0x01020304);
	frame_put_u8(&w, 0xff);
	frame_put_u16(&w, 0xfedc);
	frame_put_u32(&w, 0xfedcba98);
	frame_put_u64(&w, 0xfedcba9876543210);
	frame_put_bool(&w, true);
	frame_put_bool(&w, false);
	frame_put_str(&w, "hello");
	frame_put_str(&w, NULL);
	frame_put_str(&w, "world");
	frame_put_bytes(&w, "xyz", 3);
	frame_put_u16(&w, 2);
	assert_int_equal(frame_finish(&w), 0);
	assert_int_equal(frame_header_parse(w.buf, &h), 0);
	assert_int_equal(h.length, w.len);
	assert_int_equal(h.type, 7);
	assert_int_equal(h.version, FRAME_VERSION);
	assert_int_equal(h.id, 0x01020304);
	assert_int_equal(h.peer, 0);
	frame_read_init(&r, w.buf + FRAME_HEADER, w.len - FRAME_HEADER);
	assert_int_equal(frame_get_u8(&r, "a"), 0xff);
	assert_int_equal(frame_get_u16(&r, "b"), 0xfedc);
	assert_int_equal(frame_get_u32(&r, "c"), 0xfedcba98);
	assert_true(frame_get_u64(&r, "d") == 0xfedcba9876543210);
	assert_true(frame_get_bool(&r, "e"));
	assert_false(frame_get_bool(&r, "f"));
	frame_get_str(&r, buf, 6, "g");
	assert_string_equal(buf, "hello");
	frame_get_str(&r, buf, 1, "h");
	assert_string_equal(buf, "");
	s = frame_get_strdup(&r, 5, "i");
	assert_string_equal(s, "world");
	free(s);
	frame_get_bytes(&r, bytes, 3, "j");
	assert_memory_equal(bytes, "xyz", 3);
	assert_int_equal(frame_get_count(&r, 2, "k"), 2);
	assert_int_equal(frame_read_end(&r, err, sizeof(err)), 0);
	frame_free(&w);
}

/* To the byte as the header says: big endian, no padding. */
static void
test_bytes(void **state)
{
	static const uint8_t want[] = { 0, 0, 0, 23, 0, 5, 0, 1, 0, 0, 0, 9, 0,
		0, 0, 0, 0, 0, 0, 2, 'h', 'i', 1 };
	struct frame_writer w;

	(void)state;
	frame_begin(&w, 5, 9);
	frame_put_str(&w, "hi");
	frame_put_bool(&w, true);
	assert_int_equal(frame_finish(&w), 0);
	assert_int_equal(w.len, sizeof(want));
	assert_memory_equal(w.buf, want, sizeof(want));
	frame_free(&w);
}

static void
check_end(struct frame_reader *r, const char *want)
{
	char err[128] = "";

	assert_int_equal(frame_read_end(r, err, sizeof(err)), -1);
	assert_string_equal(err, want);
}

/* Each getter, with one byte less than it needs, and with none. */
static void
test_cut_off(void **state)
{
	static const uint8_t zeros[8];
	struct frame_reader r;
	uint8_t buf[8];
	size_t n;

	(void)state;
	for (n = 0; n < 8; n++) {
		frame_read_init(&r, zeros, n);
		frame_get_u64(&r, "x");
		check_end(&r, "field 'x': cut off");
		memset(buf, 0xff, sizeof(buf));
		frame_read_init(&r, zeros, n);
		frame_get_bytes(&r, buf, 8, "x");
		check_end(&r, "field 'x': cut off");
		assert_memory_equal(buf, zeros, 8);
	}
	for (n = 0; n < 4; n++) {
		frame_read_init(&r, zeros, n);
		frame_get_u32(&r, "x");
		check_end(&r, "field 'x': cut off");
		frame_read_init(&r, zeros, n);
		assert_null(frame_get_strdup(&r, 9, "x"));
		check_end(&r, "field 'x': cut off");
	}
	for (n = 0; n < 2; n++) {
		frame_read_init(&r, zeros, n);
		assert_int_equal(frame_get_count(&r, 9, "x"), 0);
		check_end(&r, "field 'x': cut off");
	}
	frame_read_init(&r, zeros, 0);
	frame_get_u8(&r, "x");
	check_end(&r, "field 'x': cut off");
	frame_read_init(&r, zeros, 0);
	assert_false(frame_get_bool(&r, "x"));
	check_end(&r, "field 'x': cut off");
}

/* A string of this length over these bytes. */
static void
read_string(const char *bytes, size_t len, uint32_t says, size_t size,
    const char *want)
{
	uint8_t raw[64] = { (uint8_t)(says >> 24), (uint8_t)(says >> 16),
		(uint8_t)(says >> 8), (uint8_t)says };
	struct frame_reader r;
	char buf[64], *s;

	memcpy(raw + 4, bytes, len);
	memset(buf, 'z', sizeof(buf));
	frame_read_init(&r, raw, 4 + len);
	frame_get_str(&r, buf, size, "s");
	if (want == NULL) {
		assert_int_equal(frame_read_end(&r, buf, sizeof(buf)), 0);
	} else {
		assert_string_equal(buf, "");
		check_end(&r, want);
	}
	frame_read_init(&r, raw, 4 + len);
	s = frame_get_strdup(&r, size - 1, "s");
	assert_int_equal(s == NULL, want != NULL);
	free(s);
	if (want != NULL)
		check_end(&r, want);
}

static void
test_strings(void **state)
{
	(void)state;
	read_string("abc", 3, 3, 4, NULL);
	read_string("abc", 3, 3, 3, "field 's': too long");
	read_string("abc", 3, 4, 9, "field 's': cut off");
	read_string("a\0c", 3, 3, 9, "field 's': has a NUL");
	read_string("abc", 3, UINT32_MAX, 9, "field 's': too long");
	read_string("abc", 3, 0x80000000, 64, "field 's': too long");
	read_string("", 0, 0, 1, NULL);
}

/* The first failure is the one that is told; the rest yields nothing. */
static void
test_sticks(void **state)
{
	static const uint8_t raw[] = { 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	struct frame_reader r;
	char buf[8] = "x";

	(void)state;
	frame_read_init(&r, raw, sizeof(raw));
	assert_false(frame_get_bool(&r, "first"));
	assert_int_equal(frame_get_u8(&r, "second"), 0);
	assert_true(frame_get_u64(&r, "third") == 0);
	assert_int_equal(frame_get_count(&r, 9, "fourth"), 0);
	frame_get_str(&r, buf, sizeof(buf), "fifth");
	assert_string_equal(buf, "");
	assert_null(frame_get_strdup(&r, 9, "sixth"));
	check_end(&r, "field 'first': not a bool");
	frame_read_init(&r, raw, sizeof(raw));
	assert_int_equal(frame_get_count(&r, 512, "n"), 0);
	check_end(&r, "field 'n': too many");
	frame_read_init(&r, raw, sizeof(raw));
	frame_get_u8(&r, "x");
	check_end(&r, "11 bytes too many");
}

static void
test_header(void **state)
{
	static const struct {
		uint32_t length;
		int rc;
	} cases[] = { { 0, -1 }, { FRAME_HEADER - 1, -1 }, { FRAME_HEADER, 0 },
		{ FRAME_MAX, 0 }, { FRAME_MAX + 1, -1 }, { INT32_MAX, -1 },
		{ UINT32_MAX, -1 } };
	struct frame_header h;
	uint8_t raw[FRAME_HEADER] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		raw[0] = (uint8_t)(cases[i].length >> 24);
		raw[1] = (uint8_t)(cases[i].length >> 16);
		raw[2] = (uint8_t)(cases[i].length >> 8);
		raw[3] = (uint8_t)cases[i].length;
		assert_int_equal(frame_header_parse(raw, &h), cases[i].rc);
		assert_int_equal(h.length, cases[i].length);
	}
}

/* A frame as large as can be, and one byte more; what failed stays failed. */
static void
test_largest(void **state)
{
	struct frame_writer w;
	char *big = malloc(FRAME_MAX + 2);

	(void)state;
	assert_non_null(big);
	memset(big, 'b', FRAME_MAX + 1);
	big[FRAME_MAX + 1] = '\0';
	frame_begin(&w, 1, 1);
	frame_put_bytes(&w, big, FRAME_MAX - FRAME_HEADER);
	assert_int_equal(frame_finish(&w), 0);
	assert_int_equal(w.len, FRAME_MAX);
	frame_put_u8(&w, 0);
	assert_int_equal(frame_finish(&w), -1);
	assert_int_equal(errno, EMSGSIZE);
	frame_free(&w);
	frame_begin(&w, 1, 1);
	frame_put_str(&w, big);
	frame_put_u8(&w, 0);
	assert_int_equal(frame_finish(&w), -1);
	frame_free(&w);
	frame_begin(&w, 1, 1);
	frame_put_bytes(&w, big, SIZE_MAX);
	assert_int_equal(frame_finish(&w), -1);
	frame_free(&w);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_sticks),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
