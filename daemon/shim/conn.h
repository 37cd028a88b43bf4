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

#ifndef SHIM_CONN_H
#define SHIM_CONN_H

#include <event2/event.h>

#include <sys/queue.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "blank.h"
#include "front.h"

/*
 * One client, from accept to close:
 *
 *	HANDSHAKE -> IDLE -> REQUEST -> ANSWER -> IDLE …, LINGER, DEAD
 *
 * In HANDSHAKE, IDLE and REQUEST the client is waited for, in ANSWER the
 * server is, and the client is not read; in LINGER all is answered, and what
 * the client still sends is thrown away, so that it can read the answer. From
 * ANSWER it goes to STREAM when the answer has no end: the client has nothing
 * more to say, and is read only to find out when it has gone.
 */
enum conn_state {
	CONN_HANDSHAKE,
	CONN_IDLE,
	CONN_REQUEST,
	CONN_ANSWER,
	CONN_STREAM,
	CONN_LINGER,
	CONN_DEAD
};

/* When each limit ends; 0: it does not run. */
enum conn_limit {
	LIMIT_HANDSHAKE,
	LIMIT_HEADERS,
	LIMIT_REQUEST,
	LIMIT_IDLE,
	LIMIT_UNREAD,
	LIMIT_LINGER,
	LIMIT_END, /* after its last request */
	LIMIT_MAX
};

struct bufferevent;
struct evbuffer;

struct conn {
	struct front *front;
	const struct front_limits *limits;
	int fd;
	struct in6_addr key; /* the client's address */
	char address[INET6_ADDRSTRLEN]; /* in words */
	struct tls_session *tls; /* or NULL */
	enum conn_state state;
	int64_t since; /* in this state */
	int64_t until[LIMIT_MAX];
	struct event *read;
	struct event *write;
	struct event *timer;
	struct evbuffer *out; /* to the client */
	struct server_conn *server; /* with the first byte of a request */
	struct bufferevent *up; /* to the server */
	struct event *answer; /* from there */
	struct blank blank;
	size_t taken; /* bytes while one request is not whole */
	bool eof; /* the client sends nothing more */
	bool up_eof; /* the server answers nothing more */
	TAILQ_ENTRY(conn) entry;
};

/* Takes the descriptor. Returns NULL without memory, with fd still open. */
struct conn *conn_new(struct front *f, struct event_base *base,
    const struct front_limits *limits, int fd, const struct in6_addr *key,
    const char *address, struct tls_session *tls);

/* Of no more use: it is freed later, by the front. */
void conn_drop(struct conn *c, const char *why);
void conn_free(struct conn *c);

/* front.c, for conn.c. */
struct server *front_server(struct front *f);
struct event_base *front_base(struct front *f);
/* The connection is dead. */
void front_reap(struct front *f);

#endif
