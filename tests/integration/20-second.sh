#!/usr/bin/env bash
# Two kafkads: on the same state, and on copies of it with one framework id.
. "${TOP:?}/tests/integration/lib.sh"

# other COMMAND...: kafkactl to the second one.
other() { KAFKAD_SOCKET=$T/run2/kafkad.sock ctl "$@"; }
other_is() { [ "$(other -j status | jq -r "select(.daemon) |
	.daemon.$1")" = "$2" ]; }

minimesos_start
conf 1 3
kafkad_start
must "all are ready" all_ready 1 3
id=$(daemon framework_id)
before=$(task_pids)

sed 's/run.kafkad.sock/run\/other.sock/' "$T/kafkad.conf" >"$T/same.conf"
status_is "a second one on the same state refuses to start" 1 \
	timeout 20 "$B/kafkad" -d -f "$T/same.conf"
says "and says why" "another kafkad uses this state" cat "$T/out"
status_is "one with the same socket, too" 1 \
	timeout 20 "$B/kafkad" -d -f "$T/kafkad.conf"
check "the first one is unmoved" daemon_is connected true
check "it still has its socket" all_ready 1 3

# A copy elsewhere, as from a backup of the machine.
mkdir "$T/run2"
cp -r "$T/run/state" "$T/run2/state"
[ "$(id -u)" -ne 0 ] || chown -R "$RUN_AS" "$T/run2"
sed "s,$T/run/,$T/run2/,; s,$T/run\",$T/run2\"," "$T/kafkad.conf" \
	>"$T/second.conf"
"$B/kafkad" -d -v -f "$T/second.conf" >"$T/second.log" 2>&1 &
SECOND=$!
trap 'kill "$SECOND" 2>/dev/null; wait "$SECOND" 2>/dev/null; cleanup' EXIT
must "a second one with a copy of the state is connected" \
	other_is connected true
until_ "it has the same framework" other_is framework_id "$id"
until_ "the first one is passive" daemon_is mode passive
check "its log says so" logged "another scheduler has taken over"
says "its status, too" "passive" ctl status
status_is "it refuses to scale" 1 ctl scale kafka 4
says "and says why and what to do" "kafkactl -f register" \
	ctl scale kafka 4
for command in "kill kafka-0" "restart kafka-0" "reflate kafka" \
	"-f replace kafka-0" "-f teardown" "start kafka-1"; do
	# shellcheck disable=SC2086 # words
	status_is "it refuses $command" 1 ctl $command
done
check "it does not fight: one subscription is left" test \
	"$(mm /frameworks | jq -r 'length')" -eq 1
kafkad_stop
kafkad_start
check "nor does it after a new start" daemon_is mode passive
check "its log says what to do" logged "the state says passive"
check "the second one is active" other_is mode active
check "nothing was touched" test "$(task_pids)" = "$before"

# The second one starts tasks that the first one knows nothing of.
twins_watch
pid=$(pid_of kafka-1)
other restart kafka-1 >/dev/null
replaced() { [ -n "$(pid_of kafka-1)" ] && [ "$(pid_of kafka-1)" != "$pid" ]; }
must "the second one restarts a broker" replaced
other scale kafka 4 >/dev/null
until_ "and adds one" has_tasks kafka-3 1
until_ "that is ready" shows "4 of 4 ready" other wait kafka timeout=100ms
before=$(task_pids)

says "register needs -f" "takes the framework from" ctl register
ctl -f register >/dev/null
until_ "register -f takes it back" daemon_is mode active
until_ "the first one is connected" daemon_is connected true
until_ "the second one is passive" other_is mode passive
until_ "the first one has reconciled" daemon_is barrier null
until_ "it knows the broker's new task" restarted kafka-1 "$pid"
check "which is the same process" test "$(pid_of kafka-1)" = \
	"$(sed -n 's/^kafka-1[.][0-9]* //p' <<<"$before")"
until_ "what it does not want has ended" has_tasks kafka-3 0
must "all that it wants is ready" all_ready 1 3
check "the others are untouched" test \
	"$(task_pids | grep -v kafka-1)" = "$(grep -v 'kafka-[13]' <<<"$before")"
twins_end
