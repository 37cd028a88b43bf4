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

#ifndef COMMON_MSG_H
#define COMMON_MSG_H

#include <stddef.h>
#include <stdint.h>

/*
 * The messages between our processes. msg_table[] in msg.c says who sends
 * each to whom and how large it may be; a channel refuses what does not fit
 * before any handler runs. Here are the fields, in their order. "id" is a
 * Mesos id of at most 255 bytes; times are in ms; scalars in thousandths.
 */
enum proc_id { PROC_PARENT, PROC_MESOS, PROC_HTTP, PROC_MAX };

enum msg_type {
	MSG_NONE,

	/* Any child to the parent, in this order, before anything else. */
	MSG_HELLO, /* u16 FRAME_VERSION, u32 pid */
	MSG_READY, /* u8 enum wall, a set: configured, sandboxed, at work */
	MSG_PONG, /* (nothing): its event loop turns */

	/* Parent to any child. */
	MSG_LOG_LEVEL, /* u8 enum log_level */
	/* (nothing): the child's channel itself answers PONG, with its id. */
	MSG_PING,

	/*
	 * Parent to mesos, before READY:
	 *	u16 n, n * (str url): masters "http[s]://host[:port]"
	 *	str ca, str cert, str key: paths, may be empty
	 *	str pin: "sha256//…" of the public key, may be empty
	 *	bool verify
	 *	str username, str secret: of Basic; may be empty
	 *	str name, str user: of the framework
	 *	str hostname, str webui_url: may be empty; a URL without a host,
	 *		as "http://:10000", is to have that of this machine
	 *	u64 failover_timeout
	 *	u64 backoff, u64 backoff_max: of connecting
	 *	u64 call_timeout
	 *	u16 n, n * (u16 port): of leaders that are not listed, which
	 *		MSG_PORT has asked for
	 */
	MSG_MESOS_CONF,

	/*
	 * Parent to mesos: subscribe, now or when the back-off allows it.
	 *	str framework_id: empty for a new framework
	 *	str role, bool has principal, str principal
	 *	bool suppressed
	 */
	MSG_SUBSCRIBE,

	/*
	 * Parent to mesos: calls. Each is answered by MSG_CALL_DONE with the
	 * same frame id.
	 * ACCEPT:
	 *	u64 refuse
	 *	u16 n, n * (str offer id)
	 *	u16 n, n * task:
	 *		str name, str task id, str agent id
	 *		u16 n, n * resource: str name, str meta (JSON object),
	 *			u64 scalar, u32 port (of "ports", else 0)
	 *		u8 container (0 docker, 1 mesos), str image, bool force
	 *		u8 network (0 host, 1 bridge, 2 named, 3 a bridge with
	 *			another network attached), str network name
	 *		str hostname
	 *		u16 n, n * (u32 host, u32 container): ports of a bridge
	 *		u16 n, n * (str name, str value): environment
	 *		u16 n, n * (str name, str driver, str path): volumes; an
	 *			empty driver means name is a path on the host
	 *		u8 check (0 none, 1 TCP, 2 command), u32 port,
	 *			str command
	 *		u64 delay, interval, timeout, grace; u32 failures
	 *		u64 kill grace
	 */
	MSG_ACCEPT,
	MSG_DECLINE, /* u64 refuse; u16 n, n * (str offer id) */
	MSG_KILL, /* str task id, str agent id (may be empty), u64 grace */
	MSG_ACKNOWLEDGE, /* str task id, str agent id, 16 bytes uuid */
	MSG_RECONCILE, /* u16 n, n * (str task id, str agent id); 0: implicit */
	MSG_SUPPRESS, /* (nothing) */
	MSG_REVIVE, /* (nothing) */
	MSG_TEARDOWN, /* (nothing) */

	/*
	 * Mesos to parent: what the connection does, in words, for people.
	 *	bool connected, str master: "host:port" or empty, str text
	 */
	MSG_STATUS,

	/* str framework id, u64 heartbeat interval, str master version */
	MSG_SUBSCRIBED,

	/*
	 *	str offer id, str agent id, str hostname
	 *	u16 n, n * resource: str name, str role (reserved for, or
	 *		empty), bool plain, u64 scalar, str meta,
	 *		u16 n, n * (u32 begin, u32 end)
	 */
	MSG_OFFER,
	MSG_RESCIND, /* str offer id */

	/*
	 *	str task id, str agent id, u8 state, u8 source (both as numbered
	 *	in mesos.proto), u8 healthy (0 unset, 1 true, 2 false)
	 *	bool has uuid, 16 bytes uuid
	 *	str reason "REASON_…" (at most 63), str message (at most 511)
	 *	str status: all of it, JSON as Mesos sent it (at most 49152,
	 *		without its data if it were longer; or empty)
	 */
	MSG_UPDATE,
	MSG_FAILURE, /* str agent id, str executor id, u32 status */
	MSG_ERROR, /* str message (at most 511): the master's ERROR event */

	/*
	 * The subscription ended or could not be made. The parent answers
	 * with MSG_SUBSCRIBE if it wants another one.
	 *	str reason, u64 delay: before the next try
	 */
	MSG_DISCONNECTED,

	/*
	 * A call is over. u8 outcome (enum call_outcome), u16 HTTP status or
	 * 0, str text (at most 511)
	 */
	MSG_CALL_DONE,

	/*
	 * Mesos to parent: a redirect leads to this port, from which the walls
	 * keep us; to be started again with it.
	 *	u16 port
	 */
	MSG_PORT,

	/*
	 * Parent to http, before READY:
	 *	str user, str password: of Basic; both empty: anybody may
	 *	str cert, str key: paths; both empty: no TLS
	 *	u32 connections, u32 connections of one address
	 */
	MSG_HTTP_CONF,
	MSG_HTTP_RELOAD, /* (nothing): read certificate and key again */
	MSG_HTTP_CHANGED, /* (nothing): what it was told may be old */

	MSG_MAX
};

enum call_outcome {
	CALL_DONE, /* 202 */
	CALL_REFUSED, /* any other answer: Mesos has not acted on it */
	CALL_UNSENT, /* no byte of it reached a master */
	CALL_UNKNOWN, /* sent, and no answer came */
	CALL_OUTCOME_MAX
};

/* The walls of the kernel that can be around a process, as a set of bits. */
enum wall {
	WALL_FILES = 1, /* Landlock: only the files it needs */
	WALL_TCP = 2, /* Landlock: only the ports it needs */
	WALL_SIGNALS = 4, /* Landlock: signals to nobody but its own */
	WALL_CALLS = 8, /* seccomp: only the system calls it needs */
	WALL_ALL = 15
};

struct msg_info {
	const char *name;
	uint8_t from; /* bits of 1 << enum proc_id */
	uint8_t to;
	uint32_t min; /* of the payload */
	uint32_t max;
};

/* NULL for an unknown type. */
const struct msg_info *msg_info(uint16_t type);

/* "parent", "mesos". */
const char *proc_name(enum proc_id id);

/* Writes "files, calls" for a set of walls, "none" for none; returns buf. */
const char *wall_names(unsigned int walls, char *buf, size_t size);

#endif
