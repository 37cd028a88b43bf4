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
 * bare: evhttp and nothing else, to compare with.
 *
 *	bare FILE <BODY
 *
 * Answers every request with what it has read, until it is ended. Writes its
 * port into the file when it listens.
 */

#include <err.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

static char body[65536];
static size_t len;

static void
request_cb(struct evhttp_request *req, void *arg)
{
	struct evbuffer *buf = arg;

	evbuffer_add(buf, body, len);
	evhttp_send_reply(req, 200, "OK", buf);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in in;
	socklen_t size = sizeof(in);
	struct evhttp_bound_socket *bound;
	struct event_base *base;
	struct evbuffer *buf;
	struct evhttp *http;
	FILE *f;

	if (argc != 2)
		errx(2, "usage: bare FILE");
	len = fread(body, 1, sizeof(body), stdin);
	base = event_base_new();
	buf = evbuffer_new();
	if (base == NULL || buf == NULL || (http = evhttp_new(base)) == NULL)
		errx(1, "no memory");
	evhttp_set_gencb(http, request_cb, buf);
	bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
	if (bound == NULL ||
	    getsockname(evhttp_bound_socket_get_fd(bound),
		(struct sockaddr *)&in, &size) == -1)
		err(1, "cannot listen");
	if ((f = fopen(argv[1], "w")) == NULL ||
	    fprintf(f, "%u\n", ntohs(in.sin_port)) < 0 || fclose(f) == EOF)
		err(1, "%s", argv[1]);
	event_base_dispatch(base);
	return 1;
}
