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
 * Tests of the history: what is kept and in which order, bounds, files that
 * are damaged, cut or cannot be written, and that it survives.
 */

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "history.h"
#include "log.h"
#include "scratch.h"

#define SEEN_MAX 64

static char dir[128], path[256], temp[256], elsewhere[256];
static struct history *h;
static const char *gone; /* what is no instance any more */

static int64_t passed; /* ms */

int64_t
clock_now(void)
{
	return 1000 + passed;
}

int64_t
clock_wall(void)
{
	return INT64_C(1790000000000) + passed;
}

struct seen {
	size_t n;
	char text[SEEN_MAX][128]; /* "subject|text|who" */
	bool warn[SEEN_MAX];
};
static struct seen seen;

static bool
lives(void *arg, const char *subject)
{
	(void)arg;
	return gone == NULL || strncmp(subject, gone, strlen(gone)) != 0;
}

static void
shut(void)
{
	history_close(h);
	h = NULL;
}

static void
again(void)
{
	shut();
	h = history_open(dir, lives, NULL);
}

static int
setup(void **state)
{
	(void)state;
	scratch_name(dir, sizeof(dir), "test_history");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/history", dir);
	snprintf(temp, sizeof(temp), "%s/history.new", dir);
	snprintf(elsewhere, sizeof(elsewhere), "%s/else", dir);
	gone = NULL;
	h = NULL;
	again();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	history_close(h);
	unlink(elsewhere);
	rmdir(path);
	unlink(path);
	rmdir(temp);
	unlink(temp);
	return rmdir(dir);
}

static void
see(void *arg, const struct history_event *e)
{
	(void)arg;
	if (seen.n == SEEN_MAX)
		return;
	snprintf(seen.text[seen.n], sizeof(seen.text[0]), "%s|%.100s|%s",
	    e->subject, e->text, e->who);
	seen.warn[seen.n++] = e->warn;
}

static size_t
look(const char *subject, const char *also, size_t max)
{
	seen.n = 0;
	return history_each(h, subject, also, max, see, NULL);
}

static void
add(const char *subject, const char *text)
{
	history_add(h, subject, false, NULL, text);
}

static off_t
size_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return st.st_size;
}

static void
test_order(void **state)
{
	(void)state;
	add("kafka-1", "first");
	history_add(h, "kafka", true, "uid 0 (root) pid 7", "scale kafka 2");
	add("", "third");
	add("kafka-1", "fourth");
	assert_int_equal(look(NULL, NULL, 10), 4);
	assert_string_equal(seen.text[0], "kafka-1|first|");
	assert_string_equal(seen.text[1],
	    "kafka|scale kafka 2|uid 0 (root) pid 7");
	assert_true(seen.warn[1]);
	assert_false(seen.warn[2]);
	assert_string_equal(seen.text[2], "|third|");
	assert_int_equal(look("kafka-1", NULL, 10), 2);
	assert_int_equal(look("kafka-1", "kafka", 10), 3);
	assert_int_equal(look("kafka-1", "kafka", 2), 2);
	assert_string_equal(seen.text[1], "kafka-1|fourth|");
	assert_int_equal(look("kafka-2", NULL, 10), 0);
	assert_int_equal(look("", NULL, 10), 1);
	again();
	assert_int_equal(look(NULL, NULL, 10), 4);
	assert_string_equal(seen.text[1],
	    "kafka|scale kafka 2|uid 0 (root) pid 7");
	assert_true(seen.warn[1]);
	assert_string_equal(seen.text[3], "kafka-1|fourth|");
	assert_int_equal(size_of(path) > 0, true);
	history_add(NULL, "", false, NULL, "nowhere");
	assert_int_equal(history_each(NULL, NULL, NULL, 1, see, NULL), 0);
}

