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
 * Two configurations, compared statement by statement as they are printed.
 * Runs in the parent. Secrets are compared, and never shown.
 */

#include <stdlib.h>
#include <string.h>

#include "conf.h"

struct statement {
	char *block;
	char *key;
	char *text;
};

struct statements {
	char *all; /* what the rest points into */
	struct statement *list;
	size_t n;
};

/* What is opened, bound or given up at the start. */
static bool
is_of_start(const char *block, const char *key)
{
	static const char *const global[] = { "control", "state", "user",
		"import" };
	size_t i;

	if (strcmp(block, "http") == 0)
		return strcmp(key, "listen") == 0;
	for (i = 0; i < sizeof(global) / sizeof(global[0]); i++) {
		if (block[0] == '\0' && strcmp(key, global[i]) == 0)
			return true;
	}
	return false;
}

/* Cuts the list into its parts, in place. */
static int
statements_cut(struct statements *s)
{
	char *line, *rest = s->all;
	struct statement *list, *to;

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		list = reallocarray(s->list, s->n + 1, sizeof(*list));
		if (list == NULL)
			return -1;
		s->list = list;
		to = &list[s->n++];
		to->block = strsep(&line, "\t");
		to->key = strsep(&line, "\t");
		to->text = line;
	}
	return 0;
}

static int
statements_make(struct statements *s, const struct conf *conf)
{
	size_t len;
	FILE *f;

	if ((f = open_memstream(&s->all, &len)) == NULL)
		return -1;
	conf_list(conf, f);
	if (fclose(f) == EOF)
		return -1;
	return statements_cut(s);
}

static void
statements_free(struct statements *s)
{
	free(s->list);
	free(s->all);
}

static const char *
statements_find(const struct statements *s, const struct statement *like)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (strcmp(s->list[i].block, like->block) == 0 &&
		    strcmp(s->list[i].key, like->key) == 0)
			return s->list[i].text;
	}
	return NULL;
}

struct diff {
	void (*f)(void *arg, const struct conf_change *c);
	void *arg;
	int n;
};

static void
diff_one(struct diff *d, const struct statement *s, const char *before,
    const char *now)
{
	struct conf_change c = { s->block, s->key, before, now,
		is_of_start(s->block, s->key) };

	d->n++;
	d->f(d->arg, &c);
}

static void
diff_secret(struct diff *d, char *block, char *key, const char *old,
    const char *new)
{
	const struct statement s = { block, key, NULL };

	if ((old == NULL && new == NULL) ||
	    (old != NULL && new != NULL &&strcmp(old, new) == 0))
		return;
	diff_one(d, &s, old != NULL ? "(a secret)" : NULL,
	    new != NULL ? "(another secret)" : NULL);
}

int
conf_diff(const struct conf *old, const struct conf *new,
    void (*f)(void *arg, const struct conf_change *c), void *arg)
{
	static char mesos[] = "mesos", secret[] = "secret", http[] = "http",
		    password[] = "password";
	struct diff d = { f, arg, 0 };
	struct statements was = { .n = 0 }, is = { .n = 0 };
	const char *text;
	size_t i;

	if (statements_make(&was, old) == -1 ||
	    statements_make(&is, new) == -1) {
		d.n = -1;
		goto done;
	}
	for (i = 0; i < is.n; i++) {
		text = statements_find(&was, &is.list[i]);
		if (text == NULL || strcmp(text, is.list[i].text) != 0)
			diff_one(&d, &is.list[i], text, is.list[i].text);
	}
	for (i = 0; i < was.n; i++) {
		if (statements_find(&is, &was.list[i]) == NULL)
			diff_one(&d, &was.list[i], was.list[i].text, NULL);
	}
	diff_secret(&d, mesos, secret, old->mesos.secret, new->mesos.secret);
	diff_secret(&d, http, password, old->http.password, new->http.password);
done:
	statements_free(&was);
	statements_free(&is);
	return d.n;
}

static void
swap(char **a, char **b)
{
	char *t = *a;

	*a = *b;
	*b = t;
}

void
conf_keep(struct conf *new, struct conf *old)
{
	struct http_conf h = new->http;

	swap(&new->control, &old->control);
	swap(&new->control_group, &old->control_group);
	new->read_any = old->read_any;
	swap(&new->state, &old->state);
	swap(&new->user, &old->user);
	swap(&new->import, &old->import);
	if (new->http.on && old->http.on) {
		swap(&new->http.address, &old->http.address);
		new->http.port = old->http.port;
	} else if (new->http.on || old->http.on) {
		/* Off or on as it was, with all that was said of it. */
		new->http = old->http;
		old->http = h;
	}
}
