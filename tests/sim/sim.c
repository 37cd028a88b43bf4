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
 * The clock of the simulation: events in the order of their virtual time, and
 * the verdict. It must depend on nothing but the plan.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define SETTLE_MAX MINUTES(180) /* after the faults everything runs */
#define SETTLE_STEP SECONDS(20)
#define CALM_HELP MINUTES(10) /* between two looks of the operator */
#define STEPS_MAX 2000000

struct sim *sim;

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		abort();
	return p;
}

static bool
event_before(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void
heap_up(struct event *heap, size_t i)
{
	struct event e = heap[i];

	for (; i > 0 && event_before(&e, &heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = e;
}

static void
heap_down(struct event *heap, size_t n)
{
	struct event e = heap[0];
	size_t i = 0, k;

	while ((k = 2 * i + 1) < n) {
		if (k + 1 < n && event_before(&heap[k + 1], &heap[k]))
			k++;
		if (!event_before(&heap[k], &e))
			break;
		heap[i] = heap[k];
		i = k;
	}
	heap[i] = e;
}

void
sim_at(struct sim *s, int64_t at, event_fn fn, void *data, uint64_t n)
{
	if (s->nheap == s->heap_size) {
		s->heap_size = s->heap_size ? 2 * s->heap_size : 256;
		s->heap = reallocarray(s->heap, s->heap_size, sizeof(*s->heap));
		if (s->heap == NULL)
			abort();
	}
	s->heap[s->nheap] =
	    (struct event) { at < s->now ? s->now : at, s->seq++, fn, data, n };
	heap_up(s->heap, s->nheap++);
}

static struct event
sim_next(struct sim *s)
{
	struct event e = s->heap[0];

	s->heap[0] = s->heap[--s->nheap];
	if (s->nheap > 0)
		heap_down(s->heap, s->nheap);
	return e;
}

int64_t
sim_between(struct sim *s, int64_t min, int64_t max)
{
	return s->plan.jitter ? rng_between(&s->rng, min, max) : min;
}

int64_t
pipe_time(struct sim *s, struct pipe *p, int64_t min, int64_t max)
{
	int64_t at = s->now + sim_between(s, min, max);

	p->last = at > p->last ? at : p->last;
	return p->last;
}

void
sim_trace(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	if (!s->tracing)
		return;
	printf("# %10.3f ", (double)s->now / 1000);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void
sim_fail(struct sim *s, const char *invariant, const char *fmt, ...)
{
	va_list ap;

	if (s->failed)
		return;
	s->failed = true;
	strlcpy(s->invariant, invariant, sizeof(s->invariant));
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	sim_trace(s, "!! %s: %s", invariant, s->why);
}

static void
conf_volume(struct service_conf *c, const char *name)
{
	struct volume *v = xcalloc(1, sizeof(*v));

	v->names = xcalloc(1, sizeof(*v->names));
	v->names[0] = strdup(name);
	v->nnames = 1;
	v->driver = strdup("local");
	v->path = strdup("/data");
	c->volumes = v;
	c->nvolumes = 1;
}

/* What the operator configured: all that the core decides by. */
static void
sim_configure(struct sim *s, struct rng *r)
{
	struct service_conf *zk, *kafka;

	if ((s->conf = conf_new()) == NULL)
		abort();
	s->conf->state = strdup("/state");
	zk = &s->conf->cluster.service[SERVICE_ZOOKEEPER];
	kafka = &s->conf->cluster.service[SERVICE_KAFKA];
	zk->count = (int[]) { 1, 3, 3, 3, 3, 5, 2, 4 }[rng_below(r, 8)];
	kafka->count = (int)rng_between(r, 1, 5);
	s->wanted_agents = (size_t)rng_between(r, 2, 4) +
	    (size_t)(zk->count > kafka->count ? zk->count : kafka->count);
	conf_volume(zk, "zookeeper-%d");
	if (rng_chance(r, 60))
		conf_volume(kafka, "kafka-%d");
	else if (rng_chance(r, 30))
		kafka->sticky = MINUTES(rng_between(r, 1, 20));
	if (rng_chance(r, 50))
		kafka->unreachable = MINUTES(rng_between(r, 1, 20));
	if (rng_chance(r, 20)) {
		zk->network = NETWORK_NAMED;
		zk->network_name = strdup("net");
		zk->domain = strdup("kafka.example");
	}
	if (rng_chance(r, 20))
		kafka->port = SIM_PORT + 7;
	if (rng_chance(r, 20))
		zk->check.settle = SECONDS(10);
	if (rng_chance(r, 20))
		kafka->check.type = CHECK_NONE;
	zk->grace = kafka->grace = SECONDS(rng_between(r, 5, 60));
	zk->disk = rng_chance(r, 20) ? 1000 : 0;
}

static void
sim_agents(struct sim *s)
{
	size_t i;

	for (i = 0; i < s->wanted_agents; i++)
		agent_link(s, NULL, agent_new(s, NULL));
}

struct sim *
sim_new(const struct plan *plan, struct stats *stats, bool trace)
{
	struct sim *s = xcalloc(1, sizeof(*s));
	struct rng r;
	size_t i;

	s->plan = *plan;
	s->stats = stats;
	s->tracing = trace;
	rng_init(&r, plan->seed);
	rng_init(&s->rng, rng_next(&r));
	sim_configure(s, &r);
	s->master.up = true;
	s->master.generation = 1;
	s->host.disk = disk_new();
	s->host.boot = INT64_C(1) << 41;
	s->host.wall = INT64_C(1790000000000);
	sim = s;
	disk_use(s->host.disk);
	sim_agents(s);
	host_start(s, NULL, 0);
	for (i = 0; i < plan->nfaults; i++)
		sim_at(s, plan->faults[i].at, fault_event, NULL, i);
	return s;
}

void
sim_free(struct sim *s)
{
	size_t i;

	host_crash(s, NULL);
	for (i = 0; i < s->nheap; i++)
		free(s->heap[i].data);
	free(s->heap);
	for (i = 0; i < s->ntasks; i++)
		free(s->tasks[i]);
	free(s->tasks);
	free(s->offers);
	for (i = 0; i < s->host.nhistory; i++)
		free(s->host.history[i]);
	child_flights_free(s);
	cluster_free(s->host.durable);
	disk_free(s->host.disk);
	conf_free(s->conf);
	free(s);
	sim = NULL;
}

static void
sim_step(struct sim *s)
{
	struct event e = sim_next(s);

	s->now = e.at;
	e.fn(s, e.data, e.n);
	free(e.data);
	if (++s->stats->steps == STEPS_MAX)
		sim_fail(s, "rest", "it never ends");
}

/* Everything is allowed to happen now; then all is as wanted. */
static void
sim_settle(struct sim *s)
{
	int64_t begin = s->now, next = s->now, help = s->now + CALM_HELP;
	const char *why = "";

	s->calm = true;
	fault_heal(s);
	while (!s->failed) {
		if (s->now >= next) {
			if ((why = check_settled(s)) == NULL)
				break;
			next = s->now + SETTLE_STEP;
		}
		if (s->now >= help) {
			operator_helps(s);
			help = s->now + CALM_HELP;
		}
		if (s->now - begin > SETTLE_MAX) {
			sim_fail(s, "liveness",
			    "not settled after %lld min: %s",
			    (long long)SETTLE_MAX / 60000, why);
			break;
		}
		if (s->nheap == 0 || s->heap[0].at > next)
			s->now = next;
		else
			sim_step(s);
	}
	s->settled_at = s->now - begin;
	if (s->settled_at > s->stats->settle_max)
		s->stats->settle_max = s->settled_at;
}

void
sim_run(struct sim *s)
{
	while (!s->failed && s->nheap > 0 && s->heap[0].at <= s->plan.length)
		sim_step(s);
	if (!s->failed)
		sim_settle(s);
	s->stats->virtual_ms += s->now;
	s->stats->runs++;
}
