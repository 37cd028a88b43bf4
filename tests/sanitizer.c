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
 * What AddressSanitizer does in kafkad unless ASAN_OPTIONS says otherwise.
 * Linked into the kafkad of builds with it, and into nothing else.  It is
 * compiled in because kafkad's child has no environment.
 *
 * quarantine_size_mb: so much freed memory is kept from reuse, so that its
 * use is found.  With the default of 256 a process grows by all that it
 * frees, and whether it leaks cannot be measured, as 53-descriptors.sh does.
 *
 * detect_leaks: a child whose parent was killed ends amid all it does, and
 * libevent keeps what waits for a turn of the loop that does not come.
 *
 * exitcode: the default, 1, is that of the errors which tests want to see.
 */

#include <sanitizer/asan_interface.h>

const char *
__asan_default_options(void)
{
#ifdef KILL_POINTS
	return ("quarantine_size_mb=1:exitcode=99:detect_leaks=0");
#else
	return ("quarantine_size_mb=1:exitcode=99");
#endif
}
