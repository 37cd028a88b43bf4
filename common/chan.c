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
 * A channel between two of our processes: frames over a socketpair, checked
 * against the message table before a handler sees them.
 */

#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chan.h"
#include "heap.h"
#include "killpoint.h"
#include "log.h"

#define CHAN_READ_HIGH (4 * FRAME_MAX)
#define CHAN_WRITE_MAX (128 * FRAME_MAX)

struct chan {
	struct bufferevent *bev;
	enum proc_id self;
	enum proc_id peer;
	const chan_handler *handlers;
	chan_broken_cb broken;
	void *arg;
	bool full; /* to be broken when the loop comes round */
};

__attribute__((format(printf, 2, 3))) static void
chan_break(struct chan *c, const char *fmt, ...)
{
	char reason[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	bufferevent_disable(c->bev, EV_READ | EV_WRITE);
	c->broken(c->arg, reason);
}

/* Writes why the table does not allow this frame here, or returns true. */
static bool
chan_allows(const struct frame_header *h, enum proc_id from, enum proc_id to,
    char *why, size_t size)
{
	const struct msg_info *m = msg_info(h->type);
	uint32_t len = h->length - FRAME_HEADER;

	if (h->version != FRAME_VERSION)
		snprintf(why, size, "version %u instead of %d", h->version,
		    FRAME_VERSION);
	else if (m == NULL)
		snprintf(why, size, "unknown type");
	else if (!(m->from & (1 << from)) || !(m->to & (1 << to)))
		snprintf(why, size, "%s may not send it to %s", proc_name(from),
		    proc_name(to));
	else if (len < m->min || len > m->max)
		snprintf(why, size, "%u bytes after its header, not %u to %u",
		    len, m->min, m->max);
	else
		return true;
	return false;
}

/* "wrong frame ERROR of 42 bytes: " and why: for who has to find the fault. */
static void
chan_break_frame(struct chan *c, const struct frame_header *h, const char *why)
{
	const struct msg_info *m = msg_info(h->type);

	if (m != NULL)
		chan_break(c, "wrong frame %s of %u bytes: %s", m->name,
		    h->length, why);
	else
		chan_break(c, "wrong frame %u of %u bytes: %s", h->type,
		    h->length, why);
}

static void
chan_trace(const struct frame_header *h, enum proc_id from, enum proc_id to)
{
	if (log_get_level() < LOG_LEVEL_TRACE)
		return;
	log_trace("%s -> %s %s id=%u len=%u", proc_name(from), proc_name(to),
	    msg_info(h->type)->name, h->id, h->length);
}

/* Who reads this is not hung. */
static void
chan_pong(struct chan *c, uint32_t id)
{
	struct frame_writer w;

	frame_begin(&w, MSG_PONG, id);
	chan_send(c, &w);
}

static int
chan_handle(struct chan *c, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t size)
{
	chan_handler handler = c->handlers[h->type];

	if (h->type == MSG_PING)
		chan_pong(c, h->id);
	if (handler != NULL)
		return handler(c->arg, h, r, err, size);
	if (h->type == MSG_PING)
		return 0;
	snprintf(err, size, "no handler");
	return -1;
}

/* Handles one frame, if it is all there. Returns false when to stop. */
static bool
chan_read_frame(struct chan *c, struct evbuffer *in)
{
	uint8_t head[FRAME_HEADER];
	struct frame_header h;
	struct frame_reader r;
	uint8_t *p;
	char err[512];

	if (evbuffer_copyout(in, head, sizeof(head)) < FRAME_HEADER)
		return false;
	if (frame_header_parse(head, &h) == -1) {
		chan_break(c, "wrong frame: a length of %u, not %d to %d",
		    h.length, FRAME_HEADER, FRAME_MAX);
		return false;
	}
	if (!chan_allows(&h, c->peer, c->self, err, sizeof(err))) {
		chan_break_frame(c, &h, err);
		return false;
	}
	if (evbuffer_get_length(in) < h.length)
		return false;
	if ((p = evbuffer_pullup(in, h.length)) == NULL) {
		chan_break(c, "no memory for a frame");
		return false;
	}
	chan_trace(&h, c->peer, c->self);
	KILLPOINT_OF(FRAME_RECEIVE, h.type);
	frame_read_init(&r, p + FRAME_HEADER, h.length - FRAME_HEADER);
	if (chan_handle(c, &h, &r, err, sizeof(err)) == -1) {
		chan_break_frame(c, &h, err);
		return false;
	}
	KILLPOINT_OF(FRAME_RECEIVED, h.type);
	heap_used(h.length);
	evbuffer_drain(in, h.length);
	return true;
}

static void
chan_read_cb(struct bufferevent *bev, void *arg)
{
	struct chan *c = arg;
	struct evbuffer *in = bufferevent_get_input(bev);

	while (chan_read_frame(c, in))
		continue;
}

static void
chan_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct chan *c = arg;

	(void)bev;
	/* No end of the other one, but of what we can read. */
	if (c->full)
		chan_break(c, "it does not read what it is sent");
	else if ((what & BEV_EVENT_ERROR) && EVUTIL_SOCKET_ERROR() == ENOMEM)
		chan_break(arg, "no memory to read");
	else if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		chan_break(arg, "channel closed");
}

struct chan *
chan_new(struct event_base *base, int fd, enum proc_id self, enum proc_id peer,
    const chan_handler *handlers, chan_broken_cb broken, void *arg)
{
	struct chan *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->self = self;
	c->peer = peer;
	c->handlers = handlers;
	c->broken = broken;
	c->arg = arg;
	evutil_make_socket_nonblocking(fd);
	c->bev = bufferevent_socket_new(base, fd,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (c->bev == NULL) {
		free(c);
		return NULL;
	}
	bufferevent_setcb(c->bev, chan_read_cb, NULL, chan_event_cb, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, CHAN_READ_HIGH);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	return c;
}

void
chan_free(struct chan *c)
{
	if (c == NULL)
		return;
	/* libevent closes it only when the loop comes round again. */
	shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
	bufferevent_free(c->bev);
	free(c);
}

void
chan_send(struct chan *c, struct frame_writer *w)
{
	struct frame_header h;
	char why[128];

	if (frame_finish(w) == -1)
		fatalx("cannot write a frame: too large, or no memory");
	frame_header_parse(w->buf, &h);
	if (!chan_allows(&h, c->self, c->peer, why, sizeof(why)))
		fatalx("frame type %u, %u bytes, to %s: %s", h.type, h.length,
		    proc_name(c->peer), why);
	if (c->full || chan_pending(c) > CHAN_WRITE_MAX) {
		c->full = true;
		bufferevent_trigger_event(c->bev, BEV_EVENT_ERROR,
		    BEV_TRIG_DEFER_CALLBACKS);
		frame_free(w);
		return;
	}
	chan_trace(&h, c->self, c->peer);
	KILLPOINT_OF(FRAME_SEND, h.type);
	if (bufferevent_write(c->bev, w->buf, w->len) == -1)
		fatalx("no memory for a frame");
	KILLPOINT_SENT(FRAME_SENT, h.type, c->bev);
	frame_free(w);
}

size_t
chan_pending(const struct chan *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->bev));
}
