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
 * The http process against clients that mean no good, or do not do well: what
 * reaches the parent, how long a client may take, and who makes room for
 * others.
 */

#include <event2/bufferevent.h>

#include <sys/socket.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "shim_rig.h"

/*
 * Malformed in all the ways that are known: the parent gets at most one good
 * line of each (rig_close() looks at them), and a good request is served
 * afterwards. A length of 0 is that of the text.
 */
static const struct {
	const char *p;
	size_t len;
	unsigned int max;
} hostile[] = {
	{ "", 0, 0 },
	{ "\r\n\r\n\r\n\r\n", 0, 0 },
	{ "\0\0\0\0", 4, 0 },
	{ "GET", 0, 0 },
	{ "GET /v0/kafka/scale/5", 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\nHost: a", 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/9.9\r\n" H "\r\n", 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/0.9\r\n" H "\r\n", 0, 0 },
	{ "GET /v0/kafka/scale/5 XTTP/1.1\r\n" H "\r\n", 0, 0 },
	{ "GET  /v0/kafka/scale/5  HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/5 /x HTTP/1.1\r\n" H END, 0, 0 },
	{ "get /v0/kafka/scale/5 HTTP/1.1\r\n" H END, 0, 0 },
	{ "PROPFIND /v0/kafka/scale/5 HTTP/1.1\r\n" H END, 0, 0 },
	{ "CONNECT a:1 HTTP/1.1\r\n" H END, 0, 0 },
	{ "OPTIONS * HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/5\0 HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\nX\0: a\r\n" H END, 64, 0 },
	{ "GET /v0/kafka/scale/%00 HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/5%00 HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/5%0d%0akill%201 HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/task/kill/1%0akill%202 HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/task/kill/1%20force HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/container/kafka-0%0a.1 HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/% HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/%zz HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/\xff\xfe HTTP/1.1\r\n" H END, 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n\r\n", 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H H END, 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H ": x\r\n" END, 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H "no colon\r\n" END, 0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n X: a\r\n" H END, 0, 0 },
	/* One body, or two requests? */
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "0\r\n\r\n" GOOD,
	    0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 0\r\nContent-Length: 119\r\n\r\n" GOOD,
	    0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding: xchunked\r\n\r\n" GOOD,
	    0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding: gzip, chunked\r\n\r\n" GOOD,
	    0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding : chunked\r\n\r\n" GOOD,
	    0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length : 5\r\n\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: -1\r\n\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 0x10\r\n\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 99999999999999999999\r\n\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 70000\r\n\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding: chunked\r\n\r\nzz\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.0\r\n"
	  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" GOOD,
	    0, 0 },
	{ "HEAD /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 119\r\n\r\n" GOOD,
	    0, 0 },
	{ "TRACE /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding: chunked\r\n\r\n" GOOD,
	    0, 0 },
	{ "PROPFIND http://a:1/ HTTP/1.1\r\n" H
	  "Proxy-Connection: keep-alive\r\n"
	  "Content-Length: 119\r\n\r\n" GOOD,
	    0, 0 },
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" GOOD,
	    0, 1 },
	/* Half a body: the request never was. */
	{ "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Content-Length: 500\r\n\r\n" GOOD,
	    0, 0 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\r\n" H
	  "Expect: nonsense\r\nContent-Length: 5\r\n\r\n12345",
	    0, 0 },
	/* These are good. */
	{ "GET http://a:1/v0/kafka/scale/5 HTTP/1.1\r\n" H END, 0, 1 },
	{ "GET /v0/kafka/scale%2f5 HTTP/1.1\r\n" H END, 0, 1 },
	{ "GET /v0/kafka/scale/5?a=%00 HTTP/1.1\r\n" H END, 0, 1 },
	{ "GET /v0/kafka/scale/5 HTTP/1.1\nHost: a\nConnection: close\n\n", 0,
	    1 },
};

static void
test_hostile(void **state)
{
	struct rig r;
	size_t i, len;
	int fd;

	(void)state;
	rig_open(&r, "", "", &rig_quick, 10000);
	r.reply = SCALED;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		r.n = 0;
		len =
		    hostile[i].len != 0 ? hostile[i].len : strlen(hostile[i].p);
		fd = rig_connect(&r);
		rig_send(&r, fd, hostile[i].p, len);
		shutdown(fd, SHUT_WR);
		if (!rig_closed(&r, fd, 3000))
			fail_msg("stays open: %s", hostile[i].p);
		close(fd);
		if (r.n != hostile[i].max)
			fail_msg("%u lines: %s", r.n, hostile[i].p);
	}
	r.n = 0;
	assert_int_equal(rig_code(&r, GOOD), 202);
	rig_close(&r);
}

/* A request of headers of n bytes, and a body of another n. */
static int
sized(struct rig *r, size_t headers, size_t body)
{
	size_t size = headers + body + 256, n;
	char *p = malloc(size);
	int code;

	n = (size_t)snprintf(p, size, "%s", GET("/v0/kafka/scale/5") "X: ");
	memset(p + n, 'x', headers);
	n += headers;
	n += (size_t)snprintf(p + n, size - n, "\r\nContent-Length: %zu\r\n%s",
	    body, END);
	memset(p + n, 'y', body);
	p[n + body] = '\0';
	code = rig_code(r, p);
	free(p);
	return code;
}

static void
test_sizes(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "", "", &rig_quick, 10000);
	r.reply = SCALED;
	assert_int_equal(sized(&r, 7000, 0), 202);
	assert_int_equal(sized(&r, 10, 65000), 202);
	assert_int_equal(r.n, 2);
	assert_int_equal(sized(&r, 8300, 0) / 100, 4);
	assert_int_equal(sized(&r, 100000, 0) / 100, 4);
	assert_int_equal(sized(&r, 10, 70000) / 100, 4);
	assert_int_equal(sized(&r, 10, 900000) / 100, 4);
	assert_int_equal(r.n, 2);
	rig_close(&r);
}

