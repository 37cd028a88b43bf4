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
 * kafkactl: one command to kafkad, and its reply for people or programs. The
 * table of commands is checked here first, so that a mistake is told without
 * a daemon; rights are kafkad's business.
 */

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "client.h"
#include "completion.h"
#include "help.h"
#include "hint.h"
#include "live.h"
#include "output.h"
#include "term.h"

#define KAFKACTL_TIMEOUT 30000 /* ms */
#define KAFKACTL_PATH_MAX 1024

enum {
	KAFKACTL_DONE = 0,
	KAFKACTL_REFUSED = 1, /* or failed */
	KAFKACTL_USAGE = 2,
	KAFKACTL_NO_DAEMON = 3
};

struct kafkactl {
	bool help;
	bool completion;
	const char *shell; /* that it is for, or NULL */
	bool force;
	bool again; /* status, kept up to date */
	struct output_style style;
	bool searched; /* nobody named the socket */
	char path[KAFKACTL_PATH_MAX];
	char line[LINE_COMMAND_MAX + 1];
	struct cmd_call call;
	struct ctl_client client;
};

static struct hint
hint_of(struct kafkactl *k)
{
	return (struct hint) { .path = k->path,
		.searched = k->searched,
		.call = &k->call,
		.client = k->client.fd != -1 ? &k->client : NULL };
}

static int
lost(struct kafkactl *k, const char *text, int error)
{
	struct hint h = hint_of(k);

	fprintf(stderr, "kafkactl: %s\n", text);
	hint_lost(&h, error);
	return KAFKACTL_NO_DAEMON;
}

static int
connect_daemon(struct kafkactl *k)
{
	char text[KAFKACTL_PATH_MAX + 128];
	struct output out;
	struct hint h;
	int code;

	code = ask_connect(&k->client, k->path, KAFKACTL_TIMEOUT, text,
	    sizeof(text));
	if (code == -1)
		return lost(k, text, errno);
	if (code == 0)
		return KAFKACTL_DONE;
	if (k->style.json) {
		output_begin(&out, stdout, k->call.cmd, &k->style);
		output_end(&out, code, text);
		return KAFKACTL_REFUSED;
	}
	fprintf(stderr, "kafkactl: %d %s\n", code, text);
	h = hint_of(k);
	hint_shut_out(&h, code);
	return KAFKACTL_REFUSED;
}

/* wait and watch are silent while nothing happens, wait perhaps not for ever */
static int
timeout_of(const struct kafkactl *k)
{
	enum cmd_id id = k->call.cmd->id;

	if (id == CMD_WAIT && k->call.timeout > 0)
		return (int)k->call.timeout + KAFKACTL_TIMEOUT;
	return id == CMD_WAIT || id == CMD_WATCH ? CTL_FOREVER
						 : KAFKACTL_TIMEOUT;
}

/* Gives the command and shows the reply. */
static int
run_once(struct kafkactl *k)
{
	struct line_reply r;
	struct output out;
	struct hint h;
	char text[KAFKACTL_PATH_MAX];

	output_begin(&out, stdout, k->call.cmd, &k->style);
	if (ask(&k->client, k->line, timeout_of(k), &out, &r, text,
		sizeof(text)) == -1) {
		output_drop(&out);
		return lost(k, text, 0);
	}
	output_end(&out, r.code, r.text);
	if (r.code < 300)
		return KAFKACTL_DONE;
	if (!k->style.json) {
		fprintf(stderr, "kafkactl: %d %s\n", r.code, r.text);
		h = hint_of(k);
		hint_refused(&h, r.code, r.text);
	}
	return KAFKACTL_REFUSED;
}

static int
run_again(struct kafkactl *k)
{
	if (live(&k->client, k->path, k->call.cmd, &k->style) == -1)
		err(KAFKACTL_REFUSED, "stdout");
	return KAFKACTL_DONE;
}

static int
run(struct kafkactl *k)
{
	int result;

	if ((result = connect_daemon(k)) == KAFKACTL_DONE)
		result = k->again ? run_again(k) : run_once(k);
	ctl_close(&k->client);
	return result;
}

static int
misused(const char *text)
{
	fprintf(stderr, "kafkactl: %s\n", text);
	return KAFKACTL_USAGE;
}

