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
 * Settings of a service. What kafkad itself tells an instance (who it is, whom
 * it belongs to) cannot be set from outside: two brokers of one id, or an
 * ensemble of two minds, would destroy what they hold.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"
#include "units.h"

#define CPUS_MIN 10 /* thousandths: Mesos hands out no less */
#define CPUS_MAX 1024000
#define SIZE_MAX_MB (1024LL * 1024 * 1024)
#define HOST_LEN_MAX 64 /* the kernel takes no more */
#define NAME_LEN_MAX 200

/* Names that kafkad sets. refused: what to do instead; NULL: a warning. */
struct own_name {
	const char *name;
	const char *refused;
};

static const char identity[] = "kafkad gives it to each instance";

static const struct own_name own_environment[SERVICE_MAX][9] = {
	[SERVICE_ZOOKEEPER] = {
		{ "ZOO_MY_ID", identity },
		{ "ZOO_SERVERS", identity },
		{ "ZOO_CFG_EXTRA", "use 'option'" },
		{ "ZK_SERVER_HEAP", "use 'heap'" },
		{ "SERVICE_NAME", NULL },
		{ "ZOO_ADMINSERVER_ENABLED", NULL },
		{ "ZOO_AUTOPURGE_PURGEINTERVAL", NULL },
		{ "ZOO_STANDALONE_ENABLED", NULL },
	},
	[SERVICE_KAFKA] = {
		{ "KAFKA_BROKER_ID", identity },
		{ "KAFKA_NODE_ID", identity },
		{ "KAFKA_ZOOKEEPER_CONNECT", identity },
		{ "KAFKA_HEAP_OPTS", "use 'heap'" },
		{ "SERVICE_NAME", NULL },
		{ "KAFKA_LISTENERS", NULL },
		{ "KAFKA_ADVERTISED_LISTENERS", NULL },
	},
};

static const struct own_name own_options[SERVICE_MAX][8] = {
	[SERVICE_ZOOKEEPER] = {
		{ "clientPort", "use 'port'" },
		{ "dataDir", "the image has it, use 'volume'" },
		{ "dataLogDir", "the image has it, use 'volume'" },
		{ "quorumListenOnAllIPs", NULL },
	},
	[SERVICE_KAFKA] = {
		{ "broker.id", identity },
		{ "zookeeper.connect", identity },
		{ "port", "use the setting 'port'" },
		{ "node.id", identity },
		{ "listeners", NULL },
		{ "advertised.listeners", NULL },
	},
};

void
set_count(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	int64_t n = ps->service->count;

	if (!set_once(ps, pos, "count"))
		return;
	set_number(ps, pos, "count", &n, text, 0,
	    ps->service_id == SERVICE_ZOOKEEPER ? ZOOKEEPER_MAX
						: INSTANCES_MAX);
	ps->service->count = (int)n;
}

void
set_image(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	if (strpbrk(text, " \t") != NULL || text[0] == '-') {
		set_once(ps, pos, "image");
		conf_error(ps, pos, "image: '%s' is not the name of an image",
		    text);
		return;
	}
	set_string(ps, pos, "image", &ps->service->image, text);
}

void
set_cpus(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	const char *error;
	int64_t n;

	if (!set_once(ps, pos, "cpus"))
		return;
	if ((error = units_parse_thousandths(text, &n)) != NULL)
		conf_error(ps, pos, "cpus: '%s' %s", text, error);
	else if (n < CPUS_MIN || n > CPUS_MAX)
		conf_error(ps, pos, "cpus: %s is out of range (0.01 to %d)",
		    text, CPUS_MAX / 1000);
	else
		ps->service->cpus = n;
}

void
set_size(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min)
{
	char low[UNITS_SIZE], high[UNITS_SIZE];
	const char *error;
	int64_t mb;

	if (!set_once(ps, pos, key))
		return;
	if ((error = units_parse_size(text, &mb)) != NULL) {
		conf_error(ps, pos, "%s: '%s' %s", key, text, error);
		return;
	}
	if (mb >= min && mb <= SIZE_MAX_MB) {
		*to = mb;
		return;
	}
	units_format_size(min, low, sizeof(low));
	units_format_size(SIZE_MAX_MB, high, sizeof(high));
	conf_error(ps, pos, "%s: %s is out of range (%s to %s)", key, text, low,
	    high);
}

