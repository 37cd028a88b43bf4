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
 * minimesos: offers and the allocator.  One offer per agent and role carries
 * everything of the agent that nobody holds; a declined offer is hidden from
 * that role until its filter ends or the agent has more to give.
 */

#include <stdio.h>

#include "minimesos.h"

struct offer *
offer_find(struct mm *mm, const char *id)
{
	struct offer *o;

	TAILQ_FOREACH(o, &mm->offers, entry)
		if (id != NULL && strcmp(o->id, id) == 0)
			return (o);
	return (NULL);
}

void
offer_free(struct mm *mm, struct offer *o)
{
	TAILQ_REMOVE(&mm->offers, o, entry);
	LIST_REMOVE(o, of_agent);
	rv_free(&o->res);
	free(o->id);
	free(o->role);
	free(o);
}

void
offer_rescind(struct mm *mm, struct offer *o)
{
	struct framework *fw = o->fw;
	struct json_object *ev = json_object_new_object();

	json_add_str(ev, "type", "RESCIND");
	json_add_id(json_add_obj(ev, "rescind"), "offer_id", o->id);
	offer_free(mm, o);
	mm->count.rescinds++;
	stream_event(fw, ev);
}

static struct offer *
offer_of_agent(struct mm *mm, struct agent *a)
{
	return (a != NULL ? LIST_FIRST(&a->offers) : TAILQ_FIRST(&mm->offers));
}

/* All offers of an agent, or of every agent; a fault may drop further ones. */
void
offer_rescind_agent(struct mm *mm, struct agent *a)
{
	struct offer *o;

	while ((o = offer_of_agent(mm, a)) != NULL)
		offer_rescind(mm, o);
}

/* Withdrawn without a word. */
void
offer_drop_framework(struct framework *fw)
{
	struct offer *o, *next;

	TAILQ_FOREACH_SAFE(o, &fw->mm->offers, entry, next)
		if (o->fw == fw)
			offer_free(fw->mm, o);
}

static void
filter_free(struct framework *fw, struct filter *f)
{
	TAILQ_REMOVE(&fw->filters, f, entry);
	rv_free(&f->res);
	free(f->role);
	free(f);
}

void
filter_add(struct framework *fw, const char *role, struct agent *a,
    const struct resvec *rv, double seconds)
{
	struct filter *f;

	if (seconds <= 0 || rv->n == 0)
		return;
	f = xcalloc(1, sizeof(*f));
	f->role = xstrdup(role);
	f->agent = a;
	f->until = now() + seconds;
	rv_add(&f->res, rv);
	TAILQ_INSERT_TAIL(&fw->filters, f, entry);
}

/* Of one role, or of all when role is NULL. */
void
filter_clear(struct framework *fw, const char *role)
{
	struct filter *f, *next;

	TAILQ_FOREACH_SAFE(f, &fw->filters, entry, next)
		if (role == NULL || strcmp(f->role, role) == 0)
			filter_free(fw, f);
}

void
filter_clear_agent(struct mm *mm, struct agent *a)
{
	struct framework *fw;
	struct filter *f, *next;

	TAILQ_FOREACH(fw, &mm->frameworks, entry)
		TAILQ_FOREACH_SAFE(f, &fw->filters, entry, next)
			if (f->agent == a)
				filter_free(fw, f);
}

static int
filtered(struct framework *fw, const char *role, struct agent *a,
    const struct resvec *rv)
{
	struct filter *f, *next;
	double t = now();

	TAILQ_FOREACH_SAFE(f, &fw->filters, entry, next) {
		if (f->until <= t) {
			filter_free(fw, f);
			continue;
		}
		if (f->agent == a && strcmp(f->role, role) == 0 &&
		    rv_contains(&f->res, rv))
			return (1);
	}
	return (0);
}

static void
offer_attributes(struct json_object *o, struct agent *a)
{
	struct json_object *list = json_add_arr(o, "attributes"), *one;
	static const char *const names[] = { "rack", "zone" };
	char text[16];
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), i == 0 ? "r%d" : "z%d",
		    i == 0 ? a->idx : 1 + a->idx % 2);
		one = json_add_obj(list, NULL);
		json_add_str(one, "name", names[i]);
		json_add_str(one, "type", "TEXT");
		json_add_str(json_add_obj(one, "text"), "value", text);
	}
}

