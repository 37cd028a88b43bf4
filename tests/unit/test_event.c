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
 * Tests of what becomes of the master's events: all that were recorded,
 * compared with the time line that the recorder wrote, and many broken ones.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/mesos/event.h"
#include "../../daemon/mesos/recordio.h"
#include "capture.h"
#include "event_sink.h"

#define CAPTURES "tests/captures/"

/* An event as the time line shows it. */
static int
sink_record_cb(void *arg, const char *p, size_t len)
{
	struct sink *s = arg;
	char *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, p, len);
	s->offers = 0;
	if (event_read(copy, len, sink_cb, s, &s->info) == -1)
		fail_msg("%s dropped: %s", s->info.name, s->info.why);
	assert_int_equal(s->info.dropped, 0);
	if (s->info.type == EVENT_SUBSCRIBED || s->info.type == EVENT_HEARTBEAT)
		fprintf(s->f, "%s\n", s->info.name);
	if (s->info.type == EVENT_SUBSCRIBED) {
		assert_int_equal(s->info.heartbeat, 15000);
		assert_string_equal(s->info.version, "1.12.0");
		assert_int_equal(strlen(s->info.framework_id), 41);
	}
	if (s->info.type == EVENT_OFFERS && !s->full)
		fprintf(s->f, "OFFERS n=%zu\n", s->offers);
	free(copy);
	return 0;
}

static void
sink_stream(struct sink *s, const char *path)
{
	struct recordio *r;
	const char *why;
	size_t len;
	char *body;
	int status;

	body = capture_body(path, &len, &status);
	if (status == 200) {
		r = recordio_new(RECORDIO_LIMIT, sink_record_cb, s);
		assert_non_null(r);
		assert_int_equal(recordio_feed(r, body, len, &why), 0);
		recordio_free(r);
	}
	free(body);
}

/* Takes the line as the recorder wrote it into our form, or leaves it out. */
static void
timeline_line(const char *line, FILE *out)
{
	static const char *const not [] = { "HTTP/", "end of", "connection",
		"INVERSE_OFFERS", "UPDATE_OPERATION_STATUS" };
	const char *text;
	size_t i, len = strlen(line);

	for (i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		if (strncmp(line, not [i], strlen(not [i])) == 0)
			return;
	/* ERROR {'message': '…'}: Python's quotes, of either kind. */
	if (strncmp(line, "ERROR {'message': ", 18) == 0) {
		text = line + 19;
		fprintf(out, "ERROR %.*s\n", (int)(len - 19 - 2), text);
	} else {
		fprintf(out, "%s\n", line);
	}
}

static char *
timeline_read(const char *folder)
{
	char path[300], *p, *line, *next, *text = NULL;
	size_t len;
	FILE *out;

	snprintf(path, sizeof(path), CAPTURES "%s/timeline.txt", folder);
	p = capture_read(path, &len);
	out = open_memstream(&text, &len);
	assert_non_null(out);
	for (line = p; line != NULL && *line != '\0'; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if (strlen(line) > 11 && strncmp(line + 9, "< ", 2) == 0)
			timeline_line(line + 11, out);
	}
	fclose(out);
	free(p);
	return text;
}

static void
test_recorded(void **state)
{
	static const struct {
		const char *folder;
		const char *streams[4];
	} all[] = {
		{ "02-subscribe-refused", { "01-subscribe" } },
		{ "03-subscribe-offers-launch", { "01-subscribe" } },
		{ "04-second-subscription",
		    { "01-subscribe", "03-subscribe", "05-subscribe" } },
		{ "05-agent-restart-and-loss", { "01-subscribe" } },
		{ "06-reservation-and-volume", { "01-subscribe" } },
		{ "07-maintenance-and-drain", { "01-subscribe" } },
		{ "08-master-failover",
		    { "01-subscribe", "17-subscribe", "24-subscribe" } },
		{ "09-authentication", { "04-subscribe" } },
		{ "11-two-masters",
		    { "03-subscribe", "63-subscribe-during-election-09" } },
	};
	char path[300], *want;
	struct sink s;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		sink_open(&s, false);
		for (j = 0; j < 4 && all[i].streams[j] != NULL; j++) {
			snprintf(path, sizeof(path), CAPTURES "%s/%s.response",
			    all[i].folder, all[i].streams[j]);
			sink_stream(&s, path);
		}
		fflush(s.f);
		want = timeline_read(all[i].folder);
		assert_true(strlen(want) > 0);
		if (strcmp(s.text, want) != 0)
			fail_msg("%s: got\n%s\nnot\n%s", all[i].folder, s.text,
			    want);
		free(want);
		sink_close(&s);
	}
}

