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

/* Tests of the routes: URIs, commands, other sites. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shim/route.h"

static const struct {
	const char *uri;
	enum route_what what;
	bool good;
	const char *command; /* or the location */
} uris[] = {
	{ "/v0/kafka/scale/5", ROUTE_SCALE, true, "scale kafka 5" },
	{ "/v0/kafka/scale/0", ROUTE_SCALE, true, "scale kafka 0" },
	{ "/v0/kafka/scale/1000", ROUTE_SCALE, true, "scale kafka 1000" },
	{ "/v0/kafka/scale/007", ROUTE_SCALE, true, "scale kafka 7" },
	{ "/v0/zookeeper/scale/3?x=y", ROUTE_SCALE, true, "scale zookeeper 3" },
	{ "/v0/kafka/scale/1001", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/-1", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/+1", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/1.5", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/abc", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/4294967301", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/%35", ROUTE_SCALE, true, "scale kafka 5" },
	{ "/v0/kafka/scale/5%00", ROUTE_SCALE, false, NULL },
	{ "/v0/kafka/scale/5%0a", ROUTE_SCALE, false, NULL },
	{ "/v0%2fkafka%2Fscale%2f5", ROUTE_SCALE, true, "scale kafka 5" },
	{ "/v0/kafka/scale/", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/kafka/scale", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/kafka/scale/5/", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/kafka/scale/5%2f6", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/Kafka/scale/5", ROUTE_UNKNOWN, false, NULL },
	{ "/v1/x", ROUTE_UNKNOWN, false, NULL },
	{ "/", ROUTE_PAGE, false, NULL },
	{ "/?x", ROUTE_PAGE, false, NULL },
	{ "/page.css", ROUTE_STYLE, false, NULL },
	{ "/page.js", ROUTE_SCRIPT, false, NULL },
	{ "/page.svg", ROUTE_ICON, false, NULL },
	{ "/page.html", ROUTE_UNKNOWN, false, NULL },
	{ "/page", ROUTE_UNKNOWN, false, NULL },
	{ "/events", ROUTE_EVENTS, false, NULL },
	{ "/history/kafka-0", ROUTE_PAST, true, "history kafka-0" },
	{ "/history/kafka-0?x", ROUTE_PAST, true, "history kafka-0" },
	{ "/history/kafka-0%20lines=1", ROUTE_PAST, false, NULL },
	{ "/history/kafka-0%0akill", ROUTE_PAST, false, NULL },
	{ "/history/kafka=0", ROUTE_PAST, false, NULL },
	{ "/history/", ROUTE_UNKNOWN, false, NULL },
	{ "/history/kafka-0/", ROUTE_UNKNOWN, false, NULL },
	{ "/do/", ROUTE_UNKNOWN, false, NULL },
	{ "/do/start/", ROUTE_UNKNOWN, false, NULL },
	{ "/do/shutdown/x", ROUTE_UNKNOWN, false, NULL },
	{ "/do/start/kafka-0", ROUTE_METHOD, false, NULL },
	{ "/v0/kafka/reflate", ROUTE_REFLATE, true, "reflate kafka" },
	{ "/v0/zookeeper/reflate", ROUTE_REFLATE, true, "reflate zookeeper" },
	{ "/v0/kafka/reflate/", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/kafka/reflatex", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/task/kill/2", ROUTE_KILL, true, "kill 2" },
	{ "/v0/task/kill/kafka-0.17", ROUTE_KILL, true, "kill kafka-0.17" },
	{ "/v0/task/kill/kafka-0", ROUTE_KILL, false, NULL },
	{ "/v0/task/kill/.2", ROUTE_KILL, false, NULL },
	{ "/v0/task/kill/2.", ROUTE_KILL, false, NULL },
	{ "/v0/task/kill/a.b.2", ROUTE_KILL, false, NULL },
	{ "/v0/task/kill/2%20force", ROUTE_KILL, false, NULL },
	{ "/v0/task/kill/9999999999999999999", ROUTE_KILL, false, NULL },
	{ "/v0/container/1", ROUTE_CONTAINER, true, "container 1" },
	{ "/metrics", ROUTE_METRICS, false, NULL },
	{ "/metrics?x=y", ROUTE_METRICS, false, NULL },
	{ "/%6detrics", ROUTE_METRICS, false, NULL },
	{ "/metrics/", ROUTE_UNKNOWN, false, NULL },
	{ "/metricsx", ROUTE_UNKNOWN, false, NULL },
	{ "/v0/metrics", ROUTE_UNKNOWN, false, NULL },
	{ "//metrics", ROUTE_MOVED, false, "/metrics" },
	{ "/health", ROUTE_HEALTH, false, NULL },
	{ "/ready", ROUTE_READY, false, NULL },
	{ "/v0/container/x", ROUTE_CONTAINER, false, NULL },
	{ "http://a:1/v0/container/1", ROUTE_CONTAINER, true, "container 1" },
	{ "HTTPS://a/v0/container/1?q", ROUTE_CONTAINER, true, "container 1" },
	{ "http://a", ROUTE_MOVED, false, "/" },
	{ "//v0/kafka/reflate", ROUTE_MOVED, false, "/v0/kafka/reflate" },
	{ "//v0/kafka/reflate?x=1&y", ROUTE_MOVED, false,
	    "/v0/kafka/reflate?x=1&y" },
	{ "/v0/../v0/./kafka/reflate", ROUTE_MOVED, false,
	    "/v0/kafka/reflate" },
	{ "/v0//x/", ROUTE_MOVED, false, "/v0/x/" },
	{ "/..", ROUTE_MOVED, false, "/" },
	{ "/../../..", ROUTE_MOVED, false, "/" },
	{ "/a/%2e%2e/b%20c%22", ROUTE_MOVED, false, "/b%20c%22" },
	{ "//%0d%0aX:", ROUTE_MOVED, false, "/%0D%0AX:" },
	{ "///evil.example/%2f..", ROUTE_MOVED, false, "/" },
	{ "///evil.example/x", ROUTE_MOVED, false, "/evil.example/x" },
	{ "//x?\xc3\xa4", ROUTE_MOVED, false, "/x?%c3%a4" },
	{ "/a(b)'*!//", ROUTE_MOVED, false, "/a%28b%29%27%2A%21/" },
	{ "", ROUTE_BAD, false, NULL },
	{ "*", ROUTE_BAD, false, NULL },
	{ "v0/kafka/reflate", ROUTE_BAD, false, NULL },
	{ "/v0/kafka /reflate", ROUTE_BAD, false, NULL },
	{ "/v0/\x01", ROUTE_BAD, false, NULL },
	{ "/%", ROUTE_BAD, false, NULL },
	{ "/%4", ROUTE_BAD, false, NULL },
	{ "/%zz", ROUTE_BAD, false, NULL },
	{ "ftp://a/v0/kafka/reflate", ROUTE_BAD, false, NULL },
};

