#!/usr/bin/env bash
# One ZooKeeper and three brokers come up, and go on without kafkad.
. "${TOP:?}/tests/integration/lib.sh"

minimesos_start
conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
check "brokers live on three agents" test \
	"$(ctl -j list | jq -r 'select(.service == "kafka") | .host' |
		sort -u | wc -l)" -eq 3
check "wait says so" ctl wait kafka
before=$(task_pids)
ctl shutdown >/dev/null
wait "$KAFKAD_PID"
check "shutdown ends kafkad with status 0" test $? -eq 0
check "its tasks go on" test "$(task_pids)" = "$before"
kafkad_start
must "all are ready after a new start" all_ready 1 3
check "they are the same processes" test "$(task_pids)" = "$before"
