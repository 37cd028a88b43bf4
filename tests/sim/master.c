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
 * The master, as Mesos' own source has it: what it knows of tasks and agents,
 * and what it tells its one framework. What it sends without a uuid is sent
 * once, to whoever is subscribed then.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define UNREACHABLE_AFTER SECONDS(75)
#define RECOVERED_FOR MINUTES(10)

struct parcel {
	uint64_t session;
	uint64_t stream;
	char framework[ID_MAX]; /* of SUBSCRIBED, else empty */
	bool last;
	size_t len;
	uint8_t bytes[];
};

static void
parcel_arrive(struct sim *s, void *data, uint64_t n)
{
	struct parcel *p = data;

	(void)n;
	if (p->framework[0] != '\0')
		child_subscribed(s, p->session, p->stream, p->framework);
	else if (p->len > 0)
		child_event(s, p->session, p->bytes, p->len);
	if (p->last)
		child_ended(s, p->session, "the master ended the stream");
}

static struct parcel *
parcel_new(struct sim *s, struct frame_writer *w)
{
	struct parcel *p;
	size_t len = w == NULL ? 0 : w->len;

	if (w != NULL && frame_finish(w) == -1)
		abort();
	p = xcalloc(1, sizeof(*p) + len);
	p->session = s->master.session;
	p->stream = s->master.stream;
	p->len = len;
	if (w != NULL)
		memcpy(p->bytes, w->buf, len);
	if (w != NULL)
		frame_free(w);
	sim_at(s, pipe_time(s, &s->master.out, 1, 15), parcel_arrive, p, 0);
	return p;
}

void
master_event(struct sim *s, struct frame_writer *w)
{
	if (s->master.stream == 0 || s->master.silent) {
		frame_free(w);
		return;
	}
	parcel_new(s, w);
}

static void
master_disconnect(struct sim *s)
{
	s->master.stream = 0;
	s->master.silent = false;
	offers_forget(s);
	offers_clear_filters(s);
}

/* The stream ends, after an ERROR if there is one to tell. */
void
master_end_stream(struct sim *s, const char *error)
{
	struct frame_writer w;
	struct parcel *p;

	if (s->master.stream == 0)
		return;
	if (error != NULL) {
		frame_begin(&w, MSG_ERROR, 0);
		frame_put_str(&w, error);
		p = parcel_new(s, &w);
	} else {
		p = parcel_new(s, NULL);
	}
	p->last = true;
	master_disconnect(s);
}

void
master_dropped(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	if (s->master.stream == n)
		master_disconnect(s);
}

static bool
framework_is_removed(const struct sim *s, const char *id)
{
	size_t i;

	for (i = 0; i < s->master.nremoved; i++) {
		if (strcmp(s->master.removed[i], id) == 0)
			return true;
	}
	return false;
}

static void
master_refuse(struct sim *s, const struct subscribe *sub, const char *error)
{
	uint64_t session = s->master.session, stream = s->master.stream;
	struct frame_writer w;

	frame_begin(&w, MSG_ERROR, 0);
	frame_put_str(&w, error);
	s->master.session = sub->session;
	parcel_new(s, &w)->last = true;
	s->master.session = session;
	s->master.stream = stream;
}

/* All of our tasks, wherever they are, are nobody's now. */
static void
tasks_disown(struct sim *s)
{
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		s->tasks[i]->tracked = s->tasks[i]->unreachable = false;
		s->tasks[i]->excused = true;
	}
	for (i = 0; i < s->nagents; i++) {
		if (s->agents[i].standing == STANDING_REGISTERED)
			agent_shutdown_framework(s, i);
	}
}

void
master_subscribe(struct sim *s, void *data, uint64_t n)
{
	const struct subscribe *sub = data;
	struct master *m = &s->master;
	struct parcel *p;
	size_t i;

	(void)n;
	if (!m->up) {
		child_ended(s, sub->session, "connection refused");
		return;
	}
	if (framework_is_removed(s, sub->framework)) {
		master_refuse(s, sub, "Framework has been removed");
		return;
	}
	if (sub->framework[0] == '\0' ||
	    strcmp(sub->framework, m->framework) != 0) {
		m->framework_age++;
		tasks_disown(s);
	}
	if (sub->framework[0] == '\0')
		snprintf(m->framework, sizeof(m->framework), "F-%llu",
		    (unsigned long long)++s->framework_seq);
	else
		strlcpy(m->framework, sub->framework, sizeof(m->framework));
	offers_forget(s);
	offers_clear_filters(s);
	m->stream = ++s->stream_seq;
	m->session = sub->session;
	m->silent = false;
	m->suppressed = sub->suppressed;
	m->out.last = 0;
	p = parcel_new(s, NULL);
	strlcpy(p->framework, m->framework, sizeof(p->framework));
	for (i = 0; i < s->nagents; i++)
		agent_resend(s, i);
	offers_allocate_soon(s, 1);
}

