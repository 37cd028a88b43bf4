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

#ifndef DAEMON_PROC_H
#define DAEMON_PROC_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "chan.h"

/*
 * A child of the parent: started, watched, and started again when it dies,
 * with a growing delay.
 */
struct proc;

#ifndef PROC_PING /* a build for tests may have others */
#define PROC_PING 30 /* s between two PINGs; so long for the PONG, too */
#endif
#define PROC_FDS 4 /* more than the channel and the program, at most */

struct proc_conf {
	enum proc_id id;
	int self; /* descriptor of our own program */
	const chan_handler *handlers; /* all but HELLO, READY, PONG */
	/* The child said HELLO: to be configured. */
	void (*configure)(void *arg, struct chan *chan);
	/* The child is READY; or is no more: lost may be NULL. */
	void (*ready)(void *arg);
	void (*lost)(void *arg);
	/*
	 * Before each start: descriptors that the child finds from
	 * CHAN_FILENO + 2 on, and their number, or -1 with errno. After it,
	 * started is called, good or not. Both may be NULL.
	 */
	int (*prepare)(void *arg, int fds[PROC_FDS]);
	void (*started)(void *arg, bool good);
	void *arg;
};

/* Starts the child. conf is copied. Returns NULL without memory. */
struct proc *proc_new(struct event_base *base, const struct proc_conf *conf);

/* NULL is allowed. Closes the channel, waits a moment, then kills. */
void proc_free(struct proc *p);

/*
 * Ends the child and starts it again, as soon as after an end of its own:
 * what configure() sends has changed.
 */
void proc_restart(struct proc *p);

/*
 * A child that is alive may hang all the same. To be called every PROC_PING
 * seconds: asks it for a sign of life, or, if it has not answered the last
 * time, gives it a second more and ends it. NULL is allowed.
 */
void proc_ping(struct proc *p);

/* The walls (enum wall) around a child that is ready; else 0. */
unsigned int proc_walls(const struct proc *p);

/* What there is to tell of a child. */
struct proc_facts {
	pid_t pid; /* 0: it is not there now */
	time_t started; /* the last time */
	unsigned int starts;
};

/* Fills in f. Returns false, and f is empty, if there is no child (NULL). */
bool proc_facts(const struct proc *p, struct proc_facts *f);

/* The channel of a child that is ready, or NULL. */
struct chan *proc_chan(struct proc *p);

/* ms before a child is started that was last started after so many, 0: none. */
int64_t proc_delay(int64_t last);

/* Is to be called for each child that was reaped. */
void proc_reaped(struct proc *p, pid_t pid, int status);

#endif
