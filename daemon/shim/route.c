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
 * Part of the http process: from method and URI to what is to be done. Pure:
 * the bytes come from anybody, and leave as a row of the table, a count, and
 * an id of digits, letters and few marks, or not at all.
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "route.h"

#define URI_MAX 16384

#define SET(method) (1U << (method))
#define V0_READ SET(METHOD_GET)
#define V0_CHANGE (SET(METHOD_GET) | SET(METHOD_POST) | SET(METHOD_PUT))
#define LOOK (SET(METHOD_GET) | SET(METHOD_HEAD))

/* A row of the table matches as a whole, or up to a segment of any name. */
struct row {
	const char *path;
	bool segment;
	unsigned int methods;
	enum route_what what;
	const char *word; /* of the command: the service, or of DO the verb */
};

static const struct row rows[] = {
	{ "/v0/container/", true, V0_READ, ROUTE_CONTAINER, NULL },
	{ "/v0/kafka/reflate", false, V0_CHANGE, ROUTE_REFLATE, "kafka" },
	{ "/v0/kafka/scale/", true, V0_CHANGE, ROUTE_SCALE, "kafka" },
	{ "/v0/task/kill/", true, V0_CHANGE, ROUTE_KILL, NULL },
	{ "/v0/zookeeper/reflate", false, V0_CHANGE, ROUTE_REFLATE,
	    "zookeeper" },
	{ "/v0/zookeeper/scale/", true, V0_CHANGE, ROUTE_SCALE, "zookeeper" },
	{ "/metrics", false, LOOK, ROUTE_METRICS, NULL },
	{ "/health", false, LOOK, ROUTE_HEALTH, NULL },
	{ "/ready", false, LOOK, ROUTE_READY, NULL },
	{ "/", false, LOOK, ROUTE_PAGE, NULL },
	{ "/page.css", false, LOOK, ROUTE_STYLE, NULL },
	{ "/page.js", false, LOOK, ROUTE_SCRIPT, NULL },
	{ "/page.svg", false, LOOK, ROUTE_ICON, NULL },
	{ "/events", false, SET(METHOD_GET), ROUTE_EVENTS, NULL },
	{ "/history/", true, LOOK, ROUTE_PAST, NULL },
	{ "/do/kill/", true, SET(METHOD_POST), ROUTE_DO, "kill" },
	{ "/do/restart/", true, SET(METHOD_POST), ROUTE_DO, "restart" },
	{ "/do/scale/", true, SET(METHOD_POST), ROUTE_DO, "scale" },
	{ "/do/start/", true, SET(METHOD_POST), ROUTE_DO, "start" },
};

/* A path that may hold any byte, NUL too. */
struct path {
	char *p;
	size_t len;
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

/* Removes escapes in place. Returns false if one of them is none. */
static bool
path_decode(struct path *path)
{
	size_t i, n = 0;
	int high, low;

	for (i = 0; i < path->len; i++) {
		if (path->p[i] != '%') {
			path->p[n++] = path->p[i];
			continue;
		}
		if (path->len - i < 3)
			return false;
		high = hex_digit(path->p[i + 1]);
		low = hex_digit(path->p[i + 2]);
		if (high == -1 || low == -1)
			return false;
		path->p[n++] = (char)(high * 16 + low);
		i += 2;
	}
	path->len = n;
	return true;
}

/* The segment from i on: up to the next slash. */
static size_t
path_segment(const struct path *path, size_t i)
{
	const char *slash = memchr(path->p + i, '/', path->len - i);

	return slash != NULL ? (size_t)(slash - path->p) - i : path->len - i;
}

/*
 * A new path without empty segments, "." and "..", that begins with a slash,
 * and ends with one if the old one does.
 */
static int
path_clean(const struct path *path, struct path *clean)
{
	size_t i, n, len = 0;
	char *p;

	if ((p = malloc(path->len + 2)) == NULL)
		return -1;
	for (i = 0; i < path->len; i += n + 1) {
		n = path_segment(path, i);
		if (n == 0 || (n == 1 && path->p[i] == '.'))
			continue;
		if (n == 2 && memcmp(path->p + i, "..", 2) == 0) {
			while (len > 0 && p[--len] != '/')
				;
			continue;
		}
		p[len++] = '/';
		memcpy(p + len, path->p + i, n);
		len += n;
	}
	if (len == 0 || (path->len > 0 && path->p[path->len - 1] == '/'))
		p[len++] = '/';
	clean->p = p;
	clean->len = len;
	return 0;
}

/* Path and query as a URI again. */
static char *
path_location(const struct path *path, const char *query)
{
	static const char plain[] = "-_.~$&+,/:;=@";
	size_t i, size = path->len * 3 + strlen(query) * 3 + 2, n = 0;
	char *s;

	if ((s = malloc(size)) == NULL)
		return NULL;
	for (i = 0; i < path->len; i++) {
		if (is_alnum(path->p[i]) ||
		    (path->p[i] != '\0' && strchr(plain, path->p[i])))
			s[n++] = path->p[i];
		else
			n += (size_t)snprintf(s + n, size - n, "%%%02X",
			    (unsigned char)path->p[i]);
	}
	if (*query != '\0')
		s[n++] = '?';
	for (; *query != '\0'; query++) {
		if ((unsigned char)*query < 0x80)
			s[n++] = *query;
		else
			n += (size_t)snprintf(s + n, size - n, "%%%02x",
			    (unsigned char)*query);
	}
	s[n] = '\0';
	return s;
}

/* At most 1000, and nothing but digits. */
static bool
count_parse(const char *p, size_t len, uint32_t *count)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(p[i] - '0');
		if (n > ROUTE_COUNT_MAX)
			return false;
	}
	*count = n;
	return len > 0;
}

