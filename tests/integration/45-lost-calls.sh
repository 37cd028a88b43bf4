#!/usr/bin/env bash
# The connection of a call dies before or after the master has acted on it,
# once or also when it is tried again: nothing is launched twice, nothing is
# forgotten.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --agents 5 --ack-retry 300 --allocation-interval 100
GLOBAL='offers { revive 200ms }'
GRACE=500ms
conf 1 2
retry_fast
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2
twins_watch

# settled N OLD: N brokers, and the one that was restarted is another.
settled() {
	all_ready 1 "$1" && connected && [ "$(pid_of kafka-0)" != "$2" ]
}
back() {
	ctl -f scale kafka 2 >/dev/null
	until_ "back to two" settled 2 0
}
# with TYPE N: a command that needs such a call, then N brokers.
with() {
	local name="$1 lost $when the master acts, $count times" seen pid=0
	seen=$(calls "$1")
	mm "/calls/drop?type=$1&when=$when&count=$count" >/dev/null
	case $1 in
	ACKNOWLEDGE | KILL)
		pid=$(pid_of kafka-0)
		ctl restart kafka-0 >/dev/null
		;;
	SUBSCRIBE) mm "/stream/drop?how=fin" >/dev/null ;;
	RECONCILE) mm "/stream/drop?how=rst" >/dev/null ;;
	*) ctl scale kafka "$2" >/dev/null ;;
	esac
	until_ "$name: it was sent" calls_above "$1" "$seen"
	until_ "$name: $2 brokers are ready" settled "$2" "$pid"
	mm "/calls/drop?count=0" >/dev/null
}

# Offers of other agents are sent back, until that of its own comes.
declined() {
	local name="DECLINE lost $when the master acts, $count times" agent seen
	agent=$(agent_of kafka-0)
	seen=$(calls DECLINE)
	mm "/offers/hide?agent=$agent" >/dev/null
	mm "/calls/drop?type=DECLINE&when=$when&count=$count" >/dev/null
	ctl restart kafka-0 >/dev/null
	until_ "$name: it was sent" calls_above DECLINE "$seen"
	mm "/offers/hide?agent=$agent&on=0" >/dev/null
	until_ "$name: 2 brokers are ready" settled 2 0
	mm "/calls/drop?count=0" >/dev/null
}

for when in before after; do
	for count in 1 2; do
		with ACCEPT 3
		with REVIVE 4
		with KILL 4
		with ACKNOWLEDGE 4
		with RECONCILE 4
		with SUBSCRIBE 4
		back
		with SUPPRESS 3
		back
		declined
	done
done
check "no task id was in two ACCEPTs" accepted_once
check "one framework" test "$(framework_ids | wc -l)" -eq 1
no_offers() { [ "$(curl -sS "http://$MM_CONTROL/offers" | jq length)" = 0 ]; }
until_ "no offer is kept" no_offers
twins_end
