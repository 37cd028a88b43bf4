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
 * The variables of the Go framework, over the configuration file, and its ways
 * where there is no file. A variable goes through the same checks as a setting
 * of a file. An empty one is unset. Values may be wrong or hostile, secrets
 * must never appear in a message; they are taken out of the environment, so
 * that neither a child nor /proc has them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "parser.h"

#define VAULT "vault://"
#define ENV_NUMBER_MAX 1e9 /* more than is ever right */
#define ENV_NUMBER_SIZE 32

static void
set_framework_user(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_string(e->ps, pos, "user", &e->ps->conf->mesos.user, text);
}

static void
set_framework_name(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_string(e->ps, pos, "framework", &e->ps->conf->mesos.name, text);
}

static void
set_framework_role(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_role(e->ps, pos, text);
}

static void
set_framework_port(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_http_port(e->ps, pos, text);
}

static void
set_statefile_path(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_path(e->ps, pos, "import", &e->ps->conf->import, text);
}

/* The words of logrus. It left its level alone when it knew none. */
static void
set_loglevel(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	static const struct {
		const char *word;
		enum log_level level;
	} words[] = {
		{ "panic", LOG_LEVEL_ERR },
		{ "fatal", LOG_LEVEL_ERR },
		{ "error", LOG_LEVEL_ERR },
		{ "warn", LOG_LEVEL_WARN },
		{ "warning", LOG_LEVEL_WARN },
		{ "info", LOG_LEVEL_INFO },
		{ "debug", LOG_LEVEL_DEBUG },
		{ "trace", LOG_LEVEL_TRACE },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(words[i].word, text) != 0)
			continue;
		if (set_once(e->ps, pos, "log level"))
			e->ps->conf->log_level = words[i].level;
		return;
	}
	conf_warning(e->ps, pos,
	    "unknown level '%s' has no effect (panic, fatal, error, warn, "
	    "info, debug or trace)",
	    text);
}

static void
set_mesos_principal(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_principal(e->ps, pos, text);
}

static void
set_mesos_username(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_string(e->ps, pos, "username", &e->ps->conf->mesos.username, text);
}

/* Replaces a secret of a file, if there was one. */
static void
set_secret(struct parser *ps, const struct conf_pos *pos, const char *key,
    char **secret, char **file, const char *text)
{
	if (!set_once(ps, pos, key))
		return;
	if (*secret != NULL)
		explicit_bzero(*secret, strlen(*secret));
	free(*secret);
	free(*file);
	*file = NULL;
	if ((*secret = strdup(text)) == NULL)
		conf_error(ps, pos, "out of memory");
}

/* Without a name it was sent all the same, which nobody could verify. */
static void
set_mesos_password(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	struct mesos_conf *m = &e->ps->conf->mesos;
	bool named = m->principal != NULL && m->principal[0] != '\0';

	if (m->username != NULL || named)
		set_secret(e->ps, pos, "secret", &m->secret, &m->secret_file,
		    text);
	else
		conf_warning(e->ps, pos,
		    "has no effect without MESOS_USERNAME");
}

static void
set_ssl_ca_file(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_file(e->ps, pos, "ca", &e->ps->conf->mesos.ca, text, false);
}

static void
set_ssl_pin(struct environment *e, const struct conf_pos *pos, const char *text)
{
	char pin[STRING_LEN_MAX + 16];

	snprintf(pin, sizeof(pin), "%s%s",
	    strncmp(text, "sha256//", 8) == 0 ? "" : "sha256//", text);
	set_pin(e->ps, pos, pin);
}

static void
set_ssl_verify(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	bool yes = strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "false") != 0)
		conf_error(e->ps, pos, "'%s' is neither true nor false", text);
	else if (set_once(e->ps, pos, "verify"))
		e->ps->conf->mesos.verify = yes;
}

static void
set_instances(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_count(e->ps, pos, text);
}

static void
set_service_image(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_image(e->ps, pos, text);
}

/* As the Go framework took it: "0.5", ".5" and "1e3", but nothing less. */
static bool
env_number(const char *text, double *n)
{
	char *end;

	if (text[0] == '\0' || strspn(text, "0123456789.+-eE") != strlen(text))
		return false;
	*n = strtod(text, &end);
	return *end == '\0' && *n >= 0 && *n <= ENV_NUMBER_MAX;
}

