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
 * Target: the state file. The input is its JSON; the checksum is made to fit,
 * so that the inside is reached. What is taken must say the same when it is
 * saved and read again, and the parent must be able to go on from it.
 */

#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fuzz.h"
#include "rig_parent.h"
#include "store.h"

/* JSON that is one line, with its checksum. */
static char *
signed_text(const uint8_t *data, size_t size)
{
	char sum[SHA256_DIGEST_STRING_LENGTH], *json, *text;

	json = fuzz_text(data, size);
	if (SHA256Data(data, size, sum) == NULL ||
	    (text = malloc(size + sizeof(sum) + 16)) == NULL)
		abort();
	memcpy(text, json, size);
	snprintf(text + size, sizeof(sum) + 16, "\nsha256 %s\n", sum);
	free(json);
	return text;
}

static int
decode(struct cluster *c, const char *text, size_t len)
{
	char err[STORE_ERR];
	int rc;

	rc = state_decode(c, text, len, clock_now(), clock_wall(), err);
	FUZZ_CHECK((rc == 0) == (err[0] == '\0'));
	return rc;
}

/* What was taken is saved, read and saved: twice the same. */
static void
check_again(struct fuzz_parent *f)
{
	struct cluster *c = cluster_new(&f->conf->cluster);
	char *one, *two;

	one = state_encode(f->p.cluster, clock_now(), clock_wall());
	FUZZ_CHECK(one != NULL && c != NULL);
	FUZZ_CHECK(decode(c, one, strlen(one)) == 0);
	two = state_encode(c, clock_now(), clock_wall());
	FUZZ_CHECK(two != NULL && strcmp(one, two) == 0);
	free(one);
	free(two);
	cluster_free(c);
}

static void
go_on(struct fuzz_parent *f)
{
	f->p.cluster->barrier = f->p.cluster->framework_id[0] != '\0';
	fuzz_parent_turn(f, 0);
	cluster_on_subscribed(f->p.cluster, "F-1", clock_now());
	fuzz_parent_turn(f, 1000);
	fuzz_parent_turn(f, 600000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_parent f;
	char *text;

	if (memchr(data, '\n', size) != NULL || size == 0)
		return 0;
	fuzz_parent_open(&f);
	text = signed_text(data, size);
	if (decode(f.p.cluster, text, size + strlen(text + size)) == 0) {
		check_again(&f);
		go_on(&f);
	}
	free(text);
	fuzz_parent_close(&f);
	return 0;
}
