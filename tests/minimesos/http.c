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
 * minimesos: the HTTP/1.1 server of the scheduler API, written on bare
 * bufferevents so that faults are possible at the level of bytes.  It trusts
 * nothing it reads: what it cannot parse closes the connection without an
 * answer, as libprocess does.
 */

#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "minimesos.h"

static void
request_free(struct request *r)
{
	size_t i;

	free(r->path);
	free(r->query);
	free(r->body);
	for (i = 0; i < r->nh; i++) {
		free(r->h[i].name);
		free(r->h[i].value);
	}
	free(r);
}

const char *
request_header(const struct request *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->nh; i++)
		if (strcasecmp(r->h[i].name, name) == 0)
			return (r->h[i].value);
	return (NULL);
}

/* METHOD SP target SP HTTP/1.x */
static int
parse_first(struct request *r, char *line)
{
	char *target, *version, *q;

	if ((target = strchr(line, ' ')) == NULL)
		return (-1);
	*target++ = '\0';
	if ((version = strchr(target, ' ')) == NULL)
		return (-1);
	*version++ = '\0';
	if (strncmp(version, "HTTP/1.", 7) != 0 || *target != '/' ||
	    strlcpy(r->method, line, sizeof(r->method)) >= sizeof(r->method))
		return (-1);
	r->keep = strcmp(version, "HTTP/1.0") != 0;
	q = strchr(target, '?');
	r->query = xstrdup(q != NULL ? q : "");
	if (q != NULL)
		*q = '\0';
	r->path = xstrdup(target);
	return (0);
}

static int
parse_header(struct request *r, char *line)
{
	char *value, *end;

	if ((value = strchr(line, ':')) == NULL ||
	    r->nh == sizeof(r->h) / sizeof(r->h[0]))
		return (-1);
	*value++ = '\0';
	value += strspn(value, " \t");
	end = value + strlen(value);
	while (end > value && isspace((unsigned char)end[-1]))
		*--end = '\0';
	r->h[r->nh].name = xstrdup(line);
	r->h[r->nh++].value = xstrdup(value);
	return (0);
}

static int
parse_head(struct request *r, char *head)
{
	char *line, *next;
	int first = 1;

	for (line = head; line != NULL; line = next) {
		if ((next = strstr(line, "\r\n")) != NULL) {
			*next = '\0';
			next += 2;
		}
		if (*line == '\0')
			break;
		if ((first ? parse_first(r, line) : parse_header(r, line)) ==
		    -1)
			return (-1);
		first = 0;
	}
	return (first ? -1 : 0);
}

/*
 * A chunked body.  Returns the bytes it takes, 0 when more must come, -1
 * when it is bad.  Trailers are refused, as libprocess refuses them.
 */
static ssize_t
parse_chunked(struct request *r, const char *p, size_t len)
{
	size_t at = 0, out = 0;
	unsigned long n;
	const char *eol;
	char *end;

	r->body = xcalloc(1, len + 1);
	for (;;) {
		eol = memmem(p + at, len - at, "\r\n", 2);
		if (eol == NULL)
			return (len - at > 64 ? -1 : 0);
		if (!isxdigit((unsigned char)p[at]))
			return (-1);
		errno = 0;
		n = strtoul(p + at, &end, 16);
		if (errno != 0 || n > MM_MAX_BODY)
			return (-1);
		at = eol - p + 2;
		if (len - at < n + 2)
			return (0);
		if (memcmp(p + at + n, "\r\n", 2) != 0)
			return (-1);
		memcpy(r->body + out, p + at, n);
		out += n;
		at += n + 2;
		if (n == 0)
			break;
	}
	r->len = out;
	r->body[out] = '\0';
	return ((ssize_t)at);
}

