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

/* Tests of task states and ids, and of taking from offers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

static void
test_states(void **state)
{
	static const struct {
		enum task_state state;
		int number;
		const char *name;
		bool terminal;
	} want[] = {
		{ TASK_STARTING, 0, "TASK_STARTING", false },
		{ TASK_RUNNING, 1, "TASK_RUNNING", false },
		{ TASK_FINISHED, 2, "TASK_FINISHED", true },
		{ TASK_FAILED, 3, "TASK_FAILED", true },
		{ TASK_KILLED, 4, "TASK_KILLED", true },
		{ TASK_LOST, 5, "TASK_LOST", true },
		{ TASK_STAGING, 6, "TASK_STAGING", false },
		{ TASK_ERROR, 7, "TASK_ERROR", true },
		{ TASK_KILLING, 8, "TASK_KILLING", false },
		{ TASK_DROPPED, 9, "TASK_DROPPED", true },
		{ TASK_UNREACHABLE, 10, "TASK_UNREACHABLE", false },
		{ TASK_GONE, 11, "TASK_GONE", true },
		{ TASK_GONE_BY_OPERATOR, 12, "TASK_GONE_BY_OPERATOR", true },
		{ TASK_UNKNOWN, 13, "TASK_UNKNOWN", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(want[i].state, want[i].number);
		assert_string_equal(task_state_name(want[i].state),
		    want[i].name);
		assert_int_equal(task_state_terminal(want[i].state),
		    want[i].terminal);
	}
	assert_int_equal(i, TASK_STATE_MAX);
	assert_false(task_state_terminal(TASK_STATE_MAX));
	assert_string_equal(task_state_name((enum task_state)99), "TASK_?");
}

static void
test_ids(void **state)
{
	static const char *const bad[] = { "", ".", ".1", "kafka-3", "kafka-3.",
		"kafka-3.x", "kafka-3.1x", "kafka-3.-1", "kafka-3.+1",
		"kafka-3. 1", "kafka-3.9223372036854775808",
		"kafka-3.99999999999999999999" };
	char name[ID_MAX], longest[ID_MAX + 2];
	uint64_t n = 7;
	size_t i;

	(void)state;
	assert_int_equal(task_id_parse("kafka-3.17", name, &n), 0);
	assert_string_equal(name, "kafka-3");
	assert_int_equal(n, 17);
	assert_int_equal(task_id_parse("a.b.9223372036854775807", name, &n), 0);
	assert_string_equal(name, "a.b");
	assert_true(n == INT64_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (task_id_parse(bad[i], name, &n) == 0)
			fail_msg("\"%s\" is taken for a task id", bad[i]);
	}
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + ID_MAX - 3, ".1", 3);
	assert_int_equal(task_id_parse(longest, name, &n), 0);
	memcpy(longest + ID_MAX - 3, "a.1", 4);
	assert_int_equal(task_id_parse(longest, name, &n), -1);
}

static void
test_scalars(void **state)
{
	struct offer *o = offer_new(5, CORE_ROOM);
	struct take *takes = NULL;
	size_t n = 0;

	(void)state;
	core_resource(o, 0, "cpus", "", 1500);
	core_resource(o, 1, "mem", "", 1024000);
	core_resource(o, 2, "cpus", "kafka", 250);
	core_resource(o, 3, "cpus", "", 9000);
	o->resources[3].plain = false; /* revocable: not for us */
	core_resource(o, 4, "cpus", "other", 250);
	assert_int_equal(offer_scalar(o, "cpus"), 2000);
	assert_int_equal(offer_scalar(o, "gpus"), 0);
	assert_int_equal(offer_take_scalar(o, "cpus", 2001, &takes, &n), -1);
	assert_int_equal(n, 0);
	assert_int_equal(offer_scalar(o, "cpus"), 2000);
	/* What is reserved goes first, with the metadata it came with. */
	assert_int_equal(offer_take_scalar(o, "cpus", 600, &takes, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(takes[0].meta, o->resources[2].meta);
	assert_int_equal(takes[0].scalar, 250);
	assert_string_equal(takes[1].meta, o->resources[4].meta);
	assert_int_equal(takes[1].scalar, 250);
	assert_string_equal(takes[2].meta, o->resources[0].meta);
	assert_int_equal(takes[2].scalar, 100);
	assert_int_equal(offer_scalar(o, "cpus"), 1400);
	/* To the last thousandth, and no further. */
	assert_int_equal(offer_take_scalar(o, "cpus", 1400, &takes, &n), 0);
	assert_int_equal(offer_take_scalar(o, "cpus", 1, &takes, &n), -1);
	assert_int_equal(offer_take_scalar(o, "cpus", 0, &takes, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(offer_scalar(o, "mem"), 1024000);
	takes_free(takes, n);
	offer_free(o);
}

/* Ports 10-12 and 20, unordered, in two pieces; 30 is not plain. */
static struct offer *
scattered(void)
{
	struct offer *o = offer_new(3, CORE_ROOM);

	core_ports(o, 0, "", 20, 20);
	core_ports(o, 1, "kafka", 10, 12);
	core_ports(o, 2, "", 30, 30);
	o->resources[2].plain = false;
	return o;
}

static void
test_ports(void **state)
{
	struct offer *o = scattered();
	struct take *takes = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(offer_next_port(o, 0), 10);
	assert_int_equal(offer_next_port(o, 11), 11);
	assert_int_equal(offer_next_port(o, 13), 20);
	assert_int_equal(offer_next_port(o, 21), 0);
	assert_false(offer_has_port(o, 0));
	assert_false(offer_has_port(o, 9));
	assert_true(offer_has_port(o, 12));
	assert_false(offer_has_port(o, 30));
	/* From the middle: both ends remain. */
	assert_int_equal(offer_take_port(o, 11, &takes, &n), 0);
	assert_string_equal(takes[0].meta, o->resources[1].meta);
	assert_string_equal(takes[0].name, "ports");
	assert_int_equal(takes[0].port, 11);
	assert_true(offer_has_port(o, 10));
	assert_false(offer_has_port(o, 11));
	assert_true(offer_has_port(o, 12));
	assert_int_equal(offer_take_port(o, 11, &takes, &n), -1);
	assert_int_equal(offer_take_port(o, 30, &takes, &n), -1);
	assert_int_equal(offer_take_port(o, 10, &takes, &n), 0);
	assert_int_equal(offer_take_port(o, 12, &takes, &n), 0);
	assert_int_equal(offer_take_port(o, 20, &takes, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(offer_next_port(o, 0), 0);
	takes_free(takes, n);
	offer_free(o);
}

/* What cannot be a port is none, whatever the offer says. */
static void
test_odd_ports(void **state)
{
	struct offer *o = offer_new(2, CORE_ROOM);
	struct take *takes = NULL;
	size_t n = 0;

	(void)state;
	core_ports(o, 0, "", 65536, UINT32_MAX);
	core_ports(o, 1, "", 9, 5);
	assert_int_equal(offer_next_port(o, 0), 0);
	o->resources[0].ranges[0].begin = 0;
	assert_int_equal(offer_next_port(o, 0), 1);
	assert_true(offer_has_port(o, 65535));
	assert_int_equal(offer_next_port(o, 65536), 0);
	assert_int_equal(offer_take_port(o, 65535, &takes, &n), 0);
	assert_false(offer_has_port(o, 65535));
	takes_free(takes, n);
	offer_free(o);
}

/* Every port of a range, in any order, exactly once. */
static void
test_all_ports(void **state)
{
	struct offer *o = offer_new(1, CORE_ROOM);
	struct take *takes = NULL;
	uint32_t i;
	size_t n = 0;

	(void)state;
	core_ports(o, 0, "", 1000, 1100);
	for (i = 0; i < 101; i++)
		assert_int_equal(offer_take_port(o, 1000 + i * 37 % 101, &takes,
				     &n),
		    0);
	assert_int_equal(n, 101);
	assert_int_equal(offer_next_port(o, 0), 0);
	takes_free(takes, n);
	offer_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_odd_ports),
		cmocka_unit_test(test_all_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
