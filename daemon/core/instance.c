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
 * The life of an instance, as the status updates of its tasks tell it:
 *
 *	stopped -> placing -> launching -> staging -> starting -> running
 *	   ^                                                        |
 *	   +------------------- killing <---------------------------+
 *
 * and lost (its agent is unreachable) and backoff (it failed). The state is
 * never stored: it follows from the task, as last reported, and from what
 * is wanted. Pure.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "gone.h"
#include "instance.h"
#include "pack.h"
#include "reconcile.h"
#include "words.h"

#define STRAYS_MAX 10000

bool
instance_wants_down(const struct instance *i)
{
	return i->stopped || i->restart || i->dismissed;
}

enum instance_state
instance_state(const struct instance *i, int64_t now)
{
	const struct task *t = i->task;

	if (t == NULL) {
		if (i->stopped || i->leaving)
			return INSTANCE_STOPPED;
		if (i->backoff_until > now)
			return INSTANCE_BACKOFF;
		return INSTANCE_PLACING;
	}
	if (t->unreachable != 0)
		return INSTANCE_LOST;
	if (t->kills > 0 || t->state == TASK_KILLING)
		return INSTANCE_KILLING;
	if (t->state == TASK_RUNNING)
		return INSTANCE_RUNNING;
	if (t->state == TASK_STARTING)
		return INSTANCE_STARTING;
	return t->reported ? INSTANCE_STAGING : INSTANCE_LAUNCHING;
}

const char *
instance_state_name(enum instance_state s)
{
	static const char *const names[] = {
		[INSTANCE_STOPPED] = "stopped",
		[INSTANCE_PLACING] = "placing",
		[INSTANCE_LAUNCHING] = "launching",
		[INSTANCE_STAGING] = "staging",
		[INSTANCE_STARTING] = "starting",
		[INSTANCE_RUNNING] = "running",
		[INSTANCE_KILLING] = "killing",
		[INSTANCE_LOST] = "lost",
		[INSTANCE_BACKOFF] = "backoff",
	};

	return names[s];
}

bool
instance_ready(const struct cluster *c, const struct instance *i, int64_t now)
{
	const struct task *t = i->task;
	int64_t settle;

	if (t == NULL || t->state != TASK_RUNNING || t->unreachable != 0)
		return false;
	if (!t->check)
		return true;
	settle = c->conf->service[i->service].check.settle;
	return t->healthy == HEALTH_GOOD && now - t->healthy_since >= settle;
}

bool
instance_stays_ready(const struct cluster *c, const struct instance *i,
    int64_t now)
{
	return instance_ready(c, i, now) && !instance_wants_down(i) &&
	    i->task->kills == 0;
}

bool
instance_outdated(const struct cluster *c, const struct instance *i)
{
	return i->task != NULL &&
	    i->task->list != c->service[SERVICE_ZOOKEEPER].list;
}

int
service_running(const struct service *s)
{
	const struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &s->instances, entry)
		n += i->task != NULL && i->task->state == TASK_RUNNING &&
		    i->task->unreachable == 0;
	return n;
}

int
service_ready(const struct cluster *c, const struct service *s, int64_t now)
{
	const struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &s->instances, entry)
		n += instance_ready(c, i, now);
	return n;
}

void
instance_task_over(struct cluster *c, struct instance *i, int64_t now)
{
	task_free(i->task);
	i->task = NULL;
	i->restart = false;
	i->renew = false;
	i->asked = false;
	if (i->down_since == 0)
		i->down_since = now;
	/* A placement is tentative until a launch there was accepted. */
	if (!i->placement.firm)
		i->placement.set = false;
	c->dirty = true;
}

/* Having run for a while forgets earlier failures. */
static void
instance_forgive(struct cluster *c, struct instance *i, int64_t now)
{
	int64_t reset = c->conf->service[i->service].backoff_reset;

	if (i->task != NULL && i->task->running != 0 &&
	    now - i->task->running >= reset)
		i->failures = 0;
}