/* Makes the line of the words and checks it. */
static int
parse_command(struct kafkactl *k, int argc, char **argv)
{
	struct cmd_error error;
	const char *why;
	size_t len = 0;
	int i;

	for (i = 0; i < argc; i++) {
		strlcat(k->line, i > 0 ? " " : "", sizeof(k->line));
		len = strlcat(k->line, argv[i], sizeof(k->line));
	}
	if (len >= sizeof(k->line))
		return misused("the command is too long");
	if ((why = line_check(k->line, len)) != NULL)
		return misused(why);
	if (cmd_parse(k->line, NULL, &k->call, &error) == -1) {
		misused(error.text);
		if (cmd_find(argv[0]) == NULL)
			hint_command(argv[0]);
		return KAFKACTL_USAGE;
	}
	if (!k->force || k->call.force)
		return KAFKACTL_DONE;
	if (cmd_option(k->call.cmd, "force") == NULL)
		return misused("-f: this command takes no force");
	k->call.force = true;
	if (strlcat(k->line, " force", sizeof(k->line)) >= sizeof(k->line))
		return misused("the command is too long");
	return KAFKACTL_DONE;
}

static int
parse_options(struct kafkactl *k, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = getopt_long(argc, argv, "Cfhjs:w", options, NULL)) != -1) {
		switch (ch) {
		case 'C':
			/* The word after it is the shell, if it is no option.
			 */
			k->completion = true;
			if (argv[optind] != NULL && *argv[optind] != '-')
				k->shell = argv[optind];
			break;
		case 'f':
			k->force = true;
			break;
		case 'j':
			k->style.json = true;
			break;
		case 's':
			if (*optarg == '\0')
				return misused("-s: empty");
			if (strlcpy(k->path, optarg, sizeof(k->path)) >=
			    sizeof(k->path))
				return misused("-s: too long");
			break;
		case 'w':
			k->again = true;
			break;
		case 'h':
			k->help = true;
			break;
		default:
			help_usage(stderr);
			return KAFKACTL_USAGE;
		}
	}
	return KAFKACTL_DONE;
}

/* For a terminal: colours, if its user does not mind, and its width. */
static void
choose_style(struct kafkactl *k)
{
	const char *no = getenv("NO_COLOR");

	k->style.colours =
	    !k->style.json && term_is_able() && (no == NULL || *no == '\0');
	k->style.width = k->style.json ? 0 : term_columns();
	k->style.in_place = !k->style.json && term_is_able();
}

/* -h: of the command, if one is named; its other words do not matter. */
static int
help(const char *name)
{
	const struct cmd *cmd;

	if (name == NULL) {
		help_all(stdout);
		return KAFKACTL_DONE;
	}
	if ((cmd = cmd_find(name)) == NULL) {
		misused("-h: no such command");
		hint_command(name);
		return KAFKACTL_USAGE;
	}
	help_command(stdout, cmd);
	return KAFKACTL_DONE;
}

static int
completion(const char *shell)
{
	if (completion_print(stdout, shell) == -1)
		return misused("-C: there is a completion for bash and zsh");
	return KAFKACTL_DONE;
}

static int
kafkactl(struct kafkactl *k, int argc, char **argv)
{
	const char *named = getenv("KAFKAD_SOCKET");
	int result;

	if ((result = parse_options(k, argc, argv)) != KAFKACTL_DONE)
		return result;
	argc -= optind;
	argv += optind;
	if (k->help)
		return help(argv[0]);
	if (k->completion)
		return completion(k->shell);
	if (argc == 0) {
		help_all(stderr);
		return KAFKACTL_USAGE;
	}
	if ((result = parse_command(k, argc, argv)) != KAFKACTL_DONE)
		return result;
	if (k->again && k->call.cmd->id != CMD_STATUS)
		return misused("-w goes with status only");
	if (k->again && (k->style.json || !term_is_able()))
		return misused("-w needs a terminal that is not dumb, and goes "
			       "without -j");
	if (k->call.cmd->id == CMD_HELP && !k->style.json) {
		return help(k->call.about != NULL ? k->call.about->name : NULL);
	}
	k->searched = *k->path == '\0' && (named == NULL || *named == '\0');
	if (*k->path == '\0' &&
	    ctl_default_socket(k->path, sizeof(k->path)) == -1)
		return misused("the path of the socket is too long");
	choose_style(k);
	return run(k);
}

int
main(int argc, char **argv)
{
	static struct kafkactl k = { .client = { .fd = -1 } };
	int result;

	term_init();
	result = kafkactl(&k, argc, argv);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(KAFKACTL_REFUSED, "stdout");
	return result;
}
