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
 * What there is without a configuration file: the ways of the Go framework,
 * which had none, so that whoever comes from there keeps what he has.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

/* Appends a volume of one name. Returns 0 or -1. */
static int
default_volume(struct service_conf *s, const char *name, const char *path)
{
	struct volume *list, *v;

	list = reallocarray(s->volumes, s->nvolumes + 1, sizeof(*list));
	if (list == NULL)
		return -1;
	s->volumes = list;
	v = &list[s->nvolumes++];
	memset(v, 0, sizeof(*v));
	if ((v->names = calloc(1, sizeof(*v->names))) == NULL)
		return -1;
	v->nnames = 1;
	v->names[0] = strdup(name);
	v->driver = strdup("local");
	v->path = strdup(path);
	return v->names[0] == NULL || v->driver == NULL || v->path == NULL ? -1
									   : 0;
}

static int
default_service(struct service_conf *s, const char *image, const char *name)
{
	char *hostname;

	s->count = 0;
	s->cpus = 100;
	s->mem = 1200;
	s->unique_hostname = false;
	s->network = NETWORK_ATTACHED;
	free(s->image);
	s->image = strdup(image);
	s->network_name = strdup("weave");
	s->task_name = strdup(name);
	/* The domain comes behind the dot, even when there is none. */
	if (asprintf(&hostname, "%s.", name) == -1)
		return -1;
	s->hostname = hostname;
	return s->image == NULL || s->network_name == NULL ||
		s->task_name == NULL
	    ? -1
	    : 0;
}

int
defaults_without_file(struct conf *conf)
{
	struct service_conf *z = &conf->cluster.service[SERVICE_ZOOKEEPER];
	struct service_conf *k = &conf->cluster.service[SERVICE_KAFKA];

	conf->http.on = true;
	conf->http.force = true;
	free(conf->http.address);
	conf->http.address = NULL;
	conf->mesos.failover = 5000 * SECOND;
	/* Another image was for tasks to come. */
	conf->cluster.confirm = true;
	conf->mesos.principal = strdup("");
	conf->import = strdup("/tmp");
	if (conf->mesos.principal == NULL || conf->import == NULL ||
	    default_service(z, "zookeeper:3.5.7", "av_zookeeper%d") == -1 ||
	    default_service(k, "confluentinc/cp-kafka:5.4.1", "av_kafka%d") ==
		-1 ||
	    default_volume(z, "/data/zookeeper", ZOOKEEPER_LOG) == -1 ||
	    default_volume(z, "/data/zookeeper-data", ZOOKEEPER_DATA) == -1 ||
	    default_volume(k, "/data/kafka", KAFKA_DATA) == -1)
		return -1;
	return 0;
}
