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

#ifndef CONFIG_CONF_H
#define CONFIG_CONF_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../../common/log.h"
#include "../core/cluster.h"

#define CONF_FILE "/etc/kafkad.conf"
#define CONF_USER "_kafkad"
#define CONF_MASTERS_MAX 16

/* How to reach Mesos, and as whom. Strings that may be NULL say so. */
struct mesos_conf {
	char **masters; /* "http[s]://host:port", all of one scheme */
	size_t nmasters;
	char *ca; /* absolute paths, or NULL */
	char *cert;
	char *key;
	char *pin; /* "sha256//…", or NULL */
	bool verify;
	char *principal; /* NULL: none; may be empty, which Mesos minds */
	char *username; /* for Basic authentication; NULL: the principal */
	char *secret; /* or NULL; never printed, logged or saved */
	char *secret_file; /* NULL: it came from the environment */
	char *name; /* of the framework */
	char *role;
	char *user; /* that tasks run as */
	char *hostname; /* or NULL: the host's own */
	char *webui; /* or NULL */
	int64_t failover; /* this and the following in ms */
	int64_t retry; /* first delay between two connects */
	int64_t retry_max;
	int64_t timeout; /* of one call */
};

/* The HTTP shim. */
struct http_conf {
	bool on;
	char *address; /* as numbers; NULL: all addresses */
	uint16_t port;
	char *user; /* with password, or both NULL: anybody may */
	char *password; /* never printed, logged or saved */
	char *password_file; /* NULL: it came from the environment */
	char *cert; /* absolute paths, or both NULL: no TLS */
	char *key;
	bool force; /* /v0 may do what kafkactl does with -f only */
	uint32_t connections; /* at once */
	uint32_t connections_address; /* of one address */
};

/*
 * Where a setting was made: in a line of a file, or (line 0) by a variable
 * of the environment. What is not in the list has its default.
 */
struct conf_pos {
	const char *file; /* or the variable */
	int line;
};

struct setting {
	const char *block; /* "" outside of blocks; this and the rest in text */
	const char *key;
	struct conf_pos pos;
	SLIST_ENTRY(setting) entry;
	char text[];
};

/* The whole configuration; all strings are owned by it. */
struct conf {
	char *control; /* path of the socket; NULL: conf_default_paths() */
	char *control_group; /* who may change things, or NULL */
	bool read_any; /* anybody may ask, not only the group */
	char *state; /* folder; NULL: conf_default_paths() */
	char *user; /* the parent becomes it when started as root */
	enum log_level log_level;
	enum log_format log_format;
	char *import; /* folder of the Go framework's state, or NULL */
	struct mesos_conf mesos;
	struct http_conf http;
	struct cluster_conf cluster;
	SLIST_HEAD(, setting) settings;
};

/* A configuration of defaults, without a master. NULL without memory. */
struct conf *conf_new(void);

/* Frees all of it and overwrites the secret. conf may be NULL. */
void conf_free(struct conf *conf);

/*
 * Reads and checks a file, the files it names, and over them the variables
 * of the environment. Every error of the run is one line on err,
 * "file:line: message" or "VARIABLE: message"; warnings have "warning: "
 * before the message and change nothing. Returns NULL if there was an error.
 * With a path of NULL there is no file, and what no variable says is as the
 * Go framework had it. Afterwards the environment has no secrets any more.
 */
struct conf *conf_load(const char *path, FILE *err);

/*
 * The file to be read: the given one, or without one the default one if it is
 * there; NULL: the environment says everything.
 */
const char *conf_file(const char *given);

/*
 * The same as conf_load() once more, with the secrets that the environment
 * had at the start.
 */
struct conf *conf_load_again(const struct conf *old, const char *path,
    FILE *err);

/* Where a setting was made; NULL: it has its default. */
const struct conf_pos *conf_where(const struct conf *conf, const char *block,
    const char *key);

/*
 * Fills in control and state where they were not set: below /run and
 * /var/lib for root, else (without a state) in the user's own state folder.
 * Returns 0, or -1 with errno.
 */
int conf_default_paths(struct conf *conf, bool is_root);

/*
 * Prints the configuration in its own grammar, with a comment behind each
 * line: where it was set. What is printed reads as the same configuration,
 * but for secrets: one appears as the file it came from, or, if it came from
 * the environment, as a comment alone.
 */
void conf_print(const struct conf *conf, FILE *out);

/*
 * The same for a program: "block TAB key TAB statement" on each line, without
 * comments, the block empty outside of blocks, and nothing of secrets that
 * come from the environment.
 */
void conf_list(const struct conf *conf, FILE *out);

/* One statement that is not the same in two configurations. diff.c */
struct conf_change {
	const char *block; /* "" outside of blocks */
	const char *key;
	const char *before; /* the statement; NULL: there was none */
	const char *now; /* NULL: there is none */
	bool start; /* it counts from the next start of kafkad on only */
};

/*
 * Calls f for each of them; a secret that differs is one, and is not shown.
 * Returns how many there are, or -1 without memory.
 */
int conf_diff(const struct conf *old, const struct conf *new,
    void (*f)(void *arg, const struct conf_change *c), void *arg);

/*
 * Gives the new configuration what counts from the next start on only, as it
 * was; the old one is good for conf_free() alone afterwards.
 */
void conf_keep(struct conf *new, struct conf *old);

#endif
