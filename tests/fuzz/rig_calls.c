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

/* Calls, for the targets; see rig_calls.h. */

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mesos/call.h"
#include "mesos/settings.h"
#include "msg.h"
#include "rig_calls.h"

#define DEPTH 64

static void
check_json(char *text)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH);
	struct json_object *o;

	FUZZ_CHECK(tok != NULL && text != NULL);
	o = json_tokener_parse_ex(tok, text, (int)strlen(text) + 1);
	FUZZ_CHECK(json_object_is_type(o, json_type_object));
	json_object_put(o);
	json_tokener_free(tok);
	free(text);
}

static bool
subscribe(struct frame_reader *r, char *err, size_t size)
{
	static char empty[] = "", name[] = "kafka";
	const struct mesos_settings conf = { .name = name,
		.user = name,
		.hostname = empty,
		.webui_url = empty };
	struct subscription sub;

	memset(&sub, 0, sizeof(sub));
	if (subscription_read(r, &sub, err, size) == -1)
		return false;
	check_json(call_subscribe(&conf, &sub));
	return true;
}

static bool
configure(struct frame_reader *r, char *err, size_t size)
{
	struct mesos_settings *conf = mesos_settings_read(r, err, size);

	if (conf == NULL)
		return false;
	FUZZ_CHECK(conf->nmasters <= MASTERS_MAX);
	mesos_settings_has_credentials(conf);
	mesos_settings_free(conf);
	return true;
}

bool
fuzz_call(const struct frame_header *h, const uint8_t *payload)
{
	char err[512] = "", *text;
	struct frame_reader r;
	bool taken;

	frame_read_init(&r, payload, h->length - FRAME_HEADER);
	switch (h->type) {
	case MSG_MESOS_CONF:
		taken = configure(&r, err, sizeof(err));
		break;
	case MSG_SUBSCRIBE:
		taken = subscribe(&r, err, sizeof(err));
		break;
	case MSG_ACCEPT:
	case MSG_DECLINE:
	case MSG_KILL:
	case MSG_ACKNOWLEDGE:
	case MSG_RECONCILE:
	case MSG_SUPPRESS:
	case MSG_REVIVE:
	case MSG_TEARDOWN:
		text =
		    call_build(h->type, &r, "F-1", "kafka", err, sizeof(err));
		if ((taken = text != NULL))
			check_json(text);
		break;
	default:
		return false;
	}
	FUZZ_CHECK(taken || err[0] != '\0');
	return taken;
}
