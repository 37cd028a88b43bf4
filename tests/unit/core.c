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
 * Driver for tests of the core: time, events and a small Mesos. Trusts
 * nothing of the core; never decides what is right, only watches offers.
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

#define RUNS_MAX 100

struct core *
core_new(int zookeepers, int brokers)
{
	struct core *k = calloc(1, sizeof(*k));
	int id;

	assert_non_null(k);
	for (id = 0; id < SERVICE_MAX; id++)
		assert_int_equal(service_conf_init(&k->conf.service[id],
				     (enum service_id)id),
		    0);
	k->conf.service[SERVICE_ZOOKEEPER].count = zookeepers;
	k->conf.service[SERVICE_KAFKA].count = brokers;
	k->conf.hold = 10000;
	k->conf.refuse = 300000;
	k->conf.agent_timeout = 600000;
	k->conf.reconcile_interval = 900000;
	k->conf.kill_interval = 10000;
	k->conf.revive_interval = 1000;
	k->conf.pace = 60000;
	k->conf.order[1] = SERVICE_KAFKA;
	k->start_takes = 1500;
	k->kill_takes = 2500;
	k->now = 1000000;
	k->c = cluster_new(&k->conf);
	assert_non_null(k->c);
	return k;
}

void
core_free(struct core *k)
{
	int id;

	core_clear(k);
	if (k->last != NULL)
		action_free(k->last);
	cluster_free(k->c);
	for (id = 0; id < SERVICE_MAX; id++)
		service_conf_free(&k->conf.service[id]);
	free(k);
}

void
core_agents(struct core *k, const char *const *names, size_t n)
{
	size_t i;

	assert_true(n <= CORE_AGENTS);
	for (i = 0; i < n; i++)
		k->agents[i] = names[i];
	k->nagents = n;
}

void
core_subscribe(struct core *k)
{
	cluster_run(k->c, k->now);
	cluster_on_subscribed(k->c, "F-1", k->now);
}

void
core_run(struct core *k)
{
	int i;

	for (i = 0; i < RUNS_MAX; i++) {
		cluster_run(k->c, k->now);
		if (k->c->deadline == 0 || k->c->deadline > k->now)
			return;
	}
	fail_msg("the core does not come to rest");
}

void
core_pass(struct core *k, int64_t ms)
{
	int64_t end = k->now + ms;

	core_run(k);
	while (k->c->deadline != 0 && k->c->deadline <= end) {
		k->now = k->c->deadline;
		core_run(k);
	}
	k->now = end;
	core_run(k);
}

/* Counts what an action answers. */
static void
action_seen(struct core *k, const struct action *a)
{
	size_t i, n;

	k->total[a->type]++;
	for (n = 0; n < a->noffers; n++) {
		for (i = 0; i < k->noffers; i++) {
			if (strcmp(k->offers[i].id, a->offer_ids[n]) == 0)
				break;
		}
		if (i == k->noffers)
			fail_msg("answers offer %s, never made",
			    a->offer_ids[n]);
		if (++k->offers[i].answers > 1)
			fail_msg("offer %s is answered twice", a->offer_ids[n]);
	}
}

struct action *
core_take(struct core *k, enum action_type type)
{
	struct action *a;

	TAILQ_FOREACH(a, &k->c->actions, entry) {
		if (a->type == type)
			break;
	}
	if (a == NULL)
		return NULL;
	TAILQ_REMOVE(&k->c->actions, a, entry);
	action_seen(k, a);
	if (k->last != NULL)
		action_free(k->last);
	return k->last = a;
}

int
core_count(struct core *k, enum action_type type)
{
	struct action *a;
	int n = 0;

	TAILQ_FOREACH(a, &k->c->actions, entry)
		n += a->type == type;
	return n;
}

void
core_clear(struct core *k)
{
	struct action *a;

	while ((a = TAILQ_FIRST(&k->c->actions)) != NULL) {
		TAILQ_REMOVE(&k->c->actions, a, entry);
		action_seen(k, a);
		action_free(a);
	}
}

void
core_resource(struct offer *o, size_t k, const char *name, const char *role,
    int64_t scalar)
{
	struct resource *r = &o->resources[k];
	char meta[128];

	memset(r, 0, sizeof(*r));
	r->name = offer_keep(o, name);
	r->role = offer_keep(o, role);
	r->plain = true;
	r->scalar = scalar;
	snprintf(meta, sizeof(meta), "{\"name\":\"%s\",\"role\":\"%s\"}", name,
	    role[0] != '\0' ? role : "*");
	r->meta = offer_keep(o, meta);
	assert_string_equal(r->meta, meta);
}

