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
 * Volumes of a service. Two instances must never write to one volume, so a
 * volume has the instance's number in its name, or a name for each instance;
 * and what would hide that two names or paths are one is refused.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

#define PATH_LEN_MAX 1024

void
set_volume_name(struct parser *ps, const struct conf_pos *pos, const char *name)
{
	if (ps->nnames == INSTANCES_MAX) {
		conf_error(ps, pos, "volume '%s': more than %d names", name,
		    INSTANCES_MAX);
		return;
	}
	ps->names[ps->nnames++] = name;
}

/* Returns an error text, or NULL. */
static const char *
name_check(const char *name, const char *driver, bool is_list)
{
	const char *p;

	if (name[0] == '\0' || strlen(name) > PATH_LEN_MAX)
		return "a name must have 1 to 1024 bytes";
	if (strchr(name, ':') != NULL)
		return "a name cannot have a ':'";
	/* A driver knows what it means. */
	if (driver == NULL && name[0] != '/' && strchr(name, '/') != NULL)
		return "a path on the host must be absolute";
	for (p = name; *p != '\0'; p++) {
		if (*p != '%')
			continue;
		if (*++p != 'd')
			return "only %d may follow a '%'";
		if (is_list)
			return "a %d stands for a list, it cannot be in one";
	}
	return NULL;
}

/* Whether "//", "/./" or "/../" would hide that two paths are one. */
static bool
path_is_plain(const char *path)
{
	size_t len;

	while (*path == '/') {
		len = strcspn(++path, "/");
		if (len == 0 || (len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += len;
	}
	return true;
}

/* Checks the names by themselves. Says what is wrong. */
static bool
names_check(struct parser *ps, const struct conf_pos *pos, const char *driver)
{
	const char *error, *name;
	size_t i, j;

	if (driver != NULL && (driver[0] == '\0' || strlen(driver) >= ID_MAX)) {
		conf_error(ps, pos,
		    "volume '%s': a driver must have 1 to 255 bytes",
		    ps->names[0]);
		return false;
	}
	for (i = 0; i < ps->nnames; i++) {
		name = ps->names[i];
		error = name_check(name, driver, ps->nnames > 1);
		for (j = 0; j < i && error == NULL; j++) {
			if (strcmp(ps->names[j], name) == 0)
				error = "is named twice, and no two instances "
					"may share a volume";
		}
		if (error == NULL && driver == NULL &&
		    (name[0] == '/') != (ps->names[0][0] == '/'))
			error = "names and paths in one list need a driver";
		if (error != NULL) {
			conf_error(ps, pos, "volume '%s': %s", name, error);
			return false;
		}
	}
	return ps->nnames > 0;
}

/* Whether the volume has one of the names that were read. */
static bool
volume_has_name(const struct parser *ps, const struct volume *v)
{
	size_t i, j;

	for (i = 0; i < v->nnames; i++) {
		for (j = 0; j < ps->nnames; j++) {
			if (strcmp(v->names[i], ps->names[j]) == 0)
				return true;
		}
	}
	return false;
}

static void
volume_clear(struct volume *v)
{
	size_t i;

	for (i = 0; i < v->nnames; i++)
		free(v->names[i]);
	free(v->names);
	free(v->driver);
	free(v->path);
}

/* Appends the names that were read. Returns 0, or -1 without memory. */
static int
volume_add(struct parser *ps, const char *driver, const char *path)
{
	struct service_conf *s = ps->service;
	struct volume *list, v = { .path = strdup(path) };

	if (driver == NULL && ps->names[0][0] != '/')
		driver = "local";
	v.names = calloc(ps->nnames, sizeof(*v.names));
	if (v.path == NULL || v.names == NULL ||
	    (driver != NULL && (v.driver = strdup(driver)) == NULL))
		goto fail;
	for (; v.nnames < ps->nnames; v.nnames++) {
		v.names[v.nnames] = strdup(ps->names[v.nnames]);
		if (v.names[v.nnames] == NULL)
			goto fail;
	}
	list = reallocarray(s->volumes, s->nvolumes + 1, sizeof(*list));
	if (list == NULL)
		goto fail;
	s->volumes = list;
	s->volumes[s->nvolumes++] = v;
	return 0;
fail:
	volume_clear(&v);
	return -1;
}

void
set_volume(struct parser *ps, const struct conf_pos *pos, const char *driver,
    const char *path)
{
	struct service_conf *s = ps->service;
	const struct volume *v;
	size_t i;

	if (!names_check(ps, pos, driver))
		return;
	if (path[0] != '/' || !path_is_plain(path) || strchr(path, ':') ||
	    strlen(path) > PATH_LEN_MAX) {
		conf_error(ps, pos,
		    "volume '%s': '%s' is not a plain absolute path",
		    ps->names[0], path);
		return;
	}
	for (i = 0; i < s->nvolumes; i++) {
		v = &s->volumes[i];
		if (strcmp(v->path, path) == 0 || volume_has_name(ps, v)) {
			conf_error(ps, pos,
			    "volume '%s' at '%s': one volume, one path, but "
			    "there is already '%s' at '%s'",
			    ps->names[0], path, v->names[0], v->path);
			return;
		}
	}
	if (volume_add(ps, driver, path) == -1)
		conf_error(ps, pos, "out of memory");
	else
		set_note_kind(ps, pos, "volume", path);
}

struct volume *
volume_find(struct service_conf *s, const char *path)
{
	size_t i;

	for (i = 0; i < s->nvolumes; i++) {
		if (strcmp(s->volumes[i].path, path) == 0)
			return &s->volumes[i];
	}
	return NULL;
}

void
volume_remove(struct service_conf *s, struct volume *v)
{
	size_t i = (size_t)(v - s->volumes);

	volume_clear(v);
	s->nvolumes--;
	memmove(v, v + 1, (s->nvolumes - i) * sizeof(*v));
}

int
volume_instances(const struct volume *v)
{
	if (volume_is_numbered(v))
		return INSTANCES_MAX;
	return (int)v->nnames;
}
