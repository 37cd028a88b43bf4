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

#ifndef CONFIG_ENVIRONMENT_H
#define CONFIG_ENVIRONMENT_H

#include <stdbool.h>

#include "parser.h"

/* Private to the environment: what its files share. */

#define NVARIABLES 28

struct environment {
	struct parser *ps;
	const char *values[NVARIABLES]; /* NULL: unset, or wrong */
};

struct variable {
	const char *name;
	const char *block; /* of the setting, which it has in a file */
	const char *key; /* NULL: none of its own */
	bool secret;
	void (*set)(struct environment *e, const struct conf_pos *pos,
	    const char *text);
};

/* The value of a variable, or NULL. */
const char *environment_get(const struct environment *e, const char *name);
/* Settings go into this block now. */
void environment_enter(struct parser *ps, const char *block);

/* environment_set.c: settings that are made by several variables. */
void environment_masters(struct environment *e, const struct conf_pos *pos,
    const char *text);
void environment_ssl(struct environment *e, const struct conf_pos *pos,
    const char *text);
void environment_hostnames(struct environment *e);
void environment_volumes(struct environment *e);

#endif
