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
 * What the operator may ask for. Each command changes what is wanted, never
 * a task; the next run does the rest. Pure.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cluster.h"
#include "instance.h"
#include "roll.h"

__attribute__((format(printf, 3, 4))) static void
answer(struct reply *r, int code, const char *fmt, ...)
{
	va_list ap;

	r->code = code;
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
}

/* Changes are for the scheduler that the master listens to. */
static bool
refused(struct cluster *c, struct reply *r)
{
	if (c->mode == MODE_PASSIVE) {
		answer(r, 409,
		    "another scheduler has taken over this "
		    "framework; to take it back: kafkactl -f register");
		return true;
	}
	if (c->mode == MODE_TEARDOWN) {
		answer(r, 409, "the framework is being torn down");
		return true;
	}
	return false;
}

/* The instance of this name, or the one whose task has this id. */
static struct instance *
find(struct cluster *c, const char *name, struct reply *r)
{
	struct instance *i;

	if (refused(c, r))
		return NULL;
	if ((i = cluster_find(c, name)) != NULL ||
	    (i = cluster_find_task(c, name)) != NULL)
		return i;
	answer(r, 404, "no such task or instance: %s", name);
	return NULL;
}

static int
count_max(enum service_id id)
{
	return id == SERVICE_ZOOKEEPER ? ZOOKEEPER_MAX : INSTANCES_MAX;
}

void
cluster_scale(struct cluster *c, enum service_id id, int count, bool force,
    struct reply *r, int64_t now)
{
	struct service *s = &c->service[id];
	int majority = service_majority(s), old = s->count;

	(void)now;
	if (refused(c, r))
		return;
	if (count < 0 || count > count_max(id)) {
		answer(r, 400, "%s: the count must be from 0 to %d",
		    service_name(id), count_max(id));
		return;
	}
	if (count > service_volumes_max(s->conf)) {
		answer(r, 409,
		    "%s: %d instances, but there are volumes for %d only; name "
		    "more of them in the configuration",
		    service_name(id), count, service_volumes_max(s->conf));
		return;
	}
	if (!force && count == 0 && old > 0) {
		answer(r, 409,
		    "%s: a count of 0 ends the whole service; if "
		    "that is meant, use -f",
		    service_name(id));
		return;
	}
	if (!force && service_is_ensemble(id) && service_list_size(s) > 0 &&
	    count < majority && count < old) {
		answer(r, 409,
		    "%s: %d is less than the majority (%d) of the "
		    "%d members; it will not serve for a moment; if that is "
		    "meant, use -f",
		    service_name(id), count, majority, service_list_size(s));
		return;
	}
	s->count = count;
	c->dirty = true;
	answer(r, 200, "%s: %d to %d", service_name(id), old, count);
}

void
cluster_kill(struct cluster *c, const char *name, struct reply *r, int64_t now)
{
	struct instance *i;

	(void)now;
	if ((i = find(c, name, r)) == NULL)
		return;
	i->stopped = true;
	i->restart = false;
	i->backoff_until = 0;
	c->dirty = true;
	if (i->task == NULL)
		answer(r, 200, "%s: it has no task; it stays stopped", i->name);
	else
		answer(r, 200,
		    "%s: killing task %.200s; it stays stopped "
		    "until started",
		    i->name, i->task->id);
}

/* Back to what is wanted, without waiting. Returns false if all is well. */
static bool
revive(struct instance *i)
{
	if (i->task != NULL && !i->stopped)
		return false;
	/* A task that is being killed ends first; then comes a new one. */
	if (i->task != NULL && i->stopped && i->task->kills > 0)
		i->restart = true;
	i->stopped = false;
	i->failures = 0;
	i->backoff_until = 0;
	i->override = i->task == NULL || i->restart;
	return true;
}

