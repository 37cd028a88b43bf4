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
 * Tests of the plan: what is restarted one after the other, and what holds it
 * up.
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
#include "core/revision.h"
#include "core/roll.h"

#define KAFKA SERVICE_KAFKA
#define ZK SERVICE_ZOOKEEPER

static const char *const hosts[] = { "a1", "a2", "a3", "a4", "a5", "a6", "a7" };

/* All of them run, launched with the first configuration. */
static struct core *
start(int zookeepers, int brokers)
{
	struct core *k = core_new(zookeepers, brokers);

	core_agents(k, hosts, 7);
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
	core_play(k, 120000);
	assert_int_equal(service_ready(k->c, &k->c->service[KAFKA], k->now),
	    brokers);
	return k;
}

static void
set_image(struct core *k, enum service_id id, const char *image)
{
	free(k->conf.service[id].image);
	k->conf.service[id].image = strdup(image);
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
}

static int
steps(struct core *k)
{
	struct roll r;

	roll_look(k->c, &r, k->now);
	return r.steps;
}

static void
check_waits(struct core *k, const char *next, const char *why)
{
	struct roll r;

	roll_look(k->c, &r, k->now);
	if (r.next == NULL || strcmp(r.next->name, next) != 0 ||
	    strstr(r.waiting, why) == NULL)
		fail_msg("%s: %s, wanted %s: %s",
		    r.next != NULL ? r.next->name : "nobody", r.waiting, next,
		    why);
}

/* How many instances of the service run with the present revision. */
static int
current(struct core *k, enum service_id id)
{
	struct service *s = &k->c->service[id];
	struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &s->instances, entry)
		n += i->task != NULL && i->task->revision == s->revision;
	return n;
}

/* Plays, and looks every second that never more than one is away. */
static void
play_gently(struct core *k, enum service_id id, int ms)
{
	struct service *s = &k->c->service[id];

	for (; ms > 0; ms -= 1000) {
		core_play(k, 1000);
		if (service_ready(k->c, s, k->now) < s->count - 1)
			fail_msg("%d of %d are away",
			    s->count - service_ready(k->c, s, k->now),
			    s->count);
	}
}

static void
test_image(void **state)
{
	struct core *k = start(1, 3);
	char why[MESSAGE_MAX];

	(void)state;
	assert_int_equal(steps(k), 0);
	set_image(k, KAFKA, "other:2");
	assert_int_equal(steps(k), 3);
	assert_true(
	    roll_wants(k->c, core_instance(k, "kafka-1"), why, sizeof(why)));
	if (strstr(why, "image ") == NULL || strstr(why, " to other:2") == NULL)
		fail_msg("%s", why);
	core_play(k, 1000);
	assert_true(core_instance(k, "kafka-0")->rolling);
	check_waits(k, "kafka-1", "until kafka-0 is ready");
	play_gently(k, KAFKA, 40000);
	/* It is ready, and the pace holds up the next one. */
	assert_int_equal(current(k, KAFKA), 1);
	check_waits(k, "kafka-1", "the pace");
	play_gently(k, KAFKA, 300000);
	assert_int_equal(current(k, KAFKA), 3);
	assert_int_equal(steps(k), 0);
	core_free(k);
}

/* ZooKeeper comes first, its majority is kept, and the order can be set. */
static void
test_order(void **state)
{
	struct core *k = start(3, 2);

	(void)state;
	k->conf.pace = 1000;
	set_image(k, KAFKA, "other:2");
	set_image(k, ZK, "zk:2");
	core_play(k, 1000);
	assert_true(core_instance(k, "zookeeper-0")->rolling);
	play_gently(k, ZK, 200000);
	assert_int_equal(current(k, ZK), 3);
	play_gently(k, KAFKA, 100000);
	assert_int_equal(current(k, KAFKA), 2);
	assert_false(k->broken_rule);
	k->conf.order[0] = KAFKA;
	k->conf.order[1] = ZK;
	set_image(k, KAFKA, "other:3");
	set_image(k, ZK, "zk:3");
	core_play(k, 1000);
	assert_true(core_instance(k, "kafka-0")->rolling);
	core_free(k);
}

