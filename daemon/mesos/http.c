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
 * Part of the mesos process: HTTP by libcurl, driven by libevent. What comes
 * back is from the network and is handed on in pieces, or cut. libcurl must
 * never follow a redirect, use a proxy, look for credentials elsewhere, or
 * send a body twice: whether a call was sent is for us to know.
 */

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "killpoint.h"
#include "log.h"
#include "http.h"
#include "text.h"
#include "tls.h"

#define CONNECT_TIMEOUT 10000 /* ms */

struct http {
	struct event_base *base;
	const struct mesos_settings *conf;
	CURLM *multi;
	struct event *timer; /* libcurl's own */
	struct event *kick; /* to look after transfers from the loop */
};

struct http_transfer {
	struct http *http;
	struct http_request req;
	CURL *easy;
	struct curl_slist *headers;
	size_t len; /* of the body */
	size_t off; /* handed out */
	char raw[HTTP_TEXT_SIZE]; /* the answer's text */
	size_t raw_len;
	char error[CURL_ERROR_SIZE];
};

static void
http_transfer_free(struct http_transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	free(t);
}

/* What libcurl says of a code, without numbers that differ each time. */
static void
http_error_plain(struct http_transfer *t, CURLcode code, long status,
    char *text, size_t size)
{
	const char *hint = "", *said;
	long os_errno = 0;

	/* Only SUBSCRIBE can be the first thing this port hears of us. */
	if (t->req.data != NULL && !t->req.to->https && status == 0)
		hint = "; it may want TLS (then the master is https://…)";
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		strlcpy(text, "the name cannot be resolved", size);
		break;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os_errno);
		snprintf(text, size, "cannot connect: %s",
		    os_errno == 0 ? "no answer" : strerror((int)os_errno));
		break;
	case CURLE_OPERATION_TIMEDOUT:
		strlcpy(text, "no answer in time", size);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
		snprintf(text, size, "no HTTP answer%s", hint);
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		snprintf(text, size, "the connection broke%s", hint);
		break;
	case CURLE_SEND_FAIL_REWIND:
		strlcpy(text, "the connection broke while sending", size);
		break;
	default:
		said =
		    t->error[0] != '\0' ? t->error : curl_easy_strerror(code);
		text_clean(text, size, said, strlen(said));
	}
}

/* A transfer has ended by itself. */
static void
http_finish(struct http_transfer *t, CURLcode code)
{
	struct http_answer a;
	struct curl_header *location;
	enum tls_verdict tls;
	char text[HTTP_TEXT_SIZE], error[HTTP_TEXT_SIZE];

	memset(&a, 0, sizeof(a));
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &a.status);
	a.sent = t->off > 0;
	a.timed_out = code == CURLE_OPERATION_TIMEDOUT;
	text_clean(text, sizeof(text), t->raw, t->raw_len);
	a.text = text;
	if (code != CURLE_OK) {
		a.error = error;
		tls = tls_error_text(t->easy, code, t->error, t->http->conf,
		    error, sizeof(error));
		a.act = tls == TLS_SURE;
		if (tls == TLS_NOT)
			http_error_plain(t, code, a.status, error,
			    sizeof(error));
	}
	if (curl_easy_header(t->easy, "Location", 0, CURLH_HEADER, -1,
		&location) == CURLHE_OK)
		a.location = location->value;
	curl_multi_remove_handle(t->http->multi, t->easy);
	t->req.done(t->req.arg, &a);
	http_transfer_free(t);
}

static void
http_collect(struct http *h)
{
	struct http_transfer *t;
	CURLMsg *msg;
	CURLcode code;
	int left;

	while ((msg = curl_multi_info_read(h->multi, &left)) != NULL) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		code = msg->data.result;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		http_finish(t, code);
	}
}

