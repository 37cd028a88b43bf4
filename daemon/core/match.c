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
 * Offers against needs: whether an instance fits an offer, what is missing
 * in numbers, which ports it gets, and the launch itself. Pure.
 */

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "crowd.h"
#include "instance.h"
#include "match.h"

/* Appends to what text says. */
__attribute__((format(printf, 2, 0))) static void
vsay(char *text, const char *fmt, va_list ap)
{
	size_t len = strlen(text);

	if (len > 0 && len < MESSAGE_MAX - 3)
		len += (size_t)snprintf(text + len, MESSAGE_MAX - len, "; ");
	vsnprintf(text + len, MESSAGE_MAX - len, fmt, ap);
}

__attribute__((format(printf, 2, 3))) static void
say(char *text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(text, fmt, ap);
	va_end(ap);
}

/* One more thing that is lacking, and how far that is from fitting. */
__attribute__((format(printf, 4, 5))) static void
lack(struct miss *m, unsigned int what, int distance, const char *fmt, ...)
{
	va_list ap;

	m->lacks |= what;
	m->distance += distance;
	va_start(ap, fmt);
	vsay(m->text, fmt, ap);
	va_end(ap);
}

/* A number of thousandths as people write it: 500 is "0.5". */
static const char *
thousandths(int64_t v, char *buf, size_t size)
{
	size_t len;

	snprintf(buf, size, "%lld.%03lld", (long long)(v / 1000),
	    (long long)(v % 1000));
	for (len = strlen(buf); buf[len - 1] == '0'; len--)
		buf[len - 1] = '\0';
	if (buf[len - 1] == '.')
		buf[len - 1] = '\0';
	return buf;
}

static struct seen_offer *
seen_find(struct cluster *c, const struct offer *o)
{
	struct seen_offer *so;

	if (c->received - o->serial >= SEEN_OFFERS_MAX)
		return NULL;
	TAILQ_FOREACH_REVERSE(so, &c->seen, seen_offers, entry) {
		if (strcmp(so->id, o->id) == 0)
			return so;
	}
	return NULL;
}

static void
offer_in_words(const struct offer *o, char *text)
{
	static const char *const names[] = { "cpus", "mem", "disk" };
	const struct resource *r;
	char num[32];
	size_t i, k;

	text[0] = '\0';
	for (i = 0; i < 3; i++)
		say(text, "%s %s", names[i],
		    thousandths(offer_scalar(o, names[i]), num, sizeof(num)));
	for (i = 0; i < o->nresources; i++) {
		r = &o->resources[i];
		if (strcmp(r->name, "ports") != 0)
			continue;
		for (k = 0; k < r->nranges && k < 4; k++)
			say(text, "ports %u-%u", r->ranges[k].begin,
			    r->ranges[k].end);
		if (r->nranges > 4)
			say(text, "and %zu more ranges", r->nranges - 4);
	}
}

static void
match_note_offer(struct cluster *c, const struct offer *o)
{
	struct seen_offer *so;

	c->noted = o->serial;
	if ((so = calloc(1, sizeof(*so))) == NULL)
		return;
	strlcpy(so->id, o->id, sizeof(so->id));
	strlcpy(so->hostname, o->hostname, sizeof(so->hostname));
	so->received = o->received;
	offer_in_words(o, so->resources);
	TAILQ_INSERT_TAIL(&c->seen, so, entry);
	if (c->nseen < SEEN_OFFERS_MAX) {
		c->nseen++;
		return;
	}
	so = TAILQ_FIRST(&c->seen);
	TAILQ_REMOVE(&c->seen, so, entry);
	free(so->misses);
	free(so);
}

void
match_note_offers(struct cluster *c)
{
	const struct offer *o = TAILQ_FIRST(&c->offers);

	/* They are in the order in which they came. */
	c->many = o != NULL && c->received - o->serial >= SEEN_OFFERS_MAX;
	TAILQ_FOREACH_REVERSE(o, &c->offers, offers, entry) {
		if (o->serial <= c->noted ||
		    c->received - o->serial >= SEEN_OFFERS_MAX)
			break;
	}
	o = o == NULL ? TAILQ_FIRST(&c->offers) : TAILQ_NEXT(o, entry);
	for (; o != NULL; o = TAILQ_NEXT(o, entry))
		match_note_offer(c, o);
}

