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
 * The parent's side of the channel to the mesos process: events become calls
 * of the core, actions of the core become frames. What comes in was bounded
 * by the message table; here it is parsed, and trusted no further.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "history.h"
#include "http_link.h"
#include "log.h"
#include "parent.h"

#define META_MAX 65536
#define STATUS_MAX 49153 /* with its end */
#define SCALAR_MAX (INT64_MAX / OFFER_RESOURCES_MAX)

static void
link_text(struct frame_writer *w, const char *s)
{
	frame_put_str(w, s);
}

static void
link_put_ports(struct frame_writer *w, const struct parent *p)
{
	uint16_t i, n = 0;

	while (n < PARENT_PORTS && p->ports[n] != 0)
		n++;
	frame_put_u16(w, n);
	for (i = 0; i < n; i++)
		frame_put_u16(w, p->ports[i]);
}

void
link_configure(struct parent *p, struct chan *chan)
{
	const struct mesos_conf *m = &p->conf->mesos;
	struct frame_writer w;
	size_t i;

	frame_begin(&w, MSG_MESOS_CONF, 0);
	frame_put_u16(&w, (uint16_t)m->nmasters);
	for (i = 0; i < m->nmasters; i++)
		link_text(&w, m->masters[i]);
	link_text(&w, m->ca);
	link_text(&w, m->cert);
	link_text(&w, m->key);
	link_text(&w, m->pin);
	frame_put_bool(&w, m->verify);
	link_text(&w, m->username != NULL ? m->username : m->principal);
	link_text(&w, m->secret);
	link_text(&w, m->name);
	link_text(&w, m->user);
	link_text(&w, m->hostname);
	link_text(&w, m->webui != NULL ? m->webui : http_link_webui(p->http));
	frame_put_u64(&w, (uint64_t)m->failover);
	frame_put_u64(&w, (uint64_t)m->retry);
	frame_put_u64(&w, (uint64_t)m->retry_max);
	frame_put_u64(&w, (uint64_t)m->timeout);
	link_put_ports(&w, p);
	chan_send(chan, &w);
}

static int
link_on_status(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct parent *p = arg;
	bool connected = frame_get_bool(r, "connected");

	(void)h;
	if (connected != p->connected)
		p->connection_since = clock_now();
	p->connected = connected;
	frame_get_str(r, p->master, sizeof(p->master), "master");
	frame_get_str(r, p->connection, sizeof(p->connection), "text");
	return frame_read_end(r, err, size);
}

static int
link_on_subscribed(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t size)
{
	struct parent *p = arg;
	const char *own = p->cluster->framework_id;
	char id[ID_MAX], version[ID_MAX], text[MESSAGE_MAX];

	(void)h;
	frame_get_str(r, id, sizeof(id), "framework id");
	frame_get_u64(r, "heartbeat interval");
	frame_get_str(r, version, sizeof(version), "version");
	if (frame_read_end(r, err, size) == -1)
		return -1;
	/* By another id all that runs would be lost sight of, for good. */
	if (id[0] == '\0' || (own[0] != '\0' && strcmp(id, own) != 0)) {
		snprintf(err, size, "framework id '%.200s', and it is '%.200s'",
		    id, own);
		return -1;
	}
	snprintf(text, sizeof(text), "subscribed as framework %s, Mesos %.100s",
	    id, version);
	log_info("%s", text);
	history_add(p->history, "", false, NULL, text);
	cluster_on_subscribed(p->cluster, id, clock_now());
	parent_wake(p);
	return 0;
}

static const char *
link_get_text(struct frame_reader *r, struct offer *o, size_t size,
    const char *field)
{
	char text[META_MAX + 1];

	frame_get_str(r, text, size, field);
	return offer_keep(o, text);
}

static void
link_get_resource(struct frame_reader *r, struct offer *o, struct resource *res)
{
	uint64_t scalar;
	size_t i, n;

	res->name = link_get_text(r, o, ID_MAX, "resource name");
	res->role = link_get_text(r, o, ID_MAX, "resource role");
	res->plain = frame_get_bool(r, "plain");
	scalar = frame_get_u64(r, "scalar");
	/* So that no sum of them can overflow. */
	res->scalar = scalar < SCALAR_MAX ? (int64_t)scalar : SCALAR_MAX;
	res->meta = link_get_text(r, o, META_MAX + 1, "meta");
	n = frame_get_count(r, OFFER_RANGES_MAX, "ranges");
	if (n == 0 || (res->ranges = calloc(n, sizeof(*res->ranges))) == NULL)
		return;
	for (i = 0; i < n; i++) {
		res->ranges[i].begin = frame_get_u32(r, "begin");
		res->ranges[i].end = frame_get_u32(r, "end");
	}
	res->nranges = n;
}

