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

#ifndef MESOS_MASTER_H
#define MESOS_MASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MASTER_HOST_MAX 256
#define MASTER_NAME_MAX (MASTER_HOST_MAX + 10) /* "[host]:port" */
#define MASTER_URL_MAX (MASTER_NAME_MAX + 40)

/* Where a master listens. An IPv6 address stands without its brackets. */
struct master_addr {
	bool https;
	char host[MASTER_HOST_MAX];
	uint16_t port;
};

/*
 * "http[s]://host[:port]"; without a port it is 5050. Returns 0, or -1 with
 * a text in *why.
 */
int master_addr_parse(struct master_addr *a, const char *url, const char **why);

/* "host:port", for people, and the URL of the scheduler API. */
void master_addr_name(const struct master_addr *a, char *buf, size_t size);
void master_addr_url(const struct master_addr *a, char *buf, size_t size);

/*
 * The masters we know and the one to ask next: those of the configuration in
 * turn, and the leader to which one of them redirected. Pure.
 */
struct masters;

/*
 * guarded: requests carry credentials and the connection does not prove whom
 * we talk to, so a redirect is followed to configured masters only. Returns
 * NULL with a text in err.
 */
struct masters *masters_new(char *const *urls, size_t n, bool guarded,
    char *err, size_t err_size);
void masters_free(struct masters *m);

/* The one to ask now; valid until another call changes it. */
const struct master_addr *masters_current(const struct masters *m);

/* The current one did not do: the next of the configuration comes. */
void masters_failed(struct masters *m);

/* The current one is the leader: a redirect may come afresh. */
void masters_found(struct masters *m);

enum redirect {
	REDIRECT_FOLLOW, /* masters_current() is the leader now */
	REDIRECT_RETRY, /* nobody leads yet, or they disagree: later */
	REDIRECT_REFUSED /* somebody must act: text says what */
};

/*
 * The current master answered 307 with this Location (NULL: none). text says
 * what is wrong unless it is followed.
 */
enum redirect masters_redirect(struct masters *m, const char *location,
    char *text, size_t size);

#endif
