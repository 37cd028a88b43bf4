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
 * Facts for people, as JSON objects: the data lines of status, list, show
 * and offers, as kafkad-protocol(7) describes them. Runs in the parent.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http_link.h"
#include "made.h"
#include "parent.h"
#include "usage.h"

static void
put_str(struct json_object *o, const char *name, const char *value)
{
	made_put(o, name, json_object_new_string(value));
}

static void
put_int(struct json_object *o, const char *name, int64_t value)
{
	made_put(o, name, json_object_new_int64(value));
}

static void
put_bool(struct json_object *o, const char *name, bool value)
{
	made_put(o, name, json_object_new_boolean(value));
}

/* Seconds since then; nothing if there is no such time. */
static void
put_age(struct json_object *o, const char *name, int64_t then, int64_t now)
{
	if (then != 0)
		put_int(o, name, (now - then) / 1000);
}

static void
put_ports(struct json_object *o, const struct instance *i)
{
	struct json_object *a = json_object_new_array();
	size_t k;

	for (k = 0; k < PORTS_MAX; k++) {
		if (i->placement.ports[k] != 0)
			made_append(a,
			    json_object_new_int64(i->placement.ports[k]));
	}
	made_put(o, "ports", a);
}

static void
put_strays(struct parent *p, struct json_object *o, const char *only)
{
	struct json_object *a = json_object_new_array();
	struct task *t;

	TAILQ_FOREACH(t, &p->cluster->strays, entry) {
		if (only != NULL && strcmp(t->instance, only) != 0)
			continue;
		made_append(a, json_object_new_string(t->id));
	}
	made_put(o, "strays", a);
}

static void
put_warnings(struct parent *p, struct json_object *o)
{
	struct json_object *a = json_object_new_array();
	struct service *s;
	char text[512];
	int id;

	if (p->unsaved)
		made_append(a, json_object_new_string(p->save_error));
	if (!p->conf->mesos.verify)
		made_append(a,
		    json_object_new_string(
			"the master's certificate is not verified "
			"(verify no)"));
	if (http_link_warning(p->conf) != NULL)
		made_append(a,
		    json_object_new_string(http_link_warning(p->conf)));
	for (id = 0; id < SERVICE_MAX; id++) {
		s = &p->cluster->service[id];
		if (s->count == s->configured)
			continue;
		snprintf(text, sizeof(text),
		    "%s: %d wanted by command, %d by "
		    "the configuration",
		    service_name(s->id), s->count, s->configured);
		made_append(a, json_object_new_string(text));
	}
	made_put(o, "warnings", a);
}

/* What stands around each process that is there. */
static void
put_walls(struct parent *p, struct json_object *o)
{
	const struct {
		enum proc_id id;
		struct proc *proc;
	} children[] = { { PROC_MESOS, p->mesos },
		{ PROC_HTTP, http_link_proc(p->http) } };
	struct json_object *a = json_object_new_object();
	char names[64];
	size_t i;

	put_str(a, proc_name(PROC_PARENT),
	    wall_names(p->walls, names, sizeof(names)));
	for (i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		if (proc_chan(children[i].proc) == NULL)
			continue;
		put_str(a, proc_name(children[i].id),
		    wall_names(proc_walls(children[i].proc), names,
			sizeof(names)));
	}
	made_put(o, "walls", a);
}

void
show_plan_line(struct parent *p, int64_t now, char *buf, size_t size)
{
	struct roll r;

	roll_look(p->cluster, &r, now);
	if (r.steps == 0)
		snprintf(buf, size, "nothing is to be restarted%s",
		    p->cluster->paused ? "; the plan is paused" : "");
	else if (r.now != NULL)
		snprintf(buf, size, "%d to be restarted; it is the turn of %s",
		    r.steps, r.now->name);
	else
		snprintf(buf, size, "%d to be restarted; next is %s: %s",
		    r.steps, r.next->name, r.waiting);
}

