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

#ifndef CORE_CLUSTER_H
#define CORE_CLUSTER_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "offer.h"
#include "pack.h"
#include "recipe.h"
#include "task.h"

/*
 * Everything that kafkad knows, and the decisions it takes. Pure: no I/O, no
 * clock, no randomness. Callers report events with the time (ms of a clock
 * that never goes back) and call cluster_run(), which compares wanted with
 * observed and leaves actions in the queue, the time at which it wants to be
 * called again in deadline, and dirty set if something must be saved before
 * the actions are carried out.
 */

/*
 * One incarnation of an instance on Mesos. Of this and of an instance the texts
 * come last: a run goes through a thousand of them, and finds what it needs of
 * one together.
 */
struct task {
	TAILQ_ENTRY(task) entry;
	enum task_state state; /* as last reported */
	bool reported; /* some update has arrived: the launch was accepted */
	bool started; /* it has been STARTING or RUNNING */
	bool check; /* launched with a check */
	bool adopted; /* not launched by this state */
	enum task_health healthy;
	uint32_t list; /* version of the server list it was given */
	uint32_t revision; /* of the configuration; 0: not known */
	int64_t launched;
	int64_t running; /* since when, 0: not */
	int64_t healthy_since; /* 0: not */
	int64_t unreachable; /* since when, 0: it is not */
	int64_t gone_until; /* said to be gone, and may be alive until then */
	uint32_t grace; /* ms, what its own agent gives it; 0: not known */
	char *command; /* as the Go framework recorded it, JSON, or NULL */
	/* Not saved: */
	struct packed *status; /* last TaskStatus of Mesos, JSON, or NULL */
	bool unanswered; /* reconciliation has not answered for it yet */
	uint8_t gone_uuid[UUID_LEN]; /* of the update that said so */
	int64_t kill_next; /* when the kill is to be repeated, 0: not sent */
	uint32_t kills;
	int64_t killed; /* when the first of them was sent */
	/* Saved: */
	char id[ID_MAX];
	char instance[ID_MAX]; /* whose it is; empty: nobody knows */
	char agent_id[ID_MAX];
	char hostname[HOSTNAME_SIZE];
};

TAILQ_HEAD(tasks, task);

enum instance_state {
	INSTANCE_STOPPED,
	INSTANCE_PLACING,
	INSTANCE_LAUNCHING,
	INSTANCE_STAGING,
	INSTANCE_STARTING,
	INSTANCE_RUNNING,
	INSTANCE_KILLING,
	INSTANCE_LOST,
	INSTANCE_BACKOFF
};

/* What an instance that should have a task and has none waits for. */
enum wait {
	WAIT_NOTHING,
	WAIT_REPORTS, /* that no task is left of which nobody knows */
	WAIT_ZOOKEEPER,
	WAIT_MEMBERS, /* the others of its ensemble */
	WAIT_OFFER,
	WAIT_PLACES /* offers for it and the others of its ensemble */
};

/* Where an instance lives. It survives its tasks. */
struct placement {
	bool set;
	bool firm; /* a launch there was accepted */
	char agent_id[ID_MAX];
	char hostname[HOSTNAME_SIZE];
	uint32_t ports[PORTS_MAX];
};

struct instance {
	TAILQ_ENTRY(instance) entry;
	enum service_id service;
	int number;
	int id; /* broker.id or myid */
	bool generated; /* Kafka chose its id, which is on the volume only */
	bool trust_empty; /* ZooKeeper's volume has a log without a snapshot */
	bool stopped; /* killed by the operator */
	bool leaving; /* scaled away, or no longer wanted */
	bool restart; /* the present task is to be ended, then a new one */
	bool renew; /* the same, when its turn comes: roll.h */
	bool rolling; /* its turn has come, and it is not ready again yet */
	bool in_list; /* member of the server list in force */
	bool joined; /* has served as a member, or may have */
	bool started_once; /* some task of it was STARTING or RUNNING */
	struct task *task; /* the one that may be alive, or NULL */
	uint32_t failures; /* in a row */
	uint32_t failures_total;
	int64_t backoff_until; /* 0: none */
	int64_t down_since; /* since when it has no task, 0: it has one */
	int64_t last_failure;
	/* Not saved: */
	uint32_t launches; /* of a task, in this run */
	enum instance_state last_state; /* as last logged */
	bool last_ready;
	bool override; /* the operator said start: do not wait when behind */
	bool admit; /* it is to get a place and to join the server list */
	bool dismissed; /* leaving, and now its task may end */
	bool placed_now; /* tentatively, in this run */
	bool needs_offer; /* no offer at hand fits */
	bool asked; /* offers were asked for since it needs one */
	bool loaded; /* it is older than this kafkad */
	enum wait wait; /* what it waits for, as found in this run */
	enum wait waits; /* what it waits for, and since when: waits.h */
	int64_t waits_since; /* 0: for nothing */
	int64_t left_until; /* until then not on left; 0: it may be */
	LIST_ENTRY(instance) of_agent; /* crowd.h */
	LIST_ENTRY(instance) of_host;
	char waiting[MESSAGE_MAX]; /* what it waits for, in words */
	char left[HOSTNAME_SIZE]; /* where it was replaced: last of all */
	/* Saved: */
	char name[ID_MAX];
	struct placement placement;
	char last_message[MESSAGE_MAX]; /* of the last failure */
};

