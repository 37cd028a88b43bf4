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
 * All processes: each calls its function here once, and can never take it
 * back. Nothing here may depend on input, but for the paths and ports of the
 * configuration.
 */

#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "landlock.h"
#include "log.h"
#include "msg.h"
#include "sandbox.h"

/*
 * Sanitizers, and valgrind, trace the process they check, with calls and
 * files that it needs for nothing else: SANDBOX_TRACED, without walls.
 */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_TRACED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_TRACED 1
#endif
#endif
#ifndef SANDBOX_TRACED
#define SANDBOX_TRACED 0
#endif

#define MESOS_DESCRIPTORS 128
#define CHILD_MEMORY (1UL << 30) /* a child that needs more has gone wild */
#define FOLDERS_MAX 32

/* Where the C library looks names up, and TLS finds certificates. */
static const char *const system_folders[] = { "/etc", "/usr", "/lib", "/lib64",
	"/run/systemd/resolve", "/run/NetworkManager", "/run/resolvconf",
	"/run/netconfig", "/var/lib/ca-certificates" };
/* Often a link into the folder of what writes it, mostly one of these. */
#define RESOLV_CONF "/etc/resolv.conf"

struct folders {
	struct landlock_folder list[FOLDERS_MAX];
	size_t n;
	char *made[FOLDERS_MAX]; /* to be freed */
	size_t nmade;
};

static void
limit(int what, const char *name, rlim_t most)
{
	struct rlimit rl;

	if (getrlimit(what, &rl) == -1)
		fatal("getrlimit: %s", name);
	if (rl.rlim_max > most)
		rl.rlim_max = most;
	if (rl.rlim_cur > rl.rlim_max)
		rl.rlim_cur = rl.rlim_max;
	if (setrlimit(what, &rl) == -1)
		fatal("setrlimit: %s", name);
}

static void
sandbox_common(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal("prctl: no new privileges");
	if (!SANDBOX_TRACED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		fatal("prctl: not dumpable");
	/* A port below 1024 was bound with it, and it is needed no more. */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	limit(RLIMIT_CORE, "core", 0);
	limit(RLIMIT_MEMLOCK, "memlock", 0);
	limit(RLIMIT_MSGQUEUE, "msgqueue", 0);
}

/* Files first: afterwards there is no call for them any more. */
static unsigned int
sandbox_enter(enum proc_id id, const struct landlock_rules *rules,
    unsigned int wanted)
{
	unsigned int walls;
	char names[64];

	if (SANDBOX_TRACED)
		return 0;
	walls = landlock_enter(rules);
	walls |= calls_enter(id);
	if ((wanted & ~walls) != 0)
		log_warnx("this kernel has no walls for: %s",
		    wall_names(wanted & ~walls, names, sizeof(names)));
	return walls;
}

static void
folders_add(struct folders *f, const char *path)
{
	if (f->n < FOLDERS_MAX)
		f->list[f->n++].path = path;
}

/* The folder of a path, which is taken. */
static void
folders_add_above(struct folders *f, char *path)
{
	char *slash;

	if (path == NULL || f->nmade == FOLDERS_MAX ||
	    (slash = strrchr(path, '/')) == NULL) {
		free(path);
		return;
	}
	slash[slash == path] = '\0';
	f->made[f->nmade++] = path;
	folders_add(f, path);
}

/* A link may lead to another folder, and be changed in its own. */
static void
folders_add_files(struct folders *f, const char *const *files, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (files[i][0] == '\0')
			continue;
		folders_add_above(f, strdup(files[i]));
		folders_add_above(f, realpath(files[i], NULL));
	}
}

static void
folders_free(struct folders *f)
{
	while (f->nmade > 0)
		free(f->made[--f->nmade]);
}

unsigned int
sandbox_parent(const char *state, const char *control)
{
	struct folders f = { .n = 0 };
	struct landlock_rules rules = { .reading = false };
	unsigned int walls;

	sandbox_common();
	folders_add(&f, state);
	folders_add_above(&f, strdup(control));
	for (rules.nfolders = 0; rules.nfolders < f.n; rules.nfolders++)
		f.list[rules.nfolders].change = true;
	rules.folders = f.list;
	walls = sandbox_enter(PROC_PARENT, &rules,
	    WALL_FILES | WALL_SIGNALS | WALL_CALLS);
	folders_free(&f);
	return walls;
}

/* f: the folders that are open besides those of files. */
static unsigned int
sandbox_child(enum proc_id id, struct folders *f, const char *const *files,
    size_t nfiles, const uint16_t *ports, size_t nports)
{
	struct landlock_rules rules = { .reading = true,
		.tcp = true,
		.abstract = true,
		.ports = ports,
		.nports = nports };
	unsigned int walls;

	sandbox_common();
	if (!SANDBOX_TRACED)
		limit(RLIMIT_DATA, "data", CHILD_MEMORY);
	folders_add_files(f, files, nfiles);
	rules.folders = f->list;
	rules.nfolders = f->n;
	walls = sandbox_enter(id, &rules, WALL_ALL);
	folders_free(f);
	return walls;
}

unsigned int
sandbox_mesos(const char *const *files, size_t nfiles, const uint16_t *ports,
    size_t nports)
{
	struct folders f = { .n = 0 };
	size_t i;

	if (!SANDBOX_TRACED)
		limit(RLIMIT_NOFILE, "nofile", MESOS_DESCRIPTORS);
	for (i = 0; i < sizeof(system_folders) / sizeof(*system_folders); i++)
		folders_add(&f, system_folders[i]);
	folders_add_above(&f, realpath(RESOLV_CONF, NULL));
	return sandbox_child(PROC_MESOS, &f, files, nfiles, ports, nports);
}

unsigned int
sandbox_http(const char *const *files, size_t nfiles)
{
	struct folders f = { .n = 0 };

	return sandbox_child(PROC_HTTP, &f, files, nfiles, NULL, 0);
}
