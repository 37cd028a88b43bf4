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
 * What goes wrong, and when: a plan that is made from the seed before the
 * run, so that a failing run can be tried again with less of it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static const struct {
	const char *name;
	int often; /* of 100 runs have it */
	int weight;
} kinds[FAULT_MAX] = {
	[FAULT_MASTER] = { "master fails over", 50, 2 },
	[FAULT_STREAM] = { "stream breaks", 50, 2 },
	[FAULT_SILENCE] = { "stream goes silent", 40, 2 },
	[FAULT_CHILD] = { "mesos process dies", 50, 2 },
	[FAULT_AGENT_RESTART] = { "agent restarts", 50, 3 },
	[FAULT_AGENT_FLUSH] = { "agent restarts without tasks", 50, 2 },
	[FAULT_AGENT_AWAY] = { "agent away with tasks", 60, 4 },
	[FAULT_AGENT_REBOOT] = { "agent reboots", 50, 3 },
	[FAULT_AGENT_REBORN] = { "agent has another id", 40, 2 },
	[FAULT_AGENT_GONE] = { "agent gone for good", 40, 3 },
	[FAULT_AGENT_DRAIN] = { "agent drains", 50, 2 },
	[FAULT_AGENT_DEACTIVATE] = { "agent deactivated", 40, 2 },
	[FAULT_AGENT_LEAVE] = { "agent unregisters", 40, 2 },
	[FAULT_AGENT_SLOW] = { "updates delayed", 50, 3 },
	[FAULT_TASK_SLOW] = { "task starts slowly", 50, 2 },
	[FAULT_TASK_HANG] = { "task hangs", 50, 2 },
	[FAULT_TASK_BAD] = { "task fails at start", 60, 3 },
	[FAULT_TASK_DEAF] = { "task ignores kills", 60, 3 },
	[FAULT_TASK_FAIL] = { "task fails", 70, 6 },
	[FAULT_TASK_SICK] = { "check fails", 50, 3 },
	[FAULT_UPDATE_LOST] = { "update lost", 60, 4 },
	[FAULT_UPDATE_AGAIN] = { "update repeated", 60, 4 },
	[FAULT_OFFER_SHRINK] = { "offers shrink", 50, 3 },
	[FAULT_OFFER_RESCIND] = { "offer rescinded", 60, 4 },
	[FAULT_OFFER_LATE] = { "offer answered too late", 60, 4 },
	[FAULT_LAUNCH_LOST] = { "launch lost", 60, 3 },
	[FAULT_LAUNCH_UNHEARD] = { "answer to launch lost", 60, 3 },
	[FAULT_LAUNCH_REFUSED] = { "launch refused", 50, 2 },
	[FAULT_CALL_LOST] = { "call lost", 50, 3 },
	[FAULT_CALL_UNHEARD] = { "answer to call lost", 50, 3 },
	[FAULT_CALL_REFUSED] = { "call refused", 50, 2 },
	[FAULT_CRASH] = { "parent crashes", 50, 3 },
	[FAULT_CRASH_SAVE] = { "parent crashes in a save", 60, 5 },
	[FAULT_CRASH_ACT] = { "parent crashes after a save", 60, 5 },
	[FAULT_REBOOT] = { "parent's machine reboots", 40, 2 },
	[FAULT_STATE_OLD] = { "state some saves old", 20, 3 },
	[FAULT_STATE_BAD] = { "state damaged", 20, 3 },
	[FAULT_DISK] = { "disk full", 40, 2 },
	[FAULT_CLOCK] = { "time of day jumps", 25, 2 },
	[FAULT_RIVAL] = { "another scheduler", 20, 3 },
	[FAULT_REMOVED] = { "framework removed", 20, 2 },
	[FAULT_OPERATOR] = { "operator's commands", 75, 12 },
};

const char *
fault_name(enum fault_kind kind)
{
	return kinds[kind].name;
}

