#!/usr/bin/env bash
# Clients of the control socket: who may do what, and what those who do not
# read, ask for much, or are many, cost the others and the brokers.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

# Where others can reach it: the build may be in a folder closed to them.
cp "$B/kafkactl" "$T/kafkactl" && chmod 755 "$T/kafkactl"
# The processes of ours that hold connections.
HELD=()
hold() { # COMMAND...
	"$@" >>"$T/held" 2>/dev/null </dev/null &
	HELD+=($!)
}
release() {
	[ "${#HELD[@]}" -eq 0 ] || {
		kill -KILL "${HELD[@]}" 2>/dev/null
		wait "${HELD[@]}" 2>/dev/null
	}
	HELD=()
}
trap 'release; cleanup' EXIT
held() { grep -c "^$1" "$T/held"; }
held_is() { [ "$(held "$1")" -eq "$2" ]; }
held_all() { [ "$(grep -c '^[0-9]' "$T/held")" -eq "${#HELD[@]}" ]; }
memory() { awk '/^(RssAnon|VmSwap):/ { kb += $2 } END { print kb }' \
	"/proc/$KAFKAD_PID/status"; }
# at_once NAME COMMAND...: it succeeds in less than two seconds.
at_once() {
	local name=$1
	shift
	check "$name" timeout 2 "$@"
}
# back INSTANCE PID: it has another process. Asks nobody but minimesos.
back() {
	local pid
	pid=$(pid_of "$1")
	[ -n "$pid" ] && [ "$pid" != "$2" ]
}
# files N: the most open files that kafkad may have. For one's own processes
# that needs no power.
files() {
	local who=()
	[ "$(id -u)" -ne 0 ] || who=(setpriv --reuid="$RUN_AS"
		--regid="$(id -g "$RUN_AS")" --clear-groups)
	"${who[@]}" prlimit --pid "$KAFKAD_PID" --nofile="$1:"
}

minimesos_start --allocation-interval 100
conf 1 3
sed 's/^\(control .*\) read any/\1 group "games" read any/' \
	"$T/kafkad.conf" >"$T/any.conf"
sed 's/read any/read group/' "$T/any.conf" >"$T/group.conf"
cp "$T/kafkad.conf" "$T/plain.conf"

as() { # USER GROUP GROUPS COMMAND...
	local groups=--clear-groups
	[ -z "$3" ] || groups=--groups=$3
	setpriv --reuid="$1" --regid="$2" "$groups" "$T/kafkactl" "${@:4}"
}
may_change() { # NAME USER GROUP GROUPS
	says "$1 may change things" "log level debug" as "$2" "$3" "$4" \
		-j log debug
	says "$1 may look" kafka-0 as "$2" "$3" "$4" list
}
may_look() {
	local command
	for command in status list offers version help "show kafka-0" \
		"wait kafka timeout=1s"; do
		# shellcheck disable=SC2086 # words
		status_is "$1 may ask: $command" 0 as "$2" "$3" "$4" $command
	done
	for command in "scale kafka 1" "kill kafka-0" "start kafka-0" \
		"restart kafka-0" "-f replace kafka-0" "reflate kafka" \
		"-f register" "-f teardown" "log err" shutdown; do
		# shellcheck disable=SC2086
		says "$1 may not: $command" "403 " as "$2" "$3" "$4" $command
	done
}
may_nothing() {
	status_is "$1 may not even look" 3 as "$2" "$3" "$4" status
}

if [ "$(id -u)" -eq 0 ]; then
	cp "$T/any.conf" "$T/kafkad.conf"
	kafkad_start
	must "all are ready" all_ready 1 3
	may_change "root" root root ""
	may_change "kafkad's user" "$RUN_AS" nogroup ""
	may_change "one whose group it is" nobody games ""
	may_change "one who is in the group" nobody nogroup games
	may_look "somebody else" nobody nogroup ""
	check "the log says who was refused what" logged "audit code=403 \
via=\"socket\" user=\"nobody\" uid=$(id -u nobody) pid="
	check "nothing of it was done" all_ready 1 3

	# As many as a user may have, of one who may only look.
	for ((i = 0; i < 16; i++)); do
		hold setpriv --reuid=nobody --regid=nogroup --clear-groups \
			nc -d -U "$KAFKAD_SOCKET"
	done
	until_ "a user may have 16 connections" held_is 220 16
	says "and no more" "too many connections of this user" \
		as nobody nogroup "" status
	at_once "which keeps nobody else out" "$B/kafkactl" status
	release
	until_ "when they are gone it may again" as nobody nogroup "" list
	kafkad_stop

	cp "$T/group.conf" "$T/kafkad.conf"
	kafkad_start
	may_change "with read group one who is in the group" nobody nogroup games
	may_nothing "somebody else" nobody nogroup ""
	kafkad_stop

	cp "$T/plain.conf" "$T/kafkad.conf"
	kafkad_start
	may_look "without a group one who is in some" nobody games games
else
	ok "clients by their credentials # SKIP this is not root"
	kafkad_start
fi
must "all are ready" all_ready 1 3

# Two hundred commands in one write, and more than are read at once.
many() {
	local i
	for ((i = 0; i < 100; i++)); do printf 'version\nkill kafka-%d\n' $((i + 50)); done
}
timeout 20 nc -U -N "$KAFKAD_SOCKET" >"$T/many" < <(many)
check "200 commands in one go have 200 answers" test \
	"$(grep -c '^[24][0-9][0-9] ' "$T/many")" -eq 201 # and the greeting
