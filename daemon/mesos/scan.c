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
 * Part of the mesos process: finds values in JSON text. The text comes from
 * the network; nothing here may read beyond a span or recurse.
 */

#include <string.h>

#include "scan.h"

static void
scan_skip(struct span *s, size_t n)
{
	s->p += n;
	s->len -= n;
}

static void
scan_space(struct span *s)
{
	while (s->len > 0 && strchr(" \t\r\n", *s->p) != NULL && *s->p != '\0')
		scan_skip(s, 1);
}

int
scan_at_end(struct span in)
{
	scan_space(&in);
	return in.len == 0;
}

/* Skips a string; the span begins with its quote. */
static int
scan_string(struct span *s)
{
	scan_skip(s, 1);
	while (s->len > 0 && *s->p != '"') {
		if (*s->p == '\\' && s->len > 1)
			scan_skip(s, 1);
		scan_skip(s, 1);
	}
	if (s->len == 0)
		return -1;
	scan_skip(s, 1);
	return 0;
}

/* Skips a number or a word. */
static int
scan_word(struct span *s)
{
	size_t len = s->len;

	while (s->len > 0 && *s->p > ' ' && strchr(",:]}[{\"", *s->p) == NULL)
		scan_skip(s, 1);
	return s->len == len ? -1 : 0;
}

/* Skips an object or an array; the span begins with its bracket. */
static int
scan_nested(struct span *s, size_t *count)
{
	size_t depth = 0;

	while (s->len > 0) {
		char c = *s->p;

		if (c == '"') {
			if (scan_string(s) == -1)
				return -1;
			continue;
		}
		scan_skip(s, 1);
		if (c == '{' || c == '[') {
			*count += 2;
			if (++depth > SCAN_DEPTH_MAX)
				return -1;
		} else if (c == ',') {
			++*count;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return 0;
		}
	}
	return -1;
}

int
scan_value(struct span *in, struct span *value, size_t *count)
{
	size_t n = 1;
	int rv;

	scan_space(in);
	if (in->len == 0)
		return -1;
	*value = *in;
	if (*in->p == '"')
		rv = scan_string(in);
	else if (*in->p == '{' || *in->p == '[')
		rv = scan_nested(in, &n);
	else
		rv = scan_word(in);
	value->len = (size_t)(in->p - value->p);
	if (count != NULL)
		*count = n;
	return rv;
}

/* Enters what lies between two brackets. */
static int
scan_inside(struct span s, char open, struct span *inside)
{
	scan_space(&s);
	if (s.len < 2 || *s.p != open)
		return -1;
	*inside = (struct span) { s.p + 1, s.len - 1 };
	scan_space(inside);
	return 0;
}

/* After an element: 1 if another follows, 0 at the bracket, or -1. */
static int
scan_comma(struct span *s, char close)
{
	scan_space(s);
	if (s->len == 0 || (*s->p != ',' && *s->p != close))
		return -1;
	if (*s->p == close)
		return 0;
	scan_skip(s, 1);
	scan_space(s);
	return 1;
}

int
scan_find(struct span object, const char *name, struct span *rest)
{
	struct span s, key, value;
	size_t len = strlen(name);
	int more;

	if (scan_inside(object, '{', &s) == -1 || s.len == 0)
		return -1;
	if (*s.p == '}')
		return 0;
	do {
		if (s.len == 0 || *s.p != '"' ||
		    scan_value(&s, &key, NULL) == -1)
			return -1;
		scan_space(&s);
		if (s.len == 0 || *s.p != ':')
			return -1;
		scan_skip(&s, 1);
		if (key.len == len + 2 && memcmp(key.p + 1, name, len) == 0) {
			*rest = s;
			return 1;
		}
		if (scan_value(&s, &value, NULL) == -1)
			return -1;
	} while ((more = scan_comma(&s, '}')) == 1);
	return more;
}

int
scan_member(struct span object, const char *name, struct span *value)
{
	struct span rest;
	int rv = scan_find(object, name, &rest);

	if (rv == 1 && scan_value(&rest, value, NULL) == -1)
		return -1;
	return rv;
}

int
scan_array(struct span array, struct span *inside)
{
	return scan_inside(array, '[', inside);
}

int
scan_next(struct span *inside, struct span *element, size_t *count)
{
	if (inside->len == 0)
		return -1;
	if (*inside->p == ']')
		return 0;
	if (scan_value(inside, element, count) == -1)
		return -1;
	return scan_taken(inside, 0);
}

int
scan_taken(struct span *inside, size_t len)
{
	scan_skip(inside, len);
	/* Leaves the bracket, which ends the walk the next time. */
	return scan_comma(inside, ']') == -1 ? -1 : 1;
}
