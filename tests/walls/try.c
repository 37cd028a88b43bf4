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
 * Inside each process of a kafkad that is linked with this: tries what the
 * process must not do, before its walls are up and after, and says on stderr
 * what came of it, one line each:
 *
 *	walls: PROCESS WHAT: BEFORE, AFTER
 *
 * "ok", or the error. What it is tried on is told by the file walls.try in the
 * working folder: "state PATH", "file PATH" (nobody's business), "control
 * PATH", "folder PATH" (that may be written to), "port N" (where something
 * listens that is no master), "master N", "pid N" (of the same user). With
 * "unlisten 1" the http process does nothing but end its listening, and itself.
 */

#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandbox.h"
#include "shim/shim.h"

#define TRIES_MAX 64
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static char state[256], file[256], control[256], folder[256];
static int port, master, pid, unlisten;
static int before[TRIES_MAX];

__attribute__((constructor)) static void
facts_read(void)
{
	FILE *f = fopen("walls.try", "r");
	char name[16], value[256];

	if (f == NULL)
		return;
	while (fscanf(f, "%15s %255s", name, value) == 2) {
		if (strcmp(name, "state") == 0)
			strlcpy(state, value, sizeof(state));
		else if (strcmp(name, "file") == 0)
			strlcpy(file, value, sizeof(file));
		else if (strcmp(name, "control") == 0)
			strlcpy(control, value, sizeof(control));
		else if (strcmp(name, "folder") == 0)
			strlcpy(folder, value, sizeof(folder));
		else if (strcmp(name, "port") == 0)
			port = atoi(value);
		else if (strcmp(name, "master") == 0)
			master = atoi(value);
		else if (strcmp(name, "pid") == 0)
			pid = atoi(value);
		else if (strcmp(name, "unlisten") == 0)
			unlisten = atoi(value);
	}
	fclose(f);
}

/* Each returns what the call did; what it got is given back. */
static int
shut(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return fd;
}

static int
try_read_state(void)
{
	return shut(open(state, O_RDONLY));
}

static int
try_read_file(void)
{
	return shut(open(file, O_RDONLY));
}

static int
try_read_resolver(void)
{
	return shut(open("/etc/nsswitch.conf", O_RDONLY));
}

static int
try_list(void)
{
	return shut(open(folder, O_RDONLY | O_DIRECTORY));
}

static int
try_write_state(void)
{
	return shut(open(state, O_WRONLY));
}

static int
try_write(void)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/new", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd != -1)
		unlink(path);
	return shut(fd);
}

static int
try_link(void)
{
	char path[300];
	int rc;

	snprintf(path, sizeof(path), "%s/link", folder);
	if ((rc = symlink("/", path)) == 0)
		unlink(path);
	return rc;
}

static int
try_chmod(void)
{
	return chmod(control, 0666);
}

/* Another error than that there is no such program is a refusal. */
static int
try_exec(void)
{
	char *argv[] = { NULL }, *envp[] = { NULL };

	execve("/nonexistent", argv, envp);
	return errno == ENOENT ? 0 : -1;
}

static int
try_fork(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child > 0)
		waitpid(child, NULL, 0);
	return child;
}

static int
try_signal_parent(void)
{
	return kill(getppid(), 0);
}

static int
try_signal(void)
{
	return kill(pid, 0);
}

static int
try_ptrace(void)
{
	long rc = ptrace(PTRACE_SEIZE, pid, NULL, NULL);

	if (rc == 0) {
		/* Let go of it, which it must be stopped for. */
		ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
		waitpid(pid, NULL, __WALL);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
	}
	return (int)rc;
}

static int
try_peek(void)
{
	static char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };
	ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);

	/* It has its own addresses: not there is an answer. */
	return n == -1 && errno != EFAULT ? -1 : 0;
}

static int
try_tcp(int to, int (*act)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)to),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd, rc;

	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
		return -1;
	rc = act(fd, (struct sockaddr *)&in, sizeof(in));
	shut(fd);
	return rc;
}

static int
try_connect(void)
{
	return try_tcp(port, connect);
}

static int
try_connect_master(void)
{
	return try_tcp(master, connect);
}

/* Connecting by the way of sending. */
static int
try_fastopen(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n;

	if (fd == -1)
		return -1;
	n = sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&in,
	    sizeof(in));
	shut(fd);
	return (int)n;
}

static int
try_mptcp(void)
{
	return shut(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
}

/* Either end could be sent on to any datagram socket. */
static int
try_datagrams(void)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) == -1)
		return -1;
	shut(fds[0]);
	shut(fds[1]);
	return 0;
}

/* The parent's own stderr could be ended by us. That it is none is good. */
static int
try_shut_log(void)
{
	return shutdown(STDERR_FILENO, SHUT_RDWR);
}

static int
try_bind(void)
{
	return try_tcp(0, bind);
}

