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
 * Tests of the format of the state: everything comes back, nothing that was
 * changed by a bit or cut is obeyed, and times survive another clock.
 */

#include <sha2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"
#include "store.h"

#define WALL INT64_C(1790000000000)

static void
fill_task(struct task *t, int64_t now)
{
	strlcpy(t->hostname, "a\"1\\ \xc3\xa9", sizeof(t->hostname));
	t->state = TASK_RUNNING;
	t->reported = t->started = t->check = t->adopted = true;
	t->healthy = HEALTH_BAD;
	t->list = UINT32_MAX;
	t->launched = now - 5000;
	t->running = now - 4000;
	t->healthy_since = now - 3000;
	t->unreachable = now - 2000;
	t->gone_until = now + 6000;
	t->grace = UINT32_MAX;
	t->unanswered = true;
	t->kills = 3;
	t->command = strdup("{}");
}

static void
fill_instance(struct instance *i, int64_t now)
{
	i->id = 77;
	i->stopped = i->leaving = i->restart = i->in_list = i->joined = true;
	i->started_once = i->generated = i->trust_empty = true;
	i->failures = 4;
	i->failures_total = UINT32_MAX;
	i->backoff_until = now + 9000;
	i->down_since = now - 8000;
	i->last_failure = now - 7000;
	memset(i->last_message, 'm', sizeof(i->last_message) - 1);
	i->placement.set = i->placement.firm = true;
	strlcpy(i->placement.agent_id, "S-1", sizeof(i->placement.agent_id));
	strlcpy(i->placement.hostname, "a1", sizeof(i->placement.hostname));
	i->placement.ports[0] = 65535;
	i->placement.ports[2] = 1;
}

/* A cluster with every saved member set to something that is not zero. */
static struct cluster *
filled(const struct cluster_conf *conf, int64_t now)
{
	struct cluster *c = cluster_new(conf);
	struct revision *r;
	struct instance *i;
	struct task *t;

	strlcpy(c->framework_id, "F-\n1", sizeof(c->framework_id));
	c->mode = MODE_TEARDOWN;
	c->next_task = INT64_MAX;
	c->behind = c->imported = c->has_principal = true;
	c->behind_until = now + 60000;
	strlcpy(c->role, "R", sizeof(c->role));
	strlcpy(c->principal, "P", sizeof(c->principal));
	c->service[0].count = 3;
	c->service[0].configured = 2;
	c->service[0].formed = true;
	c->service[0].list = 9;
	c->service[0].revision = 7;
	c->service[0].skipped = 6;
	c->service[0].taken_over = true;
	r = calloc(1, sizeof(*r));
	r->number = 7;
	pairs_add(&r->facts, "image", "a");
	TAILQ_INSERT_TAIL(&c->service[0].revisions, r, entry);
	c->paused = true;
	c->rolled = now - 3000;
	i = service_add(&c->service[0], 2);
	fill_instance(i, now);
	i->task = task_new("zookeeper-2.5", "S-1");
	fill_task(i->task, now);
	i->task->revision = 7;
	i->renew = i->rolling = true;
	service_add(&c->service[1], 0);
	t = task_new("7", "S-2");
	strlcpy(t->instance, "kafka-9", sizeof(t->instance));
	fill_task(t, now);
	TAILQ_INSERT_TAIL(&c->strays, t, entry);
	return c;
}

static struct cluster *
decode(struct core *k, const char *text, int64_t now, int64_t wall)
{
	struct cluster *c = cluster_new(&k->conf);
	char err[STORE_ERR];

	if (state_decode(c, text, strlen(text), now, wall, err) == 0)
		return c;
	fail_msg("refused: %s", err);
	return NULL;
}

