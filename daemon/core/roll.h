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

#ifndef CORE_ROLL_H
#define CORE_ROLL_H

#include "cluster.h"

/*
 * The plan: tasks that run, but should be others, are restarted one after the
 * other. Which they are follows from what is wanted (a configuration that
 * changed, the operator's `restart SERVICE`) and from the tasks there are, so
 * that nothing of it is lost when kafkad ends in the middle. Saved is only
 * whose turn it is, when the next one may come, and the operator's pause.
 */
struct roll {
	struct instance *now; /* whose turn it is, or NULL */
	struct instance *next; /* who comes then, or NULL */
	int steps; /* instances that are left, with the present one */
	char waiting[MESSAGE_MAX]; /* why next waits; empty: it does not */
};

/* Looks at the whole plan. */
void roll_look(struct cluster *c, struct roll *r, int64_t now);

/*
 * Whether the plan has a turn for the instance to come. Then why says what
 * for: "image a to b".
 */
bool roll_wants(const struct cluster *c, const struct instance *i, char *why,
    size_t size);

/* Ends the turn of who is ready again, and gives the next one its own. */
void roll_run(struct cluster *c, int64_t now);

/* A new revision waits for the operator's word, if that is configured. */
void roll_confirm(struct cluster *c, const struct service *s);

#endif
