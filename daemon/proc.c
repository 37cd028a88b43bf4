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
 * The parent's children: fork and exec of our own program, so that each has
 * an address layout of its own and inherits nothing but its channel. A child
 * that dies, or breaks the protocol, is started again.
 */

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "proc_log.h"

#define PROC_DELAY 100 /* ms before a child is started again */
#ifndef PROC_DELAY_MAX /* as PROC_PING */
#define PROC_DELAY_MAX 30000
#endif
#define PROC_STEADY 60000 /* alive for so long: the delay is forgotten */
#define PROC_READY 10 /* s from start to READY */
#define PROC_GRACE 1 /* s to read a PONG that came while we stood still */
#define PROC_END_TRIES 100 /* of 20 ms, before it is killed */

struct proc {
	struct event_base *base;
	struct proc_conf conf;
	chan_handler handlers[MSG_MAX];
	struct chan *chan;
	struct proc_log *log; /* what it says; NULL: it is not there */
	struct event *timer; /* to start it; for READY, or a late PONG */
	bool pinged; /* and no PONG came yet */
	uint32_t ping; /* which cannot be guessed, so it was read */
	pid_t pid;
	bool greeted; /* it has said HELLO, and was told its configuration */
	bool ready;
	bool asked; /* its end is our wish */
	unsigned int walls;
	unsigned int starts;
	time_t born; /* at the last one of them */
	int64_t delay;
	struct timespec started;
};

static void proc_start(struct proc *p);

/*
 * Puts the channel, the program and the others where the child looks for
 * them, and closes the rest. Each may be in the place of another.
 */
static int
proc_descriptors(int fds[], int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if ((fds[i] = fcntl(fds[i], F_DUPFD, 16)) == -1)
			return -1;
	}
	for (i = 0; i < n; i++) {
		if (dup2(fds[i], CHAN_FILENO + i) == -1)
			return -1;
	}
	closefrom(CHAN_FILENO + n);
	return 0;
}

/* The child's stdin and stdout are nobody's, its stderr is log. */
static int
proc_stdio(int log)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return null == -1 || dup2(null, STDIN_FILENO) == -1 ||
		dup2(null, STDOUT_FILENO) == -1 ||
		dup2(log, STDERR_FILENO) == -1
	    ? -1
	    : 0;
}

/* In the child, between fork and exec: only fds remain, the channel first. */
__attribute__((noreturn)) static void
proc_exec(const struct proc *p, int fds[], int nfds, int log)
{
	char prog[] = "kafkad", x[] = "-x", l[] = "-L";
	char name[32], level[16];
	char *argv[6], *envp[] = { NULL };
	sigset_t none;
	int n = 0;

	/* The parent's handlers would write to the parent's own pipe. */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(name, sizeof(name), "%s", proc_name(p->conf.id));
	snprintf(level, sizeof(level), "%s", log_level_name(log_get_level()));
	argv[n++] = prog;
	argv[n++] = x;
	argv[n++] = name;
	argv[n++] = l;
	argv[n++] = level;
	argv[n] = NULL;
	if (proc_stdio(log) == -1 || proc_descriptors(fds, nfds) == -1)
		_exit(126);
	/* The child closes it itself: debuggers read the program from there. */
	fexecve(CHAN_FILENO + 1, argv, envp);
	_exit(127);
}

static void
proc_arm(struct proc *p, int64_t ms)
{
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000 };

	evtimer_add(p->timer, &tv);
}

/* The child is of no more use. */
static void
proc_drop(struct proc *p)
{
	bool was = p->ready;

	chan_free(p->chan);
	p->chan = NULL;
	p->greeted = false;
	p->ready = false;
	p->pinged = false;
	if (was && p->conf.lost != NULL)
		p->conf.lost(p->conf.arg);
}

static void
proc_broken_cb(void *arg, const char *reason)
{
	struct proc *p = arg;

	if (p->pid != 0 && !p->asked)
		log_warnx("%s: %s; pid %d is replaced", proc_name(p->conf.id),
		    reason, (int)p->pid);
	proc_drop(p);
	/* It ends when its channel closes; if it cannot, it is made to. */
	if (p->pid != 0)
		kill(p->pid, SIGKILL);
}