/* A number, or the name of an instance, a dot and a number. */
static bool
id_parse(const char *p, size_t len, char id[ROUTE_ID_MAX])
{
	size_t i, digits = 0;

	if (len == 0 || len >= ROUTE_ID_MAX)
		return false;
	while (digits < len && p[len - 1 - digits] >= '0' &&
	    p[len - 1 - digits] <= '9')
		digits++;
	if (digits == 0 || digits > 18)
		return false;
	if (digits < len) {
		if (p[len - 1 - digits] != '.' || digits + 1 == len)
			return false;
		for (i = 0; i < len - 1 - digits; i++) {
			if (!is_alnum(p[i]) && p[i] != '-' && p[i] != '_')
				return false;
		}
	}
	memcpy(id, p, len);
	id[len] = '\0';
	return true;
}

/* What services and instances there are, the daemon knows. */
static bool
name_parse(const char *p, size_t len, char id[ROUTE_ID_MAX])
{
	size_t i;

	if (len == 0 || len >= ROUTE_ID_MAX)
		return false;
	for (i = 0; i < len; i++) {
		if (!is_alnum(p[i]) && p[i] != '-' && p[i] != '_')
			return false;
	}
	memcpy(id, p, len);
	id[len] = '\0';
	return true;
}

/* "kafka-0", or of scale "kafka=3": one segment, as the others have it. */
static bool
do_parse(const char *p, size_t len, struct route *r)
{
	const char *mark = memchr(p, '=', len);
	size_t n = mark != NULL ? (size_t)(mark - p) : len;
	bool scale = strcmp(r->verb, "scale") == 0;

	if (scale != (mark != NULL) || !name_parse(p, n, r->id))
		return false;
	return !scale || count_parse(mark + 1, len - n - 1, &r->count);
}

/* What else may be done there, for people. */
static const char *
row_allow(const struct row *row)
{
	if (row->what < ROUTE_METRICS)
		return NULL;
	if (row->what == ROUTE_DO)
		return "POST";
	return row->methods == LOOK ? "GET, HEAD" : "GET";
}

/* The row is the one: rest is what its path has beyond it. */
static void
route_take(enum route_method method, const struct row *row, const char *rest,
    size_t len, struct route *r)
{
	r->what = row->what;
	r->service = row->what != ROUTE_DO ? row->word : NULL;
	if ((row->methods & SET(method)) == 0) {
		r->what = ROUTE_METHOD;
		r->allow = row_allow(row);
	} else if (row->what == ROUTE_DO) {
		r->verb = row->word;
		r->good = do_parse(rest, len, r);
	} else if (row->what == ROUTE_PAST) {
		r->good = name_parse(rest, len, r->id);
	} else if (row->what == ROUTE_SCALE) {
		r->good = count_parse(rest, len, &r->count);
	} else if (row->what == ROUTE_CONTAINER || row->what == ROUTE_KILL) {
		r->good = id_parse(rest, len, r->id);
	} else {
		r->good = row->what == ROUTE_REFLATE;
	}
}

static void
route_match(enum route_method method, const struct path *path, struct route *r)
{
	const struct row *row;
	const char *rest;
	size_t i, n, len;

	r->what = ROUTE_UNKNOWN;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = &rows[i];
		n = strlen(row->path);
		if (path->len < n || memcmp(path->p, row->path, n) != 0)
			continue;
		rest = path->p + n;
		len = path->len - n;
		if (row->segment ? len == 0 || memchr(rest, '/', len) != NULL
				 : len != 0)
			continue;
		route_take(method, row, rest, len, r);
		return;
	}
}

/* Where the path begins: after "http://host", if that is there. */
static const char *
uri_path(const char *uri)
{
	size_t n;

	if (strncasecmp(uri, "http://", 7) == 0)
		n = 7;
	else if (strncasecmp(uri, "https://", 8) == 0)
		n = 8;
	else
		return *uri == '/' ? uri : NULL;
	n += strcspn(uri + n, "/?");
	return uri + n;
}

static bool
uri_check(const char *uri)
{
	const unsigned char *p = (const unsigned char *)uri;

	if (strlen(uri) > URI_MAX)
		return false;
	for (; *p != '\0'; p++) {
		if (*p <= ' ' || *p == 0x7f)
			return false;
	}
	return true;
}

static int
route_clean(enum route_method method, struct path *path, const char *query,
    struct route *r)
{
	struct path clean;

