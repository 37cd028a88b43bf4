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
 * A disk in memory with one folder, for the daemon's store.c. It must be no
 * kinder than a real one: only what was fsynced is there for sure.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "disk_names.h"

#define NAMES 32
#define INODES 64
#define FILES 8
#define STEPS 32 /* changes of the folder that are not fsynced */
#define NAME_LEN 64
#define FD_DIR 1000
#define FD_FILE 1001

struct inode {
	bool used;
	char *text; /* with a NUL at its end */
	size_t len;
	char *synced; /* or NULL */
	size_t synced_len;
};

struct folder {
	struct {
		char name[NAME_LEN];
		int inode; /* -1: no entry */
	} entries[NAMES];
};

struct disk {
	struct inode inodes[INODES];
	struct folder folder[STEPS + 1]; /* durable, and after each change */
	size_t nsteps;
	struct {
		int inode; /* -1: closed */
		size_t at;
	} files[FILES];
	bool stopped;
	bool full;
	int stop_after;
	uint64_t version;
};

static struct disk *disk; /* in use */

static struct folder *
folder_now(struct disk *d)
{
	return &d->folder[d->nsteps];
}

static void
folder_init(struct folder *f)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < NAMES; i++)
		f->entries[i].inode = -1;
}

static void
files_close(struct disk *d)
{
	size_t i;

	for (i = 0; i < FILES; i++)
		d->files[i].inode = -1;
}

struct disk *
disk_new(void)
{
	struct disk *d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	folder_init(&d->folder[0]);
	files_close(d);
	return d;
}

static void
inode_free(struct inode *n)
{
	free(n->text);
	free(n->synced);
	memset(n, 0, sizeof(*n));
}

void
disk_free(struct disk *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < INODES; i++)
		inode_free(&d->inodes[i]);
	free(d);
}

void
disk_use(struct disk *d)
{
	disk = d;
}

void
disk_stop(struct disk *d, bool stopped)
{
	d->stopped = stopped;
	d->stop_after = 0;
}

void
disk_stop_after(struct disk *d, int operations)
{
	d->stop_after = operations;
}

void
disk_fill(struct disk *d, bool full)
{
	d->full = full;
}

bool
disk_is_stopped(const struct disk *d)
{
	return d->stopped;
}

/* Frees what no name and no descriptor leads to any more. */
static void
inodes_collect(struct disk *d)
{
	bool used[INODES] = { false };
	size_t i, k;

	for (i = 0; i <= d->nsteps; i++) {
		for (k = 0; k < NAMES; k++) {
			if (d->folder[i].entries[k].inode != -1)
				used[d->folder[i].entries[k].inode] = true;
		}
	}
	for (i = 0; i < FILES; i++) {
		if (d->files[i].inode != -1)
			used[d->files[i].inode] = true;
	}
	for (i = 0; i < INODES; i++) {
		if (d->inodes[i].used && !used[i])
			inode_free(&d->inodes[i]);
	}
}

static void
inode_sync(struct inode *n)
{
	free(n->synced);
	n->synced = malloc(n->len + 1);
	memcpy(n->synced, n->text, n->len + 1);
	n->synced_len = n->len;
}

static void
inode_set(struct inode *n, const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	free(n->text);
	n->text = copy;
	n->len = len;
}

static int
inode_new(struct disk *d)
{
	int i;

	for (i = 0; i < INODES; i++) {
		if (d->inodes[i].used)
			continue;
		d->inodes[i].used = true;
		inode_set(&d->inodes[i], "", 0);
		return i;
	}
	abort();
}

static int
folder_find(const struct folder *f, const char *name)
{
	int i;

	for (i = 0; i < NAMES; i++) {
		if (f->entries[i].inode != -1 &&
		    strcmp(f->entries[i].name, name) == 0)
			return i;
	}
	return -1;
}

/* A change begins; the folder as it was may come back in a crash. */
static struct folder *
folder_change(struct disk *d)
{
	if (d->nsteps == STEPS)
		abort();
	d->folder[d->nsteps + 1] = d->folder[d->nsteps];
	d->nsteps++;
	return folder_now(d);
}

