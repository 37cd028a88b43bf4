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
 * minimesos: clocks, UUIDs, base64, memory, directories.
 */

#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "minimesos.h"

int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

double
now(void)
{
	int64_t us = now_ns() / 1000;

	return ((double)us / 1e6);
}

static void
uuid_bytes(unsigned char b[16])
{
	if (getrandom(b, 16, 0) != 16)
		abort();
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
}

void
uuid_make(char out[MM_UUID_LEN])
{
	unsigned char b[16];
	int i, n = 0;

	uuid_bytes(b);
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[n++] = '-';
		snprintf(out + n, 3, "%02x", b[i]);
		n += 2;
	}
}

char *
uuid_base64(void)
{
	unsigned char b[16];

	uuid_bytes(b);
	return (base64_of(b, sizeof(b)));
}

char *
base64_of(const void *data, size_t len)
{
	gnutls_datum_t in, out;
	char *s;

	in.data = (unsigned char *)data;
	in.size = len;
	if (gnutls_base64_encode2(&in, &out) != 0)
		abort();
	s = xcalloc(1, out.size + 1);
	memcpy(s, out.data, out.size);
	gnutls_free(out.data);
	return (s);
}

/* Decodes the standard alphabet only; -1 if it is not that or too long. */
int
base64_to(const char *s, unsigned char *buf, size_t size, size_t *len)
{
	gnutls_datum_t in, out;
	int error;

	if (strspn(s,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/=") != strlen(s))
		return (-1);
	*len = 0;
	if (*s == '\0')
		return (0);
	in.data = (unsigned char *)s;
	in.size = strlen(s);
	if (gnutls_base64_decode2(&in, &out) != 0)
		return (-1);
	error = out.size > size ? -1 : 0;
	if (error == 0) {
		memcpy(buf, out.data, out.size);
		*len = out.size;
	}
	gnutls_free(out.data);
	return (error);
}

void *
xcalloc(size_t n, size_t size)
{
	void *p;

	if ((p = calloc(n, size)) == NULL)
		abort();
	return (p);
}

char *
xstrdup(const char *s)
{
	char *p;

	if ((p = strdup(s)) == NULL)
		abort();
	return (p);
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		abort();
	va_end(ap);
	return (s);
}

/* Arms a timer. */
void
after_ms(struct event *ev, int ms)
{
	struct timeval tv;

	tv.tv_sec = ms / 1000;
	tv.tv_usec = (ms % 1000) * 1000;
	evtimer_add(ev, &tv);
}

void
trace(struct mm *mm, const char *fmt, ...)
{
	va_list ap;

	if (!mm->opt.verbose)
		return;
	fprintf(stderr, "%.3f ", now() - mm->start_time);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* mkdir -p; -1 with errno. */
int
make_dirs(const char *path)
{
	char *copy = xstrdup(path), *p;
	int error = 0;

	for (p = copy + 1; error == 0 && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) == -1 && errno != EEXIST)
			error = -1;
		*p = '/';
	}
	if (error == 0 && mkdir(copy, 0755) == -1 && errno != EEXIST)
		error = -1;
	free(copy);
	return (error);
}
