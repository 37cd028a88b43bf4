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

#ifndef MESOS_CALL_H
#define MESOS_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "settings.h"

#define SUBSCRIPTION_TEXT 256

/* Who subscribes: what MSG_SUBSCRIBE says beside the configuration. */
struct subscription {
	char framework_id[SUBSCRIPTION_TEXT]; /* empty: a new framework */
	char role[SUBSCRIPTION_TEXT];
	bool has_principal; /* an empty one is not the same as none */
	char principal[SUBSCRIPTION_TEXT];
	bool suppressed;
};

/* Reads the frame. Returns 0, or -1 and a text. */
int subscription_read(struct frame_reader *r, struct subscription *sub,
    char *err, size_t err_size);

/* The body of a SUBSCRIBE, to be freed. */
char *call_subscribe(const struct mesos_settings *conf,
    const struct subscription *who);

/*
 * The body of the call that a frame of this type from the parent asks for,
 * to be freed. Returns NULL and a text if the frame is not what msg.h says.
 */
char *call_build(uint16_t type, struct frame_reader *r,
    const char *framework_id, const char *role, char *err, size_t err_size);

/* Whether the call may be sent twice without harm. */
bool call_idempotent(uint16_t type);

#endif
