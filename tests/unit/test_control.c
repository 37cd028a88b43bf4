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

/* Tests of the control socket: real connections, one event loop. */

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <json-c/json.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_daemon.h"
#include "line.h"

#define OTHER_UID 54321
#define OTHER_GID 54322

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

static int
join(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	strlcpy(addr.sun_path, d.path, sizeof(addr.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_return_code(fd, 0);
	assert_return_code(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
	    0);
	return fd;
}

/* The next line, or "EOF"; valid until the next call. */
static const char *
next_line(int fd)
{
	static char line[LINE_REPLY_MAX + 2];
	int64_t deadline = fake_now() + FAKE_DEADLINE;
	size_t n = 0, take;
	ssize_t r;
	char *lf;

	while (n < sizeof(line) - 1) {
		r = recv(fd, line + n, sizeof(line) - 1 - n, MSG_PEEK);
		if (r == 0)
			return n == 0 ? "EOF" : "cut";
		if (r == -1 && errno == ECONNRESET)
			return "EOF";
		if (r == -1) {
			if (fake_now() > deadline)
				fail_msg("no line came");
			fake_pump(&d);
			continue;
		}
		lf = memchr(line + n, '\n', (size_t)r);
		take = lf != NULL ? (size_t)(lf - line) - n + 1 : (size_t)r;
		assert_int_equal(read(fd, line + n, take), take);
		n += take;
		if (lf != NULL) {
			*lf = '\0';
			return line;
		}
	}
	return "long";
}

static void
expect(int fd, const char *want)
{
	assert_string_equal(next_line(fd), want);
}

static void
say(int fd, const char *s)
{
	assert_int_equal(send(fd, s, strlen(s), MSG_NOSIGNAL), strlen(s));
}

static int
join_greeted(void)
{
	int fd = join();

	expect(fd, "220 kafkad 0.1 protocol 1");
	return fd;
}

/* Pumps until the number is reached. */
static void
await(const unsigned int *count, unsigned int want)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;

	while (*count < want) {
		if (fake_now() > deadline)
			fail_msg("%u instead of %u", *count, want);
		fake_pump(&d);
	}
	assert_int_equal(*count, want);
}

static void
test_commands(void **state)
{
	int fd;

	(void)state;
	fake_open(&d);
	fd = join_greeted();
	say(fd, "scale kafka 5 force\n");
	expect(fd, "200 kafka: to 5");
	assert_int_equal(d.last.service, 1);
	say(fd, "version\r\n");
	expect(fd, "200-{\"version\":\"0.1\",\"protocol\":1,\"pid\":7}");
	expect(fd, "200 version done");
	say(fd, "\n  \n\tkill nothing\n");
	expect(fd, "404 no such task or instance: nothing");
	say(fd, "wait kafka timeout=60s\n");
	expect(fd,
	    "100-{\"instance\":\"kafka-1\",\"state\":\"staging\","
	    "\"ready\":false}");
	expect(fd, "408 kafka: 1 of 2 ready");
	assert_int_equal(d.commands, 4);
	say(fd, "nonsense\n");
	expect(fd, "404 no such command: nonsense; help shows the commands");
	say(fd, "scale kafka\n");
	expect(fd, "400 scale: N is missing; usage: scale SERVICE N [force]");
	assert_int_equal(d.commands, 4);
	close(fd);
	await(&d.gone, 1);
}

static void
test_help(void **state)
{
	int fd, i;

	(void)state;
	fake_open(&d);
	fd = join_greeted();
	say(fd, "help kill\n");
	expect(fd,
	    "200-{\"command\":\"kill\",\"usage\":\"kill NAME\","
	    "\"rights\":\"change\",\"help\":\"stop an instance, which "
	    "stays down until start\"}");
	expect(fd, "200 1 command");
	say(fd, "help\n");
	for (i = 0; i < CMD_MAX; i++)
		assert_memory_equal(next_line(fd), "200-{", 5);
	expect(fd, "200 19 commands");
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
	fd = join_greeted();
	assert_int_equal(send(fd, "list\0\n", 6, 0), 6);
	expect(fd, "400 a NUL byte in the line");
	say(fd, "list \xff\n");
	expect(fd, "400 the line is not UTF-8");
	say(fd, "list\033[2J\n");
	expect(fd, "400 a control character in the line");
	assert_int_equal(d.commands, 0);
	/* The longest line there may be, and one byte more. */
	memset(line, ' ', sizeof(line));
	memcpy(line, "shutdown", 8);
	strlcpy(line + LINE_COMMAND_MAX, "\n", 2);
	say(fd, line);
	expect(fd, "200 shutdown done");
	strlcpy(line + LINE_COMMAND_MAX, " \n", 3);
	say(fd, line);
	expect(fd, "400 the line is longer than 4096 bytes");
	expect(fd, "EOF");
	assert_int_equal(d.commands, 1);
	close(fd);
	/* A line that never ends. */
	fd = join_greeted();
	line[LINE_COMMAND_MAX] = ' ';
	line[LINE_COMMAND_MAX + 1] = '\0';
	say(fd, line);
	expect(fd, "400 the line is longer than 4096 bytes");
	expect(fd, "EOF");
	close(fd);
}

static void
test_pipelining(void **state)
{
	struct control_client *cl;
	int fd;

	(void)state;
	fake_open(&d);
	fd = join_greeted();
	d.hold = true;
	say(fd, "start kafka-0\nstart kafka-1\n");
	await(&d.commands, 1);
	fake_pump(&d);
	fake_pump(&d);
	assert_int_equal(d.commands, 1);
	assert_string_equal(d.last.name, "kafka-0");
	cl = control_find(d.control, d.last_client);
	assert_non_null(cl);
	assert_true(control_is_open(cl));
	control_end(cl, 200, "%s", "first");
	expect(fd, "200 first");
	await(&d.commands, 2);
	assert_string_equal(d.last.name, "kafka-1");
	control_end(cl, 200, "%s", "second");
	expect(fd, "200 second");
	close(fd);
}

/* printf 'a\nb\n' | nc -NU: all replies, then the end. */
static void
test_half_closed(void **state)
{
	int fd;

	(void)state;
	fake_open(&d);
	fd = join_greeted();
	say(fd, "shutdown\nreflate kafka\ncut");
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	expect(fd, "200 shutdown done");
	expect(fd, "200 reflate done");
	expect(fd, "EOF");
	await(&d.gone, 1);
	close(fd);
	/* The same while a command waits for its reply. */
	fd = join_greeted();
	d.hold = true;
	say(fd, "shutdown\n");
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	await(&d.commands, 3);
	fake_pump(&d);
	assert_int_equal(d.gone, 1);
	control_end(control_find(d.control, d.last_client), 200, "late");
	expect(fd, "200 late");
	expect(fd, "EOF");
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
	fd = join_greeted();
	say(fd, "watch\n");
	await(&d.commands, 1);
	id = d.last_client;
	assert_non_null(control_find(d.control, id));
	close(fd);
	await(&d.gone, 1);
	assert_null(control_find(d.control, id));
	/* What was sent before is done nevertheless. */
	fd = join_greeted();
	say(fd, "shutdown\n");
	close(fd);
	await(&d.commands, 2);
	await(&d.gone, 2);
	assert_true(d.last_client > id);
}

static void
test_slow_stream(void **state)
{
	int fd;

	(void)state;
	fake_open(&d);
	d.flood = true;
	fd = join_greeted();
	say(fd, "watch\n");
	await(&d.gone, 1);
	assert_false(d.gone_in_command);
	d.flood = false;
	close(fd);
	/* Others are not disturbed. */
	fd = join_greeted();
	say(fd, "shutdown\n");
	expect(fd, "200 shutdown done");
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
	fd = join_greeted();
	say(fd, "list\n");
	await(&d.commands, 1);
	cl = control_find(d.control, d.last_client);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 100; i++) {
		o = json_object_new_object();
		json_object_object_add(o, "text", json_object_new_string(text));
		control_data(cl, 200, o);
	}
	control_end(cl, 200, "all");
	say(fd, "shutdown\n");
	for (i = 0; i < 10; i++)
		fake_pump(&d);
	assert_int_equal(d.commands, 1);
	for (i = 0; i < 100; i++)
		assert_int_equal(strlen(next_line(fd)), 4 + 11 + 59999);
	expect(fd, "200 all");
	await(&d.commands, 2);
	close(fd);
	await(&d.gone, 1);
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
	fd = join_greeted();
	say(fd, "list\n");
	await(&d.commands, 1);
	cl = control_find(d.control, d.last_client);
	memset(text, 'x', LINE_REPLY_MAX);
	json_object_object_add(o, "text", json_object_new_string(text));
	control_data(cl, 200, NULL);
	control_data(cl, 200, o);
	o = json_object_new_object();
	json_object_object_add(o, "t", json_object_new_string("a\n\xff/\033"));
	control_data(cl, 200, o);
	control_end(cl, 500, "bad\nluck");
	expect(fd, "200-{\"error\":\"left out: longer than a line may be\"}");
	expect(fd, "200-{\"t\":\"a\\n?/\\u001b\"}");
	expect(fd, "500 bad luck");
	free(text);
	close(fd);
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
	fd = join();
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(setegid(0), 0);
	assert_int_equal(setgroups(0, NULL), 0);
	return fd;
}

