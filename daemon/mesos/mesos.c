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
 * The mesos process: the only one that connects out. It turns the master's
 * events into frames for the parent, and the parent's orders into calls. It
 * trusts the parent, and nothing that comes from the network. It must never
 * keep a fact that the parent does not have: it may be killed at any time.
 */

#include <curl/curl.h>
#include <string.h>

#include "child.h"
#include "mesos.h"
#include "sandbox.h"
#include "session.h"

struct mesos {
	struct event_base *base;
	struct session *session; /* NULL before the configuration */
};

/* Before a name is looked up: what starts a thread comes after the walls. */
static unsigned int
mesos_wall_in(struct mesos_settings *conf)
{
	const char *const files[] = { conf->ca, conf->cert, conf->key };
	unsigned int walls;

	walls = sandbox_mesos(files, sizeof(files) / sizeof(files[0]),
	    conf->ports, conf->nports);
	conf->walled = walls & WALL_TCP;
	return walls;
}

static int
mesos_on_conf(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t err_size)
{
	struct mesos *m = arg;
	struct mesos_settings *conf;
	unsigned int walls;

	(void)h;
	if (m->session != NULL) {
		strlcpy(err, "configured twice", err_size);
		return -1;
	}
	if ((conf = mesos_settings_read(r, err, err_size)) == NULL)
		return -1;
	walls = mesos_wall_in(conf);
	mesos_settings_find_host(conf);
	m->session = session_new(m->base, child_channel(), conf, err, err_size);
	if (m->session == NULL)
		return -1;
	child_ready(walls);
	return 0;
}

/* Whether orders may come already; else -1 with a text. */
static int
mesos_check_ready(const struct mesos *m, char *err, size_t err_size)
{
	if (m->session != NULL)
		return 0;
	strlcpy(err, "before MESOS_CONF", err_size);
	return -1;
}

static int
mesos_on_subscribe(void *arg, const struct frame_header *h,
    struct frame_reader *r, char *err, size_t err_size)
{
	struct mesos *m = arg;
	struct subscription who;

	(void)h;
	if (subscription_read(r, &who, err, err_size) == -1 ||
	    mesos_check_ready(m, err, err_size) == -1)
		return -1;
	session_subscribe(m->session, &who);
	return 0;
}

static int
mesos_on_call(void *arg, const struct frame_header *h, struct frame_reader *r,
    char *err, size_t err_size)
{
	struct mesos *m = arg;

	if (mesos_check_ready(m, err, err_size) == -1)
		return -1;
	return session_call(m->session, h->type, h->id, r, err, err_size);
}

static const chan_handler mesos_handlers[MSG_MAX] = {
	[MSG_LOG_LEVEL] = child_on_log_level,
	[MSG_MESOS_CONF] = mesos_on_conf,
	[MSG_SUBSCRIBE] = mesos_on_subscribe,
	[MSG_ACCEPT] = mesos_on_call,
	[MSG_DECLINE] = mesos_on_call,
	[MSG_KILL] = mesos_on_call,
	[MSG_ACKNOWLEDGE] = mesos_on_call,
	[MSG_RECONCILE] = mesos_on_call,
	[MSG_SUPPRESS] = mesos_on_call,
	[MSG_REVIVE] = mesos_on_call,
	[MSG_TEARDOWN] = mesos_on_call,
};

/* libssh2_init(3), which not every libcurl comes with. */
int libssh2_init(int flags) __attribute__((weak));
#define LIBSSH2_INIT_NO_CRYPTO 1

/*
 * libcurl starts libssh2, which starts the whole of OpenSSL, for protocols that
 * we do not speak: 1.5 MB, and code that has no business here. Whoever starts
 * libssh2 first says with what.
 */
static void
mesos_init_curl(void)
{
	if (libssh2_init != NULL)
		libssh2_init(LIBSSH2_INIT_NO_CRYPTO);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatalx("cannot initialise libcurl");
}

int
mesos_main(enum log_sink sink, enum log_level level)
{
	struct mesos m = { .session = NULL };

	m.base = child_open(PROC_MESOS, sink, level, mesos_handlers, &m);
	mesos_init_curl();
	child_run();
	session_free(m.session);
	child_close();
	curl_global_cleanup();
	return 0;
}
