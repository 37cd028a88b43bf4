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
 * Part of the mesos process: helpers around json-c. What is read comes from
 * the network and is bounded before a tree is built of it; a missing or
 * wrong member is an answer, never an error of ours.
 */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "json.h"
#include "text.h"

#define TEXT_MAX ((size_t)16 * 1024 * 1024)
#define VALUES_MAX 100000
#define DEPTH_MAX 32
#define THOUSANDTHS_MAX 1e15

static struct json_object *
json_must(struct json_object *v)
{
	if (v == NULL)
		fatalx("no memory for JSON");
	return v;
}

struct json_object *
json_new_object(void)
{
	return json_must(json_object_new_object());
}

struct json_object *
json_new_array(void)
{
	return json_must(json_object_new_array());
}

void
json_add(struct json_object *to, const char *key, struct json_object *v)
{
	int rv;

	if (key == NULL)
		rv = json_object_array_add(to, json_must(v));
	else
		rv = json_object_object_add(to, key, json_must(v));
	if (rv != 0)
		fatalx("no memory for JSON");
}

struct json_object *
json_add_object(struct json_object *to, const char *key)
{
	struct json_object *v = json_new_object();

	json_add(to, key, v);
	return v;
}

struct json_object *
json_add_array(struct json_object *to, const char *key)
{
	struct json_object *v = json_new_array();

	json_add(to, key, v);
	return v;
}

void
json_add_str(struct json_object *to, const char *key, const char *s)
{
	json_add(to, key, json_object_new_string(s));
}

void
json_add_bool(struct json_object *to, const char *key, bool v)
{
	json_add(to, key, json_object_new_boolean(v));
}

void
json_add_u64(struct json_object *to, const char *key, uint64_t v)
{
	json_add(to, key, json_object_new_uint64(v));
}

void
json_add_id(struct json_object *to, const char *key, const char *s)
{
	json_add_str(json_add_object(to, key), "value", s);
}

void
json_add_thousandths(struct json_object *to, const char *key, uint64_t v)
{
	char text[32];
	size_t len;

	snprintf(text, sizeof(text), "%" PRIu64 ".%03u", v / 1000,
	    (unsigned int)(v % 1000));
	len = strlen(text);
	while (text[len - 1] == '0' && text[len - 2] != '.')
		text[--len] = '\0';
	json_add(to, key, json_object_new_double_s((double)v / 1000, text));
}

char *
json_print(struct json_object *v)
{
	const char *s;
	char *copy;

	s = json_object_to_json_string_ext(v,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (s == NULL || (copy = strdup(s)) == NULL)
		fatalx("no memory for JSON");
	json_object_put(v);
	return copy;
}

struct json_object *
json_read(struct span s, const char **why)
{
	struct json_tokener *tok;
	struct json_object *v;
	struct span rest = s, value;
	size_t count;

	*why = "not JSON";
	if (scan_value(&rest, &value, &count) == -1 || !scan_at_end(rest))
		return NULL;
	if (*value.p != '{' && *value.p != '"')
		return NULL;
	if (value.len > TEXT_MAX || count > VALUES_MAX) {
		*why = "too large";
		return NULL;
	}
	if ((tok = json_tokener_new_ex(DEPTH_MAX)) == NULL)
		return NULL;
	v = json_tokener_parse_ex(tok, value.p, (int)value.len);
	if (json_tokener_get_error(tok) != json_tokener_success ||
	    json_tokener_get_parse_end(tok) != value.len) {
		json_object_put(v);
		v = NULL;
	}
	json_tokener_free(tok);
	return v;
}

struct json_object *
json_get(struct json_object *from, const char *key, enum json_type type)
{
	struct json_object *v;

	if (!json_object_is_type(from, json_type_object) ||
	    !json_object_object_get_ex(from, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

int
json_get_id(struct json_object *from, const char *key, char *dst, size_t size)
{
	struct json_object *v;

	dst[0] = '\0';
	if (!json_object_is_type(from, json_type_object) ||
	    !json_object_object_get_ex(from, key, &v) || v == NULL)
		return 0;
	if (!json_object_is_type(v, json_type_string) ||
	    text_copy_id(dst, size, json_object_get_string(v),
		(size_t)json_object_get_string_len(v)) == -1)
		return -1;
	return 1;
}

void
json_get_text(struct json_object *from, const char *key, char *dst, size_t size)
{
	struct json_object *v = json_get(from, key, json_type_string);

	dst[0] = '\0';
	if (v != NULL)
		text_clean(dst, size, json_object_get_string(v),
		    (size_t)json_object_get_string_len(v));
}

int
json_get_value(struct json_object *from, const char *key, char *dst,
    size_t size)
{
	struct json_object *v;

	dst[0] = '\0';
	if (!json_object_is_type(from, json_type_object) ||
	    !json_object_object_get_ex(from, key, &v) || v == NULL)
		return 0;
	if (!json_object_is_type(v, json_type_object))
		return -1;
	return json_get_id(v, "value", dst, size);
}

int
json_thousandths(struct json_object *v, uint64_t *to)
{
	double d;

	if (!json_object_is_type(v, json_type_double) &&
	    !json_object_is_type(v, json_type_int))
		return -1;
	d = json_object_get_double(v) * 1000;
	if (!(d >= 0 && d <= THOUSANDTHS_MAX))
		return -1;
	*to = (uint64_t)llround(d);
	return 0;
}