/* The same for both services; what is wrong is said once. */
static void
set_res_cpu(struct environment *e, const struct conf_pos *pos, const char *text)
{
	unsigned int errors = e->ps->errors;
	char cpus[ENV_NUMBER_SIZE];
	double n;
	int i;

	if (!env_number(text, &n)) {
		conf_error(e->ps, pos, "cpus: '%s' is not a number", text);
		return;
	}
	/* Mesos has three decimals, too. */
	snprintf(cpus, sizeof(cpus), "%.3f", n);
	for (i = 0; i < SERVICE_MAX && e->ps->errors == errors; i++) {
		environment_enter(e->ps, service_name(i));
		set_cpus(e->ps, pos, cpus);
	}
}

/* A number of megabytes, without a unit. */
static void
set_res_mem(struct environment *e, const struct conf_pos *pos, const char *text)
{
	unsigned int errors = e->ps->errors;
	char size[ENV_NUMBER_SIZE];
	long long mb;
	double n;
	int i;

	if (!env_number(text, &n)) {
		conf_error(e->ps, pos,
		    "memory: '%s' is not a number of megabytes", text);
		return;
	}
	mb = (long long)n;
	snprintf(size, sizeof(size), "%lldM", (double)mb < n ? mb + 1 : mb);
	for (i = 0; i < SERVICE_MAX && e->ps->errors == errors; i++) {
		environment_enter(e->ps, service_name(i));
		set_size(e->ps, pos, "memory", &e->ps->service->mem, size, 32);
	}
}

static void
set_auth_username(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	set_http_user(e->ps, pos, text);
}

static void
set_auth_password(struct environment *e, const struct conf_pos *pos,
    const char *text)
{
	struct http_conf *h = &e->ps->conf->http;

	set_secret(e->ps, pos, "password", &h->password, &h->password_file,
	    text);
}

/*
 * In the order in which they are applied. Where there is no function, several
 * variables make one setting, and a function of their own comes after all.
 */
static const struct variable variables[] = {
	{ "LOGLEVEL", "", "log level", false, set_loglevel },
	{ "FRAMEWORK_STATEFILE_PATH", "", "import", false, set_statefile_path },
	{ "MESOS_MASTER", "mesos", "master", false, environment_masters },
	{ "MESOS_SSL", "mesos", NULL, false, environment_ssl },
	{ "MESOS_SSL_CA_FILE", "mesos", "ca", false, set_ssl_ca_file },
	{ "MESOS_SSL_PIN", "mesos", "pin", false, set_ssl_pin },
	{ "MESOS_SSL_VERIFY", "mesos", "verify", false, set_ssl_verify },
	{ "MESOS_PRINCIPAL", "mesos", "principal", false, set_mesos_principal },
	{ "MESOS_USERNAME", "mesos", "username", false, set_mesos_username },
	{ "MESOS_PASSWORD", "mesos", "secret", true, set_mesos_password },
	{ "FRAMEWORK_NAME", "mesos", "framework", false, set_framework_name },
	{ "FRAMEWORK_ROLE", "mesos", "role", false, set_framework_role },
	{ "FRAMEWORK_USER", "mesos", "user", false, set_framework_user },
	{ "FRAMEWORK_PORT", "http", "listen", false, set_framework_port },
	{ "AUTH_USERNAME", "http", "user", false, set_auth_username },
	{ "AUTH_PASSWORD", "http", "password", true, set_auth_password },
	{ "ZOOKEEPER_COUNT", "zookeeper", "count", false, set_instances },
	{ "KAFKA_COUNT", "kafka", "count", false, set_instances },
	{ "IMAGE_ZOOKEEPER", "zookeeper", "image", false, set_service_image },
	{ "IMAGE_KAFKA", "kafka", "image", false, set_service_image },
	{ "RES_CPU", "kafka", "cpus", false, set_res_cpu },
	{ "RES_MEM", "kafka", "memory", false, set_res_mem },
	{ "DOMAIN", "kafka", "network", false, NULL },
	{ "ZOOKEEPER_CUSTOM_DOMAIN", "zookeeper", NULL, false, NULL },
	{ "KAFKA_CUSTOM_DOMAIN", "kafka", NULL, false, NULL },
	{ "VOLUME_ZOOKEEPER", "zookeeper", "volume " ZOOKEEPER_LOG, false,
	    NULL },
	{ "VOLUME_KAFKA", "kafka", "volume " KAFKA_DATA, false, NULL },
	{ "VOLUME_DRIVER", "kafka", NULL, false, NULL },
};

_Static_assert(sizeof(variables) / sizeof(variables[0]) == NVARIABLES,
    "values of struct environment are as many as there are variables");

void
environment_enter(struct parser *ps, const char *block)
{
	enum service_id id = service_parse(block);

	ps->block = block;
	if (id == SERVICE_MAX)
		return;
	ps->service_id = id;
	ps->service = &ps->conf->cluster.service[id];
}

