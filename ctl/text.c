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
 * kafkactl: the data lines of a reply as text, for people.
 */

#include <err.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "field.h"
#include "term.h"
#include "text.h"
#include "version.h"

#define TEXT_LABEL 12 /* columns */
#define TEXT_INDENT 4

/* broker.id or myid; Kafka may have chosen one that is not known here. */
const char *
text_id(struct json_object *o, char *buf)
{
	if (!field_has(o, "id"))
		return "?";
	snprintf(buf, TEXT_ID_MAX, "%lld", (long long)field_int(o, "id"));
	return buf;
}

/* The label is where the indent would be. */
__attribute__((format(printf, 5, 0))) static void
text_fold(struct output *out, const char *label, size_t indent,
    enum table_colour colour, const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) == -1)
		err(1, NULL);
	if (*label == '\0' || *text != '\0') {
		fprintf(out->f, "%-*s", (int)indent, label);
		table_wrap(out->f, out->style.colours, colour, text, indent,
		    out->style.width);
		fputc('\n', out->f);
	}
	free(text);
}

void
text_pair(struct output *out, const char *label, enum table_colour colour,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_fold(out, label, TEXT_LABEL, colour, fmt, ap);
	va_end(ap);
}

void
text_line(struct output *out, size_t indent, enum table_colour colour,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_fold(out, "", indent, colour, fmt, ap);
	va_end(ap);
}

static void
text_placement(struct output *out, struct json_object *o)
{
	struct json_object *p = field_get(o, "placement", json_type_object);
	char *ports;

	if (p == NULL)
		return;
	ports = field_list(p, "ports");
	text_pair(out, "place", TABLE_PLAIN, "%s%s%s, agent %s, %s",
	    field_str(p, "host"), *ports != '\0' ? ", ports " : "", ports,
	    field_str(p, "agent_id"),
	    field_bool(p, "firm") ? "firm" : "tentative");
	free(ports);
}

static void
text_task(struct output *out, struct json_object *o)
{
	char ago[TABLE_DURATION_MAX];

	if (*field_str(o, "task") == '\0')
		return;
	field_duration(o, "launched", ago);
	text_pair(out, "task", TABLE_PLAIN, "%s, %s, agent %s%s%s%s",
	    field_str(o, "task"), field_str(o, "mesos_state"),
	    field_str(o, "task_agent_id"), *ago != '\0' ? ", launched " : "",
	    ago, *ago != '\0' ? " ago" : "");
}

static void
text_failures(struct output *out, struct json_object *o)
{
	const char *message = field_str(o, "last_message");
	char ago[TABLE_DURATION_MAX];

	if (field_int(o, "failures_total") == 0)
		return;
	text_pair(out, "failures", TABLE_BUSY, "%lld in a row, %lld in all",
	    (long long)field_int(o, "failures"),
	    (long long)field_int(o, "failures_total"));
	if (field_has(o, "last_failure"))
		text_pair(out, "last", TABLE_BUSY, "%s ago%s%s",
		    field_duration(o, "last_failure", ago),
		    *message != '\0' ? ": " : "", message);
}

/* "forever", or a number of seconds as people say it; "" for none. */
static const char *
text_sticky(struct json_object *o, char *buf)
{
	const char *value = field_str(o, "sticky");
	int64_t ms;

	if (cmd_duration_parse(value, &ms) == -1)
		return value;
	return ms > 0 ? table_duration(buf, ms / 1000) : "";
}

static void
text_flags(struct output *out, struct json_object *o)
{
	static const char *const flags[] = { "stopped", "leaving", "restart",
		"outdated" };
	char text[TEXT_MAX] = "", buf[TABLE_DURATION_MAX];
	const char *sticky = text_sticky(o, buf);
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!field_bool(o, flags[i]))
			continue;
		strlcat(text, *text != '\0' ? ", " : "", sizeof(text));
		strlcat(text, flags[i], sizeof(text));
	}
	if (*sticky != '\0') {
		strlcat(text, *text != '\0' ? ", sticky " : "sticky ",
		    sizeof(text));
		strlcat(text, sticky, sizeof(text));
	}
	text_pair(out, "marks", TABLE_PLAIN, "%s", text);
}

static void
text_show_one(struct output *out, struct json_object *o)
{
	const char *state = field_str(o, "state");
	char d[TABLE_DURATION_MAX], id[TEXT_ID_MAX], *strays;

	text_pair(out, "instance", TABLE_HEAD, "%s", field_str(o, "instance"));
	field_duration(o, "since", d);
	text_pair(out, "state", text_colour(state), "%s%s%s%s", state,
	    field_bool(o, "ready") ? ", ready" : ", not ready",
	    *d != '\0' ? ", for " : "", d);
	text_pair(out, "id", TABLE_PLAIN, "%s", text_id(o, id));
	text_pair(out, "image", TABLE_PLAIN, "%s", field_str(o, "image"));
	text_placement(out, o);
	text_task(out, o);
	text_pair(out, "waiting", TABLE_BUSY, "%s", field_str(o, "waiting"));
	text_failures(out, o);
	if (field_int(o, "next_try") > 0)
		text_pair(out, "next try", TABLE_BUSY, "in %s",
		    field_duration(o, "next_try", d));
	text_pair(out, "plan", TABLE_BUSY, "%s", field_str(o, "plan"));
	text_flags(out, o);
	strays = field_list(o, "strays");
	text_pair(out, "strays", TABLE_BAD, "%s", strays);
	free(strays);
}

void
text_show(struct output *out)
{
	size_t i;

	for (i = 0; i < field_length(out->lines); i++)
		text_show_one(out, json_object_array_get_idx(out->lines, i));
}

