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
 * minimesos: frameworks as the master knows them: subscription, failover of
 * the scheduler, removal.
 */

#include <ctype.h>
#include <stdio.h>

#include "minimesos.h"

struct framework *
framework_find(struct mm *mm, const char *id)
{
	struct framework *fw;

	TAILQ_FOREACH(fw, &mm->frameworks, entry)
		if (id != NULL && strcmp(fw->id, id) == 0)
			return (fw);
	return (NULL);
}

static unsigned int
caps_of(struct json_object *info)
{
	static const struct {
		const char *name;
		unsigned int cap;
	} names[] = {
		{ "MULTI_ROLE", CAP_MULTI_ROLE },
		{ "RESERVATION_REFINEMENT", CAP_RESERVATION },
		{ "PARTITION_AWARE", CAP_PARTITION_AWARE },
		{ "TASK_KILLING_STATE", CAP_TASK_KILLING },
	};
	struct json_object *list = json_get(info, "capabilities");
	unsigned int caps = 0;
	const char *type;
	size_t i, k;

	for (i = 0; i < json_len(list); i++) {
		if ((type = json_str(json_at(list, i), "type")) == NULL)
			continue;
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (strcmp(names[k].name, type) == 0)
				caps |= names[k].cap;
	}
	return (caps);
}

static char *
check_component(const char *c)
{
	const char *why = NULL;

	if (*c == '\0')
		return (xstrdup("Role path contains an empty component"));
	if (strcmp(c, ".") == 0 || strcmp(c, "..") == 0 || strcmp(c, "*") == 0)
		return (xasprintf("Role component '%s' is invalid", c));
	if (*c == '-')
		why = "it begins with a dash";
	else if (strpbrk(c, " \t\n\v\f\r\b\177") != NULL)
		why = "it contains backspace or whitespace";
	if (why == NULL)
		return (NULL);
	return (xasprintf("Role component '%s' is invalid because %s", c, why));
}

static char *
check_role(const char *role)
{
	char *copy, *next, *part, *error = NULL;

	if (strcmp(role, "*") == 0)
		return (NULL);
	if (*role == '\0' || *role == '/' || role[strlen(role) - 1] == '/')
		return (xasprintf("Role '%s' cannot start or end with a slash",
		    role));
	next = copy = xstrdup(role);
	while (error == NULL && (part = strsep(&next, "/")) != NULL)
		error = check_component(part);
	free(copy);
	return (error);
}

static int
in_list(struct json_object *list, const char *s, size_t before)
{
	const char *one;
	size_t i;

	for (i = 0; i < json_len(list) && i < before; i++) {
		one = json_str(json_at(list, i), "");
		if (one != NULL && strcmp(one, s) == 0)
			return (1);
	}
	return (0);
}

static int
whitelisted(struct mm *mm, const char *role)
{
	return (mm->opt.whitelist == NULL || strcmp(role, "*") == 0 ||
	    sl_find(mm->opt.whitelist, role) != NULL);
}

static char *
check_roles(struct mm *mm, struct json_object *roles)
{
	char *error, *text;
	const char *role;
	size_t i;

	for (i = 0; i < json_len(roles); i++) {
		if ((role = json_str(json_at(roles, i), "")) == NULL)
			continue;
		if (in_list(roles, role, i))
			return (xasprintf("'FrameworkInfo.roles' contains "
					  "duplicate items: %s",
			    role));
		if ((error = check_role(role)) != NULL) {
			text = xasprintf("'FrameworkInfo.roles' contains "
					 "invalid role: %s",
			    error);
			free(error);
			return (text);
		}
		if (!whitelisted(mm, role))
			return (xasprintf("Roles '{ %s }' are not present in "
					  "the master's --roles",
			    role));
	}
	return (NULL);
}

/* Why the subscribe message gets an ERROR event; to be freed; or NULL. */
char *
framework_check(struct mm *mm, struct json_object *subscribe)
{
	struct json_object *info = json_get(subscribe, "framework_info");
	struct json_object *roles = json_get(info, "roles"), *list;
	int multi = caps_of(info) & CAP_MULTI_ROLE;
	const char *role;
	char *error;
	size_t i;

	if (multi && json_get(info, "role") != NULL)
		return (xstrdup("'FrameworkInfo.role' must not be set when the"
				" framework is MULTI_ROLE capable"));
	if (!multi && json_len(roles) > 0)
		return (xstrdup("'FrameworkInfo.roles' must not be set when "
				"the framework is not MULTI_ROLE capable"));
	if ((error = check_roles(mm, roles)) != NULL)
		return (error);
	if (!multi && (role = json_str(info, "role")) != NULL &&
	    (error = check_role(role)) != NULL)
		return (error);
	if (!(json_num(info, "failover_timeout", 0) < 9.2e9))
		return (xstrdup("The framework's failover_timeout is "
				"invalid"));
	list = json_get(subscribe, "suppressed_roles");
	for (i = 0; i < json_len(list); i++) {
		role = json_str(json_at(list, i), "");
		if (role != NULL && !in_list(roles, role, json_len(roles)))
			return (xasprintf("Suppressed role '%s' is not "
					  "contained in the list of roles",
			    role));
	}
	return (NULL);
}

