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

#ifndef DAEMON_STORE_H
#define DAEMON_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/cluster.h"

#define STORE_ERR 1024 /* room for a text */

struct store;

/* What was found at start. */
enum store_found {
	STORE_FRESH, /* no state yet */
	STORE_GOOD,
	STORE_BACKUP /* damaged or missing; its backup is good and was used */
};

/*
 * Takes the lock of the state in dir, which must exist; tries for two
 * seconds. Returns NULL, and why not in err (STORE_ERR bytes).
 */
struct store *store_open(const char *dir, char *err);
void store_close(struct store *s);

/*
 * Fills in a new cluster from the saved state. now and wall are the present
 * times of clock.h. Returns 0 with found set and, if there is something to
 * tell, a text in err; or -1 with why in err: the state is damaged and has
 * no good backup, or is from a newer version. Nothing is changed on disk.
 */
int store_load(struct store *s, struct cluster *c, enum store_found *found,
    int64_t now, int64_t wall, char *err);

/*
 * Makes the cluster's facts durable: written, fsynced, renamed, directory
 * fsynced; the previous state becomes the backup, and a damaged one is kept
 * under another name. Returns 0, or -1 with why in err; what was saved
 * before is then still there.
 */
int store_save(struct store *s, const struct cluster *c, int64_t now,
    int64_t wall, char *err);

/* The path of the state file, for messages. */
const char *store_path(const struct store *s);

/* The text that store_save() writes, to be freed; and its reverse. */
char *state_encode(const struct cluster *c, int64_t now, int64_t wall);
int state_decode(struct cluster *c, const char *text, size_t len, int64_t now,
    int64_t wall, char *err);

#endif
