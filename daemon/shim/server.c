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
 * Part of the http process: evhttp, and what a request leads to. Requests are
 * not trusted, whatever evhttp has made of them: each becomes one command
 * made of the table of routes, or none. The credentials come before anything
 * that a route does.
 */

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "grow.h"
#include "killpoint.h"
#include "limit.h"
#include "log.h"
#include "private.h"
#include "render.h"
#include "reply.h"
#include "server_conn.h"

#define REFUSED_MAX 5 /* lines of the log in a second */
#define TIMEOUT 3600 /* s, evhttp's own: ours are shorter */

/* An answer of a route's handler. */
static void
server_answer(struct server_conn *c, int code, const char *body, size_t len)
{
	struct reply r = {
		.code = code,
		.api = true,
		.type = TYPE_TEXT,
		.body = body,
		.len = len,
	};
	struct evhttp_request *req = c->req;

	/* The Go framework's codes: it was configured with a user, or not. */
	if (code == 200 && !auth_needed(c->server->auth))
		r.code = 202;
	c->req = NULL;
	reply_send(req, &r);
}

/* A refusal, and why. */
static void
server_refuse(struct server_conn *c, int code, const char *why)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s\n", why);
	server_answer(c, code, text, strlen(text));
}

static void
server_container(struct server_conn *c, const char *data)
{
	size_t len;
	char *body;

	if ((body = render_container(data, &len)) == NULL) {
		log_warnx("the daemon's answer cannot be read");
		server_refuse(c, 500, "the daemon's answer cannot be read");
		return;
	}
	if (data != NULL)
		kept_put(c->server->kept, c->id, c->age, body, len);
	server_answer(c, 200, body, len);
	free(body);
}

/* The task is as it was when another has asked. */
static bool
server_kept(struct server_conn *c, const char *id)
{
	const char *body;
	size_t len;

	body = kept_find(c->server->kept, id, &len);
	if (body != NULL)
		server_answer(c, 200, body, len);
	return body != NULL;
}

static void
server_reply_cb(void *arg, int code, const char *text, const char *data)
{
	struct server_conn *c = arg;
	char number[32];

	c->ask = NULL;
	if (c->what == ROUTE_CONTAINER && code == 404)
		server_container(c, NULL);
	else if (code >= 400)
		server_refuse(c, code, text);
	else if (code != 200)
		server_refuse(c, 502, "the daemon's answer is not understood");
	else if (c->what == ROUTE_CONTAINER && data != NULL)
		server_container(c, data);
	else if (c->what == ROUTE_SCALE &&
	    render_scale(text, number, sizeof(number)) == 0)
		server_answer(c, 200, number, strlen(number));
	else if (c->what == ROUTE_REFLATE || c->what == ROUTE_KILL)
		server_answer(c, 200, "ok", 2);
	else
		server_refuse(c, 502, "the daemon's answer is not understood");
}

/* Credentials are good: does what the route says. */
static void
server_do(struct server_conn *c, const struct route *r)
{
	struct server *s = c->server;
	char command[512];

	if (r->what == ROUTE_SCALE && !r->good) {
		server_refuse(c, 400,
		    "the count must be a number from 0 to 1000");
		return;
	}
	if (!r->good && r->what == ROUTE_KILL) {
		server_refuse(c, 404, "no such task");
		return;
	}
	if (!r->good) {
		server_container(c, NULL);
		return;
	}
	if (r->what == ROUTE_CONTAINER && server_kept(c, r->id))
		return;
	if (!route_command(r, auth_user(s->auth), c->address, command,
		sizeof(command))) {
		server_refuse(c, 400, "the request is too long");
		return;
	}
	c->what = r->what;
	strlcpy(c->id, r->id, sizeof(c->id));
	c->age = kept_age(s->kept);
	c->ask = lines_send(s->lines, command, server_reply_cb, c);
	if (c->ask == NULL)
		server_refuse(c, 503,
		    "too many requests wait for kafkad; nothing was done");
}

static void
server_moved(struct evhttp_request *req, enum route_method method,
    const char *location)
{
	struct reply r = { .code = 301, .location = location, .body = "" };
	struct grow g = { NULL, 0, 0, false };
	char *body = NULL;

	if (method == METHOD_GET || method == METHOD_HEAD)
		r.type = TYPE_HTML;
	if (method == METHOD_GET) {
		grow_str(&g, "<a href=\"");
		grow_html(&g, location);
		grow_str(&g, "\">Moved Permanently</a>.\n\n");
		body = grow_take(&g, &r.len);
		r.body = body;
		if (body == NULL)
			r.len = 0;
	}
	reply_send(req, &r);
	free(body);
}

