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

/* Files in memory, for what reads files; see rig_files.h. */

#include <sys/mman.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TESTS_FUZZ_RIG_FILES_C
#include "rig_files.h"

static struct {
	const char *texts[FILES_MAX];
	size_t sizes[FILES_MAX];
	size_t n;
} files;

void
fuzz_files(const char *const *texts, const size_t *sizes, size_t n)
{
	size_t i;

	files.n = n < FILES_MAX ? n : FILES_MAX;
	for (i = 0; i < files.n; i++) {
		files.texts[i] = texts[i];
		files.sizes[i] = sizes[i];
	}
}

static int
find(const char *path)
{
	if (files.n == 0 || strchr(path, 'x') != NULL) {
		errno = ENOENT;
		return -1;
	}
	return (int)(strlen(path) % files.n);
}

int
fuzz_open(const char *path, int flags)
{
	int i = find(path), fd;

	(void)flags;
	if (i == -1)
		return -1;
	if ((fd = memfd_create("fuzz", MFD_CLOEXEC)) == -1 ||
	    fchmod(fd, 0600) == -1 ||
	    write(fd, files.texts[i], files.sizes[i]) !=
		(ssize_t)files.sizes[i] ||
	    lseek(fd, 0, SEEK_SET) == -1)
		abort();
	return fd;
}

FILE *
fuzz_fopen(const char *path, const char *mode)
{
	int fd = fuzz_open(path, O_RDONLY);

	return fd == -1 ? NULL : fdopen(fd, mode);
}

int
fuzz_stat(const char *path, struct stat *st)
{
	if (find(path) == -1)
		return -1;
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFREG | 0600;
	return 0;
}

/* For the owner of the files; not root, as whom it would try in a child. */
uid_t
fuzz_geteuid(void)
{
	return geteuid() != 0 ? geteuid() : 1;
}
