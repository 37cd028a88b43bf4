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
 * Tests of the clients of the control socket: who may do what, how many there
 * may be, and what those who do not read, or leave, cost the others. Real
 * connections, in one event loop.
 */

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_client.h"
#include "fake_daemon.h"
#include "line.h"
#include "log.h"

static struct fake_daemon d;

static int
setup(void **state)
{
	(void)state;
	fake_setup(&d);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fake_teardown(&d);
	return 0;
}

/* printf 'a\nb\n' | nc -NU: all replies, then the end. */
static void
test_half_closed(void **state)
{
	int fd;

	(void)state;
	fake_open(&d);
	fd = fake_greeted(&d);
	fake_say(fd, "shutdown\nreflate kafka\ncut");
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	fake_expect(&d, fd, "200 shutdown done");
	fake_expect(&d, fd, "200 reflate done");
	fake_expect(&d, fd, "EOF");
	fake_await(&d, &d.gone, 1);
	close(fd);
	/* The same while a command waits for its reply. */
	fd = fake_greeted(&d);
	d.hold = true;
	fake_say(fd, "shutdown\n");
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	fake_await(&d, &d.commands, 3);
	fake_pump(&d);
	assert_int_equal(d.gone, 1);
	control_end(control_find(d.control, d.last_client), 200, "late");
	fake_expect(&d, fd, "200 late");
	fake_expect(&d, fd, "EOF");
	close(fd);
}

static void
test_gone(void **state)
{
	uint32_t id;
	int fd;

	(void)state;
	fake_open(&d);
	d.hold = true;
	fd = fake_greeted(&d);
	fake_say(fd, "watch\n");
	fake_await(&d, &d.commands, 1);
	id = d.last_client;
	assert_non_null(control_find(d.control, id));
	close(fd);
	fake_await(&d, &d.gone, 1);
	assert_null(control_find(d.control, id));
	/* What was sent before is done nevertheless. */
	fd = fake_greeted(&d);
	fake_say(fd, "shutdown\n");
	close(fd);
	fake_await(&d, &d.commands, 2);
	fake_await(&d, &d.gone, 2);
	assert_true(d.last_client > id);
}

static void
test_slow_stream(void **state)
{
	int fd;

	(void)state;
	fake_open(&d);
	d.flood = true;
	fd = fake_greeted(&d);
	fake_say(fd, "watch\n");
	fake_await(&d, &d.gone, 1);
	assert_false(d.gone_in_command);
	d.flood = false;
	close(fd);
	/* Others are not disturbed. */
	fd = fake_greeted(&d);
	fake_say(fd, "shutdown\n");
	fake_expect(&d, fd, "200 shutdown done");
	close(fd);
}

/* Commands of one who does not read wait; nothing is dropped. */
static void
test_slow_reader(void **state)
{
	struct control_client *cl;
	struct json_object *o;
	char text[60000];
	int fd, i;

	(void)state;
	fake_open(&d);
	d.hold = true;
	fd = fake_greeted(&d);
	fake_say(fd, "list\n");
	fake_await(&d, &d.commands, 1);
	cl = control_find(d.control, d.last_client);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 100; i++) {
		o = json_object_new_object();
		json_object_object_add(o, "text", json_object_new_string(text));
		control_data(cl, 200, o);
	}
	control_end(cl, 200, "all");
	fake_say(fd, "shutdown\n");
	for (i = 0; i < 10; i++)
		fake_pump(&d);
	assert_int_equal(d.commands, 1);
	for (i = 0; i < 100; i++)
		assert_int_equal(strlen(fake_line(&d, fd)), 4 + 11 + 59999);
	fake_expect(&d, fd, "200 all");
	fake_await(&d, &d.commands, 2);
	close(fd);
	fake_await(&d, &d.gone, 1);
}

static bool
need_root(void)
{
	if (geteuid() == 0)
		return true;
	skip();
	return false;
}

/* Connects as somebody else: the kernel notes who it is at that moment. */
static int
join_as(uid_t uid, gid_t gid, gid_t extra)
{
	int fd;

	assert_int_equal(setgroups(1, &extra), 0);
	assert_int_equal(setegid(gid), 0);
	assert_int_equal(seteuid(uid), 0);
	fd = fake_join(&d);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(setegid(0), 0);
	assert_int_equal(setgroups(0, NULL), 0);
	return fd;
}

