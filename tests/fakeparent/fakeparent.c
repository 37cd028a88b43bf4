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
 * A parent for tests of the http process alone: it starts kafkad's child as
 * the real one does, writes every command line it gets into a file, and
 * answers from what it is told.
 *
 *	fakeparent -k KAFKAD -r READY -l LINES [-a FOLDER] [-u USER]
 *	    [-w PASSWORD] [-c CERT -e KEY] [-n CONNECTIONS] [-p OF-ADDRESS]
 *	fakeparent -f: prints a port that is free
 *
 * LINES has all lines but those that no client is behind, which are told on
 * stderr. READY becomes "port pid". SIGHUP reloads the certificate, SIGUSR1
 * turns answering off and on, SIGUSR2 asks for a sign of life, SIGTERM ends
 * all. Answers: three brokers and one ZooKeeper at first, all ready;
 * `container T` is what the file FOLDER/T.json says; `kill N` and `scale kafka
 * N` with an N from 400 to 599 have that code, and any other `kill` but of 2 or
 * kafka-0.2 is unknown.
 */

#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <err.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chan.h"
#include "line.h"
#include "log.h"

struct fake {
	struct event_base *base;
	struct chan *chan;
	struct bufferevent *line;
	FILE *lines;
	const char *kafkad;
	const char *ready;
	const char *folder;
	const char *user;
	const char *password;
	const char *cert;
	const char *key;
	uint32_t connections;
	uint32_t of_address;
	int port;
	pid_t pid;
	bool silent;
	int count[2];
};

static int
fake_listen(struct fake *f)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&in, len) == -1 ||
	    listen(fd, 511) == -1 ||
	    getsockname(fd, (struct sockaddr *)&in, &len) == -1)
		err(1, "listen");
	f->port = ntohs(in.sin_port);
	return fd;
}

static void
fake_start(struct fake *f, int channel, int line, int watch)
{
	int i, fds[5] = { channel, 0, line, fake_listen(f), watch };
	char *envp[] = { NULL };

	if ((fds[1] = open(f->kafkad, O_RDONLY)) == -1)
		err(1, "%s", f->kafkad);
	if ((f->pid = fork()) == -1)
		err(1, "fork");
	if (f->pid == 0) {
		for (i = 0; i < 5; i++)
			fds[i] = fcntl(fds[i], F_DUPFD, 16);
		for (i = 0; i < 5; i++)
			dup2(fds[i], CHAN_FILENO + i);
		closefrom(CHAN_FILENO + 5);
		execle(f->kafkad, "kafkad", "-x", "http", "-L", "debug", "-d",
		    NULL, envp);
		_exit(127);
	}
	for (i = 0; i < 5; i++)
		close(fds[i]);
}

static int
fake_on_hello(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *why, size_t size)
{
	struct fake *f = arg;
	struct frame_writer w;

	(void)h;
	frame_get_u16(r, "version");
	frame_get_u32(r, "pid");
	if (frame_read_end(r, why, size) == -1)
		return -1;
	frame_begin(&w, MSG_HTTP_CONF, 0);
	frame_put_str(&w, f->user);
	frame_put_str(&w, f->password);
	frame_put_str(&w, f->cert);
	frame_put_str(&w, f->key);
	frame_put_u32(&w, f->connections);
	frame_put_u32(&w, f->of_address);
	chan_send(f->chan, &w);
	return 0;
}

static int
fake_on_ready(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *why, size_t size)
{
	struct fake *f = arg;
	FILE *out;

	(void)h;
	frame_get_u8(r, "walls");
	if (frame_read_end(r, why, size) == -1)
		return -1;
	if ((out = fopen(f->ready, "w")) == NULL)
		err(1, "%s", f->ready);
	fprintf(out, "%d %d\n", f->port, (int)f->pid);
	fclose(out);
	return 0;
}

static int
fake_on_pong(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *why, size_t size)
{
	(void)arg;
	(void)h;
	if (frame_read_end(r, why, size) == -1)
		return -1;
	log_info("it lives");
	return 0;
}

