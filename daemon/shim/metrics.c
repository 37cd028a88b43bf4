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
 * Part of the http process: metrics. Pure. A label has one of few values: what
 * the configuration, or a table of ours, says; nothing that clients or Mesos
 * could make more of.
 */

#include <json-c/json.h>
#include <string.h>

#include "metrics.h"

/* How a field of an object becomes a number. */
enum kind { NUMBER, TRUTH, COUNT_OF /* strings in a list */, RESTARTS };

struct metric {
	const char *name;
	const char *type;
	const char *help;
	const char *field; /* of an object of the status */
	enum kind kind;
};

#define GAUGE "gauge"
#define COUNTER "counter"

static const struct metric of_daemon[] = {
	{ "kafkad_master_connected", GAUGE,
	    "Whether a master has subscribed the framework.", "connected",
	    TRUTH },
	{ "kafkad_state_saved", GAUGE,
	    "Whether all of the state is on disk; nothing is done until it is.",
	    "saved", TRUTH },
	{ "kafkad_state_behind", GAUGE,
	    "Whether the state may be older than the tasks.", "behind", TRUTH },
	{ "kafkad_warnings", GAUGE, "Warnings that kafkactl status shows.",
	    "warnings", COUNT_OF },
	{ "kafkad_plan_paused", GAUGE,
	    "Whether the plan waits for the operator.", "plan_paused", TRUTH },
	{ "kafkad_plan_steps", GAUGE, "Instances that the plan is to restart.",
	    "plan_steps", NUMBER },
	{ "kafkad_stray_tasks", GAUGE, "Tasks that are to be killed when seen.",
	    "strays", COUNT_OF },
	{ "kafkad_offers_received_total", COUNTER,
	    "Offers of Mesos since kafkad started.", "offers_received",
	    NUMBER },
	{ "kafkad_offers_declined_total", COUNTER,
	    "Offers that were declined since kafkad started.",
	    "offers_declined", NUMBER },
};

static const struct metric of_process[] = {
	{ "kafkad_process_restarts_total", COUNTER,
	    "Starts of a process of kafkad after its first one.", "starts",
	    RESTARTS },
	{ "process_start_time_seconds", GAUGE,
	    "When the process was started, in seconds since 1970.", "started",
	    NUMBER },
	{ "process_cpu_seconds_total", COUNTER,
	    "Processor time that the process has used, in seconds.", "cpu",
	    NUMBER },
	{ "process_resident_memory_bytes", GAUGE,
	    "Memory that the process holds, in bytes.", "memory", NUMBER },
};

static const struct metric of_service[] = {
	{ "kafkad_service_instances_wanted", GAUGE,
	    "Instances that are wanted of a service.", "wanted", NUMBER },
	{ "kafkad_service_instances_configured", GAUGE,
	    "Instances that the configuration asks for.", "configured",
	    NUMBER },
	{ "kafkad_service_instances_running", GAUGE, "Instances that run.",
	    "running", NUMBER },
	{ "kafkad_service_instances_ready", GAUGE,
	    "Instances that are ready to serve.", "ready", NUMBER },
	{ "kafkad_service_instances_outdated", GAUGE,
	    "Instances that run with an older list of servers.", "outdated",
	    NUMBER },
};

static const struct metric of_instance[] = {
	{ "kafkad_instance_ready", GAUGE, "Whether the instance serves.",
	    "ready", TRUTH },
	{ "kafkad_instance_outdated", GAUGE,
	    "Whether the instance runs with an older list of servers.",
	    "outdated", TRUTH },
	{ "kafkad_instance_failures_total", COUNTER,
	    "Failures of the instance, kept in the state.", "failures_total",
	    NUMBER },
	{ "kafkad_instance_launches_total", COUNTER,
	    "Tasks of the instance launched since kafkad started.", "launches",
	    NUMBER },
};

/*
 * The labels of the three, ended by NULL. Prometheus itself has a label
 * "instance", by which it knows whom it asks.
 */
struct label {
	const char *name;
	const char *field;
};

static const struct label process_labels[] = { { "process", "process" },
	{ NULL, NULL } };
static const struct label service_labels[] = { { "service", "service" },
	{ NULL, NULL } };
static const struct label instance_labels[] = { { "service", "service" },
	{ "name", "instance" }, { NULL, NULL } };

/* One at a time is 1, the others 0. */
static const char *const modes[] = { "active", "passive", "removed",
	"teardown" };
