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
 * Lines of the control protocol, for kafkad and kafkactl. The bytes come
 * from whoever may connect, and are bounded before they are looked at.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

#define LINE_HEAD 4 /* "200 " */

/*
 * The length of the UTF-8 character at p and its code point; 0 if the bytes
 * are none: overlong forms, surrogates and all above U+10FFFF included.
 */
static size_t
line_char(const unsigned char *p, size_t left, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, n;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (p[0] < 0xc0)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf8 ? 4 : 0;
	if (n == 0 || n > left)
		return 0;
	*cp = p[0] & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

static bool
line_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

/* How many bytes there are before the first that is not of plain text. */
static size_t
line_plain(const unsigned char *p, size_t len)
{
	size_t i = 0;

	while (i < len && p[i] >= 0x20 && p[i] < 0x7f)
		i++;
	return i;
}

enum line_status
line_take(const char *p, size_t n, size_t max, size_t *len, size_t *used)
{
	size_t look = n < max + 2 ? n : max + 2;
	const char *lf;

	if (look == 0)
		return LINE_NONE;
	if ((lf = memchr(p, '\n', look)) == NULL) {
		/* max bytes and a CR may still get their LF. */
		if (n > max + 1 || (n == max + 1 && p[max] != '\r'))
			return LINE_LONG;
		return LINE_NONE;
	}
	*len = (size_t)(lf - p);
	*used = *len + 1;
	if (*len > 0 && p[*len - 1] == '\r')
		(*len)--;
	return *len > max ? LINE_LONG : LINE_OK;
}

const char *
line_check(const char *line, size_t len)
{
	const unsigned char *p = (const unsigned char *)line;
	uint32_t cp;
	size_t i, n;

	for (i = line_plain(p, len); i < len; i += n) {
		if (p[i] == '\0')
			return "a NUL byte in the line";
		if ((n = line_char(p + i, len - i, &cp)) == 0)
			return "the line is not UTF-8";
		if (line_is_control(cp) && cp != '\t')
			return "a control character in the line";
		n += line_plain(p + i + n, len - i - n);
	}
	return NULL;
}

char *
line_clean(char *s)
{
	unsigned char *p = (unsigned char *)s;
	size_t i, n, len = strlen(s);
	uint32_t cp;

	for (i = line_plain(p, len); i < len; i += n) {
		if ((n = line_char(p + i, len - i, &cp)) == 0) {
			p[i] = '?';
			n = 1;
		} else if (line_is_control(cp)) {
			memset(p + i, ' ', n);
		}
		n += line_plain(p + i + n, len - i - n);
	}
	return s;
}

static bool
line_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int
line_reply_parse(const char *line, struct line_reply *r)
{
	if (line[0] < '1' || line[0] > '5' || !line_is_digit(line[1]) ||
	    !line_is_digit(line[2]) || (line[3] != ' ' && line[3] != '-'))
		return -1;
	r->code =
	    (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
	r->more = line[3] == '-';
	r->text = line + LINE_HEAD;
	return 0;
}

/* The largest length of at most max that does not end within a character. */
static size_t
line_cut(const char *s, size_t max)
{
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

char *
line_reply_new(int code, bool more, const char *text, size_t *len)
{
	size_t n = strlen(text);
	char *line;

	if (code < 100 || code > 599) {
		errno = EINVAL;
		return NULL;
	}
	if (n > LINE_REPLY_MAX - LINE_HEAD) {
		if (more) {
			errno = EMSGSIZE;
			return NULL;
		}
		n = line_cut(text, LINE_REPLY_MAX - LINE_HEAD);
	}
	if ((line = malloc(LINE_HEAD + n + 2)) == NULL)
		return NULL;
	snprintf(line, LINE_HEAD + 1, "%03d%c", code, more ? '-' : ' ');
	memcpy(line + LINE_HEAD, text, n);
	line[LINE_HEAD + n] = '\0';
	line_clean(line + LINE_HEAD);
	line[LINE_HEAD + n] = '\n';
	line[LINE_HEAD + n + 1] = '\0';
	*len = LINE_HEAD + n + 1;
	return line;
}
