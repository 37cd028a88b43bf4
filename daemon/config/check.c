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

#include <stdlib.h>
#include <string.h>

#include "parser.h"

#define HEAP_LEAST 128 /* MB, of recipe.c */

/* The place of a setting, or that of the end of the file. */
static const struct conf_pos *
where(const struct parser *ps, const char *block, const char *key)
{
	const struct conf_pos *pos = set_where(ps, block, key);

	return pos != NULL ? pos : &ps->pos;
}

static bool
is_set(const struct parser *ps, const char *key)
{
	return set_where(ps, "mesos", key) != NULL;
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

	if (ps->conf->control != NULL &&
	    strlen(ps->conf->control) >= sizeof(sun.sun_path))
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
	if (is_set(ps, "secret") && !is_set(ps, "principal"))
		conf_error(ps, where(ps, "mesos", "secret"),
		    "a secret without its principal");
	if (m->principal != NULL && m->secret != NULL &&
	    strchr(m->principal, ':') != NULL)
		conf_error(ps, where(ps, "mesos", "principal"),
		    "principal: cannot have a ':'");
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
	/* On a named network each container has an address of its own. */
	if (s->port != 0 && !s->unique_hostname && s->network != NETWORK_NAMED)
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
	for (i = 0; i < SERVICE_MAX; i++)
		check_service(ps, i);
	if (s[SERVICE_KAFKA].count > 0 && s[SERVICE_ZOOKEEPER].count == 0 &&
	    ps->errors == 0)
		conf_warning(ps, where(ps, "zookeeper", "count"),
		    "count: without ZooKeeper no broker can start");
	/* A hint that helps only when nothing else is wrong. */
	if (ps->conf->mesos.nmasters == 0 && ps->errors == 0)
		conf_error(ps, &ps->pos,
		    "no master: a block 'mesos' with a 'master' is needed");
	if (ps->errors == 0)
		file_check_user(ps);
}
