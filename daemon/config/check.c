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
 * What concerns several settings together, when all of them are known. A
 * setting that was wrong keeps its default here, so nothing is said twice.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

#define CONTROL_PATH_MIN 7

#define HEAP_LEAST 128 /* MB, of recipe.c */

/* The place of a setting, or where it could be made. */
static const struct conf_pos *
where(struct parser *ps, const char *block, const char *key)
{
	const struct conf_pos *pos = conf_where(ps->conf, block, key);

	if (pos != NULL)
		return pos;
	if (!ps->no_file)
		return &ps->pos;
	ps->hint.file = environment_variable(block, key);
	return &ps->hint;
}

static bool
is_set(const struct parser *ps, const char *key)
{
	return conf_where(ps->conf, "mesos", key) != NULL;
}

/* Says whether all masters are reached by TLS. */
static bool
check_masters(struct parser *ps)
{
	const struct mesos_conf *m = &ps->conf->mesos;
	size_t i, secure = 0;

	for (i = 0; i < m->nmasters; i++) {
		if (strncmp(m->masters[i], "https", 5) == 0)
			secure++;
	}
	if (secure > 0 && secure < m->nmasters)
		conf_error(ps, where(ps, "mesos", "master"),
		    "master: http:// and https:// cannot be mixed");
	return secure > 0;
}

/* The kernel's limit for the name of a socket. */
static void
check_control(struct parser *ps)
{
	struct sockaddr_un sun;

	if (ps->conf->control == NULL)
		return;
	/* The http process can reach names of that length: calls.c. */
	if (strlen(ps->conf->control) < CONTROL_PATH_MIN)
		conf_error(ps, where(ps, "", "control"),
		    "control: the path is shorter than %d bytes",
		    CONTROL_PATH_MIN);
	if (strlen(ps->conf->control) >= sizeof(sun.sun_path))
		conf_error(ps, where(ps, "", "control"),
		    "control: the path is longer than %zu bytes",
		    sizeof(sun.sun_path) - 1);
}

static void
check_plain(struct parser *ps)
{
	static const char *const keys[] = { "ca", "certificate", "key", "pin",
		"verify" };
	size_t i;

	if (is_set(ps, "secret"))
		conf_warning(ps, where(ps, "mesos", "secret"),
		    "the secret is sent unencrypted to a http:// master");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (is_set(ps, keys[i]))
			conf_warning(ps, where(ps, "mesos", keys[i]),
			    "%s: has no effect with a http:// master", keys[i]);
	}
}

/* What Basic authentication needs. */
static void
check_secret(struct parser *ps)
{
	const struct mesos_conf *m = &ps->conf->mesos;
	const char *key = m->username != NULL ? "username" : "principal";
	const char *name = m->username != NULL ? m->username : m->principal;

	if (is_set(ps, "secret") && (name == NULL || name[0] == '\0'))
		conf_error(ps, where(ps, "mesos", "secret"),
		    "a secret without its principal");
	if (name != NULL && m->secret != NULL && strchr(name, ':') != NULL)
		conf_error(ps, where(ps, "mesos", key), "%s: cannot have a ':'",
		    key);
	if (m->username != NULL && !is_set(ps, "secret"))
		conf_warning(ps, where(ps, "mesos", "username"),
		    "username: has no effect without a secret");
}

static void
check_mesos(struct parser *ps)
{
	const struct mesos_conf *m = &ps->conf->mesos;
	bool secure = check_masters(ps);

	if (!secure && m->nmasters > 0)
		check_plain(ps);
	if (is_set(ps, "certificate") && !is_set(ps, "key"))
		conf_error(ps, where(ps, "mesos", "certificate"),
		    "a certificate without its key");
	if (is_set(ps, "key") && !is_set(ps, "certificate"))
		conf_error(ps, where(ps, "mesos", "key"),
		    "a key without its certificate");
	check_secret(ps);
	if (is_set(ps, "pin") && !m->verify)
		conf_error(ps, where(ps, "mesos", "verify"),
		    "'verify no' and 'pin' contradict each other");
	else if (secure && !m->verify)
		conf_warning(ps, where(ps, "mesos", "verify"),
		    "verify no: anybody can pretend to be the master");
	if (m->failover < MINUTE)
		conf_warning(ps, where(ps, "mesos", "failover"),
		    "failover: Mesos kills all tasks when kafkad is away for "
		    "so short a time");
}

static bool
is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static void
check_http(struct parser *ps)
{
	const struct http_conf *h = &ps->conf->http;

	if (conf_where(ps->conf, "http", "certificate") != NULL &&
	    conf_where(ps->conf, "http", "key") == NULL)
		conf_error(ps, where(ps, "http", "certificate"),
		    "a certificate without its key");
	if (conf_where(ps->conf, "http", "key") != NULL &&
	    conf_where(ps->conf, "http", "certificate") == NULL)
		conf_error(ps, where(ps, "http", "key"),
		    "a key without its certificate");
	if (h->on && h->user == NULL && ps->errors == 0 &&
	    (h->address == NULL || !is_loopback(h->address)))
		conf_warning(ps, where(ps, "http", "listen"),
		    "listen: without a user and a password, everybody who "
		    "reaches port %u can change things",
		    (unsigned int)h->port);
}