void
core_ports(struct offer *o, size_t k, const char *role, uint32_t begin,
    uint32_t end)
{
	struct resource *r = &o->resources[k];

	core_resource(o, k, "ports", role, 0);
	r->ranges = calloc(1, sizeof(*r->ranges));
	assert_non_null(r->ranges);
	r->ranges[0].begin = begin;
	r->ranges[0].end = end;
	r->nranges = 1;
}

const char *
core_offer_of(struct core *k, const char *host, int64_t cpus, int64_t mem,
    uint32_t begin, uint32_t end)
{
	struct offer *o = offer_new(4, CORE_ROOM);
	char *id = k->offers[k->noffers].id, agent_id[ID_MAX];

	assert_non_null(o);
	assert_true(k->noffers < CORE_OFFERS - 1);
	snprintf(id, ID_MAX, "O%zu", k->noffers++);
	snprintf(agent_id, sizeof(agent_id), "S-%s", host);
	o->id = offer_keep(o, id);
	o->hostname = offer_keep(o, host);
	o->agent_id = offer_keep(o, agent_id);
	core_resource(o, 0, "cpus", "", cpus);
	core_resource(o, 1, "mem", "", mem * 1000);
	core_resource(o, 2, "disk", "", 100000000);
	core_ports(o, 3, "", begin, end);
	cluster_on_offer(k->c, o, k->now);
	return id;
}

const char *
core_offer(struct core *k, const char *host)
{
	return core_offer_of(k, host, 64000, 262144, 31000, 31999);
}

int
core_answers(struct core *k, const char *offer_id)
{
	size_t i;

	for (i = 0; i < k->noffers; i++) {
		if (strcmp(k->offers[i].id, offer_id) == 0)
			return k->offers[i].answers;
	}
	fail_msg("no offer %s", offer_id);
	return -1;
}

struct update
core_status(const char *task_id, enum task_state state)
{
	struct update u = { .state = state, .source = SOURCE_EXECUTOR };

	strlcpy(u.task_id, task_id, sizeof(u.task_id));
	/* With another reason it may still run: gone.h. */
	if (state == TASK_GONE_BY_OPERATOR)
		strlcpy(u.reason, "REASON_AGENT_REMOVED_BY_OPERATOR",
		    sizeof(u.reason));
	return u;
}

void
core_tell(struct core *k, const char *task_id, enum task_state state)
{
	struct update u = core_status(task_id, state);

	cluster_on_update(k->c, &u, k->now);
}

void
core_reason(struct core *k, const char *task_id, enum task_state state,
    enum task_source source, const char *reason, const char *message)
{
	struct update u = core_status(task_id, state);

	u.source = source;
	strlcpy(u.reason, reason, sizeof(u.reason));
	strlcpy(u.message, message, sizeof(u.message));
	cluster_on_update(k->c, &u, k->now);
}

void
core_up(struct core *k, const char *instance)
{
	struct update u = core_status(core_task_id(k, instance), TASK_RUNNING);

	u.healthy = HEALTH_GOOD;
	cluster_on_update(k->c, &u, k->now);
}

struct instance *
core_instance(struct core *k, const char *name)
{
	struct instance *i = cluster_find(k->c, name);

	if (i == NULL)
		fail_msg("no instance %s", name);
	return i;
}

const char *
core_task_id(struct core *k, const char *name)
{
	struct instance *i = core_instance(k, name);

	if (i->task == NULL)
		fail_msg("%s has no task: %s", name, i->waiting);
	return i->task->id;
}

enum instance_state
core_state(struct core *k, const char *name)
{
	return instance_state(core_instance(k, name), k->now);
}

const char *
core_env(const struct task_spec *s, const char *name)
{
	const char *v = pairs_get(&s->env, name);

	if (v == NULL)
		fail_msg("no %s in the environment of %s", name, s->task_id);
	return v;
}

void
core_has(const char *where, const char *text)
{
	if (strstr(where, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, where);
}

struct core *
core_brokers(int count)
{
	struct core *k = core_new(0, count);

	assert_int_equal(pairs_set(&k->conf.service[SERVICE_KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	core_subscribe(k);
	core_run(k);
	return k;
}

struct core *
core_launched(void)
{
	struct core *k = core_new(0, 1);

	assert_int_equal(pairs_set(&k->conf.service[SERVICE_KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	core_subscribe(k);
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_state(k, "kafka-0"), INSTANCE_LAUNCHING);
	core_clear(k);
	return k;
}

struct core *
core_running(void)
{
	struct core *k = core_launched();

	core_tell(k, core_task_id(k, "kafka-0"), TASK_STARTING);
	core_up(k, "kafka-0");
	core_run(k);
	core_clear(k);
	return k;
}
