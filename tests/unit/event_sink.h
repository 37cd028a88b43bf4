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

/*
 * What the mesos process would send to the parent, as text that a test can
 * compare.
 */

#ifndef TESTS_EVENT_SINK_H
#define TESTS_EVENT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../../daemon/mesos/event.h"
#include "frame.h"

/* What came out, as text: one line a frame. */
struct sink {
	char *text;
	size_t len;
	FILE *f;
	bool full; /* all fields, not only those of the time line */
	size_t offers;
	struct event_info info; /* of the last event */
};

/* The status in the last UPDATE. */
extern char sink_status[65536];

void sink_open(struct sink *s, bool full);
void sink_close(struct sink *s);
/* For event_read(): takes the frame, checks it, and writes its line. */
void sink_cb(void *arg, struct frame_writer *w);

#endif