/* Only worth a line while there is something in it, or it is held up. */
static void
put_plan(struct parent *p, struct json_object *o, int64_t now)
{
	char text[MESSAGE_MAX];
	struct roll r;

	roll_look(p->cluster, &r, now);
	put_int(o, "plan_steps", r.steps);
	put_bool(o, "plan_paused", p->cluster->paused);
	if (r.steps == 0 && !p->cluster->paused)
		return;
	show_plan_line(p, now, text, sizeof(text));
	put_str(o, "plan", text);
}

/* One of our processes. What the kernel does not tell is not there. */
static void
put_process(struct json_object *a, enum proc_id id, const struct proc_facts *f)
{
	struct json_object *o = json_object_new_object();
	struct usage u;
	char cpu[32];

	put_str(o, "process", proc_name(id));
	put_int(o, "starts", f->starts);
	if (f->pid != 0) {
		put_int(o, "pid", f->pid);
		put_int(o, "started", f->started);
	}
	if (f->pid != 0 && usage_of(f->pid, &u)) {
		snprintf(cpu, sizeof(cpu), "%lld.%03d", (long long)u.cpu / 1000,
		    (int)(u.cpu % 1000));
		made_put(o, "cpu",
		    json_object_new_double_s((double)u.cpu / 1000, cpu));
		put_int(o, "memory", u.memory);
	}
	made_append(a, o);
}

static void
put_processes(struct parent *p, struct json_object *o)
{
	struct json_object *a = json_object_new_array();
	struct proc_facts f = { getpid(), p->born, 1 };

	put_process(a, PROC_PARENT, &f);
	if (proc_facts(p->mesos, &f))
		put_process(a, PROC_MESOS, &f);
	if (proc_facts(http_link_proc(p->http), &f))
		put_process(a, PROC_HTTP, &f);
	made_put(o, "processes", a);
}

struct json_object *
show_daemon(struct parent *p, int64_t now)
{
	struct json_object *o = json_object_new_object();
	struct json_object *d = json_object_new_object();

	put_str(d, "version", KAFKAD_VERSION);
	put_int(d, "pid", getpid());
	put_str(d, "mode", cluster_mode_name(p->cluster->mode));
	put_str(d, "framework_id", p->cluster->framework_id);
	put_str(d, "master", p->master);
	put_bool(d, "connected", p->connected && p->cluster->subscribed);
	put_str(d, "connection", p->connection);
	put_age(d, "connection_since", p->connection_since, now);
	put_str(d, "http", http_link_url(p->http));
	put_age(d, "since", p->started, now);
	put_str(d, "state", store_path(p->store));
	put_bool(d, "saved", !p->unsaved);
	put_bool(d, "behind", p->cluster->behind || p->cluster->barrier);
	put_plan(p, d, now);
	put_int(d, "offers_received", (int64_t)p->offers);
	put_int(d, "offers_declined", (int64_t)p->declined);
	put_processes(p, d);
	put_walls(p, d);
	put_warnings(p, d);
	put_strays(p, d, NULL);
	made_put(o, "daemon", d);
	return o;
}

struct json_object *
show_service(struct parent *p, struct service *s, int64_t now)
{
	struct json_object *o = json_object_new_object();
	struct instance *i;
	const char *waiting = NULL;
	int outdated = 0;

	put_str(o, "service", service_name(s->id));
	put_int(o, "wanted", s->count);
	put_int(o, "configured", s->configured);
	put_int(o, "running", service_running(s));
	put_int(o, "ready", service_ready(p->cluster, s, now));
	if (service_is_ensemble(s->id))
		put_int(o, "list", s->list);
	TAILQ_FOREACH(i, &s->instances, entry) {
		outdated += instance_outdated(p->cluster, i);
		if (waiting == NULL && i->waiting[0] != '\0')
			waiting = i->waiting;
	}
	put_int(o, "outdated", outdated);
	if (waiting != NULL)
		put_str(o, "waiting", waiting);
	return o;
}

