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

/* Tests of the delay between tries, and of what is logged once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/mesos/backoff.h"
#include "../../daemon/mesos/problem.h"

static void
test_grows(void **state)
{
	static const uint64_t want[] = { 1000, 2000, 4000, 8000, 10000, 10000 };
	struct backoff b;
	uint64_t d;
	size_t i;

	(void)state;
	backoff_init(&b, 1000, 10000);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		/* The remainder by half + 1 is the largest: all of it. */
		d = backoff_next(&b, (uint32_t)(want[i] / 2));
		assert_int_equal(d, want[i]);
	}
	backoff_reset(&b);
	assert_int_equal(backoff_next(&b, 0), 500);
	assert_int_equal(backoff_next(&b, 0), 1000);
}

static void
test_spread(void **state)
{
	struct backoff b;
	uint64_t d, low = UINT64_MAX, high = 0;
	uint32_t i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		backoff_init(&b, 100, 1000);
		d = backoff_next(&b, i * 2654435761U);
		assert_in_range(d, 50, 100);
		low = d < low ? d : low;
		high = d > high ? d : high;
	}
	assert_int_equal(low, 50);
	assert_int_equal(high, 100);
	assert_in_range(backoff_longest(&b, 12345), 500, 1000);
	/* The longest delay counts as no failure. */
	assert_in_range(backoff_next(&b, 7), 100, 200);
}

static void
test_extremes(void **state)
{
	struct backoff b;
	int i;

	(void)state;
	backoff_init(&b, 0, 0);
	for (i = 0; i < 100; i++)
		assert_int_equal(backoff_next(&b, UINT32_MAX), 1);
	backoff_init(&b, 1, UINT64_MAX);
	for (i = 0; i < 200; i++)
		assert_true(backoff_next(&b, UINT32_MAX) >= 1);
	assert_true(backoff_next(&b, 0) >= UINT64_MAX / 2);
	backoff_init(&b, 500, 100);
	assert_in_range(backoff_next(&b, 3), 250, 500);
	assert_in_range(backoff_next(&b, 3), 250, 500);
}

static void
test_problems(void **state)
{
	struct problems p;
	char where[16];
	int i;

	(void)state;
	memset(&p, 0, sizeof(p));
	assert_true(problems_are_news(&p, "m1:5050", "refused"));
	assert_false(problems_are_news(&p, "m1:5050", "refused"));
	assert_true(problems_are_news(&p, "m2:5050", "refused"));
	assert_false(problems_are_news(&p, "m1:5050", "refused"));
	assert_true(problems_are_news(&p, "m1:5050", "no answer"));
	assert_true(problems_are_news(&p, "m1:5050", "refused"));
	problems_clear(&p);
	assert_true(problems_are_news(&p, "m1:5050", "refused"));
	for (i = 0; i < PROBLEMS_MAX; i++) {
		where[0] = (char)('a' + i);
		where[1] = '\0';
		assert_true(problems_are_news(&p, where, "x"));
	}
	/* The oldest was forgotten, the newest was not. */
	assert_false(problems_are_news(&p, where, "x"));
	assert_true(problems_are_news(&p, "m1:5050", "refused"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
