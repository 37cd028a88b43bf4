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
 * minimesos: JSON as Mesos prints it (compact, doubles with a point, only
 * quote, backslash and control characters escaped) and as it reads it
 * (numbers may be strings, null is unset, one object may stand for a list).
 */

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "minimesos.h"

static void
print_indent(struct evbuffer *b, int depth)
{
	int i;

	evbuffer_add(b, "\n", 1);
	for (i = 0; i < depth; i++)
		evbuffer_add(b, "    ", 4);
}

static void
print_string(struct evbuffer *b, const char *s, size_t len)
{
	static const char plain[] = "\b\f\n\r\t", letter[] = "bfnrt";
	const char *p;
	size_t i;

	evbuffer_add(b, "\"", 1);
	for (i = 0; i < len; i++) {
		unsigned char c = s[i];

		if (c == '"' || c == '\\')
			evbuffer_add_printf(b, "\\%c", c);
		else if (c != 0 && (p = strchr(plain, c)) != NULL)
			evbuffer_add_printf(b, "\\%c", letter[p - plain]);
		else if (c < 0x20)
			evbuffer_add_printf(b, "\\u%04X", c);
		else
			evbuffer_add(b, &s[i], 1);
	}
	evbuffer_add(b, "\"", 1);
}

static void
print_double(struct evbuffer *b, double d)
{
	char buf[64];
	int prec;

	if (isinf(d)) {
		evbuffer_add_printf(b, "\"%sInfinity\"", d < 0 ? "-" : "");
		return;
	}
	for (prec = 15; prec <= 17; prec++) {
		snprintf(buf, sizeof(buf), "%.*g", prec, d);
		if (strtod(buf, NULL) == d)
			break;
	}
	if (strpbrk(buf, ".e") == NULL)
		strlcat(buf, ".0", sizeof(buf));
	evbuffer_add_printf(b, "%s", buf);
}

static void print_value(struct evbuffer *, struct json_object *, int, int);

static void
print_object(struct evbuffer *b, struct json_object *o, int pretty, int depth)
{
	struct json_object_iterator it, end;
	const char *name;
	int first = 1;

	evbuffer_add(b, "{", 1);
	it = json_object_iter_begin(o);
	end = json_object_iter_end(o);
	while (!json_object_iter_equal(&it, &end)) {
		if (!first)
			evbuffer_add(b, ",", 1);
		first = 0;
		if (pretty)
			print_indent(b, depth + 1);
		name = json_object_iter_peek_name(&it);
		print_string(b, name, strlen(name));
		evbuffer_add(b, pretty ? ": " : ":", pretty ? 2 : 1);
		print_value(b, json_object_iter_peek_value(&it), pretty,
		    depth + 1);
		json_object_iter_next(&it);
	}
	if (pretty && !first)
		print_indent(b, depth);
	evbuffer_add(b, "}", 1);
}

static void
print_array(struct evbuffer *b, struct json_object *o, int pretty, int depth)
{
	size_t i, n = json_object_array_length(o);

	evbuffer_add(b, "[", 1);
	for (i = 0; i < n; i++) {
		if (i > 0)
			evbuffer_add(b, ",", 1);
		if (pretty)
			print_indent(b, depth + 1);
		print_value(b, json_object_array_get_idx(o, i), pretty,
		    depth + 1);
	}
	if (pretty && n > 0)
		print_indent(b, depth);
	evbuffer_add(b, "]", 1);
}

static void
print_value(struct evbuffer *b, struct json_object *o, int pretty, int depth)
{
	switch (json_object_get_type(o)) {
	case json_type_null:
		evbuffer_add(b, "null", 4);
		break;
	case json_type_boolean:
		evbuffer_add_printf(b, "%s",
		    json_object_get_boolean(o) ? "true" : "false");
		break;
	case json_type_double:
		print_double(b, json_object_get_double(o));
		break;
	case json_type_int:
		evbuffer_add_printf(b, "%lld",
		    (long long)json_object_get_int64(o));
		break;
	case json_type_string:
		print_string(b, json_object_get_string(o),
		    json_object_get_string_len(o));
		break;
	case json_type_array:
		print_array(b, o, pretty, depth);
		break;
	case json_type_object:
		print_object(b, o, pretty, depth);
		break;
	}
}

