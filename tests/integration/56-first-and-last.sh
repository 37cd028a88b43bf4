#!/usr/bin/env bash
# The first SUBSCRIBE and the last TEARDOWN get lost: a framework is made
# twice only where Mesos gives no way to know (its answer was lost), nothing
# is launched in the other, and the end comes though TEARDOWN was lost.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

with_tasks() {
	mm "/tasks?all=1" | jq -r '.[].framework' | sort -u
}
empty() { [ -z "$("$@")" ]; }
fresh() {
	kafkad_stop
	minimesos_stop
	rm -rf "$T/run" "$T/mm"
	minimesos_start --allocation-interval 100
	conf 1 1
	log_new
}

fresh
mm "/calls/drop?type=SUBSCRIBE&when=before&count=3" >/dev/null
kafkad_start
must "SUBSCRIBE lost before the master acts: all are ready" all_ready 1 1
check "there is one framework" test "$(framework_ids)" = \
	"$(daemon framework_id)"

fresh
mm "/calls/drop?type=SUBSCRIBE&when=after&count=1" >/dev/null
kafkad_start
must "SUBSCRIBE lost after the master has acted: all are ready" all_ready 1 1
check "the master has two frameworks at most" test \
	"$(framework_ids | wc -l)" -le 2
check "all tasks are of the one that kafkad knows" test "$(with_tasks)" = \
	"$(daemon framework_id)"

fresh
mm "/calls/status?type=SUBSCRIBE&code=503&count=3" >/dev/null
kafkad_start
must "SUBSCRIBE refused at first: all are ready" all_ready 1 1
check "there is one framework" test "$(framework_ids)" = \
	"$(daemon framework_id)"

# The id is on disk before anything is launched: after a crash it is used.
fresh
mm "/calls/drop?type=ACCEPT&when=after&count=1" >/dev/null
kafkad_start
until_ "a task is there" has_tasks zookeeper-0 1
kafkad_crash
kafkad_start
must "after a crash: all are ready" all_ready 1 1
check "there is one framework" test "$(framework_ids)" = \
	"$(daemon framework_id)"
check "no twins" no_twins
check "no task id was in two ACCEPTs" accepted_once

for when in before after; do
	for count in 1 2; do
		name="TEARDOWN lost $when the master acts, $count times"
		fresh
		kafkad_start
		must "all are ready" all_ready 1 1
		mm "/calls/drop?type=TEARDOWN&when=$when&count=$count" \
			>/dev/null
		ctl -f teardown >/dev/null
		until_ "$name: no task is left" empty task_pids
		until_ "$name: nor a framework" empty framework_ids
	done
done
