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

#ifndef CTL_HINT_H
#define CTL_HINT_H

#include <stdbool.h>

#include "client.h"
#include "cmd.h"

/* What was tried, for a hint to those whom it failed. */
struct hint {
	const char *path; /* of the socket */
	bool searched; /* it is a default; nobody named it */
	const struct cmd_call *call;
	struct ctl_client *client; /* NULL: it cannot be asked */
};

/*
 * All write to stderr what may help, after the message; or nothing. For a
 * socket that could not be used, with the errno; 0: the connection broke.
 */
void hint_lost(const struct hint *h, int error);

/* For a connection that was refused with a code and its text. */
void hint_shut_out(const struct hint *h, int code);

/* The same for a command. It may ask kafkad what there is. */
void hint_refused(const struct hint *h, int code, const char *text);

/* For a command that does not exist: what begins like it. */
void hint_command(const char *name);

#endif
