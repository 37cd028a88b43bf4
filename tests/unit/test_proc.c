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
 * The parent's children, of which this program itself plays one that does not
 * keep to the order of the handshake.
 */

#include <sys/wait.h>

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"
#include "proc.h"

/* Where the child finds what it is to say, one letter a frame. */
#define SAYS_FILENO (CHAN_FILENO + 2)

struct seen {
	const char *says;
	int pipe[2];
	int configured;
	int ready;
	int lost;
};

static const chan_handler nothing[MSG_MAX];

static void
child_broken(void *arg, const char *reason)
{
	(void)reason;
	event_base_loopbreak(arg);
}

static int
child_main(void)
{
	struct event_base *base = event_base_new();
	struct frame_writer w;
	char says[16];
	ssize_t i, n = read(SAYS_FILENO, says, sizeof(says));
	struct chan *c = chan_new(base, CHAN_FILENO, PROC_HTTP, PROC_PARENT,
	    nothing, child_broken, base);

	for (i = 0; i < n; i++) {
		frame_begin(&w, says[i] == 'h' ? MSG_HELLO : MSG_READY, 0);
		if (says[i] == 'h') {
			frame_put_u16(&w, FRAME_VERSION);
			frame_put_u32(&w, (uint32_t)getpid());
		} else {
			frame_put_u8(&w, WALL_CALLS);
		}
		chan_send(c, &w);
	}
	event_base_dispatch(base);
	chan_free(c);
	event_base_free(base);
	return 0;
}

static int
says_prepare(void *arg, int fds[PROC_FDS])
{
	struct seen *s = arg;
	size_t len = strlen(s->says);

	assert_int_equal(pipe2(s->pipe, O_CLOEXEC), 0);
	assert_int_equal(write(s->pipe[1], s->says, len), len);
	fds[0] = s->pipe[0];
	return 1;
}

static void
says_started(void *arg, bool good)
{
	struct seen *s = arg;

	assert_true(good);
	close(s->pipe[0]);
	close(s->pipe[1]);
}

static void
seen_configure(void *arg, struct chan *chan)
{
	struct seen *s = arg;

	(void)chan;
	s->configured++;
}

static void
seen_ready(void *arg)
{
	struct seen *s = arg;

	s->ready++;
}

static void
seen_lost(void *arg)
{
	struct seen *s = arg;

	s->lost++;
}

/* What the parent has seen of a child that says this, and whether it lives. */
static bool
play(const char *says, struct seen *s)
{
	struct proc_conf conf = {
		.id = PROC_HTTP,
		.self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
		.handlers = nothing,
		.configure = seen_configure,
		.ready = seen_ready,
		.lost = seen_lost,
		.prepare = says_prepare,
		.started = says_started,
		.arg = s,
	};
	struct event_base *base = event_base_new();
	const struct timeval pause = { .tv_usec = 5000 };
	struct proc *p;
	siginfo_t info = { .si_pid = 0 };
	int i;

	*s = (struct seen) { .says = says };
	p = proc_new(base, &conf);
	assert_non_null(p);
	/* A second is time enough for all that a child says. */
	for (i = 0; i < 200 && info.si_pid == 0; i++) {
		event_base_loopexit(base, &pause);
		event_base_loop(base, EVLOOP_ONCE);
		waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
	}
	proc_free(p);
	event_base_free(base);
	close(conf.self);
	return info.si_pid == 0;
}

static void
test_order(void **state)
{
	struct seen s;

	(void)state;
	assert_true(play("hr", &s));
	assert_int_equal(s.configured, 1);
	assert_int_equal(s.ready, 1);
}

/* Each HELLO is answered with the configuration: only the first one is. */
static void
test_twice(void **state)
{
	struct seen s;

	(void)state;
	assert_false(play("hhhh", &s));
	assert_int_equal(s.configured, 1);
	assert_false(play("hrh", &s));
	assert_int_equal(s.configured, 1);
	assert_int_equal(s.lost, 1);
	assert_false(play("hrrr", &s));
	assert_int_equal(s.ready, 1);
	assert_int_equal(s.lost, 1);
}

static void
test_too_early(void **state)
{
	struct seen s;

	(void)state;
	assert_false(play("r", &s));
	assert_int_equal(s.configured, 0);
	assert_int_equal(s.ready, 0);
}

/* The times of the first ones: tests/integration/27-children.sh */
static void
test_delay(void **state)
{
	static const int64_t want[] = { 100, 200, 400, 800, 1600, 3200, 6400,
		12800, 25600, 30000, 30000, 30000 };
	int64_t delay = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		delay = proc_delay(delay);
		assert_int_equal(delay, want[i]);
	}
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_too_early),
		cmocka_unit_test(test_delay),
	};

	if (argc > 1 && strcmp(argv[1], "-x") == 0)
		return child_main();
	signal(SIGPIPE, SIG_IGN);
	log_init("parent", LOG_SINK_STDERR, LOG_LEVEL_ERR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
