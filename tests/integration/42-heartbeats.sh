#!/usr/bin/env bash
# Heartbeats stop and the connection stays: kafkad waits for five intervals
# (of at least one second each), not less, and subscribes anew.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --heartbeat 0.3
conf 1 1
kafkad_start
must "one zookeeper and one broker are ready" all_ready 1 1
before=$(task_pids)
n=$(counter subscribed)
ms() { date +%s%3N; }
began=$(ms)
mm "/stream/mute?on=1" >/dev/null
silent() { [ "$(lines "has been silent for too long")" -eq 1 ]; }
until_ "silence is noticed" silent
waited=$(($(ms) - began))
# The last heartbeat was up to 0.3 s before; a slow machine is late.
check "after five seconds and not before (waited $waited ms)" test \
	"$waited" -ge 4600
check "and not much later" test "$waited" -lt 15000
until_ "status says so" connection_has "has been silent for too long"
until_ "it subscribes anew" counter_above subscribed "$n"
mm "/stream/mute?on=0" >/dev/null
until_ "connected" connected
until_ "all are ready" all_ready 1 1
check "the same processes" test "$(task_pids)" = "$before"

# Heartbeats alone keep the stream.
n=$(counter subscribed)
beats=$(($(counter events) + 25))
until_ "many heartbeats" counter_above events "$beats"
check "with them the stream goes on" test "$(counter subscribed)" -eq "$n"
