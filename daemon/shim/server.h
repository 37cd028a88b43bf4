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

#ifndef SHIM_SERVER_H
#define SHIM_SERVER_H

#include <event2/event.h>
#include <stdint.h>

#include "auth.h"
#include "lines.h"
#include "news.h"

/*
 * HTTP itself, by evhttp. It never meets a client: each connection has an
 * evhttp of its own, at the other end of a private socket.
 */
struct server;

#define SERVER_HEADERS_MAX 8192
#define SERVER_BODY_MAX 65536

/* What all of them are must outlive it. NULL without memory. */
struct server *server_new(struct event_base *base, const struct auth *auth,
    struct lines *lines, struct news *news);
/* When all connections are closed. */
void server_free(struct server *s);

/* How many answers may be streams at once, in all and to one address. */
void server_limit_streams(struct server *s, uint32_t all, uint32_t address);

/* What the daemon has told may be old. */
void server_changed(struct server *s);

/*
 * The daemon lives: to be called about every SAMPLES_EVERY seconds while it
 * does. Takes a sample of what it told last, or, if it has told of a change
 * since, of what it says when asked. now is in s since 1970.
 */
void server_sample(struct server *s, int64_t now);

/* For a connection's owner. Neither may close it. */
struct server_cb {
	void (*whole)(void *arg); /* a request has arrived */
	void (*stream)(void *arg); /* its answer has begun, and has no end */
	void (*answered)(void *arg); /* its answer has been written */
};

struct server_conn;

/*
 * Opens a connection for a client of that address, which must stay valid.
 * Returns NULL with errno, or its other end in fd, a non-blocking socket.
 */
struct server_conn *server_open(struct server *s, const char *address,
    const struct server_cb *cb, void *arg, int *fd);

/* Ends it; not from within a callback. A command already sent is not undone. */
void server_close(struct server_conn *c);

#endif
