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
 * The grammar of kafkad.conf(5). Statements may share a line; a line that is
 * wrong is skipped to its end, an unknown block to its brace, so that one run
 * tells all mistakes, each once. Values are checked in set.c, and what
 * concerns several settings in check.c.
 */

%code requires {
#include "parser.h"
}

%code {
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YYLLOC_DEFAULT(current, rhs, n) \
	((current) = YYRHSLOC(rhs, (n) > 0 ? 1 : 0))

/* Expected words that are named in a message. */
#define NAMED_MAX 12

static int conf_yylex(CONF_YYSTYPE *, struct conf_pos *, struct parser *);
static void conf_yyerror(struct conf_pos *, struct parser *, const char *);
static void conf_later(struct parser *, const struct conf_pos *,
    const char *);

#define SERVICE (ps->service)
}

%define api.prefix {conf_yy}
%define api.pure full
%define api.location.type {struct conf_pos}
%define parse.error custom
%define parse.lac full
%locations
%param {struct parser *ps}
%initial-action { @$ = ps->pos; }

%union {
	const char *text;
	int number;
}

%token ADDRESS "address" AGENT "agent" ANY "any" AT "at" BACKOFF "backoff"
%token BRIDGE "bridge" CA "ca" CERTIFICATE "certificate" CHECK "check"
%token COMMAND "command" CONFIRM "confirm" CONNECTIONS "connections"
%token CONTROL "control"
%token CONTROLLER "controller" COUNT "count" CPUS "cpus"
%token DEBUG "debug" DELAY "delay" DISK "disk" DOCKER "docker"
%token DOMAIN "domain" DRIVER "driver" ENVIRONMENT "environment" ERR "err"
%token FAILOVER "failover" FILENAME "file" FORCE "force" ALWAYS "forever"
%token FORMAT "format"
%token FRAMEWORK "framework" GRACE "grace" GROUP "group" HEAP "heap"
%token HOLD "hold" HOST "host" HOSTNAME "hostname" HTTP "http" IMAGE "image"
%token IMPORT "import" INCLUDE "include" INFO "info" INTERVAL "interval"
%token JSON "json" KAFKA "kafka"
%token KEY "key" KILL "kill" LEVEL "level" LISTEN "listen" LOG "log"
%token MASTER "master" MEMORY "memory" MESOS "mesos" NAME "name"
%token NETWORK "network" NEVER "never" NO "no" NONE "none" OFFERS "offers"
%token ON "on" OPTION "option" ORDER "order" PACE "pace"
%token PASSWORD "password" PER "per" PIN "pin" PLAN "plan" PORT "port"
%token PRINCIPAL "principal" PULL "pull" READ "read" RECONCILE "reconcile"
%token REFUSE "refuse" RESET "reset" RETRY "retry" REVIVE "revive"
%token ROLE "role" SECRET "secret" SETTLE "settle" STATE "state"
%token STICKY "sticky" TCP "tcp" TEXT "text" TIMEOUT "timeout" TO "to"
%token TRACE "trace"
%token UNIQUE "unique" UNREACHABLE "unreachable" USER "user"
%token USERNAME "username" VERIFY "verify"
%token VOLUME "volume" WARN "warn" WEBUI "webui" YES "yes"
%token ZOOKEEPER "zookeeper"
%token '\n' "end of line"
%token MISTAKE "mistake"
%token <text> STRING "a string in quotes" VALUE "a value" MACRO "a macro"
%token <text> WORD "a word" DEFINE "a definition"

%type <text> string value text limit driver command address
%type <number> yesno level format service_name

%%

conf	: %empty
	| conf '\n'
	| conf global
	| conf mesos
	| conf offers
	| conf http
	| conf plan
	| conf service
	| conf DEFINE text {
		lex_define(ps, &@2, $2, $3);
	}
	| conf CONTROLLER optnl '{' {
		conf_later(ps, &@2, "KRaft controllers are not there yet in "
		    "this version");
	}
	| conf error '\n' {
		yyerrok;
	}
	| conf error '{' {
		lex_skip_block(ps);
		yyerrok;
	}
	;

