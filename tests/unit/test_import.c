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
 * Tests of the take-over from the Go framework: its recorded framework.json,
 * and what that file may look like otherwise.
 */

#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "config/conf.h"
#include "core/pack.h"
#include "core.h"
#include "import.h"
#include "scratch.h"

#define RECORDED "tests/captures/12-go-framework/framework.json"
#define KILLED "tests/captures/12-go-framework/framework-after-kill.json"
#define AGENT "04f8e151-29f8-424a-b454-08dfbf6de0f1-S"
#define NOW INT64_C(1000000)
#define WALL INT64_C(1795375000000) /* two minutes after the recording */

/* A folder with the file as it is, or as a test has bent it. */
struct kit {
	char dir[128];
	char path[160];
	struct conf *conf;
	struct cluster *c;
	struct json_object *file;
	char err[STORE_ERR];
};

static void
kit_open(struct kit *k, const char *from)
{
	memset(k, 0, sizeof(*k));
	scratch_name(k->dir, sizeof(k->dir), "kafkad-import");
	assert_non_null(mkdtemp(k->dir));
	snprintf(k->path, sizeof(k->path), "%s/framework.json", k->dir);
	assert_non_null(k->conf = conf_new());
	assert_non_null(k->conf->import = strdup(k->dir));
	assert_non_null(k->c = cluster_new(&k->conf->cluster));
	assert_non_null(k->file = json_object_from_file(from));
}

static int
kit_load(struct kit *k)
{
	if (k->file != NULL)
		assert_int_equal(json_object_to_file(k->path, k->file), 0);
	chmod(k->path, 0644);
	return import_load(k->conf, k->c, NOW, WALL, k->err);
}

static void
kit_close(struct kit *k)
{
	unlink(k->path);
	rmdir(k->path);
	rmdir(k->dir);
	json_object_put(k->file);
	cluster_free(k->c);
	conf_free(k->conf);
}

static struct json_object *
get(struct json_object *o, const char *name)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, name, &v);
	return v;
}

/* State.ID.PART.NAME becomes this; NULL: nothing. */
static void
bend(struct kit *k, const char *id, const char *part, const char *name,
    const char *json)
{
	struct json_object *o = get(get(k->file, "State"), id);

	if (part != NULL)
		o = get(o, part);
	if (json == NULL)
		json_object_object_del(o, name);
	else
		json_object_object_add(o, name, json_tokener_parse(json));
}

static struct instance *
instance(struct kit *k, const char *name)
{
	struct instance *i = cluster_find(k->c, name);

	if (i == NULL)
		fail_msg("there is no %s", name);
	return i;
}

static void
test_recorded(void **state)
{
	struct instance *i;
	struct kit k;
	char *status;

	(void)state;
	kit_open(&k, RECORDED);
	k.conf->cluster.service[SERVICE_KAFKA].count = 2;
	assert_int_equal(kit_load(&k), 1);
	assert_string_equal(k.c->framework_id,
	    "04f8e151-29f8-424a-b454-08dfbf6de0f1-0000");
	assert_true(k.c->imported);
	assert_string_equal(k.c->role, "kafka");
	/* There, and empty. */
	assert_true(k.c->has_principal);
	assert_string_equal(k.c->principal, "");
	assert_int_equal(k.c->next_task, 5);
	assert_int_equal(k.c->service[SERVICE_KAFKA].count, 3);
	assert_int_equal(k.c->service[SERVICE_KAFKA].configured, 2);
	assert_int_equal(k.c->service[SERVICE_ZOOKEEPER].count, 1);
	assert_true(TAILQ_EMPTY(&k.c->strays));
	i = instance(&k, "kafka-0");
	assert_true(i->generated);
	assert_false(i->stopped);
	assert_string_equal(i->task->id, "2");
	assert_string_equal(i->task->agent_id, AGENT "0");
	assert_int_equal(i->task->state, TASK_RUNNING);
	assert_true(i->task->reported && i->task->adopted);
	/* 1795374908.03 s by the status, 92 s before now. */
	assert_in_range(i->task->running, NOW - 120000, NOW - 60000);
	assert_true(i->placement.set && i->placement.firm);
	assert_int_equal(i->placement.ports[0], 31212);
	status = unpack(i->task->status);
	assert_non_null(strstr(status, "\"uuid\":\""));
	free(status);
	assert_memory_equal(i->task->command, "{\"container_image\":", 18);
	i = instance(&k, "zookeeper-0");
	assert_int_equal(i->id, 0);
	assert_false(i->generated);
	assert_true(i->trust_empty && i->in_list && i->joined);
	assert_true(k.c->service[SERVICE_ZOOKEEPER].formed);
	assert_string_equal(instance(&k, "kafka-2")->task->id, "4");
	kit_close(&k);
}

