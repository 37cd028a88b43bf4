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

#ifndef SHIM_FACTS_H
#define SHIM_FACTS_H

#include <stdint.h>

#include "lines.h"
#include "status.h"

/*
 * The daemon's status, for all who want to know it: it is asked for once at a
 * time, however many wait for the answer.
 */
struct facts;
struct facts_wait;

/*
 * The lines must outlive it. seen hears of each status, before those who asked
 * for it. NULL without memory.
 */
struct facts *facts_new(struct lines *lines,
    void (*seen)(void *arg, const struct status *s), void *arg);
/* Without calling anybody who waits; nobody may be left. NULL is allowed. */
void facts_free(struct facts *f);

/*
 * The last status, without its instances, if it was asked for within so many
 * ms, else NULL. It is valid until the event loop goes on.
 */
const struct status *facts_last(const struct facts *f, int64_t age);

/*
 * The status, or NULL and why, with a code from 400 on. It is valid during
 * the call. Called once, from the event loop.
 */
typedef void (
    *facts_cb)(void *arg, const struct status *s, int code, const char *why);

/*
 * Asks. cb may be NULL. Returns NULL without memory, or if too many commands
 * wait already.
 */
struct facts_wait *facts_ask(struct facts *f, facts_cb cb, void *arg);
/* Who asked has gone. Not after its callback was called. */
void facts_forget(struct facts_wait *w);

#endif
