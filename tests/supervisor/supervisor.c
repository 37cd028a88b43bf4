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
 * What of systemd a notifying service sees, for tests: a datagram socket, and
 * the variables that name it.
 *
 *	supervisor [-n] [-w USEC] [-p PID] NAME LOG PROGRAM [ARGUMENT...]
 *
 * NAME is a path, or begins with "@". The program takes this process's place;
 * another one, not its child, writes a line into LOG for each message: the
 * milliseconds since the start, the pid of the sender as the kernel says, and
 * the text with "|" for the ends of its lines. It ends with the program.
 *
 * -n: nobody listens. -w: WATCHDOG_USEC, with WATCHDOG_PID that of the
 * program, or what -p says.
 */

#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
supervisor_bind(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t len =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	int fd, on = 1;

	if (strlcpy(a.sun_path, name, sizeof(a.sun_path)) >= sizeof(a.sun_path))
		errx(1, "%s: too long", name);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, len) == -1)
		err(1, "%s", name);
	/* As systemd's: whoever the program becomes may send. */
	if (name[0] == '/' && chmod(name, 0777) == -1)
		err(1, "%s", name);
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == -1)
		err(1, "SO_PASSCRED");
	return fd;
}

/* One message, if there is one. */
static bool
supervisor_read(int fd, FILE *log, int64_t start)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	char text[4096];
	struct iovec iov = { text, sizeof(text) - 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf) };
	struct ucred cred = { .pid = -1 };
	struct cmsghdr *c;
	ssize_t i, n;

	if ((n = recvmsg(fd, &m, MSG_DONTWAIT)) <= 0)
		return false;
	c = CMSG_FIRSTHDR(&m);
	if (c != NULL && c->cmsg_type == SCM_CREDENTIALS)
		memcpy(&cred, CMSG_DATA(c), sizeof(cred));
	for (i = 0; i < n; i++) {
		if (text[i] == '\n')
			text[i] = '|';
	}
	text[n] = '\0';
	fprintf(log, "%lld %d %s\n", (long long)(now() - start), (int)cred.pid,
	    text);
	fflush(log);
	return true;
}

static void
supervisor_listen(int fd, int program, FILE *log)
{
	int64_t start = now();
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = program, .events = POLLIN } };

	do {
		poll(p, 2, -1);
		while (supervisor_read(fd, log, start))
			continue;
	} while (p[1].revents == 0);
	while (supervisor_read(fd, log, start))
		continue;
}

/* The listener, in a process that is no child of the program. */
static void
supervisor_start(const char *name, const char *path)
{
	int fd = supervisor_bind(name), program, sync[2];
	FILE *log = fopen(path, "we");
	char done;
	pid_t pid;

	if (log == NULL || pipe2(sync, O_CLOEXEC) == -1 ||
	    (program = pidfd_open(getpid(), 0)) == -1)
		err(1, "%s", path);
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		if (fork() != 0)
			_exit(0);
		setsid();
		close(sync[0]);
		close(sync[1]);
		supervisor_listen(fd, program, log);
		if (name[0] == '/')
			unlink(name);
		_exit(0);
	}
	/* Its parent is gone when the pipe's other ends are closed. */
	close(sync[1]);
	if (read(sync[0], &done, 1) != 0)
		err(1, "pipe");
}

int
main(int argc, char *argv[])
{
	const char *usec = NULL, *whose = NULL;
	char pid[16];
	bool nobody = false;
	int ch;

	while ((ch = getopt(argc, argv, "+nw:p:")) != -1) {
		switch (ch) {
		case 'n':
			nobody = true;
			break;
		case 'w':
			usec = optarg;
			break;
		case 'p':
			whose = optarg;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind < 3)
		errx(2, "see the source for its options");
	if (!nobody)
		supervisor_start(argv[optind], argv[optind + 1]);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("NOTIFY_SOCKET", argv[optind], 1);
	if (usec != NULL) {
		setenv("WATCHDOG_USEC", usec, 1);
		setenv("WATCHDOG_PID", whose != NULL ? whose : pid, 1);
	}
	execv(argv[optind + 2], argv + optind + 2);
	err(1, "%s", argv[optind + 2]);
}
