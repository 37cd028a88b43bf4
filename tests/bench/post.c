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
 * post: how fast libcurl alone can POST a call, one after the other on one
 * connection, each answer awaited: the bare limit of acknowledgements.
 *
 *	post URL STREAM-ID BODY COUNT	prints how many a second
 */

#include <curl/curl.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock_ms.h"

static size_t
ignore(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static struct curl_slist *
headers(const char *stream_id)
{
	struct curl_slist *list = NULL;
	char line[256];

	snprintf(line, sizeof(line), "Mesos-Stream-Id: %s", stream_id);
	list = curl_slist_append(list, line);
	list = curl_slist_append(list, "Content-Type: application/json");
	list = curl_slist_append(list, "Accept: application/json");
	return curl_slist_append(list, "Expect:");
}

int
main(int argc, char **argv)
{
	struct curl_slist *list;
	const char *errstr;
	long status, done, n, connects;
	double start;
	CURLcode rc;
	CURL *e;

	if (argc != 5)
		errx(2, "usage: post URL STREAM-ID BODY COUNT");
	n = (long)strtonum(argv[4], 1, 1 << 30, &errstr);
	if (errstr != NULL)
		errx(2, "%s is %s", argv[4], errstr);
	if ((e = curl_easy_init()) == NULL)
		errx(1, "no memory");
	list = headers(argv[2]);
	curl_easy_setopt(e, CURLOPT_URL, argv[1]);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, argv[3]);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, ignore);
	start = clock_ms(CLOCK_MONOTONIC);
	for (done = 0; done < n; done++) {
		if ((rc = curl_easy_perform(e)) != CURLE_OK)
			errx(1, "%s", curl_easy_strerror(rc));
		curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
		if (status != 202)
			errx(1, "answer %ld", status);
		curl_easy_getinfo(e, CURLINFO_NUM_CONNECTS, &connects);
		if (connects != (done == 0))
			errx(1, "a second connection");
	}
	printf("%.0f\n", (double)n * 1e3 / (clock_ms(CLOCK_MONOTONIC) - start));
	curl_easy_cleanup(e);
	curl_slist_free_all(list);
	return 0;
}
