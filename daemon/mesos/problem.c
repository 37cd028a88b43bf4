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
 * Part of the mesos process: keeps the log readable while a master is away.
 * It holds texts only, cut to their room.
 */

#include <string.h>

#include "problem.h"

bool
problems_are_news(struct problems *p, const char *where, const char *text)
{
	struct problem *one = NULL;
	size_t i;

	for (i = 0; i < PROBLEMS_MAX; i++)
		if (strcmp(p->list[i].where, where) == 0)
			one = &p->list[i];
	if (one == NULL) {
		one = &p->list[p->next];
		p->next = (p->next + 1) % PROBLEMS_MAX;
		one->text[0] = '\0';
	} else if (strncmp(one->text, text, sizeof(one->text) - 1) == 0) {
		return false;
	}
	strlcpy(one->where, where, sizeof(one->where));
	strlcpy(one->text, text, sizeof(one->text));
	return true;
}

void
problems_clear(struct problems *p)
{
	memset(p, 0, sizeof(*p));
}
