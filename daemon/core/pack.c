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
 * Texts made small, by zlib. Pure: what it reads it has written itself.
 */

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "pack.h"

/*
 * Little is won by looking further back or for longer, and these need a
 * quarter of the 256 KiB that zlib would take meanwhile.
 */
#define PACK_WINDOW 13 /* 8 KiB, as a power of two */
#define PACK_MEMORY 6
#define PACK_MAX ((size_t)1 << 30)

struct packed {
	uInt len; /* of what follows */
	uInt size; /* of the text */
	Bytef data[];
};

/* Returns what is worth keeping of it, or NULL. */
static struct packed *
packed_new(const Bytef *data, uLong len, size_t size)
{
	struct packed *p = malloc(sizeof(*p) + len);

	if (p == NULL)
		return NULL;
	p->len = (uInt)len;
	p->size = (uInt)size;
	memcpy(p->data, data, len);
	return p;
}

struct packed *
pack(const char *text)
{
	z_stream z = { 0 };
	size_t size = strlen(text);
	struct packed *p = NULL;
	Bytef *data;

	if (size > PACK_MAX ||
	    deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, PACK_WINDOW, PACK_MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	z.next_in = (z_const Bytef *)text;
	z.avail_in = (uInt)size;
	z.avail_out = (uInt)deflateBound(&z, size);
	z.next_out = data = malloc(z.avail_out);
	if (data != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END)
		p = packed_new(data, z.total_out, size);
	deflateEnd(&z);
	free(data);
	return p;
}

char *
unpack(const struct packed *p)
{
	uLongf size = p->size;
	char *text = malloc(size + 1);

	if (text == NULL ||
	    uncompress((Bytef *)text, &size, p->data, p->len) != Z_OK) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}
