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
 * minimesos: TLS in front of the scheduler API.  A relay per connection
 * speaks TLS with the client and plain bytes, over a socket pair, with the
 * HTTP server, which need not know.
 */

#include <sys/socket.h>

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

/* What a Mesos with default flags negotiates: TLS 1.2, AES-CBC with SHA1. */
#define DEFAULT_PRIORITY                                     \
	"NONE:+VERS-TLS1.2:+AES-128-CBC:+AES-256-CBC:+SHA1:" \
	"+RSA:+DHE-RSA:+SIGN-ALL:+COMP-NULL:%SERVER_PRECEDENCE"
#define RECORD 16384

struct relay {
	TAILQ_ENTRY(relay) entry;
	struct mm *mm;
	gnutls_session_t session;
	int fd;
	int follower;
	int up;
	int finished; /* the server side has closed */
	size_t sending;
	struct event *rd;
	struct event *wr;
	struct bufferevent *bev;
};
TAILQ_HEAD(relays, relay);

struct tls_server {
	gnutls_certificate_credentials_t cred;
	gnutls_priority_t priority;
	int want_cert;
	struct relays relays;
};

static void
tls_die(const char *what, int error)
{
	fprintf(stderr, "minimesos: %s: %s\n", what, gnutls_strerror(error));
	exit(1);
}

struct tls_server *
tls_new(struct mm *mm)
{
	struct tls_server *s = xcalloc(1, sizeof(*s));
	const char *at;
	int n;

	TAILQ_INIT(&s->relays);
	gnutls_certificate_allocate_credentials(&s->cred);
	n = gnutls_certificate_set_x509_key_file(s->cred, mm->opt.tls_cert,
	    mm->opt.tls_key, GNUTLS_X509_FMT_PEM);
	if (n < 0)
		tls_die(mm->opt.tls_cert, n);
	if (mm->opt.tls_client_ca != NULL) {
		n = gnutls_certificate_set_x509_trust_file(s->cred,
		    mm->opt.tls_client_ca, GNUTLS_X509_FMT_PEM);
		if (n < 0)
			tls_die(mm->opt.tls_client_ca, n);
		s->want_cert = 1;
	}
	gnutls_certificate_set_known_dh_params(s->cred,
	    GNUTLS_SEC_PARAM_MEDIUM);
	n = gnutls_priority_init(&s->priority,
	    mm->opt.tls_priority != NULL ? mm->opt.tls_priority
					 : DEFAULT_PRIORITY,
	    &at);
	if (n < 0)
		tls_die(at, n);
	return (s);
}

static void
relay_free(struct relay *r, int reset)
{
	struct linger l = { 1, 0 };

	TAILQ_REMOVE(&r->mm->tls->relays, r, entry);
	if (reset)
		setsockopt(r->fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	if (r->bev != NULL)
		bufferevent_free(r->bev);
	event_free(r->rd);
	event_free(r->wr);
	gnutls_deinit(r->session);
	close(r->fd);
	free(r);
}

/* Those that are no connection yet; the others end with theirs. */
void
tls_drop_handshakes(struct tls_server *s)
{
	struct relay *r, *next;

	if (s == NULL)
		return;
	TAILQ_FOREACH_SAFE(r, &s->relays, entry, next)
		if (!r->up)
			relay_free(r, 0);
}

void
tls_free(struct tls_server *s)
{
	struct relay *r, *next;

	if (s == NULL)
		return;
	TAILQ_FOREACH_SAFE(r, &s->relays, entry, next)
		relay_free(r, 0);
	gnutls_certificate_free_credentials(s->cred);
	gnutls_priority_deinit(s->priority);
	free(s);
}

/* 1 when the relay must wait or go on, 0 when it is lost. */
static int
may_wait(struct relay *r, ssize_t error)
{
	if (error != GNUTLS_E_AGAIN && error != GNUTLS_E_INTERRUPTED)
		return (0);
	if (gnutls_record_get_direction(r->session) == 1)
		event_add(r->wr, NULL);
	return (1);
}

/* Sends what the server has written; -1 when the relay is gone. */
static int
relay_send(struct relay *r)
{
	struct evbuffer *in;
	ssize_t n;

	if (r->bev == NULL)
		return (0);
	in = bufferevent_get_input(r->bev);
	while (r->sending > 0 || evbuffer_get_length(in) > 0) {
		if (r->sending > 0)
			n = gnutls_record_send(r->session, NULL, 0);
		else {
			r->sending = evbuffer_get_length(in);
			if (r->sending > RECORD)
				r->sending = RECORD;
			n = gnutls_record_send(r->session,
			    evbuffer_pullup(in, (ssize_t)r->sending),
			    r->sending);
		}
		if (n < 0) {
			if (may_wait(r, n))
				return (0);
			relay_free(r, 0);
			return (-1);
		}
		evbuffer_drain(in, (size_t)n);
		r->sending = 0;
	}
	if (r->finished) {
		gnutls_bye(r->session, GNUTLS_SHUT_WR);
		relay_free(r, 0);
		return (-1);
	}
	return (0);
}

static void
relay_read_cb(struct bufferevent *bev, void *arg)
{
	(void)bev;
	relay_send(arg);
}

static void
relay_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct relay *r = arg;

	(void)bev;
	if (!(what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)))
		return;
	r->finished = 1;
	relay_send(r);
}

