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
 * Tests of reconciliation: who is asked for and how often, unknown tasks,
 * a state that is behind, and the barrier before the first launch.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"
#include "core/reconcile.h"

#define KAFKA SERVICE_KAFKA
#define ZK SERVICE_ZOOKEEPER

/* Brokers that need no ZooKeeper of ours, all running. */
static struct core *
running(int count)
{
	static const char *const hosts[] = { "a1", "a2", "a3" };
	struct core *k = core_new(0, count);
	char name[32];
	int i;

	assert_int_equal(pairs_set(&k->conf.service[KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	core_subscribe(k);
	for (i = 0; i < count; i++)
		core_offer(k, hosts[i]);
	core_run(k);
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "kafka-%d", i);
		core_up(k, name);
	}
	core_run(k);
	core_clear(k);
	return k;
}

/* The RECONCILE calls that wait, explicit and implicit ones. */
static void
count_calls(struct core *k, int *explicit, int *implicit)
{
	struct action *a;

	*explicit = *implicit = 0;
	TAILQ_FOREACH(a, &k->c->actions, entry) {
		if (a->type != ACTION_RECONCILE)
			continue;
		if (a->nrefs == 0)
			(*implicit)++;
		else
			(*explicit)++;
	}
}

static void
check_calls(struct core *k, int explicit, int implicit)
{
	int e, i;

	count_calls(k, &e, &i);
	assert_int_equal(e, explicit);
	assert_int_equal(i, implicit);
}

static void
answer(struct core *k, const char *id, enum task_state state)
{
	core_reason(k, id, state, SOURCE_MASTER, "REASON_RECONCILIATION", "");
}

static void
test_after_subscription(void **state)
{
	struct core *k = running(3);
	struct action *a;

	(void)state;
	cluster_on_disconnected(k->c);
	core_subscribe(k);
	core_run(k);
	check_calls(k, 1, 1);
	core_take(k, ACTION_RECONCILE);
	a = core_take(k, ACTION_RECONCILE);
	assert_int_equal(a->nrefs, 3);
	assert_string_equal(a->refs[2].task_id, "kafka-2.3");
	assert_string_equal(a->refs[2].agent_id, "S-a3");
	core_clear(k);
	/* Only the unanswered are asked for again, less and less often. */
	answer(k, "kafka-0.1", TASK_RUNNING);
	answer(k, "kafka-2.3", TASK_RUNNING);
	core_pass(k, 999);
	check_calls(k, 0, 0);
	core_pass(k, 1);
	check_calls(k, 1, 0);
	a = core_take(k, ACTION_RECONCILE);
	assert_int_equal(a->nrefs, 1);
	assert_string_equal(a->refs[0].task_id, "kafka-1.2");
	core_pass(k, 2000);
	check_calls(k, 1, 0);
	core_pass(k, 4000 + 8000 + 16000);
	check_calls(k, 4, 0);
	core_pass(k, 30000 * 3);
	check_calls(k, 7, 0);
	core_clear(k);
	answer(k, "kafka-1.2", TASK_RUNNING);
	core_pass(k, 600000);
	check_calls(k, 0, 0);
	core_free(k);
}

static void
test_periodic(void **state)
{
	struct core *k = running(2);

	(void)state;
	core_pass(k, 899999);
	check_calls(k, 0, 0);
	core_pass(k, 1);
	check_calls(k, 1, 1);
	answer(k, "kafka-0.1", TASK_RUNNING);
	answer(k, "kafka-1.2", TASK_RUNNING);
	core_clear(k);
	core_pass(k, 900000);
	check_calls(k, 1, 1);
	core_free(k);
}

/* A launch of which nothing is heard is asked for. */
static void
test_silent_launch(void **state)
{
	struct core *k = core_new(1, 0);

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_run(k);
	core_clear(k);
	core_pass(k, 9999);
	check_calls(k, 0, 0);
	core_pass(k, 1);
	check_calls(k, 1, 0);
	answer(k, "zookeeper-0.1", TASK_GONE);
	core_offer(k, "a1");
	core_run(k);
	assert_string_equal(core_task_id(k, "zookeeper-0"), "zookeeper-0.2");
	/* Mesos knows it now, so there is no need to ask again. */
	core_pass(k, 10000);
	answer(k, "zookeeper-0.2", TASK_STAGING);
	core_clear(k);
	core_pass(k, 600000);
	check_calls(k, 0, 0);
	core_free(k);
}

/* Each answer ends the asking, also for what was given up unheard. */
static void
test_no_storm(void **state)
{
	struct core *k = core_new(0, 1);
	struct reply r;
	int i;

	(void)state;
	assert_int_equal(pairs_set(&k->conf.service[KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	core_subscribe(k);
	core_offer(k, "a1");
	core_run(k);
	cluster_replace(k->c, "kafka-0", true, &r, k->now);
	core_run(k);
	core_pass(k, 20000);
	core_clear(k);
	for (i = 0; i < 10; i++) {
		answer(k, "kafka-0.1", TASK_UNREACHABLE);
		core_run(k);
	}
	check_calls(k, 0, 0);
	core_free(k);
}

static void
test_unknown_killed(void **state)
{
	struct core *k = running(1);
	struct update u;
	int i;

	(void)state;
	k->c->next_task = 100;
	u = core_status("kafka-0.50", TASK_RUNNING);
	strlcpy(u.agent_id, "S-a9", sizeof(u.agent_id));
	cluster_on_update(k->c, &u, k->now);
	assert_true(k->c->dirty);
	core_tell(k, "other-thing", TASK_STAGING);
	core_tell(k, "kafka-7.3", TASK_RUNNING);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 3);
	assert_string_equal(core_take(k, ACTION_KILL)->task.agent_id, "S-a9");
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.1");
	core_clear(k);
	/* Again and again, also in the next subscription, until it ends. */
	for (i = 0; i < 3; i++) {
		core_pass(k, 70000);
		assert_int_equal(core_count(k, ACTION_KILL), 3);
		core_clear(k);
	}
	cluster_on_disconnected(k->c);
	core_subscribe(k);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 3);
	core_tell(k, "kafka-0.50", TASK_KILLED);
	core_tell(k, "other-thing", TASK_FINISHED);
	answer(k, "kafka-7.3", TASK_UNKNOWN);
	core_clear(k);
	core_pass(k, 300000);
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	assert_true(TAILQ_EMPTY(&k->c->strays));
	core_free(k);
}

static void
test_unknown_ended(void **state)
{
	struct core *k = running(1);

	(void)state;
	k->c->next_task = 100;
	core_tell(k, "kafka-0.50", TASK_FAILED);
	answer(k, "kafka-0.51", TASK_UNKNOWN);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	assert_true(TAILQ_EMPTY(&k->c->strays));
	assert_false(k->c->behind);
	core_free(k);
}

/* An unreachable stray cannot be killed; when it is back it is, at once. */
static void
test_unknown_unreachable(void **state)
{
	struct core *k = running(1);

	(void)state;
	k->c->next_task = 100;
	core_tell(k, "kafka-0.50", TASK_UNREACHABLE);
	core_pass(k, 300000);
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	core_tell(k, "kafka-0.50", TASK_RUNNING);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 1);
	core_tell(k, "kafka-0.50", TASK_UNREACHABLE);
	core_tell(k, "kafka-0.50", TASK_RUNNING);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 2);
	core_free(k);
}

