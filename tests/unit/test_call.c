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
 * Tests of the calls: frames as the parent sends them become the JSON that
 * Mesos wants, byte for byte where it was recorded.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/mesos/call.h"
#include "capture.h"
#include "frame.h"
#include "msg.h"

#define FID "21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-0000"
#define AGENT0 "21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-S0"
#define AGENT1 "21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-S1"
#define AGENT2 "21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-S2"
#define CALLS "tests/captures/03-subscribe-offers-launch/"

/* Ends the frame and makes the call of it; the frame is freed. */
static char *
build(struct frame_writer *w, const char *fid, char *err, size_t size)
{
	struct frame_header h;
	struct frame_reader r;
	char *body;

	assert_int_equal(frame_finish(w), 0);
	assert_int_equal(frame_header_parse(w->buf, &h), 0);
	frame_read_init(&r, w->buf + FRAME_HEADER, h.length - FRAME_HEADER);
	body = call_build(h.type, &r, fid, "web", err, size);
	frame_free(w);
	return body;
}

static struct json_object *
parse(const char *text)
{
	struct json_object *v = json_tokener_parse(text);

	if (v == NULL)
		fail_msg("not JSON: %s", text);
	return v;
}

static void
check_parsed(const char *got, const char *want)
{
	struct json_object *a = parse(got), *b = parse(want);

	if (!json_object_equal(a, b))
		fail_msg("got\n%s\nnot\n%s", got, want);
	json_object_put(a);
	json_object_put(b);
}

/* Compares as JSON, and also as text if it is the same to the byte. */
static void
check(struct frame_writer *w, const char *want)
{
	char err[200] = "", *body;

	body = build(w, "M-0000", err, sizeof(err));
	if (body == NULL)
		fail_msg("%s", err);
	assert_string_equal(body, want);
	free(body);
}

/* The same with a recorded request; it was written in another order. */
static void
check_recorded(struct frame_writer *w, const char *file)
{
	char path[200], err[200] = "", *body, *want;
	size_t len;

	snprintf(path, sizeof(path), CALLS "%s.request", file);
	want = capture_body(path, &len, NULL);
	body = build(w, FID, err, sizeof(err));
	if (body == NULL)
		fail_msg("%s", err);
	check_parsed(body, want);
	free(body);
	free(want);
}

static void
put_ids(struct frame_writer *w, const char *a, const char *b)
{
	frame_put_u16(w, b == NULL ? 1 : 2);
	frame_put_str(w, a);
	if (b != NULL)
		frame_put_str(w, b);
}

static void
test_simple(void **state)
{
	struct frame_writer w;

	(void)state;
	frame_begin(&w, MSG_TEARDOWN, 1);
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"type\":\"TEARDOWN\"}");
	frame_begin(&w, MSG_SUPPRESS, 1);
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"type\":\"SUPPRESS\",\"suppress\":{\"roles\":[\"web\"]}}");
	frame_begin(&w, MSG_REVIVE, 1);
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"type\":\"REVIVE\",\"revive\":{\"roles\":[\"web\"]}}");
	frame_begin(&w, MSG_DECLINE, 1);
	frame_put_u64(&w, 120000);
	put_ids(&w, "M-O7", "M-O8");
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"type\":\"DECLINE\",\"decline\":{\"offer_ids\":["
	    "{\"value\":\"M-O7\"},{\"value\":\"M-O8\"}],"
	    "\"filters\":{\"refuse_seconds\":120.0}}}");
}

