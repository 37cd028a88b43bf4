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

#ifndef DAEMON_MADE_H
#define DAEMON_MADE_H

struct json_object;

/*
 * JSON that the parent makes. json-c takes what could not be made for null,
 * and a state with null for a task has lost it: without memory it ends here.
 * put and append take v over, as json-c does; it is never NULL.
 */
void made_put(struct json_object *o, const char *name, struct json_object *v);
/* What is not there, as null. */
void made_null(struct json_object *o, const char *name);
void made_append(struct json_object *list, struct json_object *v);
/* As json_object_to_json_string_ext(). */
const char *made_text(struct json_object *o, int flags);

#endif
