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
 * The control socket in the file system, for the parent. It must never take
 * the place of a kafkad that lives, nor remove what is not a dead socket.
 * Rights are what the kernel says of the other end, never what it says
 * itself.
 */

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control_sock.h"

#define SOCK_BACKLOG 16
#define SOCK_GROUPS_MAX 65536 /* NGROUPS_MAX of Linux */
#define SOCK_LOCK_TRIES 16

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

__attribute__((format(printf, 3, 4))) static int
sock_fail(char *err, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, size, fmt, ap);
	va_end(ap);
	return -1;
}

/* The lock may be removed by the one who held it: is this still the file? */
static bool
sock_lock_is_current(int fd, const char *path)
{
	struct stat held, now;

	return fstat(fd, &held) == 0 && lstat(path, &now) == 0 &&
	    held.st_dev == now.st_dev && held.st_ino == now.st_ino;
}

static int
sock_lock_open(const char *path, char *err, size_t size)
{
	const char *slash = strrchr(path, '/');
	int fd, dir = slash != NULL ? (int)(slash - path) : 0;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
	    0600);
	if (fd != -1)
		return fd;
	if (errno == ENOENT || errno == ENOTDIR)
		return sock_fail(err, size,
		    "%.*s: no such directory; make it, writable by kafkad's "
		    "user, or choose another path for the control socket",
		    dir > 0 ? dir : 1, dir > 0 ? path : "/");
	return sock_fail(err, size, "cannot open %s: %s", path,
	    strerror(errno));
}

/* Returns the locked descriptor, -1 with a text, or -2 if somebody has it. */
static int
sock_lock(const char *path, uid_t uid, char *err, size_t size)
{
	int fd, i, saved;

	for (i = 0; i < SOCK_LOCK_TRIES; i++) {
		if ((fd = sock_lock_open(path, err, size)) == -1)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
			saved = errno;
			close(fd);
			if (saved == EWOULDBLOCK)
				return -2;
			return sock_fail(err, size, "cannot lock %s: %s", path,
			    strerror(saved));
		}
		if (sock_lock_is_current(fd, path)) {
			/* So that its owner can be removed and made anew. */
			if (geteuid() == 0 && fchown(fd, uid, (gid_t)-1) == -1)
				break;
			return fd;
		}
		close(fd);
	}
	if (i < SOCK_LOCK_TRIES)
		close(fd);
	return sock_fail(err, size, "cannot have the lock %s to myself", path);
}

/*
 * Whether somebody answers at addr: 1 (pid, if known, else 0), 0 for a dead
 * socket or none, -1 with a text for everything that must not be touched.
 */
static int
sock_probe(const struct sockaddr_un *addr, pid_t *pid, char *err, size_t size)
{
	struct control_peer peer = { 0 };
	struct stat st;
	int fd, result, saved;

	*pid = 0;
	if (lstat(addr->sun_path, &st) == -1) {
		if (errno == ENOENT)
			return 0;
		return sock_fail(err, size, "%s: %s", addr->sun_path,
		    strerror(errno));
	}
	if (!S_ISSOCK(st.st_mode))
		return sock_fail(err, size,
		    "%s is there and is no socket: remove it, or choose "
		    "another path",
		    addr->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return sock_fail(err, size, "socket: %s", strerror(errno));
	result = connect(fd, (const struct sockaddr *)addr, sizeof(*addr));
	saved = errno;
	if (result == 0 && control_sock_peer(fd, (gid_t)-1, &peer) == 0)
		*pid = peer.pid;
	close(fd);
	if (result == 0 || saved == EAGAIN)
		return 1;
	if (saved == ECONNREFUSED || saved == ENOENT)
		return 0;
	return sock_fail(err, size, "cannot tell who answers at %s: %s",
	    addr->sun_path, strerror(saved));
}

static int
sock_answered(const char *path, pid_t pid, char *err, size_t size)
{
	if (pid > 0)
		return sock_fail(err, size,
		    "%s: already answered by another kafkad (pid %d)", path,
		    (int)pid);
	return sock_fail(err, size, "%s: already answered by another kafkad",
	    path);
}

/* Owner, group and mode: bound with none, so that no moment is too open. */
static int
sock_permit(const char *path, uid_t uid, gid_t group, bool any, char *err,
    size_t size)
{
	if (geteuid() != 0)
		uid = (uid_t)-1;
	if ((uid != (uid_t)-1 || group != (gid_t)-1) &&
	    lchown(path, uid, group) == -1)
		return sock_fail(err, size,
		    "cannot give %s to group %lld: %s (without root kafkad's "
		    "user must be a member)",
		    path, group == (gid_t)-1 ? -1LL : (long long)group,
		    strerror(errno));
	if (chmod(path, any ? 0666 : 0660) == -1)
		return sock_fail(err, size, "cannot chmod %s: %s", path,
		    strerror(errno));
	return 0;
}

/* With the lock: removes what is dead, binds, listens. */
static int
sock_bind(struct control_sock *s, const struct sockaddr_un *addr, uid_t uid,
    gid_t group, bool any, char *err, size_t size)
{
	struct stat st;
	mode_t mask;
	int r;

	if (unlink(s->path) == -1 && errno != ENOENT)
		return sock_fail(err, size, "cannot remove %s: %s", s->path,
		    strerror(errno));
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd == -1)
		return sock_fail(err, size, "socket: %s", strerror(errno));
	mask = umask(0777);
	r = bind(s->fd, (const struct sockaddr *)addr, sizeof(*addr));
	umask(mask);
	if (r == -1 || lstat(s->path, &st) == -1)
		return sock_fail(err, size, "cannot bind %s: %s", s->path,
		    strerror(errno));
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	if (sock_permit(s->path, uid, group, any, err, size) == -1)
		return -1;
	if (listen(s->fd, SOCK_BACKLOG) == -1)
		return sock_fail(err, size, "cannot listen on %s: %s", s->path,
		    strerror(errno));
	return 0;
}

