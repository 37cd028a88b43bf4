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

#ifndef CORE_RECIPE_H
#define CORE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "offer.h"
#include "task.h"

enum service_id { SERVICE_ZOOKEEPER, SERVICE_KAFKA, SERVICE_MAX };

enum container_type { CONTAINER_DOCKER, CONTAINER_MESOS };
/*
 * BRIDGE maps ports one to one. ATTACHED is a bridge, too, but the container
 * keeps the image's own ports, has a host name, and is on a second network
 * where the members find each other by those names: the Go framework's way.
 */
enum network_mode {
	NETWORK_HOST,
	NETWORK_BRIDGE,
	NETWORK_NAMED,
	NETWORK_ATTACHED
};
enum check_type { CHECK_DEFAULT, CHECK_TCP, CHECK_COMMAND, CHECK_NONE };

#define FOREVER (-1)
#define STICKY_DEFAULT (-2) /* forever with a volume, else not at all */
#define PORTS_MAX 3 /* client, quorum, election */
#define INSTANCES_MAX 1000 /* of one service */
#define ZOOKEEPER_MAX 255 /* ZooKeeper's ids end there */

struct pair {
	char *name;
	char *value;
};

/* A list of pairs that grows; names are unique where it says "set". */
struct pairs {
	struct pair *list;
	size_t n;
};

/* Of a service: one name with a %d for the number, or a name for each. */
struct volume {
	char **names; /* docker volumes, or paths on the host */
	size_t nnames;
	char *driver; /* NULL: names are paths on the host */
	char *path; /* in the container */
};

/* The volume of one instance. */
struct mount {
	char *name;
	char *driver; /* or NULL, as above */
	char *path;
};

struct port_map {
	uint32_t host;
	uint32_t container;
};

struct check_conf {
	enum check_type type;
	char *command; /* for CHECK_COMMAND; NULL: the service's own */
	int64_t delay; /* this and the following in ms */
	int64_t interval;
	int64_t timeout;
	int64_t grace;
	uint32_t kill_after; /* failures in a row; 0: never */
	int64_t settle; /* healthy for so long before it is ready */
};

/* What the configuration says of one service. All times in ms. */
struct service_conf {
	int count;
	char *image;
	enum container_type container;
	bool force_pull;
	int64_t cpus; /* thousandths */
	int64_t mem; /* MB */
	int64_t disk; /* MB, 0: none is asked for */
	int64_t heap; /* MB, 0: from mem */
	enum network_mode network;
	char *network_name; /* for NETWORK_NAMED and NETWORK_ATTACHED */
	char *domain; /* for NETWORK_NAMED: DNS domain of the members */
	char *hostname; /* for NETWORK_ATTACHED; %d: the number */
	char *task_name; /* %d: the number; NULL: the instance's name */
	uint32_t port; /* client port, 0: from the offer */
	struct volume *volumes;
	size_t nvolumes;
	struct pairs env; /* added to the container's environment */
	struct pairs options; /* server.properties, zoo.cfg */
	bool unique_hostname; /* at most one instance on an agent */
	int64_t sticky; /* FOREVER, STICKY_DEFAULT, or time until it may move */
	int64_t unreachable; /* FOREVER, or time until replaced */
	int64_t grace; /* between TERM and KILL */
	int64_t backoff; /* first delay after a failure */
	int64_t backoff_max;
	int64_t backoff_reset; /* running for so long forgets failures */
	struct check_conf check;
};

/* A member of an ensemble as others see it. */
struct endpoint {
	int id; /* broker.id or myid */
	char host[HOSTNAME_SIZE];
	uint32_t ports[PORTS_MAX];
};

struct endpoints {
	struct endpoint *list;
	size_t n;
};

