#!/usr/bin/env bash
# Bridge networks and Mesos' own containers: what the tasks are told.
. "${TOP:?}/tests/integration/lib.sh"

# What minimesos was sent of an instance's task, by a jq path.
sent() {
	curl -sS "http://$MM_CONTROL/tasks" |
		jq -r ".[].info | select(.name == \"$1\") | $2"
}
env_of() {
	sent "$1" ".command.environment.variables[] |
		select(.name == \"$2\") | .value"
}

minimesos_start
ZOOKEEPER='network bridge' KAFKA='network bridge' conf 3 2
kafkad_start
must "an ensemble and brokers on bridges are ready" all_ready 3 2
check "the network is the bridge" test \
	"$(sent kafka-0 .container.docker.network)" = BRIDGE
port=$(field kafka-0 'ports[0]')
check "the broker's port is the same inside and outside" test \
	"$(sent kafka-0 '.container.docker.port_mappings[0] |
		"\(.host_port) \(.container_port)"')" = "$port $port"
check "all three ports of a member are mapped" test \
	"$(sent zookeeper-0 '.container.docker.port_mappings | length')" -eq 3
host=$(field kafka-0 host)
check "the broker is advertised by its agent's address" test \
	"$(env_of kafka-0 KAFKA_ADVERTISED_LISTENERS)" = \
	"PLAINTEXT://$host:$port"
check "one list of servers is true everywhere" test \
	"$(for n in 0 1 2; do env_of "zookeeper-$n" ZOO_SERVERS; done |
		sort -u | wc -l)" -eq 1
check "and holds three" test \
	"$(env_of zookeeper-0 ZOO_SERVERS | wc -w)" -eq 3

ctl -f teardown >/dev/null
until_ "the framework is removed" daemon_is mode removed
kafkad_stop
rm -rf "$T/run"
conf 1 1
sed -i 's/" docker$/" mesos/' "$T/kafkad.conf"
kafkad_start
must "in Mesos' containers they are ready, too" all_ready 1 1
check "the container is Mesos'" test \
	"$(sent kafka-0 .container.type)" = MESOS
check "with the image" test \
	"$(sent kafka-0 .container.mesos.image.docker.name)" = standin-kafka:1