static char *
sock_lock_path(const char *path)
{
	char *lock;

	return asprintf(&lock, "%s.lock", path) == -1 ? NULL : lock;
}

int
control_sock_open(struct control_sock *s, const char *path, uid_t uid,
    gid_t group, bool any, char *err, size_t size)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char *lock;
	pid_t pid;
	int alive;

	*s = (struct control_sock) { .fd = -1, .lock = -1 };
	if (strlcpy(addr.sun_path, path, sizeof(addr.sun_path)) >=
	    sizeof(addr.sun_path))
		return sock_fail(err, size,
		    "%s: too long for a socket: at most %zu bytes", path,
		    sizeof(addr.sun_path) - 1);
	lock = sock_lock_path(path);
	if (lock == NULL || (s->path = strdup(path)) == NULL) {
		free(lock);
		return sock_fail(err, size, "no memory");
	}
	s->lock = sock_lock(lock, uid, err, size);
	if (s->lock == -1)
		goto fail;
	if ((alive = sock_probe(&addr, &pid, err, size)) == -1)
		goto fail;
	if (alive) {
		sock_answered(path, pid, err, size);
		goto fail;
	}
	if (s->lock == -2) {
		sock_fail(err, size,
		    "%s is held: another kafkad starts or ends there", lock);
		goto fail;
	}
	if (sock_bind(s, &addr, uid, group, any, err, size) == -1)
		goto fail;
	free(lock);
	return 0;

fail:
	free(lock);
	control_sock_close(s);
	return -1;
}

void
control_sock_close(struct control_sock *s)
{
	struct stat st;
	char *lock;

	if (s->ino != 0 && lstat(s->path, &st) == 0 && st.st_dev == s->dev &&
	    st.st_ino == s->ino)
		unlink(s->path);
	if (s->fd != -1)
		close(s->fd);
	if (s->lock >= 0) {
		/* Removed while it is held: see sock_lock_is_current(). */
		if ((lock = sock_lock_path(s->path)) != NULL)
			unlink(lock);
		free(lock);
		close(s->lock);
	}
	free(s->path);
	*s = (struct control_sock) { .fd = -1, .lock = -1 };
}

/* Whether the groups the peer had when it connected hold this one. */
static bool
sock_has_group(int fd, gid_t group)
{
	gid_t few[64], *groups = few, *more = NULL;
	socklen_t len = sizeof(few);
	bool found = false;
	size_t i;
	int r;

	r = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len);
	if (r == -1 && errno == ERANGE && len > sizeof(few) &&
	    len <= SOCK_GROUPS_MAX * sizeof(gid_t)) {
		if ((more = malloc(len)) == NULL)
			return false;
		groups = more;
		r = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len);
	}
	for (i = 0; r == 0 && i < len / sizeof(gid_t); i++)
		found = found || groups[i] == group;
	free(more);
	return found;
}

int
control_sock_peer(int fd, gid_t group, struct control_peer *p)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return -1;
	p->uid = cred.uid;
	p->gid = cred.gid;
	p->pid = cred.pid;
	p->in_group = group != (gid_t)-1 &&
	    (cred.gid == group || sock_has_group(fd, group));
	return 0;
}
