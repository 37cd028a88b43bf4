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
 * Tests of kafkactl: the program itself, named by $KAFKACTL, against a fake
 * daemon in this process.
 */

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <json-c/json.h>
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

#define OUT_MAX 8192
#define ARGS_MAX 12

static struct fake_daemon d;
static char out[OUT_MAX], errors[OUT_MAX];
static bool other; /* run as another user; for root only */
static bool empty; /* with an empty word at the end */

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

/* A child with its output and errors in files, so that it never waits. */
static pid_t
start(char **argv)
{
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	char path[128];
	pid_t pid;

	assert_return_code(fd, errno);
	if ((pid = fork()) != 0) {
		close(fd);
		return pid;
	}
	snprintf(path, sizeof(path), "%s/out", d.dir);
	if (dup2(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1) == -1)
		_exit(126);
	snprintf(path, sizeof(path), "%s/err", d.dir);
	if (dup2(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2) == -1)
		_exit(126);
	setenv("KAFKAD_SOCKET", d.path, 0);
	if (other &&
	    (setgroups(0, NULL) == -1 || setgid(OTHER_GID) == -1 ||
		setuid(OTHER_UID) == -1))
		_exit(125);
	fexecve(fd, argv, environ);
	_exit(127);
}

static void
slurp(const char *name, char *buf, bool last)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", d.dir, name);
	fd = open(path, O_RDONLY);
	assert_return_code(fd, 0);
	n = read(fd, buf, OUT_MAX - 1);
	assert_return_code(n, 0);
	buf[n] = '\0';
	close(fd);
	if (last)
		unlink(path);
}

static int
finish(pid_t pid)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (fake_now() > deadline)
			kill(pid, SIGKILL);
		fake_pump(&d);
	}
	slurp("out", out, true);
	slurp("err", errors, true);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *
program(void)
{
	const char *path = getenv("KAFKACTL");

	if (path == NULL)
		path = "build/kafkactl";
	if (access(path, X_OK) == -1)
		fail_msg("%s: no kafkactl; KAFKACTL names it", path);
	return path;
}

/* Runs kafkactl with these words; wants this exit status. */
static void
run(int want, const char *words)
{
	char copy[256], *argv[ARGS_MAX] = { 0 }, *word, *save = NULL;
	char path[1024];
	int n = 0, got;

	strlcpy(path, program(), sizeof(path));
	strlcpy(copy, words, sizeof(copy));
	argv[n++] = path;
	for (word = strtok_r(copy, " ", &save); word != NULL && n < 11;
	     word = strtok_r(NULL, " ", &save))
		argv[n++] = word;
	if (empty)
		argv[n++] = &copy[strlen(words)];
	got = finish(start(argv));
	if (got != want)
		fail_msg("%s: %d: %s%s", words, got, out, errors);
}

static void
has(const char *text, const char *want)
{
	if (strstr(text, want) == NULL)
		fail_msg("no \"%s\" in:\n%s", want, text);
}

static void
test_status(void **state)
{
	(void)state;
	fake_open(&d);
	run(0, "status");
	assert_string_equal(out,
	    "kafkad      0.1, pid 7, active\n"
	    "framework   F-0001\n"
	    "master      m1:5050, connected for 3h5m\n"
	    "state       /var/lib/kafkad, saved\n"
	    "warning     the clock went back\n"
	    "\n"
	    "SERVICE  WANTED  CONFIGURED  RUNNING  READY  OUTDATED\n"
	    "kafka    2       3           1        1      1\n"
	    "\n"
	    "INSTANCE  STATE    READY  ID  HOST     PORTS  TASK       SINCE  "
	    "NOTE\n"
	    "kafka-0   running  yes    0   agent-1  9092   kafka-0.7  3m12s  "
	    "outdated\n"
	    "kafka-1   backoff  no     1                                     "
	    "next try in 8s after 3 failures: out of memory\n");
	assert_string_equal(errors, "");
	run(0, "list");
	assert_memory_equal(out, "INSTANCE  STATE ", 16);
	assert_null(strstr(out, "\033"));
}

