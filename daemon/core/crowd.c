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
 * Which instances live where an offer comes from: see crowd.h. Pure.
 */

#include <string.h>

#include "cluster.h"
#include "crowd.h"

/* 32 bits of FNV-1a. */
static size_t
bucket(const char *s)
{
	uint32_t h = 2166136261U;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	return h % CROWD_BUCKETS;
}

void
crowd_note(struct offer *o)
{
	o->agent_bucket = bucket(o->agent_id);
	o->host_bucket = bucket(o->hostname);
}

void
crowd_add(struct cluster *c, struct instance *i)
{
	const struct placement *p = &i->placement;

	if (!p->set)
		return;
	LIST_INSERT_HEAD(&c->by_agent[bucket(p->agent_id)], i, of_agent);
	LIST_INSERT_HEAD(&c->by_host[bucket(p->hostname)], i, of_host);
}

void
crowd_remove(struct instance *i)
{
	if (!i->placement.set)
		return;
	LIST_REMOVE(i, of_agent);
	LIST_REMOVE(i, of_host);
}

void
crowd_gather(struct cluster *c)
{
	struct instance *i;
	int id;

	if (TAILQ_EMPTY(&c->offers))
		return;
	memset(c->by_agent, 0, sizeof(c->by_agent));
	memset(c->by_host, 0, sizeof(c->by_host));
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry)
			crowd_add(c, i);
	}
}

static bool
same_agent(const struct instance *i, const struct offer *o)
{
	return strcmp(i->placement.agent_id, o->agent_id) == 0;
}

static const struct instance *
by_agent(const struct instance *i, const struct offer *o)
{
	while (i != NULL && !same_agent(i, o))
		i = LIST_NEXT(i, of_agent);
	return i;
}

/* A host may come back as another agent. */
static const struct instance *
by_host(const struct instance *i, const struct offer *o)
{
	while (i != NULL &&
	    (same_agent(i, o) ||
		!placement_is_on(&i->placement, o->agent_id, o->hostname)))
		i = LIST_NEXT(i, of_host);
	return i;
}

const struct instance *
crowd_next(const struct cluster *c, const struct offer *o,
    const struct instance *i)
{
	if (i != NULL && !same_agent(i, o))
		return by_host(LIST_NEXT(i, of_host), o);
	if (i == NULL)
		i = by_agent(LIST_FIRST(&c->by_agent[o->agent_bucket]), o);
	else
		i = by_agent(LIST_NEXT(i, of_agent), o);
	if (i != NULL)
		return i;
	return by_host(LIST_FIRST(&c->by_host[o->host_bucket]), o);
}
