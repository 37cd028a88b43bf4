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

#ifndef CORE_CROWD_H
#define CORE_CROWD_H

struct cluster;
struct instance;
struct offer;

/*
 * Which instances live where an offer comes from. Every instance could be
 * asked, but for each pair of an instance and an offer that takes minutes where
 * there are a thousand of both. They are gathered at the beginning of a run;
 * whoever changes a placement after that removes the instance before and adds
 * it again after.
 */
void crowd_gather(struct cluster *c);
void crowd_remove(struct instance *i);
void crowd_add(struct cluster *c, struct instance *i);
/* Prepares an offer that has come. */
void crowd_note(struct offer *o);

/*
 * The next instance that lives there after this one, or the first one after
 * NULL; NULL if there is none.
 */
const struct instance *crowd_next(const struct cluster *c,
    const struct offer *o, const struct instance *i);

#endif
