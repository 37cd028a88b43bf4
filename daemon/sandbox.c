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
 * All processes: each calls its function here once, and can never take it
 * back. Nothing here may depend on input.
 */

#include <sys/prctl.h>
#include <sys/resource.h>

#include "log.h"
#include "sandbox.h"

/* Sanitizers, and valgrind, trace the process they check: SANDBOX_TRACED. */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_TRACED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_TRACED 1
#endif
#endif
#ifndef SANDBOX_TRACED
#define SANDBOX_TRACED 0
#endif

static void
sandbox_common(void)
{
	struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal("prctl: no new privileges");
	if (!SANDBOX_TRACED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		fatal("prctl: not dumpable");
	if (setrlimit(RLIMIT_CORE, &none) == -1)
		fatal("setrlimit: core");
}

void
sandbox_parent(void)
{
	sandbox_common();
}

void
sandbox_mesos(void)
{
	sandbox_common();
}

void
sandbox_http(void)
{
	sandbox_common();
}