static void
expect_rights(int fd, bool change)
{
	expect(fd, "220 kafkad 0.1 protocol 1");
	say(fd, "offers\n");
	assert_memory_equal(next_line(fd), "200-", 4);
	assert_memory_equal(next_line(fd), "200-", 4);
	expect(fd, "200 offers done");
	say(fd, "start kafka-0\n");
	if (change)
		expect(fd, "200 start done");
	else
		expect(fd,
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
	expect(fd,
	    "403 only root, kafkad's user and the control group may "
	    "use this socket");
	expect(fd, "EOF");
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
	fd = join_greeted();
	say(fd, "teardown force\n");
	snprintf(want, sizeof(want),
	    "403 teardown: uid %u may only read; "
	    "root, kafkad's user and the control "
	    "group may change things",
	    geteuid());
	expect(fd, want);
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
	fds[0] = join_greeted();
	fds[1] = join_greeted();
	fds[2] = join();
	expect(fds[2], "503 too many connections of this user");
	expect(fds[2], "EOF");
	close(fds[2]);
	close(fds[0]);
	await(&d.gone, 2);
	fds[0] = join_greeted();
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
	expect(fds[0], "220 kafkad 0.1 protocol 1");
	fds[1] = join_as(OTHER_UID + 2, 7, 7);
	expect(fds[1], "220 kafkad 0.1 protocol 1");
	fds[2] = join_as(OTHER_UID + 3, 7, 7);
	expect(fds[2], "503 too many connections");
	fds[3] = join_greeted();
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
	fd = join();
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
	expect(fd, "220 kafkad 0.1 protocol 1");
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
	expect(fd, "220 kafkad 0.1 protocol 1");
	assert_true(control_client_is_shim(cl));
	say(fd, "as - 10.0.0.1 scale kafka 3 force\n");
	expect(fd, "403 scale force: not on this connection");
	say(fd, "as - 10.0.0.1 scale kafka 3\n");
	expect(fd, "409 kafka: to 3");
	assert_string_equal(control_client_who(cl, who, sizeof(who)),
	    "http, 10.0.0.1");
	say(fd, "as alice ::1 teardown force\n");
	expect(fd, "403 teardown: not on this connection");
	assert_string_equal(control_client_who(cl, who, sizeof(who)),
	    "http, user alice, ::1");
	say(fd, "as - 1 help teardown\n");
	expect(fd, "404 0 commands");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), "%s\n", wrong[i]);
		say(fd, line);
		expect(fd,
		    "400 as USER ADDRESS must come before a command here");
	}
	memset(line, 'a', sizeof(line));
	memcpy(line, "as ", 3);
	snprintf(line + 400, 100, " 1 status\n");
	say(fd, line);
	expect(fd, "400 as USER ADDRESS must come before a command here");
	assert_int_equal(d.commands, 1);
	close(join_greeted());
	close(fd);
	await(&d.gone, 2);
}

static void
test_who(void **state)
{
	char who[128], want[128];
	int fd;

	(void)state;
	fake_open(&d);
	d.hold = true;
	fd = join_greeted();
	say(fd, "watch\n");
	await(&d.commands, 1);
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
	fd = join_greeted();
	say(fd, "shutdown\n");
	await(&d.commands, 1);
	control_end(control_find(d.control, d.last_client), 200, "bye");
	control_close(d.control);
	d.control = NULL;
	expect(fd, "200 bye");
	expect(fd, "EOF");
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
	fd = join_greeted();
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
	close(join_greeted());
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
		TEST(test_half_closed),
		TEST(test_gone),
		TEST(test_slow_stream),
		TEST(test_slow_reader),
		TEST(test_long_data),
		TEST(test_rights),
		TEST(test_read_only),
		TEST(test_limit_uid),
		TEST(test_limit_all),
		TEST(test_no_descriptors),
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
