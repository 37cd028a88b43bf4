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
 * The mesos process: one subscription, one call after the other, and what
 * became of each. As daemon/mesos/session.c and queue.c, without a network.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define CALL_TIMEOUT SECONDS(60)
#define LAST_CALL SECONDS(1)
#define SILENCE SECONDS(75)
#define RETRY_FIRST SECONDS(1)
#define RETRY_MAX SECONDS(60)

/* A frame on its way. */
struct parcel {
	uint64_t epoch;
	size_t len;
	uint8_t bytes[];
};

static void
child_report(struct sim *s, struct frame_writer *w)
{
	if (frame_finish(w) == -1)
		abort();
	host_frame(s, w->buf, w->len);
	frame_free(w);
}

static void
child_done(struct sim *s, struct mcall *c, enum call_outcome outcome,
    int status, const char *text)
{
	struct frame_writer w;

	frame_begin(&w, MSG_CALL_DONE, c->id);
	frame_put_u8(&w, (uint8_t)outcome);
	frame_put_u16(&w, (uint16_t)status);
	frame_put_str(&w, text);
	mcall_free(c);
	child_report(s, &w);
}

static void
queue_close(struct sim *s, const char *why)
{
	struct child *m = &s->child;
	struct mcall *c;

	while (m->nqueue > 0) {
		c = m->queue[0];
		memmove(m->queue, m->queue + 1,
		    --m->nqueue * sizeof(m->queue[0]));
		child_done(s, c, CALL_UNSENT, 0, why);
	}
}

static void
queue_abort(struct sim *s, const char *why)
{
	struct mcall *c = s->child.current;

	s->child.current = NULL;
	s->child.calls++;
	if (c != NULL)
		child_done(s, c, CALL_UNKNOWN, 0, why);
}

static void
session_ended(struct sim *s, const char *why)
{
	struct frame_writer w;

	s->child.state = CHILD_IDLE;
	frame_begin(&w, MSG_DISCONNECTED, 0);
	frame_put_str(&w, why);
	frame_put_u64(&w, 0);
	child_report(s, &w);
}

static void
session_last(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	if (s->child.state != CHILD_ENDING || s->child.session != n)
		return;
	queue_abort(s, "the stream has ended");
	session_ended(s, "the stream has ended");
}

/* The master learns that the stream was closed. */
static void
session_drop(struct sim *s)
{
	struct child *m = &s->child;

	if (m->stream != 0)
		sim_at(s, s->now + sim_between(s, 1, 40), master_dropped, NULL,
		    m->stream);
	m->stream = 0;
	m->session++;
}

static void
session_end(struct sim *s, const char *why)
{
	struct child *m = &s->child;

	sim_trace(s, "  mesos process: %s", why);
	if (m->state == CHILD_SUBSCRIBED && s->now - m->since >= SECONDS(10))
		m->delay = 0;
	m->delay = m->delay == 0       ? RETRY_FIRST
	    : m->delay < RETRY_MAX / 2 ? 2 * m->delay
				       : RETRY_MAX;
	m->next_try = s->now + sim_between(s, m->delay / 2, m->delay);
	session_drop(s);
	m->state = CHILD_ENDING;
	queue_close(s, why);
	if (m->current != NULL)
		sim_at(s, s->now + LAST_CALL, session_last, NULL, m->session);
	else
		session_ended(s, why);
}

void
child_ended(struct sim *s, uint64_t session, const char *why)
{
	struct child *m = &s->child;

	if (m->ready && m->session == session &&
	    (m->state == CHILD_CONNECTING || m->state == CHILD_SUBSCRIBED))
		session_end(s, why);
}

static void
session_silent(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	if (s->child.stream == n && n != 0 && s->master.stream == n &&
	    s->master.silent)
		child_ended(s, s->child.session, "silent for too long");
}

void
child_event(struct sim *s, uint64_t session, const void *frame, size_t len)
{
	if (s->child.ready && s->child.session == session &&
	    s->child.state != CHILD_ENDING)
		host_frame(s, frame, len);
}

