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
 * Included before daemon/store.c when it is built for the simulator: its
 * system calls go to the disk in memory.
 */

#ifndef SIM_DISK_NAMES_H
#define SIM_DISK_NAMES_H

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int disk_open(const char *path, int flags, ...);
int disk_openat(int dir, const char *name, int flags, ...);
int disk_close(int fd);
int disk_flock(int fd, int how);
int disk_fstat(int fd, struct stat *st);
ssize_t disk_read(int fd, void *buf, size_t len);
ssize_t disk_write(int fd, const void *buf, size_t len);
int disk_fsync(int fd);
int disk_faccessat(int dir, const char *name, int mode, int flags);
int disk_unlinkat(int dir, const char *name, int flags);
int disk_linkat(int olddir, const char *from, int newdir, const char *to,
    int flags);
int disk_renameat(int olddir, const char *from, int newdir, const char *to);
int disk_renameat2(int olddir, const char *from, int newdir, const char *to,
    unsigned int flags);
int disk_nanosleep(const struct timespec *a, struct timespec *b);

#define open disk_open
#define openat disk_openat
#define close disk_close
#define flock disk_flock
#define fstat disk_fstat
#define read disk_read
#define write disk_write
#define fsync disk_fsync
#define faccessat disk_faccessat
#define unlinkat disk_unlinkat
#define linkat disk_linkat
#define renameat disk_renameat
#define renameat2 disk_renameat2
#define nanosleep disk_nanosleep

#endif
