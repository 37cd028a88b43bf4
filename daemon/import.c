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
 * The Go framework's framework.json, read once, at the first start without a
 * state of our own. Runs in the parent. The file is obeyed only if nobody
 * else could have written it; then it is trusted with who the framework is,
 * the counts, and which tasks run where. It configures nothing, nothing
 * secret is taken from it, and it is never changed.
 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/pack.h"
#include "import.h"
#include "log.h"

#define IMPORT_FILE "framework.json"
#define IMPORT_SIZE_MAX (16 * 1024 * 1024)
#define IMPORT_DEPTH 32
#define IMPORT_COMMAND_MAX 32767 /* of the state file */
#define IMPORT_STATUS_MAX 49151 /* of a line of the control socket */
#define IMPORT_PORT "port_mappings"

/* What the names of tasks begin with; the rest is the index. */
static const char *const prefixes[SERVICE_MAX] = {
	[SERVICE_ZOOKEEPER] = "av_zookeeper",
	[SERVICE_KAFKA] = "av_kafka",
};

/* One entry of "State". */
struct entry {
	struct json_object *command;
	struct json_object *status; /* or NULL */
	char id[ID_MAX];
	uint64_t n;
	enum service_id service; /* SERVICE_MAX: nobody knows */
	int index;
	bool alive; /* nothing says that it is not */
};

struct entries {
	struct entry *list;
	size_t n;
};

struct import {
	const struct conf *conf;
	struct cluster *c;
	struct json_object *file;
	struct entries entries;
	int64_t now;
	int64_t wall;
	char *err;
};

__attribute__((format(printf, 2, 3))) static int
import_bad(struct import *im, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(im->err, STORE_ERR, fmt, ap);
	va_end(ap);
	return -1;
}

static struct json_object *
member(struct json_object *o, const char *name, enum json_type type)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

/* A string, or "" if there is none. */
static const char *
text(struct json_object *o, const char *name)
{
	struct json_object *v = member(o, name, json_type_string);

	return v == NULL ? "" : json_object_get_string(v);
}

/* {"value":"…"}, as Mesos writes ids. */
static const char *
value(struct json_object *o, const char *name)
{
	return text(member(o, name, json_type_object), "value");
}

static int64_t
number(struct json_object *o, const char *name, int64_t otherwise)
{
	struct json_object *v = member(o, name, json_type_int);

	return v == NULL ? otherwise : json_object_get_int64(v);
}

/* Takes "av_kafka3" apart. Returns 0, or -1 if it is no such name. */
static int
name_parse(const char *name, enum service_id *service, int *index)
{
	const char *error;
	size_t len;
	int id;

	for (id = 0; id < SERVICE_MAX; id++) {
		len = strlen(prefixes[id]);
		if (strncmp(name, prefixes[id], len) != 0 || name[len] < '0' ||
		    name[len] > '9')
			continue;
		*index =
		    (int)strtonum(name + len, 0, INSTANCES_MAX - 1, &error);
		*service = (enum service_id)id;
		return error == NULL ? 0 : -1;
	}
	return -1;
}

/* The value of a variable in a list of "NAME=value". */
static const char *
env_find(struct json_object *list, const char *name)
{
	size_t i, len = strlen(name);
	const char *s;

	for (i = 0; list != NULL && i < json_object_array_length(list); i++) {
		s = json_object_get_string(json_object_array_get_idx(list, i));
		if (s != NULL && strncmp(s, name, len) == 0 && s[len] == '=')
			return s + len + 1;
	}
	return NULL;
}

/*
 * The Go framework forgets what a task is when it has heard of another one
 * too early. What Docker said of the container is still there.
 */
static int
entry_inspect(struct entry *e)
{
	const char *data = text(e->status, "data"), *name;
	size_t size = strlen(data) / 4 * 3 + 4;
	struct json_object *all, *first, *env;
	unsigned char *json;
	int len, rc = -1;

	if (data[0] == '\0' || (json = malloc(size)) == NULL)
		return -1;
	if ((len = b64_pton(data, json, size - 1)) == -1) {
		free(json);
		return -1;
	}
	json[len] = '\0';
	all = json_tokener_parse((const char *)json);
	free(json);
	if (json_object_is_type(all, json_type_array)) {
		first = json_object_array_get_idx(all, 0);
		env = member(member(first, "Config", json_type_object), "Env",
		    json_type_array);
		name = env_find(env, "SERVICE_NAME");
		if (name != NULL)
			rc = name_parse(name, &e->service, &e->index);
	}
	json_object_put(all);
	return rc;
}

