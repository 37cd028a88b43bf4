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

#ifndef CONFIG_PARSER_H
#define CONFIG_PARSER_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "conf.h"

/* Private to daemon/config: what the grammar, lexer and checks share. */

#define MS 1LL
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)
#define YEARS (520 * WEEK) /* ten of them: the longest time there is */

#define INCLUDE_DEPTH_MAX 16
#define INCLUDE_FILES_MAX 256 /* in all: each may name others twice */
#define CONF_FILE_MAX (1024 * 1024)
#define STRING_LEN_MAX 4096
#define SECRET_LEN_MAX 4096

/* A file being read, whole in memory; up is the one that includes it. */
struct lex_file {
	const char *name;
	char *buf;
	size_t len;
	size_t off;
	int line;
	bool ended; /* its last newline was given */
	struct lex_file *up;
};

struct macro {
	const char *name;
	const char *text;
	SLIST_ENTRY(macro) entry;
};

/* A file that was read, and will be read again when told to. */
struct source {
	const char *name;
	SLIST_ENTRY(source) entry;
};

/* Memory that is freed with the parser. */
struct piece {
	SLIST_ENTRY(piece) entry;
	char data[];
};

struct parser {
	struct conf *conf;
	FILE *err;
	unsigned int errors;
	struct lex_file *file; /* the innermost, NULL at the end */
	int depth;
	int files; /* that were read so far */
	bool fresh; /* the next token begins a line */
	bool first; /* the last one did */
	bool quiet; /* skipping: the lexer says nothing */
	struct conf_pos pos; /* of the last token */
	struct conf_pos bad; /* line of the last syntax error */
	char token[64]; /* the last token, for messages */
	const char *block; /* open block, or "" */
	struct conf_pos opened;
	bool unclosed; /* a missing brace was reported */
	struct service_conf *service; /* of the open block */
	enum service_id service_id;
	bool no_file; /* the environment alone */
	struct conf_pos hint; /* the variable that could set something */
	const char *names[INSTANCES_MAX]; /* of the volume being read */
	size_t nnames;
	SLIST_HEAD(, macro) macros;
	SLIST_HEAD(, source) sources;
	SLIST_HEAD(, piece) pieces;
};

/* parse.y: reads the pushed file to its end. Errors are counted in ps. */
void parser_run(struct parser *ps);

/* conf.c: messages, and memory that lives as long as the parser. */
__attribute__((format(printf, 3, 4))) void conf_error(struct parser *ps,
    const struct conf_pos *pos, const char *fmt, ...);
__attribute__((format(printf, 3, 4))) void conf_warning(struct parser *ps,
    const struct conf_pos *pos, const char *fmt, ...);
void *parser_alloc(struct parser *ps, size_t size);

/* lex.c */

/* Begins to read a file. pos is that of the include, or NULL. 0 or -1. */
int lex_push(struct parser *ps, const char *path, const struct conf_pos *pos);
void lex_pop(struct parser *ps);
/* The next token; text is set for those that have one. */
int lex_token(struct parser *ps, const char **text);
/* Reads on behind the brace that closes the one just read. */
void lex_skip_block(struct parser *ps);
void lex_define(struct parser *ps, const struct conf_pos *pos, const char *name,
    const char *text);
/* What is wrong with a text that goes into JSON, files and logs; or NULL. */
const char *lex_check_text(const char *text);
/* Number of changed letters from one word to the other. */
size_t lex_distance(const char *a, const char *b);

/*
 * set.c: each makes a setting or says why not; min and max are inclusive. A
 * setting of the environment (line 0) replaces that of a file.
 */
void set_open(struct parser *ps, const struct conf_pos *pos, const char *name);
void set_close(struct parser *ps);
void set_service(struct parser *ps, const struct conf_pos *pos,
    enum service_id id);
/* Says whether the key is new in this block; if not, that is an error. */
bool set_once(struct parser *ps, const struct conf_pos *pos, const char *key);
/* Notes where a key of this block was set last. Returns 0 or -1. */
int set_note(struct parser *ps, const struct conf_pos *pos, const char *key);
/* The same for one of a kind: "volume /data". */
void set_note_kind(struct parser *ps, const struct conf_pos *pos,
    const char *kind, const char *name);
/* Replaces a string. */
bool set_copy(struct parser *ps, const struct conf_pos *pos, char **to,
    const char *text);
