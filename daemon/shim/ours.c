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
 * Part of the http process: the routes that the Go framework did not have:
 * monitoring, and the page. As in server.c, requests are not trusted, and the
 * credentials come first, but for what tells nothing but whether all is well.
 * A change needs credentials, always, and what only the page can know.
 */

#include <event2/http.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grow.h"
#include "metrics.h"
#include "monitor.h"
#include "page.h"
#include "reply.h"
#include "server_conn.h"

#define OPEN_AGE 1000 /* ms that what needs no credentials may be old */
#define TOKEN_HEADER "X-Kafkad-Token"

static const struct reply_header no_store[] = { { "Cache-Control", "no-store" },
	{ NULL, NULL } };

/* The page loads nothing from elsewhere, and is in no frame of another. */
static const struct reply_header page_headers[] = { { "Cache-Control",
							"no-store" },
	{ "Content-Security-Policy",
	    "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "img-src 'self'; connect-src 'self'; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'none'" },
	{ "Referrer-Policy", "no-referrer" }, { "X-Frame-Options", "DENY" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" }, { NULL, NULL } };

static void
ours_send(struct server_conn *c, int code, const char *type,
    const struct reply_header *more, const char *body, size_t len)
{
	struct reply r = {
		.code = code,
		.type = type,
		.nosniff = true,
		.more = more,
		.body = body,
		.len = len,
	};
	struct evhttp_request *req = c->req;

	c->req = NULL;
	reply_send(req, &r);
}

static void
ours_say(struct server_conn *c, int code, const char *text)
{
	struct grow g = { NULL, 0, 0, false };
	size_t len;
	char *body;

	grow_str(&g, text);
	grow_str(&g, "\n");
	body = grow_take(&g, &len);
	ours_send(c, code, TYPE_TEXT, no_store, body != NULL ? body : "",
	    body != NULL ? len : 0);
	free(body);
}

/* Takes g. */
static void
ours_send_grown(struct server_conn *c, int code, const char *type,
    const struct reply_header *more, struct grow *g)
{
	size_t len;
	char *body = grow_take(g, &len);

	if (body != NULL)
		ours_send(c, code, type, more, body, len);
	else
		ours_say(c, 500, "no memory");
	free(body);
}

static void
ours_page(struct server_conn *c, const struct status *s)
{
	struct server *server = c->server;
	struct grow g = { NULL, 0, 0, false };
	struct page p = {
		.status = s,
		.news = server->news,
		.samples = server->samples,
		.now = time(NULL),
		.news_since = server->since,
	};

	if (auth_needed(server->auth))
		p.token = auth_token(server->auth);
	page_render(&g, &p);
	ours_send_grown(c, 200, TYPE_HTML, page_headers, &g);
}

/* What there is to know has come, or why it has not. */
static void
ours_facts_cb(void *arg, const struct status *s, int code, const char *why)
{
	struct grow g = { NULL, 0, 0, false };
	struct server_conn *c = arg;

	c->wait = NULL;
	if (c->what == ROUTE_HEALTH) {
		code = monitor_health(&g, s);
		ours_send_grown(c, code, TYPE_JSON, no_store, &g);
	} else if (c->what == ROUTE_READY) {
		code = monitor_ready(&g, s, c->may_read);
		ours_send_grown(c, code, TYPE_JSON, no_store, &g);
	} else if (s == NULL) {
		ours_say(c, code, why);
	} else if (c->what == ROUTE_METRICS) {
		metrics_render(&g, s);
		ours_send_grown(c, 200, METRICS_TYPE, no_store, &g);
	} else {
		ours_page(c, s);
	}
}

/* A browser asks for the credentials when it is told that they are wanted. */
static void
ours_ask_credentials(struct server_conn *c)
{
	static const struct reply_header more[] = {
		{ "WWW-Authenticate", "Basic realm=\"kafkad\"" }, { NULL, NULL }
	};
	static const char text[] = "name and password are needed\n";

	server_refused(c, "no or wrong credentials");
	ours_send(c, 401, TYPE_TEXT, more, text, sizeof(text) - 1);
}

static void
ours_gone_cb(void *arg)
{
	struct server_conn *c = arg;

	c->stream = NULL;
	c->req = NULL;
}

static void
ours_events(struct server_conn *c)
{
	c->stream = stream_open(c->server->streams, c->req, c->address,
	    ours_gone_cb, c);
	if (c->stream == NULL)
		ours_say(c, 503, "too many follow what happens already");
	else
		c->cb.stream(c->arg);
}

static void
ours_file(struct server_conn *c, const char *type, const char *file)
{
	ours_send(c, 200, type, page_headers, file, strlen(file));
}

static void
ours_ask(struct server_conn *c)
{
	c->wait = facts_ask(c->server->facts, ours_facts_cb, c);
	if (c->wait == NULL)
		ours_facts_cb(c, NULL, 503,
		    "too many requests wait for kafkad");
}

/*
 * What changes nothing. For whom a browser asks is no matter: it does not
 * show the answer to pages of other sites.
 */
static void
ours_look(struct server_conn *c)
{
	switch (c->what) {
	case ROUTE_STYLE:
		ours_file(c, "text/css; charset=utf-8", page_css);
		break;
	case ROUTE_SCRIPT:
		ours_file(c, "text/javascript; charset=utf-8", page_js);
		break;
	case ROUTE_ICON:
		ours_file(c, "image/svg+xml", page_svg);
		break;
	case ROUTE_EVENTS:
		ours_events(c);
		break;
	default:
		ours_ask(c);
		break;
	}
}

static void
ours_done_cb(void *arg, int code, const char *text, const char *data)
{
	struct server_conn *c = arg;

	(void)data;
	c->ask = NULL;
	ours_say(c, code >= 200 ? code : 502, text);
}

static void
ours_past_cb(void *arg, int code, const char *text, const char *data)
{
	struct grow g = { NULL, 0, 0, false };
	struct server_conn *c = arg;
	struct news *past;

	c->ask = NULL;
	if (code != 200) {
		ours_say(c, code >= 400 ? code : 502, text);
	} else if ((past = news_of(data)) == NULL) {
		ours_say(c, 500, "no memory");
	} else {
		page_render_past(&g, c->id, past);
		news_free(past);
		ours_send_grown(c, 200, TYPE_HTML, page_headers, &g);
	}
}

/* What became of an instance. */
static void
ours_past(struct server_conn *c, const struct route *r)
{
	char command[512];

	strlcpy(c->id, r->id, sizeof(c->id));
	if (!route_command(r, auth_user(c->server->auth), c->address, command,
		sizeof(command))) {
		ours_say(c, 404, "no such instance");
		return;
	}
	c->ask = lines_send(c->server->lines, command, ours_past_cb, c);
	if (c->ask == NULL)
		ours_say(c, 503, "too many requests wait for kafkad");
}

/* Why a change is refused, or NULL. */
static const char *
ours_refusal(const struct server_conn *c)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(c->req);

	if (!auth_needed(c->server->auth))
		return "changes need user and password for http in kafkad.conf";
	if (server_cross_site(c))
		return "requests on behalf of other sites are refused";
	if (!auth_token_check(c->server->auth,
		evhttp_find_header(in, TOKEN_HEADER)))
		return "the page is an old one: load it again";
	return NULL;
}

static void
ours_do(struct server_conn *c, const struct route *r)
{
	const char *why = ours_refusal(c);
	char command[512];

	if (why != NULL) {
		server_refused(c, why);
		ours_say(c, 403, why);
	} else if (!r->good) {
		ours_say(c, 400, "no such name, or no count from 0 to 1000");
	} else if (!route_command(r, auth_user(c->server->auth), c->address,
		       command, sizeof(command))) {
		ours_say(c, 400, "the request is too long");
	} else {
		c->ask = lines_send(c->server->lines, command, ours_done_cb, c);
		if (c->ask == NULL)
			ours_say(c, 503,
			    "too many requests wait for kafkad; nothing was "
			    "done");
	}
}

void
ours_route(struct server_conn *c, const struct route *r)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(c->req);
	const char *header = evhttp_find_header(in, "Authorization");
	bool open = r->what == ROUTE_HEALTH || r->what == ROUTE_READY;
	const struct status *s;

	c->what = r->what;
	c->may_read = auth_check(c->server->auth, header);
	if (!open && !c->may_read)
		ours_ask_credentials(c);
	else if (r->what == ROUTE_DO)
		ours_do(c, r);
	else if (r->what == ROUTE_PAST)
		ours_past(c, r);
	else if (open && (s = facts_last(c->server->facts, OPEN_AGE)) != NULL)
		ours_facts_cb(c, s, 200, "");
	else
		ours_look(c);
}
