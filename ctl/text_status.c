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
 * kafkactl: status and list as text, for people.
 */

#include <err.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "text.h"

/* What stands around each process. */
static void
text_walls(struct output *out, struct json_object *walls)
{
	char text[TEXT_MAX] = "";

	if (walls == NULL)
		return;
	json_object_object_foreach(walls, name, names)
	{
		if (text[0] != '\0')
			strlcat(text, "; ", sizeof(text));
		strlcat(text, name, sizeof(text));
		strlcat(text, ": ", sizeof(text));
		strlcat(text, field_text(names), sizeof(text));
	}
	text_pair(out, "walls", TABLE_PLAIN, "%s", text);
}

static void
text_daemon(struct output *out, struct json_object *d)
{
	struct json_object *a = field_get(d, "warnings", json_type_array);
	bool connected = field_bool(d, "connected"), saved, behind;
	const char *mode = field_str(d, "mode"), *http = field_str(d, "http");
	const char *master = field_str(d, "master");
	const char *connection = field_str(d, "connection");
	char since[TABLE_DURATION_MAX];
	size_t i;

	saved = field_bool(d, "saved");
	behind = field_bool(d, "behind");
	text_pair(out, "kafkad",
	    strcmp(mode, "active") == 0 ? TABLE_PLAIN : TABLE_BAD,
	    "%s, pid %lld, %s", field_str(d, "version"),
	    (long long)field_int(d, "pid"), mode);
	text_pair(out, "framework", TABLE_PLAIN, "%s",
	    field_str(d, "framework_id"));
	field_duration(d, "connection_since", since);
	text_pair(out, "master", connected ? TABLE_GOOD : TABLE_BAD,
	    "%s%s%s%s%s%s%s", master, *master != '\0' ? ", " : "",
	    connected ? "connected" : "not connected",
	    *since != '\0' ? " for " : "", since,
	    *connection != '\0' ? ": " : "", connection);
	text_pair(out, "state", saved && !behind ? TABLE_PLAIN : TABLE_BAD,
	    "%s%s%s", field_str(d, "state"), saved ? ", saved" : ", not saved",
	    behind ? ", behind: it may be older than the tasks" : "");
	if (strcmp(http, "off") != 0)
		text_pair(out, "http", TABLE_PLAIN, "%s", http);
	text_pair(out, "plan", TABLE_BUSY, "%s", field_str(d, "plan"));
	text_walls(out, field_get(d, "walls", json_type_object));
	for (i = 0; i < field_length(a); i++)
		text_pair(out, "warning", TABLE_BAD, "%s",
		    field_text(json_object_array_get_idx(a, i)));
}

static void
text_services(struct output *out)
{
	static const struct table_column columns[] = {
		{ "SERVICE", 0, 0 },
		{ "WANTED", 0, 0 },
		{ "CONFIGURED", 0, 2 },
		{ "RUNNING", 0, 1 },
		{ "READY", 0, 0 },
		{ "LIST", 0, 4 },
		{ "OUTDATED", 0, 3 },
		{ "NOTE", 20, 0 },
		{ NULL, 0, 0 },
	};
	struct json_object *o;
	struct table t;
	int64_t wanted, ready;
	size_t i;

	table_begin(&t, columns);
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
	if (t.ncells == 0)
		return;
	fputc('\n', out->f);
	table_end(&t, out->f, out->style.colours, out->style.width);
}

enum table_colour
text_colour(const char *state)
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

/* "next try in 8s after 3 failures: out of memory"; to be freed. */
static char *
instance_next(struct json_object *o)
{
	const char *message = field_str(o, "last_message");
	long long failures = field_int(o, "failures");
	char next[TABLE_DURATION_MAX], *text;

	if (asprintf(&text, "next try in %s after %lld failure%s%s%s",
		field_duration(o, "next_try", next), failures,
		failures == 1 ? "" : "s", *message != '\0' ? ": " : "",
		message) == -1)
		err(1, NULL);
	return text;
}

/* What it waits for, the next try, and "outdated". */
static void
add_note(struct table *t, struct json_object *o)
{
	const char *waiting = field_str(o, "waiting");
	bool outdated = field_bool(o, "outdated");
	char *next = field_int(o, "next_try") > 0 ? instance_next(o) : NULL;

	table_add(t, TABLE_BUSY, "%s%s%s%s%s", waiting,
	    *waiting != '\0' && next != NULL ? "; " : "",
	    next != NULL ? next : "",
	    (*waiting != '\0' || next != NULL) && outdated ? "; " : "",
	    outdated ? "outdated" : "");
	free(next);
}

static void
text_instances(struct output *out, bool gap)
{
	static const struct table_column columns[] = {
		{ "INSTANCE", 0, 0 },
		{ "STATE", 0, 0 },
		{ "READY", 0, 0 },
		{ "ID", 0, 4 },
		{ "HOST", 12, 1 },
		{ "PORTS", 6, 5 },
		{ "TASK", 0, 3 },
		{ "SINCE", 0, 2 },
		{ "NOTE", 20, 0 },
		{ NULL, 0, 0 },
	};
	char since[TABLE_DURATION_MAX], *ports;
	struct json_object *o;
	struct table t;
	char id[TEXT_ID_MAX];
	bool ready;
	size_t i;

	table_begin(&t, columns);
	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (!field_has(o, "instance"))
			continue;
		ready = field_bool(o, "ready");
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "instance"));
		table_add(&t, text_colour(field_str(o, "state")), "%s",
		    field_str(o, "state"));
		table_add(&t, ready ? TABLE_GOOD : TABLE_PLAIN, "%s",
		    ready ? "yes" : "no");
		table_add(&t, TABLE_PLAIN, "%s", text_id(o, id));
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "host"));
		ports = field_list(o, "ports");
		table_add(&t, TABLE_PLAIN, "%s", ports);
		free(ports);
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "task"));
		table_add(&t, TABLE_PLAIN, "%s",
		    field_duration(o, "since", since));
		add_note(&t, o);
	}
	if (t.ncells == 0)
		return;
	if (gap)
		fputc('\n', out->f);
	table_end(&t, out->f, out->style.colours, out->style.width);
}

void
text_status(struct output *out)
{
	struct json_object *d, *o;
	size_t i;

	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if ((d = field_get(o, "daemon", json_type_object)) != NULL)
			text_daemon(out, d);
	}
	text_services(out);
	text_instances(out, true);
}

void
text_list(struct output *out)
{
	text_instances(out, false);
}
