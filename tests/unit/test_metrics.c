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

/* What the http process makes of a status: metrics, health, readiness. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <json-c/json.h>

#include "core/cluster.h"
#include "shim/metrics.h"
#include "shim/monitor.h"

#define DAEMON(rest) "{\"daemon\":{\"version\":\"0.1\"" rest "}}"
#define WELL ",\"mode\":\"active\",\"connected\":true,\"saved\":true"
#define ZOOKEEPER \
	"\n{\"service\":\"zookeeper\",\"wanted\":1,\"running\":1,\"ready\":1}"
#define KAFKA "\n{\"service\":\"kafka\",\"wanted\":3,\"running\":3,\"ready\":2}"

/* To be freed. */
static char *
metrics(const char *data)
{
	struct grow g = { NULL, 0, 0, false };
	struct status *s = status_parse(data);

	assert_non_null(s);
	metrics_render(&g, s);
	status_free(s);
	return grow_take(&g, NULL);
}

/* Whether the text has that whole line. */
static bool
has(const char *text, const char *line)
{
	size_t n = strlen(line);
	const char *p = text;

	for (; (p = strstr(p, line)) != NULL; p++) {
		if ((p == text || p[-1] == '\n') && p[n] == '\n')
			return true;
	}
	return false;
}

static const char whole[] =
    "{\"daemon\":{\"version\":\"0.1\",\"mode\":\"passive\","
    "\"connected\":true,\"saved\":false,\"behind\":true,"
    "\"plan_steps\":5,\"plan_paused\":true,"
    "\"warnings\":[\"a\",\"b\"],\"strays\":[],"
    "\"offers_received\":12,\"offers_declined\":7,\"processes\":["
    "{\"process\":\"mesos\",\"starts\":4,\"pid\":7,"
    "\"started\":1795772857,\"cpu\":1.250,\"memory\":9437184},"
    "{\"process\":\"http\",\"starts\":0}]}}\n"
    "{\"service\":\"kafka\",\"wanted\":3,\"configured\":5,"
    "\"running\":2,\"ready\":1,\"outdated\":4}\n"
    "{\"instance\":\"kafka-0\",\"service\":\"kafka\","
    "\"state\":\"running\",\"ready\":true,\"failures_total\":4,"
    "\"launches\":6}";

static void
test_all(void **state)
{
	static const char *const lines[] = {
		"# HELP kafkad_build_info Always 1; the label is the version "
		"of kafkad.",
		"# TYPE kafkad_build_info gauge",
		"kafkad_build_info{version=\"0.1\"} 1",
		"kafkad_master_connected 1",
		"kafkad_state_saved 0",
		"kafkad_state_behind 1",
		"kafkad_warnings 2",
		"kafkad_plan_paused 1",
		"kafkad_plan_steps 5",
		"kafkad_stray_tasks 0",
		"# TYPE kafkad_offers_received_total counter",
		"kafkad_offers_received_total 12",
		"kafkad_offers_declined_total 7",
		"kafkad_mode{mode=\"active\"} 0",
		"kafkad_mode{mode=\"passive\"} 1",
		"kafkad_process_restarts_total{process=\"mesos\"} 3",
		"kafkad_process_restarts_total{process=\"http\"} 0",
		"process_cpu_seconds_total{process=\"mesos\"} 1.250",
		"process_resident_memory_bytes{process=\"mesos\"} 9437184",
		"process_start_time_seconds{process=\"mesos\"} 1795772857",
		"kafkad_service_instances_wanted{service=\"kafka\"} 3",
		"kafkad_service_instances_configured{service=\"kafka\"} 5",
		"kafkad_service_instances_running{service=\"kafka\"} 2",
		"kafkad_service_instances_ready{service=\"kafka\"} 1",
		"kafkad_service_instances_outdated{service=\"kafka\"} 4",
		"kafkad_instance_ready{service=\"kafka\",name=\"kafka-0\"} 1",
		"kafkad_instance_failures_total{service=\"kafka\","
		"name=\"kafka-0\"} 4",
		"kafkad_instance_launches_total{service=\"kafka\","
		"name=\"kafka-0\"} 6",
		"kafkad_instance_state{service=\"kafka\",name=\"kafka-0\","
		"state=\"running\"} 1",
		"kafkad_instance_state{service=\"kafka\",name=\"kafka-0\","
		"state=\"lost\"} 0",
	};
	char *text;
	size_t i;

	(void)state;
	text = metrics(whole);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!has(text, lines[i]))
			fail_msg("no line: %s in:\n%s", lines[i], text);
	}
	free(text);
}

/* What is not known is not told. */
static void
test_missing(void **state)
{
	char *text = metrics(DAEMON(",\"offers_received\":\"many\"") KAFKA);

	(void)state;
	assert_null(strstr(text, "master_connected"));
	assert_null(strstr(text, "offers_received"));
	assert_null(strstr(text, "warnings"));
	assert_null(strstr(text, "process"));
	assert_null(strstr(text, "instance_ready"));
	assert_null(strstr(text, "instances_outdated"));
	assert_true(has(text, "kafkad_mode{mode=\"active\"} 0"));
	assert_int_equal(text[strlen(text) - 1], '\n');
	free(text);
}

