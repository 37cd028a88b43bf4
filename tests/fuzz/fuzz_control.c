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
 * Target: a client of the control socket, from its bytes to the daemon's
 * answers. The first byte says whether it is the http process, the second
 * into which pieces the rest, a stream of commands, is cut; after each piece
 * the parent decides. Every line that comes back must be one of a reply.
 */

#include <sys/socket.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "core/pack.h"
#include "fuzz.h"
#include "http_link.h"
#include "line.h"
#include "log.h"
#include "rig_parent.h"

#define TURNS 4 /* of the event loop after each piece */

static struct fuzz_parent parent;
static struct control *control;
static struct event_base *base;
static char dir[] = "/tmp/kafkad-fuzz.XXXXXX", path[64];

const char *
http_link_url(const struct http_link *l)
{
	(void)l;
	return "off";
}

unsigned int
proc_walls(const struct proc *p)
{
	(void)p;
	return 0;
}

bool
proc_facts(const struct proc *p, struct proc_facts *f)
{
	(void)p;
	(void)f;
	return false;
}

struct proc *
http_link_proc(struct http_link *l)
{
	(void)l;
	return NULL;
}

const char *
http_link_warning(const struct conf *conf)
{
	(void)conf;
	return NULL;
}

void
http_link_told(struct http_link *l)
{
	(void)l;
}

void
http_link_log_level(struct http_link *l, enum log_level level)
{
	(void)l;
	(void)level;
}

/* The configuration has a target of its own. */
void
reload_command(struct parent *p, struct control_client *cl,
    const struct cmd_call *call)
{
	(void)p;
	(void)call;
	control_end(cl, 500, "no file");
}

const char *
store_path(const struct store *s)
{
	(void)s;
	return "/state";
}

static void
control_end_all(void)
{
	control_close(control);
	event_base_free(base);
	rmdir(dir);
}

/* Once: the socket itself is not what is tried here. */
static void
control_start(void)
{
	struct control_conf conf = { .group = (gid_t)-1,
		.uid = geteuid(),
		.version = "0.1",
		.services = command_services };
	char err[512];

	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL || (base = event_base_new()) == NULL)
		abort();
	snprintf(path, sizeof(path), "%s/sock", dir);
	conf.path = path;
	control = control_open(base, &conf, &command_callbacks, &parent.p, err,
	    sizeof(err));
	if (control == NULL)
		abort();
	atexit(control_end_all);
}

/* Something to show: a task that Mesos has told all about. */
static void
parent_start(void)
{
	struct instance *i;

	fuzz_parent_open(&parent);
	parent.p.base = base;
	parent.p.control = control;
	parent.connected = false;
	parent.tell = parent_tell;
	cluster_on_subscribed(parent.p.cluster, "F-1", clock_now());
	fuzz_parent_turn(&parent, 1000);
	i = service_find(&parent.p.cluster->service[SERVICE_KAFKA], 0);
	if (i == NULL)
		return;
	if ((i->task = task_new("kafka-0.1", "S-1")) == NULL)
		abort();
	i->task->state = TASK_RUNNING;
	i->task->reported = true;
	i->task->running = clock_now();
	i->task->status = pack("{\"state\":\"TASK_RUNNING\"}");
	i->down_since = 0;
}

static void
check_replies(const char *p, size_t len)
{
	struct line_reply r;
	const char *lf;
	char *line;

	for (; len > 0; len -= (size_t)(lf + 1 - p), p = lf + 1) {
		if ((lf = memchr(p, '\n', len)) == NULL)
			break;
		line = fuzz_text(p, (size_t)(lf - p));
		FUZZ_CHECK(strlen(line) <= LINE_REPLY_MAX);
		FUZZ_CHECK(line_check(line, strlen(line)) == NULL);
		FUZZ_CHECK(line_reply_parse(line, &r) == 0);
		free(line);
	}
}

/* What has come back; enough to see whole lines. */
static void
read_replies(int fd)
{
	static char buf[256 * 1024];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(buf) &&
	    (n = recv(fd, buf + len, sizeof(buf) - len, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	check_replies(buf, len);
}

static void
settle(void)
{
	int i;

	for (i = 0; i < TURNS; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	if (!parent.p.woken)
		return;
	fuzz_parent_turn(&parent, 1000);
	command_answer(&parent.p, clock_now());
	event_base_loop(base, EVLOOP_NONBLOCK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	bool shim = fuzz_take(&in, 1) & 1;
	size_t piece = fuzz_take(&in, 1) * 16 + 8, n;
	int sv[2];

	if (control == NULL)
		control_start();
	parent_start();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv) == -1 ||
	    control_attach(control, sv[1], shim ? "http" : "tester", shim) ==
		NULL)
		abort();
	for (; in.left > 0; in.p += n, in.left -= n) {
		n = in.left < piece ? in.left : piece;
		if (send(sv[0], in.p, n, MSG_NOSIGNAL) <= 0)
			break;
		settle();
	}
	settle();
	read_replies(sv[0]);
	close(sv[0]);
	settle();
	settle();
	command_free(&parent.p);
	fuzz_parent_close(&parent);
	return 0;
}
