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
 * minimesos is a Mesos for one machine: a master and a few agents in one
 * process, on loopback, for tests and for demonstrations.  It speaks the v1
 * scheduler API over HTTP, offers resources, really runs tasks as processes,
 * and misbehaves on request (see control.c for the routes).
 *
 *	minimesos [--listen ADDR:PORT] [--ready-file FILE] [--dir DIR]
 *	    [--images DIR] [--image-env K=V]... [--agents N] [--cpus X]
 *	    [--mem MB] [--disk MB] [--ports N | --port-range FIRST-LAST]
 *	    [--reserve AGENT:ROLE:CPUS:MEM]
 *	    [--role-whitelist R,...] [--heartbeat SECONDS]
 *	    [--allocation-interval MS] [--start-delay MS] [--ack-retry MS]
 *	    [--agent-timeout MS] [--health-scale F] [--credentials FILE]
 *	    [--pretend] [--hostname NAME] [--tls-cert FILE --tls-key FILE]
 *	    [--tls-client-ca FILE] [--tls-priority STRING] [-v]
 *
 * Once it listens it writes {"master":"A:P","control":"A:P","pid":N,
 * "hosts":"PATH"} to the ready file, or to standard output without one.  Agent
 * i (from 1) is 127.0.0.(10+i), with attributes rack r<i> and zone z<1+i%2>
 * and its own ports.  With --port-range, which must lie in 31000-32000, all
 * agents have these ports, and addresses that no other minimesos uses:
 * 127.N.0.(10+i).
 *
 * A container image NAME:TAG is the script IMAGES/NAME/entrypoint; its
 * arguments are the command's, its mounts are told in MINIMESOS_MOUNTS.
 * Sandboxes are DIR/agentN/tasks/ID, volumes DIR/agentN/volumes/NAME; volumes
 * outlive minimesos.  A container on a bridge with network_infos, or with
 * ports that are others inside than outside, has an address of its own, see
 * net.c: DIR/hosts has its name, clients from outside reach it by the agent's
 * address.  TERM and INT end all tasks and then minimesos.
 *
 * With --pretend no task has a process, an image or a sandbox: it runs after
 * its delay, its checks succeed, and a kill ends it at once. A scheduler sees
 *no difference, and a thousand brokers need no memory. There may be more
 *agents: the 241st is 127.N.1.11, and so on.
 *
 * It trusts its caller and must never be reachable from outside: it runs
 * whatever a scheduler asks for, as its own user.
 */

#include <sys/prctl.h>
#include <sys/stat.h>

#include <err.h>
#include <getopt.h>
#include <gnutls/gnutls.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

enum {
	O_LISTEN = 256,
	O_READY,
	O_DIR,
	O_IMAGES,
	O_IMAGE_ENV,
	O_AGENTS,
	O_CPUS,
	O_MEM,
	O_DISK,
	O_PORTS,
	O_PORT_RANGE,
	O_RESERVE,
	O_WHITELIST,
	O_HEARTBEAT,
	O_ALLOCATION,
	O_START_DELAY,
	O_ACK_RETRY,
	O_AGENT_TIMEOUT,
	O_HEALTH_SCALE,
	O_PRETEND,
	O_CREDENTIALS,
	O_HOSTNAME,
	O_TLS_CERT,
	O_TLS_KEY,
	O_TLS_CLIENT_CA,
	O_TLS_PRIORITY
};

static const struct option options[] = { { "listen", required_argument, NULL,
					     O_LISTEN },
	{ "ready-file", required_argument, NULL, O_READY },
	{ "dir", required_argument, NULL, O_DIR },
	{ "images", required_argument, NULL, O_IMAGES },
	{ "image-env", required_argument, NULL, O_IMAGE_ENV },
	{ "agents", required_argument, NULL, O_AGENTS },
	{ "cpus", required_argument, NULL, O_CPUS },
	{ "mem", required_argument, NULL, O_MEM },
	{ "disk", required_argument, NULL, O_DISK },
	{ "ports", required_argument, NULL, O_PORTS },
	{ "port-range", required_argument, NULL, O_PORT_RANGE },
	{ "reserve", required_argument, NULL, O_RESERVE },
	{ "role-whitelist", required_argument, NULL, O_WHITELIST },
	{ "heartbeat", required_argument, NULL, O_HEARTBEAT },
	{ "allocation-interval", required_argument, NULL, O_ALLOCATION },
	{ "start-delay", required_argument, NULL, O_START_DELAY },
	{ "ack-retry", required_argument, NULL, O_ACK_RETRY },
	{ "agent-timeout", required_argument, NULL, O_AGENT_TIMEOUT },
	{ "health-scale", required_argument, NULL, O_HEALTH_SCALE },
	{ "pretend", no_argument, NULL, O_PRETEND },
	{ "credentials", required_argument, NULL, O_CREDENTIALS },
	{ "hostname", required_argument, NULL, O_HOSTNAME },
	{ "tls-cert", required_argument, NULL, O_TLS_CERT },
	{ "tls-key", required_argument, NULL, O_TLS_KEY },
	{ "tls-client-ca", required_argument, NULL, O_TLS_CLIENT_CA },
	{ "tls-priority", required_argument, NULL, O_TLS_PRIORITY },
	{ NULL, 0, NULL, 0 } };

