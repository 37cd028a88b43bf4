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
 *	usage together PID...	the same, a page that several have counted once
 *	usage own PID...	what of that comes from no file
 *	usage peak PID...	what was at most, since forget
 *	usage forget PID...	forgets that
 *
 * Of several it is the sum, but for together, which needs root. Forgetting
 * needs root, too, or processes that may be looked into.
 */

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
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

/* A line of /proc/PID/status that is in KiB. */
static double
status_kib(pid_t pid, const char *name)
{
	char path[64], line[256];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
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

/* The page frames of all processes. */
static struct frames {
	uint64_t *list;
	size_t n;
	size_t size;
} frames;

static void
frame_add(uint64_t frame)
{
	if (frames.n == frames.size) {
		frames.size = frames.size != 0 ? frames.size * 2 : 4096;
		frames.list = reallocarray(frames.list, frames.size,
		    sizeof(*frames.list));
		if (frames.list == NULL)
			err(1, NULL);
	}
	frames.list[frames.n++] = frame;
}

/* proc_pid_pagemap(5): a number of 55 bits, and whether there is a page. */
static void
frames_add(int pagemap, uint64_t from, uint64_t to)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), p, entry;

	for (p = from / page; p < to / page; p++) {
		if (pread(pagemap, &entry, sizeof(entry),
			(off_t)(p * sizeof(entry))) != sizeof(entry))
			return; /* not of the process itself */
		if (!(entry >> 63))
			continue;
		if ((entry &= ((uint64_t)1 << 55) - 1) == 0)
			errx(1, "page frames are for root");
		frame_add(entry);
	}
}

static void
frames_of(pid_t pid)
{
	char path[64], line[8192];
	unsigned long from, to;
	FILE *maps;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	if ((fd = open(path, O_RDONLY)) == -1)
		err(1, "%s", path);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	if ((maps = fopen(path, "r")) == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx", &from, &to) == 2)
			frames_add(fd, from, to);
	}
	fclose(maps);
	close(fd);
}

static int
frame_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double
frames_kib(void)
{
	size_t i, n = 0;

	qsort(frames.list, frames.n, sizeof(*frames.list), frame_cmp);
	for (i = 0; i < frames.n; i++) {
		if (i == 0 || frames.list[i] != frames.list[i - 1])
			n++;
	}
	return (double)n * (double)sysconf(_SC_PAGESIZE) / 1024;
}

static double
of_one(const char *what, pid_t pid)
{
	if (strcmp(what, "cpu") == 0)
		return cpu_ms(pid);
	if (strcmp(what, "memory") == 0)
		return status_kib(pid, "VmRSS:");
	if (strcmp(what, "together") == 0) {
		frames_of(pid);
		return 0;
	}
	if (strcmp(what, "own") == 0)
		return status_kib(pid, "RssAnon:");
	if (strcmp(what, "peak") == 0)
		return status_kib(pid, "VmHWM:");
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
		    "usage: usage clock|cpu|memory|together|own|peak|forget "
		    "[PID...]");
	if (strcmp(argv[1], "clock") == 0)
		sum = clock_ms(CLOCK_MONOTONIC);
	for (i = 2; i < argc; i++) {
		pid = (pid_t)strtonum(argv[i], 1, 1 << 30, &errstr);
		if (errstr != NULL)
			errx(2, "%s is %s", argv[i], errstr);
		sum += of_one(argv[1], pid);
	}
	if (frames.n > 0)
		sum = frames_kib();
	printf("%.3f\n", sum);
	return 0;
}
