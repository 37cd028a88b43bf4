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

#ifndef TESTS_FAKE_DAEMON_H
#define TESTS_FAKE_DAEMON_H

#include <sys/types.h>

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "control.h"

/* Nobody's. */
#define OTHER_UID 54321
#define OTHER_GID 54322

#define FAKE_DEADLINE 10000 /* ms that a condition may take */

/* A control socket in a directory of its own, with canned replies. */
struct fake_daemon {
	char dir[128];
	char path[160];
	char lock[192];
	struct event_base *base;
	struct control_conf conf;
	struct control *control;
	bool hold; /* answer no command */
	bool no_list; /* end the reply to list with a refusal */
	bool flood; /* answer watch with more than anyone may leave unread */
	unsigned int commands;
	unsigned int gone;
	bool in_command;
	bool gone_in_command;
	uint32_t last_client;
	struct cmd_call last;
};

/* Makes the directory and the base; the socket is opened by fake_open(). */
void fake_setup(struct fake_daemon *d);
void fake_teardown(struct fake_daemon *d);
void fake_open(struct fake_daemon *d);

/* Runs the event loop for a moment, at most 10 ms. */
void fake_pump(struct fake_daemon *d);
int64_t fake_now(void);

#endif
