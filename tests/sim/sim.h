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

#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <sys/queue.h>

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cluster.h"
#include "disk.h"
#include "msg.h"
#include "parent.h"
#include "rng.h"
#include "wire.h"

/*
 * A world in virtual time: the daemon's own parent (turn, link, store, state,
 * core), and around it models of its disk, of the mesos process, of a Mesos
 * master with agents and tasks, and of an operator. Everything follows from
 * one seed. The model decides nothing about right or wrong but in check.c.
 */

#define SIM_AGENTS 24 /* ever, with those that replace others */
#define SIM_PORTS 64 /* of an agent, from 31000 */
#define SIM_PORT 31000
#define SIM_NUMBERS 16 /* instances of a service */
#define SIM_MEMBERS 16 /* of a ZooKeeper's list */
#define SIM_HISTORY 24 /* states that can come back */

#define SECONDS(n) ((int64_t)(n)*1000)
#define MINUTES(n) ((int64_t)(n)*60000)

/* What can go wrong. The names are in fault.c. */
enum fault_kind {
	FAULT_MASTER, /* another master leads */
	FAULT_STREAM, /* the subscription breaks */
	FAULT_SILENCE, /* the stream stays open, and nothing comes */
	FAULT_CHILD, /* the mesos process dies */
	FAULT_AGENT_RESTART, /* and its executors survive */
	FAULT_AGENT_FLUSH, /* it restarts, and its executors are gone */
	FAULT_AGENT_AWAY, /* unreachable; comes back with its tasks */
	FAULT_AGENT_REBOOT, /* unreachable; comes back without tasks */
	FAULT_AGENT_REBORN, /* comes back as another agent */
	FAULT_AGENT_GONE, /* marked gone by Mesos' operator */
	FAULT_AGENT_DRAIN,
	FAULT_AGENT_DEACTIVATE,
	FAULT_AGENT_LEAVE, /* it unregisters */
	FAULT_AGENT_SLOW, /* what it says is delayed */
	FAULT_TASK_SLOW, /* the next one that is launched: */
	FAULT_TASK_HANG,
	FAULT_TASK_BAD, /* fails as it starts */
	FAULT_TASK_DEAF, /* ignores kills */
	FAULT_TASK_FAIL, /* one that runs */
	FAULT_TASK_SICK, /* its check fails for a while */
	FAULT_UPDATE_LOST, /* some that are on their way */
	FAULT_UPDATE_AGAIN,
	FAULT_OFFER_SHRINK, /* somebody else takes resources */
	FAULT_OFFER_RESCIND,
	FAULT_OFFER_LATE, /* the next ACCEPT comes too late */
	FAULT_LAUNCH_LOST, /* the next ACCEPT never arrives */
	FAULT_LAUNCH_UNHEARD, /* its answer never arrives */
	FAULT_LAUNCH_REFUSED,
	FAULT_CALL_LOST, /* the next other call */
	FAULT_CALL_UNHEARD,
	FAULT_CALL_REFUSED,
	FAULT_CRASH, /* of the parent, between two turns */
	FAULT_CRASH_SAVE, /* in a save */
	FAULT_CRASH_ACT, /* after a save, among the actions */
	FAULT_REBOOT, /* of the machine the parent is on */
	FAULT_STATE_OLD, /* it starts from an old state */
	FAULT_STATE_BAD, /* its state file is damaged */
	FAULT_DISK, /* nothing can be written for a while */
	FAULT_CLOCK, /* the time of day jumps */
	FAULT_RIVAL, /* another scheduler takes the framework */
	FAULT_REMOVED, /* the master removes the framework */
	FAULT_OPERATOR, /* types a command */
	FAULT_MAX
};

struct fault {
	int64_t at;
	enum fault_kind kind;
	uint64_t seed;
};

/* What a run is made of; the rest follows. */
struct plan {
	uint64_t seed;
	int64_t length; /* until the faults end */
	struct fault *faults;
	size_t nfaults;
	bool jitter; /* latencies vary */
};