TAILQ_HEAD(instances, instance);
LIST_HEAD(crowd, instance);

/* What tasks of a service are launched with: revision.h. */
struct revision {
	uint32_t number; /* from 1 */
	struct pairs facts;
	TAILQ_ENTRY(revision) entry;
};

TAILQ_HEAD(revisions, revision);

struct service {
	enum service_id id;
	const struct service_conf *conf;
	int count; /* wanted */
	int configured; /* what the configuration said when count was set */
	bool formed; /* all its members have been ready together once */
	bool taken_over; /* its volumes may have ids of the Go framework */
	uint32_t list; /* version of the server list in force, 0: none */
	uint32_t revision; /* of the configuration, 0: cluster_configure() */
	uint32_t skipped; /* revision that running tasks need not get */
	struct revisions revisions; /* that and those of running tasks */
	struct instances instances; /* in the order of their numbers */
};

enum cluster_mode {
	MODE_ACTIVE,
	MODE_PASSIVE, /* another scheduler took over */
	MODE_REMOVED, /* the master removed the framework */
	MODE_TEARDOWN /* the operator ends it; then it is removed */
};

/* Times in ms. */
struct cluster_conf {
	struct service_conf service[SERVICE_MAX];
	int64_t hold; /* offers for a placement are kept so long */
	int64_t refuse; /* filter of a decline */
	int64_t agent_timeout; /* in which agents come back to a master */
	int64_t reconcile_interval;
	int64_t kill_interval; /* on top of the grace, between two kills */
	int64_t revive_interval; /* least time between two REVIVEs */
	/* Restarts one after the other: roll.h */
	int64_t pace; /* after each that is ready again */
	enum service_id order[SERVICE_MAX]; /* of the services */
	bool confirm; /* a new configuration waits for the operator's word */
};

enum action_type {
	ACTION_SUBSCRIBE,
	ACTION_ACKNOWLEDGE,
	ACTION_LAUNCH,
	ACTION_DECLINE,
	ACTION_KILL,
	ACTION_RECONCILE,
	ACTION_SUPPRESS,
	ACTION_REVIVE,
	ACTION_TEARDOWN
};

struct task_ref {
	char task_id[ID_MAX];
	char agent_id[ID_MAX]; /* may be empty */
};

/* Offers, or tasks, that one action names at most: a call has a limit. */
#define ACTION_BATCH 1000

struct action {
	enum action_type type;
	struct task_ref task; /* ACKNOWLEDGE, KILL */
	uint8_t uuid[UUID_LEN]; /* ACKNOWLEDGE */
	int64_t grace; /* KILL */
	char (*offer_ids)[ID_MAX]; /* LAUNCH, DECLINE */
	size_t noffers;
	int64_t refuse; /* LAUNCH, DECLINE: filter in ms */
	struct task_spec *specs; /* LAUNCH */
	size_t nspecs;
	struct task_ref *refs; /* RECONCILE; none: implicit */
	size_t nrefs;
	TAILQ_ENTRY(action) entry;
};

TAILQ_HEAD(actions, action);

/* Something worth telling: logged by the parent and shown by `watch`. */
struct notice {
	bool warn;
	char instance[ID_MAX]; /* or empty */
	char text[MESSAGE_MAX];
	TAILQ_ENTRY(notice) entry;
};

TAILQ_HEAD(notices, notice);

