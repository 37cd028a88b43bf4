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

#ifndef COMMON_KILLPOINT_H
#define COMMON_KILLPOINT_H

#include "msg.h"

/*
 * Kill points: the places where a process writes, sends or receives. A build
 * with -DKILL_POINTS counts the visits of each, and a test of recovery has a
 * process end at the one it chooses as kill -9 would end it. In any other
 * build nothing of this is left. Such a build is for tests alone: whoever can
 * write the file it counts in can end it.
 *
 * All of them, with the processes that have them and which there are of each:
 * one, one for each message that is sent or received on a channel, one for
 * each call, or one each for clients of the socket and for the http process.
 */
#define KILLPOINT_TABLE(X)                                           \
	/* A channel. What was sent is in the other's socket. */     \
	X(FRAME_SEND, EVERY, OUT, "a frame is made")                 \
	X(FRAME_SENT, EVERY, OUT, "and sent")                        \
	X(FRAME_RECEIVE, EVERY, IN, "a whole frame is there")        \
	X(FRAME_RECEIVED, EVERY, IN, "and dealt with")               \
	/* The state. */                                             \
	X(STATE_WRITE, PARENT, ONE, "a new state is to be saved")    \
	X(STATE_OPENED, PARENT, ONE, "its file is there, empty")     \
	X(STATE_WRITTEN, PARENT, ONE, "written")                     \
	X(STATE_SYNCED, PARENT, ONE, "and synced")                   \
	X(STATE_SET_ASIDE, PARENT, ONE, "a damaged one is renamed")  \
	X(STATE_UNLINKED, PARENT, ONE, "the old backup is gone")     \
	X(STATE_LINKED, PARENT, ONE, "the new backup is there")      \
	X(STATE_RENAMED, PARENT, ONE, "the new state has its name")  \
	X(STATE_SAVED, PARENT, ONE, "the folder is synced, too")     \
	/* The control socket, and the line of the http process. */  \
	X(CLIENT_ACCEPT, PARENT, ONE, "a client has connected")      \
	X(LINE_RECEIVE, PARENT, LINE, "a line is there")             \
	X(LINE_RECEIVED, PARENT, LINE, "and dealt with")             \
	X(LINE_SEND, PARENT, LINE, "a line of a reply is made")      \
	X(LINE_SENT, PARENT, LINE, "and sent")                       \
	/* The master. */                                            \
	X(SUBSCRIBE_SEND, MESOS, ONE, "SUBSCRIBE is to be sent")     \
	X(STREAM_RECEIVE, MESOS, ONE, "the stream has bytes")        \
	X(EVENT_RECEIVE, MESOS, ONE, "and a whole event")            \
	X(EVENT_RECEIVED, MESOS, ONE, "its frames are made")         \
	X(CALL_SEND, MESOS, CALL, "a call is to be sent")            \
	X(BODY_SEND, MESOS, ONE, "libcurl takes its body")           \
	X(CALL_RECEIVE, MESOS, CALL, "its answer is there")          \
	X(CALL_RECEIVED, MESOS, CALL, "and dealt with")              \
	/* Browsers and curl, and the line to the parent. */         \
	X(HTTP_ACCEPT, HTTP, ONE, "a client has connected")          \
	X(HTTP_RECEIVE, HTTP, ONE, "it has sent something")          \
	X(HTTP_RECEIVED, HTTP, ONE, "which is with evhttp")          \
	X(REQUEST_RECEIVE, HTTP, ONE, "that was a whole request")    \
	X(ASK_SEND, HTTP, ONE, "a command is made of it")            \
	X(ASK_SENT, HTTP, ONE, "and sent to the parent")             \
	X(REPLY_RECEIVE, HTTP, ONE, "a line of the parent is there") \
	X(REPLY_RECEIVED, HTTP, ONE, "and dealt with")               \
	X(ANSWER_SEND, HTTP, ONE, "an answer is made")               \
	X(ANSWER_SENT, HTTP, ONE, "it is with evhttp")               \
	X(HTTP_SEND, HTTP, ONE, "bytes are to be sent to a client")  \
	X(HTTP_SENT, HTTP, ONE, "and are")

#ifdef KILL_POINTS

#include <stdint.h>

/* Mapped by all processes, from the folder they were started in. */
#define KILLPOINT_FILE "kill-points"

#define KILLPOINT_ENUM(name, procs, kind, text) KILLPOINT_##name,
enum killpoint { KILLPOINT_TABLE(KILLPOINT_ENUM) KILLPOINT_MAX };

struct killpoint_count {
	uint32_t visits;
	uint32_t left; /* visits until it kills, 0: it does not */
	uint32_t kills;
};

/* By process, point, and which of them: a message, or who a line is of. */
struct killpoint_map {
	struct killpoint_count count[PROC_MAX][KILLPOINT_MAX][MSG_MAX];
};

struct bufferevent;

/* child: what it is started to be, NULL: the parent. */
void killpoint_init(const char *child);
void killpoint(enum killpoint point, unsigned int which);
/* After a write to bev, which, if it is to kill, writes all to the socket. */
void killpoint_sent(enum killpoint point, unsigned int which,
    struct bufferevent *bev);

#define KILLPOINT_INIT(child) killpoint_init(child)
#define KILLPOINT(name) killpoint(KILLPOINT_##name, 0)
#define KILLPOINT_OF(name, which) killpoint(KILLPOINT_##name, (which))
#define KILLPOINT_SENT(name, which, bev) \
	killpoint_sent(KILLPOINT_##name, (which), (bev))

#else

#define KILLPOINT_INIT(child) ((void)0)
#define KILLPOINT(name) ((void)0)
#define KILLPOINT_OF(name, which) ((void)0)
#define KILLPOINT_SENT(name, which, bev) ((void)0)

#endif

#endif
