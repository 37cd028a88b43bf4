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
 * minimesos: routes of the master and the checks of a call, in the order in
 * which the real master makes them.
 */

#include <stdio.h>
#include <strings.h>

#include "minimesos.h"

#define V_PREFIX "Failed to validate scheduler::Call: "

struct json_object *
master_info(struct mm *mm)
{
	struct json_object *o = json_object_new_object(), *a, *caps;
	static const char *const names[] = { "AGENT_UPDATE", "AGENT_DRAINING",
		"QUOTA_V2" };
	unsigned int b[4] = { 127, 0, 0, 1 };
	char *pid;
	size_t i;

	sscanf(mm->opt.listen_addr, "%u.%u.%u.%u", &b[0], &b[1], &b[2], &b[3]);
	json_add_str(o, "id", mm->master_id);
	json_add_int(o, "ip",
	    (int64_t)b[3] << 24 | b[2] << 16 | b[1] << 8 | b[0]);
	json_add_int(o, "port", mm->port);
	pid = xasprintf("master@%s:%d", mm->opt.listen_addr, mm->port);
	json_add_str(o, "pid", pid);
	free(pid);
	json_add_str(o, "hostname", mm->opt.hostname);
	json_add_str(o, "version", "1.12.0");
	a = json_add_obj(o, "address");
	json_add_str(a, "hostname", mm->opt.hostname);
	json_add_str(a, "ip", mm->opt.listen_addr);
	json_add_int(a, "port", mm->port);
	caps = json_add_arr(o, "capabilities");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_add_str(json_add_obj(caps, NULL), "type", names[i]);
	return (o);
}

/* Location: //leader/master/path, without a scheme. */
static void
redirect(struct conn *c, struct request *r, const char *path)
{
	struct mm *mm = c->mm;
	char leader[160], *extra;

	if (mm->master == MASTER_REDIRECTING)
		strlcpy(leader, mm->redirect_to, sizeof(leader));
	else
		snprintf(leader, sizeof(leader), "%s:%d", mm->opt.hostname,
		    mm->port);
	extra = xasprintf("Location: //%s%s%s%s\r\n", leader,
	    *path != '\0' && strncmp(path, "/master", 7) != 0 ? "/master" : "",
	    path, *path != '\0' ? r->query : "");
	conn_reply(c, r, 307, extra, NULL, NULL, 0);
	free(extra);
}

/* 1 when this process may answer for the leader, else it has answered. */
static int
leading(struct conn *c, struct request *r)
{
	if (c->follower || c->mm->master == MASTER_REDIRECTING) {
		redirect(c, r, r->path);
		return (0);
	}
	if (c->mm->master == MASTER_NO_LEADER || c->mm->master == MASTER_DOWN) {
		conn_reply_text(c, r, 503, "No leader elected");
		return (0);
	}
	if (c->mm->master == MASTER_RECOVERING) {
		conn_reply_text(c, r, 503, "Master has not finished recovery");
		return (0);
	}
	return (1);
}

/* The principal of good credentials, "" without authentication, or NULL. */
static const char *
authenticate(struct mm *mm, struct request *r)
{
	const char *v = request_header(r, "Authorization"), *p, *s;
	unsigned char pair[512];
	struct json_object *list, *one;
	char *secret;
	size_t i, n;

	if (mm->credentials == NULL)
		return ("");
	if (v == NULL || strncmp(v, "Basic ", 6) != 0 ||
	    base64_to(v + 6, pair, sizeof(pair) - 1, &n) == -1)
		return (NULL);
	pair[n] = '\0';
	if ((secret = strchr((char *)pair, ':')) == NULL ||
	    strchr(secret + 1, ':') != NULL)
		return (NULL);
	*secret++ = '\0';
	list = json_get(mm->credentials, "credentials");
	for (i = 0; i < json_len(list); i++) {
		one = json_at(list, i);
		p = json_str(one, "principal");
		s = json_str(one, "secret");
		if (p != NULL && s != NULL && strcmp(p, (char *)pair) == 0 &&
		    strcmp(s, secret) == 0)
			return (p);
	}
	return (NULL);
}

static int
accepts_json(const char *accept)
{
	char *copy, *part, *next, *q;
	int ok = 0;

	if (accept == NULL)
		return (1);
	next = copy = xstrdup(accept);
	while (!ok && (part = strsep(&next, ",")) != NULL) {
		part += strspn(part, " \t");
		q = strstr(part, "q=0");
		if (q != NULL && strspn(q + 2, "0.") == strlen(q + 2))
			continue;
		part[strcspn(part, "; \t")] = '\0';
		ok = strcasecmp(part, "application/json") == 0 ||
		    strcasecmp(part, "application/*") == 0 ||
		    strcasecmp(part, "*/*") == 0;
	}
	free(copy);
	return (ok);
}

