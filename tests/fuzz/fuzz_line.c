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
 * Target: lines of the control socket, both ways. The first byte says whether
 * what follows is from a client or from the daemon; it is cut into lines, and
 * each is judged and parsed. What is made of bad texts must be good lines.
 */

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fuzz.h"
#include "line.h"

static const char *const services[] = { "zookeeper", "controller", "kafka",
	NULL };

static void
check_command(const char *line, const char *const *list)
{
	struct cmd_call call;
	struct cmd_error err;

	memset(&call, 0, sizeof(call));
	memset(&err, 0, sizeof(err));
	if (cmd_parse(line, list, &call, &err) == -1) {
		FUZZ_CHECK(err.code >= 400 && err.code < 500);
		FUZZ_CHECK(err.text[0] != '\0');
		FUZZ_CHECK(strlen(err.text) < sizeof(err.text));
		return;
	}
	FUZZ_CHECK(call.cmd != NULL && call.cmd->id < CMD_MAX);
	FUZZ_CHECK(call.count <= CMD_COUNT_MAX);
	FUZZ_CHECK(call.timeout >= 0 && call.timeout <= CMD_TIMEOUT_MAX);
	FUZZ_CHECK(strlen(call.name) < sizeof(call.name));
	FUZZ_CHECK(call.service >= -1 && call.service < 3);
}

/* What a reply says can be said again. */
static void
check_reply(const char *line)
{
	struct line_reply r, again;
	char *made;
	size_t len;

	if (line_reply_parse(line, &r) == -1)
		return;
	FUZZ_CHECK(r.code >= 100 && r.code <= 599);
	made = line_reply_new(r.code, r.more, r.text, &len);
	FUZZ_CHECK(made != NULL && len > 0 && made[len - 1] == '\n');
	FUZZ_CHECK(strlen(made) == len);
	made[len - 1] = '\0';
	FUZZ_CHECK(line_check(made, len - 1) == NULL);
	FUZZ_CHECK(line_reply_parse(made, &again) == 0);
	FUZZ_CHECK(again.code == r.code && again.more == r.more);
	free(made);
}

static void
check_line(const char *p, size_t len, bool command)
{
	char *line = fuzz_text(p, len), *clean = fuzz_text(p, len);
	int64_t ms = 0;

	if (line_check(p, len) == NULL) {
		FUZZ_CHECK(strlen(line) == len);
		if (command) {
			check_command(line, services);
			check_command(line, NULL);
			if (cmd_duration_parse(line, &ms) == 0)
				FUZZ_CHECK(ms >= 0);
		} else {
			check_reply(line);
		}
	}
	FUZZ_CHECK(line_clean(clean) == clean);
	FUZZ_CHECK(strchr(clean, '\t') != NULL ||
	    line_check(clean, strlen(clean)) == NULL);
	free(clean);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	bool command = fuzz_take(&in, 1) % 2 == 0;
	size_t max = command ? LINE_COMMAND_MAX : LINE_REPLY_MAX, len, used;
	const char *p = (const char *)in.p;

	while (line_take(p, in.left, max, &len, &used) == LINE_OK) {
		FUZZ_CHECK(len <= max && len < used && used <= in.left);
		check_line(p, len, command);
		p += used;
		in.left -= used;
	}
	return 0;
}
