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
 * The format of the state file: JSON, one line, then a line with its
 * checksum. Runs in the parent. A file that is not exactly what was written
 * is never obeyed: every field has its type and limit in a table below.
 */

#include <json-c/json.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "emit.h"
#include "log.h"
#include "store.h"

#define STATE_VERSION 4
#define STATE_OLDEST 1 /* that can be read */
#define TEXT_MAX_LEN 32768
#define STATE_DEPTH 16
#define SUM_LINE 80 /* bytes of "\nsha256 …\n" */
#define AHEAD_MAX (INT64_C(7) * 86400 * 1000) /* a time still to come */

enum field_type { F_STR, F_TEXT, F_BOOL, F_INT, F_U32, F_U64, F_TIME };

/*
 * One member of a struct; size of a string, largest number, or for how long
 * a time may lie ahead. since: the version of the format that brought it.
 */
struct field {
	const char *name;
	size_t offset;
	int64_t max;
	enum field_type type;
	int since;
};

/* clang-format off */
#define STR(s, m) \
	{ #m, offsetof(struct s, m), sizeof(((struct s *)0)->m), F_STR, 1 }
#define STR2(s, m) \
	{ #m, offsetof(struct s, m), sizeof(((struct s *)0)->m), F_STR, 2 }
#define FIELD(s, m, type, max) { #m, offsetof(struct s, m), max, type, 1 }
#define FIELD2(s, m, type, max) { #m, offsetof(struct s, m), max, type, 2 }
#define FIELD3(s, m, type, max) { #m, offsetof(struct s, m), max, type, 3 }
#define FIELD4(s, m, type, max) { #m, offsetof(struct s, m), max, type, 4 }
#define END { NULL, 0, 0, F_STR, 0 }
/* clang-format on */

static const struct field cluster_fields[] = {
	STR(cluster, framework_id),
	FIELD(cluster, mode, F_INT, MODE_TEARDOWN),
	FIELD(cluster, next_task, F_U64, INT64_MAX),
	FIELD(cluster, behind, F_BOOL, 0),
	FIELD(cluster, behind_until, F_TIME, AHEAD_MAX),
	FIELD2(cluster, imported, F_BOOL, 0),
	STR2(cluster, role),
	FIELD2(cluster, has_principal, F_BOOL, 0),
	STR2(cluster, principal),
	FIELD3(cluster, paused, F_BOOL, 0),
	FIELD3(cluster, rolled, F_TIME, 0),
	END,
};

static const struct field service_fields[] = {
	FIELD(service, count, F_INT, INSTANCES_MAX),
	FIELD(service, configured, F_INT, INSTANCES_MAX),
	FIELD(service, formed, F_BOOL, 0),
	FIELD(service, list, F_U32, UINT32_MAX),
	FIELD3(service, revision, F_U32, UINT32_MAX),
	FIELD3(service, skipped, F_U32, UINT32_MAX),
	FIELD4(service, taken_over, F_BOOL, 0),
	END,
};

static const struct field instance_fields[] = {
	FIELD(instance, id, F_INT, INT32_MAX),
	FIELD(instance, stopped, F_BOOL, 0),
	FIELD(instance, leaving, F_BOOL, 0),
	FIELD(instance, restart, F_BOOL, 0),
	FIELD(instance, in_list, F_BOOL, 0),
	FIELD(instance, joined, F_BOOL, 0),
	FIELD(instance, started_once, F_BOOL, 0),
	FIELD(instance, failures, F_U32, UINT32_MAX),
	FIELD(instance, failures_total, F_U32, UINT32_MAX),
	FIELD(instance, backoff_until, F_TIME, AHEAD_MAX),
	FIELD(instance, down_since, F_TIME, 0),
	FIELD(instance, last_failure, F_TIME, 0),
	STR(instance, last_message),
	FIELD2(instance, generated, F_BOOL, 0),
	FIELD2(instance, trust_empty, F_BOOL, 0),
	FIELD3(instance, renew, F_BOOL, 0),
	FIELD3(instance, rolling, F_BOOL, 0),
	END,
};

static const struct field placement_fields[] = {
	FIELD(placement, firm, F_BOOL, 0),
	STR(placement, agent_id),
	STR(placement, hostname),
	END,
};

static const struct field task_fields[] = {
	STR(task, id),
	STR2(task, instance),
	STR(task, agent_id),
	STR(task, hostname),
	FIELD(task, state, F_INT, TASK_STATE_MAX - 1),
	FIELD(task, reported, F_BOOL, 0),
	FIELD(task, started, F_BOOL, 0),
	FIELD(task, check, F_BOOL, 0),
	FIELD(task, adopted, F_BOOL, 0),
	FIELD(task, healthy, F_INT, HEALTH_MAX - 1),
	FIELD(task, list, F_U32, UINT32_MAX),
	FIELD(task, launched, F_TIME, 0),
	FIELD(task, running, F_TIME, 0),
	FIELD(task, healthy_since, F_TIME, 0),
	FIELD(task, unreachable, F_TIME, 0),
	FIELD2(task, command, F_TEXT, TEXT_MAX_LEN),
	FIELD3(task, revision, F_U32, UINT32_MAX),
	FIELD4(task, gone_until, F_TIME, AHEAD_MAX),
	FIELD4(task, grace, F_U32, UINT32_MAX),
	END,
};

/*
 * What the clocks said when it was saved. In the same run of the machine the
 * one that does not jump tells how long ago that was.
 */
struct saved_clock {
	char boot[64];
	uint64_t now;
	uint64_t wall;
};

static const struct field clock_fields[] = {
	STR(saved_clock, boot),
	FIELD(saved_clock, now, F_U64, INT64_MAX / 2),
	FIELD(saved_clock, wall, F_U64, INT64_MAX / 2),
	END,
};

/* What encoding and decoding need beside the data. */
struct state {
	int64_t now;
	int64_t wall;
	int version; /* of what is read */
	char *err; /* STORE_ERR bytes; set at the first error */
};

/*
 * The end of the JSON's line, and the one with its checksum. Nettle has it from
 * the processor: libmd takes five times as long, which was half of a save.
 */
static void
sum_line(char line[SUM_LINE], const char *json, size_t len)
{
	uint8_t sum[SHA256_DIGEST_SIZE];
	char hex[BASE16_ENCODE_LENGTH(sizeof(sum)) + 1];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, (const uint8_t *)json);
	sha256_digest(&ctx, sizeof(sum), sum);
	base16_encode_update(hex, sizeof(sum), sum);
	hex[sizeof(hex) - 1] = '\0';
	snprintf(line, SUM_LINE, "\nsha256 %s\n", hex);
}

/* 0 is no time; else the time of day, which others can read. */
static int64_t
time_encode(const struct state *st, int64_t t)
{
	int64_t wall = t - st->now + st->wall;

	if (t == 0)
		return 0;
	return wall < 1 ? 1 : wall;
}

static void
field_encode(const struct state *st, const struct field *f, const void *p,
    struct emit *j)
{
	emit_name(j, f->name);
	switch (f->type) {
	case F_STR:
		emit_string(j, p);
		break;
	case F_TEXT:
		emit_string(j, *(char *const *)p);
		break;
	case F_BOOL:
		emit_bool(j, *(const bool *)p);
		break;
	case F_INT:
		emit_number(j, *(const int *)p);
		break;
	case F_U32:
		emit_number(j, *(const uint32_t *)p);
		break;
	case F_U64:
		emit_number(j, (int64_t) * (const uint64_t *)p);
		break;
	case F_TIME:
		emit_number(j, time_encode(st, *(const int64_t *)p));
		break;
	}
}

/* Into an object that was opened. */
static void
fields_encode(const struct state *st, const struct field *f, const void *p,
    struct emit *j)
{
	for (; f->name != NULL; f++)
		field_encode(st, f, (const char *)p + f->offset, j);
}

static void
task_encode(const struct state *st, const struct task *t, struct emit *j)
{
	emit_open(j, '{');
	fields_encode(st, task_fields, t, j);
	emit_close(j, '}');
}

static void
placement_encode(const struct state *st, const struct placement *p,
    struct emit *j)
{
	size_t i;

	emit_open(j, '{');
	fields_encode(st, placement_fields, p, j);
	emit_name(j, "ports");
	emit_open(j, '[');
	for (i = 0; i < PORTS_MAX; i++)
		emit_number(j, p->ports[i]);
	emit_close(j, ']');
	emit_close(j, '}');
}

/* The facts of a revision are what they are called, not known to us. */
static void
revision_encode(const struct revision *r, struct emit *j)
{
	size_t i;

	emit_open(j, '{');
	emit_name(j, "number");
	emit_number(j, r->number);
	emit_name(j, "facts");
	emit_open(j, '{');
	for (i = 0; i < r->facts.n; i++) {
		emit_name(j, r->facts.list[i].name);
		emit_string(j, r->facts.list[i].value);
	}
	emit_close(j, '}');
	emit_close(j, '}');
}

static void
instance_encode(const struct state *st, const struct instance *i,
    struct emit *j)
{
	emit_open(j, '{');
	fields_encode(st, instance_fields, i, j);
	emit_name(j, "number");
	emit_number(j, i->number);
	emit_name(j, "placement");
	if (i->placement.set)
		placement_encode(st, &i->placement, j);
	else
		emit_string(j, NULL);
	emit_name(j, "task");
	if (i->task != NULL)
		task_encode(st, i->task, j);
	else
		emit_string(j, NULL);
	emit_close(j, '}');
}

static void
service_encode(const struct state *st, const struct service *s, struct emit *j)
{
	const struct instance *i;
	const struct revision *r;

	emit_open(j, '{');
	fields_encode(st, service_fields, s, j);
	emit_name(j, "name");
	emit_string(j, service_name(s->id));
	emit_name(j, "revisions");
	emit_open(j, '[');
	TAILQ_FOREACH(r, &s->revisions, entry)
		revision_encode(r, j);
	emit_close(j, ']');
	emit_name(j, "instances");
	emit_open(j, '[');
	TAILQ_FOREACH(i, &s->instances, entry)
		instance_encode(st, i, j);
	emit_close(j, ']');
	emit_close(j, '}');
}

static void
clock_encode(const struct state *st, struct emit *j)
{
	struct saved_clock s = { .now = (uint64_t)st->now,
		.wall = (uint64_t)st->wall };

	if (strlcpy(s.boot, clock_boot(), sizeof(s.boot)) == 0)
		return;
	emit_name(j, "clock");
	emit_open(j, '{');
	fields_encode(st, clock_fields, &s, j);
	emit_close(j, '}');
}

static void
cluster_encode(const struct state *st, const struct cluster *c, struct emit *j)
{
	const struct task *t;
	int id;

	emit_open(j, '{');
	fields_encode(st, cluster_fields, c, j);
	emit_name(j, "version");
	emit_number(j, STATE_VERSION);
	emit_name(j, "services");
	emit_open(j, '[');
	for (id = 0; id < SERVICE_MAX; id++)
		service_encode(st, &c->service[id], j);
	emit_close(j, ']');
	emit_name(j, "strays");
	emit_open(j, '[');
	TAILQ_FOREACH(t, &c->strays, entry)
		task_encode(st, t, j);
	emit_close(j, ']');
	clock_encode(st, j);
	emit_close(j, '}');
}

char *
state_encode(const struct cluster *c, int64_t now, int64_t wall)
{
	struct state st = { .now = now, .wall = wall };
	struct emit j = { 0 };
	char line[SUM_LINE];

	cluster_encode(&st, c, &j);
	if (!j.failed) {
		sum_line(line, j.text, j.len);
		emit_raw(&j, line, strlen(line));
	}
	return emit_end(&j);
}

static int
state_bad(struct state *st, const char *what, const char *where)
{
	if (st->err[0] == '\0')
		snprintf(st->err, STORE_ERR, "%s: %s", where, what);
	return -1;
}

static int
number_decode(struct state *st, const struct field *f, struct json_object *v,
    int64_t min, int64_t *n)
{
	if (!json_object_is_type(v, json_type_int))
		return state_bad(st, "not a number", f->name);
	*n = json_object_get_int64(v);
	if (*n < min || *n > f->max)
		return state_bad(st, "out of range", f->name);
	return 0;
}

/* A time that was saved; one in the future is our clock's fault. */
static int64_t
time_decode(const struct state *st, int64_t saved, int64_t ahead)
{
	int64_t t;

	if (saved == 0)
		return 0;
	t = saved - st->wall + st->now;
	if (t > st->now + ahead)
		t = st->now + ahead;
	return t < 1 ? 1 : t;
}

static int
string_decode(struct state *st, const struct field *f, struct json_object *v,
    void *p)
{
	if (f->type == F_TEXT && v == NULL)
		return 0;
	if (!json_object_is_type(v, json_type_string))
		return state_bad(st, "not a string", f->name);
	if (json_object_get_string_len(v) >= f->max)
		return state_bad(st, "too long", f->name);
	if (f->type == F_STR) {
		strlcpy(p, json_object_get_string(v), (size_t)f->max);
		return 0;
	}
	*(char **)p = strdup(json_object_get_string(v));
	return *(char **)p == NULL ? state_bad(st, "no memory", f->name) : 0;
}

static int
field_decode(struct state *st, const struct field *f, struct json_object *v,
    void *p)
{
	struct field any = *f;
	int64_t n = 0;

	switch (f->type) {
	case F_STR:
	case F_TEXT:
		return string_decode(st, f, v, p);
	case F_BOOL:
		if (!json_object_is_type(v, json_type_boolean))
			return state_bad(st, "not a bool", f->name);
		*(bool *)p = json_object_get_boolean(v);
		return 0;
	case F_TIME:
		any.max = INT64_MAX / 2;
		if (number_decode(st, &any, v, 0, &n) == -1)
			return -1;
		*(int64_t *)p = time_decode(st, n, f->max);
		return 0;
	default:
		break;
	}
	if (number_decode(st, f, v, 0, &n) == -1)
		return -1;
	if (f->type == F_INT)
		*(int *)p = (int)n;
	else if (f->type == F_U32)
		*(uint32_t *)p = (uint32_t)n;
	else
		*(uint64_t *)p = (uint64_t)n;
	return 0;
}

static int
fields_decode(struct state *st, const struct field *f, struct json_object *o,
    void *p)
{
	struct json_object *v;

	for (; f->name != NULL; f++) {
		if (!json_object_object_get_ex(o, f->name, &v)) {
			if (f->since > st->version)
				continue;
			return state_bad(st, "missing", f->name);
		}
		if (field_decode(st, f, v, (char *)p + f->offset) == -1)
			return -1;
	}
	return 0;
}

static int
placement_decode(struct state *st, struct json_object *o, struct placement *p)
{
	static const struct field port = { "ports", 0, 65535, F_INT, 1 };
	struct json_object *ports;
	int64_t n = 0;
	size_t i;

	if (fields_decode(st, placement_fields, o, p) == -1)
		return -1;
	if (!json_object_object_get_ex(o, "ports", &ports) ||
	    !json_object_is_type(ports, json_type_array) ||
	    json_object_array_length(ports) != PORTS_MAX)
		return state_bad(st, "not a list of ports", "ports");
	for (i = 0; i < PORTS_MAX; i++) {
		if (number_decode(st, &port,
			json_object_array_get_idx(ports, i), 0, &n) == -1)
			return -1;
		p->ports[i] = (uint32_t)n;
	}
	p->set = true;
	return 0;
}

static struct task *
task_decode(struct state *st, struct json_object *o)
{
	struct task *t;
	uint64_t n;

	if ((t = task_new("", "")) == NULL)
		return NULL;
	if (fields_decode(st, task_fields, o, t) == -1) {
		task_free(t);
		return NULL;
	}
	/* Before it was saved, only its id said it. */
	if (st->version < 2 && task_id_parse(t->id, t->instance, &n) == -1)
		t->instance[0] = '\0';
	return t;
}

/* A clock that was set back makes nobody wait longer than ever is meant. */
static void
wait_limit(const struct state *st, int64_t *until, int64_t longest)
{
	if (*until > st->now + longest)
		*until = st->now + longest;
}

static int
instance_decode(struct state *st, struct json_object *o, struct service *s)
{
	static const struct field number = { "number", 0, INSTANCES_MAX, F_INT,
		1 };
	struct json_object *v;
	struct instance *i;
	int64_t n = 0;

	if (!json_object_object_get_ex(o, "number", &v) ||
	    number_decode(st, &number, v, 0, &n) == -1)
		return state_bad(st, "missing", "number");
	if (service_find(s, (int)n) != NULL)
		return state_bad(st, "twice", "number");
	if ((i = service_add(s, (int)n)) == NULL)
		return state_bad(st, "no memory", "instance");
	i->loaded = true;
	if (fields_decode(st, instance_fields, o, i) == -1)
		return -1;
	wait_limit(st, &i->backoff_until, s->conf->backoff_max);
	if (json_object_object_get_ex(o, "placement", &v) && v != NULL &&
	    placement_decode(st, v, &i->placement) == -1)
		return -1;
	if (json_object_object_get_ex(o, "task", &v) && v != NULL &&
	    (i->task = task_decode(st, v)) == NULL)
		return state_bad(st, "no memory", "task");
	i->last_state = instance_state(i, st->now);
	return 0;
}

static struct json_object *
array_of(struct state *st, struct json_object *o, const char *name)
{
	struct json_object *a;

	if (json_object_object_get_ex(o, name, &a) &&
	    json_object_is_type(a, json_type_array))
		return a;
	state_bad(st, "not a list", name);
	return NULL;
}

static int
revision_decode(struct state *st, struct json_object *o, struct service *s)
{
	static const struct field number = { "number", 0, UINT32_MAX, F_U32,
		3 };
	struct json_object *v, *facts;
	struct revision *r;
	int64_t n = 0;

	if (!json_object_object_get_ex(o, "number", &v) ||
	    number_decode(st, &number, v, 1, &n) == -1 ||
	    !json_object_object_get_ex(o, "facts", &facts) ||
	    !json_object_is_type(facts, json_type_object))
		return state_bad(st, "not a revision", "revisions");
	if ((r = calloc(1, sizeof(*r))) == NULL)
		return state_bad(st, "no memory", "revisions");
	r->number = (uint32_t)n;
	TAILQ_INSERT_TAIL(&s->revisions, r, entry);
	json_object_object_foreach(facts, name, value)
	{
		if (!json_object_is_type(value, json_type_string))
			return state_bad(st, "not a string", name);
		if (pairs_add(&r->facts, name, json_object_get_string(value)) ==
		    -1)
			return state_bad(st, "no memory", name);
	}
	return 0;
}

static int
revisions_decode(struct state *st, struct json_object *o, struct service *s)
{
	struct json_object *list;
	size_t i;

	if (st->version < 3)
		return 0;
	if ((list = array_of(st, o, "revisions")) == NULL)
		return -1;
	for (i = 0; i < json_object_array_length(list); i++) {
		if (revision_decode(st, json_object_array_get_idx(list, i),
			s) == -1)
			return -1;
	}
	return 0;
}

static int
service_decode(struct state *st, struct json_object *o, struct cluster *c)
{
	struct json_object *v, *list;
	enum service_id id;
	struct service *s;
	size_t i;

	if (!json_object_object_get_ex(o, "name", &v) ||
	    !json_object_is_type(v, json_type_string))
		return state_bad(st, "no name", "services");
	id = service_parse(json_object_get_string(v));
	if (id == SERVICE_MAX)
		return state_bad(st, "unknown service",
		    json_object_get_string(v));
	s = &c->service[id];
	/* Before it was saved, only the cluster said it. */
	s->taken_over = c->imported;
	if (fields_decode(st, service_fields, o, s) == -1 ||
	    revisions_decode(st, o, s) == -1 ||
	    (list = array_of(st, o, "instances")) == NULL)
		return -1;
	for (i = 0; i < json_object_array_length(list); i++) {
		if (instance_decode(st, json_object_array_get_idx(list, i),
			s) == -1)
			return -1;
	}
	return 0;
}

/*
 * The time of day may have jumped since it was saved. If it is still the same
 * run of the machine, it is taken for what it would be without that.
 */
static int
clock_decode(struct state *st, struct json_object *o)
{
	struct saved_clock s = { .now = 0 };
	struct json_object *v;

	if (!json_object_object_get_ex(o, "clock", &v))
		return 0;
	if (fields_decode(st, clock_fields, v, &s) == -1)
		return -1;
	if (s.boot[0] != '\0' && strcmp(s.boot, clock_boot()) == 0 &&
	    (int64_t)s.now <= st->now)
		st->wall = (int64_t)s.wall + (st->now - (int64_t)s.now);
	return 0;
}

static int
cluster_decode(struct state *st, struct json_object *o, struct cluster *c)
{
	struct json_object *v, *list;
	struct task *t;
	size_t i;

	if (!json_object_object_get_ex(o, "version", &v) ||
	    !json_object_is_type(v, json_type_int))
		return state_bad(st, "missing", "version");
	st->version = json_object_get_int(v);
	if (st->version < STATE_OLDEST || st->version > STATE_VERSION) {
		snprintf(st->err, STORE_ERR,
		    "it is of version %d, and this "
		    "kafkad knows versions up to %d only: use the kafkad that "
		    "wrote it, or a newer one",
		    st->version, STATE_VERSION);
		return -2;
	}
	if (clock_decode(st, o) == -1 ||
	    fields_decode(st, cluster_fields, o, c) == -1 ||
	    (list = array_of(st, o, "services")) == NULL)
		return -1;
	wait_limit(st, &c->behind_until, c->conf->agent_timeout);
	for (i = 0; i < json_object_array_length(list); i++) {
		if (service_decode(st, json_object_array_get_idx(list, i), c) ==
		    -1)
			return -1;
	}
	if ((list = array_of(st, o, "strays")) == NULL)
		return -1;
	for (i = 0; i < json_object_array_length(list); i++) {
		t = task_decode(st, json_object_array_get_idx(list, i));
		if (t == NULL)
			return -1;
		TAILQ_INSERT_TAIL(&c->strays, t, entry);
	}
	return 0;
}

/* Returns the length of the JSON if the checksum is right, else 0. */
static size_t
state_verify(const char *text, size_t len)
{
	char want[SUM_LINE];
	const char *nl;
	size_t json;

	if ((nl = memchr(text, '\n', len)) == NULL)
		return 0;
	json = (size_t)(nl - text);
	sum_line(want, text, json);
	if (len - json != strlen(want) || memcmp(nl, want, len - json) != 0)
		return 0;
	return json;
}

int
state_decode(struct cluster *c, const char *text, size_t len, int64_t now,
    int64_t wall, char *err)
{
	struct state st = { .now = now, .wall = wall, .err = err };
	struct json_tokener *tok;
	struct json_object *o;
	size_t json;
	int rc;

	err[0] = '\0';
	if ((json = state_verify(text, len)) == 0)
		return state_bad(&st, "it is cut off or damaged", "checksum");
	if ((tok = json_tokener_new_ex(STATE_DEPTH)) == NULL)
		return state_bad(&st, "no memory", "json");
	o = json_tokener_parse_ex(tok, text, (int)json + 1);
	json_tokener_free(tok);
	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		return state_bad(&st, "not an object", "json");
	}
	rc = cluster_decode(&st, o, c);
	json_object_put(o);
	return rc;
}
