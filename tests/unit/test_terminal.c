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
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
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
static bool no_keys; /* start without a terminal for input */
/* Start as a job of a shell; what that does with one that stops. */
static enum { NO_SHELL, FOREGROUND, BACKGROUND, KILLS } shell;

static int
setup(void **state)
{
	(void)state;
	no_keys = false;
	shell = NO_SHELL;
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

/*
 * What a shell is to a job: returns in a child that is one. When it stops
 * that is told, and it goes on in the foreground, or is killed.
 */
static void
be_shell(void)
{
	int status;
	pid_t job;

	signal(SIGTTOU, SIG_IGN);
	if ((job = fork()) == 0) {
		setpgid(0, 0);
		if (shell == FOREGROUND)
			tcsetpgrp(STDIN_FILENO, getpid());
		signal(SIGTTOU, SIG_DFL);
		return;
	}
	while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
		dprintf(STDOUT_FILENO, "[stopped]");
		if (shell == KILLS)
			kill(job, SIGTERM);
		else
			tcsetpgrp(STDIN_FILENO, job);
		kill(job, SIGCONT);
	}
	_exit(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
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
		if (no_keys)
			dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		if (shell != NO_SHELL)
			be_shell();
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

static void
await(const char *text)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;

	while (strstr(out, text) == NULL) {
		if (fake_now() > deadline)
			fail_msg("no \"%s\" in:\n%s", text, out);
		pump();
	}
}

/* Waits for the end; returns what waitpid() says of it. */
static int
finish(void)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;
	int status = 0;
	size_t before;

	while (waitpid(child, &status, WNOHANG) == 0) {
		if (fake_now() > deadline)
			kill(child, SIGKILL);
		pump();
	}
	do {
		before = len;
		pump();
	} while (len > before);
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

static const char enter[] = "\033[?1049h";
static const char leave[] = "\033[?1049l";

/* Whether keys are shown and lines read, as they are before and after. */
static bool
is_cooked(void)
{
	struct termios t;

	assert_return_code(tcgetattr(tty, &t), errno);
	return (t.c_lflag & (ECHO | ICANON)) == (ECHO | ICANON);
}

/* Whether the last of a is after the last of b. */
static bool
is_after(const char *a, const char *b)
{
	const char *p, *last_a = out, *last_b = out;

	for (p = out; (p = strstr(p, a)) != NULL; p++)
		last_a = p;
	for (p = out; (p = strstr(p, b)) != NULL; p++)
		last_b = p;
	return last_a > last_b;
}

static void
start_live(unsigned short columns, unsigned short rows)
{
	start(columns, rows, "status -w");
	await(enter);
	await("next try in 8s");
	assert_false(is_cooked());
}

/* Again each second, to the size that the terminal has, until q. */
static void
test_live(void **state)
{
	struct winsize size = { .ws_row = 30, .ws_col = 40 };
	unsigned int n;

	(void)state;
	start_live(100, 30);
	assert_non_null(strstr(out, d.path));
	assert_non_null(strstr(out, "agent-1"));
	n = d.commands;
	while (d.commands < n + 2)
		pump();
	forget();
	assert_return_code(ioctl(tty, TIOCSWINSZ, &size), errno);
	await("INSTANCE  STATE    READY  NOTE");
	assert_int_equal(write(tty, "q", 1), 1);
	assert_int_equal(finish(), 0);
	assert_true(is_after(leave, enter));
}

/* What has no room is counted. */
static void
test_live_small(void **state)
{
	(void)state;
	start(100, 10, "-w status");
	await(enter);
	await("\342\200\246 5 more lines");
	assert_null(strstr(out, "kafka-0"));
	assert_int_equal(write(tty, "q", 1), 1);
	assert_int_equal(finish(), 0);
}

/* However it ends, the terminal is as it was before. */
static void
test_live_ends(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	size_t i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		start_live(100, 30);
		if (signals[i] == SIGINT)
			assert_int_equal(write(tty, "\003", 1), 1);
		else
			assert_return_code(kill(child, signals[i]), errno);
		await(leave);
		assert_true(is_cooked());
		status = finish();
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_true(is_after(leave, enter));
		assert_true(is_after("\033[?25h", "\033[?25l"));
		assert_true(is_after("\033[?7h", "\033[?7l"));
	}
}

static void
test_live_stops(void **state)
{
	(void)state;
	shell = FOREGROUND;
	start_live(100, 30);
	shell = NO_SHELL;
	forget();
	/* ^Z */
	assert_int_equal(write(tty, "\032", 1), 1);
	await("[stopped]");
	assert_non_null(strstr(out, leave));
	assert_true(is_after("[stopped]", leave));
	await(enter);
	await("next try in 8s");
	assert_false(is_cooked());
	assert_int_equal(write(tty, "q", 1), 1);
	assert_int_equal(finish(), 0);
}

/* In the background it waits until the terminal is its own. */
static void
test_live_background(void **state)
{
	int status;

	(void)state;
	shell = BACKGROUND;
	start_live(100, 30);
	assert_true(is_after(enter, "[stopped]"));
	forget();
	assert_int_equal(write(tty, "\032", 1), 1);
	await("[stopped]");
	await(enter);
	await("next try in 8s");
	assert_false(is_cooked());
	forget();
	assert_int_equal(write(tty, "q", 1), 1);
	await(leave);
	assert_true(is_cooked());
	assert_int_equal(finish(), 0);
	/* It has nothing to give back. */
	shell = KILLS;
	start(100, 30, "status -w");
	shell = NO_SHELL;
	status = finish();
	assert_int_equal(WEXITSTATUS(status), SIGTERM);
	assert_string_equal(out, "[stopped]");
}

