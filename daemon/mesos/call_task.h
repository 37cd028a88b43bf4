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

#ifndef MESOS_CALL_TASK_H
#define MESOS_CALL_TASK_H

#include <json-c/json.h>
#include <stdint.h>

#include "frame.h"

/*
 * Reads one task of MSG_ACCEPT and returns its TaskInfo. If the frame is bad
 * the reader says so, and the object is of no use but to be freed.
 */
struct json_object *task_read(struct frame_reader *r);

/* grace in ms; beyond what Mesos can hold it is the longest possible. */
void task_add_kill_policy(struct json_object *to, uint64_t grace);

#endif