static int
fault_order(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

void
fault_plan(struct plan *p)
{
	int weight[FAULT_MAX], sum = 0, k;
	struct rng r;
	size_t i;
	int64_t n;

	rng_init(&r, ~p->seed);
	p->jitter = true;
	p->length = MINUTES(rng_between(&r, 10, 60));
	p->nfaults = (size_t)rng_between(&r, 3, 60);
	p->faults = xcalloc(p->nfaults + 1, sizeof(*p->faults));
	/* Only some kinds in each run: else each hides the others. */
	for (k = 0; k < FAULT_MAX; k++) {
		weight[k] =
		    rng_chance(&r, kinds[k].often) ? kinds[k].weight : 0;
		sum += weight[k];
	}
	for (i = 0; i < p->nfaults && sum > 0; i++) {
		n = rng_between(&r, 0, sum - 1);
		for (k = 0; n >= weight[k]; k++)
			n -= weight[k];
		p->faults[i].kind = (enum fault_kind)k;
		p->faults[i].at = rng_between(&r, SECONDS(1), p->length);
		/* Many at about the same time find more. */
		if (i > 0 && rng_chance(&r, 40))
			p->faults[i].at =
			    p->faults[i - 1].at + rng_between(&r, 0, 3000);
		if (p->faults[i].at > p->length)
			p->faults[i].at = p->length;
		p->faults[i].seed = rng_next(&r);
	}
	p->nfaults = i;
	qsort(p->faults, p->nfaults, sizeof(*p->faults), fault_order);
}

static void
count(struct sim *s, enum fault_kind kind)
{
	s->stats->faults[kind]++;
	sim_trace(s, "* %s", kinds[kind].name);
}

bool
fault_hits(struct sim *s, enum fault_kind kind)
{
	if (s->calm || s->armed[kind] == 0)
		return false;
	s->armed[kind]--;
	count(s, kind);
	return true;
}

static size_t
any_agent(struct sim *s, struct rng *r)
{
	size_t i, k = (size_t)rng_below(r, s->nagents);

	for (i = 0; i < s->nagents; i++, k = (k + 1) % s->nagents) {
		if (s->agents[k].link && !s->agents[k].dead &&
		    s->agents[k].standing == STANDING_REGISTERED)
			return k;
	}
	return SIM_AGENTS;
}

static void
agent_returns(struct sim *s, void *data, uint64_t n)
{
	if (!s->agents[n].link)
		agent_link(s, data, n);
}

/* Another agent on the same host, or on a new one. */
static void
agent_comes(struct sim *s, void *data, uint64_t n)
{
	size_t a = agent_new(s, data);

	(void)n;
	if (a < SIM_AGENTS)
		agent_link(s, NULL, a);
}

static void
agent_shut_down(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	agent_end_all(s, n);
	s->agents[n].link = false;
	s->agents[n].dead = true;
}

static void
agent_activates(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	if (s->agents[n].going)
		return;
	s->agents[n].inactive = s->agents[n].draining = false;
	s->agents[n].other = 0;
	offers_allocate_soon(s, 10);
}

static void
fault_away(struct sim *s, size_t a, enum fault_kind kind, struct rng *r)
{
	int64_t back;

	/* Who has lost a majority can get nothing back from another one. */
	if (kind == FAULT_AGENT_REBORN && !quorum_spares(s, a))
		kind = FAULT_AGENT_REBOOT;
	back = rng_chance(r, 80) ? rng_between(r, SECONDS(100), MINUTES(25))
				 : rng_between(r, SECONDS(20), SECONDS(90));

	agent_unlink(s, a, fault_name(kind));
	if (kind == FAULT_AGENT_AWAY)
		s->agents[a].cut = rng_chance(r, 50);
	else
		agent_end_all(s, a);
	if (kind != FAULT_AGENT_REBORN) {
		sim_at(s, s->now + back, agent_returns, NULL, a);
		return;
	}
	s->agents[a].dead = true;
	sim_at(s, s->now + back, agent_comes, strdup(s->agents[a].host), 0);
}

static bool
agent_is_drained(const struct sim *s, size_t agent)
{
	const struct mtask *t;
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		t = s->tasks[i];
		if (t->agent == agent &&
		    (t->life != LIFE_DEAD || t->nqueue > 0))
			return false;
	}
	return true;
}

/* All its tasks have ended, and that was acknowledged. */
static void
agent_goes(struct sim *s, void *data, uint64_t n)
{
	struct agent *a = &s->agents[n];

	(void)data;
	if (a->dead || !a->going)
		return;
	if (!s->master.up || a->standing != STANDING_REGISTERED ||
	    !agent_is_drained(s, n)) {
		sim_at(s, s->now + SECONDS(1), agent_goes, NULL, n);
		return;
	}
	agent_shut_down(s, NULL, n);
	master_gone(s, n);
	sim_at(s, s->now + SECONDS(60), agent_comes, NULL, 0);
}