static int
number(const char *s, int min, int max, const char *what)
{
	const char *errstr;
	int n;

	n = (int)strtonum(s, min, max, &errstr);
	if (errstr != NULL)
		errx(1, "%s: %s is %s", what, s, errstr);
	return (n);
}

static double
decimal(const char *s, const char *what)
{
	char *end;
	double d;

	d = strtod(s, &end);
	if (*s == '\0' || *end != '\0' || !(d >= 0) || isinf(d))
		errx(1, "%s: %s is not a number", what, s);
	return (d);
}

static void
set_listen(struct options *o, const char *arg)
{
	const char *colon = strrchr(arg, ':');

	if (colon == NULL || (size_t)(colon - arg) >= sizeof(o->listen_addr))
		errx(1, "--listen: %s is not ADDR:PORT", arg);
	memcpy(o->listen_addr, arg, (size_t)(colon - arg));
	o->listen_addr[colon - arg] = '\0';
	o->listen_port = number(colon + 1, 0, 65535, "--listen");
}

static void
add_to(StringList **l, const char *s)
{
	if (*l == NULL)
		*l = sl_init();
	sl_add(*l, xstrdup(s));
}

static void
set_whitelist(struct options *o, const char *arg)
{
	char *copy = xstrdup(arg), *next = copy, *one;

	while ((one = strsep(&next, ",")) != NULL)
		add_to(&o->whitelist, one);
	free(copy);
}

static void
set_port_range(struct options *o, const char *arg)
{
	char *copy = xstrdup(arg), *dash = strchr(copy, '-');

	if (dash == NULL)
		errx(1, "--port-range: %s is not FIRST-LAST", arg);
	*dash++ = '\0';
	o->first_port =
	    number(copy, PORTS_SHARED_FIRST, PORTS_SHARED_LAST, "--port-range");
	o->ports =
	    number(dash, o->first_port, PORTS_SHARED_LAST, "--port-range") -
	    o->first_port + 1;
	free(copy);
}

static int
set_amount(struct options *o, int c, const char *arg)
{
	switch (c) {
	case O_AGENTS:
		o->agents = number(arg, 1, MM_MAX_PRETENDED_AGENTS, "--agents");
		return (1);
	case O_CPUS:
		o->cpus = decimal(arg, "--cpus");
		return (1);
	case O_MEM:
		o->mem = decimal(arg, "--mem");
		return (1);
	case O_DISK:
		o->disk = decimal(arg, "--disk");
		return (1);
	case O_PORTS:
		o->ports = number(arg, 1, 5000, "--ports");
		return (1);
	case O_HEARTBEAT:
		o->heartbeat = decimal(arg, "--heartbeat");
		return (1);
	case O_ALLOCATION:
		o->allocation_ms =
		    number(arg, 1, 3600000, "--allocation-interval");
		return (1);
	case O_START_DELAY:
		o->start_delay_ms = number(arg, 0, 3600000, "--start-delay");
		return (1);
	case O_ACK_RETRY:
		o->ack_retry_ms = number(arg, 1, 600000, "--ack-retry");
		return (1);
	case O_AGENT_TIMEOUT:
		o->agent_timeout_ms =
		    number(arg, 0, 3600000, "--agent-timeout");
		return (1);
	case O_HEALTH_SCALE:
		o->health_scale = decimal(arg, "--health-scale");
		return (1);
	default:
		return (0);
	}
}

