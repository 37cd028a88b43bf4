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

/* Tests of log lines: levels, errno, and that no text can forge a line. */

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <json-c/json.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caught.h"
#include "log.h"

static void
check_has(const char *text, const char *part, bool want)
{
	if ((strstr(text, part) != NULL) != want)
		fail_msg("\"%s\" is %sin \"%s\"", part, want ? "not " : "",
		    text);
}

static void
test_levels(void **state)
{
	static const char *const names[] = { "err", "warn", "info", "debug",
		"trace" };
	enum log_level level, l;
	const char *text;
	int i;

	(void)state;
	for (i = LOG_LEVEL_ERR; i <= LOG_LEVEL_TRACE; i++) {
		log_init("test", LOG_SINK_STDERR, LOG_LEVEL_TRACE);
		log_set_level((enum log_level)i);
		assert_int_equal(log_get_level(), i);
		assert_string_equal(log_level_name((enum log_level)i),
		    names[i]);
		assert_int_equal(log_level_parse(names[i], &l), 0);
		assert_int_equal(l, i);
		caught_begin();
		log_errx("one");
		log_warnx("two");
		log_info("three");
		log_debug("four");
		log_trace("five");
		text = caught_end();
		check_has(text, " err test: one\n", true);
		check_has(text, " warn test: two\n", i >= LOG_LEVEL_WARN);
		check_has(text, " info test: three\n", i >= LOG_LEVEL_INFO);
		check_has(text, " debug test: four\n", i >= LOG_LEVEL_DEBUG);
		check_has(text, " trace test: five\n", i >= LOG_LEVEL_TRACE);
	}
	assert_int_equal(log_level_parse("", &level), -1);
	assert_int_equal(log_level_parse("Warn", &level), -1);
	assert_string_equal(log_level_name((enum log_level)9), "?");
}