static void
instance_name_host(struct cluster *c, struct instance *i)
{
	const struct offer *o;

	TAILQ_FOREACH(o, &c->offers, entry) {
		if (strcmp(i->placement.agent_id, o->agent_id) != 0)
			continue;
		strlcpy(i->placement.hostname, o->hostname,
		    sizeof(i->placement.hostname));
		if (i->task != NULL)
			strlcpy(i->task->hostname, o->hostname,
			    sizeof(i->task->hostname));
		c->dirty = true;
		return;
	}
}

void
match_name_hosts(struct cluster *c)
{
	struct instance *i;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if (i->placement.set &&
			    i->placement.hostname[0] == '\0')
				instance_name_host(c, i);
		}
	}
}

void
match_note_outcome(struct cluster *c, const struct offer *o,
    const char *outcome)
{
	struct seen_offer *so = seen_find(c, o);

	if (so != NULL)
		strlcpy(so->outcome, outcome, sizeof(so->outcome));
}

/* One of the tasks that the offer is used for. */
static void
match_note_launch(struct cluster *c, const struct offer *o, const char *id)
{
	struct seen_offer *so = seen_find(c, o);

	if (so == NULL)
		return;
	if (o->launch->nspecs == 1)
		so->outcome[0] = '\0';
	say(so->outcome, "launched %.200s", id);
}

static void
match_note_miss(struct cluster *c, const struct offer *o, const struct miss *m)
{
	struct seen_offer *so = seen_find(c, o);
	struct miss *misses;
	size_t k;

	if (so == NULL)
		return;
	for (k = 0; k < so->nmisses; k++) {
		if (strcmp(so->misses[k].instance, m->instance) == 0)
			break;
	}
	if (k == so->nmisses) {
		if (so->nmisses == MISSES_MAX)
			return;
		misses = reallocarray(so->misses, k + 1, sizeof(*misses));
		if (misses == NULL)
			return;
		so->misses = misses;
		so->nmisses++;
	}
	so->misses[k] = *m;
}

static int64_t
match_sticky(const struct cluster *c, const struct instance *i)
{
	return service_sticky(i->service, &c->conf->service[i->service]);
}

bool
match_is_bound(const struct cluster *c, const struct instance *i, int64_t now)
{
	int64_t sticky = match_sticky(c, i);

	if (!i->placement.set || sticky == FOREVER)
		return i->placement.set;
	return i->down_since != 0 && now - i->down_since < sticky;
}

/* The same, and asks for a run when that ends. */
static bool
match_bound(struct cluster *c, const struct instance *i, int64_t now)
{
	if (!match_is_bound(c, i, now))
		return false;
	if (match_sticky(c, i) != FOREVER)
		cluster_wake(c, i->down_since + match_sticky(c, i));
	return true;
}

/* How many other instances, of one service or of all, live on this host. */
static int
match_load(const struct cluster *c, const struct instance *but,
    const struct offer *o, enum service_id only)
{
	const struct instance *i = NULL;
	int n = 0;

	while ((i = crowd_next(c, o, i)) != NULL)
		n += i != but && (only == SERVICE_MAX || only == i->service);
	return n;
}

/* Whether another instance on this host has been given the port. */
static bool
match_port_taken(const struct cluster *c, const struct instance *but,
    const struct offer *o, uint32_t port)
{
	const struct instance *i = NULL;
	size_t k;

	while ((i = crowd_next(c, o, i)) != NULL) {
		for (k = 0; i != but && k < PORTS_MAX; k++) {
			if (i->placement.ports[k] == port)
				return true;
		}
	}
	return false;
}

static bool
port_is_in(const uint32_t *ports, uint32_t port)
{
	size_t k;

	for (k = 0; k < PORTS_MAX; k++) {
		if (ports[k] == port)
			return true;
	}
	return false;
}

/* The lowest free one that is not among the chosen ones. */
static uint32_t
match_free_port(struct cluster *c, const struct instance *i,
    const struct offer *o, const uint32_t *chosen)
{
	uint32_t port = 1;

	while ((port = offer_next_port(o, port)) != 0) {
		if (!match_port_taken(c, i, o, port) &&
		    !port_is_in(chosen, port))
			return port;
		port++;
	}
	return 0;
}

/* Whether the others know its ports, so that it may have no other ones. */
static bool
match_keeps_ports(const struct instance *i, const struct service_conf *conf)
{
	return service_is_ensemble(i->service) &&
	    !network_has_names(conf->network);
}

