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
 * The parent's record of changes, in the log. Commands and names come from
 * clients: they are values of their own there, cleaned and bounded, and of
 * those that were refused there are a few a second.
 */

#include <sys/queue.h>

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "limit.h"
#include "log.h"

#define AUDIT_COMMAND_MAX 256 /* bytes of it; the longest that is good fits */

struct audit_change {
	uint32_t id;
	struct audit_who who;
	char line[AUDIT_COMMAND_MAX];
	TAILQ_ENTRY(audit_change) entry;
};

struct audit {
	struct limit *limit;
	TAILQ_HEAD(, audit_change) changes; /* that have begun */
};

/* The user's name; false if there is none. */
static bool
audit_name(uid_t uid, char *buf, size_t size)
{
	struct passwd pw, *found = NULL;
	char names[1024];

	if (getpwuid_r(uid, &pw, names, sizeof(names), &found) != 0 ||
	    found == NULL)
		return false;
	strlcpy(buf, pw.pw_name, size);
	return true;
}

char *
audit_who(const struct audit_who *who, char *buf, size_t size)
{
	char name[AUDIT_NAME_MAX];

	if (strcmp(who->via, "socket") != 0)
		snprintf(buf, size, "%s%s%s%s%s", who->via,
		    who->user[0] != '\0' ? ", user " : "", who->user,
		    who->address[0] != '\0' ? ", " : "", who->address);
	else if (audit_name(who->uid, name, sizeof(name)))
		snprintf(buf, size, "uid %u (%s) pid %d", who->uid, name,
		    (int)who->pid);
	else
		snprintf(buf, size, "uid %u pid %d", who->uid, (int)who->pid);
	return buf;
}

/* Nothing that may be taken for more than one word where a log is read. */
static bool
audit_is_plain(const char *s, const char *end)
{
	for (; s < end; s++) {
		if (*s <= ' ' || *s > '~')
			return false;
	}
	return true;
}

const char *
audit_as(struct audit_who *who, const char *line)
{
	const char *user, *address, *end;

	who->user[0] = who->address[0] = '\0';
	if (strncmp(line, "as ", 3) != 0)
		return NULL;
	user = line + 3;
	address = strchr(user, ' ');
	if (address == NULL || address == user)
		return NULL;
	end = strchr(++address, ' ');
	if (end == NULL || end == address || end - user >= AUDIT_NAME_MAX - 8 ||
	    !audit_is_plain(user, address - 1) || !audit_is_plain(address, end))
		return NULL;
	if (strncmp(user, "- ", 2) != 0)
		snprintf(who->user, sizeof(who->user), "%.*s",
		    (int)(address - 1 - user), user);
	snprintf(who->address, sizeof(who->address), "%.*s",
	    (int)(end - address), address);
	return end + 1;
}

/* The line. What was refused may be left out, what was done never. */
static void
audit_log(struct audit *a, const struct audit_who *who, const char *line,
    int code, const char *text)
{
	bool local = strcmp(who->via, "socket") == 0;
	struct log_field fields[7] = { { "code", NULL, code },
		{ "via", who->via, 0 } };
	char name[AUDIT_NAME_MAX] = "";
	size_t n = 2;

	if (code >= 400 && !limit_take(a->limit))
		return;
	if (local)
		audit_name(who->uid, name, sizeof(name));
	fields[n++] =
	    (struct log_field) { "user", local ? name : who->user, 0 };
	if (local) {
		fields[n++] = (struct log_field) { "uid", NULL, who->uid };
		fields[n++] = (struct log_field) { "pid", NULL, who->pid };
	} else {
		fields[n++] = (struct log_field) { "address", who->address, 0 };
	}
	fields[n++] = (struct log_field) { "command", line, 0 };
	fields[n++] = (struct log_field) { "reply", text, 0 };
	log_fields(code == 403 || code >= 500 ? LOG_LEVEL_WARN : LOG_LEVEL_INFO,
	    "audit", fields, n);
}

struct audit *
audit_new(struct limit *limit)
{
	struct audit *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	a->limit = limit;
	TAILQ_INIT(&a->changes);
	return a;
}

void
audit_begin(struct audit *a, uint32_t id, const struct audit_who *who,
    const char *line)
{
	struct audit_change *ch;

	if ((ch = calloc(1, sizeof(*ch))) == NULL) {
		audit_log(a, who, line, 0, "no memory to log how it ends");
		return;
	}
	ch->id = id;
	ch->who = *who;
	strlcpy(ch->line, line, sizeof(ch->line));
	TAILQ_INSERT_TAIL(&a->changes, ch, entry);
}

static void
audit_finish(struct audit *a, struct audit_change *ch, int code,
    const char *text)
{
	TAILQ_REMOVE(&a->changes, ch, entry);
	audit_log(a, &ch->who, ch->line, code, text);
	free(ch);
}

void
audit_end(struct audit *a, uint32_t id, int code, const char *text)
{
	struct audit_change *ch;

	TAILQ_FOREACH(ch, &a->changes, entry) {
		if (ch->id != id)
			continue;
		audit_finish(a, ch, code, text);
		break;
	}
}

void
audit_refused(struct audit *a, const struct audit_who *who, const char *line,
    int code, const char *text)
{
	char cut[AUDIT_COMMAND_MAX];

	strlcpy(cut, line, sizeof(cut));
	audit_log(a, who, cut, code, text);
}

void
audit_free(struct audit *a)
{
	struct audit_change *ch, *next;

	if (a == NULL)
		return;
	TAILQ_FOREACH_SAFE(ch, &a->changes, entry, next)
		audit_finish(a, ch, 0, "kafkad ended before it was answered");
	free(a);
}
