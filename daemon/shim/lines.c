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
 * Part of the http process: the line protocol, from its client's side. The
 * parent is trusted to answer each command once and in order; that it is in
 * time, or answers at all, is not expected.
 */

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include <sys/queue.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "heap.h"
#include "killpoint.h"
#include "line.h"
#include "lines.h"
#include "log.h"

/* A command without a whole reply. */
struct lines_ask {
	struct event *timer;
	lines_cb cb; /* NULL: nobody waits any more */
	void (*each)(void *arg, const char *data); /* of its progress */
	void *arg;
	struct grow data; /* data lines, with LF between them */
	bool much; /* of them: they are left out */
	TAILQ_ENTRY(lines_ask) entry;
};

struct lines {
	struct event_base *base;
	struct bufferevent *bev;
	int64_t timeout;
	bool greeted;
	unsigned int n;
	TAILQ_HEAD(, lines_ask) asks;
	void (*broken)(void *arg, const char *reason);
	void *arg;
};

static void
ask_free(struct lines_ask *a)
{
	event_free(a->timer);
	free(a->data.p);
	free(a);
}

static void
ask_answer(struct lines_ask *a, int code, const char *text)
{
	lines_cb cb = a->cb;

	a->cb = NULL;
	evtimer_del(a->timer);
	if (cb == NULL)
		return;
	if (a->much || a->data.failed)
		cb(a->arg, 502, "kafkad's answer is too long", NULL);
	else
		cb(a->arg, code, text, a->data.p);
}

static void
ask_data(struct lines_ask *a, const char *text)
{
	if (a->data.len + strlen(text) >= LINES_DATA_MAX)
		a->much = true;
	if (a->much)
		return;
	if (a->data.p != NULL)
		grow_str(&a->data, "\n");
	grow_str(&a->data, text);
}

/* Its place in the row is kept: the reply may still come. */
static void
ask_timeout_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	log_warnx("kafkad does not answer in time");
	ask_answer(arg, 503,
	    "kafkad does not answer in time; what was asked for may still "
	    "be done");
}

/* Returns what is wrong, or NULL. */
static const char *
lines_reply(struct lines *l, const struct line_reply *r)
{
	struct lines_ask *a = TAILQ_FIRST(&l->asks);

	if (!l->greeted) {
		l->greeted = true;
		return r->code == 220 && !r->more ? NULL : "no greeting";
	}
	if (a == NULL)
		return "a reply to nothing";
	if (a->each != NULL && (!r->more || r->code >= 200))
		return "the end of what had none";
	if (r->more) {
		if (a->each != NULL)
			a->each(a->arg, r->text);
		if (a->cb != NULL && r->code >= 200)
			ask_data(a, r->text);
		return NULL;
	}
	TAILQ_REMOVE(&l->asks, a, entry);
	l->n--;
	ask_answer(a, r->code, r->text);
	ask_free(a);
	return NULL;
}

static const char *
lines_take(struct lines *l, const char *p, size_t len)
{
	struct line_reply r;
	const char *why;
	char *line;

	if ((line = malloc(len + 1)) == NULL)
		return "no memory for a reply";
	memcpy(line, p, len);
	line[len] = '\0';
	if ((why = line_check(line, len)) == NULL)
		why = line_reply_parse(line, &r) == -1 ? "no reply"
						       : lines_reply(l, &r);
	free(line);
	return why;
}

static void
lines_read_cb(struct bufferevent *bev, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(bev);
	struct lines *l = arg;
	const char *p, *why = NULL;
	size_t n, len, used;

	while (why == NULL && (n = evbuffer_get_length(in)) > 0) {
		if (n > LINE_REPLY_MAX + 2)
			n = LINE_REPLY_MAX + 2;
		if ((p = (char *)evbuffer_pullup(in, (ssize_t)n)) == NULL) {
			why = "no memory for a reply";
			break;
		}
		switch (line_take(p, n, LINE_REPLY_MAX, &len, &used)) {
		case LINE_NONE:
			return;
		case LINE_LONG:
			why = "a reply is too long";
			break;
		case LINE_OK:
			KILLPOINT(REPLY_RECEIVE);
			why = lines_take(l, p, len);
			KILLPOINT(REPLY_RECEIVED);
			heap_used(len);
			evbuffer_drain(in, used);
			break;
		}
	}
	if (why != NULL) {
		bufferevent_disable(bev, EV_READ | EV_WRITE);
		l->broken(l->arg, why);
	}
}

static void
lines_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct lines *l = arg;
	bool memory =
	    (what & BEV_EVENT_ERROR) && EVUTIL_SOCKET_ERROR() == ENOMEM;

	bufferevent_disable(bev, EV_READ | EV_WRITE);
	l->broken(l->arg, memory ? "no memory to read" : NULL);
}

struct lines *
lines_new(struct event_base *base, int fd, int64_t timeout,
    void (*broken)(void *, const char *), void *arg)
{
	struct lines *l;

	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	TAILQ_INIT(&l->asks);
	l->base = base;
	l->timeout = timeout;
	l->broken = broken;
	l->arg = arg;
	evutil_make_socket_nonblocking(fd);
	l->bev = bufferevent_socket_new(base, fd,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (l->bev == NULL) {
		free(l);
		return NULL;
	}
	bufferevent_setcb(l->bev, lines_read_cb, NULL, lines_event_cb, l);
	bufferevent_enable(l->bev, EV_READ | EV_WRITE);
	return l;
}

void
lines_free(struct lines *l)
{
	struct lines_ask *a;

	if (l == NULL)
		return;
	while ((a = TAILQ_FIRST(&l->asks)) != NULL) {
		TAILQ_REMOVE(&l->asks, a, entry);
		ask_free(a);
	}
	bufferevent_free(l->bev);
	free(l);
}

static struct lines_ask *
lines_ask(struct lines *l, const char *command, void *arg)
{
	struct lines_ask *a;

	if (l->n >= LINES_MAX || (a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	a->arg = arg;
	if ((a->timer = evtimer_new(l->base, ask_timeout_cb, a)) == NULL) {
		free(a);
		return NULL;
	}
	KILLPOINT(ASK_SEND);
	if (evbuffer_add_printf(bufferevent_get_output(l->bev), "%s\n",
		command) == -1) {
		ask_free(a);
		return NULL;
	}
	KILLPOINT_SENT(ASK_SENT, 0, l->bev);
	TAILQ_INSERT_TAIL(&l->asks, a, entry);
	l->n++;
	return a;
}

struct lines_ask *
lines_send(struct lines *l, const char *command, lines_cb cb, void *arg)
{
	struct timeval tv = { l->timeout / 1000, (l->timeout % 1000) * 1000 };
	struct lines_ask *a = lines_ask(l, command, arg);

	if (a == NULL)
		return NULL;
	a->cb = cb;
	evtimer_add(a->timer, &tv);
	return a;
}

int
lines_follow(struct lines *l, const char *command,
    void (*each)(void *arg, const char *data), void *arg)
{
	struct lines_ask *a = lines_ask(l, command, arg);

	if (a == NULL)
		return -1;
	a->each = each;
	return 0;
}

void
lines_forget(struct lines_ask *a)
{
	a->cb = NULL;
	evtimer_del(a->timer);
}
