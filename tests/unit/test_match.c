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
 * Tests of offers against needs: who is launched where, with which ports,
 * what is missing, and that each offer is answered.
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

static const char *const hosts[] = { "a1", "a2", "a3", "a4", "a5" };

static struct placement *
place(struct core *k, const char *name)
{
	return &core_instance(k, name)->placement;
}

static void
test_first_start_together(void **state)
{
	struct core *k = core_new(3, 0);
	struct action *a;
	int i;

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_run(k);
	assert_null(core_take(k, ACTION_LAUNCH));
	assert_null(core_take(k, ACTION_DECLINE));
	core_has(core_instance(k, "zookeeper-2")->waiting,
	    "1 of 3 members lack a place");
	core_offer(k, "a3");
	core_run(k);
	for (i = 0; i < 3; i++) {
		a = core_take(k, ACTION_LAUNCH);
		assert_non_null(a);
		assert_int_equal(a->nspecs, 1);
		core_has(core_env(&a->specs[0], "ZOO_SERVERS"),
		    "server.1=a1:31001:31002;31000 ");
		core_has(core_env(&a->specs[0], "ZOO_SERVERS"),
		    "server.3=a3:31001:31002;31000");
	}
	assert_null(core_take(k, ACTION_LAUNCH));
	core_free(k);
}

/* Held for so long, then sent back; each once. */
static void
test_hold(void **state)
{
	struct core *k = core_new(3, 0);
	const char *one, *two;
	struct action *a;

	(void)state;
	core_subscribe(k);
	one = core_offer(k, "a1");
	core_pass(k, 5000);
	two = core_offer(k, "a2");
	core_pass(k, 4999);
	assert_null(core_take(k, ACTION_DECLINE));
	core_pass(k, 1);
	a = core_take(k, ACTION_DECLINE);
	assert_non_null(a);
	assert_int_equal(a->refuse, k->conf.refuse);
	assert_int_equal(core_answers(k, one), 1);
	/* No use in holding what will not be enough. */
	assert_int_equal(core_answers(k, two), 1);
	core_pass(k, 60000);
	assert_null(core_take(k, ACTION_DECLINE));
	core_free(k);
}

/*
 * Agents whose offers never lie together: what was declined comes back only
 * when it is asked for, and a first start must not wait for ever.
 */
static void
test_offers_apart(void **state)
{
	struct core *k = core_new(3, 0);
	int i, revives;

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_pass(k, 20000);
	core_clear(k);
	core_offer(k, "a3");
	core_pass(k, 2000);
	/* News: with the two declined ones it may be enough. */
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_clear(k);
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 3);
	core_free(k);

	/* But where it is never enough, asking is rare. */
	k = core_new(3, 0);
	core_subscribe(k);
	for (i = 0; i < 300; i++) {
		if (i % 10 == 0)
			core_offer(k, i % 20 == 0 ? "a1" : "a2");
		core_pass(k, 1000);
	}
	revives = core_count(k, ACTION_REVIVE);
	assert_true(revives <= 31);
	core_free(k);
}

static void
test_unique(void **state)
{
	struct core *k = core_brokers(3);

	(void)state;
	core_offer(k, "a1");
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 2);
	assert_string_not_equal(place(k, "kafka-0")->hostname,
	    place(k, "kafka-1")->hostname);
	core_has(core_instance(k, "kafka-2")->waiting,
	    "another instance of kafka lives here");
	core_free(k);
}

static void
test_unique_no(void **state)
{
	struct core *k = core_brokers(3);
	struct action *a;

	(void)state;
	k->conf.service[KAFKA].unique_hostname = false;
	core_offer(k, "a1");
	core_run(k);
	a = core_take(k, ACTION_LAUNCH);
	assert_non_null(a);
	assert_int_equal(a->noffers, 1);
	assert_int_equal(a->nspecs, 3);
	assert_int_equal(place(k, "kafka-0")->ports[0], 31000);
	assert_int_equal(place(k, "kafka-1")->ports[0], 31001);
	assert_int_equal(place(k, "kafka-2")->ports[0], 31002);
	core_free(k);
}

/* Members that share an agent: places count what is taken by the others. */
static void
test_unique_no_places(void **state)
{
	struct core *k = core_new(3, 0);

	(void)state;
	k->conf.service[ZK].unique_hostname = false;
	core_subscribe(k);
	core_offer_of(k, "a1", 1000, 65536, 31000, 31999); /* two fit */
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(core_instance(k, "zookeeper-2")->waiting,
	    "1 of 3 members lack a place");
	core_offer_of(k, "a2", 500, 1024, 31000, 31002);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 2);
	assert_int_equal(k->c->service[ZK].list, 1);
	core_free(k);
}

