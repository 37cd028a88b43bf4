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
 * Tests of the life of instances: every task state in every situation,
 * back-off, readiness, unreachable agents, and the order of services.
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

#define KAFKA SERVICE_KAFKA
#define ZK SERVICE_ZOOKEEPER

static const char *const hosts[] = { "a1", "a2", "a3", "a4", "a5", "a6" };

/* What a state does to an instance. */
enum effect { ALIVE, AWAY, FAILED, LONGEST, OVER, ANEW };

static void
check_effect(struct core *k, enum effect want, const char *what)
{
	struct instance *i = core_instance(k, "kafka-0");
	int64_t wait = i->backoff_until == 0 ? 0 : i->backoff_until - k->now;
	bool ok = false;

	switch (want) {
	case ALIVE:
		ok = i->task != NULL && i->task->unreachable == 0 && wait == 0;
		break;
	case AWAY:
		ok = core_state(k, "kafka-0") == INSTANCE_LOST;
		break;
	case FAILED:
		ok = i->task == NULL && i->failures == 1 && wait == 1000;
		break;
	case LONGEST:
		ok = i->task == NULL && wait == 300000;
		break;
	case OVER:
		ok = i->task == NULL && i->failures == 0 && wait == 0;
		break;
	case ANEW:
		ok = i->task == NULL && i->failures == 0 && !i->placement.set;
		break;
	}
	if (!ok)
		fail_msg("%s: task %s, failures %u, wait %lld", what,
		    i->task == NULL ? "none" : i->task->id, i->failures,
		    (long long)wait);
}

static const struct {
	enum task_state state;
	enum effect launched;
	enum effect running;
} effects[] = {
	{ TASK_STAGING, ALIVE, ALIVE },
	{ TASK_STARTING, ALIVE, ALIVE },
	{ TASK_RUNNING, ALIVE, ALIVE },
	{ TASK_KILLING, ALIVE, ALIVE },
	{ TASK_FINISHED, FAILED, FAILED },
	{ TASK_FAILED, FAILED, FAILED },
	{ TASK_KILLED, FAILED, FAILED },
	{ TASK_ERROR, FAILED, FAILED },
	{ TASK_DROPPED, FAILED, FAILED },
	{ TASK_LOST, FAILED, OVER },
	{ TASK_GONE, FAILED, OVER },
	{ TASK_GONE_BY_OPERATOR, ANEW, ANEW },
	{ TASK_UNREACHABLE, AWAY, AWAY },
	{ TASK_UNKNOWN, AWAY, AWAY },
};

static void
test_states(void **state)
{
	struct core *k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		k = core_launched();
		core_tell(k, core_task_id(k, "kafka-0"), effects[i].state);
		check_effect(k, effects[i].launched,
		    task_state_name(effects[i].state));
		core_free(k);
		k = core_running();
		core_tell(k, core_task_id(k, "kafka-0"), effects[i].state);
		check_effect(k, effects[i].running,
		    task_state_name(effects[i].state));
		core_free(k);
	}
	assert_int_equal(i, TASK_STATE_MAX);
}

/* A task that was told to end: whatever ends it is no failure. */
static void
test_states_while_stopping(void **state)
{
	struct instance *i;
	struct core *k;
	struct reply r;
	size_t n;

	(void)state;
	for (n = 0; n < TASK_STATE_MAX; n++) {
		k = core_running();
		cluster_kill(k->c, "kafka-0", &r, k->now);
		core_run(k);
		assert_int_equal(core_count(k, ACTION_KILL), 1);
		core_tell(k, core_task_id(k, "kafka-0"), effects[n].state);
		i = core_instance(k, "kafka-0");
		assert_int_equal(i->failures, 0);
		assert_int_equal(i->task == NULL,
		    task_state_terminal(effects[n].state));
		assert_true(i->stopped);
		core_pass(k, 600000);
		core_offer(k, "a1");
		core_run(k);
		assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
		core_free(k);
	}
}

