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
 * Part of the mesos process: makes a TaskInfo out of the fields of a task in
 * MSG_ACCEPT. The order of reading is that of msg.h, the order of writing
 * that of mesos.proto. A `check` must never be written: it aborts Mesos'
 * docker executor.
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "call_task.h"

#define ID_SIZE 256
#define VALUE_MAX FRAME_MAX

enum { CONTAINER_DOCKER, CONTAINER_MESOS, CONTAINER_MAX };
enum {
	NETWORK_HOST,
	NETWORK_BRIDGE,
	NETWORK_NAMED,
	NETWORK_ATTACHED,
	NETWORK_MAX
};
enum { CHECK_NONE, CHECK_TCP, CHECK_COMMAND, CHECK_MAX };

/* What a container is made of, while its fields are read. */
struct task_container {
	uint8_t type;
	char *image;
	bool force;
	uint8_t network;
	char network_name[ID_SIZE];
	char hostname[ID_SIZE];
	struct json_object *ports; /* port_mappings, or NULL */
};

/* As frame_get_u8(), but of an enum. */
static uint8_t
task_read_enum(struct frame_reader *r, uint8_t max, const char *field)
{
	uint8_t v = frame_get_u8(r, field);

	if (v < max || r->bad_field != NULL)
		return v;
	r->bad_field = field;
	r->bad_reason = "unknown value";
	r->left = 0;
	return 0;
}

/* As frame_get_strdup(), added to an object under key. */
static void
task_read_str(struct frame_reader *r, struct json_object *to, const char *key,
    const char *field)
{
	char *s = frame_get_strdup(r, VALUE_MAX, field);

	json_add_str(to, key, s == NULL ? "" : s);
	free(s);
}

static void
task_read_id(struct frame_reader *r, struct json_object *to, const char *key,
    const char *field)
{
	char id[ID_SIZE];

	frame_get_str(r, id, sizeof(id), field);
	json_add_id(to, key, id);
}

/*
 * One resource: the offered one as it was (meta), with our amount. A port
 * stands for a range of one.
 */
static void
task_read_resource(struct frame_reader *r, struct json_object *list)
{
	struct json_object *res, *range;
	char name[ID_SIZE], *meta;
	const char *why;
	uint64_t scalar;
	uint32_t port;

	frame_get_str(r, name, sizeof(name), "resource");
	meta = frame_get_strdup(r, VALUE_MAX, "meta");
	scalar = frame_get_u64(r, "scalar");
	port = frame_get_u32(r, "port");
	if (r->bad_field != NULL) {
		free(meta);
		return;
	}
	res = json_read((struct span) { meta, strlen(meta) }, &why);
	free(meta);
	if (!json_object_is_type(res, json_type_object)) {
		json_object_put(res);
		r->bad_field = "meta";
		r->bad_reason = "not a JSON object";
		return;
	}
	if (strcmp(name, "ports") == 0) {
		range = json_add_object(json_add_array(json_add_object(res,
							   "ranges"),
					    "range"),
		    NULL);
		json_add_u64(range, "begin", port);
		json_add_u64(range, "end", port);
	} else {
		json_add_thousandths(json_add_object(res, "scalar"), "value",
		    scalar);
	}
	json_add(list, NULL, res);
}

static void
task_read_resources(struct frame_reader *r, struct json_object *task)
{
	struct json_object *list = json_add_array(task, "resources");
	uint16_t n = frame_get_count(r, UINT16_MAX, "resources");

	for (; n > 0 && r->bad_field == NULL; n--)
		task_read_resource(r, list);
}

static void
task_read_ports(struct frame_reader *r, struct task_container *c)
{
	uint16_t n = frame_get_count(r, UINT16_MAX, "mapped ports");
	struct json_object *map;
	uint32_t host, container;

	if (n > 0)
		c->ports = json_new_array();
	for (; n > 0 && r->bad_field == NULL; n--) {
		host = frame_get_u32(r, "host port");
		container = frame_get_u32(r, "container port");
		map = json_add_object(c->ports, NULL);
		json_add_u64(map, "host_port", host);
		json_add_u64(map, "container_port", container);
		json_add_str(map, "protocol", "tcp");
	}
}

static void
task_read_container(struct frame_reader *r, struct task_container *c)
{
	memset(c, 0, sizeof(*c));
	c->type = task_read_enum(r, CONTAINER_MAX, "container");
	c->image = frame_get_strdup(r, VALUE_MAX, "image");
	c->force = frame_get_bool(r, "force");
	c->network = task_read_enum(r, NETWORK_MAX, "network");
	frame_get_str(r, c->network_name, sizeof(c->network_name),
	    "network name");
	frame_get_str(r, c->hostname, sizeof(c->hostname), "hostname");
	task_read_ports(r, c);
}

/*
 * The environment goes into a command without a value: the image's own
 * entry point runs.
 */
static void
task_read_environment(struct frame_reader *r, struct json_object *task)
{
	struct json_object *command = json_add_object(task, "command");
	uint16_t n = frame_get_count(r, UINT16_MAX, "environment");
	struct json_object *list = NULL, *var;

	json_add_bool(command, "shell", false);
	if (n > 0)
		list = json_add_array(json_add_object(command, "environment"),
		    "variables");
	for (; n > 0 && r->bad_field == NULL; n--) {
		var = json_add_object(list, NULL);
		task_read_str(r, var, "name", "variable");
		json_add_str(var, "type", "VALUE");
		task_read_str(r, var, "value", "value");
	}
}

