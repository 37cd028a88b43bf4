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

#ifndef SIM_DISK_H
#define SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"

/*
 * The disk under the daemon's own store.c, in memory. What was written and
 * not fsynced may be lost in a crash, and what was done to the folder and not
 * fsynced is lost from some point on.
 */

struct disk;

struct disk *disk_new(void);
void disk_free(struct disk *d);

/* The one that the functions of disk_names.h work on. */
void disk_use(struct disk *d);

/* From now on nothing can be done, as if the process were dead. */
void disk_stop(struct disk *d, bool stopped);
/* From now on nothing can be written. */
void disk_fill(struct disk *d, bool full);
/* After so many operations that change something it stops; 0: never. */
void disk_stop_after(struct disk *d, int operations);
bool disk_is_stopped(const struct disk *d);

/* The machine, or only the process, dies: what remains is decided. */
void disk_crash(struct disk *d, bool machine, struct rng *r);

/* The state as it would be found after the machine's death; NULL: none. */
const char *disk_durable(const struct disk *d, const char *name, size_t *len);
/* Counts what changes that. */
uint64_t disk_version(const struct disk *d);

/* Puts a file there, durably; NULL: removes it. */
void disk_put(struct disk *d, const char *name, const char *text);
/* Changes a byte of it, or cuts it. Returns false if there is none. */
bool disk_damage(struct disk *d, const char *name, struct rng *r);

#endif
