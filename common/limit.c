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
 * A bound on what others can make a process log. A timer ends the second, so
 * that the number of those left out is told when nothing more follows.
 */

#include <event2/event.h>
#include <stdlib.h>

#include "limit.h"
#include "log.h"

struct limit {
	const char *what;
	unsigned int max;
	unsigned int n; /* in this second */
	unsigned int left_out;
	struct event *end; /* of the second; pending while n > 0 */
};

static void
limit_tell(struct limit *l)
{
	if (l->left_out > 0)
		log_warnx("%u more %s, not logged one by one", l->left_out,
		    l->what);
	l->n = l->left_out = 0;
}

static void
limit_end_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	limit_tell(arg);
}

struct limit *
limit_new(struct event_base *base, const char *what, unsigned int max)
{
	struct limit *l;

	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	l->what = what;
	l->max = max;
	if ((l->end = evtimer_new(base, limit_end_cb, l)) == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

bool
limit_take(struct limit *l)
{
	struct timeval second = { .tv_sec = 1 };

	if (l == NULL)
		return true;
	if (l->n >= l->max) {
		l->left_out++;
		return false;
	}
	/* Without an end the second would last for ever. */
	if (l->n > 0 || evtimer_add(l->end, &second) == 0)
		l->n++;
	return true;
}

void
limit_free(struct limit *l)
{
	if (l == NULL)
		return;
	limit_tell(l);
	event_free(l->end);
	free(l);
}
