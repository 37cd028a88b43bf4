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
 * Part of the http process: streams of news. There are few, and none holds
 * more than it may: who does not read is let go, and may come again.
 */

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <json-c/json.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "reply.h"
#include "stream.h"

struct stream {
	struct streams *streams;
	struct evhttp_request *req;
	char address[INET6_ADDRSTRLEN];
	struct news_reader reader;
	void (*gone)(void *arg);
	void *arg;
	TAILQ_ENTRY(stream) entry;
};

struct streams {
	struct news *news;
	struct event *beat; /* while there are any */
	uint32_t all; /* at most */
	uint32_t address; /* of one */
	TAILQ_HEAD(, stream) list;
};

static void
stream_free(struct stream *t)
{
	news_leave(t->streams->news, &t->reader);
	TAILQ_REMOVE(&t->streams->list, t, entry);
	if (TAILQ_EMPTY(&t->streams->list))
		evtimer_del(t->streams->beat);
	free(t);
}

/* Bytes on the way to the client, as far as they are here. */
static size_t
stream_pending(const struct stream *t)
{
	struct evhttp_connection *c = evhttp_request_get_connection(t->req);

	return evbuffer_get_length(
	    bufferevent_get_output(evhttp_connection_get_bufferevent(c)));
}

static void
stream_put(struct evhttp_request *req, const char *text, size_t len)
{
	struct evbuffer *buf;

	if ((buf = evbuffer_new()) == NULL)
		return;
	if (evbuffer_add(buf, text, len) == 0)
		evhttp_send_reply_chunk(req, buf);
	evbuffer_free(buf);
}

/* The stream may be no more afterwards. */
static void
stream_send(struct stream *t, const char *text, size_t len)
{
	struct evhttp_request *req = t->req;

	if (stream_pending(t) + len > STREAM_PENDING) {
		log_info("client %s: does not read what happens: let go",
		    t->address);
		t->gone(t->arg);
		stream_free(t);
		evhttp_send_reply_end(req);
		return;
	}
	stream_put(req, text, len);
}

/* One event. A field must not have a line end in it: JSON has none. */
static void
stream_told_cb(void *arg, const struct news_item *item)
{
	struct json_object *o = json_object_new_object();
	struct evbuffer *buf = evbuffer_new();
	const char *text;

	if (o != NULL && buf != NULL) {
		json_object_object_add(o, "number",
		    json_object_new_int64((int64_t)item->number));
		json_object_object_add(o, "time",
		    json_object_new_string(item->time));
		json_object_object_add(o, "instance",
		    json_object_new_string(item->instance));
		json_object_object_add(o, "text",
		    json_object_new_string(item->text));
		json_object_object_add(o, "warn",
		    json_object_new_boolean(item->warn));
		text = json_object_to_json_string_ext(o,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
		if (text != NULL &&
		    evbuffer_add_printf(buf, "event: news\ndata: %s\n\n",
			text) != -1)
			stream_send(arg, (char *)evbuffer_pullup(buf, -1),
			    evbuffer_get_length(buf));
	}
	if (buf != NULL)
		evbuffer_free(buf);
	json_object_put(o);
}

/* So that who has gone is noticed, and what is between does not give up. */
static void
streams_beat_cb(evutil_socket_t fd, short what, void *arg)
{
	static const char beat[] = ":\n\n";
	struct streams *s = arg;
	struct stream *t, *next;

	(void)fd;
	(void)what;
	TAILQ_FOREACH_SAFE(t, &s->list, entry, next)
		stream_send(t, beat, sizeof(beat) - 1);
}

struct streams *
streams_new(struct event_base *base, struct news *news)
{
	struct streams *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	TAILQ_INIT(&s->list);
	s->news = news;
	s->all = STREAMS_MAX;
	s->address = STREAMS_ADDRESS;
	s->beat = event_new(base, -1, EV_PERSIST, streams_beat_cb, s);
	if (s->beat == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
streams_free(struct streams *s)
{
	if (s == NULL)
		return;
	event_free(s->beat);
	free(s);
}

void
streams_limit(struct streams *s, uint32_t all, uint32_t address)
{
	s->all = all < STREAMS_MAX ? all : STREAMS_MAX;
	s->address = address < STREAMS_ADDRESS ? address : STREAMS_ADDRESS;
}

static bool
streams_room(const struct streams *s, const char *address)
{
	uint32_t all = 0, same = 0;
	const struct stream *t;

	TAILQ_FOREACH(t, &s->list, entry) {
		all++;
		same += strcmp(t->address, address) == 0;
	}
	return all < s->all && same < s->address;
}

struct stream *
stream_open(struct streams *s, struct evhttp_request *req, const char *address,
    void (*gone)(void *arg), void *arg)
{
	static const char hello[] = "retry: 3000\n\n";
	const struct timeval tv = { .tv_sec = STREAM_BEAT };
	struct stream *t;

	if (!streams_room(s, address) || (t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	if (TAILQ_EMPTY(&s->list) && evtimer_add(s->beat, &tv) == -1) {
		free(t);
		return NULL;
	}
	t->streams = s;
	t->req = req;
	strlcpy(t->address, address, sizeof(t->address));
	t->reader.told = stream_told_cb;
	t->reader.arg = t;
	t->gone = gone;
	t->arg = arg;
	TAILQ_INSERT_TAIL(&s->list, t, entry);
	news_follow(s->news, &t->reader);
	reply_begin(req, "text/event-stream");
	stream_put(req, hello, sizeof(hello) - 1);
	return t;
}

void
stream_close(struct stream *t)
{
	stream_free(t);
}
