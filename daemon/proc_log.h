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

#ifndef DAEMON_PROC_LOG_H
#define DAEMON_PROC_LOG_H

#include <event2/event.h>

/* The lines that a child writes to its stderr, in our log. */
struct proc_log;

/*
 * Reads fd, which it owns from now on, and logs each line as one of the
 * process called name, which must stay valid. Returns NULL without memory,
 * with fd still open.
 */
struct proc_log *proc_log_new(struct event_base *base, const char *name,
    int fd);

/*
 * NULL is allowed. Logs what is still to be read; the child must be dead or
 * silent, as it would go on as long as there is more.
 */
void proc_log_free(struct proc_log *l);

#endif
