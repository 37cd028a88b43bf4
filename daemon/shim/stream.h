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

#ifndef SHIM_STREAM_H
#define SHIM_STREAM_H

#include <event2/event.h>
#include <event2/http.h>
#include <stdint.h>

#include "news.h"

/*
 * News for browsers, as server-sent events: answers that do not end.
 */
struct streams;
struct stream;

#define STREAMS_MAX 64 /* at once, if there may be as many */
#define STREAMS_ADDRESS 8 /* of one address */
#define STREAM_BEAT 15 /* s between two signs of life */
#define STREAM_PENDING \
	65536 /* bytes that a client has not taken: then it ends */

/* The news must outlive it. NULL without memory. */
struct streams *streams_new(struct event_base *base, struct news *news);
/* When there is no stream any more. NULL is allowed. */
void streams_free(struct streams *s);

/* No more than so many from now on, in all and of one address. */
void streams_limit(struct streams *s, uint32_t all, uint32_t address);

/*
 * Begins to answer the request, of a client of that address. gone is called
 * when the answer has been ended from here, as the client does not read it;
 * then the stream is no more. Returns NULL, and the request is not answered,
 * if there are too many, or without memory.
 */
struct stream *stream_open(struct streams *s, struct evhttp_request *req,
    const char *address, void (*gone)(void *arg), void *arg);

/* The request is ended by whoever has it. */
void stream_close(struct stream *t);

#endif
