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

/* Tests of the table of commands, its parser, and what the page says of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd.h"

static const char *const services[] = { "zookeeper", "kafka", NULL };

static struct cmd_call call;
static struct cmd_error error;

static void
good(const char *line, enum cmd_id id)
{
	if (cmd_parse(line, services, &call, &error) != 0)
		fail_msg("%s: %s", line, error.text);
	assert_int_equal(call.cmd->id, id);
}

static void
bad(const char *line, int code, const char *text)
{
	assert_int_equal(cmd_parse(line, services, &call, &error), -1);
	if (strstr(error.text, text) == NULL)
		fail_msg("%s: %s", line, error.text);
	assert_int_equal(error.code, code);
}

static void
test_table(void **state)
{
	const struct cmd_word *w;
	bool optional;
	int i;

	(void)state;
	for (i = 0; i < CMD_MAX; i++) {
		assert_non_null(cmd_table[i].name);
		assert_int_equal(cmd_table[i].id, i);
		assert_non_null(cmd_table[i].help);
		assert_ptr_equal(cmd_find(cmd_table[i].name), &cmd_table[i]);
		optional = false;
		for (w = cmd_table[i].args; w->type != CMD_TYPE_NONE; w++) {
			assert_true(!optional || w->optional);
			optional = w->optional;
			assert_true(w->min <= w->max);
		}
	}
	assert_null(cmd_find("stat"));
	assert_null(cmd_find(""));
}

/* What only looks needs no rights; what is dangerous is not for the shim. */
static void
test_rights(void **state)
{
	static const enum cmd_id reads[] = { CMD_STATUS, CMD_LIST, CMD_SHOW,
		CMD_CONTAINER, CMD_OFFERS, CMD_WHY, CMD_HISTORY, CMD_PLAN,
		CMD_WAIT, CMD_WATCH, CMD_VERSION, CMD_HELP };
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		assert_int_equal(cmd_table[reads[i]].rights, CMD_READ);
	for (i = 0; i < CMD_MAX; i++)
		n += cmd_table[i].rights == CMD_READ;
	assert_int_equal(n, sizeof(reads) / sizeof(reads[0]));
	assert_false(cmd_table[CMD_TEARDOWN].shim);
	assert_false(cmd_table[CMD_SHUTDOWN].shim);
	assert_false(cmd_table[CMD_REPLACE].shim);
	assert_true(cmd_table[CMD_SCALE].shim);
}

static void
test_good(void **state)
{
	(void)state;
	good("status", CMD_STATUS);
	good("  status \t", CMD_STATUS);
	good("scale kafka 5", CMD_SCALE);
	assert_int_equal(call.service, 1);
	assert_string_equal(call.service_name, "kafka");
	assert_int_equal(call.count, 5);
	assert_false(call.force);
	good("scale zookeeper 0 force", CMD_SCALE);
	assert_int_equal(call.service, 0);
	assert_int_equal(call.count, 0);
	assert_true(call.force);
	good("scale force kafka 1000", CMD_SCALE);
	assert_int_equal(call.count, 1000);
	good("container 17", CMD_CONTAINER);
	good("kill kafka-0.17", CMD_KILL);
	assert_string_equal(call.name, "kafka-0.17");
	good("log debug", CMD_LOG);
	assert_int_equal(call.level, LOG_LEVEL_DEBUG);
	good("wait kafka", CMD_WAIT);
	assert_int_equal(call.timeout, 0);
	good("wait kafka timeout=1m30s", CMD_WAIT);
	assert_int_equal(call.timeout, 90000);
	good("why kafka-0", CMD_WHY);
	assert_string_equal(call.name, "kafka-0");
	good("history", CMD_HISTORY);
	assert_string_equal(call.line, "history");
	assert_string_equal(call.name, "");
	assert_int_equal(call.count, 0);
	good("history kafka-0 lines=5", CMD_HISTORY);
	assert_string_equal(call.name, "kafka-0");
	assert_int_equal(call.count, 5);
	good("help", CMD_HELP);
	assert_null(call.about);
	good("help scale", CMD_HELP);
	assert_ptr_equal(call.about, &cmd_table[CMD_SCALE]);
	good("teardown force", CMD_TEARDOWN);
	assert_true(call.force);
	good("plan", CMD_PLAN);
	assert_int_equal(call.choice, 0);
	assert_int_equal(call.rights, CMD_READ);
	good("plan pause", CMD_PLAN);
	assert_int_equal(call.choice, 1);
	assert_int_equal(call.rights, CMD_CHANGE);
	good("plan cancel", CMD_PLAN);
	assert_int_equal(call.choice, 3);
	good("reload check", CMD_RELOAD);
	assert_int_equal(call.choice, 1);
	assert_int_equal(call.rights, CMD_CHANGE);
}