static void
test_show(void **state)
{
	(void)state;
	fake_open(&d);
	run(0, "show kafka-0");
	assert_string_equal(d.last.name, "kafka-0");
	assert_string_equal(out,
	    "instance    kafka-0\n"
	    "state       running, ready, for 1m\n"
	    "id          0\n"
	    "image       cp-kafka\n"
	    "place       agent-1, ports 9092, agent S1, firm\n"
	    "task        kafka-0.7, TASK_RUNNING, agent S1, launched 2d ago\n"
	    "failures    1 in a row, 4 in all\n"
	    "last        1h ago: exit 1\n"
	    "marks       sticky 1h30m\n"
	    "strays      kafka-0.3\n");
}

static void
test_offers(void **state)
{
	(void)state;
	fake_open(&d);
	run(0, "offers");
	assert_string_equal(out,
	    "O1 on agent-2, 5s ago: declined\n"
	    "    cpus 4 mem 8192\n"
	    "    not for kafka-1: no port\n"
	    "\n"
	    "INSTANCE  WAITING\n"
	    "kafka-1   for an offer\n");
}

static void
test_plan(void **state)
{
	(void)state;
	fake_open(&d);
	run(0, "plan");
	assert_string_equal(out,
	    "INSTANCE  TURN  BECAUSE\n"
	    "kafka-0   now   memory\n"
	    "kafka-1   next  memory\n"
	    "plan done\n");
	run(1, "reload check");
	assert_string_equal(out,
	    "conf:3: unknown word 'x'\n"
	    "kafka: memory 1G -> memory 2G\n"
	    "unset -> user \"x\" (from the next start of kafkad on)\n"
	    "kafka-0 is to be restarted: memory\n");
	assert_string_equal(errors, "kafkactl: 400 1 error in conf\n");
}

static void
test_others(void **state)
{
	(void)state;
	fake_open(&d);
	run(0, "version");
	assert_string_equal(out,
	    "kafkad 0.1, protocol 1, pid 7\n"
	    "kafkactl 0.1\n");
	run(0, "wait kafka");
	assert_string_equal(out, "kafka-1: staging\nkafka: 1 of 2 ready\n");
	run(0, "start kafka-1");
	assert_string_equal(out, "start done\n");
}

/* All of it without a daemon. */
static void
test_help(void **state)
{
	char about[512];

	(void)state;
	run(0, "help scale");
	has(out,
	    "usage: kafkactl [-fj] [-s socket] scale SERVICE N [force]\n"
	    "Change the wanted number of instances. The number is saved");
	has(out, "  N                    a number from 0 to 1000\n");
	has(out,
	    "  force                do so even where the service or a quorum "
	    "may be lost");
	has(out, "rights: root, ");
	strlcpy(about, out, sizeof(about));
	run(0, "scale --help");
	assert_memory_equal(about, out, strlen(about));
	run(0, "-h scale kafka many");
	assert_memory_equal(about, out, strlen(about));
	run(0, "status -h");
	has(out, "usage: kafkactl [-jw] [-s socket] status\n");
	has(out, "rights: whoever");
	run(0, "-h");
	has(out, "usage: kafkactl");
	has(out, "help [COMMAND]");
	run(0, "--help");
	has(out, "-w        ");
	run(0, "help");
	has(out, "scale SERVICE N [force]  ");
	run(2, "stat -h");
	has(errors, "no such command\nkafkactl: hint: did you mean status?\n");
}

