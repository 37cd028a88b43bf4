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

#ifndef CTL_OUTPUT_H
#define CTL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd.h"

struct json_object;

/* How replies are shown. */
struct output_style {
	bool json; /* lines as they come, and the last one as an object */
	bool colours;
	size_t width; /* columns that a line may have; 0: any number */
	bool in_place; /* progress is one line, drawn again and again */
};

/* Where and how the reply to one command is shown. */
struct output {
	FILE *f;
	struct output_style style;
	const struct cmd *cmd;
	struct json_object *lines; /* kept until the end of the reply */
	int64_t begun; /* of ctl_now() */
	bool drawn; /* a line of progress is where the cursor is */
};

void output_begin(struct output *o, FILE *f, const struct cmd *cmd,
    const struct output_style *style);

/* One data line. Returns 0, or -1 if it is no JSON object. */
int output_line(struct output *o, const char *text);

/* Whether output_tick() is to be called each second, and that. */
bool output_ticks(const struct output *o);
void output_tick(struct output *o);

/* The end of the reply, and of the output. */
void output_end(struct output *o, int code, const char *text);

/* Forgets a reply whose end never came. */
void output_drop(struct output *o);

#endif
