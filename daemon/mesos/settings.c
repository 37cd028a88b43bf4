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
 * Part of the mesos process: its configuration, which comes from the parent
 * as one frame. It holds the secret, which must never reach a log.
 */

#include <sys/socket.h>

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "master.h"
#include "settings.h"

#define STRING_MAX 8192
#define DNS_PORT 53 /* TCP, for answers that are too long for UDP */
#define NAME_TIMEOUT 3 /* s; less than the parent waits for READY */

static void
settings_add_port(struct mesos_settings *c, uint16_t port)
{
	if (c->nports < PORTS_MAX)
		c->ports[c->nports++] = port;
}

/* A master that is none is told of by who connects to it. */
static void
settings_find_ports(struct mesos_settings *c)
{
	struct master_addr a;
	const char *why;
	size_t i;

	settings_add_port(c, DNS_PORT);
	for (i = 0; i < c->nmasters; i++) {
		if (c->masters[i] != NULL &&
		    master_addr_parse(&a, c->masters[i], &why) == 0)
			settings_add_port(c, a.port);
	}
}

struct mesos_settings *
mesos_settings_read(struct frame_reader *r, char *err, size_t err_size)
{
	struct mesos_settings *c;
	size_t i, n;

	if ((c = calloc(1, sizeof(*c))) == NULL ||
	    (c->masters = calloc(MASTERS_MAX, sizeof(*c->masters))) == NULL) {
		strlcpy(err, "no memory", err_size);
		mesos_settings_free(c);
		return NULL;
	}
	c->nmasters = frame_get_count(r, MASTERS_MAX, "masters");
	for (i = 0; i < c->nmasters; i++)
		c->masters[i] = frame_get_strdup(r, STRING_MAX, "master");
	c->ca = frame_get_strdup(r, STRING_MAX, "ca");
	c->cert = frame_get_strdup(r, STRING_MAX, "cert");
	c->key = frame_get_strdup(r, STRING_MAX, "key");
	c->pin = frame_get_strdup(r, STRING_MAX, "pin");
	c->verify = frame_get_bool(r, "verify");
	c->username = frame_get_strdup(r, STRING_MAX, "username");
	c->secret = frame_get_strdup(r, STRING_MAX, "secret");
	c->name = frame_get_strdup(r, STRING_MAX, "name");
	c->user = frame_get_strdup(r, STRING_MAX, "user");
	c->hostname = frame_get_strdup(r, STRING_MAX, "hostname");
	c->webui_url = frame_get_strdup(r, STRING_MAX, "webui_url");
	c->failover_timeout = frame_get_u64(r, "failover_timeout");
	c->backoff = frame_get_u64(r, "backoff");
	c->backoff_max = frame_get_u64(r, "backoff_max");
	c->call_timeout = frame_get_u64(r, "call_timeout");
	n = frame_get_count(r, MASTERS_MAX - 1, "ports");
	for (i = 0; i < n; i++)
		settings_add_port(c, frame_get_u16(r, "port"));
	if (frame_read_end(r, err, err_size) == -1) {
		mesos_settings_free(c);
		return NULL;
	}
	settings_find_ports(c);
	return c;
}

bool
mesos_settings_has_port(const struct mesos_settings *c, uint16_t port)
{
	size_t i;

	for (i = 0; c->walled && i < c->nports; i++) {
		if (c->ports[i] == port)
			return true;
	}
	return !c->walled;
}

/*
 * The whole name of this host, as far as it can be found. Returns NULL if
 * there is none. What it asks for may be answered after it has given up, and
 * so outlives it.
 */
static const char *
host_name(void)
{
	static const struct addrinfo hints = { .ai_flags = AI_CANONNAME };
	static const struct timespec patience = { .tv_sec = NAME_TIMEOUT };
	static char name[256], whole[256];
	static struct gaicb ask = { .ar_name = name, .ar_request = &hints };
	struct gaicb *asked[] = { &ask };
	const struct gaicb *one[] = { &ask };

	if (gethostname(name, sizeof(name)) == -1)
		return NULL;
	name[sizeof(name) - 1] = '\0';
	if (getaddrinfo_a(GAI_NOWAIT, asked, 1, NULL) != 0)
		return name;
	gai_suspend(one, 1, &patience);
	if (gai_error(&ask) != 0)
		return name;
	if (ask.ar_result->ai_canonname != NULL)
		strlcpy(whole, ask.ar_result->ai_canonname, sizeof(whole));
	freeaddrinfo(ask.ar_result);
	return whole[0] != '\0' ? whole : name;
}

void
mesos_settings_find_host(struct mesos_settings *c)
{
	const char *gap = strstr(c->webui_url, "://:");
	const char *name;
	char *url;

	if (c->hostname[0] == '\0' && (name = host_name()) != NULL) {
		free(c->hostname);
		c->hostname = strdup(name);
	}
	if (c->hostname == NULL)
		fatalx("no memory");
	if (gap == NULL)
		return;
	if (asprintf(&url, "%.*s%s%s", (int)(gap + 3 - c->webui_url),
		c->webui_url, c->hostname, gap + 3) == -1)
		fatalx("no memory");
	free(c->webui_url);
	c->webui_url = url;
}

void
mesos_settings_free(struct mesos_settings *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; c->masters != NULL && i < c->nmasters; i++)
		free(c->masters[i]);
	free(c->masters);
	free(c->ca);
	free(c->cert);
	free(c->key);
	free(c->pin);
	free(c->username);
	if (c->secret != NULL)
		freezero(c->secret, strlen(c->secret));
	free(c->name);
	free(c->user);
	free(c->hostname);
	free(c->webui_url);
	free(c);
}

bool
mesos_settings_has_credentials(const struct mesos_settings *c)
{
	return c->username[0] != '\0' && c->secret[0] != '\0';
}
