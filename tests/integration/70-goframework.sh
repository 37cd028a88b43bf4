#!/usr/bin/env bash
# The Go framework's tasks, as its stand-in starts them: containers that know
# each other by name, with ports that are others outside.
. "${TOP:?}/tests/integration/lib.sh"

goframework() { # OPTION...
	"$TOP/tests/goframework/run" --master "$MASTER" --dir "$T/go" \
		--image-zookeeper standin-zookeeper:1 \
		--image-kafka standin-kafka:1 --limit 30 "$@"
}
# task ID FILTER: of minimesos' task, by a filter of jq.
task() {
	curl -sS "http://$MM_CONTROL/tasks" |
		jq -r --arg id "$1" ".[] | select(.task == \$id) | $2"
}
address() { task "$1" .address; }
outside() { echo "$(task "$1" .hostname) $((31210 + $1))"; }
srvr() { # HOST PORT: a client that says all it has to say at once
	printf srvr | timeout 10 nc -N "$1" "$2" | grep -q '^Mode: '
}
is_open() { timeout 10 nc -z "$1" "$2"; }
is_shut() { ! is_open "$@"; }
named() { grep -qx "$1 $2" "$T/mm/hosts"; }

# form FILE: every path in it, in order, and the type of what is there.
form() {
	jq -r 'path(..) as $p | ($p | map(tostring) | join(".")) + " " +
		(getpath($p) | type)' "$1"
}

minimesos_start --port-range 31000-32000 --allocation-interval 100
id=$(goframework --volumes-zookeeper z0,z1 --volumes-kafka k0,k1,k2,k3)
check "the stand-in starts its tasks" test $? -eq 0
curl -sS "http://$MM_CONTROL/tasks" >"$T/tasks"
check "four tasks run" test "$(jq -c '[.[] | select(.state ==
	"TASK_RUNNING") | .task]' "$T/tasks")" = '["1","2","3","4"]'
check "its framework is gone, and may come back" test \
	"$(curl -sS "http://$MM_CONTROL/frameworks" | jq -c '.[] | [.framework,
		.state, .info.failover_timeout, .info.principal]')" = \
	"[\"$id\",\"disconnected\",5000,\"\"]"
check "a container has an address of its own" test \
	"$(jq -r '.[].address' "$T/tasks" | sort -u | wc -l)" -eq 4
check "its name is in the file" named "$(address 2)" av_kafka0.weave.local
check "zookeeper answers at its own address" srvr "$(address 1)" 2181
# shellcheck disable=SC2046 # an address and a port
check "and at its agent's" srvr $(outside 1)
check "a port that is not mapped is open inside" is_open "$(address 1)" 3888
check "but not outside" is_shut "$(task 1 .hostname)" 3888
for n in 2 3 4; do
	check "broker $n is open inside" is_open "$(address "$n")" 9092
	# shellcheck disable=SC2046
	check "broker $n is open outside" is_open $(outside "$n")
done

written=$T/go/framework.json
recorded=$TOP/tests/captures/12-go-framework/framework.json
check "framework.json has the recorded form" \
	diff <(form "$recorded") <(form "$written")
check "it is one line without an end" test "$(wc -l <"$written")" -eq 0
same='del(.FrameworkInfo.id, .FrameworkInfoFile, .FrameworkInfoFilePath,
	.MesosMasterServer, .MesosStreamID, .ImageKafka, .ImageZookeeper,
	(.State[] | .command.container_image, .status))'
check "all but ids and places is as recorded" diff \
	<(jq "$same" "$recorded") <(jq "$same" "$written")
jq -r '.State["2"].status.data' "$written" | base64 -d >"$T/inspect"
check "data tells the environment" test "$(jq -r '.[0].Config.Env[]' \
	"$T/inspect" | grep -c '^KAFKA_LISTENERS=INSIDE://:9092,')" -eq 1
check "and the address" test \
	"$(jq -r '.[0].NetworkSettings.IPAddress' "$T/inspect")" = "$(address 2)"
check "and the port outside" test "$(jq -r '.[0].NetworkSettings
	.Ports["9092/tcp"][0].HostPort' "$T/inspect")" = 31212
# As in the recording: "docker inspect" of each is of that order of size.
check "it has the size of the recorded one" test "$(wc -c <"$T/inspect")" \
	-gt 3000

old=$(address 3) where=$(outside 3)
mm "/task/kill?task=3" >/dev/null
gone() { ! grep -q av_kafka1 "$T/mm/hosts"; }
until_ "the name of a killed container is gone" gone
# shellcheck disable=SC2086 # an address and a port
check "its port outside is shut" is_shut $where
check "its address is, too" is_shut "$old" 9092

# --- subscriptions, by hand ---------------------------------------------------

# subscribe INFO [ID]: in the background; what comes is in $T/stream.
subscribe() {
	local body

	body=$(jq -nc --argjson info "$1" --arg id "${2:-}" '{type: "SUBSCRIBE",
		subscribe: {framework_info: $info}} | if $id == "" then . else
		.framework_id.value = $id |
		.subscribe.framework_info.id.value = $id end')
	rm -f "$T/stream" "$T/head"
	curl -sN -D "$T/head" -H 'Content-Type: application/json' -d "$body" \
		"http://$MASTER/api/v1/scheduler" >"$T/stream" &
	CURL_PID=$!
}
unsubscribe() {
	kill "$CURL_PID" 2>/dev/null
	wait "$CURL_PID" 2>/dev/null
}
# events: the records, one a line; their lengths are digits before a brace.
events() { tr -d '\n' <"$T/stream" | sed 's/[0-9]*{"type":/\n{"type":/g' |
	grep -a . ; }