static void
test_tasks(void **state)
{
	/* kqVu5p6rRbqO4nPu9vUgfw== */
	static const uint8_t uuid[16] = { 0x92, 0xa5, 0x6e, 0xe6, 0x9e, 0xab,
		0x45, 0xba, 0x8e, 0xe2, 0x73, 0xee, 0xf6, 0xf5, 0x20, 0x7f };
	struct frame_writer w;

	(void)state;
	frame_begin(&w, MSG_KILL, 1);
	frame_put_str(&w, "t.1");
	frame_put_str(&w, "M-S0");
	frame_put_u64(&w, 30000);
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},\"type\":\"KILL\","
	    "\"kill\":{\"task_id\":{\"value\":\"t.1\"},"
	    "\"agent_id\":{\"value\":\"M-S0\"},\"kill_policy\":"
	    "{\"grace_period\":{\"nanoseconds\":30000000000}}}}");
	frame_begin(&w, MSG_KILL, 1);
	frame_put_str(&w, "t.1");
	frame_put_str(&w, "");
	frame_put_u64(&w, UINT64_MAX);
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},\"type\":\"KILL\","
	    "\"kill\":{\"task_id\":{\"value\":\"t.1\"},"
	    "\"kill_policy\":{\"grace_period\":"
	    "{\"nanoseconds\":9223372036854000000}}}}");
	frame_begin(&w, MSG_ACKNOWLEDGE, 1);
	frame_put_str(&w, "t.1");
	frame_put_str(&w, "M-S0");
	frame_put_bytes(&w, uuid, sizeof(uuid));
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"type\":\"ACKNOWLEDGE\",\"acknowledge\":{"
	    "\"agent_id\":{\"value\":\"M-S0\"},"
	    "\"task_id\":{\"value\":\"t.1\"},"
	    "\"uuid\":\"kqVu5p6rRbqO4nPu9vUgfw==\"}}");
	frame_begin(&w, MSG_RECONCILE, 1);
	frame_put_u16(&w, 0);
	check(&w,
	    "{\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"type\":\"RECONCILE\",\"reconcile\":{}}");
}

/* The very calls of the recordings. */
static void
test_recorded(void **state)
{
	static const char *const tasks[] = { "kafka-0.1", AGENT1, "never.1",
		AGENT1, "never.2", "", "fails.1", AGENT2 };
	struct frame_writer w;
	size_t i;

	(void)state;
	frame_begin(&w, MSG_RECONCILE, 1);
	frame_put_u16(&w, 4);
	for (i = 0; i < 8; i++)
		frame_put_str(&w, tasks[i]);
	check_recorded(&w, "28-reconcile-explicit");
	frame_begin(&w, MSG_KILL, 1);
	frame_put_str(&w, "kafka-0.1");
	frame_put_str(&w, AGENT1);
	frame_put_u64(&w, 5000);
	check_recorded(&w, "29-kill");
	frame_begin(&w, MSG_DECLINE, 1);
	frame_put_u64(&w, 3600000);
	put_ids(&w, "21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-O7", NULL);
	check_recorded(&w, "42-decline");
}

/* What differs between the tasks of these tests. */
struct task {
	uint8_t container, network, check;
	const char *network_name, *hostname;
	uint32_t mapped;
	uint32_t inside; /* the container's port, 0: the same */
	bool force;
	bool volumes;
};

static void
put_resource(struct frame_writer *w, const char *name, const char *meta,
    uint64_t scalar, uint32_t port)
{
	frame_put_str(w, name);
	frame_put_str(w, meta);
	frame_put_u64(w, scalar);
	frame_put_u32(w, port);
}

static void
put_resources(struct frame_writer *w)
{
	frame_put_u16(w, 3);
	put_resource(w, "ports",
	    "{\"name\":\"ports\",\"type\":\"RANGES\","
	    "\"allocation_info\":{\"role\":\"kafka\"}}",
	    0, 31000);
	put_resource(w, "cpus",
	    "{\"name\":\"cpus\",\"type\":\"SCALAR\","
	    "\"allocation_info\":{\"role\":\"kafka\"}}",
	    500, 0);
	put_resource(w, "mem",
	    "{\"name\":\"mem\",\"type\":\"SCALAR\","
	    "\"allocation_info\":{\"role\":\"kafka\"}}",
	    128000, 0);
}

static void
put_task(struct frame_writer *w, const struct task *t, const char *const *env,
    uint16_t nenv)
{
	uint16_t i;

	put_resources(w);
	frame_put_u8(w, t->container);
	frame_put_str(w, "zookeeper:3.9");
	frame_put_bool(w, t->force);
	frame_put_u8(w, t->network);
	frame_put_str(w, t->network_name);
	frame_put_str(w, t->hostname);
	frame_put_u16(w, t->mapped ? 1 : 0);
	if (t->mapped) {
		frame_put_u32(w, t->mapped);
		frame_put_u32(w, t->inside ? t->inside : t->mapped);
	}
	frame_put_u16(w, nenv);
	for (i = 0; i < nenv * 2; i++)
		frame_put_str(w, env[i]);
	frame_put_u16(w, t->volumes ? 2 : 0);
	if (t->volumes) {
		frame_put_str(w, "zk-0-data");
		frame_put_str(w, "local");
		frame_put_str(w, "/data");
		frame_put_str(w, "/srv/log");
		frame_put_str(w, "");
		frame_put_str(w, "/datalog");
	}
	frame_put_u8(w, t->check);
	frame_put_u32(w, 31000);
	frame_put_str(w, "echo srvr | nc localhost \"31000\"");
	frame_put_u64(w, 0);
	frame_put_u64(w, 1000);
	frame_put_u64(w, 2000);
	frame_put_u64(w, 5000);
	frame_put_u32(w, 3);
	frame_put_u64(w, 5000);
}

