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
 * Settings that are made by several variables of the environment, or of which
 * a variable changes a part only.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "parser.h"

/*
 * Takes the next part of a list, without the blanks around it. Returns NULL
 * at the end, or without memory.
 */
static const char *
list_next(struct parser *ps, const char **list)
{
	const char *start = *list;
	size_t len;
	char *part;

	if (start == NULL)
		return NULL;
	len = strcspn(start, ",");
	*list = start[len] == ',' ? start + len + 1 : NULL;
	while (len > 0 && start[0] == ' ') {
		start++;
		len--;
	}
	while (len > 0 && start[len - 1] == ' ')
		len--;
	if ((part = parser_alloc(ps, len + 1)) != NULL)
		memcpy(part, start, len);
	return part;
}

static bool
ssl_is_on(const struct environment *e)
{
	const char *ssl = environment_get(e, "MESOS_SSL");

	return ssl != NULL && strcmp(ssl, "true") == 0;
}

void
environment_masters(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	struct mesos_conf *m = &e->ps->conf->mesos;
	bool ssl = ssl_is_on(e);
	const char *part;
	char url[STRING_LEN_MAX + 16];

	while (m->nmasters > 0)
		free(m->masters[--m->nmasters]);
	set_once(e->ps, pos, "master");
	while ((part = list_next(e->ps, &text)) != NULL) {
		if (ssl && strncasecmp(part, "http://", 7) == 0) {
			conf_error(e->ps, pos,
			    "master: '%s' contradicts MESOS_SSL=true", part);
			continue;
		}
		snprintf(url, sizeof(url), "%s%s",
		    ssl && strstr(part, "://") == NULL ? "https://" : "", part);
		set_master(e->ps, pos, url);
	}
}

/* Masters of a file, too, are then asked by TLS. */
void
environment_ssl(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	struct mesos_conf *m = &e->ps->conf->mesos;
	char *url;
	size_t i;

	if (!ssl_is_on(e)) {
		if (strcmp(text, "false") != 0)
			conf_warning(e->ps, pos,
			    "'%s' is not 'true', so it has no effect", text);
		return;
	}
	for (i = 0; i < m->nmasters; i++) {
		if (strncmp(m->masters[i], "http://", 7) != 0)
			continue;
		if (asprintf(&url, "https://%s", m->masters[i] + 7) == -1) {
			conf_error(e->ps, pos, "out of memory");
			return;
		}
		free(m->masters[i]);
		m->masters[i] = url;
		set_once(e->ps, pos, "master");
	}
}

/*
 * The first part of a host name gets the infix, what is behind the first dot
 * is the domain: av_kafka%d<infix>.<domain>.
 */
static void
hostname_change(struct environment *e, const struct conf_pos *pos,
    const char *infix, const char *domain)
{
	struct parser *ps = e->ps;
	struct service_conf *s = ps->service;
	size_t first = strcspn(s->hostname, ".");
	const char *rest = s->hostname + first, *error;
	char *name;

	if (*rest == '.')
		rest++;
	if (domain == NULL)
		domain = rest;
	if (asprintf(&name, "%.*s%s%s%s", (int)first, s->hostname,
		infix != NULL ? infix : "",
		s->hostname[first] == '.' || *domain != '\0' ? "." : "",
		domain) == -1) {
		conf_error(ps, pos, "out of memory");
		return;
	}
	if ((error = set_check_hostname(name)) != NULL)
		conf_error(ps, pos, "hostname: '%s' %s", name, error);
	else if (set_copy(ps, pos, &s->hostname, name))
		set_note(ps, pos, "network");
	free(name);
}

static void
domain_change(struct environment *e, const struct conf_pos *pos,
    const char *domain)
{
	struct service_conf *s = e->ps->service;

	if (!url_is_host(domain, strlen(domain)) || strlen(domain) > 200)
		conf_error(e->ps, pos, "domain: '%s' is not a DNS domain",
		    domain);
	else if (set_copy(e->ps, pos, &s->domain, domain))
		set_note(e->ps, pos, "network");
}

void
environment_hostnames(struct environment *e)
{
	static const char *const custom[SERVICE_MAX] = {
		[SERVICE_ZOOKEEPER] = "ZOOKEEPER_CUSTOM_DOMAIN",
		[SERVICE_KAFKA] = "KAFKA_CUSTOM_DOMAIN",
	};
	static const char none[] =
	    "has no effect: no network of the file has such host names";
	const struct conf_pos of_domain = { "DOMAIN", 0 };
	const char *domain = environment_get(e, "DOMAIN"), *infix;
	unsigned int errors = e->ps->errors;
	bool used = false;
	int i;

	for (i = 0; i < SERVICE_MAX; i++) {
		const struct conf_pos pos = { custom[i], 0 };

		environment_enter(e->ps, service_name(i));
		infix = environment_get(e, custom[i]);
		if (e->ps->service->network == NETWORK_ATTACHED) {
			used = true;
			/* A domain that is wrong is so for both. */
			if (infix != NULL ||
			    (domain != NULL && e->ps->errors == errors))
				hostname_change(e,
				    infix != NULL ? &pos : &of_domain, infix,
				    domain);
			continue;
		}
		if (infix != NULL)
			conf_warning(e->ps, &pos, "%s", none);
		if (e->ps->service->domain == NULL || domain == NULL)
			continue;
		used = true;
		if (e->ps->errors == errors)
			domain_change(e, &of_domain, domain);
	}
	if (domain != NULL && !used)
		conf_warning(e->ps, &of_domain, "%s", none);
}

