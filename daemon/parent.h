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

#ifndef DAEMON_PARENT_H
#define DAEMON_PARENT_H

#include <sys/queue.h>

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "chan.h"
#include "cmd.h"
#include "config/conf.h"
#include "control.h"
#include "core/cluster.h"
#include "core/roll.h"
#include "proc.h"
#include "store.h"
#include "version.h"

#define PARENT_SIGNALS 4
#define PARENT_PORTS 8

/* A call that was handed to the mesos process and not answered yet. */
struct call {
	uint32_t id;
	enum action_type type;
	struct task_ref *tasks; /* of a LAUNCH */
	size_t ntasks;
	TAILQ_ENTRY(call) entry;
};

/* A client that waits for an answer until what it asked for is saved. */
struct answer {
	uint32_t client;
	struct reply reply;
	TAILQ_ENTRY(answer) entry;
};

/* A client of `wait`. */
struct waiter {
	uint32_t client;
	enum service_id service;
	int64_t until; /* core time, 0: for ever */
	char last[INSTANCES_MAX + 1]; /* progress already told, by number */
	TAILQ_ENTRY(waiter) entry;
};

/* A client of `watch`. */
struct watcher {
	uint32_t client;
	TAILQ_ENTRY(watcher) entry;
};

/* Everything the parent has; there is one. */
struct parent {
	struct event_base *base;
	struct conf *conf;
	const char *file; /* it came from; NULL: conf_file() finds it */
	struct cluster *cluster;
	struct store *store;
	struct control *control;
	struct proc *mesos;
	struct http_link *http; /* NULL: not wanted */
	struct history *history; /* NULL: none is kept */
	struct notify *notify; /* NULL: no supervisor wants to know */
	struct event *run; /* something happened: decide */
	struct event *timer; /* the core's deadline, or the end of patience */
	struct event *beat; /* what is done every PROC_PING seconds */
	bool woken; /* a decision is due */
	struct event *sig[PARENT_SIGNALS];
	TAILQ_HEAD(, call) calls;
	TAILQ_HEAD(, answer) answers;
	TAILQ_HEAD(, waiter) waiters;
	TAILQ_HEAD(, watcher) watchers;
	uint32_t next_call;
	int64_t started;
	time_t born; /* the same, for people */
	unsigned int walls; /* around us */
	/* Where redirects led to, the last one first; 0: none. */
	uint16_t ports[PARENT_PORTS];
	/* Since the start, for those who watch over it. */
	uint64_t offers;
	uint64_t declined;
	/* What the mesos process says of its connection. */
	bool connected;
	int64_t connection_since; /* that it is so */
	char master[256];
	char connection[512];
	/* The state could not be saved: nothing is done until it can. */
	bool unsaved;
	int64_t unsaved_since;
	char save_error[STORE_ERR];
};

/*
 * Runs the parent until it is told to end. conf is taken over; file is where
 * it is read again from, absolute, or NULL for the default. self is a
 * descriptor of our own program, http the socket of the http process or -1;
 * debug: stay in the foreground, else it goes to the background, and the log to
 * syslog, when the state is loaded. Returns the exit status.
 */
int parent_main(struct conf *conf, const char *file, int self, int http,
    bool debug);

/* Asks for a decision at the end of this turn of the event loop. */
void parent_wake(struct parent *p);

/* Tells the watchers, and the history. */
void parent_tell(struct parent *p, const struct notice *n);

/*
 * turn.c: one decision, and all that follows from it. Returns when the next
 * is due (core time), or one of these.
 */
#define TURN_NEVER 0 /* not before something happens */
#define TURN_AGAIN (-1) /* at the end of this turn of the event loop */
int64_t turn(struct parent *p, int64_t now);
/* Opens and loads the state; a start that must not be made ends here. */
void turn_load(struct parent *p);

/* link.c: the channel to the mesos process. */
extern const chan_handler link_handlers[];
void link_configure(struct parent *p, struct chan *chan);
void link_lost(struct parent *p);
/* Carries out an action of the core and frees it. */
void link_act(struct parent *p, struct action *a);

/* reload.c: the configuration is read again. */
void reload_command(struct parent *p, struct control_client *cl,
    const struct cmd_call *call);
void reload_signal(struct parent *p);

/* command.c: what clients of the control socket ask for. */
extern const struct control_cb command_callbacks;
extern const char *const command_services[];
/* Ends a reply when what was changed is saved. */
void command_later(struct parent *p, struct control_client *cl,
    const struct reply *r);
/* Changes the level of the log of all processes. */
void command_set_level(struct parent *p, enum log_level level);
/* Answers those whose change was saved, and those who wait. */
void command_answer(struct parent *p, int64_t now);
void command_free(struct parent *p);

/* command_history.c: what happened, and who asked for it. */
void command_history(struct parent *p, struct control_client *cl,
    const struct cmd_call *call);
/* Notes a command that changes something, and how it was answered. */
void command_note(struct parent *p, struct control_client *cl,
    const struct cmd_call *call, int code, const char *text);
/* RFC 3339, of seconds since 1970; returns buf. */
#define STAMP_SIZE 32
char *command_stamp(int64_t seconds, char buf[STAMP_SIZE]);
/* For history_open(); arg is the parent. */
bool parent_has(void *arg, const char *subject);

/* show.c: facts as JSON objects, to be released by the caller. */
struct json_object;
struct json_object *show_daemon(struct parent *p, int64_t now);
struct json_object *show_service(struct parent *p, struct service *s,
    int64_t now);
struct json_object *show_instance(struct parent *p, struct instance *i,
    int64_t now);
struct json_object *show_instance_all(struct parent *p, struct instance *i,
    int64_t now);
/* The whole in a line: "connected to m:5050; kafka 3 of 3 ready" */
void show_line(struct parent *p, int64_t now, char *buf, size_t size);
/* A task as the Go framework shows it; NULL without memory. show_v0.c */
struct json_object *show_container(struct parent *p, struct instance *i);
/* The plan as a whole, and one of its steps. */
struct json_object *show_plan(struct parent *p, int64_t now);
/* The plan in a line: "3 to be restarted; it is the turn of kafka-0" */
void show_plan_line(struct parent *p, int64_t now, char *buf, size_t size);
struct json_object *show_step(struct parent *p, const struct instance *i,
    const struct roll *r);
struct json_object *show_offer(const struct seen_offer *o, int64_t now);

/*
 * why.c: what an instance waits for, and what can be done; sum gets it in a
 * sentence. And what to answer when there is none of that name.
 */
struct json_object *why_show(struct parent *p, struct instance *i, int64_t now,
    char *sum, size_t size);
void why_unknown(struct parent *p, const char *name, char *buf, size_t size);

#endif
