#!/usr/bin/env bash
# After two hundred new connections and many hundreds of calls both processes
# have as many open files as before.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

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
# What is the process's own, in kB.
memory() {
	awk '/^(RssAnon|VmSwap):/ { kb += $2 } END { print kb }' \
		"/proc/$1/status"
}
# reconnect N: so many streams end, in all ways.
reconnect() {
	local i how=(fin rst chunk) n
	for ((i = 0; i < $1; i++)); do
		n=$(counter subscribed)
		mm "/stream/drop?how=${how[i % 3]}" >/dev/null
		while [ "$(counter subscribed)" -le "$n" ]; do sleep 0.01; done
	done
}
# Some is taken once and kept; see tests/sanitizer.c, too.
reconnect 60
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
# Two hundred streams that leak are 2000 kB, of libcurl alone.
most=1024
grown=$(($(memory "$child") - kb))
check "the mesos process has not grown ($grown kB)" test "$grown" -lt "$most"
grown=$(($(memory "$KAFKAD_PID") - parent_kb))
check "the parent has not grown ($grown kB)" test "$grown" -lt "$most"
check "it was the same process all the time" test \
	"$(child_pid mesos)" = "$child"
check "and the same tasks" test "$(task_pids)" = "$before"
