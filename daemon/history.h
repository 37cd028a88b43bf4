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

#ifndef DAEMON_HISTORY_H
#define DAEMON_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What happened lately, and who asked for it: the last events of each
 * instance, of each service, and of kafkad as a whole. Kept in memory, and in
 * the file "history" of the state's folder, so that they survive kafkad. No
 * decision depends on them: whatever becomes of the file, kafkad goes on.
 */
#define HISTORY_EVENTS 32 /* of one subject, at most */
#define HISTORY_BYTES 3072 /* that they take, whatever their number */
#define HISTORY_SUBJECTS 1300
#define HISTORY_SLACK (128 * 1024) /* bytes that the file may grow by */
#define HISTORY_KEEP (30 * 24 * 3600) /* s, of an instance that was removed */

struct history;

struct history_event {
	const char *subject; /* an instance or a service; empty: kafkad */
	int64_t time; /* s since 1970 */
	bool warn;
	const char *text;
	const char *who; /* asked for it; empty: nobody did */
};

/*
 * Reads what was kept in dir. lives tells whether there is an instance or a
 * service of that name; the events of others may be forgotten. What is damaged
 * is left out, which is logged once. Never fails, but for want of memory, which
 * is fatal.
 */
struct history *history_open(const char *dir,
    bool (*lives)(void *arg, const char *subject), void *arg);
void history_close(struct history *h); /* NULL is allowed */

/*
 * Notes an event. who may be NULL. Texts that are too long are cut. That it
 * cannot be written is logged once, until it can be again. With NULL for h
 * nothing is noted.
 */
void history_add(struct history *h, const char *subject, bool warn,
    const char *who, const char *text);

/*
 * Calls f for the last max events of the subject, and of another one if also
 * is not NULL, in the order in which they came; of all subjects, if subject is
 * NULL. Returns how many these were.
 */
size_t history_each(struct history *h, const char *subject, const char *also,
    size_t max, void (*f)(void *arg, const struct history_event *e), void *arg);

/*
 * The last event of the subject that fits. Returns false if there is none; its
 * texts are valid until the next is noted.
 */
bool history_last(const struct history *h, const char *subject,
    bool (*fits)(const char *start, const struct history_event *e),
    const char *start, struct history_event *e);

#endif
