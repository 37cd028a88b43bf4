#!/usr/bin/env bash
# The stream of events ends in all possible ways, and comes in all forms that
# are allowed: kafkad is back by itself, and tasks do not notice.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --allocation-interval 100 --heartbeat 0.2
conf 1 2
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2
before=$(task_pids)
id=$(daemon framework_id)

# broken NAME ROUTE TEXT: the stream ends, with such a text in the log.
broken() {
	local n
	n=$(counter subscribed)
	mark
	mm "$2" >/dev/null
	until_ "$1: subscribed anew" counter_above subscribed "$n"
	until_ "$1: all are ready" all_connected
	check "$1: the log says \"$3\"" since_mark_has "$3"
}
all_connected() { connected && all_ready 1 2; }

broken "a zero chunk" "/stream/drop?how=chunk" "the master ended the stream"
broken "a FIN" "/stream/drop?how=fin" "the connection broke"
broken "a RST" "/stream/drop?how=rst" "the connection broke"
broken "an end in the middle of a record" "/stream/cut" "the connection broke"
broken "a length that is none" "/stream/garbage" "not a stream of events"
for how in chunk fin rst; do
	for _ in 1 2 3; do
		mm "/stream/drop?how=$how" >/dev/null
	done
done
until_ "all are ready after many of them" all_connected

# fine NAME ROUTE END: events in such a form do their work, on one stream.
fine() {
	local n
	n=$(counter subscribed)
	mm "$2" >/dev/null
	ctl scale kafka 3 >/dev/null
	until_ "$1: a third broker is ready" all_ready 1 3
	ctl -f scale kafka 2 >/dev/null
	until_ "$1: and gone" all_ready 1 2
	check "$1: all on one stream" test "$(counter subscribed)" -eq "$n"
	mm "$3" >/dev/null
}
fine "one byte at a time" "/stream/segment?bytes=1" "/stream/segment?bytes=0"
fine "seven bytes at a time" "/stream/segment?bytes=7" \
	"/stream/segment?bytes=0"
fine "records with line feeds" "/stream/pretty?on=1" "/stream/pretty?on=0"
fine "unknown events and events without contents" "/stream/unknown" \
	"/stream/unknown?on=0"
fine "an unchanged stream" "/help" "/help"

# SUBSCRIBED itself in pieces.
mm "/stream/segment?bytes=1" >/dev/null
n=$(counter subscribed)
mm "/stream/drop?how=rst" >/dev/null
until_ "SUBSCRIBED byte by byte" counter_above subscribed "$n"
until_ "all are ready" all_connected
mm "/stream/segment?bytes=0" >/dev/null

check "the same processes as ever" test "$(task_pids)" = "$before"
check "the same framework" test "$(daemon framework_id)" = "$id"
check "which is the only one" test "$(framework_ids)" = "$id"
check "the mesos process was never started again" lines_are "mesos: exited" 0
