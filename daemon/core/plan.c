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
 * Wanted against observed: after every event the core looks at everything
 * and yields what is missing. There is no list of pending work that could be
 * lost or done twice. Pure.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "crowd.h"
#include "ensemble.h"
#include "gone.h"
#include "instance.h"
#include "match.h"
#include "plan.h"
#include "reconcile.h"
#include "roll.h"
#include "waits.h"
#include "words.h"

static void
offers_forget(struct cluster *c)
{
	struct offer *o;

	while ((o = TAILQ_FIRST(&c->offers)) != NULL) {
		TAILQ_REMOVE(&c->offers, o, entry);
		offer_free(o);
	}
}

/* A task is asked to end again as soon as it can be reached. */
static void
task_renew_kill(struct task *t, void *arg)
{
	(void)arg;
	t->kill_next = 0;
}

void
cluster_on_disconnected(struct cluster *c)
{
	struct action *a, *next;

	c->subscribed = false;
	c->subscribing = false;
	offers_forget(c);
	/* One may wait for a save: with the next it would be sent twice. */
	TAILQ_FOREACH_SAFE(a, &c->actions, entry, next) {
		if (a->type != ACTION_SUBSCRIBE)
			continue;
		TAILQ_REMOVE(&c->actions, a, entry);
		action_free(a);
	}
}

void
cluster_on_subscribed(struct cluster *c, const char *framework_id, int64_t now)
{
	struct instance *i;
	int id;

	if (strcmp(c->framework_id, framework_id) != 0) {
		strlcpy(c->framework_id, framework_id, sizeof(c->framework_id));
		c->dirty = true;
	}
	c->subscribed = true;
	c->subscribing = false;
	c->teardown_sent = false;
	/* Offers of an earlier subscription are void, filters forgotten. */
	offers_forget(c);
	if (!c->suppressed)
		c->revived = now;
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry)
			i->asked = !c->suppressed;
	}
	cluster_each_task(c, task_renew_kill, NULL);
	reconcile_start(c, now);
}

/* The framework is no more, and Mesos has ended its tasks. */
static void
cluster_removed(struct cluster *c, int64_t now)
{
	struct instance *i;
	struct task *t;
	int id;

	c->mode = MODE_REMOVED;
	c->framework_id[0] = '\0';
	c->imported = false;
	c->barrier = false;
	c->behind = false;
	c->dirty = true;
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->task != NULL)
				instance_task_over(c, i, now);
		}
	}
	while ((t = TAILQ_FIRST(&c->strays)) != NULL) {
		TAILQ_REMOVE(&c->strays, t, entry);
		task_free(t);
	}
}

void
cluster_on_teardown(struct cluster *c, int64_t now)
{
	if (c->mode != MODE_TEARDOWN)
		return;
	cluster_notice(c, false, NULL, "the framework was torn down");
	cluster_removed(c, now);
}

void
cluster_on_error(struct cluster *c, const char *message, int64_t now)
{
	if (strcmp(message, "Framework failed over") == 0) {
		c->mode = MODE_PASSIVE;
		/* A restart must not take it back by itself. */
		c->dirty = true;
		cluster_notice(c, true, NULL,
		    "another scheduler has taken "
		    "over this framework: passive from now on; to take it "
		    "back: kafkactl -f register");
		return;
	}
	if (strcmp(message, "Framework has been removed") == 0) {
		cluster_notice(c, true, NULL,
		    "the master has removed the "
		    "framework; to begin anew with the same placements, ids "
		    "and volumes: kafkactl -f register");
		cluster_removed(c, now);
		return;
	}
	cluster_notice(c, true, NULL, "the master says: %s", message);
}

void
cluster_on_offer(struct cluster *c, struct offer *o, int64_t now)
{
	o->received = now;
	o->launch = NULL;
	o->serial = ++c->received;
	crowd_note(o);
	TAILQ_INSERT_TAIL(&c->offers, o, entry);
}

void
cluster_on_rescind(struct cluster *c, const char *offer_id)
{
	struct offer *o;

	TAILQ_FOREACH(o, &c->offers, entry) {
		if (strcmp(o->id, offer_id) != 0)
			continue;
		match_note_outcome(c, o, "rescinded");
		TAILQ_REMOVE(&c->offers, o, entry);
		offer_free(o);
		return;
	}
}