/* A label is what it was: no value can end it, or a line. */
static void
test_escapes(void **state)
{
	char *text =
	    metrics("{\"daemon\":{\"version\":\"a\\\\b\\n} 1\\nd\\\"e\"}}\n"
		    "{\"service\":\"\\u00e4\\\"} 9\",\"wanted\":1}");

	(void)state;
	assert_true(has(text,
	    "kafkad_build_info{version=\"a\\\\b\\n} 1\\nd\\\"e\"} 1"));
	assert_true(has(text,
	    "kafkad_service_instances_wanted{service=\"\xc3\xa4\\\"} 9\"} 1"));
	free(text);
}

/* The names of modes and states are the core's. */
static void
test_names(void **state)
{
	char line[256], data[256], *text;
	int i;

	(void)state;
	for (i = MODE_ACTIVE; i <= MODE_TEARDOWN; i++) {
		snprintf(data, sizeof(data), "{\"daemon\":{\"mode\":\"%s\"}}",
		    cluster_mode_name(i));
		snprintf(line, sizeof(line), "kafkad_mode{mode=\"%s\"} 1",
		    cluster_mode_name(i));
		text = metrics(data);
		assert_true(has(text, line));
		free(text);
	}
	for (i = INSTANCE_STOPPED; i <= INSTANCE_BACKOFF; i++) {
		snprintf(data, sizeof(data),
		    DAEMON("") "\n{\"instance\":\"k-0\",\"service\":\"k\","
			       "\"state\":\"%s\"}",
		    instance_state_name(i));
		snprintf(line, sizeof(line),
		    "kafkad_instance_state{service=\"k\",name=\"k-0\","
		    "state=\"%s\"} 1",
		    instance_state_name(i));
		text = metrics(data);
		assert_true(has(text, line));
		free(text);
	}
}

static void
check_monitor(const char *data, bool ready, bool all, int code,
    const char *body)
{
	struct status *s = data != NULL ? status_parse(data) : NULL;
	struct grow g = { NULL, 0, 0, false };
	struct json_object *o;
	char *text;

	assert_int_equal(ready ? monitor_ready(&g, s, all)
			       : monitor_health(&g, s),
	    code);
	text = grow_take(&g, NULL);
	assert_string_equal(text, body);
	assert_non_null(o = json_tokener_parse(text));
	json_object_put(o);
	free(text);
	status_free(s);
}

#define OK "{\"ok\":true}\n"
#define WHY(why) "{\"ok\":false,\"why\":[" why "]}\n"

static void
test_health(void **state)
{
	(void)state;
	check_monitor(DAEMON(WELL), false, true, 200, OK);
	check_monitor(NULL, false, true, 503,
	    WHY("\"kafkad does not answer\""));
	/* The cluster is another matter. */
	check_monitor(DAEMON(",\"saved\":true,\"mode\":\"passive\"") KAFKA,
	    false, true, 200, OK);
	check_monitor(DAEMON(",\"saved\":false"), false, true, 503,
	    WHY("\"the state cannot be saved\""));
}

static void
test_ready(void **state)
{
	(void)state;
	check_monitor(DAEMON(WELL) ZOOKEEPER, true, false, 200, OK);
	check_monitor(NULL, true, true, 503, WHY("\"kafkad does not answer\""));
	check_monitor(DAEMON(WELL) ZOOKEEPER KAFKA, true, true, 503,
	    WHY("\"kafka: 2 of 3 ready\""));
	check_monitor(DAEMON(WELL) KAFKA ZOOKEEPER KAFKA, true, false, 503,
	    WHY("\"not all that is wanted is ready\""));
	check_monitor(DAEMON(",\"saved\":false,\"mode\":\"active\"") ZOOKEEPER,
	    true, false, 503,
	    WHY("\"the state cannot be saved\",\"not connected to a master\""));
	check_monitor(DAEMON(",\"saved\":true,\"mode\":\"removed\""), true,
	    false, 503, WHY("\"kafkad is not active\""));
	/* A name that would not stay within its string. */
	check_monitor(DAEMON(WELL) "\n{\"service\":\"a\\\"b\",\"wanted\":1}",
	    true, true, 503, WHY("\"not all that is wanted is ready\""));
}

/* What is no status is none; what is new in one does no harm. */
static void
test_parse(void **state)
{
	static const char *const wrong[] = { "", "{}", "[]", "7", "{",
		DAEMON("") "\n[]", DAEMON("") "\n\n", DAEMON("") "\nx",
		DAEMON("") "\n" DAEMON("") "\nx", "{\"daemon\":7}" };
	struct status *s;
	size_t i;

	(void)state;
	assert_null(status_parse(NULL));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_null(status_parse(wrong[i]));
	s = status_parse(DAEMON("") "\n{\"weather\":\"fine\"}" KAFKA "\n");
	assert_non_null(s);
	assert_int_equal(json_object_array_length(s->services), 1);
	assert_int_equal(json_object_array_length(s->instances), 0);
	status_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_health),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
