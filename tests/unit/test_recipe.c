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
 * Tests of what tasks look like: environment, ports, volumes and checks, as
 * the images expect them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

#define KAFKA SERVICE_KAFKA
#define ZK SERVICE_ZOOKEEPER

static const uint32_t three_ports[PORTS_MAX] = { 31000, 31001, 31002 };

static struct endpoint members[] = {
	{ .id = 1, .host = "a1", .ports = { 31000, 31001, 31002 } },
	{ .id = 2, .host = "a2", .ports = { 31010, 31011, 31012 } },
};

static const struct endpoints servers = { members, 2 };

/* A recipe of instance 1, whose configuration may be changed before. */
struct kit {
	struct service_conf conf;
	struct recipe_input in;
	struct task_spec spec;
};

static void
kit_open(struct kit *k, enum service_id id)
{
	memset(k, 0, sizeof(*k));
	assert_int_equal(service_conf_init(&k->conf, id), 0);
	k->in.service = id;
	k->in.conf = &k->conf;
	k->in.number = 1;
	k->in.id = service_instance_id(id, 1);
	k->in.instance = id == ZK ? "zookeeper-1" : "kafka-1";
	k->in.hostname = "a2";
	k->in.agent_id = "S-2";
	k->in.ports = three_ports;
	k->in.servers = &servers;
	k->in.count = 3;
}

static void
kit_build(struct kit *k)
{
	assert_int_equal(recipe_build(&k->in, &k->spec), 0);
}

static void
kit_close(struct kit *k)
{
	task_spec_free(&k->spec);
	service_conf_free(&k->conf);
}

static void
check_env(const struct kit *k, const char *name, const char *want)
{
	assert_string_equal(core_env(&k->spec, name), want);
}

static void
test_zookeeper(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, ZK);
	pairs_add(&k.conf.options, "tickTime", "1000");
	kit_build(&k);
	assert_string_equal(k.spec.name, "zookeeper-1");
	assert_string_equal(k.spec.agent_id, "S-2");
	assert_string_equal(k.spec.image, "zookeeper:3.9");
	check_env(&k, "SERVICE_NAME", "zookeeper-1");
	check_env(&k, "ZOO_MY_ID", "2");
	check_env(&k, "ZOO_SERVERS",
	    "server.1=a1:31001:31002;31000 "
	    "server.2=a2:31011:31012;31010");
	core_has(core_env(&k.spec, "ZOO_CFG_EXTRA"), " tickTime=1000");
	core_has(core_env(&k.spec, "ZOO_CFG_EXTRA"),
	    "quorumListenOnAllIPs=true");
	check_env(&k, "ZK_SERVER_HEAP", "768");
	/* An open port is no quorum. */
	assert_int_equal(k.spec.check, CHECK_COMMAND);
	core_has(k.spec.check_command, "srvr");
	core_has(k.spec.check_command, "31000");
	core_has(k.spec.check_command, "Mode:");
	assert_int_equal(k.spec.grace, 60000);
	kit_close(&k);
}

static void
test_kafka(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, KAFKA);
	pairs_add(&k.conf.options, "min.insync.replicas", "2");
	pairs_add(&k.conf.options, "a-b_c", "x");
	kit_build(&k);
	check_env(&k, "KAFKA_BROKER_ID", "1");
	check_env(&k, "KAFKA_ZOOKEEPER_CONNECT", "a1:31000,a2:31010");
	check_env(&k, "KAFKA_LISTENERS", "PLAINTEXT://0.0.0.0:31000");
	check_env(&k, "KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://a2:31000");
	check_env(&k, "KAFKA_HEAP_OPTS", "-Xms2048m -Xmx2048m");
	check_env(&k, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "3");
	check_env(&k, "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "2");
	check_env(&k, "KAFKA_MIN_INSYNC_REPLICAS", "2");
	check_env(&k, "KAFKA_A__B___C", "x");
	assert_int_equal(k.spec.check, CHECK_TCP);
	assert_int_equal(k.spec.check_port, 31000);
	/* A broker in log recovery is never shot. */
	assert_true(k.spec.check_failures >= 1000000);
	assert_int_equal(k.spec.check_grace, 600000);
	kit_close(&k);
}

/* With fewer brokers than replicas Kafka's own topics cannot be made. */
static void
test_replicas(void **state)
{
	static const struct {
		int count;
		const char *factor;
		const char *isr;
	} want[] = { { 0, "1", "1" }, { 1, "1", "1" }, { 2, "2", "1" },
		{ 3, "3", "2" }, { 100, "3", "2" } };
	struct kit k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		kit_open(&k, KAFKA);
		k.in.count = want[i].count;
		kit_build(&k);
		check_env(&k, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR",
		    want[i].factor);
		check_env(&k, "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR",
		    want[i].factor);
		check_env(&k, "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR",
		    want[i].isr);
		kit_close(&k);
	}
}

