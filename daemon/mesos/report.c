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
 * Part of the mesos process: what the parent is told about the connection
 * and about its calls. Texts are cut to the limits of msg.h here.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "text.h"

#define ID_SIZE 256
#define TEXT_SIZE 512

struct report {
	struct chan *channel;
	bool connected;
	char master[ID_SIZE];
	char text[TEXT_SIZE];
};

struct report *
report_new(struct chan *channel)
{
	struct report *rep;

	if ((rep = calloc(1, sizeof(*rep))) != NULL)
		rep->channel = channel;
	return rep;
}

void
report_free(struct report *rep)
{
	free(rep);
}

void
report_frame(struct report *rep, struct frame_writer *w)
{
	chan_send(rep->channel, w);
}

/* A text within the limit, whatever it holds. */
static void
report_put_text(struct frame_writer *w, const char *text)
{
	char buf[TEXT_SIZE];

	text_clean(buf, sizeof(buf), text, strlen(text));
	frame_put_str(w, buf);
}

static void
report_status(struct report *rep, bool connected, const char *master,
    const char *text)
{
	struct frame_writer w;

	if (rep->connected == connected && strcmp(rep->text, text) == 0 &&
	    strcmp(rep->master, master) == 0)
		return;
	rep->connected = connected;
	strlcpy(rep->master, master, sizeof(rep->master));
	strlcpy(rep->text, text, sizeof(rep->text));
	frame_begin(&w, MSG_STATUS, 0);
	frame_put_bool(&w, connected);
	frame_put_str(&w, rep->master);
	report_put_text(&w, rep->text);
	chan_send(rep->channel, &w);
}

void
report_connecting(struct report *rep, const char *master)
{
	char text[TEXT_SIZE];

	if (!rep->connected && rep->text[0] != '\0')
		return;
	snprintf(text, sizeof(text), "connecting to %s", master);
	report_status(rep, false, "", text);
}

void
report_subscribed(struct report *rep, const char *master,
    const char *framework_id, uint64_t heartbeat, const char *version)
{
	struct frame_writer w;
	char text[TEXT_SIZE];

	snprintf(text, sizeof(text), "subscribed (Mesos %s)",
	    version[0] != '\0' ? version : "of unknown version");
	report_status(rep, true, master, text);
	frame_begin(&w, MSG_SUBSCRIBED, 0);
	frame_put_str(&w, framework_id);
	frame_put_u64(&w, heartbeat);
	frame_put_str(&w, version);
	chan_send(rep->channel, &w);
}

void
report_disconnected(struct report *rep, const char *reason, uint64_t delay)
{
	struct frame_writer w;

	report_status(rep, false, "", reason);
	frame_begin(&w, MSG_DISCONNECTED, 0);
	report_put_text(&w, reason);
	frame_put_u64(&w, delay);
	chan_send(rep->channel, &w);
}

void
report_call_done(struct report *rep, uint32_t id, enum call_outcome outcome,
    long status, const char *text)
{
	struct frame_writer w;

	frame_begin(&w, MSG_CALL_DONE, id);
	frame_put_u8(&w, (uint8_t)outcome);
	frame_put_u16(&w, status < 0 || status > 999 ? 0 : (uint16_t)status);
	report_put_text(&w, text);
	chan_send(rep->channel, &w);
}

void
report_port(struct report *rep, uint16_t port)
{
	struct frame_writer w;

	frame_begin(&w, MSG_PORT, 0);
	frame_put_u16(&w, port);
	chan_send(rep->channel, &w);
}

size_t
report_pending(const struct report *rep)
{
	return chan_pending(rep->channel);
}
