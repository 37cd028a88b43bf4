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
 * minimesos: agents.  An agent outlives its master; what the master believes
 * of it is in its state, whether it is really there in away.
 */

#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "minimesos.h"

static void
set_total(struct mm *mm, struct agent *a, double cpus, double mem)
{
	double rc = 0, rm = 0, rd = 0, c, m;
	char role[64], *text;
	size_t i;
	int idx;

	rv_free(&a->total);
	for (i = 0; mm->opt.reserve != NULL && i < mm->opt.reserve->sl_cur;
	     i++) {
		text = mm->opt.reserve->sl_str[i];
		if (sscanf(text, "%d:%63[^:]:%lf:%lf", &idx, role, &c, &m) !=
			4 ||
		    idx != a->idx)
			continue;
		rv_add_scalar(&a->total, "cpus", role, c);
		rv_add_scalar(&a->total, "mem", role, m);
		rv_add_scalar(&a->total, "disk", role,
		    mm->opt.disk * m / mm->opt.mem);
		rc += c;
		rm += m;
		rd += mm->opt.disk * m / mm->opt.mem;
	}
	rv_add_range(&a->total, "ports", a->base, a->base + a->nports - 1);
	rv_add_scalar(&a->total, "cpus", NULL, cpus - rc);
	rv_add_scalar(&a->total, "mem", NULL, mem - rm);
	rv_add_scalar(&a->total, "disk", NULL, mm->opt.disk - rd);
}

static void
timeout_cb(evutil_socket_t fd, short what, void *arg)
{
	struct agent *a = arg;

	(void)fd;
	(void)what;
	agent_unreachable(a->mm, a);
}

static void
back_cb(evutil_socket_t fd, short what, void *arg)
{
	struct agent *a = arg;

	(void)fd;
	(void)what;
	agent_register(a->mm, a);
}

void
agents_init(struct mm *mm)
{
	struct agent *a;
	int i;

	mm->agents = xcalloc((size_t)mm->opt.agents, sizeof(*mm->agents));
	for (i = 0; i < mm->opt.agents; i++) {
		a = &mm->agents[i];
		a->idx = i + 1;
		a->mm = mm;
		a->id = xasprintf("%s-S%u", mm->master_id, mm->next_agent++);
		/* the same ports everywhere need addresses of our own */
		snprintf(a->hostname, sizeof(a->hostname), "127.%d.%d.%d",
		    mm->opt.first_port != 0 ? mm->net : 0, i / 240,
		    11 + i % 240);
		a->port = 5061 + i;
		a->base = mm->opt.first_port;
		a->nports = mm->opt.ports;
		if (a->base == 0 && ports_take(a, a->nports) == -1) {
			fprintf(stderr,
			    "minimesos: no free range of %d ports"
			    "\n",
			    mm->opt.ports);
			exit(1);
		}
		set_total(mm, a, mm->opt.cpus, mm->opt.mem);
		a->timer = evtimer_new(mm->base, timeout_cb, a);
		a->back = evtimer_new(mm->base, back_cb, a);
	}
}

void
agents_free(struct mm *mm)
{
	struct former *f;
	struct agent *a;
	int i;

	for (i = 0; i < mm->opt.agents; i++) {
		a = &mm->agents[i];
		event_free(a->timer);
		event_free(a->back);
		rv_free(&a->total);
		free(a->id);
		while (a->nlocks > 0)
			close(a->locks[--a->nlocks]);
		free(a->locks);
	}
	free(mm->agents);
	while ((f = TAILQ_FIRST(&mm->formers)) != NULL) {
		TAILQ_REMOVE(&mm->formers, f, entry);
		free(f->id);
		free(f);
	}
}

struct agent *
agent_find(struct mm *mm, const char *id)
{
	int i;

	for (i = 0; i < mm->opt.agents; i++)
		if (id != NULL && strcmp(mm->agents[i].id, id) == 0)
			return (&mm->agents[i]);
	return (NULL);
}

/* What the master knows of an agent id; -1 cast when it is unknown. */
enum agent_state
agent_known(struct mm *mm, const char *id, int64_t *ns)
{
	struct agent *a = agent_find(mm, id);
	struct former *f;

	if (a != NULL) {
		*ns = a->unreachable_ns;
		return (a->state);
	}
	TAILQ_FOREACH(f, &mm->formers, entry)
		if (strcmp(f->id, id) == 0) {
			*ns = f->ns;
			return (f->state);
		}
	return ((enum agent_state) - 1);
}

/* What the agent has and nobody holds. */
void
agent_available(struct agent *a, struct resvec *rv)
{
	struct offer *o;
	struct task *t;

	rv_add(rv, &a->total);
	LIST_FOREACH(t, &a->tasks, of_agent)
		if (t->holds)
			rv_sub(rv, &t->res);
	LIST_FOREACH(o, &a->offers, of_agent)
		rv_sub(rv, &o->res);
}

/* Its connection breaks; at once the master only withdraws its offers. */
void
agent_lose(struct mm *mm, struct agent *a, int at_once)
{
	a->away = 1;
	event_del(a->back);
	if (a->state == AGENT_REGISTERED)
		a->state = AGENT_DISCONNECTED;
	trace(mm, "agent %d lost", a->idx);
	if (at_once && a->state == AGENT_DISCONNECTED) {
		agent_unreachable(mm, a);
		return;
	}
	offer_rescind_agent(mm, a);
	if (a->state == AGENT_DISCONNECTED)
		after_ms(a->timer, mm->opt.agent_timeout_ms);
}

