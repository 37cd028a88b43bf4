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
 * Why an instance is as it is: in plain words what it waits for, since when,
 * and what the operator can do. Runs in the parent, and only looks: at what
 * the core knows, the connection, and the history, which says who asked.
 *
 * The rules are tried in their order; the first that applies is the answer.
 */

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "core/match.h"
#include "core/roll.h"
#include "core/waits.h"
#include "core/words.h"
#include "history.h"
#include "made.h"
#include "parent.h"

#define NEAR_MAX 3 /* misses that are shown */
#define NAMES_MAX 20 /* instances that are named, of those there are */
#define START 10000 /* ms in which kafkad gets to know what there is */
#define ASKED_SIZE 512

struct why {
	struct parent *p;
	struct cluster *c;
	const struct service_conf *conf;
	struct service *s;
	struct instance *i;
	struct task *t; /* NULL: it has none */
	int64_t now;
	char because[1024];
	char act[512]; /* what can be done; empty: nothing needs to be */
	int64_t since; /* 0: not known */
	bool unseen; /* it may have begun before kafkad was started */
	struct near_miss near[NEAR_MAX];
	size_t nnear;
};

/* The answer. More may be appended. */
__attribute__((format(printf, 3, 4))) static bool
say(struct why *w, int64_t since, const char *fmt, ...)
{
	size_t len = strlen(w->because);
	va_list ap;

	w->since = since;
	va_start(ap, fmt);
	vsnprintf(w->because + len, sizeof(w->because) - len, fmt, ap);
	va_end(ap);
	return true;
}

__attribute__((format(printf, 2, 3))) static void
advise(struct why *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->act, sizeof(w->act), fmt, ap);
	va_end(ap);
}

/* The time on our clock of an event of the history; never in the future. */
static int64_t
event_time(const struct why *w, const struct history_event *e)
{
	int64_t ago = clock_wall() - e->time * 1000;

	return w->now - (ago > 0 ? ago : 0);
}

static bool
begins(const char *start, const struct history_event *e)
{
	return strncmp(e->text, start, strlen(start)) == 0;
}

/* A command of these words, and perhaps more, that was carried out. */
static bool
was_asked(const char *start, const struct history_event *e)
{
	size_t len = strlen(start);

	return e->who[0] != '\0' && begins(start, e) &&
	    (e->text[len] == ' ' || e->text[len] == ':') &&
	    strstr(e->text, ": 200 ") != NULL;
}

/*
 * Writes " (LINE, by WHO)" of the last command of the subject that begins so
 * and was carried out. Returns when that was; 0 if none is known: it may be
 * forgotten, or it was the configuration.
 */
static int64_t
asked(const struct why *w, const char *subject, const char *start,
    char buf[ASKED_SIZE])
{
	struct history_event e;

	buf[0] = '\0';
	if (!history_last(w->p->history, subject, was_asked, start, &e))
		return 0;
	snprintf(buf, ASKED_SIZE, " (%.*s, by %s)",
	    (int)(strstr(e.text, ": 200 ") - e.text), e.text, e.who);
	return event_time(w, &e);
}

/* Why it is to leave. A count that the configuration says nobody asked for. */
static int64_t
asked_scale(const struct why *w, char buf[ASKED_SIZE])
{
	char start[64];

	snprintf(start, sizeof(start), "scale %s %d", service_name(w->s->id),
	    w->s->count);
	return asked(w, service_name(w->s->id), start, buf);
}

/*
 * A time that is not saved. If it is that of the start, what was begun before
 * that, as was may say, may have lasted for longer.
 */
static int64_t
unsaved_time(struct why *w, int64_t when, bool was)
{
	int64_t started = w->p->started;

	w->unseen = was && when >= started && when < started + START;
	return when;
}

static bool
is_connected(const struct why *w)
{
	return w->p->connected && w->c->subscribed;
}

/* Whether its task is to end. */
static bool
is_ending(const struct why *w)
{
	return w->t != NULL &&
	    (w->i->stopped || w->i->restart || w->i->dismissed ||
		w->t->kills > 0 || w->t->state == TASK_KILLING);
}

