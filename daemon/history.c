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
 * The history. Runs in the parent. Its file has a JSON object on each line
 * and is appended to without waiting for the disk; when it has grown, it is
 * written anew from what is in memory. It is read at the start, by whoever it
 * was written: no line is trusted. Nothing here may end or hold up kafkad.
 */

#include <sys/queue.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "history.h"
#include "line.h"
#include "log.h"
#include "made.h"

#define HISTORY_FILE "history"
#define HISTORY_TEMP_FILE "history.new"
#define HISTORY_READ_MAX (16 * 1024 * 1024) /* of a file, its end */
#define HISTORY_DEPTH 4 /* of the JSON of a line */
#define NAME_SIZE 256
#define TEXT_SIZE 768
#define WHO_SIZE 256
#define RECORD_COST 64 /* bytes that a record takes beside its texts */
#define RETRY 5000 /* ms from a failure to the next try */

struct record {
	TAILQ_ENTRY(record) entry;
	uint64_t serial; /* in the order in which they came */
	int64_t time;
	bool warn;
	const char *who; /* in text, behind the text */
	const char *subject;
	char text[];
};

TAILQ_HEAD(records, record);

struct subject {
	char name[NAME_SIZE];
	struct records records;
	size_t n;
	size_t bytes;
};

struct history {
	char path[PATH_MAX];
	char temp[PATH_MAX];
	bool (*lives)(void *arg, const char *subject);
	void *arg;
	struct subject **subjects; /* in the order of their names */
	size_t nsubjects;
	size_t nrecords;
	uint64_t serial;
	int fd; /* of the file, -1: only if off */
	off_t size;
	off_t most; /* size at which it is written anew */
	bool broken; /* its last line is not whole */
	bool failed; /* which was logged */
	bool off; /* what is there was not read, and must stay */
	int64_t retry; /* after a failure not before then */
};

static size_t
record_cost(const struct record *r)
{
	return RECORD_COST + (size_t)(r->who - r->text) + strlen(r->who) + 1;
}

static void
subject_drop_first(struct history *h, struct subject *s)
{
	struct record *r = TAILQ_FIRST(&s->records);

	TAILQ_REMOVE(&s->records, r, entry);
	s->n--;
	s->bytes -= record_cost(r);
	h->nrecords--;
	free(r);
}

