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
 * The table of all messages: who may send what to whom, and how large.
 */

#include <assert.h>
#include <string.h>

#include "frame.h"
#include "msg.h"

#define P (1 << PROC_PARENT)
#define M (1 << PROC_MESOS)
#define H (1 << PROC_HTTP)
#define CHILD (M | H)

#define STR 4 /* the length of an empty string */
#define ID (STR + 255)
#define TEXT (STR + 511)
#define STATUS_TEXT (STR + 49152)
#define ANY (FRAME_MAX - FRAME_HEADER)

static const struct msg_info msg_table[] = {
	[MSG_HELLO] = { "HELLO", CHILD, P, 6, 6 },
	[MSG_READY] = { "READY", CHILD, P, 1, 1 },
	[MSG_PONG] = { "PONG", CHILD, P, 0, 0 },
	[MSG_PING] = { "PING", P, CHILD, 0, 0 },
	[MSG_LOG_LEVEL] = { "LOG_LEVEL", P, CHILD, 1, 1 },
	[MSG_MESOS_CONF] = { "MESOS_CONF", P, M, 77, 65536 },
	[MSG_SUBSCRIBE] = { "SUBSCRIBE", P, M, 3 * STR + 2, 3 * ID + 2 },
	[MSG_ACCEPT] = { "ACCEPT", P, M, 12, ANY },
	[MSG_DECLINE] = { "DECLINE", P, M, 10, ANY },
	[MSG_KILL] = { "KILL", P, M, 2 * STR + 8, 2 * ID + 8 },
	[MSG_ACKNOWLEDGE] = { "ACKNOWLEDGE", P, M, 2 * STR + 16, 2 * ID + 16 },
	[MSG_RECONCILE] = { "RECONCILE", P, M, 2, ANY },
	[MSG_SUPPRESS] = { "SUPPRESS", P, M, 0, 0 },
	[MSG_REVIVE] = { "REVIVE", P, M, 0, 0 },
	[MSG_TEARDOWN] = { "TEARDOWN", P, M, 0, 0 },
	[MSG_STATUS] = { "STATUS", M, P, 1 + 2 * STR, 1 + ID + TEXT },
	[MSG_SUBSCRIBED] = { "SUBSCRIBED", M, P, 2 * STR + 8, 2 * ID + 8 },
	[MSG_OFFER] = { "OFFER", M, P, 3 * STR + 2, ANY },
	[MSG_RESCIND] = { "RESCIND", M, P, STR, ID },
	[MSG_UPDATE] = { "UPDATE", M, P, 5 * STR + 20,
	    3 * ID + TEXT + STATUS_TEXT + 20 },
	[MSG_FAILURE] = { "FAILURE", M, P, 2 * STR + 4, 2 * ID + 4 },
	[MSG_ERROR] = { "ERROR", M, P, STR, TEXT },
	[MSG_DISCONNECTED] = { "DISCONNECTED", M, P, STR + 8, TEXT + 8 },
	[MSG_CALL_DONE] = { "CALL_DONE", M, P, 3 + STR, 3 + TEXT },
	[MSG_PORT] = { "PORT", M, P, 2, 2 },
	[MSG_HTTP_CONF] = { "HTTP_CONF", P, H, 4 * STR + 8, 32768 },
	[MSG_HTTP_RELOAD] = { "HTTP_RELOAD", P, H, 0, 0 },
	[MSG_HTTP_CHANGED] = { "HTTP_CHANGED", P, H, 0, 0 },
};

static_assert(sizeof(msg_table) / sizeof(msg_table[0]) == MSG_MAX,
    "every message has a row");

const struct msg_info *
msg_info(uint16_t type)
{
	if (type >= MSG_MAX || msg_table[type].name == NULL)
		return NULL;
	return &msg_table[type];
}

const char *
proc_name(enum proc_id id)
{
	static const char *const names[] = {
		[PROC_PARENT] = "parent",
		[PROC_MESOS] = "mesos",
		[PROC_HTTP] = "http",
	};

	return id < PROC_MAX ? names[id] : "?";
}

const char *
wall_names(unsigned int walls, char *buf, size_t size)
{
	static const struct {
		enum wall wall;
		const char *name;
	} names[] = {
		{ WALL_FILES, "files" },
		{ WALL_TCP, "ports" },
		{ WALL_SIGNALS, "signals" },
		{ WALL_CALLS, "calls" },
	};
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((walls & names[i].wall) == 0)
			continue;
		if (buf[0] != '\0')
			strlcat(buf, ", ", size);
		strlcat(buf, names[i].name, size);
	}
	if (buf[0] == '\0')
		strlcpy(buf, "none", size);
	return buf;
}
