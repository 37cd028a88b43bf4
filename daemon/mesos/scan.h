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

#ifndef MESOS_SCAN_H
#define MESOS_SCAN_H

#include <stddef.h>

/*
 * A small scanner of JSON text. It finds where values begin and end, without
 * building anything, so that a record of many megabytes can be parsed piece
 * by piece and a piece can be bounded before it is parsed. It does not check
 * what it skips: what is used goes through the real parser.
 */
struct span {
	const char *p;
	size_t len;
};

#define SCAN_DEPTH_MAX 64

/*
 * Takes one value off the front of *in. The value, without white space
 * around it, is put in *value; *count, if not NULL, is set to an upper bound
 * of the number of values in it. Returns 0, or -1 if there is none.
 */
int scan_value(struct span *in, struct span *value, size_t *count);

/*
 * Looks for a member of an object by its name, compared byte by byte: a name
 * written with escapes is another name. Returns 1 and the first such value,
 * 0 if there is none, -1 if this is no object.
 */
int scan_member(struct span object, const char *name, struct span *value);
/*
 * The same, but does not look for the end of the value, which may be far
 * away: *rest begins with it, or with white space, and has all that follows.
 */
int scan_find(struct span object, const char *name, struct span *rest);

/*
 * Walks an array: scan_array() turns it into its inside, or returns -1 if it
 * is none; scan_next() takes the next element off, and returns 1, or 0 at
 * the end, or -1.
 */
int scan_array(struct span array, struct span *inside);
int scan_next(struct span *inside, struct span *element, size_t *count);
/* An element of this length was read without scan_next(). Returns 1, or -1. */
int scan_taken(struct span *inside, size_t len);

/* Whether nothing but white space is left. */
int scan_at_end(struct span in);

#endif
