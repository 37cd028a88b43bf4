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
 * Kill points, in a build with -DKILL_POINTS: any process. The file they are
 * counted in is mapped before a process gives anything up, so that a visit
 * needs no system call. An end writes nothing and frees nothing.
 */

#include "killpoint.h"

#ifdef KILL_POINTS

#include <sys/mman.h>
#include <sys/stat.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define KILLED 137 /* as a shell says of kill -9 */

static struct killpoint_map *killpoint_map; /* NULL: nothing is counted */
static enum proc_id killpoint_self;

void
killpoint_init(const char *child)
{
	enum proc_id id;
	struct stat st;
	void *p;
	int fd;

	for (id = PROC_PARENT; child != NULL && id < PROC_MAX; id++) {
		if (strcmp(child, proc_name(id)) == 0)
			killpoint_self = id;
	}
	if ((fd = open(KILLPOINT_FILE, O_RDWR | O_CLOEXEC)) == -1)
		return;
	if (fstat(fd, &st) == 0 && st.st_size == sizeof(*killpoint_map)) {
		p = mmap(NULL, sizeof(*killpoint_map), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
		if (p != MAP_FAILED)
			killpoint_map = p;
	}
	close(fd);
}

/* Counts a visit. Returns whether it is the last one. */
static bool
killpoint_visit(enum killpoint point, unsigned int which)
{
	struct killpoint_count *n;

	if (killpoint_map == NULL || which >= MSG_MAX)
		return false;
	n = &killpoint_map->count[killpoint_self][point][which];
	n->visits++;
	if (n->left == 0 || --n->left != 0)
		return false;
	n->kills++;
	return true;
}

void
killpoint(enum killpoint point, unsigned int which)
{
	if (killpoint_visit(point, which))
		_exit(KILLED);
}

void
killpoint_sent(enum killpoint point, unsigned int which,
    struct bufferevent *bev)
{
	struct evbuffer *out = bufferevent_get_output(bev);

	if (!killpoint_visit(point, which))
		return;
	evbuffer_unfreeze(out, 1);
	while (evbuffer_write(out, bufferevent_getfd(bev)) > 0)
		continue;
	_exit(KILLED);
}

#endif
