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
 * The clients of the control socket, in the parent. Nothing they send is
 * trusted: a line is bounded, then checked as UTF-8, then parsed by the table
 * of commands, and only what their rights allow reaches the parent. No client
 * may end the process, block it, or make it hold an unbounded amount.
 *
 * One command at a time: the next line is looked at when the reply to the
 * one before has been written to the socket, so that a client that does not
 * read holds up nobody but itself.
 */

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <json-c/json.h>

#include <sys/queue.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "control.h"
#include "control_sock.h"
#include "heap.h"
#include "killpoint.h"
#include "limit.h"
#include "line.h"
#include "log.h"
#include "made.h"

#define CONTROL_INPUT_MAX (2 * (LINE_COMMAND_MAX + 2))
#define CONTROL_WHO_MAX 256
#define CONTROL_REFUSED_MAX 5 /* lines of the log in a second */

struct control_client {
	struct control *control;
	struct bufferevent *bev;
	uint32_t id;
	struct control_peer peer;
	char *name; /* of an attached one, else NULL */
	bool change; /* may change things */
	bool shim; /* may give the shim's commands only */
	struct audit_who who; /* for the shim: of this command */
	const struct cmd *cmd; /* waits for control_end(), or NULL */
	bool eof; /* will send nothing more */
	bool closing; /* to be dropped when all is written */
	bool dead; /* freed by the next control_reap_cb() */
	TAILQ_ENTRY(control_client) entry;
};

TAILQ_HEAD(control_clients, control_client);

struct control {
	struct event_base *base;
	struct control_conf conf;
	struct control_cb cb;
	void *arg;
	struct control_sock sock;
	struct evconnlistener *listener;
	struct event *resume; /* accepting, after a lack of descriptors */
	bool starved; /* of them, which was logged */
	int fd_max; /* of a client's descriptor */
	struct event *reap;
	struct event *sweep; /* for those who left unnoticed */
	uint32_t last_id;
	struct limit *refused;
	struct audit *audit;
	struct control_clients clients;
};

uint32_t
control_client_id(const struct control_client *cl)
{
	return cl->id;
}

bool
control_is_open(const struct control_client *cl)
{
	return !cl->dead;
}

struct control_client *
control_find(struct control *c, uint32_t id)
{
	struct control_client *cl;

	TAILQ_FOREACH(cl, &c->clients, entry) {
		if (cl->id == id && !cl->dead)
			return cl;
	}
	return NULL;
}

bool
control_client_is_shim(const struct control_client *cl)
{
	return cl->shim;
}

char *
control_client_who(const struct control_client *cl, char *buf, size_t size)
{
	return audit_who(&cl->who, buf, size);
}

/* Marks the client; whoever holds it on the stack may go on using it. */
static void
client_drop(struct control_client *cl, const char *why)
{
	if (cl->dead)
		return;
	cl->dead = true;
	bufferevent_disable(cl->bev, EV_READ | EV_WRITE);
	log_debug("client %u: %s", cl->id, why);
	event_active(cl->control->reap, EV_TIMEOUT, 0);
}

static void
client_free(struct control_client *cl)
{
	struct control *c = cl->control;

	cl->dead = true;
	TAILQ_REMOVE(&c->clients, cl, entry);
	if (c->cb.gone != NULL)
		c->cb.gone(c->arg, cl);
	bufferevent_free(cl->bev);
	free(cl->name);
	free(cl);
}

static void
control_reap_cb(evutil_socket_t fd, short what, void *arg)
{
	struct control *c = arg;
	struct control_client *cl, *next;

	(void)fd;
	(void)what;
	TAILQ_FOREACH_SAFE(cl, &c->clients, entry, next) {
		if (cl->dead)
			client_free(cl);
	}
}

static size_t
client_pending(const struct control_client *cl)
{
	return evbuffer_get_length(bufferevent_get_output(cl->bev));
}

/* Somebody may wonder why their watch ended. */
static void
client_slow(struct control_client *cl)
{
	char who[CONTROL_WHO_MAX];

	if (limit_take(cl->control->refused))
		log_info("client %u (%s): dropped: it does not read what it "
			 "asked for",
		    cl->id, control_client_who(cl, who, sizeof(who)));
	client_drop(cl, "too slow to read");
}

/* The http process ends if it is one of its lines: that is always told. */
static void
client_starved(struct control_client *cl, const char *why)
{
	char who[CONTROL_WHO_MAX];

	if (cl->shim || limit_take(cl->control->refused))
		log_warnx("client %u (%s): dropped: %s", cl->id,
		    control_client_who(cl, who, sizeof(who)), why);
	client_drop(cl, why);
}

