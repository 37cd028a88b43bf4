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

#ifndef TESTS_FAKE_CLIENT_H
#define TESTS_FAKE_CLIENT_H

#include "fake_daemon.h"

/* Connects. Returns the socket, which does not block. */
int fake_join(struct fake_daemon *d);
/* The same, and reads the greeting. */
int fake_greeted(struct fake_daemon *d);

/* Sends a string, all of which the socket must take. */
void fake_say(int fd, const char *s);

/*
 * The next line without its end, or "EOF"; valid until the next call. Runs the
 * daemon's loop until it is there.
 */
const char *fake_line(struct fake_daemon *d, int fd);
void fake_expect(struct fake_daemon *d, int fd, const char *want);

/* Runs the loop until the number, one of the daemon's, is reached. */
void fake_await(struct fake_daemon *d, const unsigned int *count,
    unsigned int want);

#endif
