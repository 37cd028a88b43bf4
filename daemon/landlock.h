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

#ifndef DAEMON_LANDLOCK_H
#define DAEMON_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/*
 * A door in the wall around files: all that is in a folder, or will be. A
 * rule for one file would end when the file is replaced by another.
 */
struct landlock_folder {
	const char *path;
	bool change; /* make, write and remove files; else read them */
};

struct landlock_rules {
	bool reading; /* wall off reading and running files, too */
	const struct landlock_folder *folders;
	size_t nfolders;
	bool tcp; /* wall off TCP, but for connecting to these ports */
	const uint16_t *ports;
	size_t nports;
	bool abstract; /* wall off abstract sockets of other processes */
};

/*
 * Puts up the wall around this process and its children, for good. Needs no
 * new privileges, and no other thread. Returns what of it this kernel has
 * (enum wall); that it has it and does not do it is fatal. landlock(7).
 */
unsigned int landlock_enter(const struct landlock_rules *rules);

#endif
