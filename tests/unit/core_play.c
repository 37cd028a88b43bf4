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
 * The small Mesos of the core's tests: what is launched runs, what is killed
 * ends, and a ZooKeeper member serves when a majority of the list that it
 * was given runs. It notes when members without data serve.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

#define STEP 500

struct core_task *
core_played(struct core *k, const char *task_id)
{
	size_t i;

	for (i = 0; i < k->ntasks; i++) {
		if (strcmp(k->tasks[i].id, task_id) == 0)
			return &k->tasks[i];
	}
	return NULL;
}

static void
play_list(struct core_task *t, const char *servers)
{
	const char *p = servers;

	while ((p = strstr(p, "server.")) != NULL) {
		p += strlen("server.");
		assert_true(t->members < 16);
		t->list[t->members++] = (int)strtol(p, NULL, 10) - 1;
	}
}

static void
play_launch(struct core *k, const struct action *a)
{
	struct core_task *t;
	const char *servers;
	char name[ID_MAX];
	uint64_t n;
	size_t i;

	for (i = 0; i < a->nspecs; i++) {
		assert_true(k->ntasks < CORE_TASKS);
		t = &k->tasks[k->ntasks++];
		strlcpy(t->id, a->specs[i].task_id, sizeof(t->id));
		strlcpy(t->agent_id, a->specs[i].agent_id, sizeof(t->agent_id));
		assert_int_equal(task_id_parse(t->id, name, &n), 0);
		t->number = (int)strtol(strchr(name, '-') + 1, NULL, 10);
		servers = pairs_get(&a->specs[i].env, "ZOO_SERVERS");
		t->zookeeper = servers != NULL;
		if (t->zookeeper)
			play_list(t, servers);
		if (k->frail ||
		    (k->frail_name != NULL &&
			strcmp(k->frail_name, name) == 0)) {
			core_tell(k, t->id, TASK_STARTING);
			core_tell(k, t->id, TASK_FAILED);
			continue;
		}
		t->running = true;
		t->runs_at = k->now + k->start_takes;
		core_tell(k, t->id, TASK_STARTING);
	}
}

void
core_end(struct core *k, const char *task_id, enum task_state state)
{
	struct core_task *t = core_played(k, task_id);

	if (t != NULL)
		t->running = false;
	core_tell(k, task_id, state);
}

void
core_away(struct core *k, const char *task_id)
{
	core_played(k, task_id)->away = true;
	core_reason(k, task_id, TASK_UNREACHABLE, SOURCE_MASTER,
	    "REASON_AGENT_REMOVED", "");
}

void
core_back(struct core *k, const char *task_id)
{
	core_played(k, task_id)->away = false;
	core_reason(k, task_id, TASK_RUNNING, SOURCE_MASTER,
	    "REASON_AGENT_REREGISTERED", "");
}

/* What the master says of a task. */
static enum task_state
play_state(const struct core_task *t)
{
	if (t == NULL)
		return TASK_GONE;
	if (t->away)
		return TASK_UNREACHABLE;
	if (!t->running)
		return TASK_GONE;
	return t->runs_at != 0 ? TASK_STARTING : TASK_RUNNING;
}

static void
play_kill(struct core *k, const struct action *a)
{
	struct core_task *t = core_played(k, a->task.task_id);

	if (k->deaf)
		return;
	if (play_state(t) == TASK_STARTING || play_state(t) == TASK_RUNNING)
		t->ends_at = t->ends_at ? t->ends_at : k->now + k->kill_takes;
	else
		core_reason(k, a->task.task_id, play_state(t), SOURCE_MASTER,
		    "REASON_RECONCILIATION", "");
}

static void
play_reconcile(struct core *k, const struct action *a)
{
	const char *id;
	size_t i;

	for (i = 0; i < a->nrefs; i++) {
		id = a->refs[i].task_id;
		core_reason(k, id, play_state(core_played(k, id)),
		    SOURCE_MASTER, "REASON_RECONCILIATION", "");
	}
}