static void
fault_drain(struct sim *s, size_t a, struct rng *r)
{
	bool for_good = rng_chance(r, 50) && quorum_spares(s, a) &&
	    s->nagents < SIM_AGENTS - 2;

	agent_drain(s, a);
	if (s->agents[a].going)
		return;
	s->agents[a].going = for_good;
	if (for_good)
		agent_goes(s, NULL, a);
	else
		sim_at(s, s->now + rng_between(r, SECONDS(30), MINUTES(15)),
		    agent_activates, NULL, a);
}

static bool
fault_gone(struct sim *s, size_t a, struct rng *r)
{
	if (!quorum_spares(s, a) || s->nagents >= SIM_AGENTS - 2)
		return false;
	if (rng_chance(r, 50)) {
		agent_unlink(s, a, "gone");
		s->agents[a].cut = true;
		sim_at(s, s->now + rng_between(r, MINUTES(2), MINUTES(20)),
		    agent_returns, NULL, a);
	} else {
		sim_at(s, s->now + rng_between(r, 500, 6000), agent_shut_down,
		    NULL, a);
	}
	master_gone(s, a);
	sim_at(s, s->now + rng_between(r, MINUTES(1), MINUTES(8)), agent_comes,
	    NULL, 0);
	return true;
}

static bool
fault_agent(struct sim *s, enum fault_kind kind, struct rng *r)
{
	size_t a = any_agent(s, r);
	struct agent *ag = &s->agents[a];

	if (a == SIM_AGENTS ||
	    (s->nagents >= SIM_AGENTS - 2 &&
		(kind == FAULT_AGENT_REBORN || kind == FAULT_AGENT_LEAVE)))
		return false;
	switch (kind) {
	case FAULT_AGENT_RESTART:
	case FAULT_AGENT_FLUSH:
		agent_unlink(s, a, "restart");
		agent_flush(s, a, kind == FAULT_AGENT_FLUSH);
		sim_at(s, s->now + rng_between(r, 500, SECONDS(60)),
		    agent_returns, NULL, a);
		break;
	case FAULT_AGENT_AWAY:
	case FAULT_AGENT_REBOOT:
	case FAULT_AGENT_REBORN:
		fault_away(s, a, kind, r);
		break;
	case FAULT_AGENT_GONE:
		return fault_gone(s, a, r);
	case FAULT_AGENT_DRAIN:
		ag->inactive = true;
		offers_rescind(s, a, true);
		fault_drain(s, a, r);
		break;
	case FAULT_AGENT_DEACTIVATE:
		ag->inactive = true;
		offers_rescind(s, a, true);
		sim_at(s, s->now + rng_between(r, SECONDS(30), MINUTES(15)),
		    agent_activates, NULL, a);
		break;
	case FAULT_AGENT_LEAVE:
		if (!quorum_spares(s, a))
			return false;
		agent_end_all(s, a);
		master_left(s, a);
		ag->link = false;
		ag->epoch++;
		ag->dead = true;
		sim_at(s, s->now + rng_between(r, SECONDS(20), MINUTES(8)),
		    agent_comes, strdup(ag->host), 0);
		break;
	case FAULT_AGENT_SLOW:
		ag->up.last = s->now + rng_between(r, 500, SECONDS(45));
		break;
	case FAULT_OFFER_SHRINK:
		ag->other = rng_between(r, 100, 1000);
		offers_rescind(s, a, true);
		offers_allocate_soon(s, 500);
		sim_at(s, s->now + rng_between(r, MINUTES(1), MINUTES(20)),
		    agent_activates, NULL, a);
		break;
	default:
		break;
	}
	return true;
}

static void
task_recovers(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	if (s->tasks[n]->service == SERVICE_ZOOKEEPER)
		quorum_soon(s);
	else
		task_set_health(s, s->tasks[n], true);
}

static bool
fault_task(struct sim *s, enum fault_kind kind, struct rng *r)
{
	struct mtask *t = NULL;
	size_t i, k;

	if (s->ntasks == 0)
		return false;
	k = (size_t)rng_below(r, s->ntasks);
	for (i = 0; i < s->ntasks; i++, k = (k + 1) % s->ntasks) {
		t = s->tasks[k];
		if (t->life == LIFE_ALIVE && t->state == TASK_RUNNING)
			break;
	}
	if (i == s->ntasks)
		return false;
	if (kind == FAULT_TASK_FAIL) {
		task_end(s, t, rng_chance(r, 90) ? TASK_FAILED : TASK_FINISHED,
		    SOURCE_EXECUTOR, "", "Command exited with status 1");
		return true;
	}
	t->sick_until = s->now + rng_between(r, SECONDS(10), MINUTES(5));
	task_set_health(s, t, false);
	sim_at(s, t->sick_until + 1, task_recovers, NULL, t->index);
	return true;
}