static bool
why_mode(struct why *w)
{
	static const char *const texts[] = {
		[MODE_PASSIVE] = "another scheduler has taken over the "
				 "framework: kafkad is passive and does "
				 "nothing",
		[MODE_REMOVED] = "the framework was removed from the master, "
				 "and with it all its tasks",
		[MODE_TEARDOWN] = "the framework is being torn down",
	};
	static const char *const acts[] = {
		[MODE_PASSIVE] = "kafkactl -f register takes the framework "
				 "back",
		[MODE_REMOVED] = "kafkactl -f register makes a new one, with "
				 "the same places, ids and volumes",
		[MODE_TEARDOWN] = "kafkactl -f register calls it off, if it is "
				  "not done yet",
	};
	char who[ASKED_SIZE] = "";

	if (w->c->mode == MODE_ACTIVE)
		return false;
	if (w->c->mode != MODE_PASSIVE)
		asked(w, "", "teardown", who);
	advise(w, "%s", acts[w->c->mode]);
	return say(w, unsaved_time(w, w->c->mode_since, true), "%s%s",
	    texts[w->c->mode], who);
}

static bool
why_unsaved(struct why *w)
{
	if (!w->p->unsaved ||
	    (instance_ready(w->c, w->i, w->now) && !is_ending(w)))
		return false;
	advise(w,
	    "make room on the disk, or mend it; kafkad then goes on by "
	    "itself");
	return say(w, w->p->unsaved_since,
	    "%s; nothing is done until it can be saved", w->p->save_error);
}

static bool
why_stopped(struct why *w)
{
	char who[ASKED_SIZE];
	int64_t when;

	if (w->t != NULL || !w->i->stopped || w->i->leaving)
		return false;
	when = asked(w, w->i->name, "kill", who);
	advise(w, "kafkactl start %s", w->i->name);
	return say(w, when != 0 ? when : w->i->down_since,
	    "the operator has stopped it%s; it stays down until it is started",
	    who);
}

static bool
why_connection(struct why *w)
{
	const char *text = w->p->connection;

	if (is_connected(w))
		return false;
	say(w, w->p->connection_since,
	    "kafkad is not connected to a master: %s", text);
	if (w->t != NULL)
		say(w, w->since, "; its task %.200s was %s when last heard of",
		    w->t->id, task_state_name(w->t->state));
	if (strstr(text, "credentials") != NULL)
		advise(w,
		    "mend `principal` and `secret` in the block mesos of "
		    "the configuration, then restart kafkad");
	else if (strstr(text, "certificate") != NULL)
		advise(w,
		    "mend `ca`, `pin` or `certificate` in the block "
		    "mesos of the configuration, then restart kafkad");
	else
		advise(w,
		    "see that the masters of the configuration run, and "
		    "can be reached from here; kafkad tries again and "
		    "again");
	return true;
}

static bool
why_lost(struct why *w)
{
	const char *agent;
	char t[WORDS_SIZE];
	int64_t limit = w->conf->unreachable;

	if (w->t == NULL || w->t->unreachable == 0)
		return false;
	agent = task_agent_name(w->t);
	say(w, w->t->unreachable,
	    "agent %s is unreachable, where task %.200s may still run", agent,
	    w->t->id);
	if (w->i->leaving)
		advise(w,
		    "wait for the agent; kafkactl -f replace %s gives "
		    "the instance up",
		    w->i->name);
	else if (limit == FOREVER || service_is_ensemble(w->s->id))
		advise(w,
		    "wait for the agent; kafkactl -f replace %s moves it "
		    "elsewhere, and leaves the data there behind%s",
		    w->i->name,
		    service_is_ensemble(w->s->id)
			? ", if the others are a ready majority"
			: "");
	else
		advise(w,
		    "wait: it is replaced by itself in %s; kafkactl -f "
		    "replace %s does it now",
		    words_time(w->t->unreachable + limit - w->now, t),
		    w->i->name);
	return true;
}

/* For what its task is being ended. */
static void
ending_reason(const struct why *w, char *buf, size_t size)
{
	char who[ASKED_SIZE], plan[MESSAGE_MAX];

	buf[0] = '\0';
	if (w->i->leaving) {
		asked_scale(w, who);
		snprintf(buf, size, " as %s has a count of %d%s",
		    service_name(w->s->id), w->s->count, who);
	} else if (w->i->stopped) {
		asked(w, w->i->name, "kill", who);
		snprintf(buf, size, " as the operator has stopped it%s", who);
	} else if (w->i->restart && service_is_ensemble(w->s->id) &&
	    w->t->list != w->s->list) {
		snprintf(buf, size, " to be started with server list %u",
		    w->s->list);
	} else if (w->i->rolling &&
	    roll_wants(w->c, w->i, plan, sizeof(plan))) {
		snprintf(buf, size, " as its turn in the plan has come: %.400s",
		    plan);
	} else if (w->i->restart) {
		asked(w, w->i->name, "restart", who);
		snprintf(buf, size, " to be started again%s", who);
	}
}