/* Whether each % in the pattern is a %d, and there is one. */
static bool
is_pattern(const char *text)
{
	size_t numbers = 0;

	for (; *text != '\0'; text++) {
		if (*text != '%')
			continue;
		if (*++text != 'd')
			return false;
		numbers++;
	}
	return numbers > 0;
}

const char *
set_check_hostname(const char *pattern)
{
	char host[HOSTNAME_SIZE];
	size_t i, len = 0;

	if (!is_pattern(pattern))
		return "needs a %d (the number of the instance), and no other "
		       "'%'";
	while (*pattern != '\0' && len < sizeof(host) - 3) {
		if (*pattern != '%') {
			host[len++] = *pattern++;
			continue;
		}
		/* There are up to three digits. */
		for (i = 0; i < 3; i++)
			host[len++] = '0';
		pattern += 2;
	}
	if (len > HOST_LEN_MAX)
		return "makes a host name of more than 64 bytes";
	if (!url_is_host(host, len))
		return "does not make a host name";
	return NULL;
}

/* Docker's bridge and another network; the member has a name there. */
static void
set_attached(struct parser *ps, const struct conf_pos *pos, const char *name,
    const char *pattern)
{
	struct service_conf *s = ps->service;
	const char *error;

	if (!set_string(ps, pos, "network", &s->network_name, name))
		return;
	if ((error = set_check_hostname(pattern)) != NULL)
		conf_error(ps, pos, "hostname: '%s' %s", pattern, error);
	else if (set_copy(ps, pos, &s->hostname, pattern))
		s->network = NETWORK_ATTACHED;
}

void
set_network(struct parser *ps, const struct conf_pos *pos,
    enum network_mode mode, const char *name, const char *host)
{
	struct service_conf *s = ps->service;

	if (mode == NETWORK_ATTACHED) {
		set_attached(ps, pos, name, host);
		return;
	}
	if (mode != NETWORK_NAMED) {
		if (set_once(ps, pos, "network"))
			s->network = mode;
		return;
	}
	if (!set_string(ps, pos, "network", &s->network_name, name))
		return;
	s->network = mode;
	if (host == NULL)
		return;
	/* The member's own name and a dot stand before it. */
	if (!url_is_host(host, strlen(host)) || strlen(host) > 200)
		conf_error(ps, pos, "domain: '%s' is not a DNS domain", host);
	else
		set_copy(ps, pos, &s->domain, host);
}

void
set_name(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	const char *p = text;

	if (!set_once(ps, pos, "name"))
		return;
	while (isalnum((unsigned char)*p) || (*p != '\0' && strchr("%._-", *p)))
		p++;
	if (*p != '\0' || strlen(text) > NAME_LEN_MAX)
		conf_error(ps, pos,
		    "name: '%s' must have at most %d letters, digits, '.', '_' "
		    "and '-'",
		    text, NAME_LEN_MAX);
	else if (!is_pattern(text))
		conf_error(ps, pos,
		    "name: '%s' needs a %%d (the number of the instance), and "
		    "no other '%%'",
		    text);
	else
		set_copy(ps, pos, &ps->service->task_name, text);
}

void
set_port(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	int64_t n = 0;

	if (!set_once(ps, pos, "port"))
		return;
	set_number(ps, pos, "port", &n, text, 1, 65535);
	ps->service->port = (uint32_t)n;
}

/* Whether the service may have this pair; if not, says why. */
static bool
own_check(struct parser *ps, const struct conf_pos *pos, const char *what,
    const struct own_name *own, const char *name)
{
	for (; own->name != NULL; own++) {
		if (strcmp(own->name, name) != 0)
			continue;
		if (own->refused != NULL) {
			conf_error(ps, pos, "%s '%s' cannot be set: %s", what,
			    name, own->refused);
			return false;
		}
		conf_warning(ps, pos,
		    "%s '%s' replaces the one that kafkad "
		    "makes",
		    what, name);
	}
	return true;
}