/* What an offer may lack: bits. */
#define LACK_ROOM 1 /* cpus, memory, disk, or enough ports */
#define LACK_PORT 2 /* the very port that is needed */
#define LACK_AGENT 4 /* it is bound to another agent, where its data is */
#define LACK_UNIQUE 8 /* another instance of the service is on this one */
#define LACK_END 16 /* an older task of it may be alive there */
#define LACK_LEFT 32 /* it was replaced to leave that agent */

/* Why an offer did not fit an instance; kept for `kafkactl offers`. */
struct miss {
	char instance[ID_MAX];
	char text[MESSAGE_MAX];
	unsigned int lacks;
	int distance; /* how far it was from fitting, to compare */
	int64_t noted; /* last time */
};

struct seen_offer {
	char id[ID_MAX];
	char hostname[HOSTNAME_SIZE];
	char resources[MESSAGE_MAX]; /* in words */
	char outcome[MESSAGE_MAX];
	int64_t received;
	struct miss *misses;
	size_t nmisses;
	TAILQ_ENTRY(seen_offer) entry;
};

TAILQ_HEAD(seen_offers, seen_offer);

#define SEEN_OFFERS_MAX 32
#define MISSES_MAX 32
#define CROWD_BUCKETS 1024

struct cluster {
	const struct cluster_conf *conf;
	/* Saved: */
	char framework_id[ID_MAX]; /* empty: not registered yet */
	/* As what a framework that was taken over is registered. */
	bool imported;
	char role[ID_MAX];
	bool has_principal;
	char principal[ID_MAX];
	enum cluster_mode mode;
	uint64_t next_task;
	bool behind; /* the state may be older than the tasks */
	int64_t behind_until;
	bool paused; /* no instance gets its turn: roll.h */
	int64_t rolled; /* when the last turn was over, 0: none was */
	struct service service[SERVICE_MAX];
	struct tasks strays; /* tasks to be killed when they are seen */
	/* Not saved: */
	bool subscribed;
	bool subscribing; /* asked for, not answered yet */
	bool suppressed;
	bool barrier; /* launches wait for the first reconciliation */
	bool gathered; /* for which all agents are back */
	int64_t reconcile_next; /* explicit, 0: all have answered */
	int64_t reconcile_delay;
	int64_t implicit_next;
	int64_t lost_next; /* tasks on unreachable agents are asked for */
	int64_t revived; /* last REVIVE, 0: none */
	bool teardown_sent;
	enum cluster_mode last_mode; /* as last seen, and since when */
	int64_t mode_since; /* 0: always */
	struct offers offers;
	uint64_t received; /* offers, in all */
	uint64_t noted; /* the newest of them in seen */
	bool many; /* more offers at hand than are remembered */
	struct seen_offers seen; /* the last of them */
	size_t nseen;
	struct crowd by_agent[CROWD_BUCKETS]; /* crowd.h */
	struct crowd by_host[CROWD_BUCKETS];
	bool dirty;
	int64_t deadline; /* 0: none */
	struct actions actions;
	struct notices notices;
};

/* Returns a new cluster with the configured counts, or NULL. */
struct cluster *cluster_new(const struct cluster_conf *conf);
void cluster_free(struct cluster *c);

/*
 * From now on this is the configuration, which must stay valid as long as the
 * cluster or until the next one. A count that differs from the one configured
 * before is the operator's newest word; tasks that should be others are
 * restarted one after the other. To be called after a state was loaded, too.
 * Returns 0, or -1 without memory, when nothing has changed.
 */
int cluster_configure(struct cluster *c, const struct cluster_conf *conf);

/* The instance of that name ("kafka-3"), or NULL if there is none. */
struct instance *cluster_find(struct cluster *c, const char *name);
/*
 * The instance whose task has this id, or this number: "kafka-3.17" or "17".
 * NULL if there is none.
 */
struct instance *cluster_find_task(struct cluster *c, const char *id);
/* The instance of that number, or NULL. */
struct instance *service_find(struct service *s, int number);
/*
 * Adds instance number, in its place, with the id that goes with its number,
 * or the next that is free. NULL without memory.
 */
struct instance *service_add(struct service *s, int number);
void instance_free(struct service *s, struct instance *i);
/* A task that is staging, of the instance that its id names, if any. */
struct task *task_new(const char *id, const char *agent_id);
void task_free(struct task *t); /* NULL is allowed */
/* Calls f for every task there is, of instances and strays. */
void cluster_each_task(struct cluster *c, void (*f)(struct task *, void *),
    void *arg);