static bool
why_ending(struct why *w)
{
	char reason[ASKED_SIZE + 128], left[WORDS_SIZE], all[WORDS_SIZE];
	int64_t grace = w->conf->grace, end;

	if (!is_ending(w))
		return false;
	ending_reason(w, reason, sizeof(reason));
	words_time(grace, all);
	if (w->t->kills == 0)
		return say(w, 0, "its task %.200s is to be ended%s", w->t->id,
		    reason);
	end = w->t->kill_next - w->c->conf->kill_interval;
	say(w, unsaved_time(w, w->t->killed, w->t->launched < w->p->started),
	    "its task %.200s is being ended%s", w->t->id, reason);
	if (w->now < end)
		return say(w, w->since, "; of its grace of %s are left %s", all,
		    words_time(end - w->now, left));
	advise(w,
	    "if it does not end, look at agent %s: it should have been "
	    "killed by now",
	    task_agent_name(w->t));
	return say(w, w->since,
	    "; its grace of %s is over, and it is asked again in %s", all,
	    words_time(w->t->kill_next - w->now, left));
}

/* The one that leaves before it. */
static const struct instance *
leaver_before(const struct why *w)
{
	const struct instance *i, *last = NULL;

	TAILQ_FOREACH(i, &w->s->instances, entry) {
		if (i != w->i && i->leaving && i->task != NULL &&
		    i->number > w->i->number)
			last = i;
	}
	return last;
}

static bool
why_leaving(struct why *w)
{
	const struct instance *before = leaver_before(w);
	char who[ASKED_SIZE];
	int64_t when;

	if (!w->i->leaving)
		return false;
	when = asked_scale(w, who);
	say(w, when, "it is to leave, as %s has a count of %d%s; ",
	    service_name(w->s->id), w->s->count, who);
	if (before != NULL)
		say(w, when, "%s leaves first", before->name);
	else
		say(w, when,
		    "the members that stay must serve without it "
		    "first");
	advise(w, "wait; kafkactl scale %s %d keeps it", service_name(w->s->id),
	    w->i->number + 1);
	return true;
}

static bool
why_launched(struct why *w)
{
	const struct task *t = w->t;
	const char *agent;

	if (t == NULL || t->state == TASK_RUNNING)
		return false;
	agent = task_agent_name(t);
	advise(w, "if that lasts, look at the log of agent %s for task %.200s",
	    agent, t->id);
	if (!t->reported)
		return say(w, t->launched,
		    "task %.200s was launched on agent %s%s", t->id, agent,
		    t->unanswered
			? ", and whether that arrived is not known: Mesos was "
			  "asked"
			: ", which has not answered yet");
	if (t->state == TASK_STARTING)
		return say(w, t->launched,
		    "task %.200s has started on agent %s and does not run yet",
		    t->id, agent);
	return say(w, t->launched,
	    "task %.200s is being prepared on agent %s, which mostly means "
	    "that its image %.200s is fetched",
	    t->id, agent, w->conf->image);
}

static bool
why_check(struct why *w)
{
	static const char start[] = "check failed";
	const struct task *t = w->t;
	struct history_event e;
	char buf[WORDS_SIZE];
	int64_t when = 0;

	if (t == NULL || instance_ready(w->c, w->i, w->now))
		return false;
	if (t->healthy == HEALTH_GOOD)
		return say(w, t->healthy_since,
		    "its check passes, and it counts as ready when it has for "
		    "%s",
		    words_time(w->conf->check.settle, buf));
	advise(w,
	    "look at the log of task %.200s in its sandbox on agent %s; "
	    "a broker that recovers its log takes its time",
	    t->id, task_agent_name(t));
	if (t->healthy == HEALTH_NONE)
		return say(w, t->running,
		    "it runs, and its check has not passed yet");
	if (history_last(w->p->history, w->i->name, begins, start, &e))
		when = event_time(w, &e);
	/* One of a task before says nothing of this one. */
	if (when < t->launched)
		return say(w, t->running, "it runs, and its check fails");
	return say(w, when, "it runs, and its check fails%s",
	    e.text + sizeof(start) - 1);
}

/* It is ready, and has a turn to come. */
static bool
why_plan(struct why *w)
{
	char plan[MESSAGE_MAX];
	struct roll r;

	if (!roll_wants(w->c, w->i, plan, sizeof(plan)))
		return false;
	roll_look(w->c, &r, w->now);
	say(w, w->since, "; the plan has it restarted: %s", plan);
	if (r.next == w->i && r.waiting[0] != '\0')
		say(w, w->since, "; that %s", r.waiting);
	else if (r.next != NULL && r.next != w->i)
		say(w, w->since, "; %s comes first", r.next->name);
	advise(w, "%s",
	    w->c->paused ? "kafkactl plan resume lets the plan go on"
			 : "kafkactl plan shows whose turn it is; kafkactl "
			   "plan pause holds it up");
	return true;
}