static void
fake_broken_cb(void *arg, const char *reason)
{
	struct fake *f = arg;

	warnx("channel: %s", reason);
	event_base_loopbreak(f->base);
}

static void
fake_reply(struct fake *f, int code, const char *text)
{
	evbuffer_add_printf(bufferevent_get_output(f->line), "%03d %s\n", code,
	    text);
}

static void
fake_container(struct fake *f, const char *name)
{
	char path[512], data[LINE_REPLY_MAX];
	FILE *in = NULL;

	if (f->folder != NULL) {
		snprintf(path, sizeof(path), "%s/%.255s.json", f->folder, name);
		in = fopen(path, "r");
	}
	if (in == NULL || fgets(data, sizeof(data), in) == NULL) {
		fake_reply(f, 404, "no such task or instance");
	} else {
		data[strcspn(data, "\n")] = '\0';
		evbuffer_add_printf(bufferevent_get_output(f->line),
		    "200-%s\n200 a task\n", data);
	}
	if (in != NULL)
		fclose(in);
}

static void
fake_status(struct fake *f)
{
	static const char *const names[] = { "zookeeper", "kafka" };
	struct evbuffer *out = bufferevent_get_output(f->line);
	int i;

	evbuffer_add_printf(out,
	    "200-{\"daemon\":{\"version\":\"0.1\",\"mode\":\"active\","
	    "\"connected\":true,\"saved\":true,\"behind\":false}}\n");
	for (i = 0; i < 2; i++)
		evbuffer_add_printf(out,
		    "200-{\"service\":\"%s\",\"wanted\":%d,\"ready\":%d}\n",
		    names[i], f->count[i], f->count[i]);
	fake_reply(f, 200, "2 services");
}

static void
fake_answer(struct fake *f, char *line)
{
	char *as[3], *verb, *a, *b, *save, text[128];
	int i, n, kafka;

	for (i = 0; i < 3; i++)
		as[i] = strtok_r(i == 0 ? line : NULL, " ", &save);
	verb = strtok_r(NULL, " ", &save);
	a = strtok_r(NULL, " ", &save);
	b = strtok_r(NULL, " ", &save);
	if (verb != NULL && strcmp(verb, "status") == 0) {
		fake_status(f);
		return;
	}
	if (as[2] == NULL || strcmp(as[0], "as") != 0 || a == NULL) {
		fake_reply(f, 400, "no command");
		return;
	}
	n = b != NULL ? atoi(b) : atoi(a);
	kafka = strcmp(a, "kafka") == 0;
	snprintf(text, sizeof(text), "refused with %d", n);
	if (strcmp(verb, "container") == 0) {
		fake_container(f, a);
	} else if (strcmp(verb, "reflate") == 0) {
		fake_reply(f, 200, "reflated");
	} else if (n >= 400 && n < 600) {
		fake_reply(f, n, text);
	} else if (strcmp(verb, "kill") == 0) {
		if (strcmp(a, "2") == 0 || strcmp(a, "kafka-0.2") == 0)
			fake_reply(f, 200, "killed");
		else
			fake_reply(f, 404, "no such task or instance");
	} else {
		snprintf(text, sizeof(text), "%s: %d to %d", a, f->count[kafka],
		    n);
		f->count[kafka] = n;
		fake_reply(f, 200, text);
	}
}

/* What is told here may be another thing the next time, always. */
static void
fake_changed(struct fake *f)
{
	struct frame_writer w;

	frame_begin(&w, MSG_HTTP_CHANGED, 0);
	chan_send(f->chan, &w);
}

static void
fake_line_cb(struct bufferevent *bev, void *arg)
{
	struct fake *f = arg;
	char *line;

	while ((line = evbuffer_readln(bufferevent_get_input(bev), NULL,
		    EVBUFFER_EOL_LF)) != NULL) {
		/* What it wants to know itself is no client's line. */
		if (strncmp(line, "as - - ", 7) != 0)
			fprintf(f->lines, "%s\n", line);
		else
			log_info("for itself: %s", line + 7);
		fflush(f->lines);
		if (!f->silent)
			fake_answer(f, line);
		free(line);
		fake_changed(f);
	}
}

