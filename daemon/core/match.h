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

#ifndef CORE_MATCH_H
#define CORE_MATCH_H

#include "cluster.h"

/*
 * Finds the best of the offers at hand for the instance and chooses the
 * ports there. Returns NULL if none fits; the reasons are noted for
 * `offers`, the most telling one in i->waiting.
 */
struct offer *match_find(struct cluster *c, struct instance *i, uint32_t *ports,
    int64_t now);

/*
 * Whether nothing tells the instance from others of its service that never
 * had a place: what fits one of them fits all.
 */
bool match_is_new(const struct cluster *c, const struct instance *i);

/* Sets the placement of the instance to this offer's agent. */
void match_place(struct cluster *c, struct instance *i, const struct offer *o,
    const uint32_t *ports);

/*
 * Launches the instance where it is placed, out of this offer: makes the
 * task, and adds it to the offer's ACCEPT. Returns 0, or -1 without memory.
 */
int match_launch(struct cluster *c, struct instance *i, struct offer *o,
    int64_t now);

/*
 * What a task of the instance looks like where it is placed, but for its id
 * and resources. Returns 0, or -1 without memory.
 */
int match_spec(struct cluster *c, const struct instance *i,
    struct task_spec *spec);

/* Whether the instance may live nowhere but where it is placed. */
bool match_is_bound(const struct cluster *c, const struct instance *i,
    int64_t now);

/* Of a miss: an agent on which it must not be, and one that it is not on. */
#define MATCH_FORBIDDEN 10000
#define MATCH_ELSEWHERE 100000

/*
 * Gives those who are placed the hosts that the offers at hand come from: where
 * tasks were taken over, only the agent's id is known at first.
 */
void match_name_hosts(struct cluster *c);

/*
 * Notes what there is to say of the newest offers, and what became of one. Of
 * ten thousand that come at once all others would be forgotten again.
 */
void match_note_offers(struct cluster *c);
void match_note_outcome(struct cluster *c, const struct offer *o,
    const char *outcome);

#endif
