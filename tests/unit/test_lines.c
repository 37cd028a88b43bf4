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

/* Tests of the shim's end of the lines, and of the end of headers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>

#include <unistd.h>

#include "line.h"
#include "log.h"
#include "shim/blank.h"
#include "shim/lines.h"

struct peer {
	struct event_base *base;
	struct lines *lines;
	int fd;
	int broken;
	char reason[128];
	char got[1024]; /* "code text data;" of each reply */
};

static void
broken(void *arg, const char *reason)
{
	struct peer *p = arg;

	p->broken++;
	snprintf(p->reason, sizeof(p->reason), "%s",
	    reason != NULL ? reason : "closed");
}

static void
reply(void *arg, int code, const char *text, const char *data)
{
	struct peer *p = arg;
	size_t n = strlen(p->got);

	snprintf(p->got + n, sizeof(p->got) - n, "%d %.20s %s;", code, text,
	    data != NULL ? data : "-");
}

static void
peer_open(struct peer *p, int64_t timeout)
{
	int sv[2];

	log_init("http", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	memset(p, 0, sizeof(*p));
	p->base = event_base_new();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	p->fd = sv[0];
	p->lines = lines_new(p->base, sv[1], timeout, broken, p);
}

static void
peer_close(struct peer *p)
{
	lines_free(p->lines);
	event_base_free(p->base);
	if (p->fd != -1)
		close(p->fd);
}

static void
pump(struct peer *p)
{
	int i;

	for (i = 0; i < 6; i++)
		event_base_loop(p->base, EVLOOP_NONBLOCK);
}

static void
say(struct peer *p, const char *s)
{
	assert_int_equal(write(p->fd, s, strlen(s)), (ssize_t)strlen(s));
	pump(p);
}

static void
test_order(void **state)
{
	struct peer p;
	char buf[256];
	ssize_t n;

	(void)state;
	peer_open(&p, 10000);
	say(&p, "220 kafkad 0.1 protocol 1\n");
	assert_non_null(lines_send(p.lines, "one", reply, &p));
	assert_non_null(lines_send(p.lines, "two", reply, &p));
	assert_non_null(lines_send(p.lines, "three", reply, &p));
	pump(&p);
	n = read(p.fd, buf, sizeof(buf));
	assert_int_equal(n, 14);
	assert_memory_equal(buf, "one\ntwo\nthree\n", 14);
	say(&p, "200 a\n200-x\n200-y\n100-z\n20");
	say(&p, "0 b\n404 c\r\n");
	assert_string_equal(p.got, "200 a -;200 b x\ny;404 c -;");
	assert_int_equal(p.broken, 0);
	peer_close(&p);
}

static void
test_time(void **state)
{
	struct peer p;

	(void)state;
	peer_open(&p, 50);
	say(&p, "220 hello\n");
	lines_send(p.lines, "one", reply, &p);
	while (p.got[0] == '\0')
		event_base_loop(p.base, EVLOOP_ONCE);
	assert_memory_equal(p.got, "503 kafkad", 10);
	p.got[0] = '\0';
	lines_send(p.lines, "two", reply, &p);
	say(&p, "200-late\n200 late\n200 right\n");
	assert_string_equal(p.got, "200 right -;");
	peer_close(&p);
}

/* More than can be kept is not; the next reply is whole again. */
static void
test_much(void **state)
{
	static char line[LINE_REPLY_MAX + 1] = "200-";
	struct peer p;
	int i;

	(void)state;
	peer_open(&p, 10000);
	say(&p, "220 hello\n");
	lines_send(p.lines, "one", reply, &p);
	lines_send(p.lines, "two", reply, &p);
	memset(line + 4, 'x', LINE_REPLY_MAX - 5);
	line[LINE_REPLY_MAX - 1] = '\n';
	for (i = 0; i < LINES_DATA_MAX / (LINE_REPLY_MAX - 8) + 2; i++)
		say(&p, line);
	say(&p, "200 one\n200-y\n200 two\n");
	assert_string_equal(p.got, "502 kafkad's answer is t -;200 two y;");
	assert_int_equal(p.broken, 0);
	peer_close(&p);
}

static void
test_forget(void **state)
{
	struct lines_ask *a;
	struct peer p;
	int i;

	(void)state;
	peer_open(&p, 10000);
	say(&p, "220 hello\n");
	a = lines_send(p.lines, "one", reply, &p);
	lines_send(p.lines, "two", reply, &p);
	lines_forget(a);
	say(&p, "200 one\n200 two\n");
	assert_string_equal(p.got, "200 two -;");
	for (i = 0; i < LINES_MAX; i++)
		assert_non_null(lines_send(p.lines, "x", reply, &p));
	assert_null(lines_send(p.lines, "x", reply, &p));
	peer_close(&p);
}

static void
test_broken(void **state)
{
	static const struct {
		const char *text;
		const char *reason;
	} rows[] = {
		{ "200 hello\n", "no greeting" },
		{ "220-hello\n", "no greeting" },
		{ "hello\n", "no reply" },
		{ "220 hello\n200 x\n200 y\n", "a reply to nothing" },
		{ "220 hello\n20x x\n", "no reply" },
		{ "220 hello\n200 \x01\n", "a control character in the line" },
		{ "220 hello\n200 \xff\n", "the line is not UTF-8" },
	};
	struct peer p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		peer_open(&p, 10000);
		lines_send(p.lines, "one", reply, &p);
		say(&p, rows[i].text);
		assert_int_equal(p.broken, 1);
		assert_string_equal(p.reason, rows[i].reason);
		peer_close(&p);
	}
	peer_open(&p, 10000);
	close(p.fd);
	p.fd = -1;
	pump(&p);
	assert_string_equal(p.reason, "closed");
	peer_close(&p);
}

/* Where the headers end, whatever the pieces. */
static void
test_blank(void **state)
{
	static const struct {
		const char *text;
		size_t end; /* 0: not yet */
	} rows[] = {
		{ "a\r\n\r\nb", 5 },
		{ "a\n\nb", 3 },
		{ "a\n\r\nb", 4 },
		{ "a\r\n\nb", 4 },
		{ "a\r\nb\r\n\r\n", 8 },
		{ "a\r\n\r", 0 },
		{ "a\r\n\r\r\n", 0 },
		{ "a\r\n \r\n", 0 },
		{ "\r\na", 0 },
		{ "a\r\rb\n", 0 },
	};
	size_t i, k, len, step, used;
	struct blank b;
	bool found, nul;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = strlen(rows[i].text);
		for (step = 1; step <= len; step++) {
			memset(&b, 0, sizeof(b));
			found = false;
			for (k = 0; k < len && !found; k += used)
				used = blank_take(&b, rows[i].text + k,
				    k + step > len ? len - k : step, &found,
				    &nul);
			if (found != (rows[i].end != 0) ||
			    (found && k != rows[i].end))
				fail_msg("%zu by %zu: %zu", i, step, k);
		}
	}
	memset(&b, 0, sizeof(b));
	blank_take(&b, "a\0b\n\n", 5, &found, &nul);
	assert_true(found && nul);
	blank_take(&b, "a\n\n\0", 4, &found, &nul);
	assert_true(found && !nul);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_blank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
