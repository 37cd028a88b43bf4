#!/usr/bin/env bash
# There is little memory: kafkad starts, or says that it cannot; and when it
# gets no more while it runs, it goes on or ends with a word of it, never in
# another way. With enough of it again nothing is lost.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

S=$T/run/state
if [[ $B == *address* ]]; then
	echo "ok - little memory # SKIP the sanitizer needs all of it"
	exit
fi
# kB of address space that a process has.
space() { awk '/^VmSize:/ { print $2 }' "/proc/$1/status"; }
ONE='(mesos|http)'
# words TEXT: how many lines of the log have it.
words() { grep -cE "$1" "$T/kafkad.log"; }
# No child has died in another way than by its own decision, and with a word;
# one that does not answer in time is for the parent to end. Status 0: the
# parent has closed what connects them, and the word is the parent's.
orderly() {
	! grep 'died of signal' "$T/kafkad.log" | grep -qv 'signal 9 ' &&
		[ "$(words "$ONE: exited with status [1-9]")" -le \
			"$(words "err $ONE: ")" ] &&
		[ "$(words "$ONE: exited with status 0")" -le \
			"$(words "parent: ($ONE: |client [0-9]+ \\(http).*no memory")" ]
}

minimesos_start --ack-retry 200
http ""
conf 1 3
kafkad_start
must "all are ready" all_ready 1 3
id=$(daemon framework_id)
before=$(task_pids)
enough=0
for pid in $KAFKAD_PID $(child_pid .); do
	[ "$(space "$pid")" -le "$enough" ] || enough=$(space "$pid")
done
kafkad_stop
twins_watch

# The start: with ever more, until it is enough.
bad=0 n=0 started=0
for ((kb = 4096; kb <= enough + 8192; kb += enough / 25)); do
	log_new
	prlimit --as=$((kb * 1024)) "$B/kafkad" -d -f "$T/kafkad.conf" \
		>>"$T/kafkad.log" 2>&1 &
	KAFKAD_PID=$!
	status=''
	for ((i = 0; i < 20; i++)); do
		kill -0 "$KAFKAD_PID" 2>/dev/null || break
		! shows '"connected":true' ctl -j status || break
		read -rt 0.05 <> <(:)
	done
	if kill -0 "$KAFKAD_PID" 2>/dev/null; then
		started=$((started + 1))
		kill -TERM "$KAFKAD_PID"
		wait "$KAFKAD_PID"
		status=0
	else
		wait "$KAFKAD_PID"
		status=$?
	fi
	KAFKAD_PID=''
	n=$((n + 1))
	if [ "$status" -gt 127 ] || ! orderly || [ ! -s "$T/kafkad.log" ] ||
		! whole "$S/state.json"; then
		bad=$((bad + 1))
		echo "# $kb kB: status $status"
		head -n 5 "$T/kafkad.log"
	fi
done
check "$n starts with little memory: it runs, or says why not" test \
	"$bad" -eq 0
check "some did not ($((n - started)))" test "$started" -lt "$n"
check "the last did ($started)" test "$started" -gt 0
check "tasks ran on" test "$(task_pids)" = "$before"

# While it runs: WHO gets no more than KB on top of what it has. Its own user
# may say so; root need not be allowed to.
squeeze() {
	local pid=$KAFKAD_PID as=()
	[ "$1" = parent ] || pid=$(child_pid "$1")
	[ "$(id -u)" -ne 0 ] || as=(runuser -u "$RUN_AS" --)
	"${as[@]}" prlimit --pid "$pid" \
		--as=$((($(space "$pid") + $2) * 1024))
}
# All that takes memory: many instances, long answers, many clients.
load() {
	local i
	timeout 20 "$B/kafkactl" scale kafka 1000
	for i in 1 2 3; do
		timeout 20 "$B/kafkactl" -j status | wc -c
		timeout 20 "$B/kafkactl" -j list | wc -c
	done
	curl -sZ --parallel-max 50 --max-time 10 -o /dev/null \
		"$URL/v0/container/[1-200]"
	mm "/stream/drop?how=rst"
	code "$URL/v0/kafka/scale/900"
	timeout 20 "$B/kafkactl" -f scale kafka 3
}
# It ended with a word of it, or it is still there.
ended_well() {
	local status=0
	grep -m 3 -E ' err |(mesos|http): exited' "$T/kafkad.log" |
		sed 's/^/# /'
	! kill -0 "$KAFKAD_PID" 2>/dev/null || return 0
	wait "$KAFKAD_PID" || status=$?
	KAFKAD_PID=''
	[ "$status" -eq 1 ] && grep -qiE 'err .*memory' "$T/kafkad.log"
}
no_others() { [ "$(task_pids)" = "$before" ]; }
for who in parent mesos http; do
	for kb in 0 200 1000 4000; do
		what="$who, $kb kB more"
		log_new
		kafkad_start
		until_ "$what: all are ready" all_ready 1 3
		until_ "$what: http is there" served
		check "$what: it gets no more" squeeze "$who" "$kb"
		load >"$T/out" 2>&1
		check "$what: it goes on, or says why not" ended_well
		check "$what: no process died in another way" orderly
		check "$what: the state is whole" whole "$S/state.json"
		kafkad_stop
		kafkad_start
		ctl -f scale kafka 3 >/dev/null
		until_ "$what: with enough again all are ready" all_ready 1 3
		until_ "$what: the tasks there were ran on" no_others
		check "$what: as the same framework" daemon_is framework_id "$id"
		kafkad_stop
	done
done
twins_end
