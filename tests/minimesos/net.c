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
 * minimesos: containers with a network of their own, on loopback and without
 * root.  Each gets an address of 127.N.0.0/16, which no other instance on the
 * machine uses, and is known by its host name in a file like /etc/hosts; the
 * agent plays docker-proxy for the ports that are mapped.  There is no
 * namespace: a container is told its address and must listen there only.
 *
 * It reads no byte of what it forwards, and must never listen anywhere but on
 * the loopback address of an agent.
 */

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "minimesos.h"

#define NET_FIRST 2
#define NET_LAST 254
#define NET_CONTAINERS (255 * 254) /* 127.N.1.1 to 127.N.255.254 */
#define PROXY_HIGH 262144
#define BIND_TRIES 50

/* One connection of a client, and ours to the container. */
struct wire {
	LIST_ENTRY(wire) entry;
	struct bufferevent *bev[2];
	int eof[2]; /* this one sends no more */
	int shut[2]; /* this one was told so of the other */
};
LIST_HEAD(wires, wire);

/* A mapped port. */
struct proxy {
	struct proxy *next;
	struct mm *mm;
	struct evconnlistener *listener;
	struct sockaddr_in to;
	struct wires wires;
};

static void
wire_free(struct wire *w)
{
	LIST_REMOVE(w, entry);
	bufferevent_free(w->bev[0]);
	bufferevent_free(w->bev[1]);
	free(w);
}

/* Tells one end that the other sends no more, once it has got everything. */
static int
wire_shut(struct wire *w, int i)
{
	struct bufferevent *bev = w->bev[i];

	if (w->shut[i] || !w->eof[!i] ||
	    evbuffer_get_length(bufferevent_get_output(bev)) > 0)
		return (0);
	w->shut[i] = 1;
	shutdown(bufferevent_getfd(bev), SHUT_WR);
	if (!w->shut[!i])
		return (0);
	wire_free(w);
	return (1);
}

static void
wire_read_cb(struct bufferevent *bev, void *arg)
{
	struct wire *w = arg;
	struct bufferevent *to = w->bev[bev == w->bev[0]];

	bufferevent_write_buffer(to, bufferevent_get_input(bev));
	if (evbuffer_get_length(bufferevent_get_output(to)) > PROXY_HIGH)
		bufferevent_disable(bev, EV_READ);
}

static void
wire_write_cb(struct bufferevent *bev, void *arg)
{
	struct wire *w = arg;
	int i = bev == w->bev[1];

	if (wire_shut(w, i) || w->eof[!i])
		return;
	bufferevent_enable(w->bev[!i], EV_READ);
}

static void
wire_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct wire *w = arg;
	int i = bev == w->bev[1];

	if (what & BEV_EVENT_CONNECTED) {
		bufferevent_enable(w->bev[0], EV_READ);
		bufferevent_enable(w->bev[1], EV_READ);
	} else if (what & BEV_EVENT_EOF) {
		w->eof[i] = 1;
		bufferevent_write_buffer(w->bev[!i],
		    bufferevent_get_input(bev));
		wire_shut(w, !i);
	} else
		wire_free(w);
}

/* Like docker-proxy it takes a client first and asks the container then. */
static void
proxy_accept_cb(struct evconnlistener *l, evutil_socket_t fd,
    struct sockaddr *sa, int len, void *arg)
{
	struct proxy *p = arg;
	struct wire *w = xcalloc(1, sizeof(*w));
	int i;