static void
text_offer(struct output *out, struct json_object *o)
{
	struct json_object *m, *a = field_get(o, "misses", json_type_array);
	char age[TABLE_DURATION_MAX];
	size_t i;

	text_line(out, 0, TABLE_HEAD, "%s on %s, %s ago: %s",
	    field_str(o, "offer"), field_str(o, "host"),
	    field_duration(o, "age", age), field_str(o, "outcome"));
	text_line(out, TEXT_INDENT, TABLE_PLAIN, "%s",
	    field_str(o, "resources"));
	for (i = 0; i < field_length(a); i++) {
		m = json_object_array_get_idx(a, i);
		text_line(out, TEXT_INDENT, TABLE_BUSY, "not for %s: %s",
		    field_str(m, "instance"), field_str(m, "text"));
	}
}

void
text_offers(struct output *out)
{
	static const struct table_column columns[] = {
		{ "INSTANCE", 0, 0 },
		{ "WAITING", 20, 0 },
		{ NULL, 0, 0 },
	};
	struct json_object *o;
	struct table t;
	size_t i, n = 0;

	table_begin(&t, columns);
	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (field_has(o, "offer")) {
			text_offer(out, o);
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
		table_end(&t, out->f, out->style.colours, out->style.width);
	}
}

void
text_wait_line(struct output *out, struct json_object *o)
{
	const char *state = field_str(o, "state");
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s: %s%s%s", field_str(o, "instance"),
	    state, field_bool(o, "ready") ? ", ready" : "",
	    field_bool(o, "removed") ? ", removed" : "");
	table_text(out->f, out->style.colours, text_colour(state), text);
	fputc('\n', out->f);
}

/* "1 of 3 ready, kafka-1 staging, kafka-2 launching", as far as there is room
 */
static void
wait_states(struct output *out, char *buf, size_t size)
{
	size_t i, n = field_length(out->lines), ready = 0;
	struct json_object *o;

	for (i = 0; i < n; i++)
		ready += field_bool(json_object_array_get_idx(out->lines, i),
		    "ready");
	snprintf(buf, size, "%zu of %zu ready", ready, n);
	for (i = 0; i < n; i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (field_bool(o, "ready"))
			continue;
		strlcat(buf, ", ", size);
		strlcat(buf, field_str(o, "instance"), size);
		strlcat(buf, " ", size);
		strlcat(buf, field_str(o, "state"), size);
	}
}

void
text_wait_tick(struct output *out)
{
	char text[TEXT_MAX], age[TABLE_DURATION_MAX];
	size_t width = term_columns();

	table_duration(age, (ctl_now() - out->begun) / 1000);
	snprintf(text, sizeof(text), "%s: ", age);
	wait_states(out, text + strlen(text), sizeof(text) - strlen(text));
	/* The last column may already be the end of the line. */
	width = width > 0 ? width - 1 : 0;
	fputc('\r', out->f);
	table_short(out->f, out->style.colours, TABLE_BUSY, text, width);
	fputs("\033[K", out->f);
}

void
text_why_line(struct output *out, struct json_object *o)
{
	struct json_object *m, *a = field_get(o, "misses", json_type_array);
	const char *state = field_str(o, "state");
	char d[TABLE_DURATION_MAX];
	size_t i;

	text_pair(out, "instance", TABLE_HEAD, "%s", field_str(o, "instance"));
	text_pair(out, "state", text_colour(state), "%s", state);
	text_pair(out, "because", TABLE_PLAIN, "%s", field_str(o, "because"));
	if (field_has(o, "since"))
		text_pair(out, "since", TABLE_PLAIN, "%s ago%s",
		    field_duration(o, "since", d),
		    field_bool(o, "at_least")
			? ", when kafkad was started; perhaps for longer"
			: "");
	text_pair(out, "do", TABLE_BUSY, "%s", field_str(o, "do"));
	for (i = 0; i < field_length(a); i++) {
		m = json_object_array_get_idx(a, i);
		text_pair(out, "offer", TABLE_PLAIN, "%s, %s ago: %s",
		    field_str(m, "host"), field_duration(m, "age", d),
		    field_str(m, "text"));
	}
}

/* Of watch, and of history, which has more fields. */
void
text_event_line(struct output *out, struct json_object *o)
{
	bool warn = strcmp(field_str(o, "level"), "warn") == 0;
	const char *who = field_str(o, "who"), *about;
	char *text;

	about = field_str(o, field_has(o, "service") ? "service" : "instance");
	table_text(out->f, out->style.colours, TABLE_FAINT,
	    field_str(o, "time"));
	if (asprintf(&text, " %s%s%s%s%s%s", about, *about != '\0' ? ": " : "",
		field_str(o, "text"), *who != '\0' ? " (by " : "", who,
		*who != '\0' ? ")" : "") == -1)
		err(1, NULL);
	table_text(out->f, out->style.colours, warn ? TABLE_BAD : TABLE_PLAIN,
	    text);
	fputc('\n', out->f);
	free(text);
}

void
text_version_line(struct output *out, struct json_object *o)
{
	fputs("kafkad ", out->f);
	table_text(out->f, false, TABLE_PLAIN, field_str(o, "version"));
	fprintf(out->f, ", protocol %lld, pid %lld\n",
	    (long long)field_int(o, "protocol"),
	    (long long)field_int(o, "pid"));
	fputs("kafkactl " KAFKAD_VERSION "\n", out->f);
}

/* It is for programs, and has no other form than JSON. */
void
text_container_line(struct output *out, struct json_object *o)
{
	fprintf(out->f, "%s\n",
	    json_object_to_json_string_ext(o,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
}
