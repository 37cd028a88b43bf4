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
 * hosts.so: for LD_PRELOAD, lets a program such as kcat find the names of
 * minimesos' containers.  What the file in MINIMESOS_HOSTS has, in the format
 * of /etc/hosts, is looked up there; all else goes the usual way.  It trusts
 * the file and must change nothing but the answers of getaddrinfo.
 */

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int lookup_fn(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);

/* Whether a line of the file has the name; then its address is in the line. */
static int
line_has(char *line, const char *name)
{
	char *next = line, *word;
	int i = 0;

	line[strcspn(line, "#\n")] = '\0';
	while ((word = strsep(&next, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		if (i++ > 0 && strcasecmp(word, name) == 0)
			return (1);
	}
	return (0);
}

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **res)
{
	const char *path = getenv("MINIMESOS_HOSTS");
	lookup_fn *real;
	char line[512];
	FILE *f = NULL;
	int found = 0;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (node != NULL && path != NULL && (f = fopen(path, "re")) != NULL)
		while (!found && fgets(line, sizeof(line), f) != NULL)
			found = line_has(line, node);
	if (f != NULL)
		fclose(f);
	return (real(found ? line : node, service, hints, res));
}