struct sim;
typedef void (*event_fn)(struct sim *s, void *data, uint64_t n);

/* Messages of one link arrive in their order. */
struct pipe {
	int64_t last;
};

/* A status on its way, or waiting at the agent for its acknowledgement. */
struct status {
	enum task_state state;
	enum task_source source;
	enum task_health health;
	bool has_uuid;
	uint8_t uuid[UUID_LEN];
	char reason[REASON_MAX];
	char message[64];
};

#define STATUS_QUEUE 16
#define TOLD 8

enum life {
	LIFE_FLYING, /* accepted; the agent does not know of it yet */
	LIFE_PENDING, /* being started */
	LIFE_ALIVE,
	LIFE_DEAD
};

/* A task as it really is, and as agent and master see it. */
struct mtask {
	size_t index;
	char id[64];
	char instance[32];
	uint64_t n;
	enum service_id service;
	int number;
	size_t agent;
	char agent_id[32]; /* as launched */
	int framework; /* age of the framework it is of */
	int64_t cpus, mem, disk;
	uint64_t ports;
	int64_t grace;
	bool check;
	/* ZooKeeper: who it is, and the list it was given. */
	int myid;
	int members[SIM_MEMBERS];
	int nmembers;
	/* What it is going to do. */
	int64_t start_takes;
	int64_t kill_takes;
	int64_t sick_until;
	int deaf; /* so many kills it ignores */
	bool bad, hang;
	/* At the agent. */
	enum life life;
	int64_t alive_since;
	enum task_state state; /* the newest */
	enum task_health health;
	struct status queue[STATUS_QUEUE];
	size_t nqueue;
	int64_t retry;
	uint64_t retry_seq;
	bool killing;
	/* At the master. */
	bool tracked;
	bool unreachable; /* tracked as that */
	bool released; /* its resources */
	bool kill_wanted;
	enum task_state mstate; /* last forwarded */
	enum task_health mhealth;
	bool muuid;
	uint8_t uuid[UUID_LEN]; /* last forwarded */
	/* What the parent was told, for check.c. */
	bool told; /* that it is alive */
	int64_t told_at;
	int64_t told_away; /* since when it is unreachable, 0: it is not */
	bool told_over;
	enum task_state newest; /* as its agent said last, or will */
	bool told_going; /* that it is gone, when that began */
	struct told {
		uint8_t uuid[UUID_LEN];
		enum task_state state;
	} told_last[TOLD]; /* what was told with a uuid, in a ring */
	size_t ntold;
	int64_t seen_unwanted; /* alive, and not the one; 0: no */
	int64_t kill_sent;
	bool kill_begun; /* ever */
	bool excused; /* may be alive beside another one */
	bool forgotten; /* the state that was loaded is older */
};

/* How the master sees an agent. */
enum standing {
	STANDING_NONE,
	STANDING_REGISTERED,
	STANDING_DISCONNECTED,
	STANDING_UNREACHABLE,
	STANDING_RECOVERED,
	STANDING_GONE
};

struct agent {
	char id[32];
	char host[32];
	bool exists;
	bool link; /* to the master */
	bool cut; /* from its peers, too */
	bool dead; /* will never come back */
	uint64_t epoch; /* of its connection */
	uint64_t away; /* counts its absences */
	struct pipe up, down;
	int64_t cpus, mem, disk; /* thousandths */
	int64_t other; /* share that others use, 0 to 1000 */
	/* The master's. */
	enum standing standing;
	bool inactive;
	bool draining;
	bool going; /* to be marked gone when it is drained */
	bool filter;
	int64_t filter_until;
	int64_t filter_cpus, filter_mem, filter_disk;
	int filter_ports;
};

struct moffer {
	char id[32];
	size_t agent;
	int64_t cpus, mem, disk;
	uint64_t ports;
	uint64_t stream;
	bool live; /* at the master */
	bool told; /* to the parent */
	int64_t told_at;
	bool answered; /* by the parent */
	bool void_; /* rescinded, or of an earlier subscription: told */
	int64_t void_at;
};

