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

#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd.h"

struct control;
struct control_client;
struct event_base;
struct json_object;

/*
 * The control socket: clients, their rights, the line protocol. It runs in
 * the parent. Nothing a client does can end the process, or make it hold
 * more than a bounded amount for that client.
 */
#define CONTROL_CLIENTS_MAX 64
#define CONTROL_RESERVED 16 /* of them for those who may change things */
#define CONTROL_UID_MAX 16 /* clients of one user */
#define CONTROL_STREAM_MAX (1024 * 1024) /* bytes of progress not read yet */
#define CONTROL_REPLY_MAX (8 * 1024 * 1024) /* bytes of one reply */
#define CONTROL_WRITE_TIMEOUT 60 /* s without the client reading anything */
#define CONTROL_SWEEP 10 /* s, at most, until a client that left is noticed */
#define CONTROL_FDS 16 /* descriptors that no client may take */

/* The strings must stay valid until control_close(). */
struct control_conf {
	const char *path; /* absolute */
	gid_t group; /* may change things; (gid_t)-1: there is none */
	bool read_any; /* everybody else may read */
	uid_t uid; /* the daemon's, may change things; owns the socket */
	const char *version; /* for the greeting: "0.1" */
	const char *const *services; /* ended by NULL; see cmd_parse() */
	unsigned int clients_max; /* 0: CONTROL_CLIENTS_MAX */
	unsigned int uid_max; /* 0: CONTROL_UID_MAX */
	unsigned int sweep; /* ms, 0: CONTROL_SWEEP */
};

struct control_cb {
	/*
	 * A command that was parsed, and that the client may give. It is to
	 * be answered with any number of control_data() and then one
	 * control_end(), now or later; until then no other command of this
	 * client arrives. call is valid during the call only. help is
	 * answered by control.c and never arrives.
	 */
	void (*command)(void *arg, struct control_client *cl,
	    const struct cmd_call *call);
	/* The client has gone; cl is freed afterwards. May be NULL. */
	void (*gone)(void *arg, struct control_client *cl);
};

/*
 * Binds the socket and listens. conf and cb are copied. Returns NULL and a
 * sentence in err: another kafkad answers there, the directory is missing, …
 * A dead socket is replaced, anything else in its place is not.
 */
struct control *control_open(struct event_base *base,
    const struct control_conf *conf, const struct control_cb *cb, void *arg,
    char *err, size_t size);

/*
 * Ends every client (gone is called for each), writing what they take
 * without waiting, and removes the socket. NULL is allowed. Not from
 * within a callback of this module: end the event loop first.
 */
void control_close(struct control *c);

/*
 * Serves fd, a connected stream socket, which it owns from now on, as a
 * client of that name (at most 15 bytes of it, for the log) that may change
 * things. With shim, only the commands marked for the shim exist there, without
 * force, and each is to begin with "as USER ADDRESS" (USER "-": nobody in
 * particular). It does not count as a client. Returns NULL without memory; fd
 * is closed then.
 */
struct control_client *control_attach(struct control *c, int fd,
    const char *name, bool shim);

/* Whether only the commands marked for the shim exist for it. */
bool control_client_is_shim(const struct control_client *cl);

/* The client's id: from a counter, never 0, not used again for long. */
uint32_t control_client_id(const struct control_client *cl);

/*
 * Writes "uid 1000 (name) pid 123"; or the name it was attached with, and for
 * the shim whom the command is from: "http, user alice, 10.0.0.1".
 */
char *control_client_who(const struct control_client *cl, char *buf,
    size_t size);

/* The client with that id, or NULL if it is gone. */
struct control_client *control_find(struct control *c, uint32_t id);

/* Whether it is still there to read; else all that is sent is dropped. */
bool control_is_open(const struct control_client *cl);

/*
 * Sends a data line (1xx: progress) and releases o, which must be an object;
 * NULL (no memory) is allowed and sends nothing. A client that is too slow
 * to read is dropped: it is not open from then on, and gone is called later
 * from the event loop, never from within this call.
 */
void control_data(struct control_client *cl, int code, struct json_object *o);

/* Sends the last line of a reply. The client's next command may arrive. */
__attribute__((format(printf, 3, 4))) void control_end(struct control_client
							   *cl,
    int code, const char *fmt, ...);

/*
 * The same to the client with that id; if it is gone, the log alone has how its
 * command ended. The changes that are answered later are answered so.
 */
void control_answer(struct control *c, uint32_t id, int code, const char *text);

#endif
