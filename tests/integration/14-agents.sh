#!/usr/bin/env bash
# Agents that are lost, come back, stay away, are gone, or are new ones.
. "${TOP:?}/tests/integration/lib.sh"

# lose INSTANCE: its agent is unreachable; AGENT, PID and TASK say whose.
lose() {
	AGENT=$(agent_of "$1") PID=$(pid_of "$1") TASK=$(field "$1" task)
	mm "/agent/lose?agent=$AGENT&now=1" >/dev/null
}
come_back() { mm "/agent/return?agent=$AGENT&newid=${1:-0}" >/dev/null; }
elsewhere() { ready "$1" && [ "$(agent_of_task "$1")" != "$AGENT" ]; }
agent_of_task() {
	curl -sS "http://$MM_CONTROL/tasks" | jq -r --arg t "$(field "$1" task)" \
		'.[] | select(.task == $t) | .agent_index'
}

minimesos_start --agents 6
GLOBAL='reconcile 2s' conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
n=$(launches)

lose kafka-1
until_ "an agent is lost: its broker is, too" state_is kafka-1 lost
check "status counts it neither as running nor ready" test "$(ctl -j status |
	jq -c 'select(.service == "kafka" and .wanted) | [.running, .ready]')" \
	= "[2,2]"
says "status tells what it waits for" "is unreachable; waits for it" \
	ctl status
says "and what an operator can do" "replace moves it" ctl -j show kafka-1
says "wait tells it, too" "2 of 3 ready" ctl wait kafka timeout=100ms
pid=$(pid_of kafka-0)
ctl restart kafka-0 >/dev/null
until_ "others can be restarted meanwhile" restarted kafka-0 "$pid"
check "the lost one is still lost" state_is kafka-1 lost
come_back
until_ "the agent is back: its broker is ready" ready kafka-1
check "it is the same process" test "$(pid_of kafka-1)" = "$PID"
check "nothing but kafka-0 was launched" test "$(($(launches) - n))" -eq 1

lose kafka-2
until_ "lost again" state_is kafka-2 lost
ctl kill kafka-2 >/dev/null
check "killed while lost, it still runs" alive "$PID"
come_back
until_ "when the agent is back the kill comes through" state_is kafka-2 stopped
until_ "and the task is dead" dead "$PID"
ctl start kafka-2 >/dev/null
must "it starts again" all_ready 1 3

lose kafka-1
until_ "lost for good" state_is kafka-1 lost
ctl -f replace kafka-1 >/dev/null
until_ "replace starts it elsewhere" elsewhere kafka-1
check "the older task runs on" alive "$PID"
says "show names it" "$TASK" ctl -j show kafka-1
come_back
until_ "when its agent returns it is killed" dead "$PID"
until_ "and one task is left" has_tasks kafka-1 1
until_ "nothing is said of it any more" field_is kafka-1 'strays | length' 0

n=$(launches)
AGENT=$(agent_of kafka-0) PID=$(pid_of kafka-0)
mm "/agent/gone?agent=$AGENT" >/dev/null
until_ "an agent is marked gone: its broker moves" elsewhere kafka-0
check "once" test "$(($(launches) - n))" -eq 1
come_back 1
until_ "no task of it is left" has_tasks kafka-0 1

AGENT=$(agent_of zookeeper-0) PID=$(pid_of zookeeper-0)
mm "/agent/dead?agent=$AGENT" >/dev/null
until_ "the machine of zookeeper-0 dies: it is lost" \
	state_is zookeeper-0 lost
says "replace may not take the only member" "majority" \
	ctl -f replace zookeeper-0
come_back
until_ "the machine is back: it starts there" restarted zookeeper-0 "$PID"
check "on the same agent" test "$(agent_of zookeeper-0)" = "$AGENT"
must "all are ready" all_ready 1 3

lose kafka-2
until_ "its agent is lost" state_is kafka-2 lost
come_back 1
check "back under a new id, Mesos still calls the older task lost" \
	state_is kafka-2 lost
HOST=$(field kafka-2 host)
ctl -f replace kafka-2 >/dev/null
until_ "replaced, it starts" ready kafka-2
check "not where its older task may be" test "$(field kafka-2 host)" != "$HOST"
kafkad_stop

sed -i '/^kafka {/,$s/grace 5s/& unreachable 6s/' "$T/kafkad.conf"
kafkad_start
must "kafkad with a limit for lost agents" all_ready 1 3
until_ "it has reconciled" daemon_is behind false
lose kafka-0
until_ "a broker is lost" state_is kafka-0 lost
says "status tells that it will be replaced" "replaced after" ctl status
until_ "which happens after that time" elsewhere kafka-0
check "the older task runs on" alive "$PID"
come_back
until_ "until its agent returns" dead "$PID"
until_ "one task is left" has_tasks kafka-0 1
must "all are ready" all_ready 1 3
check "others were never touched: kafka-1" test "$(tasks_of kafka-1)" -eq 1
