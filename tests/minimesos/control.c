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
 * minimesos: the control port, by which tests look inside and ask for faults.
 * Every route takes GET or POST with its arguments in the query; it answers
 * JSON or "ok", 400 with a text for bad arguments, 404 for unknown routes.
 * on is 1 (default) or 0; agent counts from 1; ms are milliseconds.
 *
 *	/help			this list
 *	/tasks ?all=1		tasks that have not ended and whose machine
 *				lives, or all
 *	/frameworks /agents /offers /calls /counters
 *	/stream/drop ?how=fin|rst|chunk		end all streams
 *	/stream/cut		cut the next record in two
 *	/stream/garbage		a bad length before the next record
 *	/stream/segment ?bytes=N	write in pieces of N bytes, 0: off
 *	/stream/pretty ?on=	records with line feeds
 *	/stream/mute ?on=	silence; what is held comes with on=0
 *	/stream/unknown		an unknown event before the next one
 *	/calls/status ?code=C&count=N&type=T	answer N calls with C
 *	/calls/drop ?type=T&when=before|after&count=N
 *	/calls/delay ?ms=N	delay every answer
 *	/auth/refuse ?count=N	answer N requests with 401
 *	/agent/lose ?agent=I&now=0|1	gone; later unreachable
 *	/agent/dead ?agent=I	unreachable, its processes killed
 *	/agent/return ?agent=I&newid=0|1
 *	/agent/gone ?agent=I	marked gone by the operator
 *	/agent/restart ?agent=I&ms=N	its process restarts
 *	/agent/resize ?agent=I&cpus=X&mem=Y
 *	/master/down
 *	/master/up ?port=same|new|N&agents_after=ms&recovering=ms
 *	    &redirect_self=ms	it begins with 307 to itself, 503
 *	/master/failover	down and up in one, same arguments
 *	/master/redirect ?to=HOST:PORT	answer 307 there; empty: no more
 *	/master/noleader ?on=	answer 503 No leader elected
 *	/master/follower	open a port that redirects to the leader
 *	/updates/repeat ?on=	send every update twice
 *	/updates/hold ?on=	hold updates back until on=0
 *	/updates/lose ?count=N	do not send the next N at first
 *	/updates/burst ?count=N&every=MS&same=0|1	N updates of health: one
 *				every MS, or as fast as they are
 *				acknowledged; same: nothing changes
 *	/times ?what=W&task=ID&since=MS	when calls (ACCEPT) came, updates
 *				(TASK_FAILED) and OFFERS went:
 *				CLOCK_MONOTONIC, in ms
 *	/task/status ?task=ID&state=S&reason=R&message=M
 *	/task/kill ?task=ID	SIGKILL to its process group
 *	/task/unknown ?name=NAME	a task its framework never launched
 *	/framework/remove ?framework=ID	it, or the first
 *	/offers/hide ?agent=I&on=	no more offers of it
 *	/offers/rescind		rescind all offers
 */

#include <sys/queue.h>

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>

#include "minimesos.h"

struct args {
	struct evkeyvalq q;
	const char *error;
};

static const char *
arg_str(struct args *a, const char *name)
{
	return (evhttp_find_header(&a->q, name));
}

/* A number, def when it is absent; sets the error when it is bad. */
static int
arg_int(struct args *a, const char *name, int min, int max, int def)
{
	const char *s = arg_str(a, name), *errstr;
	int n;

	if (s == NULL)
		return (def);
	n = (int)strtonum(s, min, max, &errstr);
	if (errstr != NULL)
		a->error = name;
	return (n);
}

static int
arg_on(struct args *a)
{
	return (arg_int(a, "on", 0, 1, 1));
}

static struct agent *
arg_agent(struct mm *mm, struct args *a)
{
	int i = arg_int(a, "agent", 1, mm->opt.agents, 0);

	if (i == 0)
		a->error = "agent";
	return (a->error != NULL ? NULL : &mm->agents[i - 1]);
}

static struct task *
arg_task(struct mm *mm, struct args *a)
{
	struct task *t = task_find(mm, NULL, arg_str(a, "task"));

	if (t == NULL)
		a->error = "task";
	return (t);
}

static struct json_object *
stream_drop(struct mm *mm, struct args *a)
{
	const char *how = arg_str(a, "how");

	if (how != NULL && strcmp(how, "fin") != 0 && strcmp(how, "rst") != 0 &&
	    strcmp(how, "chunk") != 0)
		a->error = "how";
	else
		stream_drop_all(mm, how != NULL ? how : "fin");
	return (NULL);
}

