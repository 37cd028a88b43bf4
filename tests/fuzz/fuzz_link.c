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
 * Two types that are none stand for what else happens: that process dies, and
 * the operator gives a command.
 */

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fuzz.h"
#include "msg.h"
#include "rig_calls.h"
#include "rig_parent.h"

#define TYPE_LOST 254
#define TYPE_COMMAND 255

static void
send_cb(void *arg, const struct frame_writer *w)
{
	struct frame_header h;

	(void)arg;
	FUZZ_CHECK(frame_header_parse(w->buf, &h) == 0);
	/* It has JSON in it that came from there: it may find that bad. */
	fuzz_call(&h, w->buf + FRAME_HEADER);
}

/* The first byte is the command, the second its number or its force. */
static void
command(struct cluster *c, const uint8_t *p, size_t len)
{
	struct fuzz_in in = { p, len };
	uint32_t which = fuzz_take(&in, 1) % 8, n = fuzz_take(&in, 1);
	char *name = fuzz_text(in.p, in.left);
	enum service_id id = (enum service_id)(n % SERVICE_MAX);
	struct reply r = { 0, "" };
	int64_t now = clock_now();

	if (which == 0)
		cluster_scale(c, id, (int)(n / SERVICE_MAX) % 10, n & 1, &r,
		    now);
	else if (which == 1)
		cluster_kill(c, name, &r, now);
	else if (which == 2)
		cluster_start(c, name, &r, now);
	else if (which == 3)
		cluster_restart(c, name, &r, now);
	else if (which == 4)
		cluster_replace(c, name, n & 1, &r, now);
	else if (which == 5)
		cluster_reflate(c, id, &r, now);
	else if (which == 6)
		cluster_register(c, n & 1, &r, now);
	else
		cluster_teardown(c, n & 1, &r, now);
	FUZZ_CHECK(r.code >= 200 && r.code < 600 && r.text[0] != '\0');
	free(name);
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
		if (h.type == TYPE_LOST)
			link_lost(&f.p);
		else if (h.type == TYPE_COMMAND)
			command(f.p.cluster, in.p, h.length - FRAME_HEADER);
		else if (fuzz_frame_allowed(&h, PROC_MESOS, PROC_PARENT))
			fuzz_parent_frame(&f, &h, in.p);
		in.p += h.length - FRAME_HEADER;
		fuzz_parent_turn(&f, ms);
	}
	fuzz_parent_close(&f);
	return 0;
}
