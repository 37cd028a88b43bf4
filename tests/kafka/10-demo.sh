#!/usr/bin/env bash
# What "make demo" runs: with DEMO=once it writes and reads messages and ends;
# without, it stays and is ended by a signal. Nothing is left in any case.
. "${TOP:?}/tests/integration/lib.sh"

LIMIT=300
DEMO_PID=''
export DEMO_DIR=$T/demo

# The demo ends what it has started when it is told to.
demo_cleanup() {
	local status=$?

	if [ -n "$DEMO_PID" ]; then
		kill -TERM "$DEMO_PID" 2>/dev/null
		wait "$DEMO_PID"
	fi
	if [ "$failures" -ne 0 ]; then
		cat "$T"/demo*.log
	fi
	(exit "$status")
	cleanup
}
trap demo_cleanup EXIT

# demo_start LOG: in the background, as a user would in a terminal.
demo_start() {
	"$TOP/tests/kafka/demo" >"$1" 2>&1 &
	DEMO_PID=$!
}

# demo_wait: leaves the exit status in status.
demo_wait() {
	status=0
	wait "$DEMO_PID" || status=$?
	DEMO_PID=''
}

# Processes that have the demo's folder in their command line or, like its
# tasks, work in it. Health checks may be about to end.
strays() {
	local proc

	for proc in /proc/[0-9]*; do
		if [[ $(readlink "$proc/cwd" 2>/dev/null) == "$T/demo"* ]] ||
			grep -qaF "$T/demo" "$proc/cmdline" 2>/dev/null; then
			echo "${proc#/proc/}"
		fi
	done
}
no_strays() { [ -z "$(strays)" ]; }

# ended LOG LEAST: so many processes, or more, are said to have ended; it is so.
ended() {
	local pid pids n=0

	read -ra pids < <(sed -n "s/^demo: ended: processes //p" "$1")
	for pid in "${pids[@]}"; do
		[ ! -e "/proc/$pid" ] || return 1
		n=$((n + 1))
	done
	[ "$n" -ge "$2" ]
}

B=/nowhere "$TOP/tests/kafka/demo" >"$T/nothing.log" 2>&1
check "without anything built it fails" test $? -eq 1
check "and says what to do" grep -q 'is not built: run make demo' \
	"$T/nothing.log"

DEMO=once demo_start "$T/demo-once.log"
demo_wait
check "once: exit status 0" test "$status" -eq 0
check "once: three brokers are ready" grep -qE \
	'^kafka +3 +3 +3 ' "$T/demo-once.log"
check "once: messages are read back" grep -q \
	'read back: the same 10000 messages' "$T/demo-once.log"
check "once: all processes have ended" ended "$T/demo-once.log" 8
check "once: nothing is left" no_strays

demo_start "$T/demo-stay.log"
must "it stays" grep -q 'all of it stays until' "$T/demo-stay.log"
check "every process is there" test "$(strays | wc -l)" -ge 6
# shellcheck disable=SC1091 # written by the demo
. "$T/demo/env"
MM_CONTROL=${MM_CONTROL#http://}
check "kafkactl finds kafkad" all_ready 1 3
check "the HTTP routes are there" test "$(curl -sS -o /dev/null \
	-w '%{http_code}' "$KAFKAD_HTTP/v0/container/1")" = 202
check "kcat finds the brokers" test "$(kcat -b "$BOOTSTRAP" -L -J -m 10 |
	jq '.brokers | length')" -eq 3
before=$(task_pids)
kafkad_now() { ctl -j status | jq -r 'select(.daemon) | .daemon.pid'; }
fresh_kafkad() { [[ $(kafkad_now) =~ ^[0-9]+$ && $(kafkad_now) != "$old" ]]; }
old=$(kafkad_now)
kill -KILL "$old"
until_ "kafkad is started again when killed" fresh_kafkad
until_ "and everything is ready" all_ready 1 3
check "with the same tasks" test "$(task_pids)" = "$before"
kill -TERM "$DEMO_PID"
demo_wait
check "TERM: exit status 0" test "$status" -eq 0
check "TERM: all processes have ended" ended "$T/demo-stay.log" 8
check "TERM: nothing is left" no_strays

demo_start "$T/demo-early.log"
must "a broker starts" grep -q '^kafka-0: ' "$T/demo-early.log"
kill -TERM "$DEMO_PID"
demo_wait
check "TERM while it starts: status 143" test "$status" -eq 143
check "TERM while it starts: nothing is left" no_strays

demo_start "$T/demo-killed.log"
must "a broker starts again" grep -q '^kafka-0: ' "$T/demo-killed.log"
"$TOP/tests/kafka/demo" >"$T/second.log" 2>&1
check "a second demo at once fails" test $? -eq 1
check "and says why" grep -q 'another demo is running' "$T/second.log"
kill -KILL "$DEMO_PID"
demo_wait 2>/dev/null
DEMO=once demo_start "$T/demo-after.log"
demo_wait
check "after one that was killed: exit status 0" test "$status" -eq 0
check "it has ended what was left" grep -q \
	'ending process [0-9]* of an earlier demo' "$T/demo-after.log"
# The tasks of a minimesos that was killed die a moment after it.
until_ "and nothing is left" no_strays
