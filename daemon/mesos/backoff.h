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

#ifndef MESOS_BACKOFF_H
#define MESOS_BACKOFF_H

#include <stdint.h>

/*
 * How long to wait before the next try: twice as long after each failure, up
 * to a maximum, and spread by a random number, so that many clients of a
 * master that comes back do not all come at once. Pure: the caller brings
 * the random number. All times in ms.
 */
struct backoff {
	uint64_t base;
	uint64_t max;
	unsigned int failures;
};

/* A base of 0 is taken as 1, a maximum below the base as the base. */
void backoff_init(struct backoff *b, uint64_t base, uint64_t max);

/*
 * The delay after one more failure: between half of d and d, where d is
 * base * 2^failures, at most max. random may be any number.
 */
uint64_t backoff_next(struct backoff *b, uint32_t random);

/* The longest delay, spread too: for what only a person can mend. */
uint64_t backoff_longest(const struct backoff *b, uint32_t random);

void backoff_reset(struct backoff *b);

#endif
