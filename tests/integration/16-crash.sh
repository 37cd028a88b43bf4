#!/usr/bin/env bash
# kafkad and its mesos process are killed with SIGKILL at random moments,
# while tasks are started, killed and scaled. Nothing is lost, nothing is
# started twice, and what no command touches runs on. SEED chooses the
# moments, ROUNDS how many; AGENTS, ZOOKEEPERS and BROKERS the size.
. "${TOP:?}/tests/integration/lib.sh"

SEED=${SEED:-$RANDOM} ROUNDS=${ROUNDS:-50}
ZOOKEEPERS=${ZOOKEEPERS:-1} BROKERS=${BROKERS:-3}
RANDOM=$SEED
echo "# SEED=$SEED ROUNDS=$ROUNDS"

# Brokers above the fixed ones are there to be killed and scaled.
FIXED=$BROKERS MOST=$((BROKERS + ${SPARE:-3}))

# One command that leaves zookeepers and the fixed brokers alone. Refusals
# and a daemon that dies over it are in order.
disturb() {
	local name=kafka-$((FIXED + RANDOM % (MOST - FIXED)))

	case $((RANDOM % 5)) in
	0 | 1) ctl scale kafka $((FIXED + RANDOM % (MOST - FIXED + 1))) ;;
	2) ctl kill "$name" ;;
	3) ctl restart "$name" ;;
	4) ctl reflate kafka ;;
	esac >/dev/null 2>&1
}
# From at once to a quarter of a second; every third time until a task has
# been launched, which is when it matters most.
pause() { # LAUNCHES-BEFORE
	local end=$(($(date +%s%3N) + 700))
	if ((RANDOM % 3)); then
		read -rt "0.$(printf %03d $((RANDOM % 250)))" <> <(:)
		return
	fi
	while [ "$(launches)" -eq "$1" ] && [ "$(date +%s%3N)" -lt "$end" ]; do
		:
	done
}
child_kill() {
	local pid
	pid=$(child_pid .) && kill -KILL "$pid" 2>/dev/null
}
# Sometimes one, sometimes the other, sometimes both; in any order.
crash() {
	case $((RANDOM % 4)) in
	0) child_kill; return ;;
	1) child_kill; kafkad_crash ;;
	*) kafkad_crash ;;
	esac
	kafkad_start
}
fixed_pids() {
	task_pids | awk -v n="$FIXED" '{ split($1, a, /[-.]/)
		if (a[1] == "zookeeper" || a[2] < n) print }'
}


minimesos_start --agents "${AGENTS:-7}" --allocation-interval 200
KAFKA='environment "STANDIN_TERM_DELAY" "50"' \
	conf "$ZOOKEEPERS" "$BROKERS"
sed -i 's/^mesos/offers { revive 200ms refuse 1s }\n&/' "$T/kafkad.conf"
kafkad_start
must "all are ready" all_ready "$ZOOKEEPERS" "$BROKERS"
id=$(daemon framework_id)
before=$(fixed_pids)
n=$(launches)
twins_watch
other_ids=0 touched=0
for ((round = 1; round <= ROUNDS; round++)); do
	had=$(launches)
	for ((k = RANDOM % 3; k >= 0; k--)); do disturb; done
	pause "$had"
	crash
	[ "$(mm /frameworks | jq -r '.[].framework')" = "$id" ] ||
		other_ids=$((other_ids + 1))
	[ "$(fixed_pids)" = "$before" ] || touched=$((touched + 1))
done
check "there was time for something between crashes" test \
	"$(mm /counters | jq .subscribed)" -ge $((ROUNDS / 3))
check "tasks were started ($(($(launches) - n)))" test \
	"$(($(launches) - n))" -ge $((ROUNDS / 10))
check "there was one framework all the time" test "$other_ids" -eq 0
check "tasks that no command touched ran on all the time" test "$touched" -eq 0
must "the daemon is there" ctl version
must "it is connected" daemon_is connected true
must "it takes commands" ctl scale kafka "$MOST"
ctl reflate kafka >/dev/null
must "all that is wanted runs" all_ready "$ZOOKEEPERS" "$MOST"
check "with the same framework" daemon_is framework_id "$id"
check "and the same processes" test "$(fixed_pids)" = "$before"
check "nothing else runs" test "$(task_pids | wc -l)" -eq \
	"$((ZOOKEEPERS + MOST))"
check "nothing unwanted is known" test \
	"$(daemon 'strays | length')" -eq 0
twins_end
[ "$failures" -eq 0 ] || echo "# run it again with SEED=$SEED"