static void
expect_rights(int fd, bool change)
{
	fake_expect(&d, fd, "220 kafkad 0.1 protocol 1");
	fake_say(fd, "offers\n");
	assert_memory_equal(fake_line(&d, fd), "200-", 4);
	assert_memory_equal(fake_line(&d, fd), "200-", 4);
	fake_expect(&d, fd, "200 offers done");
	fake_say(fd, "start kafka-0\n");
	if (change)
		fake_expect(&d, fd, "200 start done");
	else
		fake_expect(&d, fd,
		    "403 start: uid 54321 may only read; root, "
		    "kafkad's user and the control group may change "
		    "things");
	close(fd);
}

static void
test_rights(void **state)
{
	int fd;

	(void)state;
	if (!need_root())
		return;
	d.conf.uid = OTHER_UID + 1;
	d.conf.group = OTHER_GID;
	fake_open(&d);
	expect_rights(join_as(0, 0, 0), true);
	expect_rights(join_as(OTHER_UID, 7, 7), false);
	expect_rights(join_as(OTHER_UID, OTHER_GID, 7), true);
	expect_rights(join_as(OTHER_UID, 7, OTHER_GID), true);
	expect_rights(join_as(OTHER_UID + 1, 7, 7), true);
	control_close(d.control);
	/* A socket for nobody else: the mode says so, and so do we. */
	d.conf.read_any = false;
	fake_open(&d);
	assert_int_equal(chmod(d.path, 0666), 0);
	fd = join_as(OTHER_UID, 7, 7);
	fake_expect(&d, fd,
	    "403 only root, kafkad's user and the control group may "
	    "use this socket");
	fake_expect(&d, fd, "EOF");
	close(fd);
	expect_rights(join_as(OTHER_UID, OTHER_GID, 7), true);
}

/* Without root: we are not the daemon's user, and only look. */
static void
test_read_only(void **state)
{
	char want[128];
	int fd;

	(void)state;
	assert_int_equal(chmod(d.dir, 0777), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(OTHER_UID), 0);
	d.conf.uid = geteuid() + 1;
	fake_open(&d);
	fd = fake_greeted(&d);
	fake_say(fd, "teardown force\n");
	snprintf(want, sizeof(want),
	    "403 teardown: uid %u may only read; "
	    "root, kafkad's user and the control "
	    "group may change things",
	    geteuid());
	fake_expect(&d, fd, want);
	assert_int_equal(d.commands, 0);
	close(fd);
	control_close(d.control);
	d.control = NULL;
	assert_int_equal(seteuid(getuid()), 0);
}

static void
test_limit_uid(void **state)
{
	int fds[3];

	(void)state;
	d.conf.uid_max = 2;
	fake_open(&d);
	fds[0] = fake_greeted(&d);
	fds[1] = fake_greeted(&d);
	fds[2] = fake_join(&d);
	fake_expect(&d, fds[2], "503 too many connections of this user");
	fake_expect(&d, fds[2], "EOF");
	close(fds[2]);
	close(fds[0]);
	fake_await(&d, &d.gone, 2);
	fds[0] = fake_greeted(&d);
	close(fds[0]);
	close(fds[1]);
}

/* Those who only look cannot keep out those who may change things. */
static void
test_limit_all(void **state)
{
	int fds[4];

	(void)state;
	if (!need_root())
		return;
	d.conf.clients_max = CONTROL_RESERVED + 2;
	fake_open(&d);
	fds[0] = join_as(OTHER_UID, 7, 7);
	fake_expect(&d, fds[0], "220 kafkad 0.1 protocol 1");
	fds[1] = join_as(OTHER_UID + 2, 7, 7);
	fake_expect(&d, fds[1], "220 kafkad 0.1 protocol 1");
	fds[2] = join_as(OTHER_UID + 3, 7, 7);
	fake_expect(&d, fds[2], "503 too many connections");
	fds[3] = fake_greeted(&d);
	close(fds[0]);
	close(fds[1]);
	close(fds[2]);
	close(fds[3]);
}

/* Without descriptors we wait, and go on when there are some again. */
static void
test_no_descriptors(void **state)
{
	struct rlimit was, now;
	int64_t until;
	int fd, low, turns = 0;

	(void)state;
	fake_open(&d);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	fd = fake_join(&d);
	low = dup(fd);
	assert_return_code(low, 0);
	close(low);
	now = was;
	now.rlim_cur = (rlim_t)low;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	for (until = fake_now() + 100; fake_now() < until; turns++)
		fake_pump(&d);
	/* It waited, and did not try again and again. */
	assert_in_range(turns, 1, 30);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	fake_expect(&d, fd, "220 kafkad 0.1 protocol 1");
	close(fd);
}

