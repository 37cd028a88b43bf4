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
 * Clients of fake_daemon.c, for the tests that look at each line. They fail
 * the test when what they wait for does not come.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_client.h"
#include "line.h"

int
fake_join(struct fake_daemon *d)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	strlcpy(addr.sun_path, d->path, sizeof(addr.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_return_code(fd, 0);
	assert_return_code(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
	    0);
	return fd;
}

const char *
fake_line(struct fake_daemon *d, int fd)
{
	static char line[LINE_REPLY_MAX + 2];
	int64_t deadline = fake_now() + FAKE_DEADLINE;
	size_t n = 0, take;
	ssize_t r;
	char *lf;

	while (n < sizeof(line) - 1) {
		r = recv(fd, line + n, sizeof(line) - 1 - n, MSG_PEEK);
		if (r == 0)
			return n == 0 ? "EOF" : "cut";
		if (r == -1 && errno == ECONNRESET)
			return "EOF";
		if (r == -1) {
			if (fake_now() > deadline)
				fail_msg("no line came");
			fake_pump(d);
			continue;
		}
		lf = memchr(line + n, '\n', (size_t)r);
		take = lf != NULL ? (size_t)(lf - line) - n + 1 : (size_t)r;
		assert_int_equal(read(fd, line + n, take), take);
		n += take;
		if (lf != NULL) {
			*lf = '\0';
			return line;
		}
	}
	return "long";
}

void
fake_expect(struct fake_daemon *d, int fd, const char *want)
{
	assert_string_equal(fake_line(d, fd), want);
}

void
fake_say(int fd, const char *s)
{
	assert_int_equal(send(fd, s, strlen(s), MSG_NOSIGNAL), strlen(s));
}

int
fake_greeted(struct fake_daemon *d)
{
	int fd = fake_join(d);

	fake_expect(d, fd, "220 kafkad 0.1 protocol 1");
	return fd;
}

void
fake_await(struct fake_daemon *d, const unsigned int *count, unsigned int want)
{
	int64_t deadline = fake_now() + FAKE_DEADLINE;

	while (*count < want) {
		if (fake_now() > deadline)
			fail_msg("%u instead of %u", *count, want);
		fake_pump(d);
	}
	assert_int_equal(*count, want);
}
