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

#ifndef TESTS_FUZZ_PARENT_H
#define TESTS_FUZZ_PARENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "parent.h"

/*
 * A parent without a process around it: the daemon's own handlers of frames
 * and its core, on a clock that the target moves. Its state is encoded and
 * thrown away; what it wants of Mesos is encoded as frames.
 */
struct fuzz_parent {
	struct parent p;
	struct conf *conf;
	void (*send)(void *arg, const struct frame_writer *w);
	void *arg;
	void (*tell)(struct parent *p, const struct notice *n); /* or NULL */
	bool connected; /* there is a mesos process to send to */
};

void fuzz_parent_open(struct fuzz_parent *f);
void fuzz_parent_close(struct fuzz_parent *f);

/* A frame has come; returns whether its handler took it. */
bool fuzz_parent_frame(struct fuzz_parent *f, const struct frame_header *h,
    const uint8_t *payload);

/* Time passes, and it decides. */
void fuzz_parent_turn(struct fuzz_parent *f, int64_t ms);

/* Whether the message table allows it in this direction. */
bool fuzz_frame_allowed(const struct frame_header *h, enum proc_id from,
    enum proc_id to);

#endif