string	: STRING
	| MACRO
	;

value	: VALUE
	| MACRO
	;

text	: STRING
	| VALUE
	| MACRO
	;

limit	: value
	| ALWAYS { $$ = NULL; }
	;

yesno	: YES { $$ = 1; }
	| NO { $$ = 0; }
	;

optnl	: %empty
	| optnl '\n'
	;

close	: '}' {
		set_close(ps);
	}
	| error '}' {
		set_close(ps);
		yyerrok;
	}
	;

global	: CONTROL string {
		set_path(ps, &@1, "control", &ps->conf->control, $2);
	} control_options
	| STATE string {
		set_path(ps, &@1, "state", &ps->conf->state, $2);
	}
	| USER string {
		set_string(ps, &@1, "user", &ps->conf->user, $2);
	}
	| IMPORT string {
		set_path(ps, &@1, "import", &ps->conf->import, $2);
	}
	| LOG LEVEL level {
		if (set_once(ps, &@1, "log level"))
			ps->conf->log_level = (enum log_level)$3;
	}
	| LOG FORMAT format {
		if (set_once(ps, &@1, "log format"))
			ps->conf->log_format = (enum log_format)$3;
	}
	| AGENT TIMEOUT value {
		set_duration(ps, &@1, "agent timeout",
		    &ps->conf->cluster.agent_timeout, $3, 100 * MS, WEEK);
	}
	| RECONCILE value {
		set_duration(ps, &@1, "reconcile",
		    &ps->conf->cluster.reconcile_interval, $2, 100 * MS, DAY);
	}
	;

control_options
	: %empty
	| control_options GROUP string {
		set_string(ps, &@2, "group", &ps->conf->control_group, $3);
	}
	| control_options READ ANY {
		if (set_once(ps, &@2, "read"))
			ps->conf->read_any = true;
	}
	| control_options READ GROUP {
		if (set_once(ps, &@2, "read"))
			ps->conf->read_any = false;
	}
	;

level	: ERR { $$ = LOG_LEVEL_ERR; }
	| WARN { $$ = LOG_LEVEL_WARN; }
	| INFO { $$ = LOG_LEVEL_INFO; }
	| DEBUG { $$ = LOG_LEVEL_DEBUG; }
	| TRACE { $$ = LOG_LEVEL_TRACE; }
	;

format	: TEXT { $$ = LOG_FORMAT_TEXT; }
	| JSON { $$ = LOG_FORMAT_JSON; }
	;

mesos	: MESOS optnl '{' {
		set_open(ps, &@1, "mesos");
	} mesos_body close
	;

mesos_body
	: %empty
	| mesos_body '\n'
	| mesos_body mesos_statement
	| mesos_body error '\n' {
		yyerrok;
	}
	| mesos_body error '{' {
		lex_skip_block(ps);
		yyerrok;
	}
	;

mesos_statement
	: MASTER {
		set_once(ps, &@1, "master");
	} masters
	| CA string {
		set_file(ps, &@1, "ca", &ps->conf->mesos.ca, $2, false);
	}
	| CERTIFICATE string {
		set_file(ps, &@1, "certificate", &ps->conf->mesos.cert, $2,
		    false);
	}
	| KEY string {
		set_file(ps, &@1, "key", &ps->conf->mesos.key, $2, true);
	}
	| PIN string {
		set_pin(ps, &@1, $2);
	}
	| VERIFY yesno {
		if (set_once(ps, &@1, "verify"))
			ps->conf->mesos.verify = $2;
	}
	| PRINCIPAL string {
		set_principal(ps, &@1, $2);
	}
	| USERNAME string {
		set_string(ps, &@1, "username", &ps->conf->mesos.username,
		    $2);
	}
	| SECRET FILENAME string {
		file_secret(ps, &@1, "secret", &ps->conf->mesos.secret,
		    &ps->conf->mesos.secret_file, $3);
	}
	| FRAMEWORK string {
		set_string(ps, &@1, "framework", &ps->conf->mesos.name, $2);
	}
	| ROLE string {
		set_role(ps, &@1, $2);
	}
	| USER string {
		set_string(ps, &@1, "user", &ps->conf->mesos.user, $2);
	}
	| HOSTNAME string {
		set_string(ps, &@1, "hostname", &ps->conf->mesos.hostname, $2);
	}
	| WEBUI string {
		set_webui(ps, &@1, $2);
	}
	| FAILOVER value {
		set_duration(ps, &@1, "failover", &ps->conf->mesos.failover, $2,
		    SECOND, YEARS);
	}
	| RETRY value TO value {
		set_range(ps, &@1, "retry", &ps->conf->mesos.retry,
		    &ps->conf->mesos.retry_max, $2, $4);
	}
	| TIMEOUT value {
		set_duration(ps, &@1, "timeout", &ps->conf->mesos.timeout, $2,
		    100 * MS, HOUR);
	}
	;

