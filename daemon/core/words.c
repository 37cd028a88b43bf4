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
 * Numbers as people say them, for what the core tells. Pure.
 */

#include <stdio.h>

#include "words.h"

const char *
words_time(int64_t ms, char buf[WORDS_SIZE])
{
	long long s = ms > 0 ? ms / 1000 + (ms % 1000 != 0) : 0;

	if (ms <= 0)
		snprintf(buf, WORDS_SIZE, "0s");
	else if (ms < 1000)
		snprintf(buf, WORDS_SIZE, "%lldms", (long long)ms);
	else if (s < 60)
		snprintf(buf, WORDS_SIZE, "%llds", s);
	else if (s < 3600)
		snprintf(buf, WORDS_SIZE, "%lldm%llds", s / 60, s % 60);
	else if (s < 24 * 3600)
		snprintf(buf, WORDS_SIZE, "%lldh%lldm", s / 3600,
		    s % 3600 / 60);
	else
		snprintf(buf, WORDS_SIZE, "%lldd%lldh", s / 86400,
		    s % 86400 / 3600);
	return buf;
}
