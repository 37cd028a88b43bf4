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
 * The parent: what a child writes to its stderr, line by line. The walls around
 * a child leave it no socket to syslog, and with our own stderr in its hands
 * it could end what we say. And what a library says before it gives up is not
 * lost.
 */

#include <event2/buffer.h>
#include <event2/event.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"
#include "proc_log.h"

#define LINE_MAX_LEN 8192 /* longer ones are divided */

struct proc_log {
	const char *name;
	int fd;
	struct event *event;
	struct evbuffer *in;
};

/* One line, or so much without an end that it may stand for one. */
static char *
proc_log_line(struct evbuffer *in)
{
	size_t len = evbuffer_get_length(in);
	char *line = evbuffer_readln(in, NULL, EVBUFFER_EOL_LF);

	if (line != NULL || len < LINE_MAX_LEN)
		return line;
	if ((line = calloc(1, LINE_MAX_LEN + 1)) != NULL)
		evbuffer_remove(in, line, LINE_MAX_LEN);
	return line;
}

/* Logs what can be read now, as evbuffer_read() counts it: 0 is the end. */
static int
proc_log_read(struct proc_log *l)
{
	int n = evbuffer_read(l->in, l->fd, LINE_MAX_LEN);
	int saved = errno;
	char *line;

	while ((line = proc_log_line(l->in)) != NULL) {
		log_read(l->name, line);
		free(line);
	}
	errno = saved;
	return n;
}

static void
proc_log_cb(evutil_socket_t fd, short what, void *arg)
{
	struct proc_log *l = arg;
	int n = proc_log_read(l);

	(void)fd;
	(void)what;
	if (n == 0 ||
	    (n == -1 && errno != EAGAIN && errno != EINTR && errno != ENOMEM))
		event_del(l->event);
}

struct proc_log *
proc_log_new(struct event_base *base, const char *name, int fd)
{
	struct proc_log *l;

	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	l->name = name;
	l->fd = fd;
	evutil_make_socket_nonblocking(fd);
	if ((l->in = evbuffer_new()) == NULL ||
	    (l->event = event_new(base, fd, EV_READ | EV_PERSIST, proc_log_cb,
		 l)) == NULL ||
	    event_add(l->event, NULL) == -1) {
		if (l->event != NULL)
			event_free(l->event);
		if (l->in != NULL)
			evbuffer_free(l->in);
		free(l);
		return NULL;
	}
	return l;
}

void
proc_log_free(struct proc_log *l)
{
	char end = '\n';

	if (l == NULL)
		return;
	while (proc_log_read(l) > 0)
		;
	/* Last words may have no end. */
	if (evbuffer_get_length(l->in) > 0) {
		evbuffer_add(l->in, &end, 1);
		proc_log_read(l);
	}
	event_free(l->event);
	evbuffer_free(l->in);
	close(l->fd);
	free(l);
}
