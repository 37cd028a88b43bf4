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
 * Part of the http process: the status page, as HTML that needs no script.
 * Pure. Names, messages and warnings may have come from Mesos: nothing but
 * what is escaped gets between the tags.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "page.h"

#define PLOT_WIDTH 600
#define PLOT_HEIGHT 80
#define PLOT_MARGIN 4 /* above and below, for the width of a line */

/* "3 h 5 min": the two largest units. */
static void
put_age(struct grow *g, int64_t s)
{
	if (s < 60)
		grow_printf(g, "%lld s", (long long)s);
	else if (s < 3600)
		grow_printf(g, "%lld min %lld s", (long long)s / 60,
		    (long long)s % 60);
	else if (s < 86400)
		grow_printf(g, "%lld h %lld min", (long long)s / 3600,
		    (long long)s % 3600 / 60);
	else
		grow_printf(g, "%lld d %lld h", (long long)s / 86400,
		    (long long)s % 86400 / 3600);
}

static void
put_time(struct grow *g, int64_t when)
{
	time_t t = (time_t)when;
	char stamp[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	grow_printf(g, "<time datetime=\"%s\">%.10s %.5s UTC</time>", stamp,
	    stamp, stamp + 11);
}

/* A term and what there is to say of it, if there is something. */
static void
put_term(struct grow *g, const char *term, const char *text)
{
	if (*text == '\0')
		return;
	grow_printf(g, "<div><dt>%s</dt><dd>", term);
	grow_html(g, text);
	grow_str(g, "</dd></div>\n");
}

static void
put_daemon(struct grow *g, const struct page *p)
{
	struct json_object *d = p->status->daemon;
	bool connected = status_bool(d, "connected");
	bool saved = status_bool(d, "saved");
	bool active = strcmp(status_str(d, "mode"), "active") == 0;

	grow_str(g, "<h1>kafkad</h1>\n<ul class=\"marks\">\n");
	grow_printf(g, "<li data-good=\"%d\">", active);
	grow_html(g, status_str(d, "mode"));
	grow_printf(g, "</li>\n<li data-good=\"%d\">%s</li>\n", connected,
	    connected ? "connected" : "not connected");
	grow_printf(g, "<li data-good=\"%d\">state %s</li>\n", saved,
	    saved ? "saved" : "not saved");
	if (status_bool(d, "behind"))
		grow_str(g, "<li data-good=\"0\">state behind</li>\n");
	grow_str(g, "</ul>\n<dl class=\"facts\">\n");
	put_term(g, "Master", status_str(d, "master"));
	put_term(g, "Connection", status_str(d, "connection"));
	put_term(g, "Framework", status_str(d, "framework_id"));
	put_term(g, "Version", status_str(d, "version"));
	grow_str(g, "<div><dt>Up for</dt><dd>");
	put_age(g, status_int(d, "since"));
	grow_str(g, "</dd></div>\n</dl>\n");
}

/* A section of a list of sentences of the status; none if it is empty. */
static void
put_list(struct grow *g, struct json_object *o, const char *field,
    const char *title)
{
	struct json_object *list, *text;
	size_t i, n;

	if (!json_object_object_get_ex(o, field, &list) ||
	    !json_object_is_type(list, json_type_array) ||
	    (n = json_object_array_length(list)) == 0)
		return;
	grow_printf(g,
	    "<section id=\"%s\" class=\"warn\" aria-labelledby=\"%s-h\">\n"
	    "<h2 id=\"%s-h\">%s</h2>\n<ul>\n",
	    field, field, field, title);
	for (i = 0; i < n; i++) {
		text = json_object_array_get_idx(list, i);
		if (!json_object_is_type(text, json_type_string))
			continue;
		grow_str(g, "<li>");
		grow_html(g, json_object_get_string(text));
		grow_str(g, "</li>\n");
	}
	grow_str(g, "</ul>\n</section>\n");
}

/* What is restarted one after the other, if something is. */
static void
put_plan(struct grow *g, const struct page *p)
{
	const char *plan = status_str(p->status->daemon, "plan");

	if (plan[0] == '\0')
		return;
	grow_str(g,
	    "<section id=\"plan\" aria-labelledby=\"plan-h\">\n"
	    "<h2 id=\"plan-h\">Plan</h2>\n<p>");
	grow_html(g, plan);
	grow_str(g, "</p>\n</section>\n");
}

static void
put_warnings(struct grow *g, const struct page *p)
{
	put_plan(g, p);
	put_list(g, p->status->daemon, "warnings", "Warnings");
	put_list(g, p->status->daemon, "strays",
	    "Tasks that are killed when they are seen");
}

static void
put_path(struct grow *g, const struct page *p, const char *service,
    enum sample_line line, int most, const char *class)
{
	grow_printf(g, "<path class=\"%s\" d=\"", class);
	samples_path(p->samples, service, line, p->now, most, PLOT_WIDTH,
	    PLOT_HEIGHT, g);
	grow_str(g, "\"/>\n");
}

/* What a service was in the last hours. */
static void
put_plot(struct grow *g, const struct page *p, struct json_object *o,
    const char *service)
{
	int most = samples_most(p->samples, service);

	if (most == 0)
		most = 1;
	grow_printf(g,
	    "<figure>\n<svg role=\"img\" viewBox=\"0 -%d %d %d\""
	    " preserveAspectRatio=\"none\" aria-label=\"",
	    PLOT_MARGIN, PLOT_WIDTH, PLOT_HEIGHT + 2 * PLOT_MARGIN);
	grow_html(g, service);
	grow_printf(g,
	    " over time: now %lld wanted, %lld running, %lld ready; at most "
	    "%d\">\n",
	    (long long)status_int(o, "wanted"),
	    (long long)status_int(o, "running"),
	    (long long)status_int(o, "ready"), most);
	put_path(g, p, service, SAMPLE_RUNNING, most, "running");
	put_path(g, p, service, SAMPLE_READY, most, "ready");
	put_path(g, p, service, SAMPLE_WANTED, most, "wanted");
	grow_str(g,
	    "</svg>\n<figcaption><span class=\"key wanted\">wanted"
	    "</span> <span class=\"key running\">running</span> "
	    "<span class=\"key ready\">ready</span> <span "
	    "class=\"since\">");
	if (samples_since(p->samples) != 0) {
		grow_printf(g, "0 to %d, since ", most);
		put_time(g, samples_since(p->samples));
	}
	grow_str(g, "</span></figcaption>\n</figure>\n");
}

static void
put_scale(struct grow *g, struct json_object *o, const char *service)
{
	grow_str(g, "<form class=\"act\" data-do=\"scale\" data-of=\"");
	grow_html(g, service);
	grow_printf(g,
	    "\" data-from=\"%lld\">\n<label>Wanted: <input "
	    "type=\"number\" name=\"n\" min=\"0\" max=\"1000\" "
	    "required autocomplete=\"off\" "
	    "value=\"%lld\"></label>\n<button>Scale ",
	    (long long)status_int(o, "wanted"),
	    (long long)status_int(o, "wanted"));
	grow_html(g, service);
	grow_str(g, "</button>\n</form>\n");
}

static void
put_button(struct grow *g, const char *verb, const char *label,
    const char *instance)
{
	/* One button is not to become another while it has the focus. */
	grow_printf(g, "<button id=\"%s-", verb);
	grow_html(g, instance);
	grow_printf(g, "\" data-do=\"%s\" data-of=\"", verb);
	grow_html(g, instance);
	grow_printf(g, "\">%s<span class=\"hear\"> ", label);
	grow_html(g, instance);
	grow_str(g, "</span></button>\n");
}

static void
put_actions(struct grow *g, const char *instance, const char *state)
{
	bool down = strcmp(state, "stopped") == 0;

	grow_str(g, "<td role=\"cell\" class=\"act\">");
	if (down || strcmp(state, "backoff") == 0)
		put_button(g, "start", "Start", instance);
	else
		put_button(g, "restart", "Restart", instance);
	if (!down)
		put_button(g, "kill", "Kill", instance);
	grow_str(g, "</td>\n");
}

static void
put_cell(struct grow *g, const char *title, const char *text)
{
	grow_printf(g, "<td role=\"cell\" data-title=\"%s\">", title);
	grow_html(g, text);
	grow_str(g, "</td>\n");
}

static void
put_ports(struct grow *g, struct json_object *o)
{
	struct json_object *list;
	size_t i, n = 0;

	if (json_object_object_get_ex(o, "ports", &list) &&
	    json_object_is_type(list, json_type_array))
		n = json_object_array_length(list);
	grow_str(g, "<td role=\"cell\" data-title=\"Ports\">");
	for (i = 0; i < n; i++)
		grow_printf(g, "%s%lld", i > 0 ? ", " : "",
		    (long long)json_object_get_int64(
			json_object_array_get_idx(list, i)));
	grow_str(g, "</td>\n");
}

/* Its state, whether it serves, and what keeps it from it. */
static void
put_state(struct grow *g, struct json_object *o)
{
	const char *why = status_str(o, "waiting"), *state;

	state = status_str(o, "state");
	grow_str(g,
	    "<td role=\"cell\" data-title=\"State\">"
	    "<span class=\"state\" data-state=\"");
	grow_html(g, state);
	grow_printf(g, "\" data-ready=\"%d\">", status_bool(o, "ready"));
	grow_html(g, state);
	grow_printf(g, "%s</span>",
	    status_bool(o, "ready")		? ", ready"
		: strcmp(state, "running") == 0 ? ", not ready"
						: "");
	if (status_bool(o, "outdated"))
		grow_str(g, " <span class=\"note\">outdated</span>");
	if (*why == '\0')
		why = status_str(o, "last_message");
	if (*why != '\0') {
		grow_str(g, "<br><span class=\"note\">");
		grow_html(g, why);
		grow_str(g, "</span>");
	}
	if (status_str(o, "plan")[0] != '\0') {
		grow_str(g, "<br><span class=\"note\">to be restarted: ");
		grow_html(g, status_str(o, "plan"));
		grow_str(g, "</span>");
	}
	if (status_int(o, "next_try") > 0)
		grow_printf(g,
		    " <span class=\"note\">next try in %lld s</span>",
		    (long long)status_int(o, "next_try"));
	grow_str(g, "</td>\n");
}

static void
put_since(struct grow *g, struct json_object *o)
{
	struct json_object *v;

	grow_str(g, "<td role=\"cell\" data-title=\"For\">");
	if (json_object_object_get_ex(o, "since", &v))
		put_age(g, status_int(o, "since"));
	grow_str(g, "</td>\n");
}

static void
put_instance(struct grow *g, const struct page *p, struct json_object *o)
{
	const char *name = status_str(o, "instance");
	struct json_object *v;
	char text[32] = "?";

	if (json_object_object_get_ex(o, "id", &v))
		snprintf(text, sizeof(text), "%lld",
		    (long long)status_int(o, "id"));
	grow_str(g, "<tr role=\"row\" id=\"i-");
	grow_html(g, name);
	grow_str(g,
	    "\">\n<th role=\"rowheader\" scope=\"row\">"
	    "<a href=\"/history/");
	grow_html(g, name);
	grow_str(g, "\">");
	grow_html(g, name);
	grow_str(g, "</a></th>\n");
	put_state(g, o);
	put_since(g, o);
	put_cell(g, "Id", text);
	put_cell(g, "Host", status_str(o, "host"));
	put_ports(g, o);
	put_cell(g, "Task", status_str(o, "task"));
	put_cell(g, "Agent", status_str(o, "agent"));
	snprintf(text, sizeof(text), "%lld",
	    (long long)status_int(o, "failures_total"));
	put_cell(g, "Failures", text);
	if (p->token != NULL)
		put_actions(g, name, status_str(o, "state"));
	grow_str(g, "</tr>\n");
}

static void
put_instances(struct grow *g, const struct page *p, const char *service)
{
	static const char *const titles[] = { "Instance", "State", "For", "Id",
		"Host", "Ports", "Task", "Agent", "Failures" };
	struct json_object *list = p->status->instances, *o;
	size_t i, n = json_object_array_length(list);

	grow_str(g,
	    "<table role=\"table\">\n<caption class=\"hear\">"
	    "Instances of ");
	grow_html(g, service);
	grow_str(g,
	    "</caption>\n<thead role=\"rowgroup\">"
	    "<tr role=\"row\">");
	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		grow_printf(g,
		    "<th role=\"columnheader\" scope=\"col\">%s</th>",
		    titles[i]);
	if (p->token != NULL)
		grow_str(g,
		    "<th role=\"columnheader\" scope=\"col\" "
		    "class=\"act\">Actions</th>");
	grow_str(g, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
	for (i = 0; i < n; i++) {
		o = json_object_array_get_idx(list, i);
		if (strcmp(status_str(o, "service"), service) == 0)
			put_instance(g, p, o);
	}
	grow_str(g, "</tbody>\n</table>\n");
}

static void
put_service(struct grow *g, const struct page *p, struct json_object *o)
{
	const char *name = status_str(o, "service");
	long long wanted = status_int(o, "wanted");
	long long ready = status_int(o, "ready");

	grow_str(g, "<section id=\"s-");
	grow_html(g, name);
	grow_str(g, "\" aria-labelledby=\"h-");
	grow_html(g, name);
	grow_str(g, "\">\n<h2 id=\"h-");
	grow_html(g, name);
	grow_str(g, "\">");
	grow_html(g, name);
	grow_printf(g,
	    "</h2>\n<p class=\"sum\"><strong data-good=\"%d\">%lld of %lld "
	    "ready</strong>, %lld running",
	    ready >= wanted, ready, wanted,
	    (long long)status_int(o, "running"));
	if (status_int(o, "configured") != wanted)
		grow_printf(g, ", %lld configured",
		    (long long)status_int(o, "configured"));
	if (status_int(o, "outdated") > 0)
		grow_printf(g, ", %lld outdated",
		    (long long)status_int(o, "outdated"));
	if (status_str(o, "waiting")[0] != '\0') {
		grow_str(g, "; ");
		grow_html(g, status_str(o, "waiting"));
	}
	grow_str(g, "</p>\n");
	put_plot(g, p, o, name);
	if (p->token != NULL)
		put_scale(g, o, name);
	put_instances(g, p, name);
	grow_str(g, "</section>\n");
}

static void
put_services(struct grow *g, const struct page *p)
{
	size_t i, n = json_object_array_length(p->status->services);

	for (i = 0; i < n; i++)
		put_service(g, p,
		    json_object_array_get_idx(p->status->services, i));
}

/* "2026-11-27T10:03:22Z" is for programs. */
static void
put_stamp(struct grow *g, const char *stamp)
{
	char text[32];

	snprintf(text, sizeof(text), "%.10s %.8s", stamp,
	    strlen(stamp) > 11 ? stamp + 11 : "");
	grow_str(g, "<time datetime=\"");
	grow_html(g, stamp);
	grow_str(g, "\">");
	grow_html(g, text);
	grow_str(g, "</time> ");
}

static void
put_news_item(struct grow *g, const struct news_item *item)
{
	grow_printf(g, "<li id=\"n-%llu\" data-warn=\"%d\">",
	    (unsigned long long)item->number, item->warn);
	put_stamp(g, item->time);
	if (item->warn)
		grow_str(g, "<span class=\"hear\">warning:</span> ");
	if (item->instance[0] != '\0') {
		grow_str(g, "<b>");
		grow_html(g, item->instance);
		grow_str(g, "</b> ");
	}
	grow_html(g, item->text);
	if (item->who[0] != '\0') {
		grow_str(g, " <span class=\"note\">");
		grow_html(g, item->who);
		grow_str(g, "</span>");
	}
	grow_str(g, "</li>\n");
}

static void
put_items(struct grow *g, const struct news *news)
{
	const struct news_item *item;
	size_t i;

	grow_str(g, "<ol tabindex=\"0\" aria-labelledby=\"news-h\">\n");
	for (i = 0; (item = news_get(news, i)) != NULL; i++)
		put_news_item(g, item);
	grow_str(g, "</ol>\n</section>\n");
}

static void
put_news(struct grow *g, const struct page *p)
{
	grow_str(g,
	    "<section id=\"news\" aria-labelledby=\"news-h\">\n"
	    "<h2 id=\"news-h\">Events</h2>\n<p class=\"since\">since ");
	put_time(g, p->news_since);
	grow_printf(g, ", the last %d, in UTC</p>\n", NEWS_KEPT);
	put_items(g, p->news);
}

static void
put_title(struct grow *g, const struct page *p)
{
	size_t i, n = json_object_array_length(p->status->services);
	struct json_object *o;

	for (i = 0; i < n; i++) {
		o = json_object_array_get_idx(p->status->services, i);
		grow_html(g, status_str(o, "service"));
		grow_printf(g, " %lld/%lld, ",
		    (long long)status_int(o, "ready"),
		    (long long)status_int(o, "wanted"));
	}
	grow_str(g, "kafkad");
}

static void
put_token(struct grow *g, const struct page *p)
{
	grow_str(g, p->token != NULL ? p->token : "");
}

static void
put_foot(struct grow *g, const struct page *p)
{
	grow_str(g, "As of ");
	put_time(g, p->now);
	grow_str(g,
	    p->token != NULL
		? "."
		: ". This page changes nothing: that needs user and password "
		  "for http in kafkad.conf(5).");
}

static const struct {
	const char *name;
	void (*put)(struct grow *g, const struct page *p);
} marks[] = {
	{ "token", put_token },
	{ "title", put_title },
	{ "daemon", put_daemon },
	{ "warnings", put_warnings },
	{ "services", put_services },
	{ "news", put_news },
	{ "foot", put_foot },
};

void
page_render(struct grow *g, const struct page *p)
{
	const char *s = page_html, *end;
	size_t i, n;

	for (;;) {
		n = strcspn(s, "@");
		grow_add(g, s, n);
		s += n;
		if (*s == '\0' || (end = strchr(s + 1, '@')) == NULL)
			break;
		s++;
		n = (size_t)(end - s);
		for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
			if (strlen(marks[i].name) == n &&
			    strncmp(marks[i].name, s, n) == 0)
				marks[i].put(g, p);
		}
		s = end + 1;
	}
}

void
page_render_past(struct grow *g, const char *instance, const struct news *past)
{
	grow_str(g,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	grow_html(g, instance);
	grow_str(g,
	    ", kafkad</title>\n"
	    "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/page.svg\">\n"
	    "<link rel=\"stylesheet\" href=\"/page.css\">\n</head>\n<body>\n"
	    "<header><h1>");
	grow_html(g, instance);
	grow_str(g,
	    "</h1>\n<p><a href=\"/\">All of kafkad</a></p></header>\n<main>\n"
	    "<section id=\"news\" aria-labelledby=\"news-h\">\n"
	    "<h2 id=\"news-h\">Events</h2>\n<p class=\"since\">"
	    "what kafkad keeps of it, the newest first, in UTC</p>\n");
	put_items(g, past);
	grow_str(g, "</main>\n</body>\n</html>\n");
}
