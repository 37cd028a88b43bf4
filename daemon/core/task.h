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

#ifndef CORE_TASK_H
#define CORE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#define ID_MAX 256 /* a Mesos id has at most 255 bytes */
#define HOSTNAME_SIZE 256
#define REASON_MAX 64
#define MESSAGE_MAX 512
#define UUID_LEN 16

/* The numbers are those of TaskState in mesos.proto. */
enum task_state {
	TASK_STARTING = 0,
	TASK_RUNNING = 1,
	TASK_FINISHED = 2,
	TASK_FAILED = 3,
	TASK_KILLED = 4,
	TASK_LOST = 5,
	TASK_STAGING = 6,
	TASK_ERROR = 7,
	TASK_KILLING = 8,
	TASK_DROPPED = 9,
	TASK_UNREACHABLE = 10,
	TASK_GONE = 11,
	TASK_GONE_BY_OPERATOR = 12,
	TASK_UNKNOWN = 13,
	TASK_STATE_MAX
};

/* The numbers are those of TaskStatus.Source in mesos.proto. */
enum task_source {
	SOURCE_MASTER = 0,
	SOURCE_AGENT = 1,
	SOURCE_EXECUTOR = 2,
	SOURCE_MAX
};

enum task_health { HEALTH_NONE, HEALTH_GOOD, HEALTH_BAD, HEALTH_MAX };

/* One status update as Mesos sent it; strings are cut to fit. */
struct update {
	char task_id[ID_MAX];
	char agent_id[ID_MAX];
	enum task_state state;
	enum task_source source;
	enum task_health healthy;
	bool has_uuid; /* must be acknowledged */
	uint8_t uuid[UUID_LEN];
	char reason[REASON_MAX]; /* "REASON_…" or empty */
	char message[MESSAGE_MAX];
	char *status; /* all of it as JSON, opaque here; NULL: not known */
};

/* "TASK_RUNNING" and so on. */
const char *task_state_name(enum task_state state);

/*
 * Whether a task in this state is dead for good as far as at most one task
 * of an instance is concerned. LOST and GONE_BY_OPERATOR count: Mesos may
 * resurrect such a task, which is then unknown to us and killed.
 */
bool task_state_terminal(enum task_state state);

/*
 * Takes a task id apart: "kafka-3.17" is instance "kafka-3", n 17; the Go
 * framework's "17" is an instance without a name, n 17. Returns 0, or -1 if
 * the id has neither form. name has room for ID_MAX bytes.
 */
int task_id_parse(const char *id, char *name, uint64_t *n);

#endif