/* A number above ours: the state is behind, and the task is taken over. */
static void
test_adopt(void **state)
{
	struct core *k = running(3);
	struct instance *i = core_instance(k, "kafka-1");
	struct update u;

	(void)state;
	u = core_status("kafka-1.9", TASK_RUNNING);
	strlcpy(u.agent_id, "S-a5", sizeof(u.agent_id));
	cluster_on_update(k->c, &u, k->now);
	core_run(k);
	assert_true(k->c->behind);
	assert_int_equal(k->c->next_task, 10);
	assert_string_equal(i->task->id, "kafka-1.9");
	assert_string_equal(i->placement.agent_id, "S-a5");
	assert_true(i->task->adopted);
	assert_true(instance_ready(k->c, i, k->now));
	/* The older one, of which it took the place, is not to live on. */
	assert_string_equal(core_take(k, ACTION_KILL)->task.task_id,
	    "kafka-1.2");
	/* An older one than what is there is not adopted. */
	core_tell(k, "kafka-0.0", TASK_RUNNING);
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.1");
	/* Nor one that is not wanted. */
	core_tell(k, "kafka-7.12", TASK_RUNNING);
	core_run(k);
	assert_string_equal(core_take(k, ACTION_KILL)->task.task_id,
	    "kafka-0.0");
	assert_string_equal(core_take(k, ACTION_KILL)->task.task_id,
	    "kafka-7.12");
	core_free(k);
}

