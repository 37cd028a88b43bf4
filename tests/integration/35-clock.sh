#!/usr/bin/env bash
# The time of day jumps by hours, to and fro, while kafkad runs, while it is
# away, and between the two: delays are as long as ever, nothing is launched
# that runs, and nothing is waited for that is due. The children have an empty
# environment, so it is the parent's clock that jumps.
. "${TOP:?}/tests/integration/lib.sh"

F=$(find /usr/lib/*/faketime -name libfaketime.so.1 2>/dev/null | head -n 1)
if [ -z "$F" ]; then
	echo "ok - clocks that jump # SKIP there is no libfaketime: make setup"
	exit
fi
if [[ $B == *address* ]]; then
	echo "ok - clocks that jump # SKIP the sanitizer and libfaketime cannot" \
		"both be there"
	exit
fi
WRAP="env LD_PRELOAD=$F FAKETIME_TIMESTAMP_FILE=$T/offset FAKETIME_NO_CACHE=1
	DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1"

# jump OFFSET: from now on, e.g. +5h.
jump() {
	echo "$1" >"$T/offset.new"
	chmod 644 "$T/offset.new"
	mv "$T/offset.new" "$T/offset"
}
# What kafkad takes the hour to be, by its log, when it is asked.
hour() {
	ctl log debug >/dev/null
	tail -n 1 "$T/kafkad.log" | cut -d: -f1
}
hours_off() { # N: modulo a day
	[ $(((10#$(hour) - 10#$(date +%H) + 48) % 24)) -eq $((($1 + 24) % 24)) ]
}
another() { [ "$(field "$1" task)" != "$2" ] && ready "$1"; }
# One broker ends and is started again, the others run on.
goes_on() { # NAME
	local task n others
	task=$(field kafka-2 task)
	n=$(launches)
	others=$(task_pids | grep -v '^kafka-2')
	kill -KILL "$(pid_of kafka-2)"
	until_ "$1: one that ended is started again" another kafka-2 "$task"
	check "$1: once" test "$(launches)" -eq $((n + 1))
	check "$1: the others run on" test \
		"$(task_pids | grep -v '^kafka-2')" = "$others"
}
waits() { state_is kafka-2 backoff; }
# It has just failed and is due in six seconds, whatever the clock says.
fails() { # NAME
	BEFORE=$(task_pids | grep -v '^kafka-2')
	N=$(launches)
	kill -KILL "$(pid_of kafka-2)"
	until_ "$1: one that ended is to wait" waits
}
due() { # NAME
	LIMIT=20 until_ "$1: it is started when it is due" ready kafka-2
	check "$1: once" test "$(launches)" -eq $((N + 1))
	check "$1: the others run on" test \
		"$(task_pids | grep -v '^kafka-2')" = "$BEFORE"
}

minimesos_start
jump +0
KAFKA='sticky 1h unreachable 1h' conf 1 3
kafkad_start
must "all are ready" all_ready 1 3
id=$(daemon framework_id)
twins_watch
check "the clock is right" hours_off 0
for hours in 5 -7 0; do
	jump "$(printf '%+dh' "$hours")"
	check "a jump: it is off by $hours" hours_off "$hours"
	goes_on "a jump, off by $hours"
done
kafkad_stop

# Six seconds of patience, which no jump makes shorter or longer.
sed -i 's/backoff 200ms to 5s/backoff 6s to 6s/' "$T/kafkad.conf"
kafkad_start
must "all are ready" all_ready 1 3
fails "forwards"
jump +5h
check "forwards: it waits all the same" waits
check "forwards: nothing was launched" test "$(launches)" -eq "$N"
due "forwards"
fails "backwards"
jump -7h
due "backwards"
fails "backwards, then a crash"
jump -20h
kafkad_crash
kafkad_start
due "backwards, then a crash"
fails "backwards while it is away"
kafkad_stop
jump -44h
kafkad_start
due "backwards while it is away"

# An agent that was unreachable for a moment has not been so for hours.
agent=$(agent_of kafka-2)
pids=$(task_pids)
mm "/agent/lose?agent=$agent&now=1" >/dev/null
until_ "an agent is lost" state_is kafka-2 lost
n=$(launches)
jump +0
ctl status >/dev/null
kafkad_crash
kafkad_start
until_ "forwards, then a crash: connected" daemon_is connected true
until_ "what is lost is still waited for" shows "lost" ctl -j show kafka-2
check "nothing else was launched for it" test "$(launches)" -eq "$n"
mm "/agent/return?agent=$agent" >/dev/null
until_ "and runs when its agent is back" all_ready 1 3
check "all as ever" test "$(task_pids)" = "$pids"
check "as the same framework" daemon_is framework_id "$id"
twins_end
