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
 * Tasks as they really are: they start, run, fail, and end when they are
 * killed, or some time later. Their agent tells it, one status at a time.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define HANG_LIMIT SECONDS(60) /* the executor did not register */

void
new_uuid(struct sim *s, uint8_t *uuid)
{
	memset(uuid, 0x40, UUID_LEN);
	s->uuid_seq++;
	memcpy(uuid, &s->uuid_seq, sizeof(s->uuid_seq));
}

struct mtask *
task_find(struct sim *s, const char *id)
{
	size_t i;

	/* After an old state an id may come twice: the younger counts. */
	for (i = s->ntasks; i > 0; i--) {
		if (strcmp(s->tasks[i - 1]->id, id) == 0)
			return s->tasks[i - 1];
	}
	return NULL;
}

bool
task_is_alive(const struct mtask *t)
{
	return t->life == LIFE_PENDING || t->life == LIFE_ALIVE;
}

/* "server.1=host:2888:3888;2181 server.2=…" */
static void
task_members(struct mtask *t, const char *servers)
{
	const char *p = servers;

	while (p != NULL && (p = strstr(p, "server.")) != NULL) {
		p += strlen("server.");
		if (t->nmembers < SIM_MEMBERS)
			t->members[t->nmembers++] = (int)strtol(p, NULL, 10);
	}
}

/* Which of the armed faults it gets, and its own pace. */
static void
task_behave(struct sim *s, struct mtask *t)
{
	t->start_takes = sim_between(s, 500, 5000);
	t->kill_takes = sim_between(s, 100, 8000);
	if (fault_hits(s, FAULT_TASK_SLOW))
		t->start_takes = SECONDS(sim_between(s, 20, 300));
	if (fault_hits(s, FAULT_TASK_HANG))
		t->hang = true;
	if (fault_hits(s, FAULT_TASK_BAD))
		t->bad = true;
	if (fault_hits(s, FAULT_TASK_DEAF))
		t->deaf = (int)sim_between(s, 1, 4);
}

struct mtask *
task_add(struct sim *s, const struct mcall_task *spec, size_t agent)
{
	struct mtask *t = xcalloc(1, sizeof(*t));
	size_t i;

	if (s->ntasks % 64 == 0) {
		s->tasks = reallocarray(s->tasks, s->ntasks + 64,
		    sizeof(struct mtask *));
		if (s->tasks == NULL)
			abort();
	}
	t->index = s->ntasks;
	s->tasks[s->ntasks++] = t;
	strlcpy(t->id, spec->id, sizeof(t->id));
	if (task_id_parse(spec->id, t->instance, &t->n) == -1)
		sim_fail(s, "format", "task id %s", spec->id);
	t->service = strncmp(t->id, "zookeeper-", 10) == 0 ? SERVICE_ZOOKEEPER
							   : SERVICE_KAFKA;
	t->number = (int)strtol(strchr(t->instance, '-') + 1, NULL, 10);
	t->agent = agent;
	strlcpy(t->agent_id, s->agents[agent].id, sizeof(t->agent_id));
	t->cpus = spec->cpus;
	t->mem = spec->mem;
	t->disk = spec->disk;
	for (i = 0; i < spec->nports; i++)
		t->ports |= UINT64_C(1) << (spec->ports[i] - SIM_PORT);
	t->grace = spec->grace;
	t->check = spec->check;
	t->myid = spec->myid;
	task_members(t, spec->servers);
	t->state = t->mstate = t->newest = TASK_STAGING;
	t->tracked = true;
	t->framework = s->master.framework_age;
	t->life = LIFE_FLYING;
	task_behave(s, t);
	s->stats->launches++;
	return t;
}

/* The head of the queue is on its way until it is acknowledged. */
static void task_forward(struct sim *s, struct mtask *t);

static void
task_retry(struct sim *s, void *data, uint64_t n)
{
	struct mtask *t = s->tasks[n & 0xffffff];

	(void)data;
	if (t->retry_seq != n >> 24 || t->nqueue == 0)
		return;
	t->retry = t->retry < SECONDS(300) ? 2 * t->retry : SECONDS(600);
	task_forward(s, t);
}

struct letter {
	uint64_t epoch;
	int generation;
	struct status st;
	enum task_state newest;
};

static void
task_arrive(struct sim *s, void *data, uint64_t n)
{
	struct letter *l = data;
	struct mtask *t = s->tasks[n];

	if (l->epoch == s->agents[t->agent].epoch && s->master.up)
		master_on_status(s, t, &l->st);
}

static void
task_forward(struct sim *s, struct mtask *t)
{
	struct agent *a = &s->agents[t->agent];
	struct letter *l;
	int copies = 1;

	if (t->nqueue == 0)
		return;
	t->retry_seq++;
	sim_at(s, s->now + t->retry, task_retry, NULL,
	    t->retry_seq << 24 | t->index);
	if (!a->link || a->standing != STANDING_REGISTERED)
		return;
	if (fault_hits(s, FAULT_UPDATE_LOST))
		copies = 0;
	else if (fault_hits(s, FAULT_UPDATE_AGAIN))
		copies = 3;
	for (; copies > 0; copies--) {
		l = xcalloc(1, sizeof(*l));
		l->epoch = a->epoch;
		l->st = t->queue[0];
		sim_at(s, pipe_time(s, &a->up, 1, 20), task_arrive, l,
		    t->index);
	}
}

void
agent_resend(struct sim *s, size_t agent)
{
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		if (s->tasks[i]->agent != agent || s->tasks[i]->nqueue == 0)
			continue;
		s->tasks[i]->retry = SECONDS(10);
		task_forward(s, s->tasks[i]);
	}
}

