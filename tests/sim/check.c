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
 * The invariants: what must hold after every step, whatever goes wrong, and
 * what must come about when nothing goes wrong any more. They look at what
 * leaves the parent and at what is really the case; of the core they believe
 * only which task it takes for an instance's own.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define SLACK SECONDS(2)

/* The task that the core takes for the instance's own, by its id. */
static struct instance *
owner(struct cluster *c, const char *task_id)
{
	return c == NULL ? NULL : cluster_find_task(c, task_id);
}

static const struct task *
stray(const struct cluster *c, const char *task_id)
{
	const struct task *t;

	TAILQ_FOREACH(t, &c->strays, entry) {
		if (strcmp(t->id, task_id) == 0)
			return t;
	}
	return NULL;
}

static struct cluster *
core(struct sim *s)
{
	return s->host.up ? s->host.parent.cluster : NULL;
}

/*
 * At most one task of an instance is alive.
 */

/* Whether a new one may be started while this one may be alive. */
static bool
is_excused(struct sim *s, struct mtask *t)
{
	int64_t limit = s->conf->cluster.service[t->service].unreachable;

	/* Given up after the configured time. */
	if (limit != FOREVER && t->service == SERVICE_KAFKA &&
	    t->told_away != 0 && s->now - t->told_away >= limit)
		t->excused = true;
	/* The state that was put there is older, and Mesos cannot tell. */
	if (t->forgotten && s->agents[t->agent].standing != STANDING_REGISTERED)
		t->excused = true;
	return t->excused;
}

static void
check_one_alive(struct sim *s, const char *instance, const char *id)
{
	struct mtask *t;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (!task_is_alive(t) || strcmp(t->instance, instance) != 0 ||
		    strcmp(t->id, id) == 0 || is_excused(s, t))
			continue;
		sim_fail(s, "one-alive", "task %s begins, and %s is alive", id,
		    t->id);
	}
}

void
check_alive(struct sim *s, struct mtask *t)
{
	if (!is_excused(s, t))
		check_one_alive(s, t->instance, t->id);
}

/*
 * Offers: each is answered once, and no more is taken than is offered.
 */

void
check_offer(struct sim *s, const char *id, bool made)
{
	struct moffer *o = offer_find(s, id);

	if (o == NULL)
		return;
	if (made) {
		o->told = true;
		o->told_at = s->now;
	} else {
		o->void_ = true;
		o->void_at = s->now;
	}
}

void
check_offers_void(struct sim *s)
{
	size_t i;

	for (i = 0; i < s->noffers; i++) {
		if (!s->offers[i].told || s->offers[i].void_)
			continue;
		s->offers[i].void_ = true;
		s->offers[i].void_at = s->now;
	}
}

static void
check_offers_age(struct sim *s)
{
	int64_t hold = s->conf->cluster.hold, since;
	const struct moffer *o;
	size_t i;

	for (i = 0; i < s->noffers; i++) {
		o = &s->offers[i];
		if (!o->told || o->answered || o->void_)
			continue;
		since = o->told_at > s->host.calm ? o->told_at : s->host.calm;
		if (s->now - since > hold + SLACK)
			sim_fail(s, "offer-kept", "offer %s is kept for %lld s",
			    o->id, (long long)(s->now - since) / 1000);
	}
}

/* While nothing could be saved, what was decided had to wait. */
static bool
decided_before(const struct sim *s, const struct moffer *o)
{
	return s->host.stuck != 0 && o->void_at >= s->host.stuck;
}

