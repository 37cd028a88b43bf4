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
 * Prints the configuration in the grammar of kafkad.conf(5), one statement on
 * each line, and behind it where it was made. Secrets stay out of it; what
 * comes out must read as the same configuration.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "units.h"

#define COLUMN 48 /* of the comments */

/* A line being printed: its statement is not out yet. */
struct printer {
	const struct conf *conf;
	FILE *out;
	bool bare; /* "block TAB key TAB statement", and nothing else */
	const char *block;
	FILE *line; /* out itself without memory */
	char *text;
	size_t len;
};

/* Begins a statement, and returns where it goes. */
static FILE *
begin(struct printer *p)
{
	p->text = NULL;
	p->len = 0;
	if ((p->line = open_memstream(&p->text, &p->len)) == NULL)
		p->line = p->out;
	if (p->block[0] != '\0' && !p->bare)
		fputc('\t', p->line);
	return p->line;
}

/* Columns of a line in UTF-8. */
static size_t
columns(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\t')
			n += 8 - n % 8;
		else if (((unsigned char)*text & 0xc0) != 0x80)
			n++;
	}
	return n;
}

/* Where the key was set, and the end of the line. */
static void
print_place(struct printer *p, const char *key)
{
	const struct conf_pos *pos = conf_where(p->conf, p->block, key);
	const char *c;

	/* A name of a file must not end the line. */
	for (c = pos != NULL ? pos->file : "default"; *c != '\0'; c++)
		fputc((unsigned char)*c < ' ' ? '?' : *c, p->out);
	if (pos != NULL && pos->line > 0)
		fprintf(p->out, ":%d", pos->line);
	fputc('\n', p->out);
}

/* One statement for those who compare. */
static void
end_bare(struct printer *p, const char *key)
{
	if (p->line == p->out)
		return;
	fclose(p->line);
	if (p->text != NULL)
		fprintf(p->out, "%s\t%s\t%s\n", p->block, key, p->text);
	free(p->text);
}

/* Ends the statement, with the place of the key as a comment. */
static void
end(struct printer *p, const char *key)
{
	size_t n;

	if (p->bare) {
		end_bare(p, key);
		return;
	}
	if (p->line != p->out) {
		fclose(p->line);
		if (p->text == NULL)
			return;
		fputs(p->text, p->out);
		if ((n = columns(p->text)) >= COLUMN)
			fputc(' ', p->out);
		for (; n < COLUMN; n = n - n % 8 + 8)
			fputc('\t', p->out);
		free(p->text);
	}
	fputs("# ", p->out);
	print_place(p, key);
}

static void
open_block(struct printer *p, const char *name)
{
	if (!p->bare)
		fprintf(p->out, "\n%s {\n", name);
	p->block = name;
}

static void
close_block(struct printer *p)
{
	if (!p->bare)
		fputs("}\n", p->out);
	p->block = "";
}

static void
print_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/* The words before, and the text in quotes; nothing if there is no text. */
static void
print_string(FILE *out, const char *before, const char *text)
{
	if (text == NULL)
		return;
	fputs(before, out);
	print_quoted(out, text);
}

static void
print_duration(FILE *out, const char *before, int64_t ms)
{
	char buf[UNITS_SIZE];

	if (ms == FOREVER)
		strlcpy(buf, "forever", sizeof(buf));
	else
		units_format_duration(ms, buf, sizeof(buf));
	fprintf(out, "%s%s", before, buf);
}

/* Statements of one value: the key is its word, or words. */
static void
line_string(struct printer *p, const char *key, const char *text)
{
	FILE *out;

	if (text == NULL)
		return;
	out = begin(p);
	fprintf(out, "%s ", key);
	print_quoted(out, text);
	end(p, key);
}

static void
line_duration(struct printer *p, const char *key, int64_t ms)
{
	FILE *out = begin(p);

	fputs(key, out);
	print_duration(out, " ", ms);
	end(p, key);
}

static void
line_word(struct printer *p, const char *key, const char *word)
{
	fprintf(begin(p), "%s %s", key, word);
	end(p, key);
}

static void
line_number(struct printer *p, const char *key, int64_t n)
{
	fprintf(begin(p), "%s %" PRId64, key, n);
	end(p, key);
}

static void
line_size(struct printer *p, const char *key, int64_t mb)
{
	char buf[UNITS_SIZE];

	units_format_size(mb, buf, sizeof(buf));
	line_word(p, key, buf);
}

/* A secret that no file has cannot be said in the grammar. */
static void
line_secret(struct printer *p, const char *key)
{
	if (p->bare)
		return;
	fprintf(p->out, "\t# %s: ", key);
	print_place(p, key);
}

