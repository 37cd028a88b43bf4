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
 * Log lines of all processes: "process: subject: text", or JSON objects. Text
 * from outside may appear in a line, so control characters never pass, and what
 * is written is UTF-8. No JSON library: every process and fork has this.
 */

#include <sys/stat.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "line.h"
#include "log.h"

#define LOG_LINE_MAX 4096
#define LOG_VALUE_MAX 1024 /* bytes of a field's string */
#define LOG_FIELDS_MAX 8
/* All of that, each byte with a backslash, and what stands around it. */
#define LOG_OUT_MAX (2 * (LOG_LINE_MAX + LOG_FIELDS_MAX * LOG_VALUE_MAX) + 1024)

static struct {
	const char *procname;
	enum log_sink sink;
	enum log_level level;
	enum log_format format;
} log_state = { "kafkad", LOG_SINK_STDERR, LOG_LEVEL_INFO, LOG_FORMAT_TEXT };

static const struct {
	const char *name;
	int priority;
} log_levels[] = {
	[LOG_LEVEL_ERR] = { "err", LOG_ERR },
	[LOG_LEVEL_WARN] = { "warn", LOG_WARNING },
	[LOG_LEVEL_INFO] = { "info", LOG_INFO },
	[LOG_LEVEL_DEBUG] = { "debug", LOG_DEBUG },
	[LOG_LEVEL_TRACE] = { "trace", LOG_DEBUG },
};

#define LOG_NLEVELS (sizeof(log_levels) / sizeof(log_levels[0]))

