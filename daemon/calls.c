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
 * All processes: the system calls that each may make. These tables are the
 * whole truth: what is not in them fails as on a kernel that does not have it,
 * since for ENOSYS the C library and others know another way, and EPERM they
 * take for an answer.
 */

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

#include "calls.h"
#include "log.h"

#define SOCK_KINDS 0xf /* without SOCK_NONBLOCK and SOCK_CLOEXEC */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Descriptors that are open, memory, time, threads: everybody. */
static const int calls_basic[] = { SCMP_SYS(read), SCMP_SYS(readv),
	SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close),
	SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(dup), SCMP_SYS(fstat),
	SCMP_SYS(fstat64), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
	SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(eventfd2),
	SCMP_SYS(pipe2),

	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	SCMP_SYS(membarrier),

	SCMP_SYS(futex), SCMP_SYS(rseq), SCMP_SYS(set_robust_list),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid),
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
	SCMP_SYS(exit_group),

	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday),
	SCMP_SYS(time), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(getrlimit),
	SCMP_SYS(ugetrlimit),

	SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(shutdown),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt) };

/* Looking for files. Opening them for reading has its own rule. */
static const int calls_look[] = { SCMP_SYS(stat), SCMP_SYS(stat64),
	SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(getdents), SCMP_SYS(getdents64),
	SCMP_SYS(statfs), SCMP_SYS(statfs64), SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64), SCMP_SYS(getcwd) };

/* Being a client of masters and of name servers. */
static const int calls_client[] = { SCMP_SYS(connect), SCMP_SYS(recvmmsg) };

/* Being a server. What may be bound and connected has its own rule. */
static const int calls_server[] = { SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(listen) };

/* The state, the control socket, the children: the parent alone. */
static const int calls_parent[] = { SCMP_SYS(open), SCMP_SYS(openat),
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64), SCMP_SYS(fallocate), SCMP_SYS(rename),
	SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link),
	SCMP_SYS(linkat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(chmod),
	SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(flock), SCMP_SYS(umask),
	SCMP_SYS(pwrite64), SCMP_SYS(socket), SCMP_SYS(socketpair),
	SCMP_SYS(bind), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(wait4),
	SCMP_SYS(waitid), SCMP_SYS(kill), SCMP_SYS(ioctl), SCMP_SYS(fcntl),
	SCMP_SYS(fcntl64), SCMP_SYS(getgroups), SCMP_SYS(getgroups32),
	SCMP_SYS(getresuid), SCMP_SYS(getresgid) };

/* From fork to a child's own walls: what the parent lends to it. */
static const int calls_birth[] = { SCMP_SYS(execve), SCMP_SYS(execveat),
	SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(close_range),
	SCMP_SYS(arch_prctl), SCMP_SYS(prctl), SCMP_SYS(set_tid_address),
	SCMP_SYS(set_thread_area), SCMP_SYS(set_tls), SCMP_SYS(prlimit64),
	SCMP_SYS(setrlimit), SCMP_SYS(seccomp),
	SCMP_SYS(landlock_create_ruleset), SCMP_SYS(landlock_add_rule),
	SCMP_SYS(landlock_restrict_self) };

static void
call_rule(scmp_filter_ctx ctx, uint32_t action, int call, unsigned int n,
    const struct scmp_arg_cmp *args)
{
	int rc = seccomp_rule_add_array(ctx, action, call, n, args);

	/* A call that this machine does not have is refused as it is. */
	if (rc == 0 || rc == -EDOM)
		return;
	errno = -rc;
	fatal("seccomp: a rule for call %d", call);
}

static void
allow(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		call_rule(ctx, SCMP_ACT_ALLOW, calls[i], 0, NULL);
}

/* A condition: the argument of this number, or some bits of it. */
static struct scmp_arg_cmp
arg_is(unsigned int n, scmp_datum_t value)
{
	return SCMP_CMP(n, SCMP_CMP_EQ, value, 0);
}