/* What the instance waits for, in words; empty if for nothing. */
static void
instance_waits(struct parent *p, const struct instance *i, int64_t now,
    char *text, size_t size)
{
	const struct service_conf *conf =
	    &p->cluster->conf->service[i->service];

	strlcpy(text, i->waiting, size);
	switch (instance_state(i, now)) {
	case INSTANCE_LOST:
		snprintf(text, size, "agent %s is unreachable; %s",
		    task_agent_name(i->task),
		    conf->unreachable == FOREVER
			? "waits for it (kafkactl -f replace moves it)"
			: "replaced after the configured time");
		break;
	case INSTANCE_STOPPED:
		if (i->stopped)
			strlcpy(text, "stopped by the operator", size);
		break;
	case INSTANCE_BACKOFF:
		/* next_try, failures and last_message tell it. */
		text[0] = '\0';
		break;
	default:
		if (!p->cluster->subscribed && i->task == NULL)
			strlcpy(text, "not connected to a master", size);
		break;
	}
}

/* Since when it is in this state, as far as that is written down; else 0. */
static int64_t
instance_since(const struct instance *i, int64_t now)
{
	const struct task *t = i->task;

	switch (instance_state(i, now)) {
	case INSTANCE_STOPPED:
	case INSTANCE_PLACING:
		return i->down_since;
	case INSTANCE_BACKOFF:
		return i->last_failure;
	case INSTANCE_LOST:
		return t->unreachable;
	case INSTANCE_KILLING:
		return t->killed;
	case INSTANCE_RUNNING:
		return t->running != 0 ? t->running : t->launched;
	default:
		return t->launched;
	}
}

struct json_object *
show_instance(struct parent *p, struct instance *i, int64_t now)
{
	struct json_object *o = json_object_new_object();
	const struct task *t = i->task;
	char text[MESSAGE_MAX];

	put_str(o, "instance", i->name);
	put_str(o, "service", service_name(i->service));
	put_int(o, "number", i->number);
	/* One that Kafka chose is known to the broker and its volume only. */
	if (!i->generated)
		put_int(o, "id", i->id);
	put_str(o, "state", instance_state_name(instance_state(i, now)));
	put_bool(o, "ready", instance_ready(p->cluster, i, now));
	put_age(o, "since", instance_since(i, now), now);
	if (t != NULL) {
		put_str(o, "task", t->id);
		put_str(o, "agent", t->agent_id);
	}
	put_str(o, "host", placement_name(&i->placement));
	put_ports(o, i);
	put_int(o, "failures", i->failures);
	put_int(o, "failures_total", i->failures_total);
	put_int(o, "launches", i->launches);
	if (t == NULL && i->backoff_until > now) {
		put_int(o, "next_try", (i->backoff_until - now + 999) / 1000);
		put_str(o, "last_message", i->last_message);
	}
	instance_waits(p, i, now, text, sizeof(text));
	if (text[0] != '\0')
		put_str(o, "waiting", text);
	put_bool(o, "outdated", instance_outdated(p->cluster, i));
	if (roll_wants(p->cluster, i, text, sizeof(text)))
		put_str(o, "plan", text);
	return o;
}

static void
show_placement(struct json_object *o, const struct instance *i)
{
	struct json_object *p = json_object_new_object();

	put_str(p, "host", placement_name(&i->placement));
	put_str(p, "agent_id", i->placement.agent_id);
	put_ports(p, i);
	put_bool(p, "firm", i->placement.firm);
	made_put(o, "placement", p);
}

