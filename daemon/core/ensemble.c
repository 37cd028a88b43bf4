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
 * The server list of an ensemble, and how it changes. Pure.
 *
 * Growing: the newcomers get places, the list with them comes into force,
 * the members that have served are restarted with it one at a time, and then
 * the newcomers start, one at a time, each serving before the next. Started
 * the other way round, newcomers alone could form a majority that knows of
 * no data.
 *
 * Shrinking: the leavers stop, last added first, as long as a majority of
 * the list in force serves without them; then, with all who stay serving
 * (so that they have all that was committed), the shorter list comes into
 * force, the remaining leavers stop, and those who stay are restarted.
 */

#include <stdio.h>
#include <string.h>

#include "cluster.h"
#include "ensemble.h"
#include "instance.h"

/* Time in which members that can serve do so, and others tell that not. */
#define SERVE_SETTLE 15000

/* The members of the list, counted. */
struct census {
	int size;
	int joined;
	int ready;
	int ready_current; /* with the list in force */
	int leavers;
	int newcomers; /* to join those who have */
	int stayers;
	int stayers_ready;
	int unplaced;
	int alive; /* joined, reachable, and not asked to end */
	int outdated; /* reachable, with an older list */
	int current; /* running with the list in force */
	int last_words; /* reachable, but members of an earlier list only */
};

static bool
member_alive(const struct instance *i)
{
	return i->task != NULL && i->task->unreachable == 0;
}

static void
census_take(const struct cluster *c, const struct service *s, struct census *n,
    int64_t now)
{
	const struct instance *i;
	bool ready;

	memset(n, 0, sizeof(*n));
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!i->in_list) {
			n->last_words += member_alive(i);
			continue;
		}
		ready = instance_stays_ready(c, i, now);
		n->size++;
		n->joined += i->joined;
		n->ready += ready;
		n->leavers += i->leaving;
		n->newcomers += !i->leaving && !i->joined && !i->stopped;
		n->stayers += !i->leaving;
		n->stayers_ready += !i->leaving && ready;
		n->unplaced += !i->placement.set;
		if (!member_alive(i))
			continue;
		n->alive +=
		    i->joined && !instance_wants_down(i) && i->task->kills == 0;
		n->ready_current += ready && i->task->list == s->list;
		n->outdated += i->task->list != s->list;
		n->current +=
		    i->task->list == s->list && i->task->state == TASK_RUNNING;
	}
	if (n->joined == 0)
		n->newcomers = 0;
}

static void
list_changed(struct cluster *c, struct service *s)
{
	s->list++;
	c->dirty = true;
	cluster_notice(c, false, NULL, "%s: server list %u has %d members",
	    service_name(s->id), s->list, service_list_size(s));
}

/*
 * Who serves has what was stored, by whichever list it was started. And when
 * the first one serves, any that was started may be of its majority.
 */
static void
ensemble_mark_joined(struct cluster *c, struct service *s, int64_t now)
{
	bool first = true, serves = false;
	struct instance *i;

	TAILQ_FOREACH(i, &s->instances, entry) {
		i->admit = false;
		i->dismissed = false;
		first &= !i->joined;
		serves |= i->in_list && instance_ready(c, i, now);
	}
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->joined || !i->in_list)
			continue;
		if (instance_ready(c, i, now) ||
		    (first && serves && (i->task != NULL || i->started_once)))
			c->dirty = i->joined = true;
	}
}

/*
 * A restart that was decided while a member could be reached is decided again
 * when it is back: by then the others may not do without it.
 */
static void
ensemble_postpone(struct cluster *c, struct service *s)
{
	struct instance *i;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!i->restart || i->task == NULL ||
		    i->task->unreachable == 0 || i->task->list == s->list ||
		    i->task->state == TASK_KILLING)
			continue;
		i->restart = false;
		i->task->kills = 0;
		c->dirty = true;
	}
}

/* Takes all who leave, or only those that never started, from the list. */
static bool
ensemble_drop(struct cluster *c, struct service *s, bool all)
{
	struct instance *i;
	bool dropped = false;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!i->in_list || !i->leaving ||
		    (!all && (i->task != NULL || i->started_once)))
			continue;
		i->in_list = false;
		i->joined = false;
		dropped = true;
	}
	if (dropped)
		list_changed(c, s);
	return dropped;
}

