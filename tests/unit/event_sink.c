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

/* What the mesos process would send to the parent, as text. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_sink.h"
#include "msg.h"

char sink_status[65536];

static const char *const states[] = { "TASK_STARTING", "TASK_RUNNING",
	"TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST",
	"TASK_STAGING", "TASK_ERROR", "TASK_KILLING", "TASK_DROPPED",
	"TASK_UNREACHABLE", "TASK_GONE", "TASK_GONE_BY_OPERATOR",
	"TASK_UNKNOWN" };
static const char *const sources[] = { "SOURCE_MASTER", "SOURCE_AGENT",
	"SOURCE_EXECUTOR" };
static const char *const health[] = { "None", "True", "False" };

void
sink_open(struct sink *s, bool full)
{
	memset(s, 0, sizeof(*s));
	s->full = full;
	s->f = open_memstream(&s->text, &s->len);
	assert_non_null(s->f);
}

void
sink_close(struct sink *s)
{
	fclose(s->f);
	free(s->text);
}

static void
sink_update(struct sink *s, struct frame_reader *r)
{
	char task[256], agent[256], reason[64], message[512], *status;
	uint8_t state, source, healthy, uuid[16];
	bool has_uuid;
	size_t i;

	frame_get_str(r, task, sizeof(task), "task");
	frame_get_str(r, agent, sizeof(agent), "agent");
	state = frame_get_u8(r, "state");
	source = frame_get_u8(r, "source");
	healthy = frame_get_u8(r, "healthy");
	has_uuid = frame_get_bool(r, "has uuid");
	frame_get_bytes(r, uuid, sizeof(uuid), "uuid");
	frame_get_str(r, reason, sizeof(reason), "reason");
	frame_get_str(r, message, sizeof(message), "message");
	status = frame_get_strdup(r, 65536, "status");
	assert_non_null(status);
	/* All of it, as it came. */
	assert_non_null(strstr(status, states[state]));
	strlcpy(sink_status, status, sizeof(sink_status));
	free(status);
	assert_in_range(state, 0, 13);
	assert_in_range(source, 0, 2);
	assert_in_range(healthy, 0, 2);
	fprintf(s->f, "UPDATE %s %s %s %s uuid=%s healthy=%s\n", task,
	    states[state], sources[source], reason[0] == '\0' ? "None" : reason,
	    has_uuid ? "True" : "False", health[healthy]);
	if (!s->full)
		return;
	fprintf(s->f, " agent=%s message=%s uuid=", agent, message);
	for (i = 0; i < sizeof(uuid); i++)
		fprintf(s->f, "%02x", uuid[i]);
	fputc('\n', s->f);
}

static void
sink_resource(struct sink *s, struct frame_reader *r)
{
	char name[256], role[256], *meta;
	uint64_t scalar;
	uint32_t begin, end;
	uint16_t n;
	bool plain;

	frame_get_str(r, name, sizeof(name), "name");
	frame_get_str(r, role, sizeof(role), "role");
	plain = frame_get_bool(r, "plain");
	scalar = frame_get_u64(r, "scalar");
	meta = frame_get_strdup(r, EVENT_META_MAX, "meta");
	if (s->full)
		fprintf(s->f, " %s role=%s plain=%d %" PRIu64 " %s", name, role,
		    plain, scalar, meta);
	free(meta);
	n = frame_get_count(r, EVENT_RANGES_MAX, "ranges");
	for (; n > 0; n--) {
		begin = frame_get_u32(r, "begin");
		end = frame_get_u32(r, "end");
		if (s->full)
			fprintf(s->f, " %u-%u", begin, end);
	}
	if (s->full)
		fputc('\n', s->f);
}

static void
sink_offer(struct sink *s, struct frame_reader *r)
{
	char id[256], agent[256], host[256];
	uint16_t n;

	frame_get_str(r, id, sizeof(id), "id");
	frame_get_str(r, agent, sizeof(agent), "agent");
	frame_get_str(r, host, sizeof(host), "host");
	s->offers++;
	if (s->full)
		fprintf(s->f, "OFFER %s %s %s\n", id, agent, host);
	n = frame_get_count(r, EVENT_RESOURCES_MAX, "resources");
	for (; n > 0; n--)
		sink_resource(s, r);
}

/* RESCIND, FAILURE and ERROR, which are strings and perhaps a number. */
static void
sink_other(struct sink *s, struct frame_reader *r, uint16_t type)
{
	char a[512], b[256] = "";
	uint32_t status = 0;

	frame_get_str(r, a, sizeof(a), "first");
	if (type == MSG_FAILURE) {
		frame_get_str(r, b, sizeof(b), "second");
		status = frame_get_u32(r, "status");
	}
	fprintf(s->f, "%s", msg_info(type)->name);
	if (s->full || type == MSG_ERROR)
		fprintf(s->f, " %s", a);
	if (s->full && type == MSG_FAILURE)
		fprintf(s->f, " %s %u", b, status);
	fputc('\n', s->f);
}

void
sink_cb(void *arg, struct frame_writer *w)
{
	struct sink *s = arg;
	struct frame_header h;
	struct frame_reader r;
	const struct msg_info *m;
	char err[200];

	assert_int_equal(frame_finish(w), 0);
	assert_int_equal(frame_header_parse(w->buf, &h), 0);
	assert_non_null(m = msg_info(h.type));
	assert_in_range(h.length - FRAME_HEADER, m->min, m->max);
	frame_read_init(&r, w->buf + FRAME_HEADER, h.length - FRAME_HEADER);
	if (h.type == MSG_UPDATE)
		sink_update(s, &r);
	else if (h.type == MSG_OFFER)
		sink_offer(s, &r);
	else
		sink_other(s, &r, h.type);
	if (frame_read_end(&r, err, sizeof(err)) == -1)
		fail_msg("%s: %s", m->name, err);
	frame_free(w);
}