static int
link_on_offer(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	char id[ID_MAX], agent_id[ID_MAX], hostname[HOSTNAME_SIZE];
	size_t room = r->left; /* a text has four bytes of length there */
	struct parent *p = arg;
	struct offer *o;
	size_t i, n;

	(void)h;
	frame_get_str(r, id, sizeof(id), "offer id");
	frame_get_str(r, agent_id, sizeof(agent_id), "agent id");
	frame_get_str(r, hostname, sizeof(hostname), "hostname");
	n = frame_get_count(r, OFFER_RESOURCES_MAX, "resources");
	if ((o = offer_new(n, room)) == NULL)
		fatalx("no memory");
	for (i = 0; i < n; i++)
		link_get_resource(r, o, &o->resources[i]);
	if (frame_read_end(r, err, size) == -1) {
		offer_free(o);
		return -1;
	}
	o->id = offer_keep(o, id);
	o->agent_id = offer_keep(o, agent_id);
	o->hostname = offer_keep(o, hostname);
	p->offers++;
	cluster_on_offer(p->cluster, o, clock_now());
	parent_wake(p);
	return 0;
}

static int
link_on_rescind(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct parent *p = arg;
	char id[ID_MAX];

	(void)h;
	frame_get_str(r, id, sizeof(id), "offer id");
	if (frame_read_end(r, err, size) == -1)
		return -1;
	cluster_on_rescind(p->cluster, id);
	parent_wake(p);
	return 0;
}

static int
link_on_update(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct parent *p = arg;
	struct update u = { 0 };
	uint8_t state, source, healthy;

	(void)h;
	frame_get_str(r, u.task_id, sizeof(u.task_id), "task id");
	frame_get_str(r, u.agent_id, sizeof(u.agent_id), "agent id");
	state = frame_get_u8(r, "state");
	source = frame_get_u8(r, "source");
	healthy = frame_get_u8(r, "healthy");
	u.has_uuid = frame_get_bool(r, "has uuid");
	frame_get_bytes(r, u.uuid, sizeof(u.uuid), "uuid");
	frame_get_str(r, u.reason, sizeof(u.reason), "reason");
	frame_get_str(r, u.message, sizeof(u.message), "message");
	u.status = frame_get_strdup(r, STATUS_MAX, "status");
	if (frame_read_end(r, err, size) == -1) {
		free(u.status);
		return -1;
	}
	if (state >= TASK_STATE_MAX || source >= SOURCE_MAX ||
	    healthy >= HEALTH_MAX) {
		snprintf(err, size, "state, source or health out of range");
		free(u.status);
		return -1;
	}
	u.state = (enum task_state)state;
	u.source = (enum task_source)source;
	u.healthy = (enum task_health)healthy;
	log_debug("task %s: %s %s%s%s", u.task_id, task_state_name(u.state),
	    u.reason, u.message[0] != '\0' ? ": " : "", u.message);
	cluster_on_update(p->cluster, &u, clock_now());
	free(u.status);
	parent_wake(p);
	return 0;
}

static int
link_on_failure(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	char agent_id[ID_MAX], executor_id[ID_MAX];
	uint32_t status;

	(void)arg;
	(void)h;
	frame_get_str(r, agent_id, sizeof(agent_id), "agent id");
	frame_get_str(r, executor_id, sizeof(executor_id), "executor id");
	status = frame_get_u32(r, "status");
	if (frame_read_end(r, err, size) == -1)
		return -1;
	/* Updates of its tasks tell all there is to know. */
	log_debug("agent %s: failure (executor '%s', status %u)", agent_id,
	    executor_id, status);
	return 0;
}

static int
link_on_error(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct parent *p = arg;
	char message[MESSAGE_MAX];

	(void)h;
	frame_get_str(r, message, sizeof(message), "message");
	if (frame_read_end(r, err, size) == -1)
		return -1;
	cluster_on_error(p->cluster, message, clock_now());
	parent_wake(p);
	return 0;
}