void
instance_failed(struct cluster *c, struct instance *i, const char *message,
    bool longest, int64_t now)
{
	const struct service_conf *conf = &c->conf->service[i->service];
	int64_t delay = conf->backoff;
	char next[WORDS_SIZE];
	uint32_t n;

	instance_forgive(c, i, now);
	for (n = 0; n < i->failures && delay < conf->backoff_max; n++)
		delay *= 2;
	if (longest || delay > conf->backoff_max)
		delay = conf->backoff_max;
	i->failures++;
	i->failures_total++;
	i->last_failure = now;
	i->backoff_until = now + delay;
	strlcpy(i->last_message, message, sizeof(i->last_message));
	cluster_notice(c, true, i, "failed (%u in a row): %s; next try in %s",
	    i->failures, message, words_time(delay, next));
	c->dirty = true;
}

struct task *
instance_stray_on(struct cluster *c, const struct instance *i,
    const char *agent_id, const char *hostname)
{
	struct task *t;

	TAILQ_FOREACH(t, &c->strays, entry) {
		if (strcmp(t->instance, i->name) == 0 &&
		    (strcmp(t->agent_id, agent_id) == 0 ||
			strcmp(t->hostname, hostname) == 0))
			return t;
	}
	return NULL;
}

void
instance_replace(struct cluster *c, struct instance *i, int64_t now)
{
	struct task *t = i->task;

	if (t != NULL) {
		i->task = NULL;
		t->kills = 0;
		t->kill_next = 0;
		TAILQ_INSERT_TAIL(&c->strays, t, entry);
		instance_task_over(c, i, now);
	}
	/* Its data there is given up: anywhere else is better. */
	strlcpy(i->left, i->placement.hostname, sizeof(i->left));
	i->left_until = now + c->conf->hold;
	memset(&i->placement, 0, sizeof(i->placement));
	i->trust_empty = false;
	i->joined = false;
	i->started_once = false;
	i->stopped = false;
	i->failures = 0;
	i->backoff_until = 0;
	i->asked = false;
	c->dirty = true;
}

/* Whether the message says that the task was not launched for want of room. */
static bool
update_is_lost_race(const struct update *u)
{
	return u->state == TASK_ERROR &&
	    strncmp(u->message, "Total resources", 15) == 0;
}

/*
 * Whether the update speaks of a launch that another try may have carried
 * out: nothing may be concluded from it before reconciliation.
 */
static bool
update_is_doubtful(const struct update *u)
{
	if (strcmp(u->reason, "REASON_INVALID_OFFERS") == 0)
		return true;
	return u->state == TASK_ERROR && u->source == SOURCE_MASTER &&
	    (strstr(u->message, "duplicate ID") != NULL ||
		strstr(u->message, "reuses the ID") != NULL);
}

/* Whether the end of the task is nobody's failure. */
static bool
update_is_harmless(const struct instance *i, const struct update *u)
{
	if (instance_wants_down(i) || i->task->kills > 0)
		return true;
	if (strcmp(u->reason, "REASON_AGENT_DRAINING") == 0 ||
	    update_is_lost_race(u))
		return true;
	switch (u->state) {
	case TASK_GONE_BY_OPERATOR:
		return true;
	case TASK_LOST:
	case TASK_GONE:
		/* The platform took it, or it never came to be. */
		return i->task->started ||
		    strcmp(u->reason, "REASON_RECONCILIATION") == 0;
	case TASK_DROPPED:
		return strcmp(u->reason, "REASON_RECONCILIATION") == 0;
	default:
		return false;
	}
}

static void
instance_on_terminal(struct cluster *c, struct instance *i,
    const struct update *u, int64_t now)
{
	char message[MESSAGE_MAX];

	snprintf(message, sizeof(message), "%s%s%.400s",
	    task_state_name(u->state), u->message[0] != '\0' ? ": " : "",
	    u->message);
	instance_forgive(c, i, now);
	if (update_is_harmless(i, u))
		cluster_notice(c, false, i, "task %s ended: %s", i->task->id,
		    message);
	else
		instance_failed(c, i, message,
		    u->state == TASK_ERROR && u->source == SOURCE_MASTER, now);
	/*
	 * It was accepted there. To place it anew after each failure would
	 * change the server list, and restart those who serve, each time.
	 */
	if (u->state == TASK_FAILED && c->service[i->service].formed &&
	    service_is_ensemble(i->service))
		i->placement.firm = i->placement.set;
	/* The operator's word that the agent will not come back. */
	if ((u->state == TASK_GONE_BY_OPERATOR || i->task->gone_until != 0) &&
	    !i->stopped && !i->leaving) {
		instance_task_over(c, i, now);
		instance_replace(c, i, now);
		return;
	}
	instance_task_over(c, i, now);
}