masters	: string {
		set_master(ps, &@1, $1);
	}
	| masters ',' optnl string {
		set_master(ps, &@4, $4);
	}
	;

http	: HTTP optnl '{' {
		set_open(ps, &@1, "http");
		ps->conf->http.on = true;
	} http_body close
	;

http_body
	: %empty
	| http_body '\n'
	| http_body http_statement
	| http_body error '\n' {
		yyerrok;
	}
	| http_body error '{' {
		lex_skip_block(ps);
		yyerrok;
	}
	;

http_statement
	: LISTEN ON address {
		set_listen(ps, &@1, $3, NULL);
	}
	| LISTEN ON address PORT value {
		set_listen(ps, &@1, $3, $5);
	}
	| USER string PASSWORD FILENAME string {
		set_http_user(ps, &@1, $2);
		file_secret(ps, &@1, "password", &ps->conf->http.password,
		    &ps->conf->http.password_file, $5);
	}
	| CERTIFICATE string {
		set_file(ps, &@1, "certificate", &ps->conf->http.cert, $2,
		    false);
	}
	| KEY string {
		set_file(ps, &@1, "key", &ps->conf->http.key, $2, true);
	}
	| FORCE yesno {
		if (set_once(ps, &@1, "force"))
			ps->conf->http.force = $2;
	}
	| CONNECTIONS value PER ADDRESS value {
		set_connections(ps, &@1, $2, $5);
	}
	;

address	: ANY { $$ = NULL; }
	| WORD
	| text
	;

offers	: OFFERS optnl '{' {
		set_open(ps, &@1, "offers");
	} offers_body close
	;

offers_body
	: %empty
	| offers_body '\n'
	| offers_body HOLD value {
		set_duration(ps, &@2, "hold", &ps->conf->cluster.hold, $3,
		    100 * MS, HOUR);
	}
	| offers_body REFUSE value {
		set_duration(ps, &@2, "refuse", &ps->conf->cluster.refuse, $3,
		    100 * MS, 52 * WEEK);
	}
	| offers_body REVIVE value {
		set_duration(ps, &@2, "revive",
		    &ps->conf->cluster.revive_interval, $3, 100 * MS, HOUR);
	}
	| offers_body error '\n' {
		yyerrok;
	}
	| offers_body error '{' {
		lex_skip_block(ps);
		yyerrok;
	}
	;

plan	: PLAN optnl '{' {
		set_open(ps, &@1, "plan");
	} plan_body close
	;

plan_body
	: %empty
	| plan_body '\n'
	| plan_body PACE value {
		set_duration(ps, &@2, "pace", &ps->conf->cluster.pace, $3, 0,
		    WEEK);
	}
	| plan_body ORDER service_name ',' optnl service_name {
		set_order(ps, &@2, $3, $6);
	}
	| plan_body CONFIRM yesno {
		if (set_once(ps, &@2, "confirm"))
			ps->conf->cluster.confirm = $3;
	}
	| plan_body error '\n' {
		yyerrok;
	}
	| plan_body error '{' {
		lex_skip_block(ps);
		yyerrok;
	}
	;

