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

#ifndef CTL_FIELD_H
#define CTL_FIELD_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A data line, to be put; NULL if it is no JSON object. */
struct json_object *field_parse(const char *text);

/*
 * The value of a field; "", 0, false or NULL if it is not there, or of
 * another type. What is returned lives as long as o.
 */
const char *field_str(struct json_object *o, const char *key);
int64_t field_int(struct json_object *o, const char *key);
bool field_bool(struct json_object *o, const char *key);
struct json_object *field_get(struct json_object *o, const char *key,
    enum json_type type);

/* Whether it is there and not null. */
bool field_has(struct json_object *o, const char *key);

/* The length of an array; NULL is an empty one. */
size_t field_length(struct json_object *array);

/* A value as text; "" for null, which is NULL. It lives as long as v. */
const char *field_text(struct json_object *v);

/* An array as "9092, 9093", to be freed. */
char *field_list(struct json_object *o, const char *key);

/*
 * Writes a number of seconds as people say it, or "" if there is none; buf
 * has at least TABLE_DURATION_MAX bytes. Returns buf.
 */
const char *field_duration(struct json_object *o, const char *key, char *buf);

#endif