static int
set_text(struct options *o, int c, const char *arg)
{
	const char **dst = c == O_READY ? &o->ready_file
	    : c == O_CREDENTIALS	? &o->credentials
	    : c == O_HOSTNAME		? &o->hostname
	    : c == O_TLS_CERT		? &o->tls_cert
	    : c == O_TLS_KEY		? &o->tls_key
	    : c == O_TLS_CLIENT_CA	? &o->tls_client_ca
	    : c == O_TLS_PRIORITY	? &o->tls_priority
					: NULL;

	if (dst != NULL)
		*dst = arg;
	else if (c == O_DIR || c == O_IMAGES) {
		if (c == O_DIR && make_dirs(arg) == -1)
			err(1, "%s", arg);
		dst = c == O_DIR ? &o->dir : &o->images;
		/* The last word counts. */
		free((char *)*dst);
		if ((*dst = realpath(arg, NULL)) == NULL)
			err(1, "%s", arg);
	} else if (c == O_IMAGE_ENV || c == O_RESERVE)
		add_to(c == O_RESERVE ? &o->reserve : &o->image_env, arg);
	else if (c == O_WHITELIST)
		set_whitelist(o, arg);
	else if (c == O_LISTEN)
		set_listen(o, arg);
	else if (c == O_PORT_RANGE)
		set_port_range(o, arg);
	else
		return (0);
	return (1);
}

static void
check_reserve(struct options *o)
{
	double cpus, mem;
	char role[64];
	size_t i;
	int idx;

	for (i = 0; o->reserve != NULL && i < o->reserve->sl_cur; i++)
		if (sscanf(o->reserve->sl_str[i], "%d:%63[^:]:%lf:%lf", &idx,
			role, &cpus, &mem) != 4 ||
		    idx < 1 || idx > o->agents || cpus < 0 || cpus > o->cpus ||
		    mem < 0 || mem > o->mem)
			errx(1,
			    "--reserve: %s is not AGENT:ROLE:CPUS:MEM "
			    "within an agent",
			    o->reserve->sl_str[i]);
}

static void
parse_options(struct mm *mm, int argc, char **argv)
{
	struct options *o = &mm->opt;
	int c;

	strlcpy(o->listen_addr, "127.0.0.1", sizeof(o->listen_addr));
	o->agents = 5;
	o->cpus = 4;
	o->mem = 8192;
	o->disk = 20000;
	o->ports = 20;
	o->heartbeat = 15;
	o->allocation_ms = 1000;
	o->ack_retry_ms = 10000;
	o->agent_timeout_ms = 75000;
	o->health_scale = 1;
	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		if (c == 'v')
			o->verbose = 1;
		else if (c == O_PRETEND)
			o->pretend = 1;
		else if (!set_amount(o, c, optarg) && !set_text(o, c, optarg)) {
			fprintf(stderr,
			    "usage: minimesos [--listen ADDR:PORT]"
			    " [--ready-file FILE] [--dir DIR] ... [-v]\n");
			exit(2);
		}
	}
	if (optind != argc)
		errx(2, "unexpected argument %s", argv[optind]);
	if ((o->tls_cert == NULL) != (o->tls_key == NULL))
		errx(2, "--tls-cert and --tls-key belong together");
	if (o->agents > MM_MAX_AGENTS && !o->pretend)
		errx(2, "more than %d agents need --pretend", MM_MAX_AGENTS);
	if (o->hostname == NULL)
		o->hostname = o->listen_addr;
	check_reserve(o);
}

