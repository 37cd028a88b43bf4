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
 * usage: what other processes have used, for the benchmarks.
 *
 *	usage clock		the clock that does not jump, in ms
 *	usage cpu PID...	the time of processors, in ms
 *	usage memory PID...	what is resident now, in KiB
 *	usage share PID...	the same, of a page that n processes have 1/n
 *	usage own PID...	what of that comes from no file
 *	usage peak PID...	what was at most, since forget
 *	usage forget PID...	forgets that
 *
 * Of several it is the sum. Forgetting needs root, or processes that may be
 * looked into.
 */

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

static double
cpu_ms(pid_t pid)
{
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) != 0)
		errx(1, "no process %d", (int)pid);
	return clock_ms(id);
}

/* A line of /proc/PID/FILE that is in KiB. */
static double
line_kib(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	if ((f = fopen(path, "r")) == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name), NULL, 10);
	}
	fclose(f);
	if (kib == -1)
		errx(1, "%s: no %s", path, name);
	return (double)kib;
}

static double
forget(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", (int)pid);
	if ((fd = open(path, O_WRONLY)) == -1 || write(fd, "5", 1) != 1)
		err(1, "%s", path);
	close(fd);
	return 0;
}

static double
of_one(const char *what, pid_t pid)
{
	if (strcmp(what, "cpu") == 0)
		return cpu_ms(pid);
	if (strcmp(what, "memory") == 0)
		return line_kib(pid, "status", "VmRSS:");
	if (strcmp(what, "share") == 0)
		return line_kib(pid, "smaps_rollup", "Pss:");
	if (strcmp(what, "own") == 0)
		return line_kib(pid, "status", "RssAnon:");
	if (strcmp(what, "peak") == 0)
		return line_kib(pid, "status", "VmHWM:");
	if (strcmp(what, "forget") == 0)
		return forget(pid);
	errx(2, "no such word: %s", what);
}

int
main(int argc, char **argv)
{
	const char *errstr;
	double sum = 0;
	pid_t pid;
	int i;

	if (argc < 2)
		errx(2,
		    "usage: usage clock|cpu|memory|share|own|peak|forget "
		    "[PID...]");
	if (strcmp(argv[1], "clock") == 0)
		sum = clock_ms(CLOCK_MONOTONIC);
	for (i = 2; i < argc; i++) {
		pid = (pid_t)strtonum(argv[i], 1, 1 << 30, &errstr);
		if (errstr != NULL)
			errx(2, "%s is %s", argv[i], errstr);
		sum += of_one(argv[1], pid);
	}
	printf("%.3f\n", sum);
	return 0;
}
