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
 * The configuration, read again. Runs in the parent. A wrong one changes
 * nothing, and all its errors are told; of a right one what can be changed in
 * place is, and what needs other tasks becomes the plan (core/roll.c).
 */

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/revision.h"
#include "history.h"
#include "http_link.h"
#include "log.h"
#include "made.h"
#include "parent.h"

/* One reading of it, and what came out. */
struct reload {
	struct parent *parent;
	struct control_client *client; /* NULL: it was a signal */
	struct conf *conf; /* the new one */
	int changed;
	int later; /* of these count from the next start on */
	int tasks; /* to be restarted */
	bool mesos; /* its settings have changed */
	bool http;
};

/* A fact about it: to who asked, or to the log. */
static void
reload_tell(const struct reload *rl, int code, const char *name,
    const char *text)
{
	struct json_object *o;

	if (rl->client == NULL) {
		if (code >= 400)
			log_errx("configuration: %s", text);
		else
			log_info("configuration: %s", text);
		return;
	}
	o = json_object_new_object();
	made_put(o, name, json_object_new_string(text));
	control_data(rl->client, code, o);
}

/* Errors and warnings, a line each. Returns how many errors. */
static int
reload_messages(const struct reload *rl, char *messages)
{
	char *line, *rest = messages;
	bool bad = rl->conf == NULL;
	int n = 0;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0')
			continue;
		if (strstr(line, ": warning: ") != NULL) {
			reload_tell(rl, bad ? 400 : 200, "warning", line);
			continue;
		}
		reload_tell(rl, 400, "error", line);
		n++;
	}
	return n;
}

/* Where nothing is said, a place that was found at the start is kept. */
static int
reload_default(char **to, const char *from)
{
	if (*to != NULL || from == NULL)
		return 0;
	return (*to = strdup(from)) == NULL ? -1 : 0;
}

/* Reads the file, and tells what is wrong with it. Returns 0, or -1 with r. */
static int
reload_read(struct reload *rl, struct reply *r)
{
	const struct conf *old = rl->parent->conf;
	const char *file = conf_file(rl->parent->file);
	char *messages = NULL;
	size_t len;
	FILE *f;
	int n;

	*r = (struct reply) { 500, "no memory; nothing was changed" };
	if ((f = open_memstream(&messages, &len)) == NULL)
		return -1;
	rl->conf = conf_load_again(old, file, f);
	if (fclose(f) == EOF) {
		free(messages);
		return -1;
	}
	n = reload_messages(rl, messages);
	free(messages);
	if (rl->conf == NULL) {
		r->code = 400;
		snprintf(r->text, sizeof(r->text),
		    "%d error%s in %.200s; nothing was changed", n,
		    n == 1 ? "" : "s", file != NULL ? file : "the environment");
		return -1;
	}
	return reload_default(&rl->conf->control, old->control) |
	    reload_default(&rl->conf->state, old->state);
}

static void
put_text(struct json_object *o, const char *name, const char *text)
{
	if (text != NULL)
		made_put(o, name, json_object_new_string(text));
}

static void
reload_change_cb(void *arg, const struct conf_change *ch)
{
	struct reload *rl = arg;
	struct json_object *o;

	rl->changed++;
	rl->later += ch->start;
	if (!ch->start) {
		rl->mesos |= strcmp(ch->block, "mesos") == 0;
		rl->http |= strcmp(ch->block, "http") == 0;
	}
	if (rl->client == NULL) {
		log_info("configuration: %s%s%s%s%s", ch->block,
		    ch->block[0] != '\0' ? ": " : "",
		    ch->now != NULL ? ch->now : ch->key,
		    ch->now != NULL ? "" : " is no longer set",
		    ch->start ? " (from the next start of kafkad on)" : "");
		return;
	}
	o = json_object_new_object();
	put_text(o, "block", ch->block);
	put_text(o, "key", ch->key);
	put_text(o, "before", ch->before);
	put_text(o, "now", ch->now);
	made_put(o, "next_start", json_object_new_boolean(ch->start));
	control_data(rl->client, 200, o);
}

static void
reload_task(struct reload *rl, const struct instance *i, const char *why)
{
	struct json_object *o;

	rl->tasks++;
	if (rl->client == NULL)
		return;
	o = json_object_new_object();
	put_text(o, "instance", i->name);
	put_text(o, "because", why);
	control_data(rl->client, 200, o);
}

/* Tells which tasks would have to be others. Returns 0, or -1 (no memory). */
static int
reload_tasks(struct reload *rl)
{
	struct cluster *c = rl->parent->cluster;
	char why[MESSAGE_MAX];
	struct instance *i;
	struct revision *r;
	struct service *s;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		s = &c->service[id];
		r = revision_new(&rl->conf->cluster.service[id]);
		if (r == NULL)
			return -1;
		TAILQ_FOREACH(i, &s->instances, entry) {
			if (!revision_skipped(s, r) && !i->stopped &&
			    !i->leaving &&
			    revision_differs(s, i, r, why, sizeof(why)))
				reload_task(rl, i, why);
		}
		revision_free(r);
	}
	return 0;
}

