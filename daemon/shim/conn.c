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
 * Part of the http process: one client and its time limits; bytes go to and
 * fro between it and the server behind. Nothing here knows what they mean,
 * but for where the headers end. No client can hold more than its buffers.
 */

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "conn.h"
#include "killpoint.h"
#include "log.h"

#define CHUNK 16384 /* bytes taken at once */
#define HIGH 65536 /* bytes on their way: then nothing more is read */
#define SETTLE 10 /* ms for the server to find another request */
#define TURNS 4 /* chunks before others have their turn */
/* A body of the largest size, in chunks of one byte, is still a bit less. */
#define REQUEST_BYTES (8 * (SERVER_HEADERS_MAX + SERVER_BODY_MAX))
#define REST 64 /* chunks thrown away after a failed handshake, at most */

static void conn_write(struct conn *c);

static const char malformed[] = "HTTP/1.1 400 Bad Request\r\n"
				"Content-Type: text/plain; charset=utf-8\r\n"
				"Content-Length: 15\r\n"
				"Connection: close\r\n\r\n"
				"400 Bad Request";

/* Sets the timer to the first limit that ends. */
static void
conn_arm(struct conn *c)
{
	int64_t first = 0, ms;
	struct timeval tv;
	int i;

	for (i = 0; i < LIMIT_MAX; i++) {
		if (c->until[i] != 0 && (first == 0 || c->until[i] < first))
			first = c->until[i];
	}
	if (first == 0) {
		evtimer_del(c->timer);
		return;
	}
	ms = first - clock_now();
	if (ms < 0)
		ms = 0;
	tv.tv_sec = ms / 1000;
	tv.tv_usec = (ms % 1000) * 1000;
	evtimer_add(c->timer, &tv);
}

static void
conn_limit(struct conn *c, enum conn_limit limit, int64_t ms)
{
	c->until[limit] = ms == 0 ? 0 : clock_now() + ms;
	conn_arm(c);
}

static void
conn_enter(struct conn *c, enum conn_state state)
{
	if (c->state == state || c->state == CONN_DEAD)
		return;
	c->state = state;
	c->since = clock_now();
	c->until[LIMIT_HANDSHAKE] = 0;
	c->until[LIMIT_HEADERS] = 0;
	c->until[LIMIT_REQUEST] = 0;
	c->until[LIMIT_IDLE] = 0;
	c->until[LIMIT_END] = 0;
	switch (state) {
	case CONN_HANDSHAKE:
		c->until[LIMIT_HANDSHAKE] = c->since + c->limits->handshake;
		break;
	case CONN_REQUEST:
		memset(&c->blank, 0, sizeof(c->blank));
		c->taken = 0;
		c->until[LIMIT_HEADERS] = c->since + c->limits->headers;
		c->until[LIMIT_REQUEST] = c->since + c->limits->request;
		break;
	case CONN_IDLE:
		c->until[LIMIT_IDLE] = c->since + c->limits->idle;
		break;
	case CONN_LINGER:
		c->until[LIMIT_LINGER] = c->since + c->limits->linger;
		break;
	default:
		break;
	}
	conn_arm(c);
}

void
conn_drop(struct conn *c, const char *why)
{
	if (c->state == CONN_DEAD)
		return;
	log_debug("client %s: %s", c->address, why);
	c->state = CONN_DEAD;
	event_del(c->read);
	event_del(c->write);
	evtimer_del(c->timer);
	if (c->up != NULL) {
		event_del(c->answer);
		bufferevent_disable(c->up, EV_WRITE);
	}
	front_reap(c->front);
}

void
conn_free(struct conn *c)
{
	if (c->answer != NULL)
		event_free(c->answer);
	if (c->up != NULL)
		bufferevent_free(c->up);
	server_close(c->server);
	tls_session_free(c->tls);
	if (c->read != NULL)
		event_free(c->read);
	if (c->write != NULL)
		event_free(c->write);
	if (c->timer != NULL)
		event_free(c->timer);
	if (c->out != NULL)
		evbuffer_free(c->out);
	close(c->fd);
	free(c);
}

/* As recv(), with the codes of tls.h. */
static ssize_t
conn_recv(struct conn *c, void *buf, size_t n)
{
	ssize_t got;

	if (c->tls != NULL)
		return tls_recv(c->tls, buf, n);
	if ((got = recv(c->fd, buf, n, 0)) >= 0)
		return got;
	return errno == EAGAIN || errno == EINTR ? TLS_READ : TLS_ERROR;
}

