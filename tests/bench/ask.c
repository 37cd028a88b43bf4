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
 * ask: asks on the control socket again and again until its input ends, as
 * often as the given pause allows, and says how long the answers took:
 * "count median worst", in milliseconds. Nothing is started for it.
 *
 *	ask SOCKET PAUSE_MS COMMAND
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <err.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

static FILE *
ask_connect(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	FILE *f;

	strlcpy(sa.sun_path, path, sizeof(sa.sun_path));
	if (fd == -1 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == -1)
		err(1, "%s", path);
	if ((f = fdopen(fd, "r")) == NULL)
		err(1, "fdopen");
	return f;
}

/* Up to the line that ends an answer: a code and a space. */
static void
ask_read(FILE *f)
{
	static char line[65536 + 1];

	do {
		if (fgets(line, sizeof(line), f) == NULL)
			errx(1, "the control socket was closed");
	} while (strlen(line) < 4 || line[3] != ' ');
	if (line[0] != '2')
		errx(1, "%s", line);
}

static int
cmp(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int
main(int argc, char **argv)
{
	struct pollfd end = { .fd = STDIN_FILENO, .events = POLLIN };
	double *took = NULL, start;
	size_t n = 0;
	FILE *f;

	if (argc != 4)
		errx(2, "usage: ask SOCKET PAUSE_MS COMMAND");
	f = ask_connect(argv[1]);
	ask_read(f);
	do {
		took = reallocarray(took, n + 1, sizeof(*took));
		if (took == NULL)
			err(1, "reallocarray");
		start = clock_ms(CLOCK_MONOTONIC);
		if (dprintf(fileno(f), "%s\n", argv[3]) < 0)
			err(1, "%s", argv[1]);
		ask_read(f);
		took[n++] = clock_ms(CLOCK_MONOTONIC) - start;
	} while (poll(&end, 1, atoi(argv[2])) == 0);
	qsort(took, n, sizeof(*took), cmp);
	printf("%zu %.3f %.3f\n", n, took[n / 2], took[n - 1]);
	return 0;
}
