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

#ifndef SHIM_SAMPLES_H
#define SHIM_SAMPLES_H

#include <stdint.h>

#include "grow.h"
#include "status.h"

/*
 * How many instances of each service were wanted, ran and were ready, over the
 * last hours. Pure. Times are in seconds since 1970.
 */
struct samples;

#define SAMPLES_EVERY 30 /* s; the parent's sign of life is the clock */
#define SAMPLES_MAX 720 /* six hours */
#define SAMPLES_SERVICES 8

struct samples *samples_new(void); /* NULL without memory */
void samples_free(struct samples *s); /* NULL is allowed */

/*
 * What is known now, of which one is taken, unless the last one was taken less
 * than about SAMPLES_EVERY ago. When the clock has gone back all of them are
 * forgotten.
 */
void samples_add(struct samples *s, const struct status *status, int64_t now);

/* The same when nothing has changed. It costs nothing, as an idle night does.
 */
void samples_again(struct samples *s, int64_t now);

/* When the first one was taken; 0: there is none. */
int64_t samples_since(const struct samples *s);

/* The most there was of a service; 0 if it is not known. */
int samples_most(const struct samples *s, const char *service);

enum sample_line { SAMPLE_WANTED, SAMPLE_RUNNING, SAMPLE_READY, SAMPLE_LINES };

/*
 * Adds a line as the data of an SVG path in a field of that size: from the
 * first one to now, from 0 at the bottom to most at the top. Where for a while
 * nothing was known there is a gap.
 */
void samples_path(const struct samples *s, const char *service,
    enum sample_line line, int64_t now, int most, int width, int height,
    struct grow *g);

#endif
