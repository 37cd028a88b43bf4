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
 * kafkactl: plan and reload as text, for people.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "text.h"

void
text_plan(struct output *out)
{
	static const struct table_column columns[] = {
		{ "INSTANCE", 0, 0 },
		{ "TURN", 0, 0 },
		{ "BECAUSE", 20, 0 },
		{ NULL, 0, 0 },
	};
	struct json_object *o;
	struct table t;
	size_t i;

	table_begin(&t, columns);
	for (i = 0; i < field_length(out->lines); i++) {
		o = json_object_array_get_idx(out->lines, i);
		if (!field_has(o, "turn"))
			continue;
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "instance"));
		table_add(&t,
		    strcmp(field_str(o, "turn"), "now") == 0 ? TABLE_BUSY
							     : TABLE_PLAIN,
		    "%s", field_str(o, "turn"));
		table_add(&t, TABLE_PLAIN, "%s", field_str(o, "because"));
	}
	if (t.ncells > 0)
		table_end(&t, out->f, out->style.colours, out->style.width);
}

/* "kafka: cpus 1 -> cpus 2", or what is new, or no longer there. */
static void
text_setting(struct output *out, struct json_object *o)
{
	const char *before = field_str(o, "before"), *now = field_str(o, "now");
	const char *block = field_str(o, "block");

	text_line(out, 0, TABLE_PLAIN, "%s%s%s -> %s%s", block,
	    *block != '\0' ? ": " : "", *before != '\0' ? before : "unset",
	    *now != '\0' ? now : "unset",
	    field_bool(o, "next_start") ? " (from the next start of kafkad on)"
					: "");
}

void
text_reload_line(struct output *out, struct json_object *o)
{
	if (field_has(o, "key"))
		text_setting(out, o);
	else if (field_has(o, "instance"))
		text_line(out, 0, TABLE_PLAIN, "%s is to be restarted: %s",
		    field_str(o, "instance"), field_str(o, "because"));
	else if (field_has(o, "error"))
		text_line(out, 0, TABLE_BAD, "%s", field_str(o, "error"));
	else
		text_line(out, 0, TABLE_BUSY, "%s", field_str(o, "warning"));
}
