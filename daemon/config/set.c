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
 * Settings, one by one: each function puts a value that was read into the
 * configuration, or says in one message why it cannot.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"
#include "units.h"

void
set_open(struct parser *ps, const struct conf_pos *pos, const char *name)
{
	const struct conf_pos *before = conf_where(ps->conf, name, "");

	ps->block = name;
	ps->opened = *pos;
	if (before == NULL)
		set_once(ps, pos, "");
	else
		conf_error(ps, pos,
		    "a second block '%s' (the first is in %s:%d)", name,
		    before->file, before->line);
}

void
set_close(struct parser *ps)
{
	ps->block = "";
}

void
set_service(struct parser *ps, const struct conf_pos *pos, enum service_id id)
{
	set_open(ps, pos, service_name(id));
	ps->service_id = id;
	ps->service = &ps->conf->cluster.service[id];
}

int
set_note(struct parser *ps, const struct conf_pos *pos, const char *key)
{
	size_t nblock = strlen(ps->block) + 1, nkey = strlen(key) + 1;
	size_t nfile = strlen(pos->file) + 1;
	struct setting *s, *old;

	s = calloc(1, sizeof(*s) + nblock + nkey + nfile);
	if (s == NULL) {
		conf_error(ps, pos, "out of memory");
		return -1;
	}
	s->block = memcpy(s->text, ps->block, nblock);
	s->key = memcpy(s->text + nblock, key, nkey);
	s->pos.file = memcpy(s->text + nblock + nkey, pos->file, nfile);
	s->pos.line = pos->line;
	SLIST_FOREACH(old, &ps->conf->settings, entry)
	{
		if (strcmp(old->block, s->block) == 0 &&
		    strcmp(old->key, s->key) == 0) {
			SLIST_REMOVE(&ps->conf->settings, old, setting, entry);
			free(old);
			break;
		}
	}
	SLIST_INSERT_HEAD(&ps->conf->settings, s, entry);
	return 0;
}

void
set_note_kind(struct parser *ps, const struct conf_pos *pos, const char *kind,
    const char *name)
{
	char *key;

	if (asprintf(&key, "%s %s", kind, name) == -1) {
		conf_error(ps, pos, "out of memory");
		return;
	}
	set_note(ps, pos, key);
	free(key);
}

bool
set_once(struct parser *ps, const struct conf_pos *pos, const char *key)
{
	const struct conf_pos *before = conf_where(ps->conf, ps->block, key);

	if (before != NULL && pos->line > 0) {
		conf_error(ps, pos, "'%s' is set twice (first in %s:%d)", key,
		    before->file, before->line);
		return false;
	}
	return set_note(ps, pos, key) == 0;
}

bool
set_copy(struct parser *ps, const struct conf_pos *pos, char **to,
    const char *text)
{
	char *copy;

	if ((copy = strdup(text)) == NULL) {
		conf_error(ps, pos, "out of memory");
		return false;
	}
	free(*to);
	*to = copy;
	return true;
}

bool
set_string(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **to, const char *text)
{
	if (!set_once(ps, pos, key))
		return false;
	if (text[0] == '\0' || strlen(text) >= ID_MAX) {
		conf_error(ps, pos, "%s: must have 1 to %d bytes", key,
		    ID_MAX - 1);
		return false;
	}
	return set_copy(ps, pos, to, text);
}

bool
set_path(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **to, const char *text)
{
	if (!set_once(ps, pos, key))
		return false;
	/* The daemon's own folder is not that of whoever started it. */
	if (text[0] != '/') {
		conf_error(ps, pos, "%s: '%s' is not an absolute path", key,
		    text);
		return false;
	}
	return set_copy(ps, pos, to, text);
}

void
set_file(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **to, const char *text, bool private)
{
	if (set_path(ps, pos, key, to, text))
		file_check(ps, pos, key, text, private);
}

/* Whether a time is within its limits; if not, says so. */
static bool
duration_fits(struct parser *ps, const struct conf_pos *pos, const char *key,
    const char *text, int64_t ms, int64_t min, int64_t max)
{
	char low[UNITS_SIZE], high[UNITS_SIZE];

	if (ms >= min && ms <= max)
		return true;
	units_format_duration(min, low, sizeof(low));
	units_format_duration(max, high, sizeof(high));
	conf_error(ps, pos, "%s: %s is out of range (%s to %s)", key, text, low,
	    high);
	return false;
}

static bool
duration_parse(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min, int64_t max)
{
	const char *error;
	int64_t ms;

	if ((error = units_parse_duration(text, &ms)) != NULL) {
		conf_error(ps, pos, "%s: '%s' %s", key, text, error);
		return false;
	}
	if (!duration_fits(ps, pos, key, text, ms, min, max))
		return false;
	*to = ms;
	return true;
}

void
set_duration(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min, int64_t max)
{
	if (set_once(ps, pos, key))
		duration_parse(ps, pos, key, to, text, min, max);
}

