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

#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A target is a file fuzz_NAME.c with this function, which libFuzzer calls
 * with what it made up, and replay.c with the files of NAME.in/. It returns 0
 * and keeps nothing from one call to the next.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Something that must always hold does not: ends the program by a signal. */
#define FUZZ_CHECK(what)                                      \
	do {                                                  \
		if (!(what))                                  \
			fuzz_fail(__FILE__, __LINE__, #what); \
	} while (0)
__attribute__((noreturn)) void fuzz_fail(const char *file, int line,
    const char *what);

/* Takes n bytes from the input; fewer are filled up with zeros. */
struct fuzz_in {
	const uint8_t *p;
	size_t left;
};
uint32_t fuzz_take(struct fuzz_in *in, size_t n);

/* A copy with a NUL behind it, to be freed. */
char *fuzz_text(const void *data, size_t size);

#endif