void
log_init(const char *procname, enum log_sink sink, enum log_level level)
{
	log_state.procname = procname;
	log_state.sink = sink;
	log_state.level = level;
	if (sink == LOG_SINK_SYSLOG)
		openlog("kafkad", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	tzset();
}

enum log_sink
log_stderr(void)
{
	const char *named = getenv("JOURNAL_STREAM");
	char is[64];
	struct stat st;

	if (named == NULL || fstat(STDERR_FILENO, &st) == -1)
		return LOG_SINK_STDERR;
	snprintf(is, sizeof(is), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(named, is) == 0 ? LOG_SINK_JOURNAL : LOG_SINK_STDERR;
}

void
log_set_format(enum log_format format)
{
	log_state.format = format;
}

const char *
log_format_name(enum log_format format)
{
	return format == LOG_FORMAT_JSON ? "json" : "text";
}

void
log_set_level(enum log_level level)
{
	log_state.level = level;
}

enum log_level
log_get_level(void)
{
	return log_state.level;
}

const char *
log_level_name(enum log_level level)
{
	return (size_t)level < LOG_NLEVELS ? log_levels[level].name : "?";
}

int
log_level_parse(const char *name, enum log_level *level)
{
	size_t i;

	for (i = 0; i < LOG_NLEVELS; i++) {
		if (strcmp(name, log_levels[i].name) == 0) {
			*level = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

/* A line on its way out. */
struct log_out {
	char buf[LOG_OUT_MAX];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void
log_add(struct log_out *out, const char *fmt, ...)
{
	size_t left = sizeof(out->buf) - out->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out->buf + out->len, left, fmt, ap);
	va_end(ap);
	if (n > 0)
		out->len += (size_t)n < left ? (size_t)n : left - 1;
}

/*
 * A string in quotes, for JSON and for people. It has been cleaned: there is
 * nothing else in it that JSON could not have.
 */
static void
log_add_quoted(struct log_out *out, const char *s)
{
	size_t n;

	log_add(out, "\"");
	for (; *s != '\0'; s += n) {
		n = strcspn(s, "\"\\");
		log_add(out, "%.*s", (int)n, s);
		if (s[n] != '\0')
			log_add(out, "\\%c", s[n++]);
	}
	log_add(out, "\"");
}

/* The fields, behind the text. */
static void
log_add_fields(struct log_out *out, const struct log_field *fields, size_t n)
{
	bool json = log_state.format == LOG_FORMAT_JSON;
	char value[LOG_VALUE_MAX + 1];
	size_t i;

	for (i = 0; i < n; i++) {
		log_add(out, json ? ",\"%s\":" : " %s=", fields[i].name);
		if (fields[i].string == NULL) {
			log_add(out, "%lld", (long long)fields[i].number);
			continue;
		}
		strlcpy(value, fields[i].string, sizeof(value));
		log_add_quoted(out, line_clean(value));
	}
}

static void
log_add_json(struct log_out *out, const char *procname, enum log_level level,
    const char *text)
{
	struct timespec ts;
	struct tm tm;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	log_add(out, "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",", stamp,
	    ts.tv_nsec / 1000000, log_levels[level].name);
	log_add(out, "\"process\":\"%s\",\"text\":", procname);
	log_add_quoted(out, text);
}

/* What stands before the text for who has no other way to know it. */
static void
log_add_stamp(struct log_out *out, enum log_level level)
{
	struct timespec ts;
	struct tm tm;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
	log_add(out, "%s.%03ld %s ", stamp, ts.tv_nsec / 1000000,
	    log_levels[level].name);
}

/* text has been cleaned. */
static void
log_write(const char *procname, enum log_level level, const char *text,
    const struct log_field *fields, size_t n)
{
	enum log_sink sink = log_state.sink;
	struct log_out out;

	if (sink == LOG_SINK_PARENT) {
		fprintf(stderr, "<%d>%s\n", (int)level, text);
		return;
	}
	out.len = 0;
	out.buf[0] = '\0';
	if (sink == LOG_SINK_JOURNAL)
		log_add(&out, "<%d>", log_levels[level].priority);
	if (log_state.format == LOG_FORMAT_JSON) {
		log_add_json(&out, procname, level, text);
		log_add_fields(&out, fields, n);
		log_add(&out, "}");
	} else {
		if (sink == LOG_SINK_STDERR)
			log_add_stamp(&out, level);
		log_add(&out, "%s: %s", procname, text);
		log_add_fields(&out, fields, n);
	}
	if (sink == LOG_SINK_SYSLOG)
		syslog(log_levels[level].priority, "%s", out.buf);
	else
		fprintf(stderr, "%s\n", out.buf);
}

void
log_fields(enum log_level level, const char *text,
    const struct log_field *fields, size_t n)
{
	int saved = errno;

	if (level > log_state.level)
		return;
	log_write(log_state.procname, level, text, fields,
	    n < LOG_FIELDS_MAX ? n : LOG_FIELDS_MAX);
	errno = saved;
}

void
log_read(const char *procname, char *text)
{
	enum log_level level = LOG_LEVEL_ERR;

	if (text[0] == '<' && text[1] >= '0' &&
	    text[1] < '0' + (char)LOG_NLEVELS && text[2] == '>') {
		level = (enum log_level)(text[1] - '0');
		text += 3;
	}
	if (level <= log_state.level)
		log_write(procname, level, line_clean(text), NULL, 0);
}

__attribute__((format(printf, 3, 0))) static void
log_vline(enum log_level level, int with_errno, const char *fmt, va_list ap)
{
	char line[LOG_LINE_MAX];
	int saved = errno, n;

	if (level > log_state.level)
		return;
	n = vsnprintf(line, sizeof(line), fmt, ap);
	if (n < 0)
		n = 0;
	if (with_errno && (size_t)n < sizeof(line))
		snprintf(line + n, sizeof(line) - n, ": %s", strerror(saved));
	log_write(log_state.procname, level, line_clean(line), NULL, 0);
	errno = saved;
}

#define LOG_BODY(level, with_errno)                        \
	do {                                               \
		va_list ap;                                \
		va_start(ap, fmt);                         \
		log_vline((level), (with_errno), fmt, ap); \
		va_end(ap);                                \
	} while (0)

void
log_err(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_ERR, 1);
}

void
log_errx(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_ERR, 0);
}

void
log_warn(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_WARN, 1);
}

void
log_warnx(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_WARN, 0);
}

void
log_info(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_INFO, 0);
}

void
log_debug(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_DEBUG, 0);
}

void
log_trace(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_TRACE, 0);
}

void
fatal(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_ERR, 1);
	exit(1);
}

void
fatalx(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_ERR, 0);
	exit(1);
}
