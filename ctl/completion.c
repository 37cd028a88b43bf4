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
 * kafkactl: its completion for bash and zsh, made of the table of commands, so
 * that it cannot lack one. Names of services and instances are asked for when
 * they are needed, as far as kafkad answers at once. The cases of the words
 * are the same text for both shells.
 */

#include <string.h>

#include "cmd.h"
#include "completion.h"

/*
 * A function that asks kafkad, at the socket in an array, for names. The shell
 * would run what it can expand in them: those of other characters are left out.
 */
static const char names[] =
    "_kafkactl_names() {\n"
    "\ttimeout 2 kafkactl \"${socket[@]}\" -j list 2>/dev/null </dev/null |\n"
    "\t\tsed -n \"s/.*\\\"$1\\\":\\\"\\([A-Za-z0-9_.-]*\\)\\\".*/\\1/p\" |\n"
    "\t\tsort -u\n"
    "}\n";

static const char bash_head[] =
    "_kafkactl() {\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} choices= command= n=0 i\n"
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
    "\t-*) choices='-f -h -j -s -w' ;;\n";

static const char bash_tail[] =
    "\tesac\n"
    "\tmapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$cur\")\n"
    "\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "complete -F _kafkactl kafkactl\n";

static const char zsh_head[] =
    "_kafkactl() {\n"
    "\tlocal curcontext=$curcontext state line expl choices= ret=1\n"
    "\tlocal -a socket commands list more\n"
    "\tlocal -A opt_args\n"
    "\t_arguments -C -s \\\n"
    "\t\t'-f[insist]' \\\n"
    "\t\t'(- *)-h[show the options and the commands]' \\\n"
    "\t\t'-j[print JSON]' \\\n"
    "\t\t'-s+[use this control socket]:socket:_files' \\\n"
    "\t\t'-w[show status again every second]' \\\n"
    "\t\t'1:command:->command' '*::argument:->argument' && ret=0\n"
    "\tif [[ -n $opt_args[-s] ]]; then\n"
    "\t\tsocket=(-s \"${(Q)opt_args[-s]}\")\n"
    "\tfi\n"
    "\tcase $state,$words[1]:$((CURRENT - 2)) in\n";

static const char zsh_tail[] =
    "\tesac\n"
    "\tlist=(${=choices})\n"
    "\t[[ $list[1] != *= ]] || more=(-S '')\n"
    "\tif (($#list)); then\n"
    "\t\t_wanted argument expl argument compadd \"$more[@]\" -a list && ret=0\n"
    "\tfi\n"
    "\treturn ret\n"
    "}\n"
    "if [[ $funcstack[1] == _kafkactl ]]; then\n"
    "\t_kafkactl \"$@\"\n"
    "else\n"
    "\tcompdef _kafkactl kafkactl\n"
    "fi\n";

static void
put_commands(FILE *f)
{
	size_t i;

	for (i = 0; i < CMD_MAX; i++)
		fprintf(f, "%s%s", i > 0 ? " " : "", cmd_table[i].name);
}

/* What may stand for a word, for the shell to expand. */
static void
put_words(FILE *f, const struct cmd_word *w)
{
	const char *s;
	int level;

	switch (w->type) {
	case CMD_TYPE_SERVICE:
		fputs("$(_kafkactl_names service)", f);
		break;
	case CMD_TYPE_INSTANCE:
	case CMD_TYPE_NAME:
		fprintf(f, "$(_kafkactl_names %s)",
		    strcmp(w->name, "TASK") == 0 ? "task" : "instance");
		/* INSTANCE|SERVICE */
		if (strstr(w->name, "|SERVICE") != NULL)
			fputs(" $(_kafkactl_names service)", f);
		break;
	case CMD_TYPE_LEVEL:
		for (level = LOG_LEVEL_ERR; level <= LOG_LEVEL_TRACE; level++)
			fprintf(f, "%s%s", level > 0 ? " " : "",
			    log_level_name((enum log_level)level));
		break;
	case CMD_TYPE_COMMAND:
		put_commands(f);
		break;
	case CMD_TYPE_CHOICE:
		for (s = w->name; *s != '\0'; s++)
			fputc(*s == '|' ? ' ' : *s, f);
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
		fprintf(f, "\t*,%s:%d) choices=\"", cmd->name, n++);
		put_words(f, w);
		fputs("\" ;;\n", f);
	}
	for (w = cmd->options; w->type != CMD_TYPE_NONE; w++)
		fprintf(f, "\t*,%s:%d) choices='%s%s' ;;\n", cmd->name, n++,
		    w->name, w->type == CMD_TYPE_FLAG ? "" : "=");
}

static void
put_cases(FILE *f)
{
	size_t i;

	for (i = 0; i < CMD_MAX; i++)
		put_command(f, &cmd_table[i]);
}

static void
put_bash(FILE *f)
{
	fprintf(f,
	    "# Completion of kafkactl for bash; made by kafkactl -C bash.\n");
	fprintf(f, "%s%s\t*,:0) choices='", names, bash_head);
	put_commands(f);
	fputs("' ;;\n", f);
	put_cases(f);
	fputs(bash_tail, f);
}

/* Text between single quotes, in which a colon would end a name. */
static void
put_quoted(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			fputs("'\\'", f);
		else if (*s == ':')
			fputc('\\', f);
		fputc(*s, f);
	}
}

static void
put_zsh(FILE *f)
{
	size_t i;

	fprintf(f,
	    "#compdef kafkactl\n"
	    "# Completion of kafkactl for zsh; made by kafkactl -C zsh.\n");
	fprintf(f, "%s%s\tcommand,*) commands=(\n", names, zsh_head);
	for (i = 0; i < CMD_MAX; i++) {
		fprintf(f, "\t\t'%s:", cmd_table[i].name);
		put_quoted(f, cmd_table[i].help);
		fputs("'\n", f);
	}
	fputs("\t\t)\n"
	      "\t\t_describe -t commands command commands && ret=0 ;;\n",
	    f);
	put_cases(f);
	fputs(zsh_tail, f);
}

int
completion_print(FILE *f, const char *shell)
{
	if (shell == NULL || strcmp(shell, "bash") == 0)
		put_bash(f);
	else if (strcmp(shell, "zsh") == 0)
		put_zsh(f);
	else
		return -1;
	return 0;
}
