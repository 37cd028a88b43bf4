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
 * minimesos: arithmetic of resources.  Scalars are counted in thousandths,
 * as Mesos compares them; pieces with different reservations never merge.
 */

#include <math.h>
#include <stdio.h>

#include "minimesos.h"

static void
res_free(struct res *r)
{
	free(r->name);
	free(r->meta);
	free(r->role);
	free(r->r);
}

void
rv_free(struct resvec *rv)
{
	size_t i;

	for (i = 0; i < rv->n; i++)
		res_free(&rv->v[i]);
	free(rv->v);
	rv->v = NULL;
	rv->n = 0;
}

static struct res *
rv_find(const struct resvec *rv, const char *name, const char *meta)
{
	size_t i;

	for (i = 0; i < rv->n; i++)
		if (strcmp(rv->v[i].name, name) == 0 &&
		    strcmp(rv->v[i].meta, meta) == 0)
			return (&rv->v[i]);
	return (NULL);
}

static struct res *
rv_piece(struct resvec *rv, const struct res *like)
{
	struct res *r;

	if ((r = rv_find(rv, like->name, like->meta)) != NULL)
		return (r);
	rv->v = reallocarray(rv->v, rv->n + 1, sizeof(*rv->v));
	if (rv->v == NULL)
		abort();
	r = &rv->v[rv->n++];
	memset(r, 0, sizeof(*r));
	r->name = xstrdup(like->name);
	r->meta = xstrdup(like->meta);
	r->role = like->role != NULL ? xstrdup(like->role) : NULL;
	r->is_ranges = like->is_ranges;
	return (r);
}

static int
range_cmp(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->lo < y->lo ? -1 : x->lo > y->lo);
}

static void
ranges_add(struct res *d, const struct range *r, size_t n)
{
	size_t i, k;

	d->r = reallocarray(d->r, d->nr + n + 1, sizeof(*r));
	if (d->r == NULL)
		abort();
	if (n > 0)
		memcpy(d->r + d->nr, r, n * sizeof(*r));
	d->nr += n;
	if (d->nr == 0)
		return;
	qsort(d->r, d->nr, sizeof(*r), range_cmp);
	for (i = 1, k = 0; i < d->nr; i++) {
		if (d->r[i].lo <= d->r[k].hi + 1) {
			if (d->r[i].hi > d->r[k].hi)
				d->r[k].hi = d->r[i].hi;
		} else
			d->r[++k] = d->r[i];
	}
	d->nr = k + 1;
}

static void
ranges_sub_one(struct res *d, const struct range *s)
{
	struct range *out, c;
	size_t i, n = 0;

	out = xcalloc(d->nr + 1, sizeof(*out));
	for (i = 0; i < d->nr; i++) {
		c = d->r[i];
		if (s->hi < c.lo || s->lo > c.hi) {
			out[n++] = c;
			continue;
		}
		if (c.lo < s->lo) {
			out[n].lo = c.lo;
			out[n++].hi = s->lo - 1;
		}
		if (c.hi > s->hi) {
			out[n].lo = s->hi + 1;
			out[n++].hi = c.hi;
		}
	}
	free(d->r);
	d->r = out;
	d->nr = n;
}

static int
ranges_contain(const struct res *d, const struct res *s)
{
	size_t i, k;

	for (i = 0; i < s->nr; i++) {
		for (k = 0; k < d->nr; k++)
			if (d->r[k].lo <= s->r[i].lo &&
			    d->r[k].hi >= s->r[i].hi)
				break;
		if (k == d->nr)
			return (0);
	}
	return (1);
}

static int
res_empty(const struct res *r)
{
	return (r->is_ranges ? r->nr == 0 : r->milli <= 0);
}

static void
rv_compact(struct resvec *rv)
{
	size_t i, n = 0;

	for (i = 0; i < rv->n; i++) {
		if (res_empty(&rv->v[i]))
			res_free(&rv->v[i]);
		else
			rv->v[n++] = rv->v[i];
	}
	rv->n = n;
}

void
rv_add(struct resvec *d, const struct resvec *s)
{
	struct res *r;
	size_t i;

	for (i = 0; i < s->n; i++) {
		r = rv_piece(d, &s->v[i]);
		r->milli += s->v[i].milli;
		if (s->v[i].is_ranges)
			ranges_add(r, s->v[i].r, s->v[i].nr);
	}
	rv_compact(d);
}

void
rv_sub(struct resvec *d, const struct resvec *s)
{
	struct res *r;
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		r = rv_find(d, s->v[i].name, s->v[i].meta);
		if (r == NULL)
			continue;
		r->milli -= s->v[i].milli;
		for (k = 0; k < s->v[i].nr; k++)
			ranges_sub_one(r, &s->v[i].r[k]);
	}
	rv_compact(d);
}

