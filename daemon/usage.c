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
 * What our processes use, for those who watch over kafkad. Runs in the parent,
 * which may read /proc, while its children cannot. It reads numbers of the
 * kernel; the name of a program among them is anybody's and is left out.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "usage.h"

bool
usage_parse(const char *stat, long ticks, long page, struct usage *u)
{
	const char *rest = strrchr(stat, ')');
	unsigned long long user, kernel;
	long long pages;

	/* state, ten more, the times, eight more, the resident pages */
	if (rest == NULL || ticks <= 0 ||
	    sscanf(rest + 1,
		" %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu"
		" %*s %*s %*s %*s %*s %*s %*s %*s %lld",
		&user, &kernel, &pages) != 3 ||
	    pages < 0)
		return false;
	u->cpu = (int64_t)((user + kernel) * 1000 / (unsigned long)ticks);
	u->memory = pages * page;
	return true;
}

bool
usage_of(pid_t pid, struct usage *u)
{
	char path[64], stat[1024];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	n = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	if (n <= 0)
		return false;
	stat[n] = '\0';
	return usage_parse(stat, sysconf(_SC_CLK_TCK), sysconf(_SC_PAGESIZE),
	    u);
}
