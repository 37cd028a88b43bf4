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
 * What kafkactl prints: for each command how its data lines are shown. The
 * lines come from kafkad, but texts in them from Mesos and the network: a
 * field that is missing or of another type is shown as nothing.
 */

#include <err.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "table.h"

#define OUTPUT_DEPTH 16
#define OUTPUT_NOTE_MAX 1024
#define OUTPUT_PORTS_MAX 128
#define ID_SIZE 24

static const char *
field_str(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return "";
	return json_object_get_string(v);
}

static bool
field_has(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && v != NULL;
}

static int64_t
field_int(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v))
		return 0;
	if (!json_object_is_type(v, json_type_int) &&
	    !json_object_is_type(v, json_type_double))
		return 0;
	return json_object_get_int64(v);
}

/* broker.id or myid; Kafka may have chosen one that is not known here. */
static const char *
instance_id(struct json_object *o, char *buf)
{
	if (!field_has(o, "id"))
		return "?";
	snprintf(buf, ID_SIZE, "%lld", (long long)field_int(o, "id"));
	return buf;
}

static bool
field_bool(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
	    json_object_is_type(v, json_type_boolean) &&
	    json_object_get_boolean(v);
}

/* NULL unless it is of that type. */
static struct json_object *
field_get(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

static size_t
field_length(struct json_object *array)
{
	return array != NULL ? json_object_array_length(array) : 0;
}

/* "9092, 9093" */
static const char *
field_list(struct json_object *o, const char *key, char *buf, size_t size)
{
	struct json_object *a = field_get(o, key, json_type_array);
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < field_length(a); i++) {
		strlcat(buf, i > 0 ? ", " : "", size);
		strlcat(buf,
		    json_object_get_string(json_object_array_get_idx(a, i)),
		    size);
	}
	return buf;
}

static const char *
field_duration(struct json_object *o, const char *key, char *buf)
{
	buf[0] = '\0';
	if (field_has(o, key))
		table_duration(buf, field_int(o, key));
	return buf;
}

/* "label   text", unless there is nothing to say. */
static void
output_pair(struct output *out, const char *label, enum table_colour colour,
    const char *text)
{
	if (*text == '\0')
		return;
	fprintf(out->f, "%-12s", label);
	table_text(out->f, out->colours, colour, text);
	fputc('\n', out->f);
}

/* What stands around each process. */
static void
output_walls(struct output *out, struct json_object *walls)
{
	char text[OUTPUT_NOTE_MAX] = "";

	if (walls == NULL)
		return;
	json_object_object_foreach(walls, name, names)
	{
		if (text[0] != '\0')
			strlcat(text, "; ", sizeof(text));
		strlcat(text, name, sizeof(text));
		strlcat(text, ": ", sizeof(text));
		strlcat(text, json_object_get_string(names), sizeof(text));
	}
	output_pair(out, "walls", TABLE_PLAIN, text);
}

static void
output_daemon(struct output *out, struct json_object *d)
{
	struct json_object *a = field_get(d, "warnings", json_type_array);
	bool connected = field_bool(d, "connected"), saved, behind;
	char text[OUTPUT_NOTE_MAX], since[TABLE_DURATION_MAX];
	size_t i;

	saved = field_bool(d, "saved");
	behind = field_bool(d, "behind");
	snprintf(text, sizeof(text), "%s, pid %lld, %s",
	    field_str(d, "version"), (long long)field_int(d, "pid"),
	    field_str(d, "mode"));
	output_pair(out, "kafkad",
	    strcmp(field_str(d, "mode"), "active") == 0 ? TABLE_PLAIN
							: TABLE_BAD,
	    text);
	output_pair(out, "framework", TABLE_PLAIN,
	    field_str(d, "framework_id"));
	field_duration(d, "since", since);
	snprintf(text, sizeof(text), "%s%s%s%s%s%s", field_str(d, "master"),
	    *field_str(d, "master") != '\0' ? ", " : "",
	    connected ? "connected" : "not connected",
	    *since != '\0' ? " for " : "", since,
	    *field_str(d, "connection") != '\0' ? ": " : "");
	strlcat(text, field_str(d, "connection"), sizeof(text));
	output_pair(out, "master", connected ? TABLE_GOOD : TABLE_BAD, text);
	snprintf(text, sizeof(text), "%s%s%s", field_str(d, "state"),
	    saved ? ", saved" : ", not saved",
	    behind ? ", behind: it may be older than the tasks" : "");
	output_pair(out, "state", saved && !behind ? TABLE_PLAIN : TABLE_BAD,
	    text);
	if (strcmp(field_str(d, "http"), "off") != 0)
		output_pair(out, "http", TABLE_PLAIN, field_str(d, "http"));
	output_walls(out, field_get(d, "walls", json_type_object));
	for (i = 0; i < field_length(a); i++)
		output_pair(out, "warning", TABLE_BAD,
		    json_object_get_string(json_object_array_get_idx(a, i)));
}