/* The operator's own environment has the last word, once. */
static void
test_own_env(void **state)
{
	struct kit k;
	size_t i;
	int n = 0;

	(void)state;
	kit_open(&k, KAFKA);
	pairs_add(&k.conf.options, "zookeeper.connect", "zk:1");
	pairs_add(&k.conf.env, "KAFKA_ZOOKEEPER_CONNECT", "zk:2");
	pairs_add(&k.conf.env, "MINE", "");
	kit_build(&k);
	check_env(&k, "KAFKA_ZOOKEEPER_CONNECT", "zk:2");
	check_env(&k, "MINE", "");
	for (i = 0; i < k.spec.env.n; i++)
		n += strcmp(k.spec.env.list[i].name,
			 "KAFKA_ZOOKEEPER_CONNECT") == 0;
	assert_int_equal(n, 1);
	kit_close(&k);
}

static void
add_name(struct volume *v, const char *name)
{
	v->names = reallocarray(v->names, v->nnames + 1, sizeof(char *));
	assert_non_null(v->names);
	v->names[v->nnames++] = strdup(name);
}

static void
test_volumes(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, KAFKA);
	k.conf.volumes = calloc(2, sizeof(*k.conf.volumes));
	k.conf.nvolumes = 2;
	add_name(&k.conf.volumes[0], "k-%d-%d%x%");
	k.conf.volumes[0].driver = strdup("local");
	k.conf.volumes[0].path = strdup("/data/%d");
	add_name(&k.conf.volumes[1], "/srv/zero");
	add_name(&k.conf.volumes[1], "/srv/one");
	k.conf.volumes[1].path = strdup("/plain");
	kit_build(&k);
	assert_int_equal(k.spec.nmounts, 2);
	assert_string_equal(k.spec.mounts[0].name, "k-1-1%x%");
	assert_string_equal(k.spec.mounts[0].path, "/data/%d");
	assert_string_equal(k.spec.mounts[0].driver, "local");
	assert_string_equal(k.spec.mounts[1].name, "/srv/one");
	assert_null(k.spec.mounts[1].driver);
	assert_int_equal(service_volumes_max(&k.conf), 2);
	kit_close(&k);
}

/* Who is left of several goes on counting epochs, as clients expect. */
static void
test_lone(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, ZK);
	kit_build(&k);
	assert_null(pairs_get(&k.spec.env, "ZOO_STANDALONE_ENABLED"));
	task_spec_free(&k.spec);
	k.in.lone = true;
	kit_build(&k);
	check_env(&k, "ZOO_STANDALONE_ENABLED", "false");
	kit_close(&k);
}

/* A recipe as the Go framework had it. */
static void
attach(struct kit *k, enum service_id id)
{
	bool zk = id == ZK;

	kit_open(k, id);
	k->conf.network = NETWORK_ATTACHED;
	k->conf.network_name = strdup("weave");
	k->conf.hostname = strdup(
	    zk ? "av_zookeeper%d.weave.local" : "av_kafka%d.weave.local");
	k->conf.task_name = strdup(zk ? "av_zookeeper%d" : "av_kafka%d");
}

static struct endpoint named[] = {
	{ .id = 0,
	    .host = "av_zookeeper0.weave.local",
	    .ports = { 2181, 2888, 3888 } },
	{ .id = 1,
	    .host = "av_zookeeper1.weave.local",
	    .ports = { 2181, 2888, 3888 } },
};
static const struct endpoints named_servers = { named, 2 };

static void
check_pairs(const struct pairs *env, const char *const *want)
{
	size_t i;

	for (i = 0; want[i] != NULL; i += 2) {
		assert_true(i / 2 < env->n);
		assert_string_equal(env->list[i / 2].name, want[i]);
		assert_string_equal(env->list[i / 2].value, want[i + 1]);
	}
	assert_int_equal(env->n, i / 2);
}

/* Names, order and values are those of the Go framework, as recorded. */
static void
test_attached_zookeeper(void **state)
{
	static const char *const want[] = { "SERVICE_NAME", "av_zookeeper1",
		"ZOO_MY_ID", "1", "ZOO_SERVERS",
		"server.0=av_zookeeper0.weave.local:2888:3888;2181 "
		"server.1=0.0.0.0:2888:3888;2181 ",
		NULL };
	struct kit k;

	(void)state;
	attach(&k, ZK);
	k.in.id = 1;
	k.in.servers = &named_servers;
	kit_build(&k);
	assert_string_equal(k.spec.name, "av_zookeeper1");
	assert_string_equal(k.spec.hostname, "av_zookeeper1.weave.local");
	assert_string_equal(k.spec.network_name, "weave");
	assert_int_equal(k.spec.nports, 1);
	assert_int_equal(k.spec.ports[0].host, 31000);
	assert_int_equal(k.spec.ports[0].container, 2181);
	assert_string_equal(k.spec.check_command,
	    "printf srvr | nc -w 2 127.0.0.1 2181 | grep -q ^Mode:");
	check_pairs(&k.spec.env, want);
	task_spec_free(&k.spec);
	/* Its log is there, its snapshot is not. */
	k.in.trust_empty = true;
	kit_build(&k);
	check_env(&k, "ZOO_CFG_EXTRA", "snapshot.trust.empty=true");
	kit_close(&k);
}