static ssize_t
conn_send(struct conn *c, const void *buf, size_t n)
{
	ssize_t sent;

	if (c->tls != NULL)
		return tls_send(c->tls, buf, n);
	if ((sent = send(c->fd, buf, n, MSG_NOSIGNAL)) >= 0)
		return sent;
	return errno == EAGAIN || errno == EINTR ? TLS_WRITE : TLS_ERROR;
}

static bool
conn_may_read(const struct conn *c)
{
	if (c->eof)
		return false;
	if (c->state == CONN_LINGER || c->state == CONN_HANDSHAKE ||
	    c->state == CONN_STREAM)
		return true;
	if (c->state != CONN_IDLE && c->state != CONN_REQUEST)
		return false;
	return !c->up_eof &&
	    (c->up == NULL ||
		evbuffer_get_length(bufferevent_get_output(c->up)) < HIGH);
}

/* Reads the client, or does not, as its state wants it. */
static void
conn_reading(struct conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	if (!conn_may_read(c)) {
		event_del(c->read);
		return;
	}
	event_add(c->read, NULL);
	/* The socket does not tell what GnuTLS has read of it already. */
	if (c->tls != NULL && c->state != CONN_HANDSHAKE && tls_pending(c->tls))
		event_active(c->read, EV_READ, 0);
}

/*
 * All is answered. The client may still be sending; closing at once would
 * make the kernel reset the connection, and lose the answer.
 */
static void
conn_linger(struct conn *c)
{
	if (c->state == CONN_LINGER)
		return;
	if (c->tls != NULL)
		tls_bye(c->tls);
	shutdown(c->fd, SHUT_WR);
	if (c->eof) {
		conn_drop(c, "done");
		return;
	}
	conn_enter(c, CONN_LINGER);
	conn_reading(c);
}

/* Nothing is left to be written to the client. */
static void
conn_written(struct conn *c)
{
	conn_limit(c, LIMIT_UNREAD, 0);
	if (c->up_eof)
		conn_linger(c);
}

static void
conn_write(struct conn *c)
{
	size_t n;
	ssize_t sent;
	const void *p;

	while (c->state != CONN_DEAD &&
	    (n = evbuffer_get_contiguous_space(c->out)) > 0) {
		if (n > CHUNK)
			n = CHUNK;
		p = evbuffer_pullup(c->out, (ssize_t)n);
		KILLPOINT(HTTP_SEND);
		sent = conn_send(c, p, n);
		KILLPOINT(HTTP_SENT);
		if (sent == TLS_ERROR) {
			conn_drop(c, "gone while it was answered");
			return;
		}
		if (sent < 0) {
			if (c->until[LIMIT_UNREAD] == 0)
				conn_limit(c, LIMIT_UNREAD, c->limits->unread);
			event_add(c->write, NULL);
			return;
		}
		evbuffer_drain(c->out, (size_t)sent);
	}
	if (c->state == CONN_DEAD)
		return;
	if (c->up != NULL && !c->up_eof)
		event_add(c->answer, NULL);
	conn_written(c);
}

/* Nothing more comes from the server. */
static void
conn_up_end(struct conn *c)
{
	event_del(c->answer);
	bufferevent_disable(c->up, EV_WRITE);
	c->up_eof = true;
	conn_reading(c);
	conn_write(c);
}

/*
 * What the client takes at once need not be kept. TLS may have to be given the
 * same bytes again, and errors are found by conn_write().
 */
static size_t
conn_pass(struct conn *c, const char *p, size_t n)
{
	ssize_t sent;

	if (c->tls != NULL || evbuffer_get_length(c->out) > 0)
		return 0;
	KILLPOINT(HTTP_SEND);
	sent = conn_send(c, p, n);
	KILLPOINT(HTTP_SENT);
	return sent > 0 ? (size_t)sent : 0;
}

static void
conn_up_read_cb(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	char buf[CHUNK];
	size_t passed;
	ssize_t n;

	(void)what;
	n = recv(fd, buf, sizeof(buf), 0);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		conn_up_end(c);
		return;
	}
	passed = conn_pass(c, buf, (size_t)n);
	if (evbuffer_add(c->out, buf + passed, (size_t)n - passed) == -1) {
		conn_drop(c, "no memory");
		return;
	}
	if (evbuffer_get_length(c->out) >= HIGH)
		event_del(c->answer);
	conn_write(c);
}

/* The server has taken what was read: perhaps there is room again. */
static void
conn_up_write_cb(struct bufferevent *bev, void *arg)
{
	(void)bev;
	conn_reading(arg);
}

