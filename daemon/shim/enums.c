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
 * Part of the http process: the messages of Mesos' v1 mesos.proto that make a
 * TaskStatus, with their fields in the order of that file. Data only.
 */

#include <stddef.h>

#include "enums.h"

/* clang-format off */
#define SAY(n) { .name = n }
#define SUB(n, m) { .name = n, .message = &message_##m }
#define NUM(n, v) { .name = n, .values = v }
#define END { .name = NULL }
#define MESSAGE(m, ...) \
	static const struct field fields_##m[] = { __VA_ARGS__, END }; \
	static const struct message message_##m = { fields_##m }

static const struct enum_value task_state[] = {
	{ "TASK_STAGING", 6 },
	{ "TASK_STARTING", 0 },
	{ "TASK_RUNNING", 1 },
	{ "TASK_KILLING", 8 },
	{ "TASK_FINISHED", 2 },
	{ "TASK_FAILED", 3 },
	{ "TASK_KILLED", 4 },
	{ "TASK_ERROR", 7 },
	{ "TASK_LOST", 5 },
	{ "TASK_DROPPED", 9 },
	{ "TASK_UNREACHABLE", 10 },
	{ "TASK_GONE", 11 },
	{ "TASK_GONE_BY_OPERATOR", 12 },
	{ "TASK_UNKNOWN", 13 },
	{ NULL, 0 },
};

static const struct enum_value source[] = {
	{ "SOURCE_MASTER", 0 },
	{ "SOURCE_AGENT", 1 },
	{ "SOURCE_EXECUTOR", 2 },
	{ NULL, 0 },
};

static const struct enum_value reason[] = {
	{ "REASON_COMMAND_EXECUTOR_FAILED", 0 },
	{ "REASON_CONTAINER_LAUNCH_FAILED", 21 },
	{ "REASON_CONTAINER_LIMITATION", 19 },
	{ "REASON_CONTAINER_LIMITATION_DISK", 20 },
	{ "REASON_CONTAINER_LIMITATION_MEMORY", 8 },
	{ "REASON_CONTAINER_PREEMPTED", 17 },
	{ "REASON_CONTAINER_UPDATE_FAILED", 22 },
	{ "REASON_MAX_COMPLETION_TIME_REACHED", 33 },
	{ "REASON_EXECUTOR_REGISTRATION_TIMEOUT", 23 },
	{ "REASON_EXECUTOR_REREGISTRATION_TIMEOUT", 24 },
	{ "REASON_EXECUTOR_TERMINATED", 1 },
	{ "REASON_EXECUTOR_UNREGISTERED", 2 },
	{ "REASON_FRAMEWORK_REMOVED", 3 },
	{ "REASON_GC_ERROR", 4 },
	{ "REASON_INVALID_FRAMEWORKID", 5 },
	{ "REASON_INVALID_OFFERS", 6 },
	{ "REASON_IO_SWITCHBOARD_EXITED", 27 },
	{ "REASON_MASTER_DISCONNECTED", 7 },
	{ "REASON_RECONCILIATION", 9 },
	{ "REASON_RESOURCES_UNKNOWN", 18 },
	{ "REASON_AGENT_DISCONNECTED", 10 },
	{ "REASON_AGENT_DRAINING", 34 },
	{ "REASON_AGENT_REMOVED", 11 },
	{ "REASON_AGENT_REMOVED_BY_OPERATOR", 31 },
	{ "REASON_AGENT_REREGISTERED", 32 },
	{ "REASON_AGENT_RESTARTED", 12 },
	{ "REASON_AGENT_UNKNOWN", 13 },
	{ "REASON_TASK_KILLED_DURING_LAUNCH", 30 },
	{ "REASON_TASK_CHECK_STATUS_UPDATED", 28 },
	{ "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED", 29 },
	{ "REASON_TASK_GROUP_INVALID", 25 },
	{ "REASON_TASK_GROUP_UNAUTHORIZED", 26 },
	{ "REASON_TASK_INVALID", 14 },
	{ "REASON_TASK_UNAUTHORIZED", 15 },
	{ "REASON_TASK_UNKNOWN", 16 },
	{ NULL, 0 },
};

