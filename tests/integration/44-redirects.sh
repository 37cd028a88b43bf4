#!/usr/bin/env bash
# A master that redirects: to the leader, to itself for ten seconds (as a
# new one does), to a dead one, in a circle.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --listen "$(own_address):0" --allocation-interval 100
follower=$(mm /master/follower | jq -r .master)
MASTERS="\"http://$follower\""
conf 1 1
kafkad_start
must "a follower's redirect leads to the leader" all_ready 1 1
check "status names the leader" test "$(daemon master)" = "$MASTER"
# The walls had no way to its port: one restart, with it.
port_walls() { [[ $(daemon walls.mesos) == *ports* ]]; }
opened() { lines "a redirect leads to port ${1##*:}, which is no listed"; }
! port_walls || check "the walls were opened for its port, once" \
	test "$(opened "$MASTER")" -eq 1
before=$(task_pids)
id=$(daemon framework_id)
all_connected() { connected && all_ready 1 1; }
alarms() { grep -c ' \(warn\|err\) ' "$T/kafkad.log"; }

n=$(counter subscribed)
a=$(alarms)
mm "/master/failover?port=same&redirect_self=10000&recovering=500" >/dev/null
until_ "a leader that redirects to itself: status says so" \
	connection_has "redirects to itself: no master leads yet"
must "after ten seconds: connected" counter_above subscribed "$n"
until_ "all are ready" all_connected
check "in ten seconds there were few lines of warning, not $(($(alarms) - a))" \
	test $(($(alarms) - a)) -le 6

mm "/master/redirect?to=127.0.0.1:1" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
until_ "a redirect to a dead leader: status says so" \
	connection_has "127.0.0.1:1: cannot connect: Connection refused"
one_line "a redirect to a dead leader" "127.0.0.1:1: cannot connect"
mm /master/redirect >/dev/null
until_ "until it redirects no more" all_connected

mm "/master/redirect?to=//:x" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
one_line "a redirect to nowhere" "redirects, but not to a host" 2
mm /master/redirect >/dev/null
until_ "until it redirects no more" all_connected

# In the middle of a stream: calls are answered 307.
mm "/master/redirect?to=$follower" >/dev/null
ctl scale kafka 2 >/dev/null
until_ "calls are redirected: disconnected" disconnected
mm /master/redirect >/dev/null
until_ "until it redirects no more" all_ready 1 2
ctl -f scale kafka 1 >/dev/null
until_ "one broker again" all_ready 1 1

# Two send each other whoever comes.
other_minimesos_start --listen "$(own_address):0"
mm "/master/redirect?to=$OTHER_MASTER" >/dev/null
other "/master/redirect?to=$MASTER" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
one_line "two masters redirect to each other" \
	"too many redirects: the masters disagree about who leads"
! port_walls || check "the walls were opened for the second one's port, once" \
	test "$(opened "$OTHER_MASTER")" -eq 1
! port_walls || check "and still once for the first" \
	test "$(opened "$MASTER")" -eq 1
few() { [ $(($2 - $1)) -le 60 ]; }
seen=$(tries) asked=$(counter requests)
until_ "five more tries" tries_above $((seen + 5))
check "it does not run in circles" few "$asked" "$(counter requests)"
mm /master/redirect >/dev/null
until_ "until they agree" all_connected

check "the same processes" test "$(task_pids)" = "$before"
check "the same framework" test "$(framework_ids)" = "$id"
