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
 * fail.so: for LD_PRELOAD, a disk that fails. The file in FAIL_FILE has a line
 * "CALL ERRNO" for each system call that is to fail with that number, and
 * is read at each of them; "fsyncdir" is fsync of a folder, "append" a write to
 * a file that is only appended to, and an openat that would change nothing
 * succeeds. It trusts the file and must change
 * nothing else.
 */

#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether the file has a line for the call: then errno is set. */
static bool
fails(const char *call)
{
	const char *path = getenv("FAIL_FILE");
	int number = 0, saved = errno;
	char name[32];
	bool found = false;
	FILE *f;

	if (path == NULL || (f = fopen(path, "re")) == NULL) {
		errno = saved;
		return false;
	}
	while (!found && fscanf(f, "%31s %d", name, &number) == 2)
		found = strcmp(name, call) == 0;
	fclose(f);
	errno = found ? number : saved;
	return found;
}

/* The one behind ours. */
static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

int
fsync(int fd)
{
	int (*fn)(int);
	struct stat st;
	bool dir = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);

	*(void **)&fn = real("fsync");
	return fails(dir ? "fsyncdir" : "fsync") ? -1 : fn(fd);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	ssize_t (*fn)(int, const void *, size_t);
	struct stat st;

	*(void **)&fn = real("write");
	/* Logs go on. */
	if (fd > STDERR_FILENO && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (fails("write") ||
		((fcntl(fd, F_GETFL) & O_APPEND) && fails("append"))))
		return -1;
	return fn(fd, buf, n);
}

int
renameat(int olddir, const char *old, int newdir, const char *new)
{
	int (*fn)(int, const char *, int, const char *);

	*(void **)&fn = real("renameat");
	return fails("renameat") ? -1 : fn(olddir, old, newdir, new);
}

int
linkat(int olddir, const char *old, int newdir, const char *new, int flags)
{
	int (*fn)(int, const char *, int, const char *, int);

	*(void **)&fn = real("linkat");
	return fails("linkat") ? -1 : fn(olddir, old, newdir, new, flags);
}

int
unlinkat(int dir, const char *name, int flags)
{
	int (*fn)(int, const char *, int);

	*(void **)&fn = real("unlinkat");
	return fails("unlinkat") ? -1 : fn(dir, name, flags);
}

int
openat(int dir, const char *name, int flags, ...)
{
	int (*fn)(int, const char *, int, ...);
	mode_t mode = 0;
	va_list ap;

	*(void **)&fn = real("openat");
	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if ((flags & O_ACCMODE) != O_RDONLY && fails("openat"))
		return -1;
	return fn(dir, name, flags, mode);
}