static struct scmp_arg_cmp
arg_bits(unsigned int n, scmp_datum_t bits, scmp_datum_t value)
{
	return SCMP_CMP(n, SCMP_CMP_MASKED_EQ, bits, value);
}

static void
allow_if(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp arg)
{
	call_rule(ctx, SCMP_ACT_ALLOW, call, 1, &arg);
}

/* Memory that was ever written is never run: code comes from files alone. */
static void
allow_memory(scmp_filter_ctx ctx, bool code)
{
	const int maps[] = { SCMP_SYS(mmap), SCMP_SYS(mmap2) };
	size_t i;

	allow_if(ctx, SCMP_SYS(mprotect), arg_bits(2, PROT_EXEC, 0));
	for (i = 0; i < COUNT(maps); i++) {
		allow_if(ctx, maps[i], arg_bits(2, PROT_EXEC, 0));
		if (code)
			allow_if(ctx, maps[i], arg_bits(2, PROT_WRITE, 0));
	}
}

static void
allow_reading(scmp_filter_ctx ctx)
{
	const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC;

	allow(ctx, calls_look, COUNT(calls_look));
	allow_if(ctx, SCMP_SYS(open), arg_bits(1, writing, O_RDONLY));
	allow_if(ctx, SCMP_SYS(openat), arg_bits(2, writing, O_RDONLY));
}

/* But no connecting on the way, which no wall around connect() would see. */
static void
allow_sending(scmp_filter_ctx ctx)
{
	allow_if(ctx, SCMP_SYS(sendto), arg_bits(3, MSG_FASTOPEN, 0));
	allow_if(ctx, SCMP_SYS(sendmsg), arg_bits(2, MSG_FASTOPEN, 0));
	allow_if(ctx, SCMP_SYS(sendmmsg), arg_bits(3, MSG_FASTOPEN, 0));
}

/* What libraries ask of descriptors, and a process does to itself. */
static void
allow_self(scmp_filter_ctx ctx)
{
	static const int of_files[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,
		F_SETFD, F_GETFL, F_SETFL };
	size_t i;

	/* F_SETOWN, for one, would send signals. */
	for (i = 0; i < COUNT(of_files); i++) {
		allow_if(ctx, SCMP_SYS(fcntl),
		    arg_is(1, (scmp_datum_t)of_files[i]));
		allow_if(ctx, SCMP_SYS(fcntl64),
		    arg_is(1, (scmp_datum_t)of_files[i]));
	}
	allow_if(ctx, SCMP_SYS(ioctl), arg_is(1, FIONREAD));
	allow_if(ctx, SCMP_SYS(ioctl), arg_is(1, FIONBIO));
	allow_if(ctx, SCMP_SYS(ioctl), arg_is(1, TCGETS));
	allow_if(ctx, SCMP_SYS(prlimit64), arg_is(0, 0));
	/* abort() */
	allow_if(ctx, SCMP_SYS(tgkill), arg_is(0, (scmp_datum_t)getpid()));
}

/* Threads that libcurl and the C library look names up with, no processes. */
static void
allow_threads(scmp_filter_ctx ctx)
{
	const scmp_datum_t thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;

	allow_if(ctx, SCMP_SYS(clone), arg_bits(0, thread, thread));
}

static void
allow_socket(scmp_filter_ctx ctx, int call, int family, int kind, int protocol)
{
	const struct scmp_arg_cmp args[] = {
		arg_is(0, (scmp_datum_t)family),
		arg_bits(1, SOCK_KINDS, (scmp_datum_t)kind),
		arg_is(2, (scmp_datum_t)protocol),
	};

	call_rule(ctx, SCMP_ACT_ALLOW, call, COUNT(args), args);
}

/*
 * TCP and UDP, and nothing else: by another protocol, as MPTCP, there is a way
 * around the wall that Landlock puts up. The resolver looks for nscd and for
 * the addresses of this host, and does without when the family is not there.
 */
