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
 * The words of kafkad.conf. Files are read whole, with a limit, before the
 * first word of them is looked at; strings must be UTF-8 without control
 * characters, since they go into JSON, file names and lines of a log.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

#include "conf_parse.h"

#define WORD_LEN_MAX 255

/* Sorted, for bsearch. Each of them is described in kafkad.conf(5). */
static const struct keyword {
	const char *name;
	int token;
} keywords[] = {
	{ "address", ADDRESS },
	{ "agent", AGENT },
	{ "any", ANY },
	{ "at", AT },
	{ "backoff", BACKOFF },
	{ "bridge", BRIDGE },
	{ "ca", CA },
	{ "certificate", CERTIFICATE },
	{ "check", CHECK },
	{ "command", COMMAND },
	{ "confirm", CONFIRM },
	{ "connections", CONNECTIONS },
	{ "control", CONTROL },
	{ "controller", CONTROLLER },
	{ "count", COUNT },
	{ "cpus", CPUS },
	{ "debug", DEBUG },
	{ "delay", DELAY },
	{ "disk", DISK },
	{ "docker", DOCKER },
	{ "domain", DOMAIN },
	{ "driver", DRIVER },
	{ "environment", ENVIRONMENT },
	{ "err", ERR },
	{ "failover", FAILOVER },
	{ "file", FILENAME },
	{ "force", FORCE },
	{ "forever", ALWAYS },
	{ "format", FORMAT },
	{ "framework", FRAMEWORK },
	{ "grace", GRACE },
	{ "group", GROUP },
	{ "heap", HEAP },
	{ "hold", HOLD },
	{ "host", HOST },
	{ "hostname", HOSTNAME },
	{ "http", HTTP },
	{ "image", IMAGE },
	{ "import", IMPORT },
	{ "include", INCLUDE },
	{ "info", INFO },
	{ "interval", INTERVAL },
	{ "json", JSON },
	{ "kafka", KAFKA },
	{ "key", KEY },
	{ "kill", KILL },
	{ "level", LEVEL },
	{ "listen", LISTEN },
	{ "log", LOG },
	{ "master", MASTER },
	{ "memory", MEMORY },
	{ "mesos", MESOS },
	{ "name", NAME },
	{ "network", NETWORK },
	{ "never", NEVER },
	{ "no", NO },
	{ "none", NONE },
	{ "offers", OFFERS },
	{ "on", ON },
	{ "option", OPTION },
	{ "order", ORDER },
	{ "pace", PACE },
	{ "password", PASSWORD },
	{ "per", PER },
	{ "pin", PIN },
	{ "plan", PLAN },
	{ "port", PORT },
	{ "principal", PRINCIPAL },
	{ "pull", PULL },
	{ "read", READ },
	{ "reconcile", RECONCILE },
	{ "refuse", REFUSE },
	{ "reset", RESET },
	{ "retry", RETRY },
	{ "revive", REVIVE },
	{ "role", ROLE },
	{ "secret", SECRET },
	{ "settle", SETTLE },
	{ "state", STATE },
	{ "sticky", STICKY },
	{ "tcp", TCP },
	{ "text", TEXT },
	{ "timeout", TIMEOUT },
	{ "to", TO },
	{ "trace", TRACE },
	{ "unique", UNIQUE },
	{ "unreachable", UNREACHABLE },
	{ "user", USER },
	{ "username", USERNAME },
	{ "verify", VERIFY },
	{ "volume", VOLUME },
	{ "warn", WARN },
	{ "webui", WEBUI },
	{ "yes", YES },
	{ "zookeeper", ZOOKEEPER },
};

#define NKEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

static int
keyword_cmp(const void *key, const void *entry)
{
	return strcmp(key, ((const struct keyword *)entry)->name);
}

__attribute__((format(printf, 2, 3))) static int
lex_error(struct parser *ps, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* A line that is wrong already is only read to its end. */
	if (!ps->quiet &&
	    (ps->bad.file != ps->pos.file || ps->bad.line != ps->pos.line)) {
		conf_error(ps, &ps->pos, "%s", text);
		ps->bad = ps->pos;
	}
	return MISTAKE;
}

/* Whether the file is being read already. */
static bool
lex_is_open(const struct parser *ps, const char *path)
{
	const struct lex_file *f;

	for (f = ps->file; f != NULL; f = f->up) {
		if (strcmp(f->name, path) == 0)
			return true;
	}
	return false;
}

