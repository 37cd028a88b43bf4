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
 * The state on disk. Runs in the parent, and decides what survives: a new
 * state takes the old one's name only when it is durable, the old one stays
 * as backup, and a damaged one is never obeyed and never overwritten.
 */

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "killpoint.h"
#include "log.h"
#include "store.h"

#define STORE_FILE "state.json"
#define STORE_BACKUP_FILE "state.json.backup"
#define STORE_DAMAGED_FILE "state.json.damaged"
#define STORE_DAMAGED_MAX 1000
#define STORE_TEMP_FILE "state.json.new"
#define STORE_LOCK_FILE "lock"
#define STORE_LOCK_TRIES 40 /* of 50 ms */
#define STORE_SIZE_MAX (64 * 1024 * 1024)

struct store {
	char path[PATH_MAX];
	int dir;
	int lock;
	bool keep_damaged; /* what is there is not ours to overwrite */
};

const char *
store_path(const struct store *s)
{
	return s->path;
}

static int
store_lock(struct store *s)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	int i;

	s->lock =
	    openat(s->dir, STORE_LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock == -1)
		return -1;
	for (i = 0; i < STORE_LOCK_TRIES; i++) {
		if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		nanosleep(&pause, NULL);
	}
	errno = EWOULDBLOCK;
	return -1;
}

struct store *
store_open(const char *dir, char *err)
{
	struct store *s;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		snprintf(err, STORE_ERR, "no memory");
		return NULL;
	}
	s->lock = -1;
	snprintf(s->path, sizeof(s->path), "%s/%s", dir, STORE_FILE);
	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir == -1) {
		snprintf(err, STORE_ERR, "%s: %s", dir, strerror(errno));
		store_close(s);
		return NULL;
	}
	if (store_lock(s) == -1) {
		if (errno == EWOULDBLOCK)
			snprintf(err, STORE_ERR,
			    "%s: another kafkad uses this "
			    "state",
			    dir);
		else
			snprintf(err, STORE_ERR, "%s/%s: %s", dir,
			    STORE_LOCK_FILE, strerror(errno));
		store_close(s);
		return NULL;
	}
	return s;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->lock != -1)
		close(s->lock);
	if (s->dir != -1)
		close(s->dir);
	free(s);
}

/* Reads a whole file of the folder. NULL with errno; ENOENT: there is none. */
static char *
store_read(struct store *s, const char *name, size_t *len)
{
	struct stat st;
	char *buf = NULL;
	ssize_t n = 0;
	int fd;

	*len = 0;
	if ((fd = openat(s->dir, name, O_RDONLY | O_CLOEXEC)) == -1)
		return NULL;
	if (fstat(fd, &st) == -1)
		goto fail;
	if (!S_ISREG(st.st_mode) || st.st_size > STORE_SIZE_MAX) {
		errno = EFBIG;
		goto fail;
	}
	if ((buf = malloc((size_t)st.st_size + 1)) == NULL)
		goto fail;
	while (*len < (size_t)st.st_size &&
	    (n = read(fd, buf + *len, (size_t)st.st_size - *len)) > 0)
		*len += (size_t)n;
	if (n == -1)
		goto fail;
	buf[*len] = '\0';
	close(fd);
	return buf;
fail:
	free(buf);
	close(fd);
	return NULL;
}

/*
 * Tries one file. Returns 1 if it was loaded, 0 if there is none, -1 if it
 * is damaged, -2 if it must stop us whatever the backup says.
 */
static int
store_try(struct store *s, const char *name, struct cluster *c, int64_t now,
    int64_t wall, char *why)
{
	struct cluster *trial;
	size_t len;
	char *text;
	int rc;

	if ((text = store_read(s, name, &len)) == NULL) {
		if (errno == ENOENT)
			return 0;
		snprintf(why, STORE_ERR, "%s", strerror(errno));
		return -2;
	}
	/* Into a cluster of its own first: half a state is none. */
	if ((trial = cluster_new(c->conf)) == NULL) {
		snprintf(why, STORE_ERR, "no memory");
		free(text);
		return -2;
	}
	rc = state_decode(trial, text, len, now, wall, why);
	cluster_free(trial);
	if (rc == 0)
		rc = state_decode(c, text, len, now, wall, why);
	free(text);
	return rc == 0 ? 1 : rc;
}

