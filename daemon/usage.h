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

#ifndef DAEMON_USAGE_H
#define DAEMON_USAGE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

/* What a process has used, as the kernel counts it. */
struct usage {
	int64_t cpu; /* ms of processor time, for itself and in the kernel */
	int64_t memory; /* bytes that are resident */
};

/* Returns false where it cannot be read: the process is gone, or hidden. */
bool usage_of(pid_t pid, struct usage *u);

/*
 * The same of the text of /proc/PID/stat: usage_of() but for the reading.
 * ticks: of the clock, in a second; page: its bytes.
 */
bool usage_parse(const char *stat, long ticks, long page, struct usage *u);

#endif
