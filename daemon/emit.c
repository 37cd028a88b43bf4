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
 * JSON that is written as it goes, for what is large and written often: see
 * emit.h. Runs in the parent.
 */

#include <stdlib.h>
#include <string.h>

#include "emit.h"

#define FIRST_SIZE 4096

/* Room for n more bytes and an end, or NULL. */
static char *
emit_room(struct emit *j, size_t n)
{
	size_t size = j->size != 0 ? j->size : FIRST_SIZE;
	char *text;

	if (j->failed)
		return NULL;
	while (size - j->len <= n)
		size *= 2;
	if (size != j->size) {
		if ((text = realloc(j->text, size)) == NULL) {
			j->failed = true;
			return NULL;
		}
		j->text = text;
		j->size = size;
	}
	return j->text + j->len;
}

void
emit_raw(struct emit *j, const char *s, size_t n)
{
	char *to = emit_room(j, n);

	if (to == NULL)
		return;
	memcpy(to, s, n);
	to[n] = '\0';
	j->len += n;
}

/* What comes first in a list, an object or after a name has no comma. */
static void
emit_comma(struct emit *j)
{
	if (j->comma)
		emit_raw(j, ",", 1);
	j->comma = true;
}

/* How many bytes from s on are as they are in a string. */
static size_t
emit_plain(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return (size_t)(p - (const unsigned char *)s);
}

static void
emit_escape(struct emit *j, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "\\u0000";

	if (c == '"' || c == '\\') {
		text[1] = (char)c;
		emit_raw(j, text, 2);
		return;
	}
	text[4] = hex[c >> 4];
	text[5] = hex[c & 15];
	emit_raw(j, text, 6);
}

/* With what stands before it and after it, of which there is little. */
static void
emit_quoted(struct emit *j, const char *s, const char *after)
{
	size_t n = emit_plain(s);
	char *to = emit_room(j, n + 4);

	if (to == NULL)
		return;
	if (j->comma)
		*to++ = ',';
	*to++ = '"';
	memcpy(to, s, n);
	j->len = (size_t)(to + n - j->text);
	for (; s[n] != '\0'; n = emit_plain(s)) {
		emit_escape(j, (unsigned char)s[n]);
		s += n + 1;
		emit_raw(j, s, emit_plain(s));
	}
	emit_raw(j, after, strlen(after));
}

void
emit_name(struct emit *j, const char *name)
{
	emit_quoted(j, name, "\":");
	j->comma = false;
}

void
emit_string(struct emit *j, const char *s)
{
	if (s == NULL) {
		emit_comma(j);
		emit_raw(j, "null", 4);
		return;
	}
	emit_quoted(j, s, "\"");
	j->comma = true;
}

void
emit_bool(struct emit *j, bool b)
{
	emit_comma(j);
	emit_raw(j, b ? "true" : "false", b ? 4 : 5);
}

void
emit_number(struct emit *j, int64_t n)
{
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char text[24], *p = text + sizeof(text);

	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (n < 0)
		*--p = '-';
	emit_comma(j);
	emit_raw(j, p, (size_t)(text + sizeof(text) - p));
}

void
emit_open(struct emit *j, char bracket)
{
	emit_comma(j);
	emit_raw(j, &bracket, 1);
	j->comma = false;
}

void
emit_close(struct emit *j, char bracket)
{
	emit_raw(j, &bracket, 1);
	j->comma = true;
}

char *
emit_end(struct emit *j)
{
	char *text = j->text;

	if (j->failed) {
		free(text);
		text = NULL;
	}
	memset(j, 0, sizeof(*j));
	return text;
}