static int
try_control(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd, rc;

	strlcpy(un.sun_path, control, sizeof(un.sun_path));
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return -1;
	rc = connect(fd, (struct sockaddr *)&un, sizeof(un));
	shut(fd);
	return rc;
}

static int
try_mount(void)
{
	return mount("none", folder, "tmpfs", 0, NULL) == -1 &&
		errno != EPERM && errno != EACCES
	    ? -1
	    : 0;
}

static int
try_unshare(void)
{
	return unshare(CLONE_FS);
}

static int
try_keys(void)
{
	return (int)syscall(SYS_keyctl, 0, -2, 0, 0, 0);
}

static int
try_written_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	return munmap(p, 4096);
}

static int
try_run_written(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc, saved;

	if (p == MAP_FAILED)
		err(1, "mmap");
	rc = mprotect(p, 4096, PROT_READ | PROT_EXEC);
	saved = errno;
	munmap(p, 4096);
	errno = saved;
	return rc;
}

/* Whoever owns a descriptor is sent signals for it. */
static int
try_signal_by_file(void)
{
	return fcntl(STDERR_FILENO, F_SETOWN, getpid());
}

static int
try_limits_of_parent(void)
{
	return prlimit(getppid(), RLIMIT_NOFILE, NULL, NULL);
}

static const struct
try {
	const char *name;
	int (*fn)(void);
	bool parent; /* tried there, too */
}
tries[] = {
	{ "read-state", try_read_state, true },
	{ "write-state", try_write_state, true },
	{ "read-file", try_read_file, false },
	{ "read-resolver", try_read_resolver, false },
	{ "list", try_list, false },
	{ "write", try_write, true },
	{ "symlink", try_link, true },
	{ "chmod", try_chmod, false },
	{ "exec", try_exec, false },
	{ "fork", try_fork, false },
	{ "signal-parent", try_signal_parent, false },
	{ "signal", try_signal, true },
	{ "ptrace", try_ptrace, true },
	{ "peek", try_peek, true },
	{ "connect", try_connect, false },
	{ "connect-master", try_connect_master, false },
	{ "fastopen", try_fastopen, false },
	{ "mptcp", try_mptcp, false },
	{ "datagrams", try_datagrams, false },
	{ "shut-log", try_shut_log, false },
	{ "bind", try_bind, false },
	{ "control", try_control, false },
	{ "mount", try_mount, true },
	{ "unshare", try_unshare, true },
	{ "keys", try_keys, true },
	{ "written-code", try_written_code, true },
	{ "run-written", try_run_written, true },
	{ "signal-by-file", try_signal_by_file, false },
	{ "limits-of-parent", try_limits_of_parent, false },
};

#define NTRIES (sizeof(tries) / sizeof(tries[0]))

static const char *
outcome(int error)
{
	return error == 0 ? "ok" : strerrorname_np(error);
}

static int
attempt(const struct try *t)
{
	errno = 0;
	return t->fn() == -1 ? errno : 0;
}

static void
try_before(void)
{
	size_t i;

	for (i = 0; i < NTRIES; i++)
		before[i] = attempt(&tries[i]);
}

static void
try_after(const char *process, bool parent)
{
	size_t i;

	for (i = 0; i < NTRIES; i++) {
		if (!parent || tries[i].parent)
			fprintf(stderr, "walls: %s %s: %s, %s\n", process,
			    tries[i].name, outcome(before[i]),
			    outcome(attempt(&tries[i])));
	}
}

/* The linker puts these in the places of the real ones. */
unsigned int __real_sandbox_parent(const char *dir, const char *sock);
unsigned int __real_sandbox_mesos(const char *const *files, size_t nfiles,
    const uint16_t *ports, size_t nports);
unsigned int __real_sandbox_http(const char *const *files, size_t nfiles);
unsigned int __wrap_sandbox_parent(const char *dir, const char *sock);
unsigned int __wrap_sandbox_mesos(const char *const *files, size_t nfiles,
    const uint16_t *ports, size_t nports);
unsigned int __wrap_sandbox_http(const char *const *files, size_t nfiles);

unsigned int
__wrap_sandbox_parent(const char *dir, const char *sock)
{
	unsigned int walls;

	try_before();
	walls = __real_sandbox_parent(dir, sock);
	try_after("parent", true);
	return walls;
}

unsigned int
__wrap_sandbox_mesos(const char *const *files, size_t nfiles,
    const uint16_t *ports, size_t nports)
{
	unsigned int walls;

	try_before();
	walls = __real_sandbox_mesos(files, nfiles, ports, nports);
	try_after("mesos", false);
	return walls;
}

unsigned int
__wrap_sandbox_http(const char *const *files, size_t nfiles)
{
	unsigned int walls;

	if (unlisten) {
		shutdown(HTTP_FILENO_LISTEN, SHUT_RDWR);
		_exit(1);
	}
	try_before();
	walls = __real_sandbox_http(files, nfiles);
	try_after("http", false);
	return walls;
}
