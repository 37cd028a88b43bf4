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
 * The addresses of Mesos masters. What comes out of here is the only form
 * that the mesos process ever sees: scheme, host and port, nothing else.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "parser.h"

#define MASTER_PORT "5050"
#define HOST_LEN_MAX 253

bool
url_is_host(const char *text, size_t len)
{
	size_t i;

	if (len == 0 || len > HOST_LEN_MAX || text[0] == '-' || text[0] == '.')
		return false;
	for (i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("-._", text[i]) == NULL)
			return false;
		if (i > 0 && text[i] == '.' && text[i - 1] == '.')
			return false;
	}
	return true;
}

/* Finds the end of the host; [] around an IPv6 address belongs to it. */
static const char *
host_end(const char *p)
{
	char address[INET6_ADDRSTRLEN];
	unsigned char buf[sizeof(struct in6_addr)];
	const char *end;
	size_t len;

	if (*p != '[') {
		len = strcspn(p, ":/?#@");
		return url_is_host(p, len) ? p + len : NULL;
	}
	if ((end = strchr(p, ']')) == NULL)
		return NULL;
	len = (size_t)(end - p - 1);
	if (len >= sizeof(address))
		return NULL;
	memcpy(address, p + 1, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, buf) == 1 ? end + 1 : NULL;
}

const char *
url_parse_master(const char *text, char *url, size_t size)
{
	const char *host = text, *end, *scheme = "http", *errstr;
	char port[8] = MASTER_PORT;
	size_t len;
	int n, number;

	if (strncasecmp(text, "https://", 8) == 0) {
		scheme = "https";
		host += 8;
	} else if (strncasecmp(text, "http://", 7) == 0) {
		host += 7;
	} else if (strncasecmp(text, "zk://", 5) == 0) {
		return "the leader cannot be found through ZooKeeper yet: "
		       "name the masters themselves";
	} else if (strstr(text, "://") != NULL) {
		return "only http:// and https:// are known";
	}
	if (strchr(host, '@') != NULL)
		return "credentials do not belong here: use 'principal' and "
		       "'secret file'";
	if ((end = host_end(host)) == NULL)
		return "not a host name or address (IPv6 stands in [])";
	n = (int)(end - host);
	if (*end == ':') {
		len = strcspn(++end, "/");
		if (len >= sizeof(port) || !isdigit((unsigned char)*end))
			return "the port must be a number from 1 to 65535";
		memcpy(port, end, len);
		port[len] = '\0';
		end += len;
	}
	number = (int)strtonum(port, 1, 65535, &errstr);
	if (errstr != NULL)
		return "the port must be a number from 1 to 65535";
	if (*end == '/')
		end++;
	if (*end != '\0')
		return "only scheme, host and port may be given";
	if ((size_t)snprintf(url, size, "%s://%.*s:%d", scheme, n, host,
		number) >= size)
		return "too long";
	return NULL;
}
