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

/*
 * Part of the http process: what the plots of the page are made of. It is kept
 * while the process lives and no longer: who wants more has Prometheus.
 */

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"

#define GAP (3 * SAMPLES_EVERY) /* s without a sample */
#define SLACK 1 /* s: who tells us when has no whole ones */
#define NAME_SIZE 32
#define VALUE_MAX 9999

struct sample {
	int64_t at;
	int16_t value[SAMPLES_SERVICES][SAMPLE_LINES]; /* -1: not known */
};

struct samples {
	char names[SAMPLES_SERVICES][NAME_SIZE];
	size_t n; /* of names */
	struct sample ring[SAMPLES_MAX];
	size_t count; /* of all there ever were */
	struct sample newest; /* known, taken or not; at 0: nothing is */
};

struct samples *
samples_new(void)
{
	return calloc(1, sizeof(struct samples));
}

void
samples_free(struct samples *s)
{
	free(s);
}

static size_t
samples_kept(const struct samples *s)
{
	return s->count < SAMPLES_MAX ? s->count : SAMPLES_MAX;
}

/* The i-th of those that are kept, 0 being the oldest. */
static const struct sample *
samples_get(const struct samples *s, size_t i)
{
	return &s->ring[(s->count - samples_kept(s) + i) % SAMPLES_MAX];
}

/* The number of a name, or -1. */
static int
samples_find(const struct samples *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (strcmp(s->names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

static int16_t
value(struct json_object *o, const char *name)
{
	int64_t v = status_int(o, name);

	if (v < 0)
		return 0;
	return (int16_t)(v < VALUE_MAX ? v : VALUE_MAX);
}

static void
sample_service(struct samples *s, struct sample *to, struct json_object *o)
{
	const char *name = status_str(o, "service");
	int i = samples_find(s, name);

	if (i == -1) {
		if (s->n == SAMPLES_SERVICES || strlen(name) >= NAME_SIZE)
			return;
		i = (int)s->n++;
		strlcpy(s->names[i], name, NAME_SIZE);
	}
	to->value[i][SAMPLE_WANTED] = value(o, "wanted");
	to->value[i][SAMPLE_RUNNING] = value(o, "running");
	to->value[i][SAMPLE_READY] = value(o, "ready");
}

void
samples_again(struct samples *s, int64_t now)
{
	int64_t last = 0;

	if (s->newest.at == 0)
		return;
	if (s->count > 0)
		last = samples_get(s, samples_kept(s) - 1)->at;
	if (now < last)
		s->count = 0;
	else if (s->count > 0 && now < last + SAMPLES_EVERY - SLACK)
		return;
	s->newest.at = now;
	s->ring[s->count++ % SAMPLES_MAX] = s->newest;
}

void
samples_add(struct samples *s, const struct status *status, int64_t now)
{
	size_t i, len = json_object_array_length(status->services);

	memset(s->newest.value, -1, sizeof(s->newest.value));
	s->newest.at = now;
	for (i = 0; i < len; i++)
		sample_service(s, &s->newest,
		    json_object_array_get_idx(status->services, i));
	samples_again(s, now);
}

int64_t
samples_since(const struct samples *s)
{
	return s->count > 0 ? samples_get(s, 0)->at : 0;
}

int
samples_most(const struct samples *s, const char *service)
{
	int line, most = 0, k = samples_find(s, service);
	const struct sample *sample;
	size_t i;

	for (i = 0; k != -1 && i < samples_kept(s); i++) {
		sample = samples_get(s, i);
		for (line = 0; line < SAMPLE_LINES; line++) {
			if (sample->value[k][line] > most)
				most = sample->value[k][line];
		}
	}
	return most;
}

void
samples_path(const struct samples *s, const char *service,
    enum sample_line line, int64_t now, int most, int width, int height,
    struct grow *g)
{
	int x = 0, y, v, last = -1, k = samples_find(s, service);
	int64_t since = samples_since(s), before = 0;
	const struct sample *sample;
	size_t i;

	if (k == -1 || now <= since || most <= 0)
		return;
	for (i = 0; i < samples_kept(s); i++) {
		sample = samples_get(s, i);
		if (last != -1 && sample->at - before > GAP) {
			grow_printf(g, "H%d", x);
			last = -1;
		}
		before = sample->at;
		x = (int)((sample->at - since) * width / (now - since));
		v = sample->value[k][line];
		y = height - v * height / most;
		if (v != -1 && last == -1)
			grow_printf(g, "M%d %d", x, y);
		else if (v != last && v != -1)
			grow_printf(g, "H%dV%d", x, y);
		else if (v == -1 && last != -1)
			grow_printf(g, "H%d", x);
		last = v;
	}
	if (last != -1)
		grow_printf(g, "H%d", now - before > GAP ? x : width);
}
