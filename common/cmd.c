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
 * The table of commands and its parser, for kafkad and kafkactl. A line comes
 * from whoever may connect: it has been bounded and checked as UTF-8, and
 * nothing else in it is trusted.
 */

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

#define CMD_WORDS_MAX 8
#define CMD_BLANKS " \t"
#define CMD_DAY (24 * 3600 * INT64_C(1000)) /* ms */

/* clang-format off */
#define ROW(n, s) .id = CMD_##n, .name = s
#define ARG_SERVICE { .name = "SERVICE", .type = CMD_TYPE_SERVICE }
#define ARG_INSTANCE { .name = "INSTANCE", .type = CMD_TYPE_INSTANCE }
#define ARG_NAME { .name = "NAME", .type = CMD_TYPE_NAME }
#define ARG_EITHER .name = "INSTANCE|SERVICE", .type = CMD_TYPE_INSTANCE, \
	.help = "an instance, as kafka-0, or a service, as kafka"
#define OPT_FORCE(s) { .name = "force", .type = CMD_TYPE_FLAG, .help = s }

const struct cmd cmd_table[] = {
	[CMD_STATUS] = { ROW(STATUS, "status"), .shim = true,
	    .help = "show the daemon, the services and every instance",
	    .more = "A column is left out while there is nothing in it." },
	[CMD_LIST] = { ROW(LIST, "list"), .shim = true,
	    .help = "show every instance" },
	[CMD_SHOW] = { ROW(SHOW, "show"), .args = { ARG_NAME }, .shim = true,
	    .help = "show all that is known of an instance",
	    .more = "What it waits for, and how it failed, are told, too." },
	[CMD_CONTAINER] = { ROW(CONTAINER, "container"),
	    .args = { { .name = "TASK", .type = CMD_TYPE_NAME,
		.help = "the id of a task, or the number at the end of it" } },
	    .shim = true,
	    .help = "show a task in the words of the Go framework" },
	[CMD_OFFERS] = { ROW(OFFERS, "offers"), .shim = true,
	    .help = "show the last offers and why they did not fit",
	    .more = "Each with what became of it; then the instances that "
		"wait for one." },
	[CMD_WHY] = { ROW(WHY, "why"), .args = { ARG_NAME }, .shim = true,
	    .help = "say what an instance waits for, and what can be done",
	    .more = "Since when, and with the offers that fitted nearly." },
	[CMD_HISTORY] = { ROW(HISTORY, "history"),
	    .args = { { ARG_EITHER, .optional = true } },
	    .options = { { .name = "lines", .type = CMD_TYPE_COUNT,
		.min = 1, .max = CMD_LINES_MAX } }, .shim = true,
	    .help = "show the last events, and who asked for what",
	    .more = "Of one instance or service, or of all; they outlive "
		"kafkad." },
	[CMD_SCALE] = { ROW(SCALE, "scale"),
	    .args = { ARG_SERVICE, { .name = "N", .type = CMD_TYPE_COUNT,
		.min = 0, .max = CMD_COUNT_MAX } },
	    .options = { OPT_FORCE("do so even where the service or a quorum "
		"may be lost") },
	    .rights = CMD_CHANGE, .shim = true,
	    .help = "change the wanted number of instances",
	    .more = "The number is saved, and survives kafkad. The instances "
		"with the highest numbers are stopped first." },
	[CMD_KILL] = { ROW(KILL, "kill"), .args = { ARG_NAME },
	    .rights = CMD_CHANGE, .shim = true,
	    .help = "stop an instance, which stays down until start",
	    .more = "Its place, its id and its data are kept." },
	[CMD_START] = { ROW(START, "start"), .args = { ARG_INSTANCE },
	    .rights = CMD_CHANGE, .shim = true,
	    .help = "start an instance, now if it waits to be tried again",
	    .more = "For one that was killed, or that waits after failures." },
	[CMD_RESTART] = { ROW(RESTART, "restart"),
	    .args = { { ARG_EITHER } },
	    .rights = CMD_CHANGE, .shim = true,
	    .help = "restart an instance now, or a service one by one",
	    .more = "Each keeps its place, its id and its data." },
	[CMD_REPLACE] = { ROW(REPLACE, "replace"), .args = { ARG_INSTANCE },
	    .options = { OPT_FORCE("give up the place, and the data there") },
	    .rights = CMD_CHANGE,
	    .help = "give up an instance's place and start it elsewhere",
	    .more = "The data there are given up, too. A member of an "
		"ensemble needs a ready majority of the others." },
	[CMD_REFLATE] = { ROW(REFLATE, "reflate"), .args = { ARG_SERVICE },
	    .rights = CMD_CHANGE, .shim = true,
	    .help = "start every instance of a service that is down",
	    .more = "Those that were killed are started, too." },
	[CMD_PLAN] = { ROW(PLAN, "plan"),
	    .args = { { .name = "pause|resume|cancel",
		.type = CMD_TYPE_CHOICE, .optional = true,
		.rights = CMD_CHANGE } }, .shim = true,
	    .help = "show the restarts that are to come, or hold them up",
	    .more = "What was cancelled gets the new configuration when it "
		"starts the next time." },
	[CMD_RELOAD] = { ROW(RELOAD, "reload"),
	    .args = { { .name = "check", .type = CMD_TYPE_CHOICE,
		.optional = true } }, .rights = CMD_CHANGE,
	    .help = "read the configuration again, or only look what it "
		"would change",
	    .more = "What running tasks must be restarted for is put in "
		"the plan." },
	[CMD_WAIT] = { ROW(WAIT, "wait"), .args = { ARG_SERVICE },
	    .options = { { .name = "timeout", .type = CMD_TYPE_DURATION,
		.min = 1, .max = CMD_TIMEOUT_MAX } },
	    .help = "wait until all wanted instances are ready",
	    .more = "Changes are told meanwhile. An instance that the operator "
		"has stopped is not waited for." },
	[CMD_WATCH] = { ROW(WATCH, "watch"), .shim = true,
	    .help = "tell what happens until the connection is closed" },
	[CMD_REGISTER] = { ROW(REGISTER, "register"),
	    .options = { OPT_FORCE("do so even where old tasks or another "
		"scheduler run") },
	    .rights = CMD_CHANGE,
	    .help = "register the framework with Mesos again",
	    .more = "Anew, with another id, if the master has removed it; else "
		"it is taken back from another scheduler, or its teardown is "
		"called off. Places, ids of brokers and volumes are kept." },
	[CMD_TEARDOWN] = { ROW(TEARDOWN, "teardown"),
	    .options = { OPT_FORCE("end every task of the framework") },
	    .rights = CMD_CHANGE,
	    .help = "end the framework with every task it has",
	    .more = "Mesos kills the tasks, and does not let the framework "
		"come back." },
	[CMD_LOG] = { ROW(LOG, "log"),
	    .args = { { .name = "LEVEL", .type = CMD_TYPE_LEVEL } },
	    .rights = CMD_CHANGE,
	    .help = "change the level of the log",
	    .more = "It lasts until kafkad is started again." },
	[CMD_VERSION] = { ROW(VERSION, "version"), .shim = true,
	    .help = "show the version of the daemon" },
	[CMD_SHUTDOWN] = { ROW(SHUTDOWN, "shutdown"), .rights = CMD_CHANGE,
	    .help = "end kafkad and leave every task running",
	    .more = "It finds them again when it is started." },
	[CMD_HELP] = { ROW(HELP, "help"),
	    .args = { { .name = "COMMAND", .type = CMD_TYPE_COMMAND,
		.optional = true } }, .shim = true,
	    .help = "show the commands" },
};
/* clang-format on */