/* A status without a uuid, from the master's own knowledge. */
static void
master_says(struct sim *s, const char *task_id, const char *agent_id,
    enum task_state state, enum task_health health, const char *reason,
    const char *message)
{
	static const uint8_t none[UUID_LEN];
	struct frame_writer w;

	frame_begin(&w, MSG_UPDATE, 0);
	frame_put_str(&w, task_id);
	frame_put_str(&w, agent_id);
	frame_put_u8(&w, (uint8_t)state);
	frame_put_u8(&w, SOURCE_MASTER);
	frame_put_u8(&w, (uint8_t)health);
	frame_put_bool(&w, false);
	frame_put_bytes(&w, none, sizeof(none));
	frame_put_str(&w, reason);
	frame_put_str(&w, message);
	frame_put_str(&w, "{}");
	master_event(s, &w);
}

void
master_says_dropped(struct sim *s, const char *task_id, const char *agent_id,
    enum task_state state, const char *reason, const char *message)
{
	master_says(s, task_id, agent_id, state, HEALTH_NONE, reason, message);
}

void
master_update(struct sim *s, struct mtask *t, const struct status *st)
{
	struct frame_writer w;

	frame_begin(&w, MSG_UPDATE, 0);
	frame_put_str(&w, t->id);
	frame_put_str(&w, t->agent_id);
	frame_put_u8(&w, (uint8_t)st->state);
	frame_put_u8(&w, (uint8_t)st->source);
	frame_put_u8(&w, (uint8_t)st->health);
	frame_put_bool(&w, st->has_uuid);
	frame_put_bytes(&w, st->uuid, sizeof(st->uuid));
	frame_put_str(&w, st->reason);
	frame_put_str(&w, st->message);
	frame_put_str(&w, "{\"state\":\"…\"}");
	master_event(s, &w);
	s->stats->updates++;
}

void
master_on_status(struct sim *s, struct mtask *t, const struct status *st)
{
	if (s->agents[t->agent].standing != STANDING_REGISTERED ||
	    t->framework != s->master.framework_age)
		return;
	if (t->tracked) {
		t->mstate = st->state;
		t->mhealth = st->health;
		t->muuid = true;
		memcpy(t->uuid, st->uuid, sizeof(t->uuid));
		if (t->life == LIFE_DEAD && !t->released) {
			t->released = true;
			offers_allocate_soon(s, 1000);
		}
	}
	master_update(s, t, st);
}

static int
agent_find(const struct sim *s, const char *id)
{
	size_t i;

	for (i = 0; i < s->nagents; i++) {
		if (strcmp(s->agents[i].id, id) == 0)
			return (int)i;
	}
	return -1;
}

static bool
agents_recovering(const struct sim *s)
{
	size_t i;

	for (i = 0; i < s->nagents; i++) {
		if (s->agents[i].standing == STANDING_RECOVERED)
			return true;
	}
	return false;
}

/* What reconciliation says of one task, if anything. */
static void
reconcile_one(struct sim *s, const struct mcall_ref *ref)
{
	struct mtask *t = task_find(s, ref->task_id);
	int agent = agent_find(s, ref->agent_id);
	enum task_health health = HEALTH_NONE;
	enum task_state state = TASK_UNKNOWN;

	if (t != NULL && t->tracked && !t->unreachable &&
	    t->framework == s->master.framework_age) {
		state = t->mstate;
		health = t->mhealth;
	} else if (agent == -1) {
		if (ref->agent_id[0] == '\0' && agents_recovering(s))
			return;
	} else {
		switch (s->agents[agent].standing) {
		case STANDING_RECOVERED:
			return;
		case STANDING_REGISTERED:
		case STANDING_DISCONNECTED:
			state = TASK_GONE;
			break;
		case STANDING_UNREACHABLE:
			state = TASK_UNREACHABLE;
			break;
		case STANDING_GONE:
			state = TASK_GONE_BY_OPERATOR;
			break;
		case STANDING_NONE:
			break;
		}
	}
	master_says(s, ref->task_id, ref->agent_id, state, health,
	    "REASON_RECONCILIATION", "");
}

static void
call_reconcile(struct sim *s, const struct mcall *c)
{
	struct mtask *t;
	size_t i;

	for (i = 0; i < c->nrefs; i++)
		reconcile_one(s, &c->refs[i]);
	if (c->nrefs > 0)
		return;
	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->tracked && !t->unreachable &&
		    t->framework == s->master.framework_age)
			master_says(s, t->id, t->agent_id, t->mstate,
			    t->mhealth, "REASON_RECONCILIATION", "");
	}
}

