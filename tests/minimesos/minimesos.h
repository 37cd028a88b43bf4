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
 * minimesos: what its files share.  The master's half (frameworks, offers,
 * the table of tasks) and the agents' half (processes, queues of updates)
 * live in one process; a new master forgets the first and keeps the second.
 */
#ifndef MINIMESOS_H
#define MINIMESOS_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event2/event.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stringlist.h>

#define MM_MAX_AGENTS 240
#define MM_MAX_PRETENDED_AGENTS 1200
#define MM_TASK_BUCKETS 4096
#define MM_MAX_BODY 16777216
#define MM_MAX_HEADERS 65536
#define MM_MAX_CALLS 4096
#define MM_MAX_COMPLETED 50
#define MM_UUID_LEN 37

#define CAP_MULTI_ROLE 0x01
#define CAP_RESERVATION 0x02
#define CAP_PARTITION_AWARE 0x04
#define CAP_TASK_KILLING 0x08

enum task_state {
	STATE_STAGING,
	STATE_STARTING,
	STATE_RUNNING,
	STATE_KILLING,
	STATE_FINISHED,
	STATE_FAILED,
	STATE_KILLED,
	STATE_ERROR,
	STATE_LOST,
	STATE_DROPPED,
	STATE_UNREACHABLE,
	STATE_GONE,
	STATE_GONE_BY_OPERATOR,
	STATE_UNKNOWN
};

enum agent_state {
	AGENT_REGISTERED,
	AGENT_DISCONNECTED, /* socket gone, the master still waits */
	AGENT_UNREACHABLE,
	AGENT_GONE,
	AGENT_RECOVERED /* a new master has not heard of it yet */
};

enum fw_state {
	FW_CONNECTED,
	FW_DISCONNECTED,
	FW_RECOVERED /* known from agents only */
};

enum master_state {
	MASTER_LEADING,
	MASTER_RECOVERING, /* 503 Master has not finished recovery */
	MASTER_NO_LEADER, /* 503 No leader elected */
	MASTER_REDIRECTING, /* 307 to redirect_to */
	MASTER_DOWN
};

struct mm;
struct conn;
struct health;
struct evhttp;
struct tls_server;
struct proxy;
struct mark;
struct sockaddr_in;

struct range {
	int64_t lo;
	int64_t hi;
};

/* One piece of resources; pieces with different meta never merge. */
struct res {
	char *name;
	char *meta; /* "" or "(reservations: ...)" */
	char *role; /* of a static reservation, or NULL */
	int is_ranges;
	int64_t milli;
	struct range *r;
	size_t nr;
};

struct resvec {
	struct res *v;
	size_t n;
};

struct filter {
	TAILQ_ENTRY(filter) entry;
	char *role;
	struct agent *agent;
	struct resvec res;
	double until;
};
TAILQ_HEAD(filters, filter);

struct framework {
	TAILQ_ENTRY(framework) entry;
	struct mm *mm;
	char *id;
	struct json_object *info;
	enum fw_state state;
	struct conn *conn;
	char stream_id[MM_UUID_LEN];
	unsigned int caps;
	char **roles;
	int *suppressed;
	size_t nroles;
	double failover_timeout;
	struct event *heartbeat;
	struct event *failover;
	struct filters filters;
};
TAILQ_HEAD(frameworks, framework);

struct offer {
	TAILQ_ENTRY(offer) entry;
	LIST_ENTRY(offer) of_agent;
	char *id;
	char *role;
	struct framework *fw;
	struct agent *agent;
	struct resvec res;
};
TAILQ_HEAD(offers, offer);

struct update {
	TAILQ_ENTRY(update) entry;
	struct json_object *status;
	enum task_state state;
	char *uuid; /* base64 */
	int sent;
};
TAILQ_HEAD(updates, update);

