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
 * All processes: Landlock, the kernel's wall around files, TCP ports and
 * signals. There is no library for it; landlock(7) is the source, and each of
 * its versions is used as far as the kernel knows it.
 */

#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "landlock.h"
#include "log.h"

/*
 * landlock(7), here rather than in <linux/landlock.h>: the headers of a
 * machine may be older than its kernel, or have none of it.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define CREATE_RULESET_VERSION 1
#define RULE_PATH_BENEATH 1
#define RULE_NET_PORT 2
#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_DIR (1ULL << 4)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_CHAR (1ULL << 6)
#define FS_MAKE_DIR (1ULL << 7)
#define FS_MAKE_REG (1ULL << 8)
#define FS_MAKE_SOCK (1ULL << 9)
#define FS_MAKE_FIFO (1ULL << 10)
#define FS_MAKE_BLOCK (1ULL << 11)
#define FS_MAKE_SYM (1ULL << 12)
#define FS_REFER (1ULL << 13)
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_BIND_TCP (1ULL << 0)
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

#define FS_READ (FS_READ_FILE | FS_READ_DIR)
#define FS_CHANGE (FS_WRITE_FILE | FS_TRUNCATE | FS_REMOVE_FILE | FS_MAKE_REG)
/* What nobody may who is walled in. */
#define FS_NEVER                                                      \
	(FS_REMOVE_DIR | FS_MAKE_DIR | FS_MAKE_CHAR | FS_MAKE_BLOCK | \
	    FS_MAKE_FIFO | FS_MAKE_SOCK | FS_MAKE_SYM | FS_REFER |    \
	    FS_IOCTL_DEV)

/* The versions that brought something. */
enum {
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	ABI_TCP = 4,
	ABI_IOCTL = 5,
	ABI_SCOPE = 6
};

/* struct landlock_ruleset_attr, whole: an older kernel takes zeros. */
struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

struct path_beneath {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

struct net_port {
	uint64_t access;
	uint64_t port;
};

static uint64_t
fs_known(int abi)
{
	uint64_t fs = FS_READ | FS_CHANGE | FS_NEVER | FS_EXECUTE;

	if (abi < ABI_REFER)
		fs &= ~(uint64_t)FS_REFER;
	if (abi < ABI_TRUNCATE)
		fs &= ~(uint64_t)FS_TRUNCATE;
	if (abi < ABI_IOCTL)
		fs &= ~(uint64_t)FS_IOCTL_DEV;
	return fs;
}

/* A folder that is not there, or not for us, needs no door. */
static void
folder_allow(int fd, const struct landlock_folder *f, uint64_t handled)
{
	struct path_beneath rule = {
		.access = (f->change ? FS_READ | FS_CHANGE : FS_READ) & handled,
	};
	int dir = open(f->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir == -1 && errno != ENOENT && errno != ENOTDIR && errno != EACCES)
		fatal("landlock: %s", f->path);
	if (dir == -1) {
		log_debug("walls: no %s", f->path);
		return;
	}
	rule.fd = dir;
	if (syscall(SYS_landlock_add_rule, fd, RULE_PATH_BENEATH, &rule, 0) ==
	    -1)
		fatal("landlock: %s", f->path);
	close(dir);
}

static void
port_allow(int fd, uint16_t port)
{
	struct net_port rule = { NET_CONNECT_TCP, port };

	if (syscall(SYS_landlock_add_rule, fd, RULE_NET_PORT, &rule, 0) == -1)
		fatal("landlock: port %u", port);
}

/* What is to be walled off, as far as this kernel can. */
static struct ruleset
ruleset_for(const struct landlock_rules *r, int abi)
{
	struct ruleset set = { .fs = fs_known(abi) };

	if (!r->reading)
		set.fs &= ~(FS_READ | FS_EXECUTE);
	if (r->tcp && abi >= ABI_TCP)
		set.net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= ABI_SCOPE)
		set.scoped =
		    SCOPE_SIGNAL | (r->abstract ? SCOPE_ABSTRACT_UNIX : 0);
	return set;
}

unsigned int
landlock_enter(const struct landlock_rules *r)
{
	struct ruleset set;
	size_t i;
	int abi, fd;

	abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    CREATE_RULESET_VERSION);
	if (abi < 1)
		return 0;
	set = ruleset_for(r, abi);
	fd = (int)syscall(SYS_landlock_create_ruleset, &set, sizeof(set), 0);
	if (fd == -1)
		fatal("landlock: rules");
	for (i = 0; i < r->nfolders; i++)
		folder_allow(fd, &r->folders[i], set.fs);
	for (i = 0; set.net != 0 && i < r->nports; i++)
		port_allow(fd, r->ports[i]);
	if (syscall(SYS_landlock_restrict_self, fd, 0) == -1)
		fatal("landlock");
	close(fd);
	return WALL_FILES | (set.net != 0 ? WALL_TCP : 0) |
	    (set.scoped != 0 ? WALL_SIGNALS : 0);
}