static void
test_attached_kafka(void **state)
{
	static const char *const want[] = { "SERVICE_NAME", "av_kafka1",
		"KAFKA_ADVERTISED_HOST_NAME", "av_kafka1.weave.local",
		"KAFKA_ZOOKEEPER_CONNECT",
		"av_zookeeper0.weave.local:2181,"
		"av_zookeeper1.weave.local:2181",
		"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
		"INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
		"KAFKA_ADVERTISED_LISTENERS",
		"INSIDE://av_kafka1.weave.local:9092,OUTSIDE://a2:31001",
		"KAFKA_LISTENERS", "INSIDE://:9092,OUTSIDE://:9094",
		"KAFKA_INTER_BROKER_LISTENER_NAME", "INSIDE", NULL };
	struct kit k;

	(void)state;
	attach(&k, KAFKA);
	k.in.servers = &named_servers;
	k.in.generated = true;
	kit_build(&k);
	assert_string_equal(k.spec.name, "av_kafka1");
	assert_int_equal(k.spec.nports, 2);
	assert_int_equal(k.spec.ports[1].host, 31001);
	assert_int_equal(k.spec.ports[1].container, 9094);
	assert_int_equal(k.spec.check_port, 9092);
	check_pairs(&k.spec.env, want);
	task_spec_free(&k.spec);
	k.in.generated = false;
	kit_build(&k);
	check_env(&k, "KAFKA_BROKER_ID", "1");
	kit_close(&k);
}

static void
test_networks(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, ZK);
	k.conf.network = NETWORK_BRIDGE;
	kit_build(&k);
	assert_int_equal(k.spec.nports, 3);
	assert_int_equal(k.spec.ports[2].container, 31002);
	kit_close(&k);
	/* On a network of its own: its own ports and name. */
	kit_open(&k, KAFKA);
	k.conf.network = NETWORK_NAMED;
	k.conf.network_name = strdup("dcos");
	k.conf.domain = strdup("mesos.example");
	kit_build(&k);
	assert_int_equal(k.spec.nports, 0);
	assert_string_equal(k.spec.network_name, "dcos");
	assert_string_equal(k.spec.hostname, "kafka-1.mesos.example");
	check_env(&k, "KAFKA_ADVERTISED_LISTENERS",
	    "PLAINTEXT://kafka-1.mesos.example:9092");
	assert_int_equal(k.spec.check_port, 9092);
	kit_close(&k);
}

static void
test_checks(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, ZK);
	k.conf.check.type = CHECK_NONE;
	kit_build(&k);
	assert_int_equal(k.spec.check, CHECK_NONE);
	kit_close(&k);
	kit_open(&k, KAFKA);
	k.conf.check.type = CHECK_COMMAND;
	k.conf.check.command = strdup("true");
	k.conf.check.kill_after = 3;
	kit_build(&k);
	assert_int_equal(k.spec.check, CHECK_COMMAND);
	assert_string_equal(k.spec.check_command, "true");
	assert_int_equal(k.spec.check_failures, 3);
	kit_close(&k);
}

static void
test_heap(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k, ZK);
	k.conf.mem = 100;
	kit_build(&k);
	check_env(&k, "ZK_SERVER_HEAP", "128");
	kit_close(&k);
	kit_open(&k, KAFKA);
	k.conf.heap = 333;
	kit_build(&k);
	check_env(&k, "KAFKA_HEAP_OPTS", "-Xms333m -Xmx333m");
	kit_close(&k);
}

static void
test_services(void **state)
{
	struct service_conf c;

	(void)state;
	assert_int_equal(service_parse("zookeeper"), ZK);
	assert_int_equal(service_parse("kafka"), KAFKA);
	assert_int_equal(service_parse("kafk"), SERVICE_MAX);
	assert_int_equal(service_parse(""), SERVICE_MAX);
	assert_string_equal(service_name(KAFKA), "kafka");
	assert_true(service_is_ensemble(ZK));
	assert_false(service_is_ensemble(KAFKA));
	assert_int_equal(service_instance_id(ZK, 0), 1);
	assert_int_equal(service_instance_id(KAFKA, 0), 0);
	assert_int_equal(service_conf_init(&c, KAFKA), 0);
	assert_int_equal(service_sticky(KAFKA, &c), 0);
	c.sticky = 5;
	assert_int_equal(service_sticky(KAFKA, &c), 5);
	/* No time is long enough for a member of an ensemble to move. */
	assert_int_equal(service_sticky(ZK, &c), FOREVER);
	service_conf_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zookeeper),
		cmocka_unit_test(test_kafka),
		cmocka_unit_test(test_replicas),
		cmocka_unit_test(test_own_env),
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_lone),
		cmocka_unit_test(test_attached_zookeeper),
		cmocka_unit_test(test_attached_kafka),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_heap),
		cmocka_unit_test(test_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
