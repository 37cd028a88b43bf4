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

/* Tests of the answers' JSON, and of credentials. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <json-c/json.h>

#include "shim/auth.h"
#include "shim/render.h"

/* What becomes of a status. */
static void
status(const char *raw, const char *want)
{
	struct json_object *s = json_object_new_string(raw);
	char *data = malloc(strlen(raw) * 6 + 100), *have;
	size_t len;

	sprintf(data, "{\"command\":{},\"status\":%s}",
	    json_object_to_json_string_ext(s, JSON_C_TO_STRING_PLAIN));
	have = render_container(data, &len);
	assert_non_null(have);
	assert_int_equal(len, strlen(have));
	have[len - 1] = '\0';
	assert_string_equal(have + strlen("{\"command\":{},\"status\":"), want);
	free(have);
	free(data);
	json_object_put(s);
}

static void
test_status(void **state)
{
	(void)state;
	status("{}", "{}");
	status("{\"state\":\"TASK_GONE_BY_OPERATOR\"}", "{\"state\":12}");
	/* In the order of mesos.proto, and without what it does not know. */
	status("{\"uuid\":\"AA==\",\"healthy\":false,\"new\":{\"x\":1},"
	       "\"reason\":\"REASON_RECONCILIATION\",\"source\":"
	       "\"SOURCE_MASTER\",\"state\":\"TASK_LOST\","
	       "\"task_id\":{\"value\":\"7\",\"x\":1}}",
	    "{\"task_id\":{\"value\":\"7\"},\"state\":5,\"source\":0,"
	    "\"reason\":9,\"uuid\":\"AA==\",\"healthy\":false}");
	status("{\"state\":\"TASK_NEW\",\"reason\":\"REASON_NEW\"}", "{}");
	status("{\"state\":3}", "{\"state\":3}");
	status("{\"check_status\":{\"type\":\"TCP\",\"tcp\":{\"succeeded\":"
	       "true}},\"unreachable_time\":{\"nanoseconds\":"
	       "1732294875400000000}}",
	    "{\"check_status\":{\"type\":3,\"tcp\":{\"succeeded\":true}},"
	    "\"unreachable_time\":{\"nanoseconds\":1732294875400000000}}");
	status("{\"limitation\":{\"resources\":[{\"type\":\"RANGES\",\"name\":"
	       "\"ports\",\"ranges\":{\"range\":[{\"end\":2,\"begin\":1}]}},"
	       "{\"name\":\"mem\",\"type\":\"SCALAR\",\"scalar\":"
	       "{\"value\":128.0}}]}}",
	    "{\"limitation\":{\"resources\":[{\"name\":\"ports\",\"type\":1,"
	    "\"ranges\":{\"range\":[{\"begin\":1,\"end\":2}]}},"
	    "{\"name\":\"mem\",\"type\":0,\"scalar\":{\"value\":128}}]}}");
	status("{\"container_status\":{\"network_infos\":[{\"groups\":[],"
	       "\"name\":\"weave\",\"ip_addresses\":[{\"protocol\":\"IPv6\","
	       "\"ip_address\":\"::1\"}]}]}}",
	    "{\"container_status\":{\"network_infos\":[{\"ip_addresses\":"
	    "[{\"protocol\":2,\"ip_address\":\"::1\"}],\"name\":\"weave\"}]"
	    "}}");
	status("no JSON", "null");
	status("", "null");
	status("[1]", "null");
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *raw;
		const char *want;
	} rows[] = {
		{ "1795374908.301862", "1795374908.301862" },
		{ "1795374878.3363268", "1795374878.3363268" },
		{ "1795374878.33632680", "1795374878.3363268" },
		{ "1732294900.0", "1732294900" },
		{ "0.1", "0.1" },
		{ "1e-7", "1e-7" },
		{ "1.5e-10", "1.5e-10" },
		{ "1e20", "100000000000000000000" },
		{ "1e21", "1e+21" },
		{ "-0.000001", "-0.000001" },
		{ "0.0", "0" },
		{ "123", "123" },
	};
	char raw[128], want[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(raw, sizeof(raw), "{\"timestamp\":%s}", rows[i].raw);
		snprintf(want, sizeof(want), "{\"timestamp\":%s}",
		    rows[i].want);
		status(raw, want);
	}
}

