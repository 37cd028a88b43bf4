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

#ifndef MESOS_PROBLEM_H
#define MESOS_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Remembers what was last wrong with each of a few masters, so that a
 * problem is logged when it appears and not again at each try. Pure.
 */
#define PROBLEMS_MAX 8

struct problems {
	struct problem {
		char where[272];
		char text[512];
	} list[PROBLEMS_MAX];
	size_t next; /* the one to be forgotten first */
};

/* Whether this is not what was last wrong there; it is remembered. */
bool problems_are_news(struct problems *p, const char *where, const char *text);

/* All is well: everything is news again. */
void problems_clear(struct problems *p);

#endif