/* Events. now is in ms. */
void cluster_on_subscribed(struct cluster *c, const char *framework_id,
    int64_t now);
/* There is no subscription, or nobody who could have one. */
void cluster_on_disconnected(struct cluster *c);

/*
 * Sends back what is offered, for when nothing can be decided; who needs an
 * offer asks for them anew.
 */
void cluster_decline(struct cluster *c, int64_t now);
void cluster_on_error(struct cluster *c, const char *message, int64_t now);
/* Takes ownership of the offer. */
void cluster_on_offer(struct cluster *c, struct offer *o, int64_t now);
void cluster_on_rescind(struct cluster *c, const char *offer_id);
void cluster_on_update(struct cluster *c, const struct update *u, int64_t now);

/* How the call ended that was to launch a task, if it was not accepted. */
enum launch_end {
	LAUNCH_UNSENT, /* Mesos has never seen it */
	LAUNCH_REFUSED, /* Mesos has answered with an error */
	LAUNCH_UNKNOWN /* Mesos may have acted on it, or not */
};
void cluster_on_launch_failed(struct cluster *c, const char *task_id,
    enum launch_end end, const char *why, int64_t now);

/* The TEARDOWN call was answered: the framework is no more. */
void cluster_on_teardown(struct cluster *c, int64_t now);

/* Decides. To be called after events and at the deadline. */
void cluster_run(struct cluster *c, int64_t now);

/*
 * Commands of the operator. They return an HTTP status (200 done, 404, 409
 * refused, …) and leave a sentence in text.
 */
struct reply {
	int code;
	char text[MESSAGE_MAX];
};
void cluster_scale(struct cluster *c, enum service_id id, int count, bool force,
    struct reply *r, int64_t now);
void cluster_kill(struct cluster *c, const char *name, struct reply *r,
    int64_t now);
void cluster_start(struct cluster *c, const char *name, struct reply *r,
    int64_t now);
/* An instance at once; of a service one after the other. */
void cluster_restart(struct cluster *c, const char *name, struct reply *r,
    int64_t now);
void cluster_pause(struct cluster *c, struct reply *r);
void cluster_resume(struct cluster *c, struct reply *r);
void cluster_cancel(struct cluster *c, struct reply *r);
void cluster_replace(struct cluster *c, const char *name, bool force,
    struct reply *r, int64_t now);
void cluster_reflate(struct cluster *c, enum service_id id, struct reply *r,
    int64_t now);
void cluster_register(struct cluster *c, bool force, struct reply *r,
    int64_t now);
void cluster_teardown(struct cluster *c, bool force, struct reply *r,
    int64_t now);

/* What to show of an instance and of a service. */
enum instance_state instance_state(const struct instance *i, int64_t now);
const char *instance_state_name(enum instance_state s);
bool instance_ready(const struct cluster *c, const struct instance *i,
    int64_t now);
/* Whether it runs with an older server list or ZooKeeper list. */
bool instance_outdated(const struct cluster *c, const struct instance *i);
int service_running(const struct service *s);
int service_ready(const struct cluster *c, const struct service *s,
    int64_t now);

/* Members of the server list in force, and how many make a majority. */
int service_list_size(const struct service *s);
int service_majority(const struct service *s);

/*
 * The addresses, as far as they are known, of the members of the server list
 * in force. Returns 0 and fills in e (e->list to be freed), or -1 without
 * memory.
 */
int service_endpoints(const struct service *s, struct endpoints *e);

/* Whether this instance lives on that agent, or may come back to it. */
bool placement_is_on(const struct placement *p, const char *agent_id,
    const char *hostname);

/*
 * The name of the agent: its host, or its id where no offer has told the host
 * yet. Empty if there is no place.
 */
const char *placement_name(const struct placement *p);
const char *task_agent_name(const struct task *t);

const char *cluster_mode_name(enum cluster_mode mode);
/* Makes deadline earlier, if it is later than that. */
void cluster_wake(struct cluster *c, int64_t when);

struct action *action_new(struct cluster *c, enum action_type type);
void action_free(struct action *a);
__attribute__((format(printf, 4, 5))) void cluster_notice(struct cluster *c,
    bool warn, const struct instance *i, const char *fmt, ...);

#endif
