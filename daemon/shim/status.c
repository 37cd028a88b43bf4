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
 * Part of the http process: the daemon's status, read. Pure. The daemon is
 * trusted to send what it promises, and not to send what it does not.
 */

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

const char *
status_str(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_string))
		return "";
	return json_object_get_string(v);
}

int64_t
status_int(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_int))
		return 0;
	return json_object_get_int64(v);
}

bool
status_bool(struct json_object *o, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(o, name, &v) &&
	    json_object_is_type(v, json_type_boolean) &&
	    json_object_get_boolean(v);
}

/* Takes o over. Returns false if it has no place, or there is no memory. */
static bool
status_put(struct status *s, struct json_object *o)
{
	struct json_object *v, *list;

	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		return false;
	}
	if (json_object_object_get_ex(o, "daemon", &v) &&
	    json_object_is_type(v, json_type_object) && s->daemon == NULL) {
		s->daemon = json_object_get(v);
		json_object_put(o);
		return true;
	}
	/* An instance names its service, too. */
	if (json_object_object_get_ex(o, "instance", &v))
		list = s->instances;
	else if (json_object_object_get_ex(o, "service", &v))
		list = s->services;
	else
		list = NULL;
	if (list != NULL && json_object_array_add(list, o) == 0)
		return true;
	json_object_put(o);
	/* A line of something newer. */
	return list == NULL;
}

static bool
status_lines(struct status *s, const char *data)
{
	size_t n;
	char *line;
	bool good;

	for (; *data != '\0'; data += n + (data[n] == '\n')) {
		n = strcspn(data, "\n");
		if ((line = strndup(data, n)) == NULL)
			return false;
		good = status_put(s, json_tokener_parse(line));
		free(line);
		if (!good)
			return false;
	}
	return s->daemon != NULL;
}

struct status *
status_parse(const char *data)
{
	struct status *s;

	if (data == NULL || (s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->services = json_object_new_array();
	s->instances = json_object_new_array();
	if (s->services == NULL || s->instances == NULL ||
	    !status_lines(s, data)) {
		status_free(s);
		return NULL;
	}
	return s;
}

void
status_drop_instances(struct status *s)
{
	size_t n = json_object_array_length(s->instances);

	json_object_array_del_idx(s->instances, 0, n);
	json_object_array_shrink(s->instances, 0);
}

void
status_free(struct status *s)
{
	if (s == NULL)
		return;
	json_object_put(s->daemon);
	json_object_put(s->services);
	json_object_put(s->instances);
	free(s);
}