static void
check_answers(struct sim *s, const struct mcall *c, struct moffer *sum)
{
	struct moffer *o;
	size_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < c->noffers; i++) {
		o = offer_find(s, c->offers[i]);
		/* It is so long ago that the model has forgotten it. */
		if (o == NULL && s->host.stuck != 0)
			continue;
		if (o == NULL || !o->told || o->answered ||
		    (o->void_ && !decided_before(s, o))) {
			sim_fail(s, "offer-once",
			    "offer %s is answered, and is %s", c->offers[i],
			    o == NULL	      ? "unknown"
				: o->answered ? "answered already"
					      : "void");
			return;
		}
		o->answered = true;
		memcpy(sum->id, o->id, sizeof(sum->id));
		sum->cpus += o->cpus;
		sum->mem += o->mem;
		sum->disk += o->disk;
		sum->ports |= o->ports;
	}
}

static void
check_room(struct sim *s, const struct mcall_task *t, struct moffer *sum)
{
	uint64_t bit;
	size_t i;

	if (sum->id[0] == '\0')
		return;
	sum->cpus -= t->cpus;
	sum->mem -= t->mem;
	sum->disk -= t->disk;
	for (i = 0; i < t->nports; i++) {
		bit = t->ports[i] - SIM_PORT < SIM_PORTS
		    ? UINT64_C(1) << (t->ports[i] - SIM_PORT)
		    : 0;
		if (!(sum->ports & bit))
			sim_fail(s, "offer-room", "task %s: port %u", t->id,
			    t->ports[i]);
		sum->ports &= ~bit;
	}
	if (sum->cpus < 0 || sum->mem < 0 || sum->disk < 0)
		sim_fail(s, "offer-room", "task %s takes too much", t->id);
	if (t->cpus <= 0 || t->mem <= 0)
		sim_fail(s, "offer-room", "task %s takes nothing", t->id);
}

/*
 * Launches.
 */

static void
check_launch(struct sim *s, const struct mcall_task *t)
{
	struct cluster *durable = host_durable(s);
	struct instance *i = owner(core(s), t->id);
	char name[ID_MAX];
	uint64_t n;

	if (owner(durable, t->id) == NULL &&
	    (durable == NULL || stray(durable, t->id) == NULL))
		sim_fail(s, "task-unsaved",
		    "task %s is launched, and no durable state knows it",
		    t->id);
	/* It was given up while it had to wait for the disk. */
	if (i == NULL && s->host.stuck != 0 && stray(core(s), t->id) != NULL)
		return;
	if (i == NULL || task_id_parse(t->id, name, &n) == -1) {
		sim_fail(s, "task-unowned", "task %s is nobody's", t->id);
		return;
	}
	if (i->number < SIM_NUMBERS &&
	    s->host.said.stopped[i->service][i->number] &&
	    s->host.answered.stopped[i->service][i->number])
		sim_fail(s, "stopped", "%s is stopped, and launched", i->name);
	if (s->host.answered.mode != MODE_ACTIVE)
		sim_fail(s, "mode", "%s is launched", i->name);
	if (s->now < s->host.behind_until)
		sim_fail(s, "behind", "%s is launched at once by a backup",
		    i->name);
	if (!s->host.rolled_back && task_find(s, t->id) != NULL)
		sim_fail(s, "id-reused", "task id %s", t->id);
	check_one_alive(s, name, t->id);
	if (i->number < SIM_NUMBERS)
		s->host.restarted[i->service][i->number] = 0;
}

/*
 * Acknowledgements.
 */

static int
state_rank(enum task_state state)
{
	switch (state) {
	case TASK_STAGING:
		return 0;
	case TASK_STARTING:
		return 1;
	case TASK_RUNNING:
		return 2;
	default:
		return 3;
	}
}

static const struct told *
told_find(const struct mtask *t, const uint8_t *uuid)
{
	size_t i;

	for (i = 0; i < t->ntold && i < TOLD; i++) {
		if (memcmp(t->told_last[i].uuid, uuid, UUID_LEN) == 0)
			return &t->told_last[i];
	}
	return NULL;
}

