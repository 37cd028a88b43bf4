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
 * minimesos: statuses of tasks.  What comes from an agent has a uuid, is
 * queued per task, sent one at a time and repeated until acknowledged; what
 * comes from the master is sent once and has no uuid.
 */

#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

static const char *const state_names[] = {
	[STATE_STAGING] = "TASK_STAGING",
	[STATE_STARTING] = "TASK_STARTING",
	[STATE_RUNNING] = "TASK_RUNNING",
	[STATE_KILLING] = "TASK_KILLING",
	[STATE_FINISHED] = "TASK_FINISHED",
	[STATE_FAILED] = "TASK_FAILED",
	[STATE_KILLED] = "TASK_KILLED",
	[STATE_ERROR] = "TASK_ERROR",
	[STATE_LOST] = "TASK_LOST",
	[STATE_DROPPED] = "TASK_DROPPED",
	[STATE_UNREACHABLE] = "TASK_UNREACHABLE",
	[STATE_GONE] = "TASK_GONE",
	[STATE_GONE_BY_OPERATOR] = "TASK_GONE_BY_OPERATOR",
	[STATE_UNKNOWN] = "TASK_UNKNOWN",
};

const char *
state_name(enum task_state state)
{
	return (state_names[state]);
}

int
state_of(const char *name, enum task_state *state)
{
	size_t i;

	for (i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++) {
		if (strcmp(state_names[i], name) != 0)
			continue;
		*state = (enum task_state)i;
		return (0);
	}
	return (-1);
}

int
state_terminal(enum task_state state)
{
	return (state == STATE_FINISHED || state == STATE_FAILED ||
	    state == STATE_KILLED || state == STATE_ERROR ||
	    state == STATE_LOST || state == STATE_DROPPED ||
	    state == STATE_GONE || state == STATE_GONE_BY_OPERATOR);
}

/* The first fields, in Mesos' order; each but id and state may be NULL. */
struct json_object *
status_new(const char *id, enum task_state state, const char *message,
    const char *source, const char *reason, const char *data)
{
	struct json_object *s = json_object_new_object();

	json_add_id(s, "task_id", id);
	json_add_str(s, "state", state_name(state));
	if (message != NULL)
		json_add_str(s, "message", message);
	json_add_str(s, "source", source);
	if (reason != NULL)
		json_add_str(s, "reason", reason);
	if (data != NULL)
		json_add_str(s, "data", data);
	return (s);
}

/* agent_id may be NULL; ns: when the agent was lost, or 0. */
void
status_from_master(struct framework *fw, const char *id, enum task_state state,
    const char *reason, const char *message, const char *agent_id, int64_t ns)
{
	struct json_object *s;

	if (!(fw->caps & CAP_PARTITION_AWARE) &&
	    (state == STATE_GONE || state == STATE_UNREACHABLE ||
		state == STATE_UNKNOWN || state == STATE_GONE_BY_OPERATOR ||
		state == STATE_DROPPED)) {
		state = STATE_LOST;
		ns = 0;
	}
	s = status_new(id, state, message, "SOURCE_MASTER", reason, NULL);
	if (agent_id != NULL)
		json_add_id(s, "agent_id", agent_id);
	json_add_num(s, "timestamp", now());
	if (ns != 0)
		json_add_int(json_add_obj(s, "unreachable_time"), "nanoseconds",
		    ns);
	framework_status(fw, s);
}

/* A task's state: as last forwarded, or with newest the agent's own. */
void
status_latest(struct framework *fw, struct task *t, const char *message,
    const char *reason, int newest)
{
	enum task_state state = STATE_STAGING;
	struct json_object *s, *v;

	if (newest)
		state = t->state;
	else if (t->seen != NULL)
		state_of(json_str(t->seen, "state"), &state);
	s = status_new(t->id, state, message, "SOURCE_MASTER", reason, NULL);
	json_add_id(s, "agent_id", t->agent_id);
	json_add_num(s, "timestamp", now());
	if (newest && t->healthy != -1)
		json_add_flag(s, "healthy", t->healthy);
	else if ((v = json_get(t->seen, "healthy")) != NULL)
		json_add_ref(s, "healthy", v);
	if ((v = json_get(t->seen, "container_status")) != NULL)
		json_add_ref(s, "container_status", v);
	framework_status(fw, s);
}

static void
container_status(struct task *t, struct json_object *s, enum task_state state)
{
	struct json_object *c = json_add_obj(s, "container_status"), *n, *ip;
	const char *address = t->agent->hostname, *name = NULL;

	/* only the executor of a running container knows more than its agent */
	if (t->docker && state == STATE_RUNNING) {
		if (t->bridge)
			address = *t->address ? t->address : "172.17.0.2";
		name = json_str(json_at(json_get(t->info,
					    "container.network_infos"),
				    0),
		    "name");
	}
	json_add_id(c, "container_id", t->container);
	n = json_add_obj(json_add_arr(c, "network_infos"), NULL);
	ip = json_add_obj(json_add_arr(n, "ip_addresses"), NULL);
	json_add_str(ip, "protocol", "IPv4");
	json_add_str(ip, "ip_address", address);
	if (name != NULL)
		json_add_str(n, "name", name);
	if (!t->docker)
		json_add_int(c, "executor_pid", getpid());
}