/* One event, its frames with all their fields. */
static void
check_len(const char *json, size_t len, int rv, const char *want)
{
	struct sink s;
	char *copy = malloc(len);
	int got;

	assert_non_null(copy);
	memcpy(copy, json, len);
	sink_open(&s, true);
	got = event_read(copy, len, sink_cb, &s, &s.info);
	fflush(s.f);
	if (got != rv || strcmp(s.text, want) != 0)
		fail_msg("%.300s: %d (%s)\n%s", json, got,
		    s.info.why == NULL ? "" : s.info.why, s.text);
	assert_true((got == -1) == (s.info.why != NULL) || s.info.dropped > 0);
	sink_close(&s);
	free(copy);
}

static void
check(const char *json, int rv, const char *want)
{
	check_len(json, strlen(json), rv, want);
}

/* Docker's inspection comes with the status, unless it is very long. */
static void
test_status(void **state)
{
	static const char head[] = "{\"type\":\"UPDATE\",\"update\":"
				   "{\"status\":{\"task_id\":{\"value\":"
				   "\"t/1\"},\"state\":\"TASK_RUNNING\","
				   "\"timestamp\":1795374878.3363268,"
				   "\"data\":\"";
	static char json[128 * 1024];
	size_t len = sizeof(head) - 1, i;

	(void)state;
	strlcpy(json, head, sizeof(json));
	memset(json + len, 'A', 40000);
	strlcpy(json + len + 40000, "\"}}}", 16);
	check(json, 0,
	    "UPDATE t/1 TASK_RUNNING SOURCE_MASTER None uuid=False "
	    "healthy=None\n agent= message= "
	    "uuid=00000000000000000000000000000000\n");
	assert_int_equal(strlen(sink_status), strlen(json) - 38);
	assert_non_null(strstr(sink_status, "\"t/1\""));
	assert_non_null(strstr(sink_status, ":1795374878.3363268,"));
	memset(json + len, 'A', 60000);
	strlcpy(json + len + 60000, "\"}}}", 16);
	check(json, 0,
	    "UPDATE t/1 TASK_RUNNING SOURCE_MASTER None uuid=False "
	    "healthy=None\n agent= message= "
	    "uuid=00000000000000000000000000000000\n");
	assert_null(strstr(sink_status, "data"));
	assert_non_null(strstr(sink_status, ":1795374878.3363268}"));
	/* As it is shown, in a string, each of these becomes two. */
	for (i = 0; i < 30000; i += 2)
		memcpy(json + len + i, "\\\"", 2);
	strlcpy(json + len + 30000, "\"}}}", 16);
	check(json, 0,
	    "UPDATE t/1 TASK_RUNNING SOURCE_MASTER None uuid=False "
	    "healthy=None\n agent= message= "
	    "uuid=00000000000000000000000000000000\n");
	assert_null(strstr(sink_status, "data"));
}

#define STATUS(x) "{\"type\":\"UPDATE\",\"update\":{\"status\":{" x "}}}"
#define T "\"task_id\":{\"value\":\"t.1\"},"
#define NO_UUID "uuid=00000000000000000000000000000000\n"

