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
 * Tests of the state on disk: what is used when files are damaged, cut or
 * missing, what is never overwritten, the lock, and disks that fail.
 */

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"
#include "scratch.h"
#include "store.h"

#define WALL INT64_C(1790000000000)
#define MAIN "state.json"
#define BACKUP "state.json.backup"
#define DAMAGED "state.json.damaged"

/* A folder of its own, with a core whose cluster is saved there. */
struct place {
	char dir[128];
	struct core *k;
	struct store *store;
	char err[STORE_ERR];
	enum store_found found;
};

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	scratch_name(p->dir, sizeof(p->dir), "test_store");
	assert_non_null(mkdtemp(p->dir));
	p->k = core_new(1, 1);
	p->store = store_open(p->dir, p->err);
	if (p->store == NULL)
		fail_msg("%s", p->err);
	*state = p;
	return 0;
}

static const char *
path(const struct place *p, const char *name)
{
	static char buf[256];

	snprintf(buf, sizeof(buf), "%s/%s", p->dir, name);
	return buf;
}

static int
teardown(void **state)
{
	static const char *const names[] = { MAIN, BACKUP, DAMAGED,
		"state.json.new", "lock" };
	struct place *p = *state;
	size_t i;

	store_close(p->store);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path(p, names[i]));
	assert_int_equal(rmdir(p->dir), 0);
	core_free(p->k);
	free(p);
	return 0;
}

/* Saves with this number, by which a state is told from another. */
static void
save(struct place *p, uint64_t n)
{
	p->k->c->next_task = n;
	if (store_save(p->store, p->k->c, p->k->now, WALL, p->err) == -1)
		fail_msg("%s", p->err);
}

/* Loads as a new kafkad would. Returns the number, or 0 if it is refused. */
static uint64_t
load(struct place *p)
{
	struct store *s;
	uint64_t n = 0;

	store_close(p->store);
	p->store = s = store_open(p->dir, p->err);
	assert_non_null(s);
	cluster_free(p->k->c);
	p->k->c = cluster_new(&p->k->conf);
	if (store_load(s, p->k->c, &p->found, p->k->now, WALL, p->err) == 0 &&
	    cluster_configure(p->k->c, &p->k->conf) == 0)
		n = p->k->c->next_task;
	return n;
}

static bool
there(struct place *p, const char *name)
{
	return access(path(p, name), F_OK) == 0;
}

