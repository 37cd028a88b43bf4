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
 * Part of the mesos process: makes a frame out of an offer. An offered
 * resource goes to the parent with all it says besides its amount, as text
 * (meta), so that a task can name exactly the same one. The offer comes from
 * the network; its numbers and their count are not trusted.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "event.h"
#include "json.h"
#include "event_offer.h"
#include "text.h"

/* What is left to take of one offer. */
struct offer_limits {
	size_t ranges;
};

static bool
offer_has(struct json_object *from, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(from, key, &v) && v != NULL;
}

/* Whether it is what every task can use without ado. */
static bool
offer_resource_plain(struct json_object *res)
{
	struct json_object *disk = json_get(res, "disk", json_type_object);

	return !offer_has(res, "revocable") && !offer_has(res, "shared") &&
	    !offer_has(res, "provider_id") &&
	    (disk == NULL ||
		(!offer_has(disk, "source") &&
		    !offer_has(disk, "persistence")));
}

/*
 * The role it is reserved for: of the last reservation of the stack, or in
 * the older form the role unless it is "*". Returns 0, or -1.
 */
static int
offer_resource_role(struct json_object *res, char *role, size_t size)
{
	struct json_object *list;
	size_t n;

	role[0] = '\0';
	if ((list = json_get(res, "reservations", json_type_array)) != NULL &&
	    (n = json_object_array_length(list)) > 0)
		return json_get_id(json_object_array_get_idx(list, n - 1),
			   "role", role, size) == 1
		    ? 0
		    : -1;
	if (json_get_id(res, "role", role, size) == -1)
		return -1;
	if (strcmp(role, "*") == 0)
		role[0] = '\0';
	return 0;
}

/* One range. Returns 1 if it is one of ports, else 0. */
static int
offer_range(struct json_object *v, uint32_t *begin, uint32_t *end)
{
	struct json_object *b = json_get(v, "begin", json_type_int);
	struct json_object *e = json_get(v, "end", json_type_int);
	int64_t from, to;

	if (b == NULL || e == NULL)
		return 0;
	from = json_object_get_int64(b);
	to = json_object_get_int64(e);
	if (from < 0 || to < from || to > UINT32_MAX)
		return 0;
	*begin = (uint32_t)from;
	*end = (uint32_t)to;
	return 1;
}

/*
 * The array comes twice: the frame wants the number of ranges first. Writes
 * at most max of them and returns how many there are, or would be.
 */
static size_t
offer_put_ranges(struct json_object *list, size_t max, struct frame_writer *w)
{
	size_t i, n = 0, len;
	uint32_t begin, end;

	len = list == NULL ? 0 : json_object_array_length(list);
	for (i = 0; i < len && n < max; i++) {
		if (!offer_range(json_object_array_get_idx(list, i), &begin,
			&end))
			continue;
		n++;
		if (w == NULL)
			continue;
		frame_put_u32(w, begin);
		frame_put_u32(w, end);
	}
	return n;
}

/* The amount of a scalar; 0 for other kinds. Returns 0, or -1. */
static int
offer_resource_scalar(struct json_object *res, uint64_t *scalar)
{
	struct json_object *v;

	*scalar = 0;
	if (!json_object_object_get_ex(res, "scalar", &v))
		return 0;
	if (!json_object_is_type(v, json_type_object) ||
	    !json_object_object_get_ex(v, "value", &v))
		return -1;
	return json_thousandths(v, scalar);
}

/* The text of what is left without the amount; NULL if it is too long. */
static const char *
offer_resource_meta(struct json_object *res)
{
	const char *s;

	json_object_object_del(res, "scalar");
	json_object_object_del(res, "ranges");
	json_object_object_del(res, "set");
	s = json_object_to_json_string_ext(res,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	return s == NULL || strlen(s) > EVENT_META_MAX ? NULL : s;
}

/* Returns 1 if it was written, 0 if it is passed over, -1 if it is wrong. */
static int
offer_put_resource(struct json_object *res, struct offer_limits *limits,
    struct frame_writer *w)
{
	char name[EVENT_ID_SIZE], role[EVENT_ID_SIZE];
	struct json_object *list;
	const char *meta;
	uint64_t scalar;
	bool plain;
	size_t n;

	if (json_get_id(res, "name", name, sizeof(name)) != 1 ||
	    offer_resource_role(res, role, sizeof(role)) == -1 ||
	    offer_resource_scalar(res, &scalar) == -1)
		return -1;
	plain = offer_resource_plain(res);
	list =
	    json_object_get(json_get(json_get(res, "ranges", json_type_object),
		"range", json_type_array));
	n = offer_put_ranges(list, limits->ranges, NULL);
	if ((meta = offer_resource_meta(res)) == NULL) {
		json_object_put(list);
		return 0;
	}
	frame_put_str(w, name);
	frame_put_str(w, role);
	frame_put_bool(w, plain);
	frame_put_u64(w, scalar);
	frame_put_str(w, meta);
	frame_put_u16(w, (uint16_t)n);
	offer_put_ranges(list, n, w);
	limits->ranges -= n;
	json_object_put(list);
	return 1;
}

/* Writes the resources and afterwards their number in front of them. */
static int
offer_put_resources(struct json_object *list, struct frame_writer *w)
{
	struct offer_limits limits = { EVENT_RANGES_MAX };
	size_t i, len, at = w->len, n = 0;
	int rv;

	frame_put_u16(w, 0);
	len = list == NULL ? 0 : json_object_array_length(list);
	for (i = 0; i < len && n < EVENT_RESOURCES_MAX; i++) {
		rv = offer_put_resource(json_object_array_get_idx(list, i),
		    &limits, w);
		if (rv == -1)
			return -1;
		n += (size_t)rv;
	}
	if (w->failed)
		return -1;
	w->buf[at] = 0;
	w->buf[at + 1] = (uint8_t)n;
	return 0;
}

int
event_offer_write(struct json_object *offer, struct frame_writer *w,
    const char **why)
{
	char id[EVENT_ID_SIZE], agent[EVENT_ID_SIZE], host[EVENT_ID_SIZE];

	*why = "an offer without id, agent_id or hostname";
	if (json_get_value(offer, "id", id, sizeof(id)) != 1 ||
	    json_get_value(offer, "agent_id", agent, sizeof(agent)) != 1 ||
	    json_get_id(offer, "hostname", host, sizeof(host)) != 1)
		return -1;
	frame_begin(w, MSG_OFFER, 0);
	frame_put_str(w, id);
	frame_put_str(w, agent);
	frame_put_str(w, host);
	*why = "an offer with a wrong resource, or too large";
	if (offer_put_resources(json_get(offer, "resources", json_type_array),
		w) == -1) {
		frame_free(w);
		return -1;
	}
	return 0;
}
