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
 * minimesos: the life of a master: its listener, its end, and a new one that
 * knows nothing until frameworks and agents come back.
 */

#include <netinet/in.h>
#include <arpa/inet.h>

#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

#define BIND_TRIES 400 /* of 5 ms */

static struct evconnlistener *
listen_on(struct mm *mm, int *port)
{
	struct evconnlistener *l;
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons((uint16_t)*port);
	if (inet_pton(AF_INET, mm->opt.listen_addr, &sin.sin_addr) != 1)
		return (NULL);
	l = evconnlistener_new_bind(mm->base, conn_accept_cb, mm,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_EXEC,
	    1024, (struct sockaddr *)&sin, sizeof(sin));
	if (l == NULL)
		return (NULL);
	if (getsockname(evconnlistener_get_fd(l), (struct sockaddr *)&sin,
		&len) == 0)
		*port = ntohs(sin.sin_port);
	return (l);
}

/* Port 0 lets the kernel choose another than before; -1 with errno. */
int
master_listen(struct mm *mm, int port)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	struct evconnlistener *same = NULL;
	int chosen = port, tries = BIND_TRIES;

	/* A child that is about to exec may still hold the old socket. */
	while ((mm->listener = listen_on(mm, &chosen)) == NULL &&
	    errno == EADDRINUSE && --tries > 0)
		nanosleep(&pause, NULL);
	if (port == 0 && mm->listener != NULL && chosen == mm->port) {
		same = mm->listener;
		chosen = 0;
		mm->listener = listen_on(mm, &chosen);
		evconnlistener_free(same);
	}
	if (mm->listener == NULL)
		return (-1);
	mm->port = chosen;
	return (0);
}

/* A further port that always answers 307 to the leader. */
int
master_follow(struct mm *mm)
{
	int port = 0;

	if (mm->follower != NULL)
		return (0);
	if ((mm->follower = listen_on(mm, &port)) == NULL)
		return (-1);
	mm->follower_port = port;
	return (0);
}

void
master_address(struct mm *mm, char *buf, size_t size)
{
	snprintf(buf, size, "%s:%d", mm->opt.listen_addr, mm->port);
}

/* One line, complete at any time: written aside, then renamed. */
void
master_ready_file(struct mm *mm)
{
	char *tmp;
	FILE *f;

	if (mm->opt.ready_file == NULL)
		return;
	tmp = xasprintf("%s.new", mm->opt.ready_file);
	if ((f = fopen(tmp, "w")) == NULL) {
		perror(tmp);
		exit(1);
	}
	fprintf(f,
	    "{\"master\":\"%s:%d\",\"control\":\"127.0.0.1:%d\","
	    "\"pid\":%d,\"hosts\":\"%s\"}\n",
	    mm->opt.listen_addr, mm->port, mm->control_port, (int)getpid(),
	    mm->hosts);
	if (fclose(f) != 0 || rename(tmp, mm->opt.ready_file) == -1) {
		perror(mm->opt.ready_file);
		exit(1);
	}
	free(tmp);
}

/* The master dies: everything it knew is gone, its agents run on. */
void
master_down(struct mm *mm)
{
	struct framework *fw;
	struct agent *a;
	struct task *t;
	int i;

	if (mm->master == MASTER_DOWN)
		return;
	trace(mm, "master down");
	mm->master = MASTER_DOWN;
	event_del(mm->recover_ev);
	if (mm->listener != NULL)
		evconnlistener_free(mm->listener);
	mm->listener = NULL;
	conn_close_all(mm);
	while ((fw = TAILQ_FIRST(&mm->frameworks)) != NULL)
		framework_free(fw);
	while (mm->ncompleted > 0)
		free(mm->completed[--mm->ncompleted]);
	TAILQ_FOREACH(t, &mm->tasks, entry)
		t->in_master = t->unreachable = 0;
	for (i = 0; i < mm->opt.agents; i++) {
		a = &mm->agents[i];
		event_del(a->timer);
		event_del(a->back);
		if (a->state != AGENT_GONE && a->state != AGENT_UNREACHABLE)
			a->state = AGENT_RECOVERED;
	}
}

/* Recovery is over: agents come one by one, those away time out. */
void
master_recovered_cb(evutil_socket_t fd, short what, void *arg)
{
	struct mm *mm = arg;
	struct agent *a;
	int i, n = 0;

	(void)fd;
	(void)what;
	if (mm->master == MASTER_REDIRECTING && mm->recovering_ms > 0) {
		mm->master = MASTER_RECOVERING;
		after_ms(mm->recover_ev, mm->recovering_ms);
		return;
	}
	mm->master = MASTER_LEADING;
	for (i = 0; i < mm->opt.agents; i++) {
		a = &mm->agents[i];
		if (a->state == AGENT_RECOVERED && a->away)
			after_ms(a->timer, mm->opt.agent_timeout_ms);
		else if (!a->away && a->state != AGENT_GONE)
			after_ms(a->back, mm->agents_after * ++n);
	}
}

/*
 * A new master at this port.  It first answers 307 to itself and then 503
 * for so many milliseconds.  -1 with errno if the port cannot be had.
 */
int
master_up(struct mm *mm, int port, int agents_after, int recovering_ms,
    int redirect_ms)
{
	if (mm->master != MASTER_DOWN)
		master_down(mm);
	if (master_listen(mm, port) == -1)
		return (-1);
	uuid_make(mm->master_id);
	mm->next_framework = mm->next_offer = mm->next_agent = 0;
	mm->start_time = now();
	mm->agents_after = agents_after;
	mm->recovering_ms = recovering_ms;
	mm->master = MASTER_LEADING;
	if (redirect_ms > 0) {
		mm->master = MASTER_REDIRECTING;
		snprintf(mm->redirect_to, sizeof(mm->redirect_to), "%s:%d",
		    mm->opt.hostname, mm->port);
	} else if (recovering_ms > 0)
		mm->master = MASTER_RECOVERING;
	trace(mm, "master up at port %d", mm->port);
	if (redirect_ms + recovering_ms > 0)
		after_ms(mm->recover_ev,
		    redirect_ms > 0 ? redirect_ms : recovering_ms);
	else
		master_recovered_cb(-1, 0, mm);
	master_ready_file(mm);
	return (0);
}