static_assert(sizeof(cmd_table) / sizeof(cmd_table[0]) == CMD_MAX,
    "every command has a row");

__attribute__((format(printf, 3, 4))) static int
cmd_fail(struct cmd_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

const struct cmd *
cmd_find(const char *name)
{
	size_t i;

	for (i = 0; i < CMD_MAX; i++) {
		if (strcmp(cmd_table[i].name, name) == 0)
			return &cmd_table[i];
	}
	return NULL;
}

char *
cmd_usage(const struct cmd *cmd, char *buf, size_t size)
{
	const struct cmd_word *w;

	strlcpy(buf, cmd->name, size);
	for (w = cmd->args; w->type != CMD_TYPE_NONE; w++) {
		strlcat(buf, w->optional ? " [" : " ", size);
		strlcat(buf, w->name, size);
		strlcat(buf, w->optional ? "]" : "", size);
	}
	for (w = cmd->options; w->type != CMD_TYPE_NONE; w++) {
		strlcat(buf, " [", size);
		strlcat(buf, w->name, size);
		if (w->type != CMD_TYPE_FLAG)
			strlcat(buf,
			    w->type == CMD_TYPE_COUNT ? "=N" : "=DURATION",
			    size);
		strlcat(buf, "]", size);
	}
	return buf;
}

const struct cmd_word *
cmd_option(const struct cmd *cmd, const char *name)
{
	const struct cmd_word *w;

	for (w = cmd->options; w->type != CMD_TYPE_NONE; w++) {
		if (strcmp(w->name, name) == 0)
			return w;
	}
	return NULL;
}

/* "err, warn, info, debug or trace" */
static void
cmd_levels(char *buf, size_t size)
{
	int level;

	buf[0] = '\0';
	for (level = LOG_LEVEL_ERR; level <= LOG_LEVEL_TRACE; level++) {
		if (level > LOG_LEVEL_ERR)
			strlcat(buf, level < LOG_LEVEL_TRACE ? ", " : " or ",
			    size);
		strlcat(buf, log_level_name((enum log_level)level), size);
	}
}

char *
cmd_word_help(const struct cmd_word *w, char *buf, size_t size)
{
	static const char *const texts[] = {
		[CMD_TYPE_SERVICE] = "the name of a service, as kafka",
		[CMD_TYPE_INSTANCE] = "the name of an instance, as kafka-0",
		[CMD_TYPE_NAME] = "an instance, as kafka-0, or a task's id",
		[CMD_TYPE_COMMAND] = "the name of a command",
		[CMD_TYPE_CHOICE] = "one of these words",
	};

	if (w->help != NULL)
		strlcpy(buf, w->help, size);
	else if (w->type == CMD_TYPE_COUNT)
		snprintf(buf, size, "a number from %lld to %lld",
		    (long long)w->min, (long long)w->max);
	else if (w->type == CMD_TYPE_DURATION)
		snprintf(buf, size,
		    "a duration from %lldms to %lldd, as 90s, 5m or 1h30m",
		    (long long)w->min, (long long)w->max / CMD_DAY);
	else if (w->type == CMD_TYPE_LEVEL)
		cmd_levels(buf, size);
	else if ((size_t)w->type < sizeof(texts) / sizeof(texts[0]) &&
	    texts[w->type] != NULL)
		strlcpy(buf, texts[w->type], size);
	else
		buf[0] = '\0';
	return buf;
}

/* ms of a unit that s begins with; its length goes to len. 0: no unit. */
static int64_t
cmd_unit(const char *s, size_t *len)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {
		{ "ms", 1 },
		{ "s", 1000 },
		{ "m", 60 * 1000 },
		{ "h", 3600 * 1000 },
		{ "d", 24 * 3600 * 1000 },
		{ "w", 7 * 24 * 3600 * 1000 },
	};
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		*len = strlen(units[i].name);
		if (strncmp(s, units[i].name, *len) == 0)
			return units[i].ms;
	}
	return 0;
}

