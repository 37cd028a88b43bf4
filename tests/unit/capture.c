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
 * Helper of the unit tests: reads recorded HTTP messages. It trusts its
 * files, and shares no code with the daemon.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

char *
capture_read(const char *path, size_t *len)
{
	FILE *f;
	char *p;
	long size;

	if ((f = fopen(path, "rb")) == NULL)
		err(1, "%s", path);
	if (fseek(f, 0, SEEK_END) == -1 || (size = ftell(f)) == -1)
		err(1, "%s", path);
	rewind(f);
	if ((p = malloc((size_t)size + 1)) == NULL)
		err(1, NULL);
	if (fread(p, 1, (size_t)size, f) != (size_t)size)
		err(1, "%s", path);
	fclose(f);
	p[size] = '\0';
	*len = (size_t)size;
	return p;
}

/* Puts chunks together where they are; a last one may be cut off. */
static size_t
capture_dechunk(char *p, size_t len)
{
	char *in = p, *end = p + len, *lf;
	size_t out = 0, n;

	while (in < end && (lf = memchr(in, '\n', (size_t)(end - in)))) {
		if ((n = strtoul(in, NULL, 16)) == 0)
			break;
		in = lf + 1;
		if (n > (size_t)(end - in))
			n = (size_t)(end - in);
		memmove(p + out, in, n);
		out += n;
		in += n + 2;
	}
	return out;
}

char *
capture_body(const char *path, size_t *len, int *status)
{
	char *p, *body;
	size_t all;

	p = capture_read(path, &all);
	if (status != NULL)
		*status = atoi(p + strlen("HTTP/1.1 "));
	if ((body = strstr(p, "\r\n\r\n")) == NULL)
		errx(1, "%s: not HTTP", path);
	*body = '\0';
	body += 4;
	*len = all - (size_t)(body - p);
	if (strstr(p, "Transfer-Encoding: chunked") != NULL)
		*len = capture_dechunk(body, *len);
	memmove(p, body, *len);
	p[*len] = '\0';
	return p;
}