int
rv_contains(const struct resvec *d, const struct resvec *s)
{
	struct res *r;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (res_empty(&s->v[i]))
			continue;
		r = rv_find(d, s->v[i].name, s->v[i].meta);
		if (r == NULL || r->is_ranges != s->v[i].is_ranges)
			return (0);
		if (r->is_ranges ? !ranges_contain(r, &s->v[i])
				 : r->milli < s->v[i].milli)
			return (0);
	}
	return (1);
}

double
rv_scalar(const struct resvec *rv, const char *name)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < rv->n; i++)
		if (strcmp(rv->v[i].name, name) == 0)
			sum += rv->v[i].milli;
	return ((double)sum / 1000);
}

/* Mesos offers nothing smaller than 0.01 cpus and 32 MB. */
int
rv_allocatable(const struct resvec *rv)
{
	return (rv_scalar(rv, "cpus") >= 0.01 || rv_scalar(rv, "mem") >= 32);
}

int
rv_has_port(const struct resvec *rv, int64_t port)
{
	size_t i, k;

	for (i = 0; i < rv->n; i++) {
		if (strcmp(rv->v[i].name, "ports") != 0)
			continue;
		for (k = 0; k < rv->v[i].nr; k++)
			if (port >= rv->v[i].r[k].lo &&
			    port <= rv->v[i].r[k].hi)
				return (1);
	}
	return (0);
}

/* role: of a static reservation, or NULL. */
void
rv_add_scalar(struct resvec *rv, const char *name, const char *role,
    double value)
{
	struct res like;

	memset(&like, 0, sizeof(like));
	like.name = (char *)name;
	like.role = (char *)role;
	if (role != NULL)
		like.meta = xasprintf("(reservations: [(STATIC,%s)])", role);
	else
		like.meta = xstrdup("");
	rv_piece(rv, &like)->milli += llround(value * 1000);
	free(like.meta);
}

void
rv_add_range(struct resvec *rv, const char *name, int64_t lo, int64_t hi)
{
	struct range r = { lo, hi };
	struct res like;

	memset(&like, 0, sizeof(like));
	like.name = (char *)name;
	like.meta = (char *)"";
	like.is_ranges = 1;
	ranges_add(rv_piece(rv, &like), &r, 1);
}

/* Copies to d what a framework in this role may be offered. */
void
rv_keep_role(struct resvec *d, const struct resvec *s, const char *role)
{
	struct resvec one;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->v[i].role != NULL && strcmp(s->v[i].role, role) != 0)
			continue;
		one.v = &s->v[i];
		one.n = 1;
		rv_add(d, &one);
	}
}

static void
res_json_ranges(struct json_object *o, const struct res *r)
{
	struct json_object *list, *one;
	size_t i;

	json_add_str(o, "type", "RANGES");
	list = json_add_arr(json_add_obj(o, "ranges"), "range");
	for (i = 0; i < r->nr; i++) {
		one = json_add_obj(list, NULL);
		json_add_int(one, "begin", r->r[i].lo);
		json_add_int(one, "end", r->r[i].hi);
	}
}

struct json_object *
rv_json(const struct resvec *rv, const char *role, unsigned int caps)
{
	struct json_object *list = json_object_new_array(), *o, *one;
	const struct res *r;
	size_t i;

	for (i = 0; i < rv->n; i++) {
		r = &rv->v[i];
		o = json_add_obj(list, NULL);
		json_add_str(o, "name", r->name);
		if (r->is_ranges)
			res_json_ranges(o, r);
		else {
			json_add_str(o, "type", "SCALAR");
			json_add_num(json_add_obj(o, "scalar"), "value",
			    (double)r->milli / 1000);
		}
		if (!(caps & CAP_RESERVATION))
			json_add_str(o, "role", r->role ? r->role : "*");
		if (caps & CAP_MULTI_ROLE)
			json_add_str(json_add_obj(o, "allocation_info"), "role",
			    role);
		if (!(caps & CAP_RESERVATION) || r->role == NULL)
			continue;
		one = json_add_obj(json_add_arr(o, "reservations"), NULL);
		json_add_str(one, "type", "STATIC");
		json_add_str(one, "role", r->role);
	}
	return (list);
}

