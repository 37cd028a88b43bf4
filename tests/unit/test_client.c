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
 * Tests of kafkactl's end of the socket against a kafkad that hangs: here a
 * socket at which nobody looks.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ask.h"
#include "scratch.h"

#define FULL 64 /* more than wait to be accepted */
#define LONG 60000 /* ms that no test may take */

static char dir[128], path[160], why[256];
static int others[FULL];
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static struct ctl_client client;
static int64_t begun;
static int hung = -1;

static int
setup(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < FULL; i++)
		others[i] = -1;
	scratch_name(dir, sizeof(dir), "test_client");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sock", dir);
	strlcpy(address.sun_path, path, sizeof(address.sun_path));
	hung = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(hung, errno);
	assert_return_code(bind(hung, (struct sockaddr *)&address,
			       sizeof(address)),
	    errno);
	assert_return_code(listen(hung, 4), errno);
	begun = ctl_now();
	/* To hang here is to fail. */
	alarm(LONG / 1000);
	return 0;
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	alarm(0);
	ctl_close(&client);
	for (i = 0; i < FULL; i++) {
		if (others[i] != -1)
			close(others[i]);
	}
	close(hung);
	unlink(path);
	return rmdir(dir);
}

/* Until no other connection is let in. */
static void
fill(void)
{
	size_t i;

	for (i = 0; i < FULL; i++) {
		others[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert_return_code(others[i], errno);
		if (connect(others[i], (struct sockaddr *)&address,
			sizeof(address)) == -1) {
			assert_int_equal(errno, EAGAIN);
			return;
		}
	}
	fail_msg("it is never full");
}

static void
test_connect(void **state)
{
	(void)state;
	fill();
	assert_int_equal(ctl_connect(&client, path, 200, why, sizeof(why)), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_non_null(strstr(why, "cannot reach kafkad at "));
	assert_in_range(ctl_now() - begun, 150, LONG);
}

static void
test_greeting(void **state)
{
	(void)state;
	assert_int_equal(ask_connect(&client, path, 200, why, sizeof(why)), -1);
	assert_string_equal(why, "kafkad does not answer");
}

/* What a socket takes is more than a line; but not for ever. */
static void
test_send(void **state)
{
	char line[LINE_COMMAND_MAX];
	int i, r = 0;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(ctl_connect(&client, path, 200, why, sizeof(why)), 0);
	for (i = 0; i < 100000 && r == 0; i++)
		r = ctl_send(&client, line, why, sizeof(why));
	assert_int_equal(r, -1);
	assert_string_equal(why,
	    "cannot write to kafkad: Connection timed out");
}

/* Also while progress is drawn each second. */
static void
test_ask(void **state)
{
	struct output_style style = { 0 };
	struct line_reply last;
	struct output out;
	FILE *f = fopen("/dev/null", "w");
	int i;

	(void)state;
	assert_non_null(f);
	assert_int_equal(ctl_connect(&client, path, 200, why, sizeof(why)), 0);
	for (i = 0; i < 2; i++) {
		style.in_place = i > 0;
		output_begin(&out, f, &cmd_table[CMD_WAIT], &style);
		assert_int_equal(output_ticks(&out), i > 0);
		assert_int_equal(ask(&client, "wait kafka", 300, &out, &last,
				     why, sizeof(why)),
		    -1);
		assert_string_equal(why, "kafkad does not answer");
		output_drop(&out);
	}
	fclose(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_connect),
		TEST(test_greeting),
		TEST(test_send),
		TEST(test_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
