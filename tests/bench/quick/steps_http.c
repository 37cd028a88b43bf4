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

/* Steps of the http process: one request, with all that it leads to. */

#include <sys/socket.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../unit/shim_rig.h"
#include "steps.h"

static struct rig rig;
static int client;
static char task_reply[16384];

/* A broker as the parent shows it, with a variable for each option. */
static void
http_setup(void)
{
	size_t n;
	int i;

	if (rig.base != NULL)
		return;
	n = (size_t)snprintf(task_reply, sizeof(task_reply),
	    "200-{\"command\":{\"container_image\":\"kafka:1\",\"environment\""
	    ":{\"variables\":[{\"name\":\"A\",\"value\":\"1\"}");
	for (i = 0; i < 20; i++)
		n += (size_t)snprintf(task_reply + n, sizeof(task_reply) - n,
		    ",{\"name\":\"KAFKA_OPTION_%d\",\"value\":\"value\"}", i);
	snprintf(task_reply + n, sizeof(task_reply) - n,
	    "]},\"IsKafka\":true},\"status\":\"{\\\"task_id\\\":{\\\"value\\\":"
	    "\\\"kafka-0.1\\\"},\\\"state\\\":\\\"TASK_RUNNING\\\"}\"}\n"
	    "200 kafka-0\n");
	rig_open(&rig, "", "", NULL, LINES_TIMEOUT);
	rig.reply = task_reply;
	client = rig_connect(&rig);
}

/* The client, the http process and the parent are one process here. */
static void
http_run(void)
{
	static const char request[] =
	    "GET /v0/container/1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n";
	char answer[16384];
	ssize_t n, len = 0;

	n = send(client, request, sizeof(request) - 1, MSG_NOSIGNAL);
	assert_int_equal(n, sizeof(request) - 1);
	for (;;) {
		event_base_loop(rig.base, EVLOOP_ONCE);
		n = recv(client, answer + len, sizeof(answer) - 1 - (size_t)len,
		    0);
		if (n == -1 && errno == EAGAIN)
			continue;
		assert_true(n > 0);
		answer[len += n] = '\0';
		if (strstr(answer, "\r\n\r\n") != NULL)
			break;
	}
	assert_non_null(strstr(answer, " 202 Accepted\r\n"));
	assert_non_null(strstr(answer, "\"IsKafka\":true"));
}

static void
asked_run(void)
{
	unsigned int n = rig.n;

	server_changed(rig.server);
	http_run();
	assert_int_equal(rig.n, n + 1);
}

static void
kept_setup(void)
{
	http_setup();
	http_run();
}

static void
kept_run(void)
{
	unsigned int n = rig.n;

	http_run();
	assert_int_equal(rig.n, n);
}

const struct step steps_http[] = {
	{ "asked", http_setup, asked_run },
	{ "kept", kept_setup, kept_run },
	{ NULL, NULL, NULL },
};
