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
 * The http process and the routes of the Go framework: what is answered, what
 * reaches the parent, which may be slow, or refuse, and how connections go on
 * and end.
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
	assert_int_equal(rig_count(a.p, "HTTP/1.1 202 Accepted\r\n"), 3);
	assert_int_equal(rig_count(a.p, "\r\n\r\n2"), 3);
	assert_int_equal(r.n, 6);
	free(a.p);
	close(fd);
	/* Where a chunked body ends may be disputed: nothing comes after it. */
	fd = rig_connect(&r);
	snprintf(text, sizeof(text), "%s%s", chunked, one);
	rig_puts(&r, fd, text);
	a = rig_read(&r, fd, (size_t)-1);
	assert_int_equal(rig_count(a.p, "HTTP/1.1 202 Accepted\r\n"), 1);
	assert_int_equal(rig_count(a.p, "Connection: close\r\n"), 1);
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
	assert_int_equal(rig_count(a.p, "\r\n\r\n2"), 3);
	free(a.p);
	close(fd);
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
		cmocka_unit_test(test_cross_site),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_old_clients),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