static void
client_send(struct control_client *cl, int code, bool more, const char *text)
{
	size_t len, max = code < 200 ? CONTROL_STREAM_MAX : CONTROL_REPLY_MAX;
	char *line;

	if (cl->dead)
		return;
	line = line_reply_new(code, more, text, &len);
	if (line == NULL && errno == EMSGSIZE) {
		log_warnx("client %u: left out a line of %zu bytes", cl->id,
		    strlen(text));
		line = line_reply_new(code, more,
		    "{\"error\":\"left out: longer than a line may be\"}",
		    &len);
	}
	KILLPOINT_OF(LINE_SEND, cl->shim);
	if (line == NULL)
		client_starved(cl, "no memory to make a reply");
	else if (client_pending(cl) + len > max)
		client_slow(cl);
	else if (bufferevent_write(cl->bev, line, len) == -1)
		client_starved(cl, "no memory for a reply");
	KILLPOINT_SENT(LINE_SENT, cl->shim, cl->bev);
	if (line != NULL)
		heap_used(len);
	free(line);
}

/* The last line, and then nothing more. */
static void
client_refuse(struct control_client *cl, int code, const char *text)
{
	log_debug("client %u: %d %s", cl->id, code, text);
	client_send(cl, code, false, text);
	cl->closing = true;
	bufferevent_disable(cl->bev, EV_READ);
}

