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

#ifndef COMMON_PATHS_H
#define COMMON_PATHS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where kafkad keeps its socket and its state when nothing else was said, so
 * that kafkactl looks in the same place. For root: /run/kafkad/kafkad.sock and
 * /var/lib/kafkad. For others: the folder kafkad in $XDG_STATE_HOME (if that
 * is an absolute path, else in ~/.local/state), with kafkad.sock in it.
 *
 * They write a path of at most size - 1 bytes and return 0, or return -1 with
 * errno: ENAMETOOLONG if it does not fit, ENOENT without a home folder.
 */
int paths_default_socket(char *buf, size_t size, bool root);
int paths_default_state(char *buf, size_t size, bool root);

#endif
