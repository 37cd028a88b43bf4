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

#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Levels, the most important first. err: somebody must act; warn: it is
 * retried; info: a state changed; debug: one line per event; trace: every
 * frame and every call.
 */
enum log_level {
	LOG_LEVEL_ERR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_TRACE
};

/* Where lines go. */
enum log_sink {
	LOG_SINK_STDERR, /* for people */
	LOG_SINK_JOURNAL, /* stderr, which journald reads: with priorities */
	LOG_SINK_SYSLOG, /* facility daemon */
	LOG_SINK_PARENT /* stderr, which the parent reads: log_read() */
};

/* How lines are written; those to the parent always as text. */
enum log_format {
	LOG_FORMAT_TEXT,
	LOG_FORMAT_JSON /* one object each: time, level, process, text */
};

/*
 * Chooses where lines go. procname is the first word of each line; it must
 * stay valid.
 */
void log_init(const char *procname, enum log_sink sink, enum log_level level);

/*
 * LOG_SINK_JOURNAL if JOURNAL_STREAM names what stderr is, as systemd has it
 * for a service, else LOG_SINK_STDERR.
 */
enum log_sink log_stderr(void);

/* The form of all lines from now on; text before. */
void log_set_format(enum log_format format);

/* The name of a form: "text" or "json". */
const char *log_format_name(enum log_format format);

/* Changes the level at run time. */
void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* The name of a level, and back: returns 0, or -1 for an unknown name. */
const char *log_level_name(enum log_level level);
int log_level_parse(const char *name, enum log_level *level);

/*
 * Logs a line that another process, procname, has written to
 * LOG_SINK_PARENT. One that has no level, which nobody but a library writes
 * in its last moment, is an error. text is changed.
 */
void log_read(const char *procname, char *text);

/*
 * The forms ending in x leave out strerror(errno). A line is cut at 4096
 * bytes; control characters in it are replaced, so that no text from outside
 * can forge a line.
 */
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_errx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_trace(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Logs a line of named values: in JSON as fields of their own beside the text;
 * else behind it, as name="value", where " and \\ have a \\ before them, or
 * name=number. Names are ours; of a string at most 1024 bytes are logged. Of
 * LOG_SINK_PARENT only the text is: such lines are the parent's own.
 */
struct log_field {
	const char *name;
	const char *string; /* or NULL: it is the number */
	int64_t number;
};

void log_fields(enum log_level level, const char *text,
    const struct log_field *fields, size_t n);

/*
 * For start-up, a broken invariant of our own and a broken channel to the
 * parent, never for input. They log and exit with status 1.
 */
__attribute__((noreturn, format(printf, 1, 2))) void fatal(const char *, ...);
__attribute__((noreturn, format(printf, 1, 2))) void fatalx(const char *, ...);

#endif