/* What takes its time: starts and ends. */
static void
play_time(struct core *k)
{
	struct core_task *t;
	size_t i;

	for (i = 0; i < k->ntasks; i++) {
		t = &k->tasks[i];
		if (!t->running || t->away)
			continue;
		if (t->ends_at != 0 && k->now >= t->ends_at) {
			core_end(k, t->id, TASK_KILLED);
		} else if (t->runs_at != 0 && k->now >= t->runs_at) {
			t->runs_at = 0;
			core_tell(k, t->id, TASK_RUNNING);
		}
	}
}

static void
play_offers(struct core *k)
{
	size_t i;

	for (i = 0; i < k->nagents; i++)
		core_offer(k, k->agents[i]);
}

static void
play_action(struct core *k, const struct action *a)
{
	switch (a->type) {
	case ACTION_SUBSCRIBE:
		cluster_on_subscribed(k->c, "F-1", k->now);
		if (!k->c->suppressed)
			play_offers(k);
		break;
	case ACTION_LAUNCH:
		play_launch(k, a);
		break;
	case ACTION_KILL:
		play_kill(k, a);
		break;
	case ACTION_RECONCILE:
		play_reconcile(k, a);
		break;
	case ACTION_REVIVE:
		play_offers(k);
		break;
	case ACTION_TEARDOWN:
		cluster_on_teardown(k->c, k->now);
		break;
	default:
		break;
	}
}

/* Whether the task runs and was given that member. */
static bool
play_knows(const struct core_task *t, int number)
{
	int i;

	for (i = 0; i < t->members; i++) {
		if (t->list[i] == number)
			return true;
	}
	return false;
}

/* Whether a majority of the members it was given run and know it. */
static bool
play_serves(struct core *k, const struct core_task *t, bool *data)
{
	const struct core_task *m;
	size_t i;
	int n = 0;

	*data = false;
	for (i = 0; i < k->ntasks; i++) {
		m = &k->tasks[i];
		if (!m->running || m->away || m->runs_at != 0 ||
		    !m->zookeeper || !play_knows(t, m->number) ||
		    !play_knows(m, t->number))
			continue;
		n++;
		*data |= m->data;
	}
	return n > t->members / 2;
}

/* What a member stored lies on its volume: the next task has it, too. */
static void
play_inherit(struct core *k, struct core_task *t)
{
	size_t i;

	for (i = 0; i < k->ntasks; i++) {
		if (k->tasks[i].zookeeper && k->tasks[i].data &&
		    k->tasks[i].number == t->number &&
		    strcmp(k->tasks[i].agent_id, t->agent_id) == 0)
			t->data = true;
	}
}

static void
play_health(struct core *k)
{
	struct core_task *t;
	struct update u;
	bool serves, data, any = false;
	size_t i;

	for (i = 0; i < k->ntasks; i++) {
		if (k->tasks[i].running && k->tasks[i].zookeeper)
			play_inherit(k, &k->tasks[i]);
	}
	for (i = 0; i < k->ntasks; i++) {
		t = &k->tasks[i];
		if (!t->running || t->away || t->runs_at != 0)
			continue;
		data = true;
		serves = !t->zookeeper || play_serves(k, t, &data);
		if (t->zookeeper && serves) {
			any = true;
			k->broken_rule |= k->stored && !data;
			t->data = true;
		}
		if (serves == t->healthy)
			continue;
		t->healthy = serves;
		u = core_status(t->id, TASK_RUNNING);
		u.healthy = serves ? HEALTH_GOOD : HEALTH_BAD;
		cluster_on_update(k->c, &u, k->now);
	}
	k->stored |= any;
	if (any)
		k->silent_since = 0;
	else if (k->silent_since == 0)
		k->silent_since = k->now;
}

void
core_play(struct core *k, int64_t ms)
{
	int64_t end = k->now + ms;
	struct action *a;
	int i;

	for (; k->now < end; k->now += STEP) {
		core_run(k);
		for (i = 0; (a = TAILQ_FIRST(&k->c->actions)) != NULL; i++) {
			if (i > 1000)
				fail_msg("the core never comes to rest");
			core_take(k, a->type);
			play_action(k, a);
			core_run(k);
		}
		play_time(k);
		play_health(k);
	}
	core_run(k);
}