/* Fills in an entry. Returns 0, or -1 if nothing can be made of it. */
static int
entry_read(struct entry *e, const char *id, struct json_object *o)
{
	char name[ID_MAX];
	int64_t state;

	memset(e, 0, sizeof(*e));
	e->command = member(o, "command", json_type_object);
	e->status = member(o, "status", json_type_object);
	if (task_id_parse(id, name, &e->n) == -1 || name[0] != '\0')
		return -1;
	strlcpy(e->id, id, sizeof(e->id));
	e->service = SERVICE_MAX;
	if (name_parse(text(e->command, "task_name"), &e->service, &e->index) ==
		-1 &&
	    entry_inspect(e) == -1)
		e->service = SERVICE_MAX;
	state = number(e->status, "state", TASK_STAGING);
	e->alive = state < 0 || state >= TASK_STATE_MAX ||
	    !task_state_terminal((enum task_state)state);
	return 0;
}

static int
entries_read(struct import *im)
{
	struct json_object *state = member(im->file, "State", json_type_object);
	struct json_object_iterator it, end;
	struct entry *e;

	if (state == NULL)
		return 0;
	im->entries.list = calloc((size_t)json_object_object_length(state) + 1,
	    sizeof(*im->entries.list));
	if (im->entries.list == NULL)
		return import_bad(im, "no memory");
	it = json_object_iter_begin(state);
	end = json_object_iter_end(state);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		e = &im->entries.list[im->entries.n];
		if (entry_read(e, json_object_iter_peek_name(&it),
			json_object_iter_peek_value(&it)) == -1) {
			log_warnx("import: State \"%.64s\" is left out: not "
				  "the number of a task",
			    json_object_iter_peek_name(&it));
			continue;
		}
		if (e->n >= im->c->next_task && e->n < INT64_MAX / 2)
			im->c->next_task = e->n + 1;
		im->entries.n++;
	}
	return 0;
}

/*
 * The entry that stands for an instance: of those that may be alive the
 * newest, else the newest of all; NULL if there is none.
 */
static struct entry *
entries_find(struct import *im, enum service_id service, int index)
{
	struct entry *e, *best = NULL;
	size_t i;

	for (i = 0; i < im->entries.n; i++) {
		e = &im->entries.list[i];
		if (e->service != service || e->index != index)
			continue;
		if (best == NULL || e->alive > best->alive ||
		    (e->alive == best->alive && e->n > best->n))
			best = e;
	}
	return best;
}

/* The text of an object, to be freed; NULL if there is none or it is long. */
static char *
object_text(struct json_object *o, size_t max)
{
	const char *s;

	if (o == NULL)
		return NULL;
	s = json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	return s == NULL || strlen(s) > max ? NULL : strdup(s);
}

/* All of the status, as it is kept; NULL as object_text() returns it. */
static struct packed *
status_packed(struct json_object *status)
{
	char *text = object_text(status, IMPORT_STATUS_MAX);
	struct packed *p = text != NULL ? pack(text) : NULL;

	free(text);
	return p;
}

/* When the status was made, on our clock. */
static int64_t
status_time(const struct import *im, struct json_object *status)
{
	struct json_object *v;
	double t;

	if (status == NULL ||
	    !json_object_object_get_ex(status, "timestamp", &v))
		return im->now;
	t = json_object_get_double(v) * 1000 - (double)im->wall +
	    (double)im->now;
	/* One that is no number is not less, either. */
	if (!(t < (double)im->now))
		return im->now;
	return t < 1 ? 1 : (int64_t)t;
}

