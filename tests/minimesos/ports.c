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
 * minimesos: port ranges of agents that no other instance on the machine
 * uses.  They lie outside the kernel's ephemeral range; blocks of LOCK_UNIT
 * ports are guarded by abstract sockets held for the life of the process.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <stdio.h>
#include <unistd.h>

#include "minimesos.h"

#define LOCK_UNIT 20
#define PORT_FIRST 10240
#define PORT_LAST 65000

static int
unit_lock(int base)
{
	struct sockaddr_un sa;
	int fd, n;

	memset(&sa, 0, sizeof(sa));
	sa.sun_family = AF_UNIX;
	n = snprintf(sa.sun_path + 1, sizeof(sa.sun_path) - 1,
	    "minimesos-ports-%d", base);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return (-1);
	if (bind(fd, (struct sockaddr *)&sa,
		(socklen_t)(sizeof(sa_family_t) + 1 + (size_t)n)) == -1) {
		close(fd);
		return (-1);
	}
	return (fd);
}

static int
port_free(int port)
{
	struct sockaddr_in sin;
	int fd, error;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return (0);
	error = bind(fd, (struct sockaddr *)&sin, sizeof(sin));
	close(fd);
	return (error == 0);
}

static void
ephemeral(int *lo, int *hi)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");

	*lo = 32768;
	*hi = 60999;
	if (f == NULL)
		return;
	if (fscanf(f, "%d %d", lo, hi) != 2)
		*lo = 32768;
	fclose(f);
}

static void
unlock(struct agent *a)
{
	while (a->nlocks > 0)
		close(a->locks[--a->nlocks]);
}

static int
try_block(struct agent *a, int base, int count)
{
	int i;

	for (i = 0; i < count; i += LOCK_UNIT) {
		a->locks[a->nlocks] = unit_lock(base + i);
		if (a->locks[a->nlocks] == -1) {
			unlock(a);
			return (-1);
		}
		a->nlocks++;
	}
	for (i = 0; i < count; i++)
		if (!port_free(base + i)) {
			unlock(a);
			return (-1);
		}
	a->base = base;
	return (0);
}

/* Finds a range of count ports for an agent; -1 when none is free. */
int
ports_take(struct agent *a, int count)
{
	int units = (PORT_LAST - PORT_FIRST) / LOCK_UNIT, lo, hi, i, base;
	int start = (int)arc4random_uniform((uint32_t)units);

	ephemeral(&lo, &hi);
	a->locks = xcalloc((size_t)count / LOCK_UNIT + 1, sizeof(int));
	for (i = 0; i < units; i++) {
		base = PORT_FIRST + (start + i) % units * LOCK_UNIT;
		if (base + count > PORT_LAST ||
		    (base <= hi && base + count > lo) ||
		    (base <= PORTS_SHARED_LAST &&
			base + count > PORTS_SHARED_FIRST))
			continue;
		if (try_block(a, base, count) == 0)
			return (0);
	}
	return (-1);
}
