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
 * Tests of a channel: what the table of messages does not allow breaks it
 * before any handler runs, however the bytes arrive; and it breaks once.
 */

#include <sys/socket.h>
#include <sys/wait.h>

#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chan.h"
#include "log.h"

/* The parent's end of a channel; the test writes at the other. */
struct side {
	struct event_base *base;
	struct chan *chan;
	int fd;
	int handled;
	int broken;
	uint32_t last_id;
	size_t pending; /* bytes for the peer, when a PING was handled */
	char reason[1024];
};

static int
on_message(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct side *s = arg;

	s->handled++;
	s->last_id = h->id;
	frame_get_str(r, s->reason, sizeof(s->reason), "message");
	return frame_read_end(r, err, size);
}

static void
on_broken(void *arg, const char *reason)
{
	struct side *s = arg;

	s->broken++;
	snprintf(s->reason, sizeof(s->reason), "%s", reason);
}

static const chan_handler handlers[MSG_MAX] = {
	[MSG_ERROR] = on_message,
};

static int
on_ping(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t size)
{
	struct side *s = arg;

	(void)h;
	s->handled++;
	/* The answer. */
	s->pending = chan_pending(s->chan);
	return frame_read_end(r, err, size);
}

static const chan_handler ping_handlers[MSG_MAX] = {
	[MSG_PING] = on_ping,
};

static void
side_open_as(struct side *s, enum proc_id self, enum proc_id peer,
    const chan_handler *table)
{
	int fds[2];

	memset(s, 0, sizeof(*s));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	s->base = event_base_new();
	s->fd = fds[1];
	s->chan = chan_new(s->base, fds[0], self, peer, table, on_broken, s);
	assert_non_null(s->chan);
}

static void
side_open(struct side *s)
{
	side_open_as(s, PROC_PARENT, PROC_MESOS, handlers);
}

static void
side_close(struct side *s)
{
	chan_free(s->chan);
	event_base_free(s->base);
	if (s->fd != -1)
		close(s->fd);
}

static void
turn(struct side *s)
{
	int i;

	for (i = 0; i < 5; i++)
		event_base_loop(s->base, EVLOOP_NONBLOCK);
}

static void
send_raw(struct side *s, const void *p, size_t len)
{
	assert_int_equal(write(s->fd, p, len), (ssize_t)len);
}

/* A good message: MSG_ERROR with a text. */
static void
good(struct frame_writer *w, uint32_t id, const char *text)
{
	frame_begin(w, MSG_ERROR, id);
	frame_put_str(w, text);
	assert_int_equal(frame_finish(w), 0);
}

static void
test_good(void **state)
{
	struct frame_writer w, x;
	struct side s;

	(void)state;
	side_open(&s);
	good(&w, 7, "one");
	good(&x, 8, "two");
	send_raw(&s, w.buf, w.len);
	send_raw(&s, x.buf, x.len);
	turn(&s);
	assert_int_equal(s.handled, 2);
	assert_int_equal(s.last_id, 8);
	assert_string_equal(s.reason, "two");
	assert_int_equal(s.broken, 0);
	frame_free(&w);
	frame_free(&x);
	side_close(&s);
}

static void
test_byte_by_byte(void **state)
{
	struct frame_writer w;
	struct side s;
	size_t i;

	(void)state;
	side_open(&s);
	good(&w, 7, "slow");
	for (i = 0; i < w.len; i++) {
		assert_int_equal(s.handled, 0);
		send_raw(&s, w.buf + i, 1);
		turn(&s);
	}
	assert_int_equal(s.handled, 1);
	assert_string_equal(s.reason, "slow");
	frame_free(&w);
	side_close(&s);
}

