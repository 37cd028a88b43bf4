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
 * cold: what it costs to touch a page of one's own that was left alone for a
 * while, its neighbours too. On a virtual machine it can be much: the host may
 * have put it elsewhere.
 *
 *	cold MS COUNT	prints, as often, us a page after so many ms, and again
 */

#include <sys/mman.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

#define PAGES 1000 /* are there */
#define TOUCHED 50 /* of them, */
#define STRIDE 617 /* so far from one to the next, round and round */

/* Returns us for each. */
static double
touch(volatile char *p, size_t page)
{
	double start = clock_ms(CLOCK_MONOTONIC);
	size_t i, at;

	for (i = 0; i < TOUCHED; i++) {
		at = i * STRIDE % PAGES;
		p[at * page + at * 64 % page]++;
	}
	return (clock_ms(CLOCK_MONOTONIC) - start) * 1000 / TOUCHED;
}

int
main(int argc, char **argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	double first;
	char *p;
	int ms, n;

	if (argc != 3 || (ms = atoi(argv[1])) <= 0 || (n = atoi(argv[2])) <= 0)
		errx(2, "usage: cold MS COUNT");
	p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		err(1, "mmap");
	madvise(p, PAGES * page, MADV_NOHUGEPAGE);
	memset(p, 1, PAGES * page);
	for (; n > 0; n--) {
		usleep((useconds_t)ms * 1000);
		first = touch(p, page);
		printf("%.3f %.3f\n", first, touch(p, page));
	}
	return 0;
}
