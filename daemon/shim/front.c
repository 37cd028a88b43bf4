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
 * Part of the http process: accepts every client, and limits how many there
 * are, all and of one address. Who only holds a place gives it up when others
 * need it: idle and slow clients cannot keep out a good one.
 */

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/listener.h>

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conn.h"
#include "front.h"
#include "killpoint.h"
#include "limit.h"
#include "log.h"

#define REFUSED_MAX 5 /* lines of the log in a second */
#define PAUSE 500000 /* us without accepting when descriptors are short */

const struct front_limits front_limits_default = {
	.handshake = 10000,
	.headers = 10000,
	.request = 30000,
	.idle = 60000,
	.unread = 30000,
	.linger = 2000,
};

struct front {
	struct event_base *base;
	struct tls *tls;
	struct server *server;
	struct front_limits limits;
	struct evconnlistener *listener;
	struct event *resume;
	struct event *reap;
	struct limit *refused;
	uint32_t n;
	TAILQ_HEAD(, conn) conns;
};

struct server *
front_server(struct front *f)
{
	return f->server;
}

struct event_base *
front_base(struct front *f)
{
	return f->base;
}

uint32_t
front_count(const struct front *f)
{
	return f->n;
}

void
front_reap(struct front *f)
{
	event_active(f->reap, EV_TIMEOUT, 0);
}

static void
front_remove(struct front *f, struct conn *c)
{
	TAILQ_REMOVE(&f->conns, c, entry);
	f->n--;
	conn_free(c);
}

static void
front_reap_cb(evutil_socket_t fd, short what, void *arg)
{
	struct front *f = arg;
	struct conn *c, *next;

	(void)fd;
	(void)what;
	TAILQ_FOREACH_SAFE(c, &f->conns, entry, next) {
		if (c->state == CONN_DEAD)
			front_remove(f, c);
	}
}

/* Writes the address; IPv4 in its own form, however it was accepted. */
static void
front_address(const struct sockaddr *sa, struct in6_addr *key, char *text)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	memset(key, 0, sizeof(*key));
	strlcpy(text, "-", INET6_ADDRSTRLEN);
	if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		*key = in6.sin6_addr;
	} else if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		memcpy(key->s6_addr, mapped, sizeof(mapped));
		memcpy(key->s6_addr + 12, &in.sin_addr, 4);
	} else {
		return;
	}
	if (memcmp(key->s6_addr, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, key->s6_addr + 12, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, key, text, INET6_ADDRSTRLEN);
}

/*
 * How easily a connection is given up for another: idle ones first, then
 * those that are waited for; never one that has not got its answer.
 */
static int
conn_worth(const struct conn *c)
{
	switch (c->state) {
	case CONN_LINGER:
		return 0;
	case CONN_IDLE:
		return evbuffer_get_length(c->out) > 0 ? 3 : 1;
	case CONN_HANDSHAKE:
	case CONN_REQUEST:
		return 2;
	default:
		return 3;
	}
}

/* Gives up the one of least worth, and of those the oldest. */
static bool
front_evict(struct front *f, const struct in6_addr *key)
{
	struct conn *c, *least = NULL;

	TAILQ_FOREACH(c, &f->conns, entry) {
		if (c->state == CONN_DEAD || conn_worth(c) == 3)
			continue;
		if (key != NULL && memcmp(key, &c->key, sizeof(*key)) != 0)
			continue;
		if (least == NULL || conn_worth(c) < conn_worth(least) ||
		    (conn_worth(c) == conn_worth(least) &&
			c->since < least->since))
			least = c;
	}
	if (least == NULL)
		return false;
	conn_drop(least, "given up for another");
	return true;
}

/* Makes room for one more of that address. */
static bool
front_room(struct front *f, const struct in6_addr *key)
{
	uint32_t all = 0, same = 0;
	struct conn *c;

	TAILQ_FOREACH(c, &f->conns, entry) {
		if (c->state == CONN_DEAD)
			continue;
		all++;
		same += memcmp(key, &c->key, sizeof(*key)) == 0;
	}
	if (same >= f->limits.connections_address)
		return front_evict(f, key);
	if (all >= f->limits.connections)
		return front_evict(f, NULL);
	return true;
}

static void
front_accept_cb(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *sa, int len, void *arg)
{
	char address[INET6_ADDRSTRLEN];
	struct tls_session *tls = NULL;
	struct front *f = arg;
	struct in6_addr key;
	struct conn *c;
	int on = 1;

	(void)listener;
	(void)len;
	KILLPOINT(HTTP_ACCEPT);
	front_address(sa, &key, address);
	if (!front_room(f, &key)) {
		if (limit_take(f->refused))
			log_info("client %s: refused: too many connections",
			    address);
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (f->tls != NULL && (tls = tls_session_new(f->tls, fd)) == NULL) {
		log_warnx("client %s: no TLS session", address);
		close(fd);
		return;
	}
	c = conn_new(f, f->base, &f->limits, fd, &key, address, tls);
	if (c == NULL) {
		log_warnx("no memory for a client");
		tls_session_free(tls);
		close(fd);
		return;
	}
	TAILQ_INSERT_TAIL(&f->conns, c, entry);
	f->n++;
}

/* Most likely no descriptor is left: it would be told again at once. */
static void
front_error_cb(struct evconnlistener *listener, void *arg)
{
	struct timeval pause = { .tv_usec = PAUSE };
	struct front *f = arg;

	log_warn("cannot accept, waiting");
	evconnlistener_disable(listener);
	event_add(f->resume, &pause);
}

static void
front_resume_cb(evutil_socket_t fd, short what, void *arg)
{
	struct front *f = arg;

	(void)fd;
	(void)what;
	evconnlistener_enable(f->listener);
}

struct front *
front_new(struct event_base *base, int fd, struct tls *tls,
    struct server *server, const struct front_limits *limits)
{
	struct front *f;

	if ((f = calloc(1, sizeof(*f))) == NULL)
		return NULL;
	TAILQ_INIT(&f->conns);
	f->base = base;
	f->tls = tls;
	f->server = server;
	f->limits = *limits;
	/* A stream is not given up for others: they have the other half. */
	server_limit_streams(server, limits->connections / 2,
	    limits->connections_address / 2);
	f->resume = event_new(base, -1, 0, front_resume_cb, f);
	f->reap = event_new(base, -1, 0, front_reap_cb, f);
	f->refused = limit_new(base, "refused connections", REFUSED_MAX);
	evutil_make_socket_nonblocking(fd);
	if (f->resume != NULL && f->reap != NULL && f->refused != NULL)
		f->listener = evconnlistener_new(base, front_accept_cb, f,
		    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (f->listener == NULL) {
		front_free(f);
		return NULL;
	}
	evconnlistener_set_error_cb(f->listener, front_error_cb);
	return f;
}

void
front_free(struct front *f)
{
	struct conn *c;

	if (f == NULL)
		return;
	while ((c = TAILQ_FIRST(&f->conns)) != NULL) {
		conn_drop(c, "the end");
		front_remove(f, c);
	}
	if (f->listener != NULL)
		evconnlistener_free(f->listener);
	if (f->resume != NULL)
		event_free(f->resume);
	if (f->reap != NULL)
		event_free(f->reap);
	limit_free(f->refused);
	free(f);
}
