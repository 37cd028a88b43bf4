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
 * kafkad: options, configuration, privileges; then one of its processes.
 */

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/conf.h"
#include "http_link.h"
#include "killpoint.h"
#include "log.h"
#include "mesos/mesos.h"
#include "parent.h"
#include "privdrop.h"
#include "shim/shim.h"

__attribute__((noreturn)) static void
usage(void)
{
	fprintf(stderr, "usage: kafkad [-dnv] [-f file]\n");
	exit(2);
}

/* What the command line says. */
struct options {
	const char *file; /* NULL: the default one, if it is there */
	const char *process; /* we are a child */
	enum log_level level;
	bool level_given;
	bool debug;
	bool check;
	int verbose;
};

static void
options_parse(struct options *o, int argc, char *argv[])
{
	int ch;

	while ((ch = getopt(argc, argv, "df:nvx:L:")) != -1) {
		switch (ch) {
		case 'd':
			o->debug = true;
			break;
		case 'f':
			o->file = optarg;
			break;
		case 'n':
			o->check = true;
			break;
		case 'v':
			o->verbose++;
			break;
		case 'x':
			o->process = optarg;
			break;
		case 'L':
			if (log_level_parse(optarg, &o->level) == -1)
				usage();
			o->level_given = true;
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
}

static struct conf *
config_load(const struct options *o)
{
	const char *file = conf_file(o->file);
	struct conf *conf;

	if ((conf = conf_load(file, stderr)) == NULL)
		exit(1);
	if (conf_default_paths(conf, geteuid() == 0) == -1)
		err(1,
		    "cannot find a folder for the state; name one with "
		    "state in %s",
		    file != NULL ? file : CONF_FILE);
	return conf;
}

/* The file as it is found later, from another folder; NULL: the default. */
static char *
config_path(const struct options *o)
{
	char *folder, *path;

	if (o->file == NULL || o->file[0] == '/')
		return o->file != NULL ? strdup(o->file) : NULL;
	if ((folder = getcwd(NULL, 0)) == NULL ||
	    asprintf(&path, "%s/%s", folder, o->file) == -1)
		err(1, "%s", o->file);
	free(folder);
	return path;
}

/* -v once: debug, twice: trace. */
static enum log_level
level_of(const struct options *o, const struct conf *conf)
{
	int level = (int)conf->log_level + o->verbose;

	return level > LOG_LEVEL_TRACE ? LOG_LEVEL_TRACE
				       : (enum log_level)level;
}

/* What is opened later must not be found where lines of text go. */
static void
stdio_fill(void)
{
	int fd;

	do {
		if ((fd = open("/dev/null", O_RDWR)) == -1)
			_exit(1);
	} while (fd <= STDERR_FILENO);
	close(fd);
}

/* The process that the parent has started us to be. */
static int
child_main(const struct options *o)
{
	/* -d: started by hand, or by a test. */
	enum log_sink sink = o->debug ? LOG_SINK_STDERR : LOG_SINK_PARENT;

	/* Our own program: a descriptor only to be executed. */
	close(CHAN_FILENO + 1);
	if (strcmp(o->process, proc_name(PROC_MESOS)) == 0) {
		closefrom(CHAN_FILENO + 1);
		return mesos_main(sink, o->level);
	}
	if (strcmp(o->process, proc_name(PROC_HTTP)) == 0) {
		closefrom(HTTP_FILENO_WATCH + 1);
		return http_main(sink, o->level);
	}
	usage();
}

int
main(int argc, char *argv[], char *envp[])
{
	struct options o = { .file = NULL, .level = LOG_LEVEL_INFO };
	struct conf *conf;
	char *file;
	int self, http, rc;

	signal(SIGPIPE, SIG_IGN);
	options_parse(&o, argc, argv);
	KILLPOINT_INIT(o.process);
	if (o.process != NULL) {
		setproctitle_init(argc, argv, envp);
		return child_main(&o);
	}
	stdio_fill();
	/*
	 * It takes secrets out of the environment: before setproctitle_init(),
	 * which copies that and leaves the old one for /proc to show.
	 */
	conf = config_load(&o);
	setproctitle_init(argc, argv, envp);
	if (o.check) {
		if (o.verbose)
			conf_print(conf, stdout);
		else
			fprintf(stderr, "configuration OK\n");
		conf_free(conf);
		return 0;
	}
	/* Before root is given up: the child may not be able to find us. */
	if ((self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)) == -1)
		err(1, "/proc/self/exe");
	/* What hinders the start is told to the one who starts it. */
	log_init(proc_name(PROC_PARENT), log_stderr(), level_of(&o, conf));
	log_set_format(conf->log_format);
	http = http_bind(&conf->http);
	privdrop(conf);
	file = config_path(&o);
	rc = parent_main(conf, file, self, http, o.debug);
	free(file);
	close(self);
	return rc;
}