struct task {
	TAILQ_ENTRY(task) entry;
	LIST_ENTRY(task) same; /* bucket */
	LIST_ENTRY(task) of_agent;
	struct mm *mm;
	struct agent *agent;
	char *id;
	char *fwid;
	char *agent_id;
	char *role;
	char container[MM_UUID_LEN];
	struct json_object *info;
	struct json_object *fwinfo;
	struct json_object *seen; /* last status the master forwarded */
	struct resvec res;
	struct updates updates;
	enum task_state state; /* newest at the agent */
	int healthy; /* -1 not known */
	int docker;
	int bridge;
	char address[16]; /* of its own, or "" */
	struct proxy *proxies;
	char *image;
	char *image_name;
	char *sandbox;
	int in_master;
	int unreachable;
	int done;
	int holds; /* its resources are in use */
	int killing;
	int unhealthy; /* killed by its health check */
	int silent; /* no more updates */
	int pretended; /* it runs without a process */
	int kill_wanted;
	int step;
	unsigned int retries;
	pid_t pid;
	struct event *start_ev;
	struct event *kill_ev;
	struct event *retry_ev;
	struct health *health;
};
TAILQ_HEAD(tasks, task);
LIST_HEAD(task_bucket, task);

struct agent {
	struct mm *mm;
	int idx; /* 1.. */
	char *id;
	char hostname[32];
	int port;
	enum agent_state state;
	int hidden;
	int away; /* the agent's process is not there */
	struct resvec total;
	LIST_HEAD(, task) tasks;
	LIST_HEAD(, offer) offers;
	int64_t unreachable_ns;
	int base; /* first port */
	int nports;
	struct event *timer; /* until unreachable */
	struct event *back; /* until it registers */
	int *locks;
	size_t nlocks;
};

/* Agent ids that are no longer of a present agent. */
struct former {
	TAILQ_ENTRY(former) entry;
	char *id;
	enum agent_state state;
	int64_t ns;
};
TAILQ_HEAD(formers, former);

TAILQ_HEAD(conns, conn);

struct call_rec {
	TAILQ_ENTRY(call_rec) entry;
	struct json_object *json;
};
TAILQ_HEAD(call_recs, call_rec);

struct status_fault {
	int code;
	int count; /* -1: until changed */
	char type[32];
};

struct faults {
	struct status_fault status;
	struct status_fault drop; /* code: 0 before, 1 after */
	int delay_ms;
	int refuse; /* 401s to come */
	int cut;
	int garbage;
	int unknown;
	int segment;
	int pretty;
	int mute;
	int repeat;
	int hold;
	int lose;
};

struct counters {
	uint64_t requests;
	uint64_t calls;
	uint64_t refused; /* answers >= 400 */
	uint64_t subscribed;
	uint64_t offers;
	uint64_t rescinds;
	uint64_t updates;
	uint64_t resent;
	uint64_t acks;
	uint64_t acks_unknown;
	uint64_t launched;
	uint64_t failures;
	uint64_t events;
};

struct options {
	char listen_addr[64];
	int listen_port;
	const char *hostname;
	const char *ready_file;
	const char *dir;
	const char *images;
	StringList *image_env;
	int agents;
	double cpus;
	double mem;
	double disk;
	int ports;
	int first_port; /* of every agent; 0: of each its own */
	StringList *reserve;
	StringList *whitelist;
	double heartbeat;
	int allocation_ms;
	int start_delay_ms;
	int ack_retry_ms;
	int agent_timeout_ms;
	double health_scale;
	int pretend;
	const char *credentials;
	const char *tls_cert;
	const char *tls_key;
	const char *tls_client_ca;
	const char *tls_priority;
	int verbose;
};

struct mm {
	struct event_base *base;
	struct options opt;
	struct faults faults;
	struct counters count;
	struct json_object *credentials;
	struct evhttp *control;
	struct tls_server *tls;
	/* master */
	enum master_state master;
	char master_id[MM_UUID_LEN];
	double start_time;
	int port;
	int control_port;
	char redirect_to[128];
	struct evconnlistener *listener;
	struct evconnlistener *follower;
	int follower_port;
	struct conns conns;
	struct frameworks frameworks;
	struct offers offers;
	char *completed[MM_MAX_COMPLETED];
	size_t ncompleted;
	unsigned int next_framework;
	unsigned int next_offer;
	unsigned int next_agent;
	unsigned int rotate;
	struct event *alloc_ev;
	struct event *soon_ev;
	struct event *recover_ev;
	int agents_after;
	int recovering_ms;
	struct call_recs calls;
	size_t ncalls;
	uint64_t call_no;
	/* agents */
	struct agent *agents;
	struct formers formers;
	struct tasks tasks;
	struct task_bucket by_id[MM_TASK_BUCKETS];
	unsigned int orphans;
	int net; /* 127.net.0.0/16 */
	int net_lock;
	unsigned int net_next;
	char *hosts; /* path of the file */
	/* for benchmarks */
	struct mark *marks;
	size_t nmarks;
	int burst; /* updates to come */
	int burst_ms;
	int burst_same;
	struct task *burst_last;
	struct event *burst_ev;
	/* end */
	struct event *sigs[3];
	struct event *end_ev;
	int ending;
};

