#!/usr/bin/env bash
# Faults of the Go framework that no other test would show: what happens while
# nobody looks, more at once than a queue has room for, and threads.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/v0.sh"

go_on() { env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=3 VOLUME_KAFKA='k%d'; }
another() { [ "$(field "$1" task)" != "$2" ] && ready "$1"; }
threads() { find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l; }

minimesos_start --allocation-interval 100
mkdir "$T/go"
go_on
must "all are ready" all_ready 1 3

# While kafkad is away an agent is lost, and a task of another one ends.
declare -A AGENT
for name in zookeeper-0 kafka-0 kafka-1 kafka-2; do
	AGENT[$name]=$(agent_of "$name")
done
lost='' ended=''
for name in kafka-0 kafka-1 kafka-2; do
	if [ -z "$lost" ] && [ "${AGENT[$name]}" != "${AGENT[zookeeper-0]}" ]; then
		lost=$name
	elif [ -n "$lost" ] && [ "${AGENT[$name]}" != "${AGENT[$lost]}" ]; then
		ended=$name
	fi
done
check "brokers are on agents of their own" test -n "$lost" -a -n "$ended"
task=$(field "$ended" task)
before=$(launches)
kafkad_stop
mm "/agent/lose?agent=${AGENT[$lost]}&now=1" >/dev/null
kill -KILL "$(pid_of "$ended")"
go_on
until_ "what was lost meanwhile is not said to run" state_is "$lost" lost
until_ "what ended meanwhile comes back" another "$ended" "$task"
mm "/agent/return?agent=${AGENT[$lost]}" >/dev/null
until_ "and what was lost when it is there again" all_ready 1 3
check "which was launched once" test "$(launches)" -eq $((before + 1))

# More starts than fit into any queue, and again and again.
answers "three hundred brokers" 202 297 /v0/kafka/scale/300
for _ in 1 2 3; do
	answers "reflate of all of them" 202 ok /v0/kafka/reflate
done
answers "and a question" 202 1 /v0/zookeeper/scale/2
answers "which is taken back" 202 -1 /v0/zookeeper/scale/1
says "kafkactl is answered, too" '"wanted":300' ctl -j status
check "nothing has two tasks" no_twins
answers "back to one" 202 -299 /v0/kafka/scale/1
LIMIT=90 until_ "the others end" all_ready 1 1

# State is touched by one thread of one process.
check "the parent has one thread" test "$(threads "$KAFKAD_PID")" -eq 1
check "so has the http process" test "$(threads "$(child_pid http)")" -eq 1
