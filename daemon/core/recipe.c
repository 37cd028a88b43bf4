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
 * What a task of each service looks like: its environment, ports, volumes
 * and check, as the images zookeeper and confluentinc/cp-kafka (or
 * apache/kafka) expect them. Pure.
 */

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recipe.h"

#define HEAP_MIN 128 /* MB */
#define REPLICAS_MAX 3 /* of Kafka's own topics */
#define NEVER_KILL 1000000000 /* failed checks in a row */

static const struct service_type {
	const char *name;
	bool ensemble;
	size_t nports;
	uint32_t ports[PORTS_MAX]; /* the image's own, on a named network */
	int first_id;
	const char *image;
	int64_t cpus;
	int64_t mem;
	int heap_percent;
} service_types[SERVICE_MAX] = {
	/* ZooKeeper wants ids from 1 to 255. */
	[SERVICE_ZOOKEEPER] = { "zookeeper", true, 3, { 2181, 2888, 3888 }, 1,
	    "zookeeper:3.9", 500, 1024, 75 },
	/* A broker lives from the page cache, not from its heap. */
	[SERVICE_KAFKA] = { "kafka", false, 1, { 9092, 0, 0 }, 0,
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
service_nports(enum service_id id)
{
	return service_types[id].nports;
}

int
service_instance_id(enum service_id id, int number)
{
	return service_types[id].first_id + number;
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
	size_t i;

	free(c->image);
	free(c->network_name);
	free(c->domain);
	for (i = 0; i < c->nvolumes; i++) {
		free(c->volumes[i].name);
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

__attribute__((format(printf, 3, 4))) static int
pairs_setf(struct pairs *p, const char *name, const char *fmt, ...)
{
	char value[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	return pairs_set(p, name, value);
}

void
recipe_host(const struct recipe_input *in, char *buf)
{
	if (in->conf->network == NETWORK_NAMED && in->conf->domain != NULL)
		snprintf(buf, HOSTNAME_SIZE, "%s.%s", in->instance,
		    in->conf->domain);
	else
		snprintf(buf, HOSTNAME_SIZE, "%s", in->hostname);
}

void
recipe_ports(const struct recipe_input *in, uint32_t *ports)
{
	const uint32_t *from = in->ports;

	if (in->conf->network == NETWORK_NAMED)
		from = service_types[in->service].ports;
	memcpy(ports, from, PORTS_MAX * sizeof(*ports));
}

/* Heap of the JVM in MB. */
static int64_t
recipe_heap(const struct recipe_input *in)
{
	int64_t heap = in->conf->heap;

	if (heap == 0)
		heap = in->conf->mem * service_types[in->service].heap_percent /
		    100;
	return heap < HEAP_MIN ? HEAP_MIN : heap;
}

/* Appends to a string that grows. Returns 0, or -1 without memory. */
__attribute__((format(printf, 2, 3))) static int
append(char **s, const char *fmt, ...)
{
	char *piece, *all;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&piece, fmt, ap);
	va_end(ap);
	if (n == -1)
		return -1;
	n = asprintf(&all, "%s%s", *s == NULL ? "" : *s, piece);
	free(piece);
	if (n == -1)
		return -1;
	free(*s);
	*s = all;
	return 0;
}

static int
recipe_zookeeper_env(const struct recipe_input *in, struct pairs *env)
{
	const struct endpoint *e;
	const struct pairs *options = &in->conf->options;
	char *servers = NULL, *extra = NULL;
	size_t i;
	int rc = -1;

	for (i = 0; i < in->servers->n; i++) {
		e = &in->servers->list[i];
		if (append(&servers, "%sserver.%d=%s:%u:%u;%u",
			i == 0 ? "" : " ", e->id, e->host, e->ports[1],
			e->ports[2], e->ports[0]) == -1)
			goto done;
	}
	/* Agents' names need not be addresses of the container. */
	if (append(&extra, "quorumListenOnAllIPs=true") == -1)
		goto done;
	for (i = 0; i < options->n; i++) {
		if (append(&extra, " %s=%s", options->list[i].name,
			options->list[i].value) == -1)
			goto done;
	}
	if (pairs_setf(env, "ZOO_MY_ID", "%d",
		service_instance_id(in->service, in->number)) == -1 ||
	    pairs_set(env, "ZOO_SERVERS", servers ? servers : "") == -1 ||
	    pairs_set(env, "ZOO_ADMINSERVER_ENABLED", "false") == -1 ||
	    pairs_set(env, "ZOO_AUTOPURGE_PURGEINTERVAL", "24") == -1 ||
	    pairs_set(env, "ZOO_CFG_EXTRA", extra) == -1 ||
	    pairs_setf(env, "ZK_SERVER_HEAP", "%lld",
		(long long)recipe_heap(in)) == -1)
		goto done;
	rc = 0;
done:
	free(servers);
	free(extra);
	return rc;
}

/*
 * The images make server.properties from variables: KAFKA_ and the option in
 * upper case, with "_" for ".", "__" for "-" and "___" for "_".
 */
static int
recipe_kafka_option(struct pairs *env, const struct pair *option)
{
	char *name = NULL, piece[5];
	const char *p;
	int rc;

	if (append(&name, "KAFKA_") == -1)
		return -1;
	for (p = option->name; *p != '\0'; p++) {
		switch (*p) {
		case '.':
			strlcpy(piece, "_", sizeof(piece));
			break;
		case '-':
			strlcpy(piece, "__", sizeof(piece));
			break;
		case '_':
			strlcpy(piece, "___", sizeof(piece));
			break;
		default:
			piece[0] = (char)toupper((unsigned char)*p);
			piece[1] = '\0';
		}
		if (append(&name, "%s", piece) == -1) {
			free(name);
			return -1;
		}
	}
	rc = pairs_set(env, name, option->value);
	free(name);
	return rc;
}

static int
recipe_kafka_topics(const struct recipe_input *in, struct pairs *env)
{
	int replicas = in->count < REPLICAS_MAX ? in->count : REPLICAS_MAX;

	/* With fewer brokers than replicas these topics cannot be made. */
	if (replicas < 1)
		replicas = 1;
	if (pairs_setf(env, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "%d",
		replicas) == -1 ||
	    pairs_setf(env, "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR",
		"%d", replicas) == -1)
		return -1;
	return pairs_setf(env, "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "%d",
	    replicas > 2 ? 2 : 1);
}

static int
recipe_kafka_env(const struct recipe_input *in, struct pairs *env)
{
	char *connect = NULL, host[HOSTNAME_SIZE];
	uint32_t ports[PORTS_MAX];
	size_t i;
	int rc = -1;

	recipe_host(in, host);
	recipe_ports(in, ports);
	for (i = 0; i < in->servers->n; i++) {
		if (append(&connect, "%s%s:%u", i == 0 ? "" : ",",
			in->servers->list[i].host,
			in->servers->list[i].ports[0]) == -1)
			goto done;
	}
	if (pairs_setf(env, "KAFKA_BROKER_ID", "%d",
		service_instance_id(in->service, in->number)) == -1 ||
	    pairs_set(env, "KAFKA_ZOOKEEPER_CONNECT", connect ? connect : "") ==
		-1 ||
	    pairs_setf(env, "KAFKA_LISTENERS", "PLAINTEXT://0.0.0.0:%u",
		ports[0]) == -1 ||
	    pairs_setf(env, "KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://%s:%u",
		host, ports[0]) == -1 ||
	    pairs_setf(env, "KAFKA_HEAP_OPTS", "-Xms%lldm -Xmx%lldm",
		(long long)recipe_heap(in), (long long)recipe_heap(in)) == -1 ||
	    recipe_kafka_topics(in, env) == -1)
		goto done;
	for (i = 0; i < in->conf->options.n; i++) {
		if (recipe_kafka_option(env, &in->conf->options.list[i]) == -1)
			goto done;
	}
	rc = 0;
done:
	free(connect);
	return rc;
}

static int
recipe_env(const struct recipe_input *in, struct pairs *env)
{
	const struct pairs *more = &in->conf->env;
	size_t i;
	int rc;

	if (pairs_set(env, "SERVICE_NAME", in->instance) == -1)
		return -1;
	if (in->service == SERVICE_ZOOKEEPER)
		rc = recipe_zookeeper_env(in, env);
	else
		rc = recipe_kafka_env(in, env);
	for (i = 0; rc == 0 && i < more->n; i++)
		rc = pairs_set(env, more->list[i].name, more->list[i].value);
	return rc;
}

/* The volume's name with each %d replaced by the instance's number. */
static char *
recipe_volume_name(const char *pattern, int number)
{
	char *name = NULL;
	const char *p;
	int rc = 0;

	if (append(&name, "%s", "") == -1)
		return NULL;
	for (p = pattern; *p != '\0' && rc == 0; p++) {
		if (p[0] == '%' && p[1] == 'd') {
			rc = append(&name, "%d", number);
			p++;
		} else {
			rc = append(&name, "%c", *p);
		}
	}
	if (rc == -1) {
		free(name);
		return NULL;
	}
	return name;
}

static int
recipe_volumes(const struct recipe_input *in, struct task_spec *spec)
{
	const struct volume *v;
	struct volume *to;
	size_t i;

	if (in->conf->nvolumes == 0)
		return 0;
	spec->volumes = calloc(in->conf->nvolumes, sizeof(*spec->volumes));
	if (spec->volumes == NULL)
		return -1;
	for (i = 0; i < in->conf->nvolumes; i++) {
		v = &in->conf->volumes[i];
		to = &spec->volumes[spec->nvolumes++];
		to->name = recipe_volume_name(v->name, in->number);
		to->path = strdup(v->path);
		if (v->driver != NULL)
			to->driver = strdup(v->driver);
		if (to->name == NULL || to->path == NULL ||
		    (v->driver != NULL && to->driver == NULL))
			return -1;
	}
	return 0;
}

static int
recipe_check(const struct recipe_input *in, struct task_spec *spec)
{
	const struct check_conf *c = &in->conf->check;
	uint32_t ports[PORTS_MAX];

	recipe_ports(in, ports);
	spec->check = c->type;
	/*
	 * An open port is no quorum: a member alone accepts connections and
	 * answers that it is not serving, without a line "Mode:".
	 */
	if (c->type == CHECK_DEFAULT)
		spec->check = in->service == SERVICE_ZOOKEEPER ? CHECK_COMMAND
							       : CHECK_TCP;
	spec->check_port = ports[0];
	spec->check_delay = c->delay;
	spec->check_interval = c->interval;
	spec->check_timeout = c->timeout;
	spec->check_grace = c->grace;
	spec->check_failures = c->kill_after ? c->kill_after : NEVER_KILL;
	if (spec->check != CHECK_COMMAND)
		return 0;
	if (c->command != NULL)
		return (spec->check_command = strdup(c->command)) == NULL ? -1
									  : 0;
	return append(&spec->check_command,
	    "printf srvr | nc -w 2 127.0.0.1 %u | grep -q ^Mode:", ports[0]);
}

static int
recipe_network(const struct recipe_input *in, struct task_spec *spec)
{
	char host[HOSTNAME_SIZE];

	spec->network = in->conf->network;
	if (in->conf->network == NETWORK_BRIDGE) {
		memcpy(spec->ports, in->ports, sizeof(spec->ports));
		spec->nports = service_nports(in->service);
	}
	if (in->conf->network != NETWORK_NAMED)
		return 0;
	recipe_host(in, host);
	spec->hostname = strdup(in->conf->domain ? host : in->instance);
	spec->network_name = strdup(in->conf->network_name);
	return spec->hostname == NULL || spec->network_name == NULL ? -1 : 0;
}

int
recipe_build(const struct recipe_input *in, struct task_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	strlcpy(spec->name, in->instance, sizeof(spec->name));
	strlcpy(spec->agent_id, in->agent_id, sizeof(spec->agent_id));
	spec->container = in->conf->container;
	spec->force_pull = in->conf->force_pull;
	spec->grace = in->conf->grace;
	if ((spec->image = strdup(in->conf->image)) == NULL ||
	    recipe_network(in, spec) == -1 ||
	    recipe_env(in, &spec->env) == -1 ||
	    recipe_volumes(in, spec) == -1 || recipe_check(in, spec) == -1) {
		task_spec_free(spec);
		return -1;
	}
	return 0;
}

void
task_spec_free(struct task_spec *spec)
{
	size_t i;

	takes_free(spec->takes, spec->ntakes);
	free(spec->image);
	free(spec->network_name);
	free(spec->hostname);
	pairs_free(&spec->env);
	for (i = 0; i < spec->nvolumes; i++) {
		free(spec->volumes[i].name);
		free(spec->volumes[i].driver);
		free(spec->volumes[i].path);
	}
	free(spec->volumes);
	free(spec->check_command);
	memset(spec, 0, sizeof(*spec));
}