/* Sends a good frame with one number of its header changed. */
static void
check_bent(size_t at, uint8_t to, const char *want)
{
	/* Payloads are the handler's to refuse. */
	int handled = at >= FRAME_HEADER;
	struct frame_writer w;
	struct side s;

	side_open(&s);
	good(&w, 7, "text");
	w.buf[at] = to;
	send_raw(&s, w.buf, w.len);
	turn(&s);
	assert_int_equal(s.handled, handled);
	assert_int_equal(s.broken, 1);
	if (strstr(s.reason, want) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", want, s.reason);
	/* Nothing that comes later is heard. */
	frame_free(&w);
	good(&w, 8, "more");
	send_raw(&s, w.buf, w.len);
	turn(&s);
	close(s.fd);
	s.fd = -1;
	turn(&s);
	assert_int_equal(s.handled, handled);
	assert_int_equal(s.broken, 1);
	frame_free(&w);
	side_close(&s);
}

static void
test_refused(void **state)
{
	(void)state;
	(void)state;
	check_bent(0, 0xff, "a length of 4278190104, not 16 to 1048576");
	check_bent(3, 15, "wrong frame: a length of 15, not 16 to 1048576");
	check_bent(3, 0, "wrong frame: a length of 0, not");
	/* Less than a string, and more than its text may be. */
	check_bent(3, 19,
	    "frame ERROR of 19 bytes: 3 bytes after its header, not 4 to 515");
	check_bent(2, 9, "2312 bytes after its header, not 4 to 515");
	check_bent(4, 9, " of 24 bytes: unknown type");
	check_bent(5, MSG_NONE, "wrong frame 0 of 24 bytes: unknown type");
	check_bent(5, MSG_MAX, "unknown type");
	check_bent(5, MSG_KILL,
	    "wrong frame KILL of 24 bytes: mesos may not send it to parent");
	check_bent(5, MSG_LOG_LEVEL, "LOG_LEVEL of 24 bytes: mesos may not");
	check_bent(5, MSG_RESCIND, "RESCIND of 24 bytes: no handler");
	check_bent(7, 2, "frame ERROR of 24 bytes: version 2 instead of 1");
	check_bent(7, 0, "frame ERROR of 24 bytes: version 0 instead of 1");
	check_bent(19, 5, "frame ERROR of 24 bytes: field 'message': cut off");
	check_bent(19, 3, "frame ERROR of 24 bytes: 1 bytes too many");
	check_bent(21, 0,
	    "frame ERROR of 24 bytes: field 'message': has a NUL");
}

/* The header alone is enough to refuse: the rest is not waited for. */
static void
test_refused_early(void **state)
{
	static const uint8_t huge[FRAME_HEADER] = { 0, 16, 0, 1, 0, MSG_OFFER,
		0, 1 };
	struct side s;

	(void)state;
	side_open(&s);
	send_raw(&s, huge, sizeof(huge));
	turn(&s);
	assert_int_equal(s.broken, 1);
	side_close(&s);
}

static void
test_closed(void **state)
{
	struct frame_writer w;
	struct side s;

	(void)state;
	side_open(&s);
	good(&w, 7, "last words");
	send_raw(&s, w.buf, w.len);
	send_raw(&s, w.buf, w.len - 1);
	close(s.fd);
	s.fd = -1;
	turn(&s);
	assert_int_equal(s.handled, 1);
	assert_int_equal(s.broken, 1);
	assert_string_equal(s.reason, "channel closed");
	frame_free(&w);
	side_close(&s);
}

/* A bad frame and the end of the channel in one go: told once. */
static void
test_bad_and_closed(void **state)
{
	struct frame_writer w;
	struct side s;

	(void)state;
	side_open(&s);
	good(&w, 7, "text");
	w.buf[7] = 9;
	send_raw(&s, w.buf, w.len);
	close(s.fd);
	s.fd = -1;
	turn(&s);
	assert_int_equal(s.handled, 0);
	assert_int_equal(s.broken, 1);
	frame_free(&w);
	side_close(&s);
}

static void
test_send(void **state)
{
	struct frame_writer w;
	struct frame_header h;
	uint8_t raw[64];
	struct side s;

	(void)state;
	side_open(&s);
	frame_begin(&w, MSG_RESCIND, 1);
	frame_free(&w);
	frame_begin(&w, MSG_SUBSCRIBE, 3);
	frame_put_str(&w, "F");
	frame_put_str(&w, "r");
	frame_put_bool(&w, false);
	frame_put_str(&w, "");
	frame_put_bool(&w, true);
	chan_send(s.chan, &w);
	assert_int_equal(chan_pending(s.chan), 32);
	turn(&s);
	assert_int_equal(chan_pending(s.chan), 0);
	assert_int_equal(read(s.fd, raw, sizeof(raw)), 32);
	assert_int_equal(frame_header_parse(raw, &h), 0);
	assert_int_equal(h.type, MSG_SUBSCRIBE);
	assert_int_equal(h.id, 3);
	side_close(&s);
}

/* Somebody who never reads does not make us hold ever more. */
static void
test_never_read(void **state)
{
	static const uint8_t much[FRAME_MAX / 2];
	struct frame_writer w;
	struct side s;
	int i;

	(void)state;
	side_open(&s);
	for (i = 0; i < 1000 && s.broken == 0; i++) {
		frame_begin(&w, MSG_ACCEPT, 1);
		frame_put_bytes(&w, much, sizeof(much));
		chan_send(s.chan, &w);
		/* It is told later, and only once. */
		assert_int_equal(s.broken, 0);
		turn(&s);
	}
	assert_int_equal(s.broken, 1);
	assert_string_equal(s.reason, "it does not read what it is sent");
	assert_in_range(i, 200, 300);
	side_close(&s);
}

/* A child answers a sign of life with another; it may hear of it, too. */
static void
check_ping(const chan_handler *table, int handled)
{
	struct frame_writer w;
	struct frame_header h;
	uint8_t raw[64];
	struct side s;

	side_open_as(&s, PROC_HTTP, PROC_PARENT, table);
	frame_begin(&w, MSG_PING, 5);
	assert_int_equal(frame_finish(&w), 0);
	send_raw(&s, w.buf, w.len);
	frame_free(&w);
	turn(&s);
	assert_int_equal(s.broken, 0);
	assert_int_equal(s.handled, handled);
	if (handled > 0)
		assert_int_equal(s.pending, FRAME_HEADER);
	assert_int_equal(read(s.fd, raw, sizeof(raw)), FRAME_HEADER);
	assert_int_equal(frame_header_parse(raw, &h), 0);
	assert_int_equal(h.type, MSG_PONG);
	assert_int_equal(h.id, 5);
	side_close(&s);
}

static void
test_ping(void **state)
{
	(void)state;
	check_ping(handlers, 0);
	check_ping(ping_handlers, 1);
}

/* What we may not send ends us: it is our own mistake. */
static void
check_send_fatal(uint16_t type, const char *text)
{
	struct frame_writer w;
	struct side s;
	int status;
	pid_t pid;

	side_open(&s);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(9);
		frame_begin(&w, type, 1);
		if (text != NULL)
			frame_put_str(&w, text);
		chan_send(s.chan, &w);
		_exit(0);
	}
	assert_int_not_equal(pid, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	side_close(&s);
}

static void
test_send_fatal(void **state)
{
	(void)state;
	check_send_fatal(MSG_RESCIND, "O1");
	check_send_fatal(MSG_MAX, NULL);
	check_send_fatal(MSG_SUPPRESS, "too much");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_byte_by_byte),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_early),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_bad_and_closed),
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_never_read),
		cmocka_unit_test(test_ping),
		cmocka_unit_test(test_send_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