static void
offer_json(struct offer *of, struct json_object *o)
{
	struct json_object *u, *addr;

	json_add_id(o, "id", of->id);
	json_add_id(o, "framework_id", of->fw->id);
	json_add_id(o, "agent_id", of->agent->id);
	json_add_str(o, "hostname", of->agent->hostname);
	u = json_add_obj(o, "url");
	json_add_str(u, "scheme", "http");
	addr = json_add_obj(u, "address");
	json_add_str(addr, "hostname", of->agent->hostname);
	json_add_str(addr, "ip", of->agent->hostname);
	json_add_int(addr, "port", of->agent->port);
	json_add_str(u, "path", "/slave(1)");
	json_object_object_add(o, "resources",
	    rv_json(&of->res, of->role, of->fw->caps));
	offer_attributes(o, of->agent);
	if (of->fw->caps & CAP_MULTI_ROLE)
		json_add_str(json_add_obj(o, "allocation_info"), "role",
		    of->role);
}

static int
offer_agent(struct framework *fw, const char *role, struct agent *a,
    struct json_object **list)
{
	struct resvec free_now = { NULL, 0 }, rv = { NULL, 0 };
	struct offer *o;

	agent_available(a, &free_now);
	rv_keep_role(&rv, &free_now, role);
	rv_free(&free_now);
	if (!rv_allocatable(&rv) || filtered(fw, role, a, &rv)) {
		rv_free(&rv);
		return (0);
	}
	o = xcalloc(1, sizeof(*o));
	o->id = xasprintf("%s-O%u", fw->mm->master_id, fw->mm->next_offer++);
	o->role = xstrdup(role);
	o->fw = fw;
	o->agent = a;
	o->res = rv;
	TAILQ_INSERT_TAIL(&fw->mm->offers, o, entry);
	LIST_INSERT_HEAD(&a->offers, o, of_agent);
	fw->mm->count.offers++;
	if (*list == NULL)
		*list = json_object_new_array();
	offer_json(o, json_add_obj(*list, NULL));
	return (1);
}

/* cpus that a framework holds or has been offered, for fairness. */
static double
share(struct framework *fw)
{
	struct offer *o;
	struct task *t;
	double sum = 0;

	TAILQ_FOREACH(o, &fw->mm->offers, entry)
		if (o->fw == fw)
			sum += rv_scalar(&o->res, "cpus");
	TAILQ_FOREACH(t, &fw->mm->tasks, entry)
		if (t->holds && strcmp(t->fwid, fw->id) == 0)
			sum += rv_scalar(&t->res, "cpus");
	return (sum);
}

struct round {
	struct framework *fw;
	struct json_object *list;
	double share;
};

static int
round_cmp(const void *a, const void *b)
{
	const struct round *x = a, *y = b;

	return (x->share < y->share ? -1 : x->share > y->share);
}

static void
offer_round_agent(struct mm *mm, struct agent *a, struct round *r, size_t n)
{
	size_t i, k;

	if (a->state != AGENT_REGISTERED || a->hidden)
		return;
	for (i = 0; n > 1 && i < n; i++)
		r[i].share = share(r[i].fw);
	qsort(r, n, sizeof(*r), round_cmp);
	for (i = 0; i < n; i++)
		for (k = 0; k < r[i].fw->nroles; k++)
			if (!r[i].fw->suppressed[k])
				offer_agent(r[i].fw, r[i].fw->roles[k], a,
				    &r[i].list);
	(void)mm;
}

/* One round of allocation: at most one OFFERS event per framework. */
static void
offer_round(struct mm *mm)
{
	struct framework *fw;
	struct json_object *ev;
	struct round *r;
	size_t n = 0, i;
	int k;

	TAILQ_FOREACH(fw, &mm->frameworks, entry)
		n++;
	r = xcalloc(n + 1, sizeof(*r));
	n = 0;
	TAILQ_FOREACH(fw, &mm->frameworks, entry)
		if (fw->state == FW_CONNECTED && fw->conn != NULL)
			r[n++].fw = fw;
	for (k = 0; n > 0 && k < mm->opt.agents; k++)
		offer_round_agent(mm,
		    &mm->agents[(k + mm->rotate) %
			(unsigned int)mm->opt.agents],
		    r, n);
	mm->rotate++;
	for (i = 0; i < n; i++) {
		if (r[i].list == NULL)
			continue;
		ev = json_object_new_object();
		json_add_str(ev, "type", "OFFERS");
		json_object_object_add(json_add_obj(ev, "offers"), "offers",
		    r[i].list);
		stream_event(r[i].fw, ev);
		mark(mm, "OFFERS", NULL);
	}
	free(r);
}

void
offer_run_cb(evutil_socket_t fd, short what, void *arg)
{
	struct mm *mm = arg;

	(void)fd;
	(void)what;
	if (mm->master == MASTER_LEADING)
		offer_round(mm);
	after_ms(mm->alloc_ev, mm->opt.allocation_ms);
}

/* A round right after the present event has been dealt with. */
void
offer_soon(struct mm *mm)
{
	after_ms(mm->soon_ev, 0);
}