static void
free_roles(struct framework *fw)
{
	size_t i;

	for (i = 0; i < fw->nroles; i++)
		free(fw->roles[i]);
	free(fw->roles);
	free(fw->suppressed);
	fw->roles = NULL;
	fw->suppressed = NULL;
	fw->nroles = 0;
}

void
framework_set_info(struct framework *fw, struct json_object *info)
{
	struct json_object *roles = json_get(info, "roles");
	const char *role;
	size_t i, n = json_len(roles);

	json_object_get(info);
	json_object_put(fw->info);
	fw->info = info;
	fw->caps = caps_of(info);
	fw->failover_timeout = json_num(info, "failover_timeout", 0);
	free_roles(fw);
	fw->roles = xcalloc(n + 1, sizeof(*fw->roles));
	fw->suppressed = xcalloc(n + 1, sizeof(*fw->suppressed));
	if (!(fw->caps & CAP_MULTI_ROLE)) {
		role = json_str(info, "role");
		fw->roles[fw->nroles++] = xstrdup(role ? role : "*");
		return;
	}
	for (i = 0; i < n; i++)
		if ((role = json_str(json_at(roles, i), "")) != NULL)
			fw->roles[fw->nroles++] = xstrdup(role);
}

/* An empty list means all; an unknown role makes the whole call void. */
void
framework_suppress(struct framework *fw, struct json_object *list, int on)
{
	size_t i, k;

	for (k = 0; k < json_len(list); k++) {
		for (i = 0; i < fw->nroles; i++)
			if (strcmp(fw->roles[i],
				json_str(json_at(list, k), "")) == 0)
				break;
		if (i == fw->nroles)
			return;
	}
	for (i = 0; i < fw->nroles; i++)
		if (json_len(list) == 0 ||
		    in_list(list, fw->roles[i], json_len(list)))
			fw->suppressed[i] = on;
}

static void
failover_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	framework_remove(arg);
}

static struct framework *
framework_new(struct mm *mm, const char *id, struct json_object *info)
{
	struct framework *fw = xcalloc(1, sizeof(*fw));

	fw->mm = mm;
	if (id != NULL && *id != '\0')
		fw->id = xstrdup(id);
	else
		fw->id =
		    xasprintf("%s-%04u", mm->master_id, mm->next_framework++);
	TAILQ_INIT(&fw->filters);
	fw->failover = evtimer_new(mm->base, failover_cb, fw);
	framework_set_info(fw, info);
	fw->state = FW_RECOVERED;
	TAILQ_INSERT_TAIL(&mm->frameworks, fw, entry);
	return (fw);
}

/* A framework that only its agents know after a failover of the master. */
void
framework_recover(struct mm *mm, const char *id, struct json_object *info)
{
	if (framework_find(mm, id) == NULL)
		framework_new(mm, id, info);
}

void
framework_free(struct framework *fw)
{
	TAILQ_REMOVE(&fw->mm->frameworks, fw, entry);
	if (fw->conn != NULL)
		fw->conn->fw = NULL;
	offer_drop_framework(fw);
	filter_clear(fw, NULL);
	free_roles(fw);
	if (fw->heartbeat != NULL)
		event_free(fw->heartbeat);
	event_free(fw->failover);
	json_object_put(fw->info);
	free(fw->id);
	free(fw);
}

/* The stream is gone: offers and filters too; the timer decides the rest. */
void
framework_disconnect(struct framework *fw)
{
	struct timeval tv;

	trace(fw->mm, "framework %s disconnected", fw->id);
	fw->state = FW_DISCONNECTED;
	if (fw->heartbeat != NULL)
		event_del(fw->heartbeat);
	offer_drop_framework(fw);
	filter_clear(fw, NULL);
	tv.tv_sec = fw->failover_timeout > 1e9 ? 1000000000
					       : (time_t)fw->failover_timeout;
	tv.tv_usec = (suseconds_t)((fw->failover_timeout -
				       (double)(time_t)fw->failover_timeout) *
			 1e6) %
	    1000000;
	evtimer_add(fw->failover, &tv);
	offer_soon(fw->mm);
}

