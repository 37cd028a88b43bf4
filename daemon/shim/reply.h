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

#ifndef SHIM_REPLY_H
#define SHIM_REPLY_H

#include <event2/http.h>
#include <stdbool.h>
#include <stddef.h>

/* A header of an answer that the Go framework did not know. */
struct reply_header {
	const char *name; /* NULL: the end */
	const char *value;
};

/* An answer, with its headers as the Go framework ordered them. */
struct reply {
	int code;
	bool api; /* of a route's handler: Api-Service */
	bool nosniff;
	const struct reply_header *more; /* or NULL */
	const char *type; /* NULL: without a body */
	const char *location;
	const char *body;
	size_t len;
	bool close; /* the connection is of no more use */
};

/* Sends it. The request is gone afterwards. */
void reply_send(struct evhttp_request *req, const struct reply *r);

/*
 * Begins an answer of that type whose end is not known, for chunks to follow.
 * The connection closes after it.
 */
void reply_begin(struct evhttp_request *req, const char *type);

/*
 * Whether the headers frame the request in one way only: NULL, or what is
 * wrong.
 */
const char *reply_check_framing(struct evhttp_request *req);

#endif