static ssize_t
parse_body(struct request *r, const char *p, size_t len)
{
	const char *value, *errstr;
	size_t n = 0;

	value = request_header(r, "Transfer-Encoding");
	if (value != NULL && strcasecmp(value, "chunked") == 0)
		return (parse_chunked(r, p, len));
	if ((value = request_header(r, "Content-Length")) != NULL) {
		n = strtonum(value, 0, MM_MAX_BODY, &errstr);
		if (errstr != NULL)
			return (-1);
	}
	if (len < n)
		return (0);
	r->body = xcalloc(1, n + 1);
	if (n > 0)
		memcpy(r->body, p, n);
	r->len = n;
	return ((ssize_t)n);
}

/* 1 and a request, 0 when more must come, -1 when it is not HTTP. */
static int
request_read(struct evbuffer *in, struct request **out)
{
	struct evbuffer_ptr end;
	struct request *r;
	const char *v;
	char *head, c;
	size_t hlen, len = evbuffer_get_length(in);
	ssize_t n = -1;

	end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	if (end.pos == -1) {
		/* A method it is not: TLS, most likely. */
		if (evbuffer_copyout(in, &c, 1) == 1 && (c < 'A' || c > 'Z'))
			return (-1);
		return (len > MM_MAX_HEADERS ? -1 : 0);
	}
	hlen = (size_t)end.pos + 4;
	r = xcalloc(1, sizeof(*r));
	head = xcalloc(1, hlen + 1);
	evbuffer_copyout(in, head, hlen);
	if (strlen(head) == hlen && parse_head(r, head) == 0)
		n = parse_body(r, (char *)evbuffer_pullup(in, -1) + hlen,
		    len - hlen);
	free(head);
	if (n == -1 || (n == 0 && r->body == NULL) ||
	    (n == 0 && request_header(r, "Transfer-Encoding") != NULL)) {
		request_free(r);
		return (n == -1 ? -1 : 0);
	}
	evbuffer_drain(in, hlen + (size_t)n);
	v = request_header(r, "Connection");
	if (v != NULL && strcasecmp(v, "close") == 0)
		r->keep = 0;
	*out = r;
	return (1);
}

static void
conn_free(struct conn *c)
{
	struct framework *fw = c->fw;

	TAILQ_REMOVE(&c->mm->conns, c, entry);
	if (fw != NULL) {
		fw->conn = NULL;
		framework_disconnect(fw);
	}
	if (c->delay_ev != NULL)
		event_free(c->delay_ev);
	if (c->late != NULL)
		evbuffer_free(c->late);
	evbuffer_free(c->held);
	evbuffer_free(c->pend);
	bufferevent_free(c->bev);
	free(c);
}

/* Closes at once; inside a handler when the handler has returned. */
void
conn_close(struct conn *c)
{
	if (c->busy)
		c->dead = 1;
	else
		conn_free(c);
}

void
conn_reset(struct conn *c)
{
	struct linger l = { 1, 0 };

	setsockopt(bufferevent_getfd(c->bev), SOL_SOCKET, SO_LINGER, &l,
	    sizeof(l));
	conn_close(c);
}

void
conn_close_all(struct mm *mm)
{
	struct conn *c, *next;

	TAILQ_FOREACH_SAFE(c, &mm->conns, entry, next)
		conn_close(c);
	tls_drop_handshakes(mm->tls);
}

void
conn_write(struct conn *c, const void *data, size_t len)
{
	if (!c->dead)
		bufferevent_write(c->bev, data, len);
}

static void
conn_read_cb(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;
	struct request *r;
	int n = 0;

	c->busy = 1;
	while (!c->dead && !c->close_after && c->late == NULL &&
	    (n = request_read(bufferevent_get_input(bev), &r)) == 1) {
		c->mm->count.requests++;
		if (!r->keep)
			c->close_after = 1;
		api_handle(c, r);
		request_free(r);
	}
	c->busy = 0;
	if (n == -1 || c->dead)
		conn_free(c);
}

static void
conn_write_cb(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;

	(void)bev;
	if (c->fw != NULL || evbuffer_get_length(c->pend) > 0) {
		stream_pump(c);
		return;
	}
	if (c->close_after && c->late == NULL)
		conn_close(c);
}

static void
conn_event_cb(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		conn_close(arg);
}

