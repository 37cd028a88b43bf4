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
 * kafkactl: the fields of a data line. The lines come from kafkad, but texts
 * in them from Mesos and the network: a field that is missing or of another
 * type is taken for nothing.
 */

#include <err.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "table.h"

#define FIELD_DEPTH 16 /* of objects in objects */
#define FIELD_COMMA ", "

struct json_object *
field_parse(const char *text)
{
	struct json_tokener *tok;
	struct json_object *o;

	if ((tok = json_tokener_new_ex(FIELD_DEPTH)) == NULL)
		err(1, NULL);
	/* Nor may anything follow it. */
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, text, (int)strlen(text));
	if (json_tokener_get_error(tok) != json_tokener_success ||
	    !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return o;
}

const char *
field_str(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return "";
	return json_object_get_string(v);
}

bool
field_has(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && v != NULL;
}

int64_t
field_int(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v))
		return 0;
	if (!json_object_is_type(v, json_type_int) &&
	    !json_object_is_type(v, json_type_double))
		return 0;
	return json_object_get_int64(v);
}

bool
field_bool(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
	    json_object_is_type(v, json_type_boolean) &&
	    json_object_get_boolean(v);
}

/* NULL unless it is of that type. */
struct json_object *
field_get(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

size_t
field_length(struct json_object *array)
{
	return array != NULL ? json_object_array_length(array) : 0;
}

const char *
field_text(struct json_object *v)
{
	return v != NULL ? json_object_get_string(v) : "";
}

/* "9092, 9093" */
char *
field_list(struct json_object *o, const char *key)
{
	struct json_object *a = field_get(o, key, json_type_array);
	size_t i, n = field_length(a), size = 1;
	char *text;

	for (i = 0; i < n; i++)
		size += strlen(field_text(json_object_array_get_idx(a, i))) +
		    strlen(FIELD_COMMA);
	if ((text = calloc(1, size)) == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++) {
		if (i > 0)
			strlcat(text, FIELD_COMMA, size);
		strlcat(text, field_text(json_object_array_get_idx(a, i)),
		    size);
	}
	return text;
}

const char *
field_duration(struct json_object *o, const char *key, char *buf)
{
	buf[0] = '\0';
	if (field_has(o, key))
		table_duration(buf, field_int(o, key));
	return buf;
}
