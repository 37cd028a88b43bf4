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
 * Part of the mesos process: makes frames out of the master's events. An
 * event is JSON from the network and not trusted: it is bounded before it is
 * parsed, and the worst it can do is to be dropped. OFFERS can have many
 * megabytes and is parsed offer by offer.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "event.h"
#include "json.h"
#include "event_offer.h"
#include "scan.h"
#include "text.h"

#define UUID_LEN 16
#define REASON_SIZE 64
#define STATUS_SIZE_MAX 49152 /* of the message table */
#define HEARTBEAT_DEFAULT 15000
#define OFFER_USUAL 65536 /* bytes, at most */
#define OFFER_DEPTH 32

/* In the order of their numbers in mesos.proto. */
static const char *const states[] = { "TASK_STARTING", "TASK_RUNNING",
	"TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST",
	"TASK_STAGING", "TASK_ERROR", "TASK_KILLING", "TASK_DROPPED",
	"TASK_UNREACHABLE", "TASK_GONE", "TASK_GONE_BY_OPERATOR",
	"TASK_UNKNOWN" };
static const char *const sources[] = { "SOURCE_MASTER", "SOURCE_AGENT",
	"SOURCE_EXECUTOR" };

struct event_out {
	event_frame_cb cb;
	void *arg;
	struct event_info *info;
};

static int
event_bad(struct event_info *info, const char *why)
{
	info->why = why;
	return -1;
}

static void
event_send(struct event_out *out, struct frame_writer *w)
{
	out->info->frames++;
	out->cb(out->arg, w);
}

/* The place of a name in a list, or -1. */
static int
event_number(const char *name, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return (int)i;
	return -1;
}

static int
event_subscribed(struct event_out *out, struct json_object *body)
{
	struct event_info *info = out->info;
	struct json_object *v;

	if (json_get_value(body, "framework_id", info->framework_id,
		sizeof(info->framework_id)) != 1)
		return event_bad(info, "no framework_id");
	info->heartbeat = HEARTBEAT_DEFAULT;
	if (json_object_object_get_ex(body, "heartbeat_interval_seconds", &v))
		json_thousandths(v, &info->heartbeat);
	json_get_text(json_get(body, "master_info", json_type_object),
	    "version", info->version, sizeof(info->version));
	return 0;
}

static int
event_rescind(struct event_out *out, struct json_object *body)
{
	struct frame_writer w;
	char id[EVENT_ID_SIZE];

	if (json_get_value(body, "offer_id", id, sizeof(id)) != 1)
		return event_bad(out->info, "no offer_id");
	frame_begin(&w, MSG_RESCIND, 0);
	frame_put_str(&w, id);
	event_send(out, &w);
	return 0;
}

/* Returns 1 with a uuid, 0 without, -1 if it is none. */
static int
event_uuid(struct json_object *status, unsigned char *uuid)
{
	struct json_object *v;

	memset(uuid, 0, UUID_LEN);
	if (!json_object_object_get_ex(status, "uuid", &v) || v == NULL)
		return 0;
	if (!json_object_is_type(v, json_type_string) ||
	    text_base64(uuid, UUID_LEN, json_object_get_string(v),
		(size_t)json_object_get_string_len(v)) == -1)
		return -1;
	return 1;
}

static uint8_t
event_healthy(struct json_object *status)
{
	struct json_object *v = json_get(status, "healthy", json_type_boolean);

	if (v == NULL)
		return 0;
	return json_object_get_boolean(v) ? 1 : 2;
}

/* Whether a text fits where it is to be shown, as a string in JSON. */
static bool
event_status_fits(const char *text, int flags)
{
	struct json_object *o;
	const char *shown;
	bool fits;

	if (text == NULL || (o = json_object_new_string(text)) == NULL)
		return false;
	shown = json_object_to_json_string_ext(o, flags);
	fits = shown != NULL && strlen(shown) <= STATUS_SIZE_MAX;
	json_object_put(o);
	return fits;
}

/*
 * All of the status, for those who want to see it. Docker's inspection of a
 * container, its data, may be very long, and is needed least.
 */
