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
 * Part of the http process: TLS with the clients, in front of evhttp. What
 * clients send is not trusted, and whatever they do ends only their own
 * session. The key must never reach a log.
 */

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tls.h"

/* TLS 1.2 or later, and no second handshake within a session. */
#define TLS_PRIORITIES \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

/* Kept until the last session that has begun with it. */
struct tls_cred {
	unsigned int refs;
	gnutls_certificate_credentials_t cred;
};

struct tls {
	char *cert;
	char *key;
	gnutls_priority_t priority;
	struct tls_cred *cred;
};

struct tls_session {
	gnutls_session_t session;
	struct tls_cred *cred;
	size_t unsent; /* what GnuTLS has taken, and not sent */
	int error;
};

static void
cred_unref(struct tls_cred *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	gnutls_certificate_free_credentials(c->cred);
	free(c);
}

static struct tls_cred *
cred_load(const char *cert, const char *key, char *err, size_t size)
{
	struct tls_cred *c;
	int rc;

	if ((c = calloc(1, sizeof(*c))) == NULL ||
	    gnutls_certificate_allocate_credentials(&c->cred) < 0) {
		free(c);
		snprintf(err, size, "no memory");
		return NULL;
	}
	c->refs = 1;
	/* GnuTLS does not say which file it cannot read. */
	if (access(cert, R_OK) == -1)
		snprintf(err, size, "certificate %s: %m", cert);
	else if (access(key, R_OK) == -1)
		snprintf(err, size, "key %s: %m", key);
	else if ((rc = gnutls_certificate_set_x509_key_file(c->cred, cert, key,
		      GNUTLS_X509_FMT_PEM)) < 0)
		snprintf(err, size, "certificate %s with key %s: %s", cert, key,
		    gnutls_strerror(rc));
	else
		return c;
	cred_unref(c);
	return NULL;
}

struct tls *
tls_new(const char *cert, const char *key, char *err, size_t size)
{
	struct tls *t;

	snprintf(err, size, "no memory");
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	t->cert = strdup(cert);
	t->key = strdup(key);
	if (t->cert == NULL || t->key == NULL ||
	    gnutls_priority_init(&t->priority, TLS_PRIORITIES, NULL) < 0 ||
	    (t->cred = cred_load(cert, key, err, size)) == NULL) {
		tls_free(t);
		return NULL;
	}
	return t;
}

int
tls_reload(struct tls *t, char *err, size_t size)
{
	struct tls_cred *c;

	if ((c = cred_load(t->cert, t->key, err, size)) == NULL)
		return -1;
	cred_unref(t->cred);
	t->cred = c;
	return 0;
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	cred_unref(t->cred);
	if (t->priority != NULL)
		gnutls_priority_deinit(t->priority);
	free(t->cert);
	free(t->key);
	free(t);
}

struct tls_session *
tls_session_new(struct tls *t, int fd)
{
	const gnutls_datum_t http = { (unsigned char *)"http/1.1", 8 };
	struct tls_session *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	if (gnutls_init(&s->session,
		GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
		    GNUTLS_NO_TICKETS) < 0) {
		free(s);
		return NULL;
	}
	s->cred = t->cred;
	s->cred->refs++;
	if (gnutls_priority_set(s->session, t->priority) < 0 ||
	    gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE,
		s->cred->cred) < 0 ||
	    gnutls_alpn_set_protocols(s->session, &http, 1, 0) < 0) {
		tls_session_free(s);
		return NULL;
	}
	gnutls_certificate_server_set_request(s->session, GNUTLS_CERT_IGNORE);
	/* Whoever uses it has a time limit of their own. */
	gnutls_handshake_set_timeout(s->session, 0);
	gnutls_transport_set_int(s->session, fd);
	return s;
}

void
tls_session_free(struct tls_session *s)
{
	if (s == NULL)
		return;
	gnutls_deinit(s->session);
	cred_unref(s->cred);
	free(s);
}

static int
tls_wants(const struct tls_session *s)
{
	return gnutls_record_get_direction(s->session) == 1 ? TLS_WRITE
							    : TLS_READ;
}

int
tls_handshake(struct tls_session *s)
{
	int rc = gnutls_handshake(s->session);

	if (rc >= 0)
		return 0;
	/* Warnings too: others have their turn, whoever sends many of them. */
	if (!gnutls_error_is_fatal(rc))
		return tls_wants(s);
	s->error = rc;
	gnutls_alert_send_appropriate(s->session, rc);
	return TLS_ERROR;
}

ssize_t
tls_recv(struct tls_session *s, void *buf, size_t n)
{
	ssize_t rc = gnutls_record_recv(s->session, buf, n);

	if (rc >= 0)
		return rc;
	/* Warnings are passed over, one a turn, as in the handshake. */
	if (rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED ||
	    rc == GNUTLS_E_WARNING_ALERT_RECEIVED)
		return tls_wants(s);
	s->error = (int)rc;
	return TLS_ERROR;
}

ssize_t
tls_send(struct tls_session *s, const void *buf, size_t n)
{
	ssize_t rc;

	/* What was taken before is finished without looking at buf. */
	if (s->unsent > 0)
		rc = gnutls_record_send(s->session, NULL, 0);
	else
		rc = gnutls_record_send(s->session, buf, n);
	if (rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED) {
		if (s->unsent == 0)
			s->unsent = n;
		return TLS_WRITE;
	}
	if (rc < 0) {
		s->error = (int)rc;
		return TLS_ERROR;
	}
	s->unsent = 0;
	return rc;
}

bool
tls_pending(const struct tls_session *s)
{
	return gnutls_record_check_pending(s->session) > 0;
}

void
tls_bye(struct tls_session *s)
{
	gnutls_bye(s->session, GNUTLS_SHUT_WR);
}

const char *
tls_error(const struct tls_session *s)
{
	return gnutls_strerror(s->error);
}
