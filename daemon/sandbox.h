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

#ifndef SANDBOX_H
#define SANDBOX_H

#include <stddef.h>
#include <stdint.h>

/*
 * The walls around each process, put up after its configuration has come and
 * before it meets the network, before any thread: no new privileges, no core
 * files, no tracing by others, small limits, and as far as the kernel has
 * them its walls (enum wall); what it has not is logged. One function per
 * process, called once. Returns the walls that stand; anything else that
 * cannot be put up is fatal.
 */

/* The folders of the state and of the control socket are all it changes. */
unsigned int sandbox_parent(const char *state, const char *control);

/*
 * files: paths that it reads again, empty ones are left out; their folders
 * stay open, and those of the resolver and of the system's certificates.
 * ports: the masters'.
 */
unsigned int sandbox_mesos(const char *const *files, size_t nfiles,
    const uint16_t *ports, size_t nports);

/* files: as above; nothing else. */
unsigned int sandbox_http(const char *const *files, size_t nfiles);

#endif
