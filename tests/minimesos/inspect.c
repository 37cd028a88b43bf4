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
 * minimesos: the text that `docker inspect` would print for a container,
 * which the docker executor puts into the data of TASK_RUNNING.  Only its
 * shape and size matter.
 */

#include <stdio.h>
#include <time.h>

#include "minimesos.h"

/* What a section consists of: names by the value they have. */
static void
add_all(struct json_object *o, const char *const *names, const char *kind)
{
	for (; *names != NULL; names++) {
		if (*kind == 'f')
			json_add_flag(o, *names, 0);
		else if (*kind == '0')
			json_add_int(o, *names, 0);
		else if (*kind == '"')
			json_add_str(o, *names, "");
		else if (*kind == '[')
			json_add_arr(o, *names);
		else
			json_object_object_add(o, *names, NULL);
	}
}

static void
stamp(char *buf, size_t size)
{
	char day[32];
	struct tm tm;
	int64_t ns = now_ns();
	time_t t = (time_t)(ns / 1000000000);

	gmtime_r(&t, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, size, "%s.%09dZ", day, (int)(ns % 1000000000));
}

static void
add_state(struct json_object *o, struct task *t, const char *when)
{
	static const char *const flags[] = { "Paused", "Restarting",
		"OOMKilled", "Dead", NULL };
	struct json_object *s = json_add_obj(o, "State");

	json_add_str(s, "Status", "running");
	json_add_flag(s, "Running", 1);
	add_all(s, flags, "f");
	json_add_int(s, "Pid", t->pid);
	json_add_int(s, "ExitCode", 0);
	json_add_str(s, "Error", "");
	json_add_str(s, "StartedAt", when);
	json_add_str(s, "FinishedAt", "0001-01-01T00:00:00Z");
}

/* With the ports of the agent, or without any when its address is NULL. */
static void
add_ports(struct json_object *o, struct task *t, const char *host_ip)
{
	struct json_object *list, *b;
	char key[32], port[16];
	size_t i;

	list = json_get(t->info, "container.docker.port_mappings");
	for (i = 0; i < json_len(list); i++) {
		snprintf(key, sizeof(key), "%d/tcp",
		    (int)json_num(json_at(list, i), "container_port", 0));
		snprintf(port, sizeof(port), "%d",
		    (int)json_num(json_at(list, i), "host_port", 0));
		if (host_ip == NULL) {
			json_add_obj(o, key);
			continue;
		}
		b = json_add_obj(json_add_arr(o, key), NULL);
		json_add_str(b, "HostIp", host_ip);
		json_add_str(b, "HostPort", port);
	}
}

static void
add_binds(struct json_object *binds, struct task *t)
{
	struct json_object *list = json_get(t->info, "container.volumes"), *v;
	const char *from, *mode;
	char *text;
	size_t i;

	for (i = 0; i < json_len(list); i++) {
		v = json_at(list, i);
		mode = json_str(v, "mode");
		if ((from = json_str(v, "source.docker_volume.name")) == NULL)
			from = json_str(v, "host_path");
		if (from == NULL)
			continue;
		text =
		    xasprintf("%s:%s:%s", from, json_str(v, "container_path"),
			mode != NULL && strcmp(mode, "RO") == 0 ? "ro" : "rw");
		json_add_str(binds, NULL, text);
		free(text);
	}
	text = xasprintf("%s:/mnt/mesos/sandbox", t->sandbox);
	json_add_str(binds, NULL, text);
	free(text);
}

static void
add_host_config(struct json_object *o, struct task *t)
{
	static const char *const nulls[] = { "VolumesFrom", "CapAdd", "CapDrop",
		"ExtraHosts", "GroupAdd", "Links", "SecurityOpt",
		"DeviceCgroupRules", "DeviceRequests", "MemorySwappiness",
		"PidsLimit", NULL };
	static const char *const zeros[] = { "OomScoreAdj", "NanoCpus",
		"BlkioWeight", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod",
		"CpuRealtimeRuntime", "KernelMemory", "KernelMemoryTCP",
		"MemoryReservation", "CpuCount", "CpuPercent", "IOMaximumIOps",
		"IOMaximumBandwidth", NULL };
	static const char *const texts[] = { "ContainerIDFile", "VolumeDriver",
		"Cgroup", "PidMode", "UTSMode", "UsernsMode", "Isolation",
		"CgroupParent", "CpusetCpus", "CpusetMems", NULL };
	static const char *const lists[] = { "Dns", "DnsOptions", "DnsSearch",
		"BlkioWeightDevice", "BlkioDeviceReadBps",
		"BlkioDeviceWriteBps", "Devices", "Ulimits", NULL };
	static const char *const flags[] = { "AutoRemove", "Privileged",
		"PublishAllPorts", "ReadonlyRootfs", "OomKillDisable", NULL };
	struct json_object *h = json_add_obj(o, "HostConfig");

	add_binds(json_add_arr(h, "Binds"), t);
	json_add_str(h, "NetworkMode", t->bridge ? "bridge" : "host");
	add_ports(json_add_obj(h, "PortBindings"), t, "");
	json_add_str(h, "Runtime", "runc");
	json_add_int(h, "ShmSize", 67108864);
	json_add_int(h, "CpuShares",
	    (int64_t)(rv_scalar(&t->res, "cpus") * 1024));
	json_add_int(h, "Memory",
	    (int64_t)(rv_scalar(&t->res, "mem") * 1048576));
	add_all(h, texts, "\"");
	add_all(h, nulls, "n");
	add_all(h, zeros, "0");
	add_all(h, lists, "[");
	add_all(h, flags, "f");
}