static struct task *
task_make(struct import *im, const struct entry *e)
{
	struct task *t;
	int64_t state;

	if ((t = task_new(e->id, value(e->status, "agent_id"))) == NULL)
		return NULL;
	if (e->service != SERVICE_MAX)
		snprintf(t->instance, sizeof(t->instance), "%s-%d",
		    service_name(e->service), e->index);
	t->adopted = true;
	t->launched = status_time(im, e->status);
	t->list = im->c->service[SERVICE_ZOOKEEPER].list;
	/* One that is lost or too long is not known: {} says whose it was. */
	t->command = object_text(e->command, IMPORT_COMMAND_MAX);
	if (t->command == NULL && (t->command = strdup("{}")) == NULL) {
		task_free(t);
		return NULL;
	}
	t->status = status_packed(e->status);
	if (e->status == NULL)
		return t;
	state = number(e->status, "state", TASK_STAGING);
	if (state >= 0 && state < TASK_STATE_MAX)
		t->state = (enum task_state)state;
	t->reported = true;
	t->started = t->state == TASK_STARTING || t->state == TASK_RUNNING;
	if (t->state == TASK_RUNNING)
		t->running = t->launched;
	if (t->state == TASK_UNREACHABLE || t->state == TASK_UNKNOWN)
		t->unreachable = im->now;
	return t;
}

/* Where it is, and so where its volume is. */
static void
place_make(struct instance *i, const struct entry *e)
{
	struct json_object *ports =
	    member(e->command, IMPORT_PORT, json_type_array);
	const char *agent = value(e->status, "agent_id");
	int64_t port;

	if (agent[0] == '\0')
		return;
	i->placement.set = true;
	i->placement.firm = true;
	strlcpy(i->placement.agent_id, agent, sizeof(i->placement.agent_id));
	if (ports == NULL || json_object_array_length(ports) == 0)
		return;
	port = number(json_object_array_get_idx(ports, 0), "host_port", 0);
	if (port > 0 && port <= 65535)
		i->placement.ports[0] = (uint32_t)port;
}

/* ZooKeeper's id is what it was started with. */
static int
zookeeper_id(const struct entry *e, int otherwise)
{
	struct json_object *vars =
	    member(member(e->command, "environment", json_type_object),
		"variables", json_type_array);
	struct json_object *var;
	const char *error;
	size_t i;
	int id;

	for (i = 0; vars != NULL && i < json_object_array_length(vars); i++) {
		var = json_object_array_get_idx(vars, i);
		if (strcmp(text(var, "name"), "ZOO_MY_ID") != 0)
			continue;
		id =
		    (int)strtonum(text(var, "value"), 0, ZOOKEEPER_MAX, &error);
		return error == NULL ? id : otherwise;
	}
	return otherwise;
}

/* The name of the volume that the next task will have at this path. */
static char *
volume_at(const struct service_conf *conf, const char *path, int number)
{
	size_t i;

	for (i = 0; i < conf->nvolumes; i++) {
		if (strcmp(conf->volumes[i].path, path) == 0)
			return volume_name(&conf->volumes[i], number);
	}
	return NULL;
}

/* On another volume it finds nothing of what it has: that must be meant. */
static void
volumes_compare(const struct service *s, const struct instance *i,
    const struct entry *e)
{
	struct json_object *list =
	    member(e->command, "volumes", json_type_array);
	struct json_object *v;
	const char *theirs, *path;
	char *ours;
	size_t k;

	for (k = 0; list != NULL && k < json_object_array_length(list); k++) {
		v = json_object_array_get_idx(list, k);
		path = text(v, "container_path");
		theirs = text(member(member(v, "source", json_type_object),
				  "docker_volume", json_type_object),
		    "name");
		ours = volume_at(s->conf, path, i->number);
		if (ours == NULL || strcmp(ours, theirs) != 0)
			log_warnx("import: %s: its data is on the volume "
				  "\"%.200s\" at %.200s; its next task finds "
				  "%s%.200s%s there, by the configuration",
			    i->name, theirs, path, ours != NULL ? "\"" : "",
			    ours != NULL ? ours : "no volume",
			    ours != NULL ? "\"" : "");
		free(ours);
	}
}

/*
 * An instance that the Go framework had begun, with or without a task now.
 * Those that it has not begun are made like any other.
 */