static void
print_global(struct printer *p)
{
	const struct conf *conf = p->conf;
	FILE *out;

	if (conf->control != NULL) {
		out = begin(p);
		print_string(out, "control ", conf->control);
		print_string(out, " group ", conf->control_group);
		fprintf(out, " read %s", conf->read_any ? "any" : "group");
		end(p, "control");
	}
	line_string(p, "state", conf->state);
	line_string(p, "user", conf->user);
	line_string(p, "import", conf->import);
	line_word(p, "log level", log_level_name(conf->log_level));
	line_word(p, "log format", log_format_name(conf->log_format));
	line_duration(p, "agent timeout", conf->cluster.agent_timeout);
	line_duration(p, "reconcile", conf->cluster.reconcile_interval);
}

static void
print_masters(struct printer *p)
{
	const struct mesos_conf *m = &p->conf->mesos;
	FILE *out;
	size_t i;

	if (m->nmasters == 0)
		return;
	out = begin(p);
	for (i = 0; i < m->nmasters; i++)
		print_string(out, i == 0 ? "master " : ", ", m->masters[i]);
	end(p, "master");
}

static void
print_mesos(struct printer *p)
{
	const struct mesos_conf *m = &p->conf->mesos;
	FILE *out;

	open_block(p, "mesos");
	print_masters(p);
	line_string(p, "ca", m->ca);
	line_string(p, "pin", m->pin);
	line_string(p, "certificate", m->cert);
	line_string(p, "key", m->key);
	/* With http:// it is only worth a word if it was one. */
	if (!m->verify ||
	    (m->nmasters > 0 && strncmp(m->masters[0], "https", 5) == 0))
		line_word(p, "verify", m->verify ? "yes" : "no");
	line_string(p, "principal", m->principal);
	line_string(p, "username", m->username);
	if (m->secret != NULL && m->secret_file == NULL)
		line_secret(p, "secret");
	else if (m->secret != NULL) {
		out = begin(p);
		print_string(out, "secret file ", m->secret_file);
		end(p, "secret");
	}
	line_string(p, "framework", m->name);
	line_string(p, "role", m->role);
	line_string(p, "user", m->user);
	line_string(p, "hostname", m->hostname);
	line_string(p, "webui", m->webui);
	line_duration(p, "failover", m->failover);
	out = begin(p);
	print_duration(out, "retry ", m->retry);
	print_duration(out, " to ", m->retry_max);
	end(p, "retry");
	line_duration(p, "timeout", m->timeout);
	close_block(p);
}

static void
print_http(struct printer *p)
{
	const struct http_conf *h = &p->conf->http;
	FILE *out;

	if (!h->on)
		return;
	open_block(p, "http");
	fprintf(begin(p), "listen on %s port %u",
	    h->address != NULL ? h->address : "any", (unsigned int)h->port);
	end(p, "listen");
	if (h->user != NULL && h->password_file == NULL) {
		line_secret(p, "user");
		line_secret(p, "password");
	} else if (h->user != NULL) {
		out = begin(p);
		print_string(out, "user ", h->user);
		print_string(out, " password file ", h->password_file);
		end(p, "user");
	}
	line_string(p, "certificate", h->cert);
	line_string(p, "key", h->key);
	line_word(p, "force", h->force ? "yes" : "no");
	fprintf(begin(p), "connections %" PRIu32 " per address %" PRIu32,
	    h->connections, h->connections_address);
	end(p, "connections");
	close_block(p);
}

static void
print_offers(struct printer *p)
{
	const struct cluster_conf *c = &p->conf->cluster;

	open_block(p, "offers");
	line_duration(p, "hold", c->hold);
	line_duration(p, "refuse", c->refuse);
	line_duration(p, "revive", c->revive_interval);
	close_block(p);
}

static void
print_plan(struct printer *p)
{
	const struct cluster_conf *c = &p->conf->cluster;
	FILE *out;
	int i;

	open_block(p, "plan");
	line_duration(p, "pace", c->pace);
	out = begin(p);
	for (i = 0; i < SERVICE_MAX; i++)
		fprintf(out, "%s%s", i == 0 ? "order " : ", ",
		    service_name(c->order[i]));
	end(p, "order");
	line_word(p, "confirm", c->confirm ? "yes" : "no");
	close_block(p);
}