static struct json_object *
parse_json(const char *body, size_t len, char **error)
{
	struct json_tokener *tok = json_tokener_new_ex(100);
	struct json_object *o;
	size_t at;

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, body, (int)len);
	at = json_tokener_get_parse_end(tok);
	if (json_tokener_get_error(tok) == json_tokener_success)
		at += strspn(body + at, " \t\r\n");
	if (json_tokener_get_error(tok) != json_tokener_success || at < len ||
	    !json_object_is_type(o, json_type_object)) {
		*error = xasprintf("Failed to parse body into JSON: syntax "
				   "error at line 1 near: %.*s",
		    (int)(len - at), body + at);
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return (o);
}

static int
known_type(const char *type)
{
	static const char *const types[] = { "UNKNOWN", "SUBSCRIBE", "TEARDOWN",
		"ACCEPT", "DECLINE", "ACCEPT_INVERSE_OFFERS",
		"DECLINE_INVERSE_OFFERS", "REVIVE", "KILL", "SHUTDOWN",
		"ACKNOWLEDGE", "ACKNOWLEDGE_OPERATION_STATUS", "RECONCILE",
		"RECONCILE_OPERATIONS", "MESSAGE", "REQUEST", "SUPPRESS",
		"UPDATE_FRAMEWORK" };
	size_t i;

	for (i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return (1);
	return (0);
}

static int
same(const char *a, const char *b)
{
	return (strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0);
}

static char *
validate_subscribe(struct json_object *call, const char *principal)
{
	struct json_object *info = json_get(call, "subscribe.framework_info");
	const char *p;

	if (info == NULL)
		return (xstrdup("Expecting 'subscribe' to be present"));
	if (!same(json_str(info, "id.value"),
		json_str(call, "framework_id.value")))
		return (xstrdup("'framework_id' differs from "
				"'subscribe.framework_info.id'"));
	p = json_str(info, "principal");
	if (*principal != '\0' && p != NULL && strcmp(p, principal) != 0)
		return (xasprintf("Authenticated principal '%s' does not match"
				  " principal '%s' set in `FrameworkInfo`",
		    principal, p));
	return (NULL);
}

static char *
validate_uuid(const char *text)
{
	unsigned char u[16];
	size_t n;

	if (text == NULL || base64_to(text, u, sizeof(u), &n) == -1 ||
	    n != 16 || (u[8] & 0xc0) != 0x80 || (u[6] >> 4) < 1 ||
	    (u[6] >> 4) > 5)
		return (xstrdup("Not a valid UUID"));
	return (NULL);
}

/* What a type needs beside framework_id. */
static char *
validate_call(struct json_object *call, const char *type, const char *principal)
{
	static const char *const need[][2] = {
		{ "ACCEPT", "accept" },
		{ "DECLINE", "decline" },
		{ "ACCEPT_INVERSE_OFFERS", "accept_inverse_offers" },
		{ "DECLINE_INVERSE_OFFERS", "decline_inverse_offers" },
		{ "KILL", "kill" },
		{ "SHUTDOWN", "shutdown" },
		{ "ACKNOWLEDGE", "acknowledge" },
		{ "ACKNOWLEDGE_OPERATION_STATUS",
		    "acknowledge_operation_status" },
		{ "RECONCILE", "reconcile" },
		{ "RECONCILE_OPERATIONS", "reconcile_operations" },
		{ "MESSAGE", "message" },
		{ "REQUEST", "request" },
		{ "UPDATE_FRAMEWORK", "update_framework" },
	};
	size_t i;

	if (strcmp(type, "SUBSCRIBE") == 0)
		return (validate_subscribe(call, principal));
	if (json_str(call, "framework_id.value") == NULL)
		return (xstrdup("Expecting 'framework_id' to be present"));
	for (i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (strcmp(type, need[i][0]) == 0 &&
		    json_get(call, need[i][1]) == NULL)
			return (xasprintf("Expecting '%s' to be present",
			    need[i][1]));
	if (strcmp(type, "ACKNOWLEDGE") == 0)
		return (validate_uuid(json_str(call, "acknowledge.uuid")));
	return (NULL);
}

/* Checks 15 to 19: NULL when the framework may not call. */
static struct framework *
check_framework(struct conn *c, struct request *r, struct json_object *call,
    const char *principal)
{
	const char *id = json_str(call, "framework_id.value"), *p;
	const char *stream = request_header(r, "Mesos-Stream-Id");
	struct framework *fw = framework_find(c->mm, id);
	char *text;

	if (fw == NULL) {
		conn_reply_text(c, r, 400, "Framework cannot be found");
		return (NULL);
	}
	p = json_str(fw->info, "principal");
	if (*principal != '\0' && p != NULL && strcmp(p, principal) != 0) {
		text = xasprintf("Authenticated principal '%s' does not match "
				 "principal '%s' set in `FrameworkInfo`",
		    principal, p);
		conn_reply_text(c, r, 400, text);
		free(text);
		return (NULL);
	}
	if (fw->state != FW_CONNECTED) {
		conn_reply_text(c, r, 403, "Framework is not subscribed");
		return (NULL);
	}
	if (stream == NULL) {
		conn_reply_text(c, r, 400,
		    "All non-subscribe calls should "
		    "include the 'Mesos-Stream-Id' header");
		return (NULL);
	}
	if (strcmp(stream, fw->stream_id) != 0) {
		text = xasprintf(
		    "The stream ID '%s' included in this request "
		    "didn't match the stream ID currently associated with "
		    "framework ID %s",
		    stream, id);
		conn_reply_text(c, r, 400, text);
		free(text);
		return (NULL);
	}
	return (fw);
}

static void
reconcile_operations(struct conn *c, struct request *r)
{
	static const char text[] = "{\"type\":\"RECONCILE_OPERATIONS\","
				   "\"reconcile_operations\":{}}";

	conn_reply(c, r, 200, NULL, "application/json", text, sizeof(text) - 1);
}

static void
handle_update_framework(struct conn *c, struct request *r, struct framework *fw,
    struct json_object *call)
{
	struct json_object *info =
	    json_get(call, "update_framework.framework_info");
	char *error = NULL;

	if (info == NULL || !same(json_str(info, "id.value"), fw->id))
		error = xstrdup("'framework_info.id' differs from "
				"'framework_id'");
	else if (!same(json_str(info, "principal"),
		     json_str(fw->info, "principal")))
		error = xstrdup("Changing framework's principal is not "
				"allowed.");
	else
		error =
		    framework_check(c->mm, json_get(call, "update_framework"));
	if (error != NULL) {
		conn_reply_text(c, r, 400, error);
		free(error);
		return;
	}
	framework_set_info(fw, info);
	framework_suppress(fw,
	    json_get(call, "update_framework.suppressed_roles"), 1);
	offer_drop_framework(fw);
	offer_soon(c->mm);
	conn_reply(c, r, 200, NULL, NULL, NULL, 0);
}

static void
handle_valid(struct conn *c, struct request *r, struct json_object *call,
    const char *type, const char *principal)
{
	struct framework *fw;
	int subscribe = strcmp(type, "SUBSCRIBE") == 0;

	if ((subscribe || strcmp(type, "RECONCILE_OPERATIONS") == 0) &&
	    !accepts_json(request_header(r, "Accept"))) {
		conn_reply_text(c, r, 406,
		    "Expecting 'Accept' to allow "
		    "'application/x-protobuf' or 'application/json'");
		return;
	}
	if (subscribe) {
		if (request_header(r, "Mesos-Stream-Id") != NULL)
			conn_reply_text(c, r, 400,
			    "Subscribe calls should "
			    "not include the 'Mesos-Stream-Id' header");
		else
			framework_subscribe(c, call, principal);
		return;
	}
	if ((fw = check_framework(c, r, call, principal)) == NULL)
		return;
	if (strcmp(type, "UPDATE_FRAMEWORK") == 0) {
		handle_update_framework(c, r, fw, call);
		return;
	}
	if (strcmp(type, "UNKNOWN") == 0) {
		conn_reply_text(c, r, 501, "501 Not Implemented.");
		return;
	}
	if (strcmp(type, "RECONCILE_OPERATIONS") == 0) {
		reconcile_operations(c, r);
		return;
	}
	call_dispatch(fw, call, type);
	conn_reply(c, r, 202, NULL, NULL, NULL, 0);
}

/* The faults that hit a call as a whole; 1 when it has been dealt with. */
static int
fault_before(struct conn *c, struct request *r, const char *type)
{
	struct faults *f = &c->mm->faults;

	if (f->status.count != 0 &&
	    (f->status.type[0] == '\0' ||
		(type != NULL && strcmp(f->status.type, type) == 0))) {
		if (f->status.count > 0)
			f->status.count--;
		conn_reply_text(c, r, f->status.code, "Fault asked for");
		return (1);
	}
	if (f->drop.count != 0 && f->drop.code == 0 &&
	    (f->drop.type[0] == '\0' ||
		(type != NULL && strcmp(f->drop.type, type) == 0))) {
		if (f->drop.count > 0)
			f->drop.count--;
		conn_close(c);
		return (1);
	}
	return (0);
}

static void
fault_after(struct conn *c, const char *type)
{
	struct faults *f = &c->mm->faults;

	if (f->drop.count == 0 || f->drop.code == 0 ||
	    (f->drop.type[0] != '\0' &&
		(type == NULL || strcmp(f->drop.type, type) != 0)))
		return;
	if (f->drop.count > 0)
		f->drop.count--;
	conn_close(c);
}

static void
log_tasks(struct json_object *list, struct json_object *call)
{
	struct json_object *ops = json_get(call, "accept.operations"), *tasks;
	const char *id;
	size_t i, k;

	for (i = 0; i < json_len(ops); i++) {
		tasks = json_get(json_at(ops, i), "launch.task_infos");
		for (k = 0; k < json_len(tasks); k++)
			if ((id = json_str(json_at(tasks, k),
				 "task_id.value")) != NULL)
				json_add_str(list, NULL, id);
	}
	if ((id = json_str(call, "kill.task_id.value")) != NULL ||
	    (id = json_str(call, "acknowledge.task_id.value")) != NULL)
		json_add_str(list, NULL, id);
	tasks = json_get(call, "reconcile.tasks");
	for (i = 0; i < json_len(tasks); i++)
		if ((id = json_str(json_at(tasks, i), "task_id.value")) != NULL)
			json_add_str(list, NULL, id);
}

/* Keeps the last calls for GET /calls. */
static void
log_call(struct mm *mm, struct json_object *call, const char *type, int code)
{
	struct call_rec *rec = xcalloc(1, sizeof(*rec));
	const char *fw = json_str(call, "framework_id.value");

	mm->count.calls++;
	rec->json = json_object_new_object();
	json_add_int(rec->json, "n", (int64_t)++mm->call_no);
	json_add_num(rec->json, "time", now());
	json_add_str(rec->json, "type", type != NULL ? type : "");
	json_add_str(rec->json, "framework", fw != NULL ? fw : "");
	json_add_int(rec->json, "code", code);
	log_tasks(json_add_arr(rec->json, "tasks"), call);
	if (type != NULL &&
	    (strcmp(type, "SUBSCRIBE") == 0 || strcmp(type, "SUPPRESS") == 0 ||
		strcmp(type, "REVIVE") == 0 || strcmp(type, "DECLINE") == 0 ||
		strcmp(type, "ACCEPT") == 0))
		json_add_ref(rec->json, "call", call);
	TAILQ_INSERT_TAIL(&mm->calls, rec, entry);
	if (++mm->ncalls > MM_MAX_CALLS) {
		rec = TAILQ_FIRST(&mm->calls);
		TAILQ_REMOVE(&mm->calls, rec, entry);
		json_object_put(rec->json);
		free(rec);
		mm->ncalls--;
	}
	trace(mm, "> %s %s %d", type != NULL ? type : "?", fw != NULL ? fw : "",
	    code);
}

static void
check_call(struct conn *c, struct request *r, struct json_object *call,
    const char *type, const char *principal)
{
	char *error = NULL, *text;
	const char *prefix = V_PREFIX;

	if ((error = schema_check_call(call)) != NULL)
		prefix = "Failed to convert JSON into Call protobuf: ";
	else if (!known_type(type))
		error = xstrdup("Expecting 'type' to be present");
	else
		error = validate_call(call, type, principal);
	if (error == NULL) {
		handle_valid(c, r, call, type, principal);
		return;
	}
	text = xasprintf("%s%s", prefix, error);
	conn_reply_text(c, r, 400, text);
	free(text);
	free(error);
}

/* The checks before the body is looked at; 1 when all is well. */
static int
check_request(struct conn *c, struct request *r, const char **principal)
{
	const char *type = request_header(r, "Content-Type");
	char *text;

	*principal = authenticate(c->mm, r);
	if (*principal == NULL || c->mm->faults.refuse > 0) {
		if (c->mm->faults.refuse > 0)
			c->mm->faults.refuse--;
		conn_reply(c, r, 401,
		    "WWW-Authenticate: Basic "
		    "realm=\"mesos-master-scheduler\"\r\n",
		    "text/plain; charset=utf-8", "401 Unauthorized.", 17);
		return (0);
	}
	if (!leading(c, r))
		return (0);
	if (strcmp(r->method, "POST") != 0) {
		text = xasprintf("405 Method Not Allowed. Expecting one of { "
				 "'POST' }, but received '%s'.",
		    r->method);
		conn_reply(c, r, 405, "Allow: POST\r\n",
		    "text/plain; charset=utf-8", text, strlen(text));
		free(text);
		return (0);
	}
	if (type == NULL) {
		conn_reply_text(c, r, 400,
		    "Expecting 'Content-Type' to be "
		    "present");
		return (0);
	}
	if (strcmp(type, "application/json") != 0) {
		conn_reply_text(c, r, 415,
		    "Expecting 'Content-Type' of "
		    "application/json or application/x-protobuf");
		return (0);
	}
	return (1);
}

static void
api_scheduler(struct conn *c, struct request *r)
{
	struct json_object *call;
	const char *type, *principal;
	char *error = NULL;

	call = parse_json(r->body, r->len, &error);
	type = json_str(call, "type");
	c->code = 0;
	mark_call(c->mm, call, type);
	if (!fault_before(c, r, type)) {
		if (check_request(c, r, &principal)) {
			if (call == NULL)
				conn_reply_text(c, r, 400, error);
			else
				check_call(c, r, call, type, principal);
		}
		fault_after(c, type);
	}
	log_call(c->mm, call, type, c->code != 0 ? c->code : 200);
	json_object_put(call);
	free(error);
}

static void
reply_json(struct conn *c, struct request *r, struct json_object *o)
{
	size_t len;
	char *text = json_text(o, 0, &len);

	conn_reply(c, r, 200, NULL, "application/json", text, len);
	free(text);
	json_object_put(o);
}

/* The operator API: GET_MASTER and MARK_AGENT_GONE. */
static void
api_operator(struct conn *c, struct request *r)
{
	struct json_object *call, *o, *m;
	struct agent *a;
	const char *type;
	char *error = NULL;

	if (!leading(c, r))
		return;
	call = parse_json(r->body, r->len, &error);
	type = json_str(call, "type");
	if (type != NULL && strcmp(type, "GET_MASTER") == 0) {
		o = json_object_new_object();
		json_add_str(o, "type", "GET_MASTER");
		m = json_add_obj(o, "get_master");
		json_object_object_add(m, "master_info", master_info(c->mm));
		json_add_num(m, "start_time", c->mm->start_time);
		json_add_num(m, "elected_time", c->mm->start_time + 0.0125);
		reply_json(c, r, o);
	} else if (type != NULL && strcmp(type, "MARK_AGENT_GONE") == 0 &&
	    (a = agent_find(c->mm,
		 json_str(call, "mark_agent_gone.agent_id.value"))) != NULL) {
		agent_gone(c->mm, a);
		conn_reply(c, r, 200, NULL, NULL, NULL, 0);
	} else
		conn_reply_text(c, r, 400,
		    error != NULL ? error : "Failed to validate master::Call");
	json_object_put(call);
	free(error);
}

static void
api_state(struct conn *c, struct request *r)
{
	struct json_object *o;
	char *pid;

	if (!leading(c, r))
		return;
	o = json_object_new_object();
	json_add_str(o, "version", "1.12.0");
	pid = xasprintf("master@%s:%d", c->mm->opt.listen_addr, c->mm->port);
	json_add_str(o, "leader", pid);
	free(pid);
	json_object_object_add(o, "leader_info", master_info(c->mm));
	reply_json(c, r, o);
}

static int
below(const char *path, const char *route)
{
	size_t n = strlen(route);

	return (strncmp(path, route, n) == 0 &&
	    (path[n] == '\0' || path[n] == '/'));
}

void
api_handle(struct conn *c, struct request *r)
{
	const char *path = r->path;

	if (below(path, "/master") && path[7] == '/')
		path += 7;
	if (below(path, "/api/v1/scheduler"))
		api_scheduler(c, r);
	else if (below(path, "/api/v1"))
		api_operator(c, r);
	else if (below(path, "/health"))
		conn_reply(c, r, 200, NULL, NULL, NULL, 0);
	else if (below(path, "/state"))
		api_state(c, r);
	else if (strcmp(path, "/redirect") == 0) {
		if (c->mm->master == MASTER_NO_LEADER)
			conn_reply_text(c, r, 503, "No leader elected");
		else
			redirect(c, r, "");
	} else
		conn_reply_text(c, r, 404, "404 Not Found.");
}
