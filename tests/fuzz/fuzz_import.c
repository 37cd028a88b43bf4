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
 * Target: the Go framework's framework.json, which is the input. What is
 * taken over must be a state that can be saved, and the parent must be able
 * to go on from it.
 */

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fuzz.h"
#include "import.h"
#include "rig_files.h"
#include "rig_parent.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char err[STORE_ERR] = "";
	struct fuzz_parent f;
	int rc;

	fuzz_files(&text, &size, 1);
	fuzz_parent_open(&f);
	if ((f.conf->import = strdup("/import")) == NULL)
		abort();
	rc = import_load(f.conf, f.p.cluster, clock_now(), clock_wall(), err);
	FUZZ_CHECK(rc == 1 || rc == -1);
	FUZZ_CHECK((rc == -1) == (err[0] != '\0'));
	if (rc == 1) {
		f.p.cluster->barrier = true;
		fuzz_parent_turn(&f, 0);
		cluster_on_subscribed(f.p.cluster, "F-1", clock_now());
		fuzz_parent_turn(&f, 1000);
		fuzz_parent_turn(&f, 600000);
	}
	fuzz_parent_close(&f);
	return 0;
}
