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
 * What the parent does when something has happened: the core decides, what
 * changed is saved, and only after that the actions go out and clients get
 * their answers; offers alone go back while nothing can be saved. And its
 * start: what was saved before. Knows no event loop, so that the simulator
 * plays the very same turns.
 */

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "import.h"
#include "log.h"
#include "parent.h"

#define SAVE_RETRY 1000 /* ms */

static void
turn_notices(struct parent *p)
{
	struct notice *n;
	const char *sep;

	while ((n = TAILQ_FIRST(&p->cluster->notices)) != NULL) {
		TAILQ_REMOVE(&p->cluster->notices, n, entry);
		sep = n->instance[0] != '\0' ? ": " : "";
		if (n->warn)
			log_warnx("%s%s%s", n->instance, sep, n->text);
		else
			log_info("%s%s%s", n->instance, sep, n->text);
		parent_tell(p, n);
		free(n);
	}
}

/* Makes durable what changed. Returns false if that is not possible now. */
static bool
turn_save(struct parent *p, int64_t now)
{
	char err[STORE_ERR];

	if (!p->cluster->dirty)
		return true;
	if (store_save(p->store, p->cluster, now, clock_wall(), err) == -1) {
		if (!p->unsaved || strcmp(err, p->save_error) != 0)
			log_errx("%s; nothing is done until it can be saved",
			    err);
		strlcpy(p->save_error, err, sizeof(p->save_error));
		if (!p->unsaved)
			p->unsaved_since = now;
		p->unsaved = true;
		return false;
	}
	if (p->unsaved)
		log_info("the state can be saved again");
	p->unsaved = false;
	p->cluster->dirty = false;
	return true;
}

/* Others get their offers back, which says nothing of what is to be saved. */
static void
turn_decline(struct parent *p, int64_t now)
{
	struct cluster *c = p->cluster;
	struct action *a, *next;

	cluster_decline(c, now);
	TAILQ_FOREACH_SAFE(a, &c->actions, entry, next) {
		if (a->type != ACTION_DECLINE)
			continue;
		TAILQ_REMOVE(&c->actions, a, entry);
		link_act(p, a);
	}
}

int64_t
turn(struct parent *p, int64_t now)
{
	struct cluster *c = p->cluster;
	bool late = p->unsaved; /* what came since was not looked at */
	struct action *a;

	/* While nothing can be saved, nothing new is decided either. */
	if (!p->unsaved)
		cluster_run(c, now);
	turn_notices(p);
	if (!turn_save(p, now)) {
		turn_decline(p, now);
		command_answer(p, now);
		return now + SAVE_RETRY;
	}
	while ((a = TAILQ_FIRST(&c->actions)) != NULL) {
		TAILQ_REMOVE(&c->actions, a, entry);
		link_act(p, a);
	}
	command_answer(p, now);
	if (c->dirty || late)
		return TURN_AGAIN;
	return c->deadline != 0 ? c->deadline : TURN_NEVER;
}

/* Without a state: takes over what the Go framework left, or begins anew. */
static void
turn_begin(struct parent *p, int64_t now)
{
	char err[STORE_ERR];
	int rc = 0;

	if (p->conf->import != NULL)
		rc = import_load(p->conf, p->cluster, now, clock_wall(), err);
	if (rc == -1)
		fatalx("import: %s", err);
	if (rc == 1)
		log_info("taken over from %s/framework.json: framework %s, "
			 "role %s, principal \"%s\"",
		    p->conf->import, p->cluster->framework_id, p->cluster->role,
		    p->cluster->principal);
	else
		log_info("no state in %s: beginning anew",
		    store_path(p->store));
	p->cluster->dirty = true;
}

void
turn_load(struct parent *p)
{
	char err[STORE_ERR];
	enum store_found found;
	int64_t now = clock_now();

	if ((p->store = store_open(p->conf->state, err)) == NULL)
		fatalx("%s", err);
	if ((p->cluster = cluster_new(&p->conf->cluster)) == NULL)
		fatalx("no memory");
	if (store_load(p->store, p->cluster, &found, now, clock_wall(), err) ==
	    -1)
		fatalx("%s", err);
	switch (found) {
	case STORE_FRESH:
		turn_begin(p, now);
		break;
	case STORE_BACKUP:
		log_warnx("%s", err);
		break;
	case STORE_GOOD:
		break;
	}
	if (cluster_configure(p->cluster, &p->conf->cluster) == -1)
		fatalx("no memory");
	if (p->cluster->mode == MODE_PASSIVE ||
	    p->cluster->mode == MODE_REMOVED)
		log_warnx("the state says %s: nothing is done before "
			  "kafkactl -f register",
		    cluster_mode_name(p->cluster->mode));
	/* Tasks may be alive that this state does not know. */
	p->cluster->barrier = p->cluster->framework_id[0] != '\0';
	/* What the start itself changes must be saved before anything else. */
	if (!turn_save(p, now))
		fatalx("%s", p->save_error);
}
