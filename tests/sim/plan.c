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
 * The plan of restarts: the operator changes what tasks should be, and holds
 * up what follows; nobody is restarted by it while another one is away; and in
 * the end nothing of it is left.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/roll.h"

#include "sim.h"

static void
types_reload(struct sim *s, struct rng *r)
{
	struct cluster_conf *conf = &s->conf->cluster;
	enum service_id id = (enum service_id)rng_below(r, SERVICE_MAX);
	struct cluster *c = s->host.parent.cluster;
	char image[32];

	snprintf(image, sizeof(image), "image:%d", (int)rng_below(r, 3));
	free(conf->service[id].image);
	conf->service[id].image = strdup(image);
	conf->pace = SECONDS(rng_between(r, 0, 60));
	conf->confirm = rng_chance(r, 20);
	sim_trace(s, "operator: reload, %s has %s", service_name(id), image);
	if (cluster_configure(c, conf) == -1)
		abort();
	s->host.said.paused |= c->paused;
	parent_wake(&s->host.parent);
}

void
plan_types(struct sim *s, struct rng *r)
{
	struct cluster *c = s->host.parent.cluster;
	enum service_id id = (enum service_id)rng_below(r, SERVICE_MAX);
	struct reply reply;

	switch (rng_below(r, 6)) {
	case 0:
		cluster_restart(c, service_name(id), &reply, host_now(s));
		break;
	case 1:
		cluster_pause(c, &reply);
		s->host.said.paused = true;
		break;
	case 2:
		plan_resume(s);
		return;
	case 3:
		cluster_cancel(c, &reply);
		s->host.said.paused = false;
		break;
	default:
		types_reload(s, r);
		return;
	}
	sim_trace(s, "operator: %s", reply.text);
	parent_wake(&s->host.parent);
}

void
plan_resume(struct sim *s)
{
	struct cluster *c = s->host.parent.cluster;
	struct reply reply;

	if (!c->paused)
		return;
	cluster_resume(c, &reply);
	s->host.said.paused = false;
	sim_trace(s, "operator: %s", reply.text);
	parent_wake(&s->host.parent);
}

/* Whether the parent knows of nothing that is wrong with it. */
static bool
is_there(struct sim *s, const struct instance *i)
{
	const struct mtask *m;

	if (i->task == NULL)
		return !i->started_once && i->down_since == 0;
	m = task_find(s, i->task->id);
	return m != NULL && i->task->state == TASK_RUNNING && !m->told_over &&
	    m->told_away == 0 && m->kill_sent == 0 &&
	    instance_ready(s->host.parent.cluster, i, host_now(s));
}

void
plan_check_kill(struct sim *s, const struct instance *killed)
{
	struct cluster *c = s->host.parent.cluster;
	const struct instance *i;

	if (!killed->rolling || killed->stopped || killed->leaving)
		return;
	/* One that does not serve is no loss. */
	if (!instance_ready(c, killed, host_now(s)))
		return;
	/* The operator may have asked for the same at once. */
	if (killed->number < SIM_NUMBERS &&
	    s->host.restarted[killed->service][killed->number] != 0)
		return;
	if (s->host.said.paused && s->host.answered.paused)
		sim_fail(s, "plan", "%s is killed, and the plan is paused",
		    killed->name);
	TAILQ_FOREACH(i, &c->service[killed->service].instances, entry) {
		if (i != killed && !is_there(s, i))
			sim_fail(s, "plan",
			    "%s is killed by the plan, and %s is not there",
			    killed->name, i->name);
	}
}

const char *
plan_settled(struct sim *s)
{
	struct cluster *c = s->host.parent.cluster;
	static char why[MESSAGE_MAX];
	const struct instance *i;
	struct roll r;
	int id;

	roll_look(c, &r, host_now(s));
	if (r.steps == 0)
		return NULL;
	/* For one that is stopped the others wait as long as it is. */
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->stopped)
				return NULL;
		}
	}
	snprintf(why, sizeof(why), "the plan has %d steps: %.200s", r.steps,
	    r.waiting);
	return why;
}
