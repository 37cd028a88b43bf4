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
 * Part of the mesos process: the subscription. All that comes over the
 * stream is from the network: it can end the stream, never the process. No
 * second SUBSCRIBE may be sent for one order of the parent after the master
 * may have acted on the first: a new framework would be made twice.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "heap.h"
#include "killpoint.h"
#include "log.h"
#include "backoff.h"
#include "call.h"
#include "event.h"
#include "http.h"
#include "problem.h"
#include "queue.h"
#include "recordio.h"
#include "report.h"
#include "session.h"
#include "text.h"
#include "tls.h"

/* All in ms. */
#define FIRST_RECORD_TIMEOUT 30000
#define HEARTBEAT_MIN 1000
#define HEARTBEAT_MAX 60000
#define HEARTBEATS_MISSED 5
#define SETTLED 10000 /* a subscription this old resets the back-off */
#define LAST_CALL_TIMEOUT 1000 /* for a call when the stream has ended */
#define PAUSE_POLL 50

/* Bytes waiting for the parent above which the stream stops for a while. */
#define PENDING_HIGH ((size_t)8 * 1024 * 1024)
#define PENDING_LOW ((size_t)1024 * 1024)

enum session_state {
	SESSION_IDLE, /* the parent has to ask */
	SESSION_WAITING, /* for the end of the back-off */
	SESSION_CONNECTING, /* SUBSCRIBE is on its way */
	SESSION_SUBSCRIBED,
	SESSION_ENDING /* the stream is gone, one call is not answered yet */
};

struct session {
	struct mesos_settings *conf;
	struct http *http;
	struct masters *masters;
	struct queue *queue;
	struct report *report;
	struct problems problems;
	struct backoff backoff;
	enum session_state state;
	struct event *timer; /* what for depends on the state */
	struct event *drain; /* while the stream is paused */
	bool paused;
	struct subscription who;
	char *body; /* of SUBSCRIBE */
	struct http_transfer *stream;
	struct recordio *records;
	char stop[HTTP_TEXT_SIZE]; /* why we stopped the stream, or empty */
	char reason[HTTP_TEXT_SIZE]; /* why it ended, for the parent */
	uint64_t heartbeat;
	uint64_t since; /* subscribed */
	uint64_t next_try; /* not before */
};

static void session_connect(struct session *s);

static uint64_t
session_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void
session_set_timer(struct event *ev, uint64_t ms)
{
	struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };

	if (event_add(ev, &tv) == -1)
		fatalx("cannot set a timer");
}

/* Notes why the stream is to be stopped. */
__attribute__((format(printf, 2, 3))) static void
session_stop(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->stop, sizeof(s->stop), fmt, ap);
	va_end(ap);
}

static void
session_master_name(const struct session *s, char *buf, size_t size)
{
	master_addr_name(masters_current(s->masters), buf, size);
}

/* Lets go of the stream. */
static void
session_drop_stream(struct session *s)
{
	http_cancel(s->stream);
	s->stream = NULL;
	recordio_free(s->records);
	s->records = NULL;
	free(s->body);
	s->body = NULL;
	s->paused = false;
	event_del(s->drain);
	event_del(s->timer);
}

/* The last call is over too: the parent may order the next subscription. */
static void
session_ended(struct session *s)
{
	uint64_t now = session_now();

	event_del(s->timer);
	s->state = SESSION_IDLE;
	report_disconnected(s->report, s->reason,
	    s->next_try > now ? s->next_try - now : 0);
}

static void
session_log(struct session *s, const char *where, const char *why, bool act)
{
	if (!problems_are_news(&s->problems, where, why))
		log_debug("%s: still: %s", where, why);
	else if (act)
		log_errx("%s: %s", where, why);
	else
		log_warnx("%s: %s", where, why);
}

/*
 * The stream has ended, or did not come about. act: it is not going to pass
 * by itself, so there is no hurry to try again.
 */
static void
session_end(struct session *s, const char *why, bool act)
{
	char where[MASTER_NAME_MAX];
	uint64_t now = session_now();

	session_master_name(s, where, sizeof(where));
	session_log(s, where, why, act);
	snprintf(s->reason, sizeof(s->reason), "%s: %s", where, why);
	if (s->state == SESSION_SUBSCRIBED && now - s->since >= SETTLED)
		backoff_reset(&s->backoff);
	if (s->state == SESSION_CONNECTING)
		masters_failed(s->masters);
	s->next_try = now +
	    (act ? backoff_longest(&s->backoff, arc4random())
		 : backoff_next(&s->backoff, arc4random()));
	session_drop_stream(s);
	s->state = SESSION_ENDING;
	queue_close(s->queue, why);
	if (queue_is_busy(s->queue))
		session_set_timer(s->timer, LAST_CALL_TIMEOUT);
	else
		session_ended(s);
}

