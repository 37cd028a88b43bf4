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
 * The commands of the control socket, carried out. Runs in the parent. A
 * change is answered only when it is saved. Who may ask for what was checked
 * before (control.c); every change is logged with who asked.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "history.h"
#include "http_link.h"
#include "log.h"
#include "made.h"
#include "parent.h"

const char *const command_services[] = { "zookeeper", "kafka", NULL };

static void
command_status(struct parent *p, struct control_client *cl, int64_t now)
{
	struct cluster *c = p->cluster;
	struct instance *i;
	int id;

	control_data(cl, 200, show_daemon(p, now));
	for (id = 0; id < SERVICE_MAX; id++)
		control_data(cl, 200, show_service(p, &c->service[id], now));
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &c->service[id].instances, entry)
			control_data(cl, 200, show_instance(p, i, now));
	}
	control_end(cl, 200, "%d services", SERVICE_MAX);
	if (control_client_is_shim(cl))
		http_link_told(p->http);
}

static void
command_list(struct parent *p, struct control_client *cl, int64_t now)
{
	struct instance *i;
	int id, n = 0;

	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &p->cluster->service[id].instances, entry) {
			control_data(cl, 200, show_instance(p, i, now));
			n++;
		}
	}
	control_end(cl, 200, "%d instances", n);
}

static void
command_show(struct parent *p, struct control_client *cl, const char *name,
    int64_t now)
{
	struct instance *i = cluster_find(p->cluster, name);

	if (i == NULL && (i = cluster_find_task(p->cluster, name)) == NULL) {
		control_end(cl, 404, "no such task or instance: %s", name);
		return;
	}
	control_data(cl, 200, show_instance_all(p, i, now));
	control_end(cl, 200, "%s", i->name);
}

static void
command_why(struct parent *p, struct control_client *cl, const char *name,
    int64_t now)
{
	struct instance *i = cluster_find(p->cluster, name);
	char text[1024];

	if (i == NULL && (i = cluster_find_task(p->cluster, name)) == NULL) {
		why_unknown(p, name, text, sizeof(text));
		control_end(cl, 404, "%s", text);
		return;
	}
	control_data(cl, 200, why_show(p, i, now, text, sizeof(text)));
	control_end(cl, 200, "%s", text);
}

static void
command_container(struct parent *p, struct control_client *cl, const char *id)
{
	struct instance *i = cluster_find_task(p->cluster, id);

	if (i == NULL) {
		control_end(cl, 404, "no such task: %s", id);
		return;
	}
	control_data(cl, 200, show_container(p, i));
	control_end(cl, 200, "%s", i->name);
	if (control_client_is_shim(cl))
		http_link_told(p->http);
}

static void
command_offers(struct parent *p, struct control_client *cl, int64_t now)
{
	struct seen_offer *so;
	struct json_object *o;
	struct instance *i;
	int id, n = 0;

	TAILQ_FOREACH(so, &p->cluster->seen, entry) {
		control_data(cl, 200, show_offer(so, now));
		n++;
	}
	for (id = 0; id < SERVICE_MAX; id++) {
		TAILQ_FOREACH(i, &p->cluster->service[id].instances, entry) {
			if (i->waiting[0] == '\0')
				continue;
			o = json_object_new_object();
			made_put(o, "instance",
			    json_object_new_string(i->name));
			made_put(o, "waiting",
			    json_object_new_string(i->waiting));
			control_data(cl, 200, o);
		}
	}
	control_end(cl, 200, "%d offers", n);
}

static void
command_version(struct control_client *cl)
{
	struct json_object *o = json_object_new_object();

	made_put(o, "version", json_object_new_string(KAFKAD_VERSION));
	made_put(o, "protocol", json_object_new_int(1));
	made_put(o, "pid", json_object_new_int(getpid()));
	control_data(cl, 200, o);
	control_end(cl, 200, "kafkad %s", KAFKAD_VERSION);
}

void
command_set_level(struct parent *p, enum log_level level)
{
	struct chan *chan = proc_chan(p->mesos);
	struct frame_writer w;

	log_set_level(level);
	http_link_log_level(p->http, level);
	if (chan != NULL) {
		frame_begin(&w, MSG_LOG_LEVEL, 0);
		frame_put_u8(&w, (uint8_t)level);
		chan_send(chan, &w);
	}
}

