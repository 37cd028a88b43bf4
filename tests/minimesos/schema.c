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
 * minimesos: the part of scheduler.proto and mesos.proto that calls are
 * checked against, as a table: which fields exist, their types, and which
 * are required.  Unknown fields are ignored, as Mesos' own parser does.
 */

#include <stdio.h>

#include "minimesos.h"

enum field_type { T_STR, T_NUM, T_BOOL, T_ENUM, T_MSG };

#define REQ 0x1
#define REP 0x2

struct field {
	const char *name;
	enum field_type type;
	int flags;
	const struct field *sub;
};

#define STR(n, f)                 \
	{                         \
		n, T_STR, f, NULL \
	}
#define NUM(n, f)                 \
	{                         \
		n, T_NUM, f, NULL \
	}
#define BOOL(n, f)                 \
	{                          \
		n, T_BOOL, f, NULL \
	}
#define ENUM(n, f)                 \
	{                          \
		n, T_ENUM, f, NULL \
	}
#define MSG(n, f, s)           \
	{                      \
		n, T_MSG, f, s \
	}
#define END                          \
	{                            \
		NULL, T_STR, 0, NULL \
	}

static const struct field id_fields[] = { STR("value", REQ), END };
static const struct field role_fields[] = { STR("role", 0), END };
static const struct field scalar_fields[] = { NUM("value", REQ), END };
static const struct field range_fields[] = { NUM("begin", REQ), NUM("end", REQ),
	END };
static const struct field ranges_fields[] = { MSG("range", REP, range_fields),
	END };
static const struct field set_fields[] = { STR("item", REP), END };
static const struct field label_fields[] = { STR("key", REQ), STR("value", 0),
	END };
static const struct field labels_fields[] = { MSG("labels", REP, label_fields),
	END };
static const struct field reservation_fields[] = { ENUM("type", 0),
	STR("role", 0), STR("principal", 0), MSG("labels", 0, labels_fields),
	END };
static const struct field resource_fields[] = { STR("name", REQ),
	ENUM("type", REQ), MSG("scalar", 0, scalar_fields),
	MSG("ranges", 0, ranges_fields), MSG("set", 0, set_fields),
	STR("role", 0), MSG("allocation_info", 0, role_fields),
	MSG("reservation", 0, reservation_fields),
	MSG("reservations", REP, reservation_fields), END };
static const struct field variable_fields[] = { STR("name", REQ),
	ENUM("type", 0), STR("value", 0), END };
static const struct field environment_fields[] = {
	MSG("variables", REP, variable_fields), END
};
static const struct field uri_fields[] = { STR("value", REQ),
	BOOL("executable", 0), BOOL("extract", 0), BOOL("cache", 0),
	STR("output_file", 0), END };
static const struct field command_fields[] = { MSG("uris", REP, uri_fields),
	MSG("environment", 0, environment_fields), BOOL("shell", 0),
	STR("value", 0), STR("arguments", REP), STR("user", 0), END };
static const struct field parameter_fields[] = { STR("key", REQ),
	STR("value", REQ), END };
static const struct field port_mapping_fields[] = { NUM("host_port", REQ),
	NUM("container_port", REQ), STR("protocol", 0), END };
static const struct field docker_fields[] = { STR("image", REQ),
	ENUM("network", 0), MSG("port_mappings", REP, port_mapping_fields),
	BOOL("privileged", 0), MSG("parameters", REP, parameter_fields),
	BOOL("force_pull_image", 0), END };
static const struct field docker_volume_fields[] = { STR("driver", 0),
	STR("name", REQ), END };
static const struct field host_path_fields[] = { STR("path", REQ), END };
static const struct field source_fields[] = { ENUM("type", 0),
	MSG("docker_volume", 0, docker_volume_fields),
	MSG("host_path", 0, host_path_fields), END };
static const struct field volume_fields[] = { ENUM("mode", REQ),
	STR("container_path", REQ), STR("host_path", 0),
	MSG("source", 0, source_fields), END };
static const struct field image_docker_fields[] = { STR("name", REQ), END };
static const struct field image_fields[] = { ENUM("type", REQ),
	MSG("docker", 0, image_docker_fields), BOOL("cached", 0), END };
static const struct field mesos_fields[] = { MSG("image", 0, image_fields),
	END };
static const struct field network_fields[] = { STR("name", 0),
	MSG("port_mappings", REP, port_mapping_fields),
	MSG("labels", 0, labels_fields), END };