static const struct enum_value check_type[] = {
	{ "UNKNOWN", 0 },
	{ "COMMAND", 1 },
	{ "HTTP", 2 },
	{ "TCP", 3 },
	{ NULL, 0 },
};

static const struct enum_value protocol[] = {
	{ "IPv4", 1 },
	{ "IPv6", 2 },
	{ NULL, 0 },
};

static const struct enum_value value_type[] = {
	{ "SCALAR", 0 },
	{ "RANGES", 1 },
	{ "SET", 2 },
	{ "TEXT", 3 },
	{ NULL, 0 },
};

static const struct enum_value reservation_type[] = {
	{ "UNKNOWN", 0 },
	{ "STATIC", 1 },
	{ "DYNAMIC", 2 },
	{ NULL, 0 },
};

MESSAGE(id, SAY("value"));
MESSAGE(parent_id, SAY("value"), SAY("parent"));
MESSAGE(container_id, SAY("value"), SUB("parent", parent_id));
MESSAGE(label, SAY("key"), SAY("value"));
MESSAGE(labels, SUB("labels", label));
MESSAGE(time, SAY("nanoseconds"));
MESSAGE(check_command, SAY("exit_code"));
MESSAGE(check_http, SAY("status_code"));
MESSAGE(check_tcp, SAY("succeeded"));
MESSAGE(check_status, NUM("type", check_type), SUB("command", check_command),
    SUB("http", check_http), SUB("tcp", check_tcp));
MESSAGE(ip_address, NUM("protocol", protocol), SAY("ip_address"));
MESSAGE(port_mapping, SAY("host_port"), SAY("container_port"),
    SAY("protocol"));
MESSAGE(network_info, SUB("ip_addresses", ip_address), SAY("name"),
    SAY("groups"), SUB("labels", labels),
    SUB("port_mappings", port_mapping));
MESSAGE(net_cls, SAY("classid"));
MESSAGE(cgroup_info, SUB("net_cls", net_cls));
MESSAGE(container_status, SUB("container_id", container_id),
    SUB("network_infos", network_info), SUB("cgroup_info", cgroup_info),
    SAY("executor_pid"));
MESSAGE(scalar, SAY("value"));
MESSAGE(range, SAY("begin"), SAY("end"));
MESSAGE(ranges, SUB("range", range));
MESSAGE(set, SAY("item"));
MESSAGE(role, SAY("role"));
MESSAGE(reservation, NUM("type", reservation_type), SAY("role"),
    SAY("principal"), SUB("labels", labels));
MESSAGE(persistence, SAY("id"), SAY("principal"));
MESSAGE(disk, SUB("persistence", persistence));
MESSAGE(resource, SUB("provider_id", id), SAY("name"),
    NUM("type", value_type), SUB("scalar", scalar), SUB("ranges", ranges),
    SUB("set", set), SAY("role"), SUB("allocation_info", role),
    SUB("reservation", reservation), SUB("reservations", reservation),
    SUB("disk", disk), SAY("revocable"), SAY("shared"));
MESSAGE(limitation, SUB("resources", resource));

static const struct field fields_task_status[] = {
	SUB("task_id", id),
	NUM("state", task_state),
	SAY("message"),
	NUM("source", source),
	NUM("reason", reason),
	SAY("data"),
	SUB("agent_id", id),
	SUB("executor_id", id),
	SAY("timestamp"),
	SAY("uuid"),
	SAY("healthy"),
	SUB("check_status", check_status),
	SUB("labels", labels),
	SUB("container_status", container_status),
	SUB("unreachable_time", time),
	SUB("limitation", limitation),
	END,
};
/* clang-format on */

const struct message message_task_status = { fields_task_status };