static void
test_exact_fit(void **state)
{
	struct core *k = core_brokers(1);

	(void)state;
	core_offer_of(k, "a1", 999, 4096, 31000, 31000);
	core_run(k);
	core_has(core_instance(k, "kafka-0")->waiting,
	    "needs cpus 1, offered 0.999");
	core_offer_of(k, "a1", 1000, 4095, 31000, 31000);
	core_run(k);
	core_has(core_instance(k, "kafka-0")->waiting,
	    "needs mem 4096, offered 4095");
	core_offer_of(k, "a1", 1000, 4096, 31000, 31000);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_free(k);
}

static void
test_reserved_first(void **state)
{
	struct core *k = core_brokers(1);
	struct offer *o = offer_new(4, CORE_ROOM);
	struct action *a;

	(void)state;
	strlcpy(k->offers[k->noffers].id, "O", ID_MAX);
	k->noffers++;
	o->id = "O";
	o->agent_id = "S-a1";
	core_resource(o, 0, "cpus", "", 8000);
	core_resource(o, 1, "cpus", "kafka", 400);
	core_resource(o, 2, "mem", "", 8192000);
	core_ports(o, 3, "", 1, 9);
	cluster_on_offer(k->c, o, k->now);
	core_run(k);
	a = core_take(k, ACTION_LAUNCH);
	assert_non_null(a);
	assert_int_equal(a->specs[0].ntakes, 4);
	assert_int_equal(a->specs[0].takes[0].scalar, 400);
	core_has(a->specs[0].takes[0].meta, "\"role\":\"kafka\"");
	assert_int_equal(a->specs[0].takes[1].scalar, 600);
	core_has(a->specs[0].takes[1].meta, "\"role\":\"*\"");
	core_free(k);
}

static void
test_misses(void **state)
{
	struct core *k = core_brokers(1);
	struct seen_offer *so;

	(void)state;
	k->conf.service[KAFKA].port = 9092;
	core_offer_of(k, "a1", 500, 1024, 31000, 31999);
	core_run(k);
	so = TAILQ_FIRST(&k->c->seen);
	assert_int_equal(so->nmisses, 1);
	assert_string_equal(so->misses[0].instance, "kafka-0");
	assert_string_equal(so->misses[0].text,
	    "needs cpus 1, offered 0.5; needs mem 4096, offered 1024; "
	    "needs port 9092, not offered");
	assert_string_equal(so->outcome, "declined");
	core_has(so->resources, "cpus 0.5");
	core_has(so->resources, "ports 31000-31999");
	core_offer_of(k, "a1", 1000, 4096, 9000, 9100);
	core_run(k);
	assert_int_equal(place(k, "kafka-0")->ports[0], 9092);
	core_has(TAILQ_LAST(&k->c->seen, seen_offers)->outcome, "launched");
	core_free(k);
}

/* A fixed port is the lowest that is offered: the others are other ones. */
static void
test_fixed_port_of_member(void **state)
{
	struct core *k = core_new(1, 0);
	struct placement *p;

	(void)state;
	k->conf.service[ZK].port = 2181;
	core_subscribe(k);
	core_offer_of(k, "a1", 4000, 8192, 2181, 2200);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	p = place(k, "zookeeper-0");
	assert_int_equal(p->ports[0], 2181);
	assert_int_equal(p->ports[1], 2182);
	assert_int_equal(p->ports[2], 2183);
	core_free(k);
}

static void
test_too_few_ports(void **state)
{
	struct core *k = core_new(1, 0);

	(void)state;
	core_subscribe(k);
	core_offer_of(k, "a1", 4000, 8192, 31000, 31001);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(TAILQ_FIRST(&k->c->seen)->misses[0].text,
	    "needs 3 ports, offered 2");
	core_free(k);
}