static int
link_on_disconnected(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t size)
{
	struct parent *p = arg;
	char reason[MESSAGE_MAX], text[MESSAGE_MAX + 32];
	uint64_t delay;

	(void)h;
	frame_get_str(r, reason, sizeof(reason), "reason");
	delay = frame_get_u64(r, "delay");
	if (frame_read_end(r, err, size) == -1)
		return -1;
	/* The mesos process has told the reason, once. */
	log_debug("disconnected: %s; next try in %llu ms", reason,
	    (unsigned long long)delay);
	/* Not of each try to come back. */
	snprintf(text, sizeof(text), "disconnected: %s", reason);
	if (p->cluster->subscribed)
		history_add(p->history, "", true, NULL, text);
	cluster_on_disconnected(p->cluster);
	parent_wake(p);
	return 0;
}

static void
call_free(struct parent *p, struct call *call)
{
	TAILQ_REMOVE(&p->calls, call, entry);
	free(call->tasks);
	free(call);
}

static void
call_launch_failed(struct parent *p, struct call *call, enum launch_end end,
    const char *why)
{
	size_t i;

	for (i = 0; i < call->ntasks; i++)
		cluster_on_launch_failed(p->cluster, call->tasks[i].task_id,
		    end, why, clock_now());
}

static void
call_done(struct parent *p, struct call *call, enum call_outcome outcome,
    uint16_t status, const char *text)
{
	/* A server that is not ready has refused the call, not the task. */
	bool later = status >= 500 || (status >= 300 && status < 400) ||
	    status == 401 || status == 403 || status == 404;

	if (call->type == ACTION_TEARDOWN) {
		if (outcome == CALL_DONE)
			cluster_on_teardown(p->cluster, clock_now());
		return;
	}
	switch (outcome) {
	case CALL_REFUSED:
		/* 400 also says that the stream id is not the current one. */
		if (strstr(text, "stream ID") != NULL ||
		    strstr(text, "Framework cannot be found") != NULL)
			later = true;
		call_launch_failed(p, call,
		    later ? LAUNCH_UNSENT : LAUNCH_REFUSED, text);
		break;
	case CALL_UNSENT:
		call_launch_failed(p, call, LAUNCH_UNSENT, text);
		break;
	case CALL_UNKNOWN:
		call_launch_failed(p, call, LAUNCH_UNKNOWN, text);
		break;
	default:
		break;
	}
}

static int
link_on_call_done(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t size)
{
	struct parent *p = arg;
	uint8_t outcome = frame_get_u8(r, "outcome");
	uint16_t status = frame_get_u16(r, "status");
	char text[MESSAGE_MAX];
	struct call *call;

	frame_get_str(r, text, sizeof(text), "text");
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (outcome >= CALL_OUTCOME_MAX) {
		snprintf(err, size, "outcome out of range");
		return -1;
	}
	if (outcome != CALL_DONE)
		log_debug("call %u: outcome %u, status %u: %s", h->id, outcome,
		    status, text);
	TAILQ_FOREACH(call, &p->calls, entry) {
		if (call->id == h->id)
			break;
	}
	if (call == NULL)
		return 0;
	call_done(p, call, (enum call_outcome)outcome, status, text);
	/* That a launch has arrived tells nothing: its updates do. */
	if (call->type != ACTION_LAUNCH || outcome != CALL_DONE)
		parent_wake(p);
	call_free(p, call);
	return 0;
}

/* The ports of the last few leaders are enough: there are few masters. */
static int
link_on_port(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct parent *p = arg;
	uint16_t port = frame_get_u16(r, "port");

	(void)h;
	if (frame_read_end(r, err, size) == -1)
		return -1;
	if (port == 0) {
		snprintf(err, size, "no port");
		return -1;
	}
	log_info("mesos: a redirect leads to port %u, which is no listed "
		 "master's: started again with a way to it",
	    port);
	memmove(p->ports + 1, p->ports, sizeof(p->ports) - sizeof(*p->ports));
	p->ports[0] = port;
	proc_restart(p->mesos);
	return 0;
}

const chan_handler link_handlers[MSG_MAX] = {
	[MSG_STATUS] = link_on_status,
	[MSG_SUBSCRIBED] = link_on_subscribed,
	[MSG_OFFER] = link_on_offer,
	[MSG_RESCIND] = link_on_rescind,
	[MSG_UPDATE] = link_on_update,
	[MSG_FAILURE] = link_on_failure,
	[MSG_ERROR] = link_on_error,
	[MSG_DISCONNECTED] = link_on_disconnected,
	[MSG_CALL_DONE] = link_on_call_done,
	[MSG_PORT] = link_on_port,
};