static void
test_forging(void **state)
{
	const char *text;
	int i;

	(void)state;
	log_init("test", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	caught_begin();
	log_info("%s",
	    "a\nb\rc\td\033[31me\177f \xc3\xa9 \xc2\x9b"
	    "1m\xff %s%n");
	text = caught_end();
	check_has(text, "a b c d [31me f \xc3\xa9   1m? %s%n\n", true);
	assert_ptr_equal(strchr(text, '\n') + 1, text + strlen(text));
	for (i = 1; i < 0x20; i++) {
		if (i != '\n' && strchr(text, i) != NULL)
			fail_msg("control character %d passes", i);
	}
}

/* What a child has written becomes a line of the parent's, as its child's. */
static void
test_read(void **state)
{
	char written[200], bare[] = "free(): invalid\tpointer",
			   level[] = "<9>no level", quiet[] = "<3>debug";
	const char *text;

	(void)state;
	log_init("child", LOG_SINK_PARENT, LOG_LEVEL_INFO);
	caught_begin();
	log_warnx("a\nb");
	text = caught_end();
	assert_string_equal(text, "<1>a b\n");
	strlcpy(written, text, sizeof(written));
	written[strcspn(written, "\n")] = '\0';
	log_init("parent", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	caught_begin();
	log_read("child", written);
	log_read("child", bare);
	log_read("child", level);
	log_read("child", quiet);
	text = caught_end();
	check_has(text, " warn child: a b\n", true);
	check_has(text, " err child: free(): invalid pointer\n", true);
	check_has(text, " err child: <9>no level\n", true);
	check_has(text, "debug", false);
}

static void
test_errno(void **state)
{
	const char *text;

	(void)state;
	log_init("test", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	caught_begin();
	errno = ENOENT;
	log_warn("file %d", 7);
	assert_int_equal(errno, ENOENT);
	errno = EACCES;
	log_err("other");
	log_errx("bare");
	text = caught_end();
	check_has(text, "file 7: No such file or directory\n", true);
	check_has(text, "other: Permission denied\n", true);
	check_has(text, "bare\n", true);
}

static void
test_long_line(void **state)
{
	char *big = malloc(9000);
	const char *text;

	(void)state;
	assert_non_null(big);
	memset(big, 'x', 8999);
	big[8999] = '\0';
	caught_begin();
	errno = ENOENT;
	log_warn("%s", big);
	text = caught_end();
	assert_true(strlen(text) > 4000 && strlen(text) < 4200);
	assert_int_equal(text[strlen(text) - 1], '\n');
	free(big);
}

static void
test_fatal(void **state)
{
	const char *text;
	int status;
	pid_t pid;

	(void)state;
	log_init("test", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	caught_begin();
	fflush(NULL);
	if ((pid = fork()) == 0) {
		errno = EPERM;
		fatal("gone");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	text = caught_end();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	check_has(text, "err test: gone: Operation not permitted\n", true);
}

/* Whatever the text holds, each line is one object. */
static void
test_json(void **state)
{
	static const char *const texts[][2] = { { "plain", "plain" },
		{ "say \"no\" \\ or\\n", "say \"no\" \\ or\\n" },
		{ "a\nb\033[1m\177", "a b [1m " },
		{ "\303\251\342\202\254\360\237\230\200",
		    "\303\251\342\202\254\360\237\230\200" },
		{ "\377\300\200\355\240\200\364\220\200\200", "??????????" },
		{ "", "" } };
	char all[256];
	struct json_object *o;
	int year;
	size_t i;

	(void)state;
	log_init("test", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	log_set_format(LOG_FORMAT_JSON);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		caught_begin();
		log_warnx("%s", texts[i][0]);
		o = caught_json(caught_end());
		assert_string_equal(caught_member(o, "text"), texts[i][1]);
		assert_string_equal(caught_member(o, "level"), "warn");
		assert_string_equal(caught_member(o, "process"), "test");
		assert_int_equal(json_object_object_length(o), 4);
		assert_int_equal(sscanf(caught_member(o, "time"),
				     "%4d-%*2d-%*2dT%*2d:%*2d:%*2d.%*3dZ",
				     &year),
		    1);
		assert_int_equal(strlen(caught_member(o, "time")), 24);
		json_object_put(o);
	}
	for (i = 1; i < sizeof(all); i++)
		all[i - 1] = (char)i;
	all[sizeof(all) - 1] = '\0';
	caught_begin();
	log_info("%s", all);
	json_object_put(caught_json(caught_end()));
	/* A child's lines are objects of the parent's, never its own. */
	caught_begin();
	log_read("child", strcpy(all, "<1>a \"b\""));
	o = caught_json(caught_end());
	assert_string_equal(caught_member(o, "text"), "a \"b\"");
	assert_string_equal(caught_member(o, "process"), "child");
	json_object_put(o);
	log_init("child", LOG_SINK_PARENT, LOG_LEVEL_INFO);
	caught_begin();
	log_info("a \"b\"");
	assert_string_equal(caught_end(), "<2>a \"b\"\n");
	log_set_format(LOG_FORMAT_TEXT);
}

/* Cut texts, each byte of which needs another one, are whole objects. */
static void
test_json_long(void **state)
{
	char big[9000];
	struct log_field fields[8];
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		fields[i] = (struct log_field) { "abcdefgh", big, 0 };
	log_init("test", LOG_SINK_JOURNAL, LOG_LEVEL_INFO);
	log_set_format(LOG_FORMAT_JSON);
	memset(big, '"', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	caught_begin();
	log_info("%s", big);
	o = caught_json(caught_end() + 3);
	assert_int_equal(strlen(caught_member(o, "text")), 4095);
	json_object_put(o);
	caught_begin();
	log_fields(LOG_LEVEL_INFO, "text", fields, 8);
	o = caught_json(caught_end() + 3);
	assert_int_equal(strlen(caught_member(o, "abcdefgh")), 1024);
	json_object_put(o);
	/* The cut is within a character, but not within the object. */
	memset(big, 'x', sizeof(big));
	memcpy(big + 1023, "\303\251", 3);
	caught_begin();
	log_fields(LOG_LEVEL_INFO, "text", fields, 1);
	o = caught_json(caught_end() + 3);
	assert_int_equal(caught_member(o, "abcdefgh")[1023], '?');
	json_object_put(o);
	log_set_format(LOG_FORMAT_TEXT);
}

static void
test_fields(void **state)
{
	const struct log_field fields[] = { { "code", NULL, -403 },
		{ "user", "a\"b\\c\nd", 0 }, { "none", "", 0 } };
	struct json_object *o;
	const char *text;

	(void)state;
	log_init("test", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	caught_begin();
	log_fields(LOG_LEVEL_INFO, "audit", fields, 3);
	log_fields(LOG_LEVEL_DEBUG, "quiet", fields, 3);
	text = caught_end();
	check_has(text,
	    " info test: audit code=-403 user=\"a\\\"b\\\\c d\" "
	    "none=\"\"\n",
	    true);
	check_has(text, "quiet", false);
	log_set_format(LOG_FORMAT_JSON);
	caught_begin();
	log_fields(LOG_LEVEL_INFO, "audit", fields, 3);
	o = caught_json(caught_end());
	assert_string_equal(caught_member(o, "text"), "audit");
	assert_string_equal(caught_member(o, "code"), "-403");
	assert_string_equal(caught_member(o, "user"), "a\"b\\c d");
	assert_string_equal(caught_member(o, "none"), "");
	json_object_put(o);
	log_set_format(LOG_FORMAT_TEXT);
}

/* Lines for journald have its priorities, and no time of their own. */
static void
test_journal(void **state)
{
	const char *text;
	struct json_object *o;
	struct stat st;
	char is[64];

	(void)state;
	log_init("test", LOG_SINK_JOURNAL, LOG_LEVEL_TRACE);
	caught_begin();
	log_errx("one");
	log_warnx("two");
	log_info("three");
	log_debug("four");
	log_trace("five");
	assert_string_equal(caught_end(),
	    "<3>test: one\n<4>test: two\n<6>test: three\n<7>test: four\n"
	    "<7>test: five\n");
	log_set_format(LOG_FORMAT_JSON);
	caught_begin();
	log_warnx("two");
	text = caught_end();
	assert_memory_equal(text, "<4>{\"time\":", 11);
	o = caught_json(text + 3);
	assert_string_equal(caught_member(o, "text"), "two");
	json_object_put(o);
	log_set_format(LOG_FORMAT_TEXT);

	/* It is journald that reads only if stderr is what it says. */
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(log_stderr(), LOG_SINK_STDERR);
	assert_return_code(fstat(STDERR_FILENO, &st), errno);
	snprintf(is, sizeof(is), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", is, 1);
	assert_int_equal(log_stderr(), LOG_SINK_JOURNAL);
	caught_begin();
	assert_int_equal(log_stderr(), LOG_SINK_STDERR);
	caught_end();
	setenv("JOURNAL_STREAM", "8:", 1);
	assert_int_equal(log_stderr(), LOG_SINK_STDERR);
	unsetenv("JOURNAL_STREAM");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_forging),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_long),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
