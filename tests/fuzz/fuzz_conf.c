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
 * Target: kafkad.conf and the environment. The input is cut at NUL bytes: the
 * configuration (empty: there is none), variables as "NAME=value" lines, and
 * what is in the files that the configuration names. What is taken must be
 * taken again as it is printed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/conf.h"
#include "fuzz.h"
#include "rig_files.h"

#define PARTS 4 /* the configuration, the environment, two files */
#define VARIABLES_MAX 64
#define MAIN "/conf" /* of a length that is the first of the files */

struct input {
	char *part[PARTS];
	size_t size[PARTS];
	char *vars[VARIABLES_MAX + 1]; /* as getenv() knows them */
	char *owned[VARIABLES_MAX];
	size_t nvars;
};

static void
input_cut(struct input *in, const uint8_t *data, size_t size)
{
	const uint8_t *nul;
	size_t i, n;

	memset(in, 0, sizeof(*in));
	for (i = 0; i < PARTS; i++) {
		nul = size > 0 ? memchr(data, '\0', size) : NULL;
		n = nul == NULL ? size : (size_t)(nul - data);
		in->part[i] = fuzz_text(data, n);
		in->size[i] = n;
		data += n;
		size -= n;
		if (size > 0) {
			data++;
			size--;
		}
	}
}

/* Variables stay what they were: getenv() sees these only while it runs. */
static void
input_environment(struct input *in)
{
	char *rest = in->part[1], *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (in->nvars == VARIABLES_MAX || strchr(line, '=') == NULL)
			continue;
		in->owned[in->nvars] = strdup(line);
		in->vars[in->nvars] = in->owned[in->nvars];
		in->nvars++;
	}
}

static void
input_free(struct input *in)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		free(in->part[i]);
	for (i = 0; i < in->nvars; i++)
		free(in->owned[i]);
}

static struct conf *
load(const char *path, char **errors)
{
	struct conf *conf;
	size_t len;
	FILE *err;

	if ((err = open_memstream(errors, &len)) == NULL)
		abort();
	conf = conf_load(path, err);
	fclose(err);
	return conf;
}

static char *
print(const struct conf *conf, size_t *len)
{
	char *text;
	FILE *out;

	if ((out = open_memstream(&text, len)) == NULL)
		abort();
	conf_print(conf, out);
	fclose(out);
	return text;
}

/* Without variables, which would still say something else. */
static void
check_again(struct input *in, const struct conf *conf)
{
	const char *texts[FILES_MAX];
	size_t sizes[FILES_MAX], len, i;
	char *text = print(conf, &len), *errors;
	struct conf *again;

	for (i = 0; i < PARTS; i++) {
		texts[i] = in->part[i];
		sizes[i] = in->size[i];
	}
	texts[1] = text;
	sizes[1] = len;
	fuzz_files(texts, sizes, PARTS);
	if (in->nvars == 0) {
		again = load(MAIN, &errors);
		FUZZ_CHECK(again != NULL && errors != NULL);
		conf_free(again);
		free(errors);
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char **saved = environ, *errors, *slot;
	struct input in;
	struct conf *conf;
	size_t n;

	input_cut(&in, data, size);
	input_environment(&in);
	environ = in.vars;
	/* The path MAIN has the length that finds the configuration. */
	slot = in.part[1];
	n = in.size[1];
	in.part[1] = in.part[0];
	in.size[1] = in.size[0];
	fuzz_files((const char *const *)in.part, in.size, PARTS);
	conf = load(in.size[0] > 0 ? MAIN : NULL, &errors);
	FUZZ_CHECK(conf != NULL || errors[0] != '\0');
	if (conf != NULL)
		check_again(&in, conf);
	conf_free(conf);
	free(errors);
	environ = saved;
	in.part[1] = slot;
	in.size[1] = n;
	input_free(&in);
	return 0;
}