/* Makes the instances that are wanted; marks those that are not. */
static void
service_resize(struct cluster *c, struct service *s)
{
	struct instance *i = TAILQ_FIRST(&s->instances), *next;
	int n;

	/* They are in the order of their numbers, as these are. */
	for (n = 0; n < s->count; n++) {
		if (i != NULL && i->number == n) {
			i = TAILQ_NEXT(i, entry);
			continue;
		}
		if (service_add(s, n) == NULL)
			return;
		c->dirty = true;
	}
	TAILQ_FOREACH_SAFE(i, &s->instances, entry, next) {
		if (i->leaving != (i->number >= s->count)) {
			i->leaving = i->number >= s->count;
			c->dirty = true;
		}
		if (!i->leaving || i->task != NULL || i->in_list)
			continue;
		cluster_notice(c, false, i, "removed");
		instance_free(s, i);
		c->dirty = true;
	}
}

/* Brokers leave one after the other, last added first. */
static void
service_shrink(struct service *s)
{
	struct instance *i;
	bool found = false;

	TAILQ_FOREACH_REVERSE(i, &s->instances, instances, entry) {
		i->dismissed = false;
		if (!i->leaving || i->task == NULL || found)
			continue;
		i->dismissed = true;
		/* Who cannot be reached does not hold up the others. */
		found = i->task->unreachable == 0;
	}
}

static void
task_kill(struct cluster *c, struct task *t, int64_t grace, int64_t now)
{
	struct action *a;

	if (t->unreachable != 0)
		return;
	if (t->kill_next == 0 || now >= t->kill_next) {
		if ((a = action_new(c, ACTION_KILL)) == NULL)
			return;
		strlcpy(a->task.task_id, t->id, sizeof(a->task.task_id));
		strlcpy(a->task.agent_id, t->agent_id,
		    sizeof(a->task.agent_id));
		a->grace = grace;
		if (t->kills++ == 0)
			t->killed = now;
		t->kill_next = now + grace + c->conf->kill_interval;
	}
	cluster_wake(c, t->kill_next);
}

static void
plan_kills(struct cluster *c, int64_t now)
{
	struct instance *i;
	struct task *t, *next;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->task != NULL && i->task->gone_until != 0)
				gone_end(c, i->task, now);
			/* What was begun is ended, whatever is wanted now. */
			if (i->task != NULL &&
			    (instance_wants_down(i) || i->task->kills > 0))
				task_kill(c, i->task,
				    c->conf->service[id].grace, now);
		}
	}
	TAILQ_FOREACH_SAFE(t, &c->strays, entry, next) {
		if (t->gone_until != 0)
			gone_end(c, t, now);
		else
			task_kill(c, t, instance_grace(c, t), now);
	}
}

/*
 * Gives up on agents that were away for longer than configured. One that was
 * away when the connection was lost may be back: Mesos is asked first.
 */
static void
plan_unreachable(struct cluster *c, int64_t now)
{
	struct instance *i;
	int64_t limit;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		limit = c->conf->service[id].unreachable;
		if (limit == FOREVER ||
		    service_is_ensemble((enum service_id)id))
			continue;
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->task == NULL || i->task->unreachable == 0 ||
			    i->task->unanswered || i->stopped || i->leaving)
				continue;
			if (now - i->task->unreachable < limit) {
				cluster_wake(c, i->task->unreachable + limit);
				continue;
			}
			cluster_notice(c, true, i,
			    "agent %s has been "
			    "unreachable for too long: replacing task %s",
			    task_agent_name(i->task), i->task->id);
			instance_replace(c, i, now);
		}
	}
}

bool
plan_kafka_may_start(struct cluster *c, char *why, int64_t now)
{
	struct service *zk = &c->service[SERVICE_ZOOKEEPER];
	const struct service_conf *kafka = &c->conf->service[SERVICE_KAFKA];
	int ready = service_ready(c, zk, now);

	/* Another ensemble was named. */
	if (pairs_get(&kafka->options, "zookeeper.connect") != NULL ||
	    pairs_get(&kafka->env, "KAFKA_ZOOKEEPER_CONNECT") != NULL)
		return true;
	if (zk->formed && ready >= service_majority(zk))
		return true;
	snprintf(why, MESSAGE_MAX, "waits for zookeeper: %d of %d ready%s",
	    ready, zk->count, zk->formed ? ", no majority" : "");
	return false;
}