static bool
why_ready(struct why *w)
{
	const struct task *t = w->t;

	if (t == NULL)
		return false;
	say(w,
	    t->check && t->healthy_since > t->running ? t->healthy_since
						      : t->running,
	    "it runs and is ready");
	if (why_plan(w))
		return true;
	if (!instance_outdated(w->c, w->i))
		return true;
	if (service_is_ensemble(w->s->id))
		return say(w, w->since,
		    "; it is to be restarted with server list %u when the "
		    "others can do without it",
		    w->s->list);
	advise(w, "kafkactl restart %s gives it the new list, when that suits",
	    w->i->name);
	return say(w, w->since,
	    "; it was started with an older list of zookeeper servers");
}

static bool
why_backoff(struct why *w)
{
	const struct instance *i = w->i;
	char ago[WORDS_SIZE], next[WORDS_SIZE];

	if (i->backoff_until <= w->now)
		return false;
	advise(w,
	    "kafkactl start %s tries now; what it said is in the sandbox "
	    "of its last task%s%s",
	    i->name, i->placement.set ? " on agent " : "",
	    placement_name(&i->placement));
	return say(w, i->last_failure,
	    "it failed %u time%s in a row, %s ago with \"%s\"; it is tried "
	    "again in %s",
	    i->failures, i->failures == 1 ? "" : "s",
	    words_time(w->now - i->last_failure, ago), i->last_message,
	    words_time(i->backoff_until - w->now, next));
}

/* Since when: it may have been down before kafkad was started. */
static int64_t
waits_since(struct why *w)
{
	const struct instance *i = w->i;

	if (i->down_since != 0 && i->down_since < w->p->started)
		return i->down_since;
	return unsaved_time(w, i->waits_since, i->loaded);
}

/* What may help, by what the nearest offer lacks. */
static void
advise_offer(struct why *w, unsigned int lacks)
{
	if (lacks & LACK_UNIQUE)
		advise(w,
		    "have one more agent, or no `unique hostname` for "
		    "%s in the configuration",
		    service_name(w->s->id));
	else if (lacks & LACK_PORT)
		advise(w,
		    "have agents that offer this port, or leave `port` "
		    "out of the configuration");
	else if (lacks & LACK_END)
		advise(w,
		    "wait for the end of that task, or have one more "
		    "agent");
	else if (lacks & LACK_ROOM)
		advise(w,
		    "make room on an agent, have one more, or ask for "
		    "less for %s in the configuration",
		    service_name(w->s->id));
}

static bool
why_bound(struct why *w)
{
	const struct instance *i = w->i;

	if (!match_is_bound(w->c, i, w->now) ||
	    (w->nnear > 0 && (w->near[0].miss->lacks & LACK_AGENT) == 0))
		return false;
	say(w, waits_since(w),
	    "it is bound to agent %s, where its data is, and that agent has "
	    "offered nothing",
	    placement_name(&i->placement));
	if (w->nnear > 0)
		say(w, w->since, "; %zu other agent%s", w->nnear,
		    w->nnear == 1 ? " has" : "s have");
	advise(w,
	    "bring that agent back, or make room there; kafkactl -f "
	    "replace %s moves it elsewhere, and leaves the data there "
	    "behind",
	    i->name);
	return true;
}

/* A member that does fit waits for those that do not. */
static bool
why_others(struct why *w)
{
	struct near_miss near;
	const struct instance *i;

	TAILQ_FOREACH(i, &w->s->instances, entry) {
		if (i->task == NULL && waits_near(w->c, i, &near, 1) > 0) {
			advise(w, "kafkactl why %s", i->name);
			break;
		}
	}
	return say(w, waits_since(w), "%s", w->i->waiting);
}

