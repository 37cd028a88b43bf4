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
 * Settings of the HTTP interface. Whoever may listen on what is decided here:
 * an address is given by its numbers, so that no resolver can change it.
 */

#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "parser.h"

#define CONNECTIONS_MAX 65536

/* The address as the system writes it. Returns 0 or -1. */
static int
address_normalise(const char *text, char *buf, size_t size)
{
	unsigned char address[sizeof(struct in6_addr)];
	int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;

	if (inet_pton(family, text, address) != 1)
		return -1;
	return inet_ntop(family, address, buf, (socklen_t)size) == NULL ? -1
									: 0;
}

static void
port_parse(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	int64_t n = ps->conf->http.port;

	set_number(ps, pos, "port", &n, text, 1, 65535);
	ps->conf->http.port = (uint16_t)n;
}

void
set_listen(struct parser *ps, const struct conf_pos *pos, const char *address,
    const char *port)
{
	struct http_conf *h = &ps->conf->http;
	char buf[INET6_ADDRSTRLEN];

	if (!set_once(ps, pos, "listen"))
		return;
	if (port != NULL)
		port_parse(ps, pos, port);
	if (address == NULL) {
		free(h->address);
		h->address = NULL;
	} else if (address_normalise(address, buf, sizeof(buf)) == -1) {
		conf_error(ps, pos,
		    "listen: '%s' is neither 'any' nor an address by its "
		    "numbers, such as 127.0.0.1 or ::1",
		    address);
	} else {
		set_copy(ps, pos, &h->address, buf);
	}
}

void
set_http_port(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	if (!set_once(ps, pos, "listen"))
		return;
	ps->conf->http.on = true;
	port_parse(ps, pos, text);
}

void
set_http_user(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	if (strchr(text, ':') != NULL) {
		set_once(ps, pos, "user");
		conf_error(ps, pos, "user: cannot have a ':'");
		return;
	}
	set_string(ps, pos, "user", &ps->conf->http.user, text);
}

void
set_connections(struct parser *ps, const struct conf_pos *pos, const char *all,
    const char *one)
{
	struct http_conf *h = &ps->conf->http;
	int64_t n = 0, m = 0;

	if (!set_once(ps, pos, "connections"))
		return;
	set_number(ps, pos, "connections", &n, all, 1, CONNECTIONS_MAX);
	set_number(ps, pos, "connections", &m, one, 1, CONNECTIONS_MAX);
	if (n == 0 || m == 0)
		return;
	if (m > n) {
		conf_error(ps, pos,
		    "connections: %s of one address are more than %s of all",
		    one, all);
		return;
	}
	h->connections = (uint32_t)n;
	h->connections_address = (uint32_t)m;
}
