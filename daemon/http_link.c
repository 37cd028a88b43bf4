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
 * The parent and its http process. The parent binds the socket and hands it
 * over, with one end of each of two connections on which only the commands for
 * the shim exist; it never reads a byte of a client itself.
 */

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http_link.h"
#include "log.h"
#include "parent.h"

#define BACKLOG 511
#define BIND_TRIES 40 /* of 50 ms */

struct http_link {
	struct parent *parent;
	struct proc *proc;
	int fd;
	int line[2]; /* ours and the child's, while it is started */
	int watch[2]; /* the same, for a command that does not end */
	bool told; /* of tasks or all, since something changed */
	char url[128];
	char webui[512]; /* empty: there is none */
};

/* All addresses: one socket for both families, where the kernel has both. */
static int
http_socket(const struct http_conf *h, struct sockaddr_storage *ss,
    socklen_t *len, int *family)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	const char *address = h->address != NULL ? h->address : "::";
	struct addrinfo *ai;
	char port[16];
	int fd, rc;

	snprintf(port, sizeof(port), "%u", h->port);
	for (;;) {
		rc = getaddrinfo(address, port, &hints, &ai);
		if (rc != 0)
			fatalx("http: %s is no address: %s", address,
			    gai_strerror(rc));
		fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		*family = ai->ai_family;
		*len = ai->ai_addrlen;
		memcpy(ss, ai->ai_addr, ai->ai_addrlen);
		freeaddrinfo(ai);
		if (fd != -1 || h->address != NULL || errno != EAFNOSUPPORT ||
		    strcmp(address, "::") != 0)
			return fd;
		address = "0.0.0.0";
	}
}

/*
 * A kafkad that was killed is survived by its http process for a moment, and
 * that one still listens.
 */
static int
http_take(int fd, const struct sockaddr *sa, socklen_t len)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	int i;

	for (i = 0; i < BIND_TRIES; i++) {
		if (bind(fd, sa, len) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
		nanosleep(&pause, NULL);
	}
	errno = EADDRINUSE;
	return -1;
}

int
http_bind(const struct http_conf *h)
{
	const char *where = h->address != NULL ? h->address : "all addresses";
	int fd, family, on = 1, off = 0;
	struct sockaddr_storage ss;
	socklen_t len;

	if (!h->on)
		return -1;
	if ((fd = http_socket(h, &ss, &len, &family)) == -1)
		fatal("http: cannot listen on %s port %u", where, h->port);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    (family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
		    h->address != NULL ? &on : &off, sizeof(on)) == -1) ||
	    http_take(fd, (struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, BACKLOG) == -1)
		fatal("http: cannot listen on %s port %u", where, h->port);
	return fd;
}

/* The port that the kernel has chosen, if it was to choose. */
static uint16_t
http_port(int fd)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} a = { .in6 = { .sin6_family = AF_UNSPEC } };
	socklen_t len = sizeof(a);

	if (getsockname(fd, &a.sa, &len) == -1)
		return 0;
	return ntohs(
	    a.sa.sa_family == AF_INET6 ? a.in6.sin6_port : a.in.sin_port);
}

static const char *
http_scheme(const struct http_conf *h)
{
	return h->cert != NULL ? "https" : "http";
}

static void
http_configure(void *arg, struct chan *chan)
{
	struct http_link *l = arg;
	const struct http_conf *h = &l->parent->conf->http;
	bool both = h->user != NULL && h->password != NULL;
	struct frame_writer w;

	frame_begin(&w, MSG_HTTP_CONF, 0);
	frame_put_str(&w, both ? h->user : "");
	frame_put_str(&w, both ? h->password : "");
	frame_put_str(&w, h->cert != NULL ? h->cert : "");
	frame_put_str(&w, h->key != NULL ? h->key : "");
	frame_put_u32(&w, h->connections);
	frame_put_u32(&w, h->connections_address);
	chan_send(chan, &w);
}

/*
 * Line connections for the child to come. The one before may have ended the
 * listening, as the socket was its own, too.
 */
static int
http_prepare(void *arg, int fds[PROC_FDS])
{
	struct http_link *l = arg;

	const int kind = SOCK_STREAM | SOCK_CLOEXEC;

	if (listen(l->fd, BACKLOG) == -1 ||
	    socketpair(AF_UNIX, kind, 0, l->line) == -1)
		return -1;
	if (socketpair(AF_UNIX, kind, 0, l->watch) == -1) {
		close(l->line[0]);
		close(l->line[1]);
		return -1;
	}
	fds[0] = l->line[1];
	fds[1] = l->fd;
	fds[2] = l->watch[1];
	return 3;
}

