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

#ifndef SHIM_RENDER_H
#define SHIM_RENDER_H

#include <stddef.h>

/*
 * The bodies of the routes, as the Go framework wrote them.
 */

/*
 * What the daemon says of a task ({"command":{…},"status":"…"}), as a new
 * string to be freed; of one that it does not know, with NULL. status holds
 * Mesos' own JSON; what cannot be read there becomes null. Returns NULL
 * without memory, or if data is not what the daemon sends.
 */
char *render_container(const char *data, size_t *len);

/*
 * Finds the difference in the daemon's reply to scale ("kafka: 3 to 5").
 * Returns 0, or -1 if there is none.
 */
int render_scale(const char *text, char *buf, size_t size);

#endif
