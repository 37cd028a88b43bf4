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
 * The plan: restarts one after the other, each ready before the next, in the
 * configured order of the services, and by number in each of them. Nobody's
 * turn comes while anybody else is not there: a restart takes one away, and
 * Kafka's and ZooKeeper's data bear the loss of one. Pure.
 */

#include <stdio.h>
#include <string.h>

#include "instance.h"
#include "plan.h"
#include "revision.h"
#include "roll.h"
#include "words.h"

bool
roll_wants(const struct cluster *c, const struct instance *i, char *why,
    size_t size)
{
	const struct service *s = &c->service[i->service];
	bool wants;

	why[0] = '\0';
	if (i->task == NULL || i->stopped || i->leaving)
		return false;
	wants = s->revision != s->skipped && revision_outdated(s, i, why, size);
	if (i->renew && !wants)
		strlcpy(why, "asked for by the operator", size);
	return wants || i->renew;
}

/*
 * Whether the instance is no reason to wait: it serves, or has never been
 * there. One that was given a new place lacks what it had.
 */
static bool
is_no_hindrance(const struct cluster *c, const struct instance *i, int64_t now)
{
	if (i->task == NULL && !i->started_once && i->down_since == 0)
		return true;
	return !i->leaving && instance_stays_ready(c, i, now);
}

/* Why the others cannot do without this one now; empty: they can. */
static void
roll_gate(struct cluster *c, const struct instance *i, char *why, int64_t now)
{
	struct service *s = &c->service[i->service];
	const struct instance *other;

	if (!c->subscribed || c->barrier || c->behind) {
		strlcpy(why, "waits until it is known which tasks run",
		    MESSAGE_MAX);
		return;
	}
	if (i->service == SERVICE_KAFKA && !plan_kafka_may_start(c, why, now))
		return;
	TAILQ_FOREACH(other, &s->instances, entry) {
		/* Itself as it would be without its turn. */
		if ((other == i && i->restart) ||
		    is_no_hindrance(c, other, now))
			continue;
		snprintf(why, MESSAGE_MAX,
		    "waits until %.200s %s (kafkactl restart %.200s does not "
		    "wait)",
		    other->name,
		    other->leaving	 ? "has left"
			: other->stopped ? "is started again"
					 : "is ready",
		    i->name);
		return;
	}
	/* Its members are restarted one by one as it is. */
	TAILQ_FOREACH(other, &s->instances, entry) {
		if (service_is_ensemble(s->id) && other->task != NULL &&
		    other->task->list != s->list) {
			snprintf(why, MESSAGE_MAX,
			    "waits until %.200s has server list %u",
			    other->name, s->list);
			return;
		}
	}
	why[0] = '\0';
}

/* When the next turn may come, at the earliest. */
static int64_t
roll_time(const struct cluster *c)
{
	return c->rolled != 0 ? c->rolled + c->conf->pace : 0;
}

void
roll_look(struct cluster *c, struct roll *r, int64_t now)
{
	char why[MESSAGE_MAX], left[WORDS_SIZE];
	struct instance *i;
	int k;

	memset(r, 0, sizeof(*r));
	for (k = 0; k < SERVICE_MAX; k++) {
		TAILQ_FOREACH(i, &c->service[c->conf->order[k]].instances,
		    entry) {
			if (i->rolling && r->now == NULL) {
				r->now = i;
				r->steps++;
			} else if (roll_wants(c, i, why, sizeof(why))) {
				r->next = r->next != NULL ? r->next : i;
				r->steps++;
			}
		}
	}
	if (r->next == NULL)
		return;
	if (r->now != NULL)
		snprintf(r->waiting, MESSAGE_MAX, "waits until %.200s is ready",
		    r->now->name);
	else if (c->paused)
		strlcpy(r->waiting,
		    "waits for the operator: kafkactl plan resume",
		    MESSAGE_MAX);
	else if (now < roll_time(c))
		snprintf(r->waiting, MESSAGE_MAX,
		    "waits %s, the pace, after the one before",
		    words_time(roll_time(c) - now, left));
	else
		roll_gate(c, r->next, r->waiting, now);
}

/*
 * A turn that came before kafkad ended, or before its agent was away, comes
 * again later if by now the others cannot do without it. One that does not
 * serve is no loss.
 */
static bool
roll_postpone(struct cluster *c, struct instance *i, int64_t now)
{
	char why[MESSAGE_MAX];

	if (!i->restart || i->task == NULL || i->task->kills > 0 ||
	    !instance_ready(c, i, now))
		return false;
	roll_gate(c, i, why, now);
	if (why[0] == '\0' && !c->paused)
		return false;
	i->restart = false;
	i->rolling = false;
	c->dirty = true;
	return true;
}

/*
 * Its turn is over when it is ready, or when the operator has other plans for
 * it. As long as it is neither, it is restarted once more if it should be yet
 * another one: what it was started with may be why it does not get ready.
 */
static void
roll_turn(struct cluster *c, struct instance *i, int64_t now)
{
	char why[MESSAGE_MAX];

	if (i->stopped || i->leaving) {
		i->rolling = false;
		c->dirty = true;
		return;
	}
	if (roll_postpone(c, i, now))
		return;
	if (instance_stays_ready(c, i, now)) {
		i->rolling = false;
		c->rolled = now;
		c->dirty = true;
		cluster_notice(c, false, i, "its turn in the plan is over");
		return;
	}
	if (c->paused || i->restart || i->task == NULL || i->task->kills > 0 ||
	    i->task->unreachable != 0 || !roll_wants(c, i, why, sizeof(why)))
		return;
	i->restart = true;
	c->dirty = true;
	cluster_notice(c, false, i, "restarting it once more: %.400s", why);
}

void
roll_run(struct cluster *c, int64_t now)
{
	char why[MESSAGE_MAX];
	struct instance *i;
	struct roll r;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->rolling)
				roll_turn(c, i, now);
		}
		revision_prune(&c->service[id]);
	}
	roll_look(c, &r, now);
	if (r.next == NULL)
		return;
	if (now < roll_time(c))
		cluster_wake(c, roll_time(c));
	if (r.waiting[0] != '\0')
		return;
	roll_wants(c, r.next, why, sizeof(why));
	r.next->restart = true;
	r.next->rolling = true;
	c->dirty = true;
	cluster_notice(c, false, r.next,
	    "restarting it, %d of the plan left: "
	    "%.400s",
	    r.steps, why);
}

void
roll_confirm(struct cluster *c, const struct service *s)
{
	const struct instance *i;
	char why[MESSAGE_MAX];

	if (!c->conf->confirm || c->paused)
		return;
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (!roll_wants(c, i, why, sizeof(why)))
			continue;
		c->paused = true;
		cluster_notice(c, true, NULL,
		    "%s: tasks are to be restarted with the new configuration: "
		    "kafkactl plan shows them, kafkactl plan resume begins",
		    service_name(s->id));
		return;
	}
}
