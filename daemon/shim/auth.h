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

#ifndef SHIM_AUTH_H
#define SHIM_AUTH_H

#include <stdbool.h>

/* Who may use the routes: one user, or anybody. */
struct auth;

/*
 * user and password are not kept but for their digests, and the user's name
 * for the log; if one of them is empty, anybody may. NULL without memory.
 */
struct auth *auth_new(const char *user, const char *password);
void auth_free(struct auth *a);

/* Whether there are credentials at all. */
bool auth_needed(const struct auth *a);

/* The user, for the log, or NULL if anybody may. */
const char *auth_user(const struct auth *a);

/*
 * Whether the value of the header Authorization (NULL: there is none) lets
 * in. It takes as long whatever is wrong.
 */
bool auth_check(const struct auth *a, const char *header);

/*
 * What the page has, and a request of another site cannot know: random, and
 * another one in each process.
 */
const char *auth_token(const struct auth *a);
/* Whether s (NULL: there is none) is that; as long whatever is wrong. */
bool auth_token_check(const struct auth *a, const char *s);

#endif