/* What was encoded, decoded and encoded again is the same text. */
static void
test_round_trip(void **state)
{
	struct core *k = core_new(1, 1);
	struct cluster *c = filled(&k->conf, k->now), *d;
	char *one = state_encode(c, k->now, WALL), *two;
	struct instance *i;
	struct task *t;

	(void)state;
	assert_non_null(one);
	d = decode(k, one, k->now, WALL);
	two = state_encode(d, k->now, WALL);
	assert_string_equal(one, two);
	assert_string_equal(d->framework_id, "F-\n1");
	assert_int_equal(d->mode, MODE_TEARDOWN);
	assert_true(d->next_task == INT64_MAX);
	i = service_find(&d->service[0], 2);
	assert_non_null(i);
	assert_int_equal(i->id, 77);
	assert_true(i->stopped && i->leaving && i->restart && i->joined);
	assert_int_equal(i->placement.ports[0], 65535);
	assert_int_equal(i->backoff_until, k->now + 9000);
	assert_true(i->renew && i->rolling && d->paused);
	assert_int_equal(i->task->revision, 7);
	assert_int_equal(d->rolled, k->now - 3000);
	assert_int_equal(d->service[0].skipped, 6);
	assert_string_equal(pairs_get(&TAILQ_FIRST(&d->service[0].revisions)
					   ->facts,
				"image"),
	    "a");
	t = TAILQ_FIRST(&d->strays);
	assert_non_null(t);
	assert_string_equal(t->id, "7");
	assert_int_equal(t->unreachable, k->now - 2000);
	/* What is not of another life. */
	assert_false(t->unanswered);
	assert_int_equal(t->kills, 0);
	assert_null(service_find(&d->service[1], 0)->task);
	assert_false(service_find(&d->service[1], 0)->placement.set);
	free(one);
	free(two);
	cluster_free(c);
	cluster_free(d);
	core_free(k);
}

/* Another boot, another monotonic clock: ages are what counts. */
static void
test_times(void **state)
{
	struct core *k = core_new(1, 1);
	struct cluster *c = filled(&k->conf, k->now), *d;
	char *text = state_encode(c, k->now, WALL);
	struct instance *i;

	(void)state;
	d = decode(k, text, 50000, WALL + 1000);
	i = service_find(&d->service[0], 2);
	assert_int_equal(i->task->running, 50000 - 5000);
	assert_int_equal(i->backoff_until, 50000 + 8000);
	assert_int_equal(d->behind_until, 50000 + 59000);
	cluster_free(d);
	/* A wall clock that was set back: nothing happened in the future. */
	d = decode(k, text, 50000, WALL - INT64_C(31536000000));
	i = service_find(&d->service[0], 2);
	assert_int_equal(i->task->running, 50000);
	assert_int_equal(i->task->unreachable, 50000);
	assert_int_equal(i->down_since, 50000);
	/* And nobody waits longer than he ever would. */
	assert_int_equal(i->backoff_until,
	    50000 + k->conf.service[0].backoff_max);
	assert_int_equal(d->behind_until, 50000 + k->conf.agent_timeout);
	cluster_free(d);
	/* Long ago, before this clock began: still not "never". */
	d = decode(k, text, 50000, WALL + INT64_C(31536000000));
	assert_int_equal(service_find(&d->service[0], 2)->task->running, 1);
	cluster_free(d);
	free(text);
	cluster_free(c);
	core_free(k);
}

/* In the same run of the machine a time of day that jumps means nothing. */
static void
test_times_jump(void **state)
{
	static const int64_t jumps[] = { -1, 1 };
	struct core *k = core_new(1, 1);
	struct cluster *c = filled(&k->conf, k->now), *d;
	char *text = state_encode(c, k->now, WALL);
	const struct instance *i, *was = service_find(&c->service[0], 2);
	size_t n;

	(void)state;
	for (n = 0; n < 2; n++) {
		d = decode(k, text, k->now + 1000,
		    WALL + jumps[n] * INT64_C(31536000000));
		i = service_find(&d->service[0], 2);
		assert_int_equal(i->task->running, was->task->running);
		assert_int_equal(i->task->unreachable, was->task->unreachable);
		assert_int_equal(i->backoff_until, was->backoff_until);
		cluster_free(d);
	}
	free(text);
	cluster_free(c);
	core_free(k);
}

/* Another scheduler may be gone by the next start. */
static void
test_mode_saved(void **state)
{
	struct core *k = core_new(1, 1);
	struct cluster *d;
	char *text;

	(void)state;
	k->c->mode = MODE_PASSIVE;
	text = state_encode(k->c, k->now, WALL);
	d = decode(k, text, k->now, WALL);
	/* A restart must not take the framework back by itself. */
	assert_int_equal(d->mode, MODE_PASSIVE);
	cluster_free(d);
	free(text);
	k->c->mode = MODE_REMOVED;
	text = state_encode(k->c, k->now, WALL);
	d = decode(k, text, k->now, WALL);
	assert_int_equal(d->mode, MODE_REMOVED);
	cluster_free(d);
	free(text);
	core_free(k);
}

static void
check_refused(struct core *k, const char *text, size_t len, const char *what)
{
	struct cluster *c = cluster_new(&k->conf);
	char err[STORE_ERR];

	if (state_decode(c, text, len, k->now, WALL, err) == 0)
		fail_msg("obeyed: %s", what);
	assert_int_not_equal(err[0], '\0');
	cluster_free(c);
}

