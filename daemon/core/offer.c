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
 * What an offer holds, and taking from it. Every piece keeps the metadata
 * with which it was offered. Pure.
 */

#include <stdlib.h>
#include <string.h>

#include "offer.h"

#define PORT_MAX 65535

struct offer *
offer_new(size_t n, size_t room)
{
	struct offer *o;

	o = calloc(1, sizeof(*o) + n * sizeof(*o->resources) + room);
	if (o == NULL)
		return NULL;
	o->resources = (struct resource *)(o + 1);
	o->nresources = n;
	o->text = (char *)(o->resources + n);
	o->room = room;
	o->id = o->agent_id = o->hostname = "";
	return o;
}

const char *
offer_keep(struct offer *o, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = o->text;

	if (size > o->room)
		return "";
	memcpy(copy, text, size);
	o->text += size;
	o->room -= size;
	return copy;
}

void
offer_free(struct offer *o)
{
	size_t i;

	if (o == NULL)
		return;
	for (i = 0; i < o->nresources; i++)
		free(o->resources[i].ranges);
	free(o);
}

int64_t
offer_scalar(const struct offer *o, const char *name)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < o->nresources; i++) {
		if (o->resources[i].plain &&
		    strcmp(o->resources[i].name, name) == 0)
			sum += o->resources[i].scalar;
	}
	return sum;
}

static bool
resource_is_ports(const struct resource *r)
{
	return r->plain && strcmp(r->name, "ports") == 0;
}

/* The lowest port of the resource that is at least from, or 0. */
static uint32_t
resource_next_port(const struct resource *r, uint32_t from)
{
	uint32_t best = 0, port;
	size_t i;

	for (i = 0; i < r->nranges; i++) {
		if (r->ranges[i].end < from ||
		    r->ranges[i].end < r->ranges[i].begin)
			continue;
		port = r->ranges[i].begin > from ? r->ranges[i].begin : from;
		if (best == 0 || port < best)
			best = port;
	}
	return best;
}

uint32_t
offer_next_port(const struct offer *o, uint32_t from)
{
	uint32_t best = 0, port;
	size_t i;

	if (from == 0)
		from = 1;
	for (i = 0; i < o->nresources; i++) {
		if (!resource_is_ports(&o->resources[i]))
			continue;
		port = resource_next_port(&o->resources[i], from);
		if (port != 0 && (best == 0 || port < best))
			best = port;
	}
	return best <= PORT_MAX ? best : 0;
}

bool
offer_has_port(const struct offer *o, uint32_t port)
{
	return port != 0 && offer_next_port(o, port) == port;
}

static int
takes_add(struct take **takes, size_t *n, const struct resource *r,
    int64_t scalar, uint32_t port)
{
	struct take *t;

	if ((t = reallocarray(*takes, *n + 1, sizeof(*t))) == NULL)
		return -1;
	*takes = t;
	t += *n;
	strlcpy(t->name, r->name, sizeof(t->name));
	t->scalar = scalar;
	t->port = port;
	if ((t->meta = strdup(r->meta != NULL ? r->meta : "{}")) == NULL)
		return -1;
	(*n)++;
	return 0;
}

/* One pass over the pieces that are reserved, or over those that are not. */
static int
offer_take_pass(struct offer *o, const char *name, bool reserved, int64_t *left,
    struct take **takes, size_t *ntakes)
{
	struct resource *r;
	int64_t piece;
	size_t i;

	for (i = 0; i<o->nresources && * left> 0; i++) {
		r = &o->resources[i];
		if (!r->plain || (r->role[0] != '\0') != reserved ||
		    strcmp(r->name, name) != 0 || r->scalar <= 0)
			continue;
		piece = r->scalar < *left ? r->scalar : *left;
		if (takes_add(takes, ntakes, r, piece, 0) == -1)
			return -1;
		r->scalar -= piece;
		*left -= piece;
	}
	return 0;
}

int
offer_take_scalar(struct offer *o, const char *name, int64_t amount,
    struct take **takes, size_t *ntakes)
{
	int64_t left = amount;

	if (offer_scalar(o, name) < amount)
		return -1;
	if (offer_take_pass(o, name, true, &left, takes, ntakes) == -1)
		return -1;
	return offer_take_pass(o, name, false, &left, takes, ntakes);
}

/* Removes one port, which is in range i of the resource. */
static int
resource_remove_port(struct resource *r, size_t i, uint32_t port)
{
	struct range *ranges;
	uint32_t end = r->ranges[i].end;

	if (r->ranges[i].begin == port) {
		if (port == end)
			r->ranges[i] = r->ranges[--r->nranges];
		else
			r->ranges[i].begin = port + 1;
		return 0;
	}
	r->ranges[i].end = port - 1;
	if (port == end)
		return 0;
	ranges = reallocarray(r->ranges, r->nranges + 1, sizeof(*ranges));
	if (ranges == NULL)
		return -1;
	r->ranges = ranges;
	r->ranges[r->nranges].begin = port + 1;
	r->ranges[r->nranges++].end = end;
	return 0;
}

int
offer_take_port(struct offer *o, uint32_t port, struct take **takes,
    size_t *ntakes)
{
	struct resource *r;
	size_t i, k;

	for (i = 0; i < o->nresources; i++) {
		r = &o->resources[i];
		if (!resource_is_ports(r))
			continue;
		for (k = 0; k < r->nranges; k++) {
			if (port < r->ranges[k].begin ||
			    port > r->ranges[k].end)
				continue;
			if (takes_add(takes, ntakes, r, 0, port) == -1)
				return -1;
			return resource_remove_port(r, k, port);
		}
	}
	return -1;
}

void
takes_free(struct take *takes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(takes[i].meta);
	free(takes);
}
