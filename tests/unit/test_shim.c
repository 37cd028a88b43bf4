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
 * The http process against clients of all kinds, and a parent that is slow,
 * or refuses: what is answered, what reaches the parent, and how long a
 * client may take.
 */

#include <event2/bufferevent.h>

#include <sys/resource.h>
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

#include "shim/stream.h"
#include "shim_rig.h"

#define H "Host: a:1\r\n"
#define END "Connection: close\r\n\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" H
#define GOOD GET("/v0/kafka/scale/5") END
#define SCALED "200 kafka: 3 to 5\n"

static const struct front_limits quick = {
	.connections = 512,
	.connections_address = 64,
	.handshake = 300,
	.headers = 300,
	.request = 600,
	.idle = 900,
	.unread = 400,
	.linger = 300,
};

static int
count(const char *s, const char *what)
{
	int n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

/* Answers of the parent, and what becomes of them. */
static void
test_codes(void **state)
{
	static const struct {
		const char *reply;
		const char *request;
		int code;
	} rows[] = {
		{ SCALED, GOOD, 202 },
		{ SCALED, "PUT /v0/kafka/scale/5 HTTP/1.1\r\n" H END, 202 },
		{ SCALED, "POST /v0/kafka/scale/5 HTTP/1.1\r\n" H END, 202 },
		{ "200 ok\n", "POST /v0/task/kill/7 HTTP/1.1\r\n" H END, 202 },
		{ "200 ok\n", "PUT /v0/kafka/reflate HTTP/1.1\r\n" H END, 202 },
		{ "400 no\n", GOOD, 400 },
		{ "409 use -f\n", GOOD, 409 },
		{ "500 cannot be saved\n", GOOD, 500 },
		{ "501 not there\n", GET("/v0/container/1") END, 501 },
		{ "503 not now\n", GOOD, 503 },
		{ "200 something else\n", GOOD, 502 },
		{ "200 no data\n", GET("/v0/container/1") END, 502 },
		{ "200-no JSON\n200 one\n", GET("/v0/container/1") END, 500 },
		{ "404 no\n", GET("/v0/container/1") END, 202 },
		{ "404 no\n", GET("/v0/task/kill/1") END, 404 },
		{ NULL, "HEAD /v0/kafka/reflate HTTP/1.1\r\n" H END, 405 },
		{ NULL, "OPTIONS /v0/kafka/reflate HTTP/1.1\r\n" H END, 405 },
		{ NULL, "DELETE /v0/kafka/reflate HTTP/1.1\r\n" H END, 405 },
		{ NULL, "PATCH /v0/kafka/reflate HTTP/1.1\r\n" H END, 405 },
		{ NULL, "PROPFIND /v0/kafka/reflate HTTP/1.1\r\n" H END, 405 },
		{ NULL, "BREW /v0/nothing HTTP/1.1\r\n" H END, 404 },
		{ NULL, "POST /v0/container/1 HTTP/1.1\r\n" H END, 405 },
		{ NULL, GET("/v0/kafka/scale/5/") END, 404 },
		{ NULL, GET("/v0/kafka/scale/1001") END, 400 },
		{ NULL, GET("/v0/kafka/scale/-1") END, 400 },
		{ NULL, GET("/v0/kafka/scale/abc") END, 400 },
		{ NULL, GET("/v0/kafka/scale/5%0a") END, 400 },
		{ NULL, GET("/v0/task/kill/kafka-0") END, 404 },
		{ NULL, GET("/v0/task/kill/..%2fx") END, 301 },
		{ NULL, GET("/v0/./kafka/reflate") END, 301 },
	};
	struct rig r;
	size_t i;
	int code;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r.reply = rows[i].reply;
		r.n = 0;
		code = rig_code(&r, rows[i].request);
		if (code != rows[i].code)
			fail_msg("%s %s: %d", rows[i].request, rows[i].reply,
			    code);
		assert_int_equal(r.n, rows[i].reply != NULL ? 1 : 0);
	}
	rig_close(&r);
}