static void
task_read_volume(struct frame_reader *r, struct json_object *list)
{
	struct json_object *v = json_add_object(list, NULL), *source, *docker;
	char *name, driver[ID_SIZE];

	name = frame_get_strdup(r, VALUE_MAX, "volume");
	frame_get_str(r, driver, sizeof(driver), "driver");
	json_add_str(v, "mode", "RW");
	task_read_str(r, v, "container_path", "path");
	if (driver[0] == '\0') {
		json_add_str(v, "host_path", name == NULL ? "" : name);
	} else {
		source = json_add_object(v, "source");
		json_add_str(source, "type", "DOCKER_VOLUME");
		docker = json_add_object(source, "docker_volume");
		json_add_str(docker, "driver", driver);
		json_add_str(docker, "name", name == NULL ? "" : name);
	}
	free(name);
}

static void
task_add_network_info(struct json_object *container, const char *name,
    struct json_object *ports)
{
	struct json_object *info =
	    json_add_object(json_add_array(container, "network_infos"), NULL);

	json_add_str(info, "name", name);
	if (ports != NULL)
		json_add(info, "port_mappings", json_object_get(ports));
}

static void
task_add_docker(struct json_object *container, struct task_container *c)
{
	static const char *const networks[] = { "HOST", "BRIDGE", "USER",
		"BRIDGE" };
	struct json_object *d = json_add_object(container, "docker");

	json_add_str(d, "image", c->image == NULL ? "" : c->image);
	json_add_str(d, "network", networks[c->network]);
	if ((c->network == NETWORK_BRIDGE || c->network == NETWORK_ATTACHED) &&
	    c->ports != NULL)
		json_add(d, "port_mappings", json_object_get(c->ports));
	json_add_bool(d, "force_pull_image", c->force);
	/*
	 * Of a bridge Mesos' own agents ignore it; those of its forks attach
	 * the container to that network, too.
	 */
	if (c->network == NETWORK_NAMED || c->network == NETWORK_ATTACHED)
		task_add_network_info(container, c->network_name, NULL);
}

/* Mesos' own containerizer: a bridge is a CNI network of that name. */
static void
task_add_mesos(struct json_object *container, struct task_container *c)
{
	struct json_object *image =
	    json_add_object(json_add_object(container, "mesos"), "image");
	const char *name = c->network_name;

	json_add_str(image, "type", "DOCKER");
	json_add_str(json_add_object(image, "docker"), "name",
	    c->image == NULL ? "" : c->image);
	json_add_bool(image, "cached", !c->force);
	if (c->network == NETWORK_HOST)
		return;
	if (name[0] == '\0')
		name = "mesos-bridge";
	task_add_network_info(container, name,
	    c->network == NETWORK_NAMED ? NULL : c->ports);
}

static void
task_add_container(struct frame_reader *r, struct json_object *task,
    struct task_container *c)
{
	struct json_object *container = json_add_object(task, "container");
	uint16_t n = frame_get_count(r, UINT16_MAX, "volumes");
	struct json_object *volumes = NULL;

	json_add_str(container, "type",
	    c->type == CONTAINER_DOCKER ? "DOCKER" : "MESOS");
	if (n > 0)
		volumes = json_add_array(container, "volumes");
	for (; n > 0 && r->bad_field == NULL; n--)
		task_read_volume(r, volumes);
	/* With the host's network Docker refuses a host name. */
	if (c->hostname[0] != '\0' && c->network != NETWORK_HOST)
		json_add_str(container, "hostname", c->hostname);
	if (c->type == CONTAINER_DOCKER)
		task_add_docker(container, c);
	else
		task_add_mesos(container, c);
}

static void
task_read_check(struct frame_reader *r, struct json_object *task)
{
	struct json_object *check = json_new_object(), *command;
	uint8_t type = task_read_enum(r, CHECK_MAX, "check");
	uint32_t port = frame_get_u32(r, "check port");
	char *value = frame_get_strdup(r, VALUE_MAX, "check command");
	uint64_t grace;

	json_add_thousandths(check, "delay_seconds", frame_get_u64(r, "delay"));
	json_add_thousandths(check, "interval_seconds",
	    frame_get_u64(r, "interval"));
	json_add_thousandths(check, "timeout_seconds",
	    frame_get_u64(r, "timeout"));
	grace = frame_get_u64(r, "check grace");
	json_add_u64(check, "consecutive_failures",
	    frame_get_u32(r, "failures"));
	json_add_thousandths(check, "grace_period_seconds", grace);
	if (type == CHECK_TCP) {
		json_add_str(check, "type", "TCP");
		json_add_u64(json_add_object(check, "tcp"), "port", port);
	} else if (type == CHECK_COMMAND) {
		json_add_str(check, "type", "COMMAND");
		command = json_add_object(check, "command");
		json_add_bool(command, "shell", true);
		json_add_str(command, "value", value == NULL ? "" : value);
	}
	free(value);
	if (type == CHECK_NONE)
		json_object_put(check);
	else
		json_add(task, "health_check", check);
}

void
task_add_kill_policy(struct json_object *to, uint64_t grace)
{
	const uint64_t ns = 1000000;
	struct json_object *policy = json_add_object(to, "kill_policy");

	if (grace > INT64_MAX / ns)
		grace = INT64_MAX / ns;
	json_add_u64(json_add_object(policy, "grace_period"), "nanoseconds",
	    grace * ns);
}

struct json_object *
task_read(struct frame_reader *r)
{
	struct json_object *task = json_new_object();
	struct task_container c;

	task_read_str(r, task, "name", "task name");
	task_read_id(r, task, "task_id", "task id");
	task_read_id(r, task, "agent_id", "agent id");
	task_read_resources(r, task);
	task_read_container(r, &c);
	task_read_environment(r, task);
	task_add_container(r, task, &c);
	task_read_check(r, task);
	task_add_kill_policy(task, frame_get_u64(r, "kill grace"));
	free(c.image);
	json_object_put(c.ports);
	return task;
}
