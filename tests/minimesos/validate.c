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
 * minimesos: the master's checks of one task, in Mesos' order and words.
 */

#include <stdio.h>

#include "minimesos.h"

static char *
check_id(struct framework *fw, const char *id)
{
	struct task *t;
	const char *p;

	if (*id == '\0')
		return (xstrdup("ID must not be empty"));
	if (strlen(id) > 255)
		return (xstrdup("ID must not be greater than 255 characters"));
	if (strcmp(id, ".") == 0 || strcmp(id, "..") == 0)
		return (xasprintf("'%s' is disallowed", id));
	for (p = id; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == '/' || *p == '\\' ||
		    *p == 0x7f)
			return (
			    xasprintf("'%s' contains invalid characters", id));
	LIST_FOREACH(t, task_bucket(fw->mm, id), same) {
		if (strcmp(t->id, id) != 0 || strcmp(t->fwid, fw->id) != 0)
			continue;
		if (t->in_master)
			return (xasprintf("Task has duplicate ID: %s", id));
		if (t->unreachable)
			return (xasprintf("Task reuses the ID of an "
					  "unreachable task: %s",
			    id));
	}
	return (NULL);
}

static char *
check_health(struct json_object *h)
{
	static const char *const names[] = { "delay_seconds",
		"interval_seconds", "timeout_seconds", "grace_period_seconds" };
	const char *type = json_str(h, "type");
	const char *path = json_str(h, "http.path");
	const char *scheme = json_str(h, "http.scheme");
	size_t i;

	if (type == NULL)
		return (xstrdup("HealthCheck must specify 'type'"));
	if (strcmp(type, "COMMAND") == 0 && json_get(h, "command") == NULL)
		return (xstrdup("Expecting 'command' to be set for COMMAND "
				"health check"));
	if (strcmp(type, "COMMAND") == 0 &&
	    json_str(h, "command.value") == NULL)
		return (xstrdup("Command health check must contain "
				"'shell command'"));
	if (strcmp(type, "HTTP") == 0 && json_get(h, "http") == NULL)
		return (xstrdup("Expecting 'http' to be set for HTTP health "
				"check"));
	if (strcmp(type, "TCP") == 0 && json_get(h, "tcp") == NULL)
		return (xstrdup("Expecting 'tcp' to be set for TCP health "
				"check"));
	if (scheme != NULL && strcmp(scheme, "http") != 0 &&
	    strcmp(scheme, "https") != 0)
		return (xasprintf("Unsupported HTTP health check scheme: '%s'",
		    scheme));
	if (path != NULL && *path != '/')
		return (xasprintf("The path '%s' of HTTP health check must "
				  "start with '/'",
		    path));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_num(h, names[i], 0) < 0)
			return (xasprintf("Expecting '%s' to be non-negative",
			    names[i]));
	return (NULL);
}

static char *
check_volume(struct json_object *v)
{
	int n = json_get(v, "host_path") != NULL;

	n += json_get(v, "image") != NULL;
	n += json_get(v, "source") != NULL;
	if (n != 1)
		return (xstrdup("Only one of them should be set: `host_path`, "
				"`image` or `source`"));
	return (NULL);
}

static char *
check_container(struct json_object *c)
{
	struct json_object *list = json_get(c, "volumes");
	const char *type = json_str(c, "type"), *key;
	char *error;
	size_t i;

	for (i = 0; i < json_len(list); i++)
		if ((error = check_volume(json_at(list, i))) != NULL)
			return (error);
	if (type != NULL && strcmp(type, "DOCKER") == 0 &&
	    json_get(c, "docker") == NULL)
		return (xstrdup("DockerInfo 'docker' is not set for DOCKER "
				"typed ContainerInfo"));
	list = json_get(c, "docker.parameters");
	for (i = 0; i < json_len(list); i++) {
		key = json_str(json_at(list, i), "key");
		if (key != NULL && strcmp(key, "name") == 0)
			return (xstrdup("Parameter in DockerInfo must not be "
					"'name'"));
	}
	return (NULL);
}

static char *
check_environment(struct json_object *command)
{
	struct json_object *list = json_get(command, "environment.variables");
	const char *type;
	size_t i;

	for (i = 0; i < json_len(list); i++) {
		type = json_str(json_at(list, i), "type");
		if (type != NULL && strcmp(type, "VALUE") != 0)
			continue;
		if (json_str(json_at(list, i), "value") == NULL)
			return (xasprintf("Environment variable '%s' of type "
					  "'VALUE' must have a value set",
			    json_str(json_at(list, i), "name")));
	}
	return (NULL);
}

static char *
check_resources(struct offer *of, const struct resvec *rv,
    const struct resvec *rest)
{
	char *want, *have, *error;

	if (rv_contains(rest, rv))
		return (NULL);
	want = rv_text(rv, of->role);
	have = rv_text(rest, of->role);
	error = xasprintf("Total resources %s required by task and its "
			  "executor is more than available %s",
	    want, have);
	free(want);
	free(have);
	return (error);
}

static char *
prefixed(const char *prefix, char *error)
{
	char *text;

	if (error == NULL)
		return (NULL);
	text = xasprintf("%s%s", prefix, error);
	free(error);
	return (text);
}

/* What spoils the task, to be freed; or NULL. */
char *
validate_task(struct framework *fw, struct offer *of, struct json_object *info,
    const struct resvec *rv, const struct resvec *rest)
{
	const char *agent = json_str(info, "agent_id.value");
	char *error;

	if ((error = check_id(fw, json_str(info, "task_id.value"))) != NULL)
		return (error);
	if (strcmp(agent, of->agent->id) != 0)
		return (xasprintf("Task uses invalid agent %s while agent %s "
				  "is expected",
		    agent, of->agent->id));
	if (json_num(info, "kill_policy.grace_period.nanoseconds", 0) < 0)
		return (xstrdup("Task's 'kill_policy.grace_period' must be "
				"non-negative"));
	if (json_num(info, "max_completion_time.nanoseconds", 0) < 0)
		return (xstrdup("Task's `max_completion_time` must be "
				"non-negative"));
	if (json_get(info, "health_check") != NULL &&
	    (error = check_health(json_get(info, "health_check"))) != NULL)
		return (prefixed("Task uses invalid health check: ", error));
	if (json_len(json_get(info, "resources")) == 0)
		return (xstrdup("Task uses no resources"));
	error = check_environment(json_get(info, "command"));
	if (error != NULL)
		return (prefixed("Task's `CommandInfo` is invalid: ", error));
	error = check_container(json_get(info, "container"));
	if (error != NULL)
		return (prefixed("Task's `ContainerInfo` is invalid: ", error));
	if ((json_get(info, "command") == NULL) ==
	    (json_get(info, "executor") == NULL))
		return (xstrdup("Task should have at least one (but not both) "
				"of CommandInfo or ExecutorInfo present"));
	if (json_get(info, "executor") != NULL)
		return (xstrdup("Custom executors are not supported by "
				"minimesos"));
	return (check_resources(of, rv, rest));
}
