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
 * minimesos: what an image is here.  IMAGES/<name>/entrypoint is run in place
 * of a container, with the environment that the container would have had and
 * the mounts told by name, since nothing is really mounted.
 */

#include <sys/stat.h>

#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

static char *
entrypoint(struct task *t)
{
	return (xasprintf("%s/%s/entrypoint",
	    t->mm->opt.images != NULL ? t->mm->opt.images : ".",
	    t->image_name));
}

static char *
unknown_image(struct task *t)
{
	return (xasprintf(
	    "Failed to launch container: Failed to run 'docker "
	    "-H unix:///var/run/docker.sock pull %s': exited with status 1; "
	    "stderr='Error response from daemon: pull access denied for %s, "
	    "repository does not exist or may require 'docker login': denied: "
	    "requested access to the resource is denied\n'",
	    t->image, t->image));
}

/* Makes the sandbox and looks for the image; -1 and a text on failure. */
int
image_prepare(struct task *t, char **error)
{
	char *path;
	int missing;

	if (make_dirs(t->sandbox) == -1) {
		*error = xstrdup("Failed to create the sandbox");
		return (-1);
	}
	if (t->image == NULL) {
		if (!t->docker)
			return (0);
		*error = xstrdup("No image");
		return (-1);
	}
	path = entrypoint(t);
	missing = *t->image_name == '\0' || *t->image_name == '.' ||
	    access(path, X_OK) == -1;
	free(path);
	if (missing)
		*error = unknown_image(t);
	return (missing ? -1 : 0);
}

/* What the docker executor finds only after STARTING; or NULL. */
char *
image_docker_error(struct task *t)
{
	struct json_object *list;
	const char *network = json_str(t->info, "container.docker.network");
	int64_t port;
	size_t i;
	int host;

	if (!t->docker)
		return (NULL);
	list = json_get(t->info, "container.docker.port_mappings");
	host = network == NULL || strcmp(network, "HOST") == 0;
	if (host && json_str(t->info, "container.hostname") != NULL)
		return (xstrdup("Failed to create docker run options: Unable "
				"to set hostname with host network mode"));
	if ((host || strcmp(network, "NONE") == 0) && json_len(list) > 0)
		return (xstrdup(
		    "Failed to create docker run options: Port "
		    "mappings are only supported for bridge and user-defined "
		    "networks"));
	if (network != NULL && strcmp(network, "USER") == 0 &&
	    json_len(json_get(t->info, "container.network_infos")) != 1)
		return (xstrdup("Failed to create docker run options: No "
				"network info found in container info"));
	for (i = 0; i < json_len(list); i++) {
		port = (int64_t)json_num(json_at(list, i), "host_port", 0);
		if (!rv_has_port(&t->res, port))
			return (xasprintf(
			    "Failed to create docker run "
			    "options: Port [%lld] not included in resources",
			    (long long)port));
	}
	if (json_flag(t->info, "command.shell", 1) &&
	    json_str(t->info, "command.value") == NULL)
		return (xstrdup("Failed to create docker run options: Shell "
				"specified but no command value provided"));
	return (NULL);
}

static void
add_arguments(StringList *l, struct json_object *list, size_t from)
{
	const char *s;
	size_t i;

	for (i = from; i < json_len(list); i++)
		if ((s = json_str(json_at(list, i), "")) != NULL)
			sl_add(l, xstrdup(s));
}

static void
add_shell(StringList *l, const char *value)
{
	sl_add(l, xstrdup("/bin/sh"));
	sl_add(l, xstrdup("-c"));
	sl_add(l, xstrdup(value != NULL ? value : "exit 1"));
}

/* The program and its arguments; each string and the list to be freed. */
StringList *
image_argv(struct task *t)
{
	struct json_object *args = json_get(t->info, "command.arguments");
	const char *value = json_str(t->info, "command.value");
	StringList *l = sl_init();

	if (json_flag(t->info, "command.shell", 1)) {
		add_shell(l, value);
		return (l);
	}
	if (t->image != NULL && (t->docker || value == NULL)) {
		sl_add(l, entrypoint(t));
		if (value != NULL)
			sl_add(l, xstrdup(value));
		add_arguments(l, args, 0);
		return (l);
	}
	sl_add(l, xstrdup(value != NULL ? value : "/bin/false"));
	add_arguments(l, args, 1);
	return (l);
}