static void
http_act(struct http *h, curl_socket_t fd, int mask)
{
	CURLMcode rc;
	int running;

	rc = curl_multi_socket_action(h->multi, fd, mask, &running);
	if (rc != CURLM_OK)
		fatalx("libcurl: %s", curl_multi_strerror(rc));
	http_collect(h);
}

static void
http_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	http_act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void
http_event_cb(evutil_socket_t fd, short what, void *arg)
{
	int mask = 0;

	if (what & EV_READ)
		mask |= CURL_CSELECT_IN;
	if (what & EV_WRITE)
		mask |= CURL_CSELECT_OUT;
	http_act(arg, fd, mask);
}

/* libcurl wants to hear of a socket, or no longer. */
static int
http_socket_cb(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
	struct http *h = arg;
	struct event *ev = sockp;
	short mask = EV_PERSIST;

	(void)easy;
	if (ev != NULL)
		event_free(ev);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(h->multi, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		mask |= EV_READ;
	if (what & CURL_POLL_OUT)
		mask |= EV_WRITE;
	if ((ev = event_new(h->base, fd, mask, http_event_cb, h)) == NULL ||
	    event_add(ev, NULL) == -1)
		fatalx("no memory for an event");
	curl_multi_assign(h->multi, fd, ev);
	return 0;
}

static int
http_set_timer_cb(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	(void)multi;
	if (ms < 0)
		event_del(h->timer);
	else
		event_add(h->timer, &tv);
	return 0;
}

struct http *
http_new(struct event_base *base, const struct mesos_settings *conf)
{
	struct http *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->base = base;
	h->conf = conf;
	h->timer = evtimer_new(base, http_timer_cb, h);
	h->kick = evtimer_new(base, http_timer_cb, h);
	h->multi = curl_multi_init();
	if (h->timer == NULL || h->kick == NULL || h->multi == NULL) {
		http_free(h);
		return NULL;
	}
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, http_socket_cb);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, http_set_timer_cb);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 4L);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	if (h->multi != NULL)
		curl_multi_cleanup(h->multi);
	if (h->timer != NULL)
		event_free(h->timer);
	if (h->kick != NULL)
		event_free(h->kick);
	free(h);
}

static size_t
http_read_cb(char *buf, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;
	size_t len = t->len - t->off;

	if (len > size * n)
		len = size * n;
	memcpy(buf, t->req.body + t->off, len);
	t->off += len;
	KILLPOINT(BODY_SEND);
	return len;
}

static size_t
http_write_cb(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;
	size_t len = size * n, room = sizeof(t->raw) - t->raw_len;
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200 && t->req.data != NULL) {
		switch (t->req.data(t->req.arg, p, len)) {
		case HTTP_GO_ON:
			return len;
		case HTTP_PAUSE:
			return CURL_WRITEFUNC_PAUSE;
		case HTTP_STOP:
			return 0;
		}
	}
	if (room > len)
		room = len;
	memcpy(t->raw + t->raw_len, p, room);
	t->raw_len += room;
	return len;
}

static void
http_add_header(struct http_transfer *t, const char *line)
{
	struct curl_slist *list = curl_slist_append(t->headers, line);

	if (list == NULL)
		fatalx("no memory for a request");
	t->headers = list;
}

static void
http_set_headers(struct http_transfer *t)
{
	char line[HTTP_STREAM_ID_SIZE + 32];

	/* Mesos compares this one as a whole, and never answers Expect. */
	http_add_header(t, "Content-Type: application/json");
	http_add_header(t, "Accept: application/json");
	http_add_header(t, "Expect:");
	if (t->req.stream_id == NULL)
		return;
	snprintf(line, sizeof(line), "Mesos-Stream-Id: %s", t->req.stream_id);
	http_add_header(t, line);
}

/*
 * The body comes through a read function, and there is no seek function: so
 * libcurl cannot send it a second time on a fresh connection by itself.
 */