/* A chunk's size that has no end, as fast as it is taken. */
static void
test_endless(void **state)
{
	static const char head[] =
	    GET("/v0/kafka/scale/5") "Transfer-Encoding: chunked\r\n\r\n1;";
	static char more[65536];
	struct rig r;
	size_t sent = 0;
	int64_t end = rig_now() + 8000;
	ssize_t n;
	int fd;

	(void)state;
	memset(more, 'x', sizeof(more));
	rig_open(&r, "", "", NULL, 10000);
	fd = rig_connect(&r);
	rig_puts(&r, fd, head);
	while (front_count(r.front) > 0 && sent < 8 << 20 && rig_now() < end) {
		n = send(fd, more, sizeof(more), MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
		rig_pump(&r);
		if (rig_closed(&r, fd, 1))
			break;
	}
	/* All but what the kernel holds was not taken. */
	assert_true(sent < 8 << 20);
	assert_int_equal(r.n, 0);
	close(fd);
	rig_close(&r);
}

/* Sends a byte each few ms; returns when it was closed. */
static int64_t
drip(struct rig *r, const char *first, const char *byte, int64_t ms)
{
	int64_t start = rig_now();
	int fd = rig_connect(r);
	bool closed = false;

	rig_puts(r, fd, first);
	while (!closed && rig_now() - start < ms) {
		rig_puts(r, fd, byte);
		closed = rig_closed(r, fd, 20);
	}
	close(fd);
	assert_true(closed);
	return rig_now() - start;
}

static void
test_slow(void **state)
{
	struct rig r;
	int64_t ms;
	int fd;

	(void)state;
	rig_open(&r, "", "", &rig_quick, 10000);
	r.reply = SCALED;
	ms = drip(&r, "GET /v0/kafka/scale/5 HTTP/1.1\r\nX: ", "x", 5000);
	assert_in_range(ms, 250, 1400);
	ms = drip(&r, "GET ", "\r", 5000);
	assert_in_range(ms, 250, 1400);
	ms = drip(&r, GET("/v0/kafka/scale/5") "Content-Length: 4000\r\n\r\n",
	    "x", 5000);
	assert_in_range(ms, 1450, 2900);
	assert_int_equal(r.n, 0);
	/* Nothing at all, and nothing after a request. */
	fd = rig_connect(&r);
	ms = rig_now();
	assert_true(rig_closed(&r, fd, 5000));
	assert_in_range(rig_now() - ms, 250, 1400);
	close(fd);
	fd = rig_connect(&r);
	rig_puts(&r, fd, GET("/v0/kafka/scale/5") "\r\n");
	ms = rig_now();
	assert_true(rig_closed(&r, fd, 5000));
	assert_in_range(rig_now() - ms, 2950, 5000);
	close(fd);
	assert_int_equal(r.n, 1);
	rig_close(&r);
}

/* Asks and asks, and reads nothing. */
static void
test_unread(void **state)
{
	static char data[60000], reply[60100];
	struct rig r;
	int64_t ms = rig_now();
	int fd, i, small = 4096;

	(void)state;
	memset(data, 'x', sizeof(data) - 1);
	snprintf(reply, sizeof(reply),
	    "200-{\"command\":{\"x\":\"%s\"},\"status\":null}\n200 a\n", data);
	rig_open(&r, "", "", &rig_quick, 10000);
	r.reply = reply;
	fd = rig_connect(&r);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	for (i = 0; i < 400; i++) {
		send(fd, GET("/v0/container/1") "\r\n",
		    strlen(GET("/v0/container/1") "\r\n"), MSG_NOSIGNAL);
		rig_pump(&r);
	}
	while (front_count(r.front) > 0 && rig_now() - ms < 8000)
		rig_pump(&r);
	assert_int_equal(front_count(r.front), 0);
	assert_true(r.n < 200);
	close(fd);
	rig_close(&r);
}

/* 200 idle, 200 slow, and the 201st good one. */
static void
test_crowd(void **state)
{
	struct rig r;
	int fd[400], i;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	r.reply = SCALED;
	for (i = 0; i < 400; i++) {
		fd[i] = rig_connect(&r);
		if (i % 2 == 0)
			rig_puts(&r, fd[i], "GET /v0/kafka/sc");
		rig_pump(&r);
	}
	assert_true(front_count(r.front) <= r.limits.connections_address);
	for (i = 0; i < 5; i++)
		assert_int_equal(rig_code(&r, GOOD), 202);
	assert_int_equal(r.n, 5);
	for (i = 0; i < 400; i++)
		close(fd[i]);
	rig_close(&r);
}

/* Who waits for an answer is never given up for others. */
static void
test_crowd_waiting(void **state)
{
	struct front_limits limits = front_limits_default;
	struct rig_answer a;
	struct rig r;
	int fd[4], other, i;

	(void)state;
	limits.connections = 512;
	limits.connections_address = 4;
	rig_open(&r, "", "", &limits, 10000);
	for (i = 0; i < 4; i++) {
		fd[i] = rig_connect(&r);
		rig_puts(&r, fd[i], GOOD);
	}
	while (r.n < 4)
		rig_pump(&r);
	other = rig_connect(&r);
	assert_true(rig_closed(&r, other, 3000));
	close(other);
	bufferevent_write(r.parent, SCALED SCALED SCALED SCALED,
	    4 * strlen(SCALED));
	for (i = 0; i < 4; i++) {
		a = rig_read(&r, fd[i], (size_t)-1);
		assert_non_null(strstr(a.p, " 202 "));
		free(a.p);
		close(fd[i]);
	}
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_crowd_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
