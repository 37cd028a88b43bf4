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
 * minimesos: streams of events.  One record is one HTTP chunk, as the real
 * master writes it, unless a fault was asked for: small segments, a record
 * cut in two, a bad length, raw line feeds, silence.
 */

#include <stdio.h>

#include "minimesos.h"

/* Moves stream bytes to the socket, all or in small segments. */
void
stream_pump(struct conn *c)
{
	struct evbuffer *out = bufferevent_get_output(c->bev);
	size_t n;

	if (c->dead || evbuffer_get_length(c->pend) == 0)
		return;
	if (c->fw != NULL && c->mm->faults.mute)
		return;
	if (c->mm->faults.segment <= 0) {
		bufferevent_write_buffer(c->bev, c->pend);
		return;
	}
	if (evbuffer_get_length(out) > 0)
		return;
	n = evbuffer_get_length(c->pend);
	if (n > (size_t)c->mm->faults.segment)
		n = (size_t)c->mm->faults.segment;
	evbuffer_remove_buffer(c->pend, out, n);
}

/* After mute or segment changed. */
void
stream_release(struct mm *mm)
{
	struct conn *c;

	TAILQ_FOREACH(c, &mm->conns, entry)
		stream_pump(c);
}

static void
stream_chunk(struct conn *c, const void *data, size_t len)
{
	evbuffer_add_printf(c->pend, "%zx\r\n", len);
	evbuffer_add(c->pend, data, len);
	evbuffer_add(c->pend, "\r\n", 2);
	stream_pump(c);
}

static void
stream_record(struct conn *c, struct json_object *event)
{
	char *text, *record;
	size_t len;

	text = json_text(event, c->mm->faults.pretty, &len);
	record = xasprintf("%zu\n%s", len, text);
	stream_chunk(c, record, strlen(record));
	free(record);
	free(text);
}

/* Half of a record, then the connection ends. */
static void
stream_cut(struct framework *fw, struct json_object *event)
{
	struct conn *c = fw->conn;
	char *text;
	size_t len;

	fw->mm->faults.cut = 0;
	text = json_text(event, 0, &len);
	evbuffer_add_printf(c->pend, "%zx\r\n%zu\n", len + 8, len);
	evbuffer_add(c->pend, text, len / 2);
	free(text);
	bufferevent_write_buffer(c->bev, c->pend);
	bufferevent_flush(c->bev, EV_WRITE, BEV_FLUSH);
	c->fw = NULL;
	fw->conn = NULL;
	c->close_after = 1;
	framework_disconnect(fw);
}

static void
stream_garbage(struct conn *c)
{
	static const char bad[] = "12x4\n{\"type\":\"HEARTBEAT\"}";

	c->mm->faults.garbage = 0;
	stream_chunk(c, bad, sizeof(bad) - 1);
}

static void
stream_unknown(struct conn *c)
{
	struct json_object *o = json_object_new_object(), *p;

	c->mm->faults.unknown--;
	json_add_str(o, "type", "SOMETHING_NEW");
	p = json_add_obj(o, "something_new");
	json_add_int(p, "answer", 42);
	json_add_str(json_add_obj(p, "deep"), "text", "\303\244 \"\\\n");
	json_add_flag(o, "extra", 1);
	stream_record(c, o);
	json_object_put(o);
	o = json_object_new_object();
	json_add_str(o, "type", "UPDATE");
	stream_record(c, o);
	json_object_put(o);
}

/* Takes the event. */
void
stream_event(struct framework *fw, struct json_object *event)
{
	struct conn *c = fw->conn;

	trace(fw->mm, "< %s %s", fw->id, json_str(event, "type"));
	if (c != NULL && fw->mm->faults.cut)
		stream_cut(fw, event);
	else if (c != NULL) {
		fw->mm->count.events++;
		if (fw->mm->faults.garbage)
			stream_garbage(c);
		if (fw->mm->faults.unknown)
			stream_unknown(c);
		stream_record(c, event);
	}
	json_object_put(event);
}

static void
heartbeat(struct framework *fw)
{
	struct json_object *o = json_object_new_object();

	json_add_str(o, "type", "HEARTBEAT");
	stream_event(fw, o);
	if (fw->conn != NULL)
		after_ms(fw->heartbeat, (int)(fw->mm->opt.heartbeat * 1000));
}

static void
heartbeat_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	heartbeat(arg);
}

/* Begins a stream: head, SUBSCRIBED, HEARTBEAT. */
void
stream_open(struct framework *fw, struct conn *c, const char *stream_id)
{
	struct mm *mm = fw->mm;
	struct json_object *o, *s;

	strlcpy(fw->stream_id, stream_id, sizeof(fw->stream_id));
	stream_head(c, stream_id);
	fw->conn = c;
	c->fw = fw;
	mm->count.subscribed++;
	o = json_object_new_object();
	json_add_str(o, "type", "SUBSCRIBED");
	s = json_add_obj(o, "subscribed");
	json_add_id(s, "framework_id", fw->id);
	json_add_num(s, "heartbeat_interval_seconds", mm->opt.heartbeat);
	json_object_object_add(s, "master_info", master_info(mm));
	stream_event(fw, o);
	if (fw->heartbeat == NULL)
		fw->heartbeat = evtimer_new(mm->base, heartbeat_cb, fw);
	if (fw->conn != NULL)
		heartbeat(fw);
}

static void
conn_finish(struct conn *c)
{
	evbuffer_add(c->pend, "0\r\n\r\n", 5);
	if (c->mm->faults.mute || c->mm->faults.segment <= 0)
		bufferevent_write_buffer(c->bev, c->pend);
	else
		stream_pump(c);
	evbuffer_add_buffer(c->pend, c->held);
	if (c->mm->faults.segment <= 0)
		bufferevent_write_buffer(c->bev, c->pend);
}

/* A refused subscription: 200, one ERROR, the end. */
void
stream_refuse(struct conn *c, const char *text)
{
	struct json_object *o = json_object_new_object();
	char id[MM_UUID_LEN];

	uuid_make(id);
	stream_head(c, id);
	json_add_str(o, "type", "ERROR");
	json_add_str(json_add_obj(o, "error"), "message", text);
	stream_record(c, o);
	json_object_put(o);
	conn_finish(c);
}

/* The zero chunk; the connection stays open. */
void
stream_end(struct framework *fw)
{
	struct conn *c = fw->conn;

	if (fw->heartbeat != NULL)
		event_del(fw->heartbeat);
	if (c == NULL)
		return;
	c->fw = NULL;
	fw->conn = NULL;
	conn_finish(c);
}

/* Ends the TCP connections of all streams: fin, rst or chunk. */
void
stream_drop_all(struct mm *mm, const char *how)
{
	struct framework *fw, *next;

	TAILQ_FOREACH_SAFE(fw, &mm->frameworks, entry, next) {
		if (fw->conn == NULL)
			continue;
		if (strcmp(how, "rst") == 0)
			conn_reset(fw->conn);
		else if (strcmp(how, "chunk") == 0) {
			stream_end(fw);
			framework_disconnect(fw);
		} else
			conn_close(fw->conn);
	}
}