service_name
	: ZOOKEEPER { $$ = SERVICE_ZOOKEEPER; }
	| KAFKA { $$ = SERVICE_KAFKA; }
	;

service	: ZOOKEEPER optnl '{' {
		set_service(ps, &@1, SERVICE_ZOOKEEPER);
	} service_body close
	| KAFKA optnl '{' {
		set_service(ps, &@1, SERVICE_KAFKA);
	} service_body close
	;

service_body
	: %empty
	| service_body '\n'
	| service_body service_statement
	| service_body CHECK check
	| service_body error '\n' {
		yyerrok;
	}
	| service_body error '{' {
		lex_skip_block(ps);
		yyerrok;
	}
	;

service_statement
	: COUNT value {
		set_count(ps, &@1, $2);
	}
	| IMAGE string {
		set_image(ps, &@1, $2);
	} image_options
	| CPUS value {
		set_cpus(ps, &@1, $2);
	}
	| MEMORY value {
		set_size(ps, &@1, "memory", &SERVICE->mem, $2, 32);
	}
	| DISK value {
		set_size(ps, &@1, "disk", &SERVICE->disk, $2, 0);
	}
	| HEAP value {
		set_size(ps, &@1, "heap", &SERVICE->heap, $2, 128);
	}
	| NETWORK HOST {
		set_network(ps, &@1, NETWORK_HOST, NULL, NULL);
	}
	| NETWORK BRIDGE {
		set_network(ps, &@1, NETWORK_BRIDGE, NULL, NULL);
	}
	| NETWORK BRIDGE string HOSTNAME string {
		set_network(ps, &@1, NETWORK_ATTACHED, $3, $5);
	}
	| NETWORK string {
		set_network(ps, &@1, NETWORK_NAMED, $2, NULL);
	}
	| NETWORK string DOMAIN string {
		set_network(ps, &@1, NETWORK_NAMED, $2, $4);
	}
	| PORT value {
		set_port(ps, &@1, $2);
	}
	| NAME string {
		set_name(ps, &@1, $2);
	}
	| VOLUME volume_names driver AT string {
		set_volume(ps, &@1, $3, $5);
	}
	| ENVIRONMENT string text {
		set_environment(ps, &@1, $2, $3);
	}
	| OPTION string text {
		set_option(ps, &@1, $2, $3);
	}
	| UNIQUE HOSTNAME {
		if (set_once(ps, &@1, "unique hostname"))
			SERVICE->unique_hostname = true;
	}
	| UNIQUE HOSTNAME yesno {
		if (set_once(ps, &@1, "unique hostname"))
			SERVICE->unique_hostname = $3;
	}
	| STICKY limit {
		set_limit(ps, &@1, "sticky", &SERVICE->sticky, $2, 0);
	}
	| UNREACHABLE limit {
		set_limit(ps, &@1, "unreachable", &SERVICE->unreachable, $2,
		    SECOND);
	}
	| GRACE value {
		set_duration(ps, &@1, "grace", &SERVICE->grace, $2, 0, DAY);
	}
	| BACKOFF value TO value {
		set_range(ps, &@1, "backoff", &SERVICE->backoff,
		    &SERVICE->backoff_max, $2, $4);
	} backoff_reset
	;

image_options
	: %empty
	| image_options DOCKER {
		if (set_once(ps, &@2, "kind of image"))
			SERVICE->container = CONTAINER_DOCKER;
	}
	| image_options MESOS {
		if (set_once(ps, &@2, "kind of image"))
			SERVICE->container = CONTAINER_MESOS;
	}
	| image_options PULL {
		if (set_once(ps, &@2, "pull"))
			SERVICE->force_pull = true;
	}
	;

volume_names
	: string {
		ps->nnames = 0;
		set_volume_name(ps, &@1, $1);
	}
	| volume_names ',' optnl string {
		set_volume_name(ps, &@4, $4);
	}
	;

driver	: %empty { $$ = NULL; }
	| DRIVER string { $$ = $2; }
	;

backoff_reset
	: %empty
	| RESET value {
		set_duration(ps, &@1, "reset", &SERVICE->backoff_reset, $2, 0,
		    WEEK);
	}
	;

