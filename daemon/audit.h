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

#ifndef DAEMON_AUDIT_H
#define DAEMON_AUDIT_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

struct limit;

/*
 * Who asked for what, and how it ended: one line of the log for each change
 * that was asked for, also for those that were refused; kafkad(8) has its form.
 */
struct audit;

#define AUDIT_NAME_MAX 192
#define AUDIT_VIA_MAX 16

/* The one who asks: a process here, or a client of the shim. */
struct audit_who {
	char via[AUDIT_VIA_MAX]; /* "socket", or what was attached */
	uid_t uid; /* of the process */
	pid_t pid;
	char user[AUDIT_NAME_MAX]; /* of the shim's client; "" for nobody */
	char address[AUDIT_NAME_MAX]; /* the same; "" for a process */
};

/* Writes "uid 1000 (name) pid 123" or "http, user alice, 10.0.0.1". */
char *audit_who(const struct audit_who *who, char *buf, size_t size);

/*
 * Takes "as USER ADDRESS" off a line of the shim and puts it into who. Returns
 * the command after it, or NULL if it is not there.
 */
const char *audit_as(struct audit_who *who, const char *line);

/* limit, for refusals, must outlive it. NULL without memory. */
struct audit *audit_new(struct limit *limit);

/* A change is begun by the client with that id. who and line are copied. */
void audit_begin(struct audit *a, uint32_t id, const struct audit_who *who,
    const char *line);

/*
 * It has ended, whether the client is still there or not; nothing if it had
 * begun none.
 */
void audit_end(struct audit *a, uint32_t id, int code, const char *text);

/* A change that is refused at once. */
void audit_refused(struct audit *a, const struct audit_who *who,
    const char *line, int code, const char *text);

/* Changes that have begun end here. NULL is allowed. */
void audit_free(struct audit *a);

#endif