static void
call_kill(struct sim *s, const struct mcall *c)
{
	struct mtask *t = task_find(s, c->refs[0].task_id);

	if (t == NULL || !t->tracked || t->unreachable ||
	    t->framework != s->master.framework_age) {
		reconcile_one(s, &c->refs[0]);
		return;
	}
	if (c->refs[0].agent_id[0] != '\0' &&
	    strcmp(c->refs[0].agent_id, t->agent_id) != 0)
		return;
	if (s->agents[t->agent].standing == STANDING_DISCONNECTED)
		t->kill_wanted = true;
	else
		agent_kill_task(s, t, c->grace);
}

static void
call_acknowledge(struct sim *s, const struct mcall *c)
{
	struct mtask *t = task_find(s, c->refs[0].task_id);

	if (t == NULL || s->agents[t->agent].standing != STANDING_REGISTERED ||
	    strcmp(c->refs[0].agent_id, t->agent_id) != 0)
		return;
	if (t->tracked && t->muuid && memcmp(t->uuid, c->uuid, UUID_LEN) == 0 &&
	    task_state_terminal(t->mstate)) {
		t->tracked = false;
		t->released = true;
		offers_allocate_soon(s, 1000);
	}
	agent_order_ack(s, t, c->uuid);
}

void
master_remove_framework(struct sim *s)
{
	struct master *m = &s->master;

	if (m->framework[0] == '\0')
		return;
	if (m->nremoved == 8) {
		memmove(m->removed[0], m->removed[1], 7 * ID_MAX);
		m->nremoved--;
	}
	strlcpy(m->removed[m->nremoved++], m->framework, ID_MAX);
	m->framework[0] = '\0';
	m->framework_age++;
	tasks_disown(s);
	master_end_stream(s, NULL);
}

int
master_call(struct sim *s, const struct mcall *c, uint64_t stream,
    const char **text)
{
	if (s->master.framework[0] == '\0' || s->master.stream == 0) {
		*text = "Framework cannot be found";
		return 400;
	}
	if (stream != s->master.stream) {
		*text = "The stream ID is not the current one";
		return 400;
	}
	switch (c->type) {
	case MSG_ACCEPT:
		offers_accept(s, c);
		break;
	case MSG_DECLINE:
		offers_decline(s, c);
		break;
	case MSG_KILL:
		call_kill(s, c);
		break;
	case MSG_ACKNOWLEDGE:
		call_acknowledge(s, c);
		break;
	case MSG_RECONCILE:
		call_reconcile(s, c);
		break;
	case MSG_SUPPRESS:
		s->master.suppressed = true;
		break;
	case MSG_REVIVE:
		s->master.suppressed = false;
		offers_clear_filters(s);
		offers_allocate_soon(s, 1);
		break;
	case MSG_TEARDOWN:
		master_remove_framework(s);
		break;
	default:
		sim_fail(s, "frame", "call of type %u", c->type);
		break;
	}
	return 202;
}

/* The tasks that came back with their agent. */
static void
register_tasks(struct sim *s, size_t agent, bool tell)
{
	struct mtask *t;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->agent != agent)
			continue;
		t->unreachable = t->kill_wanted = t->muuid = false;
		t->tracked = t->framework == s->master.framework_age &&
		    (task_is_alive(t) || t->nqueue > 0);
		t->released = t->life == LIFE_DEAD;
		t->mstate = t->newest;
		t->mhealth = t->health;
		if (t->life == LIFE_FLYING)
			t->life = LIFE_DEAD;
		if (t->tracked && tell)
			master_says(s, t->id, t->agent_id, t->newest, t->health,
			    "REASON_AGENT_REREGISTERED", "");
	}
}

/* It was away for a moment only: the master asks for what it lacks. */
static void
reregister_tasks(struct sim *s, size_t agent)
{
	struct mtask *t;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->agent != agent || !t->tracked)
			continue;
		if (t->life == LIFE_FLYING ||
		    (t->life == LIFE_DEAD && t->nqueue == 0 &&
			!task_state_terminal(t->mstate))) {
			t->life = LIFE_DEAD;
			task_status(s, t, TASK_DROPPED, SOURCE_AGENT,
			    "REASON_RECONCILIATION", "");
		} else if (t->kill_wanted) {
			agent_kill_task(s, t, t->grace);
		}
		t->kill_wanted = false;
	}
}

void
master_register(struct sim *s, size_t agent)
{
	struct agent *a = &s->agents[agent];
	enum standing was = a->standing;

	if (was == STANDING_GONE) {
		agent_end_all(s, agent);
		a->link = false;
		a->dead = true;
		return;
	}
	sim_trace(s, "  agent %s registers", a->id);
	a->standing = STANDING_REGISTERED;
	if (was == STANDING_REGISTERED || was == STANDING_DISCONNECTED)
		reregister_tasks(s, agent);
	else
		register_tasks(s, agent, was != STANDING_RECOVERED);
	agent_shutdown_framework(s, agent);
	agent_resend(s, agent);
	if (a->draining)
		agent_drain(s, agent);
	offers_allocate_soon(s, 10);
}

