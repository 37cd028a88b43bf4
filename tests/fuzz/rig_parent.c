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

/* The parent without a process, for the targets; see rig_parent.h. */

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fuzz.h"
#include "http_link.h"
#include "log.h"
#include "msg.h"
#include "rig_parent.h"
#include "store.h"

#define NOW INT64_C(100000000)
#define WALL INT64_C(1790000000000)
#define TURNS_MAX 50 /* until it must have come to rest */

static int64_t passed; /* on both clocks */
static struct fuzz_parent *current;

int64_t
clock_now(void)
{
	return NOW + passed;
}

int64_t
clock_wall(void)
{
	return WALL + passed;
}

const char *
clock_boot(void)
{
	return "";
}

void
parent_wake(struct parent *p)
{
	p->woken = true;
}

const char *
http_link_webui(const struct http_link *l)
{
	(void)l;
	return "";
}

/* Nobody looks into it. */
struct chan *
proc_chan(struct proc *p)
{
	(void)p;
	return current->connected ? (struct chan *)current : NULL;
}

void
proc_restart(struct proc *p)
{
	(void)p;
}

bool
fuzz_frame_allowed(const struct frame_header *h, enum proc_id from,
    enum proc_id to)
{
	const struct msg_info *m = msg_info(h->type);
	uint32_t len = h->length - FRAME_HEADER;

	return h->version == FRAME_VERSION && m != NULL &&
	    m->from & (1 << from) && m->to & (1 << to) && len >= m->min &&
	    len <= m->max;
}

/* Instead of chan.c: what it calls fatal must not happen. */
void
chan_send(struct chan *c, struct frame_writer *w)
{
	struct frame_header h;

	(void)c;
	FUZZ_CHECK(frame_finish(w) == 0);
	FUZZ_CHECK(frame_header_parse(w->buf, &h) == 0);
	FUZZ_CHECK(fuzz_frame_allowed(&h, PROC_PARENT, PROC_MESOS));
	if (current->send != NULL)
		current->send(current->arg, w);
	frame_free(w);
}

void
fuzz_parent_open(struct fuzz_parent *f)
{
	struct parent *p = &f->p;

	log_init("fuzz", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	memset(f, 0, sizeof(*f));
	passed = 0;
	current = f;
	f->connected = true;
	if ((f->conf = conf_new()) == NULL)
		abort();
	f->conf->cluster.service[SERVICE_ZOOKEEPER].count = 1;
	f->conf->cluster.service[SERVICE_KAFKA].count = 2;
	p->conf = f->conf;
	if ((p->cluster = cluster_new(&f->conf->cluster)) == NULL)
		abort();
	TAILQ_INIT(&p->calls);
	TAILQ_INIT(&p->answers);
	TAILQ_INIT(&p->waiters);
	TAILQ_INIT(&p->watchers);
}

void
fuzz_parent_close(struct fuzz_parent *f)
{
	f->connected = false;
	link_lost(&f->p);
	cluster_free(f->p.cluster);
	conf_free(f->conf);
	current = NULL;
}

bool
fuzz_parent_frame(struct fuzz_parent *f, const struct frame_header *h,
    const uint8_t *payload)
{
	char err[512] = "";
	struct frame_reader r;

	frame_read_init(&r, payload, h->length - FRAME_HEADER);
	if (link_handlers[h->type] == NULL)
		return false;
	if (link_handlers[h->type](&f->p, h, &r, err, sizeof(err)) == 0)
		return true;
	FUZZ_CHECK(err[0] != '\0');
	return false;
}

/* What is saved can be read again, and says the same. */
static void
save(struct cluster *c)
{
	char *text = state_encode(c, clock_now(), clock_wall()), *again;
	struct cluster *d = cluster_new(c->conf);
	char err[STORE_ERR];

	if (text == NULL || d == NULL)
		abort();
	FUZZ_CHECK(state_decode(d, text, strlen(text), clock_now(),
		       clock_wall(), err) == 0);
	again = state_encode(d, clock_now(), clock_wall());
	FUZZ_CHECK(again != NULL);
	free(again);
	free(text);
	cluster_free(d);
	c->dirty = false;
}

static void
run(struct fuzz_parent *f)
{
	struct cluster *c = f->p.cluster;
	struct notice *n;
	struct action *a;

	f->p.woken = false;
	cluster_run(c, clock_now());
	while ((n = TAILQ_FIRST(&c->notices)) != NULL) {
		TAILQ_REMOVE(&c->notices, n, entry);
		if (f->tell != NULL)
			f->tell(&f->p, n);
		free(n);
	}
	if (c->dirty)
		save(c);
	while ((a = TAILQ_FIRST(&c->actions)) != NULL) {
		TAILQ_REMOVE(&c->actions, a, entry);
		link_act(&f->p, a);
	}
}

void
fuzz_parent_turn(struct fuzz_parent *f, int64_t ms)
{
	int i;

	passed += ms;
	for (i = 0; i == 0 || f->p.woken || f->p.cluster->dirty; i++) {
		FUZZ_CHECK(i < TURNS_MAX);
		run(f);
	}
}
