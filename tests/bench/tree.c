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
 * tree: how long json-c takes to parse a file as one tree, in a process that
 * does nothing else; without the free. "milliseconds KiB": of the processor,
 * and the memory at most.
 *
 *	tree FILE
 */

#include <sys/resource.h>

#include <err.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock_ms.h"

static char *
read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *p;
	long n;

	if (f == NULL || fseek(f, 0, SEEK_END) == -1 || (n = ftell(f)) == -1)
		err(1, "%s", path);
	rewind(f);
	*len = (size_t)n;
	if ((p = malloc(*len + 1)) == NULL || fread(p, 1, *len, f) != *len)
		err(1, "%s", path);
	p[*len] = '\0';
	fclose(f);
	return p;
}

int
main(int argc, char **argv)
{
	struct json_tokener *tok = json_tokener_new();
	struct rusage ru;
	double before;
	size_t len;
	char *text;

	if (argc != 2)
		errx(2, "usage: tree FILE");
	text = read_all(argv[1], &len);
	before = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
	if (json_tokener_parse_ex(tok, text, (int)len) == NULL)
		errx(1, "%s: %s", argv[1],
		    json_tokener_error_desc(json_tokener_get_error(tok)));
	printf("%.3f", clock_ms(CLOCK_PROCESS_CPUTIME_ID) - before);
	getrusage(RUSAGE_SELF, &ru);
	printf(" %ld\n", ru.ru_maxrss);
	return 0;
}