void
set_range(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *from, int64_t *to, const char *first, const char *last)
{
	int64_t a, b;

	if (!set_once(ps, pos, key) ||
	    !duration_parse(ps, pos, key, &a, first, 10 * MS, DAY) ||
	    !duration_parse(ps, pos, key, &b, last, 10 * MS, DAY))
		return;
	if (a > b) {
		conf_error(ps, pos, "%s: %s is longer than %s", key, first,
		    last);
		return;
	}
	*from = a;
	*to = b;
}

void
set_number(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min, int64_t max)
{
	const char *errstr, *p = text;
	long long n;

	if (*p == '-')
		p++;
	while (isdigit((unsigned char)*p))
		p++;
	if (*p != '\0' || p == text) {
		conf_error(ps, pos, "%s: '%s' is not a whole number", key,
		    text);
		return;
	}
	n = strtonum(text, min, max, &errstr);
	if (errstr != NULL)
		conf_error(ps, pos, "%s: %s is out of range (%lld to %lld)",
		    key, text, (long long)min, (long long)max);
	else
		*to = n;
}

void
set_master(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	struct mesos_conf *m = &ps->conf->mesos;
	char url[ID_MAX * 2], **list;
	const char *error;
	size_t i;

	if ((error = url_parse_master(text, url, sizeof(url))) != NULL) {
		conf_error(ps, pos, "master: '%s': %s", text, error);
		return;
	}
	for (i = 0; i < m->nmasters; i++) {
		if (strcasecmp(m->masters[i], url) == 0) {
			conf_error(ps, pos, "master: %s is named twice", url);
			return;
		}
	}
	if (m->nmasters == CONF_MASTERS_MAX) {
		conf_error(ps, pos, "master: more than %d masters",
		    CONF_MASTERS_MAX);
		return;
	}
	list = reallocarray(m->masters, m->nmasters + 1, sizeof(*list));
	if (list == NULL) {
		conf_error(ps, pos, "out of memory");
		return;
	}
	m->masters = list;
	m->masters[m->nmasters] = NULL;
	if (set_copy(ps, pos, &m->masters[m->nmasters], url))
		m->nmasters++;
}

/* An empty one is one, too: Mesos refuses to let it change. */
void
set_principal(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	char **to = &ps->conf->mesos.principal;

	if (text[0] != '\0')
		set_string(ps, pos, "principal", to, text);
	else if (set_once(ps, pos, "principal"))
		set_copy(ps, pos, to, text);
}

/* sha256// and the base64 of 32 bytes: 43 characters and one "=". */
void
set_pin(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	static const char prefix[] = "sha256//";
	const char *p = text + sizeof(prefix) - 1;
	size_t i = 0;

	if (!set_once(ps, pos, "pin"))
		return;
	if (strncmp(text, prefix, sizeof(prefix) - 1) == 0) {
		while (
		    isalnum((unsigned char)p[i]) || p[i] == '+' || p[i] == '/')
			i++;
	}
	if (i != 43 || strcmp(p + i, "=") != 0) {
		conf_error(ps, pos,
		    "pin: must be sha256// and 44 characters of base64");
		return;
	}
	set_copy(ps, pos, &ps->conf->mesos.pin, text);
}

/* What Mesos demands of a role. Returns an error text, or NULL. */
static const char *
role_check(const char *role)
{
	const char *p = role;
	size_t len;

	if (strcmp(role, "*") == 0)
		return NULL;
	if (role[0] == '-')
		return "must not begin with '-'";
	for (;;) {
		len = strcspn(p, "/");
		if (len == 0)
			return "must not have an empty part between slashes";
		if ((len == 1 && (p[0] == '.' || p[0] == '*')) ||
		    (len == 2 && strncmp(p, "..", 2) == 0))
			return "no part of it may be '.', '..' or '*'";
		if (p[len] == '\0')
			break;
		p += len + 1;
	}
	if (strpbrk(role, " \t") != NULL)
		return "must not have blanks";
	return NULL;
}

void
set_role(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	const char *error;

	if (text[0] != '\0' && (error = role_check(text)) != NULL) {
		set_once(ps, pos, "role");
		conf_error(ps, pos, "role: '%s' %s", text, error);
		return;
	}
	set_string(ps, pos, "role", &ps->conf->mesos.role, text);
}

void
set_webui(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	if (!set_once(ps, pos, "webui"))
		return;
	if ((strncmp(text, "http://", 7) != 0 &&
		strncmp(text, "https://", 8) != 0) ||
	    strpbrk(text, " \t\"<>") != NULL) {
		conf_error(ps, pos,
		    "webui: '%s' is not a http:// or https:// "
		    "URL",
		    text);
		return;
	}
	set_copy(ps, pos, &ps->conf->mesos.webui, text);
}

void
set_order(struct parser *ps, const struct conf_pos *pos, int first, int second)
{
	struct cluster_conf *c = &ps->conf->cluster;

	if (!set_once(ps, pos, "order"))
		return;
	if (first == second) {
		conf_error(ps, pos, "order: %s is named twice",
		    service_name((enum service_id)first));
		return;
	}
	c->order[0] = (enum service_id)first;
	c->order[1] = (enum service_id)second;
}