static void
test_pause(void **state)
{
	struct core *k = start(1, 3);
	struct reply r;

	(void)state;
	k->conf.pace = 0;
	cluster_pause(k->c, &r);
	set_image(k, KAFKA, "other:2");
	core_play(k, 200000);
	assert_int_equal(current(k, KAFKA), 0);
	check_waits(k, "kafka-0", "kafkactl plan resume");
	cluster_resume(k->c, &r);
	core_play(k, 1000);
	assert_true(core_instance(k, "kafka-0")->rolling);
	cluster_pause(k->c, &r);
	core_play(k, 200000);
	/* Whose turn it was has ended it. */
	assert_int_equal(current(k, KAFKA), 1);
	cluster_cancel(k->c, &r);
	assert_non_null(strstr(r.text, "2 instances are not restarted"));
	core_play(k, 200000);
	assert_int_equal(current(k, KAFKA), 1);
	assert_int_equal(steps(k), 0);
	/* The next configuration is another one. */
	set_image(k, KAFKA, "other:3");
	play_gently(k, KAFKA, 300000);
	assert_int_equal(current(k, KAFKA), 3);
	core_free(k);
}

static void
test_restart_service(void **state)
{
	struct core *k = start(1, 3);
	struct reply r;
	uint64_t n;

	(void)state;
	k->conf.pace = 0;
	n = k->c->next_task;
	cluster_restart(k->c, "kafka", &r, k->now);
	assert_non_null(strstr(r.text, "3 instances"));
	check_waits(k, "kafka-0", "");
	play_gently(k, KAFKA, 300000);
	assert_int_equal(k->c->next_task, n + 3);
	assert_int_equal(steps(k), 0);
	cluster_restart(k->c, "kafka", &r, k->now);
	cluster_cancel(k->c, &r);
	core_play(k, 60000);
	assert_int_equal(k->c->next_task, n + 3);
	core_free(k);
}

/* Nobody's turn comes while another one is not there. */
static void
test_gate(void **state)
{
	struct core *k = start(1, 3);
	struct reply r;

	(void)state;
	k->conf.pace = 0;
	core_away(k, core_task_id(k, "kafka-2"));
	core_play(k, 1000);
	set_image(k, KAFKA, "other:2");
	core_play(k, 100000);
	assert_int_equal(current(k, KAFKA), 0);
	check_waits(k, "kafka-0", "until kafka-2 is ready");
	core_back(k, core_task_id(k, "kafka-2"));
	core_play(k, 1000);
	cluster_kill(k->c, "kafka-1", &r, k->now);
	cluster_cancel(k->c, &r);
	core_play(k, 60000);
	set_image(k, KAFKA, "other:3");
	core_play(k, 60000);
	check_waits(k, "kafka-0", "until kafka-1 is started again");
	cluster_start(k->c, "kafka-1", &r, k->now);
	play_gently(k, KAFKA, 300000);
	assert_int_equal(current(k, KAFKA), 3);
	core_free(k);
}

/* What fails with the new configuration takes down one instance alone. */
static void
test_bad_image(void **state)
{
	struct core *k = start(1, 3);

	(void)state;
	k->conf.pace = 0;
	k->frail_name = "kafka-0";
	set_image(k, KAFKA, "bad:1");
	play_gently(k, KAFKA, 600000);
	assert_int_equal(service_ready(k->c, &k->c->service[KAFKA], k->now), 2);
	assert_true(core_instance(k, "kafka-0")->rolling);
	assert_int_equal(current(k, KAFKA),
	    core_instance(k, "kafka-0")->task != NULL);
	k->frail_name = NULL;
	set_image(k, KAFKA, "good:1");
	play_gently(k, KAFKA, 900000);
	assert_int_equal(current(k, KAFKA), 3);
	core_free(k);
}