static void
put(struct place *p, const char *name, const char *text)
{
	int fd = open(path(p, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void
check_text(struct place *p, const char *name, const char *want)
{
	char buf[8192] = "";
	int fd = open(path(p, name), O_RDONLY);

	assert_int_not_equal(fd, -1);
	assert_true(read(fd, buf, sizeof(buf) - 1) >= 0);
	close(fd);
	assert_string_equal(buf, want);
}

static void
test_fresh(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p), 1);
	assert_int_equal(p->found, STORE_FRESH);
	assert_string_equal(p->err, "");
	core_has(store_path(p->store), p->dir);
}

static void
test_save_and_load(void **state)
{
	struct place *p = *state;
	struct stat st;

	save(p, 5);
	assert_false(there(p, BACKUP));
	save(p, 6);
	assert_true(there(p, BACKUP));
	assert_false(there(p, "state.json.new"));
	assert_int_equal(stat(path(p, MAIN), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(load(p), 6);
	assert_int_equal(p->found, STORE_GOOD);
	assert_false(p->k->c->behind);
	/* The one before is the backup. */
	unlink(path(p, MAIN));
	assert_int_equal(load(p), 5);
}

static void
check_behind(struct place *p, uint64_t want)
{
	assert_int_equal(load(p), want);
	assert_int_equal(p->found, STORE_BACKUP);
	assert_true(p->k->c->behind);
	assert_int_equal(p->k->c->behind_until,
	    p->k->now + p->k->conf.agent_timeout);
	assert_true(p->k->c->dirty);
	core_has(p->err, "using its backup");
}

static void
test_damaged(void **state)
{
	struct place *p = *state;

	save(p, 5);
	save(p, 6);
	put(p, MAIN, "{}\nsha256 x\n");
	check_behind(p, 5);
	core_has(p->err, "cut off or damaged");
	/* Reading changes nothing. */
	check_text(p, MAIN, "{}\nsha256 x\n");
	save(p, 7);
	check_text(p, DAMAGED, "{}\nsha256 x\n");
	assert_int_equal(load(p), 7);
	assert_int_equal(p->found, STORE_GOOD);
	/* The good backup was not replaced by a bad one. */
	unlink(path(p, MAIN));
	assert_int_equal(load(p), 5);
}

static void
test_missing(void **state)
{
	struct place *p = *state;

	save(p, 5);
	save(p, 6);
	unlink(path(p, MAIN));
	check_behind(p, 5);
	core_has(p->err, "it is missing");
	save(p, 7);
	assert_false(there(p, DAMAGED));
	assert_int_equal(load(p), 7);
}

static void
test_empty(void **state)
{
	struct place *p = *state;

	save(p, 5);
	save(p, 6);
	put(p, MAIN, "");
	check_behind(p, 5);
}

/* The state is bad and there is nothing else: nothing is obeyed or lost. */
static void
test_both_bad(void **state)
{
	struct place *p = *state;

	save(p, 5);
	save(p, 6);
	put(p, MAIN, "one");
	put(p, BACKUP, "two");
	assert_int_equal(load(p), 0);
	core_has(p->err, "no good backup");
	core_has(p->err, MAIN);
	check_text(p, MAIN, "one");
	check_text(p, BACKUP, "two");
	unlink(path(p, BACKUP));
	assert_int_equal(load(p), 0);
	core_has(p->err, "(none)");
	unlink(path(p, MAIN));
	put(p, BACKUP, "two");
	assert_int_equal(load(p), 0);
	check_text(p, BACKUP, "two");
}

/* A folder in its place, or no right to read: no reason for the backup. */
static void
test_not_a_file(void **state)
{
	struct place *p = *state;

	save(p, 5);
	save(p, 6);
	unlink(path(p, MAIN));
	assert_int_equal(mkdir(path(p, MAIN), 0700), 0);
	assert_int_equal(load(p), 0);
	core_has(p->err, MAIN);
	assert_int_equal(rmdir(path(p, MAIN)), 0);
}

static void
test_lock(void **state)
{
	struct place *p = *state;
	char err[STORE_ERR];

	assert_null(store_open(p->dir, err));
	core_has(err, "another kafkad uses this state");
	store_close(p->store);
	p->store = store_open(p->dir, err);
	assert_non_null(p->store);
	assert_null(store_open("/nonexistent/folder", err));
	core_has(err, "/nonexistent/folder");
}

/* No room: what was saved before is still there, and the next try works. */
static void
test_no_room(void **state)
{
	struct place *p = *state;
	struct rlimit old, none;

	save(p, 5);
	save(p, 6);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = old;
	none.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	p->k->c->next_task = 7;
	assert_int_equal(store_save(p->store, p->k->c, p->k->now, WALL, p->err),
	    -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	core_has(p->err, "cannot save");
	core_has(p->err, strerror(EFBIG));
	assert_false(there(p, "state.json.new"));
	assert_int_equal(load(p), 6);
	save(p, 7);
	assert_int_equal(load(p), 7);
}

static void
test_read_only(void **state)
{
	struct place *p = *state;

	save(p, 5);
	if (geteuid() == 0) {
		/* Root may write anywhere; a folder in the way stops it. */
		assert_int_equal(mkdir(path(p, "state.json.new"), 0700), 0);
	} else {
		assert_int_equal(chmod(p->dir, 0500), 0);
	}
	p->k->c->next_task = 6;
	assert_int_equal(store_save(p->store, p->k->c, p->k->now, WALL, p->err),
	    -1);
	core_has(p->err, "cannot save");
	if (geteuid() == 0)
		rmdir(path(p, "state.json.new"));
	chmod(p->dir, 0700);
	assert_int_equal(load(p), 5);
}

/* The saved count wins, until the configuration says something new: once. */
static void
test_counts(void **state)
{
	struct place *p = *state;
	struct service_conf *conf = &p->k->conf.service[SERVICE_KAFKA];
	struct service *s;

	p->k->c->service[SERVICE_KAFKA].count = 5;
	save(p, 5);
	assert_int_equal(load(p), 5);
	s = &p->k->c->service[SERVICE_KAFKA];
	assert_int_equal(s->count, 5);
	assert_int_equal(s->configured, 1);
	conf->count = 3;
	assert_int_equal(load(p), 5);
	s = &p->k->c->service[SERVICE_KAFKA];
	assert_int_equal(s->count, 3);
	assert_int_equal(s->configured, 3);
	assert_true(p->k->c->dirty);
	s->count = 4;
	save(p, 6);
	assert_int_equal(load(p), 6);
	assert_int_equal(p->k->c->service[SERVICE_KAFKA].count, 4);
	assert_false(p->k->c->dirty);
}

/* A state of yesterday is put back while its tasks live on. */
static void
test_old_state(void **state)
{
	static const char *const hosts[] = { "a1", "a2", "a3" };
	struct place *p = *state;
	struct core *k = p->k;
	char newest[ID_MAX], text[65536] = "";
	int fd;

	assert_int_equal(pairs_set(&k->conf.service[SERVICE_KAFKA].options,
			     "zookeeper.connect", "zk:2181"),
	    0);
	core_agents(k, hosts, 3);
	core_play(k, 20000);
	k->c->dirty = false;
	assert_int_equal(store_save(p->store, k->c, k->now, WALL, p->err), 0);
	fd = open(path(p, MAIN), O_RDONLY);
	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	core_end(k, core_task_id(k, "kafka-0"), TASK_FAILED);
	core_play(k, 20000);
	strlcpy(newest, core_task_id(k, "kafka-0"), sizeof(newest));
	save(p, k->c->next_task);
	put(p, MAIN, text);
	assert_int_not_equal(load(p), 0);
	assert_string_not_equal(core_task_id(k, "kafka-0"), newest);
	k->c->barrier = true;
	core_subscribe(k);
	core_run(k);
	core_tell(k, newest, TASK_RUNNING);
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-0"), newest);
	assert_true(k->c->behind);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_fresh),
		T(test_save_and_load),
		T(test_damaged),
		T(test_missing),
		T(test_empty),
		T(test_both_bad),
		T(test_not_a_file),
		T(test_lock),
		T(test_no_room),
		T(test_read_only),
		T(test_counts),
		T(test_old_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
