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
 * The simulator's program: runs seeds one after the other, and when one
 * fails, looks for a smaller plan that fails in the same way, and tells it.
 *
 *	sim [-s FIRST] [-n SEEDS] [-t SECONDS] [-q]	runs
 *	sim -v SEED					one, with all it does
 *
 * It prints "ok" and "not ok" as every test does.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

#define SHRINK_SECONDS 60

static int64_t
clock_real(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct verdict {
	bool failed;
	char invariant[32];
	char why[512];
	int64_t at;
	uint64_t steps;
};

static struct verdict
run_plan(const struct plan *p, struct stats *stats, bool trace)
{
	struct verdict v = { 0 };
	struct stats mine = { 0 };
	struct sim *s;
	int k;

	s = sim_new(p, &mine, trace);
	sim_run(s);
	v.failed = s->failed;
	memcpy(v.invariant, s->invariant, sizeof(v.invariant));
	memcpy(v.why, s->why, sizeof(v.why));
	v.at = s->now;
	v.steps = mine.steps;
	sim_free(s);
	if (stats == NULL)
		return v;
	stats->steps += mine.steps;
	stats->runs++;
	stats->turns += mine.turns;
	stats->saves += mine.saves;
	stats->launches += mine.launches;
	stats->updates += mine.updates;
	stats->virtual_ms += mine.virtual_ms;
	if (mine.settle_max > stats->settle_max)
		stats->settle_max = mine.settle_max;
	for (k = 0; k < FAULT_MAX; k++)
		stats->faults[k] += mine.faults[k];
	return v;
}

static bool
fails_alike(const struct plan *p, const struct verdict *as)
{
	struct verdict v = run_plan(p, NULL, false);

	return v.failed && strcmp(v.invariant, as->invariant) == 0;
}

/* Without the faults from i on, n of them. */
static struct plan
plan_without(const struct plan *p, size_t i, size_t n)
{
	struct plan less = *p;

	less.faults = xcalloc(p->nfaults + 1, sizeof(*less.faults));
	memcpy(less.faults, p->faults, i * sizeof(*less.faults));
	memcpy(less.faults + i, p->faults + i + n,
	    (p->nfaults - i - n) * sizeof(*less.faults));
	less.nfaults = p->nfaults - n;
	return less;
}

/* Takes the smaller plan if it fails in the same way. */
static bool
shrink_to(struct plan *p, struct plan less, const struct verdict *as)
{
	if (!fails_alike(&less, as)) {
		if (less.faults != p->faults)
			free(less.faults);
		return false;
	}
	if (less.faults != p->faults)
		free(p->faults);
	*p = less;
	return true;
}

static void
shrink(struct plan *p, const struct verdict *as)
{
	int64_t end = clock_real() + SHRINK_SECONDS * 1000;
	struct plan less;
	size_t n, i;

	less = *p;
	less.jitter = false;
	shrink_to(p, less, as);
	for (n = p->nfaults; n > 0; n = n > 1 ? (n + 1) / 2 : 0) {
		for (i = 0; i < p->nfaults && clock_real() < end;) {
			if (n > p->nfaults - i)
				n = p->nfaults - i;
			if (!shrink_to(p, plan_without(p, i, n), as))
				i += n;
		}
	}
	/* Nothing need happen after the last of them. */
	less = *p;
	less.length = p->nfaults > 0 ? p->faults[p->nfaults - 1].at + 1 : 1;
	shrink_to(p, less, as);
}

static void
tell_failure(struct plan *p, const struct verdict *v)
{
	size_t all = p->nfaults;
	struct verdict again;

	printf("not ok - seed %" PRIu64 ": %s: %s\n", p->seed, v->invariant,
	    v->why);
	printf("# after %" PRIu64 " steps, %.3f s, with %zu faults\n", v->steps,
	    (double)v->at / 1000, all);
	fflush(stdout);
	shrink(p, v);
	printf("# the same with %zu of the faults:\n", p->nfaults);
	again = run_plan(p, NULL, true);
	printf("# seed %" PRIu64 ": %s: %s\n", p->seed, again.invariant,
	    again.why);
}

static void
summary(const struct stats *st, uint64_t first, int64_t ms)
{
	double hours = (double)st->virtual_ms / 3600000;
	int k;

	printf("# seeds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " steps in "
	       "%.1f s, %.0f a second; %.1f hours of virtual time\n",
	    first, first + st->runs - 1, st->steps, (double)ms / 1000,
	    (double)st->steps * 1000 / (double)(ms > 0 ? ms : 1), hours);
	printf("# %" PRIu64 " turns, %" PRIu64 " saves, %" PRIu64
	       " launches, %" PRIu64 " updates; settled after at most %.0f s\n",
	    st->turns, st->saves, st->launches, st->updates,
	    (double)st->settle_max / 1000);
	printf("# %-32s %10s\n", "fault", "survived");
	for (k = 0; k < FAULT_MAX; k++)
		printf("# %-32s %10" PRIu64 "\n", fault_name(k), st->faults[k]);
}

static int
run_seeds(uint64_t first, uint64_t n, int64_t seconds, bool quiet)
{
	int64_t begin = clock_real(), end = begin + seconds * 1000;
	struct stats st = { 0 };
	struct verdict v = { 0 };
	struct plan p = { 0 };
	uint64_t i;

	for (i = 0; (n == 0 || i < n) && !v.failed; i++) {
		if (seconds > 0 && clock_real() >= end)
			break;
		p = (struct plan) { .seed = first + i };
		fault_plan(&p);
		v = run_plan(&p, &st, false);
		if (!v.failed)
			free(p.faults);
	}
	if (v.failed && quiet)
		printf("not ok - seed %" PRIu64 ": %s: %s\n# %" PRIu64
		       " steps\n",
		    p.seed, v.invariant, v.why, st.steps);
	else if (v.failed)
		tell_failure(&p, &v);
	if (v.failed)
		free(p.faults);
	else
		printf("ok - %" PRIu64 " seeds from %" PRIu64
		       ", no invariant broken\n",
		    st.runs, first);
	if (!quiet)
		summary(&st, first, clock_real() - begin);
	return v.failed ? 1 : 0;
}

static int
run_one(uint64_t seed)
{
	struct plan p = { .seed = seed };
	struct stats st = { 0 };
	struct verdict v;

	fault_plan(&p);
	v = run_plan(&p, &st, true);
	free(p.faults);
	printf("%s - seed %" PRIu64 " %s %s\n", v.failed ? "not ok" : "ok",
	    seed, v.invariant, v.why);
	return v.failed ? 1 : 0;
}

int
main(int argc, char **argv)
{
	uint64_t first = 1, n = 0;
	int64_t seconds = 0;
	bool quiet = false;
	int ch;

	while ((ch = getopt(argc, argv, "s:n:t:v:q")) != -1) {
		switch (ch) {
		case 's':
			first = strtoull(optarg, NULL, 10);
			break;
		case 'n':
			n = strtoull(optarg, NULL, 10);
			break;
		case 't':
			seconds = strtoll(optarg, NULL, 10);
			break;
		case 'v':
			return run_one(strtoull(optarg, NULL, 10));
		case 'q':
			quiet = true;
			break;
		default:
			return 2;
		}
	}
	/* As a test among the others, it takes a minute. */
	if (n == 0 && seconds == 0)
		seconds = 70;
	return run_seeds(first, n, seconds, quiet);
}
