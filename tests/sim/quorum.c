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
 * Whether ZooKeeper serves, as its members see it: who was given a list, and
 * reaches a majority of it that knows him, serves. What is committed is on
 * the volumes of that majority; that a group serves that lacks some of it is
 * the one thing that may never happen.
 */

#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define QUORUM_DELAY 2000

static uint64_t *
volume_version(struct sim *s, const struct mtask *t)
{
	const char *host = s->agents[t->agent].host;
	size_t i;

	for (i = 0; i < s->nvolumes; i++) {
		if (strcmp(s->agents[s->volumes[i].agent].host, host) == 0 &&
		    s->volumes[i].number == t->number)
			return &s->volumes[i].version;
	}
	if (s->nvolumes == 256) {
		sim_fail(s, "model", "too many volumes");
		return &s->volumes[0].version;
	}
	s->volumes[s->nvolumes].agent = t->agent;
	s->volumes[s->nvolumes].number = t->number;
	s->volumes[s->nvolumes].version = 0;
	return &s->volumes[s->nvolumes++].version;
}

static bool
member_runs(const struct mtask *t)
{
	return t->service == SERVICE_ZOOKEEPER && t->life == LIFE_ALIVE &&
	    !t->killing && t->state == TASK_RUNNING;
}

static bool
member_knows(const struct mtask *t, int id)
{
	int i;

	for (i = 0; i < t->nmembers; i++) {
		if (t->members[i] == id)
			return true;
	}
	return false;
}

/* Whether they reach each other. */
static bool
members_meet(const struct sim *s, const struct mtask *a, const struct mtask *b)
{
	if (a == b)
		return true;
	return !s->agents[a->agent].cut && !s->agents[b->agent].cut &&
	    a->framework == b->framework;
}

/*
 * Those of the group whom t reaches, and who know it: a majority of its list?
 * Fills in the newest version that one of them has.
 */
static bool
member_has_majority(struct sim *s, const struct mtask *t, const bool *group,
    uint64_t *version)
{
	uint64_t v, ids = 0;
	struct mtask *m;
	size_t i;

	*version = 0;
	for (i = 0; i < s->ntasks; i++) {
		m = s->tasks[i];
		if (!group[i] || !members_meet(s, t, m) ||
		    !member_knows(t, m->myid) || !member_knows(m, t->myid))
			continue;
		ids |= UINT64_C(1) << m->myid % 64;
		v = *volume_version(s, m);
		*version = v > *version ? v : *version;
	}
	return __builtin_popcountll(ids) > t->nmembers / 2;
}

/* The largest group in which everybody has a majority: those serve. */
static void
quorum_group(struct sim *s, bool *group)
{
	uint64_t version;
	bool changed = true;
	size_t i;

	for (i = 0; i < s->ntasks; i++)
		group[i] = member_runs(s->tasks[i]);
	while (changed) {
		changed = false;
		for (i = 0; i < s->ntasks; i++) {
			if (!group[i] ||
			    member_has_majority(s, s->tasks[i], group,
				&version))
				continue;
			group[i] = false;
			changed = true;
		}
	}
}

/* Two that serve, and neither reaches the other nor a common third. */
static bool
members_apart(struct sim *s, const struct mtask *a, const struct mtask *b,
    const bool *group)
{
	struct mtask *m;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		m = s->tasks[i];
		if (group[i] && members_meet(s, a, m) &&
		    members_meet(s, b, m) && member_knows(a, m->myid) &&
		    member_knows(b, m->myid))
			return false;
	}
	return true;
}

static void
quorum_check(struct sim *s, const bool *group)
{
	const struct mtask *first = NULL;
	uint64_t version;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		if (!group[i])
			continue;
		member_has_majority(s, s->tasks[i], group, &version);
		if (version < s->committed)
			sim_fail(s, "zookeeper-data",
			    "%s serves without what was committed",
			    s->tasks[i]->id);
		if (first == NULL)
			first = s->tasks[i];
		else if (members_apart(s, first, s->tasks[i], group))
			sim_fail(s, "zookeeper-split", "%s and %s serve apart",
			    first->id, s->tasks[i]->id);
	}
}