/* What was meant for the older task does not end the adopted one. */
static void
test_adopt_forgets_restart(void **state)
{
	struct core *k = running(1);
	struct action *a;
	struct reply r;

	(void)state;
	cluster_restart(k->c, "kafka-0", &r, k->now);
	core_tell(k, "kafka-0.9", TASK_RUNNING);
	core_run(k);
	a = core_take(k, ACTION_KILL);
	assert_non_null(a);
	assert_string_equal(a->task.task_id, "kafka-0.1");
	assert_null(core_take(k, ACTION_KILL));
	core_free(k);
}

/*
 * A member of an ensemble whose address is not known cannot be one: it is
 * ended, and the ensemble comes up without it.
 */
static void
test_adopt_member(void **state)
{
	static const char *const hosts[] = { "a1", "a2", "a3" };
	struct core *k = core_new(3, 0);
	struct core_task *t = &k->tasks[0];
	struct instance *i;

	(void)state;
	core_agents(k, hosts, 3);
	core_subscribe(k);
	core_run(k);
	core_clear(k);
	strlcpy(t->id, "zookeeper-0.4", sizeof(t->id));
	t->zookeeper = t->running = true;
	k->ntasks = 1;
	core_tell(k, "zookeeper-0.4", TASK_RUNNING);
	core_play(k, 1200000);
	assert_false(core_played(k, "zookeeper-0.4")->running);
	TAILQ_FOREACH(i, &k->c->service[ZK].instances, entry) {
		assert_true(instance_ready(k->c, i, k->now));
		assert_int_not_equal(i->placement.ports[1], 0);
	}
	core_free(k);
}

/*
 * One that was known elsewhere, where nobody was told its address: it is
 * started once more when the others can do without it, with a new list.
 */
static void
test_adopt_member_elsewhere(void **state)
{
	static const char *const hosts[] = { "a1", "a2", "a3", "a4" };
	struct core *k = core_new(3, 0);
	struct core_task *old, *t;
	struct instance *i;
	struct update u;

	(void)state;
	core_agents(k, hosts, 4);
	core_play(k, 120000);
	i = core_instance(k, "zookeeper-1");
	old = core_played(k, i->task->id);
	old->running = false;
	t = &k->tasks[k->ntasks++];
	*t = *old;
	t->running = true;
	strlcpy(t->id, "zookeeper-1.99", sizeof(t->id));
	strlcpy(t->agent_id, "S-a4", sizeof(t->agent_id));
	u = core_status("zookeeper-1.99", TASK_RUNNING);
	strlcpy(u.agent_id, "S-a4", sizeof(u.agent_id));
	cluster_on_update(k->c, &u, k->now);
	assert_string_equal(i->task->id, "zookeeper-1.99");
	assert_int_equal(i->placement.ports[1], 0);
	core_play(k, 1800000);
	assert_string_not_equal(i->task->id, "zookeeper-1.99");
	assert_string_equal(i->placement.agent_id, "S-a4");
	assert_int_not_equal(i->placement.ports[1], 0);
	TAILQ_FOREACH(i, &k->c->service[ZK].instances, entry) {
		assert_true(instance_ready(k->c, i, k->now));
		assert_int_equal(i->task->list, k->c->service[ZK].list);
	}
	assert_false(k->broken_rule);
	core_free(k);
}

