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
 * alone: what libraries that kafkad stands on need for themselves, once they
 * have been used.
 *
 *	alone curl URL	libcurl: one GET
 *	alone json	libevent and json-c: one text read and written; and who
 *			the daemon's user is
 *
 * Says "ready" then, and stays until it is ended.
 */

#include <curl/curl.h>
#include <err.h>
#include <event2/event.h>
#include <json-c/json.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static size_t
ignore(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static void
use_curl(const char *url)
{
	CURL *e = curl_easy_init();
	CURLcode rc;

	if (e == NULL)
		errx(1, "no memory");
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, ignore);
	if ((rc = curl_easy_perform(e)) != CURLE_OK)
		errx(1, "%s", curl_easy_strerror(rc));
}

static void
use_json(void)
{
	struct json_object *o = json_tokener_parse("{\"a\":[1,\"b\",null]}");

	if (o == NULL || json_object_to_json_string(o) == NULL)
		errx(1, "no memory");
	if (getpwnam("daemon") == NULL)
		errx(1, "there is no user daemon");
}

int
main(int argc, char **argv)
{
	struct event_base *base = event_base_new();

	if (base == NULL)
		errx(1, "no memory");
	if (argc == 3 && strcmp(argv[1], "curl") == 0)
		use_curl(argv[2]);
	else if (argc == 2 && strcmp(argv[1], "json") == 0)
		use_json();
	else
		errx(2, "usage: alone curl URL | alone json");
	puts("ready");
	fflush(stdout);
	event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY);
	return 1;
}
