#!/usr/bin/env bash
# The master answers calls with 503, 404 and 500 for a while, or late: all
# that is wanted comes to be in the end, and nothing twice.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --allocation-interval 100 --ack-retry 300
GLOBAL='offers { revive 200ms }'
GRACE=500ms
conf 1 1
retry_fast
kafkad_start
must "one zookeeper and one broker are ready" all_ready 1 1
before=$(task_pids)
id=$(daemon framework_id)

settled() { all_ready 1 "$1" && connected && no_twins; }
given() { # CODE TYPE: the answer was given
	[ "$(curl -sS "http://$MM_CONTROL/calls" | jq "[.[] |
		select(.code == $1 and .type == \"$2\")] | length")" -ge "$3" ]
}
for code in 503 404 500; do
	for type in ACCEPT REVIVE; do
		mm "/calls/status?code=$code&type=$type&count=2" >/dev/null
		ctl scale kafka 2 >/dev/null
		until_ "$code to $type: it was given" given "$code" "$type" 2
		until_ "$code to $type: two brokers are ready" settled 2
		ctl -f scale kafka 1 >/dev/null
		until_ "$code to $type: and one again" settled 1
	done
	for type in SUBSCRIBE RECONCILE; do
		mm "/calls/status?code=$code&type=$type&count=2" >/dev/null
		mm "/stream/drop?how=fin" >/dev/null
		until_ "$code to $type: it was given" given "$code" "$type" 2
		until_ "$code to $type: all are ready" settled 1
	done
	for type in ACKNOWLEDGE DECLINE SUPPRESS KILL; do
		mm "/calls/status?code=$code&type=$type&count=1" >/dev/null
		ctl scale kafka 2 >/dev/null
		until_ "$code to $type: two brokers are ready" settled 2
		ctl -f scale kafka 1 >/dev/null
		until_ "$code to $type: and one again" settled 1
		mm "/calls/status?count=0" >/dev/null
	done
done
check "the answer to SUBSCRIBE was logged" logged \
	"answers 503 to SUBSCRIBE: Fault asked for"

# Everything fails for a while.
mm "/calls/status?code=503&count=12" >/dev/null
ctl scale kafka 2 >/dev/null
until_ "two brokers after twelve answers of 503" settled 2

# Answers are late, and events come before them.
mm "/calls/delay?ms=300" >/dev/null
ctl scale kafka 3 >/dev/null
until_ "three brokers though answers are late" settled 3
ctl restart kafka-2 >/dev/null
until_ "a restart though answers are late" settled 3
mm "/calls/delay?ms=0" >/dev/null

check "no task id was in two ACCEPTs" accepted_once
check "the first two are the same processes" test \
	"$(task_pids | grep -v '^kafka-[12]')" = "$before"
check "the same framework" test "$(framework_ids)" = "$id"