/* The text of a value, to be freed; its length without the NUL in *len. */
char *
json_text(struct json_object *o, int pretty, size_t *len)
{
	struct evbuffer *b;
	size_t n;
	char *s;

	if ((b = evbuffer_new()) == NULL)
		abort();
	print_value(b, o, pretty, 0);
	n = evbuffer_get_length(b);
	s = xcalloc(1, n + 1);
	evbuffer_remove(b, s, n);
	evbuffer_free(b);
	if (len != NULL)
		*len = n;
	return (s);
}

/* The value at a dotted path, or NULL when any part is absent or null. */
struct json_object *
json_get(struct json_object *o, const char *path)
{
	char key[64];
	size_t n;

	while (o != NULL && *path != '\0') {
		n = strcspn(path, ".");
		if (n >= sizeof(key))
			return (NULL);
		memcpy(key, path, n);
		key[n] = '\0';
		if (!json_object_is_type(o, json_type_object) ||
		    !json_object_object_get_ex(o, key, &o))
			return (NULL);
		path += n;
		if (*path == '.')
			path++;
	}
	return (o);
}

const char *
json_str(struct json_object *o, const char *path)
{
	o = json_get(o, path);
	if (o == NULL || !json_object_is_type(o, json_type_string))
		return (NULL);
	return (json_object_get_string(o));
}

double
json_num(struct json_object *o, const char *path, double def)
{
	o = json_get(o, path);
	if (o == NULL)
		return (def);
	if (json_object_is_type(o, json_type_string)) {
		if (strcmp(json_object_get_string(o), "Infinity") == 0)
			return (HUGE_VAL);
		return (strtod(json_object_get_string(o), NULL));
	}
	return (json_object_get_double(o));
}

int
json_flag(struct json_object *o, const char *path, int def)
{
	o = json_get(o, path);
	if (o == NULL)
		return (def);
	if (json_object_is_type(o, json_type_string))
		return (strcmp(json_object_get_string(o), "true") == 0);
	return (json_object_get_boolean(o));
}

size_t
json_len(struct json_object *o)
{
	if (o == NULL)
		return (0);
	if (json_object_is_type(o, json_type_array))
		return (json_object_array_length(o));
	return (1);
}

struct json_object *
json_at(struct json_object *o, size_t i)
{
	if (json_object_is_type(o, json_type_array))
		return (json_object_array_get_idx(o, i));
	return (i == 0 ? o : NULL);
}

struct json_object *
json_add_obj(struct json_object *o, const char *key)
{
	struct json_object *v = json_object_new_object();

	if (json_object_is_type(o, json_type_array))
		json_object_array_add(o, v);
	else
		json_object_object_add(o, key, v);
	return (v);
}

struct json_object *
json_add_arr(struct json_object *o, const char *key)
{
	struct json_object *v = json_object_new_array();

	json_object_object_add(o, key, v);
	return (v);
}

void
json_add_str(struct json_object *o, const char *key, const char *s)
{
	struct json_object *v = json_object_new_string(s);

	if (json_object_is_type(o, json_type_array))
		json_object_array_add(o, v);
	else
		json_object_object_add(o, key, v);
}

void
json_add_num(struct json_object *o, const char *key, double d)
{
	json_object_object_add(o, key, json_object_new_double(d));
}

void
json_add_int(struct json_object *o, const char *key, int64_t i)
{
	json_object_object_add(o, key, json_object_new_int64(i));
}

void
json_add_flag(struct json_object *o, const char *key, int b)
{
	json_object_object_add(o, key, json_object_new_boolean(b));
}

/* {"value": id}, the shape of every id. */
void
json_add_id(struct json_object *o, const char *key, const char *id)
{
	json_add_str(json_add_obj(o, key), "value", id);
}

void
json_add_ref(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, json_object_get(v));
}
