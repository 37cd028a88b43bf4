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

#ifndef SHIM_SHIM_H
#define SHIM_SHIM_H

#include "log.h"

/* Where the process finds what the parent hands over, beside the channel. */
#define HTTP_FILENO_LINES 5 /* connected: the line protocol */
#define HTTP_FILENO_LISTEN 6 /* bound and listening */
#define HTTP_FILENO_WATCH 7 /* connected: the same, for watch alone */

/*
 * The http process, run in a program of its own after exec, with the channel
 * to the parent on CHAN_FILENO. Returns the status to
 * exit with: 0 after the parent closed the channel or the lines; whatever
 * else ends it is fatal and logged.
 */
int http_main(enum log_sink sink, enum log_level level);

#endif