static const struct {
	enum task_state state;
	enum task_source source;
	const char *reason;
	const char *message;
	enum effect want;
} reasons[] = {
	{ TASK_ERROR, SOURCE_MASTER, "REASON_TASK_INVALID", "bad", LONGEST },
	{ TASK_ERROR, SOURCE_MASTER, "REASON_TASK_UNAUTHORIZED", "", LONGEST },
	{ TASK_ERROR, SOURCE_AGENT, "REASON_TASK_INVALID", "", FAILED },
	{ TASK_ERROR, SOURCE_MASTER, "REASON_TASK_INVALID",
	    "Total resources cpus(*):1 required", OVER },
	{ TASK_ERROR, SOURCE_MASTER, "REASON_TASK_INVALID",
	    "Task has duplicate ID: kafka-0.1", ALIVE },
	{ TASK_ERROR, SOURCE_MASTER, "REASON_TASK_INVALID",
	    "Task reuses the ID of an unreachable task", ALIVE },
	{ TASK_DROPPED, SOURCE_MASTER, "REASON_INVALID_OFFERS", "", ALIVE },
	{ TASK_LOST, SOURCE_MASTER, "REASON_INVALID_OFFERS", "", ALIVE },
	{ TASK_DROPPED, SOURCE_AGENT, "REASON_RECONCILIATION", "", OVER },
	{ TASK_DROPPED, SOURCE_MASTER, "REASON_AGENT_DISCONNECTED", "",
	    FAILED },
	{ TASK_GONE, SOURCE_MASTER, "REASON_RECONCILIATION", "", OVER },
	{ TASK_KILLED, SOURCE_AGENT, "REASON_AGENT_DRAINING", "", OVER },
	{ TASK_FAILED, SOURCE_AGENT, "REASON_CONTAINER_LAUNCH_FAILED", "",
	    FAILED },
	{ TASK_FAILED, SOURCE_AGENT, "REASON_CONTAINER_LIMITATION_MEMORY", "",
	    FAILED },
};

static void
test_reasons(void **state)
{
	struct core *k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		k = core_launched();
		core_reason(k, core_task_id(k, "kafka-0"), reasons[i].state,
		    reasons[i].source, reasons[i].reason, reasons[i].message);
		check_effect(k, reasons[i].want, reasons[i].reason);
		core_free(k);
	}
}

/* Doubt is cleared by asking, and only then is anything concluded. */
static void
test_doubt(void **state)
{
	struct core *k = core_launched();
	struct action *a;

	(void)state;
	core_reason(k, core_task_id(k, "kafka-0"), TASK_DROPPED, SOURCE_MASTER,
	    "REASON_INVALID_OFFERS", "");
	core_run(k);
	a = core_take(k, ACTION_RECONCILE);
	assert_non_null(a);
	assert_int_equal(a->nrefs, 1);
	assert_string_equal(a->refs[0].task_id, "kafka-0.1");
	assert_string_equal(a->refs[0].agent_id, "S-a1");
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_reason(k, "kafka-0.1", TASK_GONE, SOURCE_MASTER,
	    "REASON_RECONCILIATION", "");
	core_offer(k, "a2");
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.2");
	core_free(k);
}

static void
test_launch_ends(void **state)
{
	struct core *k = core_launched();

	(void)state;
	cluster_on_launch_failed(k->c, "kafka-0.1", LAUNCH_UNKNOWN, "?",
	    k->now);
	check_effect(k, ALIVE, "unknown");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_RECONCILE), 1);
	cluster_on_launch_failed(k->c, "kafka-0.7", LAUNCH_REFUSED, "?",
	    k->now);
	check_effect(k, ALIVE, "another task");
	cluster_on_launch_failed(k->c, "kafka-0.1", LAUNCH_UNSENT, "?", k->now);
	check_effect(k, OVER, "unsent");
	core_offer(k, "a1");
	core_run(k);
	cluster_on_launch_failed(k->c, "kafka-0.2", LAUNCH_REFUSED, "400",
	    k->now);
	check_effect(k, LONGEST, "refused");
	core_free(k);
	/* Who has been heard of was launched, whatever the call says. */
	k = core_running();
	cluster_on_launch_failed(k->c, "kafka-0.1", LAUNCH_REFUSED, "400",
	    k->now);
	check_effect(k, ALIVE, "running");
	core_free(k);
}

/* Fails the present task, and has another launched after its back-off. */
static int64_t
fail_once(struct core *k)
{
	struct instance *i = core_instance(k, "kafka-0");
	int64_t wait;

	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	wait = i->backoff_until - k->now;
	core_run(k);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_BACKOFF);
	core_pass(k, wait - 1);
	core_offer(k, "a1");
	core_run(k);
	assert_null(i->task);
	core_pass(k, 1);
	core_offer(k, "a1");
	core_run(k);
	assert_non_null(i->task);
	return wait;
}

