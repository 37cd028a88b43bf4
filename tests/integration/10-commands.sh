#!/usr/bin/env bash
# The operator's commands on running brokers: scale, kill, start, restart,
# reflate, replace, and what is refused without -f.
. "${TOP:?}/tests/integration/lib.sh"

# The changes of state of brokers from then on, in order.
mark() { MARK=$(wc -l <"$T/kafkad.log"); }
since() { tail -n "+$((MARK + 1))" "$T/kafkad.log"; }
steps() { since | grep -oE 'kafka-[0-9]: (running -> killing|removed)'; }

minimesos_start
KAFKA='environment "STANDIN_TERM_DELAY" "300"' conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
before=$(task_pids)

says "scale answers with both counts" "kafka: 3 to 5" ctl -j scale kafka 5
must "five brokers are ready" all_ready 1 5
check "the older ones are untouched" test "$(task_pids |
	grep -vE '^kafka-[34]')" = "$before"
says "status tells that the configuration wants another count" \
	"kafka: 5 wanted by command, 3 by the configuration" ctl -j status
mark
ctl scale kafka 3 >/dev/null
must "three brokers are ready" all_ready 1 3
until_ "the leavers are forgotten" shows "404 no such" ctl show kafka-3
check "the last added left first, one at a time" test "$(steps)" = \
	"kafka-4: running -> killing
kafka-4: removed
kafka-3: running -> killing
kafka-3: removed"
check "those who stay are untouched" test "$(task_pids)" = "$before"

twins_watch
says "kill names the task" "killing task kafka-1." ctl -j kill kafka-1
until_ "killed, it is stopped" state_is kafka-1 stopped
check "it has no task" has_tasks kafka-1 0
check "status says by whom" field_is kafka-1 waiting "stopped by the operator"
status_is "restart of a stopped one is refused" 1 ctl restart kafka-1
check "wait has nothing to wait for" ctl wait kafka timeout=5s
ctl shutdown >/dev/null
wait "$KAFKAD_PID"
kafkad_start
until_ "the daemon is connected again" daemon_is connected true
until_ "it has reconciled" daemon_is behind false
check "it is still stopped" state_is kafka-1 stopped
check "it still has no task" has_tasks kafka-1 0
ctl start kafka-1 >/dev/null
until_ "start brings it back" ready kafka-1

pid=$(pid_of kafka-2) agent=$(agent_of kafka-2) ports=$(field kafka-2 ports)
ctl restart kafka-2 >/dev/null
until_ "restart gives it another task" restarted kafka-2 "$pid"
check "on the same agent" test "$(agent_of kafka-2)" = "$agent"
check "with the same ports" test "$(field kafka-2 ports)" = "$ports"
check "the older task has ended" dead "$pid"

n=$(launches)
for i in 0 1 2; do ctl kill "kafka-$i" >/dev/null; done
all_down() {
	ctl -j list | jq -se 'map(select(.service == "kafka") | .state) |
		all(. == "stopped")'
}
until_ "all brokers are down" all_down
says "reflate brings back all" "kafka: starting 3" ctl -j reflate kafka
says "repeated at once it does no more" "kafka: " ctl -j reflate kafka
must "all are back" all_ready 1 3
says "then nothing is missing" "nothing is missing" ctl -j reflate kafka
check "each was started once" test "$(($(launches) - n))" -eq 3
pid=$(pid_of kafka-0)
ctl kill kafka-0 >/dev/null
ctl start kafka-0 >/dev/null
until_ "kill and start at once end in a new task" restarted kafka-0 "$pid"

twins_end
says "scale to 0 is refused without -f" "a count of 0 ends the whole" \
	ctl -j scale kafka 0
says "replace is refused without -f" "its data on" ctl -j replace kafka-1
agent=$(agent_of kafka-1) pid=$(pid_of kafka-1)
n=$(launches)
ctl -f replace kafka-1 >/dev/null
until_ "replaced, it runs again" restarted kafka-1 "$pid"
until_ "the older task is gone" dead "$pid"
check "on another agent" test "$(agent_of kafka-1)" != "$agent"
check "it has one task" has_tasks kafka-1 1
check "it was started once" test "$(($(launches) - n))" -eq 1
must "all are ready" all_ready 1 3
ctl -f scale kafka 0 >/dev/null
no_brokers() { ! task_pids | grep -q ^kafka; }
until_ "with -f every broker ends" no_brokers
until_ "none is left" all_ready 1 0
check "zookeeper runs on" test "$(task_pids)" = "$(grep zoo <<<"$before")"
