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

/* Tests of the decoder of Mesos' record format. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/mesos/recordio.h"
#include "capture.h"

#define STREAM "tests/captures/02-subscribe-refused/01-subscribe.response"
#define LONG_STREAM \
	"tests/captures/03-subscribe-offers-launch/01-subscribe.response"

/* What came out: the records, each with a '|' behind it. */
struct sink {
	char *buf;
	size_t len;
	size_t records;
	size_t stop_at; /* stops at this record, 0: never */
};

static int
sink_cb(void *arg, const char *p, size_t len)
{
	struct sink *s = arg;

	s->buf = realloc(s->buf, s->len + len + 2);
	assert_non_null(s->buf);
	memcpy(s->buf + s->len, p, len);
	s->len += len;
	s->buf[s->len++] = '|';
	s->buf[s->len] = '\0';
	return ++s->records == s->stop_at ? -1 : 0;
}

/* Feeds in pieces of one size. Returns what recordio_feed() returned last. */
static int
feed(struct sink *s, const char *p, size_t len, size_t piece, size_t limit,
    const char **why)
{
	struct recordio *r = recordio_new(limit, sink_cb, s);
	size_t n;
	int rv = 0;

	assert_non_null(r);
	*why = NULL;
	for (; len > 0 && rv == 0; p += n, len -= n) {
		n = len < piece ? len : piece;
		/* A copy of its own, so that reading beyond it is seen. */
		char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, p, n);
		rv = recordio_feed(r, copy, n, why);
		free(copy);
	}
	recordio_free(r);
	return rv;
}

static void
test_simple(void **state)
{
	static const char in[] = "3\nabc0\n2\nx\n11\nhello\nworld004\n1234";
	const char *why;
	size_t piece;

	(void)state;
	for (piece = 1; piece < sizeof(in); piece++) {
		struct sink s = { 0 };

		assert_int_equal(feed(&s, in, strlen(in), piece, 100, &why), 0);
		assert_string_equal(s.buf, "abc||x\n|hello\nworld|1234|");
		free(s.buf);
	}
}

/* An empty record is there as soon as its length is. */
static void
test_empty(void **state)
{
	struct sink s = { 0 };
	const char *why;

	(void)state;
	assert_int_equal(feed(&s, "0\n00\n", 5, 1, 9, &why), 0);
	assert_int_equal(s.records, 2);
	assert_string_equal(s.buf, "||");
	free(s.buf);
}

/* Every place at which a stream can be cut in two. */
static void
test_every_cut(void **state)
{
	struct sink whole = { 0 };
	struct recordio *r;
	const char *why;
	size_t len, cut;
	char *body;

	(void)state;
	body = capture_body(STREAM, &len, NULL);
	assert_int_equal(feed(&whole, body, len, len, RECORDIO_LIMIT, &why), 0);
	assert_int_equal(whole.records, 1);
	for (cut = 0; cut <= len; cut++) {
		struct sink s = { 0 };

		r = recordio_new(RECORDIO_LIMIT, sink_cb, &s);
		assert_non_null(r);
		assert_int_equal(recordio_feed(r, body, cut, &why), 0);
		assert_int_equal(recordio_feed(r, body + cut, len - cut, &why),
		    0);
		recordio_free(r);
		assert_string_equal(s.buf, whole.buf);
		free(s.buf);
	}
	free(whole.buf);
	free(body);
}

static void
test_recorded(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 1000, 4096, 16384 };
	struct sink whole = { 0 };
	const char *why;
	size_t len, i;
	char *body;

	(void)state;
	body = capture_body(LONG_STREAM, &len, NULL);
	assert_int_equal(feed(&whole, body, len, len, RECORDIO_LIMIT, &why), 0);
	assert_int_equal(whole.records, 50);
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct sink s = { 0 };

		assert_int_equal(feed(&s, body, len, pieces[i], RECORDIO_LIMIT,
				     &why),
		    0);
		assert_int_equal(s.records, whole.records);
		assert_string_equal(s.buf, whole.buf);
		free(s.buf);
	}
	free(whole.buf);
	free(body);
}

static void
check_bad(const char *in, const char *want, const char *text)
{
	const char *why;
	size_t piece;

	for (piece = 1; piece <= strlen(in); piece++) {
		struct sink s = { 0 };

		assert_int_equal(feed(&s, in, strlen(in), piece, 1000, &why),
		    -1);
		assert_non_null(why);
		assert_non_null(strstr(why, text));
		assert_string_equal(s.buf == NULL ? "" : s.buf, want);
		free(s.buf);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	check_bad("\n", "", "without a length");
	check_bad("1\na\n", "a|", "without a length");
	check_bad("x", "", "garbage");
	check_bad("-1\n", "", "garbage");
	check_bad("1\na1\r\nb", "a|", "garbage");
	check_bad("0x10\n", "", "garbage");
	check_bad("1001\n", "", "too long");
	check_bad("18446744073709551617\na", "", "too long");
	check_bad("00000000000000000000001\na", "", "too many digits");
}

/* The largest record is taken, one byte more is not. */
static void
test_limit(void **state)
{
	struct sink s = { 0 };
	const char *why;

	(void)state;
	assert_int_equal(feed(&s, "5\n12345", 7, 1, 5, &why), 0);
	assert_string_equal(s.buf, "12345|");
	assert_int_equal(feed(&s, "6\n123456", 8, 1, 5, &why), -1);
	assert_string_equal(s.buf, "12345|");
	free(s.buf);
}

static void
test_stop(void **state)
{
	static const char in[] = "1\na1\nb1\nc";
	const char *why;
	size_t piece;

	(void)state;
	for (piece = 1; piece < sizeof(in); piece++) {
		struct sink s = { .stop_at = 2 };

		assert_int_equal(feed(&s, in, strlen(in), piece, 9, &why), -1);
		assert_null(why);
		assert_string_equal(s.buf, "a|b|");
		free(s.buf);
	}
}

/* An announced length must not cost memory before the bytes are there. */
static void
test_announced(void **state)
{
	struct sink s = { 0 };
	const char *why;

	(void)state;
	assert_int_equal(feed(&s, "999999999999\nab", 15, 4,
			     (size_t)1000000000000, &why),
	    0);
	assert_int_equal(s.records, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
