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

#ifndef DAEMON_CONTROL_SOCK_H
#define DAEMON_CONTROL_SOCK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

/* A listening socket in the file system, and the lock that goes with it. */
struct control_sock {
	int fd; /* non-blocking, close-on-exec */
	int lock;
	char *path;
	dev_t dev; /* of the socket that was bound */
	ino_t ino;
};

/* Who is at the other end of a connection. */
struct control_peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	bool in_group; /* of the group that was asked for */
};

/*
 * Takes the lock beside path, sees that nobody answers there, replaces a
 * dead socket, binds and listens. Mode 0666 if any, else 0660; owned by uid
 * if this is root, by group unless (gid_t)-1. Returns 0, or -1 and a
 * sentence in err.
 */
int control_sock_open(struct control_sock *s, const char *path, uid_t uid,
    gid_t group, bool any, char *err, size_t size);

/* Removes the socket, if it is still ours, and the lock. */
void control_sock_close(struct control_sock *s);

/*
 * Asks the kernel who connected. Returns -1 with errno if it does not say.
 */
int control_sock_peer(int fd, gid_t group, struct control_peer *p);

#endif