/* Called for each frame that an event yields. */
static void
session_frame_cb(void *arg, struct frame_writer *w)
{
	struct session *s = arg;

	report_frame(s->report, w);
}

/* SUBSCRIBED, the first record. Returns 0, or -1 with a text in s->stop. */
static int
session_subscribed(struct session *s, const struct event_info *info)
{
	char stream_id[HTTP_STREAM_ID_SIZE], where[MASTER_NAME_MAX];

	if (http_stream_id(s->stream, stream_id, sizeof(stream_id)) == -1) {
		session_stop(s,
		    "subscribed, but without a good "
		    "Mesos-Stream-Id");
		return -1;
	}
	s->heartbeat = info->heartbeat;
	if (s->heartbeat < HEARTBEAT_MIN)
		s->heartbeat = HEARTBEAT_MIN;
	if (s->heartbeat > HEARTBEAT_MAX)
		s->heartbeat = HEARTBEAT_MAX;
	s->state = SESSION_SUBSCRIBED;
	s->since = session_now();
	strlcpy(s->who.framework_id, info->framework_id,
	    sizeof(s->who.framework_id));
	masters_found(s->masters);
	problems_clear(&s->problems);
	session_set_timer(s->timer, s->heartbeat * HEARTBEATS_MISSED);
	session_master_name(s, where, sizeof(where));
	log_info("%s: subscribed as framework %s (Mesos %s)", where,
	    s->who.framework_id, info->version);
	queue_open(s->queue, masters_current(s->masters), stream_id);
	report_subscribed(s->report, where, s->who.framework_id, s->heartbeat,
	    info->version);
	return 0;
}

/* What an event means for the stream itself. Returns 0, or -1 to stop. */
static int
session_event(struct session *s, const struct event_info *info)
{
	if (info->type == EVENT_ERROR) {
		session_stop(s, "the master says: %s", info->message);
		return -1;
	}
	if (s->state == SESSION_CONNECTING) {
		if (info->type == EVENT_SUBSCRIBED)
			return session_subscribed(s, info);
		session_stop(s,
		    "the first event is not "
		    "SUBSCRIBED but %s",
		    info->name);
		return -1;
	}
	if (info->type == EVENT_SUBSCRIBED)
		log_warnx("a second SUBSCRIBED in one stream: ignored");
	return 0;
}

static int
session_record_cb(void *arg, const char *record, size_t len)
{
	struct session *s = arg;
	struct event_info info;
	int rv;

	if (len == 0)
		return 0;
	KILLPOINT(EVENT_RECEIVE);
	rv = event_read(record, len, session_frame_cb, s, &info);
	KILLPOINT(EVENT_RECEIVED);
	heap_used(len);
	log_debug("event %s, %zu bytes, %zu frames", info.name, len,
	    info.frames);
	if (info.dropped > 0)
		log_warnx("event %s: %zu offers dropped: %s", info.name,
		    info.dropped, info.why);
	if (rv == 0)
		return session_event(s, &info);
	log_warnx("event %s dropped: %s", info.name, info.why);
	if (s->state != SESSION_CONNECTING)
		return 0;
	session_stop(s,
	    "the first event makes no sense: "
	    "%s",
	    info.why);
	return -1;
}

/* Bytes of the stream. Inside libcurl: nothing here may end a transfer. */
static enum http_verdict
session_data_cb(void *arg, const char *p, size_t len)
{
	struct session *s = arg;
	const char *why;

	KILLPOINT(STREAM_RECEIVE);
	if (report_pending(s->report) > PENDING_HIGH) {
		s->paused = true;
		session_set_timer(s->drain, PAUSE_POLL);
		return HTTP_PAUSE;
	}
	if (s->state == SESSION_SUBSCRIBED)
		session_set_timer(s->timer, s->heartbeat * HEARTBEATS_MISSED);
	if (recordio_feed(s->records, p, len, &why) == 0)
		return HTTP_GO_ON;
	if (why != NULL)
		session_stop(s,
		    "not a stream of events: "
		    "%s",
		    why);
	return HTTP_STOP;
}

