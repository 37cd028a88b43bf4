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

/* Tests of what the operator may ask for: rules, codes, texts and effects. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

#define KAFKA SERVICE_KAFKA
#define ZK SERVICE_ZOOKEEPER

static const char *const hosts[] = { "a1", "a2", "a3", "a4", "a5", "a6", "a7" };

static struct core *
start(int zookeepers, int brokers)
{
	struct core *k = core_new(zookeepers, brokers);

	core_agents(k, hosts, 7);
	core_play(k, 60000);
	return k;
}

static void
check_reply(const struct reply *r, int code, const char *text)
{
	if (r->code != code || strstr(r->text, text) == NULL)
		fail_msg("%d %s, wanted %d with \"%s\"", r->code, r->text, code,
		    text);
}

static void
test_scale_rules(void **state)
{
	struct core *k = start(3, 3);
	struct reply r;

	(void)state;
	cluster_scale(k->c, KAFKA, 5, false, &r, k->now);
	check_reply(&r, 200, "kafka: 3 to 5");
	cluster_scale(k->c, KAFKA, -1, true, &r, k->now);
	check_reply(&r, 400, "from 0 to 1000");
	cluster_scale(k->c, KAFKA, 1001, true, &r, k->now);
	check_reply(&r, 400, "from 0 to 1000");
	cluster_scale(k->c, ZK, 256, true, &r, k->now);
	check_reply(&r, 400, "from 0 to 255");
	cluster_scale(k->c, KAFKA, 0, false, &r, k->now);
	check_reply(&r, 409, "-f");
	cluster_scale(k->c, ZK, 1, false, &r, k->now);
	check_reply(&r, 409, "less than the majority (2) of the 3");
	assert_int_equal(k->c->service[ZK].count, 3);
	assert_int_equal(k->c->service[KAFKA].count, 5);
	cluster_scale(k->c, ZK, 2, false, &r, k->now);
	check_reply(&r, 200, "zookeeper: 3 to 2");
	cluster_scale(k->c, ZK, 1, true, &r, k->now);
	check_reply(&r, 200, "zookeeper: 2 to 1");
	cluster_scale(k->c, KAFKA, 0, true, &r, k->now);
	check_reply(&r, 200, "kafka: 5 to 0");
	cluster_scale(k->c, KAFKA, 0, false, &r, k->now);
	check_reply(&r, 200, "kafka: 0 to 0");
	core_free(k);
}

/* Brokers leave one by one, the last added first; ids come back. */
static void
test_scale_down(void **state)
{
	struct core *k = start(1, 4);
	struct reply r;

	(void)state;
	k->deaf = true;
	cluster_scale(k->c, KAFKA, 1, false, &r, k->now);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 1);
	assert_string_equal(core_take(k, ACTION_KILL)->task.task_id,
	    core_task_id(k, "kafka-3"));
	core_play(k, 5000);
	assert_int_equal(core_state(k, "kafka-3"), INSTANCE_KILLING);
	assert_int_equal(core_state(k, "kafka-2"), INSTANCE_RUNNING);
	core_end(k, core_task_id(k, "kafka-3"), TASK_KILLED);
	core_play(k, 1000);
	assert_null(cluster_find(k->c, "kafka-3"));
	assert_int_equal(core_state(k, "kafka-2"), INSTANCE_KILLING);
	assert_int_equal(core_state(k, "kafka-1"), INSTANCE_RUNNING);
	k->deaf = false;
	core_play(k, 200000);
	assert_null(cluster_find(k->c, "kafka-1"));
	assert_int_equal(service_running(&k->c->service[KAFKA]), 1);
	cluster_scale(k->c, KAFKA, 2, false, &r, k->now);
	core_play(k, 60000);
	assert_int_equal(core_instance(k, "kafka-1")->id, 1);
	core_free(k);
}

/* One that cannot be reached does not hold up the others. */
static void
test_scale_down_unreachable(void **state)
{
	struct core *k = start(1, 3);
	struct reply r;

	(void)state;
	core_away(k, core_task_id(k, "kafka-2"));
	cluster_scale(k->c, KAFKA, 1, false, &r, k->now);
	core_play(k, 60000);
	assert_null(cluster_find(k->c, "kafka-1"));
	assert_int_equal(core_state(k, "kafka-2"), INSTANCE_LOST);
	core_back(k, core_task_id(k, "kafka-2"));
	core_play(k, 60000);
	assert_null(cluster_find(k->c, "kafka-2"));
	core_free(k);
}

/*
 * Wanted again while it is being killed: the kill goes on, even if the
 * first was lost, and a new task comes.
 */
