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
 * took: how long a program takes, from before it is started to its end.
 *
 *	took N COMMAND [ARG...]
 *
 * Runs it N times, with its output thrown away, and prints the ms of each. One
 * that fails ends it.
 */

#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

extern char **environ;

static double
took(char **argv, const posix_spawn_file_actions_t *actions)
{
	double start = clock_ms(CLOCK_MONOTONIC);
	int error, status;
	pid_t pid;

	if ((error = posix_spawn(&pid, argv[0], actions, NULL, argv,
		 environ)) != 0)
		errx(1, "%s: %s", argv[0], strerror(error));
	if (waitpid(pid, &status, 0) != pid || status != 0)
		errx(1, "%s failed", argv[0]);
	return clock_ms(CLOCK_MONOTONIC) - start;
}

int
main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	const char *errstr;
	long i, n;

	if (argc < 3)
		errx(2, "usage: took N COMMAND [ARG...]");
	n = strtonum(argv[1], 1, 100000, &errstr);
	if (errstr != NULL)
		errx(2, "%s is %s", argv[1], errstr);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	for (i = 0; i < n; i++)
		printf("%.3f\n", took(argv + 2, &actions));
	posix_spawn_file_actions_destroy(&actions);
	return 0;
}
