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
 * The supervisor that started us, mostly systemd: readiness, a line of status
 * and the watchdog, as sd_notify(3) and sd_watchdog_enabled(3) define them.
 * In the parent. The environment that names the socket is trusted like the
 * command line; the status may hold words from outside, and must never add a
 * line to a message. Nothing here may block or end the process: it runs as
 * well without any supervisor.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"
#include "log.h"
#include "notify.h"

#define NOTIFY_STATUS 1024 /* bytes of a line of status */
#define NOTIFY_AGAIN 1 /* s, when the supervisor does not take it */
#define NOTIFY_LEAST 1000 /* us between two of WATCHDOG */

struct notify {
	int fd;
	struct sockaddr_un addr;
	socklen_t len;
	struct event *watchdog; /* NULL: none is wanted */
	struct event *again; /* something is to be sent later */
	struct event *patience; /* READY, whoever is not */
	bool ready, ready_sent;
	bool alive; /* to be told */
	char status[NOTIFY_STATUS], status_sent[NOTIFY_STATUS];
	bool failed; /* which was logged */
};

/*
 * Each time to the name, without connect(): a supervisor that was itself
 * started again has a new socket there.
 */
static void
notify_send(struct notify *n, const char *text)
{
	const struct timeval tv = { .tv_sec = NOTIFY_AGAIN };

	if (sendto(n->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
		(const struct sockaddr *)&n->addr, n->len) == -1) {
		if (!n->failed)
			log_warn("notify: the supervisor cannot be told");
		n->failed = true;
		event_add(n->again, &tv);
		return;
	}
	n->failed = false;
	n->alive = false;
	n->ready_sent = n->ready;
	strlcpy(n->status_sent, n->status, sizeof(n->status_sent));
}

/* What was not told yet, and what goes with it. */
static void
notify_flush(struct notify *n, const char *with)
{
	char text[NOTIFY_STATUS + 64];
	bool status = strcmp(n->status, n->status_sent) != 0;

	snprintf(text, sizeof(text), "%s%s%s%s%s%s", with,
	    n->alive ? "WATCHDOG=1\n" : "",
	    n->ready && !n->ready_sent ? "READY=1\n" : "",
	    status ? "STATUS=" : "", status ? n->status : "",
	    status ? "\n" : "");
	if (text[0] != '\0')
		notify_send(n, text);
	else
		n->failed = false;
}

/*
 * From the event loop, at the priority of everything else: that it comes is
 * the proof that decisions are made.
 */
static void
notify_watchdog_cb(evutil_socket_t fd, short what, void *arg)
{
	struct notify *n = arg;

	(void)fd;
	(void)what;
	n->alive = true;
	notify_flush(n, "");
}

static void
notify_again_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	notify_flush(arg, "");
}

/*
 * A child that cannot be started must not make the supervisor end the parent,
 * which answers nevertheless.
 */
static void
notify_patience_cb(evutil_socket_t fd, short what, void *arg)
{
	struct notify *n = arg;

	(void)fd;
	(void)what;
	n->ready = true;
	notify_flush(n, "");
}

/* Copies a variable into buf and removes it. Returns whether it was set. */
static bool
notify_variable(const char *name, char *buf, size_t size)
{
	const char *value = getenv(name);

	if (value == NULL)
		return false;
	strlcpy(buf, value, size);
	unsetenv(name);
	return buf[0] != '\0';
}

/* A path, or after "@" a name of the abstract kind. */
static int
notify_address(struct notify *n, const char *name)
{
	size_t len = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || len < 2 ||
	    len >= sizeof(n->addr.sun_path))
		return -1;
	n->addr.sun_family = AF_UNIX;
	memcpy(n->addr.sun_path, name, len);
	n->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	if (name[0] == '@')
		n->addr.sun_path[0] = '\0';
	else
		n->len++;
	return 0;
}

/* Returns microseconds, or 0: it is not for us. */
static int64_t
notify_interval(const char *usec, const char *pid)
{
	const char *error;
	int64_t interval, whose;

	if (usec[0] == '\0')
		return 0;
	interval = strtonum(usec, 1, INT64_MAX, &error);
	if (error != NULL) {
		log_warnx("notify: WATCHDOG_USEC is %s", error);
		return 0;
	}
	if (pid[0] == '\0')
		return interval;
	whose = strtonum(pid, 1, INT32_MAX, &error);
	return error == NULL && whose == getpid() ? interval : 0;
}

static void
notify_events(struct notify *n, struct event_base *base, int64_t interval)
{
	const struct timeval patience = { .tv_sec = NOTIFY_READY };
	int64_t us = interval / 2 > NOTIFY_LEAST ? interval / 2 : NOTIFY_LEAST;
	const struct timeval half = { us / 1000000, us % 1000000 };

	n->again = evtimer_new(base, notify_again_cb, n);
	n->patience = evtimer_new(base, notify_patience_cb, n);
	if (n->again == NULL || n->patience == NULL)
		fatalx("no memory");
	evtimer_add(n->patience, &patience);
	if (interval == 0)
		return;
	n->watchdog = event_new(base, -1, EV_PERSIST, notify_watchdog_cb, n);
	if (n->watchdog == NULL)
		fatalx("no memory");
	event_add(n->watchdog, &half);
}

struct notify *
notify_open(struct event_base *base)
{
	char name[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	char usec[32] = "", pid[32] = "";
	struct notify *n;
	bool wanted;

	wanted = notify_variable("NOTIFY_SOCKET", name, sizeof(name));
	notify_variable("WATCHDOG_USEC", usec, sizeof(usec));
	notify_variable("WATCHDOG_PID", pid, sizeof(pid));
	if (!wanted)
		return NULL;
	if ((n = calloc(1, sizeof(*n))) == NULL)
		fatalx("no memory");
	if (notify_address(n, name) == -1) {
		log_warnx("notify: NOTIFY_SOCKET is no socket that is known: "
			  "%s",
		    name);
		free(n);
		return NULL;
	}
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n->fd == -1) {
		log_warn("notify: socket");
		free(n);
		return NULL;
	}
	notify_events(n, base, notify_interval(usec, pid));
	return n;
}

void
notify_tell(struct notify *n, bool ready, const char *status)
{
	if (n == NULL)
		return;
	if (ready)
		n->ready = true;
	strlcpy(n->status, status, sizeof(n->status));
	line_clean(n->status);
	/* While it is not taken, one attempt a second is enough. */
	if (!n->failed)
		notify_flush(n, "");
}

void
notify_close(struct notify *n)
{
	if (n == NULL)
		return;
	strlcpy(n->status, "ending; tasks go on", sizeof(n->status));
	notify_flush(n, "STOPPING=1\n");
	if (n->watchdog != NULL)
		event_free(n->watchdog);
	event_free(n->again);
	event_free(n->patience);
	close(n->fd);
	free(n);
}