static void
instance_on_health(struct cluster *c, struct instance *i,
    const struct update *u, int64_t now)
{
	struct task *t = i->task;

	if (u->healthy == HEALTH_NONE || u->healthy == t->healthy)
		return;
	if (u->healthy == HEALTH_GOOD)
		t->healthy_since = now;
	else
		cluster_notice(c, true, i, "check failed%s%s",
		    u->message[0] != '\0' ? ": " : "", u->message);
	t->healthy = u->healthy;
	c->dirty = true;
}

static void
instance_on_unreachable(struct cluster *c, struct instance *i, int64_t now)
{
	struct task *t = i->task;

	t->reported = true;
	if (t->unreachable != 0)
		return;
	t->unreachable = now;
	cluster_notice(c, true, i, "agent %s is unreachable",
	    task_agent_name(t));
	c->dirty = true;
}

static void
instance_on_alive(struct cluster *c, struct instance *i, const struct update *u,
    int64_t now)
{
	struct task *t = i->task;
	bool back = t->unreachable != 0;

	if (back) {
		t->unreachable = 0;
		t->kill_next = 0;
		cluster_notice(c, false, i, "agent %s is back",
		    task_agent_name(t));
	}
	/* Reconciliation may tell an older state than we have seen. */
	if (t->state == TASK_RUNNING &&
	    (u->state == TASK_STAGING || u->state == TASK_STARTING)) {
		c->dirty |= back;
		return;
	}
	if (t->state != u->state || !t->reported || back)
		c->dirty = true;
	t->reported = true;
	t->state = u->state;
	/* One that was taken over before anything was heard of it. */
	if (t->command != NULL && !i->placement.set && t->agent_id[0] != '\0') {
		i->placement.set = true;
		strlcpy(i->placement.agent_id, t->agent_id,
		    sizeof(i->placement.agent_id));
	}
	if (u->state == TASK_STARTING || u->state == TASK_RUNNING) {
		t->started = true;
		i->started_once = true;
		i->placement.firm = i->placement.set;
		i->down_since = 0;
	}
	if (u->state == TASK_RUNNING && t->running == 0)
		t->running = now;
	instance_on_health(c, i, u, now);
}

/*
 * Keeps what was said in full. An update that changes no state says less than
 * the one that did.
 */
static void
task_note_status(struct task *t, const struct update *u)
{
	static const char *const less[] = {
		"REASON_RECONCILIATION",
		"REASON_AGENT_REREGISTERED",
		"REASON_TASK_HEALTH_CHECK_STATUS_UPDATED",
		"REASON_TASK_CHECK_STATUS_UPDATED",
	};
	size_t k;

	if (u->status == NULL || u->status[0] == '\0')
		return;
	for (k = 0; k < sizeof(less) / sizeof(less[0]); k++) {
		if (t->status != NULL && u->state == t->state &&
		    strcmp(u->reason, less[k]) == 0)
			return;
	}
	/* Without memory nothing is known, rather than what was before. */
	free(t->status);
	t->status = pack(u->status);
}

/*
 * Whether a task that the Go framework recorded was never launched: it had
 * no word of it, and Mesos knows nothing of it either.
 */
static bool
update_is_of_nothing(const struct task *t, const struct update *u)
{
	return u->state == TASK_UNKNOWN && t->command != NULL && !t->reported &&
	    t->agent_id[0] == '\0';
}

int64_t
instance_grace(const struct cluster *c, const struct task *t)
{
	const char *name;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		name = service_name((enum service_id)id);
		if (strncmp(t->instance, name, strlen(name)) == 0)
			return c->conf->service[id].grace;
	}
	return c->conf->service[SERVICE_KAFKA].grace;
}