void
control_data(struct control_client *cl, int code, struct json_object *o)
{
	if (o == NULL)
		return;
	client_send(cl, code, true,
	    made_text(o,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

void
control_end(struct control_client *cl, int code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (cl->cmd == NULL && cl->dead)
		return;
	if (cl->cmd == NULL)
		fatalx("client %u: a reply without a command", cl->id);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	audit_end(cl->control->audit, cl->id, code, text);
	cl->cmd = NULL;
	client_send(cl, code, false, text);
}

void
control_answer(struct control *c, uint32_t id, int code, const char *text)
{
	struct control_client *cl;

	if ((cl = control_find(c, id)) != NULL)
		control_end(cl, code, "%s", text);
	else
		audit_end(c->audit, id, code, text);
}

static void
client_help_one(struct control_client *cl, const struct cmd *cmd)
{
	struct json_object *o = json_object_new_object();
	char usage[128];

	if (o == NULL)
		return;
	made_put(o, "command", json_object_new_string(cmd->name));
	made_put(o, "usage",
	    json_object_new_string(cmd_usage(cmd, usage, sizeof(usage))));
	made_put(o, "rights",
	    json_object_new_string(
		cmd->rights == CMD_CHANGE ? "change" : "read"));
	made_put(o, "help", json_object_new_string(cmd->help));
	control_data(cl, 200, o);
}

static void
client_help(struct control_client *cl, const struct cmd *about)
{
	int i, n = 0;

	for (i = 0; i < CMD_MAX; i++) {
		if (about != NULL && about != &cmd_table[i])
			continue;
		if (cl->shim && !cmd_table[i].shim)
			continue;
		client_help_one(cl, &cmd_table[i]);
		n++;
	}
	control_end(cl, n > 0 ? 200 : 404, "%d command%s", n,
	    n == 1 ? "" : "s");
}

/*
 * Why this client may not give this command, or NULL if it may. Whether the
 * routes may use force is for the configuration to say, not for the shim.
 */
static const char *
client_refusal(const struct control_client *cl, const struct cmd_call *call,
    char *buf, size_t size)
{
	const struct cmd *cmd = call->cmd;

	if (cl->shim && (!cmd->shim || call->force)) {
		snprintf(buf, size, "%s%s: not on this connection", cmd->name,
		    cmd->shim ? " force" : "");
		return buf;
	}
	if (call->rights == CMD_CHANGE && !cl->change) {
		snprintf(buf, size,
		    "%s: uid %u may only read; root, kafkad's user and the "
		    "control group may change things",
		    cmd->name, cl->peer.uid);
		return buf;
	}
	return NULL;
}

/* A command that is not carried out. */
static void
client_deny(struct control_client *cl, const struct cmd_call *call,
    const char *line, int code, const char *why)
{
	if (call->cmd != NULL && (call->rights == CMD_CHANGE || code == 403))
		audit_refused(cl->control->audit, &cl->who, line, code, why);
	client_send(cl, code, false, why);
}

/* Takes one good line. A reply without a callback needs cmd to be set. */
static void
client_command(struct control_client *cl, const char *line)
{
	struct control *c = cl->control;
	struct cmd_call call;
	struct cmd_error err;
	const char *why;
	char buf[256];

	if (cl->shim && (line = audit_as(&cl->who, line)) == NULL) {
		client_send(cl, 400, false,
		    "as USER ADDRESS must come before a command here");
		return;
	}
	log_debug("client %u: %s", cl->id, line);
	if (cmd_parse(line, c->conf.services, &call, &err) == -1) {
		client_deny(cl, &call, line, err.code, err.text);
		return;
	}
	if ((why = client_refusal(cl, &call, buf, sizeof(buf))) != NULL) {
		client_deny(cl, &call, line, 403, why);
		return;
	}
	cl->cmd = call.cmd;
	if (call.rights == CMD_CHANGE)
		audit_begin(c->audit, cl->id, &cl->who, line);
	if (call.cmd->id == CMD_HELP)
		client_help(cl, call.about);
	else
		c->cb.command(c->arg, cl, &call);
}

/* Without the blanks around it. */
static char *
client_trim(char *line, size_t len)
{
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		line[--len] = '\0';
	return line + strspn(line, " \t");
}

/* Takes the next line from the buffer. Returns false if there is none. */
static bool
client_line(struct control_client *cl)
{
	struct evbuffer *in = bufferevent_get_input(cl->bev);
	char line[LINE_COMMAND_MAX + 1], *text;
	size_t len, n = evbuffer_get_length(in), used;
	enum line_status status;
	const char *p, *why;

	if (n > LINE_COMMAND_MAX + 2)
		n = LINE_COMMAND_MAX + 2;
	if (n == 0)
		return false;
	if ((p = (char *)evbuffer_pullup(in, (ssize_t)n)) == NULL) {
		client_starved(cl, "no memory for a command");
		return false;
	}
	status = line_take(p, n, LINE_COMMAND_MAX, &len, &used);
	if (status == LINE_NONE)
		return false;
	if (status == LINE_LONG) {
		client_refuse(cl, 400, "the line is longer than 4096 bytes");
		return true;
	}
	memcpy(line, p, len);
	line[len] = '\0';
	evbuffer_drain(in, used);
	KILLPOINT_OF(LINE_RECEIVE, cl->shim);
	if ((why = line_check(line, len)) != NULL)
		client_send(cl, 400, false, why);
	else if (*(text = client_trim(line, len)) != '\0')
		client_command(cl, text);
	KILLPOINT_OF(LINE_RECEIVED, cl->shim);
	return true;
}

static void
client_next(struct control_client *cl)
{
	while (!cl->dead && !cl->closing && cl->cmd == NULL &&
	    client_pending(cl) == 0) {
		if (client_line(cl))
			continue;
		if (cl->eof)
			client_drop(cl, "done");
		break;
	}
	if (cl->closing && client_pending(cl) == 0)
		client_drop(cl, "closed");
}

static void
client_read_cb(struct bufferevent *bev, void *arg)
{
	(void)bev;
	client_next(arg);
}

/*
 * The end of what it sends need not be the end of what it reads (printf
 * status | nc -NU). The kernel says POLLHUP when both ways are closed.
 */
static bool
client_is_gone(const struct control_client *cl)
{
	struct pollfd pfd = { .fd = bufferevent_getfd(cl->bev) };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & (POLLHUP | POLLERR));
}

static void
client_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct control_client *cl = arg;

	(void)bev;
	if (what & BEV_EVENT_TIMEOUT) {
		client_slow(cl);
		return;
	}
	if ((what & BEV_EVENT_ERROR) && EVUTIL_SOCKET_ERROR() == ENOMEM) {
		client_starved(cl, "no memory");
		return;
	}
	if (!(what & BEV_EVENT_EOF) || !(what & BEV_EVENT_READING) ||
	    client_is_gone(cl)) {
		client_drop(cl, "gone");
		return;
	}
	cl->eof = true;
	client_next(cl);
}

/* Takes the descriptor, and closes it when it fails. */
static struct control_client *
client_new(struct control *c, int fd)
{
	struct timeval limit = { .tv_sec = CONTROL_WRITE_TIMEOUT };
	struct control_client *cl;

	if ((cl = calloc(1, sizeof(*cl))) == NULL) {
		close(fd);
		return NULL;
	}
	cl->control = c;
	strlcpy(cl->who.via, "socket", sizeof(cl->who.via));
	cl->bev = bufferevent_socket_new(c->base, fd,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (cl->bev == NULL) {
		close(fd);
		free(cl);
		return NULL;
	}
	do {
		cl->id = ++c->last_id;
	} while (cl->id == 0 || control_find(c, cl->id) != NULL);
	bufferevent_setcb(cl->bev, client_read_cb, client_read_cb,
	    client_event_cb, cl);
	bufferevent_setwatermark(cl->bev, EV_READ, 0, CONTROL_INPUT_MAX);
	bufferevent_set_timeouts(cl->bev, NULL, &limit);
	TAILQ_INSERT_TAIL(&c->clients, cl, entry);
	return cl;
}

static void
client_greet(struct control_client *cl)
{
	char text[128];

	snprintf(text, sizeof(text), "kafkad %s protocol %d",
	    cl->control->conf.version, LINE_PROTOCOL);
	client_send(cl, 220, false, text);
	bufferevent_enable(cl->bev, EV_READ | EV_WRITE);
}

/*
 * Who leaves is not noticed by libevent while we do not read: when all that
 * was sent has been read (printf watch | nc -NU, and then ^C), or so much that
 * we wait with the rest. As long as nothing is written such would hold a place.
 */
static void
control_drop_gone(struct control *c)
{
	struct control_client *cl;
	bool deaf;

	TAILQ_FOREACH(cl, &c->clients, entry) {
		deaf = cl->eof ||
		    evbuffer_get_length(bufferevent_get_input(cl->bev)) >=
			CONTROL_INPUT_MAX;
		if (deaf && client_is_gone(cl))
			client_drop(cl, "gone");
	}
}

static void
control_arm_sweep(struct control *c)
{
	unsigned int ms = c->conf.sweep;
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000L };

	if (!evtimer_pending(c->sweep, NULL))
		evtimer_add(c->sweep, &tv);
}

/* Again and again, as long as there is a client that could leave. */
static void
control_sweep_cb(evutil_socket_t fd, short what, void *arg)
{
	struct control *c = arg;
	struct control_client *cl;

	(void)fd;
	(void)what;
	control_drop_gone(c);
	TAILQ_FOREACH(cl, &c->clients, entry) {
		if (cl->name == NULL) {
			control_arm_sweep(c);
			break;
		}
	}
}

/* Why the one who just connected cannot stay, with the code; or NULL. */
static const char *
control_refusal(const struct control *c, const struct control_client *cl,
    int fd, int *code)
{
	const struct control_client *other;
	unsigned int all = 0, same = 0, reserved = 0;

	*code = 403;
	if (!cl->change && !c->conf.read_any)
		return "only root, kafkad's user and the control group may "
		       "use this socket";
	TAILQ_FOREACH(other, &c->clients, entry) {
		if (other->dead || other->closing || other->name != NULL ||
		    other == cl)
			continue;
		all++;
		same += other->peer.uid == cl->peer.uid;
	}
	*code = 503;
	if (same >= c->conf.uid_max)
		return "too many connections of this user";
	if (!cl->change && c->conf.clients_max > CONTROL_RESERVED)
		reserved = CONTROL_RESERVED;
	if (all >= c->conf.clients_max - reserved)
		return "too many connections";
	if (fd > c->fd_max)
		return "kafkad needs its last descriptors itself";
	return NULL;
}

static void
control_accept_cb(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *addr, int len, void *arg)
{
	struct control *c = arg;
	struct control_client *cl;
	const char *why;
	int code;

	(void)listener;
	(void)addr;
	(void)len;
	KILLPOINT(CLIENT_ACCEPT);
	if (c->starved)
		log_info("control: accepting again");
	c->starved = false;
	if ((cl = client_new(c, fd)) == NULL) {
		log_warnx("no memory for a client");
		return;
	}
	if (control_sock_peer(fd, c->conf.group, &cl->peer) == -1) {
		client_drop(cl, "no credentials");
		return;
	}
	cl->who.uid = cl->peer.uid;
	cl->who.pid = cl->peer.pid;
	cl->change = cl->peer.uid == 0 || cl->peer.uid == c->conf.uid ||
	    cl->peer.in_group;
	control_drop_gone(c);
	control_arm_sweep(c);
	if ((why = control_refusal(c, cl, fd, &code)) != NULL) {
		if (limit_take(c->refused))
			log_info("client %u (uid %u): refused: %s", cl->id,
			    cl->peer.uid, why);
		bufferevent_enable(cl->bev, EV_WRITE);
		client_refuse(cl, code, why);
		return;
	}
	log_debug("client %u (uid %u pid %d): connected", cl->id, cl->peer.uid,
	    (int)cl->peer.pid);
	client_greet(cl);
}

/* Most likely no descriptor is left: it would be told again at once. */
static void
control_accept_error_cb(struct evconnlistener *listener, void *arg)
{
	struct timeval pause = { .tv_usec = 500000 };
	struct control *c = arg;

	if (!c->starved)
		log_warn("control: cannot accept, waiting");
	c->starved = true;
	evconnlistener_disable(listener);
	event_add(c->resume, &pause);
}

static void
control_resume_cb(evutil_socket_t fd, short what, void *arg)
{
	struct control *c = arg;

	(void)fd;
	(void)what;
	evconnlistener_enable(c->listener);
}

static int
control_listen(struct control *c)
{
	c->resume = event_new(c->base, -1, 0, control_resume_cb, c);
	c->reap = event_new(c->base, -1, 0, control_reap_cb, c);
	c->sweep = evtimer_new(c->base, control_sweep_cb, c);
	c->refused = limit_new(c->base, "refused requests of clients",
	    CONTROL_REFUSED_MAX);
	c->audit = audit_new(c->refused);
	if (c->resume == NULL || c->reap == NULL || c->sweep == NULL ||
	    c->refused == NULL || c->audit == NULL)
		return -1;
	c->listener = evconnlistener_new(c->base, control_accept_cb, c,
	    LEV_OPT_CLOSE_ON_EXEC, 0, c->sock.fd);
	if (c->listener == NULL)
		return -1;
	evconnlistener_set_error_cb(c->listener, control_accept_error_cb);
	return 0;
}

struct control *
control_open(struct event_base *base, const struct control_conf *conf,
    const struct control_cb *cb, void *arg, char *err, size_t size)
{
	struct control *c;

	if ((c = calloc(1, sizeof(*c))) == NULL) {
		snprintf(err, size, "no memory");
		return NULL;
	}
	c->base = base;
	c->conf = *conf;
	if (c->conf.clients_max == 0)
		c->conf.clients_max = CONTROL_CLIENTS_MAX;
	if (c->conf.uid_max == 0)
		c->conf.uid_max = CONTROL_UID_MAX;
	if (c->conf.sweep == 0)
		c->conf.sweep = CONTROL_SWEEP * 1000;
	c->fd_max = getdtablesize() - CONTROL_FDS - 1;
	c->cb = *cb;
	c->arg = arg;
	TAILQ_INIT(&c->clients);
	if (control_sock_open(&c->sock, conf->path, conf->uid, conf->group,
		conf->read_any, err, size) == -1) {
		free(c);
		return NULL;
	}
	if (control_listen(c) == -1) {
		snprintf(err, size, "no memory");
		control_close(c);
		return NULL;
	}
	return c;
}

/* Writes what the kernel takes at once: the reply to shutdown, mostly. */
static void
client_flush(struct control_client *cl)
{
	struct evbuffer *out = bufferevent_get_output(cl->bev);

	if (cl->dead || evbuffer_get_length(out) == 0)
		return;
	bufferevent_disable(cl->bev, EV_WRITE);
	evbuffer_unfreeze(out, 1);
	evbuffer_write(out, bufferevent_getfd(cl->bev));
	evbuffer_freeze(out, 1);
}

void
control_close(struct control *c)
{
	struct control_client *cl;

	if (c == NULL)
		return;
	while ((cl = TAILQ_FIRST(&c->clients)) != NULL) {
		client_flush(cl);
		client_free(cl);
	}
	if (c->listener != NULL)
		evconnlistener_free(c->listener);
	if (c->resume != NULL)
		event_free(c->resume);
	if (c->reap != NULL)
		event_free(c->reap);
	if (c->sweep != NULL)
		event_free(c->sweep);
	audit_free(c->audit);
	limit_free(c->refused);
	control_sock_close(&c->sock);
	free(c);
}

struct control_client *
control_attach(struct control *c, int fd, const char *name, bool shim)
{
	struct control_client *cl;
	char *copy;

	evutil_make_socket_nonblocking(fd);
	if ((copy = strdup(name)) == NULL) {
		close(fd);
		return NULL;
	}
	if ((cl = client_new(c, fd)) == NULL) {
		free(copy);
		return NULL;
	}
	cl->name = copy;
	strlcpy(cl->who.via, copy, sizeof(cl->who.via));
	cl->change = true;
	cl->shim = shim;
	client_greet(cl);
	return cl;
}