static void
http_started(void *arg, bool good)
{
	struct http_link *l = arg;
	struct control *c = l->parent->control;
	bool lost;

	close(l->line[1]);
	close(l->watch[1]);
	if (!good) {
		close(l->line[0]);
		close(l->watch[0]);
		return;
	}
	lost = control_attach(c, l->line[0], "http", true) == NULL;
	lost |= control_attach(c, l->watch[0], "http", true) == NULL;
	if (lost)
		log_warnx("http: no memory for its connections");
}

static void
http_ready(void *arg)
{
	struct http_link *l = arg;

	log_info("http: listening on %s", l->url);
	parent_wake(l->parent);
}

/* Whether only this host can reach it. */
static bool
http_is_local(const struct http_conf *h)
{
	struct in6_addr six;
	struct in_addr four;

	if (h->address == NULL)
		return false;
	if (inet_pton(AF_INET, h->address, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, h->address, &six) == 1 &&
	    IN6_IS_ADDR_LOOPBACK(&six);
}

/* Where others reach it. Its host is found by who may ask for names. */
static void
http_make_webui(struct http_link *l)
{
	const struct conf *conf = l->parent->conf;
	const char *name = conf->mesos.hostname;

	l->webui[0] = '\0';
	if (conf->mesos.webui != NULL || http_is_local(&conf->http))
		return;
	snprintf(l->webui, sizeof(l->webui), "%s://%s:%u",
	    http_scheme(&conf->http), name != NULL ? name : "",
	    http_port(l->fd));
}

static void
http_make_url(struct http_link *l)
{
	const struct http_conf *h = &l->parent->conf->http;
	const char *a = h->address != NULL ? h->address : "*";
	bool six = strchr(a, ':') != NULL;

	snprintf(l->url, sizeof(l->url), "%s://%s%s%s:%u", http_scheme(h),
	    six ? "[" : "", a, six ? "]" : "", http_port(l->fd));
	http_make_webui(l);
}

struct http_link *
http_link_new(struct parent *p, int fd, int self)
{
	static const chan_handler handlers[MSG_MAX];
	struct proc_conf pc = {
		.id = PROC_HTTP,
		.self = self,
		.handlers = handlers,
		.configure = http_configure,
		.ready = http_ready,
		.prepare = http_prepare,
		.started = http_started,
	};
	struct http_link *l;

	if (fd == -1)
		return NULL;
	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatalx("no memory");
	l->parent = p;
	l->fd = fd;
	http_make_url(l);
	pc.arg = l;
	if ((l->proc = proc_new(p->base, &pc)) == NULL)
		fatalx("no memory");
	return l;
}

void
http_link_free(struct http_link *l)
{
	if (l == NULL)
		return;
	proc_free(l->proc);
	close(l->fd);
	free(l);
}

void
http_link_reload(struct http_link *l)
{
	struct chan *chan = l != NULL ? proc_chan(l->proc) : NULL;
	struct frame_writer w;

	if (chan == NULL)
		return;
	frame_begin(&w, MSG_HTTP_RELOAD, 0);
	chan_send(chan, &w);
}

void
http_link_changed(struct http_link *l)
{
	if (l != NULL)
		proc_restart(l->proc);
}

bool
http_link_moved(struct http_link *l)
{
	char webui[sizeof(l->webui)];

	if (l == NULL)
		return false;
	strlcpy(webui, l->webui, sizeof(webui));
	http_make_url(l);
	return strcmp(webui, l->webui) != 0;
}

void
http_link_log_level(struct http_link *l, enum log_level level)
{
	struct chan *chan = l != NULL ? proc_chan(l->proc) : NULL;
	struct frame_writer w;

	if (chan == NULL)
		return;
	frame_begin(&w, MSG_LOG_LEVEL, 0);
	frame_put_u8(&w, (uint8_t)level);
	chan_send(chan, &w);
}

void
http_link_told(struct http_link *l)
{
	if (l != NULL)
		l->told = true;
}

void
http_link_stale(struct http_link *l)
{
	struct frame_writer w;
	struct chan *chan;

	if (l == NULL || !l->told)
		return;
	if ((chan = proc_chan(l->proc)) == NULL)
		return;
	l->told = false;
	frame_begin(&w, MSG_HTTP_CHANGED, 0);
	chan_send(chan, &w);
}

struct proc *
http_link_proc(struct http_link *l)
{
	return l != NULL ? l->proc : NULL;
}

const char *
http_link_url(const struct http_link *l)
{
	return l != NULL ? l->url : "off";
}

const char *
http_link_warning(const struct conf *conf)
{
	const struct http_conf *h = &conf->http;

	if (!h->on || http_is_local(h) ||
	    (h->user != NULL && h->password != NULL))
		return NULL;
	return "http: anybody who can reach the port may change things; set "
	       "user and password, or listen on 127.0.0.1";
}

const char *
http_link_webui(const struct http_link *l)
{
	return l != NULL ? l->webui : "";
}
