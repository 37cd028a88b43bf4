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
 * while. On a virtual machine it can be much: the host may have taken notice.
 *
 *	cold MS COUNT	prints, as often, us a page after so many ms
 */

#include <sys/mman.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

#define PAGES 1000

int
main(int argc, char **argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i;
	int ms, n, sum = 0;
	double start;
	volatile char *p;

	if (argc != 3 || (ms = atoi(argv[1])) <= 0 || (n = atoi(argv[2])) <= 0)
		errx(2, "usage: cold MS COUNT");
	p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		err(1, "mmap");
	madvise((void *)p, PAGES * page, MADV_NOHUGEPAGE);
	memset((void *)p, 1, PAGES * page);
	for (; n > 0; n--) {
		usleep((useconds_t)ms * 1000);
		start = clock_ms(CLOCK_MONOTONIC);
		for (i = 0; i < PAGES; i++)
			sum += p[i * page + i * 64 % page];
		printf("%.3f\n",
		    (clock_ms(CLOCK_MONOTONIC) - start) * 1000 / PAGES);
	}
	return sum == 0;
}