bool set_string(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **to, const char *text);
bool set_path(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **to, const char *text);
/* A path of a file that must be readable; private: by us and nobody else. */
void set_file(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **to, const char *text, bool private);
void set_duration(struct parser *ps, const struct conf_pos *pos,
    const char *key, int64_t *to, const char *text, int64_t min, int64_t max);
void set_range(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *from, int64_t *to, const char *first, const char *last);
void set_number(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min, int64_t max);
void set_master(struct parser *ps, const struct conf_pos *pos,
    const char *text);
void set_principal(struct parser *ps, const struct conf_pos *pos,
    const char *text);
void set_pin(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_role(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_webui(struct parser *ps, const struct conf_pos *pos, const char *text);

/* set_http.c */

/* An address of NULL means all, a port of NULL the default. */
void set_listen(struct parser *ps, const struct conf_pos *pos,
    const char *address, const char *port);
void set_http_port(struct parser *ps, const struct conf_pos *pos,
    const char *text);
void set_http_user(struct parser *ps, const struct conf_pos *pos,
    const char *text);
/* Of the services in the plan. */
void set_order(struct parser *ps, const struct conf_pos *pos, int first,
    int second);
void set_connections(struct parser *ps, const struct conf_pos *pos,
    const char *all, const char *one);

/* set_service.c: the same for the settings of a service. */
void set_count(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_image(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_cpus(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_size(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min);
/* host: a domain, or with NETWORK_ATTACHED the pattern of host names. */
void set_network(struct parser *ps, const struct conf_pos *pos,
    enum network_mode mode, const char *name, const char *host);
/* What is wrong with the pattern of host names, or NULL. */
const char *set_check_hostname(const char *pattern);
void set_name(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_port(struct parser *ps, const struct conf_pos *pos, const char *text);
void set_environment(struct parser *ps, const struct conf_pos *pos,
    const char *name, const char *value);
void set_option(struct parser *ps, const struct conf_pos *pos, const char *name,
    const char *value);
/* A text of NULL means forever. */
void set_limit(struct parser *ps, const struct conf_pos *pos, const char *key,
    int64_t *to, const char *text, int64_t min);
void set_check(struct parser *ps, const struct conf_pos *pos,
    enum check_type type, const char *command);
/* A text of NULL means never. */
void set_check_kill(struct parser *ps, const struct conf_pos *pos,
    const char *text);

/* set_volume.c: the names first, then the volume that they are of. */
void set_volume_name(struct parser *ps, const struct conf_pos *pos,
    const char *name);
void set_volume(struct parser *ps, const struct conf_pos *pos,
    const char *driver, const char *path);
/* The volume of a service at this path, or NULL; and away with it. */
struct volume *volume_find(struct service_conf *s, const char *path);
void volume_remove(struct service_conf *s, struct volume *v);
/* For how many instances it has names. */
int volume_instances(const struct volume *v);

/* Where the images that the Go framework ran have their data. */
#define ZOOKEEPER_LOG "/datalog"
#define ZOOKEEPER_DATA "/data"
#define KAFKA_DATA "/var/lib/kafka/data"

/* file.c */

/* An error unless the file can be read; private: by us and nobody else. */
void file_check(struct parser *ps, const struct conf_pos *pos, const char *what,
    const char *path, bool private);
/* Reads a secret; there is none yet: the caller lets it be set once. */
void file_secret(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **secret, char **file, const char *path);
/* Started as root: an error for each file that user will not be able to read.
 */
void file_check_user(struct parser *ps);

/* url.c: normalises a master's URL. Returns an error text, or NULL. */
const char *url_parse_master(const char *text, char *url, size_t size);
/* Whether text is a host name or an address. */
bool url_is_host(const char *text, size_t len);

/* defaults.c: what there is without a file. 0, or -1 without memory. */
int defaults_without_file(struct conf *conf);

/* environment.c */

/* Applies all variables, and takes the secrets out of the environment. */
void environment_apply(struct parser *ps);
/* Puts secrets back that came from there. Returns 0, or -1 without memory. */
int environment_restore(const struct conf *old);
/* The variable that could make a setting, or NULL. */
const char *environment_variable(const char *block, const char *key);

/* check.c: what no single statement can know. */
void check_conf(struct parser *ps);

#endif
