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

#ifndef COMMON_LINE_H
#define COMMON_LINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The codec of the lines on the control socket; kafkad-protocol(7) is its
 * description. Commands go one way, replies come back the other: any number
 * of "NNN-text" lines, then one "NNN text" line.
 */
#define LINE_PROTOCOL 1
#define LINE_COMMAND_MAX 4096 /* bytes, without the end of the line */
#define LINE_REPLY_MAX 65536 /* the same */

enum line_status {
	LINE_NONE, /* no whole line is there yet */
	LINE_OK,
	LINE_LONG /* more than max bytes: there is no way to go on */
};

/*
 * Looks for a line of at most max bytes at the beginning of n bytes. For
 * LINE_OK, len is its length without LF or CR LF, and used what is to be
 * removed from the buffer. Nothing is copied and no byte is judged.
 */
enum line_status line_take(const char *p, size_t n, size_t max, size_t *len,
    size_t *used);

/*
 * Judges the bytes of a line: UTF-8 without control characters but the tab.
 * Returns NULL if it is good, else what is wrong with it, for people.
 */
const char *line_check(const char *p, size_t len);

/*
 * Makes a text harmless in place: control characters (those of C1 too)
 * become spaces, bytes that are not UTF-8 question marks. For everything
 * that goes into a line or to a terminal. Returns s.
 */
char *line_clean(char *s);

struct line_reply {
	int code; /* 100 to 599 */
	bool more; /* further lines belong to this reply */
	const char *text; /* within the line; may be empty */
};

/* Parses a reply line without its end. Returns 0, or -1 if it is none. */
int line_reply_parse(const char *line, struct line_reply *r);

/*
 * A new reply line with its LF, to be freed; len is its length. The text is
 * cleaned. A last line that is too long is cut; a line with more to come is
 * data, which cannot be cut: then NULL and EMSGSIZE. NULL and ENOMEM without
 * memory, NULL and EINVAL for an impossible code.
 */
char *line_reply_new(int code, bool more, const char *text, size_t *len);

#endif
