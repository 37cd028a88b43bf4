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

void
recipe_host(const struct recipe_input *in, char *buf)
{
	char *name;

	if (in->conf->network == NETWORK_ATTACHED &&
	    (name = number_fill(in->conf->hostname, in->number)) != NULL) {
		strlcpy(buf, name, HOSTNAME_SIZE);
		free(name);
	} else if (in->conf->network == NETWORK_NAMED &&
	    in->conf->domain != NULL)
		snprintf(buf, HOSTNAME_SIZE, "%s.%s", in->instance,
		    in->conf->domain);
	else
		snprintf(buf, HOSTNAME_SIZE, "%s", in->hostname);
}

void
recipe_ports(const struct recipe_input *in, uint32_t *ports)
{
	const uint32_t *from = in->ports;

	if (network_has_names(in->conf->network))
		from = service_own_ports(in->service);
	memcpy(ports, from, PORTS_MAX * sizeof(*ports));
}

/* Heap of the JVM in MB. */
static int64_t
recipe_heap(const struct recipe_input *in)
{
	int64_t heap = in->conf->heap;

	if (heap == 0)
		heap = in->conf->mem * service_heap_percent(in->service) / 100;
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

/* "server.1=host:2888:3888;2181 …", as the image wants it. */
static int
recipe_zookeeper_servers(const struct recipe_input *in, char **servers)
{
	bool attached = in->conf->network == NETWORK_ATTACHED;
	const struct endpoint *e;
	const char *host;
	size_t i;

	for (i = 0; i < in->servers->n; i++) {
		e = &in->servers->list[i];
		/* Its own name may be none that the container can bind. */
		host = attached && e->id == in->id ? "0.0.0.0" : e->host;
		if (append(servers, "server.%d=%s:%u:%u;%u ", e->id, host,
			e->ports[1], e->ports[2], e->ports[0]) == -1)
			return -1;
	}
	/* The Go framework left the blank at the end. */
	if (*servers != NULL && !attached)
		(*servers)[strlen(*servers) - 1] = '\0';
	return 0;
}

/* What goes into zoo.cfg beside that; NULL if it is nothing. */
static int
recipe_zookeeper_extra(const struct recipe_input *in, char **extra)
{
	const struct pairs *options = &in->conf->options;
	size_t i;

	/* Agents' names need not be addresses of the container. */
	if (in->conf->network != NETWORK_ATTACHED &&
	    append(extra, "quorumListenOnAllIPs=true") == -1)
		return -1;
	if (in->trust_empty &&
	    append(extra, "%ssnapshot.trust.empty=true",
		*extra == NULL ? "" : " ") == -1)
		return -1;
	for (i = 0; i < options->n; i++) {
		if (append(extra, "%s%s=%s", *extra == NULL ? "" : " ",
			options->list[i].name, options->list[i].value) == -1)
			return -1;
	}
	return 0;
}

static int
recipe_zookeeper_env(const struct recipe_input *in, struct pairs *env)
{
	bool attached = in->conf->network == NETWORK_ATTACHED;
	char *servers = NULL, *extra = NULL;
	int rc = -1;

	if (recipe_zookeeper_servers(in, &servers) == -1 ||
	    recipe_zookeeper_extra(in, &extra) == -1 ||
	    pairs_setf(env, "ZOO_MY_ID", "%d", in->id) == -1 ||
	    pairs_set(env, "ZOO_SERVERS", servers ? servers : "") == -1)
		goto done;
	if (extra != NULL && pairs_set(env, "ZOO_CFG_EXTRA", extra) == -1)
		goto done;
	if (!attached &&
	    (pairs_set(env, "ZOO_ADMINSERVER_ENABLED", "false") == -1 ||
		pairs_set(env, "ZOO_AUTOPURGE_PURGEINTERVAL", "24") == -1))
		goto done;
	/*
	 * Alone it would no longer count epochs, and turn away every client
	 * that has seen the last one, if nothing was written in that.
	 */
	if (in->lone && pairs_set(env, "ZOO_STANDALONE_ENABLED", "false") == -1)
		goto done;
	if ((!attached || in->conf->heap != 0) &&
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

/*
 * On an attached network brokers find each other by the name of the container
 * there, and clients outside reach the second listener through the agent.
 */
static int
recipe_kafka_attached(const struct recipe_input *in, const char *connect,
    struct pairs *env)
{
	const uint32_t *own = service_own_ports(in->service);
	char host[HOSTNAME_SIZE];

	recipe_host(in, host);
	if (pairs_set(env, "KAFKA_ADVERTISED_HOST_NAME", host) == -1 ||
	    pairs_set(env, "KAFKA_ZOOKEEPER_CONNECT", connect) == -1 ||
	    pairs_set(env, "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
		"INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT") == -1 ||
	    pairs_setf(env, "KAFKA_ADVERTISED_LISTENERS",
		"INSIDE://%s:%u,OUTSIDE://%s:%u", host, own[0], in->hostname,
		in->ports[1]) == -1 ||
	    pairs_setf(env, "KAFKA_LISTENERS", "INSIDE://:%u,OUTSIDE://:%u",
		own[0], own[1]) == -1 ||
	    pairs_set(env, "KAFKA_INTER_BROKER_LISTENER_NAME", "INSIDE") == -1)
		return -1;
	if (!in->generated &&
	    pairs_setf(env, "KAFKA_BROKER_ID", "%d", in->id) == -1)
		return -1;
	if (in->conf->heap == 0)
		return 0;
	return pairs_setf(env, "KAFKA_HEAP_OPTS", "-Xms%lldm -Xmx%lldm",
	    (long long)in->conf->heap, (long long)in->conf->heap);
}

static int
recipe_kafka_plain(const struct recipe_input *in, const char *connect,
    struct pairs *env)
{
	char host[HOSTNAME_SIZE];
	uint32_t ports[PORTS_MAX];

	recipe_host(in, host);
	recipe_ports(in, ports);
	if (!in->generated &&
	    pairs_setf(env, "KAFKA_BROKER_ID", "%d", in->id) == -1)
		return -1;
	if (pairs_set(env, "KAFKA_ZOOKEEPER_CONNECT", connect) == -1 ||
	    pairs_setf(env, "KAFKA_LISTENERS", "PLAINTEXT://0.0.0.0:%u",
		ports[0]) == -1 ||
	    pairs_setf(env, "KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://%s:%u",
		host, ports[0]) == -1 ||
	    pairs_setf(env, "KAFKA_HEAP_OPTS", "-Xms%lldm -Xmx%lldm",
		(long long)recipe_heap(in), (long long)recipe_heap(in)) == -1)
		return -1;
	return recipe_kafka_topics(in, env);
}

static int
recipe_kafka_env(const struct recipe_input *in, struct pairs *env)
{
	char *connect = NULL;
	size_t i;
	int rc = -1;

	for (i = 0; i < in->servers->n; i++) {
		if (append(&connect, "%s%s:%u", i == 0 ? "" : ",",
			in->servers->list[i].host,
			in->servers->list[i].ports[0]) == -1)
			goto done;
	}
	if (connect == NULL && append(&connect, "%s", "") == -1)
		goto done;
	if (in->conf->network == NETWORK_ATTACHED)
		rc = recipe_kafka_attached(in, connect, env);
	else
		rc = recipe_kafka_plain(in, connect, env);
	for (i = 0; rc == 0 && i < in->conf->options.n; i++)
		rc = recipe_kafka_option(env, &in->conf->options.list[i]);
done:
	free(connect);
	return rc;
}

static int
recipe_env(const struct recipe_input *in, const char *name, struct pairs *env)
{
	const struct pairs *more = &in->conf->env;
	size_t i;
	int rc;

	if (pairs_set(env, "SERVICE_NAME", name) == -1)
		return -1;
	if (in->service == SERVICE_ZOOKEEPER)
		rc = recipe_zookeeper_env(in, env);
	else
		rc = recipe_kafka_env(in, env);
	for (i = 0; rc == 0 && i < more->n; i++)
		rc = pairs_set(env, more->list[i].name, more->list[i].value);
	return rc;
}

static int
recipe_mounts(const struct recipe_input *in, struct task_spec *spec)
{
	const struct volume *v;
	struct mount *to;
	size_t i;

	if (in->conf->nvolumes == 0)
		return 0;
	spec->mounts = calloc(in->conf->nvolumes, sizeof(*spec->mounts));
	if (spec->mounts == NULL)
		return -1;
	for (i = 0; i < in->conf->nvolumes; i++) {
		v = &in->conf->volumes[i];
		to = &spec->mounts[spec->nmounts++];
		to->name = volume_name(v, in->number);
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
	const uint32_t *own = service_own_ports(in->service);
	bool attached = in->conf->network == NETWORK_ATTACHED;
	char host[HOSTNAME_SIZE];
	size_t k;

	spec->network = in->conf->network;
	if (in->conf->network == NETWORK_BRIDGE || attached)
		spec->nports = service_nports(in->service, in->conf);
	for (k = 0; k < spec->nports; k++) {
		spec->ports[k].host = in->ports[k];
		spec->ports[k].container = attached ? own[k] : in->ports[k];
	}
	if (!network_has_names(in->conf->network))
		return 0;
	recipe_host(in, host);
	spec->hostname =
	    strdup(in->conf->domain != NULL || attached ? host : in->instance);
	spec->network_name = strdup(in->conf->network_name);
	return spec->hostname == NULL || spec->network_name == NULL ? -1 : 0;
}

static int
recipe_name(const struct recipe_input *in, struct task_spec *spec)
{
	char *name = NULL;

	if (in->conf->task_name != NULL &&
	    (name = number_fill(in->conf->task_name, in->number)) == NULL)
		return -1;
	strlcpy(spec->name, name != NULL ? name : in->instance,
	    sizeof(spec->name));
	free(name);
	return 0;
}

int
recipe_build(const struct recipe_input *in, struct task_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	strlcpy(spec->agent_id, in->agent_id, sizeof(spec->agent_id));
	spec->container = in->conf->container;
	spec->force_pull = in->conf->force_pull;
	spec->grace = in->conf->grace;
	if ((spec->image = strdup(in->conf->image)) == NULL ||
	    recipe_name(in, spec) == -1 || recipe_network(in, spec) == -1 ||
	    recipe_env(in, spec->name, &spec->env) == -1 ||
	    recipe_mounts(in, spec) == -1 || recipe_check(in, spec) == -1) {
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
	for (i = 0; i < spec->nmounts; i++) {
		free(spec->mounts[i].name);
		free(spec->mounts[i].driver);
		free(spec->mounts[i].path);
	}
	free(spec->mounts);
	free(spec->check_command);
	memset(spec, 0, sizeof(*spec));
}
