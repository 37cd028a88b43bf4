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
 * The services there are: what each is by nature, and what the configuration
 * says of it unless told otherwise. Pure.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recipe.h"

static const struct service_type {
	const char *name;
	bool ensemble;
	size_t nports;
	size_t nattached; /* the first of its own ports that are mapped */
	uint32_t ports[PORTS_MAX]; /* the image's own, where it keeps them */
	int first_id;
	const char *image;
	int64_t cpus;
	int64_t mem;
	int heap_percent;
} service_types[SERVICE_MAX] = {
	/* ZooKeeper wants ids from 1 to 255. */
	[SERVICE_ZOOKEEPER] = { "zookeeper", true, 3, 1, { 2181, 2888, 3888 },
	    1, "zookeeper:3.9", 500, 1024, 75 },
	/*
	 * A broker lives from the page cache, not from its heap. Its second
	 * port is for clients outside of an attached network.
	 */
	[SERVICE_KAFKA] = { "kafka", false, 1, 2, { 9092, 9094, 0 }, 0,
	    "confluentinc/cp-kafka:7.9.0", 1000, 4096, 50 },
};

const char *
service_name(enum service_id id)
{
	return id < SERVICE_MAX ? service_types[id].name : "?";
}

enum service_id
service_parse(const char *name)
{
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		if (strcmp(service_types[id].name, name) == 0)
			break;
	}
	return (enum service_id)id;
}

bool
service_is_ensemble(enum service_id id)
{
	return service_types[id].ensemble;
}

size_t
service_nports(enum service_id id, const struct service_conf *c)
{
	return c->network == NETWORK_ATTACHED ? service_types[id].nattached
					      : service_types[id].nports;
}

bool
volume_is_numbered(const struct volume *v)
{
	return v->nnames == 1 && strstr(v->names[0], "%d") != NULL;
}

char *
volume_name(const struct volume *v, int number)
{
	size_t n = volume_is_numbered(v) ? 0 : (size_t)number;

	/* More instances than volumes are refused before. */
	return n < v->nnames ? number_fill(v->names[n], number) : NULL;
}

int
service_volumes_max(const struct service_conf *c)
{
	int max = INSTANCES_MAX;
	size_t i;

	for (i = 0; i < c->nvolumes; i++) {
		if (volume_is_numbered(&c->volumes[i]))
			continue;
		if (c->volumes[i].nnames < (size_t)max)
			max = (int)c->volumes[i].nnames;
	}
	return max;
}

int
service_instance_id(enum service_id id, int number)
{
	return service_types[id].first_id + number;
}

const uint32_t *
service_own_ports(enum service_id id)
{
	return service_types[id].ports;
}

bool
network_has_names(enum network_mode mode)
{
	return mode == NETWORK_NAMED || mode == NETWORK_ATTACHED;
}

int
service_heap_percent(enum service_id id)
{
	return service_types[id].heap_percent;
}

int
service_conf_init(struct service_conf *c, enum service_id id)
{
	const struct service_type *t = &service_types[id];

	memset(c, 0, sizeof(*c));
	c->count = 1;
	c->container = CONTAINER_DOCKER;
	c->cpus = t->cpus;
	c->mem = t->mem;
	c->network = NETWORK_HOST;
	c->unique_hostname = true;
	c->sticky = STICKY_DEFAULT;
	c->unreachable = FOREVER;
	c->grace = 60000;
	c->backoff = 1000;
	c->backoff_max = 300000;
	c->backoff_reset = 600000;
	c->check.type = CHECK_DEFAULT;
	c->check.interval = 2000;
	c->check.timeout = 5000;
	c->check.grace = 600000;
	return (c->image = strdup(t->image)) == NULL ? -1 : 0;
}

void
service_conf_free(struct service_conf *c)
{
	size_t i, k;

	free(c->image);
	free(c->network_name);
	free(c->domain);
	free(c->hostname);
	free(c->task_name);
	for (i = 0; i < c->nvolumes; i++) {
		for (k = 0; k < c->volumes[i].nnames; k++)
			free(c->volumes[i].names[k]);
		free(c->volumes[i].names);
		free(c->volumes[i].driver);
		free(c->volumes[i].path);
	}
	free(c->volumes);
	pairs_free(&c->env);
	pairs_free(&c->options);
	free(c->check.command);
	memset(c, 0, sizeof(*c));
}

int64_t
service_sticky(enum service_id id, const struct service_conf *c)
{
	/* Its address is known to the others, and its data lies there. */
	if (service_is_ensemble(id))
		return FOREVER;
	if (c->sticky != STICKY_DEFAULT)
		return c->sticky;
	return c->nvolumes > 0 ? FOREVER : 0;
}

int
pairs_add(struct pairs *p, const char *name, const char *value)
{
	struct pair *list;

	list = reallocarray(p->list, p->n + 1, sizeof(*list));
	if (list == NULL)
		return -1;
	p->list = list;
	list += p->n;
	list->name = strdup(name);
	list->value = strdup(value);
	if (list->name == NULL || list->value == NULL) {
		free(list->name);
		free(list->value);
		return -1;
	}
	p->n++;
	return 0;
}

int
pairs_set(struct pairs *p, const char *name, const char *value)
{
	char *copy;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (strcmp(p->list[i].name, name) != 0)
			continue;
		if ((copy = strdup(value)) == NULL)
			return -1;
		free(p->list[i].value);
		p->list[i].value = copy;
		return 0;
	}
	return pairs_add(p, name, value);
}

const char *
pairs_get(const struct pairs *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (strcmp(p->list[i].name, name) == 0)
			return p->list[i].value;
	}
	return NULL;
}

void
pairs_free(struct pairs *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->list[i].name);
		free(p->list[i].value);
	}
	free(p->list);
	memset(p, 0, sizeof(*p));
}

int
pairs_setf(struct pairs *p, const char *name, const char *fmt, ...)
{
	char value[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	return pairs_set(p, name, value);
}

char *
number_fill(const char *pattern, int number)
{
	size_t len, size = strlen(pattern) + 1;
	const char *p;
	char *name;

	/* Two bytes become at most eleven. */
	for (p = pattern; (p = strstr(p, "%d")) != NULL; p += 2)
		size += 9;
	if ((name = malloc(size)) == NULL)
		return NULL;
	for (p = pattern, len = 0; *p != '\0';) {
		if (p[0] == '%' && p[1] == 'd') {
			len += (size_t)snprintf(name + len, size - len, "%d",
			    number);
			p += 2;
		} else {
			name[len++] = *p++;
		}
	}
	name[len] = '\0';
	return name;
}
