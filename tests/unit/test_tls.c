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
 * TLS of the http process against a client in the same process, which sends
 * what no browser does.
 */

#include <sys/socket.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"
#include "shim/tls.h"

#define WARNINGS 100

/* Both ends of one session. */
struct ends {
	char cert[PATH_MAX];
	char key[PATH_MAX];
	struct tls *tls;
	struct tls_session *server;
	gnutls_certificate_credentials_t cred;
	gnutls_session_t client;
	int fd[2];
};

static void
write_file(char path[PATH_MAX], const gnutls_datum_t *d)
{
	int fd;

	scratch_name(path, PATH_MAX, "kafkad-tls");
	fd = mkstemp(path);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, d->data, d->size), d->size);
	close(fd);
	gnutls_free(d->data);
}

/* A key, and a certificate that it has signed itself. */
static void
make_cert(struct ends *e)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t d;

	gnutls_x509_privkey_init(&key);
	gnutls_x509_crt_init(&crt);
	assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
			     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
			     0),
	    0);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, "1", 1);
	gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600);
	gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 3600);
	gnutls_x509_crt_set_key(crt, key);
	assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256,
			     0),
	    0);
	gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &d);
	write_file(e->cert, &d);
	gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &d);
	write_file(e->key, &d);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
}

static void
ends_open(struct ends *e, const char *priorities)
{
	char err[1024];

	make_cert(e);
	e->tls = tls_new(e->cert, e->key, err, sizeof(err));
	assert_non_null(e->tls);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
			     e->fd),
	    0);
	e->server = tls_session_new(e->tls, e->fd[0]);
	assert_non_null(e->server);
	gnutls_certificate_allocate_credentials(&e->cred);
	gnutls_init(&e->client, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
	gnutls_priority_set_direct(e->client, priorities, NULL);
	gnutls_credentials_set(e->client, GNUTLS_CRD_CERTIFICATE, e->cred);
	gnutls_transport_set_int(e->client, e->fd[1]);
}

static void
ends_close(struct ends *e)
{
	gnutls_deinit(e->client);
	gnutls_certificate_free_credentials(e->cred);
	tls_session_free(e->server);
	tls_free(e->tls);
	close(e->fd[0]);
	close(e->fd[1]);
	unlink(e->cert);
	unlink(e->key);
}

static void
ends_handshake(struct ends *e)
{
	int client = GNUTLS_E_AGAIN, server = TLS_READ, i;

	for (i = 0; i < 100 && (client != 0 || server != 0); i++) {
		if (client != 0)
			client = gnutls_handshake(e->client);
		if (server != 0)
			server = tls_handshake(e->server);
	}
	assert_int_equal(client, 0);
	assert_int_equal(server, 0);
}

/* How many calls pass over the warnings, until there are the bytes after. */
static int
turns(struct ends *e)
{
	char buf[16];
	ssize_t n;
	int i;

	for (i = 1; i <= WARNINGS + 1; i++) {
		n = tls_recv(e->server, buf, sizeof(buf));
		if (n == 5)
			return i;
		assert_int_equal(n, TLS_READ);
	}
	return -1;
}

/* They keep nobody else waiting: one call takes one of them. */
static void
test_warnings(void **state)
{
	struct ends e;
	int i;

	(void)state;
	ends_open(&e, "NORMAL:-VERS-ALL:+VERS-TLS1.2");
	ends_handshake(&e);
	for (i = 0; i < WARNINGS; i++)
		assert_int_equal(gnutls_alert_send(e.client, GNUTLS_AL_WARNING,
				     GNUTLS_A_USER_CANCELED),
		    0);
	assert_int_equal(gnutls_record_send(e.client, "hello", 5), 5);
	assert_int_equal(turns(&e), WARNINGS + 1);
	ends_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warnings),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
