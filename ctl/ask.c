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
 * kafkactl: one command and its whole reply, whoever shows it.
 */

#include <errno.h>
#include <string.h>

#include "ask.h"

#define ASK_TICK 1000 /* ms */

int
ask_connect(struct ctl_client *c, const char *path, int timeout, char *err,
    size_t size)
{
	struct line_reply r;

	errno = 0;
	if (ctl_connect(c, path, timeout, err, size) == -1)
		return -1;
	if (ctl_receive(c, timeout, &r, err, size) == -1) {
		errno = 0;
		return -1;
	}
	if (r.code == 220)
		return 0;
	strlcpy(err, r.text, size);
	return r.code;
}

int
ask(struct ctl_client *c, const char *line, int timeout, struct output *out,
    struct line_reply *last, char *err, size_t size)
{
	int waited = 0; /* for a line, in ticks */
	bool ticks;

	if (ctl_send(c, line, err, size) == -1)
		return -1;
	for (;;) {
		ticks = output_ticks(out);
		if (ctl_receive(c, ticks ? ASK_TICK : timeout, last, err,
			size) == -1) {
			waited += ASK_TICK;
			if (!ticks || errno != ETIMEDOUT ||
			    (timeout != CTL_FOREVER && waited >= timeout))
				return -1;
			output_tick(out);
			continue;
		}
		waited = 0;
		if (!last->more)
			return 0;
		if (output_line(out, last->text) == 0)
			continue;
		strlcpy(err, "kafkad sent a line that is no JSON object", size);
		return -1;
	}
}
