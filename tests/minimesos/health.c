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
 * minimesos: health checks.  RUNNING with healthy true on the first success
 * and on recovery; healthy false on every failure after the grace period;
 * the task is killed when so many in a row have failed.
 */

#include <sys/wait.h>

#include <netinet/in.h>

#include <signal.h>
#include <stdio.h>

#include "minimesos.h"

enum health_kind { HEALTH_TCP, HEALTH_HTTP, HEALTH_COMMAND };

struct health {
	struct task *t;
	enum health_kind kind;
	int port;
	int timeout_ms;
	int interval_ms;
	double grace;
	double started;
	unsigned int limit;
	unsigned int failures;
	int initializing;
	struct event *next;
	struct event *deadline;
	struct bufferevent *bev;
	pid_t pid;
};

static void
probe_clear(struct health *h)
{
	event_del(h->deadline);
	if (h->bev != NULL)
		bufferevent_free(h->bev);
	h->bev = NULL;
	if (h->pid > 0)
		kill(-h->pid, SIGKILL);
	h->pid = 0;
}

static void
succeed(struct health *h)
{
	struct task *t = h->t;
	int tell = h->initializing || h->failures > 0;

	probe_clear(h);
	h->initializing = 0;
	h->failures = 0;
	/* A pretended task stays as healthy as it is. */
	if (!t->pretended)
		after_ms(h->next, h->interval_ms);
	if (!tell || t->killing)
		return;
	t->healthy = 1;
	update_queue(t, STATE_RUNNING, "SOURCE_EXECUTOR", HEALTH_REASON, NULL,
	    NULL);
}

static void
fail(struct health *h)
{
	struct task *t = h->t;

	probe_clear(h);
	after_ms(h->next, h->interval_ms);
	if ((h->initializing && h->grace > 0 &&
		now() - h->started <= h->grace) ||
	    t->killing)
		return;
	h->failures++;
	t->healthy = 0;
	update_queue(t, STATE_RUNNING, "SOURCE_EXECUTOR", HEALTH_REASON, NULL,
	    NULL);
	if (h->failures >= h->limit) {
		t->unhealthy = 1;
		task_kill(t, task_grace(t, NULL));
	}
}

static void
deadline_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	fail(arg);
}

static void
probe_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct health *h = arg;
	const char *path = json_str(h->t->info, "health_check.http.path");

	if (!(what & BEV_EVENT_CONNECTED))
		fail(h);
	else if (h->kind == HEALTH_TCP)
		succeed(h);
	else
		evbuffer_add_printf(bufferevent_get_output(bev),
		    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
		    "Connection: close\r\n\r\n",
		    path != NULL ? path : "/", h->port);
}

static void
probe_read_cb(struct bufferevent *bev, void *arg)
{
	struct health *h = arg;
	int code = 0;
	char *line;

	line = evbuffer_readln(bufferevent_get_input(bev), NULL,
	    EVBUFFER_EOL_CRLF);
	if (line == NULL)
		return;
	sscanf(line, "HTTP/%*s %d", &code);
	free(line);
	if (code >= 200 && code < 400)
		succeed(h);
	else
		fail(h);
}

