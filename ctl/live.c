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
 * kafkactl -w: the reply to a command, kept up to date. It is asked for again
 * each second. To be told by watch when something happens would be no less
 * work, as the times in it change each second anyway, and not all that changes
 * is told.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ask.h"
#include "line.h"
#include "live.h"
#include "screen.h"
#include "table.h"
#include "term.h"

#define LIVE_PAUSE 1000 /* ms */
#define LIVE_TIMEOUT 5000 /* ms */

struct live {
	struct ctl_client *client;
	const char *path;
	const struct cmd *cmd;
	struct output_style style;
	char *last; /* what was shown, or NULL */
	int64_t when; /* it was so, of ctl_now() */
	char problem[512]; /* "" while kafkad answers */
};

static FILE *
live_open(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (f == NULL)
		err(1, NULL);
	return f;
}

/* Asks, and keeps what is to be shown. Returns 0, or -1 and why not. */
static int
live_ask(struct live *l, char *why, size_t whysize)
{
	struct line_reply r;
	struct output out;
	size_t size;
	char *text;
	FILE *f;
	int result;

	f = live_open(&text, &size);
	output_begin(&out, f, l->cmd, &l->style);
	result =
	    ask(l->client, l->cmd->name, LIVE_TIMEOUT, &out, &r, why, whysize);
	if (result == 0 && r.code >= 300) {
		snprintf(why, whysize, "%d %s", r.code, r.text);
		result = -1;
	}
	if (result == 0)
		output_end(&out, r.code, r.text);
	else
		output_drop(&out);
	if (fclose(f) == EOF)
		err(1, NULL);
	if (result == -1) {
		free(text);
		return -1;
	}
	free(l->last);
	l->last = text;
	l->when = ctl_now();
	return 0;
}

/* Gets the newest, over a new connection if need be. */
static void
live_get(struct live *l)
{
	char why[sizeof(l->problem)];
	int code = 0;

	l->style.width = term_columns();
	if (l->client->fd == -1)
		code = ask_connect(l->client, l->path, LIVE_TIMEOUT, why,
		    sizeof(why));
	if (code == 0 && live_ask(l, why, sizeof(why)) == 0) {
		l->problem[0] = '\0';
		return;
	}
	ctl_close(l->client);
	strlcpy(l->problem, why, sizeof(l->problem));
}

/* The line above all: the time, so that it is seen to go on; what is wrong. */
static void
live_head(const struct live *l, FILE *f)
{
	char text[sizeof(l->problem) + 128], age[TABLE_DURATION_MAX], clock[16];
	const char *quit = screen_has_keys() ? "  q: quit" : "";
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s  %s%s", clock, l->path, quit);
	table_wrap(f, l->style.colours, TABLE_FAINT, text, 0, l->style.width);
	fputc('\n', f);
	if (l->problem[0] != '\0') {
		table_duration(age, (ctl_now() - l->when) / 1000);
		snprintf(text, sizeof(text), "%s; trying again%s%s%s",
		    l->problem, l->last != NULL ? "; what follows is " : "",
		    l->last != NULL ? age : "", l->last != NULL ? " old" : "");
		table_wrap(f, l->style.colours, TABLE_BAD, text, 0,
		    l->style.width);
		fputc('\n', f);
	}
	fputc('\n', f);
}

static int
live_draw(const struct live *l)
{
	size_t size;
	char *text;
	FILE *f;
	int result;

	f = live_open(&text, &size);
	live_head(l, f);
	fputs(l->last != NULL ? l->last : "", f);
	if (fclose(f) == EOF)
		err(1, NULL);
	result = screen_draw(text);
	free(text);
	return result;
}

int
live(struct ctl_client *c, const char *path, const struct cmd *cmd,
    const struct output_style *style)
{
	struct live l = { .client = c, .path = path, .cmd = cmd };
	int result = 0;

	l.style = *style;
	l.when = ctl_now();
	screen_begin();
	do {
		live_get(&l);
		result = live_draw(&l);
	} while (result == 0 && screen_wait(LIVE_PAUSE));
	screen_end();
	free(l.last);
	return result;
}