static const char *const states[] = { "stopped", "placing", "launching",
	"staging", "starting", "running", "killing", "lost", "backoff" };

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void
put_head(struct grow *g, const char *name, const char *type, const char *help)
{
	grow_printf(g, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* name="value", with what else must stand before it. */
static void
put_label(struct grow *g, const char *before, const char *name,
    const char *value)
{
	grow_printf(g, "%s%s=\"", before, name);
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			grow_str(g, "\\n");
		else if (*value == '\\' || *value == '"')
			grow_printf(g, "\\%c", *value);
		else
			grow_add(g, value, 1);
	}
	grow_str(g, "\"");
}

/* The number that a field says. Returns false if there is no such field. */
static bool
put_number(struct grow *g, struct json_object *o, const struct metric *m)
{
	struct json_object *v;
	int64_t starts;

	if (!json_object_object_get_ex(o, m->field, &v))
		return false;
	switch (m->kind) {
	case TRUTH:
		grow_str(g, status_bool(o, m->field) ? " 1\n" : " 0\n");
		return true;
	case COUNT_OF:
		if (!json_object_is_type(v, json_type_array))
			return false;
		grow_printf(g, " %zu\n", json_object_array_length(v));
		return true;
	case RESTARTS:
		/* One that could not be started yet has 0. */
		starts = status_int(o, m->field);
		grow_printf(g, " %lld\n",
		    starts > 0 ? (long long)starts - 1 : 0);
		return true;
	default:
		if (!json_object_is_type(v, json_type_int) &&
		    !json_object_is_type(v, json_type_double))
			return false;
		grow_printf(g, " %s\n", json_object_to_json_string(v));
		return true;
	}
}

/* Takes back what was added since then. */
static void
put_back(struct grow *g, size_t begin)
{
	if (g->failed)
		return;
	g->len = begin;
	g->p[begin] = '\0';
}

static void
put_daemon(struct grow *g, struct json_object *o)
{
	const struct metric *m;
	size_t begin;

	for (m = of_daemon; m < of_daemon + LENGTH(of_daemon); m++) {
		begin = g->len;
		put_head(g, m->name, m->type, m->help);
		grow_str(g, m->name);
		if (!put_number(g, o, m))
			put_back(g, begin);
	}
}

/* The metric of an object, which the fields of these labels name. */
static bool
put_sample(struct grow *g, struct json_object *o, const struct metric *m,
    const struct label *label)
{
	size_t begin = g->len;
	const char *before = "{";

	grow_str(g, m->name);
	for (; label->name != NULL; label++, before = ",")
		put_label(g, before, label->name, status_str(o, label->field));
	grow_str(g, "}");
	if (put_number(g, o, m))
		return true;
	put_back(g, begin);
	return false;
}

/* The metrics of each object in a list. */
static void
put_each(struct grow *g, struct json_object *list, const struct metric *table,
    size_t n, const struct label *labels)
{
	size_t i, begin, len = json_object_array_length(list);
	const struct metric *m;
	bool any;

	for (m = table; m < table + n; m++) {
		begin = g->len;
		any = false;
		put_head(g, m->name, m->type, m->help);
		for (i = 0; i < len; i++)
			any |= put_sample(g, json_object_array_get_idx(list, i),
			    m, labels);
		if (!any)
			put_back(g, begin);
	}
}

static void
put_processes(struct grow *g, struct json_object *daemon)
{
	struct json_object *list;

	if (json_object_object_get_ex(daemon, "processes", &list) &&
	    json_object_is_type(list, json_type_array))
		put_each(g, list, of_process, LENGTH(of_process),
		    process_labels);
}

static void
put_mode(struct grow *g, struct json_object *daemon)
{
	const char *name = "kafkad_mode", *mode = status_str(daemon, "mode");
	size_t i;

	put_head(g, name, GAUGE,
	    "What kafkad is to the master: 1 for the mode it is in.");
	for (i = 0; i < LENGTH(modes); i++) {
		grow_str(g, name);
		put_label(g, "{", "mode", modes[i]);
		grow_printf(g, "} %d\n", strcmp(mode, modes[i]) == 0);
	}
}

static void
put_states(struct grow *g, struct json_object *list)
{
	const char *name = "kafkad_instance_state", *state;
	size_t i, k, len = json_object_array_length(list);
	struct json_object *o;

	if (len == 0)
		return;
	put_head(g, name, GAUGE,
	    "The life of the instance: 1 for the state it is in.");
	for (i = 0; i < len; i++) {
		o = json_object_array_get_idx(list, i);
		state = status_str(o, "state");
		for (k = 0; k < LENGTH(states); k++) {
			grow_str(g, name);
			put_label(g, "{", "service", status_str(o, "service"));
			put_label(g, ",", "name", status_str(o, "instance"));
			put_label(g, ",", "state", states[k]);
			grow_printf(g, "} %d\n", strcmp(state, states[k]) == 0);
		}
	}
}

void
metrics_render(struct grow *g, const struct status *s)
{
	put_head(g, "kafkad_build_info", GAUGE,
	    "Always 1; the label is the version of kafkad.");
	put_label(g, "kafkad_build_info{", "version",
	    status_str(s->daemon, "version"));
	grow_str(g, "} 1\n");
	put_daemon(g, s->daemon);
	put_mode(g, s->daemon);
	put_processes(g, s->daemon);
	put_each(g, s->services, of_service, LENGTH(of_service),
	    service_labels);
	put_each(g, s->instances, of_instance, LENGTH(of_instance),
	    instance_labels);
	put_states(g, s->instances);
}
