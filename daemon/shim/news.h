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

#ifndef SHIM_NEWS_H
#define SHIM_NEWS_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the daemon tells by its command watch: the last of it, and those who
 * want to hear more. Pure but for its callbacks.
 */
struct news;

#define NEWS_KEPT 50
#define NEWS_TEXT 512 /* bytes of one, with the NUL; the rest is cut */

/* One thing that happened; each has been made harmless (line_clean()). */
struct news_item {
	uint64_t number; /* from 1, in this process */
	char time[32]; /* RFC 3339 */
	char instance[64]; /* may be empty */
	char text[NEWS_TEXT];
	char who[128]; /* asked for it; may be empty */
	bool warn;
};

struct news *news_new(void); /* NULL without memory */
/* The data of a reply, each line as for news_add(); or NULL: none. */
struct news *news_of(const char *data);
void news_free(struct news *n); /* NULL is allowed; nobody follows any more */

/* A data line of watch, or of history. What is none is left out. */
void news_add(struct news *n, const char *data);

/* The i-th, 0 being the newest, or NULL if there are not so many. */
const struct news_item *news_get(const struct news *n, size_t i);

/* Somebody who follows; the caller owns it, between follow and leave. */
struct news_reader {
	void (*told)(void *arg, const struct news_item *item);
	void *arg;
	TAILQ_ENTRY(news_reader) entry;
};

/* told may leave, itself and nobody else. */
void news_follow(struct news *n, struct news_reader *r);
void news_leave(struct news *n, struct news_reader *r);

#endif