/* Where the subject is, or should be. */
static size_t
subject_place(const struct history *h, const char *name, bool *found)
{
	size_t low = 0, high = h->nsubjects, middle;
	int cmp;

	*found = false;
	while (low < high) {
		middle = low + (high - low) / 2;
		cmp = strcmp(h->subjects[middle]->name, name);
		if (cmp == 0) {
			*found = true;
			return middle;
		}
		if (cmp < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
subject_forget(struct history *h, size_t place)
{
	struct subject *s = h->subjects[place];

	while (s->n > 0)
		subject_drop_first(h, s);
	free(s);
	h->nsubjects--;
	memmove(&h->subjects[place], &h->subjects[place + 1],
	    (h->nsubjects - place) * sizeof(struct subject *));
}

static bool
subject_lives(const struct history *h, const struct subject *s)
{
	return s->name[0] == '\0' || h->lives(h->arg, s->name);
}

/* The one that is missed least: of those that are no more, the oldest. */
static void
subject_make_room(struct history *h)
{
	const struct record *r;
	size_t i, least = 0;
	uint64_t least_serial = 0;
	bool least_lives = true, lives;

	for (i = 0; i < h->nsubjects; i++) {
		lives = subject_lives(h, h->subjects[i]);
		r = TAILQ_LAST(&h->subjects[i]->records, records);
		if (i > 0 &&
		    (lives != least_lives ? lives : r->serial >= least_serial))
			continue;
		least = i;
		least_lives = lives;
		least_serial = r->serial;
	}
	subject_forget(h, least);
}

static struct subject *
subject_get(struct history *h, const char *name)
{
	struct subject *s, **list;
	size_t place;
	bool found;

	place = subject_place(h, name, &found);
	if (found)
		return h->subjects[place];
	if (h->nsubjects == HISTORY_SUBJECTS) {
		subject_make_room(h);
		place = subject_place(h, name, &found);
	}
	list = reallocarray(h->subjects, h->nsubjects + 1,
	    sizeof(struct subject *));
	if (list == NULL)
		return NULL;
	h->subjects = list;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	strlcpy(s->name, name, sizeof(s->name));
	TAILQ_INIT(&s->records);
	memmove(&list[place + 1], &list[place],
	    (h->nsubjects - place) * sizeof(struct subject *));
	list[place] = s;
	h->nsubjects++;
	return s;
}

/* Instances that have been gone for long. */
static void
history_expire(struct history *h)
{
	int64_t before = clock_wall() / 1000 - HISTORY_KEEP;
	size_t i = 0;

	while (i < h->nsubjects) {
		if (TAILQ_LAST(&h->subjects[i]->records, records)->time <
			before &&
		    !subject_lives(h, h->subjects[i]))
			subject_forget(h, i);
		else
			i++;
	}
}

/* Without memory for it the event is forgotten: then NULL. */
static struct record *
history_keep(struct history *h, const struct history_event *e)
{
	char text[TEXT_SIZE], who[WHO_SIZE];
	struct subject *s;
	struct record *r;
	size_t len, wholen, cost;

	strlcpy(text, e->text, sizeof(text));
	strlcpy(who, e->who, sizeof(who));
	len = strlen(line_clean(text)) + 1;
	wholen = strlen(line_clean(who)) + 1;
	if ((r = malloc(sizeof(*r) + len + wholen)) == NULL)
		return NULL;
	if ((s = subject_get(h, e->subject)) == NULL) {
		free(r);
		return NULL;
	}
	memcpy(r->text, text, len);
	memcpy(r->text + len, who, wholen);
	r->who = r->text + len;
	r->subject = s->name;
	r->time = e->time;
	r->warn = e->warn;
	r->serial = ++h->serial;
	cost = record_cost(r);
	while (s->n > 0 &&
	    (s->n >= HISTORY_EVENTS || s->bytes + cost > HISTORY_BYTES))
		subject_drop_first(h, s);
	TAILQ_INSERT_TAIL(&s->records, r, entry);
	s->n++;
	s->bytes += cost;
	h->nrecords++;
	return r;
}

static int
record_compare(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;

	return (*x)->serial < (*y)->serial ? -1 : (*x)->serial > (*y)->serial;
}

/* A list to be freed of the records, the oldest first; NULL without memory. */
static struct record **
history_list(const struct history *h, const char *subject, const char *also,
    size_t *n)
{
	struct record **list, *r;
	const struct subject *s;
	size_t i;

	*n = 0;
	if ((list = calloc(h->nrecords + 1, sizeof(struct record *))) == NULL)
		return NULL;
	for (i = 0; i < h->nsubjects; i++) {
		s = h->subjects[i];
		if (subject != NULL && strcmp(s->name, subject) != 0 &&
		    (also == NULL || strcmp(s->name, also) != 0))
			continue;
		TAILQ_FOREACH(r, &s->records, entry)
			list[(*n)++] = r;
	}
	qsort(list, *n, sizeof(struct record *), record_compare);
	return list;
}

/* Returns whether all of it was written. */
static bool
history_write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, text, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* Writes the record's line. Returns its length, or -1 with errno. */
static ssize_t
record_write(int fd, const struct record *r)
{
	struct json_object *o = json_object_new_object();
	const char *text;
	size_t len;
	bool good;

	made_put(o, "time", json_object_new_int64(r->time));
	made_put(o, "subject", json_object_new_string(r->subject));
	made_put(o, "level", json_object_new_string(r->warn ? "warn" : "info"));
	made_put(o, "text", json_object_new_string(r->text));
	if (r->who[0] != '\0')
		made_put(o, "who", json_object_new_string(r->who));
	text = made_text(o, JSON_C_TO_STRING_PLAIN);
	len = strlen(text);
	good =
	    history_write_all(fd, text, len) && history_write_all(fd, "\n", 1);
	json_object_put(o);
	return good ? (ssize_t)len + 1 : -1;
}

static void
history_fail(struct history *h, const char *path)
{
	if (!h->failed)
		log_warn("history: cannot write %s; it is kept in memory only",
		    path);
	h->failed = true;
	h->retry = clock_now() + RETRY;
}

static void
history_use(struct history *h, int fd, off_t size)
{
	close(h->fd);
	h->fd = fd;
	h->size = size;
	h->broken = false;
	h->most = 2 * size + HISTORY_SLACK;
}

static int
history_create(const char *path, int flags)
{
	return openat(AT_FDCWD, path,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
		flags,
	    0600);
}

/* Returns the bytes written to a new file, or -1 with errno. */
static off_t
history_write_file(struct history *h, int fd)
{
	struct record **list;
	off_t size = 0;
	ssize_t len;
	size_t i, n;

	history_expire(h);
	if ((list = history_list(h, NULL, NULL, &n)) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		if ((len = record_write(fd, list[i])) == -1)
			break;
		size += len;
	}
	free(list);
	return i < n ? -1 : size;
}

/* Writes the whole file anew. Returns false, with errno, if that fails. */
static bool
history_renew(struct history *h)
{
	int fd = history_create(h->temp, O_TRUNC), saved;
	off_t size;

	if (fd == -1)
		return false;
	size = history_write_file(h, fd);
	if (size != -1 && renameat(AT_FDCWD, h->temp, AT_FDCWD, h->path) == 0) {
		history_use(h, fd, size);
		return true;
	}
	saved = errno;
	close(fd);
	unlinkat(AT_FDCWD, h->temp, 0);
	errno = saved;
	return false;
}

static bool
history_append(struct history *h, const struct record *r)
{
	ssize_t len;

	/* What is left of a line must not spoil this one. */
	if (h->broken && !history_write_all(h->fd, "\n", 1))
		return false;
	len = record_write(h->fd, r);
	h->broken = len == -1;
	h->size += len == -1 ? 0 : len;
	return len != -1;
}

/* After a failure the file lacks something: then it is written anew. */
static void
history_write(struct history *h, const struct record *r)
{
	if (h->off || (h->failed && clock_now() < h->retry))
		return;
	if (!h->failed && h->size < h->most) {
		if (!history_append(h, r))
			history_fail(h, h->path);
		return;
	}
	if (!history_renew(h)) {
		history_fail(h, h->temp);
		return;
	}
	if (h->failed)
		log_info("history: %s can be written again", h->path);
	h->failed = false;
}

static const char *
line_field(struct json_object *o, const char *name, const char *missing)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v))
		return missing;
	if (!json_object_is_type(v, json_type_string))
		return NULL;
	return json_object_get_string(v);
}

