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
 * beat: three processes that do nothing but live, on libevent alone, to
 * compare with. The first asks both others every so many ms for a sign of
 * life, as kafkad's parent does; they answer. They end when it is ended.
 *
 *	beat MS		prints their pids
 */

#include <sys/socket.h>

#include <err.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Returns our end. */
static int
other_start(void)
{
	struct event_base *base;
	int sv[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
		err(1, "socketpair");
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		close(sv[0]);
		base = event_base_new();
		talk(base, sv[1], ask_cb);
		event_base_dispatch(base);
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
	struct event *timer;
	int i, fd[OTHERS], ms;

	if (argc != 2 || (ms = atoi(argv[1])) <= 0)
		errx(2, "usage: beat MS");
	tv.tv_sec = ms / 1000;
	tv.tv_usec = ms % 1000 * 1000;
	printf("%d", (int)getpid());
	fflush(stdout);
	for (i = 0; i < OTHERS; i++)
		fd[i] = other_start();
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