static void
disk_heals(struct sim *s, void *data, uint64_t n)
{
	(void)data;
	(void)n;
	disk_fill(s->host.disk, false);
	s->armed[FAULT_DISK] = 0;
}

static struct cluster *
state_read(struct sim *s, const char *text)
{
	struct cluster *c = cluster_new(&s->conf->cluster);
	char err[STORE_ERR];

	if (state_decode(c, text, strlen(text), host_now(s), host_wall(s),
		err) != 0)
		sim_fail(s, "durable", "a saved state is none: %s", err);
	return c;
}

/* Whether every member that has its place for good has it in the old one. */
static bool
places_are_known(const struct service *old, const struct service *now)
{
	const struct instance *i, *k;

	TAILQ_FOREACH(i, &now->instances, entry) {
		if (!i->placement.firm)
			continue;
		TAILQ_FOREACH(k, &old->instances, entry) {
			if (k->number == i->number && k->placement.firm)
				break;
		}
		if (k == NULL)
			return false;
	}
	return true;
}

/*
 * Whether nothing was forgotten with this state that nobody can forget: the
 * framework, and who ZooKeeper's members are.
 */
static bool
state_may_return(struct sim *s, const char *text)
{
	struct cluster *old = state_read(s, text);
	struct cluster *now =
	    state_read(s, s->host.history[s->host.nhistory - 1]);
	const struct service *a = &old->service[SERVICE_ZOOKEEPER];
	const struct service *b = &now->service[SERVICE_ZOOKEEPER];
	bool may;

	may = strcmp(old->framework_id, now->framework_id) == 0 &&
	    a->list == b->list && a->formed == b->formed &&
	    places_are_known(a, b);
	cluster_free(old);
	cluster_free(now);
	return may;
}

/* Whether a task is alive that this state does not know. */
static bool
state_lacks_a_task(struct sim *s, const char *text)
{
	char id[80];
	size_t i;

	for (i = 0; i < s->ntasks; i++) {
		snprintf(id, sizeof(id), "\"%s\"", s->tasks[i]->id);
		if (task_is_alive(s->tasks[i]) && strstr(text, id) == NULL)
			return true;
	}
	return false;
}

static bool
state_returns(struct sim *s, struct rng *r)
{
	struct host *h = &s->host;
	size_t last = h->nhistory - 1, back, pick = 0;
	bool lacking = rng_chance(r, 60);

	/* Some saves old, and often one that knows too little. */
	for (back = 1; back <= last; back++) {
		if (!state_may_return(s, h->history[last - back]))
			continue;
		pick = back;
		if (lacking ? state_lacks_a_task(s, h->history[last - back])
			    : rng_chance(r, 40))
			break;
	}
	if (pick == 0)
		return false;
	disk_put(h->disk, "state.json", h->history[last - pick]);
	/* That is when it matters most that a new master knows little. */
	if (s->master.up && rng_chance(r, 40))
		master_fail_over(s, r);
	return true;
}

/* The next start finds another state than the last one that was saved. */
static bool
fault_state(struct sim *s, enum fault_kind kind, struct rng *r)
{
	struct host *h = &s->host;
	const char *backup;
	bool done;
	size_t len;

	if (!h->up || h->nhistory < 3 || s->armed[FAULT_DISK])
		return false;
	host_crash(s, "and its state is another one");
	if (kind == FAULT_STATE_OLD) {
		done = state_returns(s, r);
	} else {
		backup = disk_durable(h->disk, "state.json.backup", &len);
		done = backup != NULL && state_may_return(s, backup) &&
		    disk_damage(h->disk, "state.json", r);
	}
	h->old |= done;
	h->rolled_back |= done;
	return done;
}