static void
instance_on_update(struct cluster *c, struct instance *i,
    const struct update *u, int64_t now)
{
	struct task *t = i->task;
	struct update killing;

	if (update_is_doubtful(u)) {
		cluster_notice(c, true, i,
		    "task %s: %s: asking whether it "
		    "runs",
		    t->id, u->message);
		t->unanswered = true;
		reconcile_soon(c, now);
		return;
	}
	t->unanswered = false;
	if (t->agent_id[0] == '\0' && u->agent_id[0] != '\0')
		strlcpy(t->agent_id, u->agent_id, sizeof(t->agent_id));
	task_note_status(t, u);
	if (task_is_going(c, t, u, now)) {
		killing = *u;
		killing.state = TASK_KILLING;
		/* Of an agent that is away it does not say that it is back. */
		if (t->unreachable == 0 || u->has_uuid)
			instance_on_alive(c, i, &killing, now);
		return;
	}
	if (update_is_of_nothing(t, u)) {
		cluster_notice(c, true, i,
		    "task %s was recorded, but never seen: it is not there",
		    t->id);
		instance_task_over(c, i, now);
		return;
	}
	if (task_state_terminal(u->state))
		instance_on_terminal(c, i, u, now);
	else if (u->state == TASK_UNREACHABLE || u->state == TASK_UNKNOWN)
		instance_on_unreachable(c, i, now);
	else
		instance_on_alive(c, i, u, now);
}

static void
stray_on_update(struct cluster *c, struct task *t, const struct update *u,
    int64_t now)
{
	bool going = task_is_going(c, t, u, now);

	t->unanswered = false;
	if ((!going && task_state_terminal(u->state)) ||
	    u->state == TASK_UNKNOWN) {
		cluster_notice(c, false, NULL, "task %s, not wanted, ended: %s",
		    t->id, task_state_name(u->state));
		TAILQ_REMOVE(&c->strays, t, entry);
		task_free(t);
		c->dirty = true;
		return;
	}
	if (u->state == TASK_UNREACHABLE) {
		t->unreachable = t->unreachable ? t->unreachable : now;
		return;
	}
	if (t->unreachable != 0)
		t->kill_next = 0;
	t->unreachable = 0;
	t->state = going ? TASK_KILLING : u->state;
}

/* More of them than there ever are; Mesos tells of the rest again. */
static bool
strays_are_many(const struct cluster *c)
{
	const struct task *t;
	int n = 0;

	TAILQ_FOREACH(t, &c->strays, entry)
		n++;
	return n >= STRAYS_MAX;
}

/*
 * A task that is unknown, though its number is ours to give: the state is
 * older than the tasks. Such a task of a wanted instance is taken over.
 */
static bool
unknown_adopt(struct cluster *c, struct instance *i, const struct update *u,
    uint64_t n, int64_t now)
{
	char name[ID_MAX];
	struct task *t;
	uint64_t have;

	if (!c->behind || i == NULL || i->leaving)
		return false;
	/* A member whose address nobody knows is none. */
	if (service_is_ensemble(i->service) && !i->in_list)
		return false;
	if (i->task != NULL && task_id_parse(i->task->id, name, &have) == 0 &&
	    have >= n)
		return false;
	if (i->task != NULL && strays_are_many(c))
		return false;
	if ((t = task_new(u->task_id, u->agent_id)) == NULL)
		return false;
	if (i->task != NULL)
		TAILQ_INSERT_TAIL(&c->strays, i->task, entry);
	i->task = t;
	i->restart = false;
	i->renew = false;
	i->down_since = 0;
	t->adopted = true;
	t->check = u->healthy != HEALTH_NONE;
	t->list = c->service[SERVICE_ZOOKEEPER].list;
	t->launched = now;
	if (i->placement.set &&
	    strcmp(i->placement.agent_id, t->agent_id) == 0) {
		strlcpy(t->hostname, i->placement.hostname,
		    sizeof(t->hostname));
	} else {
		memset(&i->placement.ports, 0, sizeof(i->placement.ports));
		/* Others can be told where it is after its next start only. */
		if (service_is_ensemble(i->service))
			t->list = 0;
	}
	i->placement.set = true;
	strlcpy(i->placement.agent_id, t->agent_id,
	    sizeof(i->placement.agent_id));
	strlcpy(i->placement.hostname, t->hostname,
	    sizeof(i->placement.hostname));
	cluster_notice(c, true, i,
	    "task %s is newer than the saved state: "
	    "taken over",
	    t->id);
	instance_on_update(c, i, u, now);
	c->dirty = true;
	return true;
}

