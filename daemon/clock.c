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
 * The two clocks of the parent; the http process has the first one, too.
 */

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* So that times before the machine's start are above 0 as well. */
#define CLOCK_BASE (INT64_C(1) << 41)
#define CLOCK_BOOT_FILE "/proc/sys/kernel/random/boot_id"

static int64_t
clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	return CLOCK_BASE + clock_ms(CLOCK_BOOTTIME);
}

int64_t
clock_wall(void)
{
	return clock_ms(CLOCK_REALTIME);
}

const char *
clock_boot(void)
{
	static char id[64];
	static int asked;
	ssize_t n;
	int fd;

	if (asked)
		return id;
	asked = 1;
	if ((fd = open(CLOCK_BOOT_FILE, O_RDONLY | O_CLOEXEC)) == -1)
		return id;
	if ((n = read(fd, id, sizeof(id) - 1)) < 0)
		n = 0;
	id[n] = '\0';
	id[strcspn(id, "\n")] = '\0';
	close(fd);
	return id;
}