/* Behind: nothing is launched until the time is over. */
static void
test_behind(void **state)
{
	struct core *k = running(2);
	struct reply r;

	(void)state;
	k->c->behind = true;
	k->c->behind_until = k->now + 600000;
	core_tell(k, "kafka-0.1", TASK_LOST);
	core_tell(k, "kafka-1.2", TASK_LOST);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_pass(k, 599999);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(core_instance(k, "kafka-0")->waiting, "kafkactl start");
	/* The operator's word is enough for one. */
	cluster_start(k->c, "kafka-1", &r, k->now);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-1"), "kafka-1.3");
	assert_null(core_instance(k, "kafka-0")->task);
	core_pass(k, 1);
	core_offer(k, "a1");
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.4");
	assert_false(k->c->behind);
	core_free(k);
}

/* Started anew: until all agents have spoken, nothing is launched. */
static void
test_barrier(void **state)
{
	struct core *k = core_new(0, 2);
	char first[ID_MAX];
	struct action *a;
	struct reply r;

	(void)state;
	assert_int_equal(pairs_set(&k->conf.service[KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	strlcpy(k->c->framework_id, "F-1", ID_MAX);
	k->c->barrier = true;
	core_subscribe(k);
	core_run(k);
	assert_true(k->c->suppressed);
	core_take(k, ACTION_RECONCILE);
	a = core_take(k, ACTION_RECONCILE);
	assert_true(reconcile_is_barrier(a->refs[a->nrefs - 1].task_id));
	assert_string_equal(a->refs[a->nrefs - 1].agent_id, "");
	core_offer(k, "a1");
	core_pass(k, 3600000);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	assert_true(core_count(k, ACTION_RECONCILE) > 10);
	cluster_start(k->c, "kafka-1", &r, k->now);
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_clear(k);
	strlcpy(first, a->refs[a->nrefs - 1].task_id, sizeof(first));
	answer(k, first, TASK_UNKNOWN);
	core_offer(k, "a2");
	core_run(k);
	/* Agents came back after it had asked for all tasks: it asks again. */
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	a = core_take(k, ACTION_RECONCILE);
	assert_int_equal(a->nrefs, 0);
	a = core_take(k, ACTION_RECONCILE);
	answer(k, first, TASK_UNKNOWN);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	answer(k, a->refs[a->nrefs - 1].task_id, TASK_UNKNOWN);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_task_id(k, "kafka-0");
	core_free(k);
}

static void
test_suppressed_subscription(void **state)
{
	struct core *k = running(1);

	(void)state;
	cluster_on_disconnected(k->c);
	core_subscribe(k);
	assert_true(k->c->suppressed);
	core_pass(k, 60000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 0);
	assert_int_equal(core_count(k, ACTION_SUPPRESS), 0);
	core_tell(k, "kafka-0.1", TASK_FAILED);
	core_pass(k, 1000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_pass(k, 600000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_after_subscription),
		cmocka_unit_test(test_periodic),
		cmocka_unit_test(test_silent_launch),
		cmocka_unit_test(test_no_storm),
		cmocka_unit_test(test_unknown_killed),
		cmocka_unit_test(test_unknown_ended),
		cmocka_unit_test(test_unknown_unreachable),
		cmocka_unit_test(test_adopt),
		cmocka_unit_test(test_adopt_forgets_restart),
		cmocka_unit_test(test_adopt_member),
		cmocka_unit_test(test_adopt_member_elsewhere),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_barrier),
		cmocka_unit_test(test_suppressed_subscription),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