/* It takes nothing more; but its last answer may still be there. */
static void
conn_up_event_cb(struct bufferevent *bev, short what, void *arg)
{
	(void)what;
	(void)arg;
	bufferevent_disable(bev, EV_WRITE);
}

/*
 * The client has sent all it will. The server is told when it has had time to
 * find the requests that came together: evhttp gives up the one at hand.
 */
static void
conn_end(struct conn *c)
{
	if (c->up == NULL)
		conn_drop(c, "done");
	else
		conn_limit(c, LIMIT_END, SETTLE);
}

static void
conn_ended(struct conn *c)
{
	if (evbuffer_get_length(bufferevent_get_output(c->up)) > 0) {
		conn_limit(c, LIMIT_END, SETTLE);
		return;
	}
	c->until[LIMIT_END] = 0;
	conn_arm(c);
	shutdown(bufferevent_getfd(c->up), SHUT_WR);
}

static void
conn_whole_cb(void *arg)
{
	struct conn *c = arg;

	/* Who sends more already is left waiting by conn_read_cb(). */
	conn_enter(c, CONN_ANSWER);
}

static void
conn_stream_cb(void *arg)
{
	struct conn *c = arg;

	conn_enter(c, CONN_STREAM);
	conn_reading(c);
	if (c->eof)
		conn_drop(c, "gone before it was told anything");
}

static void
conn_answered_cb(void *arg)
{
	struct conn *c = arg;

	conn_enter(c, CONN_IDLE);
	conn_reading(c);
	if (c->eof)
		conn_end(c);
}