static void
test_bad(void **state)
{
	(void)state;
	bad("", 400, "no command");
	bad(" \t", 400, "no command");
	bad("stat", 404, "no such command: stat");
	bad("STATUS", 404, "no such command: STATUS");
	bad("a b c d e f g h i", 400, "too many words");
	bad("status now", 400, "too many words at: now; usage: status");
	bad("status force", 400, "too many words at: force");
	bad("scale", 400, "SERVICE is missing; usage: scale SERVICE N [force]");
	bad("scale kafka", 400, "N is missing");
	bad("scale kaf 1", 404,
	    "no such service: kaf; there are: zookeeper, "
	    "kafka");
	bad("scale kafka x", 400, "N is invalid: x (from 0 to 1000)");
	bad("scale kafka -1", 400, "N is too small: -1");
	bad("scale kafka 1001", 400, "N is too large: 1001");
	bad("scale kafka 99999999999999999999", 400, "N is too large");
	bad("scale kafka 1 2", 400, "too many words at: 2");
	bad("scale kafka 1 force force", 400, "force is given twice");
	bad("scale kafka 1 force=yes", 400, "no such option: force=yes");
	bad("log loud", 400, "no such level: loud (err, warn, info");
	bad("wait kafka timeout=", 400, "timeout is no duration");
	bad("wait kafka timeout=soon", 400, "timeout is no duration: soon");
	bad("wait kafka timeout=0", 400, "timeout is out of range");
	bad("wait kafka timeout=8d", 400,
	    "timeout is out of range: 8d (from "
	    "1ms to 7d)");
	bad("wait kafka timeout", 400, "too many words at: timeout");
	bad("why", 400, "NAME is missing; usage: why NAME");
	bad("history a b", 400, "too many words at: b");
	bad("history lines=0", 400, "lines is too small: 0 (from 1 to 10000)");
	bad("history line=5", 400,
	    "no such option: line=5; usage: history [INSTANCE|SERVICE] "
	    "[lines=N]");
	bad("kill a=b", 400, "no such option: a=b");
	bad("history lines=x", 400, "lines is invalid: x");
	bad("help me", 404, "no such command: me");
}

/* Words as long as a line can be neither overflow nor fill the reply. */
static void
test_long(void **state)
{
	char line[4097] = "kill ", word[4000];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	strlcat(line, word, sizeof(line));
	bad(line, 404, "no such task or instance: xxxx");
	snprintf(line, sizeof(line), "scale %s 1", word);
	bad(line, 404, "no such service: xxxx");
	snprintf(line, sizeof(line), "wait kafka timeout=%s", word);
	bad(line, 400, "no duration");
	bad(word, 404, "no such command: xxxx");
	word[CMD_NAME_MAX - 1] = '\0';
	snprintf(line, sizeof(line), "kill %s", word);
	good(line, CMD_KILL);
	assert_string_equal(call.name, word);
}

static void
test_any_service(void **state)
{
	(void)state;
	assert_int_equal(cmd_parse("scale controller 3", NULL, &call, &error),
	    0);
	assert_int_equal(call.service, -1);
	assert_string_equal(call.service_name, "controller");
}

static void
test_duration(void **state)
{
	static const struct {
		const char *s;
		int64_t ms;
	} right[] = {
		{ "0", 0 },
		{ "90", 90000 },
		{ "250ms", 250 },
		{ "90s", 90000 },
		{ "10m", 600000 },
		{ "1h30m", 5400000 },
		{ "2d4h", 187200000 },
		{ "1w", 604800000 },
		{ "1m500ms", 60500 },
	};
	static const char long_one[] = "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s"
				       "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s";
	static const char *const wrong[] = { "", "s", "-1s", "1.5s", "1x",
		"1s ", " 1s", "1s5", "9999999999s", "1S", "+1s", "1 s",
		long_one };
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		assert_int_equal(cmd_duration_parse(right[i].s, &ms), 0);
		assert_int_equal(ms, right[i].ms);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(cmd_duration_parse(wrong[i], &ms), -1);
}

