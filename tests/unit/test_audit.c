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
 * Tests of what the log says of changes that were asked for, over real
 * connections: one line each, however they end, and not too many of those that
 * are refused.
 */

#include <sys/socket.h>

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "caught.h"
#include "fake_client.h"
#include "fake_daemon.h"
#include "log.h"

static struct fake_daemon d;

static int
setup(void **state)
{
	(void)state;
	log_init("parent", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	log_set_format(LOG_FORMAT_JSON);
	fake_setup(&d);
	fake_open(&d);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fake_teardown(&d);
	log_set_format(LOG_FORMAT_TEXT);
	return 0;
}

static unsigned int
lines(const char *text)
{
	unsigned int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* The first line is about that; returns the text after it. */
static const char *
audited(const char *text, int code, const char *command, const char *reply)
{
	struct json_object *o = caught_json(text);
	char want[16];

	assert_string_equal(caught_member(o, "text"), "audit");
	assert_string_equal(caught_member(o, "process"), "parent");
	snprintf(want, sizeof(want), "%d", code);
	assert_string_equal(caught_member(o, "code"), want);
	assert_string_equal(caught_member(o, "command"), command);
	assert_string_equal(caught_member(o, "reply"), reply);
	json_object_put(o);
	return text + strcspn(text, "\n") + 1;
}

static void
test_all(void **state)
{
	char want[32];
	struct json_object *o;
	const char *text;
	int fd;

	(void)state;
	fd = fake_greeted(&d);
	caught_begin();
	fake_say(fd, "scale kafka 3 force\n");
	fake_expect(&d, fd, "200 kafka: to 3");
	fake_say(fd, "  scale kafka 3\n");
	fake_expect(&d, fd, "409 kafka: to 3");
	fake_say(fd, "scale kafka \"x\\y\"\n");
	fake_line(&d, fd);
	fake_say(fd, "reflate storm\n");
	fake_line(&d, fd);
	/* These change nothing. */
	fake_say(fd, "frobnicate\n");
	fake_line(&d, fd);
	fake_say(fd, "version now\n");
	fake_line(&d, fd);
	fake_say(fd, "help log\n");
	fake_line(&d, fd);
	fake_expect(&d, fd, "200 1 command");
	text = caught_end();
	assert_int_equal(lines(text), 4);
	o = caught_json(text);
	assert_string_equal(caught_member(o, "level"), "info");
	assert_string_equal(caught_member(o, "via"), "socket");
	snprintf(want, sizeof(want), "%u", geteuid());
	assert_string_equal(caught_member(o, "uid"), want);
	snprintf(want, sizeof(want), "%d", getpid());
	assert_string_equal(caught_member(o, "pid"), want);
	if (geteuid() == 0)
		assert_string_equal(caught_member(o, "user"), "root");
	json_object_put(o);
	text = audited(text, 200, "scale kafka 3 force", "kafka: to 3");
	text = audited(text, 409, "scale kafka 3", "kafka: to 3");
	text = audited(text, 400, "scale kafka \"x\\y\"",
	    "scale: N is invalid: \"x\\y\" (from 0 to 1000); usage: scale "
	    "SERVICE N [force]");
	audited(text, 404, "reflate storm",
	    "no such service: storm; there are: zookeeper, kafka");
	close(fd);
	fake_await(&d, &d.gone, 1);
}

/* Through the shim it is from whom the shim says. */
static void
test_shim(void **state)
{
	struct json_object *o;
	const char *text;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			     fds),
	    0);
	assert_non_null(control_attach(d.control, fds[0], "http", true));
	fake_expect(&d, fds[1], "220 kafkad 0.1 protocol 1");
	caught_begin();
	fake_say(fds[1], "as alice 10.0.0.1 kill kafka-1\n");
	fake_line(&d, fds[1]);
	fake_say(fds[1], "as - ::1 wait kafka\n");
	fake_line(&d, fds[1]);
	text = caught_end();
	assert_int_equal(lines(text), 2);
	o = caught_json(text);
	assert_string_equal(caught_member(o, "via"), "http");
	assert_string_equal(caught_member(o, "user"), "alice");
	assert_string_equal(caught_member(o, "address"), "10.0.0.1");
	assert_false(json_object_object_get_ex(o, "uid", NULL));
	json_object_put(o);
	text = audited(text, 404, "kill kafka-1",
	    "no such task or instance: kafka-1");
	o = caught_json(text);
	assert_string_equal(caught_member(o, "level"), "warn");
	assert_string_equal(caught_member(o, "user"), "");
	json_object_put(o);
	audited(text, 403, "wait kafka", "wait: not on this connection");
	close(fds[1]);
	fake_await(&d, &d.gone, 1);
}