static void
fake_signal_cb(evutil_socket_t sig, short what, void *arg)
{
	struct fake *f = arg;
	struct frame_writer w;

	(void)what;
	switch (sig) {
	case SIGHUP:
		frame_begin(&w, MSG_HTTP_RELOAD, 0);
		chan_send(f->chan, &w);
		break;
	case SIGUSR1:
		f->silent = !f->silent;
		break;
	case SIGUSR2:
		frame_begin(&w, MSG_PING, 0);
		chan_send(f->chan, &w);
		break;
	default:
		event_base_loopbreak(f->base);
		break;
	}
}

static void
fake_options(struct fake *f, int argc, char *argv[])
{
	int ch;

	while ((ch = getopt(argc, argv, "fk:r:l:a:u:w:c:e:n:p:")) != -1) {
		switch (ch) {
		case 'f':
			close(fake_listen(f));
			printf("%d\n", f->port);
			exit(0);
		case 'k':
			f->kafkad = optarg;
			break;
		case 'r':
			f->ready = optarg;
			break;
		case 'l':
			if ((f->lines = fopen(optarg, "w")) == NULL)
				err(1, "%s", optarg);
			break;
		case 'a':
			f->folder = optarg;
			break;
		case 'u':
			f->user = optarg;
			break;
		case 'w':
			f->password = optarg;
			break;
		case 'c':
			f->cert = optarg;
			break;
		case 'e':
			f->key = optarg;
			break;
		case 'n':
			f->connections = (uint32_t)atoi(optarg);
			break;
		case 'p':
			f->of_address = (uint32_t)atoi(optarg);
			break;
		default:
			errx(2, "see the source for its options");
		}
	}
	if (f->kafkad == NULL || f->ready == NULL || f->lines == NULL)
		errx(2, "-k, -r and -l are needed");
}

int
main(int argc, char *argv[])
{
	static const char hello[] = "220 kafkad 0.1 protocol 1\n";
	static const int sigs[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGINT };
	static const chan_handler handlers[MSG_MAX] = {
		[MSG_HELLO] = fake_on_hello,
		[MSG_READY] = fake_on_ready,
		[MSG_PONG] = fake_on_pong,
	};
	struct fake f = { .connections = 1024,
		.of_address = 512,
		.user = "",
		.password = "",
		.cert = "",
		.key = "",
		.count = { 1, 3 } };
	struct event *ev[5];
	int i, sv[2], lv[2], wv[2], status = 0;

	signal(SIGPIPE, SIG_IGN);
	log_init("fakeparent", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	fake_options(&f, argc, argv);
	f.base = event_base_new();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lv) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, wv) == -1)
		err(1, "socketpair");
	fake_start(&f, sv[1], lv[1], wv[1]);
	/* Nothing happens here. */
	if (write(wv[0], hello, sizeof(hello) - 1) == -1)
		err(1, "write");
	f.chan = chan_new(f.base, sv[0], PROC_PARENT, PROC_HTTP, handlers,
	    fake_broken_cb, &f);
	evutil_make_socket_nonblocking(lv[0]);
	f.line = bufferevent_socket_new(f.base, lv[0], BEV_OPT_CLOSE_ON_FREE);
	if (f.chan == NULL || f.line == NULL)
		errx(1, "no memory");
	bufferevent_setcb(f.line, fake_line_cb, NULL, NULL, &f);
	bufferevent_enable(f.line, EV_READ | EV_WRITE);
	fake_reply(&f, 220, "kafkad 0.1 protocol 1");
	for (i = 0; i < 5; i++) {
		ev[i] = evsignal_new(f.base, sigs[i], fake_signal_cb, &f);
		evsignal_add(ev[i], NULL);
	}
	event_base_dispatch(f.base);
	chan_free(f.chan);
	bufferevent_free(f.line);
	close(wv[0]);
	waitpid(f.pid, &status, 0);
	for (i = 0; i < 5; i++)
		event_free(ev[i]);
	event_base_free(f.base);
	fclose(f.lines);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
