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
 * Frames of the parent as the mesos process reads them. Written from msg.h,
 * so that it shares nothing with the encoder but the description.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define TEXT (64 * 1024)

static void
skip_str(struct frame_reader *r, const char *field)
{
	free(frame_get_strdup(r, TEXT, field));
}

static void
read_resources(struct frame_reader *r, struct mcall_task *t)
{
	char name[ID_MAX];
	int64_t scalar;
	uint32_t port;
	size_t i, n = frame_get_count(r, 1024, "resources");

	for (i = 0; i < n; i++) {
		frame_get_str(r, name, sizeof(name), "resource");
		skip_str(r, "meta");
		scalar = (int64_t)frame_get_u64(r, "scalar");
		port = frame_get_u32(r, "port");
		if (strcmp(name, "cpus") == 0)
			t->cpus += scalar;
		else if (strcmp(name, "mem") == 0)
			t->mem += scalar;
		else if (strcmp(name, "disk") == 0)
			t->disk += scalar;
		else if (t->nports < 16)
			t->ports[t->nports++] = port;
	}
}

static void
read_env(struct frame_reader *r, struct mcall_task *t)
{
	char name[ID_MAX], *value;
	size_t i, n = frame_get_count(r, 1024, "environment");

	for (i = 0; i < n; i++) {
		frame_get_str(r, name, sizeof(name), "name");
		if ((value = frame_get_strdup(r, TEXT, "value")) == NULL)
			return;
		if (strcmp(name, "ZOO_MY_ID") == 0)
			t->myid = (int)strtol(value, NULL, 10);
		if (strcmp(name, "ZOO_SERVERS") == 0 && t->servers == NULL)
			t->servers = value;
		else
			free(value);
	}
}

static void
read_task(struct frame_reader *r, struct mcall_task *t)
{
	size_t i, n;

	frame_get_str(r, t->name, sizeof(t->name), "name");
	frame_get_str(r, t->id, sizeof(t->id), "task id");
	frame_get_str(r, t->agent_id, sizeof(t->agent_id), "agent id");
	read_resources(r, t);
	frame_get_u8(r, "container");
	skip_str(r, "image");
	frame_get_bool(r, "force");
	frame_get_u8(r, "network");
	skip_str(r, "network name");
	skip_str(r, "hostname");
	n = frame_get_count(r, 16, "ports");
	for (i = 0; i < 2 * n; i++)
		frame_get_u32(r, "port");
	read_env(r, t);
	n = frame_get_count(r, 64, "volumes");
	for (i = 0; i < 3 * n; i++)
		skip_str(r, "volume");
	t->check = frame_get_u8(r, "check") != 0;
	frame_get_u32(r, "check port");
	skip_str(r, "check command");
	for (i = 0; i < 4; i++)
		frame_get_u64(r, "check time");
	frame_get_u32(r, "check failures");
	t->grace = (int64_t)frame_get_u64(r, "grace");
}

static void
read_offers(struct frame_reader *r, struct mcall *c)
{
	size_t i, n;

	c->refuse = (int64_t)frame_get_u64(r, "refuse");
	n = frame_get_count(r, 4096, "offers");
	c->offers = calloc(n + 1, sizeof(*c->offers));
	for (i = 0; i < n && c->offers != NULL; i++)
		frame_get_str(r, c->offers[i], ID_MAX, "offer id");
	c->noffers = n;
}

static void
read_refs(struct frame_reader *r, struct mcall *c, size_t n)
{
	size_t i;

	c->refs = calloc(n + 1, sizeof(*c->refs));
	for (i = 0; i < n && c->refs != NULL; i++) {
		frame_get_str(r, c->refs[i].task_id, ID_MAX, "task id");
		frame_get_str(r, c->refs[i].agent_id, ID_MAX, "agent id");
	}
	c->nrefs = n;
}

static void
read_accept(struct frame_reader *r, struct mcall *c)
{
	size_t i;

	read_offers(r, c);
	c->ntasks = frame_get_count(r, 1024, "tasks");
	c->tasks = calloc(c->ntasks + 1, sizeof(*c->tasks));
	for (i = 0; i < c->ntasks && c->tasks != NULL; i++)
		read_task(r, &c->tasks[i]);
}

static void
read_payload(struct frame_reader *r, struct mcall *c)
{
	char principal[ID_MAX];

	switch (c->type) {
	case MSG_SUBSCRIBE:
		frame_get_str(r, c->framework, ID_MAX, "framework id");
		frame_get_str(r, c->role, ID_MAX, "role");
		frame_get_bool(r, "has principal");
		frame_get_str(r, principal, ID_MAX, "principal");
		c->suppressed = frame_get_bool(r, "suppressed");
		break;
	case MSG_ACCEPT:
		read_accept(r, c);
		break;
	case MSG_DECLINE:
		read_offers(r, c);
		break;
	case MSG_KILL:
		read_refs(r, c, 1);
		c->grace = (int64_t)frame_get_u64(r, "grace");
		break;
	case MSG_ACKNOWLEDGE:
		read_refs(r, c, 1);
		frame_get_bytes(r, c->uuid, sizeof(c->uuid), "uuid");
		break;
	case MSG_RECONCILE:
		read_refs(r, c, frame_get_count(r, 4096, "tasks"));
		break;
	default:
		break;
	}
}

struct mcall *
wire_decode(const uint8_t *buf, size_t len, char *err, size_t size)
{
	const struct msg_info *m;
	struct frame_header h;
	struct frame_reader r;
	struct mcall *c;

	snprintf(err, size, "impossible header");
	if (len < FRAME_HEADER || frame_header_parse(buf, &h) == -1 ||
	    h.length != len || h.version != FRAME_VERSION)
		return NULL;
	m = msg_info(h.type);
	snprintf(err, size, "type %u, %zu bytes, is refused", h.type, len);
	if (m == NULL || !(m->from & 1 << PROC_PARENT) ||
	    !(m->to & 1 << PROC_MESOS) || len - FRAME_HEADER < m->min ||
	    len - FRAME_HEADER > m->max)
		return NULL;
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->users = 1;
	c->id = h.id;
	c->type = h.type;
	frame_read_init(&r, buf + FRAME_HEADER, len - FRAME_HEADER);
	read_payload(&r, c);
	if (frame_read_end(&r, err, size) == -1) {
		mcall_free(c);
		return NULL;
	}
	return c;
}

void
mcall_free(struct mcall *c)
{
	size_t i;

	if (c == NULL || --c->users > 0)
		return;
	for (i = 0; i < c->ntasks; i++)
		free(c->tasks[i].servers);
	free(c->tasks);
	free(c->offers);
	free(c->refs);
	free(c);
}
