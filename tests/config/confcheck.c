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
 * Checks or prints a configuration as kafkad -n and kafkad -nv do, for tests
 * of the parser alone.
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../daemon/config/conf.h"

int
main(int argc, char *argv[])
{
	struct conf *conf;
	const char *path = NULL;
	int ch, verbose = 0;

	while ((ch = getopt(argc, argv, "f:nv")) != -1) {
		switch (ch) {
		case 'f':
			path = optarg;
			break;
		case 'n':
			break;
		case 'v':
			verbose = 1;
			break;
		default:
			fprintf(stderr, "usage: confcheck [-nv] [-f file]\n");
			return 2;
		}
	}
	if ((conf = conf_load(path, stderr)) == NULL)
		return 1;
	if (conf_default_paths(conf, geteuid() == 0) == -1) {
		perror("confcheck");
		conf_free(conf);
		return 1;
	}
	if (verbose)
		conf_print(conf, stdout);
	else
		fprintf(stderr, "configuration OK\n");
	conf_free(conf);
	return 0;
}
