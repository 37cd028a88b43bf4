#!/usr/bin/env bash
# Updates that are repeated, held back, lost, or speak of tasks that nobody
# launched; and what the master may say of a task that runs.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --allocation-interval 100 --ack-retry 200
GLOBAL='offers { revive 200ms }'
conf 1 2
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2
before=$(task_pids)

task_of() { task_pids | sed -n "s/^\($1[.][0-9]*\) .*/\1/p"; }
up_and_down() {
	ctl scale kafka 3 >/dev/null
	until_ "$1: a third broker is ready" all_ready 1 3
	ctl -f scale kafka 2 >/dev/null
	until_ "$1: and gone" has_tasks kafka-2 0
	until_ "$1: two are left" all_ready 1 2
}
acknowledged() { # TASK: its last update, too
	! mm "/tasks?all=1" | jq -e --arg t "$1" \
		'.[] | select(.task == $t and (.done | not))' >/dev/null
}

mm "/updates/repeat?on=1" >/dev/null
up_and_down "every update twice"
mm "/updates/repeat?on=0" >/dev/null
mm "/updates/lose?count=4" >/dev/null
up_and_down "updates are lost at first"

mm "/updates/hold?on=1" >/dev/null
ctl scale kafka 3 >/dev/null
must "its process is there" has_tasks kafka-2 1
check "without a word of it the instance is launching" \
	state_is kafka-2 launching
mm "/updates/hold?on=0" >/dev/null
until_ "updates come after all" all_ready 1 3
check "it was launched once" accepted_once

mm "/task/unknown?name=stranger" >/dev/null
gone() { ! task_pids | grep -q "^$1 "; }
until_ "a task that we never launched is killed" gone stranger
until_ "and its updates are acknowledged" acknowledged stranger

# say STATE [REASON]: what the master says of kafka-2, as soon as kafkad is
# connected.
say() {
	local end=$((SECONDS + LIMIT)) reason=${2:-REASON_RECONCILIATION}
	task=$(task_of kafka-2)
	until mm "/task/status?task=$task&state=$1&reason=$reason" \
		>/dev/null 2>&1 || [ "$SECONDS" -ge "$end" ]; do
		sleep 0.05
	done
}
launched_another() { [ "$(launches)" -gt "$1" ]; }
replaced() {
	all_ready 1 3 && no_twins && [ "$(task_of kafka-2)" != "$task" ]
}
n=$(launches)
for state in TASK_UNREACHABLE TASK_UNKNOWN; do
	mark
	say "$state" REASON_AGENT_REMOVED
	# kafkad may ask again at once, and hear that it runs.
	until_ "$state: the instance is lost" \
		since_mark_has "kafka-2: running -> lost"
	check "$state: no other one is launched" test "$(launches)" -eq "$n"
	asked=$(calls RECONCILE)
	mm "/stream/drop?how=fin" >/dev/null
	until_ "$state: kafkad asks for it" calls_above RECONCILE "$asked"
	until_ "$state: it runs as ever when the master knows better" \
		all_ready 1 3
	check "$state: the same process" test "$(task_of kafka-2)" = "$task"
done
for state in TASK_STAGING TASK_STARTING TASK_RUNNING; do
	say "$state"
done
check "older states of a running task change nothing" test \
	"$(field kafka-2 state)" = running
for state in TASK_LOST TASK_GONE TASK_DROPPED TASK_GONE_BY_OPERATOR \
	TASK_FAILED TASK_KILLED TASK_FINISHED; do
	reason=REASON_AGENT_REMOVED
	# With another one it may still be about to end.
	[ "$state" != TASK_GONE_BY_OPERATOR ] || reason+=_BY_OPERATOR
	say "$state" "$reason"
	until_ "$state: another task" launched_another "$n"
	n=$(launches)
	# The one that still runs is found and ended.
	mm "/stream/drop?how=fin" >/dev/null
	until_ "$state: the old one is ended, the new one ready" replaced
done
check "no task id was in two ACCEPTs" accepted_once
check "the others are the same processes" test \
	"$(task_pids | grep -v '^kafka-2')" = "$before"