static const struct field container_fields[] = { ENUM("type", REQ),
	MSG("volumes", REP, volume_fields), STR("hostname", 0),
	MSG("docker", 0, docker_fields), MSG("mesos", 0, mesos_fields),
	MSG("network_infos", REP, network_fields), END };
static const struct field http_check_fields[] = { NUM("port", REQ),
	STR("scheme", 0), STR("path", 0), END };
static const struct field tcp_check_fields[] = { NUM("port", REQ), END };
static const struct field health_fields[] = { NUM("delay_seconds", 0),
	NUM("interval_seconds", 0), NUM("timeout_seconds", 0),
	NUM("consecutive_failures", 0), NUM("grace_period_seconds", 0),
	ENUM("type", 0), MSG("command", 0, command_fields),
	MSG("http", 0, http_check_fields), MSG("tcp", 0, tcp_check_fields),
	END };
static const struct field duration_fields[] = { NUM("nanoseconds", REQ), END };
static const struct field kill_policy_fields[] = {
	MSG("grace_period", 0, duration_fields), END
};
static const struct field port_fields[] = { NUM("number", REQ), STR("name", 0),
	STR("protocol", 0), MSG("labels", 0, labels_fields), END };
static const struct field ports_fields[] = { MSG("ports", REP, port_fields),
	END };
static const struct field discovery_fields[] = { ENUM("visibility", REQ),
	STR("name", 0), MSG("ports", 0, ports_fields), END };
static const struct field executor_fields[] = {
	MSG("executor_id", REQ, id_fields), MSG("framework_id", 0, id_fields),
	MSG("command", 0, command_fields), END
};
static const struct field task_fields[] = { STR("name", REQ),
	MSG("task_id", REQ, id_fields), MSG("agent_id", REQ, id_fields),
	MSG("resources", REP, resource_fields),
	MSG("executor", 0, executor_fields), MSG("command", 0, command_fields),
	MSG("container", 0, container_fields),
	MSG("health_check", 0, health_fields),
	MSG("kill_policy", 0, kill_policy_fields), STR("data", 0),
	MSG("labels", 0, labels_fields), MSG("discovery", 0, discovery_fields),
	MSG("max_completion_time", 0, duration_fields), END };
static const struct field launch_fields[] = {
	MSG("task_infos", REP, task_fields), END
};
static const struct field task_group_fields[] = {
	MSG("tasks", REP, task_fields), END
};
static const struct field launch_group_fields[] = { MSG("executor", REQ,
							executor_fields),
	MSG("task_group", REQ, task_group_fields), END };
static const struct field operation_fields[] = { ENUM("type", 0),
	MSG("id", 0, id_fields), MSG("launch", 0, launch_fields),
	MSG("launch_group", 0, launch_group_fields), END };
static const struct field filters_fields[] = { NUM("refuse_seconds", 0), END };
static const struct field accept_fields[] = { MSG("offer_ids", REP, id_fields),
	MSG("operations", REP, operation_fields),
	MSG("filters", 0, filters_fields), END };
static const struct field decline_fields[] = { MSG("offer_ids", REP, id_fields),
	MSG("filters", 0, filters_fields), END };
static const struct field capability_fields[] = { ENUM("type", 0), END };
static const struct field framework_fields[] = { STR("user", REQ),
	STR("name", REQ), MSG("id", 0, id_fields), NUM("failover_timeout", 0),
	BOOL("checkpoint", 0), STR("role", 0), STR("roles", REP),
	STR("hostname", 0), STR("principal", 0), STR("webui_url", 0),
	MSG("capabilities", REP, capability_fields),
	MSG("labels", 0, labels_fields), END };
static const struct field subscribe_fields[] = { MSG("framework_info", REQ,
						     framework_fields),
	STR("suppressed_roles", REP), END };
static const struct field kill_fields[] = { MSG("task_id", REQ, id_fields),
	MSG("agent_id", 0, id_fields),
	MSG("kill_policy", 0, kill_policy_fields), END };
static const struct field acknowledge_fields[] = { MSG("agent_id", REQ,
						       id_fields),
	MSG("task_id", REQ, id_fields), STR("uuid", REQ), END };
