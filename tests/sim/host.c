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
 * The machine on which the parent runs: the parent itself is the daemon's own
 * (turn.c, link.c, store.c, state.c, core/); here is what it calls outside of
 * them, its starts, and its deaths.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "http_link.h"
#include "log.h"
#include "sim.h"

#define TURNS_MAX 200 /* at one time */
#define STATE_FILE "state.json"

static void host_run(struct sim *s, void *data, uint64_t n);

int64_t
host_now(const struct sim *s)
{
	return s->host.boot + s->now;
}

int64_t
host_wall(const struct sim *s)
{
	return s->host.wall + s->now;
}

/*
 * What the daemon's files call.
 */

int64_t
clock_now(void)
{
	return host_now(sim);
}

int64_t
clock_wall(void)
{
	return host_wall(sim);
}

const char *
clock_boot(void)
{
	return "";
}

__attribute__((format(printf, 2, 0))) static void
say(const char *level, const char *fmt, va_list ap)
{
	char text[1024];

	if (!sim->tracing)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	sim_trace(sim, "%s %s", level, text);
}

#define LOG(name, level)                \
	void name(const char *fmt, ...) \
	{                               \
		va_list ap;             \
                                        \
		va_start(ap, fmt);      \
		say(level, fmt, ap);    \
		va_end(ap);             \
	}

LOG(log_err, "E")
LOG(log_errx, "E")
LOG(log_warn, "W")
LOG(log_warnx, "W")
LOG(log_info, "I")

void
log_debug(const char *fmt, ...)
{
	(void)fmt;
}

void
log_trace(const char *fmt, ...)
{
	(void)fmt;
}

enum log_level
log_get_level(void)
{
	return LOG_LEVEL_INFO;
}

void
fatalx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("F", fmt, ap);
	va_end(ap);
	if (!disk_is_stopped(sim->host.disk) && sim->armed[FAULT_DISK] == 0) {
		char text[512];

		va_start(ap, fmt);
		vsnprintf(text, sizeof(text), fmt, ap);
		va_end(ap);
		sim_fail(sim, "fatal", "%s", text);
	}
	longjmp(sim->jump, 1);
}

void
parent_wake(struct parent *p)
{
	if (p->woken)
		return;
	p->woken = true;
	sim_at(sim, sim->now + sim_between(sim, 0, 3), host_run, NULL,
	    sim->host.life);
}

void
parent_tell(struct parent *p, const struct notice *n)
{
	(void)p;
	(void)n;
}

void
command_answer(struct parent *p, int64_t now)
{
	(void)p;
	(void)now;
}

const char *
http_link_webui(const struct http_link *l)
{
	(void)l;
	return "";
}

struct chan *
proc_chan(struct proc *p)
{
	(void)p;
	return sim->child.ready ? (struct chan *)&sim->child : NULL;
}

void
proc_restart(struct proc *p)
{
	(void)p;
}

void
chan_send(struct chan *c, struct frame_writer *w)
{
	struct host *h = &sim->host;

	(void)c;
	if (h->crash_send > 0 && --h->crash_send == 0)
		h->dead = true;
	if (!h->dead)
		child_send(sim, w);
	frame_free(w);
}

/*
 * The mesos process.
 */

void
host_frame(struct sim *s, const void *frame, size_t len)
{
	struct parent *p = &s->host.parent;
	struct frame_header h;
	struct frame_reader r;
	const struct msg_info *m;
	char err[512] = "no handler", id[ID_MAX];

	if (!s->host.up)
		return;
	frame_header_parse(frame, &h);
	m = msg_info(h.type);
	if (len - FRAME_HEADER < m->min || len - FRAME_HEADER > m->max)
		sim_fail(s, "model", "a %s of %zu bytes", m->name, len);
	frame_read_init(&r, (const uint8_t *)frame + FRAME_HEADER,
	    len - FRAME_HEADER);
	if (h.type == MSG_OFFER || h.type == MSG_RESCIND) {
		frame_get_str(&r, id, sizeof(id), "id");
		check_offer(s, id, h.type == MSG_OFFER);
		frame_read_init(&r, (const uint8_t *)frame + FRAME_HEADER,
		    len - FRAME_HEADER);
	} else if (h.type == MSG_DISCONNECTED || h.type == MSG_SUBSCRIBED) {
		check_offers_void(s);
	} else if (h.type == MSG_UPDATE) {
		check_told(s, (const uint8_t *)frame + FRAME_HEADER,
		    len - FRAME_HEADER);
	}
	if (link_handlers[h.type](p, &h, &r, err, sizeof(err)) == -1)
		sim_fail(s, "frame", "%s: %s", m->name, err);
}

/* As parent.c: the child is ready to be asked. */
void
host_child_ready(struct sim *s)
{
	cluster_on_disconnected(s->host.parent.cluster);
	parent_wake(&s->host.parent);
}

void
host_child_lost(struct sim *s)
{
	if (!s->host.up)
		return;
	check_offers_void(s);
	link_lost(&s->host.parent);
}

/*
 * The state.
 */

