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

#ifndef DAEMON_HTTP_LINK_H
#define DAEMON_HTTP_LINK_H

#include <stdbool.h>

#include "config/conf.h"

/*
 * The parent's side of the http process: the socket that it serves, the
 * process itself, and its connection for the line protocol.
 */
struct http_link;
struct parent;

/*
 * Binds and listens, before privileges are dropped: the port may need root.
 * What cannot be is fatal, with address and port. Returns the descriptor, or
 * -1 if it is not wanted.
 */
int http_bind(const struct http_conf *h);

/*
 * Starts the process and serves it, if fd is not -1. The control socket must
 * be open. Without memory it is fatal.
 */
struct http_link *http_link_new(struct parent *p, int fd, int self);
/* NULL is allowed. */
void http_link_free(struct http_link *l);

/*
 * The configuration is another one: the process is started again with it, on
 * the same socket. NULL is allowed.
 */
void http_link_changed(struct http_link *l);

/*
 * Finds out anew where others reach it; returns whether that is another place
 * than before. NULL is allowed.
 */
bool http_link_moved(struct http_link *l);

/* NULL is allowed. Nothing is sent to a process that is not ready yet. */
void http_link_reload(struct http_link *l);
void http_link_log_level(struct http_link *l, enum log_level level);

/*
 * The process was told of a task, or of all, and goes by that until something
 * changes, which it must know before anybody is told. NULL is allowed.
 */
void http_link_told(struct http_link *l);
void http_link_stale(struct http_link *l);

/* The process, for proc_reaped(); NULL if there is none. */
struct proc *http_link_proc(struct http_link *l);

/* Where it listens, "http://127.0.0.1:10000"; "off" for NULL. */
const char *http_link_url(const struct http_link *l);

/* What is to be warned of, or NULL. */
const char *http_link_warning(const struct conf *conf);

/*
 * The URL that Mesos shows to people, unless the configuration has another;
 * without a host, as "http://:10000", where none is configured; "" if there
 * is none: nothing that only this host can reach, or for NULL.
 */
const char *http_link_webui(const struct http_link *l);

#endif
