# Sourced by the tests of the connection to the master, after lib.sh: what
# kafkad says of it, and what minimesos has counted.
#
# shellcheck shell=bash

connected() { [ "$(daemon connected)" = true ]; }
disconnected() { [ "$(daemon connected)" = false ]; }
connection_has() { daemon connection | grep -qF -- "$1"; }

# counter NAME: one of /counters.
counter() { curl -sS "http://$MM_CONTROL/counters" | jq -r ".$1"; }
counter_above() { [ "$(counter "$1")" -gt "$2" ]; }

# calls TYPE: how many of them minimesos has got, counting those that it
# answered with a fault or not at all.
calls() {
	curl -sS "http://$MM_CONTROL/calls" |
		jq "[.[] | select(.type == \"$1\")] | length"
}
calls_above() { [ "$(calls "$1")" -gt "$2" ]; }

# lines TEXT: how many lines of kafkad's log have it, but those for the
# search for mistakes.
lines() { grep -v ' debug ' "$T/kafkad.log" | grep -cF -- "$1"; }
lines_are() { [ "$(lines "$1")" -eq "$2" ]; }
# The log from here on.
mark() { MARK=$(wc -l <"$T/kafkad.log"); }
since_mark() { tail -n +"$((MARK + 1))" "$T/kafkad.log" | grep -v ' debug '; }
since_mark_has() { since_mark | grep -qF -- "$1"; }

# one_line NAME TEXT [N]: it is in `status` and in the log, and after some
# more tries still not more than once, or N times if it is N masters'.
one_line() {
	local seen n
	until_ "$1: status says so" connection_has "$2"
	seen=$(tries)
	until_ "$1: it tries again" tries_above $((seen + 2))
	n=$(lines "$2")
	if [ "$n" -ge 1 ] && [ "$n" -le "${3:-1}" ]; then
		ok "$1: the log says so, once"
	else
		not_ok "$1: the log says so, once (not $n times)"
	fi
}
tries() { grep -cF 'disconnected: ' "$T/kafkad.log"; }
tries_above() { [ "$(tries)" -gt "$1" ]; }

# No task id was sent in two ACCEPTs.
accepted_once() {
	[ -z "$(curl -sS "http://$MM_CONTROL/calls" | jq -r '.[] |
		select(.type == "ACCEPT") | .tasks[]' | sort | uniq -d)" ]
}
framework_ids() {
	curl -sS "http://$MM_CONTROL/frameworks" | jq -r '.[].framework'
}

# An address of our own, so that no other test takes a port that we leave
# for a while.
own_address() { echo "127.$((BASHPID % 200 + 20)).$((BASHPID / 200 % 250)).1"; }

# A second minimesos: OTHER_MASTER and OTHER_CONTROL.
other_minimesos_start() {
	local pid=$MM_PID master=$MASTER control=$MM_CONTROL

	MM_PID=''
	minimesos_start --dir "$T/other" "$@"
	# shellcheck disable=SC2034 # for the tests
	OTHER_PID=$MM_PID OTHER_MASTER=$MASTER OTHER_CONTROL=$MM_CONTROL
	MM_PID=$pid MASTER=$master MM_CONTROL=$control
	trap 'other_minimesos_stop $?; cleanup' EXIT
}
other_minimesos_stop() {
	kill -TERM "$OTHER_PID" 2>/dev/null
	wait "$OTHER_PID" 2>/dev/null
	return "$1"
}
other() { curl -sSf --max-time 10 -X POST "http://$OTHER_CONTROL$1"; }

# After conf, where many subscriptions are lost: little time between them.
retry_fast() {
	sed -i 's/retry 100ms to 1s/retry 10ms to 50ms/' "$T/kafkad.conf"
}