static void
session_drain_cb(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	(void)fd;
	(void)what;
	if (s->stream == NULL || !s->paused)
		return;
	if (report_pending(s->report) > PENDING_LOW) {
		session_set_timer(s->drain, PAUSE_POLL);
		return;
	}
	s->paused = false;
	if (s->state == SESSION_SUBSCRIBED)
		session_set_timer(s->timer, s->heartbeat * HEARTBEATS_MISSED);
	http_unpause(s->stream);
}

/* 401 and 403: a person has to act. */
static void
session_refused_text(const struct session *s, const struct http_answer *a,
    char *text, size_t size)
{
	const struct mesos_settings *c = s->conf;

	if (mesos_settings_has_credentials(c))
		snprintf(text, size,
		    "the master refuses the credentials of "
		    "%s (%ld): %s",
		    c->username, a->status, a->text);
	else
		snprintf(text, size,
		    "the master wants credentials (%ld), and "
		    "`principal` with `secret` (MESOS_USERNAME and "
		    "MESOS_PASSWORD) is not set: %s",
		    a->status, a->text);
}

/* An answer to SUBSCRIBE other than 200. Returns whether a person must act. */
static bool
session_status_text(const struct session *s, const struct http_answer *a,
    char *text, size_t size)
{
	if (a->status == 401 || a->status == 403) {
		session_refused_text(s, a, text, size);
		return true;
	}
	snprintf(text, size, "answers %ld to SUBSCRIBE%s%s", a->status,
	    a->text[0] != '\0' ? ": " : "", a->text);
	/* 404: a master that starts; 408, 429: a proxy. */
	return a->status >= 400 && a->status < 500 && a->status != 404 &&
	    a->status != 408 && a->status != 429;
}

/*
 * The walls around us know the ports of the masters that are listed. For
 * another one the parent starts us again.
 */
static bool
session_reachable(struct session *s)
{
	uint16_t port = masters_current(s->masters)->port;

	if (mesos_settings_has_port(s->conf, port))
		return true;
	report_port(s->report, port);
	session_end(s, "a leader on a port that is not open yet", false);
	return false;
}

static void
session_redirected(struct session *s, const struct http_answer *a)
{
	char text[HTTP_TEXT_SIZE], where[MASTER_NAME_MAX];

	switch (masters_redirect(s->masters, a->location, text, sizeof(text))) {
	case REDIRECT_FOLLOW:
		session_master_name(s, where, sizeof(where));
		log_debug("redirected to %s", where);
		if (!session_reachable(s))
			break;
		session_drop_stream(s);
		session_connect(s);
		break;
	case REDIRECT_RETRY:
		session_end(s, text, false);
		break;
	case REDIRECT_REFUSED:
		session_end(s, text, true);
		break;
	}
}

static void
session_done_cb(void *arg, const struct http_answer *a)
{
	struct session *s = arg;
	char text[HTTP_TEXT_SIZE];
	bool act;

	s->stream = NULL;
	if (s->stop[0] != '\0') {
		strlcpy(text, s->stop, sizeof(text));
		session_end(s, text, false);
	} else if (a->status == 307) {
		session_redirected(s, a);
	} else if (a->status != 0 && a->status != 200) {
		act = session_status_text(s, a, text, sizeof(text));
		session_end(s, text, act);
	} else if (a->error != NULL) {
		session_end(s, a->error, a->act && a->status == 0);
	} else {
		session_end(s, "the master ended the stream", false);
	}
}

/* Sends SUBSCRIBE to the current master. */
static void
session_connect(struct session *s)
{
	struct http_request req;
	char where[MASTER_NAME_MAX];

	s->stop[0] = '\0';
	s->state = SESSION_CONNECTING;
	s->records = recordio_new(RECORDIO_LIMIT, session_record_cb, s);
	if (s->records == NULL)
		fatalx("no memory for a stream");
	s->body = call_subscribe(s->conf, &s->who);
	session_master_name(s, where, sizeof(where));
	report_connecting(s->report, where);
	memset(&req, 0, sizeof(req));
	req.to = masters_current(s->masters);
	req.body = s->body;
	/* On a connection of its own, where libcurl never tries twice. */
	req.fresh = true;
	req.data = session_data_cb;
	req.done = session_done_cb;
	req.arg = s;
	session_set_timer(s->timer, FIRST_RECORD_TIMEOUT);
	KILLPOINT(SUBSCRIBE_SEND);
	s->stream = http_start(s->http, &req);
}

