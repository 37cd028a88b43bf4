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

#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdbool.h>

struct event_base;

/*
 * What the parent tells the supervisor that started it: sd_notify(3), the
 * protocol alone. It is one-way: nothing comes back, and nothing here can
 * fail in a way that anybody must act on.
 */
struct notify;

/* s: READY is told by then, for want of a child or not. */
#define NOTIFY_READY 10

/*
 * Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment.
 * From then on WATCHDOG=1 is told in half the time the supervisor allows, if
 * it has set one for this process, as long as the event loop goes round.
 * Returns NULL where no supervisor listens, or it can never be reached, which
 * is logged. Without memory it is fatal.
 */
struct notify *notify_open(struct event_base *base);

/*
 * Tells what has changed: READY=1, once, when ready is true for the first
 * time, and STATUS=, a line for people, of which control characters are taken
 * out. Never waits. What cannot be sent now is logged and sent later, if it
 * still holds then. NULL is allowed.
 */
void notify_tell(struct notify *n, bool ready, const char *status);

/* Tells STOPPING=1, and frees. NULL is allowed. */
void notify_close(struct notify *n);

#endif
