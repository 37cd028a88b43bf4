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
 * Target: what a client of the http process may send, from its socket to the
 * command line and back. The first byte says what the daemon replies,
 * whether there is a password and whether the client ends in order, the second
 * into which pieces the rest, a stream of requests, is cut. The process stays
 * up from one input to the next, as it does in life; no connection may stay.
 */

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "fuzz.h"
#include "line.h"
#include "log.h"
#include "shim/auth.h"
#include "shim/front.h"
#include "shim/lines.h"
#include "shim/server.h"

#define TURNS 4 /* of the event loop after each piece */
#define LIMIT 20 /* ms that a client may take for anything */
#define PORT_TRIES 600
#define PORT_PAUSE 100000 /* us */
#define PATIENCE 5000 /* ms until a closed connection must be gone */

#define STATUS                                                    \
	"200-{\"daemon\":{\"mode\":\"active\",\"saved\":true}}\n" \
	"200-{\"service\":\"kafka\",\"wanted\":3,\"ready\":2}\n200 1\n"

static const char *const replies[] = {
	"200 kafka: 3 to 5\n",
	"200-{\"command\":{\"task_name\":\"k\"},\"status\":\"{}\"}\n200 1\n",
	"404 no such task or instance\n",
	"409 it wants force\n",
	"500 \n",
	"200-[]\n200 \n",
	STATUS,
};

static struct http {
	struct event_base *base;
	struct auth *auth;
	struct lines *lines;
	struct news *news;
	struct server *server;
	struct front *front;
	struct bufferevent *parent;
	struct sockaddr_in addr;
} https[2]; /* without and with a password */
static const char *reply;
static const struct front_limits limits = { .connections = 16,
	.connections_address = 16,
	.handshake = LIMIT,
	.headers = LIMIT,
	.request = LIMIT,
	.idle = LIMIT,
	.unread = LIMIT,
	.linger = LIMIT };

/* The parent gets only what it would take. */
static void
check_command(char *line)
{
	struct cmd_call call;
	struct cmd_error err;
	int i;

	FUZZ_CHECK(line_check(line, strlen(line)) == NULL);
	FUZZ_CHECK(strlen(line) <= LINE_COMMAND_MAX);
	FUZZ_CHECK(strncmp(line, "as ", 3) == 0);
	for (i = 0; i < 3; i++) {
		line = strchr(line, ' ');
		FUZZ_CHECK(line != NULL);
		line++;
	}
	FUZZ_CHECK(cmd_parse(line, NULL, &call, &err) == 0);
	FUZZ_CHECK(call.cmd->shim);
}

static void
parent_cb(struct bufferevent *bev, void *arg)
{
	char *line;

	(void)arg;
	while ((line = evbuffer_readln(bufferevent_get_input(bev), NULL,
		    EVBUFFER_EOL_LF)) != NULL) {
		check_command(line);
		free(line);
		bufferevent_write(bev, reply, strlen(reply));
	}
}

static void
broken_cb(void *arg, const char *reason)
{
	(void)arg;
	(void)reason;
	FUZZ_CHECK(!"the lines are broken");
}

static int
http_listen(struct http *h)
{
	socklen_t len = sizeof(h->addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	h->addr.sin_family = AF_INET;
	h->addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&h->addr, len) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&h->addr, &len) == -1)
		abort();
	return fd;
}

static void
http_open(struct http *h, const char *user, const char *password)
{
	static const char hello[] = "220 kafkad 0.1 protocol 1\n";
	int sv[2];

	signal(SIGPIPE, SIG_IGN);
	log_init("fuzz", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv) == -1)
		abort();
	h->base = event_base_new();
	h->parent =
	    bufferevent_socket_new(h->base, sv[0], BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(h->parent, parent_cb, NULL, NULL, NULL);
	bufferevent_enable(h->parent, EV_READ | EV_WRITE);
	bufferevent_write(h->parent, hello, strlen(hello));
	h->lines = lines_new(h->base, sv[1], LINES_TIMEOUT, broken_cb, NULL);
	h->auth = auth_new(user, password);
	h->news = news_new();
	h->server = server_new(h->base, h->auth, h->lines, h->news);
	h->front = front_new(h->base, http_listen(h), NULL, h->server, &limits);
	FUZZ_CHECK(h->front != NULL);
}

/*
 * It is reset when it is closed, so that its port is free again. Others on
 * this machine may have taken all ports for a while.
 */
static int
http_connect(struct http *h)
{
	const struct linger reset = { .l_onoff = 1 };
	int i, fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == -1)
		err(1, "socket");
	for (i = 0;
	     connect(fd, (struct sockaddr *)&h->addr, sizeof(h->addr)) == -1;
	     i++) {
		if (errno != EADDRNOTAVAIL || i == PORT_TRIES)
			err(1, "connect");
		usleep(PORT_PAUSE);
	}
	return fd;
}

static void
http_turn(struct http *h)
{
	int i;

	for (i = 0; i < TURNS; i++)
		event_base_loop(h->base, EVLOOP_NONBLOCK);
}

/*
 * Nobody is there any more: at once, or when a limit has ended; who followed
 * the news, when there are some.
 */
static void
http_wait(struct http *h)
{
	const struct timeval tick = { .tv_usec = 1000 };
	int i;

	http_turn(h);
	for (i = 0; front_count(h->front) > 0; i++) {
		FUZZ_CHECK(i < PATIENCE);
		news_add(h->news, "{\"text\":\"it goes on\"}");
		event_base_loopexit(h->base, &tick);
		event_base_loop(h->base, EVLOOP_ONCE);
	}
}

/* Whatever comes back begins as an answer does. */
static void
check_answer(int fd)
{
	static const char start[] = "HTTP/";
	char buf[4096];
	ssize_t n;

	n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	if (n < (ssize_t)strlen(start))
		return;
	FUZZ_CHECK(memcmp(buf, start, strlen(start)) == 0);
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		continue;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	uint32_t choice = fuzz_take(&in, 1);
	size_t piece = fuzz_take(&in, 1) * 16 + 1, n;
	struct http *h = &https[choice & 1];
	int fd;

	if (h->base == NULL)
		http_open(h, choice & 1 ? "u" : "", choice & 1 ? "p" : "");
	reply = replies[(choice >> 1) % (sizeof(replies) / sizeof(*replies))];
	fd = http_connect(h);
	for (; in.left > 0; in.p += n, in.left -= n) {
		n = in.left < piece ? in.left : piece;
		if (send(fd, in.p, n, MSG_DONTWAIT | MSG_NOSIGNAL) <= 0)
			break;
		http_turn(h);
	}
	if (choice & 0x80)
		shutdown(fd, SHUT_WR);
	http_turn(h);
	check_answer(fd);
	close(fd);
	http_wait(h);
	return 0;
}
