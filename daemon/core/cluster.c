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
 * What kafkad knows: services, instances, tasks, and the queues in which the
 * core leaves what is to be done and told. Pure.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "revision.h"
#include "roll.h"

struct cluster *
cluster_new(const struct cluster_conf *conf)
{
	struct cluster *c;
	int id;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->conf = conf;
	c->mode = MODE_ACTIVE;
	c->next_task = 1;
	TAILQ_INIT(&c->strays);
	TAILQ_INIT(&c->offers);
	TAILQ_INIT(&c->seen);
	TAILQ_INIT(&c->actions);
	TAILQ_INIT(&c->notices);
	for (id = 0; id < SERVICE_MAX; id++) {
		c->service[id].id = (enum service_id)id;
		c->service[id].conf = &conf->service[id];
		c->service[id].count = conf->service[id].count;
		c->service[id].configured = conf->service[id].count;
		TAILQ_INIT(&c->service[id].instances);
		TAILQ_INIT(&c->service[id].revisions);
	}
	return c;
}

/* The count that counts: the saved one, or a newer word of the operator. */
static void
service_configure(struct cluster *c, struct service *s,
    const struct service_conf *conf, struct revision *r)
{
	bool first = s->revision == 0;

	s->conf = conf;
	if (s->configured != conf->count) {
		s->configured = conf->count;
		s->count = conf->count;
		c->dirty = true;
	}
	if (!revision_take(s, r))
		return;
	s->skipped = 0;
	c->dirty = true;
	if (!first)
		roll_confirm(c, s);
}

int
cluster_configure(struct cluster *c, const struct cluster_conf *conf)
{
	struct revision *r[SERVICE_MAX];
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		if ((r[id] = revision_new(&conf->service[id])) != NULL)
			continue;
		while (id > 0)
			revision_free(r[--id]);
		return -1;
	}
	c->conf = conf;
	for (id = 0; id < SERVICE_MAX; id++)
		service_configure(c, &c->service[id], &conf->service[id],
		    r[id]);
	return 0;
}

static void
seen_offer_free(struct seen_offer *o)
{
	free(o->misses);
	free(o);
}

void
cluster_free(struct cluster *c)
{
	struct seen_offer *so;
	struct instance *i;
	struct revision *r;
	struct notice *n;
	struct action *a;
	struct offer *o;
	struct task *t;
	int id;

	if (c == NULL)
		return;
	for (id = 0; id < SERVICE_MAX; id++) {
		while ((i = TAILQ_FIRST(&c->service[id].instances)) != NULL)
			instance_free(&c->service[id], i);
		while ((r = TAILQ_FIRST(&c->service[id].revisions)) != NULL) {
			TAILQ_REMOVE(&c->service[id].revisions, r, entry);
			revision_free(r);
		}
	}
	while ((t = TAILQ_FIRST(&c->strays)) != NULL) {
		TAILQ_REMOVE(&c->strays, t, entry);
		task_free(t);
	}
	while ((o = TAILQ_FIRST(&c->offers)) != NULL) {
		TAILQ_REMOVE(&c->offers, o, entry);
		offer_free(o);
	}
	while ((so = TAILQ_FIRST(&c->seen)) != NULL) {
		TAILQ_REMOVE(&c->seen, so, entry);
		seen_offer_free(so);
	}
	while ((a = TAILQ_FIRST(&c->actions)) != NULL) {
		TAILQ_REMOVE(&c->actions, a, entry);
		action_free(a);
	}
	while ((n = TAILQ_FIRST(&c->notices)) != NULL) {
		TAILQ_REMOVE(&c->notices, n, entry);
		free(n);
	}
	free(c);
}

struct instance *
service_find(struct service *s, int number)
{
	struct instance *i;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->number == number)
			return i;
	}
	return NULL;
}

struct instance *
cluster_find(struct cluster *c, const char *name)
{
	struct instance *i;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (strcmp(i->name, name) == 0)
				return i;
		}
	}
	return NULL;
}

struct instance *
cluster_find_task(struct cluster *c, const char *id)
{
	bool number = id[0] != '\0' && id[strspn(id, "0123456789")] == '\0';
	char name[ID_MAX];
	struct instance *i;
	uint64_t n, want;
	int k;

	if (task_id_parse(id, name, &want) == -1)
		return NULL;
	for (k = 0; k < SERVICE_MAX; k++) {
		TAILQ_FOREACH(i, &c->service[k].instances, entry) {
			if (i->task == NULL)
				continue;
			if (strcmp(i->task->id, id) == 0 ||
			    (number &&
				task_id_parse(i->task->id, name, &n) == 0 &&
				n == want))
				return i;
		}
	}
	return NULL;
}

/* The id that the instance should have, or the next that no other one has. */
static int
service_free_id(const struct service *s, int number)
{
	const struct instance *i;
	int id = service_instance_id(s->id, number);
	bool taken;

	/* The Go framework counted from 0, and those ids are on volumes. */
	if (s->taken_over)
		id = number;
	do {
		taken = false;
		TAILQ_FOREACH(i, &s->instances, entry)
			taken |=
			    i->number != number && i->id == id && !i->generated;
		id += taken;
	} while (taken);
	return id;
}