/* A task of which nobody knows whose it is, and which may be alive; or NULL. */
static const struct task *
plan_nameless(const struct cluster *c)
{
	const struct task *t;

	TAILQ_FOREACH(t, &c->strays, entry) {
		if (t->instance[0] == '\0')
			return t;
	}
	return NULL;
}

/*
 * Whether launches are held back because a newer task of the instance may
 * be alive that the saved state does not know.
 */
static bool
plan_held_back(struct cluster *c, const struct instance *i, char *why,
    int64_t now)
{
	char left[WORDS_SIZE];
	const struct task *t;

	if (i->override)
		return false;
	if (c->barrier) {
		snprintf(why, MESSAGE_MAX,
		    "waits until all agents have "
		    "reported their tasks to the master; kafkactl start %.200s "
		    "does not wait",
		    i->name);
		return true;
	}
	if (c->behind && now < c->behind_until) {
		snprintf(why, MESSAGE_MAX,
		    "waits %s for an unknown task of it, as the saved state "
		    "was behind; kafkactl start %.200s does not wait",
		    words_time(c->behind_until - now, left), i->name);
		cluster_wake(c, c->behind_until);
		return true;
	}
	if ((t = plan_nameless(c)) != NULL) {
		snprintf(why, MESSAGE_MAX,
		    "waits for the end of task %.200s, which may be its own; "
		    "kafkactl start %.200s does not wait",
		    t->id, i->name);
		return true;
	}
	return false;
}

static bool
plan_waits(struct instance *i, enum wait wait)
{
	i->wait = wait;
	return false;
}

static void
plan_needs_offer(struct instance *i)
{
	i->needs_offer = true;
	i->wait = WAIT_OFFER;
}

/* Whether the instance should have a task now; fills in what it waits for. */
static bool
plan_wants_task(struct cluster *c, struct instance *i, int64_t now)
{
	struct service *s = &c->service[i->service];

	if (i->task != NULL || i->stopped || (i->leaving && !i->in_list))
		return false;
	if (i->backoff_until > now) {
		cluster_wake(c, i->backoff_until);
		return false;
	}
	if (plan_held_back(c, i, i->waiting, now))
		return plan_waits(i, WAIT_REPORTS);
	if (i->service == SERVICE_KAFKA &&
	    !plan_kafka_may_start(c, i->waiting, now))
		return plan_waits(i, WAIT_ZOOKEEPER);
	if (service_is_ensemble(i->service) &&
	    !ensemble_may_start(c, s, i, i->waiting, now))
		return plan_waits(i, WAIT_MEMBERS);
	return true;
}

/* Without a place for all of them none is kept. */
static void
places_undo(struct service *s, int lack, int placed)
{
	struct instance *i;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!i->placed_now && !i->needs_offer)
			continue;
		if (i->placed_now) {
			crowd_remove(i);
			i->placement.set = false;
		}
		i->needs_offer = true;
		i->wait = WAIT_PLACES;
		snprintf(i->waiting, sizeof(i->waiting),
		    "%d of %d members lack a place", lack, lack + placed);
	}
}

/*
 * Some would fit, but not all. What was declined, each agent from another
 * moment, may be enough together with what is offered now: so it is asked
 * for, once in a hold.
 */
static void
places_ask(struct cluster *c, struct service *s)
{
	struct offer *first = TAILQ_FIRST(&c->offers);
	struct instance *i;

	if (first == NULL || first->received - c->revived <= c->conf->hold)
		return;
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->needs_offer)
			i->asked = false;
	}
}

/*
 * Gives a place to every member that needs one, all of them or none. Returns
 * whether some still wait.
 */