struct master {
	int generation;
	bool up;
	uint64_t stream; /* 0: nobody is subscribed */
	uint64_t session; /* of the child, that has the stream */
	struct pipe out;
	bool silent;
	bool suppressed;
	bool allocating;
	char framework[ID_MAX]; /* the one we care for, or empty */
	int framework_age; /* counts our frameworks */
	char removed[8][ID_MAX]; /* frameworks that are no more */
	size_t nremoved;
};

enum session_state {
	CHILD_IDLE,
	CHILD_WAITING,
	CHILD_CONNECTING,
	CHILD_SUBSCRIBED,
	CHILD_ENDING
};

struct child {
	bool ready;
	uint64_t epoch; /* of its process */
	struct pipe in;
	enum session_state state;
	uint64_t session; /* counts them */
	uint64_t stream;
	int64_t next_try;
	int64_t delay;
	int64_t since;
	char framework[ID_MAX];
	bool suppressed;
	struct mcall *queue[512];
	size_t nqueue;
	struct mcall *current;
	uint64_t calls; /* counts what was sent */
	int tries;
	int64_t proc_delay;
	struct pipe out; /* to the master */
};

/* What the operator last said, as far as it was answered. */
struct wish {
	int count[SERVICE_MAX];
	bool stopped[SERVICE_MAX][SIM_NUMBERS];
	enum cluster_mode mode;
	bool paused; /* the plan */
};

/* The machine the parent runs on. */
struct host {
	bool up;
	struct parent parent;
	struct disk *disk;
	int64_t boot; /* core time at virtual time 0 */
	int64_t wall; /* of day, at virtual time 0 */
	uint64_t timer_seq;
	uint64_t life; /* counts its starts */
	int crash_disk; /* disk operations until it dies, 0: not */
	int crash_send; /* frames until it dies, 0: not */
	bool dead; /* it died within the present turn */
	int64_t started;
	int64_t calm; /* since when it could do its work */
	int64_t stuck; /* since when nothing can be saved, 0: it can */
	char *history[SIM_HISTORY]; /* saved states, the latest last */
	size_t nhistory;
	uint64_t history_version; /* of the disk, then */
	int turns_now; /* at this time */
	int64_t turns_at;
	/* What must have been durable, decoded once. */
	struct cluster *durable;
	uint64_t durable_version;
	int64_t durable_at; /* when it was decoded */
	int64_t behind_until; /* it began with a backup: no launch before */
	struct wish said; /* by the operator */
	struct wish answered;
	int64_t restarted[SERVICE_MAX][SIM_NUMBERS]; /* by the operator */
	bool forced; /* the operator has shrunk ZooKeeper by force */
	bool old; /* the next start finds an old state */
	bool rolled_back; /* ever in this run */
	bool checked_start;
};

struct event {
	int64_t at;
	uint64_t seq;
	event_fn fn;
	void *data; /* freed after it */
	uint64_t n;
};

struct stats {
	uint64_t steps;
	uint64_t runs;
	uint64_t turns;
	uint64_t saves;
	uint64_t launches;
	uint64_t updates;
	int64_t virtual_ms;
	int64_t settle_max;
	uint64_t faults[FAULT_MAX];
};

struct sim {
	struct plan plan;
	struct conf *conf;
	struct rng rng; /* latencies and the like */
	int64_t now;
	struct event *heap;
	size_t nheap, heap_size;
	uint64_t seq;
	struct host host;
	struct child child;
	struct master master;
	struct agent agents[SIM_AGENTS];
	size_t nagents; /* ever */
	size_t wanted_agents;
	struct mtask **tasks;
	size_t ntasks;
	struct moffer *offers;
	size_t noffers;
	uint64_t offer_seq, stream_seq, agent_seq, framework_seq, uuid_seq;
	int armed[FAULT_MAX]; /* faults that wait for their moment */
	uint64_t armed_seed[FAULT_MAX];
	bool calm; /* no more faults */
	struct flight {
		struct mcall *call;
		uint64_t stream;
		uint64_t id;
	} * flights; /* calls on their way to the master */
	size_t nflights;
	/* ZooKeeper: the version of what was committed. */
	bool quorum_due;
	uint64_t committed;
	struct {
		uint64_t version;
		size_t agent;
		int number;
	} volumes[256];
	size_t nvolumes;
	int64_t settled_at;
	struct stats *stats;
	/* The verdict. */
	bool failed;
	char invariant[32];
	char why[512];
	jmp_buf jump; /* out of a fatal error of the parent */
	/* What happened, for people. */
	bool tracing;
};