static void
test_usage(void **state)
{
	char buf[128];

	(void)state;
	assert_string_equal(cmd_usage(&cmd_table[CMD_SCALE], buf, sizeof(buf)),
	    "scale SERVICE N [force]");
	assert_string_equal(cmd_usage(&cmd_table[CMD_WAIT], buf, sizeof(buf)),
	    "wait SERVICE [timeout=DURATION]");
	assert_string_equal(cmd_usage(&cmd_table[CMD_HELP], buf, sizeof(buf)),
	    "help [COMMAND]");
	assert_string_equal(cmd_usage(&cmd_table[CMD_HISTORY], buf,
				sizeof(buf)),
	    "history [INSTANCE|SERVICE] [lines=N]");
	assert_non_null(cmd_option(&cmd_table[CMD_REPLACE], "force"));
	assert_null(cmd_option(&cmd_table[CMD_REPLACE], "timeout"));
	assert_null(cmd_option(&cmd_table[CMD_KILL], "force"));
}

/* Every word of every command says what may stand for it. */
static void
test_word_help(void **state)
{
	const struct cmd_word *w;
	char buf[256];
	int i;

	(void)state;
	for (i = 0; i < CMD_MAX; i++) {
		for (w = cmd_table[i].args; w->type != CMD_TYPE_NONE; w++)
			assert_string_not_equal(cmd_word_help(w, buf,
						    sizeof(buf)),
			    "");
		for (w = cmd_table[i].options; w->type != CMD_TYPE_NONE; w++)
			assert_string_not_equal(cmd_word_help(w, buf,
						    sizeof(buf)),
			    "");
	}
	assert_string_equal(cmd_word_help(&cmd_table[CMD_SCALE].args[1], buf,
				sizeof(buf)),
	    "a number from 0 to 1000");
	assert_string_equal(cmd_word_help(&cmd_table[CMD_WAIT].options[0], buf,
				sizeof(buf)),
	    "a duration from 1ms to 7d, as 90s, 5m or 1h30m");
	assert_string_equal(cmd_word_help(&cmd_table[CMD_LOG].args[0], buf,
				sizeof(buf)),
	    "err, warn, info, debug or trace");
}

/* A file of the tree: $TOP, or here, is its top. To be freed. */
static char *
slurp(const char *path)
{
	const char *top = getenv("TOP");
	char name[1024], *text;
	size_t n, size = 1024 * 1024;
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", top != NULL ? top : ".", path);
	if ((f = fopen(name, "r")) == NULL)
		fail_msg("cannot open %s", name);
	text = calloc(1, size);
	assert_non_null(text);
	n = fread(text, 1, size - 1, f);
	assert_true(n < size - 1);
	fclose(f);
	return text;
}

/* "scale SERVICE N [force]" as the page writes it. */
static void
pattern(const struct cmd *cmd, char *buf, size_t size)
{
	const struct cmd_word *w;

	snprintf(buf, size, "\n.It Cm %s", cmd->name);
	for (w = cmd->args; w->type != CMD_TYPE_NONE; w++) {
		strlcat(buf, w->optional ? " Op Ar " : " Ar ", size);
		strlcat(buf, w->name, size);
	}
	for (w = cmd->options; w->type != CMD_TYPE_NONE; w++) {
		strlcat(buf, " Op Cm ", size);
		strlcat(buf, w->name, size);
		if (w->type == CMD_TYPE_DURATION)
			strlcat(buf, " Ns = Ns Ar DURATION", size);
		if (w->type == CMD_TYPE_COUNT)
			strlcat(buf, " Ns = Ns Ar N", size);
	}
	strlcat(buf, "\n", size);
}

static void
test_page(void **state)
{
	char want[256], *page = slurp("man/kafkactl.8");
	const char *p;
	int i, n = 0;

	(void)state;
	for (i = 0; i < CMD_MAX; i++) {
		pattern(&cmd_table[i], want, sizeof(want));
		if (strstr(page, want) == NULL)
			fail_msg("kafkactl.8 does not have: %s", want);
	}
	for (p = page; (p = strstr(p, "\n.It Cm ")) != NULL; p++)
		n++;
	assert_int_equal(n, CMD_MAX);
	free(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_rights),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_any_service),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_word_help),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
