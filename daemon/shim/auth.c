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
 * Part of the http process: Basic credentials. They are kept
 * as digests of one length, so that comparing them tells neither
 * their length nor how much of a guess is right.
 */

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth.h"

#define DIGEST 32
#define TOKEN 16 /* bytes */

struct auth {
	char *user; /* NULL: anybody may */
	unsigned char user_digest[DIGEST];
	unsigned char password_digest[DIGEST];
	char token[2 * TOKEN + 1];
};

static int
digest(const void *p, size_t len, unsigned char out[DIGEST])
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, p, len, out) < 0 ? -1 : 0;
}

static int
token_make(char token[2 * TOKEN + 1])
{
	unsigned char bytes[TOKEN];
	size_t i;

	if (gnutls_rnd(GNUTLS_RND_KEY, bytes, sizeof(bytes)) < 0)
		return -1;
	for (i = 0; i < TOKEN; i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

struct auth *
auth_new(const char *user, const char *password)
{
	struct auth *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	if (token_make(a->token) == -1) {
		auth_free(a);
		return NULL;
	}
	if (user[0] == '\0' || password[0] == '\0')
		return a;
	if ((a->user = strdup(user)) == NULL ||
	    digest(user, strlen(user), a->user_digest) == -1 ||
	    digest(password, strlen(password), a->password_digest) == -1) {
		auth_free(a);
		return NULL;
	}
	return a;
}

void
auth_free(struct auth *a)
{
	if (a == NULL)
		return;
	free(a->user);
	freezero(a, sizeof(*a));
}

bool
auth_needed(const struct auth *a)
{
	return a->user != NULL;
}

const char *
auth_user(const struct auth *a)
{
	return a->user;
}

const char *
auth_token(const struct auth *a)
{
	return a->token;
}

bool
auth_token_check(const struct auth *a, const char *s)
{
	return s != NULL && strlen(s) == 2 * TOKEN &&
	    gnutls_memcmp(s, a->token, 2 * TOKEN) == 0;
}

/* Compares both, always. p is "user:password". */
static bool
auth_compare(const struct auth *a, const unsigned char *p, size_t len)
{
	const unsigned char *colon = memchr(p, ':', len);
	unsigned char user[DIGEST], password[DIGEST];
	size_t n = colon != NULL ? (size_t)(colon - p) : len;
	size_t rest = colon != NULL ? n + 1 : len;
	int bad = colon == NULL;

	if (digest(p, n, user) == -1 ||
	    digest(p + rest, len - rest, password) == -1)
		return false;
	bad |= gnutls_memcmp(user, a->user_digest, DIGEST) != 0;
	bad |= gnutls_memcmp(password, a->password_digest, DIGEST) != 0;
	explicit_bzero(password, sizeof(password));
	return !bad;
}

bool
auth_check(const struct auth *a, const char *header)
{
	gnutls_datum_t in, out;
	bool good;

	if (a->user == NULL)
		return true;
	if (header == NULL || strncasecmp(header, "Basic ", 6) != 0)
		return false;
	in.data = (unsigned char *)header + 6;
	in.size = (unsigned int)strlen(header + 6);
	if (in.size == 0 || gnutls_base64_decode2(&in, &out) < 0)
		return false;
	good = auth_compare(a, out.data, out.size);
	explicit_bzero(out.data, out.size);
	gnutls_free(out.data);
	return good;
}
