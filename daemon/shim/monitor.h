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

#ifndef SHIM_MONITOR_H
#define SHIM_MONITOR_H

#include <stdbool.h>

#include "grow.h"
#include "status.h"

/*
 * Whether all is well, for programs that ask often. s is NULL where the daemon
 * has not answered. The code of the answer, 200 or 503, is returned, and its
 * body, {"ok":true} or {"ok":false,"why":["…"]}, is added.
 */

/* kafkad itself: it answers, and can save its state. */
int monitor_health(struct grow *g, const struct status *s);

/*
 * The cluster: kafkad is connected to a master, and of each service as many
 * are ready as are wanted. all: how many these are is told, too.
 */
int monitor_ready(struct grow *g, const struct status *s, bool all);

#endif
