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
 * Tests of a cluster that was taken over from the Go framework: tasks with
 * bare numbers for ids, broker ids that Kafka chose, a ZooKeeper whose volume
 * has a log without a snapshot, names that do not depend on the place.
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
#include "core/instance.h"
#include "core/pack.h"

#define KAFKA SERVICE_KAFKA
#define ZK SERVICE_ZOOKEEPER

static const char *const hosts[] = { "a1", "a2", "a3", "a4" };

static void
attach(struct core *k, enum service_id id, const char *hostname)
{
	struct service_conf *c = &k->conf.service[id];

	c->network = NETWORK_ATTACHED;
	c->network_name = strdup("weave");
	c->hostname = strdup(hostname);
	c->unique_hostname = false;
	c->sticky = FOREVER;
}

/* As the importer makes it. */
static struct instance *
taken(struct core *k, enum service_id id, int number, const char *task_id,
    const char *agent_id)
{
	struct service *s = &k->c->service[id];
	struct instance *i;

	s->taken_over = true;
	i = service_add(s, number);
	assert_non_null(i);
	i->trust_empty = i->in_list = i->joined = id == ZK;
	i->started_once = true;
	if (task_id == NULL)
		return i;
	i->task = task_new(task_id, agent_id);
	strlcpy(i->task->instance, i->name, sizeof(i->task->instance));
	i->task->command = strdup("{}");
	i->task->adopted = true;
	i->task->list = 1;
	i->task->state = TASK_RUNNING;
	i->task->reported = i->task->started = agent_id[0] != '\0';
	i->task->running = k->now;
	i->placement.set = i->placement.firm = agent_id[0] != '\0';
	strlcpy(i->placement.agent_id, agent_id, sizeof(i->placement.agent_id));
	return i;
}

/* One ZooKeeper, brokers 0 and 1, on the agents of a1 and a2. */
static struct core *
open_core(void)
{
	struct core *k = core_new(1, 2);

	attach(k, ZK, "av_zookeeper%d.weave.local");
	attach(k, KAFKA, "av_kafka%d.weave.local");
	core_agents(k, hosts, 4);
	strlcpy(k->c->framework_id, "F", sizeof(k->c->framework_id));
	k->c->service[ZK].formed = true;
	k->c->service[ZK].list = 1;
	k->c->next_task = 4;
	taken(k, ZK, 0, "1", "S-a1");
	taken(k, KAFKA, 0, "2", "S-a1");
	taken(k, KAFKA, 1, "3", "S-a2");
	core_subscribe(k);
	core_run(k);
	core_clear(k);
	return k;
}

/* Ends a task; returns the one that is launched on this agent instead. */
static const struct task_spec *
relaunch(struct core *k, const char *task_id, const char *host)
{
	struct action *a;

	core_tell(k, task_id, TASK_FAILED);
	core_run(k);
	core_pass(k, 5000);
	core_clear(k);
	core_offer(k, host);
	core_run(k);
	if ((a = core_take(k, ACTION_LAUNCH)) == NULL)
		fail_msg("nothing was launched on %s", host);
	return &a->specs[0];
}

static void
test_numbers(void **state)
{
	struct core *k = open_core();
	struct reply r;

	(void)state;
	assert_string_equal(cluster_find_task(k->c, "2")->name, "kafka-0");
	assert_null(cluster_find_task(k->c, "9"));
	assert_null(cluster_find_task(k->c, ""));
	assert_null(cluster_find_task(k->c, "2x"));
	cluster_kill(k->c, "2", &r, k->now);
	assert_int_equal(r.code, 200);
	core_run(k);
	assert_string_equal(core_take(k, ACTION_KILL)->task.task_id, "2");
	core_tell(k, "2", TASK_KILLED);
	core_run(k);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_STOPPED);
	cluster_kill(k->c, "2", &r, k->now);
	assert_int_equal(r.code, 404);
	core_free(k);
}

/* Ready is running for those; the next one goes to the same agent. */
static void
test_broker(void **state)
{
	struct core *k = open_core();
	const struct task_spec *s;
	struct instance *i = core_instance(k, "kafka-1");

	(void)state;
	assert_true(instance_ready(k->c, i, k->now));
	core_tell(k, "3", TASK_FAILED);
	core_run(k);
	core_pass(k, 5000);
	core_offer(k, "a3");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_offer(k, "a2");
	core_run(k);
	s = &core_take(k, ACTION_LAUNCH)->specs[0];
	assert_string_equal(s->task_id, "kafka-1.4");
	assert_null(pairs_get(&s->env, "KAFKA_BROKER_ID"));
	assert_string_equal(core_env(s, "KAFKA_ZOOKEEPER_CONNECT"),
	    "av_zookeeper0.weave.local:2181");
	assert_string_equal(i->placement.hostname, "a2");
	core_free(k);
}

