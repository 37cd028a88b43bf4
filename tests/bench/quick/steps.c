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
 * steps: what kafkad does for one thing that happens, on inputs that are
 * always the same, to be counted.
 *
 *	steps NAME		once, after it was done once: callgrind counts
 *				what is below counted()
 *	steps -s NAME		how many system calls that are, and how many
 *				bytes were written to files
 *
 * To be run in the root of the tree. What it writes goes below TMPDIR.
 */

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "steps.h"

static const struct step *const steps[] = { steps_mesos, steps_parent,
	steps_http };

static const struct step *
step_find(const char *name)
{
	const struct step *s;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (s = steps[i]; s->name != NULL; s++) {
			if (strcmp(s->name, name) == 0)
				return s;
		}
	}
	errx(2, "no such step: %s", name);
}

void counted(const struct step *s);

__attribute__((noinline)) void
counted(const struct step *s)
{
	s->run();
}

/* Nothing else than the one call, so that it can be left out. */
static void
stop(pid_t self)
{
	syscall(SYS_kill, self, SIGSTOP);
}

/* Once to have done it, as caches and buffers count for it no more. */
static void
once(const struct step *s, bool traced)
{
	pid_t self = getpid();

	if (s->setup != NULL)
		s->setup();
	s->run();
	if (s->setup != NULL)
		s->setup();
	if (traced)
		stop(self);
	counted(s);
	if (traced)
		stop(self);
}

/* Of the child, which has stopped for a call: the bytes that it has written. */
static void
call_look(pid_t pid, long *calls, long *bytes)
{
	static uint64_t nr;
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) == -1)
		err(1, "ptrace");
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		nr = info.entry.nr;
		(*calls)++;
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && nr == SYS_write &&
	    !info.exit.is_error) {
		*bytes += (long)info.exit.rval;
	}
}

static int
waited(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	if (!WIFSTOPPED(status))
		errx(1, "the step has ended");
	return WSTOPSIG(status);
}

/* Of a child that stops before it, and again after it. */
static void
count_calls(const struct step *s)
{
	long calls = -1, bytes = 0; /* without the one that stops it */
	pid_t pid = fork();
	int sig;

	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1)
			err(1, "ptrace");
		once(s, true);
		_exit(0);
	}
	while ((sig = waited(pid)) != SIGSTOP)
		ptrace(PTRACE_CONT, pid, NULL, sig);
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == -1)
			err(1, "ptrace");
		if ((sig = waited(pid)) == SIGSTOP)
			break;
		if (sig == (SIGTRAP | 0x80))
			call_look(pid, &calls, &bytes);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("%ld %ld\n", calls, bytes);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "-s") == 0)
		count_calls(step_find(argv[2]));
	else if (argc == 2)
		once(step_find(argv[1]), false);
	else
		errx(2, "usage: steps [-s] NAME");
	return 0;
}