static void
output_services(struct output *out)
{
	static const char *const heads[] = { "SERVICE", "WANTED", "CONFIGURED",
		"RUNNING", "READY", "LIST", "OUTDATED", "NOTE", NULL };
	struct json_object *o;
	struct table t;
	int64_t wanted, ready;
	size_t i;

	table_begin(&t, heads);
	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (!field_has(o, "service") || field_has(o, "instance"))
			continue;
		wanted = field_int(o, "wanted");
		ready = field_int(o, "ready");
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "service"));
		table_add(&t, TABLE_PLAIN, "%lld", (long long)wanted);
		/* Only worth a column where it is not what is wanted. */
		if (field_int(o, "configured") != wanted)
			table_add(&t, TABLE_BUSY, "%lld",
			    (long long)field_int(o, "configured"));
		else
			table_add(&t, TABLE_PLAIN, "%s", "");
		table_add(&t, TABLE_PLAIN, "%lld",
		    (long long)field_int(o, "running"));
		table_add(&t, ready >= wanted ? TABLE_GOOD : TABLE_BUSY, "%lld",
		    (long long)ready);
		if (field_has(o, "list"))
			table_add(&t, TABLE_PLAIN, "%lld",
			    (long long)field_int(o, "list"));
		else
			table_add(&t, TABLE_PLAIN, "%s", "");
		table_add(&t, TABLE_PLAIN, "%lld",
		    (long long)field_int(o, "outdated"));
		table_add(&t, TABLE_BUSY, "%s", field_str(o, "waiting"));
	}
	if (t.ncells > 0)
		fputc('\n', out->f);
	if (t.ncells > 0)
		table_end(&t, out->f, out->colours);
}

static enum table_colour
state_colour(const char *state)
{
	static const struct {
		const char *state;
		enum table_colour colour;
	} colours[] = {
		{ "running", TABLE_GOOD },
		{ "stopped", TABLE_FAINT },
		{ "lost", TABLE_BAD },
		{ "backoff", TABLE_BAD },
	};
	size_t i;

	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		if (strcmp(colours[i].state, state) == 0)
			return colours[i].colour;
	}
	return TABLE_BUSY;
}

/* "next try in 8s after 3 failures: out of memory; outdated" */
static const char *
instance_note(struct json_object *o, char *buf, size_t size)
{
	char next[TABLE_DURATION_MAX], part[OUTPUT_NOTE_MAX];
	long long failures = field_int(o, "failures");

	buf[0] = '\0';
	strlcpy(buf, field_str(o, "waiting"), size);
	if (field_int(o, "next_try") > 0) {
		snprintf(part, sizeof(part),
		    "%snext try in %s after %lld failure%s%s%s",
		    *buf != '\0' ? "; " : "",
		    field_duration(o, "next_try", next), failures,
		    failures == 1 ? "" : "s",
		    *field_str(o, "last_message") != '\0' ? ": " : "",
		    field_str(o, "last_message"));
		strlcat(buf, part, size);
	}
	if (field_bool(o, "outdated")) {
		strlcat(buf, *buf != '\0' ? "; " : "", size);
		strlcat(buf, "outdated", size);
	}
	return buf;
}