static void
test_uris(void **state)
{
	char line[512], want[512];
	struct route r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		assert_int_equal(route_parse(METHOD_GET, uris[i].uri, &r), 0);
		if (r.what != uris[i].what || r.good != uris[i].good)
			fail_msg("%s: %d %d", uris[i].uri, r.what, r.good);
		assert_int_equal(route_command(&r, "bob", "10.0.0.1", line,
				     sizeof(line)),
		    r.good);
		snprintf(want, sizeof(want), "as bob 10.0.0.1 %s",
		    uris[i].command != NULL ? uris[i].command : "");
		if (r.good)
			assert_string_equal(line, want);
		if (r.what == ROUTE_MOVED)
			assert_string_equal(r.location, uris[i].command);
		route_free(&r);
	}
}

static enum route_what
what(enum route_method m, const char *uri)
{
	struct route r;
	enum route_what w;

	assert_int_equal(route_parse(m, uri, &r), 0);
	w = r.what;
	route_free(&r);
	return w;
}

static void
test_methods(void **state)
{
	static const char *const change[] = { "/v0/kafka/scale/1",
		"/v0/zookeeper/reflate", "/v0/task/kill/1" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(what(METHOD_GET, change[i]) > ROUTE_METHOD);
		assert_true(what(METHOD_POST, change[i]) > ROUTE_METHOD);
		assert_true(what(METHOD_PUT, change[i]) > ROUTE_METHOD);
		assert_int_equal(what(METHOD_HEAD, change[i]), ROUTE_METHOD);
		assert_int_equal(what(METHOD_OTHER, change[i]), ROUTE_METHOD);
	}
	assert_int_equal(what(METHOD_POST, "/v0/container/1"), ROUTE_METHOD);
	assert_int_equal(what(METHOD_HEAD, "/v0/container/1"), ROUTE_METHOD);
	assert_int_equal(what(METHOD_POST, "/v0/nothing"), ROUTE_UNKNOWN);
	assert_int_equal(what(METHOD_POST, "//v0"), ROUTE_MOVED);
	assert_int_equal(what(METHOD_CONNECT, "//v0"), ROUTE_UNKNOWN);
}