void
agent_ack(struct sim *s, struct mtask *t, const uint8_t *uuid)
{
	if (t->nqueue == 0 || memcmp(t->queue[0].uuid, uuid, UUID_LEN) != 0)
		return;
	memmove(t->queue, t->queue + 1, --t->nqueue * sizeof(t->queue[0]));
	t->retry = SECONDS(10);
	t->retry_seq++;
	task_forward(s, t);
}

void
task_status(struct sim *s, struct mtask *t, enum task_state state,
    enum task_source source, const char *reason, const char *message)
{
	struct status *st;

	if (t->nqueue == STATUS_QUEUE) {
		/* Only changes of health can be that many. */
		t->nqueue--;
	}
	st = &t->queue[t->nqueue++];
	memset(st, 0, sizeof(*st));
	st->state = t->state = state;
	if (s->agents[t->agent].going &&
	    (state == TASK_KILLING || state == TASK_KILLED)) {
		/* Of both it says so: mesos-api.md, maintenance. */
		st->state = TASK_GONE_BY_OPERATOR;
		reason = "REASON_AGENT_DRAINING";
	}
	t->newest = st->state;
	st->source = source;
	st->health = t->health;
	st->has_uuid = true;
	new_uuid(s, st->uuid);
	strlcpy(st->reason, reason, sizeof(st->reason));
	strlcpy(st->message, message, sizeof(st->message));
	if (t->nqueue == 1) {
		t->retry = SECONDS(10);
		task_forward(s, t);
	}
}

void
task_end(struct sim *s, struct mtask *t, enum task_state state,
    enum task_source source, const char *reason, const char *message)
{
	if (t->life == LIFE_DEAD)
		return;
	sim_trace(s, "  task %s ends: %s %s", t->id, task_state_name(state),
	    reason);
	t->life = LIFE_DEAD;
	task_status(s, t, state, source, reason, message);
	quorum_soon(s);
}

/* With its machine: nobody is left to tell it. */
void
task_die_unheard(struct sim *s, struct mtask *t)
{
	(void)s;
	if (t->life != LIFE_DEAD)
		sim_trace(s, "  task %s dies unheard", t->id);
	t->life = LIFE_DEAD;
	t->nqueue = 0;
	t->retry_seq++;
	quorum_soon(s);
}

/* Its own check, where it is not ZooKeeper's. */
static void
task_health_event(struct sim *s, void *data, uint64_t n)
{
	struct mtask *t = s->tasks[n];

	(void)data;
	if (t->sick_until <= s->now)
		task_set_health(s, t, true);
}

void
task_set_health(struct sim *s, struct mtask *t, bool good)
{
	enum task_health h = good ? HEALTH_GOOD : HEALTH_BAD;

	if (t->life != LIFE_ALIVE || t->state != TASK_RUNNING || !t->check ||
	    t->health == h)
		return;
	t->health = h;
	task_status(s, t, TASK_RUNNING, SOURCE_EXECUTOR,
	    "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED", "");
}

static void
task_runs(struct sim *s, void *data, uint64_t n)
{
	struct mtask *t = s->tasks[n];

	(void)data;
	if (t->life != LIFE_ALIVE || t->killing)
		return;
	if (t->bad) {
		task_end(s, t, TASK_FAILED, SOURCE_EXECUTOR, "",
		    "Command exited with status 1");
		return;
	}
	task_status(s, t, TASK_RUNNING, SOURCE_EXECUTOR, "", "");
	if (t->service == SERVICE_ZOOKEEPER)
		quorum_soon(s);
	else
		sim_at(s, s->now + sim_between(s, 1000, 9000),
		    task_health_event, NULL, n);
}

static void
task_starts(struct sim *s, void *data, uint64_t n)
{
	struct mtask *t = s->tasks[n];

	(void)data;
	if (t->life != LIFE_PENDING)
		return;
	if (t->hang) {
		task_end(s, t, TASK_FAILED, SOURCE_AGENT,
		    "REASON_EXECUTOR_REGISTRATION_TIMEOUT", "");
		return;
	}
	t->life = LIFE_ALIVE;
	task_status(s, t, TASK_STARTING, SOURCE_EXECUTOR, "", "");
	sim_at(s, s->now + t->start_takes / 2, task_runs, NULL, n);
}

void
task_start(struct sim *s, struct mtask *t)
{
	t->life = LIFE_PENDING;
	t->alive_since = s->now;
	check_alive(s, t);
	sim_at(s, s->now + (t->hang ? HANG_LIMIT : t->start_takes / 2),
	    task_starts, NULL, t->index);
}

struct killing {
	char reason[REASON_MAX];
};

static void
task_killed(struct sim *s, void *data, uint64_t n)
{
	struct killing *k = data;

	task_end(s, s->tasks[n], TASK_KILLED, SOURCE_EXECUTOR, k->reason, "");
}

void
task_kill(struct sim *s, struct mtask *t, int64_t grace, const char *reason)
{
	struct killing *k;
	int64_t takes = t->kill_takes < grace ? t->kill_takes : grace;

	if (t->deaf > 0 && task_is_alive(t)) {
		t->deaf--;
		sim_trace(s, "  task %s ignores a kill", t->id);
		return;
	}
	if (t->life == LIFE_PENDING) {
		task_end(s, t, TASK_KILLED, SOURCE_AGENT,
		    "REASON_TASK_KILLED_DURING_LAUNCH", "");
		return;
	}
	if (t->life != LIFE_ALIVE || t->killing)
		return;
	t->killing = true;
	task_status(s, t, TASK_KILLING, SOURCE_EXECUTOR, reason, "");
	quorum_soon(s);
	k = xcalloc(1, sizeof(*k));
	strlcpy(k->reason, reason, sizeof(k->reason));
	sim_at(s, s->now + takes, task_killed, k, t->index);
}