/* Reads the file into f->buf. Returns NULL, or an error text. */
static const char *
lex_read(struct lex_file *f, const char *path)
{
	const char *error = NULL;
	FILE *fp;

	if ((fp = fopen(path, "re")) == NULL)
		return strerror(errno);
	if ((f->buf = malloc(CONF_FILE_MAX + 1)) == NULL) {
		error = "out of memory";
		goto done;
	}
	f->len = fread(f->buf, 1, CONF_FILE_MAX + 1, fp);
	if (ferror(fp))
		error = strerror(errno);
	else if (f->len > CONF_FILE_MAX)
		error = "too large (the limit is 1 MB)";
	else if (memchr(f->buf, '\0', f->len) != NULL)
		error = "not a text file: it has a NUL byte";
done:
	fclose(fp);
	if (error != NULL)
		free(f->buf);
	return error;
}

int
lex_push(struct parser *ps, const char *path, const struct conf_pos *pos)
{
	struct source *source;
	struct lex_file *f;
	const char *error;
	size_t len = strlen(path) + 1;
	char *name;

	if (ps->depth == INCLUDE_DEPTH_MAX) {
		conf_error(ps, pos, "include: more than %d files deep",
		    INCLUDE_DEPTH_MAX);
		return -1;
	}
	if (ps->files >= INCLUDE_FILES_MAX) {
		/* Said once: there may be no end of them. */
		if (ps->files++ == INCLUDE_FILES_MAX)
			conf_error(ps, pos, "include: more than %d files",
			    INCLUDE_FILES_MAX);
		return -1;
	}
	if (lex_is_open(ps, path)) {
		conf_error(ps, pos, "include: %s includes itself", path);
		return -1;
	}
	if ((f = parser_alloc(ps, sizeof(*f))) == NULL ||
	    (source = parser_alloc(ps, sizeof(*source))) == NULL ||
	    (name = parser_alloc(ps, len)) == NULL)
		return -1;
	memcpy(name, path, len);
	if ((error = lex_read(f, path)) != NULL) {
		conf_error(ps, pos, "%s%s: %s", pos ? "include: " : "", path,
		    error);
		return -1;
	}
	source->name = name;
	SLIST_INSERT_HEAD(&ps->sources, source, entry);
	f->name = name;
	f->line = 1;
	f->up = ps->file;
	ps->file = f;
	ps->depth++;
	ps->files++;
	ps->fresh = true;
	ps->pos.file = name;
	ps->pos.line = 1;
	return 0;
}

void
lex_pop(struct parser *ps)
{
	struct lex_file *f = ps->file;

	ps->file = f->up;
	ps->depth--;
	free(f->buf);
	f->buf = NULL;
}

static int
lex_peek(const struct lex_file *f, size_t ahead)
{
	return f->len - f->off > ahead ? (unsigned char)f->buf[f->off + ahead]
				       : EOF;
}

/* Goes behind blanks, comments and continued lines. */
static void
lex_skip_blank(struct lex_file *f)
{
	int c;

	while ((c = lex_peek(f, 0)) != EOF) {
		if (c == '#') {
			while ((c = lex_peek(f, 0)) != EOF && c != '\n')
				f->off++;
		} else if (c == '\\' && lex_peek(f, 1) == '\n') {
			f->off += 2;
			f->line++;
		} else if (c == ' ' || c == '\t' || c == '\r') {
			f->off++;
		} else {
			return;
		}
	}
}

/* Number of bytes of the UTF-8 character at p, 0 if it is none. */
static size_t
utf8_len(const char *text, size_t left)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i, len;

	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > left)
		return 0;
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Too long a form, a surrogate, or behind the last character. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

const char *
lex_check_text(const char *text)
{
	size_t n, len = strlen(text);

	if (len > STRING_LEN_MAX)
		return "has more than 4096 bytes";
	for (; len > 0; text += n, len -= n) {
		if ((n = utf8_len(text, len)) == 0)
			return "is not UTF-8";
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return "has a control character";
	}
	return NULL;
}

