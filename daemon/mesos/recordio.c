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
 * Part of the mesos process: the decoder of RecordIO. Its input comes from
 * the network and is not trusted at all: a length is bounded before memory
 * is asked for, and memory grows with what really arrived.
 */

#include <sys/types.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "recordio.h"

#define DIGITS_MAX 12 /* of a length */
#define KEEP_MAX ((size_t)64 * 1024) /* of an empty buffer */

struct recordio {
	size_t limit;
	recordio_cb cb;
	void *arg;
	bool in_body;
	size_t digits;
	size_t want; /* length of the record */
	char *buf;
	size_t have; /* bytes of it in buf */
	size_t size;
};

struct recordio *
recordio_new(size_t limit, recordio_cb cb, void *arg)
{
	struct recordio *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->limit = limit;
	r->cb = cb;
	r->arg = arg;
	return r;
}

void
recordio_free(struct recordio *r)
{
	if (r == NULL)
		return;
	free(r->buf);
	free(r);
}

/* Takes one byte of the length line. */
static int
recordio_feed_length(struct recordio *r, char c, const char **why)
{
	if (c == '\n') {
		if (r->digits == 0) {
			*why = "a record without a length";
			return -1;
		}
		r->in_body = true;
		return 0;
	}
	if (c < '0' || c > '9') {
		*why = "garbage where the length of a record belongs";
		return -1;
	}
	if (++r->digits > DIGITS_MAX) {
		*why = "the length of a record has too many digits";
		return -1;
	}
	r->want = r->want * 10 + (size_t)(c - '0');
	if (r->want > r->limit) {
		*why = "a record is too long";
		return -1;
	}
	return 0;
}

static int
recordio_grow(struct recordio *r, size_t need)
{
	size_t size = r->size == 0 ? 4096 : r->size;
	char *p;

	if (need <= r->size)
		return 0;
	while (size < need)
		size *= 2;
	if ((p = realloc(r->buf, size)) == NULL)
		return -1;
	r->buf = p;
	r->size = size;
	return 0;
}

/* The record is complete, in p. */
static int
recordio_deliver(struct recordio *r, const char *p)
{
	int rv = r->cb(r->arg, p, r->want);

	if (r->size > KEEP_MAX) {
		free(r->buf);
		r->buf = NULL;
		r->size = 0;
	}
	r->in_body = false;
	r->digits = r->want = r->have = 0;
	return rv;
}

/* Takes what belongs to the record. Returns the bytes used, or -1. */
static ssize_t
recordio_feed_body(struct recordio *r, const char *p, size_t len,
    const char **why)
{
	size_t n = r->want - r->have;

	if (r->have == 0 && n <= len)
		return recordio_deliver(r, p) == -1 ? -1 : (ssize_t)n;
	if (n > len)
		n = len;
	if (recordio_grow(r, r->have + n) == -1) {
		*why = "no memory for a record";
		return -1;
	}
	memcpy(r->buf + r->have, p, n);
	r->have += n;
	if (r->have == r->want && recordio_deliver(r, r->buf) == -1)
		return -1;
	return (ssize_t)n;
}

int
recordio_feed(struct recordio *r, const char *p, size_t len, const char **why)
{
	ssize_t n;

	*why = NULL;
	while (len > 0) {
		if (!r->in_body) {
			if (recordio_feed_length(r, *p, why) == -1)
				return -1;
			p++;
			len--;
			/* An empty record is there with its length. */
			if (!r->in_body || r->want != 0)
				continue;
		}
		if ((n = recordio_feed_body(r, p, len, why)) == -1)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}