static bool
plan_places(struct cluster *c, struct service *s, int64_t now)
{
	uint32_t ports[PORTS_MAX];
	struct instance *i;
	struct offer *o;
	int lack = 0, placed = 0;
	bool kept;

	TAILQ_FOREACH(i, &s->instances, entry) {
		/* One that left and is wanted again comes back to its place. */
		kept = i->admit && i->placement.set;
		if ((!kept && !ensemble_wants_place(i, now)) ||
		    plan_held_back(c, i, i->waiting, now))
			continue;
		if (kept) {
			placed++;
			continue;
		}
		if ((o = match_find(c, i, ports, now)) == NULL) {
			plan_needs_offer(i);
			lack++;
			continue;
		}
		match_place(c, i, o, ports);
		i->placed_now = true;
		placed++;
	}
	if (lack > 0) {
		places_undo(s, lack, placed);
		if (placed > 0)
			places_ask(c, s);
		return true;
	}
	if (placed > 0) {
		ensemble_placed(c, s);
		/* The members there are now learn of it in the next run. */
		cluster_wake(c, now);
	}
	return false;
}

/*
 * A place that was chosen but never used, and is no longer good, is given
 * up. An offer is no reservation.
 */
static void
plan_unplace(struct cluster *c, struct instance *i, int64_t now)
{
	struct offer *o;

	if (!service_is_ensemble(i->service) || i->placement.firm)
		return;
	TAILQ_FOREACH(o, &c->offers, entry) {
		if (!placement_is_on(&i->placement, o->agent_id, o->hostname))
			continue;
		cluster_notice(c, true, i, "its place on %s is taken",
		    o->hostname);
		crowd_remove(i);
		i->placement.set = false;
		c->dirty = true;
		cluster_wake(c, now);
		return;
	}
}

/* Launches what can be launched. Returns whether some wait for an offer. */
static bool
plan_launches(struct cluster *c, struct service *s, int64_t now)
{
	const struct instance *like = NULL;
	uint32_t ports[PORTS_MAX];
	struct instance *i;
	struct offer *o;
	bool waiting = false, moved;
	size_t alike = 0; /* new ones that no offer fits */

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->needs_offer || !plan_wants_task(c, i, now))
			continue;
		if (alike >= MISSES_MAX && match_is_new(c, i)) {
			/* Nor any other; of so many it is kept why. */
			strlcpy(i->waiting, like->waiting, sizeof(i->waiting));
			plan_needs_offer(i);
			continue;
		}
		o = match_find(c, i, ports, now);
		if (o == NULL && match_is_new(c, i)) {
			like = i;
			alike++;
		}
		if (o != NULL) {
			moved = memcmp(i->placement.ports, ports,
				    sizeof(ports)) != 0;
			match_place(c, i, o, ports);
			if (moved && service_is_ensemble(s->id))
				ensemble_moved(c, s);
			if (match_launch(c, i, o, now) == 0)
				continue;
		}
		plan_needs_offer(i);
		waiting = true;
		plan_unplace(c, i, now);
	}
	return waiting;
}

/* Forgets what is used: an ACCEPT has it. */
static void
plan_used(struct cluster *c)
{
	struct offer *o, *next;

	TAILQ_FOREACH_SAFE(o, &c->offers, entry, next) {
		if (o->launch == NULL)
			continue;
		TAILQ_REMOVE(&c->offers, o, entry);
		offer_free(o);
	}
}

/* Sends back what is not needed for a placement any more. */
static void
plan_decline(struct cluster *c, bool hold, int64_t now)
{
	struct action *a = NULL;
	struct offer *o = TAILQ_FIRST(&c->offers), *next;
	int64_t until = o != NULL ? o->received + c->conf->hold : 0;
	char(*ids)[ID_MAX];

	/* Held together, they go back together. */
	TAILQ_FOREACH_SAFE(o, &c->offers, entry, next) {
		if (hold && now < until) {
			match_note_outcome(c, o, "held");
			cluster_wake(c, until);
			continue;
		}
		if ((a == NULL || a->noffers == ACTION_BATCH) &&
		    (a = action_new(c, ACTION_DECLINE)) == NULL)
			return;
		ids = reallocarray(a->offer_ids, a->noffers + 1, sizeof(*ids));
		if (ids == NULL)
			return;
		a->offer_ids = ids;
		a->refuse = c->conf->refuse;
		strlcpy(ids[a->noffers++], o->id, ID_MAX);
		match_note_outcome(c, o, "declined");
		TAILQ_REMOVE(&c->offers, o, entry);
		offer_free(o);
	}
}