	(void)l;
	(void)sa;
	(void)len;
	w->bev[0] =
	    bufferevent_socket_new(p->mm->base, fd, BEV_OPT_CLOSE_ON_FREE);
	w->bev[1] =
	    bufferevent_socket_new(p->mm->base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (w->bev[0] == NULL || w->bev[1] == NULL)
		errx(1, "bufferevent_socket_new");
	LIST_INSERT_HEAD(&p->wires, w, entry);
	for (i = 0; i < 2; i++)
		bufferevent_setcb(w->bev[i], wire_read_cb, wire_write_cb,
		    wire_event_cb, w);
	if (bufferevent_socket_connect(w->bev[1], (struct sockaddr *)&p->to,
		sizeof(p->to)) == -1)
		wire_free(w);
}

static struct evconnlistener *
proxy_listen(struct proxy *p, struct sockaddr_in *sin)
{
	const struct timespec pause = { 0, 10000000 };
	unsigned int flags =
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_EXEC;
	struct evconnlistener *l;
	int tries = BIND_TRIES;

	/* A child that is about to exec may still hold the old socket. */
	while ((l = evconnlistener_new_bind(p->mm->base, proxy_accept_cb, p,
		    flags, -1, (struct sockaddr *)sin, sizeof(*sin))) == NULL &&
	    errno == EADDRINUSE && --tries > 0)
		nanosleep(&pause, NULL);
	return (l);
}

static void
address_set(struct sockaddr_in *sin, const char *address, int port)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, address, &sin->sin_addr);
}

static char *
proxy_add(struct task *t, int from, int to)
{
	struct proxy *p = xcalloc(1, sizeof(*p));
	struct sockaddr_in sin;

	p->mm = t->mm;
	p->next = t->proxies;
	t->proxies = p;
	LIST_INIT(&p->wires);
	address_set(&p->to, t->address, to);
	address_set(&sin, t->agent->hostname, from);
	if ((p->listener = proxy_listen(p, &sin)) != NULL)
		return (NULL);
	return (xasprintf("Failed to run the container: driver failed "
			  "programming external connectivity on endpoint "
			  "mesos-%s: listen tcp4 %s:%d: bind: %s",
	    t->container, t->agent->hostname, from, strerror(errno)));
}

static void
proxies_free(struct task *t)
{
	struct wire *w, *next;
	struct proxy *p;

	while ((p = t->proxies) != NULL) {
		t->proxies = p->next;
		if (p->listener != NULL)
			evconnlistener_free(p->listener);
		LIST_FOREACH_SAFE(w, &p->wires, entry, next)
		wire_free(w);
		free(p);
	}
}

/* Only one number of a minimesos is a network of one, all over the machine. */
static int
net_lock(int number)
{
	struct sockaddr_un sa;
	int fd, n;

	memset(&sa, 0, sizeof(sa));
	sa.sun_family = AF_UNIX;
	n = snprintf(sa.sun_path + 1, sizeof(sa.sun_path) - 1,
	    "minimesos-net-%d", number);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		err(1, "socket");
	if (bind(fd, (struct sockaddr *)&sa,
		(socklen_t)(sizeof(sa_family_t) + 1 + (size_t)n)) == 0)
		return (fd);
	close(fd);
	return (-1);
}

/* A client of a mapped port is two descriptors here. */
static void
raise_limit(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 || rl.rlim_cur >= 16384)
		return;
	rl.rlim_cur = rl.rlim_max < 16384 ? rl.rlim_max : 16384;
	setrlimit(RLIMIT_NOFILE, &rl);
}

void
net_init(struct mm *mm)
{
	int count = NET_LAST - NET_FIRST + 1, i;
	int start = (int)arc4random_uniform((uint32_t)count);

	mm->net_lock = -1;
	for (i = 0; i < count && mm->net_lock == -1; i++) {
		mm->net = NET_FIRST + (start + i) % count;
		mm->net_lock = net_lock(mm->net);
	}
	if (mm->net_lock == -1)
		errx(1, "no free network of 127.%d.0.0/16 to 127.%d.0.0/16",
		    NET_FIRST, NET_LAST);
	mm->hosts = xasprintf("%s/hosts", mm->opt.dir);
	raise_limit();
}

void
net_free(struct mm *mm)
{
	close(mm->net_lock);
	unlink(mm->hosts);
	free(mm->hosts);
}

