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
 * load: asks a server on this host for one thing again and again, over some
 * connections that stay, each waiting for its answer before it asks again.
 *
 *	load PORT PATH CONNECTIONS MS
 *
 * A tenth of a second before is not counted. Prints how many answers came
 * in a second, and the times that half and 99 of 100 took, in ms. An answer
 * that is none of 2xx, or a connection that ends, ends it.
 */

#include <sys/socket.h>

#include <err.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

#define BUF 65536
#define WARM_UP 100000 /* us */

struct conn {
	int fd;
	struct event *ev;
	double asked; /* ms */
	size_t n;
	char buf[BUF];
};

static char request[1024];
static size_t request_len;
static bool counting;
static double *times; /* ms, of each answer */
static size_t ntimes, room;
static struct event_base *base;

static void
ask(struct conn *c)
{
	c->n = 0;
	c->asked = clock_ms(CLOCK_MONOTONIC);
	if (send(c->fd, request, request_len, 0) != (ssize_t)request_len)
		err(1, "send");
}

static void
count(double ms)
{
	if (ntimes == room) {
		room = room == 0 ? 65536 : room * 2;
		if ((times = reallocarray(times, room, sizeof(*times))) == NULL)
			err(1, NULL);
	}
	times[ntimes++] = ms;
}

/* Whether the answer is whole. */
static bool
is_whole(const struct conn *c)
{
	const char *body = strstr(c->buf, "\r\n\r\n"), *length;

	if (body == NULL)
		return false;
	if (strncmp(c->buf, "HTTP/1.1 2", 10) != 0)
		errx(1, "%.64s", c->buf);
	body += 4;
	length = strcasestr(c->buf, "\r\nContent-Length:");
	if (length != NULL && length < body)
		return c->n >=
		    (size_t)(body - c->buf) + strtoul(length + 17, NULL, 10);
	return c->n >= 5 && strcmp(c->buf + c->n - 5, "0\r\n\r\n") == 0;
}

static void
read_cb(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	ssize_t n;

	(void)what;
	if (c->n >= BUF - 1)
		errx(1, "the answer is too long");
	if ((n = recv(fd, c->buf + c->n, BUF - 1 - c->n, 0)) == -1)
		err(1, "recv");
	if (n == 0)
		errx(1, "the server has closed the connection");
	c->n += (size_t)n;
	c->buf[c->n] = '\0';
	if (!is_whole(c))
		return;
	if (counting)
		count(clock_ms(CLOCK_MONOTONIC) - c->asked);
	ask(c);
}

static void
open_one(uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct conn *c = calloc(1, sizeof(*c));
	int on = 1;

	if (c == NULL || (c->fd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    connect(c->fd, (struct sockaddr *)&in, sizeof(in)) == -1)
		err(1, "connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->ev = event_new(base, c->fd, EV_READ | EV_PERSIST, read_cb, c);
	if (c->ev == NULL || event_add(c->ev, NULL) == -1)
		errx(1, "no memory");
	ask(c);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
percentile(size_t p)
{
	return times[(ntimes - 1) * p / 100];
}

int
main(int argc, char **argv)
{
	const struct timeval warm_up = { 0, WARM_UP };
	struct timeval span;
	const char *bad[3];
	double start;
	long n, i, ms;

	if (argc != 5)
		errx(2, "usage: load PORT PATH CONNECTIONS MS");
	if ((base = event_base_new()) == NULL)
		errx(1, "no memory");
	request_len = (size_t)snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n", argv[2], argv[1]);
	n = strtonum(argv[3], 1, 1000, &bad[0]);
	ms = strtonum(argv[4], 1, 100000, &bad[1]);
	span.tv_sec = ms / 1000;
	span.tv_usec = ms % 1000 * 1000;
	for (i = 0; i < n; i++)
		open_one((uint16_t)strtonum(argv[1], 1, 65535, &bad[2]));
	if (bad[0] != NULL || bad[1] != NULL || bad[2] != NULL)
		errx(2, "no such number");
	event_base_loopexit(base, &warm_up);
	event_base_dispatch(base);
	counting = true;
	start = clock_ms(CLOCK_MONOTONIC);
	event_base_loopexit(base, &span);
	event_base_dispatch(base);
	start = clock_ms(CLOCK_MONOTONIC) - start;
	if (ntimes == 0)
		errx(1, "no answer in time");
	qsort(times, ntimes, sizeof(*times), compare);
	printf("%.0f %.3f %.3f\n", (double)ntimes / start * 1e3, percentile(50),
	    percentile(99));
	return 0;
}
