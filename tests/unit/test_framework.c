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
 * Tests of the framework as a whole: given to another kafkad, removed by the
 * master, torn down, registered anew.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core.h"

static void
test_failed_over(void **state)
{
	struct core *k = core_running();
	struct reply r;

	(void)state;
	cluster_on_error(k->c, "Framework failed over", k->now);
	cluster_on_disconnected(k->c);
	core_pass(k, 3600000);
	assert_int_equal(k->c->mode, MODE_PASSIVE);
	assert_true(TAILQ_EMPTY(&k->c->actions));
	cluster_register(k->c, false, &r, k->now);
	assert_int_equal(r.code, 409);
	cluster_register(k->c, true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_SUBSCRIBE), 1);
	assert_string_equal(k->c->framework_id, "F-1");
	/* The other one may have launched tasks: they are seen first. */
	core_subscribe(k);
	core_tell(k, "kafka-0.1", TASK_KILLED);
	core_pass(k, 2000);
	core_offer(k, "a1");
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), 0);
	core_tell(k, "kafka-0.9", TASK_RUNNING);
	core_run(k);
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.9");
	core_free(k);
}

static void
test_removed(void **state)
{
	struct core *k = core_running();
	struct reply r;

	(void)state;
	cluster_on_error(k->c, "Framework has been removed", k->now);
	cluster_on_disconnected(k->c);
	core_pass(k, 3600000);
	assert_int_equal(k->c->mode, MODE_REMOVED);
	assert_true(TAILQ_EMPTY(&k->c->actions));
	assert_null(core_instance(k, "kafka-0")->task);
	cluster_register(k->c, true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_SUBSCRIBE), 1);
	assert_string_equal(k->c->framework_id, "");
	assert_false(k->c->suppressed);
	cluster_on_subscribed(k->c, "F-2", k->now);
	core_offer(k, "a2");
	core_offer(k, "a1");
	core_run(k);
	/* The same place, and a task id that was never used. */
	assert_string_equal(core_task_id(k, "kafka-0"), "kafka-0.2");
	assert_string_equal(core_instance(k, "kafka-0")->placement.hostname,
	    "a1");
	core_free(k);
}

static void
test_other_error(void **state)
{
	struct core *k = core_running();

	(void)state;
	cluster_on_error(k->c, "Role 'x' is not there", k->now);
	assert_int_equal(k->c->mode, MODE_ACTIVE);
	core_task_id(k, "kafka-0");
	core_free(k);
}

static void
test_teardown(void **state)
{
	struct core *k = core_running();
	struct reply r;

	(void)state;
	cluster_on_teardown(k->c, k->now);
	assert_int_equal(k->c->mode, MODE_ACTIVE);
	cluster_teardown(k->c, false, &r, k->now);
	assert_int_equal(r.code, 409);
	cluster_teardown(k->c, true, &r, k->now);
	assert_int_equal(r.code, 200);
	core_pass(k, 1000);
	assert_int_equal(core_count(k, ACTION_TEARDOWN), 1);
	/* Not before it was answered; and asked again in a new connection. */
	cluster_on_disconnected(k->c);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_SUBSCRIBE), 1);
	cluster_on_subscribed(k->c, "F-1", k->now);
	core_run(k);
	assert_int_equal(core_count(k, ACTION_TEARDOWN), 2);
	cluster_on_teardown(k->c, k->now);
	assert_int_equal(k->c->mode, MODE_REMOVED);
	assert_string_equal(k->c->framework_id, "");
	cluster_teardown(k->c, true, &r, k->now);
	assert_int_equal(r.code, 409);
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failed_over),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_other_error),
		cmocka_unit_test(test_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
