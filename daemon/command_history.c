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
 * What happened, and who asked for it: the command that shows it, and what is
 * noted of the commands that change something. Runs in the parent.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "history.h"
#include "made.h"
#include "parent.h"

#define LINES_DEFAULT 100
#define NOTE_SIZE 1024
#define WHO_SIZE 256

char *
command_stamp(int64_t seconds, char buf[STAMP_SIZE])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	buf[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL)
		strftime(buf, STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buf;
}

bool
parent_has(void *arg, const char *subject)
{
	struct parent *p = arg;

	return service_parse(subject) != SERVICE_MAX ||
	    cluster_find(p->cluster, subject) != NULL;
}

static void
command_history_line(void *arg, const struct history_event *e)
{
	struct control_client *cl = arg;
	struct json_object *o = json_object_new_object();
	char stamp[STAMP_SIZE];
	const char *kind = "instance";

	if (service_parse(e->subject) != SERVICE_MAX)
		kind = "service";
	made_put(o, "time",
	    json_object_new_string(command_stamp(e->time, stamp)));
	if (e->subject[0] != '\0')
		made_put(o, kind, json_object_new_string(e->subject));
	made_put(o, "level", json_object_new_string(e->warn ? "warn" : "info"));
	made_put(o, "text", json_object_new_string(e->text));
	if (e->who[0] != '\0')
		made_put(o, "who", json_object_new_string(e->who));
	control_data(cl, 200, o);
}

/* With an instance come the commands that were given for its service. */
void
command_history(struct parent *p, struct control_client *cl,
    const struct cmd_call *call)
{
	size_t n, max = call->count != 0 ? call->count : LINES_DEFAULT;
	const char *name = call->name[0] != '\0' ? call->name : NULL;
	const struct instance *i = NULL;
	const char *service = NULL;

	if (name != NULL && (i = cluster_find(p->cluster, name)) != NULL)
		service = service_name(i->service);
	n = history_each(p->history, name, service, max, command_history_line,
	    cl);
	if (n == 0 && name != NULL && !parent_has(p, name))
		control_end(cl, 404, "no such instance: %s", name);
	else
		control_end(cl, 200, "%zu events", n);
}

/* The instance or the service that it is about; empty: all of kafkad. */
static const char *
command_subject(struct parent *p, const struct cmd_call *call)
{
	const struct instance *i;

	if (call->service >= 0)
		return service_name((enum service_id)call->service);
	if (service_parse(call->name) != SERVICE_MAX)
		return service_name(service_parse(call->name));
	if (call->name[0] == '\0')
		return "";
	if ((i = cluster_find(p->cluster, call->name)) == NULL)
		i = cluster_find_task(p->cluster, call->name);
	return i != NULL ? i->name : "";
}

void
command_note(struct parent *p, struct control_client *cl,
    const struct cmd_call *call, int code, const char *text)
{
	char note[NOTE_SIZE], who[WHO_SIZE];

	snprintf(note, sizeof(note), "%.256s: %d %s", call->line, code, text);
	history_add(p->history, command_subject(p, call), code >= 400,
	    control_client_who(cl, who, sizeof(who)), note);
}