/* A task that is ready to be launched; all of it is owned. */
struct task_spec {
	char name[ID_MAX];
	char task_id[ID_MAX];
	char agent_id[ID_MAX];
	struct take *takes;
	size_t ntakes;
	enum container_type container;
	char *image;
	bool force_pull;
	enum network_mode network;
	char *network_name;
	char *hostname; /* in the container, or NULL */
	struct port_map ports[PORTS_MAX]; /* of a bridge */
	size_t nports;
	struct pairs env;
	struct mount *mounts;
	size_t nmounts;
	enum check_type check; /* TCP, COMMAND or NONE */
	uint32_t check_port;
	char *check_command;
	int64_t check_delay; /* ms, as the following */
	int64_t check_interval;
	int64_t check_timeout;
	int64_t check_grace;
	uint32_t check_failures;
	int64_t grace;
};

/* "zookeeper", "kafka"; service_parse() returns SERVICE_MAX if unknown. */
const char *service_name(enum service_id id);
enum service_id service_parse(const char *name);

/* Whether members of the service must know each other before they start. */
bool service_is_ensemble(enum service_id id);

/* How many ports of the host an instance needs. */
size_t service_nports(enum service_id id, const struct service_conf *c);

/* For how many instances there are volumes; INSTANCES_MAX: no limit. */
int service_volumes_max(const struct service_conf *c);

/* Id (broker.id, myid) that the instance with this number should have. */
int service_instance_id(enum service_id id, int number);

/* The PORTS_MAX ports that the image uses when it may choose; 0: none. */
const uint32_t *service_own_ports(enum service_id id);

/*
 * Whether members are reached by names of their own and the image's ports,
 * wherever they are.
 */
bool network_has_names(enum network_mode mode);

/* How much of a task's memory is for the heap, unless it is configured. */
int service_heap_percent(enum service_id id);

/* For how long an instance stays bound to its agent: FOREVER, or ms. */
int64_t service_sticky(enum service_id id, const struct service_conf *c);

/* Fills in the defaults of a service. Returns 0, or -1 without memory. */
int service_conf_init(struct service_conf *c, enum service_id id);
void service_conf_free(struct service_conf *c);

/* Whether it has one name with a %d, which is good for any number. */
bool volume_is_numbered(const struct volume *v);

/*
 * The name that instance number has of this volume, which the caller frees.
 * NULL without memory, or if there is none for it.
 */
char *volume_name(const struct volume *v, int number);

/* Replaces each %d of a pattern by the number. NULL without memory. */
char *number_fill(const char *pattern, int number);

/* Appends a pair, or with pairs_set() replaces the one of that name. */
int pairs_add(struct pairs *p, const char *name, const char *value);
int pairs_set(struct pairs *p, const char *name, const char *value);
const char *pairs_get(const struct pairs *p, const char *name);
/* As pairs_set(), with a value that is made. */
__attribute__((format(printf, 3, 4))) int pairs_setf(struct pairs *p,
    const char *name, const char *fmt, ...);
void pairs_free(struct pairs *p);

/*
 * Everything that a recipe needs beside the configuration. servers are the
 * members of the instance's own ensemble (zookeeper), or the ZooKeeper
 * servers to connect to (kafka).
 */
struct recipe_input {
	enum service_id service;
	const struct service_conf *conf;
	int number;
	int id; /* broker.id or myid */
	bool generated; /* Kafka chose the id, which is on the volume */
	bool trust_empty; /* the volume has a log without a snapshot */
	bool lone; /* left of a ZooKeeper ensemble that had other members */
	const char *instance; /* its name, "kafka-3" */
	const char *hostname; /* of its agent */
	const char *agent_id;
	const uint32_t *ports;
	const struct endpoints *servers;
	int count; /* wanted instances of the service */
};

/* The name by which others reach the instance; buf has HOSTNAME_SIZE. */
void recipe_host(const struct recipe_input *in, char *buf);
/* The ports by which others reach it: the container's own when named. */
void recipe_ports(const struct recipe_input *in, uint32_t *ports);

/*
 * Builds the task, all but task_id and takes. Returns 0, or -1 without
 * memory (spec is then freed).
 */
int recipe_build(const struct recipe_input *in, struct task_spec *spec);
void task_spec_free(struct task_spec *spec);

#endif
