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

#ifndef MESOS_SESSION_H
#define MESOS_SESSION_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chan.h"
#include "call.h"
#include "settings.h"

/*
 * The subscription: finding the leader, the stream of events, its end, and
 * the wait before the next try. It is begun by the parent each time.
 */
struct session;

/*
 * conf is taken over; channel is where events and answers go, and must
 * outlive the session. Returns NULL with a text in err; conf is freed then
 * too.
 */
struct session *session_new(struct event_base *base, struct chan *channel,
    struct mesos_settings *conf, char *err, size_t err_size);
void session_free(struct session *s);

/*
 * Subscribes, at once or when the back-off allows it. A subscription that is
 * open is given up for it. who is copied.
 */
void session_subscribe(struct session *s, const struct subscription *who);

/*
 * A call from the parent, answered with id. Returns -1 and a text if the
 * frame is bad.
 */
int session_call(struct session *s, uint16_t type, uint32_t id,
    struct frame_reader *r, char *err, size_t err_size);

#endif
