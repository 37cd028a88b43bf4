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

#ifndef MESOS_JSON_H
#define MESOS_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan.h"

/*
 * JSON through json-c: building it for calls, where missing memory is fatal,
 * and picking it apart from events, where anything may be missing or of the
 * wrong type.
 */

/* New values, and values added to an object or (with a NULL key) an array. */
struct json_object *json_new_object(void);
struct json_object *json_new_array(void);
void json_add(struct json_object *to, const char *key, struct json_object *v);
struct json_object *json_add_object(struct json_object *to, const char *key);
struct json_object *json_add_array(struct json_object *to, const char *key);
void json_add_str(struct json_object *to, const char *key, const char *s);
void json_add_bool(struct json_object *to, const char *key, bool v);
void json_add_u64(struct json_object *to, const char *key, uint64_t v);
/* {"value":s}, as Mesos writes ids. */
void json_add_id(struct json_object *to, const char *key, const char *s);
/* Thousandths, or ms, as a double that always shows a point: 0.5, 15.0. */
void json_add_thousandths(struct json_object *to, const char *key, uint64_t v);

/* The text, compact, '/' not escaped; to be freed. Frees the value. */
char *json_print(struct json_object *v);

/*
 * Parses one object or string, all of the span. At most 16 MB of text and
 * 100,000 values are accepted, nested 32 deep. Returns NULL and *why.
 */
struct json_object *json_read(struct span s, const char **why);

/* A member of this type, else NULL. */
struct json_object *json_get(struct json_object *from, const char *key,
    enum json_type type);

/*
 * A string that must not be changed (see text_copy_id()), and one for people
 * (see text_clean()). The first returns 1 if it is there, 0 if not, -1 if it
 * is of a wrong type or unfit; the second leaves dst empty then.
 */
int json_get_id(struct json_object *from, const char *key, char *dst,
    size_t size);
void json_get_text(struct json_object *from, const char *key, char *dst,
    size_t size);
/* The same as json_get_id() for {"value":"…"}. */
int json_get_value(struct json_object *from, const char *key, char *dst,
    size_t size);

/*
 * A number in thousandths, rounded. Returns 0, or -1 if it is no number, is
 * negative or beyond 10^15.
 */
int json_thousandths(struct json_object *v, uint64_t *to);

#endif
