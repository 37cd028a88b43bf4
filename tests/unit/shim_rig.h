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

#ifndef TESTS_SHIM_RIG_H
#define TESTS_SHIM_RIG_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shim/auth.h"
#include "shim/front.h"
#include "shim/lines.h"
#include "shim/server.h"

#define RIG_DEADLINE 10000 /* ms that a condition may take */
#define RIG_LINES 64

/* Requests, and what a parent answers to the good one. */
#define H "Host: a:1\r\n"
#define END "Connection: close\r\n\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" H
#define GOOD GET("/v0/kafka/scale/5") END
#define SCALED "200 kafka: 3 to 5\n"

/* Limits that a test can wait for. */
extern const struct front_limits rig_quick;

/*
 * All of the http process but its channel, in one event loop with the test:
 * front, server and lines, and a parent that is the other end of the lines.
 */
struct rig {
	struct event_base *base;
	struct auth *auth;
	struct lines *lines;
	struct news *news; /* what the parent tells is up to the test */
	struct server *server;
	struct front *front;
	struct front_limits limits;
	int port;
	/* The parent. */
	struct bufferevent *parent;
	const char *reply; /* to each line, whole; NULL: none */
	bool wrong; /* a line was none that may come */
	unsigned int n; /* lines that came */
	char line[RIG_LINES][256]; /* the first of them */
	bool broken; /* the lines are */
};

/* An answer, or what came of it before the end. */
struct rig_answer {
	char *p; /* ended by a NUL */
	size_t len;
};

/* limits: NULL for 512, 64 of one address; timeout: of a line. */
void rig_open(struct rig *r, const char *user, const char *password,
    const struct front_limits *limits, int64_t timeout);
void rig_close(struct rig *r);

/* Runs the event loop for a moment. */
void rig_pump(struct rig *r);
int64_t rig_now(void);

/* A non-blocking connection. */
int rig_connect(struct rig *r);
void rig_send(struct rig *r, int fd, const char *p, size_t len);
void rig_puts(struct rig *r, int fd, const char *s);
/* Until the end, or until len bytes are there. */
struct rig_answer rig_read(struct rig *r, int fd, size_t len);
/* Whether it is closed within that many ms; what comes is thrown away. */
bool rig_closed(struct rig *r, int fd, int64_t ms);

/* One request, and all that comes until the end. To be freed: p. */
struct rig_answer rig_ask(struct rig *r, const char *p, size_t len);
/* The same with a text; returns the status code, 0 if there is none. */
int rig_code(struct rig *r, const char *request);

/* How often it is in the text. */
int rig_count(const char *s, const char *what);

#endif