static void
probe_connect(struct health *h)
{
	struct sockaddr_in sin;

	net_inside(h->t, &sin, h->port);
	h->bev = bufferevent_socket_new(h->t->mm->base, -1,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	bufferevent_setcb(h->bev, probe_read_cb, NULL, probe_event_cb, h);
	bufferevent_enable(h->bev, EV_READ | EV_WRITE);
	if (bufferevent_socket_connect(h->bev, (struct sockaddr *)&sin,
		sizeof(sin)) == -1)
		fail(h);
}

static void
probe_command(struct health *h)
{
	struct json_object *command;
	StringList *argv = sl_init(), *envp = image_env(h->t);
	const char *name, *value;
	size_t i;

	command = json_get(h->t->info, "health_check.command");
	value = json_str(command, "value");
	if (json_flag(command, "shell", 1)) {
		sl_add(argv, xstrdup("/bin/sh"));
		sl_add(argv, xstrdup("-c"));
		sl_add(argv, xstrdup(value != NULL ? value : "false"));
	} else {
		sl_add(argv, xstrdup("/usr/bin/env"));
		sl_add(argv, xstrdup(value != NULL ? value : "false"));
		for (i = 1; i < json_len(json_get(command, "arguments")); i++)
			sl_add(argv,
			    xstrdup(
				json_str(json_at(json_get(command, "arguments"),
					     i),
				    "")));
	}
	for (i = 0; i < json_len(json_get(command, "environment.variables"));
	     i++) {
		name =
		    json_str(json_at(json_get(command, "environment.variables"),
				 i),
			"name");
		value =
		    json_str(json_at(json_get(command, "environment.variables"),
				 i),
			"value");
		if (value != NULL)
			sl_add(envp, xasprintf("%s=%s", name, value));
	}
	h->pid = spawn(argv, envp, h->t->sandbox, -1, -1);
	for (i = 0; i + 1 < argv->sl_cur; i++)
		free(argv->sl_str[i]);
	sl_free(argv, 0);
	for (i = 0; i + 1 < envp->sl_cur; i++)
		free(envp->sl_str[i]);
	sl_free(envp, 0);
	if (h->pid == -1) {
		h->pid = 0;
		fail(h);
	}
}

static void
next_cb(evutil_socket_t fd, short what, void *arg)
{
	struct health *h = arg;

	(void)fd;
	(void)what;
	if (h->t->pretended) {
		succeed(h);
		return;
	}
	if (h->timeout_ms > 0)
		after_ms(h->deadline, h->timeout_ms);
	if (h->kind == HEALTH_COMMAND)
		probe_command(h);
	else
		probe_connect(h);
}

/* Starts the checks of a task that has just begun to run, if it has any. */
void
health_start(struct task *t)
{
	struct json_object *c = json_get(t->info, "health_check");
	double scale = t->mm->opt.health_scale;
	const char *type = json_str(c, "type");
	struct health *h;

	if (type == NULL || (t->pid <= 0 && !t->pretended))
		return;
	h = t->health = xcalloc(1, sizeof(*h));
	h->t = t;
	h->kind = strcmp(type, "TCP") == 0 ? HEALTH_TCP
	    : strcmp(type, "HTTP") == 0	   ? HEALTH_HTTP
					   : HEALTH_COMMAND;
	h->port = (int)json_num(c,
	    h->kind == HEALTH_TCP ? "tcp.port" : "http.port", 0);
	h->timeout_ms = (int)(json_num(c, "timeout_seconds", 20) * 1000);
	h->interval_ms =
	    (int)(json_num(c, "interval_seconds", 10) * scale * 1000);
	h->grace = json_num(c, "grace_period_seconds", 10) * scale;
	h->limit = (unsigned int)json_num(c, "consecutive_failures", 3);
	h->started = now();
	h->initializing = 1;
	h->next = evtimer_new(t->mm->base, next_cb, h);
	h->deadline = evtimer_new(t->mm->base, deadline_cb, h);
	after_ms(h->next,
	    (int)(json_num(c, "delay_seconds", 15) * scale * 1000));
}

void
health_stop(struct task *t)
{
	struct health *h = t->health;

	if (h == NULL)
		return;
	t->health = NULL;
	probe_clear(h);
	event_free(h->next);
	event_free(h->deadline);
	free(h);
}

/* A process ended that is no task: 1 if it was a check's. */
int
health_reap(struct mm *mm, pid_t pid, int status)
{
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (t->health == NULL || t->health->pid != pid)
			continue;
		t->health->pid = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			succeed(t->health);
		else
			fail(t->health);
		return (1);
	}
	return (0);
}
