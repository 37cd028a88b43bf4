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
 * Target: a channel between two processes, as it is, at the end of a socket.
 * The first byte says who reads it, the second into which pieces the rest, a
 * stream of frames, is cut. A handler reads fields in an order that the id of
 * the frame says, and writes what it read: the same bytes must come out.
 */

#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chan.h"
#include "fuzz.h"
#include "log.h"

#define FIELDS 10 /* that an id of 32 bits can choose */

struct reader {
	struct event_base *base;
	struct chan *chan;
	int fd; /* the peer's end */
	bool broken;
};

/* Reads one field and writes it again. */
static void
copy_field(struct frame_reader *r, struct frame_writer *w, unsigned int type)
{
	char text[64], *p;

	switch (type) {
	case 0:
		frame_put_u8(w, frame_get_u8(r, "u8"));
		break;
	case 1:
		frame_put_u16(w, frame_get_u16(r, "u16"));
		break;
	case 2:
		frame_put_u32(w, frame_get_u32(r, "u32"));
		break;
	case 3:
		frame_put_u64(w, frame_get_u64(r, "u64"));
		break;
	case 4:
		frame_put_bool(w, frame_get_bool(r, "bool"));
		break;
	case 5:
		frame_get_str(r, text, sizeof(text), "str");
		FUZZ_CHECK(strlen(text) < sizeof(text));
		frame_put_str(w, text);
		break;
	case 6:
		p = frame_get_strdup(r, 1000, "strdup");
		FUZZ_CHECK(p == NULL || strlen(p) <= 1000);
		frame_put_str(w, p);
		free(p);
		break;
	default:
		memset(text, 0, sizeof(text));
		frame_get_bytes(r, text, 16, "bytes");
		frame_put_bytes(w, text, 16);
		frame_put_u16(w, frame_get_count(r, 100, "count"));
		break;
	}
}

static int
frame_cb(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	const uint8_t *payload = r->p;
	struct frame_writer w;
	size_t i, len = r->left;
	int rc;

	(void)arg;
	FUZZ_CHECK(h->type < MSG_MAX && len == h->length - FRAME_HEADER);
	FUZZ_CHECK(len >= msg_info(h->type)->min);
	FUZZ_CHECK(len <= msg_info(h->type)->max);
	frame_begin(&w, h->type, h->id);
	for (i = 0; i < FIELDS && r->left > 0; i++)
		copy_field(r, &w, h->id >> (3 * i) & 7);
	rc = frame_read_end(r, err, size);
	if (rc == 0) {
		FUZZ_CHECK(frame_finish(&w) == 0);
		FUZZ_CHECK(w.len == h->length);
		FUZZ_CHECK(memcmp(w.buf + FRAME_HEADER, payload, len) == 0);
	} else {
		FUZZ_CHECK(err[0] != '\0');
	}
	frame_free(&w);
	return rc;
}

static void
broken_cb(void *arg, const char *reason)
{
	struct reader *x = arg;

	FUZZ_CHECK(reason[0] != '\0');
	x->broken = true;
}

static void
reader_open(struct reader *x, enum proc_id self, enum proc_id peer)
{
	static chan_handler handlers[MSG_MAX];
	int sv[2], i;

	/* One is left out: that breaks the channel, too. */
	for (i = 0; i < MSG_MAX; i++)
		handlers[i] = i == MSG_TEARDOWN ? NULL : frame_cb;
	memset(x, 0, sizeof(*x));
	log_init("fuzz", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	if ((x->base = event_base_new()) == NULL ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv) == -1)
		abort();
	x->fd = sv[0];
	x->chan = chan_new(x->base, sv[1], self, peer, handlers, broken_cb, x);
	if (x->chan == NULL)
		abort();
}

/* The peer writes a piece; and reads nothing. */
static void
reader_feed(struct reader *x, const uint8_t *p, size_t len)
{
	ssize_t n;
	int i;

	while (len > 0 && !x->broken) {
		if ((n = write(x->fd, p, len)) <= 0)
			abort();
		p += n;
		len -= (size_t)n;
		for (i = 0; i < 3; i++)
			event_base_loop(x->base, EVLOOP_NONBLOCK);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum proc_id ends[][2] = {
		{ PROC_PARENT, PROC_MESOS },
		{ PROC_MESOS, PROC_PARENT },
		{ PROC_PARENT, PROC_HTTP },
		{ PROC_HTTP, PROC_PARENT },
	};
	struct fuzz_in in = { data, size };
	const enum proc_id *end = ends[fuzz_take(&in, 1) % 4];
	size_t piece = fuzz_take(&in, 1) * 16 + 1, n;
	struct reader x;

	reader_open(&x, end[0], end[1]);
	for (; in.left > 0 && !x.broken; in.p += n, in.left -= n) {
		n = in.left < piece ? in.left : piece;
		reader_feed(&x, in.p, n);
	}
	close(x.fd);
	chan_free(x.chan);
	event_base_loop(x.base, EVLOOP_NONBLOCK);
	event_base_free(x.base);
	return 0;
}