/* Without a handler, as the Go framework's router answered. */
static void
server_plain(struct evhttp_request *req, int code, const char *text,
    bool nosniff, bool close)
{
	struct reply r = {
		.code = code,
		.type = *text != '\0' ? TYPE_TEXT : NULL,
		.nosniff = nosniff,
		.body = text,
		.len = strlen(text),
		.close = close,
	};

	reply_send(req, &r);
}

/* Anybody can be refused as often as they like. */
void
server_refused(const struct server_conn *c, const char *why)
{
	if (limit_take(c->server->refused))
		log_info("client %s: refused: %s", c->address, why);
}

static enum route_method
server_method(struct evhttp_request *req)
{
	switch (evhttp_request_get_command(req)) {
	case EVHTTP_REQ_GET:
		return METHOD_GET;
	case EVHTTP_REQ_HEAD:
		return METHOD_HEAD;
	case EVHTTP_REQ_POST:
		return METHOD_POST;
	case EVHTTP_REQ_PUT:
		return METHOD_PUT;
	case EVHTTP_REQ_CONNECT:
		return METHOD_CONNECT;
	default:
		return METHOD_OTHER;
	}
}

/*
 * Where there are no credentials, which a page of another site has not, even
 * one that seems to be of this one may be of another.
 */
bool
server_cross_site(const struct server_conn *c)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(c->req);
	const char *host = evhttp_find_header(in, "Host");
	const char *origin = evhttp_find_header(in, "Origin");
	const char *site = evhttp_find_header(in, "Sec-Fetch-Site");

	return route_cross_site(host, origin, site) ||
	    (!auth_needed(c->server->auth) &&
		route_of_named_site(host, origin, site));
}

/* A known route: who asks, and from where. */
static void
server_known(struct server_conn *c, const struct route *r)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(c->req);
	struct evhttp_request *req = c->req;

	if (server_cross_site(c)) {
		if (limit_take(c->server->refused))
			log_warnx("client %s: refused: on behalf of another "
				  "site",
			    c->address);
		c->req = NULL;
		server_plain(req, 403,
		    "requests on behalf of other sites are refused\n", true,
		    false);
	} else if (!auth_check(c->server->auth,
		       evhttp_find_header(in, "Authorization"))) {
		server_refused(c, "no or wrong credentials");
		c->req = NULL;
		server_plain(req, 401, "", false, false);
	} else {
		server_do(c, r);
	}
}

/* Not by this method. */
static void
server_not_so(struct evhttp_request *req, const char *allow)
{
	struct reply_header more[] = { { "Allow", allow }, { NULL, NULL } };
	struct reply r = { .code = 405, .body = "" };

	if (allow != NULL)
		r.more = more;
	reply_send(req, &r);
}

static void
server_route(struct server_conn *c, const struct route *r)
{
	struct evhttp_request *req = c->req;

	if (r->what >= ROUTE_METRICS) {
		ours_route(c, r);
		return;
	}
	if (r->what >= ROUTE_CONTAINER) {
		server_known(c, r);
		return;
	}
	c->req = NULL;
	switch (r->what) {
	case ROUTE_MOVED:
		server_moved(req, server_method(req), r->location);
		break;
	case ROUTE_METHOD:
		server_not_so(req, r->allow);
		break;
	case ROUTE_UNKNOWN:
		server_plain(req, 404, "404 page not found\n", true, false);
		break;
	default:
		server_plain(req, 400, "400 Bad Request", false, true);
		break;
	}
}

static void
server_complete_cb(struct evhttp_request *req, void *arg)
{
	struct server_conn *c = arg;

	(void)req;
	c->cb.answered(c->arg);
}

static void
server_request_cb(struct evhttp_request *req, void *arg)
{
	struct server_conn *c = arg;
	const char *why;
	struct route r;
	char text[128];

	KILLPOINT(REQUEST_RECEIVE);
	c->req = req;
	evhttp_request_set_on_complete_cb(req, server_complete_cb, c);
	c->cb.whole(c->arg);
	if ((why = reply_check_framing(req)) != NULL) {
		server_refused(c, why);
		c->req = NULL;
		snprintf(text, sizeof(text), "%s\n", why);
		server_plain(req, 400, text, true, true);
		return;
	}
	if (route_parse(server_method(req), evhttp_request_get_uri(req), &r) ==
	    -1) {
		c->req = NULL;
		server_plain(req, 500, "no memory\n", true, true);
		return;
	}
	server_route(c, &r);
	route_free(&r);
}

