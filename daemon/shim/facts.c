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
 * Part of the http process: the daemon's status, asked for on behalf of
 * everybody who looks. Clients that need no credentials are among those, so
 * that no more than one such question waits for its answer. A daemon that is
 * silent gets another one when the one before was given up, LINES_TIMEOUT
 * later, while its place among the lines is kept: LINES_MAX is the end of it.
 */

#include <sys/queue.h>

#include <stdbool.h>
#include <stdlib.h>

#include "clock.h"
#include "facts.h"
#include "log.h"

struct facts_wait {
	facts_cb cb;
	void *arg;
	TAILQ_ENTRY(facts_wait) entry;
};

struct facts {
	struct lines *lines;
	void (*seen)(void *arg, const struct status *s);
	void *arg; /* of seen */
	struct lines_ask *ask; /* without an answer */
	struct status *last; /* or NULL */
	int64_t at; /* when it was asked for */
	int64_t asked; /* the same, of the one without an answer */
	TAILQ_HEAD(, facts_wait) waits;
};

/* Those who ask meanwhile ask anew. */
static void
facts_tell(struct facts *f, const struct status *s, int code, const char *why)
{
	TAILQ_HEAD(, facts_wait) waits = TAILQ_HEAD_INITIALIZER(waits);
	struct facts_wait *w;

	TAILQ_CONCAT(&waits, &f->waits, entry);
	while ((w = TAILQ_FIRST(&waits)) != NULL) {
		TAILQ_REMOVE(&waits, w, entry);
		if (w->cb != NULL)
			w->cb(w->arg, s, code, why);
		free(w);
	}
}

static void
facts_reply_cb(void *arg, int code, const char *text, const char *data)
{
	struct facts *f = arg;
	struct status *s;

	f->ask = NULL;
	if (code != 200) {
		facts_tell(f, NULL, code >= 400 ? code : 502, text);
		return;
	}
	if ((s = status_parse(data)) == NULL) {
		log_warnx("the daemon's status cannot be read");
		facts_tell(f, NULL, 502, "the daemon's status cannot be read");
		return;
	}
	status_free(f->last);
	f->last = s;
	f->at = f->asked;
	f->seen(f->arg, s);
	facts_tell(f, s, 200, "");
	status_drop_instances(s);
}

struct facts *
facts_new(struct lines *lines, void (*seen)(void *arg, const struct status *s),
    void *arg)
{
	struct facts *f;

	if ((f = calloc(1, sizeof(*f))) == NULL)
		return NULL;
	TAILQ_INIT(&f->waits);
	f->lines = lines;
	f->seen = seen;
	f->arg = arg;
	return f;
}

void
facts_free(struct facts *f)
{
	struct facts_wait *w;

	if (f == NULL)
		return;
	if (f->ask != NULL)
		lines_forget(f->ask);
	while ((w = TAILQ_FIRST(&f->waits)) != NULL) {
		TAILQ_REMOVE(&f->waits, w, entry);
		free(w);
	}
	status_free(f->last);
	free(f);
}

const struct status *
facts_last(const struct facts *f, int64_t age)
{
	return f->last != NULL && clock_now() - f->at < age ? f->last : NULL;
}

struct facts_wait *
facts_ask(struct facts *f, facts_cb cb, void *arg)
{
	struct facts_wait *w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	if (f->ask == NULL) {
		f->asked = clock_now();
		f->ask =
		    lines_send(f->lines, "as - - status", facts_reply_cb, f);
	}
	if (f->ask == NULL) {
		free(w);
		return NULL;
	}
	w->cb = cb;
	w->arg = arg;
	TAILQ_INSERT_TAIL(&f->waits, w, entry);
	return w;
}

/* Its place is kept, as the list it is in may be gone through just now. */
void
facts_forget(struct facts_wait *w)
{
	w->cb = NULL;
}
