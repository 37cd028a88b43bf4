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
 * Tests of the control socket: its lines and its place in the file system, over
 * real connections, in one event loop.
 */

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
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

static void
test_commands(void **state)
{
	int fd;

	(void)state;
	fake_open(&d);
	fd = fake_greeted(&d);
	fake_say(fd, "scale kafka 5 force\n");
	fake_expect(&d, fd, "200 kafka: to 5");
	assert_int_equal(d.last.service, 1);
	fake_say(fd, "version\r\n");
	fake_expect(&d, fd,
	    "200-{\"version\":\"0.1\",\"protocol\":1,\"pid\":7}");
	fake_expect(&d, fd, "200 version done");
	fake_say(fd, "\n  \n\tkill nothing\n");
	fake_expect(&d, fd, "404 no such task or instance: nothing");
	fake_say(fd, "wait kafka timeout=60s\n");
	fake_expect(&d, fd,
	    "100-{\"instance\":\"kafka-1\",\"state\":\"staging\","
	    "\"ready\":false}");
	fake_expect(&d, fd, "408 kafka: 1 of 2 ready");
	assert_int_equal(d.commands, 4);
	fake_say(fd, "nonsense\n");
	fake_expect(&d, fd,
	    "404 no such command: nonsense; help shows the commands");
	fake_say(fd, "scale kafka\n");
	fake_expect(&d, fd,
	    "400 scale: N is missing; usage: scale SERVICE N [force]");
	assert_int_equal(d.commands, 4);
	close(fd);
	fake_await(&d, &d.gone, 1);
}

static void
test_help(void **state)
{
	int fd, i;

	(void)state;
	fake_open(&d);
	fd = fake_greeted(&d);
	fake_say(fd, "help kill\n");
	fake_expect(&d, fd,
	    "200-{\"command\":\"kill\",\"usage\":\"kill NAME\","
	    "\"rights\":\"change\",\"help\":\"stop an instance, which "
	    "stays down until start\"}");
	fake_expect(&d, fd, "200 1 command");
	fake_say(fd, "help\n");
	for (i = 0; i < CMD_MAX; i++)
		assert_memory_equal(fake_line(&d, fd), "200-{", 5);
	fake_expect(&d, fd, "200 23 commands");
	assert_int_equal(d.commands, 0);
	close(fd);
}

static void
test_bad_lines(void **state)
{
	char line[LINE_COMMAND_MAX + 3];
	int fd;

	(void)state;
	fake_open(&d);
	fd = fake_greeted(&d);
	assert_int_equal(send(fd, "list\0\n", 6, 0), 6);
	fake_expect(&d, fd, "400 a NUL byte in the line");
	fake_say(fd, "list \xff\n");
	fake_expect(&d, fd, "400 the line is not UTF-8");
	fake_say(fd, "list\033[2J\n");
	fake_expect(&d, fd, "400 a control character in the line");
	assert_int_equal(d.commands, 0);
	/* The longest line there may be, and one byte more. */
	memset(line, ' ', sizeof(line));
	memcpy(line, "shutdown", 8);
	strlcpy(line + LINE_COMMAND_MAX, "\n", 2);
	fake_say(fd, line);
	fake_expect(&d, fd, "200 shutdown done");
	strlcpy(line + LINE_COMMAND_MAX, " \n", 3);
	fake_say(fd, line);
	fake_expect(&d, fd, "400 the line is longer than 4096 bytes");
	fake_expect(&d, fd, "EOF");
	assert_int_equal(d.commands, 1);
	close(fd);
	/* A line that never ends. */
	fd = fake_greeted(&d);
	line[LINE_COMMAND_MAX] = ' ';
	line[LINE_COMMAND_MAX + 1] = '\0';
	fake_say(fd, line);
	fake_expect(&d, fd, "400 the line is longer than 4096 bytes");
	fake_expect(&d, fd, "EOF");
	close(fd);
}

