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

#ifndef MESOS_QUEUE_H
#define MESOS_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"
#include "http.h"

/*
 * Calls on their way to the master: in the order in which they came, one at
 * a time, since libcurl keeps no order of its own.
 */
struct queue;

struct queue_ops {
	/* A call is over: exactly once for each that was added. */
	void (*answer)(void *arg, uint32_t id, enum call_outcome outcome,
	    long status, const char *text);
	/*
	 * An answer said that the subscription is no longer, or a call failed
	 * that nobody repeats: what the master holds to be ours is not known
	 * any more. May close and open the queue again, and must not free it.
	 */
	void (*lost)(void *arg, const char *why);
	/* The queue is closed, and its last call is over now. */
	void (*idle)(void *arg);
};

/* Returns NULL without memory. ops must stay valid. timeout is in ms. */
struct queue *queue_new(struct http *http, uint64_t timeout,
    const struct queue_ops *ops, void *arg);
/* Calls still there are forgotten. */
void queue_free(struct queue *q);

/* From now on calls go there. */
void queue_open(struct queue *q, const struct master_addr *to,
    const char *stream_id);
/*
 * Answers all that wait with CALL_UNSENT and takes no more. The one in flight
 * goes on: queue_is_busy() tells of it, and idle() is called when it is over.
 */
void queue_close(struct queue *q, const char *why);
/* Gives the one in flight up: CALL_UNKNOWN if a byte of it was sent. */
void queue_abort(struct queue *q, const char *why);
bool queue_is_busy(const struct queue *q);

/*
 * Adds a call and takes its body over. If the queue is closed, or far too
 * much waits in it, the answer comes at once.
 */
void queue_add(struct queue *q, uint32_t id, uint16_t type, char *body);

#endif
