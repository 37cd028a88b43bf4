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
 * The parent: holds every fact and takes every decision. It reads frames of
 * its own children, lines of the control socket, its configuration and its
 * state file, and never a byte from a network.
 *
 * One turn of the loop: events are reported to the core; then, once for all
 * of them, comes turn().
 */

#include <sys/wait.h>

#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "heap.h"
#include "history.h"
#include "http_link.h"
#include "log.h"
#include "notify.h"
#include "parent.h"
#include "sandbox.h"

#define WAKE_MAX 50 /* ms from an event to the decision, at most */

/*
 * Events come first, so that one decision and one save serve many of them.
 * But whoever sends without a pause must not put off the decision for ever.
 */
void
parent_wake(struct parent *p)
{
	const struct timeval tv = { 0, WAKE_MAX * 1000 };

	http_link_stale(p->http);
	if (p->woken)
		return;
	p->woken = true;
	event_active(p->run, EV_TIMEOUT, 0);
	evtimer_add(p->timer, &tv);
}

static void
parent_arm(struct parent *p, int64_t when, int64_t now)
{
	int64_t ms = when > now ? when - now : 0;
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000 };

	evtimer_add(p->timer, &tv);
}

/* The start is complete when every child has been heard. */
static void
parent_notify(struct parent *p, int64_t now)
{
	char status[1024];
	bool ready = proc_chan(p->mesos) != NULL &&
	    (p->http == NULL || proc_chan(http_link_proc(p->http)) != NULL);

	if (p->notify == NULL)
		return;
	show_line(p, now, status, sizeof(status));
	notify_tell(p->notify, ready, status);
}

static void
parent_beat(struct parent *p)
{
	const struct timeval tv = { PROC_PING, 0 };

	if (evtimer_add(p->beat, &tv) == -1)
		fatalx("no memory");
}

/*
 * Both at once, so that an idle machine wakes up once. The time of the next
 * one begins now, however late we are: a child has all of it.
 */
static void
parent_beat_cb(evutil_socket_t fd, short what, void *arg)
{
	struct parent *p = arg;

	(void)fd;
	(void)what;
	proc_ping(p->mesos);
	proc_ping(http_link_proc(p->http));
	parent_beat(p);
}

static void
parent_run_cb(evutil_socket_t fd, short what, void *arg)
{
	struct parent *p = arg;
	int64_t now = clock_now(), when;

	(void)fd;
	(void)what;
	p->woken = false;
	http_link_stale(p->http);
	when = turn(p, now);
	parent_notify(p, now);
	if (when == TURN_AGAIN)
		parent_wake(p);
	else if (when != TURN_NEVER)
		parent_arm(p, when, now);
	else
		evtimer_del(p->timer);
}

static void
parent_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	parent_run_cb(fd, what, arg);
}

static void
parent_configure(void *arg, struct chan *chan)
{
	link_configure(arg, chan);
}

static void
parent_ready(void *arg)
{
	struct parent *p = arg;

	cluster_on_disconnected(p->cluster);
	parent_wake(p);
}

static void
parent_lost(void *arg)
{
	link_lost(arg);
}

static void
parent_sigchld_cb(evutil_socket_t sig, short what, void *arg)
{
	struct parent *p = arg;
	int status;
	pid_t pid;

	(void)sig;
	(void)what;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		proc_reaped(p->mesos, pid, status);
		proc_reaped(http_link_proc(p->http), pid, status);
	}
}

static void
parent_end_cb(evutil_socket_t sig, short what, void *arg)
{
	struct parent *p = arg;

	(void)what;
	log_info("ending on signal %d; tasks go on", (int)sig);
	history_add(p->history, "", false, NULL, "ending; tasks go on");
	event_base_loopbreak(p->base);
}

static void
parent_sighup_cb(evutil_socket_t sig, short what, void *arg)
{
	struct parent *p = arg;

	(void)sig;
	(void)what;
	reload_signal(p);
}

static void
parent_signals(struct parent *p)
{
	static const int ends[] = { SIGTERM, SIGINT };
	size_t i;

	p->sig[0] = evsignal_new(p->base, SIGCHLD, parent_sigchld_cb, p);
	for (i = 0; i < 2; i++)
		p->sig[i + 1] =
		    evsignal_new(p->base, ends[i], parent_end_cb, p);
	p->sig[3] = evsignal_new(p->base, SIGHUP, parent_sighup_cb, p);
	for (i = 0; i < PARENT_SIGNALS; i++) {
		if (p->sig[i] == NULL || evsignal_add(p->sig[i], NULL) == -1)
			fatalx("no memory");
	}
}