static void
test_new_broker(void **state)
{
	struct core *k = open_core();
	const struct task_spec *s;
	struct reply r;

	(void)state;
	cluster_scale(k->c, KAFKA, 3, false, &r, k->now);
	core_run(k);
	core_offer(k, "a3");
	core_run(k);
	s = &core_take(k, ACTION_LAUNCH)->specs[0];
	assert_string_equal(s->task_id, "kafka-2.4");
	assert_null(pairs_get(&s->env, "KAFKA_BROKER_ID"));
	core_free(k);
}

/* It was scaled away and is wanted again: its volume has an id, if any. */
static void
test_back_again(void **state)
{
	struct core *k = open_core();
	const struct task_spec *s;
	struct reply r;

	(void)state;
	cluster_scale(k->c, KAFKA, 1, true, &r, k->now);
	core_run(k);
	core_tell(k, "3", TASK_KILLED);
	core_run(k);
	assert_null(cluster_find(k->c, "kafka-1"));
	cluster_scale(k->c, KAFKA, 2, true, &r, k->now);
	core_run(k);
	core_clear(k);
	core_offer(k, "a2");
	core_run(k);
	s = &core_take(k, ACTION_LAUNCH)->specs[0];
	assert_string_equal(s->task_id, "kafka-1.4");
	assert_null(pairs_get(&s->env, "KAFKA_BROKER_ID"));
	core_free(k);
}

/* A new volume has none, and an older one may be there: Kafka chooses. */
static void
test_replaced_broker(void **state)
{
	struct core *k = open_core();
	struct instance *i = core_instance(k, "kafka-1");
	struct reply r;

	(void)state;
	cluster_replace(k->c, "kafka-1", true, &r, k->now);
	assert_int_equal(r.code, 200);
	assert_true(i->generated);
	core_free(k);
}