/* A killed one stays down; one that was scaled away is forgotten. */
static void
test_killed(void **state)
{
	struct instance *i;
	struct kit k;

	(void)state;
	kit_open(&k, KILLED);
	assert_int_equal(kit_load(&k), 1);
	i = instance(&k, "kafka-0");
	assert_true(i->stopped && i->generated);
	assert_null(i->task);
	assert_false(i->placement.set);
	assert_string_equal(instance(&k, "kafka-1")->task->id, "3");
	assert_null(cluster_find(k.c, "kafka-3"));
	assert_true(TAILQ_EMPTY(&k.c->strays));
	assert_int_equal(k.c->next_task, 6);
	kit_close(&k);
}

/* One that was wanted and never begun is like any new one. */
static void
test_not_begun(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	json_object_object_add(k.file, "KafkaMax", json_object_new_int(4));
	json_object_object_add(k.file, "KafkaCount", json_object_new_int(3));
	assert_int_equal(kit_load(&k), 1);
	assert_int_equal(k.c->service[SERVICE_KAFKA].count, 4);
	assert_null(cluster_find(k.c, "kafka-3"));
	kit_close(&k);
}

static void
test_ended(void **state)
{
	struct instance *i;
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	bend(&k, "3", "status", "state", "3");
	bend(&k, "4", "status", "state", "12");
	assert_int_equal(kit_load(&k), 1);
	i = instance(&k, "kafka-1");
	assert_null(i->task);
	assert_false(i->stopped);
	assert_true(i->generated);
	assert_string_equal(i->placement.agent_id, AGENT "1");
	/* Its agent is gone for good. */
	i = instance(&k, "kafka-2");
	assert_false(i->placement.set);
	kit_close(&k);
}

static void
test_without_status(void **state)
{
	struct instance *i;
	static char longer[40000];
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	bend(&k, "3", NULL, "status", "null");
	bend(&k, "4", NULL, "status", NULL);
	assert_int_equal(kit_load(&k), 1);
	i = instance(&k, "kafka-1");
	assert_non_null(i->task);
	assert_false(i->task->reported);
	assert_string_equal(i->task->agent_id, "");
	assert_false(i->placement.set);
	assert_non_null(instance(&k, "kafka-2")->task);
	kit_close(&k);
	/* A command that is too long to keep is forgotten in the same way. */
	kit_open(&k, RECORDED);
	memset(longer + 1, 'x', sizeof(longer) - 3);
	longer[0] = longer[sizeof(longer) - 2] = '"';
	bend(&k, "4", "command", "longer", longer);
	assert_int_equal(kit_load(&k), 1);
	assert_string_equal(instance(&k, "kafka-2")->task->command, "{}");
	kit_close(&k);
}

/* Of several for one index the newest that may be alive is the one. */
static void
test_several(void **state)
{
	struct task *t;
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	bend(&k, "3", "command", "task_name", "\"av_kafka0\"");
	bend(&k, "4", "command", "task_name", "\"av_kafka0\"");
	bend(&k, "4", "status", "state", "2");
	assert_int_equal(kit_load(&k), 1);
	assert_string_equal(instance(&k, "kafka-0")->task->id, "3");
	assert_true(instance(&k, "kafka-1")->stopped);
	t = TAILQ_FIRST(&k.c->strays);
	assert_non_null(t);
	assert_string_equal(t->id, "2");
	assert_string_equal(t->instance, "kafka-0");
	assert_null(TAILQ_NEXT(t, entry));
	kit_close(&k);
}

/* With its agent the member's data went: it is a newcomer. */
static void
test_gone(void **state)
{
	struct instance *i;
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	bend(&k, "1", "status", "state", "12");
	assert_int_equal(kit_load(&k), 1);
	i = instance(&k, "zookeeper-0");
	assert_null(i->task);
	assert_false(i->placement.set);
	assert_true(i->in_list);
	assert_false(i->joined);
	assert_false(i->started_once);
	assert_false(i->trust_empty);
	kit_close(&k);
}

/* A task whose command was forgotten is known by what Docker said of it. */
static void
test_nameless(void **state)
{
	static const char empty[] = "{\"Executor\":{},\"InternalID\":0,"
				    "\"TaskID\":0,\"IsZookeeper\":false,"
				    "\"IsKafka\":false,\"Slave\":\"\"}";
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	bend(&k, "3", NULL, "command", empty);
	bend(&k, "4", NULL, "command", empty);
	bend(&k, "4", "status", "data", "\"!\"");
	assert_int_equal(kit_load(&k), 1);
	assert_string_equal(instance(&k, "kafka-1")->task->id, "3");
	assert_true(instance(&k, "kafka-2")->stopped);
	assert_string_equal(TAILQ_FIRST(&k.c->strays)->id, "4");
	kit_close(&k);
}

/* What is of a wrong type, or absurd, ends nothing. */
static void
test_wrong_types(void **state)
{
	static const char *const values[] = { "1e300", "-1e300", "null", "7",
		"-1", "\"x\"", "[]", "{}", "true", "1e99",
		"99999999999999999999" };
	static const char *const where[][3] = {
		{ "2", NULL, "command" },
		{ "2", NULL, "status" },
		{ "2", "command", "task_name" },
		{ "2", "command", "port_mappings" },
		{ "1", "command", "environment" },
		{ "2", "status", "state" },
		{ "2", "status", "data" },
		{ "2", "status", "agent_id" },
		{ "2", "status", "timestamp" },
	};
	struct kit k;
	size_t i, v;

	(void)state;
	for (i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
		for (v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
			kit_open(&k, RECORDED);
			bend(&k, where[i][0], where[i][1], where[i][2],
			    values[v]);
			assert_int_equal(kit_load(&k), 1);
			instance(&k, "kafka-2");
			kit_close(&k);
		}
	}
}