static const char *
lex_copy(struct parser *ps, const char *text, size_t len)
{
	char *copy;

	if ((copy = parser_alloc(ps, len + 1)) == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* Copies one character of a string. Returns its length, or 0. */
static size_t
lex_string_char(struct parser *ps, char *to)
{
	struct lex_file *f = ps->file;
	int c = lex_peek(f, 0);
	size_t len;

	if (c == '\\' && (lex_peek(f, 1) == '"' || lex_peek(f, 1) == '\\')) {
		*to = f->buf[f->off + 1];
		f->off += 2;
		return 1;
	}
	len = utf8_len(f->buf + f->off, f->len - f->off);
	if (len == 0)
		lex_error(ps, "a string that is not UTF-8");
	else if (c == '\\')
		lex_error(ps,
		    "only \\\" and \\\\ are known after a "
		    "backslash in a string");
	else if ((c < ' ' && c != '\t') || c == 0x7f)
		lex_error(ps, "a control character (%d) in a string", c);
	else {
		memcpy(to, f->buf + f->off, len);
		f->off += len;
		return len;
	}
	return 0;
}

/* Leaves the rest of a string that is wrong. */
static int
lex_string_leave(struct lex_file *f)
{
	int c;

	while ((c = lex_peek(f, 0)) != EOF && c != '\n') {
		f->off++;
		if (c == '"')
			break;
		if (c == '\\' && lex_peek(f, 0) == '"')
			f->off++;
	}
	return MISTAKE;
}

static int
lex_string(struct parser *ps, const char **text)
{
	char buf[STRING_LEN_MAX + 4];
	struct lex_file *f = ps->file;
	size_t n, len = 0;
	int c;

	f->off++;
	while ((c = lex_peek(f, 0)) != '"') {
		if (c == EOF || c == '\n') {
			lex_error(ps, "a string without its closing quote");
			return MISTAKE;
		}
		if ((n = lex_string_char(ps, buf + len)) == 0)
			return lex_string_leave(f);
		if ((len += n) > STRING_LEN_MAX) {
			lex_error(ps, "a string of more than %d bytes",
			    STRING_LEN_MAX);
			return lex_string_leave(f);
		}
	}
	f->off++;
	*text = lex_copy(ps, buf, len);
	return *text != NULL ? STRING : MISTAKE;
}

static bool
is_word(int c)
{
	return c != EOF && (isalnum(c) || strchr("_-.:/%[]@+*", c) != NULL);
}

/* Reads a word into ps->token, cut if need be, and returns it whole. */
static const char *
lex_take_word(struct parser *ps)
{
	struct lex_file *f = ps->file;
	size_t start = f->off;

	while (is_word(lex_peek(f, 0)))
		f->off++;
	if (f->off - start > WORD_LEN_MAX) {
		lex_error(ps, "a word of more than %d letters", WORD_LEN_MAX);
		return NULL;
	}
	snprintf(ps->token, sizeof(ps->token), "%.*s", (int)(f->off - start),
	    f->buf + start);
	return lex_copy(ps, f->buf + start, f->off - start);
}

static int
lex_word(struct parser *ps, const char **text)
{
	const struct keyword *k;
	size_t ahead = 0;
	int c;

	if ((*text = lex_take_word(ps)) == NULL)
		return MISTAKE;
	while ((c = lex_peek(ps->file, ahead)) == ' ' || c == '\t')
		ahead++;
	c = (unsigned char)**text;
	if (lex_peek(ps->file, ahead) == '=' && (isalpha(c) || c == '_')) {
		ps->file->off += ahead + 1;
		return DEFINE;
	}
	if (isdigit(c) || (strchr("-+.", c) != NULL && isdigit((*text)[1])))
		return VALUE;
	k = bsearch(*text, keywords, NKEYWORDS, sizeof(keywords[0]),
	    keyword_cmp);
	return k != NULL ? k->token : WORD;
}

static int
lex_macro(struct parser *ps, const char **text)
{
	const struct macro *m;
	const char *name;

	ps->file->off++;
	if ((name = lex_take_word(ps)) == NULL)
		return MISTAKE;
	SLIST_FOREACH(m, &ps->macros, entry)
	{
		if (strcmp(m->name, name) == 0) {
			*text = m->text;
			return MACRO;
		}
	}
	return lex_error(ps, "the macro '$%s' is not defined", name);
}

void
lex_define(struct parser *ps, const struct conf_pos *pos, const char *name,
    const char *text)
{
	struct macro *m;

	SLIST_FOREACH(m, &ps->macros, entry)
	{
		if (strcmp(m->name, name) == 0) {
			conf_error(ps, pos, "the macro '%s' is defined twice",
			    name);
			return;
		}
	}
	if ((m = parser_alloc(ps, sizeof(*m))) == NULL)
		return;
	m->name = name;
	m->text = text;
	SLIST_INSERT_HEAD(&ps->macros, m, entry);
}

/* One token, without regard to includes. */
static int
lex_raw(struct parser *ps, const char **text)
{
	struct lex_file *f = ps->file;
	int c;

	lex_skip_blank(f);
	ps->pos.file = f->name;
	ps->pos.line = f->line;
	if ((c = lex_peek(f, 0)) == EOF) {
		if (f->ended)
			return 0;
		/* The last line may lack its newline. */
		f->ended = true;
		return '\n';
	}
	if (c == '"')
		return lex_string(ps, text);
	if (c == '$')
		return lex_macro(ps, text);
	if (is_word(c))
		return lex_word(ps, text);
	f->off++;
	if (c == '\n')
		f->line++;
	if (c == '\n' || c == '{' || c == '}' || c == ',')
		return c;
	if (isprint(c))
		return lex_error(ps, "unexpected '%c'", c);
	return lex_error(ps, "unexpected byte 0x%02x", (unsigned int)c);
}

/* Behind the word include: a name, relative to the folder of this file. */
static int
lex_include(struct parser *ps)
{
	struct conf_pos pos = ps->pos;
	const char *text = NULL, *slash, *base = ps->file->name;
	char path[STRING_LEN_MAX * 2];
	size_t off = ps->file->off;
	int token, n = 0, line = ps->file->line;

	if (!ps->fresh)
		return lex_error(ps, "include must begin a line");
	token = lex_raw(ps, &text);
	if (token != STRING && token != MACRO) {
		ps->file->off = off;
		ps->file->line = line;
		ps->file->ended = false;
		return lex_error(ps, "include wants a file name in quotes");
	}
	if (text[0] != '/' && (slash = strrchr(base, '/')) != NULL)
		n = (int)(slash - base) + 1;
	snprintf(path, sizeof(path), "%.*s%s", n, base, text);
	lex_push(ps, path, &pos);
	return INCLUDE;
}

int
lex_token(struct parser *ps, const char **text)
{
	int token;

	for (;;) {
		strlcpy(ps->token, "", sizeof(ps->token));
		token = lex_raw(ps, text);
		if (token == INCLUDE)
			token = lex_include(ps);
		if (token == 0 && ps->file->up != NULL) {
			lex_pop(ps);
			continue;
		}
		if (token != INCLUDE)
			break;
	}
	ps->first = ps->fresh;
	ps->fresh = token == '\n' || token == '{';
	return token;
}

void
lex_skip_block(struct parser *ps)
{
	const char *text;
	int depth = 1, token;
	struct conf_pos pos = ps->pos;

	ps->quiet = true;
	while (depth > 0) {
		token = lex_raw(ps, &text);
		if (token == 0 && ps->file->up == NULL)
			break;
		if (token == 0)
			lex_pop(ps);
		else if (token == '{')
			depth++;
		else if (token == '}')
			depth--;
	}
	ps->quiet = false;
	if (depth > 0 && !ps->unclosed) {
		conf_error(ps, &pos, "'{' without its '}'");
		ps->unclosed = true;
	}
}

size_t
lex_distance(const char *a, const char *b)
{
	size_t row[3][32], i, j, best, la = strlen(a), lb = strlen(b);

	if (la >= 32 || lb >= 32)
		return 32;
	for (j = 0; j <= lb; j++)
		row[0][j] = j;
	for (i = 1; i <= la; i++) {
		row[i % 3][0] = i;
		for (j = 1; j <= lb; j++) {
			best = row[(i - 1) % 3][j - 1] +
			    (a[i - 1] == b[j - 1] ? 0 : 1);
			if (row[(i - 1) % 3][j] + 1 < best)
				best = row[(i - 1) % 3][j] + 1;
			if (row[i % 3][j - 1] + 1 < best)
				best = row[i % 3][j - 1] + 1;
			/* Two letters in each other's place are one change. */
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    row[(i - 2) % 3][j - 2] + 1 < best)
				best = row[(i - 2) % 3][j - 2] + 1;
			row[i % 3][j] = best;
		}
	}
	return row[la % 3][lb];
}
