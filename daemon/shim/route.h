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

#ifndef SHIM_ROUTE_H
#define SHIM_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a request asks for: the routes of the Go framework, matched as its
 * router did it, on the cleaned and percent-decoded path, and ours beside
 * them, matched in the same way.
 */
enum route_what {
	ROUTE_BAD, /* no URI */
	ROUTE_MOVED, /* the path is not clean: see location */
	ROUTE_UNKNOWN,
	ROUTE_METHOD, /* known, but not with this method */
	ROUTE_CONTAINER,
	ROUTE_SCALE,
	ROUTE_REFLATE,
	ROUTE_KILL,
	/* Not of the Go framework: from here on. */
	ROUTE_METRICS,
	ROUTE_HEALTH,
	ROUTE_READY,
	ROUTE_PAGE,
	ROUTE_STYLE,
	ROUTE_SCRIPT,
	ROUTE_ICON,
	ROUTE_EVENTS,
	ROUTE_PAST,
	ROUTE_DO
};

enum route_method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_CONNECT,
	METHOD_OTHER
};

#define ROUTE_ID_MAX 256 /* with the NUL */
#define ROUTE_COUNT_MAX 1000

struct route {
	enum route_what what;
	const char *service; /* of SCALE and REFLATE */
	const char *verb; /* of DO: the command */
	bool good; /* there is a command: the id, or the count, is one */
	char id[ROUTE_ID_MAX]; /* of CONTAINER and KILL; of DO and PAST, what */
	uint32_t count;
	char *location; /* of MOVED: path and query */
	const char *allow; /* of METHOD: the others; NULL: they are not told */
};

/*
 * Finds the route of a method and a URI as it stands in the request line.
 * Returns 0, or -1 without memory.
 */
int route_parse(enum route_method method, const char *uri, struct route *r);
void route_free(struct route *r);

/*
 * Writes the command line for the daemon: user (NULL: none) and address are
 * for its log, and made harmless. Only for a good route that has a command.
 * Returns false if it does not fit.
 */
bool route_command(const struct route *r, const char *user, const char *address,
    char *buf, size_t size);

/*
 * Whether a browser says that it sends the request on behalf of another site.
 * Without TLS many do not say it of a GET. The values
 * of the headers Host, Origin and Sec-Fetch-Site; NULL: there is none.
 */
bool route_cross_site(const char *host, const char *origin,
    const char *fetch_site);

/*
 * Whether a page that a browser has got from a name, not from an address,
 * sends the request. Whoever owns the name may have made it mean this host
 * after that (DNS rebinding): the page may be a stranger's, though all of the
 * headers are right.
 */
bool route_of_named_site(const char *host, const char *origin,
    const char *fetch_site);

#endif