static int
instance_make(struct import *im, struct service *s, int index)
{
	struct entry *e = entries_find(im, s->id, index);
	bool zookeeper = s->id == SERVICE_ZOOKEEPER;
	struct instance *i;

	if ((i = service_add(s, index)) == NULL)
		return import_bad(im, "no memory");
	i->trust_empty = zookeeper;
	i->in_list = i->joined = zookeeper;
	i->started_once = true;
	if (e == NULL) {
		i->stopped = true;
		log_warnx("import: %s: no task of it is recorded, as after a "
			  "kill: it stays stopped until kafkactl start or "
			  "reflate",
		    i->name);
		return 0;
	}
	if (zookeeper)
		i->id = zookeeper_id(e, index);
	volumes_compare(s, i, e);
	/* With the agent its volume went: it begins anew, as after replace. */
	if (number(e->status, "state", 0) == TASK_GONE_BY_OPERATOR)
		i->joined = i->started_once = i->trust_empty = false;
	else
		place_make(i, e);
	if (!e->alive) {
		i->down_since = im->now;
		log_info("import: %s: task %s has ended, a new one is wanted",
		    i->name, e->id);
		return 0;
	}
	if ((i->task = task_make(im, e)) == NULL)
		return import_bad(im, "no memory");
	i->last_state = instance_state(i, im->now);
	log_info("import: %s: task %s, %s", i->name, e->id,
	    e->status == NULL ? "of which nothing was heard"
			      : task_state_name(i->task->state));
	return 0;
}

static int
service_make(struct import *im, enum service_id id, const char *max,
    const char *begun)
{
	struct service *s = &im->c->service[id];
	int64_t count = number(im->file, max, 0);
	int64_t n = number(im->file, begun, count);
	int index;

	if (count < 0 || count > INSTANCES_MAX)
		return import_bad(im, "%s is out of range: %lld", max,
		    (long long)count);
	if (count > service_volumes_max(s->conf))
		return import_bad(im,
		    "%s is %lld, but there are volumes for %d only: name them "
		    "all in VOLUME_%s",
		    max, (long long)count, service_volumes_max(s->conf),
		    id == SERVICE_KAFKA ? "KAFKA" : "ZOOKEEPER");
	if (count != s->conf->count)
		log_info("import: %s: %s %lld counts, the configuration says "
			 "%d",
		    service_name(id), max, (long long)count, s->conf->count);
	s->taken_over = true;
	s->count = (int)count;
	s->configured = s->conf->count;
	for (index = 0; index < count; index++) {
		if (index >= n && entries_find(im, id, index) == NULL)
			continue;
		if (instance_make(im, s, index) == -1)
			return -1;
		s->formed = true;
	}
	return 0;
}

/* Whatever else may run is ended when it is seen. */
static int
strays_make(struct import *im)
{
	const struct entry *e;
	struct instance *i;
	struct task *t;
	size_t k;

	for (k = 0; k < im->entries.n; k++) {
		e = &im->entries.list[k];
		i = cluster_find_task(im->c, e->id);
		if (!e->alive || i != NULL)
			continue;
		if ((t = task_make(im, e)) == NULL)
			return import_bad(im, "no memory");
		t->kill_next = 0;
		TAILQ_INSERT_TAIL(&im->c->strays, t, entry);
		log_warnx("import: task %s is not wanted: %s", e->id,
		    e->service == SERVICE_MAX
			? "nothing says what it is"
			: "another one of its instance, or scaled away");
	}
	return 0;
}

static int
framework_make(struct import *im)
{
	struct json_object *info =
	    member(im->file, "FrameworkInfo", json_type_object);
	const char *id = value(info, "id");
	struct cluster *c = im->c;
	int64_t n = number(im->file, "TaskID", 0);

	if (id[0] == '\0' || strlen(id) >= ID_MAX)
		return import_bad(im,
		    "no framework id (FrameworkInfo.id.value): it was never "
		    "registered");
	if (strlen(text(info, "role")) >= ID_MAX ||
	    strlen(text(info, "principal")) >= ID_MAX)
		return import_bad(im,
		    "FrameworkInfo: role or principal is "
		    "too long");
	strlcpy(c->framework_id, id, sizeof(c->framework_id));
	c->imported = true;
	strlcpy(c->role,
	    text(info, "role")[0] != '\0' ? text(info, "role") : "*",
	    sizeof(c->role));
	c->has_principal = member(info, "principal", json_type_string) != NULL;
	strlcpy(c->principal, text(info, "principal"), sizeof(c->principal));
	if (n > 0 && n < INT64_MAX / 2)
		c->next_task = (uint64_t)n + 1;
	c->service[SERVICE_ZOOKEEPER].list = 1;
	c->dirty = true;
	return 0;
}

/* What is known of the owner, in words. */
static const char *
file_refusal(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "it is not a regular file";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "it belongs neither to root nor to the user that "
		       "kafkad runs as";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "others than its owner may write it";
	if (st->st_size > IMPORT_SIZE_MAX)
		return "it is too large";
	return NULL;
}