	if (!path_decode(path))
		return 0;
	if (method == METHOD_CONNECT) {
		route_match(method, path, r);
		return 0;
	}
	if (path_clean(path, &clean) == -1)
		return -1;
	if (clean.len == path->len &&
	    memcmp(clean.p, path->p, clean.len) == 0) {
		route_match(method, path, r);
	} else {
		r->what = ROUTE_MOVED;
		r->location = path_location(&clean, query);
	}
	free(clean.p);
	return r->what == ROUTE_MOVED && r->location == NULL ? -1 : 0;
}

int
route_parse(enum route_method method, const char *uri, struct route *r)
{
	struct path path;
	int result;

	memset(r, 0, sizeof(*r));
	r->what = ROUTE_BAD;
	if (!uri_check(uri) || (uri = uri_path(uri)) == NULL)
		return 0;
	path.len = strcspn(uri, "?");
	if ((path.p = strdup(uri)) == NULL)
		return -1;
	uri += path.len;
	result = route_clean(method, &path, *uri == '?' ? uri + 1 : uri, r);
	free(path.p);
	return result;
}

void
route_free(struct route *r)
{
	free(r->location);
	r->location = NULL;
}

/* One word for the log: what is no plain character becomes an underscore. */
static void
word_clean(const char *s, char *buf, size_t size)
{
	char *p;

	strlcpy(buf, s != NULL && *s != '\0' ? s : "-", size);
	for (p = buf; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~')
			*p = '_';
	}
}

bool
route_command(const struct route *r, const char *user, const char *address,
    char *buf, size_t size)
{
	char u[128], a[64];
	int n = -1;

	word_clean(user, u, sizeof(u));
	word_clean(address, a, sizeof(a));
	switch (r->what) {
	case ROUTE_CONTAINER:
		n = snprintf(buf, size, "as %s %s container %s", u, a, r->id);
		break;
	case ROUTE_KILL:
		n = snprintf(buf, size, "as %s %s kill %s", u, a, r->id);
		break;
	case ROUTE_SCALE:
		n = snprintf(buf, size, "as %s %s scale %s %u", u, a,
		    r->service, r->count);
		break;
	case ROUTE_REFLATE:
		n = snprintf(buf, size, "as %s %s reflate %s", u, a,
		    r->service);
		break;
	case ROUTE_PAST:
		n = snprintf(buf, size, "as %s %s history %s", u, a, r->id);
		break;
	case ROUTE_DO:
		if (strcmp(r->verb, "scale") == 0)
			n = snprintf(buf, size, "as %s %s scale %s %u", u, a,
			    r->id, r->count);
		else
			n = snprintf(buf, size, "as %s %s %s %s", u, a, r->verb,
			    r->id);
		break;
	default:
		break;
	}
	return r->good && n > 0 && (size_t)n < size;
}

/* The length of the host in "host:port", and the port, or the default. */
static size_t
host_split(const char *s, const char *def, const char **port)
{
	size_t n = strlen(s), digits;

	digits = n;
	while (digits > 0 && s[digits - 1] >= '0' && s[digits - 1] <= '9')
		digits--;
	if (digits == 0 || s[digits - 1] != ':') {
		*port = def;
		return n;
	}
	*port = digits < n ? s + digits : def;
	return digits - 1;
}

static bool
host_equal(const char *a, const char *b, const char *def)
{
	const char *aport, *bport;
	size_t an = host_split(a, def, &aport), bn = host_split(b, def, &bport);

	return an == bn && an > 0 && strncasecmp(a, b, an) == 0 &&
	    strcmp(aport, bport) == 0;
}

bool
route_cross_site(const char *host, const char *origin, const char *fetch_site)
{
	if (fetch_site != NULL && strcmp(fetch_site, "same-origin") != 0 &&
	    strcmp(fetch_site, "none") != 0)
		return true;
	if (origin == NULL)
		return false;
	if (host == NULL)
		return true;
	if (strncasecmp(origin, "http://", 7) == 0)
		return !host_equal(origin + 7, host, "80");
	if (strncasecmp(origin, "https://", 8) == 0)
		return !host_equal(origin + 8, host, "443");
	return true;
}

static bool
host_is_address(const char *host)
{
	char buf[INET6_ADDRSTRLEN + 2];
	const char *port;
	size_t n = host_split(host, "", &port);
	struct in6_addr six;
	struct in_addr four;

	if (n >= sizeof(buf))
		return false;
	memcpy(buf, host, n);
	buf[n] = '\0';
	if (buf[0] == '[' && buf[n - 1] == ']') {
		buf[n - 1] = '\0';
		return inet_pton(AF_INET6, buf + 1, &six) == 1;
	}
	return strcasecmp(buf, "localhost") == 0 ||
	    inet_pton(AF_INET, buf, &four) == 1;
}

bool
route_of_named_site(const char *host, const char *origin,
    const char *fetch_site)
{
	if (origin == NULL &&
	    (fetch_site == NULL || strcmp(fetch_site, "same-origin") != 0))
		return false;
	return host == NULL || !host_is_address(host);
}
