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
 * Part of the http process: health and readiness, in words. Pure. These
 * answers go to anybody: no name, path or message of kafkad's own is in them,
 * but for what those may read who have credentials.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "monitor.h"

/* Adds one reason, of plain characters. n counts them. */
static void
put_why(struct grow *g, int *n, const char *why)
{
	grow_printf(g, "%s\"%s\"", *n == 0 ? "{\"ok\":false,\"why\":[" : ",",
	    why);
	(*n)++;
}

static int
put_end(struct grow *g, int n)
{
	grow_str(g, n == 0 ? "{\"ok\":true}\n" : "]}\n");
	return n == 0 ? 200 : 503;
}

/* What is wrong with kafkad itself. */
static void
put_health(struct grow *g, int *n, const struct status *s)
{
	if (s == NULL)
		put_why(g, n, "kafkad does not answer");
	else if (!status_bool(s->daemon, "saved"))
		put_why(g, n, "the state cannot be saved");
}

int
monitor_health(struct grow *g, const struct status *s)
{
	int n = 0;

	put_health(g, &n, s);
	return put_end(g, n);
}

static bool
is_plain(const char *s)
{
	return *s != '\0' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

static void
put_services(struct grow *g, int *n, const struct status *s, bool all)
{
	size_t i, len = json_object_array_length(s->services);
	struct json_object *o;
	const char *name;
	char text[128];
	bool told = false;

	for (i = 0; i < len; i++) {
		o = json_object_array_get_idx(s->services, i);
		if (status_int(o, "ready") >= status_int(o, "wanted"))
			continue;
		name = status_str(o, "service");
		if (all && is_plain(name)) {
			snprintf(text, sizeof(text), "%s: %lld of %lld ready",
			    name, (long long)status_int(o, "ready"),
			    (long long)status_int(o, "wanted"));
			put_why(g, n, text);
		} else if (!told) {
			put_why(g, n, "not all that is wanted is ready");
			told = true;
		}
	}
}

int
monitor_ready(struct grow *g, const struct status *s, bool all)
{
	int n = 0;

	put_health(g, &n, s);
	if (s == NULL)
		return put_end(g, n);
	if (strcmp(status_str(s->daemon, "mode"), "active") != 0)
		put_why(g, &n, "kafkad is not active");
	else if (!status_bool(s->daemon, "connected"))
		put_why(g, &n, "not connected to a master");
	put_services(g, &n, s, all);
	return put_end(g, n);
}