int
cmd_duration_parse(const char *s, int64_t *ms)
{
	char number[10]; /* so that no product or sum can overflow */
	const char *errstr, *first = s;
	int64_t n, unit, sum = 0;
	size_t digits, len;

	if (strlen(s) > 64)
		return -1;
	do {
		digits = strspn(s, "0123456789");
		if (digits == 0 || digits >= sizeof(number))
			return -1;
		memcpy(number, s, digits);
		number[digits] = '\0';
		n = strtonum(number, 0, 999999999, &errstr);
		if (errstr != NULL)
			return -1;
		s += digits;
		if (*s == '\0' && s == first + digits) {
			*ms = n * 1000;
			return 0;
		}
		if ((unit = cmd_unit(s, &len)) == 0)
			return -1;
		s += len;
		sum += n * unit;
	} while (*s != '\0');
	*ms = sum;
	return 0;
}

static int
cmd_parse_service(const char *s, const char *const *services,
    struct cmd_call *call, struct cmd_error *err)
{
	char known[128] = "";
	int i;

	if (strlcpy(call->service_name, s, sizeof(call->service_name)) >=
	    sizeof(call->service_name))
		return cmd_fail(err, 404, "no such service: %.64s...", s);
	if (services == NULL)
		return 0;
	for (i = 0; services[i] != NULL; i++) {
		if (strcmp(services[i], s) == 0) {
			call->service = i;
			return 0;
		}
		strlcat(known, i > 0 ? ", " : "", sizeof(known));
		strlcat(known, services[i], sizeof(known));
	}
	return cmd_fail(err, 404, "no such service: %.64s; there are: %s", s,
	    known);
}

