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
 * Names of Mesos' task states, and task ids. Pure.
 */

#include <stdlib.h>
#include <string.h>

#include "task.h"

static const struct {
	const char *name;
	bool terminal;
} task_states[TASK_STATE_MAX] = {
	[TASK_STARTING] = { "TASK_STARTING", false },
	[TASK_RUNNING] = { "TASK_RUNNING", false },
	[TASK_FINISHED] = { "TASK_FINISHED", true },
	[TASK_FAILED] = { "TASK_FAILED", true },
	[TASK_KILLED] = { "TASK_KILLED", true },
	[TASK_LOST] = { "TASK_LOST", true },
	[TASK_STAGING] = { "TASK_STAGING", false },
	[TASK_ERROR] = { "TASK_ERROR", true },
	[TASK_KILLING] = { "TASK_KILLING", false },
	[TASK_DROPPED] = { "TASK_DROPPED", true },
	[TASK_UNREACHABLE] = { "TASK_UNREACHABLE", false },
	[TASK_GONE] = { "TASK_GONE", true },
	[TASK_GONE_BY_OPERATOR] = { "TASK_GONE_BY_OPERATOR", true },
	[TASK_UNKNOWN] = { "TASK_UNKNOWN", false },
};

const char *
task_state_name(enum task_state state)
{
	return state < TASK_STATE_MAX ? task_states[state].name : "TASK_?";
}

bool
task_state_terminal(enum task_state state)
{
	return state < TASK_STATE_MAX && task_states[state].terminal;
}

int
task_id_parse(const char *id, char *name, uint64_t *n)
{
	const char *dot = strrchr(id, '.'), *number, *error;
	size_t len = dot == NULL ? 0 : (size_t)(dot - id);
	long long v;

	number = dot == NULL ? id : dot + 1;
	if (dot == id || strlen(id) >= ID_MAX || *number < '0' || *number > '9')
		return -1;
	v = strtonum(number, 0, INT64_MAX, &error);
	if (error != NULL)
		return -1;
	memcpy(name, id, len);
	name[len] = '\0';
	*n = (uint64_t)v;
	return 0;
}