/* A client that does not wait for its answer is told of all the same. */
static void
test_gone(void **state)
{
	const char *text;
	int fds[2], fd;
	uint32_t id;

	(void)state;
	d.hold = true;
	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			     fds),
	    0);
	assert_non_null(control_attach(d.control, fds[0], "http", true));
	fake_expect(&d, fds[1], "220 kafkad 0.1 protocol 1");
	caught_begin();
	fake_say(fds[1], "as - ::1 reflate kafka\n");
	fake_await(&d, &d.commands, 1);
	id = d.last_client;
	close(fds[1]);
	fake_await(&d, &d.gone, 1);
	control_answer(d.control, id, 200, "none");
	fd = fake_greeted(&d);
	fake_say(fd, "kill kafka-0\n");
	fake_await(&d, &d.commands, 2);
	id = d.last_client;
	close(fd);
	fake_await(&d, &d.gone, 2);
	control_answer(d.control, id, 200, "killing");
	control_answer(d.control, id, 200, "twice");
	fd = fake_greeted(&d);
	fake_say(fd, "kill kafka-1\n");
	fake_await(&d, &d.commands, 3);
	control_close(d.control);
	d.control = NULL;
	text = caught_end();
	assert_int_equal(lines(text), 3);
	text = audited(text, 200, "reflate kafka", "none");
	text = audited(text, 200, "kill kafka-0", "killing");
	audited(text, 0, "kill kafka-1", "kafkad ended before it was answered");
	close(fd);
}

/* What the lines are about. */
struct counts {
	unsigned int done;
	unsigned int refused;
	unsigned int left_out;
};

static void
count(const char *text, struct counts *c)
{
	struct json_object *o, *code;
	unsigned int n;

	memset(c, 0, sizeof(*c));
	for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
		o = caught_json(text);
		if (json_object_object_get_ex(o, "code", &code)) {
			c->done += json_object_get_int(code) == 200;
			c->refused += json_object_get_int(code) == 409;
		} else {
			assert_int_equal(sscanf(caught_member(o, "text"),
					     "%u more refused requests of "
					     "clients, not logged",
					     &n),
			    1);
			c->left_out += n;
		}
		json_object_put(o);
	}
}

/* So many refusals a second, and the number of the others; no more. */
static void
test_limit(void **state)
{
	int64_t begun = fake_now(), ended;
	struct counts c;
	int fd, i;

	(void)state;
	fd = fake_greeted(&d);
	caught_begin();
	for (i = 0; i < 40; i++) {
		fake_say(fd, "scale kafka 3\n");
		fake_expect(&d, fd, "409 kafka: to 3");
		fake_say(fd, "scale kafka 4 force\n");
		fake_expect(&d, fd, "200 kafka: to 4");
	}
	ended = fake_now();
	/* The number is told although nothing follows. */
	while (fake_now() < ended + 1200)
		fake_pump(&d);
	count(caught_end(), &c);
	assert_int_equal(c.done, 40);
	assert_int_equal(c.refused + c.left_out, 40);
	assert_in_range(c.refused, 5, 5 * (1 + (ended - begun) / 1000));
	/* And there is room again. */
	caught_begin();
	fake_say(fd, "scale kafka 5\n");
	fake_expect(&d, fd, "409 kafka: to 5");
	audited(caught_end(), 409, "scale kafka 5", "kafka: to 5");
	close(fd);
	fake_await(&d, &d.gone, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all),
		TEST(test_shim),
		TEST(test_gone),
		TEST(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
