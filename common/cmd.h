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

#ifndef COMMON_CMD_H
#define COMMON_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log.h"

/*
 * The commands of the control protocol: one table that kafkad, kafkactl, the
 * help text, the HTTP shim and the test of the manual page are driven by.
 */
enum cmd_id {
	CMD_STATUS,
	CMD_LIST,
	CMD_SHOW,
	CMD_CONTAINER,
	CMD_OFFERS,
	CMD_WHY,
	CMD_HISTORY,
	CMD_SCALE,
	CMD_KILL,
	CMD_START,
	CMD_RESTART,
	CMD_REPLACE,
	CMD_REFLATE,
	CMD_PLAN,
	CMD_RELOAD,
	CMD_WAIT,
	CMD_WATCH,
	CMD_REGISTER,
	CMD_TEARDOWN,
	CMD_LOG,
	CMD_VERSION,
	CMD_SHUTDOWN,
	CMD_HELP,
	CMD_MAX
};

enum cmd_type {
	CMD_TYPE_NONE, /* ends a list of words */
	CMD_TYPE_SERVICE, /* one of the caller's services */
	CMD_TYPE_COUNT, /* a number from min to max */
	CMD_TYPE_INSTANCE, /* kafka-0; whether it exists is not checked */
	CMD_TYPE_NAME, /* the same, or a task's id */
	CMD_TYPE_LEVEL, /* of the log */
	CMD_TYPE_COMMAND, /* one of the table */
	CMD_TYPE_CHOICE, /* one of those in its name: "pause|resume" */
	CMD_TYPE_DURATION, /* 90s, 1m30s; from min to max ms */
	CMD_TYPE_FLAG /* only as an option: the bare word */
};

#define CMD_ARGS_MAX 2
#define CMD_OPTIONS_MAX 1
#define CMD_NAME_MAX 256 /* of an instance or a task, with the NUL */
#define CMD_COUNT_MAX 1000 /* of instances of one service */
#define CMD_LINES_MAX 10000 /* of a history */
#define CMD_TIMEOUT_MAX (7 * 24 * 3600 * INT64_C(1000)) /* ms */

enum cmd_rights { CMD_READ, CMD_CHANGE };

/* An argument, or an option (written name=value, a flag as its bare name). */
struct cmd_word {
	const char *name;
	enum cmd_type type;
	bool optional;
	enum cmd_rights rights; /* to say it, beside those for the command */
	int64_t min;
	int64_t max;
	const char *help; /* NULL: its type says enough */
};

struct cmd {
	const char *name;
	enum cmd_id id;
	struct cmd_word args[CMD_ARGS_MAX + 1];
	struct cmd_word options[CMD_OPTIONS_MAX + 1];
	enum cmd_rights rights;
	bool shim; /* the HTTP shim may use it */
	const char *help; /* one sentence, without a full stop */
	const char *more; /* one or two whole sentences, or NULL */
};

/* The table has CMD_MAX rows, in the order of enum cmd_id. */
extern const struct cmd cmd_table[];

/* A command as it was asked for. Only the words of cmd are set. */
struct cmd_call {
	const struct cmd *cmd;
	const char *line; /* the caller's, that was parsed */
	enum cmd_rights rights; /* that it needs */
	int service; /* index in the caller's list; -1: not named */
	char service_name[CMD_NAME_MAX];
	char name[CMD_NAME_MAX]; /* of an instance or a task */
	uint32_t count;
	enum log_level level;
	int choice; /* from 1 on, 0: none was made */
	const struct cmd *about; /* of help, or NULL */
	bool force;
	int64_t timeout; /* ms, 0: none was given */
};

struct cmd_error {
	int code; /* 400; 404: there is no such thing; 500: no memory */
	char text[512];
};

/* The command of exactly that name, or NULL. */
const struct cmd *cmd_find(const char *name);

/*
 * Parses a command line, which line_check() has found good. services is a
 * list ended by NULL; or NULL, then every service is accepted and its index
 * is -1. Returns 0, or -1 with what is wrong and what to do in err.
 */
int cmd_parse(const char *line, const char *const *services,
    struct cmd_call *call, struct cmd_error *err);

/* Writes "scale SERVICE N [force]" into buf. Returns buf. */
char *cmd_usage(const struct cmd *cmd, char *buf, size_t size);

/*
 * Writes what may stand for an argument, or what an option means: "a number
 * from 0 to 1000". Returns buf.
 */
char *cmd_word_help(const struct cmd_word *w, char *buf, size_t size);

/* The option of that name, or NULL if the command does not take it. */
const struct cmd_word *cmd_option(const struct cmd *cmd, const char *name);

/*
 * Parses a duration: numbers with one of the units ms, s, m, h, d, w each,
 * as in 1h30m, or a bare number of seconds. Returns 0 and ms, or -1.
 */
int cmd_duration_parse(const char *s, int64_t *ms);

#endif
