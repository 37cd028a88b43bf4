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

#ifndef SHIM_STATUS_H
#define SHIM_STATUS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the daemon says in its reply to status, as kafkad-protocol(7) has it.
 * Each is there; a field of it need not be.
 */
struct json_object;

struct status {
	struct json_object *daemon; /* an object */
	struct json_object *services; /* objects in an array */
	struct json_object *instances; /* the same */
};

/*
 * Reads the data lines of a reply, with LF between them. To be freed; NULL
 * without memory, or if they are not a status.
 */
struct status *status_parse(const char *data);
void status_free(struct status *s); /* NULL is allowed */
/* Leaves the instances away: of a thousand they take 3 MB. */
void status_drop_instances(struct status *s);

/* Fields of an object; what is not there is "", 0 or false. */
const char *status_str(struct json_object *o, const char *name);
int64_t status_int(struct json_object *o, const char *name);
bool status_bool(struct json_object *o, const char *name);

#endif