#define DAEMON(rest) "200-{\"daemon\":{\"mode\":\"active\"" rest "}}\n"
#define STATUS                                                   \
	DAEMON(",\"saved\":true,\"connected\":true")             \
	"200-{\"service\":\"kafka\",\"wanted\":2,\"ready\":2}\n" \
	"200 2 services\n"
#define UNREADY                                                  \
	DAEMON(",\"saved\":true")                                \
	"200-{\"service\":\"kafka\",\"wanted\":2,\"ready\":1}\n" \
	"200 2 services\n"
#define LOGIN "Authorization: Basic dTpw\r\n"

/* The whole answer, to be freed. */
static char *
ask(struct rig *r, const char *request)
{
	return rig_ask(r, request, strlen(request)).p;
}

static bool
answers(struct rig *r, const char *request, const char *line,
    const char *header, const char *end)
{
	char *a = ask(r, request);
	size_t n = strlen(a), len = strlen(end);
	bool good = strncmp(a, line, strlen(line)) == 0 &&
	    strstr(a, header) != NULL && n >= len &&
	    strcmp(a + n - len, end) == 0;

	if (!good)
		print_error("%s\n-> %s\n", request, a);
	free(a);
	return good;
}

/* Who may look, and what is answered. */
static void
test_look(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "u", "p", NULL, 10000);
	r.reply = STATUS;
	assert_true(answers(&r, GET("/metrics") LOGIN END, "HTTP/1.1 200 OK",
	    "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
	    "instances_ready{service=\"kafka\"} 2\n"));
	assert_int_equal(r.n, 1);
	assert_string_equal(r.line[0], "as - - status");
	assert_true(answers(&r, GET("/metrics") END, "HTTP/1.1 401 ",
	    "\r\nWWW-Authenticate: Basic realm=\"kafkad\"\r\n", "needed\n"));
	assert_int_equal(r.n, 1);
	/* These are for everybody, and not asked for again and again. */
	assert_true(answers(&r, GET("/health") END, "HTTP/1.1 200 OK",
	    "\r\nContent-Type: application/json\r\n", "{\"ok\":true}\n"));
	assert_true(answers(&r, GET("/ready") END, "HTTP/1.1 200 OK",
	    "\r\nCache-Control: no-store\r\n", "\r\n\r\n{\"ok\":true}\n"));
	assert_true(answers(&r, "HEAD /ready HTTP/1.1\r\n" H END,
	    "HTTP/1.1 200 OK", "\r\nContent-Length: 12\r\n", "\r\n\r\n"));
	assert_int_equal(r.n, 1);
	r.reply = UNREADY;
	assert_true(answers(&r, GET("/metrics") LOGIN END, "HTTP/1.1 200", "",
	    "instances_ready{service=\"kafka\"} 1\n"));
	assert_true(answers(&r, GET("/ready") END, "HTTP/1.1 503 ", "",
	    "[\"not connected to a master\","
	    "\"not all that is wanted is ready\"]}\n"));
	assert_true(answers(&r, GET("/ready") LOGIN END, "HTTP/1.1 503 ", "",
	    "[\"not connected to a master\",\"kafka: 1 of 2 ready\"]}\n"));
	assert_true(answers(&r, GET("/health") END, "HTTP/1.1 200 ", "",
	    "{\"ok\":true}\n"));
	assert_int_equal(r.n, 2);
	/* A link from elsewhere may lead here. */
	assert_true(
	    answers(&r, GET("/ready") "Sec-Fetch-Site: cross-site\r\n" END,
		"HTTP/1.1 503 ", "", "}\n"));
	assert_true(answers(&r, "POST /health HTTP/1.1\r\n" H END,
	    "HTTP/1.1 405 ", "\r\nAllow: GET, HEAD\r\n", "\r\n\r\n"));
	rig_close(&r);
}

