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

#ifndef MESOS_REPORT_H
#define MESOS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chan.h"

/* What the parent is told, as frames on the channel. */
struct report;

/* Returns NULL without memory. The channel must outlive it. */
struct report *report_new(struct chan *channel);
void report_free(struct report *rep);

/* An event, ready made; the writer is freed. */
void report_frame(struct report *rep, struct frame_writer *w);

/*
 * The state of the connection, which also goes out as MSG_STATUS if it is
 * not what was said before. Trying again after a problem is no change: people
 * should see the problem.
 */
void report_connecting(struct report *rep, const char *master);
void report_subscribed(struct report *rep, const char *master,
    const char *framework_id, uint64_t heartbeat, const char *version);
void report_disconnected(struct report *rep, const char *reason,
    uint64_t delay);

void report_call_done(struct report *rep, uint32_t id,
    enum call_outcome outcome, long status, const char *text);

/* A leader's port, from which the walls keep us. */
void report_port(struct report *rep, uint16_t port);

/* Bytes that the parent has not taken yet. */
size_t report_pending(const struct report *rep);

#endif