static void
check_refused(struct kit *k, const char *why)
{
	assert_int_equal(kit_load(k), -1);
	core_has(k->err, why);
	core_has(k->err, k->path);
	kit_close(k);
}

static void
test_refused(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	json_object_object_del(k.file, "FrameworkInfo");
	check_refused(&k, "no framework id");
	kit_open(&k, RECORDED);
	json_object_object_add(k.file, "KafkaMax", json_object_new_int(-1));
	check_refused(&k, "KafkaMax is out of range");
	kit_open(&k, RECORDED);
	json_object_put(k.file);
	k.file = json_object_new_array();
	check_refused(&k, "not a JSON object");
}

static void
test_volumes(void **state)
{
	struct service_conf *s;
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	s = &k.conf->cluster.service[SERVICE_KAFKA];
	s->volumes = calloc(1, sizeof(*s->volumes));
	s->nvolumes = 1;
	s->volumes[0].names = calloc(2, sizeof(char *));
	s->volumes[0].names[0] = strdup("k0");
	s->volumes[0].names[1] = strdup("k1");
	s->volumes[0].nnames = 2;
	s->volumes[0].path = strdup("/d");
	check_refused(&k, "volumes for 2 only: name them all in VOLUME_KAFKA");
}

/* A short file written over a longer one is damaged, too. */
static void
test_behind(void **state)
{
	struct kit k;
	FILE *f;

	(void)state;
	kit_open(&k, RECORDED);
	assert_int_equal(json_object_to_file(k.path, k.file), 0);
	assert_non_null(f = fopen(k.path, "a"));
	fputs("\n \"x\"}", f);
	fclose(f);
	json_object_put(k.file);
	k.file = NULL;
	check_refused(&k, "something behind its object");
}

/* A comment that never ends hides how much of the file there should be. */
static void
test_comment(void **state)
{
	struct kit k;
	FILE *f;

	(void)state;
	kit_open(&k, RECORDED);
	assert_non_null(f = fopen(k.path, "w"));
	fputs("{\"State\":{\"1\":{}//", f);
	fclose(f);
	json_object_put(k.file);
	k.file = NULL;
	check_refused(&k, "cut off");
}

/* Who could have written it decides whether it is obeyed. */
static void
test_file(void **state)
{
	char target[192];
	struct kit k;

	(void)state;
	kit_open(&k, RECORDED);
	assert_int_equal(json_object_to_file(k.path, k.file), 0);
	chmod(k.path, 0664);
	assert_int_equal(import_load(k.conf, k.c, NOW, WALL, k.err), -1);
	core_has(k.err, "others than its owner may write it");
	chmod(k.path, 0646);
	assert_int_equal(import_load(k.conf, k.c, NOW, WALL, k.err), -1);
	snprintf(target, sizeof(target), "%s.other", k.path);
	assert_int_equal(rename(k.path, target), 0);
	assert_int_equal(import_load(k.conf, k.c, NOW, WALL, k.err), 0);
	assert_int_equal(symlink(target, k.path), 0);
	assert_int_equal(import_load(k.conf, k.c, NOW, WALL, k.err), -1);
	unlink(k.path);
	unlink(target);
	assert_int_equal(mkfifo(k.path, 0600), 0);
	assert_int_equal(import_load(k.conf, k.c, NOW, WALL, k.err), -1);
	core_has(k.err, "not a regular file");
	if (geteuid() == 0) {
		unlink(k.path);
		assert_int_equal(json_object_to_file(k.path, k.file), 0);
		chmod(k.path, 0644);
		assert_int_equal(chown(k.path, 1, 1), 0);
		assert_int_equal(import_load(k.conf, k.c, NOW, WALL, k.err),
		    -1);
		core_has(k.err, "belongs neither to root nor");
	}
	kit_close(&k);
}

/* Cut anywhere it is no whole file; nothing is taken from a part. */
static void
test_cut(void **state)
{
	char *text, cut;
	struct kit k;
	size_t len, at;
	FILE *f;

	(void)state;
	kit_open(&k, RECORDED);
	text = strdup(json_object_to_json_string(k.file));
	json_object_put(k.file);
	k.file = NULL;
	len = strlen(text);
	for (at = 0; at < len; at += 997) {
		cut = text[at];
		text[at] = '\0';
		assert_non_null(f = fopen(k.path, "w"));
		fputs(text, f);
		fclose(f);
		assert_int_equal(kit_load(&k), -1);
		text[at] = cut;
	}
	free(text);
	kit_close(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_not_begun),
		cmocka_unit_test(test_ended),
		cmocka_unit_test(test_without_status),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_nameless),
		cmocka_unit_test(test_wrong_types),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_comment),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
