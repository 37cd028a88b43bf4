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
 * Part of the http process: text that grows. Pure. How much comes is for the
 * caller to bound.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

void
grow_add(struct grow *g, const char *s, size_t n)
{
	size_t size = g->size;
	char *p;

	while (size - g->len < n + 1)
		size = size == 0 ? 1024 : size * 2;
	if (!g->failed && size != g->size) {
		if ((p = realloc(g->p, size)) == NULL) {
			g->failed = true;
			return;
		}
		g->p = p;
		g->size = size;
	}
	if (g->failed)
		return;
	memcpy(g->p + g->len, s, n);
	g->len += n;
	g->p[g->len] = '\0';
}

void
grow_str(struct grow *g, const char *s)
{
	grow_add(g, s, strlen(s));
}

void
grow_printf(struct grow *g, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	grow_str(g, text);
}

void
grow_html(struct grow *g, const char *s)
{
	static const char marks[] = "&<>\"'";
	static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&#34;",
		"&#39;" };
	size_t n;

	for (;; s++) {
		n = strcspn(s, marks);
		grow_add(g, s, n);
		s += n;
		if (*s == '\0')
			break;
		grow_str(g, names[strchr(marks, *s) - marks]);
	}
}

char *
grow_take(struct grow *g, size_t *len)
{
	char *p;

	grow_add(g, "", 0);
	p = g->p;
	if (g->failed) {
		free(p);
		p = NULL;
	}
	if (len != NULL)
		*len = g->len;
	memset(g, 0, sizeof(*g));
	return p;
}
