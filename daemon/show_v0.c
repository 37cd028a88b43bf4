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
 * A task as the Go framework described it, for `container` and so for the
 * routes of /v0: its "command", field by field in its order, and the last
 * status as Mesos sent it. Runs in the parent.
 */

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "core/match.h"
#include "core/pack.h"
#include "line.h"
#include "made.h"
#include "parent.h"

#define MODE_RW 1 /* Volume.Mode of mesos.proto */
#define SOURCE_DOCKER_VOLUME 1 /* Volume.Source.Type, the same */
#define SHOW_FORMAT (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
#define SHOW_MAX (LINE_REPLY_MAX - 4) /* a line without its code */

static void
put(struct json_object *o, const char *name, const char *value)
{
	made_put(o, name, json_object_new_string(value));
}

static struct json_object *
object_in(struct json_object *list)
{
	struct json_object *o = json_object_new_object();

	made_append(list, o);
	return o;
}

static void
put_volumes(struct json_object *o, const struct task_spec *spec)
{
	struct json_object *list = json_object_new_array(), *v, *source, *d;
	size_t i;

	for (i = 0; i < spec->nmounts; i++) {
		v = object_in(list);
		made_put(v, "mode", json_object_new_int(MODE_RW));
		put(v, "container_path", spec->mounts[i].path);
		if (spec->mounts[i].driver == NULL) {
			put(v, "host_path", spec->mounts[i].name);
			continue;
		}
		source = json_object_new_object();
		made_put(v, "source", source);
		made_put(source, "type",
		    json_object_new_int(SOURCE_DOCKER_VOLUME));
		d = json_object_new_object();
		made_put(source, "docker_volume", d);
		put(d, "driver", spec->mounts[i].driver);
		put(d, "name", spec->mounts[i].name);
	}
	if (spec->nmounts > 0)
		made_put(o, "volumes", list);
	else
		json_object_put(list);
}

static void
put_environment(struct json_object *o, const struct task_spec *spec)
{
	struct json_object *env = json_object_new_object(), *var;
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < spec->env.n; i++) {
		var = object_in(list);
		put(var, "name", spec->env.list[i].name);
		put(var, "value", spec->env.list[i].value);
	}
	made_put(env, "variables", list);
	made_put(o, "environment", env);
}

static void
put_network(struct json_object *o, const struct task_spec *spec)
{
	struct json_object *list;
	size_t i;

	if (spec->network_name != NULL) {
		list = json_object_new_array();
		put(object_in(list), "name", spec->network_name);
		made_put(o, "networkinfo", list);
	}
	if (spec->nports == 0)
		return;
	list = json_object_new_array();
	for (i = 0; i < spec->nports; i++) {
		struct json_object *map = object_in(list);

		made_put(map, "host_port",
		    json_object_new_int64(spec->ports[i].host));
		made_put(map, "container_port",
		    json_object_new_int64(spec->ports[i].container));
		put(map, "protocol", "tcp");
	}
	made_put(o, "port_mappings", list);
}

static struct json_object *
show_command(const struct instance *i, const struct task_spec *spec)
{
	static const char *const modes[] = {
		[NETWORK_HOST] = "host",
		[NETWORK_BRIDGE] = "bridge",
		[NETWORK_NAMED] = "user",
		[NETWORK_ATTACHED] = "bridge",
	};
	struct json_object *o = json_object_new_object();
	char name[ID_MAX];
	uint64_t n = 0;

	task_id_parse(i->task->id, name, &n);
	put(o, "container_image", spec->image);
	put(o, "container_type",
	    spec->container == CONTAINER_DOCKER ? "DOCKER" : "MESOS");
	put(o, "task_name", spec->name);
	if (spec->hostname != NULL)
		put(o, "hostname", spec->hostname);
	put(o, "network_mode", modes[spec->network]);
	put_volumes(o, spec);
	put_environment(o, spec);
	put_network(o, spec);
	made_put(o, "Executor", json_object_new_object());
	made_put(o, "InternalID", json_object_new_int(i->number));
	made_put(o, "TaskID", json_object_new_int64((int64_t)n));
	made_put(o, "IsZookeeper",
	    json_object_new_boolean(i->service == SERVICE_ZOOKEEPER));
	made_put(o, "IsKafka",
	    json_object_new_boolean(i->service == SERVICE_KAFKA));
	put(o, "Slave", "");
	return o;
}

/*
 * A status of what is known: before Mesos has said anything in this life of
 * ours, or where all that it has said does not fit.
 */
static struct json_object *
show_known(const struct task *t)
{
	struct json_object *o, *id;
	struct json_object *text;

	o = json_object_new_object();
	id = json_object_new_object();
	put(id, "value", t->id);
	made_put(o, "task_id", id);
	made_put(o, "state", json_object_new_int(t->state));
	if (t->agent_id[0] != '\0') {
		id = json_object_new_object();
		put(id, "value", t->agent_id);
		made_put(o, "agent_id", id);
	}
	text = json_object_new_string(made_text(o, SHOW_FORMAT));
	json_object_put(o);
	return text;
}

static void
put_status(struct json_object *o, const struct task *t)
{
	char *text;

	if (!t->reported) {
		made_null(o, "status");
		return;
	}
	text = t->status != NULL ? unpack(t->status) : NULL;
	if (text != NULL)
		put(o, "status", text);
	if (text == NULL || strlen(made_text(o, SHOW_FORMAT)) > SHOW_MAX)
		made_put(o, "status", show_known(t));
	free(text);
}

struct json_object *
show_container(struct parent *p, struct instance *i)
{
	struct json_object *o, *command;
	struct task_spec spec;

	if (i->task->command != NULL) {
		command = json_tokener_parse(i->task->command);
	} else {
		if (match_spec(p->cluster, i, &spec) == -1)
			return NULL;
		command = show_command(i, &spec);
		task_spec_free(&spec);
	}
	o = json_object_new_object();
	made_put(o, "command", command);
	put_status(o, i->task);
	return o;
}
