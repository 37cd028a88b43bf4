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
 * Target: what the http process makes of a request and of the daemon's reply.
 * The input is cut at NUL bytes: the method's number and the URI, the headers
 * Host, Origin and Sec-Fetch-Site, the user, a task or a status as the daemon
 * tells it, and the text of a reply. A command line must be one that the daemon
 * takes, and metrics must be lines of their form.
 */

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fuzz.h"
#include "line.h"
#include "shim/blank.h"
#include "shim/metrics.h"
#include "shim/monitor.h"
#include "shim/page.h"
#include "shim/render.h"
#include "shim/route.h"

#define PARTS 7
#define DEPTH 64

/* "as USER ADDRESS command": the daemon takes the first three words off. */
static void
check_command(const struct route *r, const char *user)
{
	char line[LINE_COMMAND_MAX];
	const char *p = line;
	struct cmd_call call;
	struct cmd_error err;
	int i;

	if (!route_command(r, user[0] != '\0' ? user : NULL, "10.0.0.1", line,
		sizeof(line)))
		return;
	FUZZ_CHECK(line_check(line, strlen(line)) == NULL);
	for (i = 0; i < 3; i++) {
		p = strchr(p, ' ');
		FUZZ_CHECK(p != NULL);
		p++;
	}
	FUZZ_CHECK(cmd_parse(p, NULL, &call, &err) == 0);
	FUZZ_CHECK(call.cmd->shim);
}

/* It goes into a header: one line, and on this host. */
static void
check_location(const char *s)
{
	FUZZ_CHECK(s != NULL && s[0] == '/' && s[1] != '/');
	for (; *s != '\0'; s++)
		FUZZ_CHECK(*s > ' ' && *s < 0x7f);
}

static void
check_route(const char *uri, const char *user)
{
	struct route r;

	if (uri[0] == '\0' ||
	    route_parse((enum route_method)(
			    (unsigned char)uri[0] % (METHOD_OTHER + 1)),
		uri + 1, &r) == -1)
		return;
	FUZZ_CHECK(strlen(r.id) < sizeof(r.id));
	if (r.what == ROUTE_MOVED)
		check_location(r.location);
	if (r.good)
		check_command(&r, user);
	route_free(&r);
}

static void
check_render(const char *data, const char *text)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH);
	struct json_object *o;
	char buf[64], *body;
	size_t len;

	FUZZ_CHECK(tok != NULL);
	if ((body = render_container(data, &len)) != NULL) {
		FUZZ_CHECK(strlen(body) == len);
		o = json_tokener_parse_ex(tok, body, (int)len + 1);
		FUZZ_CHECK(json_object_is_type(o, json_type_object));
		json_object_put(o);
		free(body);
	}
	json_tokener_free(tok);
	if (render_scale(text, buf, sizeof(buf)) == 0)
		FUZZ_CHECK(strlen(buf) < sizeof(buf));
}

/* "name{label="value",…} number": whatever is in a value is in quotes. */
static void
check_metric(const char *p, const char *end)
{
	bool quoted = false;

	FUZZ_CHECK(p < end && *p >= 'a' && *p <= 'z');
	for (; p < end && (quoted || *p != ' '); p++) {
		if (quoted && *p == '\\')
			p++;
		else if (*p == '"')
			quoted = !quoted;
	}
	FUZZ_CHECK(!quoted && p + 1 < end && *p == ' ');
	for (p++; p < end; p++)
		FUZZ_CHECK(strchr("+-.0123456789EINaefnity", *p) != NULL);
}

static void
check_metrics(const struct status *s)
{
	struct grow g = { NULL, 0, 0, false };
	const char *p, *end;

	metrics_render(&g, s);
	FUZZ_CHECK(!g.failed && g.p[g.len - 1] == '\n');
	for (p = g.p; *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		FUZZ_CHECK(end != NULL);
		if (*p != '#')
			check_metric(p, end);
	}
	FUZZ_CHECK(p == g.p + g.len);
	free(g.p);
}

static void
check_monitor(const struct status *s)
{
	struct grow g = { NULL, 0, 0, false };
	struct json_object *o;
	int i, code;

	for (i = 0; i < 3; i++) {
		code = i == 0 ? monitor_health(&g, s)
			      : monitor_ready(&g, s, i == 1);
		FUZZ_CHECK(code == 200 || code == 503);
		o = json_tokener_parse(g.p);
		FUZZ_CHECK(json_object_is_type(o, json_type_object));
		json_object_put(o);
		g.len = 0;
	}
	free(g.p);
}

/* Whatever the fields are, they make no script. */
static void
check_page(const struct status *s, const char *data)
{
	struct samples *samples = samples_new();
	struct grow g = { NULL, 0, 0, false };
	struct news *news = news_new();
	struct page p = { .status = s,
		.news = news,
		.samples = samples,
		.token = "cafe",
		.now = 1000 };

	FUZZ_CHECK(samples != NULL && news != NULL);
	samples_add(samples, s, 1);
	samples_add(samples, s, p.now);
	news_add(news, data);
	page_render(&g, &p);
	FUZZ_CHECK(!g.failed && strstr(g.p, "</html>") != NULL);
	FUZZ_CHECK(strstr(g.p, "<script>") == NULL);
	free(g.p);
	news_free(news);
	samples_free(samples);
}

static void
check_status(const char *data)
{
	struct status *s = status_parse(data);

	if (s != NULL) {
		check_metrics(s);
		check_page(s, data);
	}
	check_monitor(s);
	status_free(s);
}

/* However the stream is cut, the end of the headers is at one place. */
static void
check_blank(const uint8_t *data, size_t size)
{
	struct blank whole = { false, false }, cut = { false, false };
	bool found, found_cut = false, nul;
	const char *p = (const char *)data;
	size_t i, n;

	n = blank_take(&whole, p, size, &found, &nul);
	FUZZ_CHECK(n <= size);
	for (i = 0; i < size && !found_cut; i++)
		FUZZ_CHECK(blank_take(&cut, p + i, 1, &found_cut, &nul) == 1);
	FUZZ_CHECK(i == n && found == found_cut);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *part[PARTS], *p = text;
	size_t i;

	for (i = 0; i < PARTS; i++) {
		part[i] = p;
		p += strlen(p);
		if (p < text + size)
			p++;
	}
	check_route(part[0], part[4]);
	for (i = 1; i < 4; i++)
		part[i] = part[i][0] != '\0' ? part[i] : NULL;
	route_cross_site(part[1], part[2], part[3]);
	route_of_named_site(part[1], part[2], part[3]);
	check_render(part[5], part[6]);
	check_status(part[5]);
	check_blank(data, size);
	free(text);
	return 0;
}
