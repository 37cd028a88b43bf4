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
 * A kafkad that is nothing but its control socket: control.c with canned
 * data, run in the event loop of a test.
 */

#include <sys/stat.h>

#include <json-c/json.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_daemon.h"
#include "scratch.h"

static const char *const fake_services[] = { "zookeeper", "kafka", NULL };

#define FAKE_KAFKA_0                                                    \
	"{\"instance\":\"kafka-0\",\"service\":\"kafka\",\"number\":0," \
	"\"id\":0,\"state\":\"running\",\"ready\":true,\"since\":192,"  \
	"\"task\":\"kafka-0.7\",\"agent\":\"S1\",\"host\":\"agent-1\"," \
	"\"ports\":[9092],\"failures\":0,\"outdated\":true}"
#define FAKE_KAFKA_1                                                     \
	"{\"instance\":\"kafka-1\",\"service\":\"kafka\",\"number\":1,"  \
	"\"id\":1,\"state\":\"backoff\",\"ready\":false,\"failures\":3," \
	"\"next_try\":8,\"last_message\":\"out of\\u001bmemory\"}"

static const struct {
	enum cmd_id id;
	int code;
	const char *json;
} fake_data[] = {
	{ CMD_STATUS, 200,
	    "{\"daemon\":{\"version\":\"0.1\",\"pid\":7,\"mode\":\"active\","
	    "\"framework_id\":\"F-0001\",\"master\":\"m1:5050\","
	    "\"connected\":true,\"connection\":\"\",\"since\":99999,"
	    "\"connection_since\":11100,"
	    "\"state\":\"/var/lib/kafkad\",\"saved\":true,\"behind\":false,"
	    "\"warnings\":[\"the clock went back\"]}}" },
	{ CMD_STATUS, 200,
	    "{\"service\":\"kafka\",\"wanted\":2,\"configured\":3,"
	    "\"running\":1,\"ready\":1,\"outdated\":1}" },
	{ CMD_STATUS, 200, FAKE_KAFKA_0 },
	{ CMD_STATUS, 200, FAKE_KAFKA_1 },
	{ CMD_LIST, 200, FAKE_KAFKA_0 },
	{ CMD_LIST, 200, FAKE_KAFKA_1 },
	{ CMD_SHOW, 200,
	    "{\"instance\":\"kafka-0\",\"id\":0,\"state\":\"running\","
	    "\"ready\":true,\"since\":60,\"task\":\"kafka-0.7\","
	    "\"placement\":{\"host\":\"agent-1\",\"agent_id\":\"S1\","
	    "\"ports\":[9092],\"firm\":true},\"sticky\":\"5400s\","
	    "\"stopped\":false,\"failures\":1,\"failures_total\":4,"
	    "\"last_message\":\"exit 1\",\"last_failure\":3600,"
	    "\"image\":\"cp-kafka\",\"mesos_state\":\"TASK_RUNNING\","
	    "\"task_agent_id\":\"S1\",\"launched\":172800,"
	    "\"strays\":[\"kafka-0.3\"]}" },
	{ CMD_OFFERS, 200,
	    "{\"offer\":\"O1\",\"host\":\"agent-2\",\"age\":5,"
	    "\"resources\":\"cpus 4 mem 8192\",\"outcome\":\"declined\","
	    "\"misses\":[{\"instance\":\"kafka-1\",\"text\":\"no port\"}]}" },
	{ CMD_OFFERS, 200,
	    "{\"instance\":\"kafka-1\",\"waiting\":\"for an offer\"}" },
	{ CMD_PLAN, 200,
	    "{\"plan\":{\"steps\":2,\"paused\":false,\"pace\":30}}" },
	{ CMD_PLAN, 200,
	    "{\"instance\":\"kafka-0\",\"turn\":\"now\","
	    "\"because\":\"memory\"}" },
	{ CMD_PLAN, 200,
	    "{\"instance\":\"kafka-1\",\"turn\":\"next\","
	    "\"because\":\"memory\"}" },
	{ CMD_RELOAD, 400, "{\"error\":\"conf:3: unknown word 'x'\"}" },
	{ CMD_RELOAD, 200,
	    "{\"block\":\"kafka\",\"key\":\"memory\","
	    "\"before\":\"memory 1G\",\"now\":\"memory 2G\","
	    "\"next_start\":false}" },
	{ CMD_RELOAD, 200,
	    "{\"block\":\"\",\"key\":\"user\","
	    "\"now\":\"user \\\"x\\\"\",\"next_start\":true}" },
	{ CMD_RELOAD, 200,
	    "{\"instance\":\"kafka-0\",\"because\":\"memory\"}" },
	{ CMD_WAIT, 100,
	    "{\"instance\":\"kafka-1\",\"state\":\"staging\","
	    "\"ready\":false}" },
	{ CMD_VERSION, 200, "{\"version\":\"0.1\",\"protocol\":1,\"pid\":7}" },
};

