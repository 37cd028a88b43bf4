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
 * The operator: types commands at random while faults last, and remembers
 * what was promised. In the end it does what a sensible person would.
 */

#include <stdio.h>
#include <string.h>

#include "sim.h"

static struct cluster *
cluster_of(struct sim *s)
{
	return s->host.parent.cluster;
}

static void
operator_told(struct sim *s, const char *what, const struct reply *r)
{
	sim_trace(s, "operator: %s -> %d %s", what, r->code, r->text);
	parent_wake(&s->host.parent);
}

/* Its older tasks may live on beside a new one. */
static void
excuse(struct sim *s, const char *instance)
{
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		if (strcmp(s->tasks[i]->instance, instance) == 0)
			s->tasks[i]->excused = true;
	}
}

static struct instance *
any_instance(struct sim *s, struct rng *r)
{
	struct cluster *c = cluster_of(s);
	struct service *sv = &c->service[rng_below(r, SERVICE_MAX)];
	struct instance *i;
	uint64_t n = rng_below(r, 6);

	TAILQ_FOREACH(i, &sv->instances, entry) {
		if (n-- == 0)
			return i;
	}
	return TAILQ_FIRST(&sv->instances);
}

static void
types_scale(struct sim *s, struct rng *r)
{
	struct cluster *c = cluster_of(s);
	enum service_id id = (enum service_id)rng_below(r, SERVICE_MAX);
	int max = (int)s->wanted_agents - 1;
	int n = (int)rng_between(r, 1, max < 7 ? max : 7);
	bool force = rng_chance(r, 10);
	struct reply reply;
	char what[64];

	if (id == SERVICE_ZOOKEEPER && n > 5)
		n = 5;
	snprintf(what, sizeof(what), "scale%s %s %d", force ? " -f" : "",
	    service_name(id), n);
	cluster_scale(c, id, n, force, &reply, host_now(s));
	if (reply.code == 200) {
		s->host.said.count[id] = n;
		s->host.forced |= force && id == SERVICE_ZOOKEEPER;
	}
	operator_told(s, what, &reply);
}

static void
types_kill(struct sim *s, struct rng *r)
{
	struct instance *i = any_instance(s, r);
	struct reply reply;
	char what[64];

	if (i == NULL || i->number >= SIM_NUMBERS)
		return;
	snprintf(what, sizeof(what), "kill %.32s", i->name);
	cluster_kill(cluster_of(s), i->name, &reply, host_now(s));
	if (reply.code == 200)
		s->host.said.stopped[i->service][i->number] = true;
	operator_told(s, what, &reply);
}

static void
started(struct sim *s, const struct instance *i)
{
	size_t k;

	s->host.said.stopped[i->service][i->number] = false;
	/* Not waiting for tasks that the state may not know. */
	for (k = 0; k < s->ntasks; k++) {
		if (s->tasks[k]->forgotten &&
		    strcmp(s->tasks[k]->instance, i->name) == 0)
			s->tasks[k]->excused = true;
	}
	if (i->override)
		s->host.behind_until = 0;
}

static void
types_start(struct sim *s, struct rng *r, bool restart)
{
	struct instance *i = any_instance(s, r);
	struct reply reply;
	char what[64];

	if (i == NULL || i->number >= SIM_NUMBERS)
		return;
	snprintf(what, sizeof(what), "%s %.32s", restart ? "restart" : "start",
	    i->name);
	if (restart)
		cluster_restart(cluster_of(s), i->name, &reply, host_now(s));
	else
		cluster_start(cluster_of(s), i->name, &reply, host_now(s));
	if (reply.code == 200) {
		started(s, i);
		if (restart)
			s->host.restarted[i->service][i->number] = s->now;
	}
	operator_told(s, what, &reply);
}

static void
replace(struct sim *s, struct instance *i)
{
	struct reply reply;
	char what[64], name[ID_MAX];
	size_t k;

	if (i == NULL || i->number >= SIM_NUMBERS)
		return;
	strlcpy(name, i->name, sizeof(name));
	snprintf(what, sizeof(what), "replace -f %.32s", name);
	cluster_replace(cluster_of(s), name, true, &reply, host_now(s));
	if (reply.code == 200) {
		excuse(s, name);
		s->host.said.stopped[i->service][i->number] = false;
		for (k = 0; k < s->ntasks; k++) {
			if (strcmp(s->tasks[k]->instance, name) == 0 &&
			    task_is_alive(s->tasks[k]) &&
			    s->tasks[k]->told_away == 0)
				s->tasks[k]->seen_unwanted = s->now;
		}
	}
	operator_told(s, what, &reply);
}

/* Nobody in his senses gives up data that only a dead host has, too. */
static void
types_replace(struct sim *s, struct rng *r)
{
	struct instance *i = any_instance(s, r);
	size_t k;

	if (i == NULL)
		return;
	for (k = 0; k < s->nagents; k++) {
		if (strcmp(s->agents[k].host, i->placement.hostname) == 0 &&
		    !quorum_spares(s, k))
			return;
	}
	replace(s, i);
}

static void
types_reflate(struct sim *s, struct rng *r)
{
	enum service_id id = (enum service_id)rng_below(r, SERVICE_MAX);
	struct cluster *c = cluster_of(s);
	struct instance *i;
	struct reply reply;

	cluster_reflate(c, id, &reply, host_now(s));
	if (reply.code == 200) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (!i->leaving && i->number < SIM_NUMBERS)
				started(s, i);
		}
	}
	operator_told(s, "reflate", &reply);
}

