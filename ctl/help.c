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
 * kafkactl: its help, made of the table of commands, so that no daemon is
 * needed for it and no command can lack one.
 */

#include <ctype.h>
#include <string.h>

#include "help.h"
#include "table.h"
#include "term.h"

#define HELP_TEXT_MAX 512

static const struct {
	const char *option;
	const char *help;
} help_options[] = {
	{ "-C [bash|zsh]", "print the completion for that shell" },
	{ "-f", "insist: the word force of the commands that have it" },
	{ "-h, --help", "show this, or all about a command" },
	{ "-j", "print the reply as JSON, for programs" },
	{ "-s SOCKET", "use this control socket" },
	{ "-w", "with status: keep it up to date, until q" },
};

void
help_usage(FILE *f)
{
	fputs("usage: kafkactl [-fhjw] [-s socket] command [argument ...]\n"
	      "       kafkactl -C [bash | zsh]\n",
	    f);
}

void
help_all(FILE *f)
{
	char usage[128];
	size_t i;

	help_usage(f);
	fputs("options:\n", f);
	for (i = 0; i < sizeof(help_options) / sizeof(help_options[0]); i++)
		fprintf(f, "  %-36s %s\n", help_options[i].option,
		    help_options[i].help);
	fputs("commands:\n", f);
	for (i = 0; i < CMD_MAX; i++)
		fprintf(f, "  %-36s %s\n",
		    cmd_usage(&cmd_table[i], usage, sizeof(usage)),
		    cmd_table[i].help);
	fputs("kafkactl help COMMAND tells more about one.\n", f);
}

/* The arguments, or the options, of a command. */
static void
help_words(FILE *f, const char *head, const struct cmd_word *w, bool options)
{
	char name[64], text[HELP_TEXT_MAX];

	if (w->type == CMD_TYPE_NONE)
		return;
	fprintf(f, "%s:\n", head);
	for (; w->type != CMD_TYPE_NONE; w++) {
		snprintf(name, sizeof(name), "%s%s", w->name,
		    w->type == CMD_TYPE_DURATION	       ? "=DURATION"
			: w->type == CMD_TYPE_COUNT && options ? "=N"
							       : "");
		fprintf(f, "  %-20s %s%s%s%s\n", name,
		    cmd_word_help(w, text, sizeof(text)),
		    w->optional ? "; may be left out" : "",
		    w->rights == CMD_CHANGE ? "; for those who may change "
					      "things"
					    : "",
		    strcmp(w->name, "force") == 0 ? "; the same as -f" : "");
	}
}

void
help_command(FILE *f, const struct cmd *cmd)
{
	char usage[128], text[HELP_TEXT_MAX];

	fprintf(f, "usage: kafkactl [-%sj%s] [-s socket] %s\n",
	    cmd_option(cmd, "force") != NULL ? "f" : "",
	    cmd->id == CMD_STATUS ? "w" : "",
	    cmd_usage(cmd, usage, sizeof(usage)));
	snprintf(text, sizeof(text), "%c%s.%s%s",
	    toupper((unsigned char)cmd->help[0]), cmd->help + 1,
	    cmd->more != NULL ? " " : "", cmd->more != NULL ? cmd->more : "");
	table_wrap(f, false, TABLE_PLAIN, text, 0, term_columns());
	fputc('\n', f);
	help_words(f, "arguments", cmd->args, false);
	help_words(f, "options", cmd->options, true);
	if (cmd->rights == CMD_CHANGE)
		fputs("rights: root, the user kafkad runs as, and the members "
		      "of the control group\n",
		    f);
	else
		fputs("rights: whoever may use the control socket\n", f);
}