static void
accept_begin(struct frame_writer *w, uint16_t ntasks)
{
	frame_begin(w, MSG_ACCEPT, 1);
	frame_put_u64(w, 5000);
	put_ids(w, "21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-O0", NULL);
	frame_put_u16(w, ntasks);
}

static void
put_name(struct frame_writer *w)
{
	frame_put_str(w, "zookeeper-0");
	frame_put_str(w, "zookeeper-0.1");
	frame_put_str(w, AGENT0);
}

/* The recorded launch, but for what we always write and it did not. */
static void
test_accept_recorded(void **state)
{
	static const char *const env[] = { "SERVICE_NAME", "zookeeper-0",
		"LISTEN", "31000" };
	struct task t = { .check = 1, .network_name = "", .hostname = "h" };
	struct frame_writer w;
	char err[200] = "", *body, *want, *p;
	size_t len;

	(void)state;
	accept_begin(&w, 1);
	put_name(&w);
	put_task(&w, &t, env, 2);
	assert_non_null(body = build(&w, FID, err, sizeof(err)));
	want = capture_body(CALLS "04-accept-docker-host.request", &len, NULL);
	while ((p = strstr(body, "\"type\":\"VALUE\",")) != NULL)
		memmove(p, p + 15, strlen(p + 15) + 1);
	assert_non_null(p = strstr(body, ",\"force_pull_image\":false"));
	memmove(p, p + 25, strlen(p + 25) + 1);
	check_parsed(body, want);
	free(body);
	free(want);
}

#define RESOURCES                                                         \
	"\"resources\":[{\"name\":\"ports\",\"type\":\"RANGES\","         \
	"\"allocation_info\":{\"role\":\"kafka\"},\"ranges\":{\"range\":" \
	"[{\"begin\":31000,\"end\":31000}]}},{\"name\":\"cpus\","         \
	"\"type\":\"SCALAR\",\"allocation_info\":{\"role\":\"kafka\"},"   \
	"\"scalar\":{\"value\":0.5}},{\"name\":\"mem\","                  \
	"\"type\":\"SCALAR\",\"allocation_info\":{\"role\":\"kafka\"},"   \
	"\"scalar\":{\"value\":128.0}}]"
#define KILL "\"kill_policy\":{\"grace_period\":{\"nanoseconds\":5000000000}}"

/* One task, whose own part is between resources and kill policy. */
static void
check_task(const struct task *t, const char *part)
{
	char err[200] = "", want[4000], *body;
	struct frame_writer w;

	accept_begin(&w, 1);
	put_name(&w);
	put_task(&w, t, NULL, 0);
	if ((body = build(&w, "M-0000", err, sizeof(err))) == NULL)
		fail_msg("%s", err);
	snprintf(want, sizeof(want),
	    "{\"framework_id\":{\"value\":\"M-0000\"},\"type\":\"ACCEPT\","
	    "\"accept\":{\"offer_ids\":[{\"value\":"
	    "\"21b4ca1f-ade8-4089-aa1b-a7a6986c92cd-O0\"}],"
	    "\"operations\":[{\"type\":\"LAUNCH\",\"launch\":{"
	    "\"task_infos\":[{\"name\":\"zookeeper-0\","
	    "\"task_id\":{\"value\":\"zookeeper-0.1\"},"
	    "\"agent_id\":{\"value\":\"" AGENT0 "\"}," RESOURCES
	    ",\"command\":{\"shell\":false},%s" KILL
	    "}]}}],\"filters\":{\"refuse_seconds\":5.0}}}",
	    part);
	assert_string_equal(body, want);
	free(body);
}