/* Of a miss: for want of a port. */
#define MATCH_PORT 1000

/* Chooses the ports; those it had before, if it can. */
static void
match_ports(struct cluster *c, const struct instance *i, const struct offer *o,
    uint32_t *ports, struct miss *m)
{
	const struct service_conf *conf = &c->conf->service[i->service];
	size_t n = service_nports(i->service, conf), k;
	bool keeps = match_keeps_ports(i, conf);
	uint32_t want;

	memset(ports, 0, PORTS_MAX * sizeof(*ports));
	if (conf->network == NETWORK_NAMED)
		return;
	for (k = 0; k < n; k++) {
		want = i->placement.set ? i->placement.ports[k] : 0;
		if (k == 0 && conf->port != 0)
			want = conf->port;
		/* Free now, it may be what another one has to come back to. */
		if (want != 0 && offer_has_port(o, want) &&
		    (keeps || !match_port_taken(c, i, o, want))) {
			ports[k] = want;
			continue;
		}
		if (want != 0 && (keeps || (k == 0 && conf->port != 0))) {
			lack(m, LACK_PORT, MATCH_PORT, "needs port %u, %s",
			    want,
			    offer_has_port(o, want) ? "kept for another"
						    : "not offered");
			return;
		}
		ports[k] = match_free_port(c, i, o, ports);
		if (ports[k] == 0) {
			lack(m, LACK_ROOM, MATCH_PORT,
			    "needs %zu ports, offered %zu", n, k);
			return;
		}
	}
}

/* Thousandths, as in offers. */
struct need {
	int64_t cpus;
	int64_t mem;
	int64_t disk;
};

/*
 * What members that were placed in this run, and not launched yet, will
 * take on this agent.
 */
static struct need
match_promised(struct cluster *c, const struct instance *but,
    const struct offer *o)
{
	struct need n = { 0 };
	const struct service_conf *conf;
	const struct instance *i = NULL;

	while ((i = crowd_next(c, o, i)) != NULL) {
		if (i == but || !i->placed_now || i->task != NULL)
			continue;
		conf = &c->conf->service[i->service];
		n.cpus += conf->cpus;
		n.mem += conf->mem * 1000;
		n.disk += conf->disk * 1000;
	}
	return n;
}

/* The distance is how much is missing, in thousandths of what is needed. */
static void
match_scalar(const struct offer *o, const char *name, int64_t need,
    int64_t promised, struct miss *m)
{
	int64_t have = offer_scalar(o, name) - promised;
	char a[32], b[32];

	if (have < 0)
		have = 0;
	if (have >= need)
		return;
	lack(m, LACK_ROOM, (int)((need - have) * 1000 / need),
	    "needs %s %s, offered %s", name, thousandths(need, a, sizeof(a)),
	    thousandths(have, b, sizeof(b)));
}

/* The first offer is often that of the agent it has just left. */
static bool
match_left_lately(const struct instance *i, const struct offer *o)
{
	return i->left_until != 0 && strcmp(i->left, o->hostname) == 0;
}

/* What speaks against the agent itself. */
static void
match_agent(struct cluster *c, const struct instance *i, const struct offer *o,
    struct miss *m)
{
	const struct task *t;

	if (match_left_lately(i, o))
		lack(m, LACK_LEFT, 0, "it was replaced to leave this agent");
	t = instance_stray_on(c, i, o->agent_id, o->hostname);
	if (t != NULL)
		lack(m, LACK_END, 0, "its older task %.200s may be alive here",
		    t->id);
	if (c->conf->service[i->service].unique_hostname &&
	    match_load(c, i, o, i->service) > 0)
		lack(m, LACK_UNIQUE, 0, "another instance of %s lives here",
		    service_name(i->service));
	if (m->lacks != 0)
		m->distance = MATCH_FORBIDDEN;
}

/* Whether it fits; if not, m says what is missing. */
static bool
match_fits(struct cluster *c, struct instance *i, const struct offer *o,
    uint32_t *ports, struct miss *m, int64_t now)
{
	const struct service_conf *conf = &c->conf->service[i->service];
	struct need promised;

	memset(m, 0, sizeof(*m));
	if (match_bound(c, i, now) &&
	    !placement_is_on(&i->placement, o->agent_id, o->hostname)) {
		lack(m, LACK_AGENT, MATCH_ELSEWHERE, "it is bound to agent %s",
		    placement_name(&i->placement));
		return false;
	}
	match_agent(c, i, o, m);
	promised = match_promised(c, i, o);
	match_scalar(o, "cpus", conf->cpus, promised.cpus, m);
	match_scalar(o, "mem", conf->mem * 1000, promised.mem, m);
	match_scalar(o, "disk", conf->disk * 1000, promised.disk, m);
	match_ports(c, i, o, ports, m);
	return m->lacks == 0;
}