static void
test_backoff(void **state)
{
	struct core *k = core_running();
	int64_t want = 1000;
	int n;

	(void)state;
	for (n = 0; n < 12; n++) {
		assert_int_equal(fail_once(k), want);
		want = want * 2 > 300000 ? 300000 : want * 2;
	}
	/* Running for a while forgets them; not quite so long does not. */
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	core_pass(k, 599999);
	assert_int_equal(fail_once(k), 300000);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	core_pass(k, 600000);
	assert_int_equal(fail_once(k), 1000);
	assert_int_equal(core_instance(k, "kafka-0")->failures_total, 14);
	assert_int_equal(core_instance(k, "kafka-0")->launches, 15);
	core_free(k);
}

/* Having run for long is remembered when it then ends without failing. */
static void
test_backoff_after_restart(void **state)
{
	struct core *k = core_running();
	struct reply r;

	(void)state;
	fail_once(k);
	fail_once(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	core_pass(k, 600000);
	cluster_restart(k->c, "kafka-0", &r, k->now);
	core_run(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_KILLED);
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(fail_once(k), 1000);
	core_free(k);
}

static void
test_ready(void **state)
{
	struct core *k = core_launched();
	struct instance *i = core_instance(k, "kafka-0");
	struct update u;

	(void)state;
	k->conf.service[KAFKA].check.settle = 5000;
	core_tell(k, i->task->id, TASK_RUNNING);
	core_pass(k, 60000);
	/* Running is not ready: its check has not been good yet. */
	assert_false(instance_ready(k->c, i, k->now));
	core_up(k, "kafka-0");
	core_run(k);
	assert_false(instance_ready(k->c, i, k->now));
	assert_int_equal(k->c->deadline, k->now + 5000);
	core_pass(k, 4999);
	assert_false(instance_ready(k->c, i, k->now));
	core_pass(k, 1);
	assert_true(instance_ready(k->c, i, k->now));
	/* Good again and again does not begin anew. */
	core_up(k, "kafka-0");
	assert_true(instance_ready(k->c, i, k->now));
	u = core_status(i->task->id, TASK_RUNNING);
	u.healthy = HEALTH_BAD;
	cluster_on_update(k->c, &u, k->now);
	core_run(k);
	assert_false(instance_ready(k->c, i, k->now));
	/* A bad check kills nothing. */
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	core_up(k, "kafka-0");
	assert_false(instance_ready(k->c, i, k->now));
	core_pass(k, 5000);
	assert_true(instance_ready(k->c, i, k->now));
	core_tell(k, i->task->id, TASK_UNREACHABLE);
	assert_false(instance_ready(k->c, i, k->now));
	core_free(k);
}

static void
test_unreachable_forever(void **state)
{
	struct core *k = core_running();

	(void)state;
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	core_pass(k, INT64_C(86400000) * 30);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_LOST);
	core_tell(k, "kafka-0.1", TASK_RUNNING);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	core_free(k);
}

static void
test_unreachable_replaced(void **state)
{
	struct core *k = core_running();
	struct action *a;

	(void)state;
	k->conf.service[KAFKA].unreachable = 60000;
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	core_pass(k, 59999);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.1");
	core_pass(k, 1);
	/* Mesos is asked once more. */
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	core_offer(k, "a2");
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.2");
	core_clear(k);
	/* The older one is killed when it is seen again, until it is dead. */
	core_tell(k, "kafka-0.1", TASK_RUNNING);
	core_run(k);
	a = core_take(k, ACTION_KILL);
	assert_non_null(a);
	assert_string_equal(a->task.task_id, "kafka-0.1");
	assert_string_equal(a->task.agent_id, "S-a1");
	core_pass(k, 70000);
	assert_non_null(core_take(k, ACTION_KILL));
	core_tell(k, "kafka-0.1", TASK_KILLED);
	core_pass(k, 300000);
	assert_null(core_take(k, ACTION_KILL));
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.2");
	core_free(k);
}

/*
 * Nobody to ask, nothing to conclude: while there is no subscription, and
 * until reconciliation has answered, an agent may have come back.
 */
static void
test_unreachable_unknown(void **state)
{
	struct core *k = core_running();

	(void)state;
	k->conf.service[KAFKA].unreachable = 60000;
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	core_run(k);
	cluster_on_disconnected(k->c);
	core_pass(k, 600000);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.1");
	core_subscribe(k);
	core_pass(k, 1000);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.1");
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	core_run(k);
	assert_null(core_instance(k, "kafka-0")->task);
	core_free(k);
}