/* Whose task the Go framework's bare numbers are is not known. */
static void
unknown_is_newer(struct cluster *c, const struct update *u, const char *name,
    uint64_t n, int64_t now)
{
	c->next_task = n + 1;
	c->dirty = true;
	if (name[0] == '\0')
		return;
	c->behind = true;
	c->behind_until = now + c->conf->agent_timeout;
	cluster_notice(c, true, NULL,
	    "task %s is newer than the saved state: the state is behind",
	    u->task_id);
}

static void
unknown_on_update(struct cluster *c, const struct update *u, int64_t now)
{
	char name[ID_MAX];
	struct instance *i = NULL;
	struct task *t;
	uint64_t n = 0;

	if (task_id_parse(u->task_id, name, &n) == 0) {
		i = cluster_find(c, name);
		/* A number that large was not given by any kafkad. */
		if (n >= c->next_task && n < INT64_MAX / 2)
			unknown_is_newer(c, u, name, n, now);
	}
	if (task_state_terminal(u->state) || u->state == TASK_UNKNOWN ||
	    unknown_adopt(c, i, u, n, now) || strays_are_many(c))
		return;
	if ((t = task_new(u->task_id, u->agent_id)) == NULL)
		return;
	t->state = u->state;
	t->reported = true;
	if (u->state == TASK_UNREACHABLE)
		t->unreachable = now;
	TAILQ_INSERT_TAIL(&c->strays, t, entry);
	c->dirty = true;
	cluster_notice(c, true, NULL, "task %s is not ours to keep: killing it",
	    t->id);
}

void
cluster_on_update(struct cluster *c, const struct update *u, int64_t now)
{
	struct instance *i;
	struct action *a;
	struct task *t;
	int id;

	if (u->has_uuid && (a = action_new(c, ACTION_ACKNOWLEDGE)) != NULL) {
		strlcpy(a->task.task_id, u->task_id, sizeof(a->task.task_id));
		strlcpy(a->task.agent_id, u->agent_id,
		    sizeof(a->task.agent_id));
		memcpy(a->uuid, u->uuid, sizeof(a->uuid));
	}
	if (reconcile_is_barrier(u->task_id)) {
		reconcile_barrier_answered(c, u->task_id, now);
		return;
	}
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->task != NULL &&
			    strcmp(i->task->id, u->task_id) == 0) {
				instance_on_update(c, i, u, now);
				return;
			}
		}
	}
	TAILQ_FOREACH(t, &c->strays, entry) {
		if (strcmp(t->id, u->task_id) == 0) {
			stray_on_update(c, t, u, now);
			return;
		}
	}
	unknown_on_update(c, u, now);
}

void
cluster_on_launch_failed(struct cluster *c, const char *task_id,
    enum launch_end end, const char *why, int64_t now)
{
	char name[ID_MAX];
	struct instance *i;
	uint64_t n;

	if (task_id_parse(task_id, name, &n) == -1 ||
	    (i = cluster_find(c, name)) == NULL || i->task == NULL ||
	    strcmp(i->task->id, task_id) != 0 || i->task->reported)
		return;
	if (end == LAUNCH_UNKNOWN) {
		cluster_notice(c, true, i,
		    "task %s: no answer to its launch "
		    "(%s): asking whether it runs",
		    task_id, why);
		i->task->unanswered = true;
		reconcile_soon(c, now);
		return;
	}
	/* Asked again at once, it would be refused again. */
	if (end == LAUNCH_REFUSED)
		instance_failed(c, i, why, true, now);
	else
		cluster_notice(c, true, i, "task %s was not launched: %s",
		    task_id, why);
	instance_task_over(c, i, now);
}

void
instance_tell(struct cluster *c, struct instance *i, int64_t now)
{
	enum instance_state state = instance_state(i, now);
	bool ready = instance_ready(c, i, now);

	/* It has made a snapshot of what it found. */
	if (ready && i->trust_empty && i->task->command == NULL) {
		i->trust_empty = false;
		c->dirty = true;
	}
	if (state != i->last_state) {
		cluster_notice(c, false, i, "%s -> %s%s%s%s",
		    instance_state_name(i->last_state),
		    instance_state_name(state), i->placement.set ? " (" : "",
		    placement_name(&i->placement), i->placement.set ? ")" : "");
		i->last_state = state;
	}
	if (ready != i->last_ready) {
		cluster_notice(c, false, i, ready ? "ready" : "not ready");
		i->last_ready = ready;
	}
}
