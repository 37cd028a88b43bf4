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

#ifndef CORE_RECONCILE_H
#define CORE_RECONCILE_H

#include "cluster.h"

/* A subscription was made: every task is to be confirmed. */
void reconcile_start(struct cluster *c, int64_t now);

/* Asks, at the next run, for the tasks marked as unanswered. */
void reconcile_soon(struct cluster *c, int64_t now);

/* Yields the RECONCILE calls that are due. */
void reconcile_run(struct cluster *c, int64_t now);

/*
 * The barrier is a task id that no task ever has. Mesos answers for it, no
 * agent being named, only when no agent is still to come back to the master
 * (section 3.4 of the protocol brief, case 2); and answers come in order.
 * After that all tasks are asked for once more, and then for a second such id:
 * when that answer is here, every task on a reachable agent was seen.
 */
bool reconcile_is_barrier(const char *task_id);
void reconcile_barrier_answered(struct cluster *c, const char *task_id,
    int64_t now);

#endif
