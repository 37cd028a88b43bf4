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
 * Target: frames from a mesos process that is no longer ours, with headers
 * that are right: the parent's handlers and what its core makes of them. Each
 * piece of the input is a type, an id, how much time passes, the length of
 * the payload in two bytes, and that. What the parent sends becomes calls.
 */

#include "fuzz.h"
#include "msg.h"
#include "rig_calls.h"
#include "rig_parent.h"

static void
send_cb(void *arg, const struct frame_writer *w)
{
	struct frame_header h;

	(void)arg;
	FUZZ_CHECK(frame_header_parse(w->buf, &h) == 0);
	/* It has JSON in it that came from there: it may find that bad. */
	fuzz_call(&h, w->buf + FRAME_HEADER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t times[] = { 0, 1, 1000, 10000, 60000, 600000,
		3600000, 86400000 };
	struct fuzz_in in = { data, size };
	struct fuzz_parent f;
	struct frame_header h = { .version = FRAME_VERSION };
	int64_t ms;

	fuzz_parent_open(&f);
	f.send = send_cb;
	fuzz_parent_turn(&f, 0);
	while (in.left > 0) {
		h.type = (uint16_t)fuzz_take(&in, 1);
		h.id = fuzz_take(&in, 1);
		ms = times[fuzz_take(&in, 1) % 8];
		h.length = fuzz_take(&in, 2);
		if (h.length > in.left)
			h.length = (uint32_t)in.left;
		in.left -= h.length;
		h.length += FRAME_HEADER;
		if (fuzz_frame_allowed(&h, PROC_MESOS, PROC_PARENT))
			fuzz_parent_frame(&f, &h, in.p);
		in.p += h.length - FRAME_HEADER;
		fuzz_parent_turn(&f, ms);
	}
	fuzz_parent_close(&f);
	return 0;
}
