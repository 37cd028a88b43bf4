#!/usr/bin/env bash
# A child that hangs is found out by its silence and replaced; what runs does
# not notice.
. "${TOP:?}/tests/integration/lib.sh"

LIMIT=100 # two rounds of 30 s, and then some
other_child() { [ -n "$(child_pid "$1")" ] && [ "$(child_pid "$1")" != "$2" ]; }

minimesos_start
port=$("$B/fakeparent" -f)
GLOBAL="http { listen on 127.0.0.1 port $port }" conf 1 2
kafkad_start
must "all are ready" all_ready 1 2
check "kafkactl says where HTTP is" shows "http        http://127.0.0.1:$port" ctl status
before=$(task_pids)
mesos=$(child_pid mesos) http=$(child_pid http)
kill -STOP "$mesos" "$http"
ctl kill kafka-1 >/dev/null
until_ "a mesos process that hangs is replaced" other_child mesos "$mesos"
until_ "and one of http" other_child http "$http"
check "the log says why" logged "mesos: hangs: no answer in 30 seconds"
check "of both" logged "http: hangs: no answer in 30 seconds"
check "the hung ones are gone" dead "$mesos"
until_ "it is connected again" daemon_is connected true
until_ "what was asked for meanwhile is done" state_is kafka-1 stopped
check "the others are the same processes" test \
	"$(task_pids)" = "$(grep -v '^kafka-1' <<<"$before")"
answers() {
	[ "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 5 \
		"http://127.0.0.1:$port/v0/container/1")" = 202 ]
}
until_ "and HTTP answers" answers
