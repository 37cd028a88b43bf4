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
 * What the configuration says of a service's tasks, to be compared with what
 * it said when a task was launched. Pure.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "revision.h"

#define VOLUME "volume "

/* 32 bits of FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261U;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	return h;
}

/* What may be shown is kept as it is; nothing if there is nothing. */
static int
fact(struct revision *r, const char *name, const char *value)
{
	return value == NULL ? 0 : pairs_add(&r->facts, name, value);
}

static int
fact_number(struct revision *r, const char *name, int64_t n)
{
	return n == 0 ? 0 : pairs_setf(&r->facts, name, "%lld", (long long)n);
}

static int
fact_hidden(struct revision *r, const char *kind, const char *of,
    const char *value)
{
	char *name;
	int rc;

	if (asprintf(&name, "%s%s%s", kind, of[0] != '\0' ? " " : "", of) == -1)
		return -1;
	rc = pairs_setf(&r->facts, name, "#%08x", hash(value));
	free(name);
	return rc;
}

static int
facts_pairs(struct revision *r, const char *kind, const struct pairs *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (fact_hidden(r, kind, p->list[i].name, p->list[i].value) ==
		    -1)
			return -1;
	}
	return 0;
}

/* Where each instance has a name of its own, it concerns that one alone. */
static int
fact_volume(struct revision *r, const struct volume *v, size_t k)
{
	char *name, *value;
	int rc;

	if (volume_is_numbered(v))
		rc = asprintf(&name, VOLUME "at %s", v->path);
	else
		rc = asprintf(&name, VOLUME "%zu at %s", k, v->path);
	if (rc == -1)
		return -1;
	rc = asprintf(&value, "%s%s%s", v->names[k],
	    v->driver != NULL ? " driver " : "",
	    v->driver != NULL ? v->driver : "");
	if (rc != -1) {
		rc = pairs_add(&r->facts, name, value);
		free(value);
	}
	free(name);
	return rc;
}

static int
facts_volumes(struct revision *r, const struct service_conf *c)
{
	size_t i, k;

	for (i = 0; i < c->nvolumes; i++) {
		for (k = 0; k < c->volumes[i].nnames; k++) {
			if (fact_volume(r, &c->volumes[i], k) == -1)
				return -1;
		}
	}
	return 0;
}

static int
facts_network(struct revision *r, const struct service_conf *c)
{
	static const char *const modes[] = {
		[NETWORK_HOST] = "host",
		[NETWORK_BRIDGE] = "bridge",
		[NETWORK_NAMED] = "named",
		[NETWORK_ATTACHED] = "attached",
	};

	if (fact(r, "network", modes[c->network]) == -1 ||
	    fact(r, "network name", c->network_name) == -1 ||
	    fact(r, "domain", c->domain) == -1 ||
	    fact(r, "hostname", c->hostname) == -1)
		return -1;
	return fact_number(r, "port", c->port);
}

/* settle is ours to watch, all else is the task's. */
static int
facts_check(struct revision *r, const struct check_conf *c)
{
	static const char *const types[] = {
		[CHECK_DEFAULT] = "default",
		[CHECK_TCP] = "tcp",
		[CHECK_COMMAND] = "command",
		[CHECK_NONE] = "none",
	};

	if (fact(r, "check", types[c->type]) == -1 ||
	    (c->command != NULL &&
		fact_hidden(r, "check command", "", c->command) == -1) ||
	    fact_number(r, "check delay ms", c->delay) == -1 ||
	    fact_number(r, "check interval ms", c->interval) == -1 ||
	    fact_number(r, "check timeout ms", c->timeout) == -1 ||
	    fact_number(r, "check grace ms", c->grace) == -1)
		return -1;
	return fact_number(r, "check kill", c->kill_after);
}

static int
facts_all(struct revision *r, const struct service_conf *c)
{
	const char *by = c->container == CONTAINER_DOCKER ? "docker" : "mesos";

	if (fact(r, "image", c->image) == -1 ||
	    fact(r, "container", by) == -1 ||
	    pairs_setf(&r->facts, "cpus", "%lld.%03lld",
		(long long)c->cpus / 1000, (long long)c->cpus % 1000) == -1 ||
	    fact_number(r, "memory MB", c->mem) == -1 ||
	    fact_number(r, "disk MB", c->disk) == -1 ||
	    fact_number(r, "heap MB", c->heap) == -1 ||
	    fact(r, "name", c->task_name) == -1 || facts_network(r, c) == -1 ||
	    facts_volumes(r, c) == -1 ||
	    facts_pairs(r, "environment", &c->env) == -1 ||
	    facts_pairs(r, "option", &c->options) == -1)
		return -1;
	return facts_check(r, &c->check);
}

