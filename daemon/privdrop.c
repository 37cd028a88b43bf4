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
 * Giving up root. Runs in the parent, once, before any child is started and
 * before anything from outside is read.
 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "privdrop.h"

/* Makes the folder, and those above it, as mkdir -p does. */
static void
folder_make(const char *path, const struct passwd *owner)
{
	char part[PATH_MAX], *p;
	struct stat st;
	int fd;

	if (stat(path, &st) == 0)
		return;
	strlcpy(part, path, sizeof(part));
	for (p = part + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(part, 0755) == -1 && errno != EEXIST)
			fatal("cannot make folder %s", part);
		*p = '/';
	}
	if (mkdir(part, 0750) == -1)
		fatal("cannot make folder %s", part);
	/* By its descriptor: nobody can put a link in its place meanwhile. */
	fd = open(part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* The socket's folder is entered by others, too. */
	if (fd == -1 || fchmod(fd, 0755) == -1)
		fatal("%s", part);
	if (owner != NULL && fchown(fd, owner->pw_uid, owner->pw_gid) == -1)
		fatal("cannot give folder %s to %s", part, owner->pw_name);
	close(fd);
}

static void
folders_make(const struct conf *conf, const struct passwd *owner)
{
	char dir[PATH_MAX], *slash;

	folder_make(conf->state, owner);
	strlcpy(dir, conf->control, sizeof(dir));
	if ((slash = strrchr(dir, '/')) != NULL && slash != dir) {
		*slash = '\0';
		folder_make(dir, owner);
	}
}

/*
 * The user's own groups, and that of the control socket: who is in it may give
 * the socket to it later, root or not.
 */
static int
groups_take(const struct passwd *pw, const char *control)
{
	struct group *gr;
	gid_t *groups;
	int n, rv = -1;

	if (initgroups(pw->pw_name, pw->pw_gid) == -1)
		return -1;
	if (control == NULL)
		return 0;
	if ((gr = getgrnam(control)) == NULL)
		fatalx("control: no such group: %s", control);
	/* There may be 65536, though mostly few: not on the stack. */
	if ((n = getgroups(0, NULL)) == -1 ||
	    (groups = calloc((size_t)n + 1, sizeof(*groups))) == NULL)
		return -1;
	if ((n = getgroups(n, groups)) != -1) {
		groups[n++] = gr->gr_gid;
		rv = setgroups((size_t)n, groups);
	}
	free(groups);
	return rv;
}

static void
user_become(const struct passwd *pw, const char *control)
{
	if (groups_take(pw, control) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		fatal("cannot become user %s", pw->pw_name);
	if (setuid(0) != -1 || seteuid(0) != -1 || getuid() != pw->pw_uid ||
	    geteuid() != pw->pw_uid)
		fatalx("still root after becoming user %s", pw->pw_name);
}

static struct passwd *
user_find(const struct conf *conf)
{
	struct passwd *pw;

	if ((pw = getpwnam(conf->user)) == NULL)
		fatalx("no such user: %s; make it (useradd --system %s), or "
		       "name another one with user in the configuration",
		    conf->user, conf->user);
	if (pw->pw_uid == 0)
		fatalx("user %s is root; kafkad does not need root",
		    conf->user);
	return pw;
}

void
privdrop(const struct conf *conf)
{
	struct passwd *pw = NULL;

	/* Folders that are made on the way are entered by the user, too. */
	umask(022);
	if (geteuid() == 0)
		pw = user_find(conf);
	folders_make(conf, pw);
	if (pw != NULL)
		user_become(pw, conf->control_group);
	if (access(conf->state, R_OK | W_OK | X_OK) == -1)
		fatal("state folder %s", conf->state);
}