/* The one that runs; for the functions that the daemon calls. */
extern struct sim *sim;

/* sim.c */
struct sim *sim_new(const struct plan *plan, struct stats *stats, bool trace);
void sim_free(struct sim *s);
/* Runs it to its end. */
void sim_run(struct sim *s);
void sim_at(struct sim *s, int64_t at, event_fn fn, void *data, uint64_t n);
/* When what is sent now arrives. */
int64_t pipe_time(struct sim *s, struct pipe *p, int64_t min, int64_t max);
int64_t sim_between(struct sim *s, int64_t min, int64_t max);
void *xcalloc(size_t n, size_t size);
__attribute__((format(printf, 2, 3))) void sim_trace(struct sim *s,
    const char *fmt, ...);
/* An invariant is broken; only the first one counts. */
__attribute__((format(printf, 3, 4))) void sim_fail(struct sim *s,
    const char *invariant, const char *fmt, ...);

/* host.c: the parent and its machine */
void host_start(struct sim *s, void *data, uint64_t n);
void host_crash(struct sim *s, const char *how);
void host_child_ready(struct sim *s);
void host_child_lost(struct sim *s);
int64_t host_now(const struct sim *s);
int64_t host_wall(const struct sim *s);
/* A frame from the mesos process. */
void host_frame(struct sim *s, const void *frame, size_t len);
/* The state that would be found after a crash now; NULL: none. */
struct cluster *host_durable(struct sim *s);

/* child.c: the mesos process */
void child_start(struct sim *s, int64_t delay);
void child_die(struct sim *s);
void child_send(struct sim *s, struct frame_writer *w);
/* The stream of that session is over, or could not be had. */
void child_ended(struct sim *s, uint64_t session, const char *why);
void child_subscribed(struct sim *s, uint64_t session, uint64_t stream,
    const char *framework);
void child_event(struct sim *s, uint64_t session, const void *frame,
    size_t len);
void child_flights_free(struct sim *s);
void child_silence(struct sim *s);

/* master.c */
struct subscribe {
	uint64_t session;
	char framework[ID_MAX];
	bool suppressed;
};
void master_subscribe(struct sim *s, void *data, uint64_t n);
void master_dropped(struct sim *s, void *data, uint64_t n);
/* A status of a task that need not exist. */
void master_says_dropped(struct sim *s, const char *task_id,
    const char *agent_id, enum task_state state, const char *reason,
    const char *message);
/* Returns the HTTP status. */
int master_call(struct sim *s, const struct mcall *c, uint64_t stream,
    const char **text);
void master_event(struct sim *s, struct frame_writer *w);
void master_fail_over(struct sim *s, struct rng *r);
void master_break_stream(struct sim *s, const char *why);
void master_end_stream(struct sim *s, const char *error);
void master_remove_framework(struct sim *s);
void master_on_status(struct sim *s, struct mtask *t, const struct status *st);
void master_register(struct sim *s, size_t agent);
void master_lost_link(struct sim *s, size_t agent);
void master_unreachable(struct sim *s, size_t agent);
void master_gone(struct sim *s, size_t agent);
void master_left(struct sim *s, size_t agent);
void master_update(struct sim *s, struct mtask *t, const struct status *st);