static void
output_instances(struct output *out, bool gap)
{
	static const char *const heads[] = { "INSTANCE", "STATE", "READY", "ID",
		"HOST", "PORTS", "TASK", "SINCE", "NOTE", NULL };
	char note[OUTPUT_NOTE_MAX], ports[OUTPUT_PORTS_MAX];
	char since[TABLE_DURATION_MAX];
	struct json_object *o;
	struct table t;
	char id[ID_SIZE];
	bool ready;
	size_t i;

	table_begin(&t, heads);
	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (!field_has(o, "instance"))
			continue;
		ready = field_bool(o, "ready");
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "instance"));
		table_add(&t, state_colour(field_str(o, "state")), "%s",
		    field_str(o, "state"));
		table_add(&t, ready ? TABLE_GOOD : TABLE_PLAIN, "%s",
		    ready ? "yes" : "no");
		table_add(&t, TABLE_PLAIN, "%s", instance_id(o, id));
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "host"));
		table_add(&t, TABLE_PLAIN, "%s",
		    field_list(o, "ports", ports, sizeof(ports)));
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "task"));
		table_add(&t, TABLE_PLAIN, "%s",
		    field_duration(o, "since", since));
		table_add(&t, TABLE_BUSY, "%s",
		    instance_note(o, note, sizeof(note)));
	}
	if (t.ncells == 0)
		return;
	if (gap)
		fputc('\n', out->f);
	table_end(&t, out->f, out->colours);
}

static void
output_status(struct output *out)
{
	struct json_object *d, *o;
	size_t i;

	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if ((d = field_get(o, "daemon", json_type_object)) != NULL)
			output_daemon(out, d);
	}
	output_services(out);
	output_instances(out, true);
}

static void
output_list(struct output *out)
{
	output_instances(out, false);
}

static void
output_placement(struct output *out, struct json_object *o)
{
	struct json_object *p = field_get(o, "placement", json_type_object);
	char text[OUTPUT_NOTE_MAX], ports[OUTPUT_PORTS_MAX];

	if (p == NULL)
		return;
	field_list(p, "ports", ports, sizeof(ports));
	snprintf(text, sizeof(text), "%s%s%s, agent %s, %s",
	    field_str(p, "host"), *ports != '\0' ? ", ports " : "", ports,
	    field_str(p, "agent_id"),
	    field_bool(p, "firm") ? "firm" : "tentative");
	output_pair(out, "place", TABLE_PLAIN, text);
}

static void
output_task(struct output *out, struct json_object *o)
{
	char text[OUTPUT_NOTE_MAX], ago[TABLE_DURATION_MAX];

	if (*field_str(o, "task") == '\0')
		return;
	field_duration(o, "launched", ago);
	snprintf(text, sizeof(text), "%s, %s, agent %s%s%s%s",
	    field_str(o, "task"), field_str(o, "mesos_state"),
	    field_str(o, "task_agent_id"), *ago != '\0' ? ", launched " : "",
	    ago, *ago != '\0' ? " ago" : "");
	output_pair(out, "task", TABLE_PLAIN, text);
}

static void
output_failures(struct output *out, struct json_object *o)
{
	char text[OUTPUT_NOTE_MAX], ago[TABLE_DURATION_MAX];

	if (field_int(o, "failures_total") == 0)
		return;
	snprintf(text, sizeof(text), "%lld in a row, %lld in all",
	    (long long)field_int(o, "failures"),
	    (long long)field_int(o, "failures_total"));
	output_pair(out, "failures", TABLE_BUSY, text);
	if (!field_has(o, "last_failure"))
		return;
	snprintf(text, sizeof(text), "%s ago%s%s",
	    field_duration(o, "last_failure", ago),
	    *field_str(o, "last_message") != '\0' ? ": " : "",
	    field_str(o, "last_message"));
	output_pair(out, "last", TABLE_BUSY, text);
}

static void
output_flags(struct output *out, struct json_object *o)
{
	static const char *const flags[] = { "stopped", "leaving", "restart",
		"sticky", "outdated" };
	char text[OUTPUT_NOTE_MAX] = "";
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!field_bool(o, flags[i]))
			continue;
		strlcat(text, *text != '\0' ? ", " : "", sizeof(text));
		strlcat(text, flags[i], sizeof(text));
	}
	output_pair(out, "marks", TABLE_PLAIN, text);
}