static void
test_refused(void **state)
{
	(void)state;
	fake_open(&d);
	run(1, "scale kafka 1");
	assert_string_equal(out, "");
	has(errors,
	    "kafkactl: 409 kafka: to 1\n"
	    "kafkactl: hint: kafkactl status says how things are\n");
	run(1, "teardown");
	has(errors,
	    "kafkactl: hint: kafkactl -f would end every task of the "
	    "framework\n");
	run(0, "-f scale kafka 1");
	assert_true(d.last.force);
	assert_string_equal(out, "kafka: to 1\n");
	assert_string_equal(errors, "");
	run(0, "scale kafka 1 force -f");
	run(1, "kill nothing");
	assert_string_equal(errors,
	    "kafkactl: 404 no such task or instance: nothing\n"
	    "kafkactl: hint: there are kafka-0, kafka-1\n");
	run(1, "container 99");
	assert_string_equal(errors,
	    "kafkactl: 404 no such task: 99\n"
	    "kafkactl: hint: there are kafka-0.7\n");
	run(1, "restart kafka-0");
	assert_string_equal(errors,
	    "kafkactl: 409 kafka-0: not so\n"
	    "kafkactl: hint: kafkactl show kafka-0 says how it is\n");
	run(1, "-f teardown");
	has(errors, "hint: kafkactl status says how things are\n");
	run(1, "register");
	has(errors, "hint: kafkactl status says what is wrong\n");
	run(1, "log info");
	has(errors, "hint: kafkad may be older than this kafkactl");
	run(1, "replace kafka-0");
	assert_string_equal(errors, "kafkactl: 400 kafka-0: not that one\n");
	d.no_list = true;
	run(1, "kill nothing");
	assert_string_equal(errors,
	    "kafkactl: 404 no such task or instance: nothing\n");
	d.no_list = false;
	run(1, "wait kafka timeout=1s");
	has(errors, "kafkactl: 408 kafka: 1 of 2 ready");
}

static void
test_json(void **state)
{
	(void)state;
	fake_open(&d);
	run(0, "-j version");
	assert_string_equal(out,
	    "{\"version\":\"0.1\",\"protocol\":1,\"pid\":7}\n"
	    "{\"code\":200,\"text\":\"version done\"}\n");
	run(1, "kill nothing -j");
	assert_string_equal(out,
	    "{\"code\":404,"
	    "\"text\":\"no such task or instance: nothing\"}\n");
	assert_string_equal(errors, "");
	run(0, "-j help kill");
	has(out, "\"usage\":\"kill NAME\"");
}

static void
test_usage(void **state)
{
	(void)state;
	fake_open(&d);
	run(2, "");
	has(errors,
	    "usage: kafkactl [-fhjw] [-s socket] command [argument ...]\n"
	    "       kafkactl -C [bash | zsh]\n");
	run(2, "-x status");
	run(2, "stat");
	has(errors,
	    "kafkactl: no such command: stat; help shows the commands\n"
	    "kafkactl: hint: did you mean status?\n");
	run(2, "scale kafka many");
	has(errors, "N is invalid: many (from 0 to 1000); usage: scale");
	run(2, "-f status");
	has(errors, "takes no force");
	run(2, "-w list");
	has(errors, "-w goes with status only");
	run(2, "-w status");
	has(errors, "-w needs a terminal");
	run(2, "status 1 2 3 4 5 6 7 8 9");
	assert_string_equal(errors,
	    "kafkactl: too many words; help shows the commands\n");
	empty = true;
	run(2, "status -s");
	empty = false;
	has(errors, "kafkactl: -s: empty\n");
	run(2, "-C fish");
	has(errors, "-C: there is a completion for bash and zsh");
	assert_int_equal(d.commands, 0);
}

static void
test_no_daemon(void **state)
{
	char words[256];

	(void)state;
	run(3, "status");
	has(errors, "kafkactl: cannot reach kafkad at /tmp/");
	has(errors,
	    "No such file or directory\nkafkactl: hint: is kafkad "
	    "running?");
	run(3, "-s /none/sock status");
	has(errors, "cannot reach kafkad at /none/sock");
	assert_null(strstr(errors, "systemd"));
	run(3, "-s /run/kafkad-none.x/kafkad.sock status");
	has(errors, "Under systemd: systemctl status kafkad@none.x; -s or");
	setenv("KAFKAD_SOCKET", "/run/kafkad/none.x/kafkad.sock", 1);
	run(3, "status");
	has(errors, "is kafkad running? -s or");
	unsetenv("KAFKAD_SOCKET");
	snprintf(words, sizeof(words), "-s /%0200d status", 0);
	run(3, words);
	has(errors, ": too long for a socket\n");
	assert_null(strstr(errors, "hint"));
}