static void
test_update(void **state)
{
	(void)state;
	check(STATUS(T "\"state\":\"TASK_RUNNING\","
		       "\"source\":\"SOURCE_EXECUTOR\","
		       "\"agent_id\":{\"value\":\"M-S0\"},"
		       "\"uuid\":\"kqVu5p6rRbqO4nPu9vUgfw==\","
		       "\"healthy\":true"),
	    0,
	    "UPDATE t.1 TASK_RUNNING SOURCE_EXECUTOR None uuid=True "
	    "healthy=True\n agent=M-S0 message= "
	    "uuid=92a56ee69eab45ba8ee273eef6f5207f\n");
	check(STATUS(T "\"state\":\"TASK_UNKNOWN\",\"healthy\":false,"
		       "\"message\":\"a\\nb\\u0000c\\u00e4\""),
	    0,
	    "UPDATE t.1 TASK_UNKNOWN SOURCE_MASTER None uuid=False "
	    "healthy=False\n agent= message=a b?c\xc3\xa4 " NO_UUID);
	/* Not UTF-8, and white space wherever it may be. */
	check(" {\n\"update\" : {\t\"status\" : { \"message\" : "
	      "\"x\xff\xc3y\" , "
	      "\"state\" :\r\"TASK_LOST\" , " T "\"reason\": null } } ,"
	      "\"type\" : \"UPDATE\" }\n ",
	    0,
	    "UPDATE t.1 TASK_LOST SOURCE_MASTER None uuid=False "
	    "healthy=None\n agent= message=x??y " NO_UUID);
}

/* Where a value ends, and which one it is, must be seen right. */
static void
test_scanned(void **state)
{
	(void)state;
	check("{\"x\":\"a\\\"}\\\\\",\"y\":{\"]\":\"\\\"}\"},"
	      "\"typ\":\"UPDATE\",\"types\":\"UPDATE\","
	      "\"type\":\"ERROR\",\"error\":{\"message\":\"{\\\"[\"}}",
	    0, "ERROR {\"[\n");
	check("{\"type_\":\"ERROR\",\"error\":{\"message\":\"x\"}}", 0, "");
	check("{\"type\":\"ERROR_\",\"error\":{\"message\":\"x\"}}", 0, "");
	check(" {\"offers\":{\"offers2\":[1],\"offers\":[ ]},\"type\":"
	      "\"OFFERS\"}",
	    0, "");
}