/* The name that a container knows itself by; to be freed. */
char *
net_hostname(struct task *t)
{
	const char *host = json_str(t->info, "container.hostname");

	if (host != NULL)
		return (xstrdup(host));
	if (t->bridge)
		return (xasprintf("%.12s", t->container));
	return (xstrdup(t->agent->hostname));
}

/* Complete at any time: written aside, then renamed. */
void
net_hosts_write(struct mm *mm)
{
	char self[256], *tmp = xasprintf("%s.new", mm->hosts), *host;
	struct task *t;
	FILE *f;
	int i;

	if ((f = fopen(tmp, "w")) == NULL)
		err(1, "%s", tmp);
	if (gethostname(self, sizeof(self)) == -1)
		err(1, "gethostname");
	self[sizeof(self) - 1] = '\0';
	fprintf(f, "127.0.0.1 localhost %s\n", self);
	for (i = 0; i < mm->opt.agents; i++)
		fprintf(f, "%s agent%d\n", mm->agents[i].hostname,
		    mm->agents[i].idx);
	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (*t->address == '\0')
			continue;
		host = net_hostname(t);
		fprintf(f, "%s %s\n", t->address, host);
		free(host);
	}
	if (fclose(f) != 0 || rename(tmp, mm->hosts) == -1)
		err(1, "%s", mm->hosts);
	free(tmp);
}

static int
address_used(struct mm *mm, const char *address)
{
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry)
		if (strcmp(t->address, address) == 0)
			return (1);
	return (0);
}

/* The next one that no container has. */
static void
address_take(struct task *t)
{
	struct mm *mm = t->mm;
	char text[sizeof(t->address)];
	unsigned int n;

	do {
		n = mm->net_next++ % NET_CONTAINERS;
		snprintf(text, sizeof(text), "127.%d.%u.%u", mm->net,
		    1 + n / 254, 1 + n % 254);
	} while (address_used(mm, text));
	strlcpy(t->address, text, sizeof(t->address));
}

/*
 * A mapping of every port to itself needs no address: the container may as
 * well use the agent's.
 */
static int
net_needed(struct task *t)
{
	struct json_object *list, *one;
	size_t i;

	if (!t->bridge)
		return (0);
	if (json_len(json_get(t->info, "container.network_infos")) > 0)
		return (1);
	list = json_get(t->info, "container.docker.port_mappings");
	for (i = 0; i < json_len(list); i++) {
		one = json_at(list, i);
		if (json_num(one, "host_port", 0) !=
		    json_num(one, "container_port", 0))
			return (1);
	}
	return (0);
}

/*
 * Before a container runs: its address, if it needs one, and its ports.
 * A text to be freed on failure.
 */
char *
net_attach(struct task *t)
{
	struct json_object *list, *one;
	const char *protocol;
	char *error = NULL;
	size_t i;

	if (!net_needed(t))
		return (NULL);
	address_take(t);
	list = json_get(t->info, "container.docker.port_mappings");
	for (i = 0; error == NULL && i < json_len(list); i++) {
		one = json_at(list, i);
		protocol = json_str(one, "protocol");
		if (protocol != NULL && strcmp(protocol, "tcp") != 0)
			continue;
		error = proxy_add(t, (int)json_num(one, "host_port", 0),
		    (int)json_num(one, "container_port", 0));
	}
	if (error != NULL)
		net_detach(t);
	else
		net_hosts_write(t->mm);
	return (error);
}

/* The container is no more: its clients are cut off, its name is gone. */
void
net_detach(struct task *t)
{
	if (*t->address == '\0')
		return;
	proxies_free(t);
	*t->address = '\0';
	net_hosts_write(t->mm);
}

/* Where a check finds a port of the container. */
void
net_inside(struct task *t, struct sockaddr_in *sin, int port)
{
	address_set(sin, *t->address != '\0' ? t->address : "127.0.0.1", port);
}
