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

#ifndef DAEMON_CHILD_H
#define DAEMON_CHILD_H

#include <event2/event.h>

#include "chan.h"
#include "log.h"

/*
 * The frame of a child process, run in a program of its own after exec, with
 * the channel to the parent on CHAN_FILENO: HELLO, configuration, READY, and
 * the end when the channel closes. What else ends it is fatal and logged.
 */

/*
 * Opens the log and the channel. handlers is a table of MSG_MAX entries; arg
 * is theirs. Returns the event base, which child_close() frees.
 */
struct event_base *child_open(enum proc_id id, enum log_sink sink,
    enum log_level level, const chan_handler *handlers, void *arg);

struct chan *child_channel(void);

/* The handler of MSG_LOG_LEVEL. */
int child_on_log_level(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t size);

/* Configured, and within these walls (enum wall). */
void child_ready(unsigned int walls);

/* Says HELLO, and works until the parent, or child_end(), ends it. */
void child_run(void);
void child_end(void);

/* After all that uses the event base. */
void child_close(void);

#endif