/* Queues what executor or agent has to say, and sends it if it is first. */
void
update_queue(struct task *t, enum task_state state, const char *source,
    const char *reason, const char *message, const char *data)
{
	struct update *u;

	if (t->silent || state_terminal(t->state))
		return;
	u = xcalloc(1, sizeof(*u));
	u->state = t->state = state;
	u->uuid = uuid_base64();
	u->status = status_new(t->id, state, message, source, reason, data);
	json_add_id(u->status, "agent_id", t->agent_id);
	json_add_id(u->status, "executor_id", t->id);
	json_add_num(u->status, "timestamp", now());
	json_add_str(u->status, "uuid", u->uuid);
	if (reason != NULL && strcmp(reason, HEALTH_REASON) == 0)
		json_add_flag(u->status, "healthy", t->healthy);
	else if (t->unhealthy && state_terminal(state))
		json_add_flag(u->status, "healthy", 0);
	if (strcmp(source, "SOURCE_EXECUTOR") == 0)
		container_status(t, u->status, state);
	TAILQ_INSERT_TAIL(&t->updates, u, entry);
	trace(t->mm, "task %s %s%s", t->id, state_name(state),
	    TAILQ_FIRST(&t->updates) == u ? "" : " (queued)");
	if (TAILQ_FIRST(&t->updates) == u)
		update_forward(t, 0);
}

static void
retry_cb(evutil_socket_t fd, short what, void *arg)
{
	struct task *t = arg;

	(void)fd;
	(void)what;
	t->retries++;
	update_forward(t, 1);
}

static void
retry_later(struct task *t)
{
	unsigned int shift = t->retries < 10 ? t->retries : 10;
	int64_t ms = (int64_t)t->mm->opt.ack_retry_ms << shift;

	if (ms > 600000)
		ms = 600000;
	if (t->retry_ev == NULL)
		t->retry_ev = evtimer_new(t->mm->base, retry_cb, t);
	after_ms(t->retry_ev, (int)ms);
}

/* The agent's side of one update reaching its master. */
static void
master_gets(struct task *t, struct update *u)
{
	struct framework *fw = framework_find(t->mm, t->fwid);

	json_object_get(u->status);
	json_object_put(t->seen);
	t->seen = u->status;
	if (state_terminal(t->state))
		t->holds = 0;
	if (fw == NULL || fw->conn == NULL)
		return;
	framework_status(fw, json_object_get(u->status));
	if (t->mm->faults.repeat)
		framework_status(fw, json_object_get(u->status));
}

/* Sends the head of a task's queue, if the agent can reach a master. */
void
update_forward(struct task *t, int again)
{
	struct update *u = TAILQ_FIRST(&t->updates);
	struct mm *mm = t->mm;

	if (u == NULL || t->silent || t->agent->state != AGENT_REGISTERED)
		return;
	retry_later(t);
	if (mm->faults.hold || mm->master == MASTER_DOWN)
		return;
	if (!again && !u->sent && mm->faults.lose > 0) {
		mm->faults.lose--;
		return;
	}
	if (u->sent)
		mm->count.resent++;
	u->sent = 1;
	master_gets(t, u);
}

static void
update_pop(struct task *t)
{
	struct update *u = TAILQ_FIRST(&t->updates);

	TAILQ_REMOVE(&t->updates, u, entry);
	json_object_put(u->status);
	free(u->uuid);
	free(u);
	t->retries = 0;
	if (t->retry_ev != NULL)
		event_del(t->retry_ev);
}

void
update_clear(struct task *t)
{
	while (!TAILQ_EMPTY(&t->updates))
		update_pop(t);
}

void
update_ack(struct task *t, const char *uuid)
{
	struct update *u = TAILQ_FIRST(&t->updates);
	enum task_state state;

	if (u == NULL || uuid == NULL || strcmp(u->uuid, uuid) != 0) {
		t->mm->count.acks_unknown++;
		return;
	}
	state = u->state;
	update_pop(t);
	if (state_terminal(state))
		task_finish(t);
	else
		update_forward(t, 0);
	burst_more(t);
}

/* The framework is back, or fwid NULL: everything that waits is sent now. */
void
update_flush(struct mm *mm, const char *fwid)
{
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->done || (fwid != NULL && strcmp(t->fwid, fwid) != 0))
			continue;
		t->retries = 0;
		update_forward(t, 1);
	}
}
