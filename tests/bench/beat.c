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
 * beat: the bare limit of an idle kafkad: three processes that do no more than
 * they must. The first, on libevent alone, asks both others every so many ms
 * for a sign of life, as kafkad's parent does, and they answer; one of them is
 * on libcurl and reads, too, what a master says as often as told. The master
 * is another process, which does not count. They end when the first is ended.
 *
 *	beat ASK-MS HEARTBEAT-MS	prints the pids of the three
 */

#include <sys/socket.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <err.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OTHERS 2
#define FRAME 16

static struct bufferevent *others[OTHERS];

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	static const char frame[FRAME];
	int i;

	(void)fd;
	(void)what;
	(void)arg;
	for (i = 0; i < OTHERS; i++)
		bufferevent_write(others[i], frame, sizeof(frame));
}

static void
answer_cb(struct bufferevent *bev, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(bev);

	(void)arg;
	evbuffer_drain(in, evbuffer_get_length(in));
}

static void
ask_cb(struct bufferevent *bev, void *arg)
{
	(void)arg;
	bufferevent_write_buffer(bev, bufferevent_get_input(bev));
}

static void
end_cb(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	(void)what;
	(void)arg;
	exit(0);
}

static struct bufferevent *
talk(struct event_base *base, int fd, bufferevent_data_cb cb)
{
	struct bufferevent *bev;

	evutil_make_socket_nonblocking(fd);
	bev = bufferevent_socket_new(base, fd, BEV_OPT_DEFER_CALLBACKS);
	if (bev == NULL)
		errx(1, "no memory");
	bufferevent_setcb(bev, cb, NULL, end_cb, NULL);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
	return bev;
}

/* As http does while nobody asks. */
static void
answer(int fd)
{
	struct event_base *base = event_base_new();

	talk(base, fd, ask_cb);
	event_base_dispatch(base);
}

static size_t
ignore(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

/* As mesos does: the stream does not end before the master. */
static void
listen_to(int fd, int port)
{
	struct curl_waitfd wait = { .fd = fd, .events = CURL_WAIT_POLLIN };
	int running = 1, ready;
	CURLM *multi = curl_multi_init();
	CURL *e = curl_easy_init();
	char url[64], frame[FRAME];
	ssize_t n = 0;

	if (multi == NULL || e == NULL)
		errx(1, "no memory");
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, ignore);
	curl_multi_add_handle(multi, e);
	for (;;) {
		curl_multi_perform(multi, &running);
		if (running == 0)
			return;
		wait.revents = 0;
		curl_multi_poll(multi, &wait, 1, 600000, &ready);
		if (wait.revents == 0)
			continue;
		if ((n = read(fd, frame, sizeof(frame))) <= 0 ||
		    write(fd, frame, (size_t)n) != n)
			return;
	}
}

static void
say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		_exit(0);
}

/* One stream, with a heartbeat every so many ms; until its reader goes. */
static void
serve(int listener, int ms)
{
	int fd = accept(listener, NULL, NULL);
	struct pollfd gone = { .fd = fd, .events = POLLIN };
	char request[4096];

	if (fd == -1 || read(fd, request, sizeof(request)) <= 0)
		return;
	say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	while (poll(&gone, 1, ms) == 0)
		say(fd, "17\r\n20\n{\"type\":\"HEARTBEAT\"}\r\n");
}

/* Returns the port; who serves it is another process. */
static int
master_start(int ms)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(sin);
	pid_t pid;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(fd, 1) == -1 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		err(1, "socket");
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		serve(fd, ms);
		_exit(0);
	}
	close(fd);
	return ntohs(sin.sin_port);
}

/* Returns our end. port: of the master to listen to, or 0. */
static int
other_start(int port)
{
	int sv[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
		err(1, "socketpair");
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		close(sv[0]);
		if (port != 0)
			listen_to(sv[1], port);
		else
			answer(sv[1]);
		_exit(0);
	}
	close(sv[1]);
	printf(" %d", (int)pid);
	fflush(stdout);
	return sv[0];
}

int
main(int argc, char **argv)
{
	struct timeval tv = { 0, 0 };
	struct event_base *base;
	int i, fd[OTHERS], ask, heartbeat;
	struct event *timer;

	if (argc != 3 || (ask = atoi(argv[1])) <= 0 ||
	    (heartbeat = atoi(argv[2])) <= 0)
		errx(2, "usage: beat ASK-MS HEARTBEAT-MS");
	tv.tv_sec = ask / 1000;
	tv.tv_usec = ask % 1000 * 1000;
	printf("%d", (int)getpid());
	fflush(stdout);
	fd[0] = other_start(master_start(heartbeat));
	fd[1] = other_start(0);
	printf("\n");
	fflush(stdout);
	base = event_base_new();
	for (i = 0; i < OTHERS; i++)
		others[i] = talk(base, fd[i], answer_cb);
	timer = event_new(base, -1, EV_PERSIST, timer_cb, NULL);
	event_add(timer, &tv);
	event_base_dispatch(base);
	return 0;
}