static void
folder_set(struct folder *f, const char *name, int inode)
{
	int i = folder_find(f, name);

	if (i == -1) {
		for (i = 0; i < NAMES && f->entries[i].inode != -1; i++)
			continue;
		if (i == NAMES)
			abort();
	}
	strlcpy(f->entries[i].name, name, NAME_LEN);
	f->entries[i].inode = inode;
}

static void
folder_sync(struct disk *d)
{
	d->folder[0] = *folder_now(d);
	d->nsteps = 0;
	d->version++;
	inodes_collect(d);
}

void
disk_crash(struct disk *d, bool machine, struct rng *r)
{
	struct inode *n;
	size_t i;

	files_close(d);
	disk_stop(d, false);
	if (machine) {
		d->folder[0] = d->folder[rng_below(r, d->nsteps + 1)];
		d->nsteps = 0;
		for (i = 0; i < INODES; i++) {
			n = &d->inodes[i];
			if (!n->used ||
			    (n->synced != NULL && n->synced_len == n->len &&
				memcmp(n->synced, n->text, n->len) == 0))
				continue;
			/* Anything from nothing to all of it. */
			n->len = rng_below(r, n->len + 1);
			n->text[n->len] = '\0';
		}
	}
	for (i = 0; i < INODES; i++) {
		if (d->inodes[i].used)
			inode_sync(&d->inodes[i]);
	}
	folder_sync(d);
}

const char *
disk_durable(const struct disk *d, const char *name, size_t *len)
{
	int i = folder_find(&d->folder[0], name);
	const struct inode *n;

	*len = 0;
	if (i == -1)
		return NULL;
	n = &d->inodes[d->folder[0].entries[i].inode];
	*len = n->synced_len;
	return n->synced == NULL ? "" : n->synced;
}

uint64_t
disk_version(const struct disk *d)
{
	return d->version;
}

void
disk_put(struct disk *d, const char *name, const char *text)
{
	struct folder *f = folder_change(d);
	int i;

	if (text == NULL) {
		if ((i = folder_find(f, name)) != -1)
			f->entries[i].inode = -1;
	} else {
		i = inode_new(d);
		inode_set(&d->inodes[i], text, strlen(text));
		inode_sync(&d->inodes[i]);
		folder_set(f, name, i);
	}
	folder_sync(d);
}

bool
disk_damage(struct disk *d, const char *name, struct rng *r)
{
	int i = folder_find(folder_now(d), name);
	struct inode *n;

	if (i == -1)
		return false;
	n = &d->inodes[folder_now(d)->entries[i].inode];
	if (n->len == 0)
		return false;
	/* The backup may be another name of the same file. */
	i = inode_new(d);
	inode_set(&d->inodes[i], n->text, n->len);
	n = &d->inodes[i];
	if (rng_chance(r, 50))
		n->len = rng_below(r, n->len);
	else
		n->text[rng_below(r, n->len)] ^= 1 << rng_below(r, 7);
	n->text[n->len] = '\0';
	inode_sync(n);
	folder_set(folder_change(d), name, i);
	folder_sync(d);
	return true;
}

/* Whether an operation that changes something may go on. */
static bool
disk_may(void)
{
	if (disk->stop_after > 0 && --disk->stop_after == 0)
		disk->stopped = true;
	if (disk->stopped || disk->full) {
		errno = disk->full ? ENOSPC : EIO;
		return false;
	}
	return true;
}

int
disk_open(const char *path, int flags, ...)
{
	(void)path;
	(void)flags;
	return FD_DIR;
}

int
disk_openat(int dir, const char *name, int flags, ...)
{
	int i, inode;

	(void)dir;
	i = folder_find(folder_now(disk), name);
	inode = i == -1 ? -1 : folder_now(disk)->entries[i].inode;
	if (inode == -1 || (flags & O_TRUNC)) {
		if (!(flags & O_CREAT)) {
			errno = ENOENT;
			return -1;
		}
		if (!disk_may())
			return -1;
		if (inode == -1) {
			inode = inode_new(disk);
			folder_set(folder_change(disk), name, inode);
		}
		inode_set(&disk->inodes[inode], "", 0);
	}
	for (i = 0; i < FILES; i++) {
		if (disk->files[i].inode != -1)
			continue;
		disk->files[i].inode = inode;
		disk->files[i].at = 0;
		return FD_FILE + i;
	}
	abort();
}

