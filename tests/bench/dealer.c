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
 * dealer: a master for one scheduler, which does nothing but deal out offers
 * as they were recorded, and sees how they are answered.
 *
 *	dealer SUBSCRIBED
 *
 * The file has the record that answers SUBSCRIBE. The port it listens on is
 * its first line of output; then it reads lines, and answers each with one:
 *
 *	wait			until somebody is subscribed
 *	deal FILE PID...	sends the record of offers in the file, until
 *				each is in an ACCEPT or a DECLINE
 *	run FILE PID...		the same, and says of all tasks that they run
 *
 * The answer says what it took the processes, from the first byte on the
 * socket to the last byte of the last answer:
 *
 *	{"bytes":9762251,"ms":310.2,"cpu":250.1,"accepted":0,"declined":10000}
 *
 * Every call is answered with 202, and nothing is launched.
 */

#include <sys/socket.h>

#include <netinet/in.h>

#include <err.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_ms.h"

#define PIDS_MAX 8

struct dealer {
	struct event_base *base;
	const char *subscribed; /* file of the record */
	struct evhttp_request *stream;
	bool waiting; /* for the subscription */
	bool run; /* what is launched now */
	clockid_t clocks[PIDS_MAX];
	size_t nclocks;
	size_t bytes;
	size_t left; /* offers that are not answered yet */
	size_t accepted;
	size_t declined;
	double started;
	double cpu;
};

static double
cpu_ms(const struct dealer *d)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < d->nclocks; i++)
		sum += clock_ms(d->clocks[i]);
	return sum;
}

/* Puts the file's record into a buffer, as one of RecordIO. */
static struct evbuffer *
record_read(const char *path)
{
	struct evbuffer *b = evbuffer_new(), *record = evbuffer_new();
	FILE *f = fopen(path, "r");

	if (b == NULL || record == NULL || f == NULL)
		err(1, "%s", path);
	while (evbuffer_read(b, fileno(f), 1 << 20) > 0)
		continue;
	fclose(f);
	evbuffer_add_printf(record, "%zu\n", evbuffer_get_length(b));
	evbuffer_add_buffer(record, b);
	evbuffer_free(b);
	return record;
}

static void
record_send(struct dealer *d, struct evbuffer *record)
{
	evhttp_send_reply_chunk(d->stream, record);
	evbuffer_free(record);
}

static void
heartbeat_cb(evutil_socket_t fd, short what, void *arg)
{
	struct dealer *d = arg;
	struct evbuffer *record = evbuffer_new();

	(void)fd;
	(void)what;
	evbuffer_add_printf(record, "20\n{\"type\":\"HEARTBEAT\"}");
	if (d->stream != NULL)
		record_send(d, record);
	else
		evbuffer_free(record);
}

static void
say_subscribed(struct dealer *d)
{
	if (!d->waiting || d->stream == NULL)
		return;
	d->waiting = false;
	puts("{}");
}

static void
closed_cb(struct evhttp_connection *c, void *arg)
{
	struct dealer *d = arg;

	(void)c;
	d->stream = NULL;
	if (d->left > 0)
		errx(1, "the stream was ended before all was answered");
}

static void
subscribe(struct dealer *d, struct evhttp_request *req)
{
	struct evkeyvalq *out = evhttp_request_get_output_headers(req);

	d->stream = req;
	evhttp_connection_set_closecb(evhttp_request_get_connection(req),
	    closed_cb, d);
	evhttp_add_header(out, "Content-Type", "application/json");
	evhttp_add_header(out, "Mesos-Stream-Id",
	    "fd051bdb-9c7a-4630-9f7f-69d143f67358");
	evhttp_send_reply_start(req, 200, "OK");
	record_send(d, record_read(d->subscribed));
	say_subscribed(d);
}

/* The executor says that a task runs, and is healthy. */
static void
task_runs(struct dealer *d, struct json_object *task)
{
	struct evbuffer *record = evbuffer_new();
	struct json_object *id, *agent;
	char *text;

	json_object_object_get_ex(task, "task_id", &id);
	json_object_object_get_ex(task, "agent_id", &agent);
	if (asprintf(&text,
		"{\"type\":\"UPDATE\",\"update\":{\"status\":{\"task_id\":%s,"
		"\"state\":\"TASK_RUNNING\",\"source\":\"SOURCE_EXECUTOR\","
		"\"agent_id\":%s,\"healthy\":true,"
		"\"uuid\":\"7vHZ1FcnQnC1hrUYvtqcCg==\"}}}",
		json_object_to_json_string(id),
		json_object_to_json_string(agent)) == -1)
		err(1, "asprintf");
	evbuffer_add_printf(record, "%zu\n%s", strlen(text), text);
	free(text);
	record_send(d, record);
}

static void
tasks_run(struct dealer *d, const char *text)
{
	struct json_object *call = json_tokener_parse(text), *ops, *tasks;
	size_t i;

	json_object_object_get_ex(call, "accept", &ops);
	json_object_object_get_ex(ops, "operations", &ops);
	/* One operation a task. */
	for (i = 0; i < json_object_array_length(ops); i++) {
		tasks = json_object_array_get_idx(ops, i);
		json_object_object_get_ex(tasks, "launch", &tasks);
		json_object_object_get_ex(tasks, "task_infos", &tasks);
		task_runs(d, json_object_array_get_idx(tasks, 0));
	}
	json_object_put(call);
}