static void
test_each_byte(void **state)
{
	struct core *k = core_new(1, 1);
	struct cluster *c = filled(&k->conf, k->now);
	char *text = state_encode(c, k->now, WALL), what[64];
	size_t len = strlen(text), i;

	(void)state;
	for (i = 0; i < len; i++) {
		snprintf(what, sizeof(what), "byte %zu flipped", i);
		text[i] ^= (char)(1 << i % 8);
		check_refused(k, text, len, what);
		text[i] ^= (char)(1 << i % 8);
		snprintf(what, sizeof(what), "cut at %zu", i);
		check_refused(k, text, i, what);
	}
	text = realloc(text, len + 2);
	assert_non_null(text);
	memcpy(text + len, "\n", 2);
	check_refused(k, text, len + 1, "a line too many");
	free(text);
	cluster_free(c);
	core_free(k);
}

/* The text with one part replaced, and a checksum that is right. */
static char *
forged(const char *text, const char *from, const char *to)
{
	char sum[SHA256_DIGEST_STRING_LENGTH], *all;
	const char *at = strstr(text, from);
	const char *end = strchr(text, '\n');
	char *json;

	if (at == NULL)
		fail_msg("no %s in %s", from, text);
	assert_int_not_equal(asprintf(&json, "%.*s%s%.*s", (int)(at - text),
				 text, to, (int)(end - at - (long)strlen(from)),
				 at + strlen(from)),
	    -1);
	SHA256Data((const uint8_t *)json, strlen(json), sum);
	assert_int_not_equal(asprintf(&all, "%s\nsha256 %s\n", json, sum), -1);
	free(json);
	return all;
}

static void
test_forged(void **state)
{
	static const char *const bad[][2] = {
		{ "\"version\":4", "\"version\":\"4\"" },
		{ "\"version\":4", "\"versio\":4" },
		{ "\"version\":4", "\"version\":0" },
		{ "\"command\":\"{}\"", "\"command\":{}" },
		{ "\"generated\":true,", "" },
		{ "\"mode\":3", "\"mode\":4" },
		{ "\"mode\":3", "\"mode\":-1" },
		{ "\"mode\":3", "\"mode\":3.0" },
		{ "\"behind\":true", "\"behind\":1" },
		{ "\"count\":3", "\"count\":1001" },
		{ "\"count\":3", "\"coun\":3" },
		{ "\"number\":2", "\"number\":-2" },
		{ "\"number\":2", "\"number\":1001" },
		{ "\"number\":0", "\"numbr\":0" },
		{ "65535", "65536" },
		{ "[65535,0,1]", "[65535,0]" },
		{ "[65535,0,1]", "{}" },
		{ "\"id\":\"7\"", "\"id\":5" },
		{ "\"strays\":[", "\"strays\":[[]," },
		{ "\"strays\":[", "\"strays\":[{}," },
		{ "\"name\":\"zookeeper\"", "\"name\":\"zookeepe\"" },
		{ "\"name\":\"zookeeper\"", "\"name\":7" },
		{ "\"name\":\"kafka\"", "\"name\":\"zookeeper\"" },
		{ "\"state\":1", "\"state\":14" },
		{ "\"healthy\":2", "\"healthy\":3" },
		{ "\"placement\":{", "\"placement\":[{" },
		{ "\"task\":{", "\"task\":{\"id\":7,\"x\":{" },
		{ "\"facts\":{\"image\":\"a\"", "\"facts\":{\"image\":1" },
		{ "\"facts\":{\"image\":\"a\"}", "\"facts\":[]" },
		{ "\"number\":7,\"facts\"", "\"number\":0,\"facts\"" },
		{ "\"number\":7,\"facts\"", "\"facts\"" },
		{ "\"revisions\":[", "\"revisions\":[7," },
		{ "{", "[" },
	};
	struct core *k = core_new(1, 1);
	struct cluster *c = filled(&k->conf, k->now);
	char *text, *bent;
	size_t i;

	(void)state;
	service_add(&c->service[0], 0);
	text = state_encode(c, k->now, WALL);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bent = forged(text, bad[i][0], bad[i][1]);
		check_refused(k, bent, strlen(bent), bad[i][1]);
		free(bent);
	}
	/* The forging itself is not what is refused. */
	bent = forged(text, "\"count\":3", "\"count\":4");
	cluster_free(decode(k, bent, k->now, WALL));
	free(bent);
	free(text);
	cluster_free(c);
	core_free(k);
}