/* As in Mesos' messages: cpus(allocated: kafka):0.5; ports(...):[1-2] */
char *
rv_text(const struct resvec *rv, const char *role)
{
	struct evbuffer *b = evbuffer_new();
	const struct res *r;
	size_t i, k, n;
	char *s;

	for (i = 0; i < rv->n; i++) {
		r = &rv->v[i];
		evbuffer_add_printf(b,
		    "%s%s(allocated: %s)%s:", i > 0 ? "; " : "", r->name, role,
		    r->meta);
		if (!r->is_ranges) {
			evbuffer_add_printf(b, "%.10g",
			    (double)r->milli / 1000);
			continue;
		}
		for (k = 0; k < r->nr; k++)
			evbuffer_add_printf(b, "%s%lld-%lld", k ? ", " : "[",
			    (long long)r->r[k].lo, (long long)r->r[k].hi);
		evbuffer_add(b, "]", 1);
	}
	n = evbuffer_get_length(b);
	s = xcalloc(1, n + 1);
	evbuffer_remove(b, s, n);
	evbuffer_free(b);
	return (s);
}

/* What tells a piece from others: reservations, disk, revocable, shared. */
static char *
parse_meta(struct json_object *o, const char *role)
{
	static const char *const more[] = { "disk", "revocable", "shared",
		"provider_id" };
	struct evbuffer *b = evbuffer_new();
	struct json_object *list = json_get(o, "reservations"), *one;
	const char *s, *p;
	char *text;
	size_t i, n = json_len(list);

	if (n > 0)
		evbuffer_add_printf(b, "(reservations: [");
	for (i = 0; i < n; i++) {
		one = json_at(list, i);
		s = json_str(one, "type");
		p = json_str(one, "principal");
		evbuffer_add_printf(b, "%s(%s,%s%s%s)", i ? "," : "",
		    s ? s : "UNKNOWN", json_str(one, "role"), p ? "," : "",
		    p ? p : "");
	}
	if (n > 0)
		evbuffer_add_printf(b, "])");
	s = json_str(o, "role");
	if (n == 0 && s != NULL && strcmp(s, "*") != 0) {
		p = json_str(o, "reservation.principal");
		evbuffer_add_printf(b, "(reservations: [(%s,%s%s%s)])",
		    json_get(o, "reservation") ? "DYNAMIC" : "STATIC", s,
		    p ? "," : "", p ? p : "");
	}
	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (json_get(o, more[i]) != NULL)
			evbuffer_add_printf(b, "[%s]", more[i]);
	s = json_str(o, "allocation_info.role");
	if (s != NULL && strcmp(s, role) != 0)
		evbuffer_add_printf(b, "(allocated: %s)", s);
	n = evbuffer_get_length(b);
	text = xcalloc(1, n + 1);
	evbuffer_remove(b, text, n);
	evbuffer_free(b);
	return (text);
}

static char *
parse_ranges(struct res *r, struct json_object *list)
{
	struct range one;
	size_t i;

	for (i = 0; i < json_len(list); i++) {
		one.lo = json_num(json_at(list, i), "begin", -1);
		one.hi = json_num(json_at(list, i), "end", -1);
		if (one.lo < 0 || one.hi < one.lo)
			return (xstrdup("Invalid ranges resource"));
		ranges_add(r, &one, 1);
	}
	return (NULL);
}

/* Adds one JSON resource to a list; returns an error text or NULL. */
static char *
parse_one(struct resvec *rv, struct json_object *o, const char *role)
{
	const char *type = json_str(o, "type");
	struct res like;
	double d;
	char *error = NULL;

	memset(&like, 0, sizeof(like));
	if ((like.name = (char *)json_str(o, "name")) == NULL ||
	    *like.name == '\0')
		return (xstrdup("Empty resource name"));
	like.meta = parse_meta(o, role);
	if (type != NULL && strcmp(type, "RANGES") == 0) {
		like.is_ranges = 1;
		if (json_get(o, "ranges") == NULL)
			error = xstrdup("Invalid ranges resource");
		else
			error = parse_ranges(rv_piece(rv, &like),
			    json_get(o, "ranges.range"));
	} else if (type != NULL && strcmp(type, "SCALAR") == 0) {
		d = json_num(o, "scalar.value", -1);
		if (!(d >= 0) || isinf(d))
			error = xstrdup("Invalid scalar resource: value < 0");
		else
			rv_piece(rv, &like)->milli += llround(d * 1000);
	} else
		error =
		    xasprintf("Unsupported resource type for '%s'", like.name);
	free(like.meta);
	return (error);
}

/* The resources of a task.  -1 and a text in *error when they are bad. */
int
rv_parse(struct resvec *rv, struct json_object *list, const char *role,
    char **error)
{
	size_t i;

	memset(rv, 0, sizeof(*rv));
	for (i = 0; i < json_len(list); i++) {
		*error = parse_one(rv, json_at(list, i), role);
		if (*error != NULL) {
			rv_free(rv);
			return (-1);
		}
	}
	rv_compact(rv);
	return (0);
}
