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
 * killpoints: the kill points of a kafkad built with -DKILL_POINTS, for the
 * test that has it end at them. It trusts its arguments and the file, which
 * it shares with the processes of that kafkad, and must never make it longer
 * or shorter once they are there.
 *
 *	killpoints FILE new			with no visits
 *	killpoints FILE arm PROCESS N		each point kills at visit N
 *	killpoints FILE left PROCESS		those that have not killed yet
 *	killpoints FILE disarm			none kills any more
 *	killpoints FILE show			visits, kills and name of all
 *	killpoints FILE kills			how many there were
 *
 * A name is "parent FRAME_SENT ACCEPT" or "parent STATE_WRITE".
 */

#include <sys/mman.h>
#include <sys/stat.h>

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef KILL_POINTS
#define KILL_POINTS
#endif
#include "killpoint.h"

enum kind { ONE, OUT, IN, CALL, LINE };
enum { PARENT = 1 << PROC_PARENT, MESOS = 1 << PROC_MESOS };
enum { HTTP = 1 << PROC_HTTP, EVERY = PARENT | MESOS | HTTP };

static const struct {
	const char *name;
	unsigned int procs;
	enum kind kind;
	const char *text;
} points[] = {
#define ROW(name, procs, kind, text) { #name, procs, kind, text },
	KILLPOINT_TABLE(ROW)
};

/* A point of a process. */
struct one {
	enum proc_id proc;
	unsigned int point;
	unsigned int which;
};

typedef void point_fn(struct killpoint_count *, const struct one *);

static const char *wanted; /* a process, or NULL: all */
static uint32_t visit;
static unsigned int kills;

static bool
is_call(unsigned int type)
{
	return type == MSG_ACCEPT || type == MSG_DECLINE || type == MSG_KILL ||
	    type == MSG_ACKNOWLEDGE || type == MSG_RECONCILE ||
	    type == MSG_SUPPRESS || type == MSG_REVIVE || type == MSG_TEARDOWN;
}

/* Whether there is such a one. */
static bool
exists(const struct one *o)
{
	const struct msg_info *m = msg_info((uint16_t)o->which);
	unsigned int self = 1U << o->proc;

	if (!(points[o->point].procs & self))
		return false;
	switch (points[o->point].kind) {
	case OUT:
		return m != NULL && (m->from & self);
	case IN:
		return m != NULL && (m->to & self);
	case CALL:
		return is_call(o->which);
	case LINE:
		return o->which < 2;
	default:
		return o->which == 0;
	}
}

static void
print_name(const struct one *o)
{
	const char *which = "";

	if (points[o->point].kind == LINE)
		which = o->which == 0 ? " client" : " http";
	else if (points[o->point].kind != ONE)
		which = msg_info((uint16_t)o->which)->name;
	printf("%s %s%s%s", proc_name(o->proc), points[o->point].name,
	    *which != '\0' && *which != ' ' ? " " : "", which);
}

static void
do_arm(struct killpoint_count *n, const struct one *o)
{
	(void)o;
	n->left = visit;
}

static void
do_left(struct killpoint_count *n, const struct one *o)
{
	if (n->left == 0)
		return;
	print_name(o);
	printf("\n");
}

static void
do_show(struct killpoint_count *n, const struct one *o)
{
	printf("%u %u ", n->visits, n->kills);
	print_name(o);
	printf(" # %s\n", points[o->point].text);
}

static void
do_kills(struct killpoint_count *n, const struct one *o)
{
	(void)o;
	kills += n->kills;
}

static void
for_all(struct killpoint_map *map, point_fn *fn)
{
	struct one o;

	for (o.proc = PROC_PARENT; o.proc < PROC_MAX; o.proc++) {
		if (wanted != NULL && strcmp(wanted, proc_name(o.proc)) != 0)
			continue;
		for (o.point = 0; o.point < KILLPOINT_MAX; o.point++) {
			for (o.which = 0; o.which < MSG_MAX; o.which++) {
				if (exists(&o))
					fn(&map->count[o.proc][o.point]
						      [o.which],
					    &o);
			}
		}
	}
}

static struct killpoint_map *
map_file(const char *path, bool new)
{
	struct stat st;
	void *p;
	int fd;

	fd = open(path, O_RDWR | (new ? O_CREAT | O_TRUNC : 0), 0666);
	/* The processes are another user's. */
	if (fd == -1 || (new &&fchmod(fd, 0666) == -1) ||
	    (new &&ftruncate(fd, sizeof(struct killpoint_map)) == -1) ||
	    fstat(fd, &st) == -1)
		err(1, "%s", path);
	if (st.st_size != sizeof(struct killpoint_map))
		errx(1, "%s: of another build", path);
	p = mmap(NULL, sizeof(struct killpoint_map), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	return p;
}

int
main(int argc, char *argv[])
{
	struct killpoint_map *map;
	const char *what = argc > 2 ? argv[2] : "";

	if (argc > 3)
		wanted = argv[3];
	if (argc > 4)
		visit = (uint32_t)strtonum(argv[4], 1, 1000, NULL);
	if (argc < 3 || (strcmp(what, "arm") == 0 && visit == 0))
		errx(2, "usage: killpoints file what [process [n]]");
	map = map_file(argv[1], strcmp(what, "new") == 0);
	if (strcmp(what, "arm") == 0 || strcmp(what, "disarm") == 0)
		for_all(map, do_arm);
	else if (strcmp(what, "left") == 0)
		for_all(map, do_left);
	else if (strcmp(what, "show") == 0)
		for_all(map, do_show);
	else if (strcmp(what, "kills") == 0)
		for_all(map, do_kills);
	if (strcmp(what, "kills") == 0)
		printf("%u\n", kills);
	return 0;
}