void
link_lost(struct parent *p)
{
	struct call *call;

	if (p->connected)
		p->connection_since = clock_now();
	p->connected = false;
	strlcpy(p->connection, "the mesos process is being started again",
	    sizeof(p->connection));
	while ((call = TAILQ_FIRST(&p->calls)) != NULL) {
		if (call->type == ACTION_LAUNCH)
			call_launch_failed(p, call, LAUNCH_UNKNOWN,
			    "the mesos process died");
		call_free(p, call);
	}
	cluster_on_disconnected(p->cluster);
	parent_wake(p);
}

/* Remembers a call whose end matters. */
static void
call_remember(struct parent *p, uint32_t id, const struct action *a)
{
	struct call *call;
	size_t i;

	if ((call = calloc(1, sizeof(*call))) == NULL ||
	    (call->tasks = calloc(a->nspecs + 1, sizeof(*call->tasks))) == NULL)
		fatalx("no memory");
	call->id = id;
	call->type = a->type;
	for (i = 0; i < a->nspecs; i++)
		strlcpy(call->tasks[i].task_id, a->specs[i].task_id, ID_MAX);
	call->ntasks = a->nspecs;
	TAILQ_INSERT_TAIL(&p->calls, call, entry);
}

static void
link_put_pairs(struct frame_writer *w, const struct pairs *pairs)
{
	size_t i;

	frame_put_u16(w, (uint16_t)pairs->n);
	for (i = 0; i < pairs->n; i++) {
		frame_put_str(w, pairs->list[i].name);
		frame_put_str(w, pairs->list[i].value);
	}
}

static void
link_put_check(struct frame_writer *w, const struct task_spec *t)
{
	uint8_t type = 0;

	if (t->check == CHECK_TCP)
		type = 1;
	else if (t->check == CHECK_COMMAND)
		type = 2;
	frame_put_u8(w, type);
	frame_put_u32(w, t->check_port);
	frame_put_str(w, t->check_command);
	frame_put_u64(w, (uint64_t)t->check_delay);
	frame_put_u64(w, (uint64_t)t->check_interval);
	frame_put_u64(w, (uint64_t)t->check_timeout);
	frame_put_u64(w, (uint64_t)t->check_grace);
	frame_put_u32(w, t->check_failures);
}

static void
link_put_task(struct frame_writer *w, const struct task_spec *t)
{
	size_t i;

	frame_put_str(w, t->name);
	frame_put_str(w, t->task_id);
	frame_put_str(w, t->agent_id);
	frame_put_u16(w, (uint16_t)t->ntakes);
	for (i = 0; i < t->ntakes; i++) {
		frame_put_str(w, t->takes[i].name);
		frame_put_str(w, t->takes[i].meta);
		frame_put_u64(w, (uint64_t)t->takes[i].scalar);
		frame_put_u32(w, t->takes[i].port);
	}
	frame_put_u8(w, t->container == CONTAINER_MESOS);
	frame_put_str(w, t->image);
	frame_put_bool(w, t->force_pull);
	frame_put_u8(w, (uint8_t)t->network);
	frame_put_str(w, t->network_name);
	frame_put_str(w, t->hostname);
	frame_put_u16(w, (uint16_t)t->nports);
	for (i = 0; i < t->nports; i++) {
		frame_put_u32(w, t->ports[i].host);
		frame_put_u32(w, t->ports[i].container);
	}
	link_put_pairs(w, &t->env);
	frame_put_u16(w, (uint16_t)t->nmounts);
	for (i = 0; i < t->nmounts; i++) {
		frame_put_str(w, t->mounts[i].name);
		frame_put_str(w, t->mounts[i].driver);
		frame_put_str(w, t->mounts[i].path);
	}
	link_put_check(w, t);
	frame_put_u64(w, (uint64_t)t->grace);
}

static void
link_put_offers(struct frame_writer *w, const struct action *a)
{
	size_t i;

	frame_put_u64(w, (uint64_t)a->refuse);
	frame_put_u16(w, (uint16_t)a->noffers);
	for (i = 0; i < a->noffers; i++)
		frame_put_str(w, a->offer_ids[i]);
}

