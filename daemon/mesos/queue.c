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
 * Part of the mesos process: the calls on their way. The parent must be told
 * truly what became of each: that a master refused it, that nothing of it was
 * sent, or that nobody knows. A launch must never be sent twice.
 */

#include <sys/queue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "killpoint.h"
#include "log.h"
#include "call.h"
#include "queue.h"

#define WAITING_MAX ((size_t)64 * 1024 * 1024) /* bytes */

struct queue_call {
	uint32_t id;
	uint16_t type;
	char *body;
	size_t len;
	unsigned int tries;
	TAILQ_ENTRY(queue_call) entry;
};

TAILQ_HEAD(queue_calls, queue_call);

struct queue {
	struct http *http;
	uint64_t timeout;
	const struct queue_ops *ops;
	void *arg;
	struct queue_calls waiting;
	size_t bytes; /* in waiting */
	struct queue_call *current;
	struct http_transfer *transfer;
	bool open;
	struct master_addr to;
	char stream_id[HTTP_STREAM_ID_SIZE];
};

static void queue_done_cb(void *arg, const struct http_answer *answer);

struct queue *
queue_new(struct http *http, uint64_t timeout, const struct queue_ops *ops,
    void *arg)
{
	struct queue *q;

	if ((q = calloc(1, sizeof(*q))) == NULL)
		return NULL;
	q->http = http;
	q->timeout = timeout;
	q->ops = ops;
	q->arg = arg;
	TAILQ_INIT(&q->waiting);
	return q;
}

static void
queue_call_free(struct queue_call *c)
{
	if (c == NULL)
		return;
	free(c->body);
	free(c);
}

static struct queue_call *
queue_take(struct queue *q)
{
	struct queue_call *c = TAILQ_FIRST(&q->waiting);

	if (c != NULL) {
		TAILQ_REMOVE(&q->waiting, c, entry);
		q->bytes -= c->len;
	}
	return c;
}

void
queue_free(struct queue *q)
{
	struct queue_call *c;

	if (q == NULL)
		return;
	http_cancel(q->transfer);
	queue_call_free(q->current);
	while ((c = queue_take(q)) != NULL)
		queue_call_free(c);
	free(q);
}

static void
queue_answer(struct queue *q, struct queue_call *c, enum call_outcome outcome,
    long status, const char *text)
{
	q->ops->answer(q->arg, c->id, outcome, status, text);
	queue_call_free(c);
}

static void
queue_send(struct queue *q, bool fresh)
{
	struct http_request req;

	memset(&req, 0, sizeof(req));
	req.to = &q->to;
	req.stream_id = q->stream_id;
	req.body = q->current->body;
	req.timeout = q->timeout;
	req.fresh = fresh;
	req.done = queue_done_cb;
	req.arg = q;
	q->current->tries++;
	KILLPOINT_OF(CALL_SEND, q->current->type);
	q->transfer = http_start(q->http, &req);
}

static void
queue_next(struct queue *q)
{
	if (!q->open || q->current != NULL ||
	    (q->current = queue_take(q)) == NULL)
		return;
	queue_send(q, false);
}

/* Whether an answer says that our subscription is not the one in force. */
static bool
queue_answer_is_lost(const struct http_answer *a)
{
	if (a->status == 307)
		return true;
	if (a->status == 403)
		return strstr(a->text, "not subscribed") != NULL;
	return a->status == 400 &&
	    (strstr(a->text, "stream ID") != NULL ||
		strstr(a->text, "Mesos-Stream-Id") != NULL ||
		strstr(a->text, "Framework cannot be found") != NULL);
}

/* What to tell the parent of a transfer that came to its end, or not. */
static enum call_outcome
queue_outcome(const struct queue_call *c, const struct http_answer *a)
{
	/* The status is the answer, even if its text did not arrive whole. */
	if (a->status == 202 || a->status == 200)
		return CALL_DONE;
	/* Mesos may have acted before it failed, or before a proxy gave up. */
	if (a->status == 500 || a->status == 502 || a->status == 504)
		return CALL_UNKNOWN;
	if (a->status != 0)
		return CALL_REFUSED;
	return a->sent || c->tries > 1 ? CALL_UNKNOWN : CALL_UNSENT;
}

