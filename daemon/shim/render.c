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
 * Part of the http process: JSON as the Go framework wrote it, made from what
 * the daemon says. Pure. The daemon is trusted to send its own object; the
 * status inside is text that Mesos has sent, and only what mesos.proto knows
 * of it is passed on.
 */

#include <json-c/json.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enums.h"
#include "grow.h"
#include "render.h"

#define DEPTH 32

static const char container_unknown[] =
    "{\"command\":{\"environment\":{},\"Executor\":{},\"InternalID\":0,"
    "\"TaskID\":0,\"IsZookeeper\":false,\"IsKafka\":false,\"Slave\":\"\"},"
    "\"status\":null}";

/* The length of what stands for itself at s: all but what Go escapes. */
static size_t
plain_length(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\' || s[i] == '<' || s[i] == '>' ||
		    s[i] == '&' || (unsigned char)s[i] < 0x20)
			break;
		/* U+2028 and U+2029 end lines in JavaScript. */
		if (s[i] == '\xe2' && len - i >= 3 && s[i + 1] == '\x80' &&
		    (unsigned char)(s[i + 2] & 0xfe) == 0xa8)
			break;
	}
	return i;
}

static void
put_string(struct grow *t, const char *s, size_t len)
{
	static const char marks[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *mark;
	char escape[8];
	size_t n;

	grow_add(t, "\"", 1);
	for (;;) {
		n = plain_length(s, len);
		grow_add(t, s, n);
		s += n;
		len -= n;
		if (len == 0)
			break;
		mark = *s == '\0' ? NULL : strchr(marks, *s);
		n = 1;
		if (mark != NULL) {
			snprintf(escape, sizeof(escape), "\\%c",
			    names[mark - marks]);
		} else if ((unsigned char)*s < 0x80) {
			snprintf(escape, sizeof(escape), "\\u%04x",
			    (unsigned char)*s);
		} else {
			n = 3;
			snprintf(escape, sizeof(escape), "\\u202%c",
			    s[2] & 1 ? '9' : '8');
		}
		grow_str(t, escape);
		s += n;
		len -= n;
	}
	grow_add(t, "\"", 1);
}

/* The shortest digits that give the same number again. */
static void
put_double(struct grow *t, double v)
{
	char buf[512];
	double a = fabs(v);
	bool plain = v == 0.0 || (a >= 1e-6 && a < 1e21);
	char *e;
	int digits;

	if (!isfinite(v)) {
		grow_str(t, "0");
		return;
	}
	for (digits = 0; digits < 17; digits++) {
		snprintf(buf, sizeof(buf), "%.*e", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	e = strchr(buf, 'e');
	if (plain) {
		digits -= e != NULL ? (int)strtol(e + 1, NULL, 10) : 0;
		snprintf(buf, sizeof(buf), "%.*f", digits < 0 ? 0 : digits, v);
	} else if (e != NULL && e[1] == '-' && e[2] == '0') {
		memmove(e + 2, e + 3, strlen(e + 3) + 1);
	}
	grow_str(t, buf);
}

static void put_value(struct grow *t, struct json_object *o,
    const struct message *m, int depth);

static void
put_member(struct grow *t, bool *first, const char *name, struct json_object *o,
    const struct message *m, int depth)
{
	if (!*first)
		grow_add(t, ",", 1);
	*first = false;
	put_string(t, name, strlen(name));
	grow_add(t, ":", 1);
	put_value(t, o, m, depth);
}

/* Puts the number of an enum's name; nothing for a name not known. */
static void
put_enum(struct grow *t, bool *first, const struct field *f,
    struct json_object *o)
{
	const struct enum_value *v;
	const char *name;
	char number[32];

	if (!json_object_is_type(o, json_type_string)) {
		put_member(t, first, f->name, o, NULL, DEPTH - 1);
		return;
	}
	name = json_object_get_string(o);
	for (v = f->values; v->name != NULL; v++) {
		if (strcmp(v->name, name) != 0)
			continue;
		snprintf(number, sizeof(number), "%s\"%s\":%d",
		    *first ? "" : ",", f->name, v->number);
		grow_str(t, number);
		*first = false;
		return;
	}
}

/* An object of a message that is known: its fields in their order. */
static void
put_message(struct grow *t, struct json_object *o, const struct message *m,
    int depth)
{
	const struct field *f;
	struct json_object *v;
	bool first = true;

	grow_add(t, "{", 1);
	for (f = m->fields; f->name != NULL; f++) {
		if (!json_object_object_get_ex(o, f->name, &v) || v == NULL)
			continue;
		if (json_object_is_type(v, json_type_array) &&
		    json_object_array_length(v) == 0)
			continue;
		if (f->values != NULL)
			put_enum(t, &first, f, v);
		else
			put_member(t, &first, f->name, v, f->message, depth);
	}
	grow_add(t, "}", 1);
}

static void
put_object(struct grow *t, struct json_object *o, int depth)
{
	bool first = true;

	grow_add(t, "{", 1);
	json_object_object_foreach(o, name, v)
	    put_member(t, &first, name, v, NULL, depth);
	grow_add(t, "}", 1);
}

static void
put_value(struct grow *t, struct json_object *o, const struct message *m,
    int depth)
{
	size_t i, n;

	if (depth >= DEPTH) {
		grow_str(t, "null");
		return;
	}
	switch (json_object_get_type(o)) {
	case json_type_object:
		if (m != NULL)
			put_message(t, o, m, depth + 1);
		else
			put_object(t, o, depth + 1);
		break;
	case json_type_array:
		grow_add(t, "[", 1);
		n = json_object_array_length(o);
		for (i = 0; i < n; i++) {
			if (i > 0)
				grow_add(t, ",", 1);
			put_value(t, json_object_array_get_idx(o, i), m,
			    depth + 1);
		}
		grow_add(t, "]", 1);
		break;
	case json_type_string:
		put_string(t, json_object_get_string(o),
		    (size_t)json_object_get_string_len(o));
		break;
	case json_type_double:
		put_double(t, json_object_get_double(o));
		break;
	default:
		grow_str(t, json_object_to_json_string(o));
		break;
	}
}

/* Mesos' own text, or null. */
static void
put_status(struct grow *t, struct json_object *status)
{
	struct json_object *o = NULL;

	if (json_object_is_type(status, json_type_string))
		o = json_tokener_parse(json_object_get_string(status));
	if (json_object_is_type(o, json_type_object))
		put_value(t, o, &message_task_status, 0);
	else
		grow_str(t, "null");
	json_object_put(o);
}

char *
render_container(const char *data, size_t *len)
{
	struct grow t = { NULL, 0, 0, false };
	struct json_object *o, *command, *status;

	if (data == NULL) {
		*len = sizeof(container_unknown) - 1;
		return strdup(container_unknown);
	}
	if ((o = json_tokener_parse(data)) == NULL)
		return NULL;
	if (!json_object_object_get_ex(o, "command", &command) ||
	    !json_object_is_type(command, json_type_object) ||
	    !json_object_object_get_ex(o, "status", &status)) {
		json_object_put(o);
		return NULL;
	}
	grow_str(&t, "{\"command\":");
	put_value(&t, command, NULL, 0);
	grow_str(&t, ",\"status\":");
	put_status(&t, status);
	grow_str(&t, "}");
	json_object_put(o);
	return grow_take(&t, len);
}

/* Digits at s, at most nine, ended by end (or its NUL). */
static const char *
number(const char *s, const char *end, long *n)
{
	size_t digits = strspn(s, "0123456789");

	if (digits == 0 || digits > 9 ||
	    strncmp(s + digits, end, strlen(end)) != 0)
		return NULL;
	*n = strtol(s, NULL, 10);
	return s + digits + strlen(end);
}

int
render_scale(const char *text, char *buf, size_t size)
{
	const char *s = strstr(text, ": ");
	long from, to;

	if (s == NULL || (s = number(s + 2, " to ", &from)) == NULL ||
	    number(s, "", &to) == NULL)
		return -1;
	snprintf(buf, size, "%ld", to - from);
	return 0;
}
