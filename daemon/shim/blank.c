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
 * Part of the http process: where the headers of a request end. Pure.
 */

#include "blank.h"

size_t
blank_take(struct blank *b, const char *p, size_t n, bool *found, bool *nul)
{
	size_t i;

	*found = false;
	*nul = false;
	for (i = 0; i < n; i++) {
		if (p[i] == '\n') {
			*found = b->line;
			b->line = true;
			b->cr = false;
			if (*found)
				return i + 1;
		} else if (p[i] == '\r' && b->line && !b->cr) {
			b->cr = true;
		} else {
			b->line = false;
			b->cr = false;
			*nul |= p[i] == '\0';
		}
	}
	return n;
}