static void
command_log(struct parent *p, struct control_client *cl, enum log_level level)
{
	command_set_level(p, level);
	control_end(cl, 200, "log level %s", log_level_name(level));
}

static void
command_plan(struct parent *p, struct control_client *cl, int64_t now)
{
	struct cluster *c = p->cluster;
	char why[MESSAGE_MAX];
	struct instance *i;
	struct roll r;
	int k;

	roll_look(c, &r, now);
	control_data(cl, 200, show_plan(p, now));
	for (k = 0; k < SERVICE_MAX; k++) {
		TAILQ_FOREACH(i, &c->service[c->conf->order[k]].instances,
		    entry) {
			if (i == r.now || roll_wants(c, i, why, sizeof(why)))
				control_data(cl, 200, show_step(p, i, &r));
		}
	}
	show_plan_line(p, now, why, sizeof(why));
	control_end(cl, 200, "%s", why);
}

static void
command_wait(struct parent *p, struct control_client *cl,
    const struct cmd_call *call, int64_t now)
{
	struct waiter *w;

	if ((w = calloc(1, sizeof(*w))) == NULL) {
		control_end(cl, 500, "no memory");
		return;
	}
	w->client = control_client_id(cl);
	w->service = (enum service_id)call->service;
	w->until = call->timeout == 0 ? 0 : now + call->timeout;
	TAILQ_INSERT_TAIL(&p->waiters, w, entry);
	parent_wake(p);
}

static void
command_watch(struct parent *p, struct control_client *cl)
{
	struct watcher *w;

	if ((w = calloc(1, sizeof(*w))) == NULL) {
		control_end(cl, 500, "no memory");
		return;
	}
	w->client = control_client_id(cl);
	TAILQ_INSERT_TAIL(&p->watchers, w, entry);
}

/* The answer is given when the change is saved: command_answer(). */
void
command_later(struct parent *p, struct control_client *cl,
    const struct reply *r)
{
	struct answer *a;

	if ((a = calloc(1, sizeof(*a))) == NULL) {
		control_end(cl, 500, "no memory");
		return;
	}
	a->client = control_client_id(cl);
	a->reply = *r;
	TAILQ_INSERT_TAIL(&p->answers, a, entry);
	parent_wake(p);
}

static void
command_hold(struct cluster *c, int choice, struct reply *r)
{
	if (choice == 1)
		cluster_pause(c, r);
	else if (choice == 2)
		cluster_resume(c, r);
	else
		cluster_cancel(c, r);
}

static void
command_change(struct parent *p, struct control_client *cl,
    const struct cmd_call *call, int64_t now)
{
	struct cluster *c = p->cluster;
	struct reply r = { 500, "not a change" };
	enum service_id id = (enum service_id)call->service;
	bool force =
	    control_client_is_shim(cl) ? p->conf->http.force : call->force;

	if (p->unsaved) {
		command_note(p, cl, call, 500, "nothing was changed");
		control_end(cl, 500, "%s; nothing was changed", p->save_error);
		return;
	}
	switch (call->cmd->id) {
	case CMD_SCALE:
		cluster_scale(c, id, (int)call->count, force, &r, now);
		break;
	case CMD_KILL:
		cluster_kill(c, call->name, &r, now);
		break;
	case CMD_START:
		cluster_start(c, call->name, &r, now);
		break;
	case CMD_RESTART:
		cluster_restart(c, call->name, &r, now);
		break;
	case CMD_REPLACE:
		cluster_replace(c, call->name, call->force, &r, now);
		break;
	case CMD_REFLATE:
		cluster_reflate(c, id, &r, now);
		break;
	case CMD_PLAN:
		command_hold(c, call->choice, &r);
		break;
	case CMD_REGISTER:
		cluster_register(c, call->force, &r, now);
		break;
	case CMD_TEARDOWN:
		cluster_teardown(c, call->force, &r, now);
		break;
	default:
		break;
	}
	/* Who asks over HTTP has no such option. */
	if (control_client_is_shim(cl) && strstr(r.text, "use -f") != NULL)
		strlcat(r.text, " of kafkactl, or have force yes for http",
		    sizeof(r.text));
	command_note(p, cl, call, r.code, r.text);
	command_later(p, cl, &r);
}

