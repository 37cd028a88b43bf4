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
 * Part of the http process: answers, to the byte as the Go framework gave
 * them, and requests that are refused for their form alone.
 */

#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "killpoint.h"
#include "reply.h"

#define CHUNKED 2048 /* more than that is sent as one chunk */

/* "Not Found" and so on; "Error" for a code that has no name here. */
static const char *
reply_reason(int code)
{
	static const struct {
		int code;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 202, "Accepted" },
		{ 301, "Moved Permanently" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].code == code)
			return reasons[i].reason;
	}
	return "Error";
}

static void
reply_date(struct evkeyvalq *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static time_t last; /* that date says: it serves a second long */
	static char date[64];
	time_t now = time(NULL);
	struct tm tm;

	if (now != last) {
		gmtime_r(&now, &tm);
		snprintf(date, sizeof(date),
		    "%.3s, %02d %.3s %d %02d:%02d:%02d GMT",
		    days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
		    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
		last = now;
	}
	evhttp_add_header(out, "Date", date);
}

/* Whether a list of words in a header has this one. */
static bool
has_word(const char *list, const char *word)
{
	size_t n, len = strlen(word);

	if (list == NULL)
		return false;
	while (*list != '\0') {
		list += strspn(list, " \t,");
		n = strcspn(list, " \t,");
		if (n == len && strncasecmp(list, word, n) == 0)
			return true;
		list += n;
	}
	return false;
}

/*
 * Whether what follows the headers may be taken for another request by one
 * and for a body by somebody in between: evhttp reads the body of some methods
 * only, and takes chunk sizes that others would not.
 */
static bool
body_unclear(struct evhttp_request *req)
{
	const unsigned int with_body = EVHTTP_REQ_GET | EVHTTP_REQ_POST |
	    EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |
	    EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH;
	struct evkeyvalq *in = evhttp_request_get_input_headers(req);
	const char *length = evhttp_find_header(in, "Content-Length");

	if (evhttp_find_header(in, "Transfer-Encoding") != NULL)
		return true;
	return ((unsigned int)evhttp_request_get_command(req) & with_body) ==
	    0 &&
	    length != NULL && strspn(length, "0") != strlen(length);
}

/*
 * evhttp puts its own "Connection: close" last, unless the request did not
 * ask for it: so it is not left to evhttp. HTTP/1.0 closes by itself.
 */
static void
reply_connection(struct evhttp_request *req, const struct reply *r)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(req);
	struct evkeyvalq *out = evhttp_request_get_output_headers(req);
	bool old = req->major < 1 || (req->major == 1 && req->minor < 1);

	/* With a URI of a proxy's form evhttp would not close. */
	req->flags &= ~EVHTTP_PROXY_REQUEST;
	if (!r->close && !body_unclear(req) &&
	    !has_word(evhttp_find_header(in, "Connection"), "close"))
		return;
	while (evhttp_remove_header(in, "Connection") == 0)
		;
	if (!old)
		evhttp_add_header(out, "Connection", "close");
}

static void
reply_headers(struct evhttp_request *req, const struct reply *r, bool chunked)
{
	struct evkeyvalq *out = evhttp_request_get_output_headers(req);
	bool head = evhttp_request_get_command(req) == EVHTTP_REQ_HEAD;
	const struct reply_header *h;
	char length[32];

	snprintf(length, sizeof(length), "%zu", r->len);
	if (r->api)
		evhttp_add_header(out, "Api-Service", "v0");
	if (!r->api && r->type != NULL)
		evhttp_add_header(out, "Content-Type", r->type);
	if (r->location != NULL)
		evhttp_add_header(out, "Location", r->location);
	if (r->nosniff)
		evhttp_add_header(out, "X-Content-Type-Options", "nosniff");
	for (h = r->more; h != NULL && h->name != NULL; h++)
		evhttp_add_header(out, h->name, h->value);
	reply_date(out);
	if (!chunked && (!head || r->len > 0))
		evhttp_add_header(out, "Content-Length", length);
	if (r->api && r->type != NULL)
		evhttp_add_header(out, "Content-Type", r->type);
	reply_connection(req, r);
}

void
reply_send(struct evhttp_request *req, const struct reply *r)
{
	bool head = evhttp_request_get_command(req) == EVHTTP_REQ_HEAD;
	bool chunked =
	    r->len > CHUNKED && !head && req->major == 1 && req->minor >= 1;
	struct evbuffer *body = evbuffer_new();

	if (body == NULL ||
	    (!head && evbuffer_add(body, r->body, r->len) == -1)) {
		if (body != NULL)
			evbuffer_free(body);
		evhttp_send_error(req, HTTP_INTERNAL, NULL);
		return;
	}
	KILLPOINT(ANSWER_SEND);
	reply_headers(req, r, chunked);
	if (chunked) {
		evhttp_send_reply_start(req, r->code, reply_reason(r->code));
		evhttp_send_reply_chunk(req, body);
		evhttp_send_reply_end(req);
	} else {
		evhttp_send_reply(req, r->code, reply_reason(r->code), body);
	}
	KILLPOINT(ANSWER_SENT);
	evbuffer_free(body);
}

void
reply_begin(struct evhttp_request *req, const char *type)
{
	static const struct reply_header more[] = {
		{ "Cache-Control", "no-store" }, { NULL, NULL }
	};
	const struct reply r = {
		.code = 200,
		.type = type,
		.nosniff = true,
		.more = more,
		.close = true,
	};

	reply_headers(req, &r, true);
	evhttp_send_reply_start(req, r.code, reply_reason(r.code));
}

static bool
is_token(const char *s)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (!(*s >= '0' && *s <= '9') && !(*s >= 'a' && *s <= 'z') &&
		    !(*s >= 'A' && *s <= 'Z') && strchr(marks, *s) == NULL)
			return false;
	}
	return true;
}

const char *
reply_check_framing(struct evhttp_request *req)
{
	unsigned int lengths = 0, encodings = 0, hosts = 0;
	struct evkeyval *h;

	TAILQ_FOREACH(h, evhttp_request_get_input_headers(req), next) {
		if (!is_token(h->key))
			return "the name of a header is malformed";
		if (strcasecmp(h->key, "Host") == 0)
			hosts++;
		if (strcasecmp(h->key, "Content-Length") == 0) {
			if (*h->value == '\0' || strlen(h->value) > 18 ||
			    strspn(h->value, "0123456789") != strlen(h->value))
				return "Content-Length is no number";
			lengths++;
		}
		if (strcasecmp(h->key, "Transfer-Encoding") == 0) {
			if (strcasecmp(h->value, "chunked") != 0)
				return "the transfer encoding is not known";
			encodings++;
		}
	}
	if (lengths + encodings > 1)
		return "the length of the body is given twice";
	if (req->major != 1)
		return "only HTTP/1.0 and HTTP/1.1 are spoken";
	if (encodings > 0 && req->minor < 1)
		return "HTTP/1.0 has no transfer encoding";
	if (hosts > 1 || (hosts == 0 && req->minor >= 1))
		return "there must be one header Host";
	return NULL;
}