void
cluster_start(struct cluster *c, const char *name, struct reply *r, int64_t now)
{
	struct instance *i;

	(void)now;
	if ((i = find(c, name, r)) == NULL)
		return;
	if (i->leaving) {
		answer(r, 409,
		    "%s: it is leaving; scale %s up to have it "
		    "again",
		    i->name, service_name(i->service));
		return;
	}
	if (!revive(i)) {
		answer(r, 200, "%s: it has a task: %.200s", i->name,
		    i->task->id);
		return;
	}
	c->dirty = true;
	answer(r, 200, "%s: starting", i->name);
}

/* One after the other, as their turns come. */
static void
restart_service(struct cluster *c, enum service_id id, struct reply *r)
{
	struct instance *i;
	int n = 0;

	if (refused(c, r))
		return;
	TAILQ_FOREACH(i, &c->service[id].instances, entry) {
		if (i->task == NULL || i->stopped || i->leaving)
			continue;
		i->renew = true;
		n++;
	}
	if (n == 0) {
		answer(r, 200, "%s: nothing runs that could be restarted",
		    service_name(id));
		return;
	}
	c->dirty = true;
	answer(r, 200,
	    "%s: %d instances are restarted one after the other; "
	    "kafkactl plan shows them%s",
	    service_name(id), n,
	    c->paused ? ", kafkactl plan resume begins" : "");
}

void
cluster_restart(struct cluster *c, const char *name, struct reply *r,
    int64_t now)
{
	enum service_id id = service_parse(name);
	struct instance *i;

	if (id != SERVICE_MAX) {
		restart_service(c, id, r);
		return;
	}
	if ((i = find(c, name, r)) == NULL)
		return;
	if (i->stopped || i->leaving) {
		answer(r, 409, "%s: it is stopped; use start", i->name);
		return;
	}
	if (i->task == NULL) {
		cluster_start(c, name, r, now);
		return;
	}
	i->restart = true;
	c->dirty = true;
	answer(r, 200, "%s: ending task %.200s, then a new one", i->name,
	    i->task->id);
}

/*
 * A broker that is to leave, on an agent that may never come back: without
 * this it would stay for ever.
 */
static void
give_up(struct cluster *c, struct instance *i, bool force, struct reply *r,
    int64_t now)
{
	if (!force) {
		answer(r, 409,
		    "%s: it is leaving, and agent %s is "
		    "unreachable; to give it up, use -f",
		    i->name, task_agent_name(i->task));
		return;
	}
	cluster_notice(c, false, i, "given up");
	instance_replace(c, i, now);
	answer(r, 200, "%s: given up; if its task is seen again, it is killed",
	    i->name);
}

static int
others_ready(const struct cluster *c, const struct service *s,
    const struct instance *but, int64_t now)
{
	const struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &s->instances, entry)
		n += i != but && instance_stays_ready(c, i, now);
	return n;
}

void
cluster_replace(struct cluster *c, const char *name, bool force,
    struct reply *r, int64_t now)
{
	struct service *s;
	struct instance *i;
	int others;

	if ((i = find(c, name, r)) == NULL)
		return;
	s = &c->service[i->service];
	if (i->leaving && !service_is_ensemble(i->service) && i->task != NULL &&
	    i->task->unreachable != 0) {
		give_up(c, i, force, r, now);
		return;
	}
	if (i->leaving) {
		answer(r, 409, "%s: it is leaving", i->name);
		return;
	}
	others = others_ready(c, s, i, now);
	if (service_is_ensemble(i->service) && others < service_majority(s)) {
		answer(r, 409,
		    "%s: only %d other members are ready, and %d "
		    "make a majority: what was stored would be lost",
		    i->name, others, service_majority(s));
		return;
	}
	if (!force) {
		answer(r, 409,
		    "%s: it gets a new place, and its data on "
		    "agent %s is left behind; if that is meant, use -f",
		    i->name,
		    i->placement.set ? placement_name(&i->placement)
				     : "(none)");
		return;
	}
	cluster_notice(c, false, i, "replaced");
	instance_replace(c, i, now);
	answer(r, 200, "%s: it gets a new place", i->name);
}