/* Removes for good: tasks are killed without a word, the id is spent. */
void
framework_remove(struct framework *fw)
{
	struct mm *mm = fw->mm;
	struct task *t;

	trace(mm, "framework %s removed", fw->id);
	stream_end(fw);
	TAILQ_FOREACH(t, &mm->tasks, entry)
		if (strcmp(t->fwid, fw->id) == 0 && !t->done)
			task_stop_silently(t);
	if (mm->ncompleted == MM_MAX_COMPLETED) {
		free(mm->completed[0]);
		memmove(&mm->completed[0], &mm->completed[1],
		    (MM_MAX_COMPLETED - 1) * sizeof(mm->completed[0]));
		mm->ncompleted--;
	}
	mm->completed[mm->ncompleted++] = xstrdup(fw->id);
	framework_free(fw);
	offer_soon(mm);
}

static int
completed(struct mm *mm, const char *id)
{
	size_t i;

	for (i = 0; i < mm->ncompleted; i++)
		if (id != NULL && strcmp(mm->completed[i], id) == 0)
			return (1);
	return (0);
}

static int
principal_changed(struct framework *fw, struct json_object *info)
{
	const char *a = json_str(fw->info, "principal");
	const char *b = json_str(info, "principal");

	/* an empty one is another than none at all */
	if (a == NULL || b == NULL)
		return (a != b);
	return (strcmp(a, b) != 0);
}

/* The old stream of a framework that subscribes again. */
static void
fail_over(struct framework *fw)
{
	struct json_object *o;

	offer_drop_framework(fw);
	filter_clear(fw, NULL);
	event_del(fw->failover);
	if (fw->conn == NULL)
		return;
	o = json_object_new_object();
	json_add_str(o, "type", "ERROR");
	json_add_str(json_add_obj(o, "error"), "message",
	    "Framework failed over");
	stream_event(fw, o);
	stream_end(fw);
	event_del(fw->failover);
}

void
framework_subscribe(struct conn *c, struct json_object *call,
    const char *principal)
{
	struct mm *mm = c->mm;
	struct json_object *info = json_get(call, "subscribe.framework_info");
	struct json_object *list = json_get(call, "subscribe.suppressed_roles");
	const char *id = json_str(call, "framework_id.value");
	struct framework *fw = framework_find(mm, id);
	char stream_id[MM_UUID_LEN], *error;

	if (*principal != '\0' && json_str(info, "principal") == NULL)
		json_add_str(info, "principal", principal);
	if (completed(mm, id))
		error = xstrdup("Framework has been removed");
	else if (fw != NULL && principal_changed(fw, info))
		error = xstrdup("Changing framework's principal is not "
				"allowed.");
	else
		error = framework_check(mm, json_get(call, "subscribe"));
	if (error != NULL) {
		stream_refuse(c, error);
		free(error);
		return;
	}
	if (fw == NULL)
		fw = framework_new(mm, id, info);
	else {
		fail_over(fw);
		framework_set_info(fw, info);
	}
	fw->state = FW_CONNECTED;
	if (json_len(list) > 0)
		framework_suppress(fw, list, 1);
	uuid_make(stream_id);
	stream_open(fw, c, stream_id);
	update_flush(mm, fw->id);
	offer_soon(mm);
}

/* FAILURE goes to every connected framework. */
void
framework_failure(struct mm *mm, const char *agent_id)
{
	struct framework *fw, *next;
	struct json_object *o;

	TAILQ_FOREACH_SAFE(fw, &mm->frameworks, entry, next) {
		if (fw->conn == NULL)
			continue;
		mm->count.failures++;
		o = json_object_new_object();
		json_add_str(o, "type", "FAILURE");
		json_add_id(json_add_obj(o, "failure"), "agent_id", agent_id);
		stream_event(fw, o);
	}
}

/* Takes the status and sends it as an UPDATE. */
void
framework_status(struct framework *fw, struct json_object *status)
{
	struct json_object *o = json_object_new_object();

	json_add_str(o, "type", "UPDATE");
	json_object_object_add(json_add_obj(o, "update"), "status", status);
	fw->mm->count.updates++;
	mark(fw->mm, json_str(status, "state"),
	    json_str(status, "task_id.value"));
	stream_event(fw, o);
}