static void
quorum_evaluate(struct sim *s, void *data, uint64_t n)
{
	bool *group = xcalloc(s->ntasks + 1, sizeof(*group)), any = false;
	struct mtask *t;
	size_t i;

	(void)data;
	(void)n;
	s->quorum_due = false;
	quorum_group(s, group);
	quorum_check(s, group);
	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (group[i])
			*volume_version(s, t) = s->committed + 1;
		any |= group[i];
		if (member_runs(t) && t->sick_until <= s->now)
			task_set_health(s, t, group[i]);
	}
	s->committed += any;
	free(group);
}

/* Whether these could serve if they all reached each other. */
bool
quorum_would_serve(const struct mtask **group, size_t n)
{
	bool changed = true;
	size_t i, k;
	int know;

	while (changed) {
		changed = false;
		for (i = 0; i < n; i++) {
			for (k = 0, know = 0; k < n; k++)
				know +=
				    member_knows(group[i], group[k]->myid) &&
				    member_knows(group[k], group[i]->myid);
			if (know > group[i]->nmembers / 2)
				continue;
			group[i--] = group[--n];
			changed = true;
		}
	}
	return n > 0;
}

void
quorum_soon(struct sim *s)
{
	if (s->quorum_due)
		return;
	s->quorum_due = true;
	sim_at(s, s->now + sim_between(s, QUORUM_DELAY, 2 * QUORUM_DELAY),
	    quorum_evaluate, NULL, 0);
}

void
quorum_forget(struct sim *s)
{
	s->committed = 0;
	s->nvolumes = 0;
}

/*
 * Whether all that was committed survives the loss of this agent: a majority
 * of the list elsewhere has it.
 */
bool
quorum_spares(struct sim *s, size_t agent)
{
	const char *host = s->agents[agent].host;
	const struct instance *i;
	const struct service *zk;
	const struct mtask *t;
	struct mtask key;
	int n = 0, size = 0;
	size_t k;

	if (!s->host.up)
		return false;
	zk = &s->host.parent.cluster->service[SERVICE_ZOOKEEPER];
	TAILQ_FOREACH(i, &zk->instances, entry) {
		size += i->in_list;
		for (k = 0; k < s->ntasks; k++) {
			t = s->tasks[k];
			if (strcmp(t->instance, i->name) != 0 ||
			    !member_runs(t) || t->agent == agent ||
			    strcmp(s->agents[t->agent].host, host) == 0 ||
			    t->health != HEALTH_GOOD ||
			    s->agents[t->agent].standing !=
				STANDING_REGISTERED ||
			    i->task == NULL || strcmp(i->task->id, t->id) != 0)
				continue;
			key = *t;
			n += *volume_version(s, &key) == s->committed;
		}
	}
	for (k = 0; k < s->ntasks; k++) {
		t = s->tasks[k];
		if (t->service == SERVICE_ZOOKEEPER && t->agent == agent &&
		    t->life != LIFE_DEAD)
			return n > size / 2;
	}
	/* Nobody is there now, but one may be bound to it. */
	TAILQ_FOREACH(i, &zk->instances, entry) {
		if (i->placement.set &&
		    strcmp(i->placement.hostname, host) == 0)
			return n > size / 2;
	}
	return true;
}

/* Whether a member that runs elsewhere has all of it. */
bool
quorum_has_copy(struct sim *s, size_t agent)
{
	struct mtask *t;
	size_t k;

	for (k = 0; k < s->ntasks; k++) {
		t = s->tasks[k];
		if (member_runs(t) && t->agent != agent &&
		    *volume_version(s, t) == s->committed)
			return true;
	}
	return false;
}