static struct instance *
ensemble_last_leaver(struct service *s)
{
	struct instance *i, *last = NULL;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->in_list && i->leaving && member_alive(i))
			last = i;
	}
	return last;
}

/*
 * Whether a member is between two lives, so that no other may be restarted.
 * With fewer than a majority on the new list none of them can be ready, and
 * being up for a while has to do.
 */
static bool
member_in_transition(struct cluster *c, const struct service *s,
    const struct instance *i, const struct census *n, int64_t now)
{
	const struct task *t = i->task;
	int64_t patience = SERVE_SETTLE + s->conf->check.settle;
	int majority = service_majority(s);

	if (!i->in_list || !i->joined)
		return false;
	/* One that is ready proves a majority: if just that, all are needed. */
	if (i->stopped || (t != NULL && t->unreachable != 0)) {
		if (n->ready > 0)
			return n->alive <= majority;
		/* They may serve by the older list only. */
		return !i->stopped && n->alive < majority;
	}
	if (t == NULL)
		return true;
	if (t->state != TASK_RUNNING || i->restart || t->kills > 0)
		return true;
	if (t->list != s->list || instance_ready(c, i, now))
		return false;
	if (n->current >= majority)
		return true;
	if (now - t->running >= patience)
		return false;
	cluster_wake(c, t->running + patience);
	return true;
}

static void
ensemble_restart(struct cluster *c, struct service *s, const struct census *n,
    int64_t now)
{
	struct instance *i, *next = NULL;

	if (n->outdated == 0 || n->last_words > 0)
		return;
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (member_in_transition(c, s, i, n, now) && n->joined > 0)
			return;
		if (i->in_list && member_alive(i) && !i->stopped &&
		    i->task->list != s->list && !i->restart &&
		    (next == NULL || n->joined == 0)) {
			next = i;
			if (n->joined == 0)
				i->restart = true;
		}
	}
	if (next == NULL)
		return;
	next->restart = true;
	c->dirty = true;
	cluster_notice(c, false, next, "restarting it with server list %u",
	    s->list);
}

/*
 * Whether a leaver has ended so lately that the others may not have told yet
 * that they cannot do without it.
 */
static bool
leaver_just_ended(struct cluster *c, const struct service *s, int64_t now)
{
	const struct instance *i;
	int64_t end;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!i->in_list || !i->leaving || i->task != NULL ||
		    i->down_since == 0)
			continue;
		end = i->down_since + SERVE_SETTLE + s->conf->check.settle;
		if (now >= end)
			continue;
		cluster_wake(c, end);
		return true;
	}
	return false;
}

/* Returns whether it goes on, or can; false: those who stay do not serve. */
static bool
ensemble_shrink(struct cluster *c, struct service *s, const struct census *n,
    int64_t now)
{
	struct instance *last;
	int others;

	if (n->joined == 0 || n->stayers == 0) {
		/* Nobody has served yet, or nobody is to serve any more. */
		ensemble_drop(c, s, true);
		s->formed = s->formed && n->stayers > 0;
		return true;
	}
	if (ensemble_drop(c, s, false) || leaver_just_ended(c, s, now))
		return true;
	last = ensemble_last_leaver(s);
	if (last != NULL) {
		/* Members with an older list may need more than a majority. */
		others = n->ready_current -
		    (last->task->list == s->list &&
			instance_stays_ready(c, last, now));
		if (others >= service_majority(s)) {
			last->dismissed = true;
			return true;
		}
	}
	if (n->stayers_ready == n->stayers && n->ready >= service_majority(s))
		return ensemble_drop(c, s, true);
	return n->ready > 0;
}

/*
 * Newcomers join in steps, so that those who have served and one newcomer
 * always make a majority: from n members to at most 2n+1.
 */
static void
ensemble_grow(struct service *s, const struct census *n)
{
	struct instance *i;
	int room = n->size + 1;

	if (n->last_words > 0 || n->joined < n->size || n->ready < n->size ||
	    n->outdated > 0)
		return;
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->in_list || i->leaving || i->stopped || i->task != NULL)
			continue;
		if (n->size > 0 && room-- == 0)
			break;
		i->admit = true;
	}
}