static struct json_object *
stream_set(struct mm *mm, struct args *a, int *flag)
{
	int on = arg_on(a);

	if (a->error == NULL)
		*flag = on;
	stream_release(mm);
	return (NULL);
}

static struct json_object *
stream_cut_next(struct mm *mm, struct args *a)
{
	return (stream_set(mm, a, &mm->faults.cut));
}

static struct json_object *
stream_garbage_next(struct mm *mm, struct args *a)
{
	return (stream_set(mm, a, &mm->faults.garbage));
}

static struct json_object *
stream_unknown_next(struct mm *mm, struct args *a)
{
	return (stream_set(mm, a, &mm->faults.unknown));
}

static struct json_object *
stream_pretty(struct mm *mm, struct args *a)
{
	return (stream_set(mm, a, &mm->faults.pretty));
}

static struct json_object *
stream_mute(struct mm *mm, struct args *a)
{
	return (stream_set(mm, a, &mm->faults.mute));
}

static struct json_object *
stream_segment(struct mm *mm, struct args *a)
{
	int n = arg_int(a, "bytes", 0, 1 << 20, 1);

	if (a->error == NULL)
		mm->faults.segment = n;
	stream_release(mm);
	return (NULL);
}

static void
set_fault(struct status_fault *f, struct args *a, int code)
{
	const char *type = arg_str(a, "type");
	int count = arg_int(a, "count", -1, 1000000, 1);

	if (a->error != NULL)
		return;
	f->code = code;
	f->count = count;
	strlcpy(f->type, type != NULL ? type : "", sizeof(f->type));
}

static struct json_object *
calls_status(struct mm *mm, struct args *a)
{
	set_fault(&mm->faults.status, a, arg_int(a, "code", 200, 599, 503));
	return (NULL);
}

static struct json_object *
calls_drop(struct mm *mm, struct args *a)
{
	const char *when = arg_str(a, "when");

	if (when != NULL && strcmp(when, "before") != 0 &&
	    strcmp(when, "after") != 0)
		a->error = "when";
	set_fault(&mm->faults.drop, a,
	    when != NULL && strcmp(when, "after") == 0);
	return (NULL);
}

static struct json_object *
calls_delay(struct mm *mm, struct args *a)
{
	int ms = arg_int(a, "ms", 0, 3600000, 0);

	if (a->error == NULL)
		mm->faults.delay_ms = ms;
	return (NULL);
}

static struct json_object *
auth_refuse(struct mm *mm, struct args *a)
{
	int n = arg_int(a, "count", 0, 1000000, 1);

	if (a->error == NULL)
		mm->faults.refuse = n;
	return (NULL);
}

static struct json_object *
ctl_agent_lose(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);
	int at_once = arg_int(a, "now", 0, 1, 0);

	if (a->error == NULL)
		agent_lose(mm, ag, at_once);
	return (NULL);
}

static struct json_object *
ctl_agent_dead(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);

	if (ag != NULL)
		agent_die(mm, ag);
	return (NULL);
}

static struct json_object *
ctl_agent_return(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);
	int newid = arg_int(a, "newid", 0, 1, 0);

	if (ag != NULL && ag->state == AGENT_GONE && !newid)
		a->error = "agent (it is gone and needs newid=1)";
	if (a->error == NULL)
		agent_return(mm, ag, newid);
	return (NULL);
}

static struct json_object *
ctl_agent_gone(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);

	if (ag != NULL)
		agent_gone(mm, ag);
	return (NULL);
}

static struct json_object *
ctl_agent_restart(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);
	int ms = arg_int(a, "ms", 0, 3600000, 500);

	if (a->error == NULL)
		agent_restart(mm, ag, ms);
	return (NULL);
}

static struct json_object *
ctl_agent_resize(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);
	const char *cpus = arg_str(a, "cpus"), *mem = arg_str(a, "mem");

	if (ag != NULL)
		agent_resize(mm, ag, cpus ? strtod(cpus, NULL) : mm->opt.cpus,
		    mem ? strtod(mem, NULL) : mm->opt.mem);
	return (NULL);
}

static struct json_object *
address_json(struct mm *mm)
{
	struct json_object *o = json_object_new_object();
	char buf[96];

	master_address(mm, buf, sizeof(buf));
	json_add_str(o, "master", buf);
	json_add_str(o, "id", mm->master_id);
	return (o);
}

