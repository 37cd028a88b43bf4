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

#ifndef COMMON_CHAN_H
#define COMMON_CHAN_H

#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "msg.h"

/* The descriptor on which a child finds its channel to the parent. */
#define CHAN_FILENO 3

struct chan;

/*
 * Handles one message. It may return -1 after writing why into err (err_size
 * bytes); the channel is then broken. The reader's payload is valid during
 * the call only. The handler must not free the channel.
 */
typedef int (*chan_handler)(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t err_size);

/*
 * The channel is of no more use: the peer closed it, or broke the protocol.
 * reason says which frame and why. May free the channel.
 */
typedef void (*chan_broken_cb)(void *arg, const char *reason);

/*
 * Opens a channel on fd, which it owns from now on. handlers is a table with
 * MSG_MAX entries; a message without a handler breaks the channel, but for
 * MSG_PING, which the channel answers by itself before a handler hears of it.
 * Returns NULL without memory.
 */
struct chan *chan_new(struct event_base *base, int fd, enum proc_id self,
    enum proc_id peer, const chan_handler *handlers, chan_broken_cb broken,
    void *arg);

/* Flushes nothing: what was not written yet is lost. */
void chan_free(struct chan *c);

/*
 * Queues a frame and frees the writer. A frame that could not be written,
 * or that the table does not allow, is our own error and fatal. Where ever
 * more waits to be read, the frame is dropped, and the channel breaks when
 * the event loop comes round again.
 */
void chan_send(struct chan *c, struct frame_writer *w);

/* Bytes that wait to be written. */
size_t chan_pending(const struct chan *c);

#endif