static int
http_set_body(struct http_transfer *t)
{
	CURL *e = t->easy;
	int rc = 0;

	rc |= (int)curl_easy_setopt(e, CURLOPT_POST, 1L);
	rc |= (int)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)t->len);
	rc |= (int)curl_easy_setopt(e, CURLOPT_READFUNCTION, http_read_cb);
	rc |= (int)curl_easy_setopt(e, CURLOPT_READDATA, t);
	rc |= (int)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, http_write_cb);
	rc |= (int)curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	rc |= (int)curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	return rc;
}

static int
http_set_connection(struct http_transfer *t)
{
	CURL *e = t->easy;
	long alone = t->req.fresh;
	int rc = 0;

	rc |= (int)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	rc |= (int)curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	rc |= (int)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	rc |= (int)curl_easy_setopt(e, CURLOPT_PROXY, "");
	rc |= (int)curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	rc |= (int)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	rc |= (int)curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	rc |= (int)curl_easy_setopt(e, CURLOPT_USERAGENT, "kafkad");
	rc |= (int)curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)CONNECT_TIMEOUT);
	rc |=
	    (int)curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)t->req.timeout);
	rc |= (int)curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, alone);
	rc |= (int)curl_easy_setopt(e, CURLOPT_FORBID_REUSE,
	    t->req.data != NULL ? 1L : 0L);
	return rc;
}

/* Name and password, in two options: the password may hold a ':'. */
static int
http_set_credentials(struct http_transfer *t)
{
	const struct mesos_settings *conf = t->http->conf;
	CURL *e = t->easy;
	int rc = 0;

	if (!mesos_settings_has_credentials(conf))
		return 0;
	rc |= (int)curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	rc |= (int)curl_easy_setopt(e, CURLOPT_USERNAME, conf->username);
	rc |= (int)curl_easy_setopt(e, CURLOPT_PASSWORD, conf->secret);
	return rc;
}

struct http_transfer *
http_start(struct http *h, const struct http_request *req)
{
	struct http_transfer *t;
	char url[MASTER_URL_MAX];
	int rc = 0;

	if ((t = calloc(1, sizeof(*t))) == NULL ||
	    (t->easy = curl_easy_init()) == NULL)
		fatalx("no memory for a request");
	t->http = h;
	t->req = *req;
	t->len = strlen(req->body);
	http_set_headers(t);
	master_addr_url(req->to, url, sizeof(url));
	rc |= (int)curl_easy_setopt(t->easy, CURLOPT_URL, url);
	rc |= (int)curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	rc |= (int)curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error);
	rc |= http_set_body(t);
	rc |= http_set_connection(t);
	rc |= http_set_credentials(t);
	rc |= (int)tls_apply(t->easy, h->conf);
	/* Going on without one of them could be unsafe. */
	if (rc != 0)
		fatalx("libcurl does not know an option we need");
	if (curl_multi_add_handle(h->multi, t->easy) != CURLM_OK)
		fatalx("libcurl cannot start a request");
	return t;
}

void
http_cancel(struct http_transfer *t)
{
	if (t == NULL)
		return;
	curl_multi_remove_handle(t->http->multi, t->easy);
	http_transfer_free(t);
}

bool
http_sent(const struct http_transfer *t)
{
	return t->off > 0;
}

void
http_unpause(struct http_transfer *t)
{
	struct http *h = t->http;
	CURLcode code;

	/* Calls data(); if that stops, libcurl ends nothing by itself. */
	code = curl_easy_pause(t->easy, CURLPAUSE_CONT);
	if (code != CURLE_OK)
		http_finish(t, code);
	event_active(h->kick, EV_TIMEOUT, 0);
}

int
http_stream_id(struct http_transfer *t, char *buf, size_t size)
{
	struct curl_header *h;

	if (curl_easy_header(t->easy, "Mesos-Stream-Id", 0, CURLH_HEADER, -1,
		&h) != CURLHE_OK)
		return -1;
	return text_copy_id(buf, size, h->value, strlen(h->value));
}
