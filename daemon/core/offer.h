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

#ifndef CORE_OFFER_H
#define CORE_OFFER_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

#define OFFER_RESOURCES_MAX 64
#define OFFER_RANGES_MAX 4096

struct range {
	uint32_t begin;
	uint32_t end; /* inclusive */
};

/*
 * One resource of an offer, which keeps its texts. meta is the resource as
 * Mesos sent it, as JSON without its scalar and ranges: opaque here, it goes
 * back with what is taken, so that reservations and the like are kept to the
 * byte.
 */
struct resource {
	const char *name;
	const char *role; /* role it is reserved for, or empty */
	bool plain; /* not revocable, shared or a special disk */
	int64_t scalar; /* thousandths (of MB for mem and disk) */
	struct range *ranges;
	size_t nranges;
	const char *meta;
};

struct action;

/* One piece of memory for all but the ranges: there may be 10000 of them. */
struct offer {
	const char *id;
	const char *agent_id;
	const char *hostname;
	struct resource *resources;
	size_t nresources;
	int64_t received; /* core time, ms */
	struct action *launch; /* what was launched on it, or NULL */
	uint64_t serial; /* in the order in which they came */
	size_t agent_bucket; /* crowd.h */
	size_t host_bucket;
	TAILQ_ENTRY(offer) entry;
	char *text; /* the next one's place */
	size_t room;
};

TAILQ_HEAD(offers, offer);

/* Part of an offered resource that goes into a task. */
struct take {
	char name[ID_MAX];
	int64_t scalar;
	uint32_t port; /* for "ports", else 0 */
	char *meta;
};

/*
 * Returns a new offer with room for n resources, and for texts of so many
 * bytes with their ends; or NULL without memory.
 */
struct offer *offer_new(size_t n, size_t room);
void offer_free(struct offer *o);
/* Returns a copy of the text that lives as long as the offer. */
const char *offer_keep(struct offer *o, const char *text);

/* Sum of the plain scalars of this name, in thousandths. */
int64_t offer_scalar(const struct offer *o, const char *name);

/* Whether the offer has this port, and the lowest it has from port up, or 0. */
bool offer_has_port(const struct offer *o, uint32_t port);
uint32_t offer_next_port(const struct offer *o, uint32_t from);

/*
 * Takes amount thousandths of a scalar, reserved pieces first, or one port,
 * out of the offer, and appends what was taken to takes. Returns 0, or -1
 * without memory or if it is not there (the offer is then unchanged).
 */
int offer_take_scalar(struct offer *o, const char *name, int64_t amount,
    struct take **takes, size_t *ntakes);
int offer_take_port(struct offer *o, uint32_t port, struct take **takes,
    size_t *ntakes);

void takes_free(struct take *takes, size_t n);

#endif
