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
 * Target: what a master may send. The first byte says into which pieces the
 * network cuts the rest, a stream of records; each is read as an event, and
 * the frames made of it go to the parent, which must take every one of them;
 * and what that then wants must be a call.
 */

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mesos/event.h"
#include "mesos/recordio.h"
#include "rig_calls.h"
#include "rig_parent.h"

#define LIMIT ((size_t)1024 * 1024) /* of a record */

/* What the parent then asks for is a call. */
static void
send_cb(void *arg, const struct frame_writer *w)
{
	struct frame_header h;

	(void)arg;
	FUZZ_CHECK(frame_header_parse(w->buf, &h) == 0);
	FUZZ_CHECK(fuzz_call(&h, w->buf + FRAME_HEADER));
}

static void
frame_cb(void *arg, struct frame_writer *w)
{
	struct frame_header h;

	FUZZ_CHECK(frame_finish(w) == 0);
	FUZZ_CHECK(frame_header_parse(w->buf, &h) == 0);
	FUZZ_CHECK(h.length == w->len);
	FUZZ_CHECK(fuzz_frame_allowed(&h, PROC_MESOS, PROC_PARENT));
	FUZZ_CHECK(fuzz_parent_frame(arg, &h, w->buf + FRAME_HEADER));
	frame_free(w);
}

static int
record_cb(void *arg, const char *record, size_t len)
{
	struct event_info info;
	struct frame_writer w;

	if (event_read(record, len, frame_cb, arg, &info) == -1)
		FUZZ_CHECK(info.why != NULL);
	FUZZ_CHECK(info.name != NULL);
	if (info.type == EVENT_SUBSCRIBED) {
		/* As session.c reports it. */
		frame_begin(&w, MSG_SUBSCRIBED, 0);
		frame_put_str(&w, info.framework_id);
		frame_put_u64(&w, info.heartbeat);
		frame_put_str(&w, info.version);
		frame_cb(arg, &w);
	}
	fuzz_parent_turn(arg, 1000);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	size_t piece = fuzz_take(&in, 1) + 1, n;
	struct fuzz_parent f;
	struct recordio *r;
	const char *why;
	char *copy;
	int rc = 0;

	fuzz_parent_open(&f);
	f.send = send_cb;
	if ((r = recordio_new(LIMIT, record_cb, &f)) == NULL)
		abort();
	for (; in.left > 0 && rc == 0; in.p += n, in.left -= n) {
		n = in.left < piece ? in.left : piece;
		copy = fuzz_text(in.p, n);
		why = NULL;
		if ((rc = recordio_feed(r, copy, n, &why)) == -1)
			FUZZ_CHECK(why != NULL);
		free(copy);
	}
	recordio_free(r);
	fuzz_parent_close(&f);
	return 0;
}
