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
 * Included before files of daemon/ when they are built for a target that must
 * not touch the files which its input names: they see those of rig_files.c.
 */

#ifndef TESTS_FUZZ_RIG_FILES_H
#define TESTS_FUZZ_RIG_FILES_H

#include <sys/stat.h>

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define FILES_MAX 4

/*
 * What is in the files: any path that has an 'x' in it is missing, the others
 * have one of these texts, chosen by the length of their path.
 */
void fuzz_files(const char *const *texts, const size_t *sizes, size_t n);

int fuzz_open(const char *path, int flags);
FILE *fuzz_fopen(const char *path, const char *mode);
int fuzz_stat(const char *path, struct stat *st);
uid_t fuzz_geteuid(void);

#ifndef TESTS_FUZZ_RIG_FILES_C
#define open fuzz_open
#define fopen fuzz_fopen
#define stat(path, st) fuzz_stat(path, st)
#define geteuid fuzz_geteuid
#endif

#endif