void
child_subscribed(struct sim *s, uint64_t session, uint64_t stream,
    const char *framework)
{
	struct child *m = &s->child;
	struct frame_writer w;

	if (!m->ready || m->session != session)
		return;
	m->state = CHILD_SUBSCRIBED;
	m->stream = stream;
	m->since = s->now;
	strlcpy(m->framework, framework, sizeof(m->framework));
	frame_begin(&w, MSG_SUBSCRIBED, 0);
	frame_put_str(&w, framework);
	frame_put_u64(&w, 15000);
	frame_put_str(&w, "1.11.0");
	child_report(s, &w);
}

static void
session_connect(struct sim *s, void *data, uint64_t n)
{
	struct child *m = &s->child;
	struct subscribe *sub;

	(void)data;
	if (m->state != CHILD_WAITING || m->session != n)
		return;
	m->state = CHILD_CONNECTING;
	sub = xcalloc(1, sizeof(*sub));
	sub->session = m->session;
	strlcpy(sub->framework, m->framework, sizeof(sub->framework));
	sub->suppressed = m->suppressed;
	sim_at(s, s->now + sim_between(s, 2, 60), master_subscribe, sub, 0);
}

static void
session_subscribe(struct sim *s, const struct mcall *c)
{
	struct child *m = &s->child;

	if (m->state == CHILD_CONNECTING || m->state == CHILD_SUBSCRIBED)
		m->next_try = 0;
	session_drop(s);
	m->state = CHILD_WAITING;
	queue_close(s, "subscribing anew");
	queue_abort(s, "subscribing anew");
	strlcpy(m->framework, c->framework, sizeof(m->framework));
	m->suppressed = c->suppressed;
	sim_at(s, m->next_try, session_connect, NULL, m->session);
}

static void flight_arrive(struct sim *s, void *data, uint64_t n);

static void
queue_send(struct sim *s)
{
	struct child *m = &s->child;
	size_t i;

	for (i = 0; i < s->nflights && s->flights[i].call != NULL; i++)
		continue;
	if (i == s->nflights) {
		s->flights = reallocarray(s->flights, ++s->nflights,
		    sizeof(*s->flights));
		if (s->flights == NULL)
			abort();
	}
	m->tries++;
	m->calls++;
	m->current->users++;
	s->flights[i] = (struct flight) { m->current, m->stream, m->calls };
	sim_at(s, pipe_time(s, &m->out, 1, 25), flight_arrive, NULL, i);
}

static void
queue_next(struct sim *s)
{
	struct child *m = &s->child;

	if (m->state != CHILD_SUBSCRIBED || m->current != NULL ||
	    m->nqueue == 0)
		return;
	m->current = m->queue[0];
	memmove(m->queue, m->queue + 1, --m->nqueue * sizeof(m->queue[0]));
	m->tries = 0;
	queue_send(s);
}

struct answer_letter {
	int status; /* 0: none */
	bool sent;
	char text[64];
};

static enum call_outcome
answer_outcome(const struct answer_letter *a)
{
	if (a->status == 202)
		return CALL_DONE;
	if (a->status == 500)
		return CALL_UNKNOWN;
	if (a->status != 0)
		return CALL_REFUSED;
	return a->sent ? CALL_UNKNOWN : CALL_UNSENT;
}

/* Whether the stream cannot go on after such an answer. */
static bool
answer_ends_stream(uint16_t type, enum call_outcome outcome, int status)
{
	if (outcome == CALL_DONE)
		return false;
	if (outcome != CALL_REFUSED || status >= 500 || status == 400)
		return true;
	return type != MSG_KILL && type != MSG_ACKNOWLEDGE &&
	    type != MSG_RECONCILE;
}

static void
child_answered(struct sim *s, void *data, uint64_t n)
{
	struct answer_letter *a = data;
	struct child *m = &s->child;
	struct mcall *c = m->current;
	enum call_outcome outcome = answer_outcome(a);
	uint16_t type;

	if (!m->ready || m->calls != n || c == NULL)
		return;
	type = c->type;
	if (outcome == CALL_UNKNOWN && m->state == CHILD_SUBSCRIBED &&
	    m->tries == 1 && type != MSG_ACCEPT && type != MSG_TEARDOWN) {
		queue_send(s);
		return;
	}
	if (outcome == CALL_UNSENT && m->tries > 1)
		outcome = CALL_UNKNOWN;
	m->current = NULL;
	child_done(s, c, outcome, a->status, a->text);
	if (m->state == CHILD_ENDING)
		session_ended(s, "the stream has ended");
	else if (m->state == CHILD_SUBSCRIBED &&
	    answer_ends_stream(type, outcome, a->status))
		session_end(s, "a call failed");
	queue_next(s);
}

