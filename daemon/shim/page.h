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

#ifndef SHIM_PAGE_H
#define SHIM_PAGE_H

#include <stdint.h>

#include "grow.h"
#include "news.h"
#include "samples.h"
#include "status.h"

/* The files of daemon/shim/page/, as they are; page.html has @marks@. */
extern const char page_html[], page_css[], page_js[], page_svg[];

/* What the page is made of. */
struct page {
	const struct status *status;
	const struct news *news;
	const struct samples *samples;
	const char *token; /* for those who may change things, else NULL */
	int64_t now; /* s since 1970 */
	int64_t news_since; /* when the first news could have come */
};

/* Adds the page. All that comes from elsewhere is escaped. */
void page_render(struct grow *g, const struct page *p);

/* Adds a page of its own for an instance, and what became of it. */
void page_render_past(struct grow *g, const char *instance,
    const struct news *past);

#endif