static void
test_strings(void **state)
{
	(void)state;
	status("{\"message\":\"a<b>&\\\"\\\\/\\n\\r\\t\\u0001\\b\\f\"}",
	    "{\"message\":\"a\\u003cb\\u003e\\u0026\\\"\\\\/\\n\\r\\t\\u0001"
	    "\\b\\f\"}");
	status("{\"message\":\"\\u00e4\\u2028\\u2029\\u202a\"}",
	    "{\"message\":\"\xc3\xa4\\u2028\\u2029\xe2\x80\xaa\"}");
	status("{\"message\":\"a\\u0000b\"}", "{\"message\":\"a\\u0000b\"}");
}

static void
test_data(void **state)
{
	static const char unknown[] =
	    "{\"command\":{\"environment\":{},\"Executor\":{},"
	    "\"InternalID\":0,\"TaskID\":0,\"IsZookeeper\":false,"
	    "\"IsKafka\":false,\"Slave\":\"\"},\"status\":null}";
	char *p, deep[4000];
	size_t len, i;

	(void)state;
	p = render_container(NULL, &len);
	assert_string_equal(p, unknown);
	assert_int_equal(len, 131);
	free(p);
	assert_null(render_container("", &len));
	assert_null(render_container("{}", &len));
	assert_null(render_container("{\"command\":1,\"status\":null}", &len));
	p = render_container("{\"command\":{\"b\":1,\"a\":[true,null,\"<\"]},"
			     "\"status\":null}",
	    &len);
	assert_string_equal(p,
	    "{\"command\":{\"b\":1,\"a\":[true,null,\"\\u003c\"]},"
	    "\"status\":null}");
	free(p);
	len = (size_t)snprintf(deep, sizeof(deep), "{\"command\":{\"a\":");
	for (i = 0; i < 1000; i++)
		deep[len++] = '[';
	deep[len] = '\0';
	assert_null(render_container(deep, &len));
}

static void
test_scale(void **state)
{
	char buf[32];

	(void)state;
	assert_int_equal(render_scale("kafka: 3 to 5", buf, 32), 0);
	assert_string_equal(buf, "2");
	assert_int_equal(render_scale("zookeeper: 3 to 3", buf, 32), 0);
	assert_string_equal(buf, "0");
	assert_int_equal(render_scale("kafka: 4 to 3; and more", buf, 32), 0);
	assert_string_equal(buf, "-1");
	assert_int_equal(render_scale("", buf, 32), -1);
	assert_int_equal(render_scale("kafka: x to 3", buf, 32), -1);
	assert_int_equal(render_scale("kafka: 3", buf, 32), -1);
	assert_int_equal(render_scale("kafka: 9999999999 to 3", buf, 32), -1);
}

static void
test_auth(void **state)
{
	struct auth *a = auth_new("user", "password");

	(void)state;
	assert_true(auth_needed(a));
	assert_string_equal(auth_user(a), "user");
	assert_true(auth_check(a, "Basic dXNlcjpwYXNzd29yZA=="));
	assert_true(auth_check(a, "basic dXNlcjpwYXNzd29yZA=="));
	assert_false(auth_check(a, NULL));
	assert_false(auth_check(a, ""));
	assert_false(auth_check(a, "Basic"));
	assert_false(auth_check(a, "Basic "));
	assert_false(auth_check(a, "Basic !!!!"));
	assert_false(auth_check(a, "Bearer dXNlcjpwYXNzd29yZA=="));
	assert_false(auth_check(a, "Basic dXNlcjpub3Bl"));
	/* "user", "user:", ":password", "user:password2", with a NUL. */
	assert_false(auth_check(a, "Basic dXNlcg=="));
	assert_false(auth_check(a, "Basic dXNlcjo="));
	assert_false(auth_check(a, "Basic OnBhc3N3b3Jk"));
	assert_false(auth_check(a, "Basic dXNlcjpwYXNzd29yZDI="));
	assert_false(auth_check(a, "Basic dXNlcjpwYXNzd29yZAA="));
	auth_free(a);
	a = auth_new("user", "");
	assert_false(auth_needed(a));
	assert_null(auth_user(a));
	assert_true(auth_check(a, NULL));
	auth_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_auth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