static void
fake_answer(struct control_client *cl, const struct cmd_call *call)
{
	switch (call->cmd->id) {
	case CMD_SCALE:
		control_end(cl, call->force ? 200 : 409, "%s: to %u",
		    call->service_name, call->count);
		break;
	case CMD_KILL:
		control_end(cl, 404, "no such task or instance: %s",
		    call->name);
		break;
	case CMD_WAIT:
		control_end(cl, call->timeout > 0 ? 408 : 200,
		    "kafka: 1 of 2 ready");
		break;
	case CMD_RESTART:
		control_end(cl, 409, "%s: not so", call->name);
		break;
	case CMD_TEARDOWN:
		control_end(cl, 409, "if that is meant, use -f");
		break;
	case CMD_REGISTER:
		control_end(cl, 503, "not now");
		break;
	case CMD_CONTAINER:
		control_end(cl, 404, "no such task: %s", call->name);
		break;
	case CMD_RELOAD:
		control_end(cl, 400, "1 error in conf");
		break;
	case CMD_LOG:
		control_end(cl, 400,
		    "log: too many words at: info; usage: log");
		break;
	case CMD_REPLACE:
		control_end(cl, 400, "%s: not that one", call->name);
		break;
	default:
		control_end(cl, 200, "%s done", call->cmd->name);
		break;
	}
}

/* What a client that does not read makes of a stream. */
static void
fake_flood(struct control_client *cl)
{
	struct json_object *o;
	char text[8192];
	int i;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 1024; i++) {
		o = json_object_new_object();
		json_object_object_add(o, "text", json_object_new_string(text));
		control_data(cl, 100, o);
	}
	assert_false(control_is_open(cl));
}

static void
fake_command(void *arg, struct control_client *cl, const struct cmd_call *call)
{
	struct fake_daemon *d = arg;
	size_t i;

	d->in_command = true;
	d->commands++;
	d->last = *call;
	d->last_client = control_client_id(cl);
	if (d->flood)
		fake_flood(cl);
	for (i = 0; i < sizeof(fake_data) / sizeof(fake_data[0]); i++) {
		if (fake_data[i].id == call->cmd->id && !d->hold)
			control_data(cl, fake_data[i].code,
			    json_tokener_parse(fake_data[i].json));
	}
	if (d->no_list && call->cmd->id == CMD_LIST)
		control_end(cl, 503, "not now");
	else if (!d->hold && control_is_open(cl))
		fake_answer(cl, call);
	d->in_command = false;
}

static void
fake_gone(void *arg, struct control_client *cl)
{
	struct fake_daemon *d = arg;

	assert_false(control_is_open(cl));
	assert_null(control_find(d->control, control_client_id(cl)));
	d->gone++;
	d->gone_in_command = d->gone_in_command || d->in_command;
}

void
fake_setup(struct fake_daemon *d)
{
	memset(d, 0, sizeof(*d));
	/* As every process of ours does first of all. */
	signal(SIGPIPE, SIG_IGN);
	scratch_name(d->dir, sizeof(d->dir), "kafkad-test");
	assert_non_null(mkdtemp(d->dir));
	assert_int_equal(chmod(d->dir, 0755), 0);
	snprintf(d->path, sizeof(d->path), "%s/sock", d->dir);
	snprintf(d->lock, sizeof(d->lock), "%s.lock", d->path);
	d->base = event_base_new();
	assert_non_null(d->base);
	d->conf.path = d->path;
	d->conf.group = (gid_t)-1;
	d->conf.read_any = true;
	d->conf.uid = geteuid();
	d->conf.version = "0.1";
	d->conf.services = fake_services;
}

void
fake_open(struct fake_daemon *d)
{
	const struct control_cb cb = { fake_command, fake_gone };
	char err[512] = "";

	d->control = control_open(d->base, &d->conf, &cb, d, err, sizeof(err));
	assert_string_equal(err, "");
	assert_non_null(d->control);
}

/* Nothing but what a test put there may be left in the directory. */
void
fake_teardown(struct fake_daemon *d)
{
	control_close(d->control);
	d->control = NULL;
	event_base_free(d->base);
	assert_int_equal(rmdir(d->dir), 0);
}

void
fake_pump(struct fake_daemon *d)
{
	struct timeval moment = { .tv_usec = 10000 };

	event_base_loopexit(d->base, &moment);
	event_base_loop(d->base, EVLOOP_ONCE);
}

int64_t
fake_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}