void
cluster_decline(struct cluster *c, int64_t now)
{
	struct instance *i;
	int id;

	if (TAILQ_EMPTY(&c->offers))
		return;
	plan_decline(c, false, now);
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry)
			i->asked = false;
	}
}

/* Whether an instance needs an offer and none was asked for since. */
static bool
needs_news(struct cluster *c)
{
	struct instance *i;
	bool news = false;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			news |= i->needs_offer && !i->asked;
			i->asked &= i->needs_offer;
		}
	}
	return news;
}

/* Asks for offers when something is missing, and for none when nothing is. */
static void
plan_revive(struct cluster *c, bool missing, int64_t now)
{
	struct instance *i;
	bool news = needs_news(c);
	int id;

	if (!missing) {
		if (!c->suppressed && action_new(c, ACTION_SUPPRESS) != NULL)
			c->suppressed = true;
		return;
	}
	if (!c->suppressed && !news)
		return;
	if (c->revived != 0 && now - c->revived < c->conf->revive_interval) {
		cluster_wake(c, c->revived + c->conf->revive_interval);
		return;
	}
	if (action_new(c, ACTION_REVIVE) == NULL)
		return;
	c->suppressed = false;
	c->revived = now;
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry)
			i->asked = i->needs_offer;
	}
}

static void
plan_offers(struct cluster *c, int64_t now)
{
	bool places = false, launches = false;
	struct instance *i;
	struct service *s;
	int id;

	match_note_offers(c);
	match_name_hosts(c);
	crowd_gather(c);
	for (id = 0; id < SERVICE_MAX; id++) {
		s = &c->service[id];
		TAILQ_FOREACH(i, &s->instances, entry) {
			i->needs_offer = false;
			i->placed_now = false;
			i->wait = WAIT_NOTHING;
			i->waiting[0] = '\0';
		}
		if (service_is_ensemble(s->id))
			places |= plan_places(c, s, now);
		launches |= plan_launches(c, s, now);
	}
	plan_used(c);
	plan_decline(c, places, now);
	plan_revive(c, places || launches, now);
	waits_note(c, now);
}

static void
plan_behind(struct cluster *c, int64_t now)
{
	if (!c->behind || c->barrier)
		return;
	if (now < c->behind_until) {
		cluster_wake(c, c->behind_until);
		return;
	}
	c->behind = false;
	c->dirty = true;
	cluster_notice(c, false, NULL, "the state is no longer behind");
}

static void
plan_subscribe(struct cluster *c)
{
	if (c->subscribing || action_new(c, ACTION_SUBSCRIBE) == NULL)
		return;
	c->subscribing = true;
	/* Tasks to be launched are found out after the subscription. */
	c->suppressed = c->framework_id[0] != '\0';
}

static void
plan_settle(struct cluster *c, int64_t now)
{
	struct instance *i;
	int64_t settle;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		settle = c->conf->service[id].check.settle;
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			instance_tell(c, i, now);
			if (i->task != NULL && settle > 0 &&
			    i->task->healthy == HEALTH_GOOD &&
			    now - i->task->healthy_since < settle)
				cluster_wake(c,
				    i->task->healthy_since + settle);
		}
	}
}

static void
plan_teardown(struct cluster *c)
{
	if (!c->subscribed)
		plan_subscribe(c);
	else if (!c->teardown_sent && action_new(c, ACTION_TEARDOWN) != NULL)
		c->teardown_sent = true;
}

void
cluster_run(struct cluster *c, int64_t now)
{
	struct service *s;
	int id;

	c->deadline = 0;
	waits_note_mode(c, now);
	if (c->mode == MODE_TEARDOWN) {
		plan_teardown(c);
		return;
	}
	if (c->mode != MODE_ACTIVE)
		return;
	for (id = 0; id < SERVICE_MAX; id++) {
		s = &c->service[id];
		service_resize(c, s);
		if (service_is_ensemble(s->id))
			ensemble_run(c, s, now);
		else
			service_shrink(s);
	}
	if (!c->subscribed) {
		plan_subscribe(c);
	} else {
		plan_behind(c, now);
		plan_unreachable(c, now);
		roll_run(c, now);
		plan_kills(c, now);
		reconcile_run(c, now);
		plan_offers(c, now);
	}
	plan_settle(c, now);
}