/* Launches kafka-0 on a1, lets it run, and ends it. */
static void
live_and_die(struct core *k, const char *host)
{
	core_offer(k, host);
	core_run(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	core_run(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_pass(k, 1000);
	core_clear(k);
}

static void
add_volume(struct core *k, enum service_id id)
{
	struct service_conf *c = &k->conf.service[id];

	c->volumes = calloc(1, sizeof(*c->volumes));
	c->volumes[0].names = calloc(1, sizeof(char *));
	c->volumes[0].names[0] = strdup("v-%d");
	c->volumes[0].nnames = 1;
	c->volumes[0].driver = strdup("local");
	c->volumes[0].path = strdup("/data");
	c->nvolumes = 1;
}

static void
test_sticky_forever(void **state)
{
	struct core *k = core_brokers(1);

	(void)state;
	add_volume(k, KAFKA);
	live_and_die(k, "a1");
	core_pass(k, INT64_C(86400000) * 365);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(core_instance(k, "kafka-0")->waiting,
	    "waits for an offer of agent a1");
	core_has(TAILQ_LAST(&k->c->seen, seen_offers)->misses[0].text,
	    "bound to agent a1");
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_free(k);
}

static void
test_sticky_time(void **state)
{
	struct core *k = core_brokers(1);

	(void)state;
	k->conf.service[KAFKA].sticky = 60000;
	live_and_die(k, "a1");
	core_pass(k, 58000);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_pass(k, 2000);
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	assert_string_equal(place(k, "kafka-0")->hostname, "a2");
	core_free(k);
}

/* Not bound, it still goes where it was, if it can, on the same port. */
static void
test_prefers_old_place(void **state)
{
	struct core *k = core_brokers(1);

	(void)state;
	core_offer_of(k, "a2", 8000, 65536, 40000, 41000);
	core_run(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	assert_int_equal(place(k, "kafka-0")->ports[0], 40000);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_pass(k, 1000);
	core_offer(k, "a1");
	core_offer_of(k, "a2", 8000, 65536, 39000, 41000);
	core_run(k);
	assert_string_equal(place(k, "kafka-0")->hostname, "a2");
	assert_int_equal(place(k, "kafka-0")->ports[0], 40000);
	core_free(k);
}

/* But not on a port that somebody who is down has there. */
static void
test_leaves_others_ports(void **state)
{
	struct core *k = core_brokers(2);
	struct reply r;

	(void)state;
	k->conf.service[KAFKA].unique_hostname = false;
	core_offer_of(k, "a1", 1000, 4096, 31000, 31999);
	core_offer_of(k, "a2", 1000, 4096, 31000, 31999);
	core_run(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	core_tell(k, core_task_id(k, "kafka-1"), TASK_RUNNING);
	assert_int_equal(place(k, "kafka-0")->ports[0], 31000);
	assert_int_equal(place(k, "kafka-1")->ports[0], 31000);
	cluster_kill(k->c, "kafka-0", &r, k->now);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_KILLED);
	core_tell(k, core_task_id(k, "kafka-1"), TASK_FAILED);
	core_pass(k, 1000);
	core_offer(k, "a1");
	core_run(k);
	assert_string_equal(place(k, "kafka-1")->hostname, "a1");
	assert_int_equal(place(k, "kafka-1")->ports[0], 31001);
	core_free(k);
}

/* A member keeps the ports that others know, or waits for them. */
static void
test_member_keeps_ports(void **state)
{
	struct core *k = core_new(1, 0);

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_run(k);
	core_up(k, "zookeeper-0");
	core_run(k);
	core_tell(k, core_task_id(k, "zookeeper-0"), TASK_FAILED);
	core_pass(k, 1000);
	core_clear(k);
	core_offer_of(k, "a1", 8000, 65536, 31001, 31999);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_has(core_instance(k, "zookeeper-0")->waiting,
	    "needs port 31000, not offered");
	core_offer_of(k, "a1", 8000, 65536, 31000, 31002);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 1);
	core_free(k);
}

/* The host comes back as another agent. */
static void
test_agent_with_new_id(void **state)
{
	struct core *k = core_new(1, 0);
	struct placement *p;

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_run(k);
	core_up(k, "zookeeper-0");
	core_run(k);
	core_tell(k, core_task_id(k, "zookeeper-0"), TASK_LOST);
	p = place(k, "zookeeper-0");
	strlcpy(p->agent_id, "S-before", sizeof(p->agent_id));
	core_offer(k, "a1");
	core_run(k);
	assert_string_equal(p->agent_id, "S-a1");
	core_task_id(k, "zookeeper-0");
	assert_true(p->firm);
	core_free(k);
}

static void
test_spread(void **state)
{
	struct core *k = core_brokers(4);

	(void)state;
	k->conf.service[KAFKA].unique_hostname = false;
	core_offer(k, "a1");
	core_offer(k, "a2");
	core_run(k);
	assert_string_equal(place(k, "kafka-0")->hostname, "a1");
	assert_string_equal(place(k, "kafka-1")->hostname, "a2");
	assert_string_equal(place(k, "kafka-2")->hostname, "a1");
	assert_string_equal(place(k, "kafka-3")->hostname, "a2");
	core_free(k);
}

static void
test_suppress_and_revive(void **state)
{
	struct core *k = core_brokers(1);

	(void)state;
	assert_int_equal(core_count(k, ACTION_SUPPRESS), 0);
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_SUPPRESS), 1);
	core_pass(k, 60000);
	assert_int_equal(core_count(k, ACTION_SUPPRESS), 1);
	core_clear(k);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_RUNNING);
	core_tell(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_run(k);
	/* In its back-off nothing is missing yet. */
	assert_int_equal(core_count(k, ACTION_REVIVE), 0);
	core_pass(k, 1000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	/* Offers that do not fit are no reason to ask again. */
	core_offer_of(k, "a2", 1, 1, 31000, 31001);
	core_pass(k, 3600000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_free(k);
}

/* News: another instance lacks an offer, and declined ones are asked for. */
static void
test_revive_for_news(void **state)
{
	struct core *k = core_brokers(2);
	struct reply r;

	(void)state;
	core_offer_of(k, "a1", 1, 1, 31000, 31001);
	core_pass(k, 5000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 0);
	cluster_scale(k->c, KAFKA, 3, false, &r, k->now);
	core_pass(k, 5000);
	assert_int_equal(core_count(k, ACTION_REVIVE), 1);
	core_free(k);
}

static void
test_rescind(void **state)
{
	struct core *k = core_new(2, 0);
	const char *id;

	(void)state;
	core_subscribe(k);
	id = core_offer(k, "a1");
	core_run(k);
	cluster_on_rescind(k->c, id);
	cluster_on_rescind(k->c, "never-seen");
	core_offer(k, "a2");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	assert_string_equal(TAILQ_FIRST(&k->c->seen)->outcome, "rescinded");
	core_pass(k, 20000);
	core_clear(k);
	assert_int_equal(core_answers(k, id), 0);
	core_free(k);
}

/* Offers of an earlier subscription are never answered in the next. */
static void
test_offers_void(void **state)
{
	struct core *k = core_new(2, 0);
	const char *id;

	(void)state;
	core_subscribe(k);
	id = core_offer(k, "a1");
	core_run(k);
	cluster_on_disconnected(k->c);
	core_subscribe(k);
	core_pass(k, 20000);
	core_clear(k);
	assert_int_equal(core_answers(k, id), 0);
	core_free(k);
}

/* Whatever comes, each offer is answered exactly once. */
static void
test_every_offer_answered(void **state)
{
	struct core *k = core_new(3, 4);
	size_t i;

	(void)state;
	core_agents(k, hosts, 5);
	core_play(k, 60000);
	core_end(k, core_task_id(k, "kafka-2"), TASK_FAILED);
	core_end(k, core_task_id(k, "zookeeper-1"), TASK_FAILED);
	core_play(k, 60000);
	core_clear(k);
	assert_true(k->noffers > 5);
	for (i = 0; i < k->noffers; i++)
		assert_int_equal(k->offers[i].answers, 1);
	core_free(k);
}

/* A place that was chosen and taken by others before it was used. */
static void
test_place_is_taken(void **state)
{
	struct core *k = core_new(1, 0);

	(void)state;
	core_subscribe(k);
	core_offer(k, "a1");
	core_run(k);
	core_reason(k, core_task_id(k, "zookeeper-0"), TASK_ERROR,
	    SOURCE_MASTER, "REASON_TASK_INVALID",
	    "Total resources cpus(*):1 "
	    "required by task and its executor is more than available");
	core_run(k);
	assert_int_equal(core_state(k, "zookeeper-0"), INSTANCE_PLACING);
	core_offer(k, "a2");
	core_run(k);
	core_has(core_task_id(k, "zookeeper-0"), "zookeeper-0.2");
	assert_string_equal(place(k, "zookeeper-0")->hostname, "a2");
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_start_together),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_offers_apart),
		cmocka_unit_test(test_unique),
		cmocka_unit_test(test_unique_no),
		cmocka_unit_test(test_unique_no_places),
		cmocka_unit_test(test_exact_fit),
		cmocka_unit_test(test_reserved_first),
		cmocka_unit_test(test_misses),
		cmocka_unit_test(test_fixed_port_of_member),
		cmocka_unit_test(test_too_few_ports),
		cmocka_unit_test(test_sticky_forever),
		cmocka_unit_test(test_sticky_time),
		cmocka_unit_test(test_prefers_old_place),
		cmocka_unit_test(test_leaves_others_ports),
		cmocka_unit_test(test_member_keeps_ports),
		cmocka_unit_test(test_agent_with_new_id),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_suppress_and_revive),
		cmocka_unit_test(test_revive_for_news),
		cmocka_unit_test(test_rescind),
		cmocka_unit_test(test_offers_void),
		cmocka_unit_test(test_every_offer_answered),
		cmocka_unit_test(test_place_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
