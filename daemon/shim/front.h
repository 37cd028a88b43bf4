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

#ifndef SHIM_FRONT_H
#define SHIM_FRONT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "server.h"
#include "tls.h"

/*
 * What clients meet: it accepts them, limits their number, speaks TLS with
 * them, and passes the bytes on to the server behind.
 */
struct front;

/* Time limits in ms. */
struct front_limits {
	uint32_t connections; /* at once */
	uint32_t connections_address; /* of one address */
	int64_t handshake; /* of TLS */
	int64_t headers; /* from the first byte of a request to their end */
	int64_t request; /* the same, to the end of its body */
	int64_t idle; /* without a request */
	int64_t unread; /* for the client to take an answer */
	int64_t linger; /* for what it still sends after the last answer */
};

/* The time limits. How many there may be, kafkad.conf says. */
extern const struct front_limits front_limits_default;

/*
 * Serves a listening socket, which it owns from now on. tls may be NULL; it
 * and the server must outlive it. NULL without memory; fd stays open then.
 */
struct front *front_new(struct event_base *base, int fd, struct tls *tls,
    struct server *server, const struct front_limits *limits);
void front_free(struct front *f);

/* How many clients there are. */
uint32_t front_count(const struct front *f);

#endif
