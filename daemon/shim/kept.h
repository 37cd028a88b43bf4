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

#ifndef SHIM_KEPT_H
#define SHIM_KEPT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Answers that may be given again, because nothing has changed since: each by
 * the id of its task, at most KEPT_MAX bytes together. The parent says when
 * something has changed; who asks it meanwhile cannot tell whether the answer
 * is from before. So an answer is kept only if the age is the same as when it
 * was asked for.
 */
struct kept;

#define KEPT_MAX (512 * 1024)

/* NULL without memory. */
struct kept *kept_new(void);
/* NULL is allowed. */
void kept_free(struct kept *k);

/* How often something has changed. */
uint64_t kept_age(const struct kept *k);
/* Something has: all is forgotten. */
void kept_changed(struct kept *k);

/* The answer, until something is put or changes; NULL: there is none. */
const char *kept_find(const struct kept *k, const char *id, size_t *len);

/*
 * Copies an answer that was asked for at that age. It may not be kept: what is
 * known already may be forgotten for it, too.
 */
void kept_put(struct kept *k, const char *id, uint64_t age, const char *body,
    size_t len);

#endif