check	: TCP {
		set_check(ps, &@1, CHECK_TCP, NULL);
	}
	| NONE {
		set_check(ps, &@1, CHECK_NONE, NULL);
	}
	| COMMAND command {
		set_check(ps, &@1, CHECK_COMMAND, $2);
	}
	| DELAY value {
		set_duration(ps, &@1, "check delay", &SERVICE->check.delay, $2,
		    0, DAY);
	}
	| INTERVAL value {
		set_duration(ps, &@1, "check interval",
		    &SERVICE->check.interval, $2, 100 * MS, HOUR);
	}
	| TIMEOUT value {
		set_duration(ps, &@1, "check timeout", &SERVICE->check.timeout,
		    $2, 100 * MS, HOUR);
	}
	| GRACE value {
		set_duration(ps, &@1, "check grace", &SERVICE->check.grace, $2,
		    0, WEEK);
	}
	| SETTLE value {
		set_duration(ps, &@1, "check settle", &SERVICE->check.settle,
		    $2, 0, DAY);
	}
	| KILL value {
		set_check_kill(ps, &@1, $2);
	}
	| KILL NEVER {
		set_check_kill(ps, &@1, NULL);
	}
	;

command	: %empty { $$ = NULL; }
	| string
	;

%%

static int
conf_yylex(CONF_YYSTYPE *value, struct conf_pos *pos, struct parser *ps)
{
	int token;

	value->text = NULL;
	token = lex_token(ps, &value->text);
	*pos = ps->pos;
	return token;
}

/* Everything but memory is reported by yyreport_syntax_error(). */
static void
conf_yyerror(struct conf_pos *pos, struct parser *ps, const char *text)
{
	conf_error(ps, pos, "%s", text);
}

/* A block of a later version: said once, then skipped. */
static void
conf_later(struct parser *ps, const struct conf_pos *pos, const char *text)
{
	conf_error(ps, pos, "%s", text);
	lex_skip_block(ps);
}

/* Whether the symbol is a word of the grammar. */
static bool
symbol_is_keyword(yysymbol_kind_t kind)
{
	return kind >= YYSYMBOL_ADDRESS && kind <= YYSYMBOL_ZOOKEEPER;
}

static bool
symbol_is_block(yysymbol_kind_t kind)
{
	return kind == YYSYMBOL_MESOS || kind == YYSYMBOL_OFFERS ||
	    kind == YYSYMBOL_HTTP || kind == YYSYMBOL_ZOOKEEPER ||
	    kind == YYSYMBOL_KAFKA || kind == YYSYMBOL_CONTROLLER;
}

static const char *
symbol_quote(yysymbol_kind_t kind)
{
	if (kind == YYSYMBOL_YYEOF)
		return "";
	return symbol_is_keyword(kind) || yysymbol_name(kind)[1] == '\0' ? "'" :
									   "";
}

/* The expected word that is nearest to the one that was written, or NULL. */
static const char *
nearest(const char *word, const yysymbol_kind_t *expected, int n)
{
	const char *best = NULL, *name;
	size_t least = SIZE_MAX, distance;
	int i;

	for (i = 0; i < n; i++) {
		if (!symbol_is_keyword(expected[i]))
			continue;
		name = yysymbol_name(expected[i]);
		distance = lex_distance(word, name);
		if (distance < least &&
		    distance <= (strlen(name) < 6 ? 1 : 2)) {
			least = distance;
			best = name;
		}
	}
	return best;
}

/* "'a', 'b' or 'c'", or nothing if there are many. */
static void
expected_list(yysymbol_kind_t *expected, int n, char *buf, size_t size)
{
	const char *quote;
	size_t len = 0;
	int i;

	/* A macro can stand for every value; the last symbols are those. */
	for (i = 0; i < n; i++) {
		if (expected[i] == YYSYMBOL_MACRO)
			expected[i] = expected[--n];
	}

	buf[0] = '\0';
	if (n == 0 || n > NAMED_MAX)
		return;
	len = strlcpy(buf, ", expected ", size);
	for (i = 0; i < n && len < size; i++) {
		quote = symbol_quote(expected[i]);
		len += (size_t)snprintf(buf + len, size - len, "%s%s%s%s",
		    i == 0         ? "" :
			i == n - 1 ? " or " :
				     ", ",
		    quote, yysymbol_name(expected[i]), quote);
	}
}

