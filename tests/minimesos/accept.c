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
 * minimesos: ACCEPT.  The set of offers is good or bad as a whole; tasks are
 * then checked one by one against what remains of the offers.
 */

#include <stdio.h>

#include "minimesos.h"

static char *
check_offers(struct framework *fw, struct json_object *ids)
{
	struct offer *o, *first = NULL;
	const char *id;
	size_t i, k;

	if (json_len(ids) == 0)
		return (xstrdup("No offers specified"));
	for (i = 0; i < json_len(ids); i++) {
		id = json_str(json_at(ids, i), "value");
		for (k = 0; k < i; k++)
			if (strcmp(json_str(json_at(ids, k), "value"), id) == 0)
				return (xasprintf("Duplicate offer %s in offer"
						  " list",
				    id));
	}
	for (i = 0; i < json_len(ids); i++) {
		id = json_str(json_at(ids, i), "value");
		if ((o = offer_find(fw->mm, id)) == NULL)
			return (xasprintf("Offer %s is no longer valid", id));
		if (o->fw != fw)
			return (xasprintf("Offer %s has invalid framework %s "
					  "while framework %s is expected",
			    id, o->fw->id, fw->id));
		if (first == NULL)
			first = o;
		if (strcmp(o->role, first->role) != 0)
			return (xasprintf(
			    "Aggregated offers must be allocated"
			    " to the same role. Offer %s uses role %s but "
			    "another is using role %s",
			    id, o->role, first->role));
		if (o->agent != first->agent)
			return (xasprintf(
			    "Aggregated offers must belong to "
			    "one single agent. Offer %s uses agent %s and "
			    "agent %s",
			    id, o->agent->id, first->agent->id));
	}
	return (NULL);
}

static struct json_object *
op_tasks(struct json_object *op)
{
	struct json_object *list = json_get(op, "launch.task_infos");

	if (list == NULL)
		list = json_get(op, "launch_group.task_group.tasks");
	return (list);
}

static void
task_error(struct framework *fw, struct json_object *info,
    enum task_state state, const char *reason, const char *text)
{
	status_from_master(fw, json_str(info, "task_id.value"), state, reason,
	    text, json_str(info, "agent_id.value"), 0);
}

/* An operation that is not a launch: told only if it has an id. */
static void
operation_error(struct framework *fw, struct json_object *op, const char *text)
{
	const char *id = json_str(op, "id.value");
	struct json_object *ev, *s;

	if (id == NULL)
		return;
	ev = json_object_new_object();
	json_add_str(ev, "type", "UPDATE_OPERATION_STATUS");
	s = json_add_obj(json_add_obj(ev, "update_operation_status"), "status");
	json_add_id(s, "operation_id", id);
	json_add_str(s, "state", "OPERATION_ERROR");
	json_add_str(s, "message", text);
	stream_event(fw, ev);
}

static void
refuse_all(struct framework *fw, struct json_object *ops, const char *why)
{
	enum task_state state =
	    fw->caps & CAP_PARTITION_AWARE ? STATE_DROPPED : STATE_LOST;
	struct json_object *tasks;
	char *text = xasprintf("Task launched with invalid offers: %s", why);
	size_t i, k;

	for (i = 0; i < json_len(ops); i++) {
		tasks = op_tasks(json_at(ops, i));
		for (k = 0; k < json_len(tasks); k++)
			task_error(fw, json_at(tasks, k), state,
			    "REASON_INVALID_OFFERS", text);
		if (tasks == NULL)
			operation_error(fw, json_at(ops, i), why);
	}
	free(text);
}

/* Takes the resources out of the live ones of these offers. */
static void
consume(struct framework *fw, struct json_object *ids, struct resvec *sum)
{
	struct offer *o;
	size_t i;

	for (i = 0; i < json_len(ids); i++) {
		o = offer_find(fw->mm, json_str(json_at(ids, i), "value"));
		if (o == NULL || o->fw != fw)
			continue;
		rv_add(sum, &o->res);
		offer_free(fw->mm, o);
	}
}

/* One bad resource spoils every task of its operation. */
static char *
check_syntax(struct json_object *tasks, const char *role)
{
	struct resvec rv;
	char *error;
	size_t i;

	for (i = 0; i < json_len(tasks); i++) {
		if (rv_parse(&rv, json_get(json_at(tasks, i), "resources"),
			role, &error) == -1)
			return (error);
		rv_free(&rv);
	}
	return (NULL);
}

static void
launch_one(struct framework *fw, struct offer *of, struct json_object *info,
    struct resvec *rest)
{
	struct resvec rv;
	char *error;

	if (rv_parse(&rv, json_get(info, "resources"), of->role, &error) == 0)
		error = validate_task(fw, of, info, &rv, rest);
	if (error != NULL) {
		task_error(fw, info, STATE_ERROR, "REASON_TASK_INVALID", error);
		free(error);
	} else {
		rv_sub(rest, &rv);
		task_launch(fw, of->agent, of->role, info, &rv);
	}
	rv_free(&rv);
}

static void
operate(struct framework *fw, struct offer *of, struct json_object *op,
    struct resvec *rest)
{
	const char *type = json_str(op, "type");
	struct json_object *tasks = op_tasks(op);
	const char *reason = "REASON_TASK_INVALID";
	char *error = NULL;
	size_t i;

	if (type != NULL && strcmp(type, "LAUNCH_GROUP") == 0) {
		error = xstrdup("Task groups are not supported by minimesos");
		reason = "REASON_TASK_GROUP_INVALID";
	} else if (type == NULL || strcmp(type, "LAUNCH") != 0) {
		operation_error(fw, op,
		    "Operation is not supported by "
		    "minimesos");
		return;
	} else if (json_get(op, "id") != NULL)
		error = xstrdup("Operation ID is not supported for LAUNCH");
	else
		error = check_syntax(tasks, of->role);
	for (i = 0; i < json_len(tasks); i++) {
		if (error != NULL)
			task_error(fw, json_at(tasks, i), STATE_ERROR, reason,
			    error);
		else
			launch_one(fw, of, json_at(tasks, i), rest);
	}
	free(error);
}

void
accept_handle(struct framework *fw, struct json_object *call)
{
	struct json_object *ids = json_get(call, "accept.offer_ids");
	struct json_object *ops = json_get(call, "accept.operations");
	double refuse = json_num(call, "accept.filters.refuse_seconds", 5.0);
	struct resvec rest = { NULL, 0 };
	struct offer keep, *o;
	char *error;
	size_t i;

	memset(&keep, 0, sizeof(keep));
	error = check_offers(fw, ids);
	if (error == NULL) {
		o = offer_find(fw->mm, json_str(json_at(ids, 0), "value"));
		keep.agent = o->agent;
		keep.role = xstrdup(o->role);
	}
	consume(fw, ids, &rest);
	if (error != NULL) {
		refuse_all(fw, ops, error);
		free(error);
	} else {
		for (i = 0; i < json_len(ops); i++)
			operate(fw, &keep, json_at(ops, i), &rest);
		filter_add(fw, keep.role, keep.agent, &rest, refuse);
	}
	rv_free(&rest);
	free(keep.role);
}