/* It does not fit: what is told of it. */
static void
match_missed(struct cluster *c, struct instance *i, const struct offer *o,
    struct miss *m, int64_t now)
{
	strlcpy(m->instance, i->name, sizeof(m->instance));
	m->noted = now;
	match_note_miss(c, o, m);
}

/*
 * Whether the offer is out of the question, and no longer among those of which
 * it is kept why: most are, where there are many.
 */
static bool
match_skips(struct cluster *c, const struct instance *i, const struct offer *o)
{
	const struct service_conf *conf = &c->conf->service[i->service];

	if (c->received - o->serial < SEEN_OFFERS_MAX)
		return false;
	return (conf->unique_hostname && match_load(c, i, o, i->service) > 0) ||
	    offer_scalar(o, "cpus") < conf->cpus ||
	    offer_scalar(o, "mem") < conf->mem * 1000;
}

/* Says why the offer did not fit; where it is bound to has been said. */
static void
match_tell_waiting(struct cluster *c, struct instance *i, const struct offer *o,
    int64_t now)
{
	uint32_t ports[PORTS_MAX];
	struct miss m;

	match_fits(c, i, o, ports, &m, now);
	if ((m.lacks & LACK_AGENT) == 0)
		snprintf(i->waiting, sizeof(i->waiting),
		    "no offer fits; %.128s: %.320s", o->hostname, m.text);
}

bool
match_is_new(const struct cluster *c, const struct instance *i)
{
	return !i->placement.set && i->left[0] == '\0' &&
	    TAILQ_EMPTY(&c->strays);
}

struct offer *
match_find(struct cluster *c, struct instance *i, uint32_t *ports, int64_t now)
{
	struct offer *o, *best = NULL, *miss = NULL;
	uint32_t some[PORTS_MAX];
	struct miss m;
	int load, least = 0;
	bool bound;

	if (i->left_until != 0 && now >= i->left_until) {
		i->left_until = 0;
		/* What was declined is asked for once more. */
		i->asked = false;
	}
	if (i->left_until != 0)
		cluster_wake(c, i->left_until);
	if ((bound = match_bound(c, i, now)))
		snprintf(i->waiting, sizeof(i->waiting),
		    "waits for an offer of agent %s",
		    placement_name(&i->placement));
	else
		strlcpy(i->waiting, "waits for an offer", sizeof(i->waiting));
	TAILQ_FOREACH(o, &c->offers, entry) {
		if (match_skips(c, i, o)) {
			if (!bound ||
			    placement_is_on(&i->placement, o->agent_id,
				o->hostname))
				miss = o;
			continue;
		}
		if (!match_fits(c, i, o, some, &m, now)) {
			match_missed(c, i, o, &m, now);
			if ((m.lacks & LACK_AGENT) == 0)
				miss = o;
			continue;
		}
		load = match_load(c, i, o, SERVICE_MAX);
		/* Where it lived before is best. */
		if (placement_is_on(&i->placement, o->agent_id, o->hostname))
			load = -1;
		else if (i->left[0] != '\0' &&
		    strcmp(i->left, o->hostname) == 0)
			load = INT_MAX;
		if (best == NULL || load < least) {
			best = o;
			least = load;
			memcpy(ports, some, sizeof(some));
		}
		/* None is better, but where it lived before. */
		if (c->many && least == 0 && !i->placement.set)
			break;
	}
	if (best == NULL && miss != NULL)
		match_tell_waiting(c, i, miss, now);
	return best;
}

void
match_place(struct cluster *c, struct instance *i, const struct offer *o,
    const uint32_t *ports)
{
	bool firm = i->placement.firm &&
	    placement_is_on(&i->placement, o->agent_id, o->hostname);

	crowd_remove(i);
	i->placement.set = true;
	i->placement.firm = firm;
	strlcpy(i->placement.agent_id, o->agent_id,
	    sizeof(i->placement.agent_id));
	strlcpy(i->placement.hostname, o->hostname,
	    sizeof(i->placement.hostname));
	memcpy(i->placement.ports, ports, sizeof(i->placement.ports));
	crowd_add(c, i);
	c->dirty = true;
}