/* The master's view of time does not matter: it decodes at present. */
struct cluster *
host_durable(struct sim *s)
{
	struct host *h = &s->host;
	char err[STORE_ERR];
	const char *text;
	size_t len;

	if (h->durable != NULL && h->durable_version == disk_version(h->disk))
		return h->durable;
	cluster_free(h->durable);
	h->durable = NULL;
	text = disk_durable(h->disk, STATE_FILE, &len);
	if (text == NULL)
		return NULL;
	h->durable = cluster_new(&s->conf->cluster);
	h->durable_version = disk_version(h->disk);
	h->durable_at = s->now;
	if (state_decode(h->durable, text, len, host_now(s), host_wall(s),
		err) != 0)
		sim_fail(s, "durable", "what is durable is no state: %s", err);
	return h->durable;
}

/* Old states are kept, to come back. */
static void
host_remember(struct sim *s)
{
	struct host *h = &s->host;
	const char *text;
	size_t len;

	s->stats->saves++;
	h->history_version = disk_version(h->disk);
	text = disk_durable(h->disk, STATE_FILE, &len);
	if (text == NULL ||
	    (h->nhistory > 0 && strcmp(h->history[h->nhistory - 1], text) == 0))
		return;
	if (h->nhistory == SIM_HISTORY) {
		free(h->history[0]);
		memmove(h->history, h->history + 1,
		    --h->nhistory * sizeof(h->history[0]));
	}
	h->history[h->nhistory++] = strdup(text);
}

/*
 * Starts and deaths.
 */

static void
host_down(struct sim *s)
{
	struct host *h = &s->host;
	struct parent *p = &h->parent;
	struct action *a;

	h->up = false;
	h->life++;
	child_die(s);
	check_offers_void(s);
	if (p->cluster != NULL) {
		link_lost(p);
		while ((a = TAILQ_FIRST(&p->cluster->actions)) != NULL) {
			TAILQ_REMOVE(&p->cluster->actions, a, entry);
			action_free(a);
		}
	}
	h->life++;
	cluster_free(p->cluster);
	store_close(p->store);
	memset(p, 0, sizeof(*p));
	h->crash_disk = h->crash_send = 0;
	h->stuck = 0;
	h->dead = false;
}

void
host_crash(struct sim *s, const char *how)
{
	struct host *h = &s->host;

	if (!h->up)
		return;
	if (how != NULL)
		sim_trace(s, "the parent dies %s", how);
	host_down(s);
	disk_crash(h->disk, how != NULL && rng_chance(&s->rng, 30), &s->rng);
	if (how != NULL)
		sim_at(s, s->now + sim_between(s, 200, SECONDS(20)), host_start,
		    NULL, 0);
}

void
host_start(struct sim *s, void *data, uint64_t n)
{
	struct host *h = &s->host;
	struct parent *p = &h->parent;

	(void)data;
	if (h->up)
		return;
	sim_trace(s, "the parent starts");
	h->life++;
	h->up = true;
	p->conf = s->conf;
	TAILQ_INIT(&p->calls);
	TAILQ_INIT(&p->answers);
	TAILQ_INIT(&p->waiters);
	TAILQ_INIT(&p->watchers);
	if (setjmp(s->jump) != 0) {
		host_down(s);
		sim_at(s, s->now + SECONDS(5), host_start, NULL, n);
		return;
	}
	turn_load(p);
	h->started = h->calm = s->now;
	host_remember(s);
	check_loaded(s, h->old);
	h->old = false;
	child_start(s, 0);
	parent_wake(p);
}

/* It turned as often as is good at one time, and not more. */
static void
host_count_turns(struct sim *s)
{
	struct host *h = &s->host;

	s->stats->turns++;
	if (h->turns_at != s->now)
		h->turns_now = 0;
	h->turns_at = s->now;
	if (++h->turns_now > TURNS_MAX)
		sim_fail(s, "rest", "the parent does not come to rest");
}

static void
host_after_turn(struct sim *s, int64_t when)
{
	struct host *h = &s->host;
	struct parent *p = &h->parent;

	if (h->parent.unsaved) {
		h->calm = s->now;
		h->stuck = h->stuck != 0 ? h->stuck : s->now;
	} else {
		h->stuck = 0;
		operator_saved(s);
	}
	if (h->history_version != disk_version(h->disk))
		host_remember(s);
	check_turn(s);
	if (when == TURN_AGAIN)
		parent_wake(p);
	else if (when != TURN_NEVER)
		sim_at(s, when - h->boot, host_run, NULL,
		    ++h->timer_seq << 32 | h->life);
	else
		h->timer_seq++;
}

/* n: its life, and for a timer the number of that. */
static void
host_run(struct sim *s, void *data, uint64_t n)
{
	struct host *h = &s->host;
	volatile int64_t when = TURN_NEVER;

	(void)data;
	if (!h->up || (n & 0xffffffff) != h->life ||
	    (n >> 32 != 0 && n >> 32 != h->timer_seq))
		return;
	h->parent.woken = false;
	host_count_turns(s);
	if (h->crash_disk > 0) {
		disk_stop_after(h->disk, h->crash_disk);
		h->crash_disk = 0;
	}
	if (setjmp(s->jump) == 0)
		when = turn(&h->parent, host_now(s));
	else
		h->dead = true;
	if (disk_is_stopped(h->disk))
		host_crash(s, "in a save");
	else if (h->dead)
		host_crash(s, "among its actions");
	else
		host_after_turn(s, when);
}