static void
command_cb(void *arg, struct control_client *cl, const struct cmd_call *call)
{
	struct parent *p = arg;
	int64_t now = clock_now();

	if (call->cmd->id == CMD_PLAN && call->choice == 0) {
		command_plan(p, cl, now);
		return;
	}
	switch (call->cmd->id) {
	case CMD_STATUS:
		command_status(p, cl, now);
		break;
	case CMD_LIST:
		command_list(p, cl, now);
		break;
	case CMD_SHOW:
		command_show(p, cl, call->name, now);
		break;
	case CMD_CONTAINER:
		command_container(p, cl, call->name);
		break;
	case CMD_OFFERS:
		command_offers(p, cl, now);
		break;
	case CMD_WHY:
		command_why(p, cl, call->name, now);
		break;
	case CMD_HISTORY:
		command_history(p, cl, call);
		break;
	case CMD_WAIT:
		command_wait(p, cl, call, now);
		break;
	case CMD_RELOAD:
		reload_command(p, cl, call);
		break;
	case CMD_WATCH:
		command_watch(p, cl);
		break;
	case CMD_VERSION:
		command_version(cl);
		break;
	case CMD_LOG:
		command_note(p, cl, call, 200, "done");
		command_log(p, cl, call->level);
		break;
	case CMD_SHUTDOWN:
		command_note(p, cl, call, 200, "ending; tasks go on");
		control_end(cl, 200, "ending; tasks go on");
		event_base_loopexit(p->base, NULL);
		break;
	default:
		command_change(p, cl, call, now);
		break;
	}
}

static void
waiter_tell(struct control_client *cl, const struct service *s, int number,
    enum instance_state state, bool ready, bool removed)
{
	struct json_object *o = json_object_new_object();
	char name[ID_MAX];

	snprintf(name, sizeof(name), "%s-%d", service_name(s->id), number);
	made_put(o, "instance", json_object_new_string(name));
	made_put(o, "state",
	    json_object_new_string(instance_state_name(state)));
	made_put(o, "ready", json_object_new_boolean(ready));
	if (removed)
		made_put(o, "removed", json_object_new_boolean(true));
	control_data(cl, 100, o);
}

/* Tells what changed since the last call, by instance. */
static void
waiter_progress(struct parent *p, struct waiter *w, struct control_client *cl,
    int64_t now)
{
	struct service *s = &p->cluster->service[w->service];
	char marks[sizeof(w->last)] = { 0 };
	enum instance_state state;
	struct instance *i;
	size_t n;
	bool ready;

	TAILQ_FOREACH(i, &s->instances, entry) {
		ready = instance_ready(p->cluster, i, now);
		state = instance_state(i, now);
		marks[i->number] = (char)(1 + state + (ready ? 64 : 0));
		if (marks[i->number] != w->last[i->number])
			waiter_tell(cl, s, i->number, state, ready, false);
	}
	for (n = 0; n < sizeof(marks); n++) {
		if (w->last[n] != 0 && marks[n] == 0)
			waiter_tell(cl, s, (int)n, INSTANCE_STOPPED, false,
			    true);
	}
	memcpy(w->last, marks, sizeof(w->last));
}

/* Whether the plan has something left for the service. */
static bool
service_has_turns(const struct cluster *c, const struct service *s)
{
	char why[MESSAGE_MAX];
	const struct instance *i;

	TAILQ_FOREACH(i, &s->instances, entry) {
		if (i->rolling || roll_wants(c, i, why, sizeof(why)))
			return true;
	}
	return false;
}

/* Whether all that is wanted of the service is there, and nothing else. */
static bool
service_settled(struct parent *p, struct service *s, int64_t now, int *ready,
    int *stopped)
{
	struct instance *i;
	bool settled = true;
	int n = 0;

	*ready = 0;
	*stopped = 0;
	TAILQ_FOREACH(i, &s->instances, entry) {
		n++;
		*stopped += i->stopped;
		*ready += instance_ready(p->cluster, i, now);
		if (i->stopped ? i->task != NULL
			       : !instance_ready(p->cluster, i, now) ||
			    i->restart || i->task->kills > 0)
			settled = false;
		if (service_is_ensemble(s->id) && i->task != NULL &&
		    i->task->list != s->list)
			settled = false;
	}
	return settled && n == s->count &&
	    (p->cluster->paused || !service_has_turns(p->cluster, s));
}

