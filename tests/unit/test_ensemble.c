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
 * Tests of the server list: how an ensemble forms, grows and shrinks, and
 * that no step of it can lose what was stored.
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

#define MINUTE 60000

static const char *const hosts[] = { "a1", "a2", "a3", "a4", "a5", "a6", "a7",
	"a8", "a9" };

static struct core *
start(int zookeepers, int brokers)
{
	struct core *k = core_new(zookeepers, brokers);

	core_agents(k, hosts, 9);
	core_play(k, MINUTE);
	assert_int_equal(service_ready(k->c, &k->c->service[SERVICE_ZOOKEEPER],
			     k->now),
	    zookeepers);
	return k;
}

static void
scale(struct core *k, int count)
{
	struct reply r;

	cluster_scale(k->c, SERVICE_ZOOKEEPER, count, true, &r, k->now);
	assert_int_equal(r.code, 200);
}

/* All is as wanted, all members know the same list, nothing was lost. */
static void
check_settled(struct core *k, int count)
{
	struct service *s = &k->c->service[SERVICE_ZOOKEEPER];
	struct core_task *t;
	struct instance *i;
	int n = 0;

	assert_false(k->broken_rule);
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->task == NULL)
			fail_msg("%s: %s", i->name, i->waiting);
		assert_true(instance_ready(k->c, i, k->now));
		assert_true(i->in_list);
		assert_true(i->joined);
		assert_false(instance_outdated(k->c, i));
		t = core_played(k, i->task->id);
		assert_non_null(t);
		assert_int_equal(t->members, count);
		n++;
	}
	assert_int_equal(n, count);
	assert_int_equal(service_list_size(s), count);
}

static int
tasks_running(struct core *k, bool zookeeper)
{
	size_t i;
	int n = 0;

	for (i = 0; i < k->ntasks; i++)
		n += k->tasks[i].running && k->tasks[i].zookeeper == zookeeper;
	return n;
}

/* From one count to another; brokers are never touched. */
static void
check_change(int from, int to)
{
	struct core *k = start(from, 2);
	char broker[ID_MAX];

	strlcpy(broker, core_task_id(k, "kafka-1"), sizeof(broker));
	scale(k, to);
	core_play(k, 10 * MINUTE);
	check_settled(k, to);
	assert_int_equal(tasks_running(k, true), to);
	assert_string_equal(core_task_id(k, "kafka-1"), broker);
	assert_true(instance_outdated(k->c, core_instance(k, "kafka-1")));
	core_free(k);
}

static void
test_grow(void **state)
{
	(void)state;
	check_change(1, 3);
	check_change(3, 5);
	check_change(1, 5);
	check_change(1, 7);
}

static void
test_shrink(void **state)
{
	(void)state;
	check_change(3, 1);
	check_change(5, 3);
	check_change(5, 1);
	check_change(2, 1);
}

/* The steps of 1 to 5: lists of 1, 3 and 5, never one that newcomers rule. */
static void
test_grow_in_steps(void **state)
{
	struct core *k = start(1, 0);
	size_t i;
	int most = 0;

	(void)state;
	scale(k, 5);
	core_play(k, 10 * MINUTE);
	for (i = 0; i < k->ntasks; i++) {
		assert_int_not_equal(k->tasks[i].members, 2);
		assert_true(k->tasks[i].members <= 2 * (most ? most : 1) + 1);
		if (k->tasks[i].members > most)
			most = k->tasks[i].members;
	}
	assert_int_equal(most, 5);
	core_free(k);
}

/* Existing members are restarted, one at a time, before newcomers start. */
static void
test_grow_order(void **state)
{
	struct core *k = start(3, 0);
	size_t before = k->ntasks, i;

	(void)state;
	scale(k, 5);
	core_play(k, 10 * MINUTE);
	assert_int_equal(k->ntasks, before + 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(k->tasks[before + i].number, i);
	core_free(k);
}

/* Newcomers that were started and do not serve yet. */
static int
beginners(struct core *k)
{
	struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &k->c->service[SERVICE_ZOOKEEPER].instances, entry)
		n += i->task != NULL && !i->joined &&
		    !instance_ready(k->c, i, k->now);
	return n;
}

static void
check_one_beginner(int from, int to)
{
	struct core *k = start(from, 0);
	int i, most = 0;

	scale(k, to);
	for (i = 0; i < 600; i++) {
		core_play(k, 500);
		if (beginners(k) > most)
			most = beginners(k);
	}
	assert_int_equal(most, 1);
	check_settled(k, to);
	core_free(k);
}