/* The real directory behind a volume, made on demand; NULL if none. */
static char *
volume_dir(struct task *t, struct json_object *v)
{
	const char *name = json_str(v, "source.docker_volume.name"), *path;
	char *dir;

	path = json_str(v, "host_path");
	if (path == NULL && !t->docker)
		path = json_str(v, "source.host_path.path");
	if (name != NULL)
		dir = xasprintf("%s/agent%d/volumes/%s", t->mm->opt.dir,
		    t->agent->idx, name);
	else if (path != NULL && *path == '/')
		dir = xstrdup(path);
	else if (path != NULL)
		dir = xasprintf("%s/%s", t->sandbox, path);
	else
		return (NULL);
	make_dirs(dir);
	return (dir);
}

static char *
mounts(struct task *t)
{
	struct json_object *list = json_get(t->info, "container.volumes");
	char *text = xstrdup("MINIMESOS_MOUNTS="), *dir, *longer;
	size_t i, n = 0;

	for (i = 0; i < json_len(list); i++) {
		if ((dir = volume_dir(t, json_at(list, i))) == NULL)
			continue;
		longer = xasprintf("%s%s%s=%s", text, n++ > 0 ? "\n" : "",
		    json_str(json_at(list, i), "container_path"), dir);
		free(text);
		free(dir);
		text = longer;
	}
	return (text);
}

static void
add_variables(StringList *l, struct json_object *command)
{
	struct json_object *list = json_get(command, "environment.variables");
	const char *name, *value;
	size_t i;

	for (i = 0; i < json_len(list); i++) {
		name = json_str(json_at(list, i), "name");
		value = json_str(json_at(list, i), "value");
		if (value != NULL)
			sl_add(l, xasprintf("%s=%s", name, value));
	}
}

/*
 * The image's programs, after those of IMAGES/bin that know what a container
 * with an address of its own means by its loopback address.
 */
static void
add_path(StringList *l, struct task *t)
{
	const char *images =
	    t->mm->opt.images != NULL ? t->mm->opt.images : ".";
	char *own =
	    *t->address != '\0' ? xasprintf("%s/bin:", images) : xstrdup("");
	char *more = t->image != NULL
	    ? xasprintf("%s/%s/bin:", images, t->image_name)
	    : xstrdup("");

	sl_add(l,
	    xasprintf("PATH=%s%s/usr/local/sbin:/usr/local/bin:/usr/sbin:"
		      "/usr/bin:/sbin:/bin",
		own, more));
	free(own);
	free(more);
}

/* The environment: what the agent sets, then the task's own variables. */
StringList *
image_env(struct task *t)
{
	StringList *l = sl_init();
	char *host = net_hostname(t);
	size_t i;

	for (i = 0;
	     t->mm->opt.image_env != NULL && i < t->mm->opt.image_env->sl_cur;
	     i++)
		sl_add(l, xstrdup(t->mm->opt.image_env->sl_str[i]));
	add_path(l, t);
	sl_add(l, xasprintf("HOME=%s", t->sandbox));
	sl_add(l, xasprintf("HOSTNAME=%s", host));
	free(host);
	if (*t->address != '\0') {
		sl_add(l, xasprintf("MINIMESOS_ADDRESS=%s", t->address));
		sl_add(l, xasprintf("MINIMESOS_HOSTS=%s", t->mm->hosts));
	}
	sl_add(l, xasprintf("MESOS_SANDBOX=%s", t->sandbox));
	sl_add(l, xasprintf("MESOS_CONTAINER_NAME=mesos-%s", t->container));
	sl_add(l, xasprintf("MESOS_ALLOCATION_ROLE=%s", t->role));
	sl_add(l, mounts(t));
	add_variables(l, json_get(t->info, "command"));
	return (l);
}