struct instance *
service_add(struct service *s, int number)
{
	struct instance *i, *before;

	if ((i = calloc(1, sizeof(*i))) == NULL)
		return NULL;
	i->service = s->id;
	i->number = number;
	i->id = service_free_id(s, number);
	/*
	 * A volume may be older than the instance: of one that was scaled away
	 * and is wanted again. A broker that is told another id than it has
	 * there does not start, and one that is told none takes that.
	 */
	i->generated = s->taken_over && s->id == SERVICE_KAFKA;
	snprintf(i->name, sizeof(i->name), "%s-%d", service_name(s->id),
	    number);
	TAILQ_FOREACH(before, &s->instances, entry) {
		if (before->number > number)
			break;
	}
	if (before != NULL)
		TAILQ_INSERT_BEFORE(before, i, entry);
	else
		TAILQ_INSERT_TAIL(&s->instances, i, entry);
	i->last_state = INSTANCE_STOPPED;
	return i;
}

void
instance_free(struct service *s, struct instance *i)
{
	TAILQ_REMOVE(&s->instances, i, entry);
	task_free(i->task);
	free(i);
}

void
task_free(struct task *t)
{
	if (t == NULL)
		return;
	free(t->command);
	free(t->status);
	free(t);
}

struct task *
task_new(const char *id, const char *agent_id)
{
	struct task *t;
	uint64_t n;

	if ((t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	strlcpy(t->id, id, sizeof(t->id));
	if (task_id_parse(id, t->instance, &n) == -1)
		t->instance[0] = '\0';
	strlcpy(t->agent_id, agent_id, sizeof(t->agent_id));
	t->state = TASK_STAGING;
	return t;
}

void
cluster_each_task(struct cluster *c, void (*f)(struct task *, void *),
    void *arg)
{
	struct instance *i;
	struct task *t;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->task != NULL)
				f(i->task, arg);
		}
	}
	TAILQ_FOREACH(t, &c->strays, entry)
		f(t, arg);
}

struct action *
action_new(struct cluster *c, enum action_type type)
{
	struct action *a;

	/* Without an action nothing is done; the next run finds it missing. */
	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	a->type = type;
	TAILQ_INSERT_TAIL(&c->actions, a, entry);
	return a;
}

void
action_free(struct action *a)
{
	size_t i;

	for (i = 0; i < a->nspecs; i++)
		task_spec_free(&a->specs[i]);
	free(a->specs);
	free(a->offer_ids);
	free(a->refs);
	free(a);
}

void
cluster_notice(struct cluster *c, bool warn, const struct instance *i,
    const char *fmt, ...)
{
	struct notice *n;
	va_list ap;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		return;
	n->warn = warn;
	if (i != NULL)
		strlcpy(n->instance, i->name, sizeof(n->instance));
	va_start(ap, fmt);
	vsnprintf(n->text, sizeof(n->text), fmt, ap);
	va_end(ap);
	TAILQ_INSERT_TAIL(&c->notices, n, entry);
}

void
cluster_wake(struct cluster *c, int64_t when)
{
	if (c->deadline == 0 || when < c->deadline)
		c->deadline = when;
}

bool
placement_is_on(const struct placement *p, const char *agent_id,
    const char *hostname)
{
	/* A host may come back as another agent, with its volumes. */
	if (!p->set)
		return false;
	return strcmp(p->agent_id, agent_id) == 0 ||
	    (p->hostname[0] != '\0' && strcmp(p->hostname, hostname) == 0);
}

const char *
placement_name(const struct placement *p)
{
	if (!p->set)
		return "";
	return p->hostname[0] != '\0' ? p->hostname : p->agent_id;
}

const char *
task_agent_name(const struct task *t)
{
	return t->hostname[0] != '\0' ? t->hostname : t->agent_id;
}

int
service_list_size(const struct service *s)
{
	const struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &s->instances, entry)
		n += i->in_list;
	return n;
}

int
service_majority(const struct service *s)
{
	return service_list_size(s) / 2 + 1;
}

int
service_endpoints(const struct service *s, struct endpoints *e)
{
	struct recipe_input in = { .service = s->id, .conf = s->conf };
	struct endpoint *to;
	struct instance *i;
	bool known, named = network_has_names(s->conf->network);

	e->n = 0;
	e->list = calloc(service_list_size(s) + 1, sizeof(*e->list));
	if (e->list == NULL)
		return -1;
	TAILQ_FOREACH(i, &s->instances, entry) {
		/* Names of their own they have wherever they are. */
		if (!i->in_list || (!i->placement.set && !named))
			continue;
		to = &e->list[e->n];
		to->id = i->id;
		in.number = i->number;
		in.instance = i->name;
		in.hostname = i->placement.hostname;
		in.ports = i->placement.ports;
		recipe_host(&in, to->host);
		recipe_ports(&in, to->ports);
		/* Where a task was taken over, its address may be unknown. */
		known = to->host[0] != '\0' && to->ports[0] != 0;
		e->n += known;
	}
	return 0;
}

const char *
cluster_mode_name(enum cluster_mode mode)
{
	static const char *const names[] = {
		[MODE_ACTIVE] = "active",
		[MODE_PASSIVE] = "passive",
		[MODE_REMOVED] = "removed",
		[MODE_TEARDOWN] = "teardown",
	};

	return names[mode];
}
