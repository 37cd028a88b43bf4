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
 * Default places of the socket and the state. Used by the parent and by
 * kafkactl; looks at the environment and the user database only, and does not
 * touch the file system.
 */

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "paths.h"

#define PATHS_STATE "/var/lib/kafkad"
#define PATHS_SOCKET "/run/kafkad/kafkad.sock"

static const char *
paths_home(void)
{
	const char *home = getenv("HOME");
	struct passwd *pw;

	if (home != NULL && home[0] == '/')
		return home;
	pw = getpwuid(getuid());
	return pw != NULL && pw->pw_dir[0] == '/' ? pw->pw_dir : NULL;
}

/* The user's own state folder, and file in it. */
static int
paths_own(char *buf, size_t size, const char *file)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home;
	int n;

	if (xdg != NULL && xdg[0] == '/') {
		n = snprintf(buf, size, "%s/kafkad%s", xdg, file);
	} else if ((home = paths_home()) != NULL) {
		n = snprintf(buf, size, "%s/.local/state/kafkad%s", home, file);
	} else {
		errno = ENOENT;
		return -1;
	}
	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

static int
paths_fixed(char *buf, size_t size, const char *path)
{
	int n = snprintf(buf, size, "%s", path);

	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

int
paths_default_socket(char *buf, size_t size, bool root)
{
	return root ? paths_fixed(buf, size, PATHS_SOCKET)
		    : paths_own(buf, size, "/kafkad.sock");
}

int
paths_default_state(char *buf, size_t size, bool root)
{
	return root ? paths_fixed(buf, size, PATHS_STATE)
		    : paths_own(buf, size, "");
}