/* Who has no home is told of the system's socket. */
static void
test_no_home(void **state)
{
	char home[1024];

	(void)state;
	if (geteuid() != 0 || access("/run/kafkad", F_OK) == 0)
		skip();
	strlcpy(home, getenv("HOME") != NULL ? getenv("HOME") : "/root",
	    sizeof(home));
	setenv("KAFKAD_SOCKET", "", 1);
	unsetenv("HOME");
	unsetenv("XDG_STATE_HOME");
	other = true;
	run(3, "status");
	other = false;
	setenv("HOME", home, 1);
	unsetenv("KAFKAD_SOCKET");
	has(errors, "cannot reach kafkad at /run/kafkad/kafkad.sock: No such");
}

/* A greeting that refuses is told to programs, too. */
static void
test_full(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char greeting[64] = "";
	int fd;

	(void)state;
	d.conf.uid_max = 1;
	fake_open(&d);
	strlcpy(addr.sun_path, d.path, sizeof(addr.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(fd, errno);
	assert_return_code(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
	    errno);
	while (recv(fd, greeting, sizeof(greeting), MSG_DONTWAIT) <= 0)
		fake_pump(&d);
	run(1, "-j status");
	assert_string_equal(out,
	    "{\"code\":503,"
	    "\"text\":\"too many connections of this user\"}\n");
	assert_string_equal(errors, "");
	run(1, "status");
	has(errors, "kafkactl: 503 too many connections of this user\n");
	has(errors, "hint: each watch, wait and -w holds a connection");
	close(fd);
}

/* Who has no rights is told who has. */
static void
test_shut_out(void **state)
{
	char own[512];

	(void)state;
	/* As root we are somebody else, else kafkad is. */
	other = geteuid() == 0;
	if (!other)
		d.conf.uid = OTHER_UID;
	fake_open(&d);
	snprintf(own, sizeof(own), "kafkactl: hint: %s is of user ", d.path);
	run(0, "status");
	run(1, "kill kafka-0");
	has(errors, "kafkactl: 403 kill: uid ");
	has(errors, own);
	has(errors, "a member of the control group (kafkad.conf(5))\n");
	run(1, "-j kill kafka-0");
	assert_string_equal(errors, "");
	control_close(d.control);
	d.conf.read_any = false;
	fake_open(&d);
	run(other ? 3 : 1, "status");
	has(errors, other ? "Permission denied\n" : "403 only root, ");
	has(errors, own);
	other = false;
}

/* Until something happened that is told in the file. */
static void
await_output(const char *want)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;

	do {
		if (fake_now() > deadline)
			fail_msg("no \"%s\" in:\n%s", want, out);
		fake_pump(&d);
		slurp("out", out, false);
	} while (strstr(out, want) == NULL);
}

static void
test_watch(void **state)
{
	char path[1024], *argv[] = { path, "watch", NULL };
	struct control_client *cl;
	pid_t pid;

	(void)state;
	fake_open(&d);
	d.hold = true;
	strlcpy(path, program(), sizeof(path));
	pid = start(argv);
	while (d.commands == 0 && waitpid(pid, NULL, WNOHANG) == 0)
		fake_pump(&d);
	cl = control_find(d.control, d.last_client);
	assert_non_null(cl);
	control_data(cl, 100,
	    json_tokener_parse("{\"time\":\"2026-11-23T10:00:00Z\","
			       "\"instance\":\"kafka-0\",\"level\":\"info\","
			       "\"text\":\"starting -> running\"}"));
	await_output("2026-11-23T10:00:00Z kafka-0: starting -> running\n");
	assert_int_equal(d.gone, 0);
	/* The daemon goes away. */
	control_close(d.control);
	d.control = NULL;
	assert_int_equal(finish(pid), 3);
	has(errors, "kafkactl: kafkad closed the connection");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_status),
		TEST(test_show),
		TEST(test_offers),
		TEST(test_plan),
		TEST(test_others),
		TEST(test_help),
		TEST(test_refused),
		TEST(test_json),
		TEST(test_usage),
		TEST(test_no_daemon),
		TEST(test_no_home),
		TEST(test_full),
		TEST(test_shut_out),
		TEST(test_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
