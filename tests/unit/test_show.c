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
 * Tests of the data lines of status and list: the times in them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "core.h"
#include "parent.h"

static struct core *k;
static struct parent parent;

static int
teardown(void **state)
{
	(void)state;
	core_free(k);
	return 0;
}

/* What it says of kafka-0: its state, and for how long; -1: it does not. */
static void
shows(const char *want, int64_t since)
{
	struct json_object *o, *v;

	o = show_instance(&parent, core_instance(k, "kafka-0"), k->now);
	assert_true(json_object_object_get_ex(o, "state", &v));
	assert_string_equal(json_object_get_string(v), want);
	if (json_object_object_get_ex(o, "since", &v))
		assert_int_equal(json_object_get_int64(v), since);
	else
		assert_int_equal(since, -1);
	json_object_put(o);
}

/* How long it has been so is that of the state, not the age of its task. */
static void
test_since(void **state)
{
	struct instance *i;
	struct task *t;

	(void)state;
	parent.cluster = (k = core_running())->c;
	i = core_instance(k, "kafka-0");
	t = i->task;
	core_pass(k, 60000);
	shows("running", 60);
	t->unreachable = k->now;
	core_pass(k, 5000);
	shows("lost", 5);
	t->unreachable = 0;
	i->stopped = true;
	core_pass(k, 2000);
	shows("killing", 2);
	core_tell(k, t->id, TASK_KILLED);
	core_pass(k, 3000);
	shows("stopped", 3);
	i->stopped = false;
	i->last_failure = k->now - 1000;
	i->backoff_until = k->now + 1000;
	shows("backoff", 1);
	i->backoff_until = 0;
	i->down_since = 0;
	shows("placing", -1);
}

static void
test_launched(void **state)
{
	(void)state;
	parent.cluster = (k = core_launched())->c;
	core_pass(k, 7000);
	shows("launching", 7);
	/* Who asked Mesos to end it is not known. */
	core_tell(k, core_task_id(k, "kafka-0"), TASK_KILLING);
	shows("killing", -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_since, teardown),
		cmocka_unit_test_teardown(test_launched, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
