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
 * Part of the mesos process: makes the JSON of a call out of a frame from
 * the parent. The parent is trusted as to what it asks for, but a frame that
 * does not decode is refused.
 */

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "call.h"
#include "json.h"
#include "call_task.h"
#include "text.h"

#define ID_SIZE 256

/* What a handler gets: the frame, and the object to fill. */
struct call_parts {
	struct frame_reader *r;
	struct json_object *body; /* of this kind of call */
	const char *role;
};

static void
call_add_ids(struct call_parts *c, const char *key)
{
	struct json_object *ids = json_add_array(c->body, key);
	uint16_t n = frame_get_count(c->r, UINT16_MAX, key);
	char id[ID_SIZE];

	for (; n > 0 && c->r->bad_field == NULL; n--) {
		frame_get_str(c->r, id, sizeof(id), key);
		json_add_id(ids, NULL, id);
	}
}

static void
call_add_filters(struct call_parts *c, uint64_t refuse)
{
	json_add_thousandths(json_add_object(c->body, "filters"),
	    "refuse_seconds", refuse);
}

/* One operation a task, so that one bad task does not take others along. */
static void
call_accept(struct call_parts *c)
{
	uint64_t refuse = frame_get_u64(c->r, "refuse");
	struct json_object *ops, *op, *launch;
	uint16_t n;

	call_add_ids(c, "offer_ids");
	ops = json_add_array(c->body, "operations");
	n = frame_get_count(c->r, UINT16_MAX, "tasks");
	for (; n > 0 && c->r->bad_field == NULL; n--) {
		op = json_add_object(ops, NULL);
		json_add_str(op, "type", "LAUNCH");
		launch = json_add_object(op, "launch");
		json_add(json_add_array(launch, "task_infos"), NULL,
		    task_read(c->r));
	}
	call_add_filters(c, refuse);
}

static void
call_decline(struct call_parts *c)
{
	uint64_t refuse = frame_get_u64(c->r, "refuse");

	call_add_ids(c, "offer_ids");
	call_add_filters(c, refuse);
}

static void
call_kill(struct call_parts *c)
{
	char id[ID_SIZE];

	frame_get_str(c->r, id, sizeof(id), "task id");
	json_add_id(c->body, "task_id", id);
	frame_get_str(c->r, id, sizeof(id), "agent id");
	if (id[0] != '\0')
		json_add_id(c->body, "agent_id", id);
	task_add_kill_policy(c->body, frame_get_u64(c->r, "grace"));
}

static void
call_acknowledge(struct call_parts *c)
{
	char task[ID_SIZE], agent[ID_SIZE], text[25];
	unsigned char uuid[16];

	frame_get_str(c->r, task, sizeof(task), "task id");
	frame_get_str(c->r, agent, sizeof(agent), "agent id");
	frame_get_bytes(c->r, uuid, sizeof(uuid), "uuid");
	text_base64_uuid(text, uuid);
	json_add_id(c->body, "agent_id", agent);
	json_add_id(c->body, "task_id", task);
	json_add_str(c->body, "uuid", text);
}

static void
call_reconcile(struct call_parts *c)
{
	uint16_t n = frame_get_count(c->r, UINT16_MAX, "tasks");
	struct json_object *tasks = NULL, *task;
	char id[ID_SIZE];

	if (n > 0)
		tasks = json_add_array(c->body, "tasks");
	for (; n > 0 && c->r->bad_field == NULL; n--) {
		task = json_add_object(tasks, NULL);
		frame_get_str(c->r, id, sizeof(id), "task id");
		json_add_id(task, "task_id", id);
		frame_get_str(c->r, id, sizeof(id), "agent id");
		if (id[0] != '\0')
			json_add_id(task, "agent_id", id);
	}
}

static void
call_roles(struct call_parts *c)
{
	json_add_str(json_add_array(c->body, "roles"), NULL, c->role);
}

