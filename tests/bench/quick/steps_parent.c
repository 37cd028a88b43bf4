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

/* Steps of the parent: what it decides, what it saves, and lines. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../unit/core.h"
#include "../../unit/scratch.h"
#include "cmd.h"
#include "history.h"
#include "line.h"
#include "steps.h"
#include "store.h"

#define BROKERS 100
#define WALL 1800000000000

static struct core *k;

static void
place_setup(void)
{
	char host[32];
	int i;

	k = core_brokers(BROKERS);
	for (i = 0; i < BROKERS; i++) {
		snprintf(host, sizeof(host), "host-%d", i);
		core_offer(k, host);
	}
}

/* All brokers find their place among the offers, and are launched. */
static void
place_run(void)
{
	core_run(k);
	assert_int_equal(core_count(k, ACTION_LAUNCH), BROKERS);
}

static void
update_setup(void)
{
	char name[32];
	int i;

	place_setup();
	core_run(k);
	core_clear(k);
	for (i = 0; i < BROKERS; i++) {
		snprintf(name, sizeof(name), "kafka-%d", i);
		core_up(k, name);
	}
	core_run(k);
	core_clear(k);
}

/* One task of many has a new status. */
static void
update_run(void)
{
	core_tell(k, core_task_id(k, "kafka-50"), TASK_RUNNING);
	core_run(k);
	core_clear(k);
}

static char status[7000];

/* A text as long as Mesos' of a container, and as little like itself. */
static void
status_setup(void)
{
	uint32_t x = 1;
	size_t i;

	update_setup();
	for (i = 0; i < sizeof(status) - 1; i++) {
		x = x * 1103515245 + 12345;
		status[i] = (char)('0' + (x >> 16) % 64);
	}
}

/* It comes with a task's status, and is kept. */
static void
status_run(void)
{
	struct update u =
	    core_status(core_task_id(k, "kafka-50"), TASK_RUNNING);

	u.status = status;
	cluster_on_update(k->c, &u, k->now);
}

static char folder[256];
static struct store *store;

static void
folder_make(void)
{
	scratch_name(folder, sizeof(folder), "steps");
	assert_non_null(mkdtemp(folder));
}

static void
save_setup(void)
{
	char text[STORE_ERR];

	update_setup();
	if (store != NULL)
		return;
	folder_make();
	assert_non_null(store = store_open(folder, text));
}

static void
save_run(void)
{
	char text[STORE_ERR];

	assert_int_equal(store_save(store, k->c, k->now, WALL, text), 0);
}

static void
load_setup(void)
{
	save_setup();
	save_run();
	core_free(k);
	k = core_new(0, BROKERS);
}

static void
load_run(void)
{
	enum store_found found;
	char text[STORE_ERR];

	assert_int_equal(store_load(store, k->c, &found, k->now, WALL, text),
	    0);
	assert_int_equal(found, STORE_GOOD);
}

static struct history *history;

static bool
lives(void *arg, const char *subject)
{
	(void)arg;
	(void)subject;
	return true;
}

static void
history_setup(void)
{
	if (history != NULL)
		return;
	folder_make();
	history = history_open(folder, lives, NULL);
}

static void
history_run(void)
{
	history_add(history, "kafka-0", false, NULL, "staging to running");
}

static void
line_run(void)
{
	static const char *const services[] = { "zookeeper", "kafka", NULL };
	static const char in[] = "scale kafka 5 force\n";
	struct cmd_error error;
	struct cmd_call call;
	char line[64], *reply;
	size_t len, used;

	assert_int_equal(line_take(in, sizeof(in) - 1, LINE_COMMAND_MAX, &len,
			     &used),
	    LINE_OK);
	memcpy(line, in, len);
	line[len] = '\0';
	assert_null(line_check(line, len));
	assert_int_equal(cmd_parse(line, services, &call, &error), 0);
	reply = line_reply_new(200, false, "kafka: 3 to 5", &len);
	assert_non_null(reply);
	free(reply);
}

const struct step steps_parent[] = {
	{ "place", place_setup, place_run },
	{ "update", update_setup, update_run },
	{ "status", status_setup, status_run },
	{ "save", save_setup, save_run },
	{ "load", load_setup, load_run },
	{ "history", history_setup, history_run },
	{ "line", NULL, line_run },
	{ NULL, NULL, NULL },
};
