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
 * minimesos: what the calls of a subscribed framework do.
 */

#include <stdio.h>

#include "minimesos.h"

static void
decline(struct framework *fw, struct json_object *call)
{
	struct json_object *ids = json_get(call, "decline.offer_ids");
	double refuse = json_num(call, "decline.filters.refuse_seconds", 5.0);
	struct offer *o;
	size_t i;

	for (i = 0; i < json_len(ids); i++) {
		o = offer_find(fw->mm, json_str(json_at(ids, i), "value"));
		if (o == NULL || o->fw != fw)
			continue;
		filter_add(fw, o->role, o->agent, &o->res, refuse);
		offer_free(fw->mm, o);
	}
}

static int
any_recovered(struct mm *mm)
{
	int i;

	for (i = 0; i < mm->opt.agents; i++)
		if (mm->agents[i].state == AGENT_RECOVERED)
			return (1);
	return (0);
}

/* The six cases of explicit reconciliation. */
static void
reconcile_one(struct framework *fw, const char *id, const char *agent_id)
{
	struct mm *mm = fw->mm;
	struct task *t = task_find(mm, fw->id, id);
	enum task_state state = STATE_UNKNOWN;
	const char *text = "Reconciliation: Task is unknown";
	int64_t ns = 0;

	if (t != NULL && t->in_master) {
		status_latest(fw, t, "Reconciliation: Latest task state",
		    "REASON_RECONCILIATION", 0);
		return;
	}
	if (agent_id == NULL && any_recovered(mm))
		return;
	switch (agent_id == NULL ? (enum agent_state) - 1
				 : agent_known(mm, agent_id, &ns)) {
	case AGENT_RECOVERED:
		return;
	case AGENT_REGISTERED:
	case AGENT_DISCONNECTED:
		state = STATE_GONE;
		text = "Reconciliation: Task is unknown to the agent";
		break;
	case AGENT_UNREACHABLE:
		state = STATE_UNREACHABLE;
		text = "Reconciliation: Task is unreachable";
		break;
	case AGENT_GONE:
		state = STATE_GONE_BY_OPERATOR;
		text = "Reconciliation: Task is gone";
		break;
	default:
		break;
	}
	status_from_master(fw, id, state, "REASON_RECONCILIATION", text,
	    agent_id, state == STATE_UNREACHABLE ? ns : 0);
}

static void
reconcile(struct framework *fw, struct json_object *call)
{
	struct json_object *tasks = json_get(call, "reconcile.tasks"), *one;
	struct task *t;
	size_t i;

	if (json_len(tasks) == 0) {
		TAILQ_FOREACH(t, &fw->mm->tasks, entry)
			if (t->in_master && strcmp(t->fwid, fw->id) == 0)
				status_latest(fw, t,
				    "Reconciliation: Latest task state",
				    "REASON_RECONCILIATION", 0);
		return;
	}
	for (i = 0; i < json_len(tasks); i++) {
		one = json_at(tasks, i);
		reconcile_one(fw, json_str(one, "task_id.value"),
		    json_str(one, "agent_id.value"));
	}
}

static void
kill_task(struct framework *fw, struct json_object *call)
{
	const char *id = json_str(call, "kill.task_id.value");
	const char *agent_id = json_str(call, "kill.agent_id.value");
	struct task *t = task_find(fw->mm, fw->id, id);

	if (t == NULL || !t->in_master) {
		reconcile_one(fw, id, agent_id);
		return;
	}
	if (agent_id != NULL && strcmp(agent_id, t->agent_id) != 0)
		return;
	if (t->agent->state != AGENT_REGISTERED) {
		t->kill_wanted = 1;
		return;
	}
	task_kill(t, task_grace(t, json_get(call, "kill.kill_policy")));
}

static void
acknowledge(struct framework *fw, struct json_object *call)
{
	const char *agent_id = json_str(call, "acknowledge.agent_id.value");
	const char *id = json_str(call, "acknowledge.task_id.value");
	struct agent *a = agent_find(fw->mm, agent_id);
	struct task *t;

	if (a == NULL || a->state != AGENT_REGISTERED) {
		trace(fw->mm, "acknowledgement for an absent agent dropped");
		return;
	}
	fw->mm->count.acks++;
	t = task_find(fw->mm, fw->id, id);
	if (t == NULL || strcmp(t->agent_id, agent_id) != 0) {
		fw->mm->count.acks_unknown++;
		return;
	}
	update_ack(t, json_str(call, "acknowledge.uuid"));
}

static void
revive(struct framework *fw, struct json_object *call)
{
	struct json_object *list = json_get(call, "revive.roles");
	size_t i, k;

	framework_suppress(fw, list, 0);
	for (i = 0; i < fw->nroles; i++) {
		for (k = 0; k < json_len(list); k++)
			if (strcmp(json_str(json_at(list, k), ""),
				fw->roles[i]) == 0)
				break;
		if (json_len(list) == 0 || k < json_len(list))
			filter_clear(fw, fw->roles[i]);
	}
	offer_soon(fw->mm);
}

static void
suppress(struct framework *fw, struct json_object *call)
{
	framework_suppress(fw, json_get(call, "suppress.roles"), 1);
}

static void
teardown(struct framework *fw, struct json_object *call)
{
	(void)call;
	framework_remove(fw);
}

/* Calls that are not in the table are accepted and do nothing. */
void
call_dispatch(struct framework *fw, struct json_object *call, const char *type)
{
	static const struct {
		const char *type;
		void (*fn)(struct framework *, struct json_object *);
	} table[] = {
		{ "ACCEPT", accept_handle },
		{ "ACKNOWLEDGE", acknowledge },
		{ "DECLINE", decline },
		{ "KILL", kill_task },
		{ "RECONCILE", reconcile },
		{ "REVIVE", revive },
		{ "SUPPRESS", suppress },
		{ "TEARDOWN", teardown },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].type, type) == 0)
			table[i].fn(fw, call);
}
