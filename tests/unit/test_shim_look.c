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
 * The http process and its own routes: monitoring, the page and what it does,
 * and streams of events. Who may ask, what is answered, and what reaches the
 * parent.
 */

#include <event2/bufferevent.h>

#include <sys/socket.h>
#include <sys/time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "shim/server_conn.h"
#include "shim/stream.h"
#include "shim_rig.h"

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

#define PAST                                                           \
	"200-{\"time\":\"2026-11-27T09:00:00Z\",\"instance\":\"k-0\"," \
	"\"level\":\"info\",\"text\":\"ready\",\"who\":\"http\"}\n"    \
	"200 1 events\n"

/* What became of an instance, for those who may look. */
static void
test_past(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "u", "p", NULL, 10000);
	r.reply = PAST;
	assert_true(
	    answers(&r, GET("/history/k-0") LOGIN END, "HTTP/1.1 200 OK",
		"<b>k-0</b> ready <span class=\"note\">http<", "</html>\n"));
	assert_string_equal(r.line[0], "as u 127.0.0.1 history k-0");
	r.reply = "404 no such instance: k-0\n";
	assert_true(answers(&r, GET("/history/k-0") LOGIN END, "HTTP/1.1 404 ",
	    "", "\r\n\r\nno such instance: k-0\n"));
	r.reply = "200 0 events\n";
	assert_true(answers(&r, GET("/history/k-0") LOGIN END,
	    "HTTP/1.1 200 OK", "</ol>", "</html>\n"));
	assert_int_equal(r.n, 3);
	assert_int_equal(rig_code(&r, GET("/history/k-0") END), 401);
	assert_int_equal(rig_code(&r, GET("/history/k%200") LOGIN END), 404);
	assert_int_equal(post(&r, "/history/k-0", LOGIN), 405);
	assert_int_equal(r.n, 3);
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

/* However few connections there may be: streams take half, others are served.
 */
static void
test_events_few(void **state)
{
	static const struct {
		uint32_t connections, address;
		int streams;
	} rows[] = { { 16, 8, 4 }, { 6, 6, 3 }, { 8, 2, 1 }, { 2, 1, 0 } };
	static const char get[] = GET("/events") END;
	struct front_limits limits = front_limits_default;
	struct rig_answer a;
	struct rig r;
	int k, fd[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		limits.connections = rows[i].connections;
		limits.connections_address = rows[i].address;
		rig_open(&r, "", "", &limits, 10000);
		r.reply = STATUS;
		for (k = 0; k < rows[i].streams; k++) {
			fd[k] = rig_connect(&r);
			rig_puts(&r, fd[k], get);
			a = rig_read(&r, fd[k], 15);
			assert_int_equal(strncmp(a.p, "HTTP/1.1 200 OK", 15),
			    0);
			free(a.p);
		}
		assert_int_equal(rig_code(&r, get), 503);
		assert_int_equal(rig_code(&r, GET("/health") END), 200);
		for (k = 0; k < rows[i].streams; k++)
			close(fd[k]);
		rig_close(&r);
	}
}

/* Who has gone, in whatever way, or talks, holds no place. */
static void
test_events_left(void **state)
{
	static const char get[] = GET("/events") END;
	const struct linger reset = { 1, 0 };
	struct rig_answer a;
	struct rig r;
	int64_t end;
	int i, fd;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	for (i = 0; i < 4; i++) {
		fd = rig_connect(&r);
		rig_puts(&r, fd, get);
		if (i == 3) {
			assert_int_equal(shutdown(fd, SHUT_WR), 0);
		} else {
			a = rig_read(&r, fd, 15);
			assert_int_equal(strncmp(a.p, "HTTP/1.1 200 OK", 15),
			    0);
			free(a.p);
			assert_int_equal(front_count(r.front), 1);
		}
		if (i == 1)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset,
			    sizeof(reset));
		if (i == 2)
			rig_puts(&r, fd, "GET");
		if (i < 2)
			close(fd);
		/* Much sooner than by the sign of life. */
		end = rig_now() + STREAM_BEAT * 1000 / 3;
		while (front_count(r.front) > 0 && rig_now() < end)
			rig_pump(&r);
		if (front_count(r.front) > 0)
			fail_msg("%d: still there", i);
		if (i >= 2)
			close(fd);
	}
	rig_close(&r);
}