static void
add_env(struct json_object *env, struct task *t)
{
	struct json_object *vars;
	char *text;
	size_t i;

	vars = json_get(t->info, "command.environment.variables");
	for (i = 0; i < json_len(vars); i++) {
		if (json_str(json_at(vars, i), "value") == NULL)
			continue;
		text = xasprintf("%s=%s", json_str(json_at(vars, i), "name"),
		    json_str(json_at(vars, i), "value"));
		json_add_str(env, NULL, text);
		free(text);
	}
	text = xasprintf("MESOS_CONTAINER_NAME=mesos-%s", t->container);
	json_add_str(env, NULL, text);
	free(text);
	json_add_str(env, NULL, "MESOS_SANDBOX=/mnt/mesos/sandbox");
	text = xasprintf("MESOS_ALLOCATION_ROLE=%s", t->role);
	json_add_str(env, NULL, text);
	free(text);
}

static void
add_config(struct json_object *o, struct task *t)
{
	static const char *const flags[] = { "AttachStdin", "Tty", "OpenStdin",
		"StdinOnce", NULL };
	struct json_object *c = json_add_obj(o, "Config");
	char *text = net_hostname(t);

	json_add_str(c, "Hostname", text);
	free(text);
	json_add_str(c, "Domainname", "");
	json_add_str(c, "User", "");
	add_all(c, flags, "f");
	add_ports(json_add_obj(c, "ExposedPorts"), t, NULL);
	add_env(json_add_arr(c, "Env"), t);
	json_object_object_add(c, "Cmd", NULL);
	json_add_str(c, "Image", t->image);
	json_add_str(json_add_arr(c, "Entrypoint"), NULL, "/entrypoint");
	json_add_obj(c, "Labels");
}

static void
add_network(struct json_object *o, struct task *t)
{
	static const char *const texts[] = { "Gateway", "IPv6Gateway",
		"GlobalIPv6Address", "MacAddress", NULL };
	static const char *const nulls[] = { "IPAMConfig", "Links", "Aliases",
		"DriverOpts", NULL };
	struct json_object *n = json_add_obj(o, "NetworkSettings"), *one;
	const char *ip = !t->bridge ? ""
	    : *t->address != '\0'   ? t->address
				    : "172.17.0.2";

	json_add_str(n, "Bridge", "");
	json_add_flag(n, "HairpinMode", 0);
	add_ports(json_add_obj(n, "Ports"), t, t->agent->hostname);
	json_add_str(n, "IPAddress", ip);
	json_add_int(n, "IPPrefixLen", t->bridge ? 16 : 0);
	add_all(n, texts, "\"");
	one = json_add_obj(json_add_obj(n, "Networks"),
	    t->bridge ? "bridge" : "host");
	add_all(one, nulls, "n");
	json_add_str(one, "IPAddress", ip);
	json_add_int(one, "IPPrefixLen", t->bridge ? 16 : 0);
	add_all(one, texts, "\"");
}

static void
add_mount(struct json_object *o, struct task *t)
{
	struct json_object *m = json_add_obj(json_add_arr(o, "Mounts"), NULL);

	json_add_str(m, "Type", "bind");
	json_add_str(m, "Source", t->sandbox);
	json_add_str(m, "Destination", "/mnt/mesos/sandbox");
	json_add_str(m, "Mode", "");
	json_add_flag(m, "RW", 1);
	json_add_str(m, "Propagation", "rprivate");
}

/* Base64, to be freed. */
char *
inspect_data(struct task *t)
{
	struct json_object *list = json_object_new_array(), *o;
	char when[64], id[65], *text, *data;
	size_t len;

	stamp(when, sizeof(when));
	snprintf(id, sizeof(id), "%.8s%.4s%.8s%.8s%.4s%.8s%.8s%.8s%.8s",
	    t->container, t->container + 9, t->container + 24, t->container,
	    t->container + 14, t->container, t->container + 24, t->container,
	    t->container + 24);
	o = json_add_obj(list, NULL);
	json_add_str(o, "Id", id);
	json_add_str(o, "Created", when);
	json_add_str(o, "Path", "/entrypoint");
	json_add_ref(o, "Args", json_get(t->info, "command.arguments"));
	add_state(o, t, when);
	text = xasprintf("/mesos-%s", t->container);
	json_add_str(o, "Name", text);
	free(text);
	json_add_int(o, "RestartCount", 0);
	json_add_str(o, "Driver", "overlay2");
	json_add_str(o, "Platform", "linux");
	add_host_config(o, t);
	add_mount(o, t);
	add_config(o, t);
	add_network(o, t);
	text = json_text(list, 1, &len);
	json_object_put(list);
	data = base64_of(text, len);
	free(text);
	return (data);
}
