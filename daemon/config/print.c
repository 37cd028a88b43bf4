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
 * The configuration in its own grammar. All that is in force is printed, the
 * defaults too; the secret is printed as the file that it came from. What
 * comes out must read as the same configuration.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "units.h"

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

/* before, the text in quotes, after; nothing if there is no text. */
static void
print_string(FILE *out, const char *before, const char *text, const char *after)
{
	if (text == NULL)
		return;
	fputs(before, out);
	print_quoted(out, text);
	fputs(after, out);
}

static void
print_duration(FILE *out, const char *before, int64_t ms, const char *after)
{
	char buf[UNITS_SIZE];

	if (ms == FOREVER)
		strlcpy(buf, "forever", sizeof(buf));
	else
		units_format_duration(ms, buf, sizeof(buf));
	fprintf(out, "%s%s%s", before, buf, after);
}

static void
print_size(FILE *out, const char *before, int64_t mb, const char *after)
{
	char buf[UNITS_SIZE];

	units_format_size(mb, buf, sizeof(buf));
	fprintf(out, "%s%s%s", before, buf, after);
}

static void
print_global(const struct conf *conf, FILE *out)
{
	if (conf->control != NULL) {
		print_string(out, "control ", conf->control, "");
		print_string(out, " group ", conf->control_group, "");
		fprintf(out, " read %s\n", conf->read_any ? "any" : "group");
	}
	print_string(out, "state ", conf->state, "\n");
	print_string(out, "user ", conf->user, "\n");
	fprintf(out, "log level %s\n", log_level_name(conf->log_level));
	print_duration(out, "agent timeout ", conf->cluster.agent_timeout,
	    "\n");
	print_duration(out, "reconcile ", conf->cluster.reconcile_interval,
	    "\n");
}

static void
print_mesos(const struct mesos_conf *m, FILE *out)
{
	size_t i;

	fprintf(out, "\nmesos {\n");
	for (i = 0; i < m->nmasters; i++)
		print_string(out, i == 0 ? "\tmaster " : ", ", m->masters[i],
		    i + 1 == m->nmasters ? "\n" : "");
	print_string(out, "\tca ", m->ca, "\n");
	print_string(out, "\tpin ", m->pin, "\n");
	print_string(out, "\tcertificate ", m->cert, "\n");
	print_string(out, "\tkey ", m->key, "\n");
	/* With http:// it is only worth a word if it was one. */
	if (!m->verify ||
	    (m->nmasters > 0 && strncmp(m->masters[0], "https", 5) == 0))
		fprintf(out, "\tverify %s\n", m->verify ? "yes" : "no");
	print_string(out, "\tprincipal ", m->principal, "\n");
	print_string(out, "\tsecret file ", m->secret_file, "\n");
	print_string(out, "\tframework ", m->name, "\n");
	print_string(out, "\trole ", m->role, "\n");
	print_string(out, "\tuser ", m->user, "\n");
	print_string(out, "\thostname ", m->hostname, "\n");
	print_string(out, "\twebui ", m->webui, "\n");
	print_duration(out, "\tfailover ", m->failover, "\n");
	print_duration(out, "\tretry ", m->retry, "");
	print_duration(out, " to ", m->retry_max, "\n");
	print_duration(out, "\ttimeout ", m->timeout, "\n}\n");
}

static void
print_offers(const struct cluster_conf *c, FILE *out)
{
	fprintf(out, "\noffers {\n");
	print_duration(out, "\thold ", c->hold, "\n");
	print_duration(out, "\trefuse ", c->refuse, "\n");
	print_duration(out, "\trevive ", c->revive_interval, "\n}\n");
}