static bool
fault_parent(struct sim *s, enum fault_kind kind, struct rng *r)
{
	struct host *h = &s->host;

	switch (kind) {
	case FAULT_CRASH_SAVE:
		h->crash_disk = (int)rng_between(r, 1, 9);
		return h->up;
	case FAULT_CRASH_ACT:
		h->crash_send = (int)rng_between(r, 1, 5);
		return h->up;
	case FAULT_REBOOT:
		if (!h->up)
			return false;
		host_crash(s, "with its machine");
		h->boot = (INT64_C(1) << 41) - s->now;
		return true;
	case FAULT_DISK:
		if (s->armed[FAULT_DISK])
			return false;
		disk_fill(h->disk, true);
		s->armed[FAULT_DISK] = 1;
		sim_at(s, s->now + rng_between(r, 500, SECONDS(90)), disk_heals,
		    NULL, 0);
		return true;
	case FAULT_CLOCK:
		h->wall += rng_between(r, -MINUTES(3000), MINUTES(3000));
		return true;
	default:
		if (!h->up)
			return false;
		host_crash(s, "");
		return true;
	}
}

static bool
fault_stream(struct sim *s, enum fault_kind kind, struct rng *r)
{
	switch (kind) {
	case FAULT_MASTER:
		if (!s->master.up)
			return false;
		master_fail_over(s, r);
		return true;
	case FAULT_CHILD:
		if (!s->child.ready)
			return false;
		child_die(s);
		host_child_lost(s);
		child_start(s, rng_between(r, 1000, SECONDS(8)));
		return true;
	case FAULT_REMOVED:
		if (s->master.framework[0] == '\0' || !s->master.up)
			return false;
		master_remove_framework(s);
		return true;
	default:
		break;
	}
	if (s->master.stream == 0)
		return false;
	if (kind == FAULT_SILENCE)
		child_silence(s);
	else
		master_end_stream(s,
		    kind == FAULT_RIVAL ? "Framework failed over" : NULL);
	return true;
}

/* Whether it could happen at this time. */
static bool
fault_happens(struct sim *s, const struct fault *f, struct rng *r)
{
	switch (f->kind) {
	case FAULT_MASTER:
	case FAULT_STREAM:
	case FAULT_SILENCE:
	case FAULT_CHILD:
	case FAULT_RIVAL:
	case FAULT_REMOVED:
		return fault_stream(s, f->kind, r);
	case FAULT_TASK_FAIL:
	case FAULT_TASK_SICK:
		return fault_task(s, f->kind, r);
	case FAULT_CRASH:
	case FAULT_CRASH_SAVE:
	case FAULT_CRASH_ACT:
	case FAULT_REBOOT:
	case FAULT_DISK:
	case FAULT_CLOCK:
		return fault_parent(s, f->kind, r);
	case FAULT_STATE_OLD:
	case FAULT_STATE_BAD:
		return fault_state(s, f->kind, r);
	case FAULT_OPERATOR:
		if (!s->host.up)
			return false;
		operator_types(s, r);
		return true;
	default:
		return fault_agent(s, f->kind, r);
	}
}

/* Those that wait for something to go wrong with. */
static bool
fault_is_armed(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_TASK_SLOW:
	case FAULT_TASK_HANG:
	case FAULT_TASK_BAD:
	case FAULT_TASK_DEAF:
	case FAULT_UPDATE_LOST:
	case FAULT_UPDATE_AGAIN:
	case FAULT_OFFER_RESCIND:
	case FAULT_OFFER_LATE:
	case FAULT_LAUNCH_LOST:
	case FAULT_LAUNCH_UNHEARD:
	case FAULT_LAUNCH_REFUSED:
	case FAULT_CALL_LOST:
	case FAULT_CALL_UNHEARD:
	case FAULT_CALL_REFUSED:
		return true;
	default:
		return false;
	}
}

void
fault_event(struct sim *s, void *data, uint64_t n)
{
	const struct fault *f = &s->plan.faults[n];
	struct rng r;

	(void)data;
	rng_init(&r, f->seed);
	if (fault_is_armed(f->kind)) {
		s->armed[f->kind] += (int)rng_between(&r, 1, 3);
		return;
	}
	if (s->tracing)
		sim_trace(s, "* %s", kinds[f->kind].name);
	if (fault_happens(s, f, &r))
		s->stats->faults[f->kind]++;
}

/* All that was broken and can be mended is mended. */
void
fault_heal(struct sim *s)
{
	struct agent *a;
	size_t i;

	memset(s->armed, 0, sizeof(s->armed));
	disk_fill(s->host.disk, false);
	s->host.crash_disk = s->host.crash_send = 0;
	for (i = 0; i < s->nagents; i++) {
		a = &s->agents[i];
		agent_activates(s, NULL, i);
		if (!a->link && !a->dead)
			agent_link(s, NULL, i);
	}
}