static int
cmd_parse_count(const struct cmd_word *w, const char *s, struct cmd_call *call,
    struct cmd_error *err)
{
	const char *errstr;
	char usage[128];

	call->count = (uint32_t)strtonum(s, w->min, w->max, &errstr);
	if (errstr == NULL)
		return 0;
	return cmd_fail(err, 400,
	    "%s: %s is %s: %.64s (from %lld to %lld); usage: %s",
	    call->cmd->name, w->name, errstr, s, (long long)w->min,
	    (long long)w->max, cmd_usage(call->cmd, usage, sizeof(usage)));
}

static int
cmd_parse_duration(const struct cmd_word *w, const char *s,
    struct cmd_call *call, struct cmd_error *err)
{
	if (cmd_duration_parse(s, &call->timeout) == -1)
		return cmd_fail(err, 400,
		    "%s: %s is no duration: %.64s (write 90s, 5m or 1h30m)",
		    call->cmd->name, w->name, s);
	if (call->timeout < w->min || call->timeout > w->max)
		return cmd_fail(err, 400,
		    "%s: %s is out of range: %.64s (from %lldms to %lldd)",
		    call->cmd->name, w->name, s, (long long)w->min,
		    (long long)w->max / CMD_DAY);
	return 0;
}

static int
cmd_parse_level(const char *s, struct cmd_call *call, struct cmd_error *err)
{
	char known[64];

	if (log_level_parse(s, &call->level) == 0)
		return 0;
	cmd_levels(known, sizeof(known));
	return cmd_fail(err, 400, "%s: no such level: %.64s (%s)",
	    call->cmd->name, s, known);
}

static int
cmd_parse_choice(const struct cmd_word *w, const char *s, struct cmd_call *call,
    struct cmd_error *err)
{
	const char *p = w->name;
	size_t len = strlen(s), n;

	for (call->choice = 1;; call->choice++) {
		n = strcspn(p, "|");
		if (n == len && strncmp(p, s, len) == 0)
			return 0;
		if (p[n] == '\0')
			break;
		p += n + 1;
	}
	return cmd_fail(err, 400, "%s: %.64s is none of: %s", call->cmd->name,
	    s, w->name);
}

/* One argument, or the value of an option. */
static int
cmd_parse_word(const struct cmd_word *w, const char *s,
    const char *const *services, struct cmd_call *call, struct cmd_error *err)
{
	switch (w->type) {
	case CMD_TYPE_SERVICE:
		return cmd_parse_service(s, services, call, err);
	case CMD_TYPE_COUNT:
		return cmd_parse_count(w, s, call, err);
	case CMD_TYPE_INSTANCE:
	case CMD_TYPE_NAME:
		if (strlcpy(call->name, s, CMD_NAME_MAX) < CMD_NAME_MAX)
			return 0;
		return cmd_fail(err, 404, "no such %s: %.64s...",
		    w->type == CMD_TYPE_NAME ? "task or instance" : "instance",
		    s);
	case CMD_TYPE_LEVEL:
		return cmd_parse_level(s, call, err);
	case CMD_TYPE_COMMAND:
		if ((call->about = cmd_find(s)) != NULL)
			return 0;
		return cmd_fail(err, 404, "no such command: %.64s", s);
	case CMD_TYPE_CHOICE:
		return cmd_parse_choice(w, s, call, err);
	case CMD_TYPE_DURATION:
		return cmd_parse_duration(w, s, call, err);
	case CMD_TYPE_FLAG:
		call->force = true;
		return 0;
	case CMD_TYPE_NONE:
		break;
	}
	return cmd_fail(err, 400, "%s: cannot be given", call->cmd->name);
}