static void
allow_internet(scmp_filter_ctx ctx)
{
	static const int families[] = { AF_INET, AF_INET6 };
	static const int others[] = { AF_UNIX, AF_NETLINK };
	const int call = SCMP_SYS(socket);
	struct scmp_arg_cmp other;
	size_t i;

	for (i = 0; i < COUNT(families); i++) {
		allow_socket(ctx, call, families[i], SOCK_STREAM, 0);
		allow_socket(ctx, call, families[i], SOCK_STREAM, IPPROTO_TCP);
		allow_socket(ctx, call, families[i], SOCK_DGRAM, 0);
		allow_socket(ctx, call, families[i], SOCK_DGRAM, IPPROTO_UDP);
	}
	for (i = 0; i < COUNT(others); i++) {
		other = arg_is(0, (scmp_datum_t)others[i]);
		call_rule(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1, &other);
	}
	/* libcurl wakes itself up by it. A datagram one could go anywhere. */
	allow_socket(ctx, SCMP_SYS(socketpair), AF_UNIX, SOCK_STREAM, 0);
}

/*
 * The sockets of private.c, by a name that the kernel has chosen. It has a
 * length that the path of the control socket never has (check.c), so that this
 * one is out of reach.
 */
static void
allow_private(scmp_filter_ctx ctx)
{
	const socklen_t unnamed = sizeof(sa_family_t);
	const socklen_t chosen = sizeof(sa_family_t) + sizeof("00000");

	allow_socket(ctx, SCMP_SYS(socket), AF_UNIX, SOCK_STREAM, 0);
	allow_if(ctx, SCMP_SYS(bind), arg_is(2, unnamed));
	allow_if(ctx, SCMP_SYS(connect), arg_is(2, chosen));
}

static void
calls_of_mesos(scmp_filter_ctx ctx)
{
	allow_self(ctx);
	allow_memory(ctx, true); /* the resolver loads its modules */
	allow_reading(ctx);
	allow_threads(ctx);
	allow_internet(ctx);
	allow(ctx, calls_client, COUNT(calls_client));
}

static void
calls_of_http(scmp_filter_ctx ctx)
{
	allow_self(ctx);
	allow_memory(ctx, false);
	allow_reading(ctx);
	allow_private(ctx);
	allow(ctx, calls_server, COUNT(calls_server));
}

/* Children, but no namespaces: those open ways to much of the kernel. */
static void
allow_children(scmp_filter_ctx ctx)
{
	const scmp_datum_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP |
	    CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
	    CLONE_NEWNET;

	allow_if(ctx, SCMP_SYS(clone), arg_bits(0, spaces, 0));
}

/* A child is walled in by the parent's table, too: it has to be wide. */
static void
calls_of_parent(scmp_filter_ctx ctx)
{
	allow_memory(ctx, true);
	allow_children(ctx);
	allow(ctx, calls_look, COUNT(calls_look));
	allow(ctx, calls_parent, COUNT(calls_parent));
	allow(ctx, calls_birth, COUNT(calls_birth));
	allow(ctx, calls_client, COUNT(calls_client));
	allow(ctx, calls_server, COUNT(calls_server));
	call_rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0, NULL);
}

unsigned int
calls_enter(enum proc_id id)
{
	static void (*const rest[])(scmp_filter_ctx ctx) = {
		[PROC_PARENT] = calls_of_parent,
		[PROC_MESOS] = calls_of_mesos,
		[PROC_HTTP] = calls_of_http,
	};
	scmp_filter_ctx ctx;
	int rc;

	if ((ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS))) == NULL)
		fatalx("seccomp: no memory");
	allow(ctx, calls_basic, COUNT(calls_basic));
	allow_sending(ctx);
	rest[id](ctx);
	seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1);
	rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc == 0)
		return WALL_CALLS;
	errno = -rc;
	/* What a kernel says that has no seccomp. */
	if (errno != ENOSYS && errno != EINVAL)
		fatal("seccomp");
	return 0;
}