/* What is acknowledged will not be told again: so it must be durable. */
static void
check_acknowledge(struct sim *s, const struct mcall *c)
{
	struct mtask *t = task_find(s, c->refs[0].task_id);
	struct cluster *durable = host_durable(s);
	const struct told *told;
	struct instance *i;

	if (t == NULL || s->host.rolled_back)
		return;
	if ((told = told_find(t, c->uuid)) == NULL) {
		sim_fail(s, "ack-uuid",
		    "task %s: an acknowledgement of nothing", t->id);
		return;
	}
	/* With the framework go its tasks. */
	if (durable == NULL || core(s)->mode != MODE_ACTIVE)
		return;
	i = owner(durable, t->id);
	if (task_state_terminal(told->state)) {
		if (i != NULL || stray(durable, t->id) != NULL)
			sim_fail(s, "ack-unsaved",
			    "the end of %s is acknowledged, and not durable",
			    t->id);
		return;
	}
	if (i != NULL && state_rank(i->task->state) < state_rank(told->state))
		sim_fail(s, "ack-unsaved",
		    "%s of %s is acknowledged, and %s is durable",
		    task_state_name(told->state), t->id,
		    task_state_name(i->task->state));
	if (i == NULL && stray(durable, t->id) == NULL && !t->told_over)
		sim_fail(s, "ack-unsaved",
		    "%s of %s is acknowledged, and nothing of it durable",
		    task_state_name(told->state), t->id);
}

/*
 * Kills.
 */

/* Whether the parent was told that it runs, and has not asked it to end. */
static bool
member_counts(struct sim *s, const struct instance *i)
{
	const struct task *t = i->task;
	const struct mtask *m;

	if (!i->in_list || t == NULL || t->state != TASK_RUNNING ||
	    t->unreachable != 0)
		return false;
	m = task_find(s, t->id);
	return m != NULL && m->kill_sent == 0;
}

/* With the same list for all, those that are ready are a majority. */
static bool
one_list_serves(struct sim *s, const struct instance *but)
{
	struct cluster *c = core(s);
	const struct service *zk = &c->service[SERVICE_ZOOKEEPER];
	const struct instance *i;
	int n = 0;

	TAILQ_FOREACH(i, &zk->instances, entry)
		n += i != but && member_counts(s, i) &&
		    instance_ready(c, i, host_now(s));
	return n >= service_majority(zk);
}

/* With several lists about, it follows from who knows whom. */
static bool
lists_serve(struct sim *s, const struct instance *but)
{
	const struct service *zk = &core(s)->service[SERVICE_ZOOKEEPER];
	const struct mtask *group[SIM_NUMBERS];
	const struct instance *i;
	size_t n = 0;

	TAILQ_FOREACH(i, &zk->instances, entry) {
		if (i != but && n < SIM_NUMBERS && member_counts(s, i))
			group[n++] = task_find(s, i->task->id);
	}
	return quorum_would_serve(group, n);
}

/*
 * Whether the list that is to come into force, or one that some still have,
 * needs more members than there are without one of those who have joined:
 * then there is no way without a pause.
 */
static bool
pause_is_due(struct sim *s)
{
	const struct service *zk = &core(s)->service[SERVICE_ZOOKEEPER];
	int joined = 0, most = service_majority(zk);
	const struct instance *i;
	const struct mtask *t;

	TAILQ_FOREACH(i, &zk->instances, entry) {
		joined += i->in_list && i->joined;
		if (!member_counts(s, i))
			continue;
		t = task_find(s, i->task->id);
		if (t->nmembers / 2 + 1 > most)
			most = t->nmembers / 2 + 1;
	}
	return joined - 1 < most;
}