static void
event_put_status(struct frame_writer *w, struct json_object *status)
{
	const int flags =
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = json_object_to_json_string_ext(status, flags);

	if (!event_status_fits(text, flags)) {
		json_object_object_del(status, "data");
		text = json_object_to_json_string_ext(status, flags);
	}
	if (!event_status_fits(text, flags))
		text = "";
	frame_put_str(w, text);
}

static int
event_update(struct event_out *out, struct json_object *body)
{
	struct json_object *s = json_get(body, "status", json_type_object);
	char task[EVENT_ID_SIZE], agent[EVENT_ID_SIZE], name[REASON_SIZE];
	char text[EVENT_TEXT_SIZE];
	unsigned char uuid[UUID_LEN];
	struct frame_writer w;
	int state, source, has_uuid;

	if (s == NULL)
		return event_bad(out->info, "no status");
	if (json_get_value(s, "task_id", task, sizeof(task)) != 1)
		return event_bad(out->info, "no task_id");
	if (json_get_value(s, "agent_id", agent, sizeof(agent)) == -1)
		return event_bad(out->info, "a wrong agent_id");
	json_get_text(s, "state", name, sizeof(name));
	state = event_number(name, states, sizeof(states) / sizeof(*states));
	if (state == -1)
		return event_bad(out->info, "no state, or an unknown one");
	json_get_text(s, "source", name, sizeof(name));
	source =
	    event_number(name, sources, sizeof(sources) / sizeof(*sources));
	if ((has_uuid = event_uuid(s, uuid)) == -1)
		return event_bad(out->info, "a wrong uuid");
	frame_begin(&w, MSG_UPDATE, 0);
	frame_put_str(&w, task);
	frame_put_str(&w, agent);
	frame_put_u8(&w, (uint8_t)state);
	frame_put_u8(&w, source == -1 ? 0 : (uint8_t)source);
	frame_put_u8(&w, event_healthy(s));
	frame_put_bool(&w, has_uuid == 1);
	frame_put_bytes(&w, uuid, sizeof(uuid));
	json_get_text(s, "reason", name, sizeof(name));
	frame_put_str(&w, name);
	json_get_text(s, "message", text, sizeof(text));
	frame_put_str(&w, text);
	event_put_status(&w, s);
	event_send(out, &w);
	return 0;
}

static int
event_failure(struct event_out *out, struct json_object *body)
{
	char agent[EVENT_ID_SIZE], executor[EVENT_ID_SIZE];
	struct frame_writer w;
	struct json_object *v;

	if (json_get_value(body, "agent_id", agent, sizeof(agent)) == -1 ||
	    json_get_value(body, "executor_id", executor, sizeof(executor)) ==
		-1)
		return event_bad(out->info, "a wrong id");
	v = json_get(body, "status", json_type_int);
	frame_begin(&w, MSG_FAILURE, 0);
	frame_put_str(&w, agent);
	frame_put_str(&w, executor);
	frame_put_u32(&w, v == NULL ? 0 : (uint32_t)json_object_get_int64(v));
	event_send(out, &w);
	return 0;
}

static int
event_error(struct event_out *out, struct json_object *body)
{
	struct event_info *info = out->info;
	struct frame_writer w;

	json_get_text(body, "message", info->message, sizeof(info->message));
	frame_begin(&w, MSG_ERROR, 0);
	frame_put_str(&w, info->message);
	event_send(out, &w);
	return 0;
}

/*
 * Takes the next offer off the array. One of usual size is bounded by that,
 * and the parser finds its end. From the first on with which it fails each is
 * measured before: no record may have all of it read again and again, and a
 * parser that has failed keeps half a character for what comes next. Returns
 * as scan_next(); with 1 *offer may be NULL, and *why says what is wrong.
 */
static int
event_next_offer(struct json_tokener **tok, struct span *inside,
    struct json_object **offer, const char **why)
{
	size_t len = inside->len < OFFER_USUAL ? inside->len : OFFER_USUAL;
	struct span one;
	int more;

	*offer = NULL;
	if (*tok != NULL && len > 0 && *inside->p == '{') {
		json_tokener_reset(*tok);
		*offer = json_tokener_parse_ex(*tok, inside->p, (int)len);
		if (*offer != NULL)
			return scan_taken(inside,
			    json_tokener_get_parse_end(*tok));
		json_tokener_free(*tok);
		*tok = NULL;
	}
	if ((more = scan_next(inside, &one, NULL)) == 1)
		*offer = json_read(one, why);
	return more;
}