static void
session_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	(void)fd;
	(void)what;
	switch (s->state) {
	case SESSION_IDLE:
		break;
	case SESSION_WAITING:
		session_connect(s);
		break;
	case SESSION_CONNECTING:
		session_end(s, "no answer to SUBSCRIBE in time", false);
		break;
	case SESSION_SUBSCRIBED:
		/* While we do not listen, silence says nothing. */
		if (s->paused)
			session_set_timer(s->timer,
			    s->heartbeat * HEARTBEATS_MISSED);
		else
			session_end(s,
			    "the master has been silent for too "
			    "long",
			    false);
		break;
	case SESSION_ENDING:
		/* idle() is not called for what is aborted. */
		queue_abort(s->queue, "the stream has ended");
		session_ended(s);
		break;
	}
}

static void
session_answer_cb(void *arg, uint32_t id, enum call_outcome outcome,
    long status, const char *text)
{
	struct session *s = arg;

	report_call_done(s->report, id, outcome, status, text);
}

static void
session_lost_cb(void *arg, const char *why)
{
	struct session *s = arg;

	if (s->state == SESSION_SUBSCRIBED)
		session_end(s, why, false);
}

static void
session_idle_cb(void *arg)
{
	struct session *s = arg;

	if (s->state == SESSION_ENDING)
		session_ended(s);
}

static const struct queue_ops session_queue_ops = {
	.answer = session_answer_cb,
	.lost = session_lost_cb,
	.idle = session_idle_cb,
};

struct session *
session_new(struct event_base *base, struct chan *channel,
    struct mesos_settings *conf, char *err, size_t err_size)
{
	struct session *s;
	bool https, guarded;

	strlcpy(err, "no memory", err_size);
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		mesos_settings_free(conf);
		return NULL;
	}
	s->conf = conf;
	backoff_init(&s->backoff, conf->backoff, conf->backoff_max);
	/* At its first use it takes memory, or ends without a word. */
	arc4random_stir();
	if ((s->timer = evtimer_new(base, session_timer_cb, s)) == NULL ||
	    (s->drain = evtimer_new(base, session_drain_cb, s)) == NULL ||
	    (s->report = report_new(channel)) == NULL ||
	    (s->http = http_new(base, conf)) == NULL ||
	    (s->queue = queue_new(s->http, conf->call_timeout,
		 &session_queue_ops, s)) == NULL)
		goto fail;
	https = conf->nmasters > 0 &&
	    strncasecmp(conf->masters[0], "https:", 6) == 0;
	guarded =
	    mesos_settings_has_credentials(conf) && !tls_proves(conf, https);
	s->masters =
	    masters_new(conf->masters, conf->nmasters, guarded, err, err_size);
	if (s->masters == NULL)
		goto fail;
	return s;

fail:
	session_free(s);
	return NULL;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	http_cancel(s->stream);
	recordio_free(s->records);
	free(s->body);
	queue_free(s->queue);
	http_free(s->http);
	masters_free(s->masters);
	report_free(s->report);
	if (s->timer != NULL)
		event_free(s->timer);
	if (s->drain != NULL)
		event_free(s->drain);
	mesos_settings_free(s->conf);
	free(s);
}

void
session_subscribe(struct session *s, const struct subscription *who)
{
	static const char why[] = "subscribing anew";
	uint64_t now = session_now();

	if (s->state == SESSION_CONNECTING || s->state == SESSION_SUBSCRIBED)
		s->next_try = 0;
	session_drop_stream(s);
	/* Not ENDING any more: the parent has asked and needs no telling. */
	s->state = SESSION_WAITING;
	queue_close(s->queue, why);
	queue_abort(s->queue, why);
	s->who = *who;
	if (s->next_try > now)
		session_set_timer(s->timer, s->next_try - now);
	else
		session_connect(s);
}

int
session_call(struct session *s, uint16_t type, uint32_t id,
    struct frame_reader *r, char *err, size_t err_size)
{
	char *body = call_build(type, r, s->who.framework_id, s->who.role, err,
	    err_size);

	if (body == NULL)
		return -1;
	queue_add(s->queue, id, type, body);
	return 0;
}