/* Errors of the block structure. Says whether it was one. */
static bool
report_block(struct parser *ps, const struct conf_pos *pos,
    yysymbol_kind_t token)
{
	if (token == YYSYMBOL_YYEOF && ps->block[0] != '\0') {
		if (!ps->unclosed)
			conf_error(ps, &ps->opened,
			    "the block '%s' has no closing '}'", ps->block);
		return true;
	}
	if (ps->block[0] != '\0' && ps->first && symbol_is_block(token)) {
		if (!ps->unclosed)
			conf_error(ps, pos,
			    "'%s' inside of the block '%s' of line %d: is a "
			    "'}' missing?",
			    yysymbol_name(token), ps->block, ps->opened.line);
		ps->unclosed = true;
		return true;
	}
	if (token == YYTRANSLATE('}') && ps->block[0] == '\0') {
		conf_error(ps, pos, "a '}' without its '{'");
		return true;
	}
	if (token == YYSYMBOL_DEFINE && ps->block[0] != '\0') {
		conf_error(ps, pos,
		    "'%s =': settings have no '=', and macros are defined "
		    "outside of blocks",
		    ps->token);
		return true;
	}
	return false;
}

static bool
is_expected(yysymbol_kind_t kind, const yysymbol_kind_t *expected, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (expected[i] == kind)
			return true;
	}
	return false;
}

static void
report_word(struct parser *ps, const struct conf_pos *pos,
    const yysymbol_kind_t *expected, int n)
{
	const char *near = nearest(ps->token, expected, n);

	if (near != NULL)
		conf_error(ps, pos, "unknown word '%s', did you mean '%s'?",
		    ps->token, near);
	else if (is_expected(YYSYMBOL_STRING, expected, n))
		conf_error(ps, pos, "'%s' must stand in quotes", ps->token);
	else if (is_expected(YYSYMBOL_VALUE, expected, n))
		conf_error(ps, pos, "expected a value, not '%s'", ps->token);
	else
		conf_error(ps, pos, "unknown word '%s'", ps->token);
}

static int
yyreport_syntax_error(const yypcontext_t *ctx, struct parser *ps)
{
	const struct conf_pos *pos = yypcontext_location(ctx);
	yysymbol_kind_t expected[YYNTOKENS], token = yypcontext_token(ctx);
	const char *quote, *name;
	char list[256];
	int n;

	/* The lexer has told this one. */
	if (token == YYSYMBOL_MISTAKE)
		return 0;
	ps->bad = *pos;
	if (report_block(ps, pos, token))
		return 0;
	n = yypcontext_expected_tokens(ctx, expected, YYNTOKENS);
	if (token == YYSYMBOL_WORD) {
		report_word(ps, pos, expected, n);
		return 0;
	}
	if ((symbol_is_keyword(token) || token == YYSYMBOL_VALUE) &&
	    n <= NAMED_MAX && is_expected(YYSYMBOL_STRING, expected, n)) {
		conf_error(ps, pos, "'%s' must stand in quotes", ps->token);
		return 0;
	}
	quote = symbol_quote(token);
	name = yysymbol_name(token);
	if (token == YYSYMBOL_VALUE) {
		quote = "'";
		name = ps->token;
	} else if (token == YYSYMBOL_STRING) {
		name = "string in quotes";
	}
	expected_list(expected, n, list, sizeof(list));
	conf_error(ps, pos, "unexpected %s%s%s%s", quote, name, quote, list);
	return 0;
}

void
parser_run(struct parser *ps)
{
	/* A stop before the end of the file was reported as an error. */
	if (conf_yyparse(ps) != 0 && ps->errors == 0)
		conf_error(ps, &ps->pos, "the file cannot be understood");
}