static void
print_check(struct printer *p, const struct check_conf *c)
{
	static const char *const words[] = {
		[CHECK_TCP] = "tcp",
		[CHECK_NONE] = "none",
		[CHECK_COMMAND] = "command",
	};
	FILE *out;

	if (c->type != CHECK_DEFAULT) {
		out = begin(p);
		fprintf(out, "check %s", words[c->type]);
		if (c->type == CHECK_COMMAND)
			print_string(out, " ", c->command);
		end(p, "check");
	}
	line_duration(p, "check delay", c->delay);
	line_duration(p, "check interval", c->interval);
	line_duration(p, "check timeout", c->timeout);
	line_duration(p, "check grace", c->grace);
	line_duration(p, "check settle", c->settle);
	if (c->kill_after == 0)
		line_word(p, "check kill", "never");
	else
		line_number(p, "check kill", c->kill_after);
}

/* Ends a statement of which there are several. */
static void
end_kind(struct printer *p, const char *kind, const char *name)
{
	char *key;

	if (asprintf(&key, "%s %s", kind, name) == -1)
		key = NULL;
	end(p, key != NULL ? key : kind);
	free(key);
}

static void
print_pairs(struct printer *p, const char *word, const struct pairs *pairs)
{
	FILE *out;
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		out = begin(p);
		fprintf(out, "%s ", word);
		print_quoted(out, pairs->list[i].name);
		print_string(out, " ", pairs->list[i].value);
		end_kind(p, word, pairs->list[i].name);
	}
}

static void
print_volumes(struct printer *p, const struct service_conf *s)
{
	const struct volume *v;
	FILE *out;
	size_t i, n;

	for (n = 0; n < s->nvolumes; n++) {
		v = &s->volumes[n];
		out = begin(p);
		for (i = 0; i < v->nnames; i++)
			print_string(out, i == 0 ? "volume " : ", ",
			    v->names[i]);
		print_string(out, " driver ", v->driver);
		print_string(out, " at ", v->path);
		end_kind(p, "volume", v->path);
	}
}

static void
print_network(struct printer *p, const struct service_conf *s)
{
	FILE *out = begin(p);

	switch (s->network) {
	case NETWORK_HOST:
		fputs("network host", out);
		break;
	case NETWORK_BRIDGE:
		fputs("network bridge", out);
		break;
	case NETWORK_NAMED:
		print_string(out, "network ", s->network_name);
		print_string(out, " domain ", s->domain);
		break;
	case NETWORK_ATTACHED:
		print_string(out, "network bridge ", s->network_name);
		print_string(out, " hostname ", s->hostname);
		break;
	}
	end(p, "network");
}

static void
print_resources(struct printer *p, const struct service_conf *s)
{
	char buf[UNITS_SIZE];

	units_format_thousandths(s->cpus, buf, sizeof(buf));
	line_word(p, "cpus", buf);
	line_size(p, "memory", s->mem);
	if (s->disk > 0)
		line_size(p, "disk", s->disk);
	if (s->heap > 0)
		line_size(p, "heap", s->heap);
	print_network(p, s);
	if (s->port != 0)
		line_number(p, "port", s->port);
}

static void
print_service(struct printer *p, enum service_id id)
{
	const struct service_conf *s = &p->conf->cluster.service[id];
	FILE *out;

	open_block(p, service_name(id));
	line_number(p, "count", s->count);
	line_string(p, "name", s->task_name);
	out = begin(p);
	print_string(out, "image ", s->image);
	fprintf(out, " %s%s",
	    s->container == CONTAINER_DOCKER ? "docker" : "mesos",
	    s->force_pull ? " pull" : "");
	end(p, "image");
	print_resources(p, s);
	print_volumes(p, s);
	print_pairs(p, "environment", &s->env);
	print_pairs(p, "option", &s->options);
	line_word(p, "unique hostname", s->unique_hostname ? "yes" : "no");
	/* Unset, it depends on the volumes. */
	if (s->sticky != STICKY_DEFAULT)
		line_duration(p, "sticky", s->sticky);
	line_duration(p, "unreachable", s->unreachable);
	line_duration(p, "grace", s->grace);
	out = begin(p);
	print_duration(out, "backoff ", s->backoff);
	print_duration(out, " to ", s->backoff_max);
	print_duration(out, " reset ", s->backoff_reset);
	end(p, "backoff");
	print_check(p, &s->check);
	close_block(p);
}

static void
print_all(struct printer *p)
{
	int i;

	print_global(p);
	print_mesos(p);
	print_http(p);
	print_offers(p);
	print_plan(p);
	for (i = 0; i < SERVICE_MAX; i++)
		print_service(p, i);
}

void
conf_print(const struct conf *conf, FILE *out)
{
	struct printer p = { .conf = conf, .out = out, .block = "" };

	print_all(&p);
}

void
conf_list(const struct conf *conf, FILE *out)
{
	struct printer p = { .conf = conf,
		.out = out,
		.bare = true,
		.block = "" };

	print_all(&p);
}
