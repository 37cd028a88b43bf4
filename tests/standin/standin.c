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
 * standin: what a ZooKeeper or a Kafka looks like from outside, for tests that
 * need tasks by the dozen and no data. It trusts its environment and arguments,
 * which come from an image script. It must never run twice on one directory: a
 * second one ends with status 1, so a test sees two tasks on one volume.
 */

#define _GNU_SOURCE 1 /* ppoll */

#include <sys/file.h>
#include <sys/socket.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FDS_MAX 256
#define EXIT_TERM 143 /* what java exits with on SIGTERM */

/* What a descriptor of the poll set is. SRVR: of the port that answers srvr. */
enum fd_kind { FD_LISTEN, FD_LISTEN_SRVR, FD_CLIENT, FD_SRVR };

static struct pollfd fds[FDS_MAX];
static enum fd_kind kinds[FDS_MAX];
static size_t nfds;
static volatile sig_atomic_t term;

static void
term_cb(int sig)
{
	term = sig;
}

/* Milliseconds on a clock that never jumps. */
static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* A number from the environment, or missing if it is not set or empty. */
static int64_t
env_number(const char *name, int64_t missing)
{
	const char *value, *errstr;
	int64_t n;

	if ((value = getenv(name)) == NULL || *value == '\0')
		return (missing);
	n = strtonum(value, 0, INT_MAX, &errstr);
	if (errstr != NULL)
		errx(1, "%s is %s: %s", name, errstr, value);
	return (n);
}

static void
fd_add(int fd, enum fd_kind kind)
{
	if (nfds == FDS_MAX) {
		close(fd);
		return;
	}
	fds[nfds].fd = fd;
	fds[nfds].events = POLLIN;
	kinds[nfds++] = kind;
}

/* The lock lives as long as the process, so its descriptor is not kept. */
static void
lock_take(const char *dir)
{
	int fd;

	if (chdir(dir) == -1 ||
	    (fd = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644)) == -1)
		err(1, "%s/lock", dir);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		errx(1, "%s/lock: another task uses this volume", dir);
	if (ftruncate(fd, 0) == -1 || dprintf(fd, "%ld\n", (long)getpid()) < 0)
		err(1, "%s/lock", dir);
}

/* Listen on HOST:PORT; without HOST on every IPv4 address. */
static void
listen_on(const char *where, enum fd_kind kind)
{
	struct addrinfo hints, *res;
	char host[256], *port;
	int error, fd, on = 1;

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = AF_INET;
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE;
	if (strlcpy(host, where, sizeof(host)) >= sizeof(host) ||
	    (port = strrchr(host, ':')) == NULL || port[1] == '\0')
		errx(1, "not host:port: %s", where);
	*port++ = '\0';
	if ((error = getaddrinfo(*host == '\0' ? NULL : host, port, &hints,
		 &res)) != 0)
		errx(1, "%s: %s", where, gai_strerror(error));
	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		 0)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, res->ai_addr, res->ai_addrlen) == -1 ||
	    listen(fd, 64) == -1)
		err(1, "%s", where);
	freeaddrinfo(res);
	fd_add(fd, kind);
}

/* Take a connection, or read what a client says and answer srvr. */
static void
fd_handle(size_t i, const char *mode)
{
	char buf[256];
	ssize_t n;
	int fd = fds[i].fd;

	if (kinds[i] == FD_LISTEN || kinds[i] == FD_LISTEN_SRVR) {
		if ((fd = accept(fd, NULL, NULL)) != -1)
			fd_add(fd, kinds[i] == FD_LISTEN ? FD_CLIENT : FD_SRVR);
		return;
	}
	n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	if (n > 0 && kinds[i] == FD_CLIENT)
		return;
	if (n >= 4 && memcmp(buf, "srvr", 4) == 0)
		dprintf(fd, "Zookeeper version: standin\nMode: %s\n", mode);
	close(fd);
	fds[i] = fds[--nfds];
	kinds[i] = kinds[nfds];
}

/*
 * One pass over the arguments takes the locks (/DIR), a later one listens
 * ([HOST]:PORT, or srvr=[HOST]:PORT where srvr is answered).
 */
static void
args_use(char *argv[], int listening)
{
	for (; *argv != NULL; argv++) {
		if (listening && strncmp(*argv, "srvr=", 5) == 0)
			listen_on(*argv + 5, FD_LISTEN_SRVR);
		else if (listening && **argv != '/')
			listen_on(*argv, FD_LISTEN);
		else if (!listening && **argv == '/')
			lock_take(*argv);
	}
}

/* Wait for descriptors or the nearer of two times, -1 being never. */
static int
wait_until(int64_t a, int64_t b, const sigset_t *mask)
{
	struct timespec ts;
	int64_t at = a == -1 || (b != -1 && b < a) ? b : a;
	int64_t left = at == -1 ? INT_MAX : at - now_ms();

	if (left < 0)
		left = 0;
	ts.tv_sec = left / 1000;
	ts.tv_nsec = left % 1000 * 1000000;
	return (ppoll(fds, nfds, &ts, mask));
}

/* Serve until it is time to go; returns the exit status. */
static int
serve(const char *mode, char *argv[], const sigset_t *mask)
{
	int64_t start = now_ms(), exit_at, listen_at;
	int status = (int)env_number("STANDIN_EXIT_CODE", 0);
	size_t i;

	args_use(argv, 0);
	listen_at = start + env_number("STANDIN_START_DELAY", 0);
	if ((exit_at = env_number("STANDIN_EXIT_AFTER", -1)) != -1)
		exit_at += start;
	while (exit_at == -1 || now_ms() < exit_at) {
		if (listen_at != -1 && now_ms() >= listen_at) {
			args_use(argv, 1);
			listen_at = -1;
		}
		if (wait_until(listen_at, exit_at, mask) != -1)
			for (i = nfds; i-- > 0;)
				if (fds[i].revents != 0)
					fd_handle(i, mode);
		if (term == 0)
			continue;
		/* Asked to go. Once is enough, more does not hasten it. */
		signal(SIGTERM, SIG_IGN);
		term = 0;
		exit_at = now_ms() + env_number("STANDIN_TERM_DELAY", 0);
		status = EXIT_TERM;
	}
	return (status);
}

int
main(int argc, char *argv[])
{
	sigset_t set, before;
	const char *fail;

	if (argc < 3)
		errx(2,
		    "usage: standin mode [/dir ...] [srvr=][host]:port ...");
	if ((fail = getenv("STANDIN_FAIL_FILE")) != NULL &&
	    access(fail, F_OK) == 0)
		errx(1, "told to fail by %s", fail);
	/* The signal is let in only while waiting, so none is missed. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	sigdelset(&before, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM,
	    env_number("STANDIN_IGNORE_TERM", 0) != 0 ? SIG_IGN : term_cb);
	return (serve(argv[1], argv + 2, &before));
}
