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

#ifndef MESOS_EVENT_H
#define MESOS_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

#define EVENT_ID_SIZE 256
#define EVENT_TEXT_SIZE 512
#define EVENT_RESOURCES_MAX 64 /* of an offer; more are dropped */
#define EVENT_RANGES_MAX 4096 /* of an offer */
#define EVENT_META_MAX 16384 /* of a resource, in bytes */

enum event_type {
	EVENT_UNKNOWN, /* or of no use to us: ignored */
	EVENT_SUBSCRIBED,
	EVENT_HEARTBEAT,
	EVENT_OFFERS,
	EVENT_RESCIND,
	EVENT_UPDATE,
	EVENT_FAILURE,
	EVENT_ERROR
};

/* What the session must know of an event. */
struct event_info {
	enum event_type type;
	const char *name; /* of the type: "OFFERS", "?" if unknown */
	char framework_id[EVENT_ID_SIZE]; /* of SUBSCRIBED */
	uint64_t heartbeat; /* of SUBSCRIBED, ms, as the master said */
	char version[EVENT_ID_SIZE]; /* of SUBSCRIBED, may be empty */
	char message[EVENT_TEXT_SIZE]; /* of ERROR */
	size_t frames; /* given to the callback */
	size_t dropped; /* offers that could not be used */
	const char *why; /* why something was dropped, or NULL */
};

/* Takes a frame over, to send it to the parent and to free it. */
typedef void (*event_frame_cb)(void *arg, struct frame_writer *w);

/*
 * Turns one record of the stream into frames. Returns 0, also for an event
 * that is ignored, or -1 if the event was dropped because something we need
 * is missing or of a wrong type; info->why then says what. An offer that
 * cannot be used is dropped alone. Strings are cut to the limits of msg.h,
 * ids never: an id that is too long is one of a wrong type.
 */
int event_read(const char *record, size_t len, event_frame_cb cb, void *arg,
    struct event_info *info);

#endif