/* With the lock on the state, which goes with us. */
static void
parent_detach(void)
{
	if (daemon(0, 0) == -1)
		fatal("daemon");
	log_init(proc_name(PROC_PARENT), LOG_SINK_SYSLOG, log_get_level());
}

static void
parent_control(struct parent *p)
{
	struct control_conf cc = {
		.path = p->conf->control,
		.group = (gid_t)-1,
		.read_any = p->conf->read_any,
		.uid = geteuid(),
		.version = KAFKAD_VERSION,
		.services = command_services,
	};
	char err[1024];
	struct group *gr;

	if (p->conf->control_group != NULL) {
		gr = getgrnam(p->conf->control_group);
		if (gr == NULL)
			fatalx("control: no such group: %s",
			    p->conf->control_group);
		cc.group = gr->gr_gid;
	}
	p->control =
	    control_open(p->base, &cc, &command_callbacks, p, err, sizeof(err));
	if (p->control == NULL)
		fatalx("%s", err);
}

/*
 * The usual clock of libevent goes on in steps of some ms, and so late is what
 * waits for a time: a back-off, a hold.
 */
static struct event_base *
parent_base(void)
{
	struct event_config *how = event_config_new();
	struct event_base *base;

	if (how == NULL ||
	    event_config_set_flag(how, EVENT_BASE_FLAG_PRECISE_TIMER) == -1 ||
	    (base = event_base_new_with_config(how)) == NULL)
		fatalx("no event base");
	event_config_free(how);
	/* Decisions come after all events of a turn. */
	event_base_priority_init(base, 3);
	return base;
}

static void
parent_free(struct parent *p)
{
	size_t i;

	proc_free(p->mesos);
	p->mesos = NULL;
	http_link_free(p->http);
	p->http = NULL;
	link_lost(p);
	control_close(p->control);
	command_free(p);
	for (i = 0; i < PARENT_SIGNALS; i++)
		event_free(p->sig[i]);
	event_free(p->timer);
	event_free(p->beat);
	heap_close();
	event_free(p->run);
	history_close(p->history);
	store_close(p->store);
	cluster_free(p->cluster);
	conf_free(p->conf);
	/* A bufferevent goes with the last call back that it has deferred. */
	event_base_loop(p->base, EVLOOP_NONBLOCK);
	event_base_free(p->base);
}

/* The history goes on where it ended. */
static void
parent_history(struct parent *p)
{
	char text[64];

	p->history = history_open(p->conf->state, parent_has, p);
	snprintf(text, sizeof(text), "kafkad %s started, pid %d",
	    KAFKAD_VERSION, (int)getpid());
	history_add(p->history, "", false, NULL, text);
}

int
parent_main(struct conf *conf, const char *file, int self, int http, bool debug)
{
	static struct parent parent;
	struct parent *p = &parent;
	struct proc_conf pc = {
		.id = PROC_MESOS,
		.self = self,
		.handlers = link_handlers,
		.configure = parent_configure,
		.ready = parent_ready,
		.lost = parent_lost,
		.arg = p,
	};

	p->conf = conf;
	p->file = file;
	p->started = clock_now();
	p->connection_since = p->started;
	p->born = time(NULL);
	TAILQ_INIT(&p->calls);
	TAILQ_INIT(&p->answers);
	TAILQ_INIT(&p->waiters);
	TAILQ_INIT(&p->watchers);
	strlcpy(p->connection, "starting", sizeof(p->connection));
	turn_load(p);
	if (!debug)
		parent_detach();
	p->base = parent_base();
	if ((p->run = event_new(p->base, -1, 0, parent_run_cb, p)) == NULL ||
	    (p->timer = evtimer_new(p->base, parent_timer_cb, p)) == NULL ||
	    (p->beat = evtimer_new(p->base, parent_beat_cb, p)) == NULL)
		fatalx("no memory");
	event_priority_set(p->run, 2);
	p->notify = notify_open(p->base);
	parent_history(p);
	parent_control(p);
	parent_signals(p);
	p->walls = sandbox_parent(conf->state, conf->control);
	if ((p->mesos = proc_new(p->base, &pc)) == NULL)
		fatalx("no memory");
	p->http = http_link_new(p, http, self);
	parent_beat(p);
	heap_open(p->base);
	log_info("kafkad %s, pid %d, state %s, control %s", KAFKAD_VERSION,
	    (int)getpid(), store_path(p->store), conf->control);
	if (!conf->mesos.verify)
		log_warnx("the master's certificate is not verified "
			  "(verify no): anybody in between can read the "
			  "credentials");
	if (http_link_warning(conf) != NULL)
		log_warnx("%s", http_link_warning(conf));
	parent_wake(p);
	event_base_dispatch(p->base);
	notify_close(p->notify);
	parent_free(p);
	return 0;
}