void
cluster_reflate(struct cluster *c, enum service_id id, struct reply *r,
    int64_t now)
{
	struct instance *i;
	int n = 0;

	(void)now;
	if (refused(c, r))
		return;
	TAILQ_FOREACH(i, &c->service[id].instances, entry) {
		if (!i->leaving && revive(i))
			n++;
	}
	if (n > 0)
		c->dirty = true;
	if (n == 0)
		answer(r, 200, "%s: nothing is missing", service_name(id));
	else
		answer(r, 200, "%s: starting %d", service_name(id), n);
}

void
cluster_pause(struct cluster *c, struct reply *r)
{
	if (refused(c, r))
		return;
	c->dirty |= !c->paused;
	c->paused = true;
	answer(r, 200,
	    "the plan is paused: whose turn it is gets ready, and "
	    "no other is restarted before kafkactl plan resume");
}

void
cluster_resume(struct cluster *c, struct reply *r)
{
	if (refused(c, r))
		return;
	if (!c->paused) {
		answer(r, 200, "the plan is not paused");
		return;
	}
	c->paused = false;
	c->dirty = true;
	answer(r, 200, "the plan goes on");
}

/* Who has not ended yet need not; the rest of the plan is given up. */
static void
cancel_turn(struct instance *i)
{
	if (i->rolling && i->task != NULL && i->task->kills == 0)
		i->restart = false;
	i->rolling = false;
	i->renew = false;
}

void
cluster_cancel(struct cluster *c, struct reply *r)
{
	char why[MESSAGE_MAX];
	struct instance *i;
	int id, n = 0;

	if (refused(c, r))
		return;
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			n += i->rolling || roll_wants(c, i, why, sizeof(why));
			cancel_turn(i);
		}
		c->service[id].skipped = c->service[id].revision;
	}
	c->paused = false;
	c->dirty = true;
	if (n == 0)
		answer(r, 200, "there is nothing in the plan");
	else
		answer(r, 200,
		    "%d instances are not restarted; they get the "
		    "new configuration when they start the next time",
		    n);
}

/* What it means to register in this mode. */
static const char *
register_means(enum cluster_mode mode)
{
	switch (mode) {
	case MODE_PASSIVE:
		return "this takes the framework from the scheduler that has "
		       "it now";
	case MODE_TEARDOWN:
		return "this calls off the teardown, if it is not done yet";
	default:
		return "this makes a new framework";
	}
}

void
cluster_register(struct cluster *c, bool force, struct reply *r, int64_t now)
{
	(void)now;
	if (c->mode == MODE_ACTIVE) {
		answer(r, 409, "it is registered, or trying to be, as %s",
		    c->framework_id[0] != '\0' ? c->framework_id
					       : "a new framework");
		return;
	}
	if (!force) {
		answer(r, 409, "%s; if that is meant, use -f",
		    register_means(c->mode));
		return;
	}
	/* The other scheduler may have started tasks. */
	c->barrier = c->framework_id[0] != '\0';
	c->mode = MODE_ACTIVE;
	c->subscribed = false;
	c->subscribing = false;
	c->dirty = true;
	answer(r, 200, "registering");
}

void
cluster_teardown(struct cluster *c, bool force, struct reply *r, int64_t now)
{
	(void)now;
	if (refused(c, r))
		return;
	if (c->mode == MODE_REMOVED) {
		answer(r, 409, "there is no framework");
		return;
	}
	if (!force) {
		answer(r, 409,
		    "this ends the framework and every task of it; "
		    "if that is meant, use -f");
		return;
	}
	c->mode = MODE_TEARDOWN;
	c->teardown_sent = false;
	c->dirty = true;
	answer(r, 200, "ending the framework with all its tasks");
}
