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

/* Tests of what the kernel tells of a process. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "usage.h"

static void
test_parse(void **state)
{
	struct usage u;

	(void)state;
	assert_true(usage_parse(
	    "7 (kafkad: parent) S 1 7 7 0 -1 4194560 9 0 0 0 150 25 0 0 20 0 1 "
	    "0 4711 9999 321 18446744073709551615 1 1\n",
	    100, 4096, &u));
	assert_int_equal(u.cpu, 1750);
	assert_int_equal(u.memory, 321 * 4096);
	/* A name may have what it likes in it. */
	assert_true(usage_parse("7 (a) S 1 (b)) R 1 7 7 0 -1 0 9 0 0 0 10 20 "
				"0 0 20 0 1 0 4711 9999 3 1",
	    1000, 1, &u));
	assert_int_equal(u.cpu, 30);
	assert_int_equal(u.memory, 3);
}

static void
test_wrong(void **state)
{
	static const char *const texts[] = { "", "7", "7 (a)", "7 (a) S 1",
		"7 (a) S 1 7 7 0 -1 0 9 0 0 0 x y 0 0 20 0 1 0 4711 9999 3 1",
		"7 (a) S 1 7 7 0 -1 0 9 0 0 0 1 2 0 0 20 0 1 0 4711 9999 -3 1",
		"7 a S 1 7 7 0 -1 0 9 0 0 0 1 2 0 0 20 0 1 0 4711 9999 3 1" };
	struct usage u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(usage_parse(texts[i], 100, 4096, &u));
	assert_false(usage_of(0, &u));
}

static void
test_self(void **state)
{
	struct usage u;

	(void)state;
	assert_true(usage_of(getpid(), &u));
	assert_true(u.cpu >= 0 && u.cpu < 3600 * 1000);
	assert_true(u.memory > 100 * 1024);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_self),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
