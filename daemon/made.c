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
 * JSON that the parent makes: see made.h. A value that cannot be made ends it.
 */

#include <json-c/json.h>

#include "log.h"
#include "made.h"

#define NO_MEMORY "no memory for JSON"

void
made_put(struct json_object *o, const char *name, struct json_object *v)
{
	if (o == NULL || v == NULL || json_object_object_add(o, name, v) != 0)
		fatalx(NO_MEMORY);
}

void
made_null(struct json_object *o, const char *name)
{
	if (o == NULL || json_object_object_add(o, name, NULL) != 0)
		fatalx(NO_MEMORY);
}

void
made_append(struct json_object *list, struct json_object *v)
{
	if (list == NULL || v == NULL || json_object_array_add(list, v) != 0)
		fatalx(NO_MEMORY);
}

const char *
made_text(struct json_object *o, int flags)
{
	const char *text = json_object_to_json_string_ext(o, flags);

	if (text == NULL)
		fatalx(NO_MEMORY);
	return text;
}