/* The agent that it leaves is the first to offer, and the last to be taken. */
static void
test_replaced_elsewhere(void **state)
{
	struct core *k = open_core();
	struct instance *i = core_instance(k, "kafka-1");
	struct reply r;

	(void)state;
	core_offer(k, "a2");
	core_run(k);
	core_clear(k);
	assert_string_equal(i->placement.hostname, "a2");
	cluster_replace(k->c, "kafka-1", true, &r, k->now);
	core_tell(k, "3", TASK_KILLED);
	core_run(k);
	core_clear(k);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(i->waiting, "it was replaced to leave this agent");
	core_pass(k, 9000);
	core_clear(k);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	/* Nobody else has room: then it is asked for again, and will do. */
	core_pass(k, 1000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_free(k);
}

/* Its log is kept and its snapshot is not: for one start that is accepted. */
static void
test_trust_empty(void **state)
{
	struct core *k = open_core();
	struct instance *i = core_instance(k, "zookeeper-0");
	const struct task_spec *s = relaunch(k, "1", "a1");

	(void)state;
	assert_string_equal(core_env(s, "ZOO_CFG_EXTRA"),
	    "snapshot.trust.empty=true");
	assert_string_equal(core_env(s, "ZOO_MY_ID"), "0");
	core_tell(k, core_task_id(k, "zookeeper-0"), TASK_RUNNING);
	core_run(k);
	/* Until it has served: it may have died before its snapshot. */
	assert_true(i->trust_empty);
	core_up(k, "zookeeper-0");
	core_run(k);
	assert_false(i->trust_empty);
	s = relaunch(k, core_task_id(k, "zookeeper-0"), "a1");
	assert_null(pairs_get(&s->env, "ZOO_CFG_EXTRA"));
	core_free(k);
}

static void
test_lone(void **state)
{
	struct core *k = open_core();
	const struct task_spec *s;

	(void)state;
	s = relaunch(k, "1", "a1");
	assert_null(pairs_get(&s->env, "ZOO_STANDALONE_ENABLED"));
	/* There were others since. */
	k->c->service[ZK].list = 3;
	s = relaunch(k, core_task_id(k, "zookeeper-0"), "a1");
	assert_string_equal(core_env(s, "ZOO_STANDALONE_ENABLED"), "false");
	core_free(k);
}

/* Ids are counted from 0 there, and from 1 by us; no two are the same. */
static void
test_ids_of_members(void **state)
{
	struct core *k = core_new(3, 0);
	struct service *s = &k->c->service[ZK];
	int n;

	(void)state;
	for (n = 0; n < 3; n++)
		taken(k, ZK, n, NULL, "");
	assert_int_equal(service_add(s, 3)->id, 3);
	/* One that comes back has the id that is on its volume. */
	instance_free(s, service_find(s, 2));
	assert_int_equal(service_add(s, 2)->id, 2);
	instance_free(s, service_find(s, 3));
	service_find(s, 2)->id = 3;
	assert_int_equal(service_add(s, 3)->id, 4);
	/* The others know it by its id, which is in the list they have. */
	instance_replace(k->c, service_find(s, 1), k->now);
	assert_int_equal(service_find(s, 1)->id, 1);
	assert_false(service_find(s, 1)->trust_empty);
	core_free(k);
}

/* Whose task it was is known when it is given up, and holds up nobody. */
static void
test_replaced(void **state)
{
	struct core *k = open_core();
	struct reply r;

	(void)state;
	core_tell(k, "2", TASK_UNREACHABLE);
	cluster_replace(k->c, "kafka-0", true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_run(k);
	core_clear(k);
	/* Not where the old one may be. */
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_offer(k, "a3");
	core_run(k);
	assert_string_equal(core_take(k, ACTION_LAUNCH)->specs[0].task_id,
	    "kafka-0.4");
	core_free(k);
}

/* Of a task without a name nobody knows whose volume it writes to. */
static void
test_nameless(void **state)
{
	struct core *k = open_core();
	struct reply r;

	(void)state;
	core_tell(k, "7", TASK_RUNNING);
	assert_int_equal(k->c->next_task, 8);
	assert_false(k->c->behind);
	cluster_scale(k->c, KAFKA, 3, false, &r, k->now);
	core_run(k);
	core_clear(k);
	core_offer(k, "a3");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(core_instance(k, "kafka-2")->waiting, "end of task 7");
	core_tell(k, "7", TASK_KILLED);
	core_run(k);
	core_offer(k, "a3");
	core_run(k);
	assert_string_equal(core_take(k, ACTION_LAUNCH)->specs[0].task_id,
	    "kafka-2.8");
	core_free(k);
}

/* Recorded as launched, and never seen by Mesos. */
static void
test_never_seen(void **state)
{
	struct core *k = open_core();
	struct instance *i = taken(k, KAFKA, 2, "4", "");
	struct update u;
	struct reply r;

	(void)state;
	k->c->next_task = 5;
	cluster_scale(k->c, KAFKA, 3, false, &r, k->now);
	i->task->state = TASK_STAGING;
	core_reason(k, "4", TASK_UNKNOWN, SOURCE_MASTER,
	    "REASON_RECONCILIATION", "");
	core_run(k);
	assert_null(i->task);
	/* If Mesos knows it after all, it is there, on that agent. */
	taken(k, KAFKA, 3, "5", "")->task->state = TASK_STAGING;
	k->c->next_task = 6;
	cluster_scale(k->c, KAFKA, 4, false, &r, k->now);
	u = core_status("5", TASK_RUNNING);
	strlcpy(u.agent_id, "S-a3", sizeof(u.agent_id));
	cluster_on_update(k->c, &u, k->now);
	core_run(k);
	i = core_instance(k, "kafka-3");
	assert_int_equal(core_state(k, "kafka-3"), INSTANCE_RUNNING);
	assert_string_equal(i->placement.agent_id, "S-a3");
	core_free(k);
}

static void
has_status(const struct task *t, const char *text)
{
	char *status = unpack(t->status);

	assert_string_equal(status, text);
	free(status);
}

/* What the agent said is worth more than what the master repeats. */
static void
test_status(void **state)
{
	struct core *k = open_core();
	struct update u = core_status("2", TASK_RUNNING);
	struct task *t = core_instance(k, "kafka-0")->task;

	(void)state;
	u.status = strdup("{\"data\":1}");
	cluster_on_update(k->c, &u, k->now);
	has_status(t, "{\"data\":1}");
	free(u.status);
	u.status = strdup("{}");
	strlcpy(u.reason, "REASON_RECONCILIATION", sizeof(u.reason));
	cluster_on_update(k->c, &u, k->now);
	has_status(t, "{\"data\":1}");
	u.state = TASK_KILLING;
	cluster_on_update(k->c, &u, k->now);
	has_status(t, "{}");
	free(u.status);
	core_free(k);
}

/* A member that gets a place again is known by the same name as before. */
static void
test_list_stays(void **state)
{
	struct core *k = open_core();
	struct instance *i = taken(k, ZK, 1, NULL, "");
	struct reply r;

	(void)state;
	cluster_scale(k->c, ZK, 2, false, &r, k->now);
	i->id = 1;
	core_run(k);
	core_clear(k);
	core_offer(k, "a3");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	assert_int_equal(k->c->service[ZK].list, 1);
	core_free(k);
}

static void
test_volumes(void **state)
{
	struct core *k = open_core();
	struct service_conf *c = &k->conf.service[KAFKA];
	struct reply r;

	(void)state;
	c->volumes = calloc(1, sizeof(*c->volumes));
	c->nvolumes = 1;
	c->volumes[0].names = calloc(2, sizeof(char *));
	c->volumes[0].names[0] = strdup("k0");
	c->volumes[0].names[1] = strdup("k1");
	c->volumes[0].nnames = 2;
	c->volumes[0].path = strdup("/d");
	cluster_scale(k->c, KAFKA, 3, true, &r, k->now);
	assert_int_equal(r.code, 409);
	core_has(r.text, "volumes for 2 only");
	assert_int_equal(k->c->service[KAFKA].count, 2);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_broker),
		cmocka_unit_test(test_new_broker),
		cmocka_unit_test(test_back_again),
		cmocka_unit_test(test_replaced_broker),
		cmocka_unit_test(test_replaced_elsewhere),
		cmocka_unit_test(test_trust_empty),
		cmocka_unit_test(test_lone),
		cmocka_unit_test(test_ids_of_members),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_nameless),
		cmocka_unit_test(test_never_seen),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_list_stays),
		cmocka_unit_test(test_volumes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
