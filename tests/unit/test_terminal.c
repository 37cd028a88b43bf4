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
 * Tests of kafkactl on a terminal: the program itself, named by $KAFKACTL, on
 * a pty of a certain size, against a fake daemon in this process.
 */

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_daemon.h"

#define OUT_MAX (256 * 1024)
#define ARGS_MAX 12

static struct fake_daemon d;
/* What was printed, since forget(); blanks at the ends of lines as they are. */
static char out[OUT_MAX];
static size_t len;
static int tty = -1;
static pid_t child;

static int
setup(void **state)
{
	(void)state;
	fake_setup(&d);
	fake_open(&d);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (tty != -1)
		close(tty);
	tty = -1;
	fake_teardown(&d);
	return 0;
}

static void
forget(void)
{
	len = 0;
	out[0] = '\0';
}

/* Starts kafkactl with these words on a terminal of that size. */
static void
start(unsigned short columns, unsigned short rows, const char *words)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };
	char copy[256], path[1024], *argv[ARGS_MAX] = { path }, *save = NULL;
	const char *program = getenv("KAFKACTL");
	int n = 1;

	strlcpy(path, program != NULL ? program : "build/kafkactl",
	    sizeof(path));
	strlcpy(copy, words, sizeof(copy));
	argv[n] = strtok_r(copy, " ", &save);
	while (argv[n] != NULL && n < ARGS_MAX - 1)
		argv[++n] = strtok_r(NULL, " ", &save);
	forget();
	child = forkpty(&tty, NULL, NULL, &size);
	assert_return_code(child, errno);
	if (child == 0) {
		setenv("KAFKAD_SOCKET", d.path, 1);
		execv(path, argv);
		_exit(127);
	}
	assert_return_code(fcntl(tty, F_SETFL, O_NONBLOCK), errno);
}

/* Takes what was printed, for a moment. */
static void
pump(void)
{
	ssize_t n;

	fake_pump(&d);
	n = read(tty, out + len, sizeof(out) - 1 - len);
	if (n > 0)
		len += (size_t)n;
	out[len] = '\0';
}

/* Waits for the end; returns what waitpid() says of it. */
static int
finish(void)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;
	int status = 0;

	while (waitpid(child, &status, WNOHANG) == 0) {
		if (fake_now() > deadline)
			kill(child, SIGKILL);
		pump();
	}
	pump();
	close(tty);
	tty = -1;
	return status;
}

static void
run(unsigned short columns, const char *words)
{
	start(columns, 24, words);
	assert_int_equal(finish(), 0);
}

static void
test_width(void **state)
{
	(void)state;
	run(120, "list");
	assert_string_equal(out,
	    "INSTANCE  STATE    READY  ID  HOST     PORTS  TASK       SINCE  "
	    "NOTE\r\n"
	    "kafka-0   running  yes    0   agent-1  9092   kafka-0.7  3m12s  "
	    "outdated\r\n"
	    "kafka-1   backoff  no     1                                     "
	    "next try in 8s after 3 failures: out of memory\r\n");
	run(80, "list");
	assert_string_equal(out,
	    "INSTANCE  STATE    READY  ID  HOST     TASK       SINCE  NOTE\r\n"
	    "kafka-0   running  yes    0   agent-1  kafka-0.7  3m12s  "
	    "outdated\r\n"
	    "kafka-1   backoff  no     1                              "
	    "next try in 8s after 3\342\200\246\r\n");
	setenv("COLUMNS", "50", 1);
	run(120, "list");
	unsetenv("COLUMNS");
	assert_string_equal(out,
	    "INSTANCE  STATE    READY  NOTE\r\n"
	    "kafka-0   running  yes    outdated\r\n"
	    "kafka-1   backoff  no     next try in 8s after 3\342\200\246\r\n");
	run(24, "status");
	assert_non_null(strstr(out,
	    "master      m1:5050,\r\n"
	    "            connected\r\n"
	    "            for 3h5m\r\n"));
	/* For programs nothing is cut. */
	run(24, "-j list");
	assert_non_null(strstr(out, "\"last_message\":\"out of"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_width),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
