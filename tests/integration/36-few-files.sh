#!/usr/bin/env bash
# There are few descriptors, and clients take all they can get, of the control
# socket and of http: what kafkad is there for goes on, and when they leave
# everything answers again.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

FILES=${FILES:-40} CLIENTS=64
HOLDERS=()
trap 'let_go; shim_cleanup' EXIT

# Each of these holds a connection open, and is silent.
hold() { # N COMMAND...
	local i
	for ((i = 0; i < $1; i++)); do
		"${@:2}" <>"$T/nothing" >/dev/null 2>&1 &
		HOLDERS+=($!)
	done
}
let_go() {
	[ ${#HOLDERS[@]} -gt 0 ] || return 0
	kill "${HOLDERS[@]}" 2>/dev/null
	wait "${HOLDERS[@]}" 2>/dev/null
	HOLDERS=()
}
# By minimesos alone, as nobody else may answer.
runs_again() { # INSTANCE PID
	local pid
	pid=$(pid_of "$1")
	[ -n "$pid" ] && [ "$pid" != "$2" ] &&
		mm /tasks | jq -e --arg i "$1." '.[] | select(.task |
			startswith($i)) | .healthy' >/dev/null
}
acknowledged() { ! mm "/tasks?all=1" | jq -e 'any(.unacknowledged)'; }
another() { # TITLE PID
	local pid
	pid=$(child_pid "$1")
	[ -n "$pid" ] && [ "$pid" != "$2" ]
}

mkfifo "$T/nothing"
minimesos_start --ack-retry 200
http ""
conf 1 3
WRAP="prlimit --nofile=$FILES:$FILES"
kafkad_start
must "all are ready" all_ready 1 3
id=$(daemon framework_id)
n=$(launches)
before=$(task_pids | grep -v '^kafka-2')

hold "$CLIENTS" nc -U "$KAFKAD_SOCKET"
hold "$CLIENTS" nc 127.0.0.1 "$PORT"
until_ "clients take what they get" logged \
	"refused: kafkad needs its last descriptors itself"
for what in "a broker ends" "another one"; do
	pid=$(pid_of kafka-2)
	kill -KILL "$pid"
	until_ "$what: it is started again" runs_again kafka-2 "$pid"
	until_ "$what: all is acknowledged" acknowledged
done
check "each once" test "$(launches)" -eq $((n + 2))
# A child that dies has to be started with new descriptors, too.
for title in mesos http; do
	pid=$(child_pid "$title")
	kill -KILL "$pid"
	until_ "the $title process is started again" another "$title" "$pid"
done
pid=$(pid_of kafka-2)
kill -KILL "$pid"
until_ "then, too, what ends is started again" runs_again kafka-2 "$pid"
until_ "and all acknowledged" acknowledged
check "the state could always be saved" eval '! logged "cannot save"'

# Some may be free again since a child was away.
full() {
	hold 4 nc -U "$KAFKAD_SOCKET"
	shows "kafkad needs its last descriptors itself" ctl status
}
until_ "one too many is told so" full

let_go
until_ "they leave: kafkactl is answered" ctl version
until_ "http is, too" served
until_ "all are ready" all_ready 1 3
check "commands are taken" ctl scale kafka 4
until_ "and done" all_ready 1 4
check "the others ran on" test \
	"$(task_pids | grep -v '^kafka-[23]')" = "$before"
check "as the same framework" daemon_is framework_id "$id"
