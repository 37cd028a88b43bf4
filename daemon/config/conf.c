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
 * The configuration as a whole: its defaults, how it is loaded and freed.
 * The parent alone reads it, as the user that it runs as; children are told
 * what they need. A secret in it must never reach a log, an error message or
 * the printed configuration.
 */

#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/paths.h"

#include "parser.h"

static int
mesos_conf_init(struct mesos_conf *m)
{
	m->verify = true;
	m->failover = WEEK;
	m->retry = SECOND;
	m->retry_max = MINUTE;
	m->timeout = MINUTE;
	m->name = strdup("kafka");
	m->role = strdup("kafka");
	m->user = strdup("root");
	return m->name == NULL || m->role == NULL || m->user == NULL ? -1 : 0;
}

struct conf *
conf_new(void)
{
	struct conf *conf;
	struct cluster_conf *c;
	int i;

	if ((conf = calloc(1, sizeof(*conf))) == NULL)
		return NULL;
	conf->log_level = LOG_LEVEL_INFO;
	conf->log_format = LOG_FORMAT_TEXT;
	conf->http.port = 10000;
	conf->http.connections = 1024;
	conf->http.connections_address = 512;
	c = &conf->cluster;
	c->hold = 10 * SECOND;
	c->refuse = 5 * MINUTE;
	c->agent_timeout = 10 * MINUTE;
	c->reconcile_interval = 15 * MINUTE;
	c->kill_interval = 10 * SECOND;
	c->revive_interval = SECOND;
	c->pace = MINUTE;
	if ((conf->user = strdup(CONF_USER)) == NULL ||
	    (conf->http.address = strdup("127.0.0.1")) == NULL ||
	    mesos_conf_init(&conf->mesos) == -1)
		goto fail;
	for (i = 0; i < SERVICE_MAX; i++) {
		c->order[i] = (enum service_id)i;
		if (service_conf_init(&c->service[i], i) == -1)
			goto fail;
	}
	return conf;
fail:
	conf_free(conf);
	return NULL;
}

static void
mesos_conf_free(struct mesos_conf *m)
{
	size_t i;

	for (i = 0; i < m->nmasters; i++)
		free(m->masters[i]);
	free(m->masters);
	if (m->secret != NULL)
		explicit_bzero(m->secret, strlen(m->secret));
	free(m->secret);
	free(m->secret_file);
	free(m->ca);
	free(m->cert);
	free(m->key);
	free(m->pin);
	free(m->principal);
	free(m->username);
	free(m->name);
	free(m->role);
	free(m->user);
	free(m->hostname);
	free(m->webui);
}

static void
http_conf_free(struct http_conf *h)
{
	free(h->address);
	free(h->user);
	if (h->password != NULL)
		explicit_bzero(h->password, strlen(h->password));
	free(h->password);
	free(h->password_file);
	free(h->cert);
	free(h->key);
}

void
conf_free(struct conf *conf)
{
	struct setting *s;
	int i;

	if (conf == NULL)
		return;
	while ((s = SLIST_FIRST(&conf->settings)) != NULL) {
		SLIST_REMOVE_HEAD(&conf->settings, entry);
		free(s);
	}
	mesos_conf_free(&conf->mesos);
	http_conf_free(&conf->http);
	for (i = 0; i < SERVICE_MAX; i++)
		service_conf_free(&conf->cluster.service[i]);
	free(conf->control);
	free(conf->control_group);
	free(conf->state);
	free(conf->user);
	free(conf->import);
	free(conf);
}

const struct conf_pos *
conf_where(const struct conf *conf, const char *block, const char *key)
{
	const struct setting *s;

	SLIST_FOREACH(s, &conf->settings, entry)
	{
		if (strcmp(s->block, block) == 0 && strcmp(s->key, key) == 0)
			return &s->pos;
	}
	return NULL;
}

__attribute__((format(printf, 4, 0))) static void
conf_message(struct parser *ps, const struct conf_pos *pos, const char *kind,
    const char *fmt, va_list ap)
{
	if (pos != NULL && pos->line > 0)
		fprintf(ps->err, "%s:%d: ", pos->file, pos->line);
	else if (pos != NULL && pos->file != NULL)
		fprintf(ps->err, "%s: ", pos->file);
	fprintf(ps->err, "%s", kind);
	vfprintf(ps->err, fmt, ap);
	fprintf(ps->err, "\n");
}

void
conf_error(struct parser *ps, const struct conf_pos *pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_message(ps, pos, "", fmt, ap);
	va_end(ap);
	ps->errors++;
}

void
conf_warning(struct parser *ps, const struct conf_pos *pos, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_message(ps, pos, "warning: ", fmt, ap);
	va_end(ap);
}

void *
parser_alloc(struct parser *ps, size_t size)
{
	struct piece *p;

	if ((p = calloc(1, sizeof(*p) + size)) == NULL) {
		conf_error(ps, &ps->pos, "out of memory");
		return NULL;
	}
	SLIST_INSERT_HEAD(&ps->pieces, p, entry);
	return p->data;
}

static void
parser_clear(struct parser *ps)
{
	struct piece *p;

	while (ps->file != NULL)
		lex_pop(ps);
	while ((p = SLIST_FIRST(&ps->pieces)) != NULL) {
		SLIST_REMOVE_HEAD(&ps->pieces, entry);
		free(p);
	}
}

struct conf *
conf_load(const char *path, FILE *err)
{
	struct parser ps;
	struct conf *conf;
	bool known = true;

	if ((conf = conf_new()) == NULL ||
	    (path == NULL && defaults_without_file(conf) == -1)) {
		fprintf(err, "%s\n", strerror(errno));
		conf_free(conf);
		return NULL;
	}
	memset(&ps, 0, sizeof(ps));
	ps.conf = conf;
	ps.err = err;
	ps.block = "";
	ps.no_file = path == NULL;
	if (path != NULL && (known = lex_push(&ps, path, NULL) == 0))
		parser_run(&ps);
	environment_apply(&ps);
	/* Of a file that is missing nothing more can be said. */
	if (known)
		check_conf(&ps);
	if (ps.errors > 0) {
		conf_free(conf);
		conf = NULL;
	}
	parser_clear(&ps);
	return conf;
}

const char *
conf_file(const char *given)
{
	struct stat st;

	/* It must be there, unless it really is not. */
	if (given == NULL && lstat(CONF_FILE, &st) == -1 && errno == ENOENT)
		return NULL;
	return given != NULL ? given : CONF_FILE;
}

struct conf *
conf_load_again(const struct conf *old, const char *path, FILE *err)
{
	if (environment_restore(old) == -1) {
		fprintf(err, "%s\n", strerror(errno));
		return NULL;
	}
	return conf_load(path, err);
}

int
conf_default_paths(struct conf *conf, bool is_root)
{
	char buf[4096];

	/* A state that is given is an installed daemon's, with or without root.
	 */
	if (conf->control == NULL) {
		if (paths_default_socket(buf, sizeof(buf),
			is_root || conf->state != NULL) == -1 ||
		    (conf->control = strdup(buf)) == NULL)
			return -1;
	}
	if (conf->state == NULL) {
		if (paths_default_state(buf, sizeof(buf), is_root) == -1 ||
		    (conf->state = strdup(buf)) == NULL)
			return -1;
	}
	return 0;
}
