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
 * minimesos: what the control port shows of master and agents.
 */

#include "minimesos.h"

struct json_object *
show_tasks(struct mm *mm, int all)
{
	struct json_object *list = json_object_new_array(), *o;
	struct task *t;

	TAILQ_FOREACH(t, &mm->tasks, entry) {
		if (!all && (t->done || t->silent || state_terminal(t->state)))
			continue;
		o = json_add_obj(list, NULL);
		json_add_str(o, "task", t->id);
		json_add_str(o, "framework", t->fwid);
		json_add_str(o, "agent", t->agent_id);
		json_add_int(o, "agent_index", t->agent->idx);
		json_add_str(o, "hostname", t->agent->hostname);
		json_add_str(o, "state", state_name(t->state));
		json_add_str(o, "sent",
		    json_str(t->seen, "state") ? json_str(t->seen, "state")
					       : "");
		json_add_int(o, "pid", t->pid);
		if (t->healthy != -1)
			json_add_flag(o, "healthy", t->healthy);
		json_add_str(o, "image", t->image ? t->image : "");
		json_add_str(o, "sandbox", t->sandbox);
		if (*t->address != '\0')
			json_add_str(o, "address", t->address);
		json_add_flag(o, "in_master", t->in_master);
		json_add_flag(o, "done", t->done);
		json_add_flag(o, "unacknowledged",
		    !t->silent && !TAILQ_EMPTY(&t->updates));
		json_add_ref(o, "info", t->info);
	}
	return (list);
}

struct json_object *
show_frameworks(struct mm *mm, int all)
{
	static const char *const names[] = { "connected", "disconnected",
		"recovered" };
	struct json_object *list = json_object_new_array(), *o, *s;
	struct framework *fw;
	size_t i;

	(void)all;
	TAILQ_FOREACH(fw, &mm->frameworks, entry) {
		o = json_add_obj(list, NULL);
		json_add_str(o, "framework", fw->id);
		json_add_str(o, "state", names[fw->state]);
		json_add_str(o, "stream_id", fw->stream_id);
		json_add_ref(o, "info", fw->info);
		s = json_add_arr(o, "suppressed");
		for (i = 0; i < fw->nroles; i++)
			if (fw->suppressed[i])
				json_add_str(s, NULL, fw->roles[i]);
	}
	return (list);
}

struct json_object *
show_agents(struct mm *mm, int all)
{
	static const char *const names[] = { "registered", "disconnected",
		"unreachable", "gone", "recovered" };
	struct json_object *list = json_object_new_array(), *o;
	struct resvec rv;
	struct agent *ag;
	int i;

	(void)all;
	for (i = 0; i < mm->opt.agents; i++) {
		ag = &mm->agents[i];
		o = json_add_obj(list, NULL);
		json_add_int(o, "index", ag->idx);
		json_add_str(o, "agent", ag->id);
		json_add_str(o, "hostname", ag->hostname);
		json_add_str(o, "state", names[ag->state]);
		json_add_int(o, "first_port", ag->base);
		json_add_int(o, "ports", ag->nports);
		json_add_flag(o, "hidden", ag->hidden);
		json_object_object_add(o, "total",
		    rv_json(&ag->total, "*", CAP_RESERVATION));
		memset(&rv, 0, sizeof(rv));
		agent_available(ag, &rv);
		json_object_object_add(o, "free",
		    rv_json(&rv, "*", CAP_RESERVATION));
		rv_free(&rv);
	}
	return (list);
}

struct json_object *
show_offers(struct mm *mm, int all)
{
	struct json_object *list = json_object_new_array(), *o;
	struct offer *of;

	(void)all;
	TAILQ_FOREACH(of, &mm->offers, entry) {
		o = json_add_obj(list, NULL);
		json_add_str(o, "offer", of->id);
		json_add_str(o, "framework", of->fw->id);
		json_add_int(o, "agent_index", of->agent->idx);
		json_add_str(o, "role", of->role);
		json_object_object_add(o, "resources",
		    rv_json(&of->res, of->role,
			CAP_RESERVATION | CAP_MULTI_ROLE));
	}
	return (list);
}

struct json_object *
show_calls(struct mm *mm, int all)
{
	struct json_object *list = json_object_new_array();
	struct call_rec *rec;

	(void)all;
	TAILQ_FOREACH(rec, &mm->calls, entry)
		json_object_array_add(list, json_object_get(rec->json));
	return (list);
}

struct json_object *
show_counters(struct mm *mm, int all)
{
	struct json_object *o = json_object_new_object();
	struct counters *c = &mm->count;
	struct conn *conn;
	int streams = 0, conns = 0;

	(void)all;
	TAILQ_FOREACH(conn, &mm->conns, entry) {
		conns++;
		streams += conn->fw != NULL;
	}
	json_add_int(o, "requests", (int64_t)c->requests);
	json_add_int(o, "calls", (int64_t)c->calls);
	json_add_int(o, "refused", (int64_t)c->refused);
	json_add_int(o, "subscribed", (int64_t)c->subscribed);
	json_add_int(o, "offers", (int64_t)c->offers);
	json_add_int(o, "rescinds", (int64_t)c->rescinds);
	json_add_int(o, "updates", (int64_t)c->updates);
	json_add_int(o, "resent", (int64_t)c->resent);
	json_add_int(o, "acks", (int64_t)c->acks);
	json_add_int(o, "acks_unknown", (int64_t)c->acks_unknown);
	json_add_int(o, "launched", (int64_t)c->launched);
	json_add_int(o, "failures", (int64_t)c->failures);
	json_add_int(o, "events", (int64_t)c->events);
	json_add_int(o, "connections", conns);
	json_add_int(o, "streams", streams);
	return (o);
}
