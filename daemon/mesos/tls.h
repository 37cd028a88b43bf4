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

#ifndef MESOS_TLS_H
#define MESOS_TLS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "settings.h"

/* Sets what TLS needs. Returns the first error of libcurl, or CURLE_OK. */
CURLcode tls_apply(CURL *easy, const struct mesos_settings *conf);

/* Whether a connection proves that we talk to whom we mean to. */
bool tls_proves(const struct mesos_settings *conf, bool https);

enum tls_verdict {
	TLS_NOT, /* not a failure of TLS: no text */
	TLS_MAYBE, /* it may be one: the text says so */
	TLS_SURE /* it is one, and does not pass by itself */
};

/*
 * Judges a failed request to an https master, or one that did not bring an
 * answer at all, and writes a text about it, for people. detail is libcurl's
 * own text.
 */
enum tls_verdict tls_error_text(CURL *easy, CURLcode code, const char *detail,
    const struct mesos_settings *conf, char *text, size_t size);

#endif