/* Returns whether the line was good. */
static bool
history_read_object(struct history *h, struct json_object *o)
{
	struct history_event e = { .who = line_field(o, "who", "") };
	const char *level = line_field(o, "level", NULL);
	struct json_object *v;

	e.subject = line_field(o, "subject", NULL);
	e.text = line_field(o, "text", NULL);
	if (e.subject == NULL || e.text == NULL || e.who == NULL ||
	    level == NULL || strlen(e.subject) >= NAME_SIZE ||
	    line_check(e.subject, strlen(e.subject)) != NULL ||
	    !json_object_object_get_ex(o, "time", &v) ||
	    !json_object_is_type(v, json_type_int))
		return false;
	e.time = json_object_get_int64(v);
	e.warn = strcmp(level, "warn") == 0;
	history_keep(h, &e);
	return true;
}

static bool
history_read_line(struct history *h, const char *line, size_t len)
{
	struct json_tokener *tok;
	struct json_object *o;
	bool good = false;

	if (len > LINE_REPLY_MAX || line_check(line, len) != NULL ||
	    (tok = json_tokener_new_ex(HISTORY_DEPTH)) == NULL)
		return false;
	o = json_tokener_parse_ex(tok, line, (int)len);
	if (json_tokener_get_error(tok) == json_tokener_success &&
	    json_tokener_get_parse_end(tok) == len &&
	    json_object_is_type(o, json_type_object))
		good = history_read_object(h, o);
	json_object_put(o);
	json_tokener_free(tok);
	return good;
}

