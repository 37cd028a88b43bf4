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

#ifndef SHIM_ENUMS_H
#define SHIM_ENUMS_H

/*
 * The part of mesos.proto that a TaskStatus is made of: which fields there
 * are, in which order, and the numbers of enums.
 */
struct enum_value {
	const char *name;
	int number;
};

struct message {
	/* Ended by a field without a name. */
	const struct field {
		const char *name;
		const struct message *message; /* that it holds, or NULL */
		const struct enum_value *values; /* ended by NULL, or NULL */
	} * fields;
};

extern const struct message message_task_status;

#endif