static void
print_check(const struct check_conf *c, FILE *out)
{
	if (c->type == CHECK_TCP)
		fprintf(out, "\tcheck tcp\n");
	else if (c->type == CHECK_NONE)
		fprintf(out, "\tcheck none\n");
	else if (c->type == CHECK_COMMAND && c->command == NULL)
		fprintf(out, "\tcheck command\n");
	else if (c->type == CHECK_COMMAND)
		print_string(out, "\tcheck command ", c->command, "\n");
	print_duration(out, "\tcheck delay ", c->delay, "\n");
	print_duration(out, "\tcheck interval ", c->interval, "\n");
	print_duration(out, "\tcheck timeout ", c->timeout, "\n");
	print_duration(out, "\tcheck grace ", c->grace, "\n");
	print_duration(out, "\tcheck settle ", c->settle, "\n");
	if (c->kill_after == 0)
		fprintf(out, "\tcheck kill never\n");
	else
		fprintf(out, "\tcheck kill %" PRIu32 "\n", c->kill_after);
}

static void
print_pairs(FILE *out, const char *word, const struct pairs *pairs)
{
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		fprintf(out, "\t%s ", word);
		print_quoted(out, pairs->list[i].name);
		print_string(out, " ", pairs->list[i].value, "\n");
	}
}

static void
print_volumes(FILE *out, const struct service_conf *s)
{
	const struct volume *v;
	size_t i;

	for (i = 0; i < s->nvolumes; i++) {
		v = &s->volumes[i];
		print_string(out, "\tvolume ", v->names[0], "");
		print_string(out, " driver ", v->driver, "");
		print_string(out, " at ", v->path, "\n");
	}
}

static void
print_resources(FILE *out, const struct service_conf *s)
{
	char buf[UNITS_SIZE];

	units_format_thousandths(s->cpus, buf, sizeof(buf));
	fprintf(out, "\tcpus %s\n", buf);
	print_size(out, "\tmemory ", s->mem, "\n");
	if (s->disk > 0)
		print_size(out, "\tdisk ", s->disk, "\n");
	if (s->heap > 0)
		print_size(out, "\theap ", s->heap, "\n");
	if (s->network == NETWORK_NAMED) {
		print_string(out, "\tnetwork ", s->network_name, "");
		print_string(out, " domain ", s->domain, "");
		fprintf(out, "\n");
	} else {
		fprintf(out, "\tnetwork %s\n",
		    s->network == NETWORK_HOST ? "host" : "bridge");
	}
	if (s->port != 0)
		fprintf(out, "\tport %" PRIu32 "\n", s->port);
}

static void
print_service(const struct service_conf *s, const char *name, FILE *out)
{
	fprintf(out, "\n%s {\n\tcount %d\n", name, s->count);
	print_string(out, "\timage ", s->image, "");
	fprintf(out, " %s%s\n",
	    s->container == CONTAINER_DOCKER ? "docker" : "mesos",
	    s->force_pull ? " pull" : "");
	print_resources(out, s);
	print_volumes(out, s);
	print_pairs(out, "environment", &s->env);
	print_pairs(out, "option", &s->options);
	fprintf(out, "\tunique hostname %s\n",
	    s->unique_hostname ? "yes" : "no");
	/* Unset, it depends on the volumes. */
	if (s->sticky != STICKY_DEFAULT)
		print_duration(out, "\tsticky ", s->sticky, "\n");
	print_duration(out, "\tunreachable ", s->unreachable, "\n");
	print_duration(out, "\tgrace ", s->grace, "\n");
	print_duration(out, "\tbackoff ", s->backoff, "");
	print_duration(out, " to ", s->backoff_max, "");
	print_duration(out, " reset ", s->backoff_reset, "\n");
	print_check(&s->check, out);
	fprintf(out, "}\n");
}

void
conf_print(const struct conf *conf, FILE *out)
{
	int i;

	print_global(conf, out);
	print_mesos(&conf->mesos, out);
	print_offers(&conf->cluster, out);
	for (i = 0; i < SERVICE_MAX; i++)
		print_service(&conf->cluster.service[i], service_name(i), out);
}
