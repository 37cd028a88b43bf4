#!/usr/bin/env bash
# The real ZooKeeper and Kafka as the Go framework starts them: each in a
# container with a network of its own, known by name, and broken where the Go
# framework's are. What takes them over finds this.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/kafka/real.sh"

start() { # OPTION...: of the Go framework
	attached_start
	"$TOP/tests/goframework/run" --master "$MASTER" --dir "$T/go" \
		--limit 120 "$@" >/dev/null
	check "the Go framework's tasks run" test $? -eq 0
}
# kcat, which finds the names of containers.
kcat_() { LD_PRELOAD=$B/hosts.so timeout 60 kcat "$@"; }
address() { sed -n "s/ $1\$//p" "$MINIMESOS_HOSTS"; }
zk_mode() { # ADDRESS
	printf srvr | timeout 10 nc -N "$1" 2181 | sed -n 's/^Mode: //p'
}
modes() {
	local i
	for i in 0 1 2; do
		zk_mode "$(address "av_zookeeper$i.weave.local")"
	done | sort | paste -sd' '
}
has_quorum() { [ "$(modes)" = "follower follower leader" ]; }

start --zookeeper 3 --kafka 0
until_ "three members, known by name and numbered from 0, are a quorum" \
	has_quorum
minimesos_stop
rm -rf "$T/mm"

start --zookeeper 1 --kafka 3
brokers=av_kafka0.weave.local:9092,av_kafka1.weave.local:9092
brokers_known() {
	kcat_ -b "$brokers" -L -J -m 5 >"$T/known" &&
		[ "$(jq '.brokers | length' "$T/known")" -eq 3 ]
}
must "three brokers know each other" brokers_known
check "by the names of their containers" test "$(jq -r '.brokers[].name' \
	"$T/known" | sort | paste -sd' ')" = "av_kafka0.weave.local:9092$(
	printf ' av_kafka%d.weave.local:9092' 1 2)"
check "with ids that Kafka has chosen" test \
	"$(jq '[.brokers[].id] | min' "$T/known")" -gt 1000
check "a topic can be made" \
	"$TOP/tests/kafka/topics" create "$brokers" t 3 3
seq 1000 >"$T/written"
check "messages are written" kcat_ -q -b "$brokers" -P -t t -X acks=all \
	-l "$T/written"
kcat_ -b "$brokers" -C -e -q -t t -o beginning | sort -n >"$T/read"
check "and read" cmp "$T/written" "$T/read"
task_host() {
	curl -sS "http://$MM_CONTROL/tasks" |
		jq -r ".[] | select(.task == \"$1\") | .hostname"
}
check "a broker is reached by its agent's port, too" test "$(kcat_ -L -J \
	-b "$(task_host 2):31212" | jq '.brokers | length')" -eq 3
# "_av_kafka0…:9094" is not mapped and has no such name: its old fault.
check "the outer listener is nowhere" test -z "$(address _av_kafka0.weave.local)"

# A member keeps only its log: without its snapshots it refuses to start, but
# when it is told to trust the log. Its data is that of the cluster above.
minimesos_stop
MEMBER_PID=''
member_end() {
	local status=$?

	[ -z "$MEMBER_PID" ] || kill "$MEMBER_PID" 2>/dev/null
	wait
	MEMBER_PID=''
	return "$status"
}
trap 'member_end; cleanup' EXIT
mount=/datalog=$(echo "$T"/mm/agent*/volumes/z0)
member() { # VARIABLE...: in the background
	mkdir -p "$T/member"
	env -i PATH="$PATH" KAFKA_HOME="$KAFKA_HOME" JAVA="$JAVA" \
		JVMFLAGS="$FAST" ZK_SERVER_HEAP=128 HOSTNAME=member \
		MESOS_SANDBOX="$T/member" MINIMESOS_MOUNTS="$mount" \
		ZOO_MY_ID=0 ZOO_SERVERS='server.0=0.0.0.0:2888:3888;2181 ' \
		MINIMESOS_ADDRESS=127.1.1.1 MINIMESOS_HOSTS=/etc/hosts \
		"$@" "$TOP/tests/images/zookeeper/entrypoint" \
		>"$T/member.out" 2>&1 &
	MEMBER_PID=$!
}
member
until_ "an empty /data beside a log is refused" dead "$MEMBER_PID"
check "for want of a snapshot" grep -q 'No snapshot found, but' \
	"$T/member.out"
rm -rf "$T/member"
member ZOO_CFG_EXTRA=snapshot.trust.empty=true
trusted() { [ "$(zk_mode 127.1.1.1)" = standalone ]; }
until_ "with snapshot.trust.empty it starts" trusted
# An empty one has five nodes.
check "and has what it had" test "$(printf srvr | nc -N 127.1.1.1 2181 |
	sed -n 's/^Node count: //p')" -gt 30
member_end