/* A framework that was taken over must stay what it was: Mesos minds. */
static void
link_put_subscription(struct parent *p, struct frame_writer *w)
{
	const struct mesos_conf *m = &p->conf->mesos;
	const struct cluster *c = p->cluster;

	frame_put_str(w, c->framework_id);
	if (c->imported) {
		frame_put_str(w, c->role);
		frame_put_bool(w, c->has_principal);
		frame_put_str(w, c->principal);
	} else {
		frame_put_str(w, m->role);
		frame_put_bool(w, m->principal != NULL);
		frame_put_str(w, m->principal);
	}
	frame_put_bool(w, c->suppressed);
}

static void
link_encode(struct parent *p, struct frame_writer *w, const struct action *a,
    uint32_t id)
{
	static const enum msg_type types[] = {
		[ACTION_SUBSCRIBE] = MSG_SUBSCRIBE,
		[ACTION_ACKNOWLEDGE] = MSG_ACKNOWLEDGE,
		[ACTION_LAUNCH] = MSG_ACCEPT,
		[ACTION_DECLINE] = MSG_DECLINE,
		[ACTION_KILL] = MSG_KILL,
		[ACTION_RECONCILE] = MSG_RECONCILE,
		[ACTION_SUPPRESS] = MSG_SUPPRESS,
		[ACTION_REVIVE] = MSG_REVIVE,
		[ACTION_TEARDOWN] = MSG_TEARDOWN,
	};
	size_t i;

	frame_begin(w, (uint16_t)types[a->type], id);
	switch (a->type) {
	case ACTION_SUBSCRIBE:
		link_put_subscription(p, w);
		break;
	case ACTION_ACKNOWLEDGE:
		frame_put_str(w, a->task.task_id);
		frame_put_str(w, a->task.agent_id);
		frame_put_bytes(w, a->uuid, sizeof(a->uuid));
		break;
	case ACTION_LAUNCH:
		link_put_offers(w, a);
		frame_put_u16(w, (uint16_t)a->nspecs);
		for (i = 0; i < a->nspecs; i++)
			link_put_task(w, &a->specs[i]);
		break;
	case ACTION_DECLINE:
		link_put_offers(w, a);
		break;
	case ACTION_KILL:
		frame_put_str(w, a->task.task_id);
		frame_put_str(w, a->task.agent_id);
		frame_put_u64(w, (uint64_t)a->grace);
		break;
	case ACTION_RECONCILE:
		frame_put_u16(w, (uint16_t)a->nrefs);
		for (i = 0; i < a->nrefs; i++) {
			frame_put_str(w, a->refs[i].task_id);
			frame_put_str(w, a->refs[i].agent_id);
		}
		break;
	case ACTION_SUPPRESS:
	case ACTION_REVIVE:
	case ACTION_TEARDOWN:
		break;
	}
}

/*
 * What an offer holds decides how large a launch is: that ends nothing. The
 * offer goes back; else nobody could use it.
 */
static void
link_too_large(struct parent *p, struct chan *chan, struct action *a)
{
	struct frame_writer w;
	size_t i;

	log_errx("a call is too large to be made (type %d)", (int)a->type);
	for (i = 0; i < a->nspecs; i++)
		cluster_on_launch_failed(p->cluster, a->specs[i].task_id,
		    LAUNCH_REFUSED, "the launch is too large", clock_now());
	if (a->type == ACTION_LAUNCH) {
		frame_begin(&w, MSG_DECLINE, ++p->next_call);
		link_put_offers(&w, a);
		chan_send(chan, &w);
	}
	action_free(a);
}

void
link_act(struct parent *p, struct action *a)
{
	struct chan *chan = proc_chan(p->mesos);
	struct frame_writer w;
	uint32_t id;
	size_t i;

	if (chan == NULL) {
		for (i = 0; i < a->nspecs; i++)
			cluster_on_launch_failed(p->cluster,
			    a->specs[i].task_id, LAUNCH_UNSENT,
			    "the mesos process is not there", clock_now());
		action_free(a);
		return;
	}
	id = ++p->next_call;
	link_encode(p, &w, a, id);
	if (w.failed) {
		frame_free(&w);
		link_too_large(p, chan, a);
		return;
	}
	if (a->type == ACTION_LAUNCH || a->type == ACTION_TEARDOWN)
		call_remember(p, id, a);
	if (a->type == ACTION_DECLINE)
		p->declined += a->noffers;
	chan_send(chan, &w);
	action_free(a);
}