/* The parent ends a member of its own accord: others serve without it. */
static void
check_majority(struct sim *s, const struct instance *killed)
{
	const struct service *zk = &core(s)->service[SERVICE_ZOOKEEPER];
	const struct instance *i;
	bool mixed = false, ready = false;

	if (killed->service != SERVICE_ZOOKEEPER || !killed->in_list ||
	    killed->stopped || s->host.forced ||
	    killed->number >= SIM_NUMBERS ||
	    s->host.restarted[killed->service][killed->number] != 0)
		return;
	TAILQ_FOREACH(i, &zk->instances, entry) {
		mixed |=
		    i->in_list && i->task != NULL && i->task->list != zk->list;
		ready |= i->in_list && instance_ready(core(s), i, host_now(s));
	}
	/* Nobody serves as far as is known, or there is no other way. */
	if (!ready || ((mixed || killed->rolling) && pause_is_due(s)))
		return;
	/* Members that were taken over may have lists that nobody knows. */
	if (mixed && s->host.rolled_back)
		return;
	if (mixed ? lists_serve(s, NULL) && !lists_serve(s, killed)
		  : one_list_serves(s, NULL) && !one_list_serves(s, killed))
		sim_fail(s, "majority", "%s is killed, and the others %s",
		    killed->name, mixed ? "cannot serve" : "do not serve");
}

static void
check_kill(struct sim *s, const struct mcall *c)
{
	struct mtask *t = task_find(s, c->refs[0].task_id);
	struct instance *i = owner(core(s), c->refs[0].task_id);

	if (t == NULL)
		return;
	/*
	 * What was begun is ended; and what was decided before the disk was
	 * full is done when it is not.
	 */
	if (i != NULL && !t->kill_begun && s->host.stuck == 0) {
		check_majority(s, i);
		plan_check_kill(s, i);
	}
	t->kill_begun = true;
	t->kill_sent = s->now;
}

void
check_action(struct sim *s, const struct mcall *c)
{
	struct moffer sum;
	size_t i;

	switch (c->type) {
	case MSG_ACCEPT:
		check_answers(s, c, &sum);
		for (i = 0; i < c->ntasks; i++) {
			check_room(s, &c->tasks[i], &sum);
			check_launch(s, &c->tasks[i]);
		}
		break;
	case MSG_DECLINE:
		check_answers(s, c, &sum);
		break;
	case MSG_ACKNOWLEDGE:
		check_acknowledge(s, c);
		break;
	case MSG_KILL:
		check_kill(s, c);
		break;
	default:
		break;
	}
}

/*
 * What the parent was told.
 */

static bool
told_in_doubt(const struct update *u)
{
	return strcmp(u->reason, "REASON_INVALID_OFFERS") == 0 ||
	    strstr(u->message, "duplicate ID") != NULL;
}

static void
told_update(struct sim *s, struct mtask *t, const struct update *u)
{
	struct told *told;
	/* It may be told twice, and the core cannot know which one it is. */
	bool going = u->state == TASK_GONE_BY_OPERATOR && u->has_uuid;

	if (u->has_uuid) {
		told = &t->told_last[t->ntold++ % TOLD];
		told->state = going ? TASK_KILLING : u->state;
		memcpy(told->uuid, u->uuid, UUID_LEN);
	}
	if (told_in_doubt(u))
		return;
	t->told_going |= going;
	if (task_state_terminal(u->state) && !(going && task_is_alive(t))) {
		t->told_over = true;
		t->seen_unwanted = 0;
		/* Mesos may take back only these two; by a drain it ends. */
		if (u->state == TASK_LOST ||
		    (u->state == TASK_GONE_BY_OPERATOR &&
			s->agents[t->agent].standing == STANDING_GONE))
			t->excused = true;
		return;
	}
	if (u->state == TASK_UNREACHABLE || u->state == TASK_UNKNOWN) {
		t->told_away = t->told_away ? t->told_away : s->now;
		t->seen_unwanted = t->kill_sent = 0;
		return;
	}
	t->told = true;
	t->told_over = false;
	t->told_away = 0;
	t->told_at = s->now;
}

