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
 * sync: how long it takes to make so many bytes durable here, as kafkad does
 * it: a new file, fsync, the old one kept, its name, fsync of the folder.
 *
 *	sync FOLDER BYTES COUNT EVERY
 *
 * One begins EVERY ms. Prints, in ms, for each: all of it, one fsync.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

/* Returns how long it took, in ms. */
static double
once(int dir, const char *buf, size_t len)
{
	double start = clock_ms(CLOCK_MONOTONIC), before, after, all;
	int fd;

	fd = openat(dir, "bench.new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd == -1)
		err(1, "open");
	if (write(fd, buf, len) != (ssize_t)len)
		err(1, "write");
	before = clock_ms(CLOCK_MONOTONIC);
	if (fsync(fd) == -1)
		err(1, "fsync");
	after = clock_ms(CLOCK_MONOTONIC);
	close(fd);
	unlinkat(dir, "bench.backup", 0);
	if (linkat(dir, "bench.old", dir, "bench.backup", 0) == -1 &&
	    errno != ENOENT)
		err(1, "link");
	if (renameat(dir, "bench.new", dir, "bench.old") == -1)
		err(1, "rename");
	if (fsync(dir) == -1)
		err(1, "fsync");
	all = clock_ms(CLOCK_MONOTONIC) - start;
	printf("%.3f %.3f\n", all, after - before);
	return all;
}

static int
number(const char *s)
{
	const char *errstr;
	int n;

	n = (int)strtonum(s, 1, 1 << 30, &errstr);
	if (errstr != NULL)
		errx(2, "%s is %s", s, errstr);
	return n;
}

int
main(int argc, char **argv)
{
	size_t len;
	char *buf;
	int dir, n, every;
	double left;

	if (argc != 5)
		errx(2, "usage: sync FOLDER BYTES COUNT EVERY");
	len = (size_t)number(argv[2]);
	if ((dir = open(argv[1], O_RDONLY | O_DIRECTORY)) == -1)
		err(1, "%s", argv[1]);
	if ((buf = malloc(len)) == NULL)
		err(1, NULL);
	memset(buf, 'a', len);
	every = number(argv[4]);
	for (n = number(argv[3]); n > 0; n--) {
		left = every - once(dir, buf, len);
		if (left > 0)
			usleep((useconds_t)(left * 1000));
	}
	if (unlinkat(dir, "bench.old", 0) == -1)
		err(1, "unlink");
	free(buf);
	close(dir);
	return 0;
}