/*
 * How many offers a call is about. It is looked at as the text that kafkad
 * writes, so that little is done here while others are measured.
 */
static size_t
offers_in(const char *text, const char *start)
{
	const char *p = strstr(text, start), *end;
	size_t n = 0;

	if (p == NULL)
		return 0;
	p += strlen(start);
	if ((end = strchr(p, ']')) == NULL)
		return 0;
	for (; (p = strchr(p, '{')) != NULL && p < end; p++)
		n++;
	return n;
}

static void
answered(struct dealer *d, const char *text)
{
	size_t accepted = offers_in(text, "\"accept\":{\"offer_ids\":[");
	size_t declined = offers_in(text, "\"decline\":{\"offer_ids\":[");

	if (accepted + declined == 0 || d->left == 0)
		return;
	if (accepted + declined > d->left)
		errx(1, "more offers answered than were made");
	d->accepted += accepted;
	d->declined += declined;
	d->left -= accepted + declined;
	if (d->left > 0)
		return;
	printf("{\"bytes\":%zu,\"ms\":%.3f,\"cpu\":%.3f,\"accepted\":%zu,"
	       "\"declined\":%zu}\n",
	    d->bytes, clock_ms(CLOCK_MONOTONIC) - d->started,
	    cpu_ms(d) - d->cpu, d->accepted, d->declined);
}

static void
call_cb(struct evhttp_request *req, void *arg)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(req);
	struct dealer *d = arg;
	const char *text;

	evbuffer_add(in, "", 1);
	text = (char *)evbuffer_pullup(in, -1);
	if (strstr(text, "\"type\":\"SUBSCRIBE\"") != NULL) {
		subscribe(d, req);
		return;
	}
	answered(d, text);
	if (d->run && strstr(text, "\"type\":\"ACCEPT\"") != NULL)
		tasks_run(d, text);
	evhttp_send_reply(req, 202, "Accepted", NULL);
}

static size_t
count_offers(struct evbuffer *record)
{
	static const char start[] = "{\"id\":{";
	struct evbuffer_ptr at;
	size_t n = 0;

	at = evbuffer_search(record, start, sizeof(start) - 1, NULL);
	for (; at.pos != -1; n++) {
		evbuffer_ptr_set(record, &at, 1, EVBUFFER_PTR_ADD);
		at = evbuffer_search(record, start, sizeof(start) - 1, &at);
	}
	return n;
}

static void
deal(struct dealer *d, const char *path)
{
	struct evbuffer *record = record_read(path);

	if (d->stream == NULL)
		errx(1, "nobody is subscribed");
	if (d->left > 0)
		errx(1, "offers are still to be answered");
	d->left = count_offers(record);
	d->bytes = evbuffer_get_length(record);
	d->accepted = d->declined = 0;
	d->cpu = cpu_ms(d);
	d->started = clock_ms(CLOCK_MONOTONIC);
	record_send(d, record);
}

static void
line_cb(evutil_socket_t fd, short what, void *arg)
{
	struct dealer *d = arg;
	char line[1024], *next = line, *word;
	const char *path, *errstr;
	pid_t pid;

	(void)fd;
	(void)what;
	if (fgets(line, sizeof(line), stdin) == NULL) {
		event_base_loopbreak(d->base);
		return;
	}
	line[strcspn(line, "\n")] = '\0';
	word = strsep(&next, " ");
	d->waiting = strcmp(word, "wait") == 0;
	d->run = strcmp(word, "run") == 0;
	path = strsep(&next, " ");
	for (d->nclocks = 0; (word = strsep(&next, " ")) != NULL;) {
		if (*word == '\0')
			continue;
		pid = (pid_t)strtonum(word, 1, 1 << 30, &errstr);
		if (errstr != NULL || d->nclocks == PIDS_MAX ||
		    clock_getcpuclockid(pid, &d->clocks[d->nclocks++]) != 0)
			errx(1, "%s: no process", word);
	}
	if (d->waiting)
		say_subscribed(d);
	else
		deal(d, path);
}

static int
port_of(evutil_socket_t fd)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	if (getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		err(1, "getsockname");
	return ntohs(sin.sin_port);
}

int
main(int argc, char **argv)
{
	struct dealer d = { .base = event_base_new() };
	struct evhttp_bound_socket *bound;
	struct evhttp *http;
	const struct timeval interval = { 15, 0 }; /* as recorded */
	struct event *ev, *heartbeat;

	if (argc != 2)
		errx(2, "usage: dealer SUBSCRIBED");
	d.subscribed = argv[1];
	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (d.base == NULL || (http = evhttp_new(d.base)) == NULL ||
	    (ev = event_new(d.base, STDIN_FILENO, EV_READ | EV_PERSIST, line_cb,
		 &d)) == NULL ||
	    (heartbeat = event_new(d.base, -1, EV_PERSIST, heartbeat_cb, &d)) ==
		NULL)
		errx(1, "no memory");
	event_add(ev, NULL);
	event_add(heartbeat, &interval);
	evhttp_set_timeout(http, 3600);
	evhttp_set_gencb(http, call_cb, &d);
	bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
	if (bound == NULL)
		err(1, "bind");
	printf("%d\n", port_of(evhttp_bound_socket_get_fd(bound)));
	event_base_dispatch(d.base);
	return 0;
}
