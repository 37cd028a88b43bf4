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
 * Part of the http process: answers that were given, for who asks again. The
 * ids come from clients, so nothing may grow with how many of them there are,
 * and none can be made to cost more than a look at one place.
 */

#include <stdlib.h>
#include <string.h>

#include "kept.h"

#define PLACES 256 /* each for all ids of one hash */

struct kept_answer {
	char *id;
	char *body;
	size_t len;
};

struct kept {
	uint64_t age;
	size_t size; /* bytes of all bodies */
	struct kept_answer answers[PLACES];
};

/* FNV-1a. */
static size_t
kept_place(const char *id)
{
	uint32_t hash = 2166136261U;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619U;
	return hash % PLACES;
}

static void
answer_clear(struct kept *k, struct kept_answer *a)
{
	k->size -= a->len;
	free(a->id);
	free(a->body);
	memset(a, 0, sizeof(*a));
}

static void
kept_clear(struct kept *k)
{
	size_t i;

	for (i = 0; k->size > 0 && i < PLACES; i++)
		answer_clear(k, &k->answers[i]);
}

struct kept *
kept_new(void)
{
	return calloc(1, sizeof(struct kept));
}

void
kept_free(struct kept *k)
{
	if (k == NULL)
		return;
	kept_clear(k);
	free(k);
}

uint64_t
kept_age(const struct kept *k)
{
	return k->age;
}

void
kept_changed(struct kept *k)
{
	k->age++;
	kept_clear(k);
}

const char *
kept_find(const struct kept *k, const char *id, size_t *len)
{
	const struct kept_answer *a = &k->answers[kept_place(id)];

	if (a->id == NULL || strcmp(a->id, id) != 0)
		return NULL;
	*len = a->len;
	return a->body;
}

void
kept_put(struct kept *k, const char *id, uint64_t age, const char *body,
    size_t len)
{
	struct kept_answer *a = &k->answers[kept_place(id)];

	if (age != k->age || len == 0 || len > KEPT_MAX)
		return;
	answer_clear(k, a);
	if (k->size + len > KEPT_MAX)
		kept_clear(k);
	a->id = strdup(id);
	a->body = malloc(len);
	if (a->id == NULL || a->body == NULL) {
		answer_clear(k, a);
		return;
	}
	memcpy(a->body, body, len);
	a->len = len;
	k->size += len;
}
