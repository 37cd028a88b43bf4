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

#ifndef MESOS_RECORDIO_H
#define MESOS_RECORDIO_H

#include <stddef.h>

/*
 * A decoder of Mesos' RecordIO: a length in decimal digits, LF, that many
 * bytes, and so on. Pure: bytes go in, cut in any way, records come out.
 */
#define RECORDIO_LIMIT ((size_t)64 * 1024 * 1024)

struct recordio;

/*
 * One record, which may be empty; it is not NUL terminated and valid during
 * the call only. Returns 0, or -1 to stop.
 */
typedef int (*recordio_cb)(void *arg, const char *record, size_t len);

/* A record longer than limit is an error. Returns NULL without memory. */
struct recordio *recordio_new(size_t limit, recordio_cb cb, void *arg);
void recordio_free(struct recordio *r);

/*
 * Feeds len bytes. Returns 0; or -1 when the callback stopped (*why is then
 * NULL) or when the bytes are no RecordIO (*why says what is wrong). After
 * -1 the decoder is of no more use: the format cannot be picked up again.
 * The memory held follows the bytes that came, not the length announced.
 */
int recordio_feed(struct recordio *r, const char *p, size_t len,
    const char **why);

#endif
