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

/* Steps of the mesos process: events in, frames out, and calls. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../unit/capture.h"
#include "mesos/call.h"
#include "mesos/event.h"
#include "mesos/recordio.h"
#include "mesos/scan.h"
#include "msg.h"
#include "steps.h"

#define AGENTS 100
#define CAPTURE \
	"tests/captures/03-subscribe-offers-launch/01-subscribe.response"

static struct frame_writer frame; /* of the first offer that came */
static char *record;
static size_t record_len;

/* Takes the offers of the recorded event, again and again. */
static int
record_cb(void *arg, const char *p, size_t len)
{
	static const char head[] =
	    "{\"type\":\"OFFERS\",\"offers\":{\"offers\":[";
	struct span event = { p, len }, offers, list, one;
	char *body;
	size_t n;
	int i;

	(void)arg;
	if (record != NULL || scan_member(event, "offers", &offers) != 1 ||
	    scan_member(offers, "offers", &list) != 1 ||
	    scan_array(list, &list) == -1 || scan_next(&list, &one, NULL) != 1)
		return 0;
	n = sizeof(head) + AGENTS * (one.len + 1) + 2;
	body = malloc(n);
	record = malloc(n + 32);
	assert_true(body != NULL && record != NULL);
	n = (size_t)sprintf(body, "%s", head);
	for (i = 0; i < AGENTS; i++)
		n += (size_t)sprintf(body + n, "%s%.*s", i > 0 ? "," : "",
		    (int)one.len, one.p);
	n += (size_t)sprintf(body + n, "]}}");
	record_len = (size_t)sprintf(record, "%zu\n%s", n, body);
	free(body);
	return 0;
}

static void
offers_setup(void)
{
	struct recordio *r = recordio_new(RECORDIO_LIMIT, record_cb, NULL);
	const char *why;
	size_t len;
	char *body = capture_body(CAPTURE, &len, NULL);

	assert_int_equal(recordio_feed(r, body, len, &why), 0);
	assert_non_null(record);
	recordio_free(r);
	free(body);
}

static void
offers_frame_cb(void *arg, struct frame_writer *w)
{
	size_t *n = arg;

	(*n)++;
	assert_int_equal(frame_finish(w), 0);
	if (frame.buf == NULL)
		frame = *w;
	else
		frame_free(w);
}

static int
offers_record_cb(void *arg, const char *p, size_t len)
{
	struct event_info info;

	return event_read(p, len, offers_frame_cb, arg, &info);
}

/* Bytes of the stream to frames for the parent. */
static void
offers_run(void)
{
	const char *why;
	size_t n = 0;
	struct recordio *r = recordio_new(RECORDIO_LIMIT, offers_record_cb, &n);

	assert_int_equal(recordio_feed(r, record, record_len, &why), 0);
	assert_int_equal(n, AGENTS);
	recordio_free(r);
}

static void
update_cb(void *arg, struct frame_writer *w)
{
	(void)arg;
	frame_free(w);
}

/* A status update, and the call that acknowledges it. */
static void
acknowledge_run(void)
{
	static const char event[] =
	    "{\"type\":\"UPDATE\",\"update\":{\"status\":{"
	    "\"task_id\":{\"value\":\"kafka-0.1\"},\"state\":\"TASK_RUNNING\","
	    "\"agent_id\":{\"value\":\"S1\"},\"source\":\"SOURCE_EXECUTOR\","
	    "\"uuid\":\"AAECAwQFBgcICQoLDA0ODw==\",\"timestamp\":1.5,"
	    "\"executor_id\":{\"value\":\"kafka-0.1\"},\"container_status\":{"
	    "\"network_infos\":[{\"ip_addresses\":[{\"protocol\":\"IPv4\","
	    "\"ip_address\":\"10.0.0.1\"}]}]}}}}";
	struct event_info info;
	struct frame_writer w;
	struct frame_reader r;
	char err[256], *body;

	assert_int_equal(event_read(event, sizeof(event) - 1, update_cb, NULL,
			     &info),
	    0);
	frame_begin(&w, MSG_ACKNOWLEDGE, 1);
	frame_put_str(&w, "kafka-0.1");
	frame_put_str(&w, "S1");
	frame_put_bytes(&w, "0123456789abcdef", 16);
	assert_int_equal(frame_finish(&w), 0);
	frame_read_init(&r, w.buf + FRAME_HEADER, w.len - FRAME_HEADER);
	body =
	    call_build(MSG_ACKNOWLEDGE, &r, "F-1", "kafka", err, sizeof(err));
	assert_non_null(body);
	free(body);
	frame_free(&w);
}

/* All that is in a frame of an offer, as link.c reads it. */
static void
frame_run(void)
{
	struct frame_writer w;
	struct frame_reader r;
	uint16_t i, n, j, m;
	char text[256], *meta;

	frame_read_init(&r, frame.buf + FRAME_HEADER, frame.len - FRAME_HEADER);
	frame_begin(&w, MSG_OFFER, 0);
	for (i = 0; i < 3; i++) {
		frame_get_str(&r, text, sizeof(text), "id");
		frame_put_str(&w, text);
	}
	n = frame_get_count(&r, 64, "resources");
	frame_put_u16(&w, n);
	for (i = 0; i < n; i++) {
		frame_get_str(&r, text, sizeof(text), "name");
		frame_put_str(&w, text);
		frame_get_str(&r, text, sizeof(text), "role");
		frame_put_str(&w, text);
		frame_put_bool(&w, frame_get_bool(&r, "plain"));
		frame_put_u64(&w, frame_get_u64(&r, "scalar"));
		meta = frame_get_strdup(&r, 16384, "meta");
		frame_put_str(&w, meta);
		free(meta);
		m = frame_get_count(&r, 4096, "ranges");
		frame_put_u16(&w, m);
		for (j = 0; j < m; j++) {
			frame_put_u32(&w, frame_get_u32(&r, "begin"));
			frame_put_u32(&w, frame_get_u32(&r, "end"));
		}
	}
	assert_int_equal(frame_read_end(&r, text, sizeof(text)), 0);
	assert_int_equal(frame_finish(&w), 0);
	frame_free(&w);
}

static void
frame_setup(void)
{
	if (frame.buf != NULL)
		return;
	offers_setup();
	offers_run();
}

const struct step steps_mesos[] = {
	{ "offers", offers_setup, offers_run },
	{ "acknowledge", NULL, acknowledge_run },
	{ "frame", frame_setup, frame_run },
	{ NULL, NULL, NULL },
};
