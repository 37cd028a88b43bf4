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
 * What there is to say about waiting: see waits.h. Pure.
 */

#include <string.h>

#include "waits.h"

static void
instance_note(struct instance *i, int64_t now)
{
	if (i->wait == i->waits)
		return;
	i->waits = i->wait;
	i->waits_since = i->waits == WAIT_NOTHING ? 0 : now;
}

void
waits_note(struct cluster *c, int64_t now)
{
	struct instance *i;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry)
			instance_note(i, now);
	}
}

void
waits_note_mode(struct cluster *c, int64_t now)
{
	if (c->mode == c->last_mode)
		return;
	c->last_mode = c->mode;
	c->mode_since = now;
}

bool
waits_saw_offers(const struct cluster *c, const struct instance *i)
{
	const struct seen_offer *o = TAILQ_LAST(&c->seen, seen_offers);

	return o != NULL && o->received >= i->waits_since;
}

/* Why it did not fit the instance, since that waits. */
static const struct miss *
offer_miss(const struct seen_offer *o, const struct instance *i)
{
	size_t k;

	for (k = 0; k < o->nmisses; k++) {
		if (strcmp(o->misses[k].instance, i->name) == 0 &&
		    o->misses[k].noted >= i->waits_since)
			return &o->misses[k];
	}
	return NULL;
}

/* Puts it in its place among the n that are there. */
static void
near_insert(struct near_miss *list, size_t n, const struct seen_offer *o,
    const struct miss *m)
{
	for (; n > 0 && list[n - 1].miss->distance > m->distance; n--)
		list[n] = list[n - 1];
	list[n].offer = o;
	list[n].miss = m;
}

static bool
near_has(const struct near_miss *list, size_t n, const char *hostname)
{
	while (n-- > 0) {
		if (strcmp(list[n].offer->hostname, hostname) == 0)
			return true;
	}
	return false;
}

size_t
waits_near(const struct cluster *c, const struct instance *i,
    struct near_miss *list, size_t max)
{
	struct near_miss all[SEEN_OFFERS_MAX] = { { NULL, NULL } };
	const struct seen_offer *o;
	const struct miss *m;
	size_t n = 0;

	TAILQ_FOREACH_REVERSE(o, &c->seen, seen_offers, entry) {
		if (n == SEEN_OFFERS_MAX || (m = offer_miss(o, i)) == NULL ||
		    near_has(all, n, o->hostname))
			continue;
		near_insert(all, n++, o, m);
	}
	memcpy(list, all, (n < max ? n : max) * sizeof(*all));
	return n;
}