/* The parent does not answer, or not as it should. */
static void
test_look_silent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "", "", NULL, 100);
	assert_true(answers(&r, GET("/health") END, "HTTP/1.1 503 ", "",
	    "[\"kafkad does not answer\"]}\n"));
	assert_true(answers(&r, GET("/ready") END, "HTTP/1.1 503 ", "",
	    "[\"kafkad does not answer\"]}\n"));
	assert_true(answers(&r, GET("/metrics") END, "HTTP/1.1 503 ", "",
	    "may still be done\n"));
	rig_close(&r);
	rig_open(&r, "", "", NULL, 10000);
	r.reply = "200-no status\n200 2 services\n";
	assert_int_equal(rig_code(&r, GET("/health") END), 503);
	assert_int_equal(rig_code(&r, GET("/metrics") END), 502);
	r.reply = "200 2 services\n";
	assert_int_equal(rig_code(&r, GET("/metrics") END), 502);
	r.reply = "503 not now\n";
	assert_int_equal(rig_code(&r, GET("/metrics") END), 503);
	r.reply = STATUS;
	assert_int_equal(rig_code(&r, GET("/metrics") END), 200);
	rig_close(&r);
}

/* Many ask, one is asked; who leaves meanwhile is not missed. */
static void
test_look_many(void **state)
{
	static const char get[] = GET("/metrics") END;
	struct rig r;
	struct rig_answer a;
	int i, fd[20];

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	for (i = 0; i < 20; i++) {
		fd[i] = rig_connect(&r);
		rig_send(&r, fd[i], get, sizeof(get) - 1);
	}
	while (r.n == 0)
		rig_pump(&r);
	for (i = 0; i < 20; i += 2)
		close(fd[i]);
	for (i = 0; i < 20; i++)
		rig_pump(&r);
	assert_int_equal(r.n, 1);
	bufferevent_write(r.parent, STATUS, strlen(STATUS));
	for (i = 1; i < 20; i += 2) {
		a = rig_read(&r, fd[i], (size_t)-1);
		assert_int_equal(strncmp(a.p, "HTTP/1.1 200 OK", 15), 0);
		free(a.p);
		close(fd[i]);
	}
	rig_close(&r);
}

/* The value of the token in a page, or "". */
static const char *
token_of(struct rig *r)
{
	static const char mark[] = "name=\"kafkad-token\" content=\"";
	static char token[64];
	char *a, *p;

	r->reply = STATUS;
	a = ask(r, GET("/") LOGIN END);
	p = strstr(a, mark);
	assert_non_null(p);
	p += strlen(mark);
	snprintf(token, sizeof(token), "%.*s", (int)strcspn(p, "\""), p);
	assert_non_null(strstr(a,
	    "\r\nContent-Security-Policy: default-src "
	    "'none';"));
	free(a);
	return token;
}

static int
post(struct rig *r, const char *path, const char *headers)
{
	char request[1024];

	snprintf(request, sizeof(request), "POST %s HTTP/1.1\r\n" H "%s" END,
	    path, headers);
	return rig_code(r, request);
}

/* A change by the page: who may, and what else there must be. */
static void
test_page_change(void **state)
{
	char with[256], old[256], *p;
	unsigned int n;
	struct rig r;

	(void)state;
	rig_open(&r, "u", "p", NULL, 10000);
	snprintf(with, sizeof(with), LOGIN "X-Kafkad-Token: %s\r\n",
	    token_of(&r));
	n = r.n;
	r.reply = "200 done\n";
	assert_int_equal(post(&r, "/do/kill/kafka-0", with), 200);
	assert_string_equal(r.line[n], "as u 127.0.0.1 kill kafka-0");
	assert_int_equal(post(&r, "/do/scale/kafka=5", with), 200);
	assert_string_equal(r.line[n + 1], "as u 127.0.0.1 scale kafka 5");
	r.reply = "409 not now\n";
	assert_int_equal(post(&r, "/do/start/kafka-0", with), 409);
	assert_int_equal(r.n, n + 3);
	/* From here on nothing reaches the parent. */
	assert_int_equal(post(&r, "/do/scale/kafka=1001", with), 400);
	assert_int_equal(post(&r, "/do/kill/kafka-0", LOGIN), 403);
	assert_int_equal(post(&r, "/do/kill/kafka-0", strchr(with, '\n') + 1),
	    401);
	p = strstr(with, "Token: ") + 7;
	strlcpy(old, with, sizeof(old));
	old[p - with] = *p == '0' ? '1' : '0';
	assert_int_equal(post(&r, "/do/kill/kafka-0", old), 403);
	strlcpy(old, with, sizeof(old));
	strlcat(old, "Origin: http://evil.example\r\n", sizeof(old));
	assert_int_equal(post(&r, "/do/kill/kafka-0", old), 403);
	assert_int_equal(rig_code(&r, GET("/do/kill/kafka-0") LOGIN END), 405);
	assert_int_equal(r.n, n + 3);
	rig_close(&r);
	/* Without credentials in the configuration there is no change at all.
	 */
	rig_open(&r, "", "", NULL, 10000);
	assert_string_equal(token_of(&r), "");
	n = r.n;
	assert_true(answers(&r, "POST /do/kill/kafka-0 HTTP/1.1\r\n" H END,
	    "HTTP/1.1 403 ", "",
	    "need user and password for http in "
	    "kafkad.conf\n"));
	assert_int_equal(r.n, n);
	rig_close(&r);
}

