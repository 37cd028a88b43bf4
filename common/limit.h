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

#ifndef COMMON_LIMIT_H
#define COMMON_LIMIT_H

#include <stdbool.h>

struct event_base;

/*
 * Lines of the log that anybody from outside can cause: so many a second, of
 * the others their number. So nobody fills a disk by being refused.
 */
struct limit;

/*
 * what is said of those left out: "refused requests"; it must stay valid.
 * Returns NULL without memory, which the others take for no limit.
 */
struct limit *limit_new(struct event_base *base, const char *what,
    unsigned int max);

/*
 * Whether one more may be logged in this second, which began with the first
 * one; if not it is counted, and told of when the second is over.
 */
bool limit_take(struct limit *l);

/* Tells of those that were left out. NULL is allowed. */
void limit_free(struct limit *l);

#endif
