# Sourced after lib.sh by the tests with the real ZooKeeper and Kafka: their
# jars, the Java that runs them, and a Mesos that starts them.
#
# shellcheck shell=bash disable=SC2034

LIMIT=120
FAST='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
JAVA=$("$TOP/tests/kafka/java") || exit 1
KAFKA_HOME=$TOP/build/kafka
export KAFKA_HOME JAVA
[ -f "$KAFKA_HOME/libs/.stamp" ] || {
	not_ok "Kafka's jars are there: run make setup"
	exit 1
}

# real_start OPTION...: minimesos, whose images are these.
real_start() {
	minimesos_start --image-env "KAFKA_HOME=$KAFKA_HOME" \
		--image-env "JAVA=$JAVA" --image-env "JVMFLAGS=$FAST" \
		--image-env "KAFKA_JVM_PERFORMANCE_OPTS=$FAST" "$@"
}

# As the Go framework's users have it: small, and known by name.
attached_start() {
	real_start --port-range 31000-32000 --allocation-interval 200 \
		--image-env "KAFKA_HEAP_OPTS=-Xmx256M" \
		--image-env ZK_SERVER_HEAP=128 "$@"
	MINIMESOS_HOSTS=$(jq -r .hosts "$T/mm.ready")
	export MINIMESOS_HOSTS
}

# At BOOTSTRAP there are three brokers, and of a topic each has everything.
brokers_know_each_other() {
	[ "$(kcat -b "$BOOTSTRAP" -L -J -m 5 |
		jq -c '[.brokers[].id] | sort')" = '[0,1,2]' ]
}
in_sync() { # TOPIC
	[ "$(kcat -b "$BOOTSTRAP" -L -J -m 5 -t "$1" |
		jq -c '[.topics[].partitions[].isrs | length]')" = '[3,3,3]' ]
}
