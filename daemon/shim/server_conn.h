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

#ifndef SHIM_SERVER_CONN_H
#define SHIM_SERVER_CONN_H

#include <event2/http.h>
#include <stdbool.h>
#include <stdint.h>

#include "facts.h"
#include "kept.h"
#include "route.h"
#include "samples.h"
#include "server.h"
#include "stream.h"

/* What server.c and ours.c have in common. */

#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_HTML "text/html; charset=utf-8"
#define TYPE_JSON "application/json"

struct server {
	struct event_base *base;
	const struct auth *auth;
	struct lines *lines;
	struct news *news;
	int64_t since; /* of the news, in s since 1970 */
	struct limit *refused; /* lines of the log */
	struct facts *facts;
	struct kept *kept; /* of tasks */
	struct samples *samples;
	struct streams *streams;
	int64_t changed; /* when the daemon last said that something has */
};

struct server_conn {
	struct server *server;
	const char *address;
	struct server_cb cb;
	void *arg;
	struct evhttp *http;
	struct evhttp_bound_socket *bound; /* until it is accepted */
	struct event *accepted;
	struct evhttp_request *req; /* not answered yet */
	struct lines_ask *ask; /* its command */
	struct facts_wait *wait; /* or its wait for what there is to know */
	struct stream *stream; /* or the answer that does not end */
	enum route_what what;
	char id[ROUTE_ID_MAX]; /* of PAST: whose; of CONTAINER: the task's */
	uint64_t age; /* of what is kept, when it was asked for */
	bool may_read; /* it has the credentials, or none are needed */
};

/* Whether a browser may have sent the request for a page of another site. */
bool server_cross_site(const struct server_conn *c);

/* Says so in the log, if it has not been said too often. */
void server_refused(const struct server_conn *c, const char *why);

/* ours.c: a route from ROUTE_METRICS on. */
void ours_route(struct server_conn *c, const struct route *r);

#endif
