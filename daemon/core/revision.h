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

#ifndef CORE_REVISION_H
#define CORE_REVISION_H

#include "cluster.h"

/*
 * A revision is what the configuration says of a service's tasks, as far as
 * a task that runs would have to be another one. Each task remembers the one
 * it was launched with; where it is not the present one, the task is out of
 * date. What can be a secret is in it as a hash of 32 bits only: enough to
 * see that it changed, too little to tell what it is.
 */

/* The revision of this configuration, without a number; NULL: no memory. */
struct revision *revision_new(const struct service_conf *c);
void revision_free(struct revision *r);

/*
 * From now on tasks are launched with this one, which is taken over. One that
 * says the same as an earlier one gets the number of that one back. Returns
 * whether it is another one than before.
 */
bool revision_take(struct service *s, struct revision *r);

/* Forgets those that no task has any more. */
void revision_prune(struct service *s);

/*
 * Whether the task of the instance was launched with what is no longer
 * configured. Then text says what is different, "image a to b, cpus 1 to 2".
 * Of a task whose revision is not known nothing is said.
 */
bool revision_outdated(const struct service *s, const struct instance *i,
    char *text, size_t size);

/* Whether it is the present one, and running tasks need not get that. */
bool revision_skipped(const struct service *s, const struct revision *r);

/* The same against any other revision. */
bool revision_differs(const struct service *s, const struct instance *i,
    const struct revision *to, char *text, size_t size);

#endif