static void
test_newcomers_one_at_a_time(void **state)
{
	(void)state;
	check_one_beginner(3, 5);
	check_one_beginner(1, 3);
	check_one_beginner(5, 9);
}

/* One restart at a time: the next member waits until the last one serves. */
static void
test_restart_one_at_a_time(void **state)
{
	struct core *k = start(3, 0);
	int i, down = 0;

	(void)state;
	scale(k, 5);
	for (i = 0; i < 1200; i++) {
		core_play(k, 500);
		if (3 - tasks_running(k, true) > down)
			down = 3 - tasks_running(k, true);
	}
	assert_true(down <= 1);
	check_settled(k, 5);
	core_free(k);
}

static void
test_shrink_last_first(void **state)
{
	struct core *k = start(5, 0);
	struct instance *last;
	bool saw = false;
	int i;

	(void)state;
	scale(k, 3);
	for (i = 0; i < 600; i++) {
		core_run(k);
		last = cluster_find(k->c, "zookeeper-4");
		if (last != NULL && last->task != NULL)
			assert_int_equal(core_state(k, "zookeeper-3"),
			    INSTANCE_RUNNING);
		else
			saw = true;
		core_play(k, 500);
	}
	assert_true(saw);
	check_settled(k, 3);
	core_free(k);
}

/* Scaled up again at any moment of a shrink, and the reverse. */
static void
check_crossing(int from, int via, int64_t when)
{
	struct core *k = start(from, 1);

	scale(k, via);
	core_play(k, when);
	scale(k, from);
	core_play(k, 30 * MINUTE);
	check_settled(k, from);
	assert_int_equal(tasks_running(k, true), from);
	core_free(k);
}

static void
test_crossing(void **state)
{
	int64_t when;

	(void)state;
	for (when = 500; when <= 20000; when += 500) {
		check_crossing(5, 3, when);
		check_crossing(3, 1, when);
		check_crossing(3, 5, when);
		check_crossing(1, 3, when);
		check_crossing(1, 5, when);
		check_crossing(5, 1, when);
	}
}

/* The kill of a leaver is lost, and then it is wanted again. */
static void
check_deaf_crossing(int64_t when)
{
	struct core *k = start(3, 1);

	k->deaf = true;
	scale(k, 1);
	core_play(k, when);
	scale(k, 3);
	core_play(k, MINUTE);
	k->deaf = false;
	core_play(k, 30 * MINUTE);
	check_settled(k, 3);
	core_free(k);
}

static void
test_deaf_crossing(void **state)
{
	int64_t when;

	(void)state;
	for (when = 500; when <= 20000; when += 1500)
		check_deaf_crossing(when);
}

/* Plays a change, and returns how long no member served. */
static int
silence(int from, int to)
{
	struct core *k = start(from, 0);
	int i, longest = 0;

	scale(k, to);
	for (i = 0; i < 1200; i++) {
		core_play(k, 500);
		if (k->silent_since != 0 && k->now - k->silent_since > longest)
			longest = (int)(k->now - k->silent_since);
	}
	check_settled(k, to);
	core_free(k);
	return longest;
}

/* While the old list is in force, or a longer one comes, all serve on. */
static void
test_never_below_majority(void **state)
{
	(void)state;
	assert_int_equal(silence(5, 7), 0);
	/* Three of five have no one to spare: one restart's time. */
	assert_true(silence(3, 5) < 5000);
	assert_true(silence(5, 3) < 5000);
	assert_true(silence(1, 3) < 10000);
}

/* A member whose agent is away in the middle of a growth. */
static void
test_dead_member_while_growing(void **state)
{
	struct core *k = start(3, 0);
	char id[ID_MAX];

	(void)state;
	strlcpy(id, core_task_id(k, "zookeeper-2"), sizeof(id));
	scale(k, 5);
	core_play(k, 1000);
	assert_int_equal(service_list_size(&k->c->service[SERVICE_ZOOKEEPER]),
	    5);
	core_away(k, id);
	core_play(k, 10 * MINUTE);
	/* The two others must serve on. */
	assert_int_equal(k->silent_since, 0);
	assert_false(k->broken_rule);
	core_back(k, id);
	core_play(k, 10 * MINUTE);
	check_settled(k, 5);
	core_free(k);
}

