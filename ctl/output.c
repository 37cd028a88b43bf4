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
 * What kafkactl prints: for each command how its data lines are shown, as
 * text for people or as they came for programs.
 */

#include <err.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "field.h"
#include "output.h"
#include "text.h"

/*
 * How data lines are shown: as they come, or all when the reply has ended. A
 * command without a row has a last line only, which is what is printed.
 */
static const struct output_row {
	void (*line)(struct output *out, struct json_object *o);
	void (*all)(struct output *out);
	void (*tick)(struct output *out); /* draws progress in place */
	bool last; /* print the text of the last line too */
} output_table[CMD_MAX] = {
	[CMD_STATUS] = { .all = text_status },
	[CMD_LIST] = { .all = text_list },
	[CMD_SHOW] = { .all = text_show },
	[CMD_CONTAINER] = { .line = text_container_line },
	[CMD_OFFERS] = { .all = text_offers },
	[CMD_PLAN] = { .all = text_plan, .last = true },
	[CMD_RELOAD] = { .line = text_reload_line, .last = true },
	[CMD_WAIT] = { .line = text_wait_line,
	    .tick = text_wait_tick,
	    .last = true },
	[CMD_WHY] = { .line = text_why_line },
	[CMD_HISTORY] = { .line = text_event_line },
	[CMD_WATCH] = { .line = text_event_line },
	[CMD_VERSION] = { .line = text_version_line },
};

void
output_begin(struct output *out, FILE *f, const struct cmd *cmd,
    const struct output_style *style)
{
	*out = (struct output) { .f = f, .cmd = cmd, .style = *style };
	out->begun = ctl_now();
	if ((out->lines = json_object_new_array()) == NULL)
		err(1, NULL);
}

/* Whoever reads has each line at once, and if nobody does there is an end. */
static void
output_flush(struct output *out)
{
	if (fflush(out->f) == EOF)
		err(1, "stdout");
}

bool
output_ticks(const struct output *out)
{
	return out->style.in_place && output_table[out->cmd->id].tick != NULL;
}

void
output_tick(struct output *out)
{
	output_table[out->cmd->id].tick(out);
	out->drawn = true;
	output_flush(out);
}

/* The newest of each instance that there is. o is taken over. */
static void
output_keep(struct output *out, struct json_object *o)
{
	size_t i, n = json_object_array_length(out->lines);
	const char *name = field_str(o, "instance");

	for (i = 0; i < n; i++) {
		if (strcmp(field_str(json_object_array_get_idx(out->lines, i),
			       "instance"),
			name) == 0)
			break;
	}
	if (json_object_array_put_idx(out->lines, i, o) == -1)
		err(1, NULL);
	if (field_bool(o, "removed"))
		json_object_array_del_idx(out->lines, i, 1);
}

int
output_line(struct output *out, const char *text)
{
	const struct output_row *row = &output_table[out->cmd->id];
	struct json_object *o;

	if ((o = field_parse(text)) == NULL)
		return -1;
	if (out->style.json) {
		fprintf(out->f, "%s\n", text);
	} else if (row->all != NULL) {
		if (json_object_array_add(out->lines, o) == -1)
			err(1, NULL);
		return 0;
	} else if (output_ticks(out)) {
		output_keep(out, o);
		output_tick(out);
		return 0;
	} else if (row->line != NULL) {
		row->line(out, o);
	}
	json_object_put(o);
	output_flush(out);
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

static void
output_erase(struct output *out)
{
	if (out->drawn)
		fputs("\r\033[K", out->f);
	out->drawn = false;
	output_flush(out);
}

void
output_end(struct output *out, int code, const char *text)
{
	const struct output_row *row = &output_table[out->cmd->id];

	output_erase(out);
	if (out->style.json)
		output_end_json(out, code, text);
	else if (row->all != NULL && code < 300)
		row->all(out);
	if (!out->style.json && code < 300 && *text != '\0' &&
	    (row->last || (row->all == NULL && row->line == NULL)))
		fprintf(out->f, "%s\n", text);
	output_drop(out);
}

void
output_drop(struct output *out)
{
	output_erase(out);
	json_object_put(out->lines);
	out->lines = NULL;
}