int
disk_close(int fd)
{
	if (fd >= FD_FILE)
		disk->files[fd - FD_FILE].inode = -1;
	return 0;
}

int
disk_flock(int fd, int how)
{
	(void)fd;
	(void)how;
	return 0;
}

int
disk_fstat(int fd, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFREG | 0600;
	st->st_size = (off_t)disk->inodes[disk->files[fd - FD_FILE].inode].len;
	return 0;
}

ssize_t
disk_read(int fd, void *buf, size_t len)
{
	struct inode *n = &disk->inodes[disk->files[fd - FD_FILE].inode];
	size_t *at = &disk->files[fd - FD_FILE].at;

	if (len > n->len - *at)
		len = n->len - *at;
	memcpy(buf, n->text + *at, len);
	*at += len;
	return (ssize_t)len;
}

ssize_t
disk_write(int fd, const void *buf, size_t len)
{
	struct inode *n = &disk->inodes[disk->files[fd - FD_FILE].inode];
	char *text;

	if (!disk_may())
		return -1;
	/* Sometimes only a part of it, as real ones do. */
	if (len > 4000)
		len = len / 2 + 1;
	if ((text = realloc(n->text, n->len + len + 1)) == NULL)
		abort();
	memcpy(text + n->len, buf, len);
	n->text = text;
	n->len += len;
	n->text[n->len] = '\0';
	return (ssize_t)len;
}

int
disk_fsync(int fd)
{
	if (!disk_may())
		return -1;
	if (fd == FD_DIR)
		folder_sync(disk);
	else
		inode_sync(&disk->inodes[disk->files[fd - FD_FILE].inode]);
	return 0;
}

int
disk_faccessat(int dir, const char *name, int mode, int flags)
{
	(void)dir;
	(void)mode;
	(void)flags;
	if (folder_find(folder_now(disk), name) != -1)
		return 0;
	errno = ENOENT;
	return -1;
}

int
disk_unlinkat(int dir, const char *name, int flags)
{
	int i;

	(void)dir;
	(void)flags;
	if (disk->stopped || !disk_may()) {
		/* A full disk does not mind. */
		if (!disk->full || disk->stopped)
			return -1;
	}
	if ((i = folder_find(folder_now(disk), name)) == -1) {
		errno = ENOENT;
		return -1;
	}
	folder_change(disk)->entries[i].inode = -1;
	return 0;
}

int
disk_linkat(int olddir, const char *from, int newdir, const char *to, int flags)
{
	int i = folder_find(folder_now(disk), from);

	(void)olddir;
	(void)newdir;
	(void)flags;
	if (!disk_may())
		return -1;
	if (i == -1 || folder_find(folder_now(disk), to) != -1) {
		errno = i == -1 ? ENOENT : EEXIST;
		return -1;
	}
	folder_set(folder_change(disk), to, folder_now(disk)->entries[i].inode);
	return 0;
}

int
disk_renameat(int olddir, const char *from, int newdir, const char *to)
{
	struct folder *f;
	int i = folder_find(folder_now(disk), from), inode;

	(void)olddir;
	(void)newdir;
	if (!disk_may())
		return -1;
	if (i == -1) {
		errno = ENOENT;
		return -1;
	}
	f = folder_change(disk);
	inode = f->entries[i].inode;
	f->entries[i].inode = -1;
	folder_set(f, to, inode);
	return 0;
}

int
disk_renameat2(int olddir, const char *from, int newdir, const char *to,
    unsigned int flags)
{
	if ((flags & RENAME_NOREPLACE) &&
	    folder_find(folder_now(disk), to) != -1) {
		errno = EEXIST;
		return -1;
	}
	return disk_renameat(olddir, from, newdir, to);
}

int
disk_nanosleep(const struct timespec *a, struct timespec *b)
{
	(void)a;
	(void)b;
	return 0;
}
