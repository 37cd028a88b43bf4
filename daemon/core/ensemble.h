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

#ifndef CORE_ENSEMBLE_H
#define CORE_ENSEMBLE_H

#include "cluster.h"

/*
 * Changes of the server list of a service whose members must know each
 * other. Decides who joins, who leaves and who is restarted next; sets
 * in_list, joined, admit, dismissed and restart of its instances.
 */
void ensemble_run(struct cluster *c, struct service *s, int64_t now);

/*
 * Whether a member without a task may be launched now; if not, why is filled
 * in (MESSAGE_MAX).
 */
bool ensemble_may_start(struct cluster *c, struct service *s,
    const struct instance *i, char *why, int64_t now);

/* Whether this instance needs a place, now. */
bool ensemble_wants_place(const struct instance *i, int64_t now);

/* A member that was taken over has other ports than the others know. */
void ensemble_moved(struct cluster *c, struct service *s);

/* All that wanted a place have one: a new list is in force. */
void ensemble_placed(struct cluster *c, struct service *s);

#endif
