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
 * Tests of why: what is said of situations that are hard to stage with a
 * whole kafkad, and what is not said when it is not known.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "clock.h"
#include "core.h"
#include "history.h"
#include "parent.h"
#include "scratch.h"

#define KAFKA SERVICE_KAFKA
#define WALL INT64_C(1790000000000)

static struct core *k;
static struct conf conf;
static struct parent parent;
static char dir[128];
/* The answer. */
static struct json_object *object;
static char last[1100];

int64_t
clock_now(void)
{
	return k->now;
}

int64_t
clock_wall(void)
{
	return WALL + k->now;
}

static bool
lives(void *arg, const char *subject)
{
	(void)arg;
	(void)subject;
	return true;
}

static void
with(struct core *core)
{
	k = core;
	memset(&parent, 0, sizeof(parent));
	parent.cluster = k->c;
	parent.conf = &conf;
	parent.started = k->now - 3600 * 1000;
	parent.connected = true;
	parent.history = history_open(dir, lives, NULL);
}

static int
setup(void **state)
{
	(void)state;
	scratch_name(dir, sizeof(dir), "test_why");
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int
teardown(void **state)
{
	char path[256];

	(void)state;
	history_close(parent.history);
	core_free(k);
	json_object_put(object);
	object = NULL;
	snprintf(path, sizeof(path), "%s/history", dir);
	unlink(path);
	return rmdir(dir);
}

static const char *
field(const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(object, name, &v))
		return "";
	return json_object_get_string(v);
}

/* What it says of the instance, begins so; then what to do; then since. */
static void
why(const char *name, const char *because, const char *act, const char *since)
{
	json_object_put(object);
	object = NULL;
	object = why_show(&parent, core_instance(k, name), k->now, last,
	    sizeof(last));
	if (strncmp(field("because"), because, strlen(because)) != 0)
		fail_msg("%s", field("because"));
	assert_string_equal(last + strlen(name) + 2, field("because"));
	if (act[0] == '\0' ? field("do")[0] != '\0'
			   : strstr(field("do"), act) == NULL)
		fail_msg("%s", field("do"));
	assert_string_equal(field("since"), since);
}

static void
note(const char *subject, const char *who, const char *text)
{
	history_add(parent.history, subject, false, who, text);
}

static void
test_check(void **state)
{
	struct task *t;

	(void)state;
	with(core_running());
	t = core_instance(k, "kafka-0")->task;
	core_pass(k, 5000);
	why("kafka-0", "it runs and is ready", "", "5");
	t->healthy = HEALTH_BAD;
	why("kafka-0", "it runs, and its check fails", "kafka-0.1", "5");
	assert_null(strstr(field("because"), "connection"));
	note("kafka-0", NULL, "check failed: connection refused");
	core_pass(k, 2000);
	why("kafka-0", "it runs, and its check fails: connection refused",
	    "kafka-0.1", "2");
	/* Of a task before. */
	t->launched = k->now;
	why("kafka-0", "it runs, and its check fails", "kafka-0.1", "7");
	assert_null(strstr(field("because"), "connection"));
	t->healthy = HEALTH_GOOD;
	t->healthy_since = k->now - 1000;
	k->conf.service[KAFKA].check.settle = 90000;
	why("kafka-0",
	    "its check passes, and it counts as ready when it has "
	    "for 1m30s",
	    "", "1");
}

/* What is not written down nobody is named for. */
static void
test_who(void **state)
{
	struct instance *i;

	(void)state;
	with(core_running());
	i = core_instance(k, "kafka-0");
	i->leaving = true;
	k->c->service[KAFKA].count = 3;
	note("kafka", "uid 1", "scale kafka 30: 200 kafka: 1 to 30");
	note("kafka", NULL, "scale kafka 3: 200 not a command");
	note("kafka", "uid 2", "scale kafka 3: 409 refused");
	why("kafka-0", "it is to leave, as kafka has a count of 3; ",
	    "kafkactl scale kafka 1 keeps it", "");
	note("kafka", "uid 3", "scale kafka 3 force: 200 kafka: 30 to 3");
	core_pass(k, 4000);
	i->leaving = true;
	k->c->service[KAFKA].count = 3;
	why("kafka-0",
	    "it is to leave, as kafka has a count of 3 (scale kafka 3 force, "
	    "by uid 3); ",
	    "kafkactl scale kafka 1 keeps it", "4");
}

/* The words are the core's. */
static void
test_waiting(void **state)
{
	struct instance *i;

	(void)state;
	with(core_running());
	i = core_instance(k, "kafka-0");
	why("kafka-0", "it runs and is ready", "", "0");
	core_tell(k, core_task_id(k, "kafka-0"), TASK_LOST);
	i->backoff_until = 0;
	i->waits_since = k->now - 7200 * 1000;
	i->waits = WAIT_REPORTS;
	strlcpy(i->waiting, "waits for step 2 of 5", sizeof(i->waiting));
	i->down_since = k->now - 10 * 1000;
	why("kafka-0", "it waits for step 2 of 5", "", "7200");
	/* It was down before kafkad was started. */
	i->down_since = parent.started - 1000;
	why("kafka-0", "it waits for step 2 of 5", "", "3601");
	i->waits = WAIT_NOTHING;
	why("kafka-0", "it is about to be placed", "", "3601");
}

static void
test_launch(void **state)
{
	struct task *t;

	(void)state;
	with(core_launched());
	t = core_instance(k, "kafka-0")->task;
	why("kafka-0", "task kafka-0.1 was launched on agent a1, which has not",
	    "log of agent a1 for task kafka-0.1", "0");
	t->unanswered = true;
	why("kafka-0", "task kafka-0.1 was launched on agent a1, and whether",
	    "log of agent a1", "0");
}

/* Since when is said only as far as it is known. */
static void
test_unseen(void **state)
{
	struct instance *i;

	(void)state;
	with(core_new(0, 1));
	core_subscribe(k);
	core_run(k);
	i = core_instance(k, "kafka-0");
	parent.started = i->waits_since - 200;
	core_pass(k, 60000);
	why("kafka-0", "", "", "60");
	assert_string_equal(field("at_least"), "false");
	i->loaded = true;
	why("kafka-0", "", "", "60");
	assert_string_equal(field("at_least"), "true");
	i->waits_since += 11000;
	why("kafka-0", "", "", "49");
	assert_string_equal(field("at_least"), "false");
}

static void
test_unknown(void **state)
{
	char name[300];

	(void)state;
	with(core_new(0, 0));
	core_subscribe(k);
	core_run(k);
	why_unknown(&parent, "kafka-0", last, sizeof(last));
	assert_string_equal(last,
	    "no such instance or task: kafka-0; there is none");
	k->c->service[KAFKA].count = 25;
	core_run(k);
	memset(name, 'x', 255);
	name[255] = '\0';
	why_unknown(&parent, name, last, sizeof(last));
	assert_non_null(strstr(last, "; there are: kafka-0, kafka-1, "));
	assert_non_null(strstr(last, ", kafka-19 and 5 more"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_check),
		TEST(test_who),
		TEST(test_waiting),
		TEST(test_launch),
		TEST(test_unseen),
		TEST(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