static void
test_version(void **state)
{
	struct core *k = core_new(1, 1);
	struct cluster *c = cluster_new(&k->conf);
	char *text = state_encode(k->c, k->now, WALL), err[STORE_ERR];
	char *newer = forged(text, "\"version\":4", "\"version\":5");

	(void)state;
	assert_int_equal(state_decode(c, newer, strlen(newer), k->now, WALL,
			     err),
	    -2);
	core_has(err, "it is of version 5");
	free(newer);
	free(text);
	cluster_free(c);
	core_free(k);
}

/* Takes from the text what a version brought; without it, it is refused. */
static char *
without(struct core *k, char *text, const char *const *brought, size_t n)
{
	char *older, err[STORE_ERR];
	struct cluster *d;

	for (; n > 0; n--, brought++) {
		older = forged(text, *brought, "");
		d = cluster_new(&k->conf);
		assert_int_equal(state_decode(d, older, strlen(older), k->now,
				     WALL, err),
		    -1);
		if (strstr(err, "missing") == NULL &&
		    strstr(err, "not a list") == NULL)
			fail_msg("without %s: %s", *brought, err);
		cluster_free(d);
		free(text);
		text = older;
	}
	return text;
}

/* What a version brought is missing before it, and means nothing there. */
static void
test_older(void **state)
{
	static const char *const brought4[] = { "\"taken_over\":true,",
		"\"taken_over\":false,", ",\"gone_until\":0", ",\"grace\":0" };
	static const char *const brought3[] = { "\"paused\":false,",
		"\"rolled\":0,", "\"revision\":0,", "\"skipped\":0,",
		"\"revisions\":[],", "\"renew\":false,", "\"rolling\":false,",
		",\"revision\":0", "\"revision\":0,", "\"skipped\":0,",
		"\"revisions\":[]," };
	static const char *const brought2[] = { "\"imported\":true,",
		"\"role\":\"\",", "\"has_principal\":false,",
		"\"principal\":\"\",", "\"generated\":false,",
		"\"trust_empty\":false,", "\"instance\":\"zookeeper-0\",",
		",\"command\":null" };
	struct core *k = core_new(1, 0);
	struct instance *i = service_add(&k->c->service[0], 0);
	char *text, *older;
	struct cluster *d;

	(void)state;
	i->task = task_new("zookeeper-0.5", "S-1");
	k->c->service[0].taken_over = k->c->imported = true;
	text = state_encode(k->c, k->now, WALL);
	text =
	    without(k, text, brought4, sizeof(brought4) / sizeof(brought4[0]));
	older = forged(text, "\"version\":4", "\"version\":3");
	d = decode(k, older, k->now, WALL);
	/* Then all of it was, or nothing. */
	assert_true(d->service[0].taken_over && d->service[1].taken_over);
	cluster_free(d);
	free(older);
	text =
	    without(k, text, brought3, sizeof(brought3) / sizeof(brought3[0]));
	older = forged(text, "\"version\":4", "\"version\":2");
	d = decode(k, older, k->now, WALL);
	assert_int_equal(cluster_find(d, "zookeeper-0")->task->revision, 0);
	cluster_free(d);
	free(older);
	text =
	    without(k, text, brought2, sizeof(brought2) / sizeof(brought2[0]));
	older = forged(text, "\"version\":4", "\"version\":1");
	d = decode(k, older, k->now, WALL);
	assert_false(d->imported || d->service[0].taken_over);
	assert_null(cluster_find(d, "zookeeper-0")->task->command);
	assert_string_equal(cluster_find(d, "zookeeper-0")->task->instance,
	    "zookeeper-0");
	cluster_free(d);
	free(older);
	free(text);
	core_free(k);
}

/* A whole cluster that has lived, not one made up. */
static void
test_lived(void **state)
{
	static const char *const hosts[] = { "a1", "a2", "a3", "a4" };
	struct core *k = core_new(3, 3);
	struct cluster *d;
	char *one, *two;

	(void)state;
	core_agents(k, hosts, 4);
	core_play(k, 60000);
	core_end(k, core_task_id(k, "kafka-1"), TASK_FAILED);
	one = state_encode(k->c, k->now, WALL);
	d = decode(k, one, k->now, WALL);
	two = state_encode(d, k->now, WALL);
	assert_string_equal(one, two);
	free(one);
	free(two);
	cluster_free(d);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_times_jump),
		cmocka_unit_test(test_mode_saved),
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_older),
		cmocka_unit_test(test_lived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
