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

#ifndef CORE_INSTANCE_H
#define CORE_INSTANCE_H

#include "cluster.h"

/* Whether its task must end: stopped, leaving for good, or to be restarted. */
bool instance_wants_down(const struct instance *i);

/* Whether it is ready, and has not been asked to end. */
bool instance_stays_ready(const struct cluster *c, const struct instance *i,
    int64_t now);

/* The instance has no task any more, for the reason that was last seen. */
void instance_task_over(struct cluster *c, struct instance *i, int64_t now);

/* A failure: the next try waits, longer each time. */
void instance_failed(struct cluster *c, struct instance *i, const char *message,
    bool longest, int64_t now);

/* How long a task may take to end, in ms; whose it is decides. */
int64_t instance_grace(const struct cluster *c, const struct task *t);

/*
 * Gives up the task without knowing that it is dead: it becomes a stray,
 * killed when it is seen again; and the placement, so that the instance is
 * placed anew.
 */
void instance_replace(struct cluster *c, struct instance *i, int64_t now);

/* Logs what has changed since the last call. */
void instance_tell(struct cluster *c, struct instance *i, int64_t now);

/* A stray of this instance that may be alive on this agent; or NULL. */
struct task *instance_stray_on(struct cluster *c, const struct instance *i,
    const char *agent_id, const char *hostname);

#endif
