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
 * Offers: what is free on an agent goes to the framework, one offer at a
 * time, and comes back unless it is used. And ACCEPT, with all that the
 * master checks of it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define OFFERS_KEPT 64

struct moffer *
offer_find(struct sim *s, const char *id)
{
	size_t i;

	for (i = s->noffers; i > 0; i--) {
		if (strcmp(s->offers[i - 1].id, id) == 0)
			return &s->offers[i - 1];
	}
	return NULL;
}

/* What is free on the agent: not used, and not offered. */
static void
agent_free(struct sim *s, size_t agent, struct moffer *o)
{
	const struct agent *a = &s->agents[agent];
	const struct mtask *t;
	size_t i;

	memset(o, 0, sizeof(*o));
	o->agent = agent;
	o->cpus = a->cpus * (1000 - a->other) / 1000;
	o->mem = a->mem * (1000 - a->other) / 1000;
	o->disk = a->disk;
	o->ports = ~UINT64_C(0);
	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->agent != agent || t->released ||
		    (!t->tracked && t->life != LIFE_ALIVE &&
			t->life != LIFE_PENDING))
			continue;
		o->cpus -= t->cpus;
		o->mem -= t->mem;
		o->disk -= t->disk;
		o->ports &= ~t->ports;
	}
	for (i = 0; i < s->noffers; i++) {
		if (!s->offers[i].live || s->offers[i].agent != agent)
			continue;
		o->cpus -= s->offers[i].cpus;
		o->mem -= s->offers[i].mem;
		o->disk -= s->offers[i].disk;
		o->ports &= ~s->offers[i].ports;
	}
	o->disk = o->disk < 0 ? 0 : o->disk;
}

static bool
offer_is_filtered(struct sim *s, const struct moffer *o)
{
	const struct agent *a = &s->agents[o->agent];

	return a->filter && a->filter_until > s->now &&
	    o->cpus <= a->filter_cpus && o->mem <= a->filter_mem &&
	    o->disk <= a->filter_disk &&
	    __builtin_popcountll(o->ports) <= a->filter_ports;
}

static void
put_scalar(struct frame_writer *w, const char *name, const char *role,
    int64_t v)
{
	frame_put_str(w, name);
	frame_put_str(w, role);
	frame_put_bool(w, true);
	frame_put_u64(w, (uint64_t)v);
	frame_put_str(w, "{\"type\":\"SCALAR\"}");
	frame_put_u16(w, 0);
}

static void
put_ports(struct frame_writer *w, uint64_t ports)
{
	struct range ranges[SIM_PORTS];
	uint16_t i, n = 0;

	for (i = 0; i < SIM_PORTS; i++) {
		if (!(ports >> i & 1))
			continue;
		if (n > 0 && ranges[n - 1].end == SIM_PORT + i - 1u)
			ranges[n - 1].end++;
		else
			ranges[n++] =
			    (struct range) { SIM_PORT + i, SIM_PORT + i };
	}
	frame_put_str(w, "ports");
	frame_put_str(w, "");
	frame_put_bool(w, true);
	frame_put_u64(w, 0);
	frame_put_str(w, "{\"type\":\"RANGES\"}");
	frame_put_u16(w, n);
	for (i = 0; i < n; i++) {
		frame_put_u32(w, ranges[i].begin);
		frame_put_u32(w, ranges[i].end);
	}
}

static void
offer_send(struct sim *s, const struct moffer *o)
{
	const struct agent *a = &s->agents[o->agent];
	int64_t reserved = o->agent % 3 == 0 ? o->cpus / 3 : 0;
	struct frame_writer w;

	frame_begin(&w, MSG_OFFER, 0);
	frame_put_str(&w, o->id);
	frame_put_str(&w, a->id);
	frame_put_str(&w, a->host);
	frame_put_u16(&w, reserved > 0 ? 5 : 4);
	put_scalar(&w, "cpus", "", o->cpus - reserved);
	put_scalar(&w, "mem", "", o->mem);
	put_scalar(&w, "disk", "", o->disk);
	put_ports(&w, o->ports);
	if (reserved > 0)
		put_scalar(&w, "cpus", "kafka", reserved);
	master_event(s, &w);
}

