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

#ifndef SHIM_GROW_H
#define SHIM_GROW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Text that grows. An empty one is all zero. It sticks at the first lack of
 * memory, so that only the end has to be looked at. p, ended by a NUL that len
 * does not count, is to be freed; NULL: nothing was added.
 */
struct grow {
	char *p;
	size_t len;
	size_t size;
	bool failed;
};

void grow_add(struct grow *g, const char *s, size_t n);
void grow_str(struct grow *g, const char *s);
/* At most 511 bytes of it. */
__attribute__((format(printf, 2, 3))) void grow_printf(struct grow *g,
    const char *fmt, ...);

/* As the text, or a quoted value, of HTML: marks stand for themselves there. */
void grow_html(struct grow *g, const char *s);

/*
 * The text, to be freed, and its length, which may be NULL; g is empty after
 * that. NULL without memory.
 */
char *grow_take(struct grow *g, size_t *len);

#endif
