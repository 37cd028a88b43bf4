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
 * Agents: they come, lose their link, restart, drain, and go. What is on its
 * way between an agent and the master is lost with the link.
 */

#include <stdio.h>
#include <string.h>

#include "sim.h"

size_t
agent_new(struct sim *s, const char *host)
{
	struct agent *a;

	if (s->nagents == SIM_AGENTS)
		return SIM_AGENTS;
	a = &s->agents[s->nagents];
	memset(a, 0, sizeof(*a));
	snprintf(a->id, sizeof(a->id), "S-%zu", s->nagents);
	if (host != NULL)
		strlcpy(a->host, host, sizeof(a->host));
	else
		snprintf(a->host, sizeof(a->host), "host%zu", s->nagents);
	a->cpus = 8000;
	a->mem = 32768000;
	a->disk = 100000000;
	a->exists = true;
	a->standing = STANDING_NONE;
	return s->nagents++;
}

bool
agent_usable(const struct agent *a)
{
	return a->exists && !a->dead && a->standing != STANDING_GONE;
}

static void
agent_registers(struct sim *s, void *data, uint64_t n)
{
	size_t agent = n & 0xffff;
	struct agent *a = &s->agents[agent];

	(void)data;
	if (!a->link || a->epoch != n >> 16)
		return;
	if (!s->master.up) {
		sim_at(s, s->now + sim_between(s, 1000, 3000), agent_registers,
		    NULL, n);
		return;
	}
	master_register(s, agent);
}

/* Its link is there again, or for the first time. */
void
agent_link(struct sim *s, void *data, uint64_t n)
{
	struct agent *a = &s->agents[n];

	(void)data;
	if (!agent_usable(a) && a->standing != STANDING_GONE)
		return;
	if (!a->link)
		sim_trace(s, "  agent %s (%s) has its link", a->id, a->host);
	a->link = true;
	a->cut = false;
	a->epoch++;
	a->up.last = a->down.last = 0;
	quorum_soon(s);
	sim_at(s, s->now + sim_between(s, 10, 1500), agent_registers, NULL,
	    a->epoch << 16 | n);
}

void
agent_unlink(struct sim *s, size_t agent, const char *how)
{
	struct agent *a = &s->agents[agent];

	if (!a->link)
		return;
	sim_trace(s, "  agent %s (%s) has lost its link: %s", a->id, a->host,
	    how);
	a->link = false;
	a->epoch++;
	a->away++;
	master_lost_link(s, agent);
}

struct order {
	uint64_t epoch;
	enum { ORDER_RUN, ORDER_KILL, ORDER_ACK, ORDER_END } what;
	int64_t grace;
	uint8_t uuid[UUID_LEN];
};

static void
agent_runs(struct sim *s, struct mtask *t)
{
	if (t->life != LIFE_FLYING)
		return;
	if (s->agents[t->agent].draining) {
		t->life = LIFE_DEAD;
		task_status(s, t, TASK_DROPPED, SOURCE_AGENT,
		    "REASON_AGENT_DRAINING", "");
		return;
	}
	task_start(s, t);
}

static void
agent_obeys(struct sim *s, void *data, uint64_t n)
{
	struct order *o = data;
	struct mtask *t = s->tasks[n];

	if (o->epoch != s->agents[t->agent].epoch)
		return;
	switch (o->what) {
	case ORDER_RUN:
		agent_runs(s, t);
		break;
	case ORDER_KILL:
		task_kill(s, t, o->grace,
		    s->agents[t->agent].draining ? "REASON_AGENT_DRAINING"
						 : "");
		break;
	case ORDER_ACK:
		agent_ack(s, t, o->uuid);
		break;
	case ORDER_END:
		task_die_unheard(s, t);
		break;
	}
}

static struct order *
agent_order(struct sim *s, struct mtask *t)
{
	struct agent *a = &s->agents[t->agent];
	struct order *o;

	if (!a->link)
		return NULL;
	o = xcalloc(1, sizeof(*o));
	o->epoch = a->epoch;
	sim_at(s, pipe_time(s, &a->down, 1, 20), agent_obeys, o, t->index);
	return o;
}

void
agent_run_task(struct sim *s, struct mtask *t)
{
	struct order *o = agent_order(s, t);

	if (o != NULL)
		o->what = ORDER_RUN;
}

void
agent_kill_task(struct sim *s, struct mtask *t, int64_t grace)
{
	struct order *o = agent_order(s, t);

	if (o == NULL)
		return;
	o->what = ORDER_KILL;
	o->grace = grace;
}

void
agent_order_ack(struct sim *s, struct mtask *t, const uint8_t *uuid)
{
	struct order *o = agent_order(s, t);

	if (o == NULL)
		return;
	o->what = ORDER_ACK;
	memcpy(o->uuid, uuid, UUID_LEN);
}

/* The framework is no more: its tasks here end, and nobody hears of it. */
void
agent_shutdown_framework(struct sim *s, size_t agent)
{
	struct order *o;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		if (s->tasks[i]->agent != agent ||
		    s->tasks[i]->framework == s->master.framework_age)
			continue;
		if ((o = agent_order(s, s->tasks[i])) != NULL)
			o->what = ORDER_END;
	}
}

/* It restarts. Launches that it had not begun are dropped. */
void
agent_flush(struct sim *s, size_t agent, bool executors)
{
	struct mtask *t;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->agent != agent || !task_is_alive(t))
			continue;
		if (t->life == LIFE_PENDING)
			task_end(s, t, TASK_DROPPED, SOURCE_AGENT,
			    "REASON_AGENT_RESTARTED", "");
		else if (executors)
			task_end(s, t,
			    rng_chance(&s->rng, 50) ? TASK_FAILED : TASK_GONE,
			    SOURCE_AGENT,
			    t->state == TASK_GONE
				? "REASON_EXECUTOR_REREGISTRATION_TIMEOUT"
				: "REASON_EXECUTOR_TERMINATED",
			    "");
	}
}

/* Its machine is gone, with all that ran there. */
void
agent_end_all(struct sim *s, size_t agent)
{
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		if (s->tasks[i]->agent == agent &&
		    s->tasks[i]->life != LIFE_FLYING)
			task_die_unheard(s, s->tasks[i]);
	}
}

void
agent_drain(struct sim *s, size_t agent)
{
	size_t i;

	s->agents[agent].draining = true;
	for (i = 0; i < s->ntasks; i++) {
		if (s->tasks[i]->agent == agent && task_is_alive(s->tasks[i]))
			agent_kill_task(s, s->tasks[i], s->tasks[i]->grace);
	}
}