int
store_load(struct store *s, struct cluster *c, enum store_found *found,
    int64_t now, int64_t wall, char *err)
{
	char why[STORE_ERR] = "it is missing", other[STORE_ERR] = "";
	int rc, rc2;

	*found = STORE_FRESH;
	err[0] = '\0';
	rc = store_try(s, STORE_FILE, c, now, wall, why);
	if (rc == -2) {
		snprintf(err, STORE_ERR, "%s: %.900s", s->path, why);
		return -1;
	}
	if (rc == 1) {
		*found = STORE_GOOD;
		return 0;
	}
	rc2 = store_try(s, STORE_BACKUP_FILE, c, now, wall, other);
	if (rc == 0 && rc2 == 0)
		return 0;
	if (rc2 != 1) {
		snprintf(err, STORE_ERR,
		    "%s: %.300s; and there is no good "
		    "backup (%.200s). Put a good one there, or move this one "
		    "away to begin anew: tasks that run would then be killed",
		    s->path, why, rc2 == 0 ? "none" : other);
		return -1;
	}
	snprintf(err, STORE_ERR, "%s: %.300s; using its backup", s->path, why);
	s->keep_damaged = rc == -1;
	*found = STORE_BACKUP;
	c->behind = true;
	c->behind_until = now + c->conf->agent_timeout;
	c->dirty = true;
	return 0;
}

static int
store_write(struct store *s, const char *text)
{
	size_t len = strlen(text), done = 0;
	ssize_t n;
	int fd;

	/* What could not be read is not written. */
	if (len > STORE_SIZE_MAX) {
		errno = EFBIG;
		return -1;
	}
	KILLPOINT(STATE_WRITE);
	fd = openat(s->dir, STORE_TEMP_FILE,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	KILLPOINT(STATE_OPENED);
	while (done < len) {
		n = write(fd, text + done, len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			goto fail;
		done += (size_t)n;
	}
	KILLPOINT(STATE_WRITTEN);
	if (fsync(fd) == -1)
		goto fail;
	KILLPOINT(STATE_SYNCED);
	return close(fd);
fail:
	n = errno;
	close(fd);
	unlinkat(s->dir, STORE_TEMP_FILE, 0);
	errno = (int)n;
	return -1;
}

/* Moves the damaged file out of the way; it may be the only trace left. */
static int
store_keep_damaged(struct store *s)
{
	char name[64] = STORE_DAMAGED_FILE;
	int i;

	for (i = 1; i < STORE_DAMAGED_MAX; i++) {
		if (renameat2(s->dir, STORE_FILE, s->dir, name,
			RENAME_NOREPLACE) == 0) {
			KILLPOINT(STATE_SET_ASIDE);
			log_warnx("state: the damaged file is kept as %s",
			    name);
			return 0;
		}
		if (errno != EEXIST)
			return -1;
		snprintf(name, sizeof(name), "%s.%d", STORE_DAMAGED_FILE, i);
	}
	return -1;
}

/* The file that is there now becomes the backup; it keeps its name, too. */
static int
store_keep(struct store *s)
{
	if (s->keep_damaged) {
		if (store_keep_damaged(s) == -1)
			return -1;
		s->keep_damaged = false;
		return 0;
	}
	if (faccessat(s->dir, STORE_FILE, F_OK, 0) == -1)
		return errno == ENOENT ? 0 : -1;
	if (unlinkat(s->dir, STORE_BACKUP_FILE, 0) == -1 && errno != ENOENT)
		return -1;
	KILLPOINT(STATE_UNLINKED);
	if (linkat(s->dir, STORE_FILE, s->dir, STORE_BACKUP_FILE, 0) == -1)
		return -1;
	KILLPOINT(STATE_LINKED);
	return 0;
}

/* The new state takes the old one's name, for good. */
static int
store_rename(struct store *s)
{
	if (renameat(s->dir, STORE_TEMP_FILE, s->dir, STORE_FILE) == -1)
		return -1;
	KILLPOINT(STATE_RENAMED);
	if (fsync(s->dir) == -1)
		return -1;
	KILLPOINT(STATE_SAVED);
	return 0;
}

int
store_save(struct store *s, const struct cluster *c, int64_t now, int64_t wall,
    char *err)
{
	char *text;
	int rc = -1;

	if ((text = state_encode(c, now, wall)) == NULL)
		errno = ENOMEM;
	else if (store_write(s, text) == 0 && store_keep(s) == 0 &&
	    store_rename(s) == 0)
		rc = 0;
	if (rc == -1)
		snprintf(err, STORE_ERR, "cannot save %s: %s", s->path,
		    strerror(errno));
	free(text);
	return rc;
}
