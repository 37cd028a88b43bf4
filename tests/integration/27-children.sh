#!/usr/bin/env bash
# A mesos process that ends at once each time, and one that sends what it may
# not. Here it is kafkad with such a process in it; the rest is the real one.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

cp "$B/liar" "$T/kafkad" && chmod 755 "$T/kafkad"
KAFKAD=$T/kafkad
do_() { echo "$1" >"$T/kafkad.do"; }
# The times of the log, in ms since midnight, of lines that match.
times() {
	since_mark | grep -E -- "$1" | sed -E \
		's/^([0-9]+):([0-9]+):([0-9]+)[.]([0-9]+) .*/\1 \2 \3 \4/' |
		awk '{ print (($1 * 60 + $2) * 60 + $3) * 1000 + $4 }'
}
# delays PATTERN: between one such line and the next, past midnight too.
delays() {
	times "$1" | awk 'NR > 1 { print ($1 - last + 86400000) % 86400000 }
		{ last = $1 }'
}
ms() { date +%s%3N; }
# at_once NAME COMMAND...: it succeeds, and waits for no child: one that says
# nothing has ten seconds.
at_once() {
	local name=$1 began
	shift
	began=$(ms)
	"$@" >"$T/out" 2>&1 || { cat "$T/out"; not_ok "$name"; return; }
	check "$name ($(($(ms) - began)) ms)" test $(($(ms) - began)) -lt 5000
}
deaths() { since_mark | grep -c "mesos: died of signal 6"; }
deaths_above() { [ "$(deaths)" -gt "$1" ]; }

minimesos_start --allocation-interval 100
port=$("$B/fakeparent" -f)
GLOBAL="http { listen on 127.0.0.1 port $port }" conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
before=$(task_pids)
http=$(child_pid http)

# It aborts before it has said a word, each time.
do_ abort
mark
kill -KILL "$(child_pid mesos)"
for n in 0 1 2 3 4; do
	until_ "it has died $((n + 1)) times" deaths_above "$n"
	at_once "status is answered" ctl status
	says "and says what is wrong" "the mesos process is being started again" \
		cat "$T/out"
	at_once "a change is taken" ctl scale kafka $((5 - n % 2))
	at_once "HTTP answers" curl -sSf --max-time 5 -o /dev/null \
		"http://127.0.0.1:$port/v0/container/1"
done
check "status counts the starts" test "$(daemon 'processes[] |
	select(.process == "mesos") | .starts > 5')" = true
# From the first one on: it was killed, and started 100 ms later. To start and
# to die takes its time, too.
i=0 least=200 late=999999
while read -r delay; do
	i=$((i + 1))
	check "start $((i + 1)) came after $least ms ($delay)" test \
		"$delay" -ge "$least"
	[ $((delay - least)) -ge "$late" ] || late=$((delay - least))
	least=$((2 * least))
done < <(delays "mesos: died of signal 6")
check "there were four of them" test "$i" -ge 4
check "one of them not much later than that ($late ms)" test "$late" -lt 200
since_mark >"$T/died"
check "each death has one line, with signal and pid" test "$(grep -cE \
	'mesos: died of signal 6 \(Aborted\), pid [0-9]+$' "$T/died")" -eq \
	"$(grep -c "mesos: died of signal 6" "$T/died")"
check "http is the same process all the time" test \
	"$(child_pid http)" = "$http"
check "and so is what runs" test "$(task_pids)" = "$before"
do_ ''
until_ "when it lives again it is connected" connected
until_ "and what was asked for last is done" all_ready 1 5
at_once "with the child well, status is answered" ctl status

# Frames that are wrong, and the line that each is to have.
wrong() { # WORD REASON
	local was liar
	was=$(child_pid mesos)
	do_ "$1"
	mark
	kill -KILL "$was"
	until_ "$1: the log says which frame and why" since_mark_has \
		"warn parent: mesos: $2; pid "
	liar=$(since_mark | grep -F -- "$2" | sed -nE \
		's/.*; pid ([0-9]+) is replaced$/\1/p' | tail -n 1)
	check "$1: it is not the one that was killed" test "$liar" -ne "$was"
	until_ "$1: it is not let live" since_mark_has \
		"mesos: died of signal 9 (Killed), pid $liar"
	at_once "$1: status is answered" ctl status
	do_ ''
	until_ "$1: the next one is heard" connected
	# So that no delay of the one before counts.
	kafkad_stop
	kafkad_start
	until_ "$1: with a new kafkad it is connected" connected
}
wrong length "wrong frame: a length of 4294967295, not 16 to 1048576"
wrong type "wrong frame 999 of 26 bytes: unknown type"
wrong version "wrong frame ERROR of 26 bytes: version 7 instead of 1"
wrong sender "wrong frame KILL of 29 bytes: mesos may not send it to parent"
wrong size \
	"wrong frame RESCIND of 16 bytes: 0 bytes after its header, not 4 to 259"
wrong twice "wrong frame HELLO of 22 bytes: said twice"
wrong early "wrong frame ERROR of 26 bytes: before READY"
wrong field "wrong frame ERROR of 26 bytes: field 'message': cut off"
wrong more "wrong frame ERROR of 26 bytes: 5 bytes too many"
id=$(daemon framework_id)
wrong another "wrong frame SUBSCRIBED of 45 bytes: framework id 'another', and \
it is '$id'"
check "another: the framework is the same" daemon_is framework_id "$id"
# What is no frame yet cannot be wrong.
do_ half
mark
kill -KILL "$(child_pid mesos)"
until_ "half a frame and the end are an end" \
	since_mark_has "mesos: exited with status 3, pid "
do_ ''
until_ "the next one is heard" connected
check "what runs has not noticed" test \
	"$(task_pids | grep -v '^kafka-[34]')" = "$before"