/* Even those that left their task's group: orphans became our children. */
static void
kill_children(void)
{
	char path[64];
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
	    (int)getpid());
	if ((f = fopen(path, "r")) == NULL)
		return;
	while (fscanf(f, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	fclose(f);
}

static void
end_cb(evutil_socket_t fd, short what, void *arg)
{
	struct mm *mm = arg;
	struct task *t;

	(void)fd;
	(void)what;
	TAILQ_FOREACH(t, &mm->tasks, entry)
		task_signal(t, SIGKILL);
	kill_children();
	after_ms(mm->end_ev, 200);
}

/* TERM or INT: no more answers; the loop ends with the last task. */
static void
signal_cb(evutil_socket_t sig, short what, void *arg)
{
	struct mm *mm = arg;
	struct task *t;

	(void)sig;
	(void)what;
	if (mm->ending)
		return;
	mm->ending = 1;
	master_down(mm);
	TAILQ_FOREACH(t, &mm->tasks, entry) {
		t->silent = 1;
		health_stop(t);
		if (t->start_ev != NULL)
			event_del(t->start_ev);
		task_signal(t, SIGTERM);
	}
	after_ms(mm->end_ev, 2000);
	task_chld_cb(SIGCHLD, 0, mm);
}

static void
setup_events(struct mm *mm)
{
	int i;

	mm->alloc_ev = evtimer_new(mm->base, offer_run_cb, mm);
	mm->soon_ev = evtimer_new(mm->base, offer_run_cb, mm);
	mm->recover_ev = evtimer_new(mm->base, master_recovered_cb, mm);
	mm->end_ev = evtimer_new(mm->base, end_cb, mm);
	mm->sigs[0] = evsignal_new(mm->base, SIGTERM, signal_cb, mm);
	mm->sigs[1] = evsignal_new(mm->base, SIGINT, signal_cb, mm);
	mm->sigs[2] = evsignal_new(mm->base, SIGCHLD, task_chld_cb, mm);
	for (i = 0; i < 3; i++)
		evsignal_add(mm->sigs[i], NULL);
	after_ms(mm->alloc_ev, mm->opt.allocation_ms);
}

static void
setup(struct mm *mm)
{
	char *tmp;

	TAILQ_INIT(&mm->conns);
	TAILQ_INIT(&mm->frameworks);
	TAILQ_INIT(&mm->offers);
	TAILQ_INIT(&mm->calls);
	TAILQ_INIT(&mm->formers);
	TAILQ_INIT(&mm->tasks);
	if (mm->opt.dir == NULL) {
		tmp = xstrdup("/tmp/minimesos.XXXXXX");
		if ((mm->opt.dir = mkdtemp(tmp)) == NULL)
			err(1, "mkdtemp");
	}
	if (mm->opt.credentials != NULL) {
		mm->credentials = json_object_from_file(mm->opt.credentials);
		if (json_get(mm->credentials, "credentials") == NULL)
			errx(1, "%s: no credentials", mm->opt.credentials);
	}
	if (mm->opt.tls_cert != NULL)
		mm->tls = tls_new(mm);
	if ((mm->base = event_base_new()) == NULL)
		errx(1, "event_base_new");
	mm->start_time = now();
	uuid_make(mm->master_id);
	setup_events(mm);
	net_init(mm);
	agents_init(mm);
	net_hosts_write(mm);
	if (master_listen(mm, mm->opt.listen_port) == -1)
		err(1, "listen on %s:%d", mm->opt.listen_addr,
		    mm->opt.listen_port);
	if (control_start(mm) == -1)
		err(1, "control port");
}

static void
list_free(StringList *l)
{
	if (l != NULL)
		sl_free(l, 1);
}

static void
teardown(struct mm *mm)
{
	struct call_rec *rec;
	int i;

	control_stop(mm);
	load_free(mm);
	if (mm->follower != NULL)
		evconnlistener_free(mm->follower);
	conn_close_all(mm);
	while (!TAILQ_EMPTY(&mm->tasks))
		task_free(TAILQ_FIRST(&mm->tasks));
	while ((rec = TAILQ_FIRST(&mm->calls)) != NULL) {
		TAILQ_REMOVE(&mm->calls, rec, entry);
		json_object_put(rec->json);
		free(rec);
	}
	agents_free(mm);
	net_free(mm);
	for (i = 0; i < 3; i++)
		event_free(mm->sigs[i]);
	event_free(mm->alloc_ev);
	event_free(mm->soon_ev);
	event_free(mm->recover_ev);
	event_free(mm->end_ev);
	tls_free(mm->tls);
	json_object_put(mm->credentials);
	list_free(mm->opt.image_env);
	list_free(mm->opt.reserve);
	list_free(mm->opt.whitelist);
	free((char *)mm->opt.dir);
	free((char *)mm->opt.images);
	/* a deferred callback holds its bufferevent until it has run */
	event_base_loop(mm->base, EVLOOP_NONBLOCK);
	event_base_free(mm->base);
	gnutls_global_deinit();
	libevent_global_shutdown();
}

int
main(int argc, char **argv)
{
	struct mm *mm = xcalloc(1, sizeof(*mm));

	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	parse_options(mm, argc, argv);
	setup(mm);
	if (mm->opt.ready_file != NULL)
		master_ready_file(mm);
	else {
		printf("{\"master\":\"%s:%d\",\"control\":\"127.0.0.1:%d\","
		       "\"pid\":%d,\"hosts\":\"%s\"}\n",
		    mm->opt.listen_addr, mm->port, mm->control_port,
		    (int)getpid(), mm->hosts);
		fflush(stdout);
	}
	event_base_dispatch(mm->base);
	teardown(mm);
	free(mm);
	return (0);
}