void
check_told(struct sim *s, const void *payload, size_t len)
{
	struct update u = { 0 };
	struct frame_reader r;
	struct mtask *t;

	frame_read_init(&r, payload, len);
	frame_get_str(&r, u.task_id, sizeof(u.task_id), "task id");
	frame_get_str(&r, u.agent_id, sizeof(u.agent_id), "agent id");
	u.state = (enum task_state)frame_get_u8(&r, "state");
	frame_get_u8(&r, "source");
	frame_get_u8(&r, "healthy");
	u.has_uuid = frame_get_bool(&r, "has uuid");
	frame_get_bytes(&r, u.uuid, sizeof(u.uuid), "uuid");
	frame_get_str(&r, u.reason, sizeof(u.reason), "reason");
	frame_get_str(&r, u.message, sizeof(u.message), "message");
	sim_trace(s, "  told: %s %s %s%s", u.task_id, task_state_name(u.state),
	    u.reason, u.has_uuid ? "" : " (no uuid)");
	if ((t = task_find(s, u.task_id)) != NULL)
		told_update(s, t, &u);
}

/*
 * A task that is seen, and not the one that is wanted, is killed, again and
 * again until it is over.
 */
static void
check_unwanted(struct sim *s)
{
	const struct cluster_conf *conf = &s->conf->cluster;
	struct cluster *c = core(s);
	int64_t since, every;
	struct mtask *t;
	size_t i;

	if (!c->subscribed || s->host.parent.unsaved || c->mode != MODE_ACTIVE)
		return;
	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		/* One that goes has ended after its grace, told of or not. */
		if (!t->told || t->told_over || t->told_going ||
		    t->told_away != 0 ||
		    t->framework != s->master.framework_age ||
		    owner(c, t->id) != NULL) {
			t->seen_unwanted = 0;
			continue;
		}
		if (t->seen_unwanted == 0)
			t->seen_unwanted = s->now;
		since = t->seen_unwanted;
		every = conf->service[t->service].grace + conf->kill_interval;
		if (t->kill_sent != 0)
			since = t->kill_sent + every;
		if (since < s->child.since)
			since = s->child.since;
		if (since < s->host.calm)
			since = s->host.calm;
		if (s->now - since > SLACK)
			sim_fail(s, "unwanted",
			    "task %s is alive, not wanted, and not killed",
			    t->id);
	}
}

void
check_turn(struct sim *s)
{
	size_t i;

	/* Who is given up stays so, whenever the next one is launched. */
	for (i = 0; i < s->ntasks; i++) {
		if (s->tasks[i]->told_away != 0)
			is_excused(s, s->tasks[i]);
	}
	check_offers_age(s);
	check_unwanted(s);
}

/*
 * A start: what was promised is still so.
 */

static void
check_promises(struct sim *s)
{
	const struct wish *said = &s->host.said, *kept = &s->host.answered;
	struct cluster *c = core(s);
	const struct instance *i;
	int id, n;

	if (said->paused && kept->paused && !c->paused)
		sim_fail(s, "promise", "the plan is not paused");
	for (id = 0; id < SERVICE_MAX; id++) {
		n = c->service[id].count;
		if (n != said->count[id] && n != kept->count[id])
			sim_fail(s, "promise", "%s: %d are wanted, and not %d",
			    service_name((enum service_id)id), n,
			    kept->count[id]);
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			n = i->number;
			if (n < SIM_NUMBERS &&
			    i->stopped != said->stopped[id][n] &&
			    i->stopped != kept->stopped[id][n])
				sim_fail(s, "promise", "%s is%s stopped",
				    i->name, i->stopped ? "" : " not");
		}
	}
}

/* What is written is what is read: all that matters is in the file. */
static void
check_round(struct sim *s)
{
	struct cluster *durable = host_durable(s);
	const char *text;
	size_t len;
	char *again;

	if (durable == NULL || s->stats->faults[FAULT_CLOCK] > 0)
		return;
	text = disk_durable(s->host.disk, "state.json", &len);
	/* host_durable() decoded it at some earlier time, perhaps. */
	again = state_encode(durable, s->host.durable_at + s->host.boot,
	    s->host.durable_at + s->host.wall);
	if (strcmp(again, text) != 0)
		sim_fail(s, "round-trip", "the state changes when it is read");
	free(again);
}