/* Reads the file. Returns its length, 0 if there is none, or -1. */
static ssize_t
file_read(struct import *im, const char *path, char **buf)
{
	ssize_t len = -1, n;
	const char *why;
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd == -1)
		return errno == ENOENT ? 0
				       : import_bad(im, "%s", strerror(errno));
	if (fstat(fd, &st) == -1) {
		import_bad(im, "%s", strerror(errno));
	} else if ((why = file_refusal(&st)) != NULL) {
		import_bad(im,
		    "%s; to take that framework over, mend that; "
		    "to begin anew, move it away",
		    why);
	} else if ((*buf = malloc((size_t)st.st_size + 1)) == NULL) {
		import_bad(im, "no memory");
	} else {
		for (len = 0; len < st.st_size; len += n) {
			n = read(fd, *buf + len, (size_t)(st.st_size - len));
			if (n <= 0)
				break;
		}
		(*buf)[len] = '\0';
		if (len != st.st_size || len == 0)
			len = import_bad(im, "it cannot be read whole");
	}
	close(fd);
	return len;
}

static int
file_parse(struct import *im, const char *buf, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(IMPORT_DEPTH);
	size_t end;

	if (tok == NULL)
		return import_bad(im, "no memory");
	im->file = json_tokener_parse_ex(tok, buf, (int)len + 1);
	end = json_tokener_get_parse_end(tok);
	json_tokener_free(tok);
	/* json-c takes what comes before a comment without an end for whole. */
	if (!json_object_is_type(im->file, json_type_object) || end > len)
		return import_bad(im, "it is not a JSON object, or cut off");
	if (end + strspn(buf + end, " \t\r\n") != len)
		return import_bad(im, "there is something behind its object");
	return 0;
}

/* Says where both speak of the same thing, and which one counts. */
static void
import_compare(struct json_object *in, const char *name, const char *ours,
    bool file_counts)
{
	const char *theirs = text(in, name);

	if (ours == NULL)
		ours = "";
	if (strcmp(theirs, ours) == 0)
		return;
	log_info("import: %s is \"%.200s\" there and \"%.200s\" in the "
		 "configuration; the %s counts",
	    name, theirs, ours, file_counts ? "former" : "latter");
}

static void
import_compare_all(const struct import *im)
{
	const struct service_conf *s = im->conf->cluster.service;
	const struct mesos_conf *m = &im->conf->mesos;
	struct json_object *info =
	    member(im->file, "FrameworkInfo", json_type_object);

	/* Mesos lets nobody change them. */
	import_compare(info, "role", m->role, true);
	import_compare(info, "principal", m->principal, true);
	import_compare(info, "name", m->name, false);
	import_compare(info, "user", m->user, false);
	import_compare(im->file, "ImageZookeeper", s[SERVICE_ZOOKEEPER].image,
	    false);
	import_compare(im->file, "ImageKafka", s[SERVICE_KAFKA].image, false);
}

static int
import_all(struct import *im)
{
	if (framework_make(im) == -1 || entries_read(im) == -1 ||
	    service_make(im, SERVICE_ZOOKEEPER, "ZookeeperMax",
		"ZookeeperCount") == -1 ||
	    service_make(im, SERVICE_KAFKA, "KafkaMax", "KafkaCount") == -1)
		return -1;
	import_compare_all(im);
	return strays_make(im);
}

int
import_load(const struct conf *conf, struct cluster *c, int64_t now,
    int64_t wall, char *err)
{
	char path[PATH_MAX], why[STORE_ERR] = "", *buf = NULL;
	struct import im = { .conf = conf,
		.c = c,
		.now = now,
		.wall = wall,
		.err = why };
	ssize_t len;
	int rc = -1;

	snprintf(path, sizeof(path), "%s/%s", conf->import, IMPORT_FILE);
	if ((len = file_read(&im, path, &buf)) == 0)
		rc = 0;
	else if (len > 0 && buf != NULL &&
	    file_parse(&im, buf, (size_t)len) == 0 && import_all(&im) == 0)
		rc = 1;
	if (rc == -1)
		snprintf(err, STORE_ERR, "%.300s: %.700s", path, why);
	json_object_put(im.file);
	free(im.entries.list);
	if (buf != NULL && len > 0)
		explicit_bzero(buf, (size_t)len);
	free(buf);
	return rc;
}
