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
 * minimesos: what benchmarks need.  Bursts of updates, as many as acknowledged
 * ones let through, and the times at which things came and went, by the clock
 * that does not jump: the caller's clock tells the same.
 */

#include <stdio.h>
#include <time.h>

#include "minimesos.h"

#define MARKS 262144

struct mark {
	double ms;
	char what[24];
	char task[64];
};

static double
monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6);
}

/* Of the last ones, so many are kept. */
void
mark(struct mm *mm, const char *what, const char *task)
{
	struct mark *m;

	if (mm->marks == NULL)
		mm->marks = xcalloc(MARKS, sizeof(*mm->marks));
	m = &mm->marks[mm->nmarks++ % MARKS];
	m->ms = monotonic_ms();
	strlcpy(m->what, what, sizeof(m->what));
	strlcpy(m->task, task != NULL ? task : "", sizeof(m->task));
}

/* A call, once for each of its tasks that is to be launched. */
void
mark_call(struct mm *mm, struct json_object *call, const char *type)
{
	struct json_object *ops = json_get(call, "accept.operations"), *tasks;
	const char *id = json_str(call, "acknowledge.task_id.value");
	size_t i, k, n = 0;

	if (type == NULL)
		return;
	if (id == NULL)
		id = json_str(call, "kill.task_id.value");
	for (i = 0; i < json_len(ops); i++) {
		tasks = json_get(json_at(ops, i), "launch.task_infos");
		for (k = 0; k < json_len(tasks); k++, n++)
			mark(mm, type,
			    json_str(json_at(tasks, k), "task_id.value"));
	}
	if (n == 0)
		mark(mm, type, id);
}

/* Since this time; what and task may be NULL. */
struct json_object *
marks_show(struct mm *mm, const char *what, const char *task, double since)
{
	struct json_object *list = json_object_new_array(), *o;
	size_t i = mm->nmarks > MARKS ? mm->nmarks - MARKS : 0;
	struct mark *m;

	for (; i < mm->nmarks; i++) {
		m = &mm->marks[i % MARKS];
		if (m->ms < since ||
		    (what != NULL && strcmp(what, m->what) != 0) ||
		    (task != NULL && strcmp(task, m->task) != 0))
			continue;
		o = json_add_obj(list, NULL);
		json_add_num(o, "ms", m->ms);
		json_add_str(o, "what", m->what);
		json_add_str(o, "task", m->task);
	}
	return (list);
}

static int
burst_fits(struct task *t)
{
	return (t->state == STATE_RUNNING && !t->done && !t->silent &&
	    !t->killing && TAILQ_EMPTY(&t->updates));
}

static void
burst_send(struct task *t)
{
	t->mm->burst--;
	if (!t->mm->burst_same)
		t->healthy = !t->healthy;
	update_queue(t, STATE_RUNNING, "SOURCE_EXECUTOR", HEALTH_REASON, NULL,
	    NULL);
}

/*
 * The one that is not healthy yet again, or the next of all in turn; NULL if it
 * has something under way, or if there is none without.
 */
static struct task *
burst_next(struct mm *mm)
{
	struct task *t = mm->burst_last, *first = t;

	if (t != NULL && t->healthy == 0 && t->state == STATE_RUNNING)
		return (burst_fits(t) ? t : NULL);
	do {
		t = t != NULL ? TAILQ_NEXT(t, entry) : TAILQ_FIRST(&mm->tasks);
		if (t != NULL && burst_fits(t))
			return (mm->burst_last = t);
	} while (t != first);
	return (NULL);
}

/*
 * Its last update was acknowledged: in a burst the next one follows, and after
 * it the one by which the task is healthy again.
 */
void
burst_more(struct task *t)
{
	if (t->mm->burst_ev == NULL || t->mm->burst_ms != 0 || !burst_fits(t))
		return;
	if (t->mm->burst > 0 || t->healthy == 0)
		burst_send(t);
}

static void
burst_cb(evutil_socket_t fd, short what, void *arg)
{
	struct mm *mm = arg;
	struct task *t;

	(void)fd;
	(void)what;
	if (mm->burst <= 0)
		return;
	if ((t = burst_next(mm)) != NULL)
		burst_send(t);
	after_ms(mm->burst_ev, mm->burst_ms);
}

/*
 * So many updates of health of running tasks, one of a task at a time: the
 * next one when the last one is acknowledged, or one every so many ms. In the
 * end all are as healthy as they were; with same they are so all the time.
 */
void
burst_start(struct mm *mm, int count, int every, int same)
{
	struct task *t;

	mm->burst = count;
	mm->burst_ms = every;
	mm->burst_same = same;
	if (mm->burst_ev == NULL)
		mm->burst_ev = evtimer_new(mm->base, burst_cb, mm);
	if (every > 0)
		after_ms(mm->burst_ev, every);
	TAILQ_FOREACH(t, &mm->tasks, entry)
		burst_more(t);
}

void
load_free(struct mm *mm)
{
	if (mm->burst_ev != NULL)
		event_free(mm->burst_ev);
	free(mm->marks);
}
