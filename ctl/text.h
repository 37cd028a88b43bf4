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

#ifndef CTL_TEXT_H
#define CTL_TEXT_H

#include "output.h"
#include "table.h"

#define TEXT_MAX 1024 /* bytes of a text that is made of few short words */
#define TEXT_ID_MAX 24

/* The reply to a command, all of it. */
void text_status(struct output *out);
void text_list(struct output *out);
void text_show(struct output *out);
void text_offers(struct output *out);
void text_plan(struct output *out);

/* One data line, as it comes. */
void text_wait_line(struct output *out, struct json_object *o);
void text_reload_line(struct output *out, struct json_object *o);
void text_why_line(struct output *out, struct json_object *o);
void text_event_line(struct output *out, struct json_object *o);
void text_version_line(struct output *out, struct json_object *o);
void text_container_line(struct output *out, struct json_object *o);

/* The progress of wait, in place of the line at which the cursor is. */
void text_wait_tick(struct output *out);

/* "label   text", folded, unless there is nothing to say. */
__attribute__((format(printf, 4, 5))) void text_pair(struct output *out,
    const char *label, enum table_colour colour, const char *fmt, ...);

/* A line of text, so many columns from the left, folded. */
__attribute__((format(printf, 4, 5))) void text_line(struct output *out,
    size_t indent, enum table_colour colour, const char *fmt, ...);

/* The colour of an instance's state. */
enum table_colour text_colour(const char *state);

/*
 * broker.id or myid; "?" if only the broker knows it. buf has at least
 * TEXT_ID_MAX bytes.
 */
const char *text_id(struct json_object *o, char *buf);

#endif