/*
 * Reads the names of a list; behind each of them comes the suffix. Empty parts
 * at the end do not count: the Go framework needed a comma. Returns whether
 * there are names.
 */
static bool
volume_names(struct environment *e, const struct conf_pos *pos,
    const char *text, const char *suffix)
{
	struct parser *ps = e->ps;
	size_t len = strlen(text);
	const char *part;
	char *list, *name;

	while (len > 0 && (text[len - 1] == ',' || text[len - 1] == ' '))
		len--;
	ps->nnames = 0;
	if (len == 0) {
		conf_error(ps, pos, "'%s' has no name of a volume", text);
		return false;
	}
	if ((list = parser_alloc(ps, len + 1)) == NULL)
		return false;
	text = memcpy(list, text, len);
	while ((part = list_next(ps, &text)) != NULL) {
		if (part[0] == '\0') {
			conf_error(ps, pos, "volume %zu of '%s' has no name",
			    ps->nnames + 1, list);
			return false;
		}
		len = strlen(part) + strlen(suffix) + 1;
		if ((name = parser_alloc(ps, len)) == NULL)
			return false;
		snprintf(name, len, "%s%s", part, suffix);
		set_volume_name(ps, pos, name);
	}
	return true;
}

/* Replaces the volume at this path, or adds it. */
static void
volume_change(struct environment *e, const struct conf_pos *pos,
    const char *text, const char *suffix, const char *path)
{
	struct parser *ps = e->ps;
	const char *driver = environment_get(e, "VOLUME_DRIVER");
	struct volume *v = volume_find(ps->service, path);
	char *kept = NULL;

	if (!volume_names(e, pos, text, suffix))
		return;
	if (v != NULL && v->driver != NULL &&
	    (kept = strdup(v->driver)) == NULL)
		conf_error(ps, pos, "out of memory");
	if (v != NULL)
		volume_remove(ps->service, v);
	if (driver == NULL)
		driver = kept != NULL ? kept : "local";
	set_volume(ps, pos, driver, path);
	free(kept);
}

/* Says whether the service has a volume with a driver, which is this now. */
static bool
driver_change(struct environment *e, const struct conf_pos *pos,
    const char *driver)
{
	struct service_conf *s = e->ps->service;
	struct volume *v;
	bool used = false;
	size_t n;

	for (n = 0; n < s->nvolumes; n++) {
		v = &s->volumes[n];
		if (v->driver == NULL)
			continue;
		used = true;
		if (strcmp(v->driver, driver) == 0)
			continue;
		if (set_copy(e->ps, pos, &v->driver, driver))
			set_note_kind(e->ps, pos, "volume", v->path);
	}
	return used;
}

void
environment_volumes(struct environment *e)
{
	const char *zookeeper = environment_get(e, "VOLUME_ZOOKEEPER");
	const char *kafka = environment_get(e, "VOLUME_KAFKA");
	const char *driver = environment_get(e, "VOLUME_DRIVER");
	const struct conf_pos z = { "VOLUME_ZOOKEEPER", 0 };
	const struct conf_pos k = { "VOLUME_KAFKA", 0 };
	const struct conf_pos d = { "VOLUME_DRIVER", 0 };
	unsigned int errors = e->ps->errors;
	bool used = false;
	int i;

	if (driver != NULL && strlen(driver) >= ID_MAX) {
		conf_error(e->ps, &d, "must have 1 to %d bytes", ID_MAX - 1);
		driver = NULL;
	}
	environment_enter(e->ps, service_name(SERVICE_ZOOKEEPER));
	if (zookeeper != NULL)
		volume_change(e, &z, zookeeper, "", ZOOKEEPER_LOG);
	/* The same mistakes would be found again. */
	if (zookeeper != NULL && e->ps->errors == errors)
		volume_change(e, &z, zookeeper, "-data", ZOOKEEPER_DATA);
	environment_enter(e->ps, service_name(SERVICE_KAFKA));
	if (kafka != NULL)
		volume_change(e, &k, kafka, "", KAFKA_DATA);
	for (i = 0; i < SERVICE_MAX && driver != NULL; i++) {
		environment_enter(e->ps, service_name(i));
		if (driver_change(e, &d, driver))
			used = true;
	}
	if (driver != NULL && !used)
		conf_warning(e->ps, &d,
		    "has no effect: no volume of the file has a driver");
}