/* What comes from outside is made harmless, and no text is too long. */
static void
test_texts(void **state)
{
	char text[5000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	history_add(h, "kafka-0", false, text, text);
	add("kafka-0", "one\ntwo \"three\" \xff\x1b[31m \xc3\xa4");
	assert_int_equal(look("kafka-0", NULL, 9), 2);
	assert_string_equal(seen.text[1],
	    "kafka-0|one two \"three\" ? [31m \xc3\xa4|");
	again();
	assert_int_equal(look("kafka-0", NULL, 9), 2);
	assert_string_equal(seen.text[1],
	    "kafka-0|one two \"three\" ? [31m \xc3\xa4|");
}

static void
test_bounds(void **state)
{
	char text[700];
	int i;

	(void)state;
	add("kafka-1", "quiet");
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "event %d", i);
		add("kafka-0", text);
	}
	assert_int_equal(look("kafka-0", NULL, 1000), HISTORY_EVENTS);
	assert_string_equal(seen.text[0], "kafka-0|event 68|");
	assert_string_equal(seen.text[31], "kafka-0|event 99|");
	assert_int_equal(look("kafka-1", NULL, 1000), 1);
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 10; i++)
		add("kafka-0", text);
	assert_int_equal(look("kafka-0", NULL, 1000), HISTORY_BYTES / 765);
	again();
	assert_int_equal(look("kafka-0", NULL, 1000), HISTORY_BYTES / 765);
	assert_int_equal(look("kafka-1", NULL, 1000), 1);
}

/* The file is written anew before it is much larger than what it holds. */
static void
test_growth(void **state)
{
	off_t size, most = 0;
	bool shrunk = false;
	int i;

	(void)state;
	for (i = 0; i < 6000; i++) {
		add("kafka-0", "running -> killing (host1)");
		size = size_of(path);
		shrunk |= size < most;
		most = size > most ? size : most;
	}
	assert_true(shrunk);
	assert_true(most < 2 * HISTORY_SLACK);
	assert_int_equal(access(temp, F_OK), -1);
	assert_int_equal(look(NULL, NULL, 1000), HISTORY_EVENTS);
	again();
	assert_int_equal(look(NULL, NULL, 1000), HISTORY_EVENTS);
}

/* Nor does it grow from start to start. */
static void
test_restarts(void **state)
{
	int i, k;

	(void)state;
	for (i = 0; i < 60; i++) {
		for (k = 0; k < 100; k++)
			add("kafka-0", "running -> killing (host1)");
		again();
	}
	assert_true(size_of(path) < 2 * HISTORY_SLACK);
}

/* As many subjects as there may be: who is gone is forgotten first. */
static void
test_subjects(void **state)
{
	char name[32];
	int i;

	(void)state;
	gone = "kafka-5";
	for (i = 0; i < HISTORY_SUBJECTS; i++) {
		snprintf(name, sizeof(name), "kafka-%d", i);
		add(name, "here");
	}
	add("zookeeper-0", "one more");
	assert_int_equal(look("kafka-5", NULL, 9), 0);
	assert_int_equal(look("kafka-0", NULL, 9), 1);
	assert_int_equal(look("zookeeper-0", NULL, 9), 1);
	gone = NULL;
	add("zookeeper-1", "and one");
	assert_int_equal(look("kafka-0", NULL, 9), 0);
	assert_int_equal(look("kafka-1", NULL, 9), 1);
	assert_int_equal(look(NULL, NULL, 10000), HISTORY_SUBJECTS);
}

static void
put(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
test_damaged(void **state)
{
	static const char *const lines[] = { "rubbish", "{\"time\":1", "[]",
		"{}", "\"text\"", "null",
		"{\"time\":\"1\",\"subject\":\"a\",\"level\":\"info\","
		"\"text\":\"t\"}",
		"{\"time\":1,\"subject\":[],\"level\":\"info\",\"text\":\"t\"}",
		"{\"time\":1,\"subject\":\"a\",\"text\":\"t\"}",
		"{\"time\":1,\"subject\":\"a\",\"level\":\"info\"}",
		"{\"time\":1,\"subject\":\"a\",\"level\":\"info\","
		"\"text\":\"t\",\"who\":5}",
		"{\"time\":1,\"subject\":\"a\\nb\",\"level\":\"info\","
		"\"text\":\"t\"}",
		"{\"time\":1,\"subject\":\"a\",\"level\":\"info\","
		"\"text\":\"t\"} {}",
		"\xff\xfe", "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}" };
	size_t i;

	(void)state;
	add("kafka-0", "before");
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		put(lines[i]);
		put("\n");
	}
	put("\n{\"time\":1,\"subject\":\"kafka-0\",\"level\":\"warn\","
	    "\"text\":\"good\",\"new\":[1]}\n");
	again();
	add("kafka-0", "after");
	assert_int_equal(look(NULL, NULL, 99), 3);
	assert_string_equal(seen.text[0], "kafka-0|before|");
	assert_string_equal(seen.text[1], "kafka-0|good|");
	assert_true(seen.warn[1]);
	again();
	assert_int_equal(look(NULL, NULL, 99), 3);
}