/* The option that this word is, and its value in it; NULL if it is none. */
static const struct cmd_word *
cmd_take_option(const struct cmd *cmd, char *word, char **value)
{
	const struct cmd_word *w;
	size_t len = strcspn(word, "=");

	for (w = cmd->options; w->type != CMD_TYPE_NONE; w++) {
		if (strlen(w->name) != len || strncmp(w->name, word, len) != 0)
			continue;
		if ((w->type == CMD_TYPE_FLAG) != (word[len] == '\0'))
			continue;
		*value = word + len + (word[len] == '=');
		return w;
	}
	return NULL;
}

/* Cuts the line into words, in place. Returns their number, or -1. */
static int
cmd_split(char *line, char *words[CMD_WORDS_MAX])
{
	char *word, *save = NULL;
	int n = 0;

	for (word = strtok_r(line, CMD_BLANKS, &save); word != NULL;
	     word = strtok_r(NULL, CMD_BLANKS, &save)) {
		if (n == CMD_WORDS_MAX)
			return -1;
		words[n++] = word;
	}
	return n;
}

static int
cmd_parse_words(char **words, int n, const char *const *services,
    struct cmd_call *call, struct cmd_error *err)
{
	const struct cmd_word *w, *arg = call->cmd->args, *last = NULL;
	char usage[128], *value;
	int i;

	call->rights = call->cmd->rights;
	cmd_usage(call->cmd, usage, sizeof(usage));
	for (i = 0; i < n; i++) {
		value = words[i];
		if ((w = cmd_take_option(call->cmd, words[i], &value)) !=
		    NULL) {
			if (w == last)
				return cmd_fail(err, 400,
				    "%s: %s is given twice; usage: %s",
				    call->cmd->name, w->name, usage);
			last = w;
		} else if (strchr(words[i], '=') != NULL) {
			return cmd_fail(err, 400,
			    "%s: no such option: %.64s; usage: %s",
			    call->cmd->name, words[i], usage);
		} else if (arg->type != CMD_TYPE_NONE) {
			w = arg++;
		} else {
			return cmd_fail(err, 400,
			    "%s: too many words at: %.64s; usage: %s",
			    call->cmd->name, words[i], usage);
		}
		if (cmd_parse_word(w, value, services, call, err) == -1)
			return -1;
		if (w->rights == CMD_CHANGE)
			call->rights = CMD_CHANGE;
	}
	if (arg->type != CMD_TYPE_NONE && !arg->optional)
		return cmd_fail(err, 400, "%s: %s is missing; usage: %s",
		    call->cmd->name, arg->name, usage);
	return 0;
}

int
cmd_parse(const char *line, const char *const *services, struct cmd_call *call,
    struct cmd_error *err)
{
	char *copy, *words[CMD_WORDS_MAX];
	int n, result = -1;

	memset(call, 0, sizeof(*call));
	call->service = -1;
	call->line = line;
	if ((copy = strdup(line)) == NULL)
		return cmd_fail(err, 500, "no memory for the command");
	n = cmd_split(copy, words);
	if (n == -1)
		cmd_fail(err, 400, "too many words; help shows the commands");
	else if (n == 0)
		cmd_fail(err, 400, "no command; help shows the commands");
	else if ((call->cmd = cmd_find(words[0])) == NULL)
		cmd_fail(err, 404,
		    "no such command: %.64s; help shows the commands",
		    words[0]);
	else
		result = cmd_parse_words(words + 1, n - 1, services, call, err);
	free(copy);
	return result;
}
