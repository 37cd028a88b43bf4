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

#ifndef DAEMON_JOTTER_H
#define DAEMON_JOTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * JSON that is written as it goes: the state of a thousand instances as a tree
 * of json-c takes ten times as long and as much memory as its text. Begins with
 * zeros. What goes where is the caller's: a name and then a value in an object,
 * values in a list. Without memory nothing more is written, and jot_end()
 * tells.
 */
struct jotter {
	char *text; /* so far, with its end */
	size_t len;
	size_t size;
	bool comma; /* before what comes next */
	bool failed;
};

void jot_open(struct jotter *j, char bracket); /* { or [ */
void jot_close(struct jotter *j, char bracket);
void jot_name(struct jotter *j, const char *name);
/* UTF-8, as it is; NULL: null. */
void jot_string(struct jotter *j, const char *s);
void jot_bool(struct jotter *j, bool b);
void jot_number(struct jotter *j, int64_t n);
/* No JSON: n bytes as they are. */
void jot_raw(struct jotter *j, const char *s, size_t n);
/* The text, to be freed, or NULL without memory. */
char *jot_end(struct jotter *j);

#endif