static void
output_show_one(struct output *out, struct json_object *o)
{
	const char *state = field_str(o, "state");
	char text[OUTPUT_NOTE_MAX], d[TABLE_DURATION_MAX], id[ID_SIZE];

	output_pair(out, "instance", TABLE_HEAD, field_str(o, "instance"));
	field_duration(o, "since", d);
	snprintf(text, sizeof(text), "%s%s%s%s", state,
	    field_bool(o, "ready") ? ", ready" : ", not ready",
	    *d != '\0' ? ", for " : "", d);
	output_pair(out, "state", state_colour(state), text);
	output_pair(out, "id", TABLE_PLAIN, instance_id(o, id));
	output_pair(out, "image", TABLE_PLAIN, field_str(o, "image"));
	output_placement(out, o);
	output_task(out, o);
	output_pair(out, "waiting", TABLE_BUSY, field_str(o, "waiting"));
	output_failures(out, o);
	if (field_int(o, "next_try") > 0) {
		snprintf(text, sizeof(text), "in %s",
		    field_duration(o, "next_try", d));
		output_pair(out, "next try", TABLE_BUSY, text);
	}
	output_flags(out, o);
	output_pair(out, "strays", TABLE_BAD,
	    field_list(o, "strays", text, sizeof(text)));
}

static void
output_show(struct output *out)
{
	size_t i;

	for (i = 0; i < field_length(out->lines); i++)
		output_show_one(out, json_object_array_get_idx(out->lines, i));
}

static void
output_offer(struct output *out, struct json_object *o)
{
	struct json_object *m, *a = field_get(o, "misses", json_type_array);
	char age[TABLE_DURATION_MAX], text[OUTPUT_NOTE_MAX];
	size_t i;

	snprintf(text, sizeof(text), "%s on %s, %s ago: %s",
	    field_str(o, "offer"), field_str(o, "host"),
	    field_duration(o, "age", age), field_str(o, "outcome"));
	table_text(out->f, out->colours, TABLE_HEAD, text);
	fputs("\n    ", out->f);
	table_text(out->f, out->colours, TABLE_PLAIN,
	    field_str(o, "resources"));
	fputc('\n', out->f);
	for (i = 0; i < field_length(a); i++) {
		m = json_object_array_get_idx(a, i);
		snprintf(text, sizeof(text), "    not for %s: %s",
		    field_str(m, "instance"), field_str(m, "text"));
		table_text(out->f, out->colours, TABLE_BUSY, text);
		fputc('\n', out->f);
	}
}

static void
output_offers(struct output *out)
{
	static const char *const heads[] = { "INSTANCE", "WAITING", NULL };
	struct json_object *o;
	struct table t;
	size_t i, n = 0;

	table_begin(&t, heads);
	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (field_has(o, "offer")) {
			output_offer(out, o);
			n++;
		} else if (field_has(o, "instance")) {
			table_add(&t, TABLE_PLAIN, "%s",
			    field_str(o, "instance"));
			table_add(&t, TABLE_BUSY, "%s",
			    field_str(o, "waiting"));
		}
	}
	if (n == 0)
		fputs("no offers yet\n", out->f);
	if (t.ncells > 0) {
		fputc('\n', out->f);
		table_end(&t, out->f, out->colours);
	}
}

static void
output_wait_line(struct output *out, struct json_object *o)
{
	const char *state = field_str(o, "state");
	char text[OUTPUT_NOTE_MAX];

	snprintf(text, sizeof(text), "%s: %s%s", field_str(o, "instance"),
	    state, field_bool(o, "ready") ? ", ready" : "");
	table_text(out->f, out->colours, state_colour(state), text);
	fputc('\n', out->f);
}

static void
output_watch_line(struct output *out, struct json_object *o)
{
	bool warn = strcmp(field_str(o, "level"), "warn") == 0;
	char text[OUTPUT_NOTE_MAX];

	table_text(out->f, out->colours, TABLE_FAINT, field_str(o, "time"));
	snprintf(text, sizeof(text), " %s%s%s", field_str(o, "instance"),
	    *field_str(o, "instance") != '\0' ? ": " : "",
	    field_str(o, "text"));
	table_text(out->f, out->colours, warn ? TABLE_BAD : TABLE_PLAIN, text);
	fputc('\n', out->f);
}

