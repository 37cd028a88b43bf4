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
 * The core: tasks that are said to be gone while they end. What else ends a
 * task is in test_cluster.c.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

#define KAFKA SERVICE_KAFKA

/* How long such a task may be alive, in ms. */
static int64_t
longest(const struct core *k)
{
	return k->conf.service[KAFKA].grace + k->conf.kill_interval;
}

/* What an agent that drains to be marked gone says of kafka-0's task. */
static void
tell_gone(struct core *k, uint8_t uuid, const char *reason)
{
	struct update u = { .state = TASK_GONE_BY_OPERATOR };

	strlcpy(u.task_id, "kafka-0.1", sizeof(u.task_id));
	strlcpy(u.reason, reason, sizeof(u.reason));
	u.has_uuid = uuid != 0;
	u.uuid[0] = uuid;
	cluster_on_update(k->c, &u, k->now);
	core_run(k);
}

#define DRAINING "REASON_AGENT_DRAINING"

/* The first one comes when it begins to be killed, the second when it ends. */
static void
test_twice(void **state)
{
	struct core *k = core_running();
	int64_t most = longest(k);

	(void)state;
	tell_gone(k, 1, DRAINING);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_KILLING);
	assert_true(k->c->dirty);
	assert_true(k->c->deadline <= k->now + most);
	/* The same again, and what the master makes of it. */
	tell_gone(k, 1, DRAINING);
	tell_gone(k, 0, "REASON_RECONCILIATION");
	core_tell(k, "kafka-0.1", TASK_GONE);
	core_pass(k, most - 1);
	core_clear(k);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_KILLING);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	tell_gone(k, 2, DRAINING);
	assert_false(core_instance(k, "kafka-0")->placement.set);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_free(k);
}

/* Nobody tells of the end; and of a stray's neither. */
static void
test_unheard(void **state)
{
	struct core *k = core_running();
	int64_t most = longest(k);
	struct task *t = task_new("kafka-9.9", "S-a3");

	(void)state;
	t->gone_until = k->now + most;
	TAILQ_INSERT_TAIL(&k->c->strays, t, entry);
	tell_gone(k, 1, DRAINING);
	core_pass(k, most);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	assert_true(TAILQ_EMPTY(&k->c->strays));
	core_free(k);
}

/* The first is not heard of, or before a restart: the end may be the next. */
static void
test_reconciliation(void **state)
{
	struct core *k = core_running();
	int64_t most = longest(k);

	(void)state;
	tell_gone(k, 0, "REASON_RECONCILIATION");
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_KILLING);
	tell_gone(k, 1, DRAINING);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_KILLING);
	tell_gone(k, 2, DRAINING);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	core_free(k);
	k = core_running();
	tell_gone(k, 0, "REASON_RECONCILIATION");
	tell_gone(k, 2, DRAINING);
	core_pass(k, most - 1);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_KILLING);
	core_pass(k, 1);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	core_free(k);
}

/* At once: the operator says so, or the task ends in its own way. */
static void
test_at_once(void **state)
{
	struct core *k = core_running();
	struct update u = { .state = TASK_FINISHED, .has_uuid = true };

	(void)state;
	tell_gone(k, 0, "REASON_AGENT_REMOVED_BY_OPERATOR");
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	core_free(k);
	k = core_running();
	tell_gone(k, 0, "REASON_RECONCILIATION");
	strlcpy(u.task_id, "kafka-0.1", sizeof(u.task_id));
	u.uuid[0] = 2;
	cluster_on_update(k->c, &u, k->now);
	assert_null(core_instance(k, "kafka-0")->task);
	/* Its agent is gone nevertheless. */
	assert_false(core_instance(k, "kafka-0")->placement.set);
	core_free(k);
}

/* The longer one of what it was launched with and what is configured. */
static void
test_grace(void **state)
{
	struct core *k = core_running();
	int64_t most = longest(k);

	(void)state;
	k->conf.service[KAFKA].grace = 1000;
	tell_gone(k, 1, DRAINING);
	core_pass(k, most - 1);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_KILLING);
	core_pass(k, 1);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	core_free(k);
}

/* It was not so: it runs on, and nothing ends it. */
static void
test_not_gone(void **state)
{
	struct core *k = core_running();

	(void)state;
	tell_gone(k, 0, "REASON_RECONCILIATION");
	core_tell(k, "kafka-0.1", TASK_RUNNING);
	core_pass(k, 600000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_RUNNING);
	core_free(k);
}

/* Its agent is away, and was marked gone: nobody says that it is back. */
static void
test_while_away(void **state)
{
	struct core *k = core_running();
	int64_t most = longest(k);

	(void)state;
	core_tell(k, "kafka-0.1", TASK_UNREACHABLE);
	tell_gone(k, 0, "REASON_RECONCILIATION");
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_LOST);
	core_pass(k, most);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	core_free(k);
}

/* As it was saved before the clock was set back. */
static void
test_clock_set_back(void **state)
{
	struct core *k = core_running();

	(void)state;
	core_instance(k, "kafka-0")->task->gone_until = k->now + 1000000000;
	core_run(k);
	core_pass(k, longest(k));
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_unheard),
		cmocka_unit_test(test_reconciliation),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_grace),
		cmocka_unit_test(test_not_gone),
		cmocka_unit_test(test_while_away),
		cmocka_unit_test(test_clock_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