/*
 * Who says no more, and leaves while a command waits, holds no place; whatever
 * was sent before, and although nothing happens that would be written.
 */
static void
test_left_unnoticed(void **state)
{
	char line[LINE_COMMAND_MAX + 1];
	int fd, i, watching;

	(void)state;
	d.conf.sweep = 50;
	d.hold = true;
	fake_open(&d);
	watching = fake_greeted(&d);
	fake_say(watching, "watch\n");
	fake_await(&d, &d.commands, 1);
	assert_int_equal(shutdown(watching, SHUT_WR), 0);
	fd = fake_greeted(&d);
	fake_say(fd, "watch\n");
	fake_await(&d, &d.commands, 2);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	for (i = 0; i < 5; i++)
		fake_pump(&d);
	close(fd);
	fake_await(&d, &d.gone, 1);
	/* With more commands behind it than are read while it waits. */
	fd = fake_greeted(&d);
	fake_say(fd, "watch\n");
	fake_await(&d, &d.commands, 3);
	memset(line, ' ', sizeof(line));
	memcpy(line, "list", 4);
	strlcpy(line + LINE_COMMAND_MAX - 1, "\n", 2);
	for (i = 0; i < 4; i++) {
		fake_say(fd, line);
		fake_pump(&d);
	}
	close(fd);
	fake_await(&d, &d.gone, 2);
	assert_int_equal(d.commands, 3);
	/* The first one still reads, and goes on with its watch. */
	control_data(control_find(d.control, 1), 100, json_object_new_object());
	fake_expect(&d, watching, "100-{}");
	close(watching);
	fake_await(&d, &d.gone, 3);
}

/* More commands in one go than are read at once: each has its answer. */
static void
test_many_commands(void **state)
{
	enum { MANY = 2000 };
	char want[64], *all = calloc(MANY, 32);
	int fd, other, i;

	(void)state;
	assert_non_null(all);
	fake_open(&d);
	fd = fake_greeted(&d);
	for (i = 0; i < MANY; i++)
		snprintf(all + strlen(all), 32, "scale kafka %d force\n",
		    i % 1000 + 1);
	fake_say(fd, all);
	/* One at a time, so that another one is not kept waiting. */
	other = fake_greeted(&d);
	fake_say(other, "offers\n");
	while (fake_line(&d, other)[3] == '-')
		continue;
	assert_in_range(d.commands, 1, MANY / 2);
	for (i = 0; i < MANY; i++) {
		snprintf(want, sizeof(want), "200 kafka: to %d", i % 1000 + 1);
		fake_expect(&d, fd, want);
	}
	assert_int_equal(d.commands, MANY + 1);
	free(all);
	close(fd);
	close(other);
}

/* The last descriptors are for files and children, not for clients. */
static void
test_last_descriptors(void **state)
{
	struct rlimit was, now;
	int fds[64], low, n = 0, i;
	const char *line = "";

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	low = dup(STDIN_FILENO);
	assert_return_code(low, 0);
	close(low);
	now = was;
	/* Each connection has two of this process, and it needs some. */
	now.rlim_cur = (rlim_t)low + CONTROL_FDS + 16;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	fake_open(&d);
	while (n < 15) {
		fds[n++] = fake_join(&d);
		line = fake_line(&d, fds[n - 1]);
		if (strncmp(line, "220 ", 4) != 0)
			break;
	}
	assert_string_equal(line,
	    "503 kafkad needs its last descriptors itself");
	assert_in_range(n, 4, 9);
	fake_expect(&d, fds[n - 1], "EOF");
	/* So many are left when all are there that there can be. */
	for (i = 0; i < CONTROL_FDS - 1; i++)
		assert_return_code(fds[n++] = dup(STDIN_FILENO), errno);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	while (n > 0)
		close(fds[--n]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_half_closed),
		TEST(test_gone),
		TEST(test_left_unnoticed),
		TEST(test_many_commands),
		TEST(test_slow_stream),
		TEST(test_slow_reader),
		TEST(test_rights),
		TEST(test_read_only),
		TEST(test_limit_uid),
		TEST(test_limit_all),
		TEST(test_no_descriptors),
		TEST(test_last_descriptors),
	};

	log_init("kafkad", 1, LOG_LEVEL_ERR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