/* Streams of events: what comes, how many, and that each is read. */
static void
test_events(void **state)
{
	static const char get[] = GET("/events") END;
	struct rig_answer a;
	char text[400], data[512];
	struct rig r;
	int i, last, fd[STREAMS_ADDRESS];

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	for (i = 0; i < STREAMS_ADDRESS; i++) {
		fd[i] = rig_connect(&r);
		rig_send(&r, fd[i], get, sizeof(get) - 1);
	}
	a = rig_read(&r, fd[0], 200);
	assert_non_null(strstr(a.p, "\r\nContent-Type: text/event-stream\r\n"));
	free(a.p);
	assert_int_equal(rig_code(&r, get), 503);
	news_add(r.news, "{\"instance\":\"k-0\",\"text\":\"a\\nb\"}");
	a = rig_read(&r, fd[0], 90);
	assert_non_null(strstr(a.p, "event: news\ndata: {\"number\":1,"));
	assert_non_null(strstr(a.p, "\"text\":\"a b\""));
	free(a.p);
	/* Nobody reads: what is kept for them has an end, and others have room.
	 */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	snprintf(data, sizeof(data), "{\"text\":\"%s\"}", text);
	for (i = 0; i < 40000; i++) {
		news_add(r.news, data);
		if (i % 200 == 0)
			rig_pump(&r);
	}
	last = rig_connect(&r);
	rig_send(&r, last, get, sizeof(get) - 1);
	a = rig_read(&r, last, 15);
	assert_int_equal(strncmp(a.p, "HTTP/1.1 200 OK", 15), 0);
	free(a.p);
	close(last);
	for (i = 0; i < STREAMS_ADDRESS; i++)
		close(fd[i]);
	rig_close(&r);
}

static void
test_cross_site(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	r.reply = SCALED;
	assert_int_equal(
	    rig_code(&r,
		GET("/v0/kafka/scale/5") "Sec-Fetch-Site: cross-site\r\n" END),
	    403);
	assert_int_equal(
	    rig_code(&r,
		GET("/v0/kafka/scale/5") "Sec-Fetch-Site: same-site\r\n" END),
	    403);
	assert_int_equal(
	    rig_code(&r,
		GET("/v0/kafka/scale/5") "Origin: http://evil.example\r\n" END),
	    403);
	assert_int_equal(rig_code(&r,
			     GET("/v0/kafka/scale/5") "Origin: null\r\n" END),
	    403);
	/* Of this site, it seems: but a name may mean another one, too. */
	assert_int_equal(
	    rig_code(&r,
		GET("/v0/kafka/scale/5") "Sec-Fetch-Site: same-origin\r\n" END),
	    403);
	assert_int_equal(
	    rig_code(&r, GET("/v0/kafka/scale/5") "Origin: http://a:1\r\n" END),
	    403);
	assert_int_equal(r.n, 0);
	assert_int_equal(
	    rig_code(&r,
		"GET /v0/kafka/scale/5 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"
		"Sec-Fetch-Site: same-origin\r\n"
		"Origin: http://127.0.0.1:1\r\n" END),
	    202);
	assert_int_equal(
	    rig_code(&r,
		GET("/v0/kafka/scale/5") "Sec-Fetch-Site: none\r\n" END),
	    202);
	assert_int_equal(r.n, 2);
	rig_close(&r);
	/* The credentials are not a stranger's. */
	rig_open(&r, "u", "p", NULL, 10000);
	r.reply = SCALED;
	assert_int_equal(
	    rig_code(&r,
		GET("/v0/kafka/scale/5") "Authorization: Basic dTpw\r\n"
					 "Origin: http://a:1\r\n" END),
	    200);
	rig_close(&r);
}