static int
conn_open(struct conn *c)
{
	static const struct server_cb cb = { conn_whole_cb, conn_stream_cb,
		conn_answered_cb };
	struct event_base *base = front_base(c->front);
	int fd;

	c->server =
	    server_open(front_server(c->front), c->address, &cb, c, &fd);
	if (c->server == NULL) {
		log_warn("client %s: cannot be served", c->address);
		return -1;
	}
	c->up = bufferevent_socket_new(base, fd,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (c->up == NULL) {
		close(fd);
		return -1;
	}
	c->answer =
	    event_new(base, fd, EV_READ | EV_PERSIST, conn_up_read_cb, c);
	if (c->answer == NULL) {
		bufferevent_free(c->up);
		c->up = NULL;
		return -1;
	}
	bufferevent_setcb(c->up, NULL, conn_up_write_cb, conn_up_event_cb, c);
	bufferevent_enable(c->up, EV_WRITE);
	event_add(c->answer, NULL);
	return 0;
}

/* What no request is: the server is not asked any more. */
static void
conn_malformed(struct conn *c, const char *why)
{
	log_debug("client %s: %s", c->address, why);
	event_del(c->answer);
	bufferevent_disable(c->up, EV_WRITE);
	c->up_eof = true;
	evbuffer_add(c->out, malformed, sizeof(malformed) - 1);
	conn_write(c);
}

/* At once what the server takes at once, which is mostly all. */
static int
conn_forward(struct conn *c, const char *p, size_t n)
{
	ssize_t sent = 0;

	if (evbuffer_get_length(bufferevent_get_output(c->up)) == 0)
		sent = send(bufferevent_getfd(c->up), p, n, MSG_NOSIGNAL);
	if (sent < 0)
		sent = 0;
	if ((size_t)sent == n)
		return 0;
	return bufferevent_write(c->up, p + sent, n - (size_t)sent);
}

/* Bytes of the client, for the server. */
static void
conn_take(struct conn *c, const char *p, size_t n)
{
	bool found, nul;

	KILLPOINT(HTTP_RECEIVE);
	if (c->up == NULL && conn_open(c) == -1) {
		conn_drop(c, "no server");
		return;
	}
	conn_enter(c, CONN_REQUEST);
	/* evhttp has no limit for what frames the chunks of a body. */
	if ((c->taken += n) > REQUEST_BYTES) {
		conn_malformed(c, "a request without an end");
		return;
	}
	if (c->until[LIMIT_HEADERS] != 0) {
		blank_take(&c->blank, p, n, &found, &nul);
		if (nul) {
			conn_malformed(c, "a NUL byte in a header");
			return;
		}
		if (found)
			conn_limit(c, LIMIT_HEADERS, 0);
	}
	if (conn_forward(c, p, n) == -1)
		conn_drop(c, "no memory");
	KILLPOINT(HTTP_RECEIVED);
}

/* The client sends nothing more; a whole request it sent is answered. */
static void
conn_eof(struct conn *c)
{
	c->eof = true;
	conn_reading(c);
	if (c->state == CONN_LINGER)
		conn_drop(c, "done");
	else if (c->state == CONN_STREAM)
		conn_drop(c, "follows no more");
	else if (c->state == CONN_IDLE)
		conn_end(c);
	else if (c->state == CONN_REQUEST && c->until[LIMIT_HEADERS] != 0)
		conn_drop(c, "gone amid a request");
}

/* It may send its first request, which is due sooner than later ones. */
static void
conn_ready(struct conn *c)
{
	conn_enter(c, CONN_IDLE);
	conn_limit(c, LIMIT_IDLE, c->limits->headers);
	conn_reading(c);
}

static void
conn_handshake(struct conn *c)
{
	char rest[CHUNK];
	int i;

	switch (tls_handshake(c->tls)) {
	case 0:
		conn_ready(c);
		return;
	case TLS_READ:
		return;
	case TLS_WRITE:
		event_add(c->write, NULL);
		return;
	default:
		log_debug("client %s: TLS: %s", c->address, tls_error(c->tls));
		/* What is unread would make the kernel take back the alert. */
		shutdown(c->fd, SHUT_WR);
		for (i = 0; i < REST; i++) {
			if (recv(c->fd, rest, sizeof(rest), 0) <= 0)
				break;
		}
		conn_drop(c, "no TLS session");
		return;
	}
}

static void
conn_read_cb(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	char buf[CHUNK];
	ssize_t n;
	int i;

	(void)fd;
	(void)what;
	if (c->state == CONN_HANDSHAKE) {
		conn_handshake(c);
		return;
	}
	for (i = 0; i < TURNS && conn_may_read(c); i++) {
		n = conn_recv(c, buf, sizeof(buf));
		if (n == TLS_WRITE)
			event_add(c->write, NULL);
		if (n == TLS_WRITE || n == TLS_READ)
			break;
		if (n == TLS_ERROR) {
			conn_drop(c,
			    c->tls != NULL ? tls_error(c->tls)
					   : "connection reset");
			return;
		}
		if (n == 0) {
			conn_eof(c);
			return;
		}
		if (c->state == CONN_STREAM) {
			conn_drop(c, "talks while it is told");
			return;
		}
		if (c->state != CONN_LINGER)
			conn_take(c, buf, (size_t)n);
		if ((size_t)n < sizeof(buf))
			break;
	}
	conn_reading(c);
}

static void
conn_write_cb(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	if (c->state == CONN_HANDSHAKE) {
		conn_handshake(c);
		return;
	}
	conn_write(c);
	/* GnuTLS may have had to write before it could read on. */
	if (c->tls != NULL && conn_may_read(c))
		conn_read_cb(fd, what, c);
}

static void
conn_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	static const char *const texts[LIMIT_END] = {
		[LIMIT_HANDSHAKE] = "too slow in the handshake",
		[LIMIT_HEADERS] = "too slow with the headers",
		[LIMIT_REQUEST] = "too slow with the request",
		[LIMIT_IDLE] = "idle",
		[LIMIT_UNREAD] = "too slow to read",
		[LIMIT_LINGER] = "done",
	};
	struct conn *c = arg;
	int64_t now = clock_now();
	int i;

	(void)fd;
	(void)what;
	if (c->until[LIMIT_END] != 0 && c->until[LIMIT_END] <= now)
		conn_ended(c);
	for (i = 0; i < LIMIT_END; i++) {
		if (c->until[i] != 0 && c->until[i] <= now) {
			conn_drop(c, texts[i]);
			return;
		}
	}
	conn_arm(c);
}

struct conn *
conn_new(struct front *f, struct event_base *base,
    const struct front_limits *limits, int fd, const struct in6_addr *key,
    const char *address, struct tls_session *tls)
{
	struct conn *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->front = f;
	c->limits = limits;
	c->fd = fd;
	c->key = *key;
	strlcpy(c->address, address, sizeof(c->address));
	c->read = event_new(base, fd, EV_READ | EV_PERSIST, conn_read_cb, c);
	c->write = event_new(base, fd, EV_WRITE, conn_write_cb, c);
	c->timer = evtimer_new(base, conn_timer_cb, c);
	c->out = evbuffer_new();
	if (c->read == NULL || c->write == NULL || c->timer == NULL ||
	    c->out == NULL) {
		c->fd = -1;
		conn_free(c);
		return NULL;
	}
	c->tls = tls;
	/* Not entered yet. */
	c->state = CONN_LINGER;
	if (tls == NULL) {
		conn_ready(c);
	} else {
		conn_enter(c, CONN_HANDSHAKE);
		conn_reading(c);
	}
	return c;
}