static void
types_register(struct sim *s)
{
	struct cluster *c = cluster_of(s);
	struct reply reply;

	cluster_register(c, true, &reply, host_now(s));
	s->host.said.mode = c->mode;
	operator_told(s, "register -f", &reply);
}

static void
types_teardown(struct sim *s)
{
	struct cluster *c = cluster_of(s);
	struct reply reply;

	cluster_teardown(c, true, &reply, host_now(s));
	s->host.said.mode = c->mode;
	operator_told(s, "teardown -f", &reply);
}

void
operator_types(struct sim *s, struct rng *r)
{
	uint64_t n = rng_below(r, 100);

	/*
	 * With an old state, and without waiting for Mesos to tell what there
	 * is, an id can come twice, even on two agents: nobody can sort that.
	 */
	if (!s->host.up || (s->host.rolled_back && cluster_of(s)->barrier))
		return;
	if (cluster_of(s)->mode != MODE_ACTIVE) {
		types_register(s);
		return;
	}
	if (n < 25)
		types_scale(s, r);
	else if (n < 40)
		types_kill(s, r);
	else if (n < 52)
		types_start(s, r, false);
	else if (n < 62)
		types_start(s, r, true);
	else if (n < 68)
		types_replace(s, r);
	else if (n < 78)
		types_reflate(s, r);
	else if (n < 98)
		plan_types(s, r);
	else
		types_teardown(s);
}

/* Whether nothing more will ever be heard of the instance or its place. */
static bool
place_is_lost(const struct sim *s, const struct instance *i)
{
	size_t k;

	for (k = 0; i->task != NULL && k < s->nagents; k++) {
		if (strcmp(s->agents[k].id, i->task->agent_id) == 0 &&
		    s->agents[k].dead && s->agents[k].standing == STANDING_NONE)
			return true;
	}
	if (!i->placement.set)
		return false;
	for (k = 0; k < s->nagents; k++) {
		if (agent_usable(&s->agents[k]) &&
		    (strcmp(s->agents[k].host, i->placement.hostname) == 0 ||
			strcmp(s->agents[k].id, i->placement.agent_id) == 0))
			return false;
	}
	return true;
}

/* An agent that cannot come back: Mesos' own operator says so. */
static void
mark_gone(struct sim *s)
{
	size_t k;

	for (k = 0; k < s->nagents; k++) {
		if (!s->agents[k].dead || !s->master.up ||
		    s->agents[k].standing != STANDING_UNREACHABLE ||
		    !quorum_has_copy(s, k))
			continue;
		master_gone(s, k);
		return;
	}
}

/* A member may be needed to serve, even one that is to leave. */
static void
start_member(struct sim *s, struct instance *i)
{
	struct cluster *c = cluster_of(s);
	struct reply reply;

	if (i->leaving) {
		cluster_scale(c, i->service, i->number + 1, true, &reply,
		    host_now(s));
		s->host.said.count[i->service] = i->number + 1;
		operator_told(s, "scale up", &reply);
		return;
	}
	cluster_start(c, i->name, &reply, host_now(s));
	started(s, i);
	operator_told(s, i->name, &reply);
}

void
operator_helps(struct sim *s)
{
	struct cluster *c;
	struct instance *i, *lost = NULL;
	int id;

	mark_gone(s);
	if (!s->host.up)
		return;
	c = cluster_of(s);
	if (c->mode != MODE_ACTIVE) {
		types_register(s);
		return;
	}
	plan_resume(s);
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (lost == NULL && place_is_lost(s, i))
				lost = i;
			if (i->stopped && service_is_ensemble(id))
				start_member(s, i);
		}
	}
	if (lost != NULL && lost->leaving && service_is_ensemble(lost->service))
		start_member(s, lost);
	else if (lost != NULL)
		replace(s, lost);
}

/* What was said is durable: it was answered. */
void
operator_saved(struct sim *s)
{
	struct host *h = &s->host;
	struct cluster *c = cluster_of(s);
	int id, n;

	h->said.mode = c->mode;
	if (c->mode == MODE_REMOVED)
		h->behind_until = 0;
	for (id = 0; id < SERVICE_MAX; id++) {
		for (n = 0; n < SIM_NUMBERS; n++) {
			/* An instance that was removed is a new one later. */
			if (service_find(&c->service[id], n) == NULL)
				h->said.stopped[id][n] = false;
		}
	}
	h->answered = h->said;
}

/* What was loaded is what is wanted from now on. */
void
operator_loaded(struct sim *s)
{
	struct wish *w = &s->host.said;
	struct cluster *c = cluster_of(s);
	const struct instance *i;
	int id;

	memset(w, 0, sizeof(*w));
	w->mode = c->mode;
	w->paused = c->paused;
	for (id = 0; id < SERVICE_MAX; id++) {
		w->count[id] = c->service[id].count;
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->number >= SIM_NUMBERS)
				continue;
			w->stopped[id][i->number] = i->stopped;
			/* An old state brings back old words of his. */
			if (i->restart && s->host.rolled_back)
				s->host.restarted[id][i->number] = s->now + 1;
		}
	}
	s->host.answered = *w;
}
