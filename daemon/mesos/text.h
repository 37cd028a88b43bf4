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

#ifndef MESOS_TEXT_H
#define MESOS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies text from outside, for people: at most size - 1 bytes, cut between
 * characters; control characters, NULs and what is not UTF-8 are replaced by
 * one '?' a byte, LF and tab by a blank.
 */
void text_clean(char *dst, size_t size, const char *src, size_t len);

/*
 * Copies a name that must not be changed: an id, a host. Returns 0, or -1 if
 * it does not fit, is empty, is not UTF-8, or holds a control character.
 */
int text_copy_id(char *dst, size_t size, const char *src, size_t len);

/*
 * Decodes standard base64 of exactly size bytes. Returns 0, or -1 if it is
 * anything else.
 */
int text_base64(unsigned char *dst, size_t size, const char *src, size_t len);

/* The same 16 bytes back; dst has room for 25. */
void text_base64_uuid(char *dst, const unsigned char *uuid);

#endif
