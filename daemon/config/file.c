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
 * Files that the configuration names: whether they can be read, and by nobody
 * else where that matters; and the secret. The secret is in memory once, in
 * the configuration; copies made on the way are overwritten.
 */

#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parser.h"

/*
 * Opens a regular file that is as private as it must be. Returns a
 * descriptor, or -1 after saying why not.
 */
static int
file_open(struct parser *ps, const struct conf_pos *pos, const char *what,
    const char *path, bool private)
{
	struct stat st;
	int fd;

	/* Opening a FIFO would wait for a writer. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1 ||
	    fstat(fd, &st) == -1) {
		conf_error(ps, pos, "%s: cannot read %s: %s", what, path,
		    strerror(errno));
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		conf_error(ps, pos, "%s: %s is not a regular file", what, path);
		goto fail;
	}
	if (private && (st.st_mode & S_IRWXO) != 0) {
		conf_error(ps, pos,
		    "%s: %s is open to everybody: chmod o-rwx "
		    "%s",
		    what, path, path);
		goto fail;
	}
	return fd;
fail:
	if (fd != -1)
		close(fd);
	return -1;
}

void
file_check(struct parser *ps, const struct conf_pos *pos, const char *what,
    const char *path, bool private)
{
	int fd;

	if ((fd = file_open(ps, pos, what, path, private)) != -1)
		close(fd);
}

/* Reads until buf is full or the file ends. Returns the length, or -1. */
static ssize_t
file_read(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		if ((n = read(fd, buf + len, size - len)) == -1)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* The text of a secret: without the newline at its end. NULL or an error. */
static const char *
secret_trim(char *buf, ssize_t len)
{
	ssize_t i;

	if (len == -1)
		return strerror(errno);
	if (len > SECRET_LEN_MAX)
		return "longer than 4096 bytes";
	if (len > 0 && buf[len - 1] == '\n')
		len--;
	if (len > 0 && buf[len - 1] == '\r')
		len--;
	if (len == 0)
		return "empty";
	for (i = 0; i < len; i++) {
		if ((unsigned char)buf[i] < ' ' || buf[i] == 0x7f)
			return "must be one line without control characters";
	}
	buf[len] = '\0';
	return NULL;
}

void
file_secret(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **secret, char **file, const char *path)
{
	char buf[SECRET_LEN_MAX + 2];
	const char *error;
	int fd;

	if (!set_once(ps, pos, key))
		return;
	if (path[0] != '/') {
		conf_error(ps, pos, "%s: '%s' is not an absolute path", key,
		    path);
		return;
	}
	if ((fd = file_open(ps, pos, key, path, true)) == -1)
		return;
	error = secret_trim(buf, file_read(fd, buf, SECRET_LEN_MAX + 1));
	close(fd);
	if (error != NULL)
		conf_error(ps, pos, "%s: %s: %s", key, path, error);
	else if ((*secret = strdup(buf)) == NULL ||
	    (*file = strdup(path)) == NULL)
		conf_error(ps, pos, "out of memory");
	explicit_bzero(buf, sizeof(buf));
}

/* Whether this process can open the file; what is no file is not asked. */
static bool
user_can_read(const char *path)
{
	struct stat st;
	int fd;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return true;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	close(fd);
	return true;
}

/* In a child: becomes the user, says what it cannot read, counts it. */
static unsigned int
user_try(struct parser *ps, const struct passwd *pw)
{
	const struct mesos_conf *m = &ps->conf->mesos;
	const struct http_conf *h = &ps->conf->http;
	const struct {
		const char *block;
		const char *key;
		const char *path;
	} files[] = {
		{ "mesos", "secret", m->secret_file },
		{ "mesos", "ca", m->ca },
		{ "mesos", "certificate", m->cert },
		{ "mesos", "key", m->key },
		{ "http", "password", h->password_file },
		{ "http", "certificate", h->cert },
		{ "http", "key", h->key },
	};
	const struct source *source;
	size_t i;

	if (initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1) {
		conf_error(ps, &ps->pos, "cannot become user %s: %s",
		    ps->conf->user, strerror(errno));
		return ps->errors;
	}
	SLIST_FOREACH(source, &ps->sources, entry)
	{
		if (!user_can_read(source->name))
			conf_error(ps, NULL, "%s: user %s cannot read it",
			    source->name, ps->conf->user);
	}
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].path != NULL && !user_can_read(files[i].path))
			conf_error(ps,
			    conf_where(ps->conf, files[i].block, files[i].key),
			    "%s: user %s cannot read %s", files[i].key,
			    ps->conf->user, files[i].path);
	}
	return ps->errors;
}

/*
 * Rights on files are for the kernel to judge (groups, lists of rights,
 * folders above), so a child becomes the user and tries.
 */
void
file_check_user(struct parser *ps)
{
	const struct passwd *pw;
	unsigned int errors;
	pid_t pid;
	int status;

	/* An unknown user is an error of the start, not of the file. */
	if (geteuid() != 0 || (pw = getpwnam(ps->conf->user)) == NULL)
		return;
	fflush(ps->err);
	if ((pid = fork()) == -1) {
		conf_error(ps, &ps->pos, "fork: %s", strerror(errno));
		return;
	}
	if (pid == 0) {
		errors = user_try(ps, pw);
		fflush(ps->err);
		_exit(errors > 0 ? 1 : 0);
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		ps->errors++;
}
