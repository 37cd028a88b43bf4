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

#ifndef TESTS_UNIT_CORE_H
#define TESTS_UNIT_CORE_H

#include "core/cluster.h"

/*
 * A driver for tests of the core: a virtual clock, a configuration, agents
 * that make offers, and a very small Mesos that can play along. Every offer
 * is watched: answering one twice fails the test.
 */

#define CORE_AGENTS 16
#define CORE_OFFERS 4096
#define CORE_TASKS 512
#define CORE_ROOM 1024 /* for texts of an offer */
#define CORE_ACTIONS (ACTION_TEARDOWN + 1)

/* A task as the played Mesos knows it. */
struct core_task {
	char id[ID_MAX];
	char agent_id[ID_MAX];
	bool running;
	bool away; /* its agent is unreachable */
	int64_t runs_at; /* when it reports that it runs, 0: it has */
	int64_t ends_at; /* when it has ended, 0: not killed */
	bool zookeeper;
	bool healthy;
	bool data; /* has seen what the ensemble stored */
	int number; /* of its instance */
	int members; /* in the server list it was given */
	int list[16]; /* their ids */
};

struct core {
	struct cluster_conf conf;
	struct cluster *c;
	int64_t now;
	const char *agents[CORE_AGENTS];
	size_t nagents;
	struct {
		char id[ID_MAX];
		int answers;
	} offers[CORE_OFFERS];
	size_t noffers;
	int total[CORE_ACTIONS]; /* taken since the beginning */
	struct action *last; /* as returned by core_take() */
	/* The played Mesos. */
	struct core_task tasks[CORE_TASKS];
	size_t ntasks;
	bool stored; /* the ensemble has served once */
	bool broken_rule; /* members without data served */
	int64_t silent_since; /* no ZooKeeper member serves, 0: some do */
	bool deaf; /* ignores KILL */
	int64_t start_takes; /* ms from launch to running */
	int64_t kill_takes; /* ms from KILL to the end */
	bool frail; /* each launched task fails */
	const char *frail_name; /* of this instance only, or NULL */
};

/* Both services with the given counts; checks are reported by core_play(). */
struct core *core_new(int zookeepers, int brokers);
void core_free(struct core *k);
/* So many brokers that need no ZooKeeper of ours, subscribed. */
struct core *core_brokers(int count);
/* Alone kafka-0, without a ZooKeeper of ours: launched and not heard of. */
struct core *core_launched(void);
/* The same, running and ready. */
struct core *core_running(void);
void core_agents(struct core *k, const char *const *names, size_t n);

/* Subscribes and lets the clock stand. */
void core_subscribe(struct core *k);

/* Runs the core until it wants nothing more at this time. */
void core_run(struct core *k);
/* Lets time pass, with runs at each deadline in between. */
void core_pass(struct core *k, int64_t ms);

/* The first waiting action of this type, out of the queue; or NULL. */
struct action *core_take(struct core *k, enum action_type type);
/* How many wait; all are dropped by core_clear(). */
int core_count(struct core *k, enum action_type type);
void core_clear(struct core *k);

/* An offer of an agent with room for all; returns its id. */
const char *core_offer(struct core *k, const char *host);
/* With cpus in thousandths, mem in MB and one range of ports. */
const char *core_offer_of(struct core *k, const char *host, int64_t cpus,
    int64_t mem, uint32_t begin, uint32_t end);
/* How often the offer was answered. Looks at what was taken or cleared. */
int core_answers(struct core *k, const char *offer_id);
/* Resource k of an offer that was made with CORE_ROOM. */
void core_resource(struct offer *o, size_t k, const char *name,
    const char *role, int64_t scalar);
void core_ports(struct offer *o, size_t k, const char *role, uint32_t begin,
    uint32_t end);

/* An update of the task, from its executor, acknowledged or not. */
struct update core_status(const char *task_id, enum task_state state);
void core_tell(struct core *k, const char *task_id, enum task_state state);
void core_reason(struct core *k, const char *task_id, enum task_state state,
    enum task_source source, const char *reason, const char *message);
/* Tells that it runs and that its check is good. */
void core_up(struct core *k, const char *instance);

/* Finds by name; fails the test if it is not there. */
struct instance *core_instance(struct core *k, const char *name);
/* The id of its present task; fails the test if it has none. */
const char *core_task_id(struct core *k, const char *name);
enum instance_state core_state(struct core *k, const char *name);

/*
 * Plays Mesos for that long: subscribes, offers on REVIVE, runs what is
 * launched, kills, reconciles, reports health (of ZooKeeper by majority).
 */
void core_play(struct core *k, int64_t ms);
/* What a task of the played Mesos was given. */
struct core_task *core_played(struct core *k, const char *task_id);
/* It ends in this state, as told. */
void core_end(struct core *k, const char *task_id, enum task_state state);

/* Its agent is unreachable, and comes back with it. */
void core_away(struct core *k, const char *task_id);
void core_back(struct core *k, const char *task_id);

/* A value out of a launched task's environment. */
const char *core_env(const struct task_spec *s, const char *name);

/* Fails unless text is part of where. */
void core_has(const char *where, const char *text);

#endif
