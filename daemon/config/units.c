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
 * Durations, sizes and fractions of the configuration. Pure: text in, numbers
 * out; numbers of digits are bounded before anything is multiplied.
 */

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define UNITS_MAX 1000000000LL /* a number before a unit */

static const struct unit {
	const char *name;
	int64_t factor;
} durations[] = {
	{ "w", 604800000 },
	{ "d", 86400000 },
	{ "h", 3600000 },
	{ "m", 60000 },
	{ "s", 1000 },
	{ "ms", 1 },
};

#define NDURATIONS (sizeof(durations) / sizeof(durations[0]))

static const struct unit sizes[] = {
	{ "T", 1024LL * 1024 * 1024 },
	{ "G", 1024 * 1024 },
	{ "M", 1024 },
	{ "K", 1 },
};

#define NSIZES (sizeof(sizes) / sizeof(sizes[0]))

/*
 * Reads digits from *p and moves it behind them. Returns -1 if there are none
 * or too many.
 */
static int
read_digits(const char **p, int64_t *n)
{
	const char *errstr;
	char buf[16];
	size_t len = 0;

	while (isdigit((unsigned char)**p)) {
		if (len == sizeof(buf) - 1)
			return -1;
		buf[len++] = *(*p)++;
	}
	buf[len] = '\0';
	*n = strtonum(buf, 0, UNITS_MAX, &errstr);
	return errstr == NULL ? 0 : -1;
}

/* Reads "1", "1.5" or "1.025" in thousandths. */
static int
read_decimal(const char **p, int64_t *n)
{
	int64_t scale = 1000;

	if (read_digits(p, n) == -1)
		return -1;
	*n *= 1000;
	if (**p != '.')
		return 0;
	for ((*p)++; isdigit((unsigned char)**p); (*p)++) {
		if (scale == 1)
			return -1;
		scale /= 10;
		*n += (**p - '0') * scale;
	}
	return scale == 1000 ? -1 : 0;
}

const char *
units_parse_duration(const char *text, int64_t *ms)
{
	static const char *const error =
	    "is not a duration (such as 500ms, 30s, 10m, 1h30m, 2d or 1w)";
	const char *p = text;
	int64_t n, sum = 0;
	size_t i = 0, len;

	if (*p == '\0')
		return error;
	while (*p != '\0') {
		if (read_digits(&p, &n) == -1)
			return error;
		for (len = 0; isalpha((unsigned char)p[len]); len++)
			continue;
		/* Only smaller units may follow. */
		for (; i < NDURATIONS; i++) {
			if (strlen(durations[i].name) == len &&
			    strncmp(durations[i].name, p, len) == 0)
				break;
		}
		if (i == NDURATIONS)
			return error;
		sum += n * durations[i++].factor;
		p += len;
	}
	*ms = sum;
	return NULL;
}

void
units_format_duration(int64_t ms, char *buf, size_t size)
{
	size_t i, len = 0;
	int64_t n;

	if (ms == 0)
		strlcpy(buf, "0s", size);
	for (i = 0; i < NDURATIONS && len < size; i++) {
		if ((n = ms / durations[i].factor) == 0)
			continue;
		ms %= durations[i].factor;
		len += (size_t)snprintf(buf + len, size - len, "%lld%s",
		    (long long)n, durations[i].name);
	}
}

const char *
units_parse_size(const char *text, int64_t *mb)
{
	static const char *const error =
	    "is not a size (such as 512M, 1.5G or 2T)";
	const char *p = text;
	int64_t n;
	size_t i;

	if (read_decimal(&p, &n) == -1)
		return error;
	for (i = 0; i < NSIZES; i++) {
		if (strcmp(sizes[i].name, p) == 0)
			break;
	}
	if (i == NSIZES)
		return error;
	if (n > INT64_MAX / sizes[i].factor)
		return "is too large";
	n *= sizes[i].factor;
	if (n % (1000 * 1024) != 0)
		return "is not a whole number of megabytes";
	*mb = n / (1000 * 1024);
	return NULL;
}

void
units_format_size(int64_t mb, char *buf, size_t size)
{
	if (mb != 0 && mb % (1024 * 1024) == 0)
		snprintf(buf, size, "%lldT", (long long)(mb / (1024 * 1024)));
	else if (mb != 0 && mb % 1024 == 0)
		snprintf(buf, size, "%lldG", (long long)(mb / 1024));
	else
		snprintf(buf, size, "%lldM", (long long)mb);
}

const char *
units_parse_thousandths(const char *text, int64_t *n)
{
	const char *p = text;
	int64_t value;

	if (read_decimal(&p, &value) == -1 || *p != '\0')
		return "is not a number with at most three decimals";
	*n = value;
	return NULL;
}

void
units_format_thousandths(int64_t n, char *buf, size_t size)
{
	size_t len;

	snprintf(buf, size, "%lld.%03lld", (long long)(n / 1000),
	    (long long)(n % 1000));
	len = strlen(buf);
	while (len > 0 && buf[len - 1] == '0')
		buf[--len] = '\0';
	if (len > 0 && buf[len - 1] == '.')
		buf[--len] = '\0';
}
