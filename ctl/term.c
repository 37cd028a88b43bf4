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
 * kafkactl: what the terminal is, and how wide texts are on it. Texts that
 * come here have been cleaned: whole UTF-8, no control characters.
 */

#include <sys/ioctl.h>

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "term.h"

#define TERM_SIZE_MAX 10000

static const char *mark = "...";

void
term_init(void)
{
	if (setlocale(LC_CTYPE, "") != NULL &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		mark = "\u2026";
	/* Whatever the user's is: kafkad speaks UTF-8. */
	setlocale(LC_CTYPE, "C.UTF-8");
}

const char *
term_mark(void)
{
	return mark;
}

bool
term_is_able(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

static size_t
term_size(const char *name, bool rows)
{
	struct winsize size = { 0 };
	const char *value = getenv(name), *errstr;
	long long n;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1)
		return 0;
	if (value != NULL) {
		n = strtonum(value, 1, TERM_SIZE_MAX, &errstr);
		if (errstr == NULL)
			return (size_t)n;
	}
	return rows ? size.ws_row : size.ws_col;
}

size_t
term_columns(void)
{
	return term_size("COLUMNS", false);
}

size_t
term_rows(void)
{
	return term_size("LINES", true);
}

/* One character: its bytes and its columns. */
static size_t
term_char(const char *s, size_t *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n;
	int w;

	*columns = 1;
	if (*s >= ' ' && *s < 0x7f)
		return 1;
	n = mbrtowc(&c, s, MB_LEN_MAX, &state);
	if (n == (size_t)-1 || n == (size_t)-2 || n == 0) {
		/* Not the locale that was asked for: a guess. */
		for (n = 1; ((unsigned char)s[n] & 0xc0) == 0x80; n++)
			;
	} else if ((w = wcwidth(c)) >= 0) {
		*columns = (size_t)w;
	}
	return n;
}

size_t
term_width(const char *s)
{
	size_t columns, sum = 0;

	for (; *s != '\0'; s += term_char(s, &columns), sum += columns)
		;
	return sum;
}

size_t
term_fit(const char *s, size_t max)
{
	const char *p = s;
	size_t n, columns, sum = 0;

	while (*p != '\0') {
		n = term_char(p, &columns);
		if (sum + columns > max)
			break;
		sum += columns;
		p += n;
	}
	return (size_t)(p - s);
}
