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
 * Part of the http process: what has happened lately. The daemon is trusted to
 * tell it, but Mesos has a share in the texts: they are bounded here, and
 * whoever shows them has to escape them.
 */

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "news.h"
#include "status.h"

struct news {
	struct news_item items[NEWS_KEPT]; /* in a ring */
	uint64_t count; /* of all there ever were */
	TAILQ_HEAD(, news_reader) readers;
};

struct news *
news_new(void)
{
	struct news *n;

	if ((n = calloc(1, sizeof(*n))) != NULL)
		TAILQ_INIT(&n->readers);
	return n;
}

void
news_free(struct news *n)
{
	free(n);
}

/* A string that was cut may end amid a character: that is cleaned, too. */
static void
take(char *buf, size_t size, struct json_object *o, const char *name)
{
	strlcpy(buf, status_str(o, name), size);
	line_clean(buf);
}

void
news_add(struct news *n, const char *data)
{
	struct json_object *o = json_tokener_parse(data);
	struct news_item *item = &n->items[n->count % NEWS_KEPT];
	struct news_reader *r, *next;

	if (!json_object_is_type(o, json_type_object) ||
	    status_str(o, "text")[0] == '\0') {
		json_object_put(o);
		return;
	}
	item->number = ++n->count;
	take(item->time, sizeof(item->time), o, "time");
	take(item->instance, sizeof(item->instance), o, "instance");
	take(item->text, sizeof(item->text), o, "text");
	take(item->who, sizeof(item->who), o, "who");
	item->warn = strcmp(status_str(o, "level"), "warn") == 0;
	json_object_put(o);
	TAILQ_FOREACH_SAFE(r, &n->readers, entry, next)
		r->told(r->arg, item);
}

struct news *
news_of(const char *data)
{
	struct news *n = news_new();
	const char *end;
	char *line;

	for (; n != NULL && data != NULL && *data != '\0'; data = end) {
		end = data + strcspn(data, "\n");
		if ((line = strndup(data, (size_t)(end - data))) == NULL) {
			news_free(n);
			return NULL;
		}
		news_add(n, line);
		free(line);
		end += *end == '\n';
	}
	return n;
}

const struct news_item *
news_get(const struct news *n, size_t i)
{
	if (i >= NEWS_KEPT || i >= n->count)
		return NULL;
	return &n->items[(n->count - 1 - i) % NEWS_KEPT];
}

void
news_follow(struct news *n, struct news_reader *r)
{
	TAILQ_INSERT_TAIL(&n->readers, r, entry);
}

void
news_leave(struct news *n, struct news_reader *r)
{
	TAILQ_REMOVE(&n->readers, r, entry);
}
