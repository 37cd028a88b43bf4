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
 * The Go framework's own answers, recorded while it ran, against ours: every
 * byte but the date. Where kafkad differs on purpose, the row says how.
 */

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

#include "shim_rig.h"

#define FOLDER "tests/captures/12-go-framework"
#define USER "as user 127.0.0.1 "
#define NOBODY "as - 127.0.0.1 "

#define UNKNOWN "404 no such task\n"
/* What the answer has, as a whole, where it differs from the recorded one. */
#define HEAD(code) "HTTP/1.1 " code "\r\n"
#define SENT(type) "Content-Type: text/" type "; charset=utf-8\r\n"

static const struct row {
	const char *name;
	bool auth;
	bool handler; /* with Api-Service, which was meant to be sent */
	const char *line; /* NULL: none */
	const char *reply; /* NULL: the recorded task */
	const char *differs; /* NULL: it does not */
} rows[] = {
	{ "01-container", false, true, NOBODY "container 2", NULL, NULL },
	{ "02-container-zookeeper", false, true, NOBODY "container 1", NULL,
	    NULL },
	{ "03-container-unknown", false, true, NOBODY "container 99", UNKNOWN,
	    NULL },
	{ "04-scale-same", false, true, NOBODY "scale kafka 3",
	    "200 kafka: 3 to 3\n", NULL },
	{ "05-scale-zookeeper-same", false, true, NOBODY "scale zookeeper 1",
	    "200 zookeeper: 1 to 1\n", NULL },
	{ "06-reflate-zookeeper", false, true, NOBODY "reflate zookeeper",
	    "200 zookeeper: all are up\n", NULL },
	{ "07-scale-up", false, true, NOBODY "scale kafka 4",
	    "200 kafka: 3 to 4\n", NULL },
	{ "08-not-found", false, false, NULL, "", NULL },
	{ "09-unknown", false, false, NULL, "", NULL },
	/* POST changes things, too. */
	{ "10-post", false, true, NOBODY "scale kafka 3", "200 kafka: 4 to 3\n",
	    HEAD("202 Accepted") "Date\r\nContent-Length: 2\r\n" SENT(
		"plain") "Connection: close\r\n\r\n-1" },
	{ "11-double-slash", false, false, NULL, "", NULL },
	/* It closed the connection without an answer. */
	{ "12-kill-unknown", false, true, NOBODY "kill 99", UNKNOWN,
	    HEAD("404 Not Found") "Date\r\nContent-Length: 13\r\n" SENT(
		"plain") "Connection: close\r\n\r\nno such task\n" },
	{ "13-scale-down", false, true, NOBODY "scale kafka 3",
	    "200 kafka: 4 to 3\n", NULL },
	{ "14-kill", false, true, NOBODY "kill 2", "200 kafka-0: stopped\n",
	    NULL },
	{ "15-container-killed", false, true, NOBODY "container 2", UNKNOWN,
	    NULL },
	{ "16-auth-none", true, false, NULL, "", NULL },
	{ "17-auth-wrong", true, false, NULL, "", NULL },
	{ "18-auth-right-unknown", true, true, USER "container 99", UNKNOWN,
	    NULL },
	{ "19-auth-scale", true, true, USER "scale kafka 3",
	    "200 kafka: 3 to 3\n", NULL },
	{ "20-auth-404-without", true, false, NULL, "", NULL },
	/* POST is known there, so the credentials are asked for. */
	{ "21-auth-405-without", true, false, NULL, "",
	    HEAD("401 Unauthorized") "Date\r\nContent-Length: 0\r\n"
				     "Connection: close\r\n\r\n" },
};

static char *
slurp(const char *name, const char *what, size_t *len)
{
	char path[256], *p;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s.%s", FOLDER, name, what);
	if ((in = fopen(path, "r")) == NULL)
		fail_msg("%s: cannot be read", path);
	p = calloc(1, 1 << 20);
	*len = fread(p, 1, (1 << 20) - 1, in);
	fclose(in);
	return p;
}

/* Puts a text in place of the first part from "from" to before "to". */
static void
replace(char *p, const char *from, const char *to, const char *with)
{
	char *start = strstr(p, from), *end, *rest;

	if (start == NULL || (end = strstr(start, to)) == NULL)
		return;
	rest = strdup(end);
	snprintf(start, (1 << 20) - (size_t)(start - p), "%s%s", with, rest);
	free(rest);
}

/* What the parent says of a task whose recorded answer this is. */
static char *
task_reply(const char *response)
{
	const char *body = strchr(strstr(response, "\r\n\r\n") + 4, '{');
	char *copy = calloc(1, 1 << 20), *status, *reply = malloc(1 << 20);
	struct json_object *s;

	snprintf(copy, 1 << 20, "%s", body);
	*strstr(copy, "}\r\n0\r\n") = '\0';
	status = strstr(copy, ",\"status\":");
	*status = '\0';
	status += strlen(",\"status\":");
	replace(status, "\"state\":1", ",", "\"state\":\"TASK_RUNNING\"");
	replace(status, "\"source\":2", ",", "\"source\":\"SOURCE_EXECUTOR\"");
	replace(status, "\"protocol\":1", ",", "\"protocol\":\"IPv4\"");
	s = json_object_new_string(status);
	snprintf(reply, 1 << 20, "200-%s,\"status\":%s}\n200 kafka-0\n", copy,
	    json_object_to_json_string_ext(s, JSON_C_TO_STRING_PLAIN));
	json_object_put(s);
	free(copy);
	return reply;
}

static void
check_row(struct rig *r, const struct row *row)
{
	size_t len, want_len;
	char *request = slurp(row->name, "request", &len);
	char *want = slurp(row->name, "response", &want_len), *reply = NULL;
	struct rig_answer a;

	r->n = 0;
	server_changed(r->server);
	r->reply = row->reply;
	if (row->reply == NULL)
		r->reply = reply = task_reply(want);
	a = rig_ask(r, request, len);
	a.p = realloc(a.p, 1 << 20);
	if (row->handler != (strstr(a.p, "Api-Service: v0\r\n") != NULL))
		fail_msg("%s: Api-Service: %s", row->name, a.p);
	replace(a.p, "Api-Service", "Date:", "");
	replace(a.p, "Date:", "\r\n", "Date");
	replace(want, "Date:", "\r\n", "Date");
	if (strcmp(a.p, row->differs != NULL ? row->differs : want) != 0)
		fail_msg("%s: want:\n%s\nhave:\n%s", row->name, want, a.p);
	assert_int_equal(r->n, row->line != NULL ? 1 : 0);
	if (row->line != NULL)
		assert_string_equal(r->line[0], row->line);
	free(reply);
	free(a.p);
	free(want);
	free(request);
}

static void
check_rows(bool auth)
{
	struct rig r;
	size_t i;

	rig_open(&r, auth ? "user" : "", auth ? "password" : "", NULL, 10000);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].auth == auth)
			check_row(&r, &rows[i]);
	}
	rig_close(&r);
}

static void
test_without_credentials(void **state)
{
	(void)state;
	check_rows(false);
}

static void
test_with_credentials(void **state)
{
	(void)state;
	check_rows(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_credentials),
		cmocka_unit_test(test_with_credentials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
