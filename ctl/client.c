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
 * kafkactl's end of the control socket: connects, sends one line, reads the
 * lines of the reply. It trusts kafkad with the meaning of what it says, not
 * with its length or its bytes: they end up on a terminal.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "paths.h"

#define CTL_BUF (LINE_REPLY_MAX + 3)

__attribute__((format(printf, 3, 4))) static int
ctl_fail(char *err, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, size, fmt, ap);
	va_end(ap);
	return -1;
}

int
ctl_default_socket(char *buf, size_t size)
{
	const char *sock;

	if ((sock = getenv("KAFKAD_SOCKET")) != NULL && *sock != '\0')
		return strlcpy(buf, sock, size) < size ? 0 : -1;
	if (paths_default_socket(buf, size, true) == -1)
		return -1;
	/* What we may not look at exists as well, to be told so. */
	if (geteuid() == 0 || access(buf, F_OK) == 0 || errno == EACCES)
		return 0;
	/* Who has no folder of their own has no kafkad there. */
	if (paths_default_socket(buf, size, false) == 0 || errno == ENOENT)
		return 0;
	return -1;
}

int64_t
ctl_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

/* A signal begins the time anew. */
static int
ctl_connect_to(int fd, const struct sockaddr_un *addr, int timeout)
{
	const struct timeval limit = { .tv_sec = timeout / 1000,
		.tv_usec = timeout % 1000 * 1000 };
	int r;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ==
	    -1)
		return -1;
	do {
		r = connect(fd, (const struct sockaddr *)addr, sizeof(*addr));
	} while (r == -1 && errno == EINTR);
	/* What Unix sockets say for it means nothing to people. */
	if (r == -1 && errno == EAGAIN)
		errno = ETIMEDOUT;
	return r;
}

int
ctl_connect(struct ctl_client *c, const char *path, int timeout, char *err,
    size_t size)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int saved;

	*c = (struct ctl_client) { .fd = -1 };
	if (strlcpy(addr.sun_path, path, sizeof(addr.sun_path)) >=
	    sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return ctl_fail(err, size, "%s: too long for a socket", path);
	}
	if ((c->buf = malloc(CTL_BUF)) == NULL)
		return ctl_fail(err, size, "no memory");
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd == -1 || ctl_connect_to(c->fd, &addr, timeout) == -1) {
		saved = errno;
		ctl_fail(err, size, "cannot reach kafkad at %s: %s", path,
		    strerror(errno));
		ctl_close(c);
		errno = saved;
		return -1;
	}
	return 0;
}

void
ctl_close(struct ctl_client *c)
{
	if (c->fd != -1)
		close(c->fd);
	free(c->buf);
	*c = (struct ctl_client) { .fd = -1 };
}

int
ctl_send(struct ctl_client *c, const char *line, char *err, size_t size)
{
	char buf[LINE_COMMAND_MAX + 2];
	size_t done = 0, len;
	ssize_t n;

	len = strlcpy(buf, line, sizeof(buf) - 1);
	if (len > LINE_COMMAND_MAX)
		return ctl_fail(err, size, "the command is too long");
	buf[len++] = '\n';
	while (done < len) {
		n = send(c->fd, buf + done, len - done, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return ctl_fail(err, size, "cannot write to kafkad: %s",
			    strerror(errno == EAGAIN ? ETIMEDOUT : errno));
		done += (size_t)n;
	}
	return 0;
}

/* Reads what is there, waiting until deadline (0: for ever) for it. */
static int
ctl_read(struct ctl_client *c, int64_t deadline, char *err, size_t size)
{
	struct pollfd pfd = { .fd = c->fd, .events = POLLIN };
	int64_t left = -1;
	ssize_t n;
	int r;

	if (deadline != 0 && (left = deadline - ctl_now()) < 0)
		left = 0;
	if ((r = poll(&pfd, 1, (int)left)) == 0) {
		ctl_fail(err, size, "kafkad does not answer");
		errno = ETIMEDOUT;
		return -1;
	}
	if (r == -1 && errno == EINTR)
		return 0;
	n = read(c->fd, c->buf + c->len, CTL_BUF - 1 - c->len);
	if (n == -1 && errno == EINTR)
		return 0;
	if (n == -1)
		return ctl_fail(err, size, "cannot read from kafkad: %s",
		    strerror(errno));
	if (n == 0) {
		ctl_fail(err, size, "kafkad closed the connection");
		errno = ECONNRESET;
		return -1;
	}
	c->len += (size_t)n;
	return 0;
}

/* For the rest of a line; many whole ones come at once. */
static void
ctl_make_room(struct ctl_client *c)
{
	memmove(c->buf, c->buf + c->used, c->len - c->used);
	c->len -= c->used;
	c->used = 0;
}

int
ctl_receive(struct ctl_client *c, int timeout, struct line_reply *r, char *err,
    size_t size)
{
	int64_t deadline = timeout < 0 ? 0 : ctl_now() + timeout;
	enum line_status status;
	size_t len, used;
	const char *why;
	char *line;

	errno = 0;
	while ((status = line_take(c->buf + c->used, c->len - c->used,
		    LINE_REPLY_MAX, &len, &used)) == LINE_NONE) {
		ctl_make_room(c);
		if (ctl_read(c, deadline, err, size) == -1)
			return -1;
	}
	if (status == LINE_LONG)
		return ctl_fail(err, size, "kafkad sent too long a line");
	line = c->buf + c->used;
	c->used += used;
	if ((why = line_check(line, len)) != NULL)
		return ctl_fail(err, size, "kafkad sent nonsense: %s", why);
	line[len] = '\0';
	if (line_reply_parse(line, r) == -1)
		return ctl_fail(err, size, "kafkad sent nonsense: %.64s", line);
	return 0;
}