static const struct field reconcile_task_fields[] = {
	MSG("task_id", REQ, id_fields), MSG("agent_id", 0, id_fields), END
};
static const struct field reconcile_fields[] = {
	MSG("tasks", REP, reconcile_task_fields), END
};
static const struct field roles_fields[] = { STR("roles", REP), END };
static const struct field message_fields[] = { MSG("agent_id", REQ, id_fields),
	MSG("executor_id", REQ, id_fields), STR("data", REQ), END };
static const struct field any_fields[] = { END };
static const struct field call_fields[] = { MSG("framework_id", 0, id_fields),
	ENUM("type", 0), MSG("subscribe", 0, subscribe_fields),
	MSG("accept", 0, accept_fields), MSG("decline", 0, decline_fields),
	MSG("kill", 0, kill_fields), MSG("acknowledge", 0, acknowledge_fields),
	MSG("reconcile", 0, reconcile_fields),
	MSG("message", 0, message_fields), MSG("request", 0, any_fields),
	MSG("suppress", 0, roles_fields), MSG("revive", 0, roles_fields),
	MSG("update_framework", 0, subscribe_fields), END };

static const char *
kind(struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_boolean:
		return ("boolean");
	case json_type_double:
	case json_type_int:
		return ("number");
	case json_type_string:
		return ("string");
	case json_type_array:
		return ("array");
	default:
		return ("object");
	}
}

static int
fits(const struct field *f, struct json_object *v)
{
	const char *s = json_object_get_string(v);
	char *end;

	switch (json_object_get_type(v)) {
	case json_type_object:
		return (f->type == T_MSG);
	case json_type_boolean:
		return (f->type == T_BOOL);
	case json_type_double:
	case json_type_int:
		return (f->type == T_NUM);
	case json_type_string:
		break;
	default:
		return (0);
	}
	if (f->type == T_STR || f->type == T_ENUM)
		return (1);
	if (f->type == T_BOOL)
		return (strcmp(s, "true") == 0 || strcmp(s, "false") == 0);
	if (f->type != T_NUM || *s == '\0')
		return (0);
	strtod(s, &end);
	return (*end == '\0');
}

static char *check_types(const struct field *, struct json_object *);

static char *
check_field(const struct field *f, struct json_object *v)
{
	struct json_object *one;
	char *error;
	size_t i;

	if (json_object_is_type(v, json_type_array) && !(f->flags & REP))
		return (xasprintf("Not expecting a JSON array for field '%s'",
		    f->name));
	for (i = 0; i < json_len(v); i++) {
		if ((one = json_at(v, i)) == NULL)
			continue;
		if (!fits(f, one))
			return (xasprintf("Not expecting a JSON %s for field "
					  "'%s'",
			    kind(one), f->name));
		if (f->type == T_MSG &&
		    (error = check_types(f->sub, one)) != NULL)
			return (error);
	}
	return (NULL);
}

static char *
check_types(const struct field *f, struct json_object *o)
{
	struct json_object *v;
	char *error;

	for (; f->name != NULL; f++) {
		if ((v = json_get(o, f->name)) == NULL)
			continue;
		if ((error = check_field(f, v)) != NULL)
			return (error);
	}
	return (NULL);
}

static void
find_missing(const struct field *f, struct json_object *o, const char *path,
    struct evbuffer *out)
{
	struct json_object *v;
	char *sub;
	size_t i;

	for (; f->name != NULL; f++) {
		v = json_get(o, f->name);
		if (v == NULL && (f->flags & REQ))
			evbuffer_add_printf(out, "%s%s%s",
			    evbuffer_get_length(out) ? ", " : "", path,
			    f->name);
		for (i = 0; f->type == T_MSG && i < json_len(v); i++) {
			if (f->flags & REP)
				sub = xasprintf("%s%s[%zu].", path, f->name, i);
			else
				sub = xasprintf("%s%s.", path, f->name);
			find_missing(f->sub, json_at(v, i), sub, out);
			free(sub);
		}
	}
}

/* NULL, or why the JSON is not a Call; to be freed. */
char *
schema_check_call(struct json_object *call)
{
	struct evbuffer *missing;
	char *error, *list;
	size_t n;

	if ((error = check_types(call_fields, call)) != NULL)
		return (error);
	missing = evbuffer_new();
	find_missing(call_fields, call, "", missing);
	if ((n = evbuffer_get_length(missing)) > 0) {
		list = xcalloc(1, n + 1);
		evbuffer_remove(missing, list, n);
		error = xasprintf("Missing required fields: %s", list);
		free(list);
	}
	evbuffer_free(missing);
	return (error);
}
