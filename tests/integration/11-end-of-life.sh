#!/usr/bin/env bash
# The end of a framework, by its operator and by the master, and a new one.
. "${TOP:?}/tests/integration/lib.sh"

# Where everybody lives and who everybody is.
homes() { ctl -j list | jq -c 'select(.instance) |
	[.instance, .id, .host, .ports]'; }
no_tasks() { [ -z "$(task_pids)" ]; }
nothing_runs() { [ -z "$(ctl -j list | jq 'select(.task) | .task')" ]; }
other_id() { ! daemon_is framework_id "$1"; }

minimesos_start
conf 3 3
kafkad_start
must "three of each are ready" all_ready 3 3
before=$(homes)
id=$(daemon framework_id)
says "register of a registered one is refused" "409" ctl register
says "teardown is refused without -f" "every task of it" ctl teardown
check "and does nothing" test "$(task_pids | wc -l)" -eq 6

ctl -f teardown >/dev/null
until_ "teardown -f ends every task" no_tasks
until_ "status says so" daemon_is mode removed
until_ "the tasks are forgotten" nothing_runs
check "the framework is no more" test "$(mm /frameworks | jq length)" -eq 0
check "no framework id is left" daemon_is framework_id ""
says "a second teardown is refused" "there is no framework" ctl -f teardown
check "places are kept" test "$(homes)" = "$before"
kafkad_stop
kafkad_start
check "all that survives a restart of kafkad" daemon_is mode removed
check "and nothing was started" no_tasks
says "register needs -f" "makes a new framework" ctl register
ctl -f register >/dev/null
must "with -f all are ready again" all_ready 3 3
check "with the same places, ids and ports" test "$(homes)" = "$before"
check "as another framework" other_id "$id"
check "its number of tasks is right" test "$(task_pids | wc -l)" -eq 6

id=$(daemon framework_id)
mm /framework/remove >/dev/null
until_ "the master removed the framework: status says so" \
	daemon_is mode removed
check "the log says so" logged "the master has removed the framework"
until_ "its tasks have ended" no_tasks
says "the log names what to do" "kafkactl -f register" cat "$T/kafkad.log"
check "nothing starts by itself" no_tasks
check "places are kept after that, too" test "$(homes)" = "$before"
check "scale is still taken" ctl scale kafka 4
ctl -f register >/dev/null
must "register -f begins anew" all_ready 3 4
check "with the same places, ids and ports" test \
	"$(homes | grep -v kafka-3)" = "$before"
check "as another framework again" other_id "$id"

pids=$(task_pids)
ctl shutdown >/dev/null
wait "$KAFKAD_PID"
check "shutdown ends kafkad with status 0" test $? -eq 0
check "the socket is gone" test ! -e "$KAFKAD_SOCKET"
check "no child is left" test -z "$(pgrep -P "$KAFKAD_PID")"
KAFKAD_PID=''
check "tasks go on" test "$(task_pids)" = "$pids"