static void
test_scale_back(void **state)
{
	struct core *k = start(1, 2);
	char old[ID_MAX];
	struct reply r;

	(void)state;
	strlcpy(old, core_task_id(k, "kafka-1"), sizeof(old));
	k->deaf = true;
	cluster_scale(k->c, KAFKA, 1, false, &r, k->now);
	core_play(k, 5000);
	cluster_scale(k->c, KAFKA, 2, false, &r, k->now);
	core_play(k, 5000);
	assert_int_equal(core_state(k, "kafka-1"), INSTANCE_KILLING);
	k->deaf = false;
	core_play(k, 200000);
	assert_int_equal(core_state(k, "kafka-1"), INSTANCE_RUNNING);
	assert_string_not_equal(core_task_id(k, "kafka-1"), old);
	assert_int_equal(core_instance(k, "kafka-1")->failures, 0);
	core_free(k);
}

static void
test_kill_and_start(void **state)
{
	struct core *k = start(1, 2);
	struct reply r;
	char id[ID_MAX];

	(void)state;
	cluster_kill(k->c, "kafka-9", &r, k->now);
	check_reply(&r, 404, "no such task or instance: kafka-9");
	cluster_kill(k->c, "kafka-0.999", &r, k->now);
	check_reply(&r, 404, "kafka-0.999");
	strlcpy(id, core_task_id(k, "kafka-0"), sizeof(id));
	cluster_kill(k->c, id, &r, k->now);
	check_reply(&r, 200, "it stays stopped until started");
	core_play(k, 600000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_STOPPED);
	cluster_kill(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 200, "it has no task; it stays stopped");
	cluster_restart(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 409, "use start");
	cluster_start(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 200, "starting");
	core_play(k, 10000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	assert_string_not_equal(core_task_id(k, "kafka-0"), id);
	cluster_start(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 200, "it has a task");
	core_free(k);
}

/* Killed and started again before the task has ended. */
static void
test_kill_then_start_at_once(void **state)
{
	struct core *k = start(1, 1);
	char id[ID_MAX];
	struct reply r;

	(void)state;
	strlcpy(id, core_task_id(k, "kafka-0"), sizeof(id));
	cluster_kill(k->c, "kafka-0", &r, k->now);
	cluster_start(k->c, "kafka-0", &r, k->now);
	core_play(k, 10000);
	/* No kill had gone out: nothing happens. */
	assert_string_equal(core_task_id(k, "kafka-0"), id);
	cluster_kill(k->c, "kafka-0", &r, k->now);
	core_play(k, 1000);
	cluster_start(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 200, "starting");
	core_play(k, 20000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	assert_string_not_equal(core_task_id(k, "kafka-0"), id);
	core_free(k);
}

static void
test_restart(void **state)
{
	struct core *k = start(1, 1);
	struct instance *i = core_instance(k, "kafka-0");
	char id[ID_MAX], host[HOSTNAME_SIZE];
	struct reply r;

	(void)state;
	strlcpy(id, i->task->id, sizeof(id));
	strlcpy(host, i->placement.hostname, sizeof(host));
	cluster_restart(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 200, "then a new one");
	core_play(k, 20000);
	assert_string_not_equal(core_task_id(k, "kafka-0"), id);
	assert_string_equal(i->placement.hostname, host);
	assert_int_equal(i->failures, 0);
	core_free(k);
}

/* The operator does not wait for a back-off. */
static void
test_start_ends_backoff(void **state)
{
	struct core *k = start(1, 1);
	struct reply r;

	(void)state;
	k->frail = true;
	core_end(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_play(k, 300000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_BACKOFF);
	k->frail = false;
	cluster_start(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 200, "starting");
	core_play(k, 5000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	core_free(k);
}

static void
test_replace_rules(void **state)
{
	struct core *k = start(3, 1);
	struct reply r;

	(void)state;
	cluster_replace(k->c, "kafka-0", false, &r, k->now);
	check_reply(&r, 409, "is left behind; if that is meant, use -f");
	cluster_replace(k->c, "zookeeper-0", false, &r, k->now);
	check_reply(&r, 409, "-f");
	cluster_kill(k->c, "zookeeper-1", &r, k->now);
	core_play(k, 10000);
	/* Not even with -f: one of three remains. */
	cluster_replace(k->c, "zookeeper-0", true, &r, k->now);
	check_reply(&r, 409, "only 1 other members are ready, and 2 make");
	cluster_replace(k->c, "zookeeper-1", true, &r, k->now);
	check_reply(&r, 200, "it gets a new place");
	core_play(k, 300000);
	assert_int_equal(service_ready(k->c, &k->c->service[ZK], k->now), 3);
	cluster_scale(k->c, KAFKA, 0, true, &r, k->now);
	k->deaf = true;
	core_play(k, 1000);
	cluster_replace(k->c, "kafka-0", true, &r, k->now);
	check_reply(&r, 409, "leaving");
	cluster_start(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 409, "scale kafka up");
	core_free(k);
}

static void
test_replace_broker(void **state)
{
	struct core *k = start(1, 2);
	char id[ID_MAX];
	struct reply r;

	(void)state;
	strlcpy(id, core_task_id(k, "kafka-1"), sizeof(id));
	core_away(k, id);
	core_play(k, 1000);
	cluster_replace(k->c, "kafka-1", true, &r, k->now);
	core_play(k, 60000);
	assert_int_equal(core_state(k, "kafka-1"), INSTANCE_RUNNING);
	assert_true(core_played(k, id)->running);
	/* Seen again, the older task is ended. */
	core_back(k, id);
	core_play(k, 60000);
	assert_false(core_played(k, id)->running);
	assert_int_equal(core_state(k, "kafka-1"), INSTANCE_RUNNING);
	core_free(k);
}

static void
test_reflate(void **state)
{
	struct core *k = start(1, 3);
	struct reply r;

	(void)state;
	cluster_reflate(k->c, KAFKA, &r, k->now);
	check_reply(&r, 200, "nothing is missing");
	cluster_kill(k->c, "kafka-0", &r, k->now);
	cluster_kill(k->c, "kafka-2", &r, k->now);
	core_play(k, 10000);
	cluster_reflate(k->c, KAFKA, &r, k->now);
	check_reply(&r, 200, "kafka: starting 2");
	core_play(k, 10000);
	assert_int_equal(service_running(&k->c->service[KAFKA]), 3);
	core_free(k);
}

/* The kill is repeated until the task has ended, with time for a clean end. */
static void
test_kill_repeated(void **state)
{
	struct core *k = start(1, 1);
	struct action *a;
	struct reply r;

	(void)state;
	k->conf.service[KAFKA].grace = 120000;
	cluster_kill(k->c, "kafka-0", &r, k->now);
	core_run(k);
	a = core_take(k, ACTION_KILL);
	assert_non_null(a);
	assert_int_equal(a->grace, 120000);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_KILLING);
	core_pass(k, 129999);
	assert_null(core_take(k, ACTION_KILL));
	core_pass(k, 1);
	assert_non_null(core_take(k, ACTION_KILL));
	/* In a new subscription at once. */
	cluster_on_disconnected(k->c);
	core_subscribe(k);
	core_run(k);
	assert_non_null(core_take(k, ACTION_KILL));
	core_tell(k, core_task_id(k, "kafka-0"), TASK_KILLED);
	core_pass(k, 600000);
	assert_null(core_take(k, ACTION_KILL));
	core_free(k);
}

/* Passive or being torn down, it answers but changes nothing. */
static void
check_refused(struct core *k, const char *text)
{
	struct reply r;

	cluster_scale(k->c, KAFKA, 2, true, &r, k->now);
	check_reply(&r, 409, text);
	cluster_kill(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 409, text);
	cluster_start(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 409, text);
	cluster_restart(k->c, "kafka-0", &r, k->now);
	check_reply(&r, 409, text);
	cluster_replace(k->c, "kafka-0", true, &r, k->now);
	check_reply(&r, 409, text);
	cluster_reflate(k->c, KAFKA, &r, k->now);
	check_reply(&r, 409, text);
	cluster_teardown(k->c, true, &r, k->now);
	check_reply(&r, 409, text);
	assert_int_equal(k->c->service[KAFKA].count, 1);
}

static void
test_refused(void **state)
{
	struct core *k = start(1, 1);
	struct reply r;

	(void)state;
	cluster_register(k->c, true, &r, k->now);
	check_reply(&r, 409, "as F-1");
	cluster_on_error(k->c, "Framework failed over", k->now);
	check_refused(k, "another scheduler has taken over");
	k->c->mode = MODE_TEARDOWN;
	check_refused(k, "being torn down");
	core_free(k);
}

/* A change is saved before its answer goes out. */
static void
test_dirty(void **state)
{
	struct core *k = start(1, 1);
	struct reply r;

	(void)state;
	k->c->dirty = false;
	cluster_kill(k->c, "nobody", &r, k->now);
	cluster_reflate(k->c, KAFKA, &r, k->now);
	cluster_replace(k->c, "kafka-0", false, &r, k->now);
	assert_false(k->c->dirty);
	cluster_kill(k->c, "kafka-0", &r, k->now);
	assert_true(k->c->dirty);
	k->c->dirty = false;
	cluster_start(k->c, "kafka-0", &r, k->now);
	assert_true(k->c->dirty);
	k->c->dirty = false;
	cluster_restart(k->c, "kafka-0", &r, k->now);
	assert_true(k->c->dirty);
	k->c->dirty = false;
	cluster_scale(k->c, KAFKA, 2, false, &r, k->now);
	assert_true(k->c->dirty);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scale_rules),
		cmocka_unit_test(test_scale_down),
		cmocka_unit_test(test_scale_down_unreachable),
		cmocka_unit_test(test_scale_back),
		cmocka_unit_test(test_kill_and_start),
		cmocka_unit_test(test_kill_then_start_at_once),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_start_ends_backoff),
		cmocka_unit_test(test_replace_rules),
		cmocka_unit_test(test_replace_broker),
		cmocka_unit_test(test_reflate),
		cmocka_unit_test(test_kill_repeated),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
