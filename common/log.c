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
 * Log lines of all processes and of kafkactl: "process: subject: text".
 * Text from outside may appear in a line, so control characters never pass.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "line.h"
#include "log.h"

#define LOG_LINE_MAX 4096

static struct {
	const char *procname;
	enum log_sink sink;
	enum log_level level;
} log_state = { "kafkad", LOG_SINK_STDERR, LOG_LEVEL_INFO };

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

static void
log_write_stderr(const char *procname, enum log_level level, const char *text)
{
	struct timespec ts;
	struct tm tm;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
	fprintf(stderr, "%s.%03ld %s %s: %s\n", stamp, ts.tv_nsec / 1000000,
	    log_levels[level].name, procname, text);
}

static void
log_write(const char *procname, enum log_level level, const char *text)
{
	switch (log_state.sink) {
	case LOG_SINK_STDERR:
		log_write_stderr(procname, level, text);
		break;
	case LOG_SINK_SYSLOG:
		syslog(log_levels[level].priority, "%s: %s", procname, text);
		break;
	case LOG_SINK_PARENT:
		fprintf(stderr, "<%d>%s\n", (int)level, text);
		break;
	}
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
		log_write(procname, level, line_clean(text));
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
	log_write(log_state.procname, level, line_clean(line));
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
