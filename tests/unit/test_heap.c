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
 * Tests of when the heap is made smaller: after much, once it is over.
 */

#include <event2/event.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap.h"

#define MUCH ((size_t)512 * 1024)

static int trims;

/* Instead of libc's. */
int malloc_trim(size_t pad);
int
malloc_trim(size_t pad)
{
	(void)pad;
	trims++;
	return 1;
}

/* Returns whether something was waited for. */
static int
once(struct event_base *base)
{
	return event_base_loop(base, EVLOOP_ONCE) == 0;
}

static void
test_much(void **state)
{
	struct event_base *base = event_base_new();

	(void)state;
	trims = 0;
	heap_open(base);
	heap_used(MUCH - 1);
	assert_false(once(base));
	heap_used(1);
	assert_true(once(base));
	assert_int_equal(trims, 1);
	heap_used(MUCH - 1);
	assert_false(once(base));
	heap_close();
	event_base_free(base);
}

static void
test_not_over(void **state)
{
	struct event_base *base = event_base_new();

	(void)state;
	trims = 0;
	heap_open(base);
	heap_used(MUCH);
	heap_used(MUCH);
	assert_true(once(base));
	assert_int_equal(trims, 1);
	heap_used(MUCH - 1);
	assert_true(once(base));
	assert_int_equal(trims, 2);
	assert_false(once(base));
	heap_close();
	event_base_free(base);
}

static void
test_closed(void **state)
{
	struct event_base *base = event_base_new();

	(void)state;
	trims = 0;
	heap_used(2 * MUCH);
	heap_open(base);
	heap_used(MUCH);
	heap_close();
	heap_used(2 * MUCH);
	assert_false(once(base));
	assert_int_equal(trims, 0);
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_not_over),
		cmocka_unit_test(test_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