/* Ours say what they take; the Go framework did not. */
static void
test_allow(void **state)
{
	static const char *const look[] = { "/metrics", "/health", "/ready" };
	struct route r;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(what(METHOD_GET, look[i]) >= ROUTE_METRICS);
		assert_true(what(METHOD_HEAD, look[i]) >= ROUTE_METRICS);
		assert_int_equal(route_parse(METHOD_POST, look[i], &r), 0);
		assert_int_equal(r.what, ROUTE_METHOD);
		assert_string_equal(r.allow, "GET, HEAD");
		route_free(&r);
	}
	assert_int_equal(route_parse(METHOD_HEAD, "/v0/container/1", &r), 0);
	assert_int_equal(r.what, ROUTE_METHOD);
	assert_null(r.allow);
	route_free(&r);
}

/* What the buttons ask for. */
static void
test_do(void **state)
{
	static const struct {
		const char *uri;
		const char *command; /* NULL: none is made of it */
	} rows[] = {
		{ "/do/start/kafka-0", "start kafka-0" },
		{ "/do/kill/zookeeper-12", "kill zookeeper-12" },
		{ "/do/restart/kafka%2d0?x", "restart kafka-0" },
		{ "/do/scale/kafka=3", "scale kafka 3" },
		{ "/do/scale/kafka%3D1000", "scale kafka 1000" },
		{ "/do/scale/kafka=1001", NULL },
		{ "/do/scale/kafka=", NULL },
		{ "/do/scale/kafka=3=4", NULL },
		{ "/do/scale/kafka=-1", NULL },
		{ "/do/scale/kafka", NULL },
		{ "/do/scale/=3", NULL },
		{ "/do/start/kafka-0=3", NULL },
		{ "/do/start/kafka-0%20force", NULL },
		{ "/do/start/kafka-0%0akill", NULL },
		{ "/do/start/kafka-0%00", NULL },
		{ "/do/start/kafka.0", NULL },
	};
	char line[512], want[512];
	struct route r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(route_parse(METHOD_POST, rows[i].uri, &r), 0);
		assert_int_equal(r.what, ROUTE_DO);
		if (r.good != (rows[i].command != NULL))
			fail_msg("%s: %d", rows[i].uri, r.good);
		assert_int_equal(route_command(&r, "bob", "::1", line,
				     sizeof(line)),
		    r.good);
		snprintf(want, sizeof(want), "as bob ::1 %s",
		    r.good ? rows[i].command : "");
		if (r.good)
			assert_string_equal(line, want);
		route_free(&r);
	}
	assert_int_equal(route_parse(METHOD_GET, rows[0].uri, &r), 0);
	assert_int_equal(r.what, ROUTE_METHOD);
	assert_string_equal(r.allow, "POST");
	route_free(&r);
	assert_int_equal(route_parse(METHOD_POST, "/events", &r), 0);
	assert_string_equal(r.allow, "GET");
	route_free(&r);
}