/* Takes what the instance needs out of the offer. */
static int
match_take(struct cluster *c, struct instance *i, struct offer *o,
    struct task_spec *spec)
{
	const struct service_conf *conf = &c->conf->service[i->service];
	size_t k;

	if (offer_take_scalar(o, "cpus", conf->cpus, &spec->takes,
		&spec->ntakes) == -1 ||
	    offer_take_scalar(o, "mem", conf->mem * 1000, &spec->takes,
		&spec->ntakes) == -1 ||
	    offer_take_scalar(o, "disk", conf->disk * 1000, &spec->takes,
		&spec->ntakes) == -1)
		return -1;
	for (k = 0; k < PORTS_MAX; k++) {
		if (i->placement.ports[k] != 0 &&
		    offer_take_port(o, i->placement.ports[k], &spec->takes,
			&spec->ntakes) == -1)
			return -1;
	}
	return 0;
}

/* The ACCEPT of this offer, with room for one more task. */
static struct task_spec *
match_accept(struct cluster *c, struct offer *o)
{
	struct action *a = o->launch;
	struct task_spec *specs;

	if (a == NULL) {
		if ((a = action_new(c, ACTION_LAUNCH)) == NULL)
			return NULL;
		if ((a->offer_ids = calloc(1, sizeof(*a->offer_ids))) == NULL)
			return NULL;
		strlcpy(a->offer_ids[0], o->id, ID_MAX);
		a->noffers = 1;
		a->refuse = c->conf->refuse;
		o->launch = a;
	}
	specs = reallocarray(a->specs, a->nspecs + 1, sizeof(*specs));
	if (specs == NULL)
		return NULL;
	a->specs = specs;
	memset(&specs[a->nspecs], 0, sizeof(*specs));
	return &specs[a->nspecs++];
}

int
match_spec(struct cluster *c, const struct instance *i, struct task_spec *spec)
{
	struct endpoints servers;
	struct recipe_input in = {
		.service = i->service,
		.conf = &c->conf->service[i->service],
		.number = i->number,
		.id = i->id,
		.generated = i->generated,
		.trust_empty = i->trust_empty,
		.instance = i->name,
		.hostname = i->placement.hostname,
		.agent_id = i->placement.agent_id,
		.ports = i->placement.ports,
		.servers = &servers,
		.count = c->service[i->service].count,
	};
	int rc;

	if (service_endpoints(&c->service[SERVICE_ZOOKEEPER], &servers) == -1)
		return -1;
	in.lone = servers.n == 1 && c->service[SERVICE_ZOOKEEPER].list > 1;
	rc = recipe_build(&in, spec);
	free(servers.list);
	return rc;
}

int
match_launch(struct cluster *c, struct instance *i, struct offer *o,
    int64_t now)
{
	char id[ID_MAX];
	struct task_spec spec, *to;
	struct task *t;

	if (match_spec(c, i, &spec) == -1)
		return -1;
	snprintf(id, sizeof(id), "%.200s.%llu", i->name,
	    (unsigned long long)c->next_task);
	if (match_take(c, i, o, &spec) == -1 ||
	    (t = task_new(id, o->agent_id)) == NULL) {
		task_spec_free(&spec);
		return -1;
	}
	if ((to = match_accept(c, o)) == NULL) {
		task_spec_free(&spec);
		task_free(t);
		return -1;
	}
	strlcpy(spec.task_id, id, sizeof(spec.task_id));
	*to = spec;
	strlcpy(t->hostname, o->hostname, sizeof(t->hostname));
	t->launched = now;
	t->grace = (uint32_t)c->conf->service[i->service].grace;
	t->check = spec.check != CHECK_NONE;
	t->list = c->service[SERVICE_ZOOKEEPER].list;
	t->revision = c->service[i->service].revision;
	c->next_task++;
	i->task = t;
	i->launches++;
	i->wait = WAIT_NOTHING;
	i->waiting[0] = '\0';
	i->asked = false;
	i->override = false;
	c->dirty = true;
	match_note_launch(c, o, id);
	/* It is the last choice for others, which most want to be alone. */
	TAILQ_REMOVE(&c->offers, o, entry);
	TAILQ_INSERT_TAIL(&c->offers, o, entry);
	return 0;
}