static void
test_docker(void **state)
{
	struct task t = { .network_name = "", .hostname = "", .mapped = 31000 };

	(void)state;
	check_task(&t,
	    "\"container\":{\"type\":\"DOCKER\",\"docker\":{"
	    "\"image\":\"zookeeper:3.9\",\"network\":\"HOST\","
	    "\"force_pull_image\":false}},");
	t.network = 1;
	t.hostname = "zk0";
	t.force = true;
	check_task(&t,
	    "\"container\":{\"type\":\"DOCKER\","
	    "\"hostname\":\"zk0\",\"docker\":{"
	    "\"image\":\"zookeeper:3.9\",\"network\":\"BRIDGE\","
	    "\"port_mappings\":[{\"host_port\":31000,"
	    "\"container_port\":31000,\"protocol\":\"tcp\"}],"
	    "\"force_pull_image\":true}},");
	t.network = 2;
	t.network_name = "net";
	t.hostname = "";
	t.force = false;
	t.volumes = true;
	check_task(&t,
	    "\"container\":{\"type\":\"DOCKER\",\"volumes\":["
	    "{\"mode\":\"RW\",\"container_path\":\"/data\","
	    "\"source\":{\"type\":\"DOCKER_VOLUME\","
	    "\"docker_volume\":{\"driver\":\"local\","
	    "\"name\":\"zk-0-data\"}}},{\"mode\":\"RW\","
	    "\"container_path\":\"/datalog\","
	    "\"host_path\":\"/srv/log\"}],\"docker\":{"
	    "\"image\":\"zookeeper:3.9\",\"network\":\"USER\","
	    "\"force_pull_image\":false},"
	    "\"network_infos\":[{\"name\":\"net\"}]},");
	t.network = 3;
	t.network_name = "weave";
	t.hostname = "h";
	t.volumes = false;
	t.inside = 9092;
	check_task(&t,
	    "\"container\":{\"type\":\"DOCKER\","
	    "\"hostname\":\"h\",\"docker\":{"
	    "\"image\":\"zookeeper:3.9\",\"network\":\"BRIDGE\","
	    "\"port_mappings\":[{\"host_port\":31000,"
	    "\"container_port\":9092,\"protocol\":\"tcp\"}],"
	    "\"force_pull_image\":false},"
	    "\"network_infos\":[{\"name\":\"weave\"}]},");
}

static void
test_mesos_container(void **state)
{
	struct task t = { .container = 1,
		.network_name = "",
		.hostname = "x",
		.mapped = 31000 };

	(void)state;
	check_task(&t,
	    "\"container\":{\"type\":\"MESOS\",\"mesos\":{"
	    "\"image\":{\"type\":\"DOCKER\",\"docker\":"
	    "{\"name\":\"zookeeper:3.9\"},\"cached\":true}}},");
	t.network = 2;
	t.network_name = "cni";
	t.force = true;
	check_task(&t,
	    "\"container\":{\"type\":\"MESOS\","
	    "\"hostname\":\"x\",\"mesos\":{\"image\":{"
	    "\"type\":\"DOCKER\",\"docker\":"
	    "{\"name\":\"zookeeper:3.9\"},\"cached\":false}},"
	    "\"network_infos\":[{\"name\":\"cni\"}]},");
	t.network = 1;
	t.network_name = "";
	check_task(&t,
	    "\"container\":{\"type\":\"MESOS\","
	    "\"hostname\":\"x\",\"mesos\":{\"image\":{"
	    "\"type\":\"DOCKER\",\"docker\":"
	    "{\"name\":\"zookeeper:3.9\"},\"cached\":false}},"
	    "\"network_infos\":[{\"name\":\"mesos-bridge\","
	    "\"port_mappings\":[{\"host_port\":31000,"
	    "\"container_port\":31000,\"protocol\":\"tcp\"}]}]},");
}

#define PLAIN                                               \
	"\"container\":{\"type\":\"DOCKER\",\"docker\":{"   \
	"\"image\":\"zookeeper:3.9\",\"network\":\"HOST\"," \
	"\"force_pull_image\":false}},"
#define TIMES                                               \
	"\"health_check\":{\"delay_seconds\":0.0,"          \
	"\"interval_seconds\":1.0,\"timeout_seconds\":2.0," \
	"\"consecutive_failures\":3,\"grace_period_seconds\":5.0,"