/* offer.c: allocation and ACCEPT */
void offers_allocate_soon(struct sim *s, int64_t in);
void offers_rescind(struct sim *s, size_t agent, bool tell);
void offer_rescind(struct sim *s, struct moffer *o, bool tell);
void offers_forget(struct sim *s);
struct moffer *offer_find(struct sim *s, const char *id);
void offers_accept(struct sim *s, const struct mcall *c);
void offers_decline(struct sim *s, const struct mcall *c);
void offers_clear_filters(struct sim *s);

/* agent.c */
size_t agent_new(struct sim *s, const char *host);
void agent_unlink(struct sim *s, size_t agent, const char *how);
void agent_link(struct sim *s, void *data, uint64_t n);
void agent_run_task(struct sim *s, struct mtask *t);
void agent_kill_task(struct sim *s, struct mtask *t, int64_t grace);
void agent_order_ack(struct sim *s, struct mtask *t, const uint8_t *uuid);
/* In task.c: what the agent keeps of its tasks' statuses. */
void agent_ack(struct sim *s, struct mtask *t, const uint8_t *uuid);
void agent_resend(struct sim *s, size_t agent);
void agent_flush(struct sim *s, size_t agent, bool restart);
void agent_end_all(struct sim *s, size_t agent);
void agent_drain(struct sim *s, size_t agent);
void agent_shutdown_framework(struct sim *s, size_t agent);
/* Whether it has room for the life to come of an instance. */
bool agent_usable(const struct agent *a);

/* task.c: what tasks do */
struct mtask *task_add(struct sim *s, const struct mcall_task *spec,
    size_t agent);
struct mtask *task_find(struct sim *s, const char *id);
void task_start(struct sim *s, struct mtask *t);
void task_status(struct sim *s, struct mtask *t, enum task_state state,
    enum task_source source, const char *reason, const char *message);
void task_end(struct sim *s, struct mtask *t, enum task_state state,
    enum task_source source, const char *reason, const char *message);
void task_die_unheard(struct sim *s, struct mtask *t);
void task_kill(struct sim *s, struct mtask *t, int64_t grace,
    const char *reason);
bool task_is_alive(const struct mtask *t);
void task_set_health(struct sim *s, struct mtask *t, bool good);
void new_uuid(struct sim *s, uint8_t *uuid);

/* quorum.c: whether ZooKeeper serves */
void quorum_soon(struct sim *s);
/* What was stored is given up, by the operator's word. */
void quorum_forget(struct sim *s);
bool quorum_would_serve(const struct mtask **group, size_t n);
bool quorum_has_copy(struct sim *s, size_t agent);
bool quorum_spares(struct sim *s, size_t agent);

/* operator.c */
void operator_types(struct sim *s, struct rng *r);
/* In the end: what a sensible one does when something does not come up. */
void operator_helps(struct sim *s);
void operator_saved(struct sim *s);
void operator_loaded(struct sim *s);

/* fault.c */
const char *fault_name(enum fault_kind kind);
void fault_plan(struct plan *p);
void fault_event(struct sim *s, void *data, uint64_t n);
/* Whether such a fault waits; then it happens now. */
bool fault_hits(struct sim *s, enum fault_kind kind);
void fault_heal(struct sim *s);

/* check.c: the invariants */
void check_turn(struct sim *s);
void check_action(struct sim *s, const struct mcall *c);
void check_alive(struct sim *s, struct mtask *t);
/* An update, or an offer (else its end), that the parent is told now. */
void check_told(struct sim *s, const void *payload, size_t len);
void check_offer(struct sim *s, const char *id, bool made);
/* All offers that the parent was told of are void. */
void check_offers_void(struct sim *s);
void check_loaded(struct sim *s, bool old);
/* NULL: all is as wanted; else what is not. */
const char *check_settled(struct sim *s);

/* plan.c: restarts in turns. What the operator does with them at random. */
void plan_types(struct sim *s, struct rng *r);
/* The operator lets the plan go on. */
void plan_resume(struct sim *s);
/* The parent ends the task of an instance of its own accord. */
void plan_check_kill(struct sim *s, const struct instance *killed);
/* NULL, or what is left of the plan. */
const char *plan_settled(struct sim *s);

#endif
