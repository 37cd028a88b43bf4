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

#ifndef MESOS_HTTP_H
#define MESOS_HTTP_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings.h"
#include "master.h"

#define HTTP_TEXT_SIZE 512
#define HTTP_STREAM_ID_SIZE 129

/* libcurl's multi interface on an event loop. */
struct http;

/* One request under way. */
struct http_transfer;

/* How a transfer ended. Texts are valid during the callback only. */
struct http_answer {
	long status; /* of HTTP, 0 if there was none */
	const char *error; /* NULL if it came to its end, else for people */
	bool act; /* the error is not one that passes by itself */
	bool timed_out;
	bool sent; /* a byte of the body was handed out */
	const char *text; /* the beginning of a body that is not for data() */
	const char *location; /* or NULL */
};

enum http_verdict { HTTP_GO_ON, HTTP_PAUSE, HTTP_STOP };

/* body and arg must stay valid until the transfer has ended. */
struct http_request {
	const struct master_addr *to;
	const char *stream_id; /* NULL: none */
	const char *body;
	uint64_t timeout; /* ms, of all of it; 0: none */
	bool fresh; /* on a connection of its own */
	/*
	 * Takes a piece of the body of a 200 answer; NULL if it is only text.
	 * HTTP_PAUSE: the same piece comes again after http_unpause().
	 * HTTP_STOP ends the transfer. Must not call functions of this header
	 * but http_stream_id().
	 */
	enum http_verdict (*data)(void *arg, const char *p, size_t len);
	/* It has ended; the transfer is freed afterwards. */
	void (*done)(void *arg, const struct http_answer *answer);
	void *arg;
};

/* Returns NULL without memory. conf must stay valid. */
struct http *http_new(struct event_base *base,
    const struct mesos_settings *conf);
/* All transfers must have ended or been cancelled. */
void http_free(struct http *h);

/* Starts a request. What libcurl cannot even begin is fatal. */
struct http_transfer *http_start(struct http *h,
    const struct http_request *req);
/* Ends a transfer without calling done(). */
void http_cancel(struct http_transfer *t);
/* Whether a byte of the body was handed out. */
bool http_sent(const struct http_transfer *t);
/* May call data(), and done() if that stops the transfer. */
void http_unpause(struct http_transfer *t);
/* The answer's Mesos-Stream-Id. Returns 0, or -1 if there is no good one. */
int http_stream_id(struct http_transfer *t, char *buf, size_t size);

#endif
