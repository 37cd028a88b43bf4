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

#ifndef SHIM_TLS_H
#define SHIM_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* TLS of the server's side: certificate and key, and sessions with them. */
struct tls;
struct tls_session;

/*
 * Reads certificate and key. Returns NULL and in err which file is wrong, and
 * why.
 */
struct tls *tls_new(const char *cert, const char *key, char *err, size_t size);
/*
 * Reads them again, for sessions to come. Returns -1 and why in err, and then
 * keeps what there is.
 */
int tls_reload(struct tls *t, char *err, size_t size);
/* When all its sessions are freed. */
void tls_free(struct tls *t);

/* What the calls below want when they return it. */
#define TLS_READ (-1) /* call again when there is something to read */
#define TLS_WRITE (-2) /* call again when something can be written */
#define TLS_ERROR (-3) /* it is of no more use */

/* A session on a connected, non-blocking socket, which it does not own. */
struct tls_session *tls_session_new(struct tls *t, int fd);
void tls_session_free(struct tls_session *s);

/* Returns 0 when it is done. An error has been told to the client. */
int tls_handshake(struct tls_session *s);

/* As recv() and send(). */
ssize_t tls_recv(struct tls_session *s, void *buf, size_t n);
ssize_t tls_send(struct tls_session *s, const void *buf, size_t n);

/* Whether tls_recv() has something though the socket has not. */
bool tls_pending(const struct tls_session *s);

/* Tells the client that nothing more will come. */
void tls_bye(struct tls_session *s);

/* What was wrong, for the log. */
const char *tls_error(const struct tls_session *s);

#endif