static int
proc_on_hello(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct proc *p = arg;
	uint16_t version = frame_get_u16(r, "version");
	uint32_t pid = frame_get_u32(r, "pid");

	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (version != FRAME_VERSION || (pid_t)pid != p->pid) {
		snprintf(err, size, "not the child that was started");
		return -1;
	}
	/* One that asks and never reads would make us hold ever more. */
	if (p->greeted) {
		snprintf(err, size, "said twice");
		return -1;
	}
	p->greeted = true;
	p->conf.configure(p->conf.arg, p->chan);
	return 0;
}

static int
proc_on_ready(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct proc *p = arg;
	uint8_t walls = frame_get_u8(r, "walls");

	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (!p->greeted || p->ready) {
		snprintf(err, size, p->ready ? "said twice" : "before HELLO");
		return -1;
	}
	p->ready = true;
	p->walls = walls;
	p->pinged = false;
	evtimer_del(p->timer);
	log_debug("%s: ready, pid %d", proc_name(p->conf.id), (int)p->pid);
	p->conf.ready(p->conf.arg);
	return 0;
}

static int
proc_on_pong(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct proc *p = arg;

	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (!p->pinged || h->id != p->ping) {
		snprintf(err, size, "nobody asked for it");
		return -1;
	}
	p->pinged = false;
	evtimer_del(p->timer);
	return 0;
}

/*
 * Handlers of the owner are called with the owner's argument, ours with
 * ours: the channel knows one argument only.
 */
static int
proc_on_other(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct proc *p = arg;

	if (!p->ready || p->conf.handlers[h->type] == NULL) {
		snprintf(err, size, p->ready ? "no handler" : "before READY");
		return -1;
	}
	return p->conf.handlers[h->type](p->conf.arg, h, r, err, size);
}

void
proc_ping(struct proc *p)
{
	struct frame_writer w;

	if (p == NULL || !p->ready)
		return;
	if (p->pinged) {
		/* Perhaps we hung, and what has come is read after this. */
		if (!evtimer_pending(p->timer, NULL))
			proc_arm(p, PROC_GRACE * 1000);
		return;
	}
	p->pinged = true;
	p->ping = arc4random();
	frame_begin(&w, MSG_PING, p->ping);
	chan_send(p->chan, &w);
}

static void
proc_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct proc *p = arg;

	(void)fd;
	(void)what;
	if (p->pid == 0) {
		proc_start(p);
		return;
	}
	if (p->ready)
		log_warnx("%s: hangs: no answer in %d seconds, pid %d",
		    proc_name(p->conf.id), PROC_PING, (int)p->pid);
	else
		log_warnx("%s: not ready after %d seconds",
		    proc_name(p->conf.id), PROC_READY);
	kill(p->pid, SIGKILL);
}

int64_t
proc_delay(int64_t last)
{
	if (last == 0)
		return PROC_DELAY;
	return last < PROC_DELAY_MAX / 2 ? last * 2 : PROC_DELAY_MAX;
}

static void
proc_again(struct proc *p)
{
	p->delay = proc_delay(p->delay);
	proc_arm(p, p->delay);
}

/* As fork(), with no signal handled in the child before proc_exec(). */
static pid_t
proc_fork(void)
{
	sigset_t all, old;
	pid_t pid;
	int saved;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = fork();
	saved = errno;
	if (pid != 0)
		sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return pid;
}

/* What a dead child has said is still told. */
static void
proc_log_end(struct proc *p)
{
	proc_log_free(p->log);
	p->log = NULL;
}

/*
 * The child's stderr: a pipe, so that it can neither end nor forge what we
 * say. Returns the child's end, or -1.
 */
static int
proc_log_start(struct proc *p)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	p->log = proc_log_new(p->base, proc_name(p->conf.id), fds[0]);
	if (p->log != NULL)
		return fds[1];
	close(fds[0]);
	close(fds[1]);
	errno = ENOMEM;
	return -1;
}

/* Forks the child, with its ends of all that connects us. */
static void
proc_spawn_with(struct proc *p, int fds[], int nfds)
{
	int log = proc_log_start(p);

	if (log == -1) {
		log_warn("%s: a pipe for its log", proc_name(p->conf.id));
		p->pid = -1;
		return;
	}
	p->pid = proc_fork();
	if (p->pid == 0)
		proc_exec(p, fds, nfds, log);
	if (p->pid == -1)
		log_warn("%s: fork", proc_name(p->conf.id));
	close(log);
}

