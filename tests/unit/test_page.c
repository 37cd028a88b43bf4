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

/* The status page, and what it is made of: samples and news. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shim/page.h"

#define NOW 1795773000 /* 2026-11-27T09:50:00Z */
#define DAEMON "{\"daemon\":{\"version\":\"0.1\",\"mode\":\"active\"}}"

/* What is shown of a status, to be freed. */
static char *
render(const char *data, const char *token, const char *news)
{
	struct status *s = status_parse(data);
	struct samples *samples = samples_new();
	struct grow g = { NULL, 0, 0, false };
	struct news *n = news_new();
	struct page p = { .status = s,
		.news = n,
		.samples = samples,
		.token = token,
		.now = NOW,
		.news_since = NOW - 60 };

	assert_non_null(s);
	samples_add(samples, s, NOW - 20);
	samples_add(samples, s, NOW);
	if (news != NULL)
		news_add(n, news);
	page_render(&g, &p);
	status_free(s);
	samples_free(samples);
	news_free(n);
	return grow_take(&g, NULL);
}

static const char cluster[] = DAEMON
    "\n{\"service\":\"kafka\",\"wanted\":2,\"configured\":3,\"running\":2,"
    "\"ready\":1}\n"
    "{\"instance\":\"kafka-0\",\"service\":\"kafka\",\"id\":0,"
    "\"state\":\"running\",\"ready\":true,\"since\":3700,"
    "\"task\":\"kafka-0.2\",\"agent\":\"S1\",\"host\":\"a1.example\","
    "\"ports\":[9092,9093],\"failures_total\":1}\n"
    "{\"instance\":\"kafka-1\",\"service\":\"kafka\",\"state\":\"stopped\","
    "\"ready\":false,\"waiting\":\"stopped by the operator\"}";

static void
test_shows(void **state)
{
	static const char *const texts[] = { "<title>kafka 1/2, kafkad</title>",
		"<tr role=\"row\" id=\"i-kafka-0\">",
		"<a href=\"/history/kafka-0\">kafka-0</a>", ">a1.example</td>",
		">9092, 9093</td>", ">1 h 1 min</td>", "running, ready</span>",
		"stopped by the operator", "3 configured",
		">2026-11-27 09:50 UTC</time>",
		">2026-11-27 10:03:22</time> <b>kafka-0</b> ready",
		"viewBox=\"0 -4 600 88\"", "d=\"M0 0H600\"" };
	char *text = render(cluster, NULL,
	    "{\"time\":\"2026-11-27T10:03:22Z\",\"instance\":\"kafka-0\","
	    "\"text\":\"ready\",\"level\":\"info\"}");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strstr(text, texts[i]) == NULL)
			fail_msg("no %s in:\n%s", texts[i], text);
	}
	/* Who may not change anything has nothing to do it with. */
	assert_null(strstr(text, "data-do="));
	assert_null(strstr(text, "warning:"));
	assert_non_null(strstr(text, "name=\"kafkad-token\" content=\"\""));
	assert_null(strchr(text, '@'));
	/* Nothing that the policy of the page would refuse, or needs. */
	assert_null(strstr(text, "style="));
	assert_null(strstr(text, "onclick"));
	assert_null(strstr(text, "http:"));
	free(text);
}

static void
test_buttons(void **state)
{
	char *text = render(cluster, "cafe", NULL);

	(void)state;
	assert_non_null(strstr(text, "name=\"kafkad-token\" content=\"cafe\""));
	assert_non_null(strstr(text, "data-do=\"scale\" data-of=\"kafka\""));
	assert_non_null(strstr(text,
	    "<button id=\"kill-kafka-0\" data-do=\"kill\" "
	    "data-of=\"kafka-0\">"));
	assert_non_null(strstr(text,
	    "<button id=\"restart-kafka-0\" data-do=\"restart\" "
	    "data-of=\"kafka-0\">"));
	assert_null(strstr(text, "data-do=\"start\" data-of=\"kafka-0\""));
	assert_non_null(strstr(text, "data-do=\"start\" data-of=\"kafka-1\""));
	assert_null(strstr(text, "data-do=\"kill\" data-of=\"kafka-1\""));
	free(text);
}

#define EVIL "\\\"'><script>&@daemon@"
#define SAFE "&#34;&#39;&gt;&lt;script&gt;&amp;@daemon@"

