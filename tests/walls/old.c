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
 * old: runs a command as on a kernel that lacks something: Landlock, or
 * seccomp, too. For tests of what is said and done then.
 */

#include <sys/prctl.h>

#include <err.h>
#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <unistd.h>

static void
refuse(scmp_filter_ctx ctx, int error, int call, unsigned int n,
    struct scmp_arg_cmp arg)
{
	int rc = seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO((uint32_t)error),
	    call, n, &arg);

	if (rc != 0)
		errx(2, "rule for call %d: %s", call, strerror(-rc));
}

int
main(int argc, char *argv[])
{
	const struct scmp_arg_cmp mode =
	    SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0);
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (argc < 3 || ctx == NULL)
		errx(2, "usage: old landlock|seccomp command ...");
	refuse(ctx, ENOSYS, SCMP_SYS(landlock_create_ruleset), 0, mode);
	if (strcmp(argv[1], "seccomp") == 0) {
		refuse(ctx, ENOSYS, SCMP_SYS(seccomp), 0, mode);
		refuse(ctx, EINVAL, SCMP_SYS(prctl), 1, mode);
	}
	/* Else root could not become another user by a program. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, geteuid() != 0);
	if ((rc = seccomp_load(ctx)) != 0)
		errx(2, "%s", strerror(-rc));
	seccomp_release(ctx);
	execvp(argv[2], argv + 2);
	err(2, "%s", argv[2]);
}