struct json_object *
show_instance_all(struct parent *p, struct instance *i, int64_t now)
{
	const struct service_conf *conf =
	    &p->cluster->conf->service[i->service];
	struct json_object *o = show_instance(p, i, now);
	int64_t sticky = service_sticky(i->service, conf);
	char text[64];

	if (i->placement.set)
		show_placement(o, i);
	put_bool(o, "stopped", i->stopped);
	put_bool(o, "leaving", i->leaving);
	put_bool(o, "restart", i->restart);
	if (sticky == FOREVER)
		strlcpy(text, "forever", sizeof(text));
	else
		snprintf(text, sizeof(text), "%llds", (long long)sticky / 1000);
	put_str(o, "sticky", text);
	put_str(o, "last_message", i->last_message);
	put_age(o, "last_failure", i->last_failure, now);
	put_str(o, "image", conf->image);
	if (i->task != NULL) {
		put_str(o, "mesos_state", task_state_name(i->task->state));
		put_str(o, "task_agent_id", i->task->agent_id);
		put_age(o, "launched", i->task->launched, now);
	}
	put_strays(p, o, i->name);
	return o;
}

struct json_object *
show_plan(struct parent *p, int64_t now)
{
	struct json_object *o = json_object_new_object();
	struct json_object *d = json_object_new_object();
	struct json_object *order = json_object_new_array();
	struct cluster *c = p->cluster;
	struct roll r;
	int k;

	roll_look(c, &r, now);
	put_int(d, "steps", r.steps);
	put_bool(d, "paused", c->paused);
	put_int(d, "pace", c->conf->pace / 1000);
	for (k = 0; k < SERVICE_MAX; k++)
		made_append(order,
		    json_object_new_string(service_name(c->conf->order[k])));
	made_put(d, "order", order);
	if (r.now != NULL)
		put_str(d, "now", r.now->name);
	if (r.next != NULL) {
		put_str(d, "next", r.next->name);
		put_str(d, "waiting", r.waiting);
	}
	made_put(o, "plan", d);
	return o;
}

struct json_object *
show_step(struct parent *p, const struct instance *i, const struct roll *r)
{
	struct json_object *o = json_object_new_object();
	char why[MESSAGE_MAX];
	const char *turn = "later";

	if (i == r->now)
		turn = "now";
	else if (i == r->next)
		turn = "next";
	put_str(o, "instance", i->name);
	put_str(o, "turn", turn);
	if (roll_wants(p->cluster, i, why, sizeof(why)))
		put_str(o, "because", why);
	else
		put_str(o, "because", "it is not ready again yet");
	return o;
}

struct json_object *
show_offer(const struct seen_offer *so, int64_t now)
{
	struct json_object *o = json_object_new_object(), *a, *m;
	size_t i;

	put_str(o, "offer", so->id);
	put_str(o, "host", so->hostname);
	put_age(o, "age", so->received, now);
	put_str(o, "resources", so->resources);
	put_str(o, "outcome", so->outcome);
	a = json_object_new_array();
	for (i = 0; i < so->nmisses; i++) {
		m = json_object_new_object();
		put_str(m, "instance", so->misses[i].instance);
		put_str(m, "text", so->misses[i].text);
		made_append(a, m);
	}
	made_put(o, "misses", a);
	return o;
}

void
show_line(struct parent *p, int64_t now, char *buf, size_t size)
{
	struct cluster *c = p->cluster;
	const struct service *s;
	char part[64];
	const char *sep = "; ";
	int id;

	buf[0] = '\0';
	if (p->unsaved)
		strlcat(buf, "the state cannot be saved; ", size);
	if (c->mode != MODE_ACTIVE) {
		strlcat(buf, cluster_mode_name(c->mode), size);
		strlcat(buf, "; ", size);
	}
	if (p->connected && c->subscribed) {
		strlcat(buf, "connected to ", size);
		strlcat(buf, p->master, size);
	} else {
		strlcat(buf, "not connected: ", size);
		strlcat(buf, p->connection, size);
	}
	for (id = 0; id < SERVICE_MAX; id++) {
		s = &c->service[id];
		if (s->count == 0 && TAILQ_EMPTY(&s->instances))
			continue;
		snprintf(part, sizeof(part), "%s%s %d of %d ready", sep,
		    service_name(s->id), service_ready(c, s, now), s->count);
		strlcat(buf, part, size);
		sep = ", ";
	}
}
