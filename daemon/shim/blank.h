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

#ifndef SHIM_BLANK_H
#define SHIM_BLANK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Looks for the end of the headers of a request in a stream of bytes: a line
 * without anything in it. It serves the time limits, and finds a NUL byte among
 * them; what a request is, evhttp says. An empty one is all zero.
 */
struct blank {
	bool line; /* the last byte, but for a CR, ended a line */
	bool cr; /* a CR came after it */
};

/*
 * Takes n bytes, up to the end of the first empty line among them. Returns
 * how many were taken, and whether the empty line was among them; nul: a NUL
 * byte was.
 */
size_t blank_take(struct blank *b, const char *p, size_t n, bool *found,
    bool *nul);

#endif
