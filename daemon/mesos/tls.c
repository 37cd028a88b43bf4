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
 * Part of the mesos process: TLS by libcurl and GnuTLS: what is trusted, and
 * what to say when it fails. Nothing but the configured CA (or the system's
 * bundle, if none is configured) and the pin may ever be trusted.
 */

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

#include "tls.h"

/* What decides whether the master is trusted, in both kinds of settings. */
#define TRUST_SETTINGS                                              \
	"settings `ca`, `pin` and `verify`, or MESOS_SSL_CA_FILE, " \
	"MESOS_SSL_PIN and MESOS_SSL_VERIFY in the environment"

#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"

static const char *
tls_ca(const struct mesos_settings *conf)
{
	return conf->ca[0] != '\0' ? conf->ca : SYSTEM_CA;
}

/*
 * With a pin and no CA the pin alone decides: the key is the right one, so
 * neither who signed it nor which name it has matters. With both, both must
 * be right.
 */
static bool
tls_pin_alone(const struct mesos_settings *conf)
{
	return conf->pin[0] != '\0' && conf->ca[0] == '\0';
}

CURLcode
tls_apply(CURL *easy, const struct mesos_settings *conf)
{
	long verify = conf->verify && !tls_pin_alone(conf);
	int rc = 0;

	rc |= (int)curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	rc |= (int)curl_easy_setopt(easy, CURLOPT_CAINFO, tls_ca(conf));
	/* Else all of /etc/ssl/certs would be trusted beside the CA. */
	rc |= (int)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	rc |= (int)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
	rc |= (int)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
	    verify ? 2L : 0L);
	rc |= (int)curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
	if (conf->pin[0] != '\0')
		rc |= (int)curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY,
		    conf->pin);
	if (conf->cert[0] != '\0')
		rc |= (int)curl_easy_setopt(easy, CURLOPT_SSLCERT, conf->cert);
	if (conf->key[0] != '\0')
		rc |= (int)curl_easy_setopt(easy, CURLOPT_SSLKEY, conf->key);
	return rc == 0 ? CURLE_OK : CURLE_FAILED_INIT;
}

bool
tls_proves(const struct mesos_settings *conf, bool https)
{
	return https && (conf->verify || conf->pin[0] != '\0');
}

/* Looks up a line of the server's own certificate; "" if unknown. */
static const char *
tls_certinfo(CURL *easy, const char *name)
{
	struct curl_certinfo *info = NULL;
	struct curl_slist *line;
	size_t len = strlen(name);

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL || info->num_of_certs < 1)
		return "";
	for (line = info->certinfo[0]; line != NULL; line = line->next)
		if (strncmp(line->data, name, len) == 0 &&
		    line->data[len] == ':')
			return line->data + len + 1;
	return "";
}

/* libcurl hands GnuTLS's own verdict through. */
static void
tls_verify_text(CURL *easy, const char *detail,
    const struct mesos_settings *conf, char *text, size_t size)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &status);
	if (strstr(detail, "does not match") != NULL)
		snprintf(text, size,
		    "its TLS certificate is for another name: %s", detail);
	else if (status & GNUTLS_CERT_EXPIRED)
		snprintf(text, size, "its TLS certificate has expired: %s",
		    tls_certinfo(easy, "Expire Date"));
	else if (status & GNUTLS_CERT_NOT_ACTIVATED)
		snprintf(text, size,
		    "its TLS certificate is not valid before %s",
		    tls_certinfo(easy, "Start Date"));
	else if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
		snprintf(text, size,
		    "its TLS certificate is not signed by a CA of %s",
		    tls_ca(conf));
	else
		snprintf(text, size,
		    "its TLS certificate does not verify with %s: %s",
		    tls_ca(conf), detail);
	strlcat(text, " (" TRUST_SETTINGS ")", size);
}

/* What to look after when the other side ends a TLS connection early. */
static void
tls_ended_text(const char *what, const struct mesos_settings *conf, char *text,
    size_t size)
{
	if (conf->cert[0] == '\0')
		snprintf(text, size,
		    "%s; it may want a certificate of ours "
		    "(settings `certificate` and `key`)",
		    what);
	else
		snprintf(text, size, "%s; it may not like our certificate %s",
		    what, conf->cert);
}

/*
 * Whether it ends within the handshake or right after it is chance: both are
 * told in the same words, so that the log tells it once.
 */
#define TLS_BROKEN "it breaks the TLS connection off"

/* The handshake failed. */
static enum tls_verdict
tls_connect_text(const char *detail, const struct mesos_settings *conf,
    char *text, size_t size)
{
	if (strstr(detail, "X.509 key or certificate") != NULL)
		snprintf(text, size,
		    "cannot use the certificate %s with the "
		    "key %s",
		    conf->cert, conf->key);
	else if (strstr(detail, "Handshake failed") != NULL ||
	    strstr(detail, "alert") != NULL)
		tls_ended_text("it refuses the TLS handshake", conf, text,
		    size);
	else if (strstr(detail, "Recv failure") != NULL ||
	    strstr(detail, "Send failure") != NULL)
		tls_ended_text(TLS_BROKEN, conf, text, size);
	else
		snprintf(text, size,
		    "no TLS connection; it may speak plain "
		    "HTTP (then the master is http://…): %s",
		    detail);
	return TLS_SURE;
}

/*
 * With TLS 1.3 a master that misses our certificate says so only after the
 * handshake, and libcurl sees a broken connection.
 */
static enum tls_verdict
tls_broken_text(CURL *easy, const char *detail,
    const struct mesos_settings *conf, char *text, size_t size)
{
	curl_off_t shaken = 0;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &shaken);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (shaken == 0 || status != 0)
		return TLS_NOT;
	tls_ended_text(TLS_BROKEN, conf, text, size);
	return strstr(detail, "alert") != NULL ? TLS_SURE : TLS_MAYBE;
}

enum tls_verdict
tls_error_text(CURL *easy, CURLcode code, const char *detail,
    const struct mesos_settings *conf, char *text, size_t size)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		tls_verify_text(easy, detail, conf, text, size);
		return TLS_SURE;
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		strlcpy(text,
		    "its TLS key is not the pinned one (" TRUST_SETTINGS ")",
		    size);
		return TLS_SURE;
	case CURLE_SSL_CACERT_BADFILE:
		snprintf(text, size,
		    "cannot read the CA file %s (setting `ca`, or "
		    "MESOS_SSL_CA_FILE in the environment)",
		    tls_ca(conf));
		return TLS_SURE;
	case CURLE_SSL_CERTPROBLEM:
		snprintf(text, size,
		    "cannot use the certificate %s with the "
		    "key %s: %s",
		    conf->cert, conf->key, detail);
		return TLS_SURE;
	case CURLE_SSL_CONNECT_ERROR:
		return tls_connect_text(detail, conf, text, size);
	case CURLE_OPERATION_TIMEDOUT:
		if (strstr(detail, "SSL connection timeout") == NULL)
			return TLS_NOT;
		strlcpy(text,
		    "no TLS answer in time; it may speak plain HTTP "
		    "(then the master is http://…)",
		    size);
		return TLS_MAYBE;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
		return tls_broken_text(easy, detail, conf, text, size);
	default:
		return TLS_NOT;
	}
}