/* Each instance needs a volume of its own. */
static void
check_volumes(struct parser *ps, const char *name, const struct service_conf *s)
{
	char key[STRING_LEN_MAX], place[STRING_LEN_MAX];
	const struct conf_pos *pos;
	const struct volume *v;
	size_t i;

	for (i = 0; i < s->nvolumes; i++) {
		v = &s->volumes[i];
		if (s->count <= volume_instances(v))
			continue;
		snprintf(key, sizeof(key), "volume %s", v->path);
		pos = where(ps, name, key);
		if (pos->line > 0)
			snprintf(place, sizeof(place), "%s:%d", pos->file,
			    pos->line);
		else
			strlcpy(place,
			    pos->file != NULL ? pos->file : "default",
			    sizeof(place));
		conf_error(ps, where(ps, name, "count"),
		    "count: %d instances, but %zu volume%s at %s (%s): name "
		    "one for each, or one with a %%d for the number",
		    s->count, v->nnames, v->nnames == 1 ? "" : "s", v->path,
		    place);
		return;
	}
}

/* Mesos' Docker containerizer takes one for a container (docker.cpp). */
static void
check_drivers(struct parser *ps, const char *name, const struct service_conf *s)
{
	char key[STRING_LEN_MAX];
	const char *first = NULL;
	const struct volume *v;
	size_t i;

	if (s->container != CONTAINER_DOCKER)
		return;
	for (i = 0; i < s->nvolumes; i++) {
		v = &s->volumes[i];
		if (first == NULL)
			first = v->driver;
		if (v->driver == NULL || strcmp(v->driver, first) == 0)
			continue;
		snprintf(key, sizeof(key), "volume %s", v->path);
		conf_error(ps, where(ps, name, key),
		    "volume '%s': driver '%s', but another one has '%s', and "
		    "the Docker containerizer takes one driver only",
		    v->names[0], v->driver, first);
		return;
	}
}

/* What a bridge with another network attached cannot have. */
static void
check_attached(struct parser *ps, const char *name,
    const struct service_conf *s)
{
	if (s->port != 0)
		conf_error(ps, where(ps, name, "port"),
		    "port: on a bridge with another network a container keeps "
		    "the ports of its image, and the host's are from the "
		    "offer");
	if (s->container != CONTAINER_DOCKER)
		conf_error(ps, where(ps, name, "network"),
		    "network: only the Docker containerizer has a bridge with "
		    "another network");
}

static void
check_service(struct parser *ps, enum service_id id)
{
	const struct service_conf *s = &ps->conf->cluster.service[id];
	const char *name = service_name(id);

	if (s->heap >= s->mem)
		conf_error(ps, where(ps, name, "heap"),
		    "heap: leaves nothing of the memory of %lldM for the rest",
		    (long long)s->mem);
	else if (s->mem <= HEAP_LEAST)
		conf_warning(ps, where(ps, name, "memory"),
		    "memory: Java's heap alone has %dM", HEAP_LEAST);
	check_volumes(ps, name, s);
	check_drivers(ps, name, s);
	if (s->network == NETWORK_ATTACHED)
		check_attached(ps, name, s);
	/* On a named network each container has an address of its own. */
	else if (s->port != 0 && !s->unique_hostname &&
	    s->network != NETWORK_NAMED)
		conf_error(ps, where(ps, name, "port"),
		    "port %u and 'unique hostname no' contradict each other",
		    (unsigned int)s->port);
	if (id == SERVICE_ZOOKEEPER && s->count > 0 && s->count % 2 == 0)
		conf_warning(ps, where(ps, name, "count"),
		    "count: %d members bear no more failures than %d", s->count,
		    s->count - 1);
	if (s->nvolumes > 0 && s->sticky >= 0)
		conf_warning(ps, where(ps, name, "sticky"),
		    "sticky: an instance that moves leaves its volumes behind");
}

void
check_conf(struct parser *ps)
{
	const struct service_conf *s = ps->conf->cluster.service;
	int i;

	check_control(ps);
	check_mesos(ps);
	check_http(ps);
	for (i = 0; i < SERVICE_MAX; i++)
		check_service(ps, i);
	if (s[SERVICE_KAFKA].count > 0 && s[SERVICE_ZOOKEEPER].count == 0 &&
	    ps->errors == 0)
		conf_warning(ps, where(ps, "zookeeper", "count"),
		    "count: without ZooKeeper no broker can start");
	/* A hint that helps only when nothing else is wrong. */
	if (ps->conf->mesos.nmasters == 0 && ps->errors == 0)
		conf_error(ps, &ps->pos,
		    "no master: a block 'mesos' with a 'master' is needed, or "
		    "MESOS_MASTER");
	if (ps->errors == 0)
		file_check_user(ps);
}