static void
test_checks(void **state)
{
	struct task t = { .network_name = "", .hostname = "", .check = 1 };

	(void)state;
	check_task(&t,
	    PLAIN TIMES "\"type\":\"TCP\","
			"\"tcp\":{\"port\":31000}},");
	t.check = 2;
	check_task(&t,
	    PLAIN TIMES "\"type\":\"COMMAND\",\"command\":{"
			"\"shell\":true,\"value\":\"echo srvr | nc "
			"localhost \\\"31000\\\"\"}},");
}

/* Two tasks are two operations; none is a mere decline. */
static void
test_operations(void **state)
{
	struct task t = { .network_name = "", .hostname = "" };
	struct json_object *call, *ops, *v;
	struct frame_writer w;
	char err[200] = "", *body;
	size_t i;

	(void)state;
	accept_begin(&w, 2);
	for (i = 0; i < 2; i++) {
		put_name(&w);
		put_task(&w, &t, NULL, 0);
	}
	assert_non_null(body = build(&w, "F", err, sizeof(err)));
	call = parse(body);
	assert_true(json_object_object_get_ex(call, "accept", &v));
	assert_true(json_object_object_get_ex(v, "operations", &ops));
	assert_int_equal(json_object_array_length(ops), 2);
	json_object_put(call);
	free(body);
	accept_begin(&w, 0);
	assert_non_null(body = build(&w, "F", err, sizeof(err)));
	assert_non_null(strstr(body, "\"operations\":[],"));
	free(body);
}

/* What the parent cannot have meant is refused with the field's name. */
static void
check_refused(struct frame_writer *w, const char *text)
{
	char err[200] = "", *body;

	body = build(w, "F", err, sizeof(err));
	if (body != NULL)
		fail_msg("accepted: %s", body);
	if (strstr(err, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, err);
}

static void
test_refused(void **state)
{
	struct task t = { .network_name = "", .hostname = "" };
	struct frame_writer w;

	(void)state;
	frame_begin(&w, MSG_REVIVE, 1);
	frame_put_u8(&w, 1);
	check_refused(&w, "too many");
	frame_begin(&w, MSG_DECLINE, 1);
	frame_put_u64(&w, 1);
	frame_put_u16(&w, 2);
	frame_put_str(&w, "O1");
	check_refused(&w, "offer_ids");
	t.container = 2;
	accept_begin(&w, 1);
	put_name(&w);
	put_task(&w, &t, NULL, 0);
	check_refused(&w, "container");
	t.container = 0;
	t.network = 4;
	accept_begin(&w, 1);
	put_name(&w);
	put_task(&w, &t, NULL, 0);
	check_refused(&w, "network");
	t.network = 0;
	t.check = 3;
	accept_begin(&w, 1);
	put_name(&w);
	put_task(&w, &t, NULL, 0);
	check_refused(&w, "check");
}

static void
test_refused_meta(void **state)
{
	static const char *const bad[] = { "", "x", "[]", "\"\"", "{", "{}}" };
	struct frame_writer w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		accept_begin(&w, 1);
		put_name(&w);
		frame_put_u16(&w, 1);
		put_resource(&w, "cpus", bad[i], 1, 0);
		check_refused(&w, "meta");
	}
}

/* Every prefix of a good frame is refused, whatever it cuts. */
static void
test_prefixes(void **state)
{
	static const char *const env[] = { "A", "B" };
	struct task t = { .network_name = "n",
		.hostname = "h",
		.network = 2,
		.volumes = true,
		.mapped = 1,
		.check = 2 };
	struct frame_writer w;
	struct frame_reader r;
	char err[200], *body;
	size_t len;

	(void)state;
	accept_begin(&w, 1);
	put_name(&w);
	put_task(&w, &t, env, 1);
	for (len = 0; len < w.len - FRAME_HEADER; len++) {
		frame_read_init(&r, w.buf + FRAME_HEADER, len);
		err[0] = '\0';
		body = call_build(MSG_ACCEPT, &r, "F", "r", err, sizeof(err));
		assert_null(body);
		assert_true(err[0] != '\0');
	}
	frame_free(&w);
}

