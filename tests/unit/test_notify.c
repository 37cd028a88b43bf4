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

/* Tests of what the supervisor is told, with a socket of its own. */

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"
#include "notify.h"

static struct event_base *base;
static int fd;
static char name[64];

static int
setup(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	(void)state;
	snprintf(name, sizeof(name), "@kafkad-notify-%d", (int)getpid());
	memcpy(a.sun_path, name, strlen(name));
	a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_return_code(bind(fd, (struct sockaddr *)&a,
			       (socklen_t)(offsetof(struct sockaddr_un,
					       sun_path) +
				   strlen(name))),
	    0);
	base = event_base_new();
	setenv("NOTIFY_SOCKET", name, 1);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	event_base_free(base);
	close(fd);
	return 0;
}

/* The next message, which must come within seconds. */
static void
expect(const char *want)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[4096];
	ssize_t n;
	int i;

	for (i = 0; i < 5000 && poll(&p, 1, 1) == 0; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	n = recv(fd, text, sizeof(text) - 1, 0);
	assert_return_code(n, errno);
	text[n] = '\0';
	assert_string_equal(text, want);
}

/* No message, for so many milliseconds. */
static void
expect_nothing(int ms)
{
	char text[4096];
	int i;

	for (i = 0; i < ms; i++) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
	assert_int_equal(recv(fd, text, sizeof(text), 0), -1);
}

static void
test_tell(void **state)
{
	struct notify *n = notify_open(base);

	(void)state;
	assert_non_null(n);
	/* What may be in there is nobody else's business. */
	assert_null(getenv("NOTIFY_SOCKET"));
	notify_tell(n, false, "one");
	expect("STATUS=one\n");
	notify_tell(n, false, "one");
	expect_nothing(5);
	notify_tell(n, true, "two");
	expect("READY=1\nSTATUS=two\n");
	notify_tell(n, false, "two");
	notify_tell(n, true, "two");
	expect_nothing(5);
	/* Words from outside do not become a message of their own. */
	notify_tell(n, true, "a\nMAINPID=1\r\n\xff");
	expect("STATUS=a MAINPID=1  ?\n");
	notify_close(n);
	expect("STOPPING=1\nSTATUS=ending; tasks go on\n");
}

static void
test_long(void **state)
{
	struct notify *n = notify_open(base);
	char text[4096], want[4096];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	notify_tell(n, false, text);
	snprintf(want, sizeof(want), "STATUS=%.1023s\n", text);
	expect(want);
	notify_close(n);
}

/* As long as the supervisor's queue is full nothing is lost, nor waited for. */
static void
test_full(void **state)
{
	struct notify *n = notify_open(base);
	char text[64], last[64] = "";
	int i, got = 0;

	(void)state;
	for (i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "status %d", i);
		notify_tell(n, i > 1000, text);
	}
	while (recv(fd, text, sizeof(text), 0) > 0)
		got++;
	assert_in_range(got, 1, 1000);
	snprintf(last, sizeof(last), "READY=1\nSTATUS=status %d\n", i - 1);
	expect(last);
	expect_nothing(5);
	notify_close(n);
}

/* Until the supervisor's queue takes no more. */
static void
fill(void)
{
	struct sockaddr_un addr;
	socklen_t len = sizeof(addr);
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_return_code(s, errno);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	while (sendto(s, "x", 1, 0, (struct sockaddr *)&addr, len) == 1)
		continue;
	close(s);
}

static void
drain(void)
{
	char text[64];

	while (recv(fd, text, sizeof(text), 0) > 0)
		continue;
}

/* What could not be told is no longer true: what comes then is told. */
static void
test_full_for_nothing(void **state)
{
	struct notify *n = notify_open(base);
	const struct timeval later = { 1, 500000 };

	(void)state;
	notify_tell(n, true, "one");
	expect("READY=1\nSTATUS=one\n");
	fill();
	notify_tell(n, true, "two");
	notify_tell(n, true, "one");
	drain();
	event_base_loopexit(base, &later);
	event_base_dispatch(base);
	notify_tell(n, true, "three");
	expect("STATUS=three\n");
	notify_close(n);
}

