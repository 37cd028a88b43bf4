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
 * Tests of texts made small: all of them come back as they were, and take less.
 */

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/pack.h"

#define LONG 65536

/* Packs and unpacks; returns what is kept meanwhile, in bytes. */
static size_t
there_and_back(const char *text)
{
	struct packed *p = pack(text);
	size_t size;
	char *same;

	assert_non_null(p);
	size = malloc_usable_size(p);
	same = unpack(p);
	assert_non_null(same);
	assert_string_equal(same, text);
	free(same);
	free(p);
	return size;
}

static void
test_short(void **state)
{
	(void)state;
	there_and_back("");
	there_and_back("x");
	there_and_back("{\"task_id\":{\"value\":\"kafka-0.1\"},\"state\":1}");
}

/* The letters of base64, and nothing in them that comes again. */
static void
fill(char *text, size_t len)
{
	uint32_t x = 1;
	size_t k;

	for (k = 0; k < len; k++) {
		x = x * 1103515245 + 12345;
		text[k] = (char)('0' + (x >> 16) % 64);
	}
	text[len] = '\0';
}

static void
test_long(void **state)
{
	static char text[LONG + 1];
	size_t len;

	(void)state;
	fill(text, LONG);
	assert_in_range(there_and_back(text), 1, LONG * 4 / 5);
	for (len = LONG - 1; len > 0; len -= 1 + len / 7) {
		text[len] = '\0';
		there_and_back(text);
	}
	for (len = 0; len < LONG; len++)
		text[len] = "what comes again "[len % 17];
	assert_in_range(there_and_back(text), 1, LONG / 50);
}

/* Nothing that a text can hold gets lost. */
static void
test_bytes(void **state)
{
	char text[256];
	int c;

	(void)state;
	for (c = 1; c < 256; c++)
		text[c - 1] = (char)c;
	text[255] = '\0';
	there_and_back(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