static struct json_object *
ctl_master_down(struct mm *mm, struct args *a)
{
	(void)a;
	master_down(mm);
	return (NULL);
}

static struct json_object *
ctl_master_up(struct mm *mm, struct args *a)
{
	const char *port = arg_str(a, "port");
	int agents_after = arg_int(a, "agents_after", 0, 3600000, 0);
	int recovering = arg_int(a, "recovering", 0, 3600000, 0);
	int self = arg_int(a, "redirect_self", 0, 3600000, 0), n = mm->port;

	if (port != NULL && strcmp(port, "new") == 0)
		n = 0;
	else if (port != NULL && strcmp(port, "same") != 0)
		n = arg_int(a, "port", 1, 65535, 0);
	if (a->error != NULL)
		return (NULL);
	if (master_up(mm, n, agents_after, recovering, self) == -1) {
		a->error = "port";
		return (NULL);
	}
	return (address_json(mm));
}

static struct json_object *
ctl_master_redirect(struct mm *mm, struct args *a)
{
	const char *to = arg_str(a, "to");

	if (mm->master == MASTER_DOWN)
		a->error = "to (the master is down)";
	else if (to == NULL || *to == '\0')
		mm->master = MASTER_LEADING;
	else {
		strlcpy(mm->redirect_to, to, sizeof(mm->redirect_to));
		mm->master = MASTER_REDIRECTING;
	}
	return (NULL);
}

static struct json_object *
ctl_master_noleader(struct mm *mm, struct args *a)
{
	if (mm->master == MASTER_DOWN)
		a->error = "on (the master is down)";
	else
		mm->master = arg_on(a) ? MASTER_NO_LEADER : MASTER_LEADING;
	return (NULL);
}

static struct json_object *
ctl_master_follower(struct mm *mm, struct args *a)
{
	struct json_object *o;
	char *text;

	if (master_follow(mm) == -1) {
		a->error = "port";
		return (NULL);
	}
	text = xasprintf("%s:%d", mm->opt.listen_addr, mm->follower_port);
	o = json_object_new_object();
	json_add_str(o, "master", text);
	free(text);
	return (o);
}

static struct json_object *
updates_repeat(struct mm *mm, struct args *a)
{
	return (stream_set(mm, a, &mm->faults.repeat));
}

static struct json_object *
updates_hold(struct mm *mm, struct args *a)
{
	stream_set(mm, a, &mm->faults.hold);
	if (!mm->faults.hold)
		update_flush(mm, NULL);
	return (NULL);
}

static struct json_object *
updates_lose(struct mm *mm, struct args *a)
{
	int n = arg_int(a, "count", 0, 1000000, 1);

	if (a->error == NULL)
		mm->faults.lose = n;
	return (NULL);
}

static struct json_object *
updates_burst(struct mm *mm, struct args *a)
{
	int n = arg_int(a, "count", 0, 10000000, 1);
	int every = arg_int(a, "every", 0, 3600000, 0);
	int same = arg_int(a, "same", 0, 1, 0);

	if (a->error == NULL)
		burst_start(mm, n, every, same);
	return (NULL);
}

static struct json_object *
times(struct mm *mm, struct args *a)
{
	const char *since = arg_str(a, "since");

	return (marks_show(mm, arg_str(a, "what"), arg_str(a, "task"),
	    since != NULL ? strtod(since, NULL) : 0));
}

static struct json_object *
task_status(struct mm *mm, struct args *a)
{
	struct task *t = arg_task(mm, a);
	const char *name = arg_str(a, "state"), *reason = arg_str(a, "reason");
	const char *message = arg_str(a, "message");
	struct framework *fw;
	enum task_state state;

	if (t == NULL)
		return (NULL);
	fw = framework_find(mm, t->fwid);
	if (message == NULL)
		message = "Asked for by the control port";
	if (name == NULL || state_of(name, &state) == -1)
		a->error = "state";
	else if (fw == NULL || fw->conn == NULL)
		a->error = "task (its framework is not connected)";
	else
		status_from_master(fw, t->id, state,
		    reason != NULL ? reason : "REASON_RECONCILIATION", message,
		    t->agent_id, state == STATE_UNREACHABLE ? now_ns() : 0);
	return (NULL);
}