static const struct call_type {
	const char *name;
	const char *key; /* NULL: such a call has no body of its own */
	void (*fill)(struct call_parts *c);
	bool idempotent;
} call_types[MSG_MAX] = {
	[MSG_ACCEPT] = { "ACCEPT", "accept", call_accept, false },
	[MSG_DECLINE] = { "DECLINE", "decline", call_decline, true },
	[MSG_KILL] = { "KILL", "kill", call_kill, true },
	[MSG_ACKNOWLEDGE] = { "ACKNOWLEDGE", "acknowledge", call_acknowledge,
	    true },
	[MSG_RECONCILE] = { "RECONCILE", "reconcile", call_reconcile, true },
	[MSG_SUPPRESS] = { "SUPPRESS", "suppress", call_roles, true },
	[MSG_REVIVE] = { "REVIVE", "revive", call_roles, true },
	[MSG_TEARDOWN] = { "TEARDOWN", NULL, NULL, true },
};

bool
call_idempotent(uint16_t type)
{
	return type < MSG_MAX && call_types[type].idempotent;
}

char *
call_build(uint16_t type, struct frame_reader *r, const char *framework_id,
    const char *role, char *err, size_t err_size)
{
	const struct call_type *t = &call_types[type];
	struct call_parts parts = { .r = r, .role = role };
	struct json_object *call = json_new_object();

	json_add_id(call, "framework_id", framework_id);
	json_add_str(call, "type", t->name);
	if (t->key != NULL) {
		parts.body = json_add_object(call, t->key);
		t->fill(&parts);
	}
	if (frame_read_end(r, err, err_size) == -1) {
		json_object_put(call);
		return NULL;
	}
	return json_print(call);
}

static void
call_add_capabilities(struct json_object *info)
{
	static const char *const names[] = {
		"MULTI_ROLE",
		"RESERVATION_REFINEMENT",
		"PARTITION_AWARE",
		"TASK_KILLING_STATE",
	};
	struct json_object *list = json_add_array(info, "capabilities");
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_add_str(json_add_object(list, NULL), "type", names[i]);
}

int
subscription_read(struct frame_reader *r, struct subscription *sub, char *err,
    size_t err_size)
{
	frame_get_str(r, sub->framework_id, sizeof(sub->framework_id),
	    "framework id");
	frame_get_str(r, sub->role, sizeof(sub->role), "role");
	sub->has_principal = frame_get_bool(r, "has principal");
	frame_get_str(r, sub->principal, sizeof(sub->principal), "principal");
	sub->suppressed = frame_get_bool(r, "suppressed");
	return frame_read_end(r, err, err_size);
}

char *
call_subscribe(const struct mesos_settings *conf,
    const struct subscription *who)
{
	struct json_object *call = json_new_object(), *sub, *info, *roles;

	json_add_str(call, "type", "SUBSCRIBE");
	if (who->framework_id[0] != '\0')
		json_add_id(call, "framework_id", who->framework_id);
	sub = json_add_object(call, "subscribe");
	info = json_add_object(sub, "framework_info");
	json_add_str(info, "user", conf->user);
	json_add_str(info, "name", conf->name);
	if (who->framework_id[0] != '\0')
		json_add_id(info, "id", who->framework_id);
	json_add_thousandths(info, "failover_timeout", conf->failover_timeout);
	json_add_bool(info, "checkpoint", true);
	json_add_str(json_add_array(info, "roles"), NULL, who->role);
	if (conf->hostname[0] != '\0')
		json_add_str(info, "hostname", conf->hostname);
	if (who->has_principal)
		json_add_str(info, "principal", who->principal);
	if (conf->webui_url[0] != '\0')
		json_add_str(info, "webui_url", conf->webui_url);
	call_add_capabilities(info);
	roles = json_add_array(sub, "suppressed_roles");
	if (who->suppressed)
		json_add_str(roles, NULL, who->role);
	return json_print(call);
}