/* The same while shrinking: the shorter list brings back a majority. */
static void
test_dead_member_while_shrinking(void **state)
{
	struct core *k = start(5, 0);
	char id[ID_MAX];
	int i;

	(void)state;
	strlcpy(id, core_task_id(k, "zookeeper-2"), sizeof(id));
	scale(k, 3);
	for (i = 0; i < 100 &&
	     service_list_size(&k->c->service[SERVICE_ZOOKEEPER]) == 5;
	     i++)
		core_play(k, 500);
	assert_int_equal(service_list_size(&k->c->service[SERVICE_ZOOKEEPER]),
	    3);
	core_away(k, id);
	core_play(k, 5 * MINUTE);
	assert_int_equal(k->silent_since, 0);
	core_back(k, id);
	core_play(k, 10 * MINUTE);
	check_settled(k, 3);
	core_free(k);
}

static void
test_replace(void **state)
{
	struct core *k = start(3, 1);
	char old[ID_MAX], broker[ID_MAX];
	struct reply r;

	(void)state;
	strlcpy(old, core_task_id(k, "zookeeper-1"), sizeof(old));
	strlcpy(broker, core_task_id(k, "kafka-0"), sizeof(broker));
	cluster_replace(k->c, "zookeeper-1", true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_play(k, 10 * MINUTE);
	check_settled(k, 3);
	assert_false(core_played(k, old)->running);
	assert_string_equal(core_task_id(k, "kafka-0"), broker);
	core_free(k);
}

/* With names, one that has no place is a member for the others all the same. */
static void
test_named_without_place(void **state)
{
	struct core *k = core_new(3, 0);
	struct service_conf *conf = &k->conf.service[SERVICE_ZOOKEEPER];
	struct reply r;

	(void)state;
	conf->network = NETWORK_NAMED;
	conf->network_name = strdup("net");
	conf->domain = strdup("example");
	core_agents(k, hosts, 9);
	core_play(k, MINUTE);
	check_settled(k, 3);
	cluster_replace(k->c, "zookeeper-0", true, &r, k->now);
	assert_int_equal(r.code, 200);
	cluster_kill(k->c, "zookeeper-0", &r, k->now);
	core_play(k, MINUTE);
	assert_false(core_instance(k, "zookeeper-0")->placement.set);
	core_end(k, core_task_id(k, "zookeeper-1"), TASK_FAILED);
	core_play(k, MINUTE);
	assert_int_equal(core_played(k, core_task_id(k, "zookeeper-1"))
			     ->members,
	    3);
	core_free(k);
}

/* The host of the only one to stay may be dead, and nobody has told it yet. */
static void
test_shrink_waits_for_news(void **state)
{
	struct core *k = start(3, 0);
	struct service *s = &k->c->service[SERVICE_ZOOKEEPER];
	struct update u;

	(void)state;
	scale(k, 1);
	core_run(k);
	core_end(k, core_task_id(k, "zookeeper-2"), TASK_KILLED);
	core_run(k);
	assert_int_equal(service_list_size(s), 3);
	assert_int_equal(core_state(k, "zookeeper-1"), INSTANCE_RUNNING);
	u = core_status(core_task_id(k, "zookeeper-1"), TASK_RUNNING);
	u.healthy = HEALTH_BAD;
	cluster_on_update(k->c, &u, k->now);
	core_pass(k, MINUTE);
	assert_int_equal(service_list_size(s), 3);
	core_free(k);
}

/* Changed while it formed, by members that serve: none is a newcomer. */
static void
test_shrink_while_forming(void **state)
{
	struct core *k = core_new(5, 0);
	int i;

	(void)state;
	core_agents(k, hosts, 9);
	for (i = 0; i < 100 && k->ntasks < 5; i++)
		core_play(k, 500);
	core_end(k, core_task_id(k, "zookeeper-0"), TASK_FAILED);
	scale(k, 4);
	core_play(k, 20 * MINUTE);
	check_settled(k, 4);
	core_free(k);
}

/* One that is to stay needs the list in force, and one that leaves, to serve.
 */
static void
test_shrink_while_growing(void **state)
{
	struct core *k = start(1, 0);
	int i;

	(void)state;
	k->frail_name = "zookeeper-1";
	scale(k, 3);
	core_play(k, 500);
	for (i = 0; i < 100 && !core_instance(k, "zookeeper-1")->started_once;
	     i++)
		core_play(k, 500);
	assert_false(core_instance(k, "zookeeper-2")->started_once);
	scale(k, 1);
	core_play(k, MINUTE);
	k->frail_name = NULL;
	core_play(k, 10 * MINUTE);
	check_settled(k, 1);
	core_free(k);
}

/* Who is stopped may be the only one with the last that was stored. */
static void
test_replace_and_stop(void **state)
{
	struct core *k = start(3, 0);
	struct reply r;

	(void)state;
	cluster_replace(k->c, "zookeeper-0", true, &r, k->now);
	assert_int_equal(r.code, 200);
	cluster_kill(k->c, "zookeeper-2", &r, k->now);
	core_play(k, 5 * MINUTE);
	assert_null(core_instance(k, "zookeeper-0")->task);
	core_has(core_instance(k, "zookeeper-0")->waiting,
	    "waits until zookeeper-2 is started");
	cluster_start(k->c, "zookeeper-2", &r, k->now);
	core_play(k, 10 * MINUTE);
	check_settled(k, 3);
	core_free(k);
}

/* Only one had told that it serves when two of its majority ended. */
static void
test_first_majority(void **state)
{
	struct core *k = core_new(4, 0);
	int i;

	(void)state;
	core_agents(k, hosts, 9);
	for (i = 0; i < 100 && k->ntasks < 4; i++)
		core_play(k, 500);
	core_up(k, "zookeeper-1");
	core_run(k);
	k->frail = true;
	for (i = 0; i < 3; i++)
		core_end(k, k->tasks[i].id, TASK_FAILED);
	core_play(k, MINUTE);
	k->frail = false;
	core_play(k, 20 * MINUTE);
	check_settled(k, 4);
	core_free(k);
}

/* One that was taken over had ports that nobody knew: now all learn them. */
static void
test_ports_become_known(void **state)
{
	struct core *k = start(3, 0);
	struct instance *i = core_instance(k, "zookeeper-1");
	uint32_t list = k->c->service[SERVICE_ZOOKEEPER].list;

	(void)state;
	memset(i->placement.ports, 0, sizeof(i->placement.ports));
	core_end(k, i->task->id, TASK_FAILED);
	core_play(k, 10 * MINUTE);
	check_settled(k, 3);
	assert_int_equal(k->c->service[SERVICE_ZOOKEEPER].list, list + 1);
	core_free(k);
}

/* Who leaves is needed until a member that was replaced has joined. */
static void
test_gone_while_shrinking(void **state)
{
	struct core *k = start(5, 0);
	char id[ID_MAX];

	(void)state;
	strlcpy(id, core_task_id(k, "zookeeper-0"), sizeof(id));
	core_away(k, id);
	scale(k, 3);
	core_play(k, 10 * MINUTE);
	assert_null(core_instance(k, "zookeeper-4")->task);
	core_end(k, id, TASK_GONE_BY_OPERATOR);
	core_play(k, 20 * MINUTE);
	check_settled(k, 3);
	core_free(k);
}

/* Who is being restarted counts no more, though nothing is heard of it yet. */
static void
test_shrink_while_restarting(void **state)
{
	struct core *k = start(4, 0);
	struct reply r;

	(void)state;
	k->deaf = true;
	cluster_restart(k->c, "zookeeper-0", &r, k->now);
	core_play(k, 2000);
	assert_int_equal(core_state(k, "zookeeper-0"), INSTANCE_KILLING);
	cluster_replace(k->c, "zookeeper-1", true, &r, k->now);
	assert_int_equal(r.code, 409);
	scale(k, 3);
	core_play(k, MINUTE);
	assert_int_equal(core_state(k, "zookeeper-3"), INSTANCE_RUNNING);
	k->deaf = false;
	core_play(k, 20 * MINUTE);
	check_settled(k, 3);
	core_free(k);
}

/* While just a majority serves, a change of the list has to wait. */
static void
test_none_to_spare(void **state)
{
	struct core *k = start(5, 0);
	char away[ID_MAX];
	struct reply r;
	int i;

	(void)state;
	strlcpy(away, core_task_id(k, "zookeeper-4"), sizeof(away));
	core_away(k, away);
	cluster_replace(k->c, "zookeeper-0", true, &r, k->now);
	assert_int_equal(r.code, 200);
	for (i = 0; i < 600; i++) {
		core_play(k, 500);
		assert_int_equal(k->silent_since, 0);
	}
	core_back(k, away);
	core_play(k, 10 * MINUTE);
	check_settled(k, 5);
	core_free(k);
}

/* So does one that was asked to end, but could not be reached. */
static void
test_restart_decided_again(void **state)
{
	struct core *k = start(5, 0);
	char id[ID_MAX];
	struct reply r;

	(void)state;
	strlcpy(id, core_task_id(k, "zookeeper-1"), sizeof(id));
	k->deaf = true;
	cluster_replace(k->c, "zookeeper-0", true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_play(k, 2000);
	assert_int_equal(core_state(k, "zookeeper-1"), INSTANCE_KILLING);
	core_away(k, id);
	core_play(k, 2000);
	k->deaf = false;
	k->frail_name = "zookeeper-2";
	core_end(k, core_task_id(k, "zookeeper-2"), TASK_FAILED);
	core_play(k, MINUTE);
	core_back(k, id);
	core_play(k, MINUTE);
	assert_string_equal(core_task_id(k, "zookeeper-1"), id);
	assert_int_equal(core_state(k, "zookeeper-1"), INSTANCE_RUNNING);
	k->frail_name = NULL;
	core_play(k, 20 * MINUTE);
	check_settled(k, 5);
	core_free(k);
}

/* Two agents were marked gone at once: nothing stored may be lost. */
static void
test_gone(void **state)
{
	struct core *k = start(5, 0);

	(void)state;
	core_end(k, core_task_id(k, "zookeeper-0"), TASK_GONE_BY_OPERATOR);
	core_end(k, core_task_id(k, "zookeeper-1"), TASK_GONE_BY_OPERATOR);
	core_play(k, 10 * MINUTE);
	check_settled(k, 5);
	core_free(k);
}

static void
test_stopped_member(void **state)
{
	struct core *k = start(3, 0);
	struct reply r;

	(void)state;
	cluster_kill(k->c, "zookeeper-1", &r, k->now);
	core_play(k, MINUTE);
	assert_int_equal(core_state(k, "zookeeper-1"), INSTANCE_STOPPED);
	assert_int_equal(k->silent_since, 0);
	/* Growing waits for it. */
	scale(k, 5);
	core_play(k, 5 * MINUTE);
	assert_int_equal(service_list_size(&k->c->service[SERVICE_ZOOKEEPER]),
	    3);
	cluster_start(k->c, "zookeeper-1", &r, k->now);
	core_play(k, 10 * MINUTE);
	check_settled(k, 5);
	core_free(k);
}

/* A newcomer that fails again and again neither starts others nor harms. */
static void
test_failing_newcomer(void **state)
{
	struct core *k = start(3, 0);

	(void)state;
	k->frail_name = "zookeeper-3";
	scale(k, 5);
	core_play(k, 10 * MINUTE);
	assert_false(k->broken_rule);
	assert_int_equal(k->silent_since, 0);
	k->frail_name = NULL;
	core_play(k, 20 * MINUTE);
	check_settled(k, 5);
	core_free(k);
}

/* To nothing and back: the next first start waits for all again. */
static void
test_to_nothing(void **state)
{
	struct core *k = start(3, 0);

	(void)state;
	scale(k, 0);
	core_play(k, 5 * MINUTE);
	assert_int_equal(tasks_running(k, true), 0);
	assert_false(k->c->service[SERVICE_ZOOKEEPER].formed);
	scale(k, 3);
	core_play(k, 5 * MINUTE);
	assert_int_equal(tasks_running(k, true), 3);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_grow_in_steps),
		cmocka_unit_test(test_grow_order),
		cmocka_unit_test(test_newcomers_one_at_a_time),
		cmocka_unit_test(test_restart_one_at_a_time),
		cmocka_unit_test(test_shrink_last_first),
		cmocka_unit_test(test_crossing),
		cmocka_unit_test(test_deaf_crossing),
		cmocka_unit_test(test_never_below_majority),
		cmocka_unit_test(test_dead_member_while_growing),
		cmocka_unit_test(test_dead_member_while_shrinking),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_named_without_place),
		cmocka_unit_test(test_shrink_waits_for_news),
		cmocka_unit_test(test_first_majority),
		cmocka_unit_test(test_replace_and_stop),
		cmocka_unit_test(test_shrink_while_growing),
		cmocka_unit_test(test_shrink_while_forming),
		cmocka_unit_test(test_ports_become_known),
		cmocka_unit_test(test_gone_while_shrinking),
		cmocka_unit_test(test_shrink_while_restarting),
		cmocka_unit_test(test_none_to_spare),
		cmocka_unit_test(test_restart_decided_again),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_stopped_member),
		cmocka_unit_test(test_failing_newcomer),
		cmocka_unit_test(test_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
