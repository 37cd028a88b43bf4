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

#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "line.h"

/* A connection to kafkad. */
struct ctl_client {
	int fd;
	char *buf; /* LINE_REPLY_MAX + 3 bytes, so that a line can be ended */
	size_t len; /* bytes in buf */
	size_t used; /* of them, by the lines that were returned */
};

#define CTL_FOREVER (-1)

/*
 * Where kafkad is to be found: $KAFKAD_SOCKET, or the system's socket, or,
 * without root and when that does not exist, the one of a kafkad that runs
 * as this user. Returns 0, or -1 if no name fits into buf.
 */
int ctl_default_socket(char *buf, size_t size);

/*
 * All return 0, or -1 and a sentence in err. The timeout, in ms and above 0, is
 * that of connecting, and then of each time that something is sent: a kafkad
 * that hangs has no room for either at last. errno tells why no connection was
 * had.
 */
int ctl_connect(struct ctl_client *c, const char *path, int timeout, char *err,
    size_t size);
int ctl_send(struct ctl_client *c, const char *line, char *err, size_t size);

/*
 * Waits for one line of a reply, at most timeout ms. Its text is valid until
 * the next call. When the time is over errno is ETIMEDOUT, and one may go on
 * waiting.
 */
int ctl_receive(struct ctl_client *c, int timeout, struct line_reply *r,
    char *err, size_t size);

void ctl_close(struct ctl_client *c);

/* ms of a clock that never goes back. */
int64_t ctl_now(void);

#endif
