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
 * Part of the mesos process: which master to ask. A redirect comes from the
 * network: it may lead anywhere, and must never lead our credentials to a
 * host that neither the configuration nor a certificate vouches for, nor
 * from https to http.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "master.h"

#define PORT_DEFAULT 5050
#define HOPS_MAX 5

struct masters {
	struct master_addr *list;
	size_t n;
	size_t next; /* of the list: the one in turn */
	struct master_addr current;
	unsigned int hops;
	bool guarded;
};

/* A host name or an address, and nothing that could be more of a URL. */
static bool
master_host_ok(const char *p, size_t len, bool bracketed)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_";
	static const char ip6[] = "0123456789abcdefABCDEF:.";
	size_t i;

	if (len == 0 || len >= MASTER_HOST_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (p[i] == '\0' || !strchr(bracketed ? ip6 : name, p[i]))
			return false;
	return true;
}

/* "host[:port]" of len bytes. */
static int
master_authority_parse(struct master_addr *a, const char *p, size_t len,
    uint16_t port)
{
	char buf[8];
	const char *errstr, *end = p + len, *host = p, *colon;
	bool bracketed = len > 0 && *p == '[';
	size_t host_len;

	if (bracketed) {
		host++;
		if ((p = memchr(host, ']', (size_t)(end - host))) == NULL)
			return -1;
		host_len = (size_t)(p++ - host);
		colon = p < end ? p : NULL;
		if (colon != NULL && *colon != ':')
			return -1;
	} else {
		colon = memchr(p, ':', len);
		host_len = colon == NULL ? len : (size_t)(colon - p);
	}
	if (!master_host_ok(host, host_len, bracketed))
		return -1;
	a->port = port;
	if (colon != NULL) {
		len = (size_t)(end - colon - 1);
		if (len == 0 || len >= sizeof(buf))
			return -1;
		memcpy(buf, colon + 1, len);
		buf[len] = '\0';
		a->port = (uint16_t)strtonum(buf, 1, UINT16_MAX, &errstr);
		if (errstr != NULL)
			return -1;
	}
	memcpy(a->host, host, host_len);
	a->host[host_len] = '\0';
	return 0;
}

int
master_addr_parse(struct master_addr *a, const char *url, const char **why)
{
	size_t len;

	*why = "neither http:// nor https://";
	if (strncasecmp(url, "https://", 8) == 0) {
		a->https = true;
		url += 8;
	} else if (strncasecmp(url, "http://", 7) == 0) {
		a->https = false;
		url += 7;
	} else {
		return -1;
	}
	len = strlen(url);
	if (len > 0 && url[len - 1] == '/')
		len--;
	*why = "not a host with a port";
	return master_authority_parse(a, url, len, PORT_DEFAULT);
}

void
master_addr_name(const struct master_addr *a, char *buf, size_t size)
{
	bool ip6 = strchr(a->host, ':') != NULL;

	snprintf(buf, size, "%s%s%s:%u", ip6 ? "[" : "", a->host,
	    ip6 ? "]" : "", a->port);
}

void
master_addr_url(const struct master_addr *a, char *buf, size_t size)
{
	char name[MASTER_NAME_MAX];

	master_addr_name(a, name, sizeof(name));
	snprintf(buf, size, "%s://%s/api/v1/scheduler",
	    a->https ? "https" : "http", name);
}

static bool
master_addr_equal(const struct master_addr *a, const struct master_addr *b)
{
	return a->https == b->https && a->port == b->port &&
	    strcasecmp(a->host, b->host) == 0;
}

struct masters *
masters_new(char *const *urls, size_t n, bool guarded, char *err, size_t size)
{
	struct masters *m;
	const char *why;
	size_t i;

	if (n == 0 || (m = calloc(1, sizeof(*m))) == NULL ||
	    (m->list = calloc(n, sizeof(*m->list))) == NULL) {
		strlcpy(err, n == 0 ? "no master" : "no memory", size);
		if (n != 0)
			free(m);
		return NULL;
	}
	for (i = 0; i < n; i++) {
		if (master_addr_parse(&m->list[i], urls[i], &why) == 0)
			continue;
		snprintf(err, size, "master \"%s\": %s", urls[i], why);
		masters_free(m);
		return NULL;
	}
	m->n = n;
	m->guarded = guarded;
	m->current = m->list[0];
	return m;
}

void
masters_free(struct masters *m)
{
	if (m == NULL)
		return;
	free(m->list);
	free(m);
}

const struct master_addr *
masters_current(const struct masters *m)
{
	return &m->current;
}

void
masters_failed(struct masters *m)
{
	m->next = (m->next + 1) % m->n;
	m->current = m->list[m->next];
	m->hops = 0;
}

void
masters_found(struct masters *m)
{
	m->hops = 0;
}

static bool
masters_configured(const struct masters *m, const struct master_addr *a)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (master_addr_equal(&m->list[i], a))
			return true;
	return false;
}

/* "[scheme:]//host:port[/…]"; a path alone is of no use to us. */
static int
master_location_parse(struct master_addr *a, const char *location, bool https)
{
	a->https = https;
	if (strncasecmp(location, "https://", 8) == 0) {
		a->https = true;
		location += 6;
	} else if (strncasecmp(location, "http://", 7) == 0) {
		a->https = false;
		location += 5;
	}
	if (strncmp(location, "//", 2) != 0)
		return -1;
	location += 2;
	return master_authority_parse(a, location, strcspn(location, "/?#"),
	    a->https ? 443 : 80);
}

enum redirect
masters_redirect(struct masters *m, const char *location, char *text,
    size_t size)
{
	struct master_addr a;
	char name[MASTER_NAME_MAX];

	memset(&a, 0, sizeof(a));
	if (location == NULL ||
	    master_location_parse(&a, location, m->current.https) == -1) {
		strlcpy(text, "redirects, but not to a host", size);
		return REDIRECT_RETRY;
	}
	master_addr_name(&a, name, sizeof(name));
	if (a.https != m->current.https) {
		snprintf(text, size, "redirects from %s to %s://%s: refused",
		    m->current.https ? "https" : "http",
		    a.https ? "https" : "http", name);
		return REDIRECT_REFUSED;
	}
	if (master_addr_equal(&a, &m->current)) {
		strlcpy(text, "redirects to itself: no master leads yet", size);
		return REDIRECT_RETRY;
	}
	if (m->guarded && !masters_configured(m, &a)) {
		snprintf(text, size,
		    "redirects to %s, which the credentials "
		    "are not sent to: it is not listed in the setting "
		    "`master`",
		    name);
		return REDIRECT_REFUSED;
	}
	if (m->hops >= HOPS_MAX) {
		strlcpy(text,
		    "too many redirects: the masters disagree about "
		    "who leads",
		    size);
		return REDIRECT_RETRY;
	}
	m->hops++;
	m->current = a;
	return REDIRECT_FOLLOW;
}
