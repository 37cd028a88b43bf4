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
 * Tests of what is logged: stderr in a file, and lines of JSON.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "caught.h"

static char output[256 * 1024];
static FILE *file;
static int saved;

void
caught_begin(void)
{
	fflush(stderr);
	file = tmpfile();
	assert_non_null(file);
	saved = dup(STDERR_FILENO);
	assert_int_not_equal(dup2(fileno(file), STDERR_FILENO), -1);
}

const char *
caught_end(void)
{
	ssize_t n;

	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(fileno(file), output, sizeof(output) - 1, 0);
	fclose(file);
	output[n < 0 ? 0 : n] = '\0';
	return output;
}

struct json_object *
caught_json(const char *text)
{
	struct json_tokener *tok = json_tokener_new();
	size_t len = strcspn(text, "\n");
	struct json_object *o;

	assert_int_equal(text[len], '\n');
	json_tokener_set_flags(tok,
	    JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tok, text, (int)len);
	if (o == NULL || json_tokener_get_parse_end(tok) != len)
		fail_msg("no JSON: %s", text);
	json_tokener_free(tok);
	return o;
}

const char *
caught_member(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v))
		fail_msg("no %s in: %s", name, json_object_to_json_string(o));
	return json_object_get_string(v);
}