/*
 * A sign of life that was not taken is given again soon: the next one would
 * come when the supervisor loses its patience.
 */
static void
test_full_watchdog(void **state)
{
	const struct timeval due = { 3, 100000 };
	const struct timeval soon = { 2, 0 };
	struct notify *n;
	char text[64];
	ssize_t len;

	(void)state;
	setenv("WATCHDOG_USEC", "6000000", 1);
	n = notify_open(base);
	fill();
	event_base_loopexit(base, &due);
	event_base_dispatch(base);
	drain();
	event_base_loopexit(base, &soon);
	event_base_dispatch(base);
	len = recv(fd, text, sizeof(text), 0);
	assert_int_equal(len, strlen("WATCHDOG=1\n"));
	assert_memory_equal(text, "WATCHDOG=1\n", len);
	notify_close(n);
}

static void
test_watchdog(void **state)
{
	struct notify *n;
	char pid[16];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_USEC", "20000", 1);
	setenv("WATCHDOG_PID", pid, 1);
	n = notify_open(base);
	assert_null(getenv("WATCHDOG_USEC"));
	assert_null(getenv("WATCHDOG_PID"));
	expect("WATCHDOG=1\n");
	expect("WATCHDOG=1\n");
	notify_tell(n, true, "up");
	expect("READY=1\nSTATUS=up\n");
	expect("WATCHDOG=1\n");
	notify_close(n);
	expect("STOPPING=1\nSTATUS=ending; tasks go on\n");
	expect_nothing(30);
}

/* Returns whether a watchdog is told with these variables. */
static bool
watched(const char *usec, const char *pid)
{
	struct notify *n;
	char text[64];
	bool told;

	setenv("NOTIFY_SOCKET", name, 1);
	setenv("WATCHDOG_USEC", usec, 1);
	if (pid != NULL)
		setenv("WATCHDOG_PID", pid, 1);
	n = notify_open(base);
	assert_non_null(n);
	usleep(20000);
	event_base_loop(base, EVLOOP_NONBLOCK);
	told = recv(fd, text, sizeof(text), 0) > 0;
	notify_close(n);
	while (recv(fd, text, sizeof(text), 0) > 0)
		continue;
	return told;
}

static void
test_watchdog_not_ours(void **state)
{
	(void)state;
	assert_true(watched("2000", NULL));
	assert_true(watched("1", NULL));
	assert_false(watched("2000", "1"));
	assert_false(watched("2000", "x"));
	assert_false(watched("0", NULL));
	assert_false(watched("-5", NULL));
	assert_false(watched("soon", NULL));
	assert_false(watched("99999999999999999999", NULL));
	assert_false(watched("", NULL));
}

/* Where there is nobody it is as well. */
static void
test_nobody(void **state)
{
	static const char *const none[] = { "", "x", "@", "/", "vsock:2:1234" };
	struct notify *n;
	char longer[200];
	size_t i;

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_null(notify_open(base));
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		setenv("NOTIFY_SOCKET", none[i], 1);
		assert_null(notify_open(base));
	}
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	longer[0] = '/';
	for (i = 108; i < sizeof(longer) - 1; i++) {
		longer[i] = '\0';
		setenv("NOTIFY_SOCKET", longer, 1);
		assert_null(notify_open(base));
		longer[i] = 'x';
	}
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	n = notify_open(base);
	assert_non_null(n);
	notify_tell(n, true, "one");
	notify_tell(n, true, "two");
	notify_close(n);
	notify_tell(NULL, true, "three");
	notify_close(NULL);
	expect_nothing(5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tell),
		TEST(test_long),
		TEST(test_full),
		TEST(test_full_for_nothing),
		TEST(test_full_watchdog),
		TEST(test_watchdog),
		TEST(test_watchdog_not_ours),
		TEST(test_nobody),
	};

	/* It warns, which is tested where the whole daemon is. */
	log_init("parent", 1, LOG_LEVEL_ERR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