check "in their order" diff <(grep -o 'instance: kafka-.*' "$T/many") \
	<(many | sed -n 's/^kill /instance: /p')

log_new
# A watch whose terminal is stopped, among others, while much happens.
n=$(grep -c "client [0-9]*: watch" "$T/kafkad.log")
hold "$B/kafkactl" -j watch
watchers() { [ "$(grep -c "client [0-9]*: watch" "$T/kafkad.log")" -gt "$n" ]; }
must "a watch has begun" watchers
# bustle N: much happens. Sets PEAK, the most memory seen.
bustle() {
	local i now
	PEAK=0
	for ((i = 0; i < $1; i++)); do
		ctl scale kafka 1000 >/dev/null
		ctl scale kafka 3 >/dev/null
		now=$(memory)
		[ "$now" -le "$PEAK" ] || PEAK=$now
	done
}
bustle 10
# The log has the same lines. Some instances may have got a task by then.
removed() {
	local told
	told=$(grep -c '"removed"' "$T/held")
	[ "$told" -ge "$1" ] &&
		[ "$told" -eq "$(grep -c ': removed$' "$T/kafkad.log")" ]
}
until_ "a watch tells all of it" removed $((10 * 990))
kb=$PEAK
"$B/kafkactl" -j watch >"$T/stopped" 2>"$T/stopped.err" &
stopped=$!
HELD+=("$stopped")
pid=$(pid_of kafka-2)
ctl restart kafka-2 >/dev/null
watching() { [ -s "$T/stopped" ]; }
until_ "another watch tells, too" watching
must "the broker it was about is ready" restarted kafka-2 "$pid"
kill -STOP "$stopped"
told=$(stat -c %s "$T/held")
bustle 120
told=$((($(stat -c %s "$T/held") - told) / 1024))
check "there was much to tell ($told kB)" test "$told" -gt 16000
# Some is the heap's own, which has holes after a thousand instances.
check "what it leaves unread has an end ($((PEAK - kb)) kB)" test \
	$((PEAK - kb)) -lt $((told / 2))
until_ "the one who reads has all of it" removed $((130 * 990))
dropped() { grep -qE "info parent: client [0-9]+ .*pid $stopped\\): dropped: \
it does not read what it asked for" "$T/kafkad.log"; }
must "the log says who was dropped, and why" dropped
kill -CONT "$stopped"
wait "$stopped" 2>/dev/null
check "its watch ends, and not as if all were well" test $? -ne 0
check "it says why" test -s "$T/stopped.err"
release

# A queue that is full, because kafkad stood still, and a broker that died.
pid=$(pid_of kafka-1)
: >"$T/held"
kill -STOP "$KAFKAD_PID"
for ((i = 0; i < 40; i++)); do hold nc -d -U "$KAFKAD_SOCKET"; done
connecting() {
	local p n=0
	for p in "${HELD[@]}"; do
		[[ $(readlink "/proc/$p/fd/3") == socket:* ]] && n=$((n + 1))
	done
	[ "$n" -eq "${#HELD[@]}" ]
}
must "all of them want to connect" connecting
kill -KILL "$pid"
kill -CONT "$KAFKAD_PID"
until_ "the broker comes back" back kafka-1 "$pid"
until_ "everybody is heard or refused" held_all
check "16 are heard" held_is 220 16
check "the others are refused" held_is 503 24
release
until_ "then others are heard again" ctl version
kafkad_stop

# So few descriptors that clients could take them all.
: >"$T/held"
WRAP="prlimit --nofile=38" kafkad_start
must "with few descriptors all are ready" all_ready 1 3
for ((i = 0; i < 12; i++)); do hold nc -d -U "$KAFKAD_SOCKET"; done
until_ "everybody is heard or refused" held_all
check "some are refused, as kafkad needs the rest" test \
	"$(held "503 kafkad needs its last descriptors itself")" -ge 2
says "so is kafkactl" "needs its last descriptors" ctl status
child=$(child_pid mesos)
pid=$(pid_of kafka-0)
kill -KILL "$pid" "$child"
new_child() { [ -n "$(child_pid mesos)" ] && [ "$(child_pid mesos)" != "$child" ]; }
until_ "a child is started all the same" new_child
until_ "and a broker comes back" back kafka-0 "$pid"
check "the state could be saved all the time" test -z \
	"$(grep 'nothing is done until' "$T/kafkad.log")"
release
until_ "when they are gone kafkactl is heard" all_ready 1 3

# None at all, which only somebody with power over kafkad can make.
pid=$(pid_of kafka-0)
files 8
hold nc -d -U "$KAFKAD_SOCKET"
until_ "without any the log says that nobody can be heard" \
	logged "control: cannot accept, waiting: Too many open files"
kill -KILL "$pid"
until_ "and that nothing can be saved" logged "nothing is done until"
began=$(date +%s%3N)
tries() { [ $(($(date +%s%3N) - began)) -ge 1600 ]; }
until_ "there is time for three more tries to hear" tries
files 30
until_ "with some it goes on by itself" logged "the state can be saved again"
until_ "the broker comes back" restarted kafka-0 "$pid"
check "the log has it once" test \
	"$(grep -c "control: cannot accept" "$T/kafkad.log")" -eq 1
release
until_ "all are ready" all_ready 1 3
check "no task was ever twice" accepted_once
