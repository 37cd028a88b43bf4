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
 * The heap of a process, and when it is made smaller. Runs in every process
 * of kafkad.
 */

#include <malloc.h>
#include <stdbool.h>

#include "heap.h"

#define HEAP_MUCH ((size_t)512 * 1024)

static struct {
	struct event *trim; /* NULL: nothing is done */
	size_t used; /* since it was trimmed */
	size_t looked; /* of that, when we looked last */
} heap;

/* In a second; and in another one, if it is not over by then. */
static void
heap_look(void)
{
	const struct timeval tv = { 1, 0 };

	heap.looked = heap.used;
	evtimer_add(heap.trim, &tv);
}

static void
heap_trim_cb(evutil_socket_t fd, short what, void *arg)
{
	bool again = heap.used - heap.looked >= HEAP_MUCH;

	(void)fd;
	(void)what;
	(void)arg;
	malloc_trim(0);
	heap.used = 0;
	if (again)
		heap_look();
}

void
heap_open(struct event_base *base)
{
	heap.trim = evtimer_new(base, heap_trim_cb, NULL);
}

void
heap_close(void)
{
	if (heap.trim != NULL)
		event_free(heap.trim);
	heap.trim = NULL;
	heap.used = 0;
}

void
heap_used(size_t bytes)
{
	heap.used += bytes;
	if (heap.used >= HEAP_MUCH && heap.trim != NULL &&
	    !evtimer_pending(heap.trim, NULL))
		heap_look();
}
