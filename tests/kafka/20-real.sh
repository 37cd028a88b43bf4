#!/usr/bin/env bash
# The real ZooKeeper and Kafka: brokers, members and kafkad itself are killed,
# the ensemble grows and shrinks, and no acknowledged message is lost.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/kafka/real.sh"

# write N: 1000 messages more, to both topics, acknowledged by all replicas.
write() {
	local topic

	seq -f "message $1 %04.0f" 1000 >"$T/batch"
	cat "$T/batch" >>"$T/written"
	for topic in three one; do
		timeout 90 kcat -b "$BOOTSTRAP" -P -t "$topic" -X acks=all \
			-X enable.idempotence=true -X log_level=3 \
			<"$T/batch" || return 1
	done
}

# All messages of a topic, each once, and nothing else. A broker that leads
# since a moment ago may not know yet that the last ones are replicated, and
# ends what it tells before them: so this is waited for.
same() {
	timeout 60 kcat -b "$BOOTSTRAP" -C -e -q -t "$1" -o beginning |
		sort >"$T/read"
	cmp "$T/written" "$T/read"
}


topic_make() { "$TOP/tests/kafka/topics" create "$BOOTSTRAP" "$@" >/dev/null; }

# place INSTANCE: what must not change while it is started again.
place() { field "$1" '| [.id, .host, .ports] | tostring'; }
broker_pids() { task_pids | grep '^kafka-'; }
task_started_again() { [ "$(pid_of "$1")" != "$2" ] && ready "$1"; }

real_start
ZK_IMAGE=zookeeper:3.9 ZK_SIZE='memory 256M heap 128M'
KAFKA_IMAGE=confluentinc/cp-kafka:7.9.0 KAFKA_SIZE='memory 512M heap 256M'
GRACE=20s CHECK_INTERVAL=300ms
KAFKA='option "zookeeper.session.timeout.ms" "6000"
	option "auto.create.topics.enable" "false"'
conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
BOOTSTRAP=$(ctl -j list | jq -r 'select(.service == "kafka") |
	"\(.host):\(.ports[0])"' | paste -sd,)
must "the brokers know each other" brokers_know_each_other
# Of "three" every broker has everything; what "one" has, one broker has alone.
topic_make three 3 3 min.insync.replicas=2
topic_make one 3 1
check "messages are written" write a

where=$(place kafka-0) old=$(pid_of kafka-0)
kill -KILL "$old"
until_ "a killed broker is started again" task_started_again kafka-0 "$old"
check "on the same agent, with the same id and ports" \
	test "$(place kafka-0)" = "$where"
must "it is in sync again" in_sync three
until_ "every message is there" same three
until_ "every message that only it may have is there" same one
check "no instance has two tasks" no_twins

before=$(broker_pids)
ctl scale zookeeper 3 >/dev/null
must "three members of zookeeper are ready" all_ready 3 3
check "messages are written with three members" write b
for n in 0 1 2; do
	where=$(place "zookeeper-$n") old=$(pid_of "zookeeper-$n")
	kill -KILL "$old"
	must "zookeeper-$n comes back when killed" \
		task_started_again "zookeeper-$n" "$old"
	check "in its place" test "$(place "zookeeper-$n")" = "$where"
	check "messages are written after that" write "c$n"
done
ctl -f scale zookeeper 1 >/dev/null
must "one member of zookeeper is left" all_ready 1 3
until_ "every broker is registered" brokers_know_each_other
until_ "and in sync" in_sync three
check "messages are written with one member" write d
check "zookeeper still knows the topics" test "$("$TOP/tests/kafka/topics" \
	list "$BOOTSTRAP" | grep -v '^__' | paste -sd' ')" = 'one three'
check "a topic can be made" topic_make more 3 3
until_ "every message is there" same three
until_ "every message of single replicas is there" same one
check "no broker was started again" test "$(broker_pids)" = "$before"

# Both processes of kafkad at once, at three moments of a broker's start.
crash() {
	local child

	child=$(child_pid mesos)
	kill -KILL "$KAFKAD_PID" "$child" 2>/dev/null
	wait "$KAFKAD_PID" 2>/dev/null
	KAFKAD_PID=''
}
stopped() { state_is kafka-1 stopped; }
launched() { [[ $(field kafka-1 state) =~ launching|staging|starting|running ]]; }
running() { state_is kafka-1 running; }
others=$(task_pids | grep -v '^kafka-1[.]')
for moment in true launched running; do
	ctl kill kafka-1 >/dev/null
	must "kafka-1 is stopped" stopped
	ctl start kafka-1 >/dev/null
	while ! "$moment"; do sleep 0.02; done
	crash
	kafkad_start
	until_ "all are ready after a crash while a broker starts" \
		all_ready 1 3
	check "no instance has two tasks" no_twins
	check "all others are the same processes" \
		test "$(task_pids | grep -v '^kafka-1[.]')" = "$others"
done
must "all are in sync" in_sync three
until_ "every message is there" same three
until_ "every message of single replicas is there" same one