struct header {
	char *name;
	char *value;
};

struct request {
	char method[16];
	char *path; /* without the query */
	char *query; /* "" or "?..." */
	struct header h[64];
	size_t nh;
	char *body;
	size_t len;
	int keep;
};

struct conn {
	TAILQ_ENTRY(conn) entry;
	struct mm *mm;
	struct bufferevent *bev;
	struct framework *fw; /* its stream runs here */
	int follower;
	int busy; /* inside the handler */
	int dead;
	int close_after;
	int code; /* of the last answer */
	struct evbuffer *held; /* answers behind a stream */
	struct evbuffer *pend; /* stream bytes not yet written */
	struct evbuffer *late; /* an answer being delayed */
	struct event *delay_ev;
};

/*
 * json.c: printing as Mesos prints, and reading as it reads.  json_text gives
 * a text to be freed.  The readers take dotted paths and never fail: what is
 * absent, null or of another type is NULL or the default.  json_at and
 * json_len treat a single object as a list of one.  The json_add functions
 * append to an object, or with a NULL key to a list; json_add_ref keeps a
 * reference of its own.
 */
char *json_text(struct json_object *, int, size_t *);
struct json_object *json_get(struct json_object *, const char *);
const char *json_str(struct json_object *, const char *);
double json_num(struct json_object *, const char *, double);
int json_flag(struct json_object *, const char *, int);
size_t json_len(struct json_object *);
struct json_object *json_at(struct json_object *, size_t);
struct json_object *json_add_obj(struct json_object *, const char *);
struct json_object *json_add_arr(struct json_object *, const char *);
void json_add_str(struct json_object *, const char *, const char *);
void json_add_num(struct json_object *, const char *, double);
void json_add_int(struct json_object *, const char *, int64_t);
void json_add_flag(struct json_object *, const char *, int);
void json_add_id(struct json_object *, const char *, const char *);
void json_add_ref(struct json_object *, const char *, struct json_object *);

/*
 * util.c: memory is never NULL (abort instead); base64_to and make_dirs give
 * -1 on failure; base64 texts and copies are to be freed.
 */
double now(void);
int64_t now_ns(void);
void uuid_make(char[MM_UUID_LEN]);
char *uuid_base64(void);
char *base64_of(const void *, size_t);
int base64_to(const char *, unsigned char *, size_t, size_t *);
char *xstrdup(const char *);
void *xcalloc(size_t, size_t);
char *xasprintf(const char *, ...) __attribute__((__format__(printf, 1, 2)));
void after_ms(struct event *, int);
void trace(struct mm *, const char *, ...)
    __attribute__((__format__(printf, 2, 3)));
int make_dirs(const char *);

/*
 * res.c: a resvec of zeros is empty; rv_free empties it.  Additions copy.
 * rv_sub takes out what is there; ask rv_contains first.  rv_parse gives -1
 * and a text to be freed for resources that are no resources.
 */
void rv_free(struct resvec *);
void rv_add(struct resvec *, const struct resvec *);
void rv_sub(struct resvec *, const struct resvec *);
int rv_contains(const struct resvec *, const struct resvec *);
int rv_allocatable(const struct resvec *);
void rv_add_scalar(struct resvec *, const char *, const char *, double);
void rv_add_range(struct resvec *, const char *, int64_t, int64_t);
void rv_keep_role(struct resvec *, const struct resvec *, const char *);
double rv_scalar(const struct resvec *, const char *);
int rv_has_port(const struct resvec *, int64_t);
struct json_object *rv_json(const struct resvec *, const char *, unsigned int);
char *rv_text(const struct resvec *, const char *);
int rv_parse(struct resvec *, struct json_object *, const char *, char **);

/* schema.c: why a call is no Call, to be freed, or NULL */
char *schema_check_call(struct json_object *);

/*
 * http.c: connections and answers.  conn_new takes the descriptor.  Inside a
 * handler conn_close only marks the connection; it is freed after it.
 */