static void
set_pair(struct parser *ps, const struct conf_pos *pos, const char *what,
    struct pairs *pairs, const char *name, const char *value)
{
	if (pairs_get(pairs, name) != NULL)
		conf_error(ps, pos, "%s '%s' is set twice", what, name);
	else if (pairs_add(pairs, name, value) == -1)
		conf_error(ps, pos, "out of memory");
	else
		set_note_kind(ps, pos, what, name);
}

void
set_environment(struct parser *ps, const struct conf_pos *pos, const char *name,
    const char *value)
{
	const char *p = name;

	while (isalpha((unsigned char)*p) || *p == '_' ||
	    (p > name && isdigit((unsigned char)*p)))
		p++;
	if (*p != '\0' || p == name || strlen(name) >= ID_MAX)
		conf_error(ps, pos,
		    "environment '%s' is not the name of a "
		    "variable",
		    name);
	else if (own_check(ps, pos, "environment",
		     own_environment[ps->service_id], name))
		set_pair(ps, pos, "environment", &ps->service->env, name,
		    value);
}

void
set_option(struct parser *ps, const struct conf_pos *pos, const char *name,
    const char *value)
{
	const char *p = name;
	bool zookeeper = ps->service_id == SERVICE_ZOOKEEPER;

	while (isalnum((unsigned char)*p) || (*p != '\0' && strchr("._-", *p)))
		p++;
	if (*p != '\0' || p == name || strlen(name) >= ID_MAX) {
		conf_error(ps, pos, "option '%s' is not the name of an option",
		    name);
	} else if (zookeeper && strncmp(name, "server.", 7) == 0) {
		conf_error(ps, pos, "option '%s' cannot be set: %s", name,
		    identity);
	} else if (zookeeper && strpbrk(value, " \t") != NULL) {
		/* The image takes all of them in one variable, by blanks. */
		conf_error(ps, pos,
		    "option '%s': the value cannot have blanks "
		    "for ZooKeeper",
		    name);
	} else if (own_check(ps, pos, "option", own_options[ps->service_id],
		       name)) {
		set_pair(ps, pos, "option", &ps->service->options, name, value);
	}
}

void
set_limit(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min)
{
	if (text != NULL && ps->service_id == SERVICE_ZOOKEEPER) {
		set_once(ps, pos, key);
		conf_error(ps, pos,
		    "%s: only 'forever' is possible: a ZooKeeper member never "
		    "moves by itself",
		    key);
	} else if (text != NULL) {
		set_duration(ps, pos, key, to, text, min, 52 * WEEK);
	} else if (set_once(ps, pos, key)) {
		*to = FOREVER;
	}
}

void
set_check(struct parser *ps, const struct conf_pos *pos, enum check_type type,
    const char *command)
{
	struct check_conf *c = &ps->service->check;

	if (type == CHECK_COMMAND && command == NULL &&
	    ps->service_id != SERVICE_ZOOKEEPER) {
		set_once(ps, pos, "check");
		conf_error(ps, pos,
		    "check command: %s has none of its own, "
		    "write one in quotes behind it",
		    service_name(ps->service_id));
		return;
	}
	if (!set_once(ps, pos, "check"))
		return;
	c->type = type;
	if (command == NULL)
		return;
	if (command[0] == '\0')
		conf_error(ps, pos, "check command: must not be empty");
	else if ((c->command = strdup(command)) == NULL)
		conf_error(ps, pos, "out of memory");
}

void
set_check_kill(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	int64_t n = 0;

	if (!set_once(ps, pos, "check kill") || text == NULL)
		return;
	set_number(ps, pos, "check kill", &n, text, 1, 1000000);
	ps->service->check.kill_after = (uint32_t)n;
}