static void
test_pipelining(void **state)
{
	struct control_client *cl;
	int fd;

	(void)state;
	fake_open(&d);
	fd = fake_greeted(&d);
	d.hold = true;
	fake_say(fd, "start kafka-0\nstart kafka-1\n");
	fake_await(&d, &d.commands, 1);
	fake_pump(&d);
	fake_pump(&d);
	assert_int_equal(d.commands, 1);
	assert_string_equal(d.last.name, "kafka-0");
	cl = control_find(d.control, d.last_client);
	assert_non_null(cl);
	assert_true(control_is_open(cl));
	control_end(cl, 200, "%s", "first");
	fake_expect(&d, fd, "200 first");
	fake_await(&d, &d.commands, 2);
	assert_string_equal(d.last.name, "kafka-1");
	control_end(cl, 200, "%s", "second");
	fake_expect(&d, fd, "200 second");
	close(fd);
}

static void
test_long_data(void **state)
{
	struct json_object *o = json_object_new_object();
	char *text = calloc(1, LINE_REPLY_MAX + 1);
	struct control_client *cl;
	int fd;

	(void)state;
	fake_open(&d);
	d.hold = true;
	fd = fake_greeted(&d);
	fake_say(fd, "list\n");
	fake_await(&d, &d.commands, 1);
	cl = control_find(d.control, d.last_client);
	memset(text, 'x', LINE_REPLY_MAX);
	json_object_object_add(o, "text", json_object_new_string(text));
	control_data(cl, 200, NULL);
	control_data(cl, 200, o);
	o = json_object_new_object();
	json_object_object_add(o, "t", json_object_new_string("a\n\xff/\033"));
	control_data(cl, 200, o);
	control_end(cl, 500, "bad\nluck");
	fake_expect(&d, fd,
	    "200-{\"error\":\"left out: longer than a line may be\"}");
	fake_expect(&d, fd, "200-{\"t\":\"a\\n?/\\u001b\"}");
	fake_expect(&d, fd, "500 bad luck");
	free(text);
	close(fd);
}

static void
test_attach(void **state)
{
	struct control_client *cl;
	static const char *const wrong[] = { "scale kafka 3", "as", "as a",
		"as a b", "as  b scale kafka 3", "as a  scale kafka 3",
		"as - 1 ", "status", "as a\tb 1 status", "as a\u202eb 1 status",
		"as a 1\u2003(uid status" };
	char who[256], line[600];
	int fds[2], fd;
	size_t i;

	(void)state;
	d.conf.uid_max = 1;
	fake_open(&d);
	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			     fds),
	    0);
	cl = control_attach(d.control, fds[0], "http", true);
	assert_non_null(cl);
	assert_string_equal(control_client_who(cl, who, sizeof(who)), "http");
	fd = fds[1];
	fake_expect(&d, fd, "220 kafkad 0.1 protocol 1");
	assert_true(control_client_is_shim(cl));
	fake_say(fd, "as - 10.0.0.1 scale kafka 3 force\n");
	fake_expect(&d, fd, "403 scale force: not on this connection");
	fake_say(fd, "as - 10.0.0.1 scale kafka 3\n");
	fake_expect(&d, fd, "409 kafka: to 3");
	assert_string_equal(control_client_who(cl, who, sizeof(who)),
	    "http, 10.0.0.1");
	fake_say(fd, "as alice ::1 teardown force\n");
	fake_expect(&d, fd, "403 teardown: not on this connection");
	assert_string_equal(control_client_who(cl, who, sizeof(who)),
	    "http, user alice, ::1");
	fake_say(fd, "as - 1 help teardown\n");
	fake_expect(&d, fd, "404 0 commands");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), "%s\n", wrong[i]);
		fake_say(fd, line);
		fake_expect(&d, fd,
		    "400 as USER ADDRESS must come before a command here");
	}
	memset(line, 'a', sizeof(line));
	memcpy(line, "as ", 3);
	snprintf(line + 400, 100, " 1 status\n");
	fake_say(fd, line);
	fake_expect(&d, fd,
	    "400 as USER ADDRESS must come before a command here");
	assert_int_equal(d.commands, 1);
	close(fake_greeted(&d));
	close(fd);
	fake_await(&d, &d.gone, 2);
}