/* Several requests on one connection, with bodies, one by one and at once. */
static void
test_keep_alive(void **state)
{
	static const char one[] =
	    GET("/v0/kafka/scale/5") "Content-Length: 4\r\n\r\nJSON";
	static const char chunked[] =
	    GET("/v0/kafka/scale/5") "Transfer-Encoding: chunked\r\n\r\n"
				     "4\r\nJSON\r\n0\r\n\r\n";
	struct rig_answer a;
	struct rig r;
	char text[1024];
	int i, fd;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	r.reply = SCALED;
	fd = rig_connect(&r);
	for (i = 0; i < 3; i++) {
		rig_puts(&r, fd, one);
		a = rig_read(&r, fd, 140);
		assert_non_null(strstr(a.p, "HTTP/1.1 202 Accepted\r\n"));
		assert_null(strstr(a.p, "Connection:"));
		free(a.p);
	}
	assert_int_equal(r.n, 3);
	snprintf(text, sizeof(text), "%s%s%s", one, one, GOOD);
	rig_puts(&r, fd, text);
	a = rig_read(&r, fd, (size_t)-1);
	assert_int_equal(count(a.p, "HTTP/1.1 202 Accepted\r\n"), 3);
	assert_int_equal(count(a.p, "\r\n\r\n2"), 3);
	assert_int_equal(r.n, 6);
	free(a.p);
	close(fd);
	/* Where a chunked body ends may be disputed: nothing comes after it. */
	fd = rig_connect(&r);
	snprintf(text, sizeof(text), "%s%s", chunked, one);
	rig_puts(&r, fd, text);
	a = rig_read(&r, fd, (size_t)-1);
	assert_int_equal(count(a.p, "HTTP/1.1 202 Accepted\r\n"), 1);
	assert_int_equal(count(a.p, "Connection: close\r\n"), 1);
	assert_int_equal(r.n, 7);
	free(a.p);
	close(fd);
	rig_close(&r);
}

static void
test_old_clients(void **state)
{
	struct rig_answer a;
	struct rig r;
	int fd;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	r.reply = SCALED;
	a = rig_ask(&r, "GET /v0/kafka/scale/5 HTTP/1.0\r\n\r\n", 34);
	assert_int_equal(strncmp(a.p, "HTTP/1.0 202 Accepted\r\n", 23), 0);
	assert_null(strstr(a.p, "Connection:"));
	assert_non_null(strstr(a.p, "\r\n\r\n2"));
	free(a.p);
	/* It has sent its last, and waits for the answer. */
	fd = rig_connect(&r);
	rig_puts(&r, fd, GET("/v0/kafka/scale/5") "\r\n");
	shutdown(fd, SHUT_WR);
	a = rig_read(&r, fd, (size_t)-1);
	assert_non_null(strstr(a.p, "\r\n\r\n2"));
	free(a.p);
	close(fd);
	rig_close(&r);
}

