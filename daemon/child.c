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
 * What every child has: the channel to the parent, by which it is configured
 * and ended. There is one in a process.
 */

#include <event2/event.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "heap.h"

#define CONF_TIMEOUT 10 /* seconds */

static struct {
	struct event_base *base;
	struct event *timer; /* for the configuration to come */
	struct chan *channel;
	bool orderly; /* the parent has ended it */
} child;

/* The terminal and the supervisor signal the parent; it decides. */
static void
child_ignore_signals(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

static void
child_broken_cb(void *arg, const char *reason)
{
	(void)arg;
	if (strcmp(reason, "channel closed") != 0)
		fatalx("the channel to the parent: %s", reason);
	child_end();
}

static void
child_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	fatalx("no configuration from the parent");
}

static void
child_send_hello(void)
{
	struct frame_writer w;

	frame_begin(&w, MSG_HELLO, 0);
	frame_put_u16(&w, FRAME_VERSION);
	frame_put_u32(&w, (uint32_t)getpid());
	chan_send(child.channel, &w);
}

struct event_base *
child_open(enum proc_id id, enum log_sink sink, enum log_level level,
    const chan_handler *handlers, void *arg)
{
	const struct timeval tv = { CONF_TIMEOUT, 0 };

	child_ignore_signals();
	log_init(proc_name(id), sink, level);
	setproctitle("%s", proc_name(id));
	if ((child.base = event_base_new()) == NULL ||
	    (child.timer = evtimer_new(child.base, child_timer_cb, NULL)) ==
		NULL ||
	    (child.channel = chan_new(child.base, CHAN_FILENO, id, PROC_PARENT,
		 handlers, child_broken_cb, arg)) == NULL)
		fatalx("no memory");
	heap_open(child.base);
	evtimer_add(child.timer, &tv);
	return child.base;
}

struct chan *
child_channel(void)
{
	return child.channel;
}

int
child_on_log_level(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t size)
{
	uint8_t level = frame_get_u8(r, "level");

	(void)arg;
	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (level > LOG_LEVEL_TRACE) {
		strlcpy(err, "unknown level", size);
		return -1;
	}
	log_set_level((enum log_level)level);
	return 0;
}

void
child_ready(unsigned int walls)
{
	struct frame_writer w;

	evtimer_del(child.timer);
	frame_begin(&w, MSG_READY, 0);
	frame_put_u8(&w, (uint8_t)walls);
	chan_send(child.channel, &w);
}

void
child_run(void)
{
	child_send_hello();
	if (event_base_dispatch(child.base) == -1 || !child.orderly)
		fatalx("the event loop ended");
}

void
child_end(void)
{
	child.orderly = true;
	event_base_loopbreak(child.base);
}

void
child_close(void)
{
	chan_free(child.channel);
	event_free(child.timer);
	heap_close();
	/* A bufferevent goes with the last call back that it has deferred. */
	event_base_loop(child.base, EVLOOP_NONBLOCK);
	event_base_free(child.base);
}