static void
master_misses(struct sim *s, void *data, uint64_t n)
{
	struct agent *a = &s->agents[n & 0xffff];

	(void)data;
	if (s->master.up && a->standing == STANDING_DISCONNECTED &&
	    a->away == n >> 16)
		master_unreachable(s, n & 0xffff);
}

void
master_lost_link(struct sim *s, size_t agent)
{
	struct agent *a = &s->agents[agent];

	if (a->standing != STANDING_REGISTERED)
		return;
	a->standing = STANDING_DISCONNECTED;
	offers_rescind(s, agent, true);
	sim_at(s, s->now + UNREACHABLE_AFTER, master_misses, NULL,
	    a->away << 16 | agent);
}

static void
master_tell_failure(struct sim *s, size_t agent)
{
	struct frame_writer w;

	frame_begin(&w, MSG_FAILURE, 0);
	frame_put_str(&w, s->agents[agent].id);
	frame_put_str(&w, "");
	frame_put_u32(&w, 0);
	master_event(s, &w);
}

/* Its tasks, one by one, as they are told when an agent is lost. */
static void
master_lose_tasks(struct sim *s, size_t agent, enum task_state state,
    const char *reason)
{
	struct mtask *t;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->agent != agent || !t->tracked || t->unreachable)
			continue;
		if (task_state_terminal(t->mstate)) {
			t->tracked = false;
			continue;
		}
		t->unreachable = state == TASK_UNREACHABLE;
		t->tracked = t->unreachable;
		master_says(s, t->id, t->agent_id, state, HEALTH_NONE, reason,
		    "");
	}
	offers_rescind(s, agent, true);
	master_tell_failure(s, agent);
}

void
master_unreachable(struct sim *s, size_t agent)
{
	sim_trace(s, "  agent %s is unreachable", s->agents[agent].id);
	s->agents[agent].standing = STANDING_UNREACHABLE;
	master_lose_tasks(s, agent, TASK_UNREACHABLE, "REASON_AGENT_REMOVED");
}

void
master_gone(struct sim *s, size_t agent)
{
	sim_trace(s, "  agent %s is marked gone", s->agents[agent].id);
	s->agents[agent].standing = STANDING_GONE;
	master_lose_tasks(s, agent, TASK_GONE_BY_OPERATOR,
	    "REASON_AGENT_REMOVED_BY_OPERATOR");
}

void
master_left(struct sim *s, size_t agent)
{
	sim_trace(s, "  agent %s leaves", s->agents[agent].id);
	s->agents[agent].standing = STANDING_NONE;
	master_lose_tasks(s, agent, TASK_LOST, "REASON_AGENT_REMOVED");
}

static void
master_recovered(struct sim *s, void *data, uint64_t n)
{
	size_t i;

	(void)data;
	if ((uint64_t)s->master.generation != n)
		return;
	for (i = 0; i < s->nagents; i++) {
		if (s->agents[i].standing != STANDING_RECOVERED)
			continue;
		sim_trace(s, "  agent %s did not come back to the master",
		    s->agents[i].id);
		s->agents[i].standing = STANDING_UNREACHABLE;
		master_tell_failure(s, i);
	}
}

static void
master_leads(struct sim *s, void *data, uint64_t n)
{
	size_t i;

	(void)data;
	if ((uint64_t)s->master.generation != n)
		return;
	sim_trace(s, "  a master leads");
	s->master.up = true;
	sim_at(s, s->now + RECOVERED_FOR, master_recovered, NULL, n);
	for (i = 0; i < s->nagents; i++) {
		if (s->agents[i].link)
			sim_at(s, s->now + sim_between(s, 100, SECONDS(60)),
			    agent_link, NULL, i);
	}
}

void
master_fail_over(struct sim *s, struct rng *r)
{
	struct master *m = &s->master;
	struct agent *a;
	size_t i;

	master_end_stream(s, NULL);
	m->up = false;
	m->generation++;
	/* Who was removed is not remembered. */
	m->nremoved = 0;
	for (i = 0; i < s->nagents; i++) {
		a = &s->agents[i];
		a->epoch++;
		if (a->standing == STANDING_REGISTERED ||
		    a->standing == STANDING_DISCONNECTED)
			a->standing = STANDING_RECOVERED;
	}
	for (i = 0; i < s->ntasks; i++)
		s->tasks[i]->tracked = s->tasks[i]->unreachable =
		    s->tasks[i]->kill_wanted = false;
	sim_at(s, s->now + rng_between(r, 500, SECONDS(40)), master_leads, NULL,
	    (uint64_t)m->generation);
}