/* Whatever comes from elsewhere, and wherever it is shown. */
static void
test_escapes(void **state)
{
	static const char *const fields[] = { "instance", "state", "waiting",
		"last_message", "plan", "host", "task", "agent", "service" };
	static const char *const daemon[] = { "mode", "master", "connection",
		"framework_id", "version" };
	char data[1024], *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		snprintf(data, sizeof(data),
		    DAEMON "\n{\"service\":\"k%s\"}\n{\"instance\":\"k-0\","
			   "\"service\":\"k%s\",\"%s\":\"k" EVIL "\"}",
		    i == 8 ? EVIL : "", i == 8 ? EVIL : "", fields[i]);
		text = render(data, "cafe", NULL);
		if (strstr(text, "<script>") != NULL ||
		    strstr(text, SAFE) == NULL)
			fail_msg("%s: %s", fields[i], text);
		free(text);
	}
	for (i = 0; i < sizeof(daemon) / sizeof(daemon[0]); i++) {
		snprintf(data, sizeof(data),
		    "{\"daemon\":{\"%s\":\"" EVIL "\"}}", daemon[i]);
		text = render(data, NULL, NULL);
		assert_null(strstr(text, "<script>"));
		assert_non_null(strstr(text, SAFE));
		free(text);
	}
	text = render("{\"daemon\":{\"plan\":\"" EVIL "\"}}", NULL, NULL);
	assert_null(strstr(text, "<script>"));
	assert_non_null(strstr(text, ">Plan</h2>\n<p>" SAFE "</p>"));
	free(text);
	text = render("{\"daemon\":{\"warnings\":[\"" EVIL "\",7,null]}}", NULL,
	    "{\"time\":\"" EVIL "\",\"instance\":\"" EVIL "\",\"text\":\"" EVIL
	    "\"}");
	assert_null(strstr(text, "<script>"));
	assert_non_null(strstr(text, "<li>" SAFE "</li>"));
	assert_non_null(strstr(text, "<b>" SAFE "</b> " SAFE "</li>"));
	free(text);
}

/* A warning is told by a word, not by its colour alone; so is its day. */
static void
test_warning(void **state)
{
	char *text = render(DAEMON, NULL,
	    "{\"time\":\"2026-11-26T23:59:59Z\",\"instance\":\"\","
	    "\"text\":\"full\",\"level\":\"warn\"}");

	(void)state;
	assert_non_null(strstr(text,
	    "data-warn=\"1\"><time datetime=\"2026-11-26T23:59:59Z\">"
	    "2026-11-26 23:59:59</time> "
	    "<span class=\"hear\">warning:</span> full</li>"));
	free(text);
}

/* What became of an instance, with who asked for it, the newest first. */
static void
test_past(void **state)
{
	struct news *past =
	    news_of("{\"time\":\"2026-11-26T09:00:00Z\",\"instance\":\"k-0\","
		    "\"text\":\"first\"}\nno JSON\n"
		    "{\"time\":\"2026-11-27T09:00:00Z\",\"instance\":\"k-0\","
		    "\"text\":\"" EVIL "\",\"who\":\"" EVIL "\"}");
	struct grow g = { NULL, 0, 0, false };
	char *text;

	(void)state;
	page_render_past(&g, EVIL, past);
	news_free(past);
	text = grow_take(&g, NULL);
	assert_null(strstr(text, "<script"));
	assert_non_null(strstr(text, "<title>\\" SAFE ", kafkad</title>"));
	assert_non_null(strstr(text, "<h1>\\" SAFE "</h1>"));
	assert_non_null(strstr(text,
	    "<b>k-0</b> " SAFE " <span class=\"note\">" SAFE "</span></li>\n"
	    "<li id=\"n-1\" data-warn=\"0\">"
	    "<time datetime=\"2026-11-26T09:00:00Z\">2026-11-26 09:00:00"
	    "</time> <b>k-0</b> first</li>\n</ol>"));
	free(text);
	past = news_of(NULL);
	assert_null(news_get(past, 0));
	news_free(past);
}

static void
take(struct samples *s, int wanted, int ready, int64_t now)
{
	char data[256];
	struct status *status;

	snprintf(data, sizeof(data),
	    DAEMON "\n{\"service\":\"k\",\"wanted\":%d,\"ready\":%d}", wanted,
	    ready);
	status = status_parse(data);
	samples_add(s, status, now);
	status_free(status);
}

static void
check_path(const struct samples *s, enum sample_line line, int64_t now,
    const char *want)
{
	struct grow g = { NULL, 0, 0, false };
	char *text;

	samples_path(s, "k", line, now, samples_most(s, "k"), 100, 40, &g);
	text = grow_take(&g, NULL);
	assert_string_equal(text, want);
	free(text);
}