static void
output_version_line(struct output *out, struct json_object *o)
{
	fputs("kafkad ", out->f);
	table_text(out->f, false, TABLE_PLAIN, field_str(o, "version"));
	fprintf(out->f, ", protocol %lld, pid %lld\n",
	    (long long)field_int(o, "protocol"),
	    (long long)field_int(o, "pid"));
}

/* It is for programs, and has no other form than JSON. */
static void
output_container_line(struct output *out, struct json_object *o)
{
	fprintf(out->f, "%s\n",
	    json_object_to_json_string_ext(o,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
}

/*
 * How data lines are shown: as they come, or all when the reply has ended. A
 * command without a row has a last line only, which is what is printed.
 */
static const struct output_row {
	void (*line)(struct output *out, struct json_object *o);
	void (*all)(struct output *out);
	bool last; /* print the text of the last line too */
} output_table[CMD_MAX] = {
	[CMD_STATUS] = { .all = output_status },
	[CMD_LIST] = { .all = output_list },
	[CMD_SHOW] = { .all = output_show },
	[CMD_CONTAINER] = { .line = output_container_line },
	[CMD_OFFERS] = { .all = output_offers },
	[CMD_WAIT] = { .line = output_wait_line, .last = true },
	[CMD_WATCH] = { .line = output_watch_line },
	[CMD_VERSION] = { .line = output_version_line },
};

void
output_begin(struct output *out, FILE *f, const struct cmd *cmd, bool json,
    bool colours)
{
	*out = (struct output) { .f = f, .cmd = cmd, .json = json };
	out->colours = colours && !json;
	if ((out->lines = json_object_new_array()) == NULL)
		err(1, NULL);
}

static struct json_object *
output_parse(const char *text)
{
	struct json_tokener *tok;
	struct json_object *o;

	if ((tok = json_tokener_new_ex(OUTPUT_DEPTH)) == NULL)
		err(1, NULL);
	o = json_tokener_parse_ex(tok, text, (int)strlen(text));
	if (json_tokener_get_error(tok) != json_tokener_success ||
	    !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return o;
}

int
output_line(struct output *out, const char *text)
{
	const struct output_row *row = &output_table[out->cmd->id];
	struct json_object *o;

	if ((o = output_parse(text)) == NULL)
		return -1;
	if (out->json) {
		fprintf(out->f, "%s\n", text);
	} else if (row->all != NULL) {
		if (json_object_array_add(out->lines, o) == -1)
			err(1, NULL);
		return 0;
	} else if (row->line != NULL) {
		row->line(out, o);
	}
	json_object_put(o);
	fflush(out->f);
	return 0;
}

static void
output_end_json(struct output *out, int code, const char *text)
{
	struct json_object *o = json_object_new_object();

	if (o == NULL)
		err(1, NULL);
	json_object_object_add(o, "code", json_object_new_int(code));
	json_object_object_add(o, "text", json_object_new_string(text));
	fprintf(out->f, "%s\n",
	    json_object_to_json_string_ext(o,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

void
output_end(struct output *out, int code, const char *text)
{
	const struct output_row *row = &output_table[out->cmd->id];

	if (out->json)
		output_end_json(out, code, text);
	else if (row->all != NULL && code < 300)
		row->all(out);
	if (!out->json && code < 300 && *text != '\0' &&
	    (row->last || (row->all == NULL && row->line == NULL)))
		fprintf(out->f, "%s\n", text);
	output_drop(out);
}

void
output_drop(struct output *out)
{
	json_object_put(out->lines);
	out->lines = NULL;
}

void
output_help(FILE *f, const struct cmd *about)
{
	char usage[128];
	int i;

	for (i = 0; i < CMD_MAX; i++) {
		if (about == NULL || about == &cmd_table[i])
			fprintf(f, "  %-34s %s\n",
			    cmd_usage(&cmd_table[i], usage, sizeof(usage)),
			    cmd_table[i].help);
	}
}