/* Forgets those that nobody can speak of any more. */
static void
offers_compact(struct sim *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->noffers; i++) {
		if (s->offers[i].live ||
		    (!s->offers[i].answered && !s->offers[i].void_ &&
			s->offers[i].stream == s->stream_seq))
			s->offers[n++] = s->offers[i];
	}
	s->noffers = n;
}

/* It goes again at once, to somebody else. */
static void
offer_goes(struct sim *s, void *data, uint64_t n)
{
	struct moffer *o;
	char id[32];

	(void)data;
	snprintf(id, sizeof(id), "O-%llu", (unsigned long long)n);
	if ((o = offer_find(s, id)) == NULL || !o->live)
		return;
	offer_rescind(s, o, true);
	offers_allocate_soon(s, 1000);
}

static void
offer_add(struct sim *s, struct moffer *o)
{
	if (s->noffers >= OFFERS_KEPT)
		offers_compact(s);
	s->offers = reallocarray(s->offers, s->noffers + 1, sizeof(*s->offers));
	if (s->offers == NULL)
		abort();
	snprintf(o->id, sizeof(o->id), "O-%llu",
	    (unsigned long long)++s->offer_seq);
	o->live = true;
	o->stream = s->master.stream;
	s->offers[s->noffers++] = *o;
	offer_send(s, o);
	if (fault_hits(s, FAULT_OFFER_RESCIND))
		sim_at(s, s->now + sim_between(s, 0, 50), offer_goes, NULL,
		    s->offer_seq);
}

static void
offers_allocate(struct sim *s, void *data, uint64_t n)
{
	const struct agent *a;
	struct moffer o;
	size_t i;

	(void)data;
	(void)n;
	s->master.allocating = false;
	if (!s->master.up || s->master.stream == 0 || s->master.suppressed)
		return;
	for (i = 0; i < s->nagents; i++) {
		a = &s->agents[i];
		if (a->standing != STANDING_REGISTERED || a->inactive ||
		    a->draining || !a->link)
			continue;
		agent_free(s, i, &o);
		if (o.cpus < 10 || o.mem < 32000 || offer_is_filtered(s, &o))
			continue;
		offer_add(s, &o);
	}
}

void
offers_allocate_soon(struct sim *s, int64_t in)
{
	if (s->master.allocating)
		return;
	s->master.allocating = true;
	sim_at(s, s->now + in, offers_allocate, NULL, 0);
}

void
offer_rescind(struct sim *s, struct moffer *o, bool tell)
{
	struct frame_writer w;

	o->live = false;
	if (!tell)
		return;
	frame_begin(&w, MSG_RESCIND, 0);
	frame_put_str(&w, o->id);
	master_event(s, &w);
}

void
offers_rescind(struct sim *s, size_t agent, bool tell)
{
	size_t i;

	for (i = 0; i < s->noffers; i++) {
		if (s->offers[i].live && s->offers[i].agent == agent)
			offer_rescind(s, &s->offers[i], tell);
	}
}

void
offers_forget(struct sim *s)
{
	size_t i;

	for (i = 0; i < s->noffers; i++)
		s->offers[i].live = false;
	offers_compact(s);
}

void
offers_clear_filters(struct sim *s)
{
	size_t i;

	for (i = 0; i < s->nagents; i++)
		s->agents[i].filter = false;
}

static void
filter_ends(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	(void)n;
	offers_allocate_soon(s, 1);
}

