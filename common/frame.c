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
 * Codec of the frames between our processes. A reader trusts nothing: each
 * length is compared with what remains before a byte is touched.
 */

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

static int
frame_grow(struct frame_writer *w, size_t more)
{
	size_t size;
	uint8_t *p;

	if (w->failed)
		return -1;
	if (more > FRAME_MAX - w->len) {
		w->failed = true;
		return -1;
	}
	if (w->len + more <= w->size)
		return 0;
	for (size = w->size ? w->size : 256; size < w->len + more;)
		size *= 2;
	if ((p = realloc(w->buf, size)) == NULL) {
		w->failed = true;
		return -1;
	}
	w->buf = p;
	w->size = size;
	return 0;
}

void
frame_put_bytes(struct frame_writer *w, const void *p, size_t len)
{
	if (frame_grow(w, len) == -1 || len == 0)
		return;
	memcpy(w->buf + w->len, p, len);
	w->len += len;
}

void
frame_begin(struct frame_writer *w, uint16_t type, uint32_t id)
{
	memset(w, 0, sizeof(*w));
	frame_put_u32(w, 0);
	frame_put_u16(w, type);
	frame_put_u16(w, FRAME_VERSION);
	frame_put_u32(w, id);
	frame_put_u32(w, 0);
}

void
frame_put_u8(struct frame_writer *w, uint8_t v)
{
	frame_put_bytes(w, &v, sizeof(v));
}

void
frame_put_u16(struct frame_writer *w, uint16_t v)
{
	v = htobe16(v);
	frame_put_bytes(w, &v, sizeof(v));
}

void
frame_put_u32(struct frame_writer *w, uint32_t v)
{
	v = htobe32(v);
	frame_put_bytes(w, &v, sizeof(v));
}

void
frame_put_u64(struct frame_writer *w, uint64_t v)
{
	v = htobe64(v);
	frame_put_bytes(w, &v, sizeof(v));
}

void
frame_put_bool(struct frame_writer *w, bool v)
{
	frame_put_u8(w, v ? 1 : 0);
}

void
frame_put_str(struct frame_writer *w, const char *s)
{
	size_t len = s == NULL ? 0 : strlen(s);

	if (len > FRAME_MAX) {
		w->failed = true;
		return;
	}
	frame_put_u32(w, (uint32_t)len);
	frame_put_bytes(w, s, len);
}

int
frame_finish(struct frame_writer *w)
{
	uint32_t len;

	if (w->failed) {
		errno = EMSGSIZE;
		return -1;
	}
	len = htobe32((uint32_t)w->len);
	memcpy(w->buf, &len, sizeof(len));
	return 0;
}

void
frame_free(struct frame_writer *w)
{
	free(w->buf);
	memset(w, 0, sizeof(*w));
}

int
frame_header_parse(const uint8_t *p, struct frame_header *h)
{
	struct frame_reader r;

	frame_read_init(&r, p, FRAME_HEADER);
	h->length = frame_get_u32(&r, "length");
	h->type = frame_get_u16(&r, "type");
	h->version = frame_get_u16(&r, "version");
	h->id = frame_get_u32(&r, "id");
	h->peer = frame_get_u32(&r, "peer");
	if (h->length < FRAME_HEADER || h->length > FRAME_MAX)
		return -1;
	return 0;
}

void
frame_read_init(struct frame_reader *r, const void *p, size_t len)
{
	r->p = p;
	r->left = len;
	r->bad_field = NULL;
	r->bad_reason = NULL;
}

static void
frame_bad(struct frame_reader *r, const char *field, const char *reason)
{
	if (r->bad_field != NULL)
		return;
	r->bad_field = field;
	r->bad_reason = reason;
	r->left = 0;
}

void
frame_get_bytes(struct frame_reader *r, void *buf, size_t len,
    const char *field)
{
	if (r->bad_field != NULL || len > r->left) {
		frame_bad(r, field, "cut off");
		memset(buf, 0, len);
		return;
	}
	if (len == 0)
		return;
	memcpy(buf, r->p, len);
	r->p += len;
	r->left -= len;
}

uint8_t
frame_get_u8(struct frame_reader *r, const char *field)
{
	uint8_t v;

	frame_get_bytes(r, &v, sizeof(v), field);
	return v;
}

uint16_t
frame_get_u16(struct frame_reader *r, const char *field)
{
	uint16_t v;

	frame_get_bytes(r, &v, sizeof(v), field);
	return be16toh(v);
}

uint32_t
frame_get_u32(struct frame_reader *r, const char *field)
{
	uint32_t v;

	frame_get_bytes(r, &v, sizeof(v), field);
	return be32toh(v);
}

uint64_t
frame_get_u64(struct frame_reader *r, const char *field)
{
	uint64_t v;

	frame_get_bytes(r, &v, sizeof(v), field);
	return be64toh(v);
}

bool
frame_get_bool(struct frame_reader *r, const char *field)
{
	uint8_t v = frame_get_u8(r, field);

	if (v > 1)
		frame_bad(r, field, "not a bool");
	return v == 1;
}

/* Reads a length and checks it against the limit and what remains. */
static size_t
frame_get_length(struct frame_reader *r, size_t max, const char *field)
{
	uint32_t len = frame_get_u32(r, field);

	if (r->bad_field != NULL)
		return 0;
	if (len > max)
		frame_bad(r, field, "too long");
	else if (len > r->left)
		frame_bad(r, field, "cut off");
	else if (memchr(r->p, '\0', len) != NULL)
		frame_bad(r, field, "has a NUL");
	return r->bad_field == NULL ? len : 0;
}

void
frame_get_str(struct frame_reader *r, char *buf, size_t size, const char *field)
{
	size_t len = frame_get_length(r, size - 1, field);

	frame_get_bytes(r, buf, len, field);
	buf[len] = '\0';
}

char *
frame_get_strdup(struct frame_reader *r, size_t max, const char *field)
{
	size_t len = frame_get_length(r, max, field);
	char *s;

	if (r->bad_field != NULL)
		return NULL;
	if ((s = malloc(len + 1)) == NULL) {
		frame_bad(r, field, "no memory");
		return NULL;
	}
	frame_get_bytes(r, s, len, field);
	s[len] = '\0';
	return s;
}

uint16_t
frame_get_count(struct frame_reader *r, uint16_t max, const char *field)
{
	uint16_t n = frame_get_u16(r, field);

	if (n > max) {
		frame_bad(r, field, "too many");
		return 0;
	}
	return n;
}

int
frame_read_end(struct frame_reader *r, char *buf, size_t size)
{
	if (r->bad_field != NULL) {
		snprintf(buf, size, "field '%s': %s", r->bad_field,
		    r->bad_reason);
		return -1;
	}
	if (r->left != 0) {
		snprintf(buf, size, "%zu bytes too many", r->left);
		return -1;
	}
	return 0;
}