static void
relay_begin(struct relay *r)
{
	evutil_socket_t pair[2];

	if (evutil_socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		abort();
	evutil_make_socket_nonblocking(pair[1]);
	evutil_make_socket_closeonexec(pair[0]);
	evutil_make_socket_closeonexec(pair[1]);
	r->bev =
	    bufferevent_socket_new(r->mm->base, pair[1], BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(r->bev, relay_read_cb, NULL, relay_event_cb, r);
	bufferevent_enable(r->bev, EV_READ | EV_WRITE);
	r->up = 1;
	conn_new(r->mm, pair[0], r->follower);
}

static void
relay_recv(struct relay *r)
{
	char buf[RECORD];
	ssize_t n;

	for (;;) {
		n = gnutls_record_recv(r->session, buf, sizeof(buf));
		if (n > 0) {
			bufferevent_write(r->bev, buf, (size_t)n);
			continue;
		}
		if (n < 0 && (may_wait(r, n) || !gnutls_error_is_fatal((int)n)))
			return;
		relay_free(r, 0);
		return;
	}
}

static void
net_cb(evutil_socket_t fd, short what, void *arg)
{
	struct relay *r = arg;
	int n;

	(void)fd;
	if (!r->up) {
		n = gnutls_handshake(r->session);
		if (n < 0) {
			if (!may_wait(r, n) && gnutls_error_is_fatal(n)) {
				trace(r->mm, "TLS: %s", gnutls_strerror(n));
				relay_free(r, 1);
			}
			return;
		}
		relay_begin(r);
	}
	if ((what & EV_WRITE) && relay_send(r) == -1)
		return;
	relay_recv(r);
}

/* Takes the descriptor. */
void
tls_accept(struct mm *mm, evutil_socket_t fd, int follower)
{
	struct relay *r = xcalloc(1, sizeof(*r));

	TAILQ_INSERT_TAIL(&mm->tls->relays, r, entry);
	evutil_make_socket_nonblocking(fd);
	r->mm = mm;
	r->fd = fd;
	r->follower = follower;
	gnutls_init(&r->session,
	    GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	gnutls_priority_set(r->session, mm->tls->priority);
	gnutls_credentials_set(r->session, GNUTLS_CRD_CERTIFICATE,
	    mm->tls->cred);
	if (mm->tls->want_cert) {
		gnutls_certificate_server_set_request(r->session,
		    GNUTLS_CERT_REQUIRE);
		gnutls_session_set_verify_cert(r->session, NULL, 0);
	}
	gnutls_transport_set_int(r->session, fd);
	r->rd = event_new(mm->base, fd, EV_READ | EV_PERSIST, net_cb, r);
	r->wr = event_new(mm->base, fd, EV_WRITE, net_cb, r);
	event_add(r->rd, NULL);
}