static bool
why_offer(struct why *w)
{
	const struct instance *i = w->i;
	bool all = i->waits == WAIT_PLACES;

	if (i->waits != WAIT_OFFER && !all)
		return false;
	w->nnear = waits_near(w->c, i, w->near, NEAR_MAX);
	if (why_bound(w))
		return true;
	if (w->nnear > 0) {
		advise_offer(w, w->near[0].miss->lacks);
		return say(w, waits_since(w),
		    "%s%sno offer fits, of %zu agent%s; the nearest, %s: %s",
		    all ? i->waiting : "", all ? "; " : "", w->nnear,
		    w->nnear == 1 ? "" : "s", w->near[0].offer->hostname,
		    w->near[0].miss->text);
	}
	if (all || waits_saw_offers(w->c, i))
		return why_others(w);
	advise(w,
	    "see whether the master has agents with room that role %s "
	    "may use",
	    w->c->imported ? w->c->role : w->p->conf->mesos.role);
	return say(w, waits_since(w), "it needs an offer, and none has come");
}

/* Which of the other service it waits for. */
static const struct instance *
not_ready(const struct why *w, enum service_id id)
{
	const struct instance *i;

	TAILQ_FOREACH(i, &w->c->service[id].instances, entry) {
		if (!instance_ready(w->c, i, w->now))
			return i;
	}
	return NULL;
}

static bool
why_waiting(struct why *w)
{
	const struct instance *i = w->i, *other;

	if (i->waits == WAIT_NOTHING || i->waiting[0] == '\0')
		return false;
	if (i->waits == WAIT_ZOOKEEPER &&
	    (other = not_ready(w, SERVICE_ZOOKEEPER)) != NULL)
		advise(w, "kafkactl why %s", other->name);
	else if (i->waits == WAIT_MEMBERS)
		advise(w,
		    "wait: the members change one at a time; kafkactl "
		    "list shows them");
	return say(w, waits_since(w), "it %s", i->waiting);
}

static bool
why_nothing(struct why *w)
{
	return say(w, w->i->down_since, "it is about to be placed");
}

static bool (*const rules[])(struct why *w) = { why_mode, why_unsaved,
	why_stopped, why_connection, why_lost, why_ending, why_leaving,
	why_launched, why_check, why_ready, why_backoff, why_offer, why_waiting,
	why_nothing };

static struct json_object *
why_misses(const struct why *w)
{
	struct json_object *list = json_object_new_array(), *o;
	size_t k;

	for (k = 0; k < w->nnear && k < NEAR_MAX; k++) {
		o = json_object_new_object();
		made_put(o, "host",
		    json_object_new_string(w->near[k].offer->hostname));
		made_put(o, "age",
		    json_object_new_int64(
			(w->now - w->near[k].offer->received) / 1000));
		made_put(o, "text",
		    json_object_new_string(w->near[k].miss->text));
		made_append(list, o);
	}
	return list;
}

static struct json_object *
why_object(const struct why *w)
{
	struct json_object *o = json_object_new_object();

	made_put(o, "instance", json_object_new_string(w->i->name));
	made_put(o, "state",
	    json_object_new_string(
		instance_state_name(instance_state(w->i, w->now))));
	made_put(o, "ready",
	    json_object_new_boolean(instance_ready(w->c, w->i, w->now)));
	made_put(o, "because", json_object_new_string(w->because));
	if (w->since != 0) {
		made_put(o, "since",
		    json_object_new_int64((w->now - w->since) / 1000));
		made_put(o, "at_least", json_object_new_boolean(w->unseen));
	}
	if (w->act[0] != '\0')
		made_put(o, "do", json_object_new_string(w->act));
	made_put(o, "misses", why_misses(w));
	return o;
}

void
why_unknown(struct parent *p, const char *name, char *buf, size_t size)
{
	const struct instance *i;
	char names[NAMES_MAX * 24] = "", more[32] = "";
	int id, n = 0;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &p->cluster->service[id].instances, entry) {
			if (n++ >= NAMES_MAX)
				continue;
			strlcat(names, n > 1 ? ", " : "", sizeof(names));
			strlcat(names, i->name, sizeof(names));
		}
	}
	if (n > NAMES_MAX)
		snprintf(more, sizeof(more), " and %d more", n - NAMES_MAX);
	snprintf(buf, size, "no such instance or task: %s; there %s%s%s", name,
	    n > 0 ? "are: " : "is none", names, more);
}

struct json_object *
why_show(struct parent *p, struct instance *i, int64_t now, char *sum,
    size_t size)
{
	struct why w = {
		.p = p,
		.c = p->cluster,
		.conf = &p->cluster->conf->service[i->service],
		.s = &p->cluster->service[i->service],
		.i = i,
		.t = i->task,
		.now = now,
	};
	size_t k;

	for (k = 0; k < sizeof(rules) / sizeof(rules[0]); k++) {
		if (rules[k](&w))
			break;
	}
	snprintf(sum, size, "%s: %s", i->name, w.because);
	return why_object(&w);
}
