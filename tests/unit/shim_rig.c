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

/* The http process and its parent in one event loop, for tests. */

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"
#include "shim_rig.h"

const struct front_limits rig_quick = {
	.connections = 512,
	.connections_address = 64,
	.handshake = 300,
	.headers = 300,
	.request = 1500,
	.idle = 3000,
	.unread = 400,
	.linger = 300,
};

int64_t
rig_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
rig_pump(struct rig *r)
{
	struct timeval tv = { .tv_usec = 5000 };

	event_base_loopexit(r->base, &tv);
	event_base_loop(r->base, EVLOOP_ONCE);
}

/* Whether it is a line that a parent may get. */
static bool
line_is_good(const char *line)
{
	static const char *const verbs[] = { "container ", "history ", "kill ",
		"reflate kafka", "reflate zookeeper", "scale kafka ",
		"restart ", "scale zookeeper ", "start ", "status" };
	const char *p = line;
	size_t i;

	if (strncmp(p, "as ", 3) != 0)
		return false;
	for (i = 0; i < 2; i++) {
		if ((p = strchr(p, ' ')) == NULL)
			return false;
		p++;
	}
	if ((p = strchr(p, ' ')) == NULL)
		return false;
	p++;
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strncmp(p, verbs[i], strlen(verbs[i])) != 0)
			continue;
		p += strlen(verbs[i]);
		return strspn(p,
			   "abcdefghijklmnopqrstuvwxyz0123456789-._"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(p);
	}
	return false;
}

static void
parent_read_cb(struct bufferevent *bev, void *arg)
{
	struct rig *r = arg;
	char *line;

	while ((line = evbuffer_readln(bufferevent_get_input(bev), NULL,
		    EVBUFFER_EOL_LF)) != NULL) {
		if (r->n < RIG_LINES)
			snprintf(r->line[r->n], sizeof(r->line[0]), "%s", line);
		r->n++;
		if (!line_is_good(line))
			r->wrong = true;
		if (r->reply != NULL)
			bufferevent_write(bev, r->reply, strlen(r->reply));
		free(line);
	}
}

static void
lines_broken(void *arg, const char *reason)
{
	struct rig *r = arg;

	(void)reason;
	r->broken = true;
}

static int
rig_listen(struct rig *r)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(listen(fd, 511), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	r->port = ntohs(in.sin_port);
	return fd;
}

void
rig_open(struct rig *r, const char *user, const char *password,
    const struct front_limits *limits, int64_t timeout)
{
	static const char hello[] = "220 kafkad 0.1 protocol 1\n";
	int sv[2];

	signal(SIGPIPE, SIG_IGN);
	log_init("http", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	memset(r, 0, sizeof(*r));
	r->limits = front_limits_default;
	r->limits.connections = 512;
	r->limits.connections_address = 64;
	if (limits != NULL)
		r->limits = *limits;
	r->base = event_base_new();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	evutil_make_socket_nonblocking(sv[0]);
	r->parent =
	    bufferevent_socket_new(r->base, sv[0], BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(r->parent, parent_read_cb, NULL, NULL, r);
	bufferevent_enable(r->parent, EV_READ | EV_WRITE);
	bufferevent_write(r->parent, hello, strlen(hello));
	r->lines = lines_new(r->base, sv[1], timeout, lines_broken, r);
	r->auth = auth_new(user, password);
	r->news = news_new();
	r->server = server_new(r->base, r->auth, r->lines, r->news);
	r->front =
	    front_new(r->base, rig_listen(r), NULL, r->server, &r->limits);
	assert_non_null(r->front);
}

void
rig_close(struct rig *r)
{
	assert_false(r->wrong);
	assert_false(r->broken);
	front_free(r->front);
	server_free(r->server);
	news_free(r->news);
	lines_free(r->lines);
	auth_free(r->auth);
	bufferevent_free(r->parent);
	event_base_free(r->base);
}

int
rig_connect(struct rig *r)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons((uint16_t)r->port);
	assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	evutil_make_socket_nonblocking(fd);
	return fd;
}

/* What cannot be sent because the other end has closed is not. */
void
rig_send(struct rig *r, int fd, const char *p, size_t len)
{
	int64_t end = rig_now() + RIG_DEADLINE;
	ssize_t n;

	while (len > 0) {
		assert_true(rig_now() < end);
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n == -1 && errno != EAGAIN)
			return;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
		rig_pump(r);
	}
}

void
rig_puts(struct rig *r, int fd, const char *s)
{
	rig_send(r, fd, s, strlen(s));
}

struct rig_answer
rig_read(struct rig *r, int fd, size_t len)
{
	int64_t end = rig_now() + RIG_DEADLINE;
	struct rig_answer a = { NULL, 0 };
	size_t size = 1 << 20;
	ssize_t n;

	a.p = malloc(size);
	while (a.len < len) {
		assert_true(rig_now() < end);
		n = recv(fd, a.p + a.len, size - 1 - a.len, 0);
		if (n > 0)
			a.len += (size_t)n;
		else if (n == 0 || errno != EAGAIN)
			break;
		else
			rig_pump(r);
	}
	a.p[a.len] = '\0';
	return a;
}

bool
rig_closed(struct rig *r, int fd, int64_t ms)
{
	int64_t end = rig_now() + ms;
	char buf[65536];
	ssize_t n;

	while (rig_now() < end) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n == 0 || (n == -1 && errno != EAGAIN))
			return true;
		if (n == -1)
			rig_pump(r);
	}
	return false;
}

struct rig_answer
rig_ask(struct rig *r, const char *p, size_t len)
{
	int fd = rig_connect(r);
	struct rig_answer a;

	rig_send(r, fd, p, len);
	a = rig_read(r, fd, (size_t)-1);
	close(fd);
	return a;
}

int
rig_code(struct rig *r, const char *request)
{
	struct rig_answer a = rig_ask(r, request, strlen(request));
	int code = 0;

	if (sscanf(a.p, "HTTP/1.%*d %d ", &code) != 1)
		code = 0;
	free(a.p);
	return code;
}

int
rig_count(const char *s, const char *what)
{
	int n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}