/* Walks the array; one offer at a time is in memory as a tree. */
static int
event_walk_offers(struct event_out *out, struct json_tokener **tok,
    struct span inside)
{
	struct json_object *offer;
	struct frame_writer w;
	const char *why;
	int more;

	while ((more = event_next_offer(tok, &inside, &offer, &why)) == 1) {
		if (offer == NULL || event_offer_write(offer, &w, &why) == -1) {
			out->info->dropped++;
			out->info->why = why;
		} else {
			event_send(out, &w);
		}
		json_object_put(offer);
	}
	json_object_put(offer);
	return more;
}

static int
event_offers(struct event_out *out, struct span record)
{
	struct span body, array, inside;
	struct json_tokener *tok;
	int more;

	if (scan_find(record, "offers", &body) != 1)
		return event_bad(out->info, "no offers");
	if ((more = scan_find(body, "offers", &array)) == 0)
		return 0;
	if (more == -1 || scan_array(array, &inside) == -1)
		return event_bad(out->info, "offers is not an array");
	if ((tok = json_tokener_new_ex(OFFER_DEPTH)) == NULL)
		return event_bad(out->info, "no memory");
	more = event_walk_offers(out, &tok, inside);
	if (tok != NULL)
		json_tokener_free(tok);
	if (more == -1)
		return event_bad(out->info, "the offers have no end");
	return 0;
}

static const struct event_row {
	const char *name;
	enum event_type type;
	const char *key; /* of its body, or NULL */
	int (*read)(struct event_out *out, struct json_object *body);
} event_table[] = {
	{ "SUBSCRIBED", EVENT_SUBSCRIBED, "subscribed", event_subscribed },
	{ "HEARTBEAT", EVENT_HEARTBEAT, NULL, NULL },
	{ "OFFERS", EVENT_OFFERS, NULL, NULL },
	{ "RESCIND", EVENT_RESCIND, "rescind", event_rescind },
	{ "UPDATE", EVENT_UPDATE, "update", event_update },
	{ "FAILURE", EVENT_FAILURE, "failure", event_failure },
	{ "ERROR", EVENT_ERROR, "error", event_error },
};

/* The row of the event's type; NULL if it is ignored, or with why. */
static const struct event_row *
event_row_find(struct span record, struct event_info *info)
{
	struct span type;
	size_t i;

	switch (scan_member(record, "type", &type)) {
	case -1:
		info->why = "not a JSON object";
		return NULL;
	case 0:
		return NULL;
	}
	for (i = 0; i < sizeof(event_table) / sizeof(event_table[0]); i++) {
		const struct event_row *row = &event_table[i];

		if (type.len == strlen(row->name) + 2 && *type.p == '"' &&
		    memcmp(type.p + 1, row->name, type.len - 2) == 0)
			return row;
	}
	return NULL;
}

int
event_read(const char *record, size_t len, event_frame_cb cb, void *arg,
    struct event_info *info)
{
	struct event_out out = { cb, arg, info };
	struct span s = { record, len };
	const struct event_row *row;
	struct json_object *root, *body;
	int rv = 0;

	memset(info, 0, sizeof(*info));
	info->name = "?";
	if (scan_at_end(s))
		return 0;
	if ((row = event_row_find(s, info)) == NULL)
		return info->why == NULL ? 0 : -1;
	info->type = row->type;
	info->name = row->name;
	if (row->type == EVENT_OFFERS)
		return event_offers(&out, s);
	if (row->read == NULL)
		return 0;
	if ((root = json_read(s, &info->why)) == NULL)
		return -1;
	info->why = NULL;
	/* An event without its body is one from the future: ignored. */
	if ((body = json_get(root, row->key, json_type_object)) != NULL)
		rv = row->read(&out, body);
	else if (row->type == EVENT_SUBSCRIBED)
		rv = event_bad(info, "no body");
	else
		info->type = EVENT_UNKNOWN;
	json_object_put(root);
	return rv;
}