const char *
environment_get(const struct environment *e, const char *name)
{
	size_t i;

	for (i = 0; i < NVARIABLES; i++) {
		if (strcmp(variables[i].name, name) == 0)
			return e->values[i];
	}
	return NULL;
}

const char *
environment_variable(const char *block, const char *key)
{
	size_t i;

	for (i = 0; i < NVARIABLES; i++) {
		if (variables[i].key != NULL &&
		    strcmp(variables[i].block, block) == 0 &&
		    strcmp(variables[i].key, key) == 0)
			return variables[i].name;
	}
	return NULL;
}

/* The value of a variable that is set and can be looked at, or NULL. */
static const char *
environment_read(struct parser *ps, const char *name, bool secret)
{
	const struct conf_pos pos = { name, 0 };
	const char *text = getenv(name), *error;

	if (text == NULL || text[0] == '\0')
		return NULL;
	if (strncmp(text, VAULT, sizeof(VAULT) - 1) == 0) {
		conf_error(ps, &pos,
		    "kafkad does not ask Vault: fetch the value before the "
		    "start, as in %s=$(vault kv get -field=KEY PATH)%s",
		    name,
		    secret ? ", or name a file with the secret in " CONF_FILE
			   : "");
		return NULL;
	}
	if ((error = lex_check_text(text)) != NULL) {
		conf_error(ps, &pos, "the value %s", error);
		return NULL;
	}
	return text;
}

/*
 * What only an operator of the Go framework could have meant otherwise: one
 * half of the credentials asks nobody for anything.
 */
static void
credentials_finish(struct environment *e)
{
	struct http_conf *h = &e->ps->conf->http;
	struct conf_pos pos = { NULL, 0 };
	const char *why = "";

	if (!h->on)
		why = "HTTP is off: set FRAMEWORK_PORT, or have a block 'http'";
	else if (h->user == NULL && h->password != NULL)
		why = "AUTH_USERNAME is not set";
	else if (h->user != NULL && h->password == NULL)
		why = "AUTH_PASSWORD is not set";
	if (why[0] == '\0')
		return;
	pos.file = "AUTH_USERNAME";
	if (environment_get(e, pos.file) != NULL)
		conf_warning(e->ps, &pos, "has no effect: %s", why);
	pos.file = "AUTH_PASSWORD";
	if (environment_get(e, pos.file) != NULL)
		conf_warning(e->ps, &pos, "has no effect: %s", why);
	free(h->user);
	h->user = NULL;
	if (h->password != NULL)
		explicit_bzero(h->password, strlen(h->password));
	free(h->password);
	h->password = NULL;
}

/* Takes a variable out of the environment, and its value out of memory. */
static void
environment_forget(const char *name)
{
	size_t len = strlen(name);
	char **p;

	for (p = environ; p != NULL && *p != NULL; p++) {
		if (strncmp(*p, name, len) == 0 && (*p)[len] == '=')
			explicit_bzero(*p + len + 1, strlen(*p + len + 1));
	}
	unsetenv(name);
}

int
environment_restore(const struct conf *old)
{
	const struct mesos_conf *m = &old->mesos;
	const struct http_conf *h = &old->http;

	if (m->secret != NULL && m->secret_file == NULL &&
	    setenv("MESOS_PASSWORD", m->secret, 1) == -1)
		return -1;
	if (h->password != NULL && h->password_file == NULL &&
	    setenv("AUTH_PASSWORD", h->password, 1) == -1)
		return -1;
	return 0;
}

void
environment_apply(struct parser *ps)
{
	struct environment e = { .ps = ps };
	const struct variable *v;
	struct conf_pos pos = { NULL, 0 };
	const char *text;
	size_t i;

	for (i = 0; i < NVARIABLES; i++)
		e.values[i] = environment_read(ps, variables[i].name,
		    variables[i].secret);
	for (i = 0; i < NVARIABLES; i++) {
		v = &variables[i];
		pos.file = v->name;
		environment_enter(ps, v->block);
		if (v->set != NULL && e.values[i] != NULL)
			v->set(&e, &pos, e.values[i]);
	}
	environment_hostnames(&e);
	environment_volumes(&e);
	credentials_finish(&e);
	/* A wrong value is told already. */
	pos.file = "MESOS_MASTER";
	text = getenv(pos.file);
	if (ps->no_file && (text == NULL || text[0] == '\0'))
		conf_error(ps, &pos,
		    "is not set, and there is no " CONF_FILE ": one of them "
		    "must name the Mesos master");
	for (i = 0; i < NVARIABLES; i++) {
		if (variables[i].secret)
			environment_forget(variables[i].name);
	}
	/* Without Vault it is of no use. */
	environment_forget("VAULT_TOKEN");
	ps->block = "";
}