void conn_accept_cb(struct evconnlistener *, evutil_socket_t, struct sockaddr *,
    int, void *);
void conn_new(struct mm *, evutil_socket_t, int);
void conn_close(struct conn *);
void conn_reset(struct conn *);
void conn_close_all(struct mm *);
void conn_reply(struct conn *, struct request *, int, const char *,
    const char *, const char *, size_t);
void conn_reply_text(struct conn *, struct request *, int, const char *);
void conn_write(struct conn *, const void *, size_t);
const char *request_header(const struct request *, const char *);

/*
 * stream.c: streams of events.  stream_event takes the event and drops it
 * when the framework has no stream; it may end the stream if a fault was
 * asked for, but never frees the framework.
 */
void stream_open(struct framework *, struct conn *, const char *);
void stream_refuse(struct conn *, const char *);
void stream_end(struct framework *);
void stream_drop_all(struct mm *, const char *);
void stream_event(struct framework *, struct json_object *);
void stream_pump(struct conn *);
void stream_release(struct mm *);
void stream_head(struct conn *, const char *);

/* api.c: answers one request; master_info gives a new object */
void api_handle(struct conn *, struct request *);
struct json_object *master_info(struct mm *);

/* call.c: carries out a checked call; TEARDOWN frees the framework */
void call_dispatch(struct framework *, struct json_object *, const char *);

/*
 * framework.c: framework_find gives NULL for an unknown id; framework_remove
 * and framework_free end the pointer's life; framework_check gives a text to
 * be freed or NULL; framework_status takes the status.
 */
void framework_subscribe(struct conn *, struct json_object *, const char *);
struct framework *framework_find(struct mm *, const char *);
void framework_disconnect(struct framework *);
void framework_remove(struct framework *);
void framework_recover(struct mm *, const char *, struct json_object *);
void framework_free(struct framework *);
char *framework_check(struct mm *, struct json_object *);
void framework_set_info(struct framework *, struct json_object *);
void framework_suppress(struct framework *, struct json_object *, int);
void framework_failure(struct mm *, const char *);
void framework_status(struct framework *, struct json_object *);

/*
 * offer.c: offers and filters.  offer_free says nothing to the framework,
 * offer_rescind does.  Seconds of filter_add <= 0 mean no filter; a NULL role
 * clears all.
 */
struct offer *offer_find(struct mm *, const char *);
void offer_free(struct mm *, struct offer *);
void offer_rescind(struct mm *, struct offer *);
void offer_rescind_agent(struct mm *, struct agent *);
void offer_drop_framework(struct framework *);
void offer_run_cb(evutil_socket_t, short, void *);
void offer_soon(struct mm *);
void filter_add(struct framework *, const char *, struct agent *,
    const struct resvec *, double);
void filter_clear(struct framework *, const char *);
void filter_clear_agent(struct mm *, struct agent *);

/* accept.c; validate.c gives what spoils a task, to be freed, or NULL */
void accept_handle(struct framework *, struct json_object *);
char *validate_task(struct framework *, struct offer *, struct json_object *,
    const struct resvec *, const struct resvec *);

/*
 * agent.c: what befalls agents.  agent_known gives -1, cast, for an id never
 * seen; agent_available adds to the list it is given.
 */
void agents_init(struct mm *);
void agents_free(struct mm *);
struct agent *agent_find(struct mm *, const char *);
enum agent_state agent_known(struct mm *, const char *, int64_t *);
void agent_lose(struct mm *, struct agent *, int);
void agent_unreachable(struct mm *, struct agent *);
void agent_die(struct mm *, struct agent *);
void agent_gone(struct mm *, struct agent *);
void agent_return(struct mm *, struct agent *, int);
void agent_restart(struct mm *, struct agent *, int);
void agent_resize(struct mm *, struct agent *, double, double);
void agent_register(struct mm *, struct agent *);
void agent_available(struct agent *, struct resvec *);

/*
 * ports.c: sets base and locks of the agent; -1 when nothing is free.
 * ports_take leaves PORTS_SHARED alone: there are the ports of agents that
 * have addresses of their own.
 */
#define PORTS_SHARED_FIRST 31000
#define PORTS_SHARED_LAST 32000
int ports_take(struct agent *, int);

#define HEALTH_REASON "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED"

