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
 * Tests of what the core knows of waiting: since when, and which offers were
 * nearest.
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
#include "core/match.h"
#include "core/waits.h"

#define KAFKA SERVICE_KAFKA

static struct near_miss near[SEEN_OFFERS_MAX];

static size_t
look(struct core *k, const char *name, size_t max)
{
	memset(near, 0, sizeof(near));
	return waits_near(k->c, core_instance(k, name), near, max);
}

static void
test_near(void **state)
{
	struct core *k = core_brokers(1);

	(void)state;
	assert_int_equal(look(k, "kafka-0", 3), 0);
	assert_false(waits_saw_offers(k->c, core_instance(k, "kafka-0")));
	core_offer_of(k, "a1", 500, 8192, 31000, 31999);
	core_offer_of(k, "a2", 1000, 3072, 31000, 31999);
	core_offer_of(k, "a3", 500, 1024, 31000, 31999);
	core_offer_of(k, "a4", 1000, 1024, 31000, 31999);
	core_run(k);
	assert_true(waits_saw_offers(k->c, core_instance(k, "kafka-0")));
	assert_int_equal(look(k, "kafka-0", 3), 4);
	assert_string_equal(near[0].offer->hostname, "a2");
	assert_string_equal(near[0].miss->text, "needs mem 4096, offered 3072");
	assert_string_equal(near[1].offer->hostname, "a1");
	assert_string_equal(near[2].offer->hostname, "a4");
	assert_null(near[3].offer);
	/* Of each agent the last word counts. */
	core_pass(k, 1000);
	core_offer_of(k, "a2", 1000, 100, 31000, 31999);
	core_run(k);
	assert_int_equal(look(k, "kafka-0", SEEN_OFFERS_MAX), 4);
	assert_string_equal(near[0].offer->hostname, "a1");
	assert_string_equal(near[3].offer->hostname, "a3");
	core_free(k);
}

/* Too little of everything is nearer than where it must not be. */
static void
test_forbidden(void **state)
{
	struct core *k = core_brokers(2);

	(void)state;
	core_offer(k, "a1");
	core_run(k);
	core_offer(k, "a1");
	core_offer_of(k, "a2", 1, 1, 31000, 31000);
	core_run(k);
	assert_int_equal(look(k, "kafka-1", 9), 2);
	assert_string_equal(near[0].offer->hostname, "a2");
	assert_true(near[0].miss->distance < MATCH_FORBIDDEN);
	assert_string_equal(near[1].offer->hostname, "a1");
	assert_true(near[1].miss->distance >= MATCH_FORBIDDEN);
	assert_true(near[1].miss->distance < MATCH_ELSEWHERE);
	core_free(k);
}

static void
test_bound(void **state)
{
	struct core *k = core_running();
	struct instance *i = core_instance(k, "kafka-0");

	(void)state;
	k->conf.service[KAFKA].sticky = 60000;
	assert_false(match_is_bound(k->c, i, k->now));
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_pass(k, 10000);
	assert_true(match_is_bound(k->c, i, k->now));
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(look(k, "kafka-0", 9), 1);
	assert_int_equal(near[0].miss->distance, MATCH_ELSEWHERE);
	core_pass(k, 60000);
	assert_false(match_is_bound(k->c, i, k->now));
	core_free(k);
}

/* What a time before has missed is not told of this one. */
static void
test_since(void **state)
{
	struct core *k = core_brokers(1);
	struct instance *i = core_instance(k, "kafka-0");
	int64_t began = k->now;

	(void)state;
	assert_int_equal(i->waits, WAIT_OFFER);
	assert_int_equal(i->waits_since, began);
	core_pass(k, 5000);
	core_offer_of(k, "a1", 500, 8192, 31000, 31999);
	core_run(k);
	assert_int_equal(i->waits_since, began);
	assert_int_equal(look(k, "kafka-0", 9), 1);
	core_offer(k, "a1");
	core_run(k);
	assert_non_null(i->task);
	assert_int_equal(i->waits_since, 0);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_STARTING);
	core_up(k, "kafka-0");
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_pass(k, 1000000);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_PLACING);
	assert_true(i->waits_since > began + 5000);
	assert_int_equal(look(k, "kafka-0", 9), 0);
	core_free(k);
}

/* First for ZooKeeper, then for an offer. */
static void
test_kinds(void **state)
{
	struct core *k = core_new(1, 1);
	struct instance *i;
	int64_t began;

	(void)state;
	core_subscribe(k);
	core_run(k);
	began = k->now;
	i = core_instance(k, "kafka-0");
	assert_int_equal(i->waits, WAIT_ZOOKEEPER);
	assert_int_equal(i->waits_since, began);
	core_pass(k, 5000);
	core_offer_of(k, "a1", 600, 1024, 31000, 31999);
	core_run(k);
	core_tell(k, core_task_id(k, "zookeeper-0"), TASK_STARTING);
	core_up(k, "zookeeper-0");
	core_run(k);
	core_pass(k, 1);
	assert_int_equal(i->waits, WAIT_OFFER);
	assert_true(i->waits_since >= began + 5000);
	core_free(k);
}

static void
test_mode_and_kill(void **state)
{
	struct core *k = core_running();
	struct reply r;
	int64_t then;

	(void)state;
	assert_int_equal(k->c->mode_since, 0);
	cluster_kill(k->c, "kafka-0", &r, k->now);
	then = k->now;
	core_run(k);
	assert_int_equal(core_instance(k, "kafka-0")->task->killed, then);
	core_pass(k, 1000000);
	assert_true(core_instance(k, "kafka-0")->task->kills > 1);
	assert_int_equal(core_instance(k, "kafka-0")->task->killed, then);
	cluster_on_error(k->c, "Framework failed over", k->now);
	then = k->now;
	core_run(k);
	assert_int_equal(k->c->mode_since, then);
	core_pass(k, 5000);
	core_run(k);
	assert_int_equal(k->c->mode_since, then);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_mode_and_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
