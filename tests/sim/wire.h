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

#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/task.h"
#include "frame.h"
#include "msg.h"

/*
 * The mesos process' side of the frames, written from msg.h alone: what the
 * parent encodes wrongly is found here.
 */

struct mcall_task {
	char name[ID_MAX];
	char id[ID_MAX];
	char agent_id[ID_MAX];
	int64_t cpus, mem, disk; /* thousandths */
	uint32_t ports[16];
	size_t nports;
	char *servers; /* ZOO_SERVERS, or NULL */
	int myid; /* ZOO_MY_ID, or 0 */
	bool check;
	int64_t grace;
};

struct mcall_ref {
	char task_id[ID_MAX];
	char agent_id[ID_MAX];
};

struct mcall {
	int users; /* who will free it */
	uint32_t id; /* of the frame */
	uint16_t type;
	/* SUBSCRIBE */
	char framework[ID_MAX];
	char role[ID_MAX];
	bool suppressed;
	/* ACCEPT, DECLINE */
	int64_t refuse;
	char (*offers)[ID_MAX];
	size_t noffers;
	struct mcall_task *tasks;
	size_t ntasks;
	/* KILL, ACKNOWLEDGE: the first; RECONCILE */
	struct mcall_ref *refs;
	size_t nrefs;
	int64_t grace;
	uint8_t uuid[UUID_LEN];
};

/* Decodes a frame of the parent; NULL, and why in err, if it is wrong. */
struct mcall *wire_decode(const uint8_t *buf, size_t len, char *err,
    size_t size);
void mcall_free(struct mcall *c);

#endif