void
check_loaded(struct sim *s, bool old)
{
	struct cluster *c = core(s);
	struct instance *i;
	struct mtask *t;
	size_t k;

	if (s->host.checked_start && !old)
		check_promises(s);
	s->host.checked_start = true;
	check_round(s);
	operator_loaded(s);
	s->host.behind_until = c->behind ? c->behind_until - s->host.boot : 0;
	for (k = 0; k < s->ntasks; k++) {
		t = s->tasks[k];
		i = owner(c, t->id);
		/* It may have been given up just before the end. */
		is_excused(s, t);
		t->told_away = i != NULL && i->task->unreachable != 0
		    ? i->task->unreachable - s->host.boot
		    : 0;
		t->told = t->told_over = false;
		t->ntold = 0;
		t->kill_sent = t->seen_unwanted = 0;
		if (old && i == NULL && stray(c, t->id) == NULL)
			t->forgotten = true;
	}
}

/*
 * In the end.
 */

static const char *
settled_instance(struct sim *s, struct cluster *c, struct instance *i)
{
	static char why[256];
	struct mtask *t, *mine = NULL;
	int alive = 0;
	size_t k;

	for (k = 0; k < s->ntasks; k++) {
		t = s->tasks[k];
		if (strcmp(t->instance, i->name) != 0 || !task_is_alive(t))
			continue;
		alive++;
		if (i->task != NULL && strcmp(i->task->id, t->id) == 0)
			mine = t;
	}
	if (i->leaving)
		snprintf(why, sizeof(why), "%.32s is still leaving", i->name);
	else if (alive != (i->stopped ? 0 : 1))
		snprintf(why, sizeof(why), "%.32s has %d tasks alive (%.100s)",
		    i->name, alive, i->waiting);
	else if (!i->stopped && mine == NULL)
		snprintf(why, sizeof(why), "%.32s has another's task", i->name);
	else if (!i->stopped && !instance_ready(c, i, host_now(s)))
		snprintf(why, sizeof(why), "%.32s is not ready", i->name);
	else
		return NULL;
	return why;
}

static const char *
settled_tasks(struct sim *s, struct cluster *c)
{
	static char why[256];
	struct mtask *t;
	size_t k;

	for (k = 0; k < s->ntasks; k++) {
		t = s->tasks[k];
		if (task_is_alive(t) && owner(c, t->id) == NULL) {
			snprintf(why, sizeof(why), "%s is alive and nobody's",
			    t->id);
			return why;
		}
		if (t->nqueue > 0 && s->agents[t->agent].link &&
		    t->framework == s->master.framework_age) {
			snprintf(why, sizeof(why),
			    "%s of %s is not acknowledged",
			    task_state_name(t->queue[0].state), t->id);
			return why;
		}
	}
	if (!TAILQ_EMPTY(&c->strays)) {
		snprintf(why, sizeof(why), "stray %.64s is remembered",
		    TAILQ_FIRST(&c->strays)->id);
		return why;
	}
	return NULL;
}

const char *
check_settled(struct sim *s)
{
	struct cluster *c = core(s);
	struct instance *i;
	const char *why;
	int id, n;

	if (c == NULL || !c->subscribed || c->mode != MODE_ACTIVE)
		return "it is not subscribed";
	for (id = 0; id < SERVICE_MAX; id++) {
		for (n = 0; n < c->service[id].count; n++) {
			if ((i = service_find(&c->service[id], n)) == NULL)
				return "an instance is missing";
		}
		TAILQ_FOREACH(i, &c->service[id].instances, entry) {
			if ((why = settled_instance(s, c, i)) != NULL)
				return why;
		}
	}
	if ((why = plan_settled(s)) != NULL)
		return why;
	return settled_tasks(s, c);
}
