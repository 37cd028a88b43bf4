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

/* Tests of which master is asked next, and which redirect is followed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/mesos/master.h"

static void
check_url(const char *url, const char *name, const char *api)
{
	struct master_addr a;
	const char *why;
	char buf[MASTER_URL_MAX];

	assert_int_equal(master_addr_parse(&a, url, &why), 0);
	master_addr_name(&a, buf, sizeof(buf));
	assert_string_equal(buf, name);
	master_addr_url(&a, buf, sizeof(buf));
	assert_string_equal(buf, api);
}

static void
test_url(void **state)
{
	static const char *const bad[] = { "", "m1", "m1:5050", "ftp://m1",
		"http://", "http://:5050", "http://m1:", "http://m1:0",
		"http://m1:65536", "http://m1:5050x", "http://m1:-1",
		"http://u@m1", "http://m1/path", "http://m1:1/path",
		"http://m1 x", "http://[::1", "http://[::1]x", "http://[g]",
		"http://m1\r\nX: y", "http://m1:5050:1" };
	struct master_addr a;
	const char *why;
	char url[400];
	size_t i;

	(void)state;
	check_url("http://m1", "m1:5050", "http://m1:5050/api/v1/scheduler");
	check_url("HTTPS://m1.example:443/", "m1.example:443",
	    "https://m1.example:443/api/v1/scheduler");
	check_url("http://[::1]:1", "[::1]:1",
	    "http://[::1]:1/api/v1/scheduler");
	check_url("http://10.0.0.1:65535", "10.0.0.1:65535",
	    "http://10.0.0.1:65535/api/v1/scheduler");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why = NULL;
		if (master_addr_parse(&a, bad[i], &why) == 0)
			fail_msg("accepted: %s", bad[i]);
		assert_non_null(why);
	}
	memset(url, 'a', sizeof(url));
	memcpy(url, "http://", 7);
	url[7 + 255] = '\0';
	assert_int_equal(master_addr_parse(&a, url, &why), 0);
	url[7 + 255] = 'a';
	url[7 + 256] = '\0';
	assert_int_equal(master_addr_parse(&a, url, &why), -1);
}

static struct masters *
make(const char *first, const char *second, bool guarded)
{
	char one[100], two[100], *urls[2] = { one, two };
	struct masters *m;
	char err[200];

	snprintf(one, sizeof(one), "%s", first);
	snprintf(two, sizeof(two), "%s", second == NULL ? "" : second);
	m = masters_new(urls, second == NULL ? 1 : 2, guarded, err,
	    sizeof(err));
	assert_non_null(m);
	return m;
}

static void
check_current(struct masters *m, const char *want)
{
	char name[MASTER_NAME_MAX];

	master_addr_name(masters_current(m), name, sizeof(name));
	assert_string_equal(name, want);
}

static void
check_redirect(struct masters *m, const char *location, enum redirect want,
    const char *text)
{
	char why[512] = "";

	assert_int_equal(masters_redirect(m, location, why, sizeof(why)), want);
	if (text != NULL && strstr(why, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, why);
}

static void
test_round(void **state)
{
	struct masters *m = make("http://m1", "http://m2:1", false);
	char err[200], bad[] = "ftp://m1", *urls[] = { bad };

	(void)state;
	check_current(m, "m1:5050");
	masters_failed(m);
	check_current(m, "m2:1");
	masters_failed(m);
	check_current(m, "m1:5050");
	/* After a leader that was not listed the round goes on. */
	check_redirect(m, "//m3:1/x", REDIRECT_FOLLOW, NULL);
	check_current(m, "m3:1");
	masters_failed(m);
	check_current(m, "m2:1");
	masters_free(m);
	assert_null(masters_new(urls, 1, false, err, sizeof(err)));
	assert_non_null(strstr(err, "ftp://m1"));
	assert_null(masters_new(urls, 0, false, err, sizeof(err)));
}

static void
test_redirect(void **state)
{
	struct masters *m = make("http://m1", NULL, false);

	(void)state;
	check_redirect(m, "//m2:5050/master/api/v1/scheduler", REDIRECT_FOLLOW,
	    NULL);
	check_current(m, "m2:5050");
	assert_false(masters_current(m)->https);
	check_redirect(m, "http://m3:5050", REDIRECT_FOLLOW, NULL);
	check_current(m, "m3:5050");
	check_redirect(m, "//M3:5050/", REDIRECT_RETRY, "itself");
	check_redirect(m, "https://m4:5050/", REDIRECT_REFUSED, "https");
	check_redirect(m, NULL, REDIRECT_RETRY, "not to a host");
	check_redirect(m, "", REDIRECT_RETRY, "not to a host");
	check_redirect(m, "/master", REDIRECT_RETRY, "not to a host");
	check_redirect(m, "///x", REDIRECT_RETRY, "not to a host");
	check_redirect(m, "//a@m1:1/", REDIRECT_RETRY, "not to a host");
	check_redirect(m, "//m1:99999/", REDIRECT_RETRY, "not to a host");
	check_redirect(m, "//m4", REDIRECT_FOLLOW, NULL);
	check_current(m, "m4:80");
	masters_free(m);

	m = make("https://m1", NULL, true);
	check_redirect(m, "http://m1:5050/", REDIRECT_REFUSED, "http");
	masters_free(m);
}

static void
test_hops(void **state)
{
	struct masters *m = make("http://m1", NULL, false);
	char location[30];
	int i;

	(void)state;
	for (i = 1; i <= 5; i++) {
		snprintf(location, sizeof(location), "//h%d:1/", i);
		check_redirect(m, location, REDIRECT_FOLLOW, NULL);
	}
	check_redirect(m, "//h6:1/", REDIRECT_RETRY, "too many");
	check_current(m, "h5:1");
	masters_found(m);
	check_redirect(m, "//h6:1/", REDIRECT_FOLLOW, NULL);
	masters_free(m);
}

/* Credentials without a proof of the other side: listed hosts only. */
static void
test_guarded(void **state)
{
	struct masters *m = make("http://m1", "http://M2:1", true);

	(void)state;
	check_redirect(m, "//m3:5050/", REDIRECT_REFUSED, "m3:5050");
	check_redirect(m, "//m3:5050/", REDIRECT_REFUSED, "`master`");
	check_current(m, "m1:5050");
	check_redirect(m, "//m2:5050/", REDIRECT_REFUSED, "m2:5050");
	check_redirect(m, "//m2:1/", REDIRECT_FOLLOW, NULL);
	check_redirect(m, "//m1:5050/", REDIRECT_FOLLOW, NULL);
	masters_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_redirect),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_guarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
