#!/usr/bin/env bash
# The master dies and another takes over, at the same address and at another,
# and agents return late: kafkad is back by itself, and all is as it was.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --listen "$(own_address):0" --allocation-interval 100
first=$MASTER
second=$(mm "/master/failover?port=new" | jq -r .master)
MASTERS="\"http://$first\", \"http://$second\""
conf 1 3
kafkad_start
must "the master is found though it is the second of the list" all_ready 1 3
before=$(task_pids)
id=$(daemon framework_id)

# same NAME MASTER SUBSCRIBED: kafkad is back, and nothing has changed.
same() {
	until_ "$1: subscribed anew" counter_above subscribed "$3"
	until_ "$1: connected" connected
	until_ "$1: all are ready" all_ready 1 3
	check "$1: to the new master" test "$(daemon master)" = "$2"
	check "$1: the same framework" test "$(daemon framework_id)" = "$id"
	check "$1: the same processes" test "$(task_pids)" = "$before"
}
reconciled() {
	[ "$(curl -sS "http://$MM_CONTROL/calls" | jq --argjson n "$1" \
		'[.[] | select(.n > $n and .type == "RECONCILE" and
			.code == 202)] | length')" -ge 2 ]
}
last_call() { curl -sS "http://$MM_CONTROL/calls" | jq '.[-1].n'; }

n=$(counter subscribed)
last=$(last_call)
mm "/master/failover?port=same" >/dev/null
same "a new master at the same address" "$second" "$n"
until_ "tasks are reconciled, known ones and all" reconciled "$last"

n=$(counter subscribed)
mm "/master/failover?port=${first##*:}&recovering=2500" >/dev/null
same "a new master at another address" "$first" "$n"
check "its 503 was told once" lines_are "$first: answers 503" 1

# None of the agents is back: nothing may be concluded from that.
n=$(counter subscribed)
mm "/master/failover?port=${second##*:}&agents_after=700" >/dev/null
until_ "a new master without agents: connected" counter_above subscribed "$n"
registered() {
	[ "$(curl -sS "http://$MM_CONTROL/agents" | jq '[.[] |
		select(.state == "registered")] | length')" -eq "$1" ]
}
until_ "its agents are back, one by one" registered 5
same "a new master whose agents are late" "$second" "$n"
check "nothing was launched again" test "$(launches)" -eq 4

mm /master/down >/dev/null
until_ "without a master kafkad says so" disconnected
until_ "with the reason" connection_has "cannot connect: Connection refused"
check "what ran is still shown" all_ready 1 3
ctl scale kafka 4 >/dev/null
check "commands are taken" test "$(field kafka-3 state)" = placing
check "and it is said what they wait for" test \
	"$(field kafka-3 waiting)" = "not connected to a master"
n=$(counter subscribed)
mm "/master/up?port=same" >/dev/null
until_ "with a master the fourth broker starts" all_ready 1 4
check "the other processes are the same" test \
	"$(task_pids | grep -v '^kafka-3')" = "$before"
check "no task id was in two ACCEPTs" accepted_once
check "there is one framework" test "$(framework_ids)" = "$id"
