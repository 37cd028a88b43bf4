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
 * Part of the mesos process: texts from the network made harmless. Nothing
 * about them is trusted: neither their length nor that they are UTF-8.
 */

#include <stdint.h>
#include <string.h>

#include "text.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The length of the UTF-8 character at p, or 0 if there is none. */
static size_t
text_char(const unsigned char *p, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = p[0];
	size_t i, n;

	if (c < 0x80)
		return 1;
	n = c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
	if (n == 0 || c >= 0xf8 || n > len)
		return 0;
	c &= 0x7fU >> n;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return n;
}

/* Whether the character at p is a control character; those of C1 are two. */
static bool
text_is_control(const unsigned char *p)
{
	return p[0] < ' ' || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

void
text_clean(char *dst, size_t size, const char *src, size_t len)
{
	const unsigned char *p = (const unsigned char *)src;
	size_t n, used = 0;

	while (len > 0) {
		n = text_char(p, len);
		if (used + (n == 0 ? 1 : n) >= size)
			break;
		if (n > 0 && !text_is_control(p))
			memcpy(dst + used, p, n);
		else if (n > 1)
			memset(dst + used, '?', n);
		else
			dst[used] = *p == '\n' || *p == '\t' ? ' ' : '?';
		n = n == 0 ? 1 : n;
		used += n;
		p += n;
		len -= n;
	}
	dst[used] = '\0';
}

int
text_copy_id(char *dst, size_t size, const char *src, size_t len)
{
	const unsigned char *p = (const unsigned char *)src;
	size_t i, n;

	if (len == 0 || len >= size)
		return -1;
	for (i = 0; i < len; i += n) {
		n = text_char(p + i, len - i);
		if (n == 0 || text_is_control(p + i))
			return -1;
	}
	memcpy(dst, src, len);
	dst[len] = '\0';
	return 0;
}

int
text_base64(unsigned char *dst, size_t size, const char *src, size_t len)
{
	size_t used = 0, chars = 0;
	uint32_t bits = 0;
	unsigned int nbits = 0;
	const char *q;

	while (len > 0 && src[len - 1] == '=' && chars < 2) {
		len--;
		chars++;
	}
	for (; len > 0; src++, len--) {
		if (*src == '\0' || (q = strchr(alphabet, *src)) == NULL)
			return -1;
		bits = bits << 6 | (uint32_t)(q - alphabet);
		if ((nbits += 6) < 8)
			continue;
		nbits -= 8;
		if (used == size)
			return -1;
		dst[used++] = (unsigned char)(bits >> nbits);
		bits &= (1U << nbits) - 1;
	}
	return used == size && nbits < 6 ? 0 : -1;
}

void
text_base64_uuid(char *dst, const unsigned char *uuid)
{
	uint32_t v;
	size_t i;

	for (i = 0; i < 15; i += 3) {
		v = (uint32_t)uuid[i] << 16 | (uint32_t)uuid[i + 1] << 8 |
		    uuid[i + 2];
		*dst++ = alphabet[v >> 18];
		*dst++ = alphabet[v >> 12 & 63];
		*dst++ = alphabet[v >> 6 & 63];
		*dst++ = alphabet[v & 63];
	}
	v = (uint32_t)uuid[15] << 16;
	*dst++ = alphabet[v >> 18];
	*dst++ = alphabet[v >> 12 & 63];
	*dst++ = '=';
	*dst++ = '=';
	*dst = '\0';
}
