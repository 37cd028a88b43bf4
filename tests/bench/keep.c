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
 * keep: reads a byte of each page that processes have in memory, once a
 * second, until it is ended. Where the host of a virtual machine puts pages
 * elsewhere that nobody reads, it leaves these where they are.
 *
 *	keep PID...
 */

#include <sys/uio.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BATCH 512 /* pages at once */
#define PRESENT (UINT64_C(1) << 63) /* proc(5), pagemap */

/* Those of them that are there; from is the first one's address. */
static void
read_pages(pid_t pid, const uint64_t *entries, size_t n, uintptr_t from,
    size_t page)
{
	static char bytes[BATCH];
	struct iovec here = { .iov_base = bytes }, there[BATCH];
	size_t i, pages = 0;

	for (i = 0; i < n; i++) {
		if ((entries[i] & PRESENT) == 0)
			continue;
		there[pages].iov_base = (void *)(from + i * page);
		there[pages++].iov_len = 1;
	}
	here.iov_len = pages;
	/* It may have gone meanwhile; and a page of the kernel's is no page. */
	if (pages > 0 &&
	    process_vm_readv(pid, &here, 1, there, pages, 0) == -1 &&
	    errno != ESRCH && errno != EFAULT)
		err(1, "process_vm_readv %d", (int)pid);
}

static void
read_mapping(pid_t pid, int pagemap, uintptr_t from, uintptr_t to, size_t page)
{
	uint64_t entries[BATCH];
	size_t n;
	ssize_t len;

	for (; from < to; from += n * page) {
		n = (to - from) / page < BATCH ? (to - from) / page : BATCH;
		len = pread(pagemap, entries, n * sizeof(*entries),
		    (off_t)(from / page * sizeof(*entries)));
		if (len != (ssize_t)(n * sizeof(*entries)))
			return;
		read_pages(pid, entries, n, from, page);
	}
}

static void
read_process(pid_t pid, size_t page)
{
	char path[64], line[512], right;
	uintptr_t from, to;
	int pagemap;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	if ((pagemap = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		err(1, "%s", path);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	if ((maps = fopen(path, "re")) == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %c", &from, &to,
			&right) == 3 &&
		    right == 'r')
			read_mapping(pid, pagemap, from, to, page);
	}
	fclose(maps);
	close(pagemap);
}

int
main(int argc, char **argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int i;

	if (argc < 2)
		errx(2, "usage: keep PID...");
	for (;;) {
		for (i = 1; i < argc; i++)
			read_process((pid_t)atoi(argv[i]), page);
		sleep(1);
	}
}
