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

#ifndef CORE_GONE_H
#define CORE_GONE_H

#include "cluster.h"

/*
 * Tasks of an agent that is drained to be marked gone. It says
 * GONE_BY_OPERATOR when it begins to kill a task, and again when that is done
 * (Mesos, slave.cpp, statusUpdate). The master takes the first one for the
 * end, and says so when it is asked, even if we have not heard of it. Not
 * before the second one, or after its grace, may another task of the instance
 * begin.
 */

/*
 * Whether the task may be alive though the update is of its end. Notes when
 * such an update came for the first time. Of any other update: false.
 */
bool task_is_going(struct cluster *c, struct task *t, const struct update *u,
    int64_t now);

/*
 * Ends a task with a gone_until when that is over, told of or not, or has the
 * core run then. A stray is freed.
 */
void gone_end(struct cluster *c, struct task *t, int64_t now);

#endif
