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

#ifndef DAEMON_IMPORT_H
#define DAEMON_IMPORT_H

#include <stdint.h>

#include "config/conf.h"
#include "core/cluster.h"
#include "store.h"

/*
 * Takes the Go framework's state, framework.json in the folder conf->import,
 * over into a cluster that has no state yet: framework id, role and principal,
 * counts, and tasks, which reconciliation has to confirm. What is noteworthy
 * goes to the log. now and wall are the present times of clock.h. Returns 1, 0
 * if there is no such file, or -1 with why in err (STORE_ERR bytes): it is not
 * to be trusted, damaged, or does not go with the configuration. The cluster
 * is of no use then.
 */
int import_load(const struct conf *conf, struct cluster *c, int64_t now,
    int64_t wall, char *err);

#endif