has_event() { events | jq -e --arg t "$1" 'select(.type == $t)' >/dev/null; }
event() { events | jq -c --arg t "$1" 'select(.type == $t)' | head -n 1; }
info() { # FILTER: as the Go framework's, changed
	jq -c ".FrameworkInfo | .capabilities =
		[{type: \"RESERVATION_REFINEMENT\"}] | $1" "$written"
}

subscribe "$(info 'del(.principal)')" "$id"
until_ "a principal that is missing now is refused" has_event ERROR
check "with Mesos' words" test "$(event ERROR | jq -r .error.message)" = \
	"Changing framework's principal is not allowed."
unsubscribe
subscribe "$(info '.principal = "x"')" "$id"
until_ "another principal is refused" has_event ERROR
unsubscribe
# As kafkad does it.
subscribe "$(info 'del(.role) | .roles = ["kafka"] | .capabilities +=
	[{type: "MULTI_ROLE"}, {type: "PARTITION_AWARE"}]')" "$id"
until_ "it may come back with roles for its role" has_event OFFERS
check "under its id" test "$(event SUBSCRIBED |
	jq -r .subscribed.framework_id.value)" = "$id"
check "then offers tell the role" test "$(event OFFERS |
	jq -c '[.offers.offers[0] | .allocation_info.role,
		.resources[0].allocation_info.role]')" = '["kafka","kafka"]'
unsubscribe
subscribe "$(info 'del(.id) | .role = "one"')"
until_ "without MULTI_ROLE offers come" has_event OFFERS
check "but tell no role" test "$(event OFFERS | grep -c allocation_info)" -eq 0

# A task of it whose check is a command.
stream_id=$(sed -n 's/^Mesos-Stream-Id: *\([^\r]*\).*/\1/Ip' "$T/head")
jq -c --argjson new "$(event SUBSCRIBED)" '{
	framework_id: $new.subscribed.framework_id, type: "ACCEPT",
	accept: {offer_ids: [.offers.offers[0].id], operations: [{
	    type: "LAUNCH", launch: {task_infos: [{
		name: "z", task_id: {value: "z.1"},
		agent_id: .offers.offers[0].agent_id,
		resources: [{name: "cpus", type: "SCALAR",
		    scalar: {value: 0.1}}, {name: "mem", type: "SCALAR",
		    scalar: {value: 64}}, {name: "ports", type: "RANGES",
		    ranges: {range: [{begin: 31900, end: 31900}]}}],
		command: {shell: false},
		container: {type: "DOCKER", docker: {network: "BRIDGE",
		    image: "standin-zookeeper:1", port_mappings: [
			{host_port: 31900, container_port: 2181}]}},
		health_check: {type: "COMMAND", command: {value:
		    "printf srvr | nc -w 2 127.0.0.1 2181 | grep -q ^Mode:"},
		    delay_seconds: 0, interval_seconds: 0.1}}]}}]}}' \
	<(event OFFERS) >"$T/accept"
check "a task with other ports outside is taken" test "$(curl -sS \
	-o "$T/answer" -w '%{http_code}' -H "Mesos-Stream-Id: $stream_id" \
	-H 'Content-Type: application/json' -d "@$T/accept" \
	"http://$MASTER/api/v1/scheduler")" = 202
is_healthy() { [ "$(task z.1 .healthy)" = true ]; }
until_ "its check asks inside the container" is_healthy
unsubscribe

# --- what goes through a mapped port ------------------------------------------

minimesos_stop
# An image that gives all back, after all has come.
mkdir -p "$T/images/giver"
cat >"$T/images/giver/entrypoint" <<'X'
#!/usr/bin/perl
use IO::Socket::INET;
$SIG{CHLD} = 'IGNORE';
my $l = IO::Socket::INET->new(LocalAddr => $ENV{MINIMESOS_ADDRESS},
    LocalPort => 2181, Listen => 64, ReuseAddr => 1) or die;
while (my $c = $l->accept) {
	next if fork;
	my ($all, $part) = ('');
	$all .= $part while sysread $c, $part, 65536;
	print $c $all;
	exit;
}
X
chmod +x "$T/images/giver/entrypoint"
minimesos_start --port-range 31000-32000 --allocation-interval 100 \
	--images "$T/images"
goframework --kafka 0 --image-zookeeper giver:1 >/dev/null
check "another image is started" test $? -eq 0
where=$(outside 1)
head -c 3000000 /dev/urandom >"$T/big"
pids=()
for n in 1 2 3 4 5 6 7 8; do
	# shellcheck disable=SC2086
	timeout 30 nc -N $where <"$T/big" >"$T/back.$n" &
	pids+=($!)
done
wait "${pids[@]}"
for n in 1 2 3 4 5 6 7 8; do
	check "connection $n has got all back" cmp "$T/big" "$T/back.$n"
done
# shellcheck disable=SC2086
timeout 30 nc $where </dev/zero >/dev/null &
pid=$!
mm "/task/kill?task=1" >/dev/null
until_ "a connection ends with the task" dead "$pid"