static void
put_conf(struct frame_writer *w, const char *principal, const char *hostname,
    const char *webui)
{
	frame_begin(w, MSG_MESOS_CONF, 0);
	put_ids(w, "http://m1", NULL);
	frame_put_str(w, "");
	frame_put_str(w, "");
	frame_put_str(w, "");
	frame_put_str(w, "");
	frame_put_bool(w, true);
	frame_put_str(w, principal);
	frame_put_str(w, "secret");
	frame_put_str(w, "sched");
	frame_put_str(w, "svc");
	frame_put_str(w, hostname);
	frame_put_str(w, webui);
	frame_put_u64(w, 604800000);
	frame_put_u64(w, 1);
	frame_put_u64(w, 2);
	frame_put_u64(w, 3);
	frame_put_u16(w, 0);
}

static void
check_subscribe(struct frame_writer *w, const struct subscription *who,
    const char *want)
{
	struct mesos_settings *conf;
	struct frame_reader r;
	char err[200] = "", *body;

	frame_read_init(&r, w->buf + FRAME_HEADER, w->len - FRAME_HEADER);
	if ((conf = mesos_settings_read(&r, err, sizeof(err))) == NULL)
		fail_msg("%s", err);
	body = call_subscribe(conf, who);
	assert_string_equal(body, want);
	assert_null(strstr(body, "secret"));
	free(body);
	mesos_settings_free(conf);
	frame_free(w);
}

#define CAPABILITIES                                   \
	"\"capabilities\":[{\"type\":\"MULTI_ROLE\"}," \
	"{\"type\":\"RESERVATION_REFINEMENT\"},"       \
	"{\"type\":\"PARTITION_AWARE\"},{\"type\":\"TASK_KILLING_STATE\"}]"

static void
test_subscribe(void **state)
{
	struct subscription who = { .role = "web",
		.has_principal = true,
		.principal = "sched" };
	struct frame_writer w;

	(void)state;
	put_conf(&w, "login", "h1", "http://h1:8080/");
	check_subscribe(&w, &who,
	    "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{"
	    "\"user\":\"svc\",\"name\":\"sched\","
	    "\"failover_timeout\":604800.0,\"checkpoint\":true,"
	    "\"roles\":[\"web\"],\"hostname\":\"h1\","
	    "\"principal\":\"sched\","
	    "\"webui_url\":\"http://h1:8080/\"," CAPABILITIES
	    "},\"suppressed_roles\":[]}}");
	put_conf(&w, "", "", "");
	strlcpy(who.framework_id, "M-0000", sizeof(who.framework_id));
	who.has_principal = false;
	who.suppressed = true;
	check_subscribe(&w, &who,
	    "{\"type\":\"SUBSCRIBE\",\"framework_id\":{\"value\":\"M-0000\"},"
	    "\"subscribe\":{\"framework_info\":{"
	    "\"user\":\"svc\",\"name\":\"sched\","
	    "\"id\":{\"value\":\"M-0000\"},"
	    "\"failover_timeout\":604800.0,\"checkpoint\":true,"
	    "\"roles\":[\"web\"]," CAPABILITIES
	    "},\"suppressed_roles\":[\"web\"]}}");
}

/* The parent's own configuration frame, cut anywhere, is refused. */
static void
test_settings(void **state)
{
	struct frame_writer w;
	struct frame_reader r;
	char err[200];
	size_t len;

	(void)state;
	put_conf(&w, "p", "h", "u");
	for (len = 0; len < w.len - FRAME_HEADER; len++) {
		frame_read_init(&r, w.buf + FRAME_HEADER, len);
		assert_null(mesos_settings_read(&r, err, sizeof(err)));
	}
	frame_free(&w);
}

static void
test_idempotent(void **state)
{
	(void)state;
	assert_false(call_idempotent(MSG_ACCEPT));
	assert_true(call_idempotent(MSG_KILL));
	assert_true(call_idempotent(MSG_ACKNOWLEDGE));
	assert_true(call_idempotent(MSG_RECONCILE));
	assert_true(call_idempotent(MSG_DECLINE));
	assert_false(call_idempotent(MSG_MAX));
	assert_false(call_idempotent(MSG_SUBSCRIBE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_accept_recorded),
		cmocka_unit_test(test_docker),
		cmocka_unit_test(test_mesos_container),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_meta),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_subscribe),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_idempotent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
