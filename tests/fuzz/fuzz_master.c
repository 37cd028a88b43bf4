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
 * Target: what a master says outside of its stream: where it redirects to,
 * and texts of errors. The first byte says whether credentials are at stake;
 * the rest is the address of a master up to a NUL, then a Location.
 */

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "line.h"
#include "mesos/master.h"
#include "mesos/text.h"

static void
check_texts(const char *p, size_t len)
{
	unsigned char uuid[16];
	char text[100], again[25];

	text_clean(text, sizeof(text), p, len);
	FUZZ_CHECK(strlen(text) < sizeof(text));
	FUZZ_CHECK(line_check(text, strlen(text)) == NULL);
	if (text_copy_id(text, sizeof(text), p, len) == 0)
		FUZZ_CHECK(strlen(text) == len);
	if (text_base64(uuid, sizeof(uuid), p, len) == 0) {
		text_base64_uuid(again, uuid);
		FUZZ_CHECK(strlen(again) == 24);
	}
}

static void
check_redirects(char *url, const char *location, bool guarded)
{
	char err[512] = "", name[MASTER_NAME_MAX], full[MASTER_URL_MAX];
	static char known[] = "http://10.0.0.1:5050";
	char *urls[] = { known, url };
	struct masters *m;
	enum redirect rd;

	if ((m = masters_new(urls, 2, guarded, err, sizeof(err))) == NULL) {
		FUZZ_CHECK(err[0] != '\0');
		return;
	}
	rd = masters_redirect(m, location, err, sizeof(err));
	FUZZ_CHECK(rd == REDIRECT_FOLLOW || err[0] != '\0');
	master_addr_name(masters_current(m), name, sizeof(name));
	FUZZ_CHECK(strlen(name) < sizeof(name));
	master_addr_url(masters_current(m), full, sizeof(full));
	FUZZ_CHECK(strncmp(full, "http", 4) == 0);
	masters_failed(m);
	masters_redirect(m, location, err, sizeof(err));
	masters_found(m);
	masters_free(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	bool guarded = fuzz_take(&in, 1) % 2 == 1;
	char *url = fuzz_text(in.p, in.left);
	size_t len = strlen(url);

	check_texts((const char *)in.p, in.left);
	check_redirects(url, len < in.left ? url + len + 1 : NULL, guarded);
	free(url);
	return 0;
}
