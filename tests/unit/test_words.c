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

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/words.h"

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)

static void
says(int64_t ms, const char *want)
{
	char buf[WORDS_SIZE];

	assert_string_equal(words_time(ms, buf), want);
}

static void
test_time(void **state)
{
	(void)state;
	says(INT64_MIN, "0s");
	says(0, "0s");
	says(1, "1ms");
	says(999, "999ms");
	says(SECOND, "1s");
	says(SECOND + 1, "2s");
	says(59 * SECOND + 1, "1m0s");
	says(192 * SECOND, "3m12s");
	says(HOUR - 1, "1h0m");
	says(2 * HOUR + 359 * SECOND, "2h5m");
	says(24 * HOUR, "1d0h");
	says(52 * HOUR, "2d4h");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