/* Its last requests came together, and the parent takes its time. */
static void
test_half_closed(void **state)
{
	struct rig_answer a;
	struct rig r;
	unsigned int i;
	int fd;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	fd = rig_connect(&r);
	for (i = 0; i < 3; i++)
		rig_puts(&r, fd, GET("/v0/kafka/scale/5") "\r\n");
	shutdown(fd, SHUT_WR);
	for (i = 1; i <= 3; i++) {
		while (r.n < i)
			rig_pump(&r);
		rig_pump(&r);
		bufferevent_write(r.parent, SCALED, strlen(SCALED));
	}
	a = rig_read(&r, fd, (size_t)-1);
	assert_int_equal(count(a.p, "\r\n\r\n2"), 3);
	free(a.p);
	close(fd);
	rig_close(&r);
}

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
	rig_open(&r, "", "", &quick, 10000);
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
	rig_open(&r, "", "", &quick, 10000);
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
	rig_open(&r, "", "", &quick, 10000);
	r.reply = SCALED;
	ms = drip(&r, "GET /v0/kafka/scale/5 HTTP/1.1\r\nX: ", "x", 5000);
	assert_in_range(ms, 250, 590);
	ms = drip(&r, "GET ", "\r", 5000);
	assert_in_range(ms, 250, 590);
	ms = drip(&r, GET("/v0/kafka/scale/5") "Content-Length: 4000\r\n\r\n",
	    "x", 5000);
	assert_in_range(ms, 550, 880);
	assert_int_equal(r.n, 0);
	/* Nothing at all, and nothing after a request. */
	fd = rig_connect(&r);
	ms = rig_now();
	assert_true(rig_closed(&r, fd, 5000));
	assert_in_range(rig_now() - ms, 250, 590);
	close(fd);
	fd = rig_connect(&r);
	rig_puts(&r, fd, GET("/v0/kafka/scale/5") "\r\n");
	ms = rig_now();
	assert_true(rig_closed(&r, fd, 5000));
	assert_in_range(rig_now() - ms, 850, 1300);
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
	rig_open(&r, "", "", &quick, 10000);
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
	assert_true(
	    front_count(r.front) <= front_limits_default.connections_address);
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

/* The parent is silent; its late replies are for nobody else. */
static void
test_silent(void **state)
{
	struct rig_answer a;
	struct rig r;

	(void)state;
	rig_open(&r, "", "", NULL, 200);
	a = rig_ask(&r, GOOD, strlen(GOOD));
	assert_non_null(strstr(a.p, "HTTP/1.1 503 Service Unavailable\r\n"));
	assert_non_null(strstr(a.p, "\r\n\r\nkafkad does not answer in time"));
	free(a.p);
	bufferevent_write(r.parent, "200 kafka: 1 to 9\n", 18);
	r.reply = SCALED;
	a = rig_ask(&r, GOOD, strlen(GOOD));
	assert_non_null(strstr(a.p, "\r\n\r\n2"));
	free(a.p);
	assert_int_equal(r.n, 2);
	rig_close(&r);
}

/* The client goes while the parent thinks. */
static void
test_gone(void **state)
{
	struct rig_answer a;
	struct rig r;
	int i, fd;

	(void)state;
	rig_open(&r, "", "", NULL, 300);
	for (i = 0; i < 10; i++) {
		fd = rig_connect(&r);
		rig_puts(&r, fd, GET("/v0/kafka/scale/5") "\r\n");
		while (r.n <= (unsigned int)i)
			rig_pump(&r);
		if (i % 2 == 0)
			setsockopt(fd, SOL_SOCKET, SO_LINGER,
			    &(struct linger) { 1, 0 }, sizeof(struct linger));
		close(fd);
	}
	for (i = 0; i < 10; i++)
		bufferevent_write(r.parent, SCALED, strlen(SCALED));
	while (front_count(r.front) > 0)
		rig_pump(&r);
	r.reply = SCALED;
	a = rig_ask(&r, GOOD, strlen(GOOD));
	assert_non_null(strstr(a.p, "\r\n\r\n2"));
	free(a.p);
	rig_close(&r);
}

/* Freed with clients in every state. */
static void
test_end(void **state)
{
	static const char *const texts[] = { "", "GET", GOOD,
		GET("/v0/kafka/scale/5") "Content-Length: 9\r\n\r\n" };
	struct rig r;
	int fd[4], i;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	for (i = 0; i < 4; i++) {
		fd[i] = rig_connect(&r);
		rig_puts(&r, fd[i], texts[i]);
	}
	while (r.n < 1)
		rig_pump(&r);
	rig_close(&r);
	for (i = 0; i < 4; i++)
		close(fd[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_look_silent),
		cmocka_unit_test(test_look_many),
		cmocka_unit_test(test_page_change),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_cross_site),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_old_clients),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_crowd_waiting),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
