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
 * Part of the http process: evhttp takes connections only from a listening
 * socket, and a listening socket may be found by others. So each connection
 * has one of its own, which is shut before anybody else can be in its queue.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <unistd.h>

#include "private.h"

#define TRIES 8

static int
private_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/*
 * The kernel chooses an abstract name that is not in use. With a backlog of
 * zero one connection may wait: if ours was taken there is no other, and none
 * can come before the shutdown, after which none is accepted.
 */
static int
private_try(int listening, int connected)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(un);

	if (bind(listening, (struct sockaddr *)&un, sizeof(sa_family_t)) ==
		-1 ||
	    getsockname(listening, (struct sockaddr *)&un, &len) == -1 ||
	    listen(listening, 0) == -1 ||
	    connect(connected, (struct sockaddr *)&un, len) == -1 ||
	    shutdown(listening, SHUT_RD) == -1)
		return -1;
	return 0;
}

int
private_pair(int *listening, int *connected)
{
	int i, saved = 0, l, c;

	for (i = 0; i < TRIES; i++) {
		l = private_socket();
		c = l == -1 ? -1 : private_socket();
		if (c != -1 && private_try(l, c) == 0) {
			*listening = l;
			*connected = c;
			return 0;
		}
		saved = errno;
		if (l != -1)
			close(l);
		if (c != -1)
			close(c);
		/* Somebody else was there first: with another name. */
		if (saved != EAGAIN)
			break;
	}
	errno = saved;
	return -1;
}