static void
test_samples(void **state)
{
	struct samples *s = samples_new();
	int i;

	(void)state;
	assert_int_equal(samples_since(s), 0);
	assert_int_equal(samples_most(s, "k"), 0);
	samples_again(s, 900); /* nothing is known */
	assert_int_equal(samples_since(s), 0);
	take(s, 2, 2, 1000);
	take(s, 9, 9, 1015); /* too early */
	take(s, 2, 1, 1030);
	take(s, 2, 1, 1060);
	take(s, 4, 1, 1090);
	take(s, 4, 4, 1120);
	assert_int_equal(samples_since(s), 1000);
	assert_int_equal(samples_most(s, "k"), 4);
	assert_int_equal(samples_most(s, "other"), 0);
	check_path(s, SAMPLE_READY, 1150, "M0 20H20V30H80V0H100");
	check_path(s, SAMPLE_WANTED, 1150, "M0 20H60V0H100");
	/* What came too early counts when it is time, if all is as it was. */
	take(s, 4, 2, 1140);
	samples_again(s, 1148);
	check_path(s, SAMPLE_READY, 1150, "M0 20H20V30H80V0H100");
	samples_again(s, 1149);
	samples_again(s, 1150);
	check_path(s, SAMPLE_READY, 1200, "M0 20H15V30H60V0H74V20H100");
	/* Nothing was known for a while, and is not known now. */
	take(s, 4, 2, 1270);
	check_path(s, SAMPLE_READY, 1600, "M0 20H5V30H20V0H24V20H24M45 20H45");
	/* Older ones make room. */
	for (i = 0; i < SAMPLES_MAX; i++)
		take(s, 1, 1, 2000 + SAMPLES_EVERY * i);
	assert_int_equal(samples_since(s), 2000);
	assert_int_equal(samples_most(s, "k"), 1);
	/* Before the clock was right. */
	take(s, 1, 1, 500);
	assert_int_equal(samples_since(s), 500);
	samples_free(s);
}

/* More services than there is room for, and numbers that cannot be. */
static void
test_samples_wrong(void **state)
{
	struct samples *s = samples_new();
	char data[2048] = DAEMON;
	struct status *status;
	int i;

	(void)state;
	for (i = 0; i < 2 * SAMPLES_SERVICES; i++)
		snprintf(data + strlen(data), sizeof(data) - strlen(data),
		    "\n{\"service\":\"k%d\",\"wanted\":%s}", i,
		    i % 2 ? "-5" : "99999999999");
	status = status_parse(data);
	samples_add(s, status, 1);
	status_free(status);
	assert_int_equal(samples_most(s, "k0"), 9999);
	assert_int_equal(samples_most(s, "k1"), 0);
	assert_int_equal(samples_most(s, "k8"), 0);
	samples_free(s);
}

static uint64_t told;

static void
told_cb(void *arg, const struct news_item *item)
{
	(void)arg;
	told = item->number;
}

static void
test_news(void **state)
{
	struct news_reader r = { .told = told_cb };
	char data[2048], text[1000];
	struct news *n = news_new();
	int i;

	(void)state;
	assert_null(news_get(n, 0));
	news_follow(n, &r);
	for (i = 0; i < 2 * NEWS_KEPT + 7; i++) {
		snprintf(data, sizeof(data), "{\"text\":\"no %d\"}", i);
		news_add(n, data);
	}
	assert_int_equal(told, 2 * NEWS_KEPT + 7);
	news_leave(n, &r);
	assert_string_equal(news_get(n, 0)->text, "no 106");
	assert_string_equal(news_get(n, NEWS_KEPT - 1)->text, "no 57");
	assert_null(news_get(n, NEWS_KEPT));
	/* What is none. */
	news_add(n, "{}");
	news_add(n, "x");
	news_add(n, "[1]");
	news_add(n, "{\"text\":7}");
	assert_string_equal(news_get(n, 0)->text, "no 106");
	/* A long one is cut, and stays harmless. */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text + NEWS_TEXT - 2, "\xc3\xa4", 2);
	snprintf(data, sizeof(data),
	    "{\"text\":\"\\u001b%s\",\"level\":\"warn\"}", text);
	news_add(n, data);
	assert_int_equal(strlen(news_get(n, 0)->text), NEWS_TEXT - 1);
	assert_int_equal(news_get(n, 0)->text[0], ' ');
	assert_true(news_get(n, 0)->warn);
	assert_int_equal(told, 2 * NEWS_KEPT + 7);
	news_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shows),
		cmocka_unit_test(test_buttons),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_warning),
		cmocka_unit_test(test_past),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_samples_wrong),
		cmocka_unit_test(test_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