/* Takes the lines one by one; bad ones are counted, and nothing else. */
static void
history_read_text(struct history *h, const char *text, size_t len)
{
	const char *end, *lf;
	size_t bad = 0, lines = 0, first = 0;

	for (end = text + len; text < end; text = lf + 1) {
		lf = memchr(text, '\n', (size_t)(end - text));
		h->broken = lf == NULL;
		if (lf == NULL)
			lf = end;
		lines++;
		/* The end of a line that was cut before. */
		if (lf == text ||
		    history_read_line(h, text, (size_t)(lf - text)))
			continue;
		if (bad++ == 0)
			first = lines;
	}
	if (bad > 0)
		log_warnx("history: %s: %zu of %zu lines are damaged and left "
			  "out, the first is line %zu",
		    h->path, bad, lines, first);
}

/* Reads the file, from its last HISTORY_READ_MAX bytes on. */
static bool
history_read(struct history *h)
{
	off_t from = 0;
	size_t want, len = 0;
	struct stat st;
	ssize_t n = 0;
	char *text;

	if (fstat(h->fd, &st) == -1)
		return false;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return false;
	}
	if (st.st_size > HISTORY_READ_MAX)
		from = st.st_size - HISTORY_READ_MAX;
	want = (size_t)(st.st_size - from);
	if ((text = malloc(want + 1)) == NULL)
		fatalx("no memory");
	while (len < want &&
	    (n = pread(h->fd, text + len, want - len, from + (off_t)len)) > 0)
		len += (size_t)n;
	if (n != -1)
		history_read_text(h, text, len);
	free(text);
	h->size = st.st_size;
	return n != -1;
}

/* About how long the file would be if it were written anew. */
static off_t
history_estimate(const struct history *h)
{
	off_t size = 0;
	size_t i;

	for (i = 0; i < h->nsubjects; i++)
		size += (off_t)(h->subjects[i]->bytes +
		    h->subjects[i]->n * strlen(h->subjects[i]->name));
	return size;
}

struct history *
history_open(const char *dir, bool (*lives)(void *arg, const char *subject),
    void *arg)
{
	struct history *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		fatalx("no memory");
	h->lives = lives;
	h->arg = arg;
	snprintf(h->path, sizeof(h->path), "%s/%s", dir, HISTORY_FILE);
	snprintf(h->temp, sizeof(h->temp), "%s/%s", dir, HISTORY_TEMP_FILE);
	h->fd = history_create(h->path, 0);
	if (h->fd == -1 || !history_read(h)) {
		log_warn("history: cannot read %s; until kafkad is started "
			 "again it is kept in memory only",
		    h->path);
		h->off = true;
	}
	h->most = 2 * history_estimate(h) + HISTORY_SLACK;
	return h;
}

void
history_close(struct history *h)
{
	if (h == NULL)
		return;
	while (h->nsubjects > 0)
		subject_forget(h, h->nsubjects - 1);
	free(h->subjects);
	if (h->fd != -1)
		close(h->fd);
	free(h);
}

void
history_add(struct history *h, const char *subject, bool warn, const char *who,
    const char *text)
{
	const struct history_event e = {
		.subject = subject,
		.time = clock_wall() / 1000,
		.warn = warn,
		.text = text,
		.who = who != NULL ? who : "",
	};
	const struct record *r;

	if (h != NULL && (r = history_keep(h, &e)) != NULL)
		history_write(h, r);
}

static struct history_event
record_event(const struct record *r)
{
	return (struct history_event) { .subject = r->subject,
		.time = r->time,
		.warn = r->warn,
		.text = r->text,
		.who = r->who };
}

bool
history_last(const struct history *h, const char *subject,
    bool (*fits)(const char *start, const struct history_event *e),
    const char *start, struct history_event *e)
{
	const struct record *r;
	size_t place;
	bool found;

	if (h == NULL)
		return false;
	place = subject_place(h, subject, &found);
	if (!found)
		return false;
	TAILQ_FOREACH_REVERSE(r, &h->subjects[place]->records, records, entry) {
		*e = record_event(r);
		if (fits(start, e))
			return true;
	}
	return false;
}

size_t
history_each(struct history *h, const char *subject, const char *also,
    size_t max, void (*f)(void *arg, const struct history_event *e), void *arg)
{
	struct history_event e;
	struct record **list;
	size_t i, n;

	if (h == NULL || (list = history_list(h, subject, also, &n)) == NULL)
		return 0;
	for (i = n > max ? n - max : 0; i < n; i++) {
		e = record_event(list[i]);
		f(arg, &e);
	}
	free(list);
	return n < max ? n : max;
}