static int
find_timer(const struct event_base *base, const struct event *ev, void *arg)
{
	struct timeval now, due;
	int64_t left, *least = arg;

	(void)base;
	if (!event_pending(ev, EV_TIMEOUT, &due))
		return 0;
	gettimeofday(&now, NULL);
	left = (int64_t)due.tv_sec - now.tv_sec;
	if (*least == -1 || left < *least)
		*least = left;
	return 0;
}

/* In so many seconds it wakes up by itself; -1: never. */
static int64_t
wakes(struct rig *r)
{
	int64_t least = -1;

	event_base_foreach_event(r->base, find_timer, &least);
	return least;
}

/* With nobody there it sleeps until somebody comes, or the parent speaks. */
static void
test_asleep(void **state)
{
	static const char get[] = GET("/events") END;
	struct rig_answer a;
	int64_t end;
	struct rig r;
	int fd;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	assert_int_equal(wakes(&r), -1);
	fd = rig_connect(&r);
	rig_puts(&r, fd, get);
	a = rig_read(&r, fd, 15);
	assert_int_equal(strncmp(a.p, "HTTP/1.1 200 OK", 15), 0);
	free(a.p);
	end = rig_now() + RIG_DEADLINE;
	/* The test's own timers are shorter. */
	while (wakes(&r) < STREAM_BEAT - 2 && rig_now() < end)
		rig_pump(&r);
	assert_in_range(wakes(&r), STREAM_BEAT - 2, STREAM_BEAT);
	close(fd);
	end = rig_now() + RIG_DEADLINE;
	while (wakes(&r) != -1 && rig_now() < end)
		rig_pump(&r);
	assert_int_equal(wakes(&r), -1);
	rig_close(&r);
}

/* It is time for a sample; then the next line from anybody is scale's. */
static void
sample(struct rig *r)
{
	server_sample(r->server, time(NULL));
	rig_pump(r);
	r->reply = SCALED;
	assert_int_equal(rig_code(r, GOOD), 202);
	r->reply = STATUS;
}

/* The plot asks for what it knows when something has changed, and then only. */
static void
test_samples(void **state)
{
	struct grow path = { NULL, 0, 0, false };
	struct rig r;
	char *text;

	(void)state;
	rig_open(&r, "", "", NULL, 10000);
	r.reply = STATUS;
	while (clock_now() == r.server->changed)
		continue;
	assert_int_equal(samples_since(r.server->samples), 0);
	server_sample(r.server, time(NULL));
	while (facts_last(r.server->facts, INT64_MAX) == NULL)
		rig_pump(&r);
	assert_int_not_equal(samples_since(r.server->samples), 0);
	assert_string_equal(r.line[0], "as - - status");
	assert_int_equal(r.n, 1);
	sample(&r);
	assert_int_equal(r.n, 2);
	server_sample(r.server, time(NULL) + 200);
	samples_path(r.server->samples, "kafka", SAMPLE_WANTED,
	    time(NULL) + 400, 9, 400, 9, &path);
	text = grow_take(&path, NULL);
	assert_int_equal(rig_count(text, "M"), 2);
	free(text);
	assert_string_equal(r.line[1], "as - 127.0.0.1 scale kafka 5");
	server_changed(r.server);
	server_sample(r.server, time(NULL));
	while (r.n < 3)
		rig_pump(&r);
	assert_string_equal(r.line[2], "as - - status");
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_look_silent),
		cmocka_unit_test(test_look_many),
		cmocka_unit_test(test_page_change),
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_past),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_few),
		cmocka_unit_test(test_events_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