static void
test_ensemble_never_replaced(void **state)
{
	struct core *k = core_new(3, 0);

	(void)state;
	k->conf.service[ZK].unreachable = 1000;
	core_agents(k, hosts, 6);
	core_play(k, 30000);
	core_away(k, core_task_id(k, "zookeeper-0"));
	core_play(k, 600000);
	assert_int_equal(core_state(k, "zookeeper-0"), INSTANCE_LOST);
	core_free(k);
}

static void
test_stray_keeps_away(void **state)
{
	struct core *k = core_running();
	struct reply r;

	(void)state;
	k->deaf = true;
	cluster_replace(k->c, "kafka-0", true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_offer(k, "a1");
	core_run(k);
	/* Not beside the older task, which may hold the volume. */
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(core_instance(k, "kafka-0")->waiting,
	    "its older task kafka-0.1 may be alive here");
	core_tell(k, "kafka-0.1", TASK_KILLED);
	/* Nor at once: others may offer something, too. */
	core_pass(k, 10000);
	core_clear(k);
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_free(k);
}

/* Every member is ready before the first broker is launched. */
static void
test_order_of_services(void **state)
{
	struct core *k = core_new(3, 2);
	int i;

	(void)state;
	core_agents(k, hosts, 6);
	for (i = 0; i < 100 && !k->c->service[ZK].formed; i++) {
		assert_int_equal(service_running(&k->c->service[KAFKA]), 0);
		core_play(k, 500);
	}
	assert_true(k->c->service[ZK].formed);
	core_play(k, 10000);
	assert_int_equal(service_running(&k->c->service[KAFKA]), 2);
	core_free(k);
}

/* The first start waits for all, later a majority is enough. */
static void
test_majority(void **state)
{
	struct core *k = core_new(3, 1);

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_offer(k, "a3");
	core_run(k);
	core_up(k, "zookeeper-0");
	core_up(k, "zookeeper-1");
	core_offer(k, "a4");
	core_run(k);
	assert_null(core_instance(k, "kafka-0")->task);
	core_has(core_instance(k, "kafka-0")->waiting,
	    "waits for zookeeper: 2 of 3 ready");
	core_up(k, "zookeeper-2");
	core_offer(k, "a4");
	core_run(k);
	core_task_id(k, "kafka-0");
	core_up(k, "kafka-0");
	core_tell(k, core_task_id(k, "zookeeper-2"), TASK_UNREACHABLE);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_pass(k, 1000);
	core_offer(k, "a4");
	core_run(k);
	core_task_id(k, "kafka-0");
	core_tell(k, core_task_id(k, "zookeeper-1"), TASK_UNREACHABLE);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_pass(k, 60000);
	core_offer(k, "a4");
	core_run(k);
	assert_null(core_instance(k, "kafka-0")->task);
	core_has(core_instance(k, "kafka-0")->waiting, "no majority");
	core_free(k);
}

/* Acknowledged: all that have a uuid, none that has not, known or not. */
static void
test_acknowledge(void **state)
{
	static const char *const ids[] = { "kafka-0.1", "kafka-0.77", "nobody",
		"kafkad.barrier" };
	struct core *k = core_running();
	struct update u;
	struct action *a;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		u = core_status(ids[i], TASK_RUNNING);
		strlcpy(u.agent_id, "S-x", sizeof(u.agent_id));
		cluster_on_update(k->c, &u, k->now);
		assert_int_equal(core_count(k, ACTION_ACKNOWLEDGE), 0);
		u.has_uuid = true;
		memset(u.uuid, (int)i + 1, sizeof(u.uuid));
		cluster_on_update(k->c, &u, k->now);
		a = core_take(k, ACTION_ACKNOWLEDGE);
		assert_non_null(a);
		assert_string_equal(a->task.task_id, ids[i]);
		assert_string_equal(a->task.agent_id, "S-x");
		assert_memory_equal(a->uuid, u.uuid, UUID_LEN);
	}
	/* A repeated one is acknowledged again. */
	cluster_on_update(k->c, &u, k->now);
	assert_int_equal(core_count(k, ACTION_ACKNOWLEDGE), 1);
	core_free(k);
}

/* What an update changes is to be saved before it is acknowledged. */
static void
test_dirty(void **state)
{
	struct core *k = core_launched();

	(void)state;
	k->c->dirty = false;
	core_tell(k, "kafka-0.1", TASK_STARTING);
	assert_true(k->c->dirty);
	k->c->dirty = false;
	core_tell(k, "kafka-0.1", TASK_STARTING);
	assert_false(k->c->dirty);
	core_up(k, "kafka-0");
	assert_true(k->c->dirty);
	k->c->dirty = false;
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	assert_true(k->c->dirty);
	k->c->dirty = false;
	core_tell(k, "kafka-0.1", TASK_FAILED);
	assert_true(k->c->dirty);
	core_free(k);
}

