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

#ifndef MESOS_SETTINGS_H
#define MESOS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

#define MASTERS_MAX 64
#define PORTS_MAX (2 * MASTERS_MAX)

/* What the parent sent in MSG_MESOS_CONF. Times in ms; no string is NULL. */
struct mesos_settings {
	char **masters;
	size_t nmasters;
	char *ca;
	char *cert;
	char *key;
	char *pin;
	bool verify;
	char *username; /* of Basic authentication, with the secret */
	char *secret; /* never logged */
	char *name;
	char *user;
	char *hostname;
	char *webui_url;
	uint64_t failover_timeout;
	uint64_t backoff;
	uint64_t backoff_max;
	uint64_t call_timeout;
	/* All that are needed, with those that redirects led to before. */
	uint16_t ports[PORTS_MAX];
	size_t nports;
	bool walled; /* there is no way to any other port */
};

/* Returns NULL and a text if the frame is not what msg.h says. */
struct mesos_settings *mesos_settings_read(struct frame_reader *r, char *err,
    size_t err_size);
/*
 * Fills in this host's name where the parent has left it to us: in hostname,
 * and in a webui_url as "http://:10000". It may ask a server of names,
 * for three seconds, and is called once only.
 */
void mesos_settings_find_host(struct mesos_settings *conf);

/* Whether the walls leave a way to this port. */
bool mesos_settings_has_port(const struct mesos_settings *conf, uint16_t port);

/* Wipes the secret. */
void mesos_settings_free(struct mesos_settings *conf);

/* Whether requests carry a name and a password. */
bool mesos_settings_has_credentials(const struct mesos_settings *conf);

#endif
