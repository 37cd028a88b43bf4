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
 * minimesos: tasks as real processes, each the leader of its own session and
 * process group, killed by the kernel when minimesos dies. With --pretend there
 * are none: a task runs because we say so, and a signal ends it at once.
 */

#include <sys/prctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

#define DEFAULT_GRACE 5.0

/* Those with this id and a few others; 32 bits of FNV-1a. */
struct task_bucket *
task_bucket(struct mm *mm, const char *id)
{
	uint32_t h = 2166136261U;

	for (; *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * 16777619U;
	return (&mm->by_id[h % MM_TASK_BUCKETS]);
}

struct task *
task_find(struct mm *mm, const char *fwid, const char *id)
{
	struct task *t, *found = NULL;

	if (id == NULL)
		return (NULL);
	LIST_FOREACH(t, task_bucket(mm, id), same) {
		if (strcmp(t->id, id) != 0 ||
		    (fwid != NULL && strcmp(t->fwid, fwid) != 0))
			continue;
		if (!t->done)
			return (t);
		found = t;
	}
	return (found);
}

/* Seconds: the call's policy, the task's, or the default. */
double
task_grace(struct task *t, struct json_object *policy)
{
	double ns = json_num(policy, "grace_period.nanoseconds", -1);

	if (ns < 0)
		ns = json_num(t->info, "kill_policy.grace_period.nanoseconds",
		    -1);
	return (ns < 0 ? DEFAULT_GRACE : ns / 1e9);
}

/* To the whole process group, if there is one. */
void
task_signal(struct task *t, int sig)
{
	if (t->pretended) {
		task_exited(t, sig);
		return;
	}
	if (t->pid <= 0)
		return;
	/* just forked, it may not lead its group yet */
	if (kill(-t->pid, sig) == -1)
		kill(t->pid, sig);
}

static void
child(char **argv, char **envp, const char *dir, int out, int err, pid_t parent)
{
	sigset_t none;
	int null;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(out == -1 ? null : out, 1);
	dup2(err == -1 ? null : err, 2);
	closefrom(3);
	if (chdir(dir) == -1)
		_exit(127);
	execve(argv[0], argv, envp);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Starts a program; out and err may be -1 for nowhere.  -1 with errno. */
pid_t
spawn(StringList *argv, StringList *envp, const char *dir, int out, int err)
{
	pid_t parent = getpid(), pid;
	sigset_t all, before;

	sl_add(argv, NULL);
	sl_add(envp, NULL);
	/* until the child has dropped them, our handlers must not run there */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		child(argv->sl_str, envp->sl_str, dir, out, err, parent);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return (pid);
}

static void
free_list(StringList *l)
{
	size_t i;

	for (i = 0; i < l->sl_cur; i++)
		free(l->sl_str[i]);
	l->sl_cur = 0;
	sl_free(l, 0);
}

static int
open_log(struct task *t, const char *name)
{
	char *path = xasprintf("%s/%s", t->sandbox, name);
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	free(path);
	return (fd);
}

static int
run(struct task *t)
{
	StringList *argv = image_argv(t), *envp = image_env(t);
	int out = open_log(t, "stdout"), err = open_log(t, "stderr");

	t->pid = spawn(argv, envp, t->sandbox, out, err);
	if (out != -1)
		close(out);
	if (err != -1)
		close(err);
	free_list(argv);
	free_list(envp);
	return (t->pid == -1 ? -1 : 0);
}

static void
start_running(struct task *t)
{
	char *error, *data = NULL;

	error = image_docker_error(t);
	if (error == NULL && t->mm->opt.pretend)
		t->pretended = 1;
	else if (error == NULL)
		error = net_attach(t);
	if (error == NULL && !t->pretended && run(t) == -1) {
		net_detach(t);
		t->pid = 0;
		error = xstrdup("Failed to run the container");
	}
	if (error != NULL) {
		update_queue(t, STATE_FAILED, "SOURCE_EXECUTOR", NULL, error,
		    NULL);
		free(error);
		return;
	}
	t->mm->count.launched++;
	if (t->docker)
		data = inspect_data(t);
	update_queue(t, STATE_RUNNING, "SOURCE_EXECUTOR", NULL, NULL, data);
	free(data);
	health_start(t);
}

/* The two steps of a launch: STARTING, then the process and RUNNING. */
static void
start_cb(evutil_socket_t fd, short what, void *arg)
{
	struct task *t = arg;
	char *error = NULL;

	(void)fd;
	(void)what;
	if (t->silent || state_terminal(t->state))
		return;
	if (t->step++ > 0) {
		start_running(t);
		return;
	}
	if (!t->mm->opt.pretend && image_prepare(t, &error) == -1) {
		update_queue(t, STATE_FAILED, "SOURCE_AGENT",
		    "REASON_CONTAINER_LAUNCH_FAILED", error, NULL);
		free(error);
		return;
	}
	update_queue(t, STATE_STARTING, "SOURCE_EXECUTOR", NULL, NULL, NULL);
	after_ms(t->start_ev, t->mm->opt.start_delay_ms);
}

/* The last part of an image's name, without registry and tag. */
static char *
short_name(const char *image)
{
	const char *p = strrchr(image, '/');
	char *name = xstrdup(p != NULL ? p + 1 : image);

	name[strcspn(name, ":@")] = '\0';
	return (name);
}

static void
set_image(struct task *t)
{
	const char *type = json_str(t->info, "container.type"), *image = NULL;
	const char *network;

	t->docker = type != NULL && strcmp(type, "DOCKER") == 0;
	if (t->docker)
		image = json_str(t->info, "container.docker.image");
	else if (type != NULL)
		image = json_str(t->info, "container.mesos.image.docker.name");
	if (image == NULL)
		return;
	t->image = xstrdup(image);
	t->image_name = short_name(image);
	network = json_str(t->info, "container.docker.network");
	t->bridge = t->docker && network != NULL &&
	    strcmp(network, "HOST") != 0 && strcmp(network, "NONE") != 0;
}

/* Begins the life of a checked task.  The resources are copied. */
struct task *
task_launch(struct framework *fw, struct agent *a, const char *role,
    struct json_object *info, const struct resvec *rv)
{
	struct task *t = xcalloc(1, sizeof(*t));

	t->mm = fw->mm;
	t->agent = a;
	t->id = xstrdup(json_str(info, "task_id.value"));
	t->fwid = xstrdup(fw->id);
	t->agent_id = xstrdup(a->id);
	t->role = xstrdup(role);
	t->info = json_object_get(info);
	t->fwinfo = json_object_get(fw->info);
	t->healthy = -1;
	t->in_master = t->holds = 1;
	uuid_make(t->container);
	rv_add(&t->res, rv);
	TAILQ_INIT(&t->updates);
	set_image(t);
	t->sandbox =
	    xasprintf("%s/agent%d/tasks/%s", t->mm->opt.dir, a->idx, t->id);
	t->start_ev = evtimer_new(t->mm->base, start_cb, t);
	after_ms(t->start_ev, t->mm->opt.start_delay_ms);
	TAILQ_INSERT_TAIL(&t->mm->tasks, t, entry);
	LIST_INSERT_HEAD(task_bucket(t->mm, t->id), t, same);
	LIST_INSERT_HEAD(&a->tasks, t, of_agent);
	trace(t->mm, "task %s launched on agent %d", t->id, a->idx);
	return (t);
}

static void
kill_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	task_signal(arg, SIGKILL);
}

static void
kill_later(struct task *t, double grace)
{
	if (t->kill_ev == NULL)
		t->kill_ev = evtimer_new(t->mm->base, kill_cb, t);
	after_ms(t->kill_ev, grace > 2e6 ? 2000000000 : (int)(grace * 1000));
}

/* Asks a task to end: one KILLING, TERM, and KILL after the grace. */
void
task_kill(struct task *t, double grace)
{
	int caps_killing;

	if (t->done || t->silent || state_terminal(t->state))
		return;
	if (t->state == STATE_STAGING) {
		update_queue(t, STATE_KILLED, "SOURCE_AGENT",
		    "REASON_TASK_KILLED_DURING_LAUNCH",
		    "Killed before delivery to the executor", NULL);
		return;
	}
	if (t->pid > 0)
		kill_later(t, grace);
	if (t->killing)
		return;
	t->killing = 1;
	caps_killing = strstr(json_object_to_json_string(
				  json_get(t->fwinfo, "capabilities")),
			   "TASK_KILLING_STATE") != NULL;
	if (caps_killing)
		update_queue(t, STATE_KILLING, "SOURCE_EXECUTOR", NULL, NULL,
		    NULL);
	if (t->pid > 0 || t->pretended) {
		health_stop(t);
		task_signal(t, SIGTERM);
	} else
		update_queue(t, STATE_KILLED, "SOURCE_EXECUTOR", NULL, NULL,
		    NULL);
}

/* Its framework or agent is no more: ends it and says nothing. */
void
task_stop_silently(struct task *t)
{
	t->silent = 1;
	if (t->start_ev != NULL)
		event_del(t->start_ev);
	health_stop(t);
	if (t->pid > 0)
		kill_later(t, DEFAULT_GRACE);
	task_signal(t, SIGTERM);
	if (!state_terminal(t->state))
		t->state = STATE_KILLED;
	task_finish(t);
}

/* Out of every table; kept only for GET /tasks?all=1. */
void
task_finish(struct task *t)
{
	t->done = 1;
	t->in_master = t->holds = t->unreachable = 0;
	update_clear(t);
}

static char *
exit_text(struct task *t, int status)
{
	int code =
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

	if (t->docker)
		return (xasprintf("Container exited with status %d", code));
	if (WIFEXITED(status))
		return (xasprintf("Command exited with status %d", code));
	return (xasprintf("Command terminated with signal %s",
	    strsignal(WTERMSIG(status))));
}

void
task_exited(struct task *t, int status)
{
	enum task_state state = STATE_FAILED;
	char *text;

	t->pid = t->pretended = 0;
	health_stop(t);
	net_detach(t);
	if (t->kill_ev != NULL)
		event_del(t->kill_ev);
	if (t->killing)
		state = STATE_KILLED;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		state = STATE_FINISHED;
	text = exit_text(t, status);
	trace(t->mm, "task %s: %s", t->id, text);
	update_queue(t, state, "SOURCE_EXECUTOR", NULL, text, NULL);
	free(text);
}

static struct task *
task_of_pid(struct mm *mm, pid_t pid)
{
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry)
		if (t->pid == pid)
			return (t);
	return (NULL);
}

