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

#ifndef DAEMON_EMIT_H
#define DAEMON_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * JSON that is written as it goes: the state of a thousand instances as a tree
 * of json-c takes ten times as long and as much memory as its text. Begins with
 * zeros. What goes where is the caller's: a name and then a value in an object,
 * values in a list. Without memory nothing more is written, and emit_end()
 * tells.
 */
struct emit {
	char *text; /* so far, with its end */
	size_t len;
	size_t size;
	bool comma; /* before what comes next */
	bool failed;
};

void emit_open(struct emit *j, char bracket); /* { or [ */
void emit_close(struct emit *j, char bracket);
void emit_name(struct emit *j, const char *name);
/* UTF-8, as it is; NULL: null. */
void emit_string(struct emit *j, const char *s);
void emit_bool(struct emit *j, bool b);
void emit_number(struct emit *j, int64_t n);
/* No JSON: n bytes as they are. */
void emit_raw(struct emit *j, const char *s, size_t n);
/* The text, to be freed, or NULL without memory. */
char *emit_end(struct emit *j);

#endif
