#!/usr/bin/env bash
# The real ZooKeeper and Kafka, started as the Go framework starts them and
# taken over by kafkad with the same environment: each is killed in turn and
# comes back with its id and its data, and no message is lost.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/v0.sh"
. "${TOP:?}/tests/kafka/real.sh"

IMAGE_ZOOKEEPER=zookeeper:3.9 IMAGE_KAFKA=confluentinc/cp-kafka:7.9.0
attached_start --image-env KAFKA_ZOOKEEPER_SESSION_TIMEOUT_MS=6000
goframework --volumes-zookeeper z0 --volumes-kafka k0,k1,k2 >/dev/null
check "the Go framework's tasks run" test $? -eq 0

# From inside: kcat finds the names of containers. From outside: it does not.
inside=av_kafka0.weave.local:9092,av_kafka1.weave.local:9092
inside=$inside,av_kafka2.weave.local:9092
kcat_in() { LD_PRELOAD=$B/hosts.so timeout 90 kcat -b "$inside" "$@"; }
ids() { kcat_in -L -J -m 5 | jq -c '[.brokers[].id] | sort'; }
brokers_are() { [ "$(ids)" = "$1" ]; }
three_brokers() { [ "$(ids | jq length)" -eq 3 ]; }
in_sync() {
	[ "$(kcat_in -L -J -m 5 -t three |
		jq -c '[.topics[].partitions[].isrs | length]')" = '[3,3,3]' ]
}
write() { # NAME: a thousand messages more, acknowledged by all replicas
	local topic

	seq -f "message $1 %04.0f" 1000 >"$T/batch"
	cat "$T/batch" >>"$T/written"
	for topic in three one; do
		kcat_in -P -t "$topic" -X acks=all -X log_level=3 \
			-X enable.idempotence=true <"$T/batch" || return 1
	done
}
# TOPIC: it has all messages, each once, and nothing else. To be waited for:
# see 20-real.sh.
same() {
	kcat_in -C -e -q -t "$1" -o beginning | sort >"$T/read"
	cmp "$T/written" "$T/read"
}
back() { [ "$(field "$1" task)" != "$2" ] && ready "$1"; }
pids() { task_pids | sort; }

must "three brokers know each other" three_brokers
known=$(ids)
check "Kafka has chosen their ids" test "$(jq min <<<"$known")" -gt 1000
"$TOP/tests/kafka/topics" create "$inside" three 3 3 min.insync.replicas=2 \
	>/dev/null
"$TOP/tests/kafka/topics" create "$inside" one 3 1 >/dev/null
check "messages are written" write a
before=$(pids)

env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=3
must "kafkad has taken them over" all_ready 1 3
until_ "and has asked for them" daemon_is behind false
check "the same processes" test "$(pids)" = "$before"

for n in 0 1 2; do
	task=$(field "kafka-$n" task)
	kill -KILL "$(pid_of_task "$task")"
	must "kafka-$n comes back" back "kafka-$n" "$task"
	must "with the id it had" brokers_are "$known"
	must "it is in sync" in_sync
	check "messages are written" write "b$n"
done
until_ "every message is there" same three
until_ "those that one broker has alone, too" same one

task=$(field zookeeper-0 task)
kill -KILL "$(pid_of_task "$task")"
must "zookeeper-0 comes back, from its log alone" back zookeeper-0 "$task"
check "with the id it had" test "$(field zookeeper-0 id)" = 0
must "the brokers are there" brokers_are "$known"
must "and in sync" in_sync
check "it knows the topics" test "$("$TOP/tests/kafka/topics" list "$inside" |
	grep -v '^__' | paste -sd' ')" = 'one three'
check "messages are written" write c
task=$(field zookeeper-0 task)
kill -KILL "$(pid_of_task "$task")"
must "and once more, from both folders" back zookeeper-0 "$task"
must "the brokers are there" brokers_are "$known"
must "and in sync" in_sync

# It grows, with ids after the one that it had, and shrinks again.
brokers=$(task_pids | grep '^kafka-')
answers "three members are wanted" 202 2 /v0/zookeeper/scale/3
must "and serve" all_ready 3 3
check "no two have one id" test "$(ctl -j list | jq -c \
	'select(.service == "zookeeper") | .id' | paste -sd' ')" = '0 1 2'
check "messages are written" write d
answers "and one again" 202 -2 /v0/zookeeper/scale/1
must "which serves" all_ready 1 3
check "as one of a quorum still: clients have seen its epoch" test "$(
	printf srvr | timeout 10 nc -N "$(sed -n \
		's/ av_zookeeper0.weave.local$//p' "$MINIMESOS_HOSTS")" 2181 |
		grep '^Mode: ')" = 'Mode: leader'
check "no broker was started again" test \
	"$(task_pids | grep '^kafka-')" = "$brokers"
must "the brokers are there" brokers_are "$known"
must "and in sync" in_sync

answers "scale to 4" 202 1 /v0/kafka/scale/4
must "exactly one is added" all_ready 1 4
one_more() {
	[ "$(ids | jq -c --argjson known "$known" \
		'[. - $known | .[] | . > 1000]')" = '[true]' ]
}
until_ "Kafka chooses its id" one_more || {
	kcat_in -L -m 5
	for task in "$(field zookeeper-0 task)" kafka-3; do
		tail -n 40 "$T"/mm/agent*/tasks/"$task"*/stdout
	done
	exit 1
}

# Who is not on that network reaches every broker by its agent.
outside=$(ctl -j list | jq -r 'select(.service == "kafka") |
	"\(.host):\(.ports[1])"' | paste -sd,)
kcat_out() { timeout 90 kcat -b "$outside" "$@"; }
told_outside() {
	[ "$(kcat_out -L -J -m 5 | jq -r '.brokers[].name' | sort |
		paste -sd,)" = "$(tr , '\n' <<<"$outside" | sort | paste -sd,)" ]
}
until_ "a client outside is told addresses that it can reach" told_outside
check "it writes" kcat_out -P -t three -X acks=all -l "$T/batch"
cat "$T/batch" >>"$T/written"
reads_outside() {
	[ "$(kcat_out -C -e -q -t three -o beginning | wc -l)" -eq \
		"$(wc -l <"$T/written")" ]
}
until_ "it reads" reads_outside
sort -o "$T/written" "$T/written"
until_ "every message is there" same three
check "the Go framework's file is never read again" test \
	"$(grep -c 'taken over from' "$T/kafkad.log")" -eq 1