/* Without keys nobody is told to hit one. */
static void
test_live_keys(void **state)
{
	(void)state;
	start_live(400, 30);
	assert_non_null(strstr(out, "q: quit"));
	assert_int_equal(write(tty, "q", 1), 1);
	assert_int_equal(finish(), 0);
	no_keys = true;
	start(400, 30, "-w status");
	no_keys = false;
	await("next try in 8s");
	assert_null(strstr(out, "q: quit"));
	assert_return_code(kill(child, SIGTERM), errno);
	finish();
}

/* A daemon that goes away before it has said anything. */
static void
test_live_nothing(void **state)
{
	(void)state;
	d.hold = true;
	start(400, 30, "-w status");
	while (d.commands == 0)
		pump();
	control_close(d.control);
	d.control = NULL;
	await("kafkad closed the connection; trying again\033");
	assert_null(strstr(out, "what follows"));
	assert_int_equal(write(tty, "q", 1), 1);
	assert_int_equal(finish(), 0);
}

/* A daemon that goes away is waited for. */
static void
test_live_lost(void **state)
{
	(void)state;
	start_live(400, 30);
	forget();
	control_close(d.control);
	d.control = NULL;
	await("trying again; what follows is");
	await("next try in 8s");
	forget();
	await("No such file or directory; trying again");
	fake_open(&d);
	do {
		forget();
		await("next try in 8s");
	} while (strstr(out, "trying again") != NULL);
	assert_int_equal(write(tty, "q", 1), 1);
	assert_int_equal(finish(), 0);
}

/* One that was never there is not. */
static void
test_live_none(void **state)
{
	int status;

	(void)state;
	control_close(d.control);
	d.control = NULL;
	start(100, 30, "-w status");
	status = finish();
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_null(strstr(out, enter));
	fake_open(&d);
	setenv("TERM", "dumb", 1);
	start(100, 30, "-w status");
	setenv("TERM", "xterm", 1);
	status = finish();
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_non_null(strstr(out, "-w needs a terminal"));
}

static struct control_client *
asking(void)
{
	struct control_client *cl = control_find(d.control, d.last_client);

	assert_non_null(cl);
	return cl;
}

/* Without a state it is removed. */
static void
progress(const char *instance, const char *state, bool ready)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "instance", json_object_new_string(instance));
	json_object_object_add(o, "state",
	    json_object_new_string(state != NULL ? state : "stopped"));
	if (state == NULL)
		json_object_object_add(o, "removed",
		    json_object_new_boolean(true));
	json_object_object_add(o, "ready", json_object_new_boolean(ready));
	control_data(asking(), 100, o);
}

/* One line for all progress, with the time that goes by, and then the end. */
static void
test_wait(void **state)
{
	(void)state;
	d.hold = true;
	start(60, 24, "wait kafka");
	while (d.commands == 0)
		pump();
	progress("kafka-0", "running", true);
	await("1 of 1 ready\033[K");
	progress("kafka-1", "launching", false);
	progress("kafka-2", "launching", false);
	await("1 of 3 ready, kafka-1 launching, kafka-2 launching\033[K");
	progress("kafka-1", "staging", false);
	await("1 of 3 ready, kafka-1 staging, kafka-2 launching\033[K");
	/* Nothing but the time goes on. */
	forget();
	await("s: 1 of 3 ready, kafka-1 staging, kafka-2 launching\033[K");
	progress("kafka-2", NULL, false);
	await("1 of 2 ready, kafka-1 staging\033[K");
	progress("kafka-2", "launching", false);
	progress("kafka-3", "launching", false);
	await("1 of 4 ready, kafka-1 staging, kafka-2 launching, kaf");
	await("\342\200\246\033[K");
	assert_null(strchr(out, '\n'));
	control_end(asking(), 200, "kafka: 4 of 4 ready");
	assert_int_equal(finish(), 0);
	assert_string_equal(strrchr(out, 'K'), "Kkafka: 4 of 4 ready\r\n");
}

/* The line is gone before the error is told. */
static void
test_wait_lost(void **state)
{
	int status;

	(void)state;
	d.hold = true;
	start(60, 24, "wait kafka");
	while (d.commands == 0)
		pump();
	progress("kafka-0", "starting", false);
	await("kafka-0 starting\033[K");
	forget();
	control_close(d.control);
	d.control = NULL;
	status = finish();
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_non_null(strstr(out, "\r\033[Kkafkactl: kafkad closed the"));
}

/* Where nothing can be drawn, lines. */
static void
test_wait_dumb(void **state)
{
	(void)state;
	setenv("TERM", "dumb", 1);
	run(60, "wait kafka");
	setenv("TERM", "xterm", 1);
	assert_string_equal(out, "kafka-1: staging\r\nkafka: 1 of 2 ready\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_width),
		TEST(test_live),
		TEST(test_live_small),
		TEST(test_live_ends),
		TEST(test_live_stops),
		TEST(test_live_background),
		TEST(test_live_keys),
		TEST(test_live_nothing),
		TEST(test_live_lost),
		TEST(test_live_none),
		TEST(test_wait),
		TEST(test_wait_lost),
		TEST(test_wait_dumb),
	};

	/* SIGQUIT is among what ends it. */
	setrlimit(RLIMIT_CORE, &(struct rlimit) { 0, 0 });
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
