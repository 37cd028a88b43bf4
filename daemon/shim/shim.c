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
 * The http process: the Go framework's /v0 routes, monitoring and the page. It
 * turns each request into one command of the line protocol, and the reply into
 * an answer. It trusts the parent, and nothing that comes from the network. Its
 * secrets are the credentials of the routes, the token of the page and the key
 * of TLS, no others; it holds no state that anybody would miss, and knows no
 * other way to the daemon than the sockets it was started with.
 */

#include <sys/resource.h>

#include <event2/event.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth.h"
#include "child.h"
#include "front.h"
#include "lines.h"
#include "sandbox.h"
#include "server.h"
#include "shim.h"
#include "tls.h"

#define STRING_MAX 8192
#define DESCRIPTORS 64 /* all that no client needs */
#define DESCRIPTORS_CONN 4 /* of one client, at most at once */

struct shim {
	struct event_base *base;
	struct lines *lines;
	struct lines *watch; /* the news come there */
	struct news *news;
	struct auth *auth;
	struct tls *tls; /* or NULL */
	struct server *server;
	struct front *front; /* NULL before the configuration */
};

/* What MSG_HTTP_CONF says. */
struct shim_conf {
	char *user;
	char *password;
	char *cert;
	char *key;
	struct front_limits limits;
};

/* As many clients as are asked for, or as there are descriptors for. */
static void
shim_descriptors(struct front_limits *limits)
{
	struct rlimit rl;
	rlim_t want =
	    DESCRIPTORS + (rlim_t)limits->connections * DESCRIPTORS_CONN;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	if (rl.rlim_cur < want) {
		rl.rlim_cur = rl.rlim_max < want ? rl.rlim_max : want;
		setrlimit(RLIMIT_NOFILE, &rl);
		getrlimit(RLIMIT_NOFILE, &rl);
	}
	if (rl.rlim_cur >= want)
		return;
	limits->connections = rl.rlim_cur > DESCRIPTORS + DESCRIPTORS_CONN
	    ? (uint32_t)(rl.rlim_cur - DESCRIPTORS) / DESCRIPTORS_CONN
	    : 1;
	log_warnx("only %u connections at once: there are no descriptors for "
		  "more (RLIMIT_NOFILE)",
	    limits->connections);
}

static void
conf_free(struct shim_conf *c)
{
	free(c->user);
	if (c->password != NULL)
		freezero(c->password, strlen(c->password));
	free(c->cert);
	free(c->key);
}

static int
conf_read(struct frame_reader *r, struct shim_conf *c, char *err, size_t size)
{
	memset(c, 0, sizeof(*c));
	c->limits = front_limits_default;
	c->user = frame_get_strdup(r, STRING_MAX, "user");
	c->password = frame_get_strdup(r, STRING_MAX, "password");
	c->cert = frame_get_strdup(r, STRING_MAX, "cert");
	c->key = frame_get_strdup(r, STRING_MAX, "key");
	c->limits.connections = frame_get_u32(r, "connections");
	c->limits.connections_address =
	    frame_get_u32(r, "connections of one address");
	if (frame_read_end(r, err, size) == -1) {
		conf_free(c);
		return -1;
	}
	return 0;
}

static int
shim_start(struct shim *s, const struct shim_conf *c, char *err, size_t size)
{
	if (c->cert[0] != '\0' &&
	    (s->tls = tls_new(c->cert, c->key, err, size)) == NULL)
		return -1;
	strlcpy(err, "no memory", size);
	if ((s->auth = auth_new(c->user, c->password)) == NULL ||
	    (s->server = server_new(s->base, s->auth, s->lines, s->news)) ==
		NULL)
		return -1;
	s->front = front_new(s->base, HTTP_FILENO_LISTEN, s->tls, s->server,
	    &c->limits);
	return s->front == NULL ? -1 : 0;
}

static int
shim_on_conf(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct shim *s = arg;
	struct shim_conf c;
	unsigned int walls;
	int rc;

	(void)h;
	if (s->front != NULL) {
		strlcpy(err, "configured twice", size);
		return -1;
	}
	if (conf_read(r, &c, err, size) == -1)
		return -1;
	shim_descriptors(&c.limits);
	walls = sandbox_http((const char *const[]) { c.cert, c.key }, 2);
	rc = shim_start(s, &c, err, size);
	conf_free(&c);
	if (rc == -1)
		fatalx("%s", err);
	child_ready(walls);
	return 0;
}

static int
shim_on_reload(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct shim *s = arg;
	char why[1024];

	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (s->tls == NULL)
		return 0;
	if (tls_reload(s->tls, why, sizeof(why)) == -1)
		log_errx("%s; the certificate read before stays in use", why);
	else
		log_info("certificate and key read again");
	return 0;
}

/* Before the configuration there is nothing that could be old. */
static int
shim_on_changed(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct shim *s = arg;

	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (s->server != NULL)
		server_changed(s->server);
	return 0;
}

/* We are awake, and so is the parent. */
static int
shim_on_ping(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct shim *s = arg;

	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (s->server != NULL)
		server_sample(s->server, time(NULL));
	return 0;
}

static const chan_handler shim_handlers[MSG_MAX] = {
	[MSG_LOG_LEVEL] = child_on_log_level,
	[MSG_PING] = shim_on_ping,
	[MSG_HTTP_CONF] = shim_on_conf,
	[MSG_HTTP_RELOAD] = shim_on_reload,
	[MSG_HTTP_CHANGED] = shim_on_changed,
};

/* It cannot be connected anew: the parent starts another process. */
static void
shim_lines_cb(void *arg, const char *reason)
{
	(void)arg;
	if (reason != NULL)
		fatalx("the lines to the parent: %s", reason);
	child_end();
}

static void
shim_news_cb(void *arg, const char *data)
{
	news_add(arg, data);
}

static void
shim_free(struct shim *s)
{
	front_free(s->front);
	server_free(s->server);
	lines_free(s->watch);
	lines_free(s->lines);
	child_close();
	news_free(s->news);
	tls_free(s->tls);
	auth_free(s->auth);
}

/* What libevent says, in our log. */
static void
shim_event_log_cb(int severity, const char *text)
{
	if (severity == EVENT_LOG_ERR)
		log_errx("libevent: %s", text);
	else if (severity == EVENT_LOG_WARN)
		log_warnx("libevent: %s", text);
}

int
http_main(enum log_sink sink, enum log_level level)
{
	struct shim s = { .front = NULL };

	event_set_log_callback(shim_event_log_cb);
	s.base = child_open(PROC_HTTP, sink, level, shim_handlers, &s);
	s.lines = lines_new(s.base, HTTP_FILENO_LINES, LINES_TIMEOUT,
	    shim_lines_cb, &s);
	s.watch = lines_new(s.base, HTTP_FILENO_WATCH, LINES_TIMEOUT,
	    shim_lines_cb, &s);
	s.news = news_new();
	if (s.lines == NULL || s.watch == NULL || s.news == NULL ||
	    lines_follow(s.watch, "as - - watch", shim_news_cb, s.news) == -1)
		fatalx("no memory");
	child_run();
	shim_free(&s);
	return 0;
}