static void
test_update_bad(void **state)
{
	static const char *const bad[] = {
		STATUS(""),
		STATUS(T "\"state\":\"TASK_\""),
		STATUS(T "\"state\":1"),
		STATUS(T "\"source\":\"SOURCE_AGENT\""),
		STATUS("\"task_id\":\"t.1\",\"state\":\"TASK_LOST\""),
		STATUS("\"task_id\":{},\"state\":\"TASK_LOST\""),
		STATUS("\"task_id\":{\"value\":\"\"},\"state\":\"TASK_LOST\""),
		STATUS("\"task_id\":{\"value\":\"a\\u0000b\"},"
		       "\"state\":\"TASK_LOST\""),
		STATUS("\"task_id\":{\"value\":\"a\xff\"},"
		       "\"state\":\"TASK_LOST\""),
		STATUS(T "\"state\":\"TASK_LOST\",\"agent_id\":3"),
		STATUS(T "\"state\":\"TASK_LOST\",\"uuid\":\"a2E=\""),
		STATUS(T "\"state\":\"TASK_LOST\","
			 "\"uuid\":\"kqVu5p6rRbqO4nPu9vUgf-==\""),
		STATUS(T "\"state\":\"TASK_LOST\","
			 "\"uuid\":\"kqVu5p6rRbqO4nPu9vUgfwAA\""),
		STATUS(T "\"state\":\"TASK_LOST\",\"uuid\":{\"value\":\"\"}"),
		"{\"type\":\"UPDATE\",\"update\":{\"status\":[]}}",
		"{\"type\":\"UPDATE\",\"update\":{\"status\":{}}",
		"{\"type\":\"UPDATE\",\"update\":{}} x",
		"{\"type\":\"UPDATE\",\"update\":{}}{}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(bad[i], -1, "");
}

/* Nothing of these matters to us, and nothing of them harms. */
static void
test_ignored(void **state)
{
	static const char *const odd[] = { "", " ", "{}", "{ }",
		"{\"type\":\"\"}", "{\"type\":null}", "{\"type\":5}",
		"{\"type\":{\"type\":\"UPDATE\"}}", "{\"type\":\"MESSAGE\"}",
		"{\"type\":\"UPDATE\"}", "{\"type\":\"UPDATE\",\"update\":1}",
		"{\"Type\":\"UPDATE\"}", "{\"a\":[[]],\"type\":\"NEW\"}",
		"{\"type\":\"HEARTBEAT\",\"new\":[{}]}",
		"{\"type\":\"OFFERS\",\"offers\":{}}" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		check(odd[i], 0, "");
}

static void
test_garbage(void **state)
{
	static const char *const bad[] = { "x", "[]", "\"\"", "3", "{", "{\"",
		"{\"type", "{\"type\"", "{\"type\":", "{\"type\":\"",
		"{\"type\":\"UPDATE\",", "{type:\"UPDATE\"}", "{,}",
		"{\"type\":\"OFFERS\"}", "{\"type\":\"OFFERS\",\"offers\":[]}",
		"{\"type\":\"OFFERS\",\"offers\":{\"offers\":{}}}",
		"{\"type\":\"OFFERS\",\"offers\":{\"offers\":[}}",
		"{\"type\":\"OFFERS\",\"offers\":{\"offers\":[1 2]}}",
		"{\"type\":\"SUBSCRIBED\"}",
		"{\"type\":\"SUBSCRIBED\",\"subscribed\":{}}", "\xff\xfe",
		"{\"a\\", "{\"a\":\"\\" };
	static const char nul[] =
	    "{\"type\":\"UPDATE\",\"update\":{\"a\":\"\0\"}}";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(bad[i], -1, "");
	check_len(nul, sizeof(nul) - 1, -1, "");
	check_len("\0\0", 2, -1, "");
}

/* Any prefix of an event is refused, and read nowhere beyond its end. */
static void
test_prefixes(void **state)
{
	static const char all[] = STATUS(T "\"state\":\"TASK_RUNNING\","
					   "\"message\":\"\\u00e4\\\"\"");
	struct sink s;
	size_t len;
	char *copy;

	(void)state;
	for (len = 1; len < strlen(all); len++) {
		copy = malloc(len);
		assert_non_null(copy);
		memcpy(copy, all, len);
		sink_open(&s, true);
		assert_int_equal(event_read(copy, len, sink_cb, &s, &s.info),
		    -1);
		fflush(s.f);
		assert_string_equal(s.text, "");
		sink_close(&s);
		free(copy);
	}
}

static void
test_small(void **state)
{
	struct event_info info;
	static const char sub[] =
	    "{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"framework_id\":"
	    "{\"value\":\"F\"},\"heartbeat_interval_seconds\":0.25}}";

	(void)state;
	assert_int_equal(event_read(sub, strlen(sub), sink_cb, NULL, &info), 0);
	assert_int_equal(info.type, EVENT_SUBSCRIBED);
	assert_string_equal(info.framework_id, "F");
	assert_int_equal(info.heartbeat, 250);
	assert_string_equal(info.version, "");
	check("{\"type\":\"RESCIND\",\"rescind\":{\"offer_id\":"
	      "{\"value\":\"O1\"}}}",
	    0, "RESCIND O1\n");
	check("{\"type\":\"RESCIND\",\"rescind\":{\"offer_id\":\"O1\"}}", -1,
	    "");
	check("{\"type\":\"FAILURE\",\"failure\":{\"agent_id\":"
	      "{\"value\":\"S0\"},\"executor_id\":{\"value\":\"p\"},"
	      "\"status\":9}}",
	    0, "FAILURE S0 p 9\n");
	check("{\"type\":\"FAILURE\",\"failure\":{}}", 0, "FAILURE   0\n");
	check("{\"type\":\"ERROR\",\"error\":{\"message\":\"a\\nb\"}}", 0,
	    "ERROR a b\n");
	check("{\"type\":\"ERROR\",\"error\":{}}", 0, "ERROR \n");
}

#define OFFERS(x) "{\"type\":\"OFFERS\",\"offers\":{\"offers\":[" x "]}}"
#define OFFER(res)                                                    \
	"{\"id\":{\"value\":\"O1\"},\"agent_id\":{\"value\":\"S0\"}," \
	"\"hostname\":\"h1\",\"resources\":[" res "]}"
#define HEAD "OFFER O1 S0 h1\n"
#define SCALAR(v) "\"type\":\"SCALAR\",\"scalar\":{\"value\":" v "}"
#define CPUS(v, more) "{\"name\":\"cpus\"," SCALAR(v) more "}"
#define META "{\"name\":\"cpus\",\"type\":\"SCALAR\""

static void
test_offers(void **state)
{
	(void)state;
	check(OFFERS(""), 0, "");
	check(OFFERS(OFFER("")), 0, HEAD);
	check(OFFERS(OFFER(CPUS("0.1", ""))), 0,
	    HEAD " cpus role= plain=1 100 " META "}\n");
	check(OFFERS(OFFER(CPUS("4", ",\"role\":\"*\""))), 0,
	    HEAD " cpus role= plain=1 4000 " META ",\"role\":\"*\"}\n");
	check(OFFERS(OFFER(CPUS("1.9996", ",\"role\":\"web\""))), 0,
	    HEAD " cpus role=web plain=1 2000 " META ",\"role\":\"web\"}\n");
	check(OFFERS(OFFER(CPUS("2.0",
		  ",\"reservations\":[{\"role\":\"a\"},"
		  "{\"role\":\"a/b\"}]"))),
	    0,
	    HEAD " cpus role=a/b plain=1 2000 " META
		 ",\"reservations\":[{\"role\":\"a\"},"
		 "{\"role\":\"a/b\"}]}\n");
	check(OFFERS(OFFER(CPUS("1.0", ",\"revocable\":{}"))), 0,
	    HEAD " cpus role= plain=0 1000 " META ",\"revocable\":{}}\n");
	check(OFFERS(OFFER(CPUS("1.0", ",\"shared\":{}"))), 0,
	    HEAD " cpus role= plain=0 1000 " META ",\"shared\":{}}\n");
	check(OFFERS(OFFER(CPUS("1.0", ",\"provider_id\":{\"value\":\"/\"}"))),
	    0,
	    HEAD " cpus role= plain=0 1000 " META
		 ",\"provider_id\":{\"value\":\"/\"}}\n");
	check(OFFERS(OFFER(CPUS("1.0", ",\"disk\":{\"source\":{}}"))), 0,
	    HEAD " cpus role= plain=0 1000 " META
		 ",\"disk\":{\"source\":{}}}\n");
	check(OFFERS(OFFER(CPUS("1.0", ",\"disk\":{\"persistence\":{}}"))), 0,
	    HEAD " cpus role= plain=0 1000 " META
		 ",\"disk\":{\"persistence\":{}}}\n");
	check(OFFERS(OFFER(CPUS("1.0", ",\"disk\":{\"volume\":{}}"))), 0,
	    HEAD " cpus role= plain=1 1000 " META
		 ",\"disk\":{\"volume\":{}}}\n");
	check(OFFERS(OFFER("{\"name\":\"s\",\"set\":{\"item\":[\"a\"]}}")), 0,
	    HEAD " s role= plain=1 0 {\"name\":\"s\"}\n");
}

static void
test_offers_ranges(void **state)
{
	(void)state;
	check(OFFERS(OFFER("{\"name\":\"ports\",\"ranges\":{\"range\":["
			   "{\"begin\":1,\"end\":1},"
			   "{\"begin\":31000,\"end\":4294967295},"
			   "{\"begin\":5,\"end\":4},{\"begin\":-1,\"end\":4},"
			   "{\"begin\":1,\"end\":18446744073709551615},"
			   "{\"begin\":1},[],null,{\"begin\":7,\"end\":9}]}}")),
	    0,
	    HEAD " ports role= plain=1 0 {\"name\":\"ports\"} 1-1 "
		 "31000-4294967295 7-9\n");
}

/* A bad offer is dropped alone. */
static void
test_offers_bad(void **state)
{
	static const char *const bad[] = { "3", "null", "[]", "{}", "\"\"",
		"{\"id\":{\"value\":\"O1\"},\"agent_id\":{\"value\":\"S\"}}",
		OFFER(CPUS("-1.0", "")), OFFER(CPUS("\"x\"", "")),
		OFFER(CPUS("1e300", "")), OFFER(CPUS("{}", "")),
		OFFER("{\"name\":\"cpus\",\"scalar\":3}"),
		OFFER("{\"type\":\"SCALAR\"}"), OFFER("5"),
		OFFER(CPUS("1.0", ",\"reservations\":[3]")),
		OFFER(CPUS("1.0", ",\"role\":3")), OFFER(CPUS("1.0", ",,")),
		OFFER(CPUS("tru", "")) };
	char buf[2000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(buf, sizeof(buf), OFFERS("%s , %s"), bad[i],
		    OFFER(""));
		check(buf, 0, HEAD);
	}
}

/* Builds an OFFERS event of one offer with n of something. */
static char *
many(const char *before, const char *item, size_t n, const char *after)
{
	char *text = NULL;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fputs(before, f);
	for (i = 0; i < n; i++)
		fprintf(f, "%s%s", i == 0 ? "" : ",", item);
	fputs(after, f);
	fclose(f);
	return text;
}

static void
check_count(char *json, size_t frames, size_t dropped)
{
	struct sink s;

	sink_open(&s, false);
	assert_int_equal(event_read(json, strlen(json), sink_cb, &s, &s.info),
	    0);
	assert_int_equal(s.info.frames, frames);
	assert_int_equal(s.info.dropped, dropped);
	sink_close(&s);
	free(json);
}

/* What the parser makes of one that is too long must not reach the next. */
static void
test_offers_long(void **state)
{
	static const char head[] = "{\"x\":\"";
	size_t len, pad = 65536 - strlen(head) - strlen("\\ud83d");
	struct sink s;
	char *json;
	FILE *f = open_memstream(&json, &len);

	(void)state;
	assert_non_null(f);
	fprintf(f, "{\"type\":\"OFFERS\",\"offers\":{\"offers\":[%s", head);
	while (pad-- > 0)
		fputc('x', f);
	fputs("\\ud83d\\ude00\",\"id\":{\"value\":\"O1\"},"
	      "\"agent_id\":{\"value\":\"S0\"},\"hostname\":\"h1\"},"
	      "{\"id\":{\"value\":\"O2\"},\"agent_id\":{\"value\":\"S0\"},"
	      "\"hostname\":\"caf\\u00e9\"}]}}",
	    f);
	fclose(f);
	sink_open(&s, true);
	assert_int_equal(event_read(json, len, sink_cb, &s, &s.info), 0);
	fflush(s.f);
	assert_string_equal(s.text,
	    "OFFER O1 S0 h1\nOFFER O2 S0 caf\303\251\n");
	sink_close(&s);
	free(json);
}

static void
test_offers_limits(void **state)
{
	static const char head[] =
	    "{\"type\":\"OFFERS\",\"offers\":{\"offers\":["
	    "{\"id\":{\"value\":\"O1\"},\"agent_id\":{\"value\":\"S0\"},"
	    "\"hostname\":\"h1\",\"resources\":[";
	char ports[400];

	(void)state;
	/* The sink itself refuses more than 64 and 4096. */
	check_count(many(head, CPUS("1.0", ""), 1000, "]}]}}"), 1, 0);
	snprintf(ports, sizeof(ports),
	    "%s{\"name\":\"ports\","
	    "\"ranges\":{\"range\":[",
	    head);
	check_count(many(ports, "{\"begin\":1,\"end\":2}", 9000, "]}}]}]}}"), 1,
	    0);
	/* More than anything real, in one offer: dropped unparsed. */
	check_count(many(head, CPUS("1.0", ""), 30000, "]}]}}"), 0, 1);
	/* Ten thousand offers are fine. */
	check_count(many("{\"type\":\"OFFERS\",\"offers\":{\"offers\":[",
			OFFER(CPUS("1.0", "")), 10000, "]}}"),
	    10000, 0);
}

static void
test_deep(void **state)
{
	char *json;

	(void)state;
	json = many("{\"type\":\"ERROR\",\"error\":{\"x\":",
	    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 1,
	    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}");
	check(json, -1, "");
	free(json);
	json = many("{\"x\":", "[[[[[[[[[[[[[[[[", 100000, ",\"type\":\"X\"}");
	check(json, -1, "");
	free(json);
}

/* Texts are cut at characters; ids are not cut at all. */
static void
test_cut(void **state)
{
	char buf[2000], a[600], want[1200];

	(void)state;
	memset(a, 'a', sizeof(a));
	a[510] = '\0';
	snprintf(buf, sizeof(buf),
	    "{\"type\":\"ERROR\",\"error\":{\"message\":\"%s\xc3\xa4z\"}}", a);
	snprintf(want, sizeof(want), "ERROR %s\n", a);
	check(buf, 0, want);
	a[510] = 'a';
	a[255] = '\0';
	snprintf(buf, sizeof(buf),
	    "{\"type\":\"RESCIND\",\"rescind\":"
	    "{\"offer_id\":{\"value\":\"%s\"}}}",
	    a);
	snprintf(want, sizeof(want), "RESCIND %s\n", a);
	check(buf, 0, want);
	snprintf(buf, sizeof(buf),
	    "{\"type\":\"RESCIND\",\"rescind\":"
	    "{\"offer_id\":{\"value\":\"%sa\"}}}",
	    a);
	check(buf, -1, "");
}

/* Bytes changed at random: anything may come out, but nothing may break. */
static void
test_random(void **state)
{
	static const char seed_text[] =
	    OFFERS(OFFER(CPUS("1.5", ",\"reservations\":[{\"role\":\"a\"}]")));
	static const char *const seeds[] = { seed_text,
		STATUS(T "\"state\":\"TASK_LOST\",\"message\":\"\\u00e4\"") };
	uint32_t x = 2463534242U;
	struct sink s;
	size_t i, len;
	char *buf;
	int n;

	(void)state;
	for (i = 0; i < 40000; i++) {
		len = strlen(seeds[i & 1]);
		buf = malloc(len);
		assert_non_null(buf);
		memcpy(buf, seeds[i & 1], len);
		for (n = 0; n < 3; n++) {
			x ^= x << 13;
			x ^= x >> 17;
			x ^= x << 5;
			buf[x % len] = x & 0x100
			    ? "{}[],:\"\\ 0e-\n"[x >> 20 & 7]
			    : (char)(x >> 24);
		}
		sink_open(&s, true);
		event_read(buf, len, sink_cb, &s, &s.info);
		sink_close(&s);
		free(buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_scanned),
		cmocka_unit_test(test_update_bad),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_offers_ranges),
		cmocka_unit_test(test_offers_bad),
		cmocka_unit_test(test_offers_long),
		cmocka_unit_test(test_offers_limits),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