/*
 * status.c: statuses and their delivery.  Texts may be NULL where Mesos leaves
 * the field out.  update_queue ignores tasks that have ended.
 */
const char *state_name(enum task_state);
int state_of(const char *, enum task_state *);
int state_terminal(enum task_state);
struct json_object *status_new(const char *, enum task_state, const char *,
    const char *, const char *, const char *);
void status_from_master(struct framework *, const char *, enum task_state,
    const char *, const char *, const char *, int64_t);
void status_latest(struct framework *, struct task *, const char *,
    const char *, int);
void update_queue(struct task *, enum task_state, const char *, const char *,
    const char *, const char *);
void update_forward(struct task *, int);
void update_ack(struct task *, const char *);
void update_flush(struct mm *, const char *);
void update_clear(struct task *);

/*
 * task.c: grace periods are in seconds.  task_find prefers a living task; all
 * of an id are in its bucket.
 * task_launch copies what it is given.
 */
struct task *task_launch(struct framework *, struct agent *, const char *,
    struct json_object *, const struct resvec *);
struct task *task_find(struct mm *, const char *, const char *);
struct task_bucket *task_bucket(struct mm *, const char *);
void task_kill(struct task *, double);
void task_stop_silently(struct task *);
void task_signal(struct task *, int);
void task_exited(struct task *, int);
void task_finish(struct task *);
double task_grace(struct task *, struct json_object *);
void task_free(struct task *);
void task_chld_cb(evutil_socket_t, short, void *);

/*
 * image.c: environment and arguments of a task's process; lists and their
 * strings are to be freed.  image_prepare gives -1 and a text to be freed.
 */
int image_prepare(struct task *, char **);
char *image_docker_error(struct task *);
StringList *image_argv(struct task *);
StringList *image_env(struct task *);

/*
 * net.c: addresses of containers; task.address is set from net_attach, which
 * gives NULL or a text to be freed, to net_detach.  net_inside tells where a
 * port of a container really is.  net_hostname's text is to be freed.
 */
void net_init(struct mm *);
void net_free(struct mm *);
char *net_attach(struct task *);
void net_detach(struct task *);
char *net_hostname(struct task *);
void net_hosts_write(struct mm *);
void net_inside(struct task *, struct sockaddr_in *, int);

/*
 * load.c: times are milliseconds of the clock that does not jump.  mark copies;
 * its task may be NULL.
 */
void mark(struct mm *, const char *, const char *);
void mark_call(struct mm *, struct json_object *, const char *);
struct json_object *marks_show(struct mm *, const char *, const char *, double);
void burst_start(struct mm *, int, int, int);
void burst_more(struct task *);
void load_free(struct mm *);

/* inspect.c: base64, to be freed */
char *inspect_data(struct task *);

/*
 * health.c: checks of a running task; health_reap is told of processes that
 * are no task.  spawn (task.c) gives a process id or -1 with errno.
 */
void health_start(struct task *);
void health_stop(struct task *);
int health_reap(struct mm *, pid_t, int);
pid_t spawn(StringList *, StringList *, const char *, int, int);

/*
 * master.c: the life of a master.  Port 0 is the kernel's choice; times are
 * milliseconds; -1 with errno when a port cannot be had.
 */
void master_recovered_cb(evutil_socket_t, short, void *);
int master_listen(struct mm *, int);
void master_down(struct mm *);
int master_up(struct mm *, int, int, int, int);
int master_follow(struct mm *);
void master_ready_file(struct mm *);
void master_address(struct mm *, char *, size_t);

/*
 * tls.c: exits on a bad certificate; tls_accept takes the descriptor; tls_free
 * ends all that it took, tls_drop_handshakes what is no connection yet.  Both
 * may be given NULL.
 */
struct tls_server *tls_new(struct mm *);
void tls_free(struct tls_server *);
void tls_drop_handshakes(struct tls_server *);
void tls_accept(struct mm *, evutil_socket_t, int);

/* show.c: each takes whether to show all */
struct json_object *show_tasks(struct mm *, int);
struct json_object *show_frameworks(struct mm *, int);
struct json_object *show_agents(struct mm *, int);
struct json_object *show_offers(struct mm *, int);
struct json_object *show_calls(struct mm *, int);
struct json_object *show_counters(struct mm *, int);

/* control.c: -1 with errno */
int control_start(struct mm *);
void control_stop(struct mm *);

#endif
