#!/usr/bin/env bash
# The Go framework is stopped, and kafkad is started with its environment: the
# same framework, the same processes, and what it forgot is not forgotten.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/v0.sh"

framework() {
	curl -sS "http://$MM_CONTROL/frameworks" | jq -c '.[] |
		[.framework, .info.role // .info.roles[0]]'
}
pids() { task_pids | sort; }
killed() { # TASK: its process ends, as if by itself
	kill -KILL "$(pid_of_task "$1")"
}
agent() { # INSTANCE: where it is placed
	ctl -j show "$1" | head -n 1 | jq -r .placement.agent_id
}
back() { # INSTANCE TASK: it is ready again, as another task
	[ "$(field "$1" task)" != "$2" ] && ready "$1"
}
launched_env() { # TASK VARIABLE: that Docker says the task has
	get "/v0/container/$1" | jq -r .status.data | base64 -d |
		jq -r --arg n "$2=" '.[0].Config.Env[] |
			select(startswith($n)) | .[($n | length):]'
}

minimesos_start --port-range 31000-32000 --allocation-interval 100
id=$(goframework --volumes-zookeeper z0 --volumes-kafka k0,k1,k2)
check "the Go framework runs its four tasks" test -n "$id"
before=$(pids)
sum=$(sha256sum <"$T/go/framework.json")

env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2
must "its tasks are taken over, by the counts of its file" all_ready 1 3
until_ "they are confirmed" daemon_is behind false
check "it is the same framework" test "$(framework)" = \
	"[\"$id\",\"kafka\"]"
check "the same processes" test "$(pids)" = "$before"
check "the log says which count counts" logged \
	"KafkaMax 3 counts, the configuration says 2"
check "the file is as it was" test "$(sha256sum <"$T/go/framework.json")" = "$sum"
check "kafkactl knows no id of such a broker" test "$(field kafka-0 id)" = null
check "and its number" test "$(ctl -j show 2 | head -n 1 |
	jq -r .instance)" = kafka-0
get /v0/container/2 >/dev/null
check "the task is shown as it was recorded" diff \
	<(jq -S '.State["2"].command' "$T/go/framework.json") \
	<(jq -S .command "$T/body")
check "with what Docker said of it" test "$(jq -r .status.data "$T/body")" = \
	"$(jq -r '.State["2"].status.data' "$T/go/framework.json")"

answers "scale to 4" 202 1 /v0/kafka/scale/4
must "exactly one is added" all_ready 1 4
check "and the others are the same processes" test "$(pids |
	grep -v '^kafka-3')" = "$before"
check "its number goes on" test "$(field kafka-3 task)" = kafka-3.5
check "Kafka chooses its broker.id" test -z \
	"$(launched_env 5 KAFKA_BROKER_ID)"

# Each is killed in turn, and comes back where its volume is.
for n in 0 1 2; do
	where=$(agent "kafka-$n") task=$(field "kafka-$n" task)
	killed "$task"
	until_ "kafka-$n comes back" back "kafka-$n" "$task"
	check "on its agent" test "$(agent "kafka-$n")" = "$where"
	number=$(field "kafka-$n" task)
	number=${number##*.}
	check "it keeps the id that Kafka chose" test -z \
		"$(launched_env "$number" KAFKA_BROKER_ID)"
	check "with its own volume" test "$(get "/v0/container/$number" | jq -r \
		'.command.volumes[0].source.docker_volume.name')" = "k$n"
done
where=$(agent zookeeper-0)
killed 1
until_ "zookeeper-0 comes back" back zookeeper-0 1
check "on its agent" test "$(agent zookeeper-0)" = "$where"
check "with the id it had" test "$(field zookeeper-0 id)" = 0
number=$(field zookeeper-0 task)
number=${number##*.}
check "it trusts its log without a snapshot" test \
	"$(launched_env "$number" ZOO_CFG_EXTRA)" = snapshot.trust.empty=true
check "and keeps both folders" test "$(get "/v0/container/$number" | jq -rc \
	'[.command.volumes[].source.docker_volume.name]')" = '["z0","z0-data"]'
task=$(field zookeeper-0 task)
killed "$task"
until_ "once more" back zookeeper-0 "$task"
number=$(field zookeeper-0 task)
number=${number##*.}
check "for one start only" test -z "$(launched_env "$number" ZOO_CFG_EXTRA)"
must "all are ready" all_ready 1 4

# A restart of kafkad: its own state is there now, and the file is not obeyed.
before=$(pids)
kafkad_stop
env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2
must "after a restart all is as before" all_ready 1 4
until_ "reconciled" daemon_is behind false
check "the same framework" test "$(framework)" = \
	"[\"$id\",\"kafka\"]"
check "the same processes" test "$(pids)" = "$before"
kafkad_stop
minimesos_stop

# What the file does not know may write to any volume: it is ended first.
rm -rf "${T:?}/home" "$T/go" "$T/mm"
minimesos_start --port-range 31000-32000 --allocation-interval 100
goframework --volumes-zookeeper z0 --volumes-kafka k0,k1,k2 >/dev/null
jq -c 'del(.State["4"]) | .KafkaCount = 2' "$T/go/framework.json" >"$T/f"
cat "$T/f" >"$T/go/framework.json"
env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=3
must "a task of which nobody knows the broker is ended, and replaced" \
	all_ready 1 3
check "first the end, then the start" test "$(grep -nE \
	'task 4, not wanted, ended|kafka-2: .*-> launching' "$T/kafkad.log" |
	tail -n 2 | sed 's/.*parent: //; s/:.*//; s/,.*//' | paste -sd' ')" = \
	"task 4 kafka-2"
check "it says why it waited" logged "not ours to keep"
kafkad_stop

# A file that others could have written takes nothing over.
rm -rf "${T:?}/home"
chmod 666 "$T/go/framework.json"
: >"$T/kafkad.log"
mkdir -p "$T/home"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/home"
status_is "a file that anybody may write stops the start" 1 "${AS_USER[@]}" env -i \
	"XDG_STATE_HOME=$T/home" "MESOS_MASTER=$MASTER" "PATH=$PATH" \
	"FRAMEWORK_STATEFILE_PATH=$T/go" "FRAMEWORK_PORT=$PORT" "$KAFKAD" -d
says "and it says why and what to do" "others than its owner may write it; to \
take that framework over, mend that; to begin anew, move it away" \
	cat "$T/out"
