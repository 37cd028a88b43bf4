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

#ifndef SHIM_LINES_H
#define SHIM_LINES_H

#include <event2/event.h>
#include <stdint.h>

/*
 * The client of the line protocol: one connection to the parent, which is
 * given at start and cannot be made again. Commands are sent without waiting
 * for replies, which come in the same order.
 */
struct lines;
struct lines_ask;

#define LINES_MAX 1024 /* commands without a reply */
#define LINES_TIMEOUT 10000 /* ms */
#define LINES_DATA_MAX (8 * 1024 * 1024) /* bytes of the data of one reply */

/*
 * The reply, or that none came in time (code 503), or more than can be kept
 * (code 502). data is the data lines without their codes, with LF between
 * them, or NULL. Called once, from the event loop.
 */
typedef void (
    *lines_cb)(void *arg, int code, const char *text, const char *data);

/*
 * Takes fd, a connected stream socket. broken is called once, when the
 * connection has ended (reason NULL) or what comes from it is no reply; it
 * may free the lines. Returns NULL without memory.
 */
struct lines *lines_new(struct event_base *base, int fd, int64_t timeout,
    void (*broken)(void *arg, const char *reason), void *arg);

/* Without calling anybody who waits. */
void lines_free(struct lines *l);

/*
 * Sends a command. Returns NULL if there are too many without a reply
 * already, or no memory.
 */
struct lines_ask *lines_send(struct lines *l, const char *command, lines_cb cb,
    void *arg);

/*
 * Sends a command that takes its time: each is called for every line of its
 * progress, until the lines are freed. Its end breaks them. Returns -1 without
 * memory.
 */
int lines_follow(struct lines *l, const char *command,
    void (*each)(void *arg, const char *data), void *arg);

/* The one who asked has gone. Not after its callback was called. */
void lines_forget(struct lines_ask *a);

#endif
