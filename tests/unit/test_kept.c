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
 * Tests of answers that are given again: only while nothing has changed, only
 * the right one, and not more of them than there is room for.
 */

#include <event2/bufferevent.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "shim/kept.h"
#include "shim_rig.h"

#define ASK(id) "GET /v0/container/" id " HTTP/1.1\r\nHost: a:1\r\n" END
#define END "Connection: close\r\n\r\n"
#define TASK(n) \
	"200-{\"command\":{\"TaskID\":" #n "},\"status\":null}\n200 one\n"

/* The answer for the id, or "". */
static const char *
kept(const struct kept *k, const char *id)
{
	static char text[64];
	const char *p;
	size_t len;

	text[0] = '\0';
	if ((p = kept_find(k, id, &len)) != NULL)
		snprintf(text, sizeof(text), "%.*s", (int)len, p);
	return text;
}

static void
test_kept(void **state)
{
	struct kept *k = kept_new();

	(void)state;
	assert_string_equal(kept(k, "1"), "");
	kept_put(k, "1", kept_age(k), "one", 3);
	kept_put(k, "kafka-0.2", kept_age(k), "two", 3);
	assert_string_equal(kept(k, "1"), "one");
	assert_string_equal(kept(k, "kafka-0.2"), "two");
	assert_string_equal(kept(k, "2"), "");
	kept_put(k, "1", kept_age(k), "new", 3);
	assert_string_equal(kept(k, "1"), "new");
	kept_changed(k);
	assert_string_equal(kept(k, "1"), "");
	assert_string_equal(kept(k, "kafka-0.2"), "");
	kept_put(k, "1", kept_age(k) - 1, "old", 3);
	assert_string_equal(kept(k, "1"), "");
	kept_free(k);
	kept_free(NULL);
}

/* Anybody may ask for much: an answer too many makes room for itself. */
static void
test_room(void **state)
{
	static char body[KEPT_MAX + 1];
	struct kept *k = kept_new();
	size_t len, sum = 0;
	char id[32];
	int i;

	(void)state;
	kept_put(k, "1", 0, body, sizeof(body));
	assert_null(kept_find(k, "1", &len));
	for (i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "%d", i);
		kept_put(k, id, 0, body, 1000 + (size_t)i);
		assert_non_null(kept_find(k, id, &len));
		assert_int_equal(len, 1000 + i);
	}
	for (i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "%d", i);
		if (kept_find(k, id, &len) != NULL)
			sum += len;
	}
	assert_in_range(sum, 1000, KEPT_MAX);
	kept_free(k);
}

static void
expect(struct rig *r, const char *request, const char *text)
{
	struct rig_answer a = rig_ask(r, request, strlen(request));

	if (strstr(a.p, text) == NULL)
		fail_msg("no %s in: %s", text, a.p);
	free(a.p);
}

/* The parent is asked once, until something changes. */
static void
test_asked_once(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "", "", NULL, LINES_TIMEOUT);
	r.reply = TASK(1);
	expect(&r, ASK("kafka-0.1"), "\"TaskID\":1}");
	r.reply = TASK(2);
	expect(&r, ASK("kafka-0.1"), "\"TaskID\":1}");
	assert_int_equal(r.n, 1);
	expect(&r, ASK("kafka-1.2"), "\"TaskID\":2}");
	expect(&r, ASK("kafka-0.1"), "\"TaskID\":1}");
	assert_int_equal(r.n, 2);
	server_changed(r.server);
	expect(&r, ASK("kafka-0.1"), "\"TaskID\":2}");
	assert_int_equal(r.n, 3);
	/* What there is not, or was not understood, is asked for again. */
	r.reply = "404 no such task\n";
	expect(&r, ASK("9"), "\"TaskID\":0");
	r.reply = TASK(9);
	expect(&r, ASK("9"), "\"TaskID\":9}");
	assert_int_equal(r.n, 5);
	rig_close(&r);
}

/* Credentials are asked for all the same. */
static void
test_credentials(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "u", "p", NULL, LINES_TIMEOUT);
	r.reply = TASK(1);
	expect(&r,
	    "GET /v0/container/1 HTTP/1.1\r\nHost: a:1\r\n"
	    "Authorization: Basic dTpw\r\n" END,
	    "\"TaskID\":1}");
	assert_int_equal(rig_code(&r, ASK("1")), 401);
	assert_int_equal(r.n, 1);
	rig_close(&r);
}

/* The answer was on its way when something changed. */
static void
test_on_its_way(void **state)
{
	struct rig_answer a;
	struct rig r;
	int fd;

	(void)state;
	rig_open(&r, "", "", NULL, LINES_TIMEOUT);
	fd = rig_connect(&r);
	rig_puts(&r, fd, ASK("1"));
	while (r.n < 1)
		rig_pump(&r);
	server_changed(r.server);
	bufferevent_write(r.parent, TASK(1), strlen(TASK(1)));
	a = rig_read(&r, fd, (size_t)-1);
	assert_non_null(strstr(a.p, "\"TaskID\":1}"));
	free(a.p);
	close(fd);
	r.reply = TASK(2);
	expect(&r, ASK("1"), "\"TaskID\":2}");
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_asked_once),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_on_its_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