/* One task fails while of others nothing was heard yet: they are not lost. */
static void
test_failure_of_another(void **state)
{
	struct core *k = core_new(0, 3);

	(void)state;
	assert_int_equal(pairs_set(&k->conf.service[KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	core_subscribe(k);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_offer(k, "a3");
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-1"), "kafka-1.2");
	assert_string_equal(core_task_id(k, "kafka-2"), "kafka-2.3");
	core_clear(k);
	core_tell(k, "kafka-0.1", TASK_FAILED);
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-1"), "kafka-1.2");
	assert_string_equal(core_task_id(k, "kafka-2"), "kafka-2.3");
	/* What comes of them later is theirs, and nothing is launched twice. */
	core_tell(k, "kafka-2.3", TASK_FAILED);
	core_up(k, "kafka-1");
	assert_int_equal(core_state(k, "kafka-1"), INSTANCE_RUNNING);
	core_pass(k, 60000);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_offer(k, "a3");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 0);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 2);
	assert_string_equal(core_task_id(k, "kafka-1"), "kafka-1.2");
	core_free(k);
}

/* Late news never revives what has ended: the ghost is killed. */
static void
test_out_of_order(void **state)
{
	struct core *k = core_running();

	(void)state;
	core_tell(k, "kafka-0.1", TASK_STAGING);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	core_tell(k, "kafka-0.1", TASK_STARTING);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	core_tell(k, "kafka-0.1", TASK_FINISHED);
	core_tell(k, "kafka-0.1", TASK_RUNNING);
	assert_null(core_instance(k, "kafka-0")->task);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_KILL), 1);
	core_tell(k, "kafka-0.1", TASK_FINISHED);
	assert_int_equal(core_instance(k, "kafka-0")->failures, 1);
	assert_true(TAILQ_EMPTY(&k->c->strays));
	core_free(k);
}

/* One that could not be saved, and so not be sent, is not sent beside ours. */
static void
test_subscribe_once(void **state)
{
	struct core *k = core_new(0, 1);

	(void)state;
	core_run(k);
	assert_int_equal(core_count(k, ACTION_SUBSCRIBE), 1);
	cluster_on_disconnected(k->c);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_SUBSCRIBE), 1);
	core_free(k);
}

/* While nothing can be decided others get their offers back. */
static void
test_decline(void **state)
{
	struct core *k = core_brokers(1);
	struct instance *i;

	(void)state;
	core_run(k);
	i = core_instance(k, "kafka-0");
	assert_true(i->asked);
	core_clear(k);
	cluster_decline(k->c, k->now);
	assert_int_equal(core_count(k, ACTION_DECLINE), 0);
	core_offer(k, "a1");
	cluster_decline(k->c, k->now);
	assert_int_equal(core_count(k, ACTION_DECLINE), 1);
	assert_true(TAILQ_EMPTY(&k->c->offers));
	core_pass(k, 60000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_free(k);
}

/* Whoever makes up tasks does not fill the state with them. */
static void
test_strays_are_many(void **state)
{
	struct core *k = core_running();
	struct task *t;
	char id[ID_MAX];
	int i, n = 0;

	(void)state;
	for (i = 0; i < 10010; i++) {
		snprintf(id, sizeof(id), "kafka-0.%d", 100000 + i);
		core_tell(k, id, TASK_RUNNING);
	}
	TAILQ_FOREACH(t, &k->c->strays, entry)
		n++;
	assert_int_equal(n, 10000);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_states_while_stopping),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_launch_ends),
		cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_backoff_after_restart),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_unreachable_forever),
		cmocka_unit_test(test_unreachable_replaced),
		cmocka_unit_test(test_unreachable_unknown),
		cmocka_unit_test(test_ensemble_never_replaced),
		cmocka_unit_test(test_stray_keeps_away),
		cmocka_unit_test(test_order_of_services),
		cmocka_unit_test(test_majority),
		cmocka_unit_test(test_acknowledge),
		cmocka_unit_test(test_dirty),
		cmocka_unit_test(test_failure_of_another),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_subscribe_once),
		cmocka_unit_test(test_decline),
		cmocka_unit_test(test_strays_are_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