static void
test_who(void **state)
{
	char who[128], want[128];
	int fd;

	(void)state;
	fake_open(&d);
	d.hold = true;
	fd = fake_greeted(&d);
	fake_say(fd, "watch\n");
	fake_await(&d, &d.commands, 1);
	control_client_who(control_find(d.control, d.last_client), who,
	    sizeof(who));
	snprintf(want, sizeof(want), "uid %u ", geteuid());
	assert_memory_equal(who, want, strlen(want));
	snprintf(want, sizeof(want), " pid %d", (int)getpid());
	assert_non_null(strstr(who, want));
	close(fd);
}

/* The reply to shutdown gets out although the loop has ended. */
static void
test_close(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	fake_open(&d);
	d.hold = true;
	fd = fake_greeted(&d);
	fake_say(fd, "shutdown\n");
	fake_await(&d, &d.commands, 1);
	control_end(control_find(d.control, d.last_client), 200, "bye");
	control_close(d.control);
	d.control = NULL;
	fake_expect(&d, fd, "200 bye");
	fake_expect(&d, fd, "EOF");
	assert_int_equal(d.gone, 1);
	assert_int_equal(stat(d.path, &st), -1);
	assert_int_equal(stat(d.lock, &st), -1);
	close(fd);
	control_close(NULL);
}

/* Fails to open, and says this. */
static void
expect_closed(const char *path, const char *want)
{
	const struct control_cb cb = { 0 };
	struct control_conf conf = d.conf;
	char err[512] = "";

	conf.path = path;
	assert_null(control_open(d.base, &conf, &cb, NULL, err, sizeof(err)));
	if (strstr(err, want) == NULL)
		fail_msg("%s", err);
}

static void
test_second(void **state)
{
	char want[64];
	int fd;

	(void)state;
	fake_open(&d);
	snprintf(want, sizeof(want),
	    "already answered by another kafkad (pid %d)", (int)getpid());
	expect_closed(d.path, want);
	/* Even if somebody took the lock away. */
	assert_int_equal(unlink(d.lock), 0);
	expect_closed(d.path, want);
	fd = fake_greeted(&d);
	close(fd);
}

static void
test_dead_socket(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, lock;

	(void)state;
	strlcpy(addr.sun_path, d.path, sizeof(addr.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
	/* Dead, but somebody is about to take it. */
	lock = open(d.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	expect_closed(d.path, "sock.lock is held");
	close(lock);
	fake_open(&d);
	close(fake_greeted(&d));
}

static void
test_bad_paths(void **state)
{
	char path[256];
	struct stat st;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/none/sock", d.dir);
	expect_closed(path, "/none: no such directory; make it");
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[150] = '\0';
	expect_closed(path, "too long for a socket: at most 107 bytes");
	assert_non_null(f = fopen(d.path, "w"));
	fclose(f);
	expect_closed(d.path, "is there and is no socket");
	assert_int_equal(lstat(d.path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(unlink(d.path), 0);
	assert_int_equal(symlink("/etc/passwd", d.path), 0);
	expect_closed(d.path, "is there and is no socket");
	assert_int_equal(unlink(d.path), 0);
}

static void
test_modes(void **state)
{
	struct stat st;

	(void)state;
	fake_open(&d);
	assert_int_equal(stat(d.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0666);
	control_close(d.control);
	d.conf.read_any = false;
	d.conf.group = geteuid() == 0 ? OTHER_GID : getegid();
	if (geteuid() == 0)
		d.conf.uid = OTHER_UID;
	fake_open(&d);
	assert_int_equal(stat(d.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(st.st_gid, d.conf.group);
	assert_int_equal(st.st_uid, d.conf.uid);
	/* What is not ours any more is left alone. */
	assert_int_equal(unlink(d.path), 0);
	assert_int_equal(mknod(d.path, S_IFREG | 0600, 0), 0);
	control_close(d.control);
	d.control = NULL;
	assert_int_equal(unlink(d.path), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_commands),
		TEST(test_help),
		TEST(test_bad_lines),
		TEST(test_pipelining),
		TEST(test_long_data),
		TEST(test_attach),
		TEST(test_who),
		TEST(test_close),
		TEST(test_second),
		TEST(test_dead_socket),
		TEST(test_bad_paths),
		TEST(test_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