/* Returns whether the client has its answer, or is gone. */
static bool
waiter_check(struct parent *p, struct waiter *w, int64_t now)
{
	struct service *s = &p->cluster->service[w->service];
	struct control_client *cl = control_find(p->control, w->client);
	int ready, stopped;
	char but[64] = "";
	bool settled;

	if (cl == NULL)
		return true;
	waiter_progress(p, w, cl, now);
	settled = service_settled(p, s, now, &ready, &stopped);
	if (stopped > 0)
		snprintf(but, sizeof(but), ", %d stopped by the operator",
		    stopped);
	if (settled) {
		control_end(cl, 200, "%s: %d of %d ready%s",
		    service_name(s->id), ready, s->count, but);
		return true;
	}
	if (w->until != 0 && now >= w->until) {
		control_end(cl, 408, "%s: only %d of %d ready%s",
		    service_name(s->id), ready, s->count, but);
		return true;
	}
	if (w->until != 0)
		cluster_wake(p->cluster, w->until);
	return false;
}

static void
command_answer_one(struct parent *p, const struct answer *a)
{
	char text[sizeof(p->save_error) + sizeof(a->reply.text) + 64];

	if (!p->unsaved || a->reply.code != 200) {
		control_answer(p->control, a->client, a->reply.code,
		    a->reply.text);
		return;
	}
	snprintf(text, sizeof(text), "%s; %s: done as soon as it can be saved",
	    p->save_error, a->reply.text);
	control_answer(p->control, a->client, 500, text);
}

void
command_answer(struct parent *p, int64_t now)
{
	struct waiter *w, *next;
	struct answer *a;

	while ((a = TAILQ_FIRST(&p->answers)) != NULL) {
		TAILQ_REMOVE(&p->answers, a, entry);
		command_answer_one(p, a);
		free(a);
	}
	TAILQ_FOREACH_SAFE(w, &p->waiters, entry, next) {
		if (!waiter_check(p, w, now))
			continue;
		TAILQ_REMOVE(&p->waiters, w, entry);
		free(w);
	}
}

void
parent_tell(struct parent *p, const struct notice *n)
{
	struct control_client *cl;
	struct json_object *o;
	struct watcher *w;
	char stamp[STAMP_SIZE];

	history_add(p->history, n->instance, n->warn, NULL, n->text);
	command_stamp(clock_wall() / 1000, stamp);
	TAILQ_FOREACH(w, &p->watchers, entry) {
		if ((cl = control_find(p->control, w->client)) == NULL)
			continue;
		o = json_object_new_object();
		made_put(o, "time", json_object_new_string(stamp));
		if (n->instance[0] != '\0')
			made_put(o, "instance",
			    json_object_new_string(n->instance));
		made_put(o, "text", json_object_new_string(n->text));
		made_put(o, "level",
		    json_object_new_string(n->warn ? "warn" : "info"));
		control_data(cl, 100, o);
	}
}

static void
command_gone(void *arg, struct control_client *cl)
{
	struct parent *p = arg;
	uint32_t id = control_client_id(cl);
	struct watcher *w, *wnext;
	struct waiter *v, *vnext;

	TAILQ_FOREACH_SAFE(w, &p->watchers, entry, wnext) {
		if (w->client != id)
			continue;
		TAILQ_REMOVE(&p->watchers, w, entry);
		free(w);
	}
	TAILQ_FOREACH_SAFE(v, &p->waiters, entry, vnext) {
		if (v->client != id)
			continue;
		TAILQ_REMOVE(&p->waiters, v, entry);
		free(v);
	}
}

const struct control_cb command_callbacks = {
	.command = command_cb,
	.gone = command_gone,
};

void
command_free(struct parent *p)
{
	struct watcher *w;
	struct waiter *v;
	struct answer *a;

	while ((w = TAILQ_FIRST(&p->watchers)) != NULL) {
		TAILQ_REMOVE(&p->watchers, w, entry);
		free(w);
	}
	while ((v = TAILQ_FIRST(&p->waiters)) != NULL) {
		TAILQ_REMOVE(&p->waiters, v, entry);
		free(v);
	}
	while ((a = TAILQ_FIRST(&p->answers)) != NULL) {
		TAILQ_REMOVE(&p->answers, a, entry);
		free(a);
	}
}