/* What the file alone does not tell. Returns 0, or -1 with r. */
static int
reload_check(const struct reload *rl, struct reply *r)
{
	const struct service_conf *conf;
	const struct service *s;
	int id, count, max;

	for (id = 0; id < SERVICE_MAX; id++) {
		s = &rl->parent->cluster->service[id];
		conf = &rl->conf->cluster.service[id];
		count = s->configured == conf->count ? s->count : conf->count;
		if (count <= (max = service_volumes_max(conf)))
			continue;
		r->code = 409;
		snprintf(r->text, sizeof(r->text),
		    "%s: %d instances are wanted by command, and there would "
		    "be volumes for %d only: name more of them, or scale it "
		    "down; nothing was changed",
		    service_name(s->id), count, max);
		return -1;
	}
	return 0;
}

/* Takes the new configuration. Returns 0, or -1 without memory. */
static int
reload_apply(struct reload *rl)
{
	struct parent *p = rl->parent;
	struct conf *old = p->conf, *new = rl->conf;
	bool webui;

	if (cluster_configure(p->cluster, &new->cluster) == -1)
		return -1;
	conf_keep(new, old);
	p->conf = new;
	rl->conf = NULL;
	if (new->log_level != old->log_level)
		command_set_level(p, new->log_level);
	log_set_format(new->log_format);
	conf_free(old);
	webui = http_link_moved(p->http);
	if (rl->http)
		http_link_changed(p->http);
	else
		http_link_reload(p->http);
	/* Mesos learns by a subscription where the page is. */
	if (rl->mesos || webui)
		proc_restart(p->mesos);
	parent_wake(p);
	return 0;
}

static void
reload_sum(const struct reload *rl, bool check, struct reply *r)
{
	bool paused = rl->parent->cluster->paused;
	char text[MESSAGE_MAX];

	r->code = 200;
	snprintf(r->text, sizeof(r->text), "%s%d setting%s %s",
	    check ? "it is right; " : "", rl->changed,
	    rl->changed == 1 ? "" : "s", check ? "would change" : "changed");
	if (rl->later > 0) {
		snprintf(text, sizeof(text),
		    "; %d of them count%s from the next start of kafkad on",
		    rl->later, rl->later == 1 ? "s" : "");
		strlcat(r->text, text, sizeof(r->text));
	}
	if (rl->tasks > 0) {
		snprintf(text, sizeof(text),
		    "; %d instance%s %s restarted one after the other%s",
		    rl->tasks, rl->tasks == 1 ? "" : "s",
		    check ? "would be" : "to be",
		    check	 ? ""
			: paused ? " after kafkactl plan resume"
				 : ": kafkactl plan");
		strlcat(r->text, text, sizeof(r->text));
	}
}

/* Reads, compares, and unless it is only a check, takes it. */
static void
reload(struct reload *rl, bool check, struct reply *r)
{
	const struct reply none = { 500, "no memory; nothing was changed" };

	if (reload_read(rl, r) == -1 || reload_check(rl, r) == -1)
		return;
	if (conf_diff(rl->parent->conf, rl->conf, reload_change_cb, rl) == -1 ||
	    reload_tasks(rl) == -1 || (!check && reload_apply(rl) == -1)) {
		*r = none;
		return;
	}
	reload_sum(rl, check, r);
}

void
reload_command(struct parent *p, struct control_client *cl,
    const struct cmd_call *call)
{
	struct reload rl = { .parent = p, .client = cl };
	bool check = call->choice == 1;
	struct reply r;

	if (p->unsaved && !check) {
		command_note(p, cl, call, 500, "nothing was changed");
		control_end(cl, 500, "%s; nothing was changed", p->save_error);
		return;
	}
	reload(&rl, check, &r);
	conf_free(rl.conf);
	/* Nothing was changed that would have to be saved. */
	if (check) {
		control_end(cl, r.code, "%s", r.text);
		return;
	}
	command_note(p, cl, call, r.code, r.text);
	command_later(p, cl, &r);
}

void
reload_signal(struct parent *p)
{
	struct reload rl = { .parent = p };
	char text[MESSAGE_MAX + 16];
	struct reply r;

	if (p->unsaved) {
		log_errx("SIGHUP: %s; nothing was changed", p->save_error);
		return;
	}
	reload(&rl, false, &r);
	conf_free(rl.conf);
	snprintf(text, sizeof(text), "SIGHUP: %s", r.text);
	history_add(p->history, "", r.code != 200, NULL, text);
	if (r.code == 200)
		log_info("configuration: %s", r.text);
	else
		log_errx("configuration: %s", r.text);
}