static void
conn_delay_cb(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	struct evbuffer *late = c->late;

	(void)fd;
	(void)what;
	c->late = NULL;
	bufferevent_write_buffer(c->bev, late);
	evbuffer_free(late);
	conn_read_cb(c->bev, c);
}

/* Takes the descriptor. */
void
conn_new(struct mm *mm, evutil_socket_t fd, int follower)
{
	struct conn *c = xcalloc(1, sizeof(*c));
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	evutil_make_socket_nonblocking(fd);
	c->mm = mm;
	c->follower = follower;
	c->held = evbuffer_new();
	c->pend = evbuffer_new();
	c->bev = bufferevent_socket_new(mm->base, fd, BEV_OPT_CLOSE_ON_FREE);
	c->delay_ev = evtimer_new(mm->base, conn_delay_cb, c);
	if (c->held == NULL || c->pend == NULL || c->bev == NULL ||
	    c->delay_ev == NULL)
		abort();
	bufferevent_setcb(c->bev, conn_read_cb, conn_write_cb, conn_event_cb,
	    c);
	TAILQ_INSERT_TAIL(&mm->conns, c, entry);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

static void
accept_one(struct mm *mm, evutil_socket_t fd, int follower)
{
	if (mm->tls != NULL)
		tls_accept(mm, fd, follower);
	else
		conn_new(mm, fd, follower);
}

void
conn_accept_cb(struct evconnlistener *l, evutil_socket_t fd,
    struct sockaddr *sa, int len, void *arg)
{
	struct mm *mm = arg;

	(void)sa;
	(void)len;
	accept_one(mm, fd, l == mm->follower);
}

static const char *
reason_phrase(int code)
{
	static const struct {
		int code;
		const char *text;
	} list[] = {
		{ 200, "OK" },
		{ 202, "Accepted" },
		{ 307, "Temporary Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 409, "Conflict" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i].code == code)
			return (list[i].text);
	return ("Unknown");
}

static void
http_date(char *buf, size_t size)
{
	time_t t = time(NULL);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(buf, size, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/*
 * Answers.  extra: further header lines, each with CRLF, or NULL; type: the
 * content type or NULL.  Behind a running stream the answer waits for the
 * stream's end, as responses on one connection keep their order.
 */
void
conn_reply(struct conn *c, struct request *r, int code, const char *extra,
    const char *type, const char *body, size_t len)
{
	struct evbuffer *out = evbuffer_new();
	char date[64];

	(void)r;
	c->code = code;
	if (code >= 400)
		c->mm->count.refused++;
	http_date(date, sizeof(date));
	evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", code,
	    reason_phrase(code), date);
	if (extra != NULL)
		evbuffer_add_printf(out, "%s", extra);
	if (type != NULL)
		evbuffer_add_printf(out, "Content-Type: %s\r\n", type);
	evbuffer_add_printf(out, "Content-Length: %zu\r\n\r\n", len);
	if (len > 0)
		evbuffer_add(out, body, len);
	if (c->fw != NULL) {
		evbuffer_add_buffer(c->held, out);
		evbuffer_free(out);
	} else if (c->mm->faults.delay_ms > 0 && c->late == NULL) {
		c->late = out;
		after_ms(c->delay_ev, c->mm->faults.delay_ms);
	} else {
		bufferevent_write_buffer(c->bev, out);
		evbuffer_free(out);
	}
}

/* The head of a stream's answer; stream_id is fresh. */
void
stream_head(struct conn *c, const char *stream_id)
{
	char date[64], *head;

	http_date(date, sizeof(date));
	head = xasprintf("HTTP/1.1 200 OK\r\nDate: %s\r\n"
			 "Transfer-Encoding: chunked\r\nMesos-Stream-Id: %s\r\n"
			 "Content-Type: application/json\r\n\r\n",
	    date, stream_id);
	conn_write(c, head, strlen(head));
	free(head);
}

void
conn_reply_text(struct conn *c, struct request *r, int code, const char *text)
{
	conn_reply(c, r, code, NULL, "text/plain; charset=utf-8", text,
	    strlen(text));
}