/*
 * What a leader leaves in its group dies with it, as in a container.  When
 * minimesos ends, the loop ends with its last child.
 */
void
task_chld_cb(evutil_socket_t fd, short what, void *arg)
{
	struct mm *mm = arg;
	struct task *t;
	siginfo_t si;
	int status, childless;

	(void)fd;
	(void)what;
	for (;;) {
		memset(&si, 0, sizeof(si));
		childless =
		    waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1;
		if (childless || si.si_pid == 0)
			break;
		kill(-si.si_pid, SIGKILL);
		if (waitpid(si.si_pid, &status, 0) == -1)
			break;
		if ((t = task_of_pid(mm, si.si_pid)) != NULL)
			task_exited(t, status);
		else
			health_reap(mm, si.si_pid, status);
	}
	if (mm->ending && childless)
		event_base_loopbreak(mm->base);
}

void
task_free(struct task *t)
{
	TAILQ_REMOVE(&t->mm->tasks, t, entry);
	LIST_REMOVE(t, same);
	LIST_REMOVE(t, of_agent);
	health_stop(t);
	net_detach(t);
	update_clear(t);
	rv_free(&t->res);
	if (t->start_ev != NULL)
		event_free(t->start_ev);
	if (t->kill_ev != NULL)
		event_free(t->kill_ev);
	if (t->retry_ev != NULL)
		event_free(t->retry_ev);
	json_object_put(t->info);
	json_object_put(t->fwinfo);
	json_object_put(t->seen);
	free(t->id);
	free(t->fwid);
	free(t->agent_id);
	free(t->role);
	free(t->image);
	free(t->image_name);
	free(t->sandbox);
	free(t);
}