static void
test_words(void **state)
{
	char line[512], *user;
	struct route r;

	(void)state;
	assert_int_equal(route_parse(METHOD_GET, "/v0/kafka/reflate", &r), 0);
	assert_true(route_command(&r, NULL, "::1", line, sizeof(line)));
	assert_string_equal(line, "as - ::1 reflate kafka");
	assert_true(
	    route_command(&r, "a b\nc\xc3\xa4", "1", line, sizeof(line)));
	assert_string_equal(line, "as a_b_c__ 1 reflate kafka");
	assert_false(route_command(&r, "x", "1", line, 10));
	user = calloc(1, 5000);
	memset(user, 'u', 4999);
	assert_true(route_command(&r, user, "1", line, sizeof(line)));
	assert_true(strlen(line) < 200);
	free(user);
}

static void
test_cross_site(void **state)
{
	(void)state;
	assert_false(route_cross_site("a:1", NULL, NULL));
	assert_false(route_cross_site(NULL, NULL, NULL));
	assert_false(route_cross_site("a:1", NULL, "none"));
	assert_false(route_cross_site("a:1", NULL, "same-origin"));
	assert_true(route_cross_site("a:1", NULL, "same-site"));
	assert_true(route_cross_site("a:1", NULL, "cross-site"));
	assert_true(route_cross_site("a:1", NULL, ""));
	assert_false(route_cross_site("a:1", "http://A:1", NULL));
	assert_false(route_cross_site("a", "http://a:80", NULL));
	assert_false(route_cross_site("a:443", "https://a", NULL));
	assert_false(route_cross_site("[::1]:1", "http://[::1]:1", NULL));
	assert_true(route_cross_site("a:1", "http://a:2", NULL));
	assert_true(route_cross_site("a:1", "http://a", NULL));
	assert_true(route_cross_site("a:1", "http://b:1", NULL));
	assert_true(route_cross_site("a:1", "http://a:1.evil", NULL));
	assert_true(route_cross_site("a:1", "null", NULL));
	assert_true(route_cross_site("a:1", "", NULL));
	assert_true(route_cross_site("", "http://", NULL));
	assert_true(route_cross_site(NULL, "http://a:1", NULL));
	assert_true(route_cross_site("a:1", "http://a:1", "cross-site"));
}

static void
test_named_site(void **state)
{
	(void)state;
	assert_false(route_of_named_site("a:1", NULL, NULL));
	assert_false(route_of_named_site("a:1", NULL, "none"));
	assert_true(route_of_named_site("a:1", NULL, "same-origin"));
	assert_true(route_of_named_site("a:1", "http://a:1", NULL));
	assert_true(route_of_named_site(NULL, "http://a:1", NULL));
	assert_true(route_of_named_site("", "http://", NULL));
	assert_true(route_of_named_site("127.0.0.1.evil", NULL, "same-origin"));
	assert_true(route_of_named_site("[evil]", NULL, "same-origin"));
	assert_true(route_of_named_site("[", NULL, "same-origin"));
	assert_false(route_of_named_site("127.0.0.1", NULL, "same-origin"));
	assert_false(route_of_named_site("10.0.0.1:80", "http://10.0.0.1",
	    "same-origin"));
	assert_false(
	    route_of_named_site("[::1]:1", "http://[::1]:1", "same-origin"));
	assert_false(route_of_named_site("LocalHost:1", NULL, "same-origin"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_do),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_cross_site),
		cmocka_unit_test(test_named_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