static struct json_object *
task_kill_group(struct mm *mm, struct args *a)
{
	struct task *t = arg_task(mm, a);

	if (t != NULL)
		task_signal(t, SIGKILL);
	return (NULL);
}

static struct json_object *
task_unknown(struct mm *mm, struct args *a)
{
	struct framework *fw = TAILQ_FIRST(&mm->frameworks);
	struct resvec rv = { NULL, 0 };
	struct json_object *info;
	const char *name = arg_str(a, "name");
	char *id = NULL;
	int i;

	for (i = 0; i < mm->opt.agents; i++)
		if (mm->agents[i].state == AGENT_REGISTERED)
			break;
	if (fw == NULL || i == mm->opt.agents) {
		a->error = "name (no framework or no agent)";
		return (NULL);
	}
	if (name == NULL)
		name = id = xasprintf("unknown.%u", ++mm->orphans);
	info = json_object_new_object();
	json_add_str(info, "name", name);
	json_add_id(info, "task_id", name);
	json_add_id(info, "agent_id", mm->agents[i].id);
	json_add_str(json_add_obj(info, "command"), "value",
	    "exec sleep 100000");
	rv_add_scalar(&rv, "cpus", NULL, 0.1);
	rv_add_scalar(&rv, "mem", NULL, 32);
	task_launch(fw, &mm->agents[i], fw->nroles > 0 ? fw->roles[0] : "*",
	    info, &rv);
	rv_free(&rv);
	json_object_put(info);
	free(id);
	return (NULL);
}

static struct json_object *
ctl_framework_remove(struct mm *mm, struct args *a)
{
	const char *id = arg_str(a, "framework");
	struct framework *fw =
	    id != NULL ? framework_find(mm, id) : TAILQ_FIRST(&mm->frameworks);

	if (fw == NULL)
		a->error = "framework";
	else
		framework_remove(fw);
	return (NULL);
}

static struct json_object *
offers_hide(struct mm *mm, struct args *a)
{
	struct agent *ag = arg_agent(mm, a);
	int on = arg_on(a);

	if (a->error != NULL)
		return (NULL);
	ag->hidden = on;
	if (!on)
		offer_soon(mm);
	return (NULL);
}

static struct json_object *
offers_rescind(struct mm *mm, struct args *a)
{
	(void)a;
	offer_rescind_agent(mm, NULL);
	return (NULL);
}

static struct json_object *get_help(struct mm *, struct args *);

static const struct route {
	const char *path;
	const char *arguments;
	struct json_object *(*fn)(struct mm *, struct args *);
	struct json_object *(*show)(struct mm *, int);
} routes[] = {
	{ "/help", "", get_help, NULL },
	{ "/tasks", "all=0|1", NULL, show_tasks },
	{ "/frameworks", "", NULL, show_frameworks },
	{ "/agents", "", NULL, show_agents },
	{ "/offers", "", NULL, show_offers },
	{ "/calls", "", NULL, show_calls },
	{ "/counters", "", NULL, show_counters },
	{ "/stream/drop", "how=fin|rst|chunk", stream_drop, NULL },
	{ "/stream/cut", "on=0|1", stream_cut_next, NULL },
	{ "/stream/garbage", "on=0|1", stream_garbage_next, NULL },
	{ "/stream/segment", "bytes=N", stream_segment, NULL },
	{ "/stream/pretty", "on=0|1", stream_pretty, NULL },
	{ "/stream/mute", "on=0|1", stream_mute, NULL },
	{ "/stream/unknown", "on=0|1", stream_unknown_next, NULL },
	{ "/calls/status", "code=C&count=N&type=T", calls_status, NULL },
	{ "/calls/drop", "type=T&when=before|after&count=N", calls_drop, NULL },
	{ "/calls/delay", "ms=N", calls_delay, NULL },
	{ "/auth/refuse", "count=N", auth_refuse, NULL },
	{ "/agent/lose", "agent=I&now=0|1", ctl_agent_lose, NULL },
	{ "/agent/dead", "agent=I", ctl_agent_dead, NULL },
	{ "/agent/return", "agent=I&newid=0|1", ctl_agent_return, NULL },
	{ "/agent/gone", "agent=I", ctl_agent_gone, NULL },
	{ "/agent/restart", "agent=I&ms=N", ctl_agent_restart, NULL },
	{ "/agent/resize", "agent=I&cpus=X&mem=Y", ctl_agent_resize, NULL },
	{ "/master/down", "", ctl_master_down, NULL },
	{ "/master/up",
	    "port=same|new|N&agents_after=ms&recovering=ms"
	    "&redirect_self=ms",
	    ctl_master_up, NULL },
	{ "/master/failover",
	    "port=same|new|N&agents_after=ms&recovering=ms"
	    "&redirect_self=ms",
	    ctl_master_up, NULL },
	{ "/master/redirect", "to=HOST:PORT", ctl_master_redirect, NULL },
	{ "/master/noleader", "on=0|1", ctl_master_noleader, NULL },
	{ "/master/follower", "", ctl_master_follower, NULL },
	{ "/updates/repeat", "on=0|1", updates_repeat, NULL },
	{ "/updates/hold", "on=0|1", updates_hold, NULL },
	{ "/updates/lose", "count=N", updates_lose, NULL },
	{ "/updates/burst", "count=N&every=MS&same=0|1", updates_burst, NULL },
	{ "/times", "what=W&task=ID&since=MS", times, NULL },
	{ "/task/status", "task=ID&state=S&reason=R&message=M", task_status,
	    NULL },
	{ "/task/kill", "task=ID", task_kill_group, NULL },
	{ "/task/unknown", "name=NAME", task_unknown, NULL },
	{ "/framework/remove", "framework=ID", ctl_framework_remove, NULL },
	{ "/offers/hide", "agent=I&on=0|1", offers_hide, NULL },
	{ "/offers/rescind", "", offers_rescind, NULL },
};

