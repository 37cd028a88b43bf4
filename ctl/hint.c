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
 * kafkactl: what may be done about an error. It is told after the error, on
 * stderr, and never to programs, which have asked for JSON.
 */

#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "field.h"
#include "hint.h"
#include "line.h"
#include "paths.h"

#define HINT_TIMEOUT 5000 /* ms */
#define HINT_NAMES 12 /* are named, the others counted */

/* It may say what kafkad has said, and goes to a terminal. */
__attribute__((format(printf, 1, 2))) static void
hint(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "kafkactl: hint: %s\n", line_clean(text));
}

/* "kafkad", or "kafkad@NAME" for /run/kafkad-NAME; "" for any other place. */
static const char *
hint_unit(const char *path, char *buf, size_t size)
{
	static const char before[] = "/run/kafkad", after[] = "/kafkad.sock";
	size_t n = strlen(path), head = sizeof(before) - 1;
	size_t tail = sizeof(after) - 1;

	buf[0] = '\0';
	if (n < head + tail || strncmp(path, before, head) != 0 ||
	    strcmp(path + n - tail, after) != 0)
		return buf;
	n -= head + tail;
	if (n == 0)
		strlcpy(buf, "kafkad", size);
	else if (path[head] == '-')
		snprintf(buf, size, "kafkad@%.*s", (int)n - 1, path + head + 1);
	return buf;
}

/* Who may use the socket, as far as we may look. */
static void
hint_owner(const struct hint *h)
{
	const struct passwd *pw;
	const struct group *gr;
	struct stat st;

	if (stat(h->path, &st) == -1) {
		hint("its folder is closed to you: try as root or as kafkad's "
		     "user");
		return;
	}
	pw = getpwuid(st.st_uid);
	gr = getgrgid(st.st_gid);
	hint("%s is of user %s and group %s: try as root, as that user, or as "
	     "a member of the control group (kafkad.conf(5))",
	    h->path, pw != NULL ? pw->pw_name : "?",
	    gr != NULL ? gr->gr_name : "?");
}

void
hint_lost(const struct hint *h, int error)
{
	char unit[128], other[256] = "";

	hint_unit(h->path, unit, sizeof(unit));
	if (error == EACCES) {
		hint_owner(h);
	} else if (error == ENOENT || error == ECONNREFUSED) {
		hint("is kafkad running?%s%s%s -s or KAFKAD_SOCKET names "
		     "another socket",
		    *unit != '\0' ? " Under systemd: systemctl status " : "",
		    unit, *unit != '\0' ? ";" : "");
		paths_default_socket(other, sizeof(other), true);
		if (h->searched && strcmp(h->path, other) != 0)
			hint("nor is there %s", other);
	} else if (error == 0 || error == ETIMEDOUT) {
		hint("kafkad's log says why%s%s",
		    *unit != '\0' ? "; under systemd: journalctl -u " : "",
		    unit);
	}
}

void
hint_shut_out(const struct hint *h, int code)
{
	if (code == 403)
		hint_owner(h);
	else if (code == 503)
		hint("each watch, wait and -w holds a connection; end some");
}

/* The names in a reply to list: of instances, or of their tasks. */
static void
hint_names_of(struct ctl_client *c, const char *field)
{
	char names[768] = "", why[128];
	struct json_object *o;
	struct line_reply r;
	size_t n = 0;
	int got;

	while (
	    (got = ctl_receive(c, HINT_TIMEOUT, &r, why, sizeof(why))) == 0 &&
	    r.more) {
		if ((o = field_parse(r.text)) == NULL)
			return;
		if (*field_str(o, field) != '\0' && n++ < HINT_NAMES) {
			strlcat(names, n > 1 ? ", " : "", sizeof(names));
			strlcat(names, field_str(o, field), sizeof(names));
		}
		json_object_put(o);
	}
	/* A reply that is none says nothing of what there is. */
	if (got == -1 || r.code >= 300)
		return;
	if (n > HINT_NAMES)
		hint("there are %s, and %zu more: kafkactl list", names,
		    n - HINT_NAMES);
	else if (n > 0)
		hint("there are %s", names);
	else
		hint("there are none: kafkactl list");
}

static void
hint_names(const struct hint *h)
{
	enum cmd_type type = h->call->cmd->args[0].type;
	char why[128];

	if (type != CMD_TYPE_INSTANCE && type != CMD_TYPE_NAME)
		return;
	if (h->client != NULL &&
	    ctl_send(h->client, cmd_table[CMD_LIST].name, why, sizeof(why)) ==
		0)
		hint_names_of(h->client,
		    h->call->cmd->id == CMD_CONTAINER ? "task" : "instance");
}

/* kafkad says itself where force would help. */
static void
hint_conflict(const struct hint *h, const char *text)
{
	const struct cmd_word *force = cmd_option(h->call->cmd, "force");

	if (force != NULL && !h->call->force && strstr(text, "use -f") != NULL)
		hint("kafkactl -f would %s", force->help);
	else if (h->call->name[0] != '\0')
		hint("kafkactl show %s says how it is", h->call->name);
	else
		hint("kafkactl status says how things are");
}

void
hint_refused(const struct hint *h, int code, const char *text)
{
	/* We have parsed it with our own table, and found nothing wrong. */
	if (strncmp(text, "no such command", 15) == 0 ||
	    (code == 400 && strstr(text, "usage: ") != NULL))
		hint("kafkad may be older than this kafkactl: kafkactl "
		     "version");
	else if (code == 403)
		hint_owner(h);
	else if (code == 404)
		hint_names(h);
	else if (code == 408)
		hint("kafkactl status says what is waited for");
	else if (code == 409)
		hint_conflict(h, text);
	else if (code == 500)
		hint("kafkad's log says more");
	else if (code == 503)
		hint("kafkactl status says what is wrong");
}

void
hint_command(const char *name)
{
	size_t i;

	for (i = 0; i < CMD_MAX && *name != '\0'; i++) {
		if (strncmp(cmd_table[i].name, name, strlen(name)) == 0)
			hint("did you mean %s?", cmd_table[i].name);
	}
}
