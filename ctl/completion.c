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
 * kafkactl: its completion for bash, made of the table of commands, so that
 * it cannot lack one. Names of services and instances are asked for when they
 * are needed, as far as kafkad answers at once.
 */

#include "cmd.h"
#include "completion.h"

static const char head[] =
    "# Completion of kafkactl for bash; made by kafkactl -C.\n"
    "_kafkactl_names() {\n"
    "\ttimeout 2 kafkactl \"${socket[@]}\" -j list 2>/dev/null </dev/null |\n"
    "\t\tsed -n \"s/.*\\\"$1\\\":\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" | sort -u\n"
    "}\n"
    "_kafkactl() {\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words= command= n=0 i\n"
    "\tlocal socket=()\n"
    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
    "\t\tcase ${COMP_WORDS[i]} in\n"
    "\t\t-s) socket=(-s \"${COMP_WORDS[++i]}\") ;;\n"
    "\t\t-*) ;;\n"
    "\t\t*) if [ -n \"$command\" ]; then ((n++)); else\n"
    "\t\t\tcommand=${COMP_WORDS[i]}; fi ;;\n"
    "\t\tesac\n"
    "\tdone\n"
    "\tif [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = -s ]; then\n"
    "\t\tcompopt -o filenames 2>/dev/null\n"
    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "\t\treturn\n"
    "\tfi\n"
    "\tcase $cur,$command:$n in\n"
    "\t-*) words='-f -h -j -s -w' ;;\n";

static const char tail[] =
    "\tesac\n"
    "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
    "\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "complete -F _kafkactl kafkactl\n";

static void
put_commands(FILE *f)
{
	size_t i;

	for (i = 0; i < CMD_MAX; i++)
		fprintf(f, "%s%s", i > 0 ? " " : "", cmd_table[i].name);
}

/* What may stand for a word, for the shell to expand. */
static void
put_words(FILE *f, enum cmd_type type)
{
	int level;

	switch (type) {
	case CMD_TYPE_SERVICE:
		fputs("$(_kafkactl_names service)", f);
		break;
	case CMD_TYPE_INSTANCE:
	case CMD_TYPE_NAME:
		fputs("$(_kafkactl_names instance)", f);
		break;
	case CMD_TYPE_LEVEL:
		for (level = LOG_LEVEL_ERR; level <= LOG_LEVEL_TRACE; level++)
			fprintf(f, "%s%s", level > 0 ? " " : "",
			    log_level_name((enum log_level)level));
		break;
	case CMD_TYPE_COMMAND:
		put_commands(f);
		break;
	default:
		break;
	}
}

/* After its arguments a command has its options. */
static void
put_command(FILE *f, const struct cmd *cmd)
{
	const struct cmd_word *w;
	int n = 0;

	for (w = cmd->args; w->type != CMD_TYPE_NONE; w++) {
		fprintf(f, "\t*,%s:%d) words=\"", cmd->name, n++);
		put_words(f, w->type);
		fputs("\" ;;\n", f);
	}
	for (w = cmd->options; w->type != CMD_TYPE_NONE; w++)
		fprintf(f, "\t*,%s:%d) words='%s%s' ;;\n", cmd->name, n++,
		    w->name, w->type == CMD_TYPE_FLAG ? "" : "=");
}

void
completion_print(FILE *f)
{
	size_t i;

	fputs(head, f);
	fputs("\t*,:0) words='", f);
	put_commands(f);
	fputs("' ;;\n", f);
	for (i = 0; i < CMD_MAX; i++)
		put_command(f, &cmd_table[i]);
	fputs(tail, f);
}