/* Returns our end of the channel to a child that was started, or -1. */
static int
proc_spawn(struct proc *p)
{
	int fds[2 + PROC_FDS], sv[2], n = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) {
		log_warn("%s: socketpair", proc_name(p->conf.id));
		return -1;
	}
	fds[0] = sv[1];
	fds[1] = p->conf.self;
	if (p->conf.prepare != NULL &&
	    (n = p->conf.prepare(p->conf.arg, fds + 2)) == -1) {
		log_warn("%s: cannot be started", proc_name(p->conf.id));
	} else {
		proc_spawn_with(p, fds, 2 + n);
		if (p->conf.started != NULL)
			p->conf.started(p->conf.arg, p->pid != -1);
	}
	close(sv[1]);
	if (p->pid > 0)
		return sv[0];
	p->pid = 0;
	proc_log_end(p);
	close(sv[0]);
	return -1;
}

static void
proc_start(struct proc *p)
{
	int fd = proc_spawn(p);

	if (fd == -1) {
		proc_again(p);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &p->started);
	p->born = time(NULL);
	p->starts++;
	p->chan = chan_new(p->base, fd, PROC_PARENT, p->conf.id, p->handlers,
	    proc_broken_cb, p);
	if (p->chan == NULL)
		fatalx("no memory");
	proc_arm(p, PROC_READY * 1000);
}

struct proc *
proc_new(struct event_base *base, const struct proc_conf *conf)
{
	struct proc *p;
	int i;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	p->base = base;
	p->conf = *conf;
	for (i = 0; i < MSG_MAX; i++)
		p->handlers[i] = proc_on_other;
	p->handlers[MSG_HELLO] = proc_on_hello;
	p->handlers[MSG_READY] = proc_on_ready;
	p->handlers[MSG_PONG] = proc_on_pong;
	if ((p->timer = evtimer_new(base, proc_timer_cb, p)) == NULL) {
		free(p);
		return NULL;
	}
	proc_start(p);
	return p;
}

void
proc_restart(struct proc *p)
{
	if (p == NULL || p->pid == 0)
		return;
	p->asked = true;
	kill(p->pid, SIGKILL);
}

unsigned int
proc_walls(const struct proc *p)
{
	return p != NULL && p->ready ? p->walls : 0;
}

bool
proc_facts(const struct proc *p, struct proc_facts *f)
{
	memset(f, 0, sizeof(*f));
	if (p == NULL)
		return false;
	f->pid = p->pid;
	f->started = p->born;
	f->starts = p->starts;
	return true;
}

struct chan *
proc_chan(struct proc *p)
{
	return p != NULL && p->ready ? p->chan : NULL;
}

void
proc_reaped(struct proc *p, pid_t pid, int status)
{
	struct timespec now;

	if (p == NULL || pid != p->pid)
		return;
	proc_log_end(p);
	if (p->asked)
		log_debug("%s: ended to be started again, pid %d",
		    proc_name(p->conf.id), (int)pid);
	else if (WIFSIGNALED(status))
		log_warnx("%s: died of signal %d (%s), pid %d",
		    proc_name(p->conf.id), WTERMSIG(status),
		    strsignal(WTERMSIG(status)), (int)pid);
	else
		log_warnx("%s: exited with status %d, pid %d",
		    proc_name(p->conf.id), WEXITSTATUS(status), (int)pid);
	p->pid = 0;
	p->asked = false;
	proc_drop(p);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - p->started.tv_sec) * 1000 > PROC_STEADY)
		p->delay = 0;
	proc_again(p);
}

void
proc_free(struct proc *p)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	int i, status = 0;

	if (p == NULL)
		return;
	chan_free(p->chan);
	for (i = 0; p->pid != 0 && i < PROC_END_TRIES; i++) {
		if (waitpid(p->pid, &status, WNOHANG) != 0)
			p->pid = 0;
		else
			nanosleep(&pause, NULL);
	}
	if (p->pid != 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, &status, 0);
	}
	proc_log_end(p);
	if (status != 0)
		log_warnx("%s: ended with status %#x", proc_name(p->conf.id),
		    (unsigned int)status);
	event_free(p->timer);
	free(p);
}
