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
 * Tasks that are said to be gone while they end: see gone.h. Pure.
 */

#include <string.h>

#include "gone.h"
#include "instance.h"

/*
 * Until when a task may be alive that begins to end now: its agent gives it
 * the grace that it was launched with, and we ask for what is configured.
 */
static int64_t
task_end_latest(const struct cluster *c, const struct task *t, int64_t now)
{
	int64_t grace = instance_grace(c, t);

	if (t->grace > grace)
		grace = t->grace;
	return now + grace + c->conf->kill_interval;
}

/* Whether an agent may still be at it. */
static bool
update_is_early(const struct update *u)
{
	return u->state == TASK_GONE_BY_OPERATOR &&
	    strcmp(u->reason, "REASON_AGENT_REMOVED_BY_OPERATOR") != 0;
}

bool
task_is_going(struct cluster *c, struct task *t, const struct update *u,
    int64_t now)
{
	static const uint8_t none[UUID_LEN];

	/* It was not so. */
	if (u->state == TASK_STARTING || u->state == TASK_RUNNING) {
		t->gone_until = 0;
		memset(t->gone_uuid, 0, sizeof(t->gone_uuid));
		return false;
	}
	if (!task_state_terminal(u->state))
		return false;
	if (t->gone_until == 0) {
		if (!update_is_early(u))
			return false;
		t->gone_until = task_end_latest(c, t, now);
		c->dirty = true;
	}
	if (now >= t->gone_until)
		return false;
	if (!u->has_uuid)
		return true;
	if (u->state != TASK_GONE_BY_OPERATOR)
		return false;
	/* The same one comes until it is acknowledged. */
	if (memcmp(t->gone_uuid, none, UUID_LEN) == 0)
		memcpy(t->gone_uuid, u->uuid, UUID_LEN);
	return memcmp(t->gone_uuid, u->uuid, UUID_LEN) == 0;
}

void
gone_end(struct cluster *c, struct task *t, int64_t now)
{
	struct update u = { .state = TASK_GONE_BY_OPERATOR };
	int64_t latest = task_end_latest(c, t, now);

	/* As it was saved, and the clock was set back since. */
	if (t->gone_until > latest)
		t->gone_until = latest;
	if (now < t->gone_until) {
		cluster_wake(c, t->gone_until);
		return;
	}
	strlcpy(u.task_id, t->id, sizeof(u.task_id));
	strlcpy(u.agent_id, t->agent_id, sizeof(u.agent_id));
	cluster_on_update(c, &u, now);
}
