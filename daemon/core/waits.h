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

#ifndef CORE_WAITS_H
#define CORE_WAITS_H

#include "cluster.h"

/*
 * What there is to say about waiting, and since when. No decision depends on
 * any of it.
 */

/* After each decision: since when each instance has waited for the same. */
void waits_note(struct cluster *c, int64_t now);
/* Before each: since when the cluster has been in its mode. */
void waits_note_mode(struct cluster *c, int64_t now);

/* An offer that did not fit an instance. */
struct near_miss {
	const struct seen_offer *offer;
	const struct miss *miss;
};

/*
 * The last offers of each agent that did not fit the instance since it waits,
 * the nearest one first: at most max of them in list. Returns of how many
 * agents there are some.
 */
size_t waits_near(const struct cluster *c, const struct instance *i,
    struct near_miss *list, size_t max);

/* Whether any offer came since the instance waits. */
bool waits_saw_offers(const struct cluster *c, const struct instance *i);

#endif