/*
 * Whether such an end of a call leaves open what the master holds to be
 * ours: an offer that it does not give to anybody, or offers that it does not
 * send. Only a new subscription clears that up, and repeats the call, too.
 */
static bool
queue_is_in_doubt(uint16_t type, enum call_outcome outcome,
    const struct http_answer *a)
{
	if (outcome == CALL_DONE)
		return false;
	if (outcome != CALL_REFUSED || a->status < 400 || a->status >= 500)
		return true;
	/* Refused for what they say, they would be so again and again. */
	return type != MSG_KILL && type != MSG_ACKNOWLEDGE &&
	    type != MSG_RECONCILE;
}

/* The stream cannot go on after such an end of a call. */
static void
queue_lost(struct queue *q, uint16_t type, const struct http_answer *a)
{
	char text[HTTP_TEXT_SIZE];

	if (a->status == 307) {
		q->ops->lost(q->arg, "the master no longer leads");
		return;
	}
	snprintf(text, sizeof(text), "call %s failed: %s", msg_info(type)->name,
	    a->status == 0 && a->error != NULL ? a->error : a->text);
	q->ops->lost(q->arg, text);
}

static void
queue_done_cb(void *arg, const struct http_answer *a)
{
	struct queue *q = arg;
	struct queue_call *c = q->current;
	enum call_outcome outcome = queue_outcome(c, a);
	uint16_t type = c->type;

	KILLPOINT_OF(CALL_RECEIVE, type);
	q->transfer = NULL;
	/* A kept-alive connection may just have died: that harms only once. */
	if (outcome == CALL_UNKNOWN && q->open && c->tries == 1 &&
	    call_idempotent(c->type) && !a->timed_out) {
		queue_send(q, true);
		return;
	}
	q->current = NULL;
	if (outcome != CALL_DONE && a->status != 0)
		log_warnx("call %s: answer %ld %s", msg_info(c->type)->name,
		    a->status, a->text);
	else if (outcome != CALL_DONE)
		log_warnx("call %s: %s", msg_info(c->type)->name,
		    a->error == NULL ? "no answer" : a->error);
	queue_answer(q, c, outcome, a->status,
	    a->status == 0 && a->error != NULL ? a->error : a->text);
	if (!q->open)
		q->ops->idle(q->arg);
	else if (queue_answer_is_lost(a) || queue_is_in_doubt(type, outcome, a))
		queue_lost(q, type, a);
	KILLPOINT_OF(CALL_RECEIVED, type);
	queue_next(q);
}

void
queue_open(struct queue *q, const struct master_addr *to, const char *stream_id)
{
	q->to = *to;
	strlcpy(q->stream_id, stream_id, sizeof(q->stream_id));
	q->open = true;
}

void
queue_close(struct queue *q, const char *why)
{
	struct queue_call *c;

	q->open = false;
	while ((c = queue_take(q)) != NULL)
		queue_answer(q, c, CALL_UNSENT, 0, why);
}

void
queue_abort(struct queue *q, const char *why)
{
	struct queue_call *c = q->current;
	bool sent;

	if (c == NULL)
		return;
	sent = c->tries > 1 || http_sent(q->transfer);
	http_cancel(q->transfer);
	q->transfer = NULL;
	q->current = NULL;
	queue_answer(q, c, sent ? CALL_UNKNOWN : CALL_UNSENT, 0, why);
}

bool
queue_is_busy(const struct queue *q)
{
	return q->current != NULL;
}

void
queue_add(struct queue *q, uint32_t id, uint16_t type, char *body)
{
	struct queue_call *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		fatalx("no memory for a call");
	c->id = id;
	c->type = type;
	c->body = body;
	c->len = strlen(body);
	if (!q->open) {
		queue_answer(q, c, CALL_UNSENT, 0, "not subscribed");
		return;
	}
	if (c->len > WAITING_MAX - q->bytes) {
		queue_answer(q, c, CALL_UNSENT, 0, "too many calls wait");
		return;
	}
	TAILQ_INSERT_TAIL(&q->waiting, c, entry);
	q->bytes += c->len;
	queue_next(q);
}