/* evhttp has accepted the one connection: the listener has served. */
static struct bufferevent *
server_accept_cb(struct event_base *base, void *arg)
{
	struct server_conn *c = arg;
	struct bufferevent *bev;

	event_active(c->accepted, EV_TIMEOUT, 0);
	/* Without one, evhttp frees what it has not made yet. */
	if ((bev = bufferevent_socket_new(base, -1, 0)) == NULL)
		fatalx("no memory for a request");
	return bev;
}

static void
server_accepted_cb(evutil_socket_t fd, short what, void *arg)
{
	struct server_conn *c = arg;

	(void)fd;
	(void)what;
	if (c->bound != NULL)
		evhttp_del_accept_socket(c->http, c->bound);
	c->bound = NULL;
}

static void
server_status_cb(void *arg, const struct status *status)
{
	struct server *s = arg;

	samples_add(s->samples, status, time(NULL));
}

void
server_sample(struct server *s, int64_t now)
{
	int64_t age = clock_now() - s->changed;

	if (facts_last(s->facts, age) != NULL)
		samples_again(s->samples, now);
	else
		facts_ask(s->facts, NULL, NULL);
}

struct server *
server_new(struct event_base *base, const struct auth *auth,
    struct lines *lines, struct news *news)
{
	struct server *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->base = base;
	s->auth = auth;
	s->lines = lines;
	s->news = news;
	s->since = time(NULL);
	s->changed = clock_now();
	s->refused = limit_new(base, "refused requests", REFUSED_MAX);
	s->facts = facts_new(lines, server_status_cb, s);
	s->kept = kept_new();
	s->samples = samples_new();
	s->streams = streams_new(base, news);
	if (s->refused == NULL || s->facts == NULL || s->kept == NULL ||
	    s->samples == NULL || s->streams == NULL) {
		server_free(s);
		return NULL;
	}
	return s;
}

void
server_free(struct server *s)
{
	if (s == NULL)
		return;
	limit_free(s->refused);
	streams_free(s->streams);
	samples_free(s->samples);
	kept_free(s->kept);
	facts_free(s->facts);
	free(s);
}

void
server_limit_streams(struct server *s, uint32_t all, uint32_t address)
{
	streams_limit(s->streams, all, address);
}

void
server_changed(struct server *s)
{
	s->changed = clock_now();
	kept_changed(s->kept);
}

static int
server_http(struct server_conn *c)
{
	if ((c->http = evhttp_new(c->server->base)) == NULL)
		return -1;
	/* With those that it does not know: the routes say what they take. */
	evhttp_set_allowed_methods(c->http, UINT16_MAX);
	evhttp_set_default_content_type(c->http, NULL);
	evhttp_set_max_headers_size(c->http, SERVER_HEADERS_MAX);
	evhttp_set_max_body_size(c->http, SERVER_BODY_MAX);
	evhttp_set_timeout(c->http, TIMEOUT);
	evhttp_set_gencb(c->http, server_request_cb, c);
	evhttp_set_bevcb(c->http, server_accept_cb, c);
	c->accepted = event_new(c->server->base, -1, 0, server_accepted_cb, c);
	return c->accepted == NULL ? -1 : 0;
}

static int
server_listen(struct server_conn *c, int *fd)
{
	struct evconnlistener *listener;
	int listening;

	if (private_pair(&listening, fd) == -1)
		return -1;
	listener = evconnlistener_new(c->server->base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, listening);
	if (listener == NULL) {
		close(listening);
		close(*fd);
		return -1;
	}
	if ((c->bound = evhttp_bind_listener(c->http, listener)) == NULL) {
		evconnlistener_free(listener);
		close(*fd);
		return -1;
	}
	return 0;
}

struct server_conn *
server_open(struct server *s, const char *address, const struct server_cb *cb,
    void *arg, int *fd)
{
	struct server_conn *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->server = s;
	c->address = address;
	c->cb = *cb;
	c->arg = arg;
	if (server_http(c) == -1 || server_listen(c, fd) == -1) {
		server_close(c);
		return NULL;
	}
	return c;
}

void
server_close(struct server_conn *c)
{
	if (c == NULL)
		return;
	if (c->ask != NULL)
		lines_forget(c->ask);
	if (c->wait != NULL)
		facts_forget(c->wait);
	if (c->stream != NULL)
		stream_close(c->stream);
	/* A request that evhttp has let go of is ours. */
	if (c->req != NULL && evhttp_request_get_connection(c->req) == NULL)
		evhttp_request_free(c->req);
	if (c->http != NULL)
		evhttp_free(c->http);
	if (c->accepted != NULL)
		event_free(c->accepted);
	free(c);
}