static struct json_object *
get_help(struct mm *mm, struct args *a)
{
	struct json_object *o = json_object_new_object();
	size_t i;

	(void)mm;
	(void)a;
	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		json_add_str(o, routes[i].path, routes[i].arguments);
	return (o);
}

static void
reply(struct evhttp_request *req, int code, const char *text)
{
	struct evbuffer *b = evbuffer_new();

	evbuffer_add_printf(b, "%s\n", text);
	evhttp_send_reply(req, code, NULL, b);
	evbuffer_free(b);
}

static void
run_route(struct mm *mm, struct evhttp_request *req, const struct route *r,
    struct args *a)
{
	struct json_object *o;
	char *text;

	if (r->show != NULL)
		o = r->show(mm, arg_int(a, "all", 0, 1, 0));
	else
		o = r->fn(mm, a);
	if (a->error != NULL) {
		text = xasprintf("bad argument: %s", a->error);
		reply(req, 400, text);
		free(text);
	} else if (o == NULL)
		reply(req, 200, "ok");
	else {
		text = json_text(o, 0, NULL);
		evhttp_add_header(evhttp_request_get_output_headers(req),
		    "Content-Type", "application/json");
		reply(req, 200, text);
		free(text);
	}
	json_object_put(o);
}

static void
request_cb(struct evhttp_request *req, void *arg)
{
	struct mm *mm = arg;
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	const char *path = evhttp_uri_get_path(uri);
	const char *query = evhttp_uri_get_query(uri);
	struct args a;
	size_t i;

	trace(mm, "control %s", evhttp_request_get_uri(req));
	memset(&a, 0, sizeof(a));
	if (evhttp_parse_query_str(query != NULL ? query : "", &a.q) == -1) {
		reply(req, 400, "bad query");
		return;
	}
	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (path != NULL && strcmp(routes[i].path, path) == 0)
			break;
	if (i == sizeof(routes) / sizeof(routes[0]))
		reply(req, 404, "no such route, see /help");
	else
		run_route(mm, req, &routes[i], &a);
	evhttp_clear_headers(&a.q);
}

/* On a port of the kernel's choice, always on loopback; -1 with errno. */
int
control_start(struct mm *mm)
{
	struct evhttp_bound_socket *s;
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	memset(&sin, 0, sizeof(sin));
	if ((mm->control = evhttp_new(mm->base)) == NULL)
		return (-1);
	evhttp_set_gencb(mm->control, request_cb, mm);
	s = evhttp_bind_socket_with_handle(mm->control, "127.0.0.1", 0);
	if (s == NULL ||
	    getsockname(evhttp_bound_socket_get_fd(s), (struct sockaddr *)&sin,
		&len) == -1)
		return (-1);
	mm->control_port = ntohs(sin.sin_port);
	return (0);
}

void
control_stop(struct mm *mm)
{
	evhttp_free(mm->control);
}