/* What becomes of a call on its way; the faults of calls are here. */
static void
flight_land(struct sim *s, const struct flight *f, struct answer_letter *a)
{
	bool launch = f->call->type == MSG_ACCEPT;
	const char *text = "";

	a->sent = true;
	if (!s->master.up) {
		a->sent = false;
		return;
	}
	if (fault_hits(s, launch ? FAULT_LAUNCH_LOST : FAULT_CALL_LOST))
		return;
	if (fault_hits(s, launch ? FAULT_LAUNCH_REFUSED : FAULT_CALL_REFUSED)) {
		a->status = rng_chance(&s->rng, 50) ? 503 : 500;
		return;
	}
	a->status = master_call(s, f->call, f->stream, &text);
	strlcpy(a->text, text, sizeof(a->text));
	if (fault_hits(s, launch ? FAULT_LAUNCH_UNHEARD : FAULT_CALL_UNHEARD))
		a->status = 0;
}

static void
flight_arrive(struct sim *s, void *data, uint64_t n)
{
	struct flight f = s->flights[n];
	struct answer_letter *a = xcalloc(1, sizeof(*a));

	(void)data;
	s->flights[n].call = NULL;
	flight_land(s, &f, a);
	mcall_free(f.call);
	sim_at(s, s->now + sim_between(s, 1, 25), child_answered, a, f.id);
}

void
child_flights_free(struct sim *s)
{
	size_t i;

	for (i = 0; i < s->nflights; i++)
		mcall_free(s->flights[i].call);
	free(s->flights);
}

static void
queue_add(struct sim *s, struct mcall *c)
{
	struct child *m = &s->child;

	if (m->state != CHILD_SUBSCRIBED || m->nqueue == 512) {
		child_done(s, c, CALL_UNSENT, 0, "not subscribed");
		return;
	}
	m->queue[m->nqueue++] = c;
	queue_next(s);
}

static void
child_receive(struct sim *s, void *data, uint64_t n)
{
	struct parcel *p = data;
	struct mcall *c;
	char err[256];

	(void)n;
	if (p->epoch != s->child.epoch || !s->child.ready)
		return;
	if ((c = wire_decode(p->bytes, p->len, err, sizeof(err))) == NULL) {
		sim_fail(s, "frame", "%s", err);
		return;
	}
	if (c->type != MSG_SUBSCRIBE) {
		queue_add(s, c);
		return;
	}
	session_subscribe(s, c);
	mcall_free(c);
}

void
child_send(struct sim *s, struct frame_writer *w)
{
	struct parcel *p;
	struct mcall *c;
	char err[256];

	if (frame_finish(w) == -1) {
		sim_fail(s, "frame", "too large");
		return;
	}
	if ((c = wire_decode(w->buf, w->len, err, sizeof(err))) == NULL)
		sim_fail(s, "frame", "%s", err);
	else
		check_action(s, c);
	mcall_free(c);
	p = malloc(sizeof(*p) + w->len);
	p->epoch = s->child.epoch;
	p->len = w->len;
	memcpy(p->bytes, w->buf, w->len);
	sim_at(s, pipe_time(s, &s->child.in, 0, 1), child_receive, p, 0);
}

static void
child_is_ready(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	if (s->child.epoch != n || !s->host.up)
		return;
	s->child.ready = true;
	host_child_ready(s);
}

void
child_start(struct sim *s, int64_t delay)
{
	sim_at(s, s->now + delay + sim_between(s, 50, 300), child_is_ready,
	    NULL, s->child.epoch);
}

void
child_die(struct sim *s)
{
	struct child *m = &s->child;
	size_t i;

	session_drop(s);
	for (i = 0; i < m->nqueue; i++)
		mcall_free(m->queue[i]);
	mcall_free(m->current);
	m->nqueue = 0;
	m->current = NULL;
	m->calls++;
	m->epoch++;
	m->ready = false;
	m->state = CHILD_IDLE;
	m->delay = 0;
	m->next_try = 0;
}

/* From fault.c: the stream stays open, and nothing comes any more. */
void
child_silence(struct sim *s)
{
	s->master.silent = true;
	sim_at(s, s->now + SILENCE, session_silent, NULL, s->master.stream);
}