/* What was not used comes back, and is not offered again for a while. */
static void
offer_refuse(struct sim *s, const struct moffer *o, int64_t refuse)
{
	struct agent *a = &s->agents[o->agent];

	if (o->cpus <= 0 && o->mem <= 0)
		return;
	a->filter = true;
	a->filter_until = s->now + refuse;
	a->filter_cpus = o->cpus;
	a->filter_mem = o->mem;
	a->filter_disk = o->disk;
	a->filter_ports = __builtin_popcountll(o->ports);
	sim_at(s, a->filter_until, filter_ends, NULL, 0);
}

void
offers_decline(struct sim *s, const struct mcall *c)
{
	struct moffer *o;
	size_t i;

	for (i = 0; i < c->noffers; i++) {
		if ((o = offer_find(s, c->offers[i])) == NULL || !o->live)
			continue;
		o->live = false;
		offer_refuse(s, o, c->refuse);
	}
}

/* Not all of its offers are there: none of its tasks is launched. */
static void
accept_invalid(struct sim *s, const struct mcall *c)
{
	struct moffer *o;
	size_t i;

	for (i = 0; i < c->noffers; i++) {
		if ((o = offer_find(s, c->offers[i])) != NULL)
			o->live = false;
	}
	for (i = 0; i < c->ntasks; i++)
		master_says_dropped(s, c->tasks[i].id, c->tasks[i].agent_id,
		    TASK_DROPPED, "REASON_INVALID_OFFERS",
		    "Offer is no longer valid");
	offers_allocate_soon(s, 1000);
}

/* Takes what the task needs out of the rest. Returns false if it is not
 * there. */
static bool
rest_take(struct moffer *rest, const struct mcall_task *t)
{
	uint64_t bit;
	size_t i;

	for (i = 0; i < t->nports; i++) {
		bit = t->ports[i] - SIM_PORT < SIM_PORTS
		    ? UINT64_C(1) << (t->ports[i] - SIM_PORT)
		    : 0;
		if (!(rest->ports & bit))
			return false;
		rest->ports &= ~bit;
	}
	rest->cpus -= t->cpus;
	rest->mem -= t->mem;
	rest->disk -= t->disk;
	return rest->cpus >= 0 && rest->mem >= 0 && rest->disk >= 0;
}

static void
accept_task(struct sim *s, const struct mcall_task *spec, struct moffer *rest)
{
	struct mtask *t = task_find(s, spec->id);

	if (t != NULL && t->tracked) {
		master_says_dropped(s, spec->id, spec->agent_id, TASK_ERROR,
		    "REASON_TASK_INVALID", "Task has duplicate ID");
		return;
	}
	if (!rest_take(rest, spec)) {
		sim_fail(s, "offer-room", "task %s takes more than is offered",
		    spec->id);
		return;
	}
	t = task_add(s, spec, rest->agent);
	sim_trace(s, "  master: task %s on %s", t->id, s->agents[t->agent].id);
	agent_run_task(s, t);
}

void
offers_accept(struct sim *s, const struct mcall *c)
{
	struct moffer rest = { 0 }, *o;
	bool good = c->noffers > 0;
	size_t i;

	if (fault_hits(s, FAULT_OFFER_LATE) && c->noffers > 0 &&
	    (o = offer_find(s, c->offers[0])) != NULL && o->live)
		offer_rescind(s, o, true);
	for (i = 0; i < c->noffers && good; i++) {
		o = offer_find(s, c->offers[i]);
		good =
		    o != NULL && o->live && (i == 0 || o->agent == rest.agent);
		if (!good)
			break;
		rest.agent = o->agent;
		rest.cpus += o->cpus;
		rest.mem += o->mem;
		rest.disk += o->disk;
		rest.ports |= o->ports;
	}
	if (!good) {
		accept_invalid(s, c);
		return;
	}
	for (i = 0; i < c->noffers; i++)
		offer_find(s, c->offers[i])->live = false;
	for (i = 0; i < c->ntasks; i++)
		accept_task(s, &c->tasks[i], &rest);
	offer_refuse(s, &rest, c->refuse);
}
