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
 * Part of the mesos process: the delay between tries. Pure; it trusts its
 * arguments only as numbers and must never overflow or yield more than the
 * maximum.
 */

#include "backoff.h"

void
backoff_init(struct backoff *b, uint64_t base, uint64_t max)
{
	b->base = base == 0 ? 1 : base;
	b->max = max < b->base ? b->base : max;
	b->failures = 0;
}

/* Between half of d and d. */
static uint64_t
backoff_spread(uint64_t d, uint32_t random)
{
	uint64_t half = d / 2;

	return d - half + random % (half + 1);
}

uint64_t
backoff_next(struct backoff *b, uint32_t random)
{
	uint64_t d = b->base;
	unsigned int i;

	for (i = 0; i < b->failures && d < b->max; i++)
		d = d > b->max / 2 ? b->max : d * 2;
	if (d >= b->max)
		d = b->max;
	else
		b->failures++;
	return backoff_spread(d, random);
}

uint64_t
backoff_longest(const struct backoff *b, uint32_t random)
{
	return backoff_spread(b->max, random);
}

void
backoff_reset(struct backoff *b)
{
	b->failures = 0;
}
