#!/usr/bin/env bash
# After two hundred new connections and many hundreds of calls both processes
# have as many open files as before.
. "$TOP/tests/integration/lib.sh"
. "$TOP/tests/integration/mesos.sh"

minimesos_start --allocation-interval 100
conf 1 2
retry_fast
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2
before=$(task_pids)
child=$(child_pid mesos)

open_files() {
	find "/proc/$KAFKAD_PID/fd" "/proc/$child/fd" -type l | wc -l
}
memory() { sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }
# reconnect N: so many streams end, in all ways.
reconnect() {
	local i how=(fin rst chunk) n
	for ((i = 0; i < $1; i++)); do
		n=$(counter subscribed)
		mm "/stream/drop?how=${how[i % 3]}" >/dev/null
		while [ "$(counter subscribed)" -le "$n" ]; do sleep 0.01; done
	done
}
reconnect 10
until_ "connected" connected
until_ "all are ready" all_ready 1 2
files=$(open_files)
kb=$(memory "$child") parent_kb=$(memory "$KAFKAD_PID")

asked=$(counter calls)
reconnect 200
until_ "connected after 200 more" connected
until_ "all are ready" all_ready 1 2
calls=$(($(counter calls) - asked))
check "there were at least 500 calls ($calls)" test "$calls" -ge 500
flat() { [ "$(open_files)" -le "$files" ]; }
until_ "as many open files as before ($files)" flat
# Some is taken once and kept; a leak of a stream would be much more.
grown=$(($(memory "$child") - kb))
check "the mesos process has not grown ($grown kB)" test "$grown" -lt 4096
grown=$(($(memory "$KAFKAD_PID") - parent_kb))
check "the parent has not grown ($grown kB)" test "$grown" -lt 4096
check "it was the same process all the time" test \
	"$(child_pid mesos)" = "$child"
check "and the same tasks" test "$(task_pids)" = "$before"