/* Cut anywhere, it loses one line, and the next one is whole. */
static void
test_cut(void **state)
{
	size_t all, one, n;
	char text[512];
	int fd;

	(void)state;
	add("kafka-0", "one");
	one = (size_t)size_of(path);
	add("kafka-0", "two");
	all = (size_t)size_of(path);
	assert_true(all < sizeof(text));
	assert_int_not_equal(fd = open(path, O_RDWR), -1);
	assert_int_equal(pread(fd, text, all, 0), all);
	for (n = one; n <= all; n++) {
		assert_int_equal(pwrite(fd, text, all, 0), all);
		assert_int_equal(ftruncate(fd, (off_t)n), 0);
		again();
		/* Without its end the line is still whole. */
		assert_int_equal(look(NULL, NULL, 9), n < all - 1 ? 1 : 2);
		add("kafka-0", "three");
		again();
		assert_int_equal(look(NULL, NULL, 9), n < all - 1 ? 2 : 3);
		assert_string_equal(seen.text[0], "kafka-0|one|");
		assert_string_equal(seen.text[seen.n - 1], "kafka-0|three|");
	}
	close(fd);
}

/* What cannot be read stays as it is. */
static void
test_unreadable(void **state)
{
	struct stat st;

	(void)state;
	add("kafka-0", "kept");
	shut();
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, path), 0);
	h = history_open(dir, lives, NULL);
	add("kafka-0", "in memory");
	passed += 60000;
	add("kafka-0", "in memory");
	assert_int_equal(look(NULL, NULL, 99), 2);
	shut();
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	h = history_open(dir, lives, NULL);
	add("kafka-0", "in memory");
	assert_int_equal(look(NULL, NULL, 99), 1);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	again();
	add("kafka-0", "in memory");
	passed += 60000;
	add("kafka-0", "in memory");
	assert_int_equal(look(NULL, NULL, 99), 2);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(elsewhere, path), 0);
	again();
	assert_int_equal(look(NULL, NULL, 99), 1);
	assert_string_equal(seen.text[0], "kafka-0|kept|");
}

/* As a full disk: some of a line is there, and nothing more. */
static void
test_full(void **state)
{
	struct rlimit old, now;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	add("kafka-0", "before");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	now = old;
	now.rlim_cur = (rlim_t)size_of(path) + 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	add("kafka-0", "cut");
	add("kafka-0", "not written");
	assert_int_equal(look(NULL, NULL, 99), 3);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(access(temp, F_OK), -1);
	/* Not tried again at once; then nothing is missing. */
	add("kafka-0", "too soon");
	again();
	assert_int_equal(look(NULL, NULL, 99), 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	add("kafka-0", "cut");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	passed += 60000;
	add("kafka-0", "after");
	again();
	assert_int_equal(look(NULL, NULL, 99), 3);
	assert_string_equal(seen.text[1], "kafka-0|cut|");
	assert_string_equal(seen.text[2], "kafka-0|after|");
}

/* Who has been gone for long is forgotten when the file is written anew. */
static void
test_expiry(void **state)
{
	int i;

	(void)state;
	gone = "kafka-5";
	add("kafka-5", "scaled away");
	add("kafka-4", "still there");
	passed += (HISTORY_KEEP - 60) * INT64_C(1000);
	for (i = 0; i < 6000; i++)
		add("kafka-0", "running -> killing (host1)");
	assert_int_equal(look("kafka-5", NULL, 9), 1);
	passed += 120 * 1000;
	for (i = 0; i < 6000; i++)
		add("kafka-0", "running -> killing (host1)");
	assert_int_equal(look("kafka-5", NULL, 9), 0);
	assert_int_equal(look("kafka-4", NULL, 9), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_growth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_restarts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_subjects, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unreadable, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expiry, setup, teardown),
	};

	log_init("test_history", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