struct revision *
revision_new(const struct service_conf *c)
{
	struct revision *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	if (facts_all(r, c) == -1) {
		revision_free(r);
		return NULL;
	}
	return r;
}

void
revision_free(struct revision *r)
{
	if (r == NULL)
		return;
	pairs_free(&r->facts);
	free(r);
}

static struct revision *
revision_find(const struct service *s, uint32_t number)
{
	struct revision *r;

	TAILQ_FOREACH(r, &s->revisions, entry) {
		if (r->number == number)
			return r;
	}
	return NULL;
}

static bool
revision_equal(const struct revision *a, const struct revision *b)
{
	const char *value;
	size_t i;

	if (a->facts.n != b->facts.n)
		return false;
	for (i = 0; i < a->facts.n; i++) {
		value = pairs_get(&b->facts, a->facts.list[i].name);
		if (value == NULL || strcmp(value, a->facts.list[i].value) != 0)
			return false;
	}
	return true;
}

bool
revision_skipped(const struct service *s, const struct revision *r)
{
	const struct revision *present = revision_find(s, s->revision);

	return present != NULL && s->skipped == s->revision &&
	    revision_equal(present, r);
}

bool
revision_take(struct service *s, struct revision *r)
{
	uint32_t before = s->revision, last = 0;
	struct revision *have;

	TAILQ_FOREACH(have, &s->revisions, entry) {
		if (have->number > last)
			last = have->number;
		if (revision_equal(have, r))
			break;
	}
	if (have != NULL) {
		revision_free(r);
		r = have;
	} else {
		r->number = last + 1;
		TAILQ_INSERT_TAIL(&s->revisions, r, entry);
	}
	s->revision = r->number;
	return s->revision != before;
}

static bool
revision_used(const struct service *s, uint32_t number)
{
	const struct instance *i;

	if (number == s->revision)
		return true;
	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->task != NULL && i->task->revision == number)
			return true;
	}
	return false;
}

void
revision_prune(struct service *s)
{
	struct revision *r, *next;

	TAILQ_FOREACH_SAFE(r, &s->revisions, entry, next) {
		if (revision_used(s, r->number))
			continue;
		TAILQ_REMOVE(&s->revisions, r, entry);
		revision_free(r);
	}
}

/* Whether the fact is about another instance alone: "volume 3 at /data". */
static bool
fact_of_other(const char *name, int number)
{
	const size_t len = sizeof(VOLUME) - 1;

	if (strncmp(name, VOLUME, len) != 0 ||
	    !isdigit((unsigned char)name[len]))
		return false;
	return atoi(name + len) != number;
}

/* Appends what became of a fact; NULL: it is not there. */
static void
difference(char *text, size_t size, const char *name, const char *old,
    const char *new)
{
	char one[MESSAGE_MAX];

	if (old == NULL)
		snprintf(one, sizeof(one), "%s is new", name);
	else if (new == NULL)
		snprintf(one, sizeof(one), "%s is gone", name);
	else if (old[0] == '#' || new[0] == '#')
		snprintf(one, sizeof(one), "%s has changed", name);
	else
		snprintf(one, sizeof(one), "%s %.200s to %.200s", name, old,
		    new);
	if (text[0] != '\0')
		strlcat(text, ", ", size);
	strlcat(text, one, size);
}

bool
revision_differs(const struct service *s, const struct instance *i,
    const struct revision *to, char *text, size_t size)
{
	const struct revision *old;
	const struct pair *f;
	const char *value;
	size_t k;

	text[0] = '\0';
	if (i->task == NULL || to == NULL ||
	    (old = revision_find(s, i->task->revision)) == NULL)
		return false;
	for (k = 0; k < to->facts.n; k++) {
		f = &to->facts.list[k];
		value = pairs_get(&old->facts, f->name);
		if ((value == NULL || strcmp(value, f->value) != 0) &&
		    !fact_of_other(f->name, i->number))
			difference(text, size, f->name, value, f->value);
	}
	for (k = 0; k < old->facts.n; k++) {
		f = &old->facts.list[k];
		if (pairs_get(&to->facts, f->name) == NULL &&
		    !fact_of_other(f->name, i->number))
			difference(text, size, f->name, f->value, NULL);
	}
	return text[0] != '\0';
}

bool
revision_outdated(const struct service *s, const struct instance *i, char *text,
    size_t size)
{
	text[0] = '\0';
	if (i->task == NULL || i->task->revision == s->revision)
		return false;
	return revision_differs(s, i, revision_find(s, s->revision), text,
	    size);
}