/* Tells of every task the master has on this agent, and forgets them. */
static void
remove_tasks(struct mm *mm, struct agent *a, enum task_state state)
{
	int gone = state == STATE_GONE_BY_OPERATOR;
	struct framework *fw;
	struct task *t;
	int pa;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->agent != a || !t->in_master)
			continue;
		t->in_master = 0;
		if (state_terminal(t->state) && t->seen != NULL)
			continue;
		t->unreachable = !gone;
		fw = framework_find(mm, t->fwid);
		if (fw == NULL || fw->conn == NULL)
			continue;
		pa = fw->caps & CAP_PARTITION_AWARE;
		status_from_master(fw, t->id, state,
		    gone && pa ? "REASON_AGENT_REMOVED_BY_OPERATOR"
			       : "REASON_AGENT_REMOVED",
		    gone ? "Agent has been marked "
			   "gone"
			 : "health check timed out",
		    t->agent_id, gone ? 0 : a->unreachable_ns);
	}
}

void
agent_unreachable(struct mm *mm, struct agent *a)
{
	enum agent_state before = a->state;

	event_del(a->timer);
	if (before == AGENT_UNREACHABLE || before == AGENT_GONE ||
	    before == AGENT_REGISTERED)
		return;
	trace(mm, "agent %d unreachable", a->idx);
	a->state = AGENT_UNREACHABLE;
	a->unreachable_ns = now_ns();
	if (before == AGENT_DISCONNECTED)
		remove_tasks(mm, a, STATE_UNREACHABLE);
	offer_rescind_agent(mm, a);
	filter_clear_agent(mm, a);
	framework_failure(mm, a->id);
}

static void
kill_all(struct mm *mm, struct agent *a)
{
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->agent != a || t->done)
			continue;
		t->silent = 1;
		if (t->start_ev != NULL)
			event_del(t->start_ev);
		task_signal(t, SIGKILL);
	}
}

/* The machine is gone: unreachable now, its processes die. */
void
agent_die(struct mm *mm, struct agent *a)
{
	kill_all(mm, a);
	agent_lose(mm, a, 1);
}

void
agent_gone(struct mm *mm, struct agent *a)
{
	struct task *t;

	if (a->state == AGENT_GONE)
		return;
	event_del(a->timer);
	event_del(a->back);
	a->away = 1;
	a->state = AGENT_GONE;
	a->unreachable_ns = now_ns();
	remove_tasks(mm, a, STATE_GONE_BY_OPERATOR);
	offer_rescind_agent(mm, a);
	filter_clear_agent(mm, a);
	framework_failure(mm, a->id);
	TAILQ_FOREACH(t, &mm->tasks, entry)
		if (t->agent == a && !t->done)
			task_stop_silently(t);
}

/* Tasks that died with their machine are no more when it is back. */
static void
bury(struct mm *mm, struct agent *a, int all)
{
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->agent != a || t->done || (!all && !t->silent))
			continue;
		task_stop_silently(t);
	}
}

static void
new_id(struct mm *mm, struct agent *a)
{
	struct former *f = xcalloc(1, sizeof(*f));

	if (a->state != AGENT_GONE)
		agent_unreachable(mm, a);
	bury(mm, a, 1);
	f->id = a->id;
	f->state = a->state == AGENT_GONE ? AGENT_GONE : AGENT_UNREACHABLE;
	f->ns = a->unreachable_ns;
	TAILQ_INSERT_TAIL(&mm->formers, f, entry);
	a->id = xasprintf("%s-S%u", mm->master_id, mm->next_agent++);
	a->state = AGENT_DISCONNECTED;
}

void
agent_return(struct mm *mm, struct agent *a, int newid)
{
	if (a->state == AGENT_REGISTERED)
		return;
	if (newid)
		new_id(mm, a);
	agent_register(mm, a);
}

/* The master learns of tasks that an agent brings. */
static void
adopt(struct mm *mm, struct agent *a, enum agent_state before)
{
	struct framework *fw;
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->agent != a || t->done || t->in_master)
			continue;
		framework_recover(mm, t->fwid, t->fwinfo);
		t->in_master = 1;
		t->unreachable = 0;
		fw = framework_find(mm, t->fwid);
		if (before == AGENT_UNREACHABLE && fw->conn != NULL)
			status_latest(fw, t,
			    "Unreachable agent "
			    "re-reregistered",
			    "REASON_AGENT_REREGISTERED", 1);
	}
}

/* (Re-)registers: the way back from every state but gone. */
void
agent_register(struct mm *mm, struct agent *a)
{
	enum agent_state before = a->state;
	struct task *t;

	if (before == AGENT_GONE || before == AGENT_REGISTERED)
		return;
	event_del(a->timer);
	event_del(a->back);
	bury(mm, a, 0);
	a->state = AGENT_REGISTERED;
	a->away = 0;
	a->unreachable_ns = 0;
	trace(mm, "agent %d registered", a->idx);
	adopt(mm, a, before);
	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->agent != a || t->done)
			continue;
		t->retries = 0;
		update_forward(t, 1);
		if (t->kill_wanted && t->in_master)
			task_kill(t, task_grace(t, NULL));
		t->kill_wanted = 0;
	}
	offer_soon(mm);
}

/* The agent's process restarts; its tasks live on. */
void
agent_restart(struct mm *mm, struct agent *a, int ms)
{
	agent_lose(mm, a, 0);
	after_ms(a->back, ms);
}

void
agent_resize(struct mm *mm, struct agent *a, double cpus, double mem)
{
	set_total(mm, a, cpus, mem);
	offer_rescind_agent(mm, a);
	filter_clear_agent(mm, a);
	offer_soon(mm);
}
