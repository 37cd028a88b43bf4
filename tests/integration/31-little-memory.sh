#!/usr/bin/env bash
# There is little memory: kafkad starts, or says that it cannot; and when it
# gets no more while it runs, it goes on or ends with a word of it, never in
# another way. With enough of it again nothing is lost.
. "$TOP/tests/integration/lib.sh"

S=$T/run/state
if [[ $B == *address* ]]; then
	echo "ok - little memory # SKIP the sanitizer needs all of it"
	exit
fi
whole() {
	[ "$(head -n 1 "$1" | tr -d '\n' | sha256sum | cut -d' ' -f1)" = \
		"$(sed -n 's/^sha256 //p' "$1")" ]
}
# kB of address space that a process has.
space() { awk '/^VmSize:/ { print $2 }' "/proc/$1/status"; }
# No process has died in another way than by its own decision; the one that
# had no answer to PING is for the parent to end.
orderly() {
	! grep -E 'died of signal' "$T/kafkad.log" | grep -v 'signal 9 '
}

minimesos_start --ack-retry 200
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
