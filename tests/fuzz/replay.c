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
 * A target without libFuzzer: feeds it each file of its corpus, and says "ok"
 * for each. With any compiler; a failure ends the program, as it would there.
 *
 *	replay_NAME [FILE...]		without any: all in tests/fuzz/NAME.in/
 */

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define CORPORA "tests/fuzz"

/* A block of exactly its size, so that reading beyond it is seen. */
static void
replay_file(const char *path)
{
	uint8_t *data;
	FILE *f;
	long size;

	if ((f = fopen(path, "rb")) == NULL || fseek(f, 0, SEEK_END) == -1 ||
	    (size = ftell(f)) == -1)
		err(1, "%s", path);
	rewind(f);
	if ((data = malloc(size > 0 ? (size_t)size : 1)) == NULL ||
	    fread(data, 1, (size_t)size, f) != (size_t)size)
		err(1, "%s", path);
	fclose(f);
	printf("# %s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	printf("ok %s\n", path);
}

static int
is_file(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
replay_all(const char *name)
{
	struct dirent **list;
	char dir[512], path[1024];
	int i, n;

	snprintf(dir, sizeof(dir), CORPORA "/%s.in", name);
	if ((n = scandir(dir, &list, is_file, alphasort)) <= 0)
		errx(1, "%s: no corpus", dir);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		replay_file(path);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char *argv[])
{
	const char *name = strstr(argv[0], "replay_");
	int i;

	if (argc > 1) {
		for (i = 1; i < argc; i++)
			replay_file(argv[i]);
		return 0;
	}
	if (name == NULL)
		errx(1, "it is named replay_NAME");
	replay_all(name + strlen("replay_"));
	return 0;
}