static void
ensemble_change(struct cluster *c, struct service *s, const struct census *n,
    int64_t now)
{
	/* What was saved may no longer be so. */
	if (!c->subscribed || c->barrier)
		return;
	/* Those who leave may be needed for others to join, or to serve. */
	if (n->leavers > 0 && n->newcomers == 0 &&
	    ensemble_shrink(c, s, n, now))
		return;
	if (n->unplaced == 0)
		ensemble_restart(c, s, n, now);
	if (n->leavers == 0)
		ensemble_grow(s, n);
}

void
ensemble_run(struct cluster *c, struct service *s, int64_t now)
{
	struct instance *i;
	struct census n;

	ensemble_mark_joined(c, s, now);
	ensemble_postpone(c, s);
	census_take(c, s, &n, now);
	if (!s->formed && n.size > 0 && n.ready == n.size && n.leavers == 0 &&
	    n.outdated == 0) {
		s->formed = true;
		c->dirty = true;
		cluster_notice(c, false, NULL, "%s: all %d members serve",
		    service_name(s->id), n.size);
	}
	ensemble_change(c, s, &n, now);
	/* Who is not in the list may go at once, and must, to join again. */
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!i->in_list)
			i->dismissed = true;
	}
}

bool
ensemble_wants_place(const struct instance *i, int64_t now)
{
	if (i->placement.set || i->stopped || i->leaving || i->task != NULL ||
	    i->backoff_until > now)
		return false;
	return i->admit || i->in_list;
}

void
ensemble_placed(struct cluster *c, struct service *s)
{
	struct instance *i;
	/* With names of its own a member's address is not that of its place. */
	bool changed = !network_has_names(s->conf->network) || s->list == 0;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->admit && i->placement.set) {
			i->in_list = true;
			i->admit = false;
			changed = true;
		}
	}
	if (changed)
		list_changed(c, s);
}

void
ensemble_moved(struct cluster *c, struct service *s)
{
	if (!network_has_names(s->conf->network))
		list_changed(c, s);
}

/* Whether a newcomer may start: see the top of this file. */
static bool
newcomer_may_start(struct cluster *c, struct service *s,
    const struct instance *i, const struct census *n, char *why, int64_t now)
{
	const struct instance *m;

	TAILQ_FOREACH(m, &s->instances, entry) {
		if (m == i || !m->in_list)
			continue;
		if (m->joined && m->stopped && n->alive < service_majority(s)) {
			snprintf(why, MESSAGE_MAX,
			    "waits until %.200s is started, which may have "
			    "what the others lack",
			    m->name);
			return false;
		}
		if (m->joined && !m->stopped &&
		    (!member_alive(m) || m->task->state != TASK_RUNNING ||
			m->task->list != s->list)) {
			snprintf(why, MESSAGE_MAX,
			    "waits until %.200s runs "
			    "with server list %u",
			    m->name, s->list);
			return false;
		}
		if (!m->joined && m->task != NULL &&
		    !instance_ready(c, m, now)) {
			snprintf(why, MESSAGE_MAX, "waits until %.200s serves",
			    m->name);
			return false;
		}
		if (!m->joined && m->task == NULL && m->number < i->number &&
		    !m->stopped && !m->leaving && m->backoff_until <= now) {
			snprintf(why, MESSAGE_MAX,
			    "waits until %.200s has started", m->name);
			return false;
		}
	}
	return true;
}

bool
ensemble_may_start(struct cluster *c, struct service *s,
    const struct instance *i, char *why, int64_t now)
{
	struct census n;

	census_take(c, s, &n, now);
	if (!i->in_list || !i->placement.set) {
		snprintf(why, MESSAGE_MAX, "waits for a place%s",
		    i->admit || i->in_list ? "" : " until all members serve");
		return false;
	}
	/* Leaving, but perhaps needed until the shorter list is in force. */
	if (i->leaving && n.ready >= service_majority(s) && n.newcomers == 0)
		return false;
	if (i->joined || n.joined == 0)
		return true;
	return newcomer_may_start(c, s, i, &n, why, now);
}
