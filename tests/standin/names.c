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
 * names: a server of names for tests, at ADDRESS port 53. It knows one name,
 * which is 127.0.0.1's; of others it says that there are none.
 */

#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void
names_cb(struct evdns_server_request *req, void *arg)
{
	const struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	const char *name = arg;
	int i, error = DNS_ERR_NOTEXIST;

	for (i = 0; i < req->nquestions; i++) {
		const struct evdns_server_question *q = req->questions[i];

		if (strcasecmp(q->name, name) != 0)
			continue;
		error = DNS_ERR_NONE;
		if (q->type == EVDNS_TYPE_A)
			evdns_server_request_add_a_reply(req, q->name, 1,
			    &loopback, 0);
	}
	evdns_server_request_respond(req, error);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(53) };
	struct event_base *base;
	int fd;

	if (argc != 3 || inet_pton(AF_INET, argv[1], &in.sin_addr) != 1)
		errx(2, "usage: names ADDRESS NAME");
	if ((fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&in, sizeof(in)) == -1)
		err(1, "%s", argv[1]);
	if ((base = event_base_new()) == NULL ||
	    evdns_add_server_port_with_base(base, fd, 0, names_cb, argv[2]) ==
		NULL)
		errx(1, "no memory");
	puts("ready");
	fflush(stdout);
	return event_base_dispatch(base);
}