/* One that hangs with the new configuration gets the next one at once. */
static void
test_hanging_image(void **state)
{
	struct core *k = start(1, 3);

	(void)state;
	k->conf.pace = 0;
	k->start_takes = 3600 * 1000;
	set_image(k, KAFKA, "hangs:1");
	core_play(k, 120000);
	assert_int_equal(current(k, KAFKA), 1);
	k->start_takes = 1000;
	set_image(k, KAFKA, "good:1");
	play_gently(k, KAFKA, 400000);
	assert_int_equal(current(k, KAFKA), 3);
	core_free(k);
}

/* What was before is nothing new to those who still have it. */
static void
test_revert(void **state)
{
	struct core *k = start(1, 3);
	char *image = strdup(k->conf.service[KAFKA].image);
	uint64_t n;

	(void)state;
	set_image(k, KAFKA, "other:2");
	core_play(k, 30000);
	assert_int_equal(steps(k), 2);
	n = k->c->next_task;
	set_image(k, KAFKA, image);
	assert_int_equal(k->c->service[KAFKA].revision, 1);
	assert_int_equal(steps(k), 1);
	core_play(k, 300000);
	assert_int_equal(k->c->next_task, n + 1);
	assert_int_equal(current(k, KAFKA), 3);
	free(image);
	core_free(k);
}

static void
test_confirm(void **state)
{
	struct core *k = start(1, 2);
	struct reply r;

	(void)state;
	k->conf.confirm = true;
	k->conf.pace = 0;
	k->conf.service[KAFKA].grace = 1000;
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
	assert_false(k->c->paused);
	set_image(k, KAFKA, "other:2");
	assert_true(k->c->paused);
	core_play(k, 100000);
	assert_int_equal(current(k, KAFKA), 0);
	cluster_resume(k->c, &r);
	core_play(k, 100000);
	assert_int_equal(current(k, KAFKA), 2);
	core_free(k);
}

static bool
outdated(struct core *k, const char *name, const char *text)
{
	char why[MESSAGE_MAX];
	struct instance *i = core_instance(k, name);
	bool is =
	    revision_outdated(&k->c->service[i->service], i, why, sizeof(why));

	if (is && (text == NULL || strcmp(why, text) != 0))
		fail_msg("%s: %s", name, why);
	return is;
}

/* Volumes with names of their own concern one instance each. */
static void
test_differences(void **state)
{
	struct core *k = start(1, 2);
	struct service_conf *s = &k->conf.service[KAFKA];
	struct volume *v;

	(void)state;
	s->volumes = v = calloc(1, sizeof(*s->volumes));
	s->nvolumes = 1;
	v->names = calloc(2, sizeof(*v->names));
	v->names[0] = strdup("k0");
	v->names[1] = strdup("k1");
	v->nnames = 2;
	v->path = strdup("/data");
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
	k->conf.pace = 0;
	core_play(k, 300000);
	assert_false(outdated(k, "kafka-0", NULL));
	free(v->names[1]);
	v->names[1] = strdup("x1");
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
	assert_false(outdated(k, "kafka-0", NULL));
	assert_true(outdated(k, "kafka-1", "volume 1 at /data k1 to x1"));
	core_play(k, 300000);
	/* A secret is not told, and not kept. */
	pairs_set(&s->options, "ssl.key.password", "sesame");
	pairs_set(&s->env, "TZ", "UTC");
	s->cpus = 1500;
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
	assert_true(outdated(k, "kafka-0",
	    "cpus 1.000 to 1.500, environment "
	    "TZ is new, option ssl.key.password is new"));
	core_play(k, 300000);
	pairs_set(&s->options, "ssl.key.password", "open");
	pairs_free(&s->env);
	assert_int_equal(cluster_configure(k->c, &k->conf), 0);
	assert_true(outdated(k, "kafka-0",
	    "option ssl.key.password has "
	    "changed, environment TZ is gone"));
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_restart_service),
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_bad_image),
		cmocka_unit_test(test_hanging_image),
		cmocka_unit_test(test_revert),
		cmocka_unit_test(test_confirm),
		cmocka_unit_test(test_differences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
