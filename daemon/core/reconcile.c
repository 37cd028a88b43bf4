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
 * Reconciliation: after each subscription every task is asked for until
 * Mesos has answered, and from time to time again; and Mesos is asked for
 * all tasks it knows, so that orphans are found. Pure.
 */

#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "reconcile.h"

#define RECONCILE_DELAY 1000
#define RECONCILE_DELAY_MAX 30000
#define LOST_INTERVAL 30000
#define LAUNCH_PATIENCE 10000 /* a launch without any update */
#define BARRIER_ID "kafkad.barrier"
#define BARRIER_LAST_ID "kafkad.barrier.last"

static void
task_ask(struct task *t, void *arg)
{
	(void)arg;
	t->unanswered = true;
}

void
reconcile_soon(struct cluster *c, int64_t now)
{
	c->reconcile_next = now;
	c->reconcile_delay = RECONCILE_DELAY;
}

void
reconcile_start(struct cluster *c, int64_t now)
{
	cluster_each_task(c, task_ask, NULL);
	reconcile_soon(c, now);
	c->implicit_next = now;
	c->gathered = false;
}

bool
reconcile_is_barrier(const char *task_id)
{
	return strcmp(task_id, BARRIER_ID) == 0 ||
	    strcmp(task_id, BARRIER_LAST_ID) == 0;
}

/*
 * The first answer says that all agents are back. What runs on those that
 * came back after Mesos was asked for all tasks, nobody has told: so it is
 * asked once more, and only the answer after that is the last.
 */
void
reconcile_barrier_answered(struct cluster *c, const char *task_id, int64_t now)
{
	if (!c->barrier)
		return;
	if (strcmp(task_id, BARRIER_ID) == 0) {
		if (c->gathered)
			return;
		c->gathered = true;
		c->implicit_next = now;
		reconcile_soon(c, now);
		return;
	}
	c->barrier = false;
	cluster_notice(c, false, NULL, "reconciled: all agents have answered");
}

struct refs {
	struct task_ref *list;
	size_t n;
	int64_t now;
	int64_t patience; /* when the next launch has waited long enough */
};

static void
task_count(struct task *t, void *arg)
{
	struct refs *r = arg;

	if (!t->reported && !t->unanswered) {
		if (r->now - t->launched >= LAUNCH_PATIENCE)
			t->unanswered = true;
		else if (r->patience == 0 ||
		    t->launched + LAUNCH_PATIENCE < r->patience)
			r->patience = t->launched + LAUNCH_PATIENCE;
	}
	r->n += t->unanswered;
}

static void
task_collect(struct task *t, void *arg)
{
	struct refs *r = arg;

	if (!t->unanswered)
		return;
	strlcpy(r->list[r->n].task_id, t->id, ID_MAX);
	strlcpy(r->list[r->n].agent_id, t->agent_id, ID_MAX);
	r->n++;
}

/* One call for so many of the tasks. */
static void
reconcile_ask(struct cluster *c, const struct task_ref *refs, size_t n)
{
	struct action *a;

	if ((a = action_new(c, ACTION_RECONCILE)) == NULL)
		return;
	/* Without tasks it would ask for all: then it is not sent at all. */
	if ((a->refs = calloc(n, sizeof(*refs))) == NULL) {
		TAILQ_REMOVE(&c->actions, a, entry);
		action_free(a);
		return;
	}
	memcpy(a->refs, refs, n * sizeof(*refs));
	a->nrefs = n;
}

static void
reconcile_explicit(struct cluster *c, struct refs *r, int64_t now)
{
	size_t i, n;

	r->list = calloc(r->n + 1, sizeof(*r->list));
	if (r->list == NULL)
		return;
	r->n = 0;
	cluster_each_task(c, task_collect, r);
	/* Last, so that its answer comes last. */
	if (c->barrier)
		strlcpy(r->list[r->n++].task_id,
		    c->gathered ? BARRIER_LAST_ID : BARRIER_ID, ID_MAX);
	for (i = 0; i < r->n; i += n) {
		n = r->n - i < ACTION_BATCH ? r->n - i : ACTION_BATCH;
		reconcile_ask(c, r->list + i, n);
	}
	free(r->list);
	c->reconcile_next = now + c->reconcile_delay;
	c->reconcile_delay *= 2;
	if (c->reconcile_delay > RECONCILE_DELAY_MAX)
		c->reconcile_delay = RECONCILE_DELAY_MAX;
}

static void
task_ask_lost(struct task *t, void *arg)
{
	bool *any = arg;

	if (t->unreachable == 0)
		return;
	t->unanswered = true;
	*any = true;
}

/*
 * An agent that comes back without the task says nothing of it: Mesos has to
 * be asked.
 */
static void
reconcile_lost(struct cluster *c, int64_t now)
{
	bool any = false;

	if (now < c->lost_next) {
		cluster_wake(c, c->lost_next);
		return;
	}
	cluster_each_task(c, task_ask_lost, &any);
	if (!any)
		return;
	c->lost_next = now + LOST_INTERVAL;
	cluster_wake(c, c->lost_next);
}

void
reconcile_run(struct cluster *c, int64_t now)
{
	struct refs r = { .now = now };

	if (now >= c->implicit_next) {
		/* Also asks again for each: an update may have been lost. */
		if (c->implicit_next != 0 &&
		    action_new(c, ACTION_RECONCILE) != NULL) {
			cluster_each_task(c, task_ask, NULL);
			reconcile_soon(c, now);
		}
		c->implicit_next = now + c->conf->reconcile_interval;
	}
	cluster_wake(c, c->implicit_next);
	reconcile_lost(c, now);
	cluster_each_task(c, task_count, &r);
	if (r.patience != 0)
		cluster_wake(c, r.patience);
	if (r.n == 0 && !c->barrier) {
		c->reconcile_next = 0;
		return;
	}
	if (c->reconcile_next == 0)
		reconcile_soon(c, now);
	if (now >= c->reconcile_next)
		reconcile_explicit(c, &r, now);
	cluster_wake(c, c->reconcile_next);
}
