#!/usr/bin/env bash
# The mesos process is killed again and again: it is started again, later
# each time, and nothing of what runs is touched.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --allocation-interval 100
conf 1 2
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2
before=$(task_pids)
id=$(daemon framework_id)
parent=$KAFKAD_PID
ms() { date +%s%3N; }
another() { # PID: there is a mesos process, and it is not that one
	local pid
	pid=$(child_pid mesos)
	[ -n "$pid" ] && [ "$pid" != "$1" ]
}

for delay in 100 200 400 800 1600; do
	child=$(child_pid mesos)
	began=$(ms)
	kill -KILL "$child"
	until_ "killed, it is started again" another "$child"
	waited=$(($(ms) - began))
	check "after $delay ms (it was $waited)" test "$waited" -ge "$delay"
	until_ "connected" connected
done
until_ "all are ready" all_ready 1 2
check "the parent has stayed" test "$(daemon pid)" = "$parent"
check "the same processes" test "$(task_pids)" = "$before"
check "the same framework" test "$(framework_ids)" = "$id"
check "each death is logged once" test \
	"$(lines "mesos: died of signal 9")" -eq 5

# While something is being launched, and while it is away.
child=$(child_pid mesos)
ctl scale kafka 3 >/dev/null
kill -KILL "$child"
until_ "status says that it is away" \
	connection_has "the mesos process is being started again"
ctl scale kafka 4 >/dev/null
until_ "commands given then are carried out" all_ready 1 4
check "no task id was in two ACCEPTs" accepted_once
check "no twins" no_twins
check "the others are the same processes" test \
	"$(task_pids | grep -v '^kafka-[23]')" = "$before"
