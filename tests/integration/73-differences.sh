#!/usr/bin/env bash
# Every row of the table DIFFERENCES of kafkad-v0(7): what the Go framework did
# there is not what kafkad does. The name of a check begins with the first
# column of its row; at the end the table is read, and a row that nobody has
# checked fails, as does a check of no row.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/v0.sh"

PAGE=$TOP/man/kafkad-v0.7

# As lib.sh has them, and the name is kept.
ok() {
	echo "$*" >>"$T/names"
	echo "ok - $*"
}
not_ok() {
	echo "$*" >>"$T/names"
	failures=$((failures + 1))
	echo "not ok - $*"
}
has() { [[ $1 == *"$2"* ]]; }
has_not() { ! has "$@"; }
# is NAME WANT GOT
is() {
	[ "$3" = "$2" ] || echo "# $3, not $2"
	check "$1" test "$3" = "$2"
}
# head_of CURL-ARGUMENT...: status line and headers of an answer.
head_of() { curl -s -o /dev/null -D - --max-time 20 "$@"; }
# spoken TEXT: what is answered to these bytes (escapes are meant).
spoken() {
	printf '%b' "$1" | timeout 30 nc -N -w 25 127.0.0.1 "$PORT" | tr -d '\0'
}

# --- the http process, with a parent that answers anything ---------------------

shim_start -u user -w sesame
is "credentials: POST of a changing route asks for them" 401 \
	"$(code -X POST "$URL/v0/kafka/reflate")"
is "credentials: PUT does" 401 "$(code -X PUT "$URL/v0/task/kill/1")"
is "credentials: another method does not" 405 \
	"$(code -X DELETE "$URL/v0/kafka/reflate")"
site=kafka.example:10000
is "cross-site: with credentials a page of a name will do" 200 "$(code \
	-u user:sesame -H "Host: $site" -H "Origin: http://$site" \
	"$URL/v0/kafka/reflate")"
is "credentials: nor does POST where it is not known" 405 \
	"$(code -X POST "$URL/v0/container/1")"
for path in "" metrics health ready; do
	is "monitoring: there is /$path" 200 \
		"$(code -u user:sesame "$URL/$path")"
done
shim_stop

shim_start
echo '{"command":{},"status":null}' >"$T/2.json"
mv "$T/2.json" "$T/tasks/"
spoken '' >"$T/nothing" & # until it is closed
silent=$!
for method in POST PUT; do
	for path in kafka/scale/5 zookeeper/scale/3 kafka/reflate \
		zookeeper/reflate task/kill/2; do
		is "methods: $method $path" 202 \
			"$(code -X "$method" "$URL/v0/$path")"
	done
	is "methods: $method of what changes nothing" 405 \
		"$(code -X "$method" "$URL/v0/container/1")"
done
is "methods: each has become a command" 10 "$(lines_count)"

n=$(lines_count)
for method in PATCH PROPFIND get X; do
	is "methods: $method is 405 as before" 405 \
		"$(code -X "$method" "$URL/v0/kafka/reflate")"
done
is "methods: no command of them" "$n" "$(lines_count)"

good='GET /v0/kafka/reflate HTTP/1.1\r\n'
post='POST /v0/kafka/reflate HTTP/1.1\r\nHost: a\r\n'
end='Connection: close\r\n\r\n'
got=$(spoken "GET /v0/kafka/reflate\r\n\r\n")
check "syntax: no version is a page of HTML" has "$got" \
	'<TITLE>400 Bad Request</TITLE>'
got=$(spoken "${post}Expect: 200-maybe\r\nContent-Length: 1\r\n\r\nx")
check "syntax: an expectation, too" has "$got" \
	'<TITLE>417 Expectation Failed</TITLE>'
got=$(head -c 70000 /dev/zero | tr '\0' x |
	curl -s --max-time 20 --data-binary @- "$URL/v0/kafka/reflate")
check "syntax: a long body, too" has "$got" \
	'<TITLE>413 Request Entity Too Large</TITLE>'
got=$(spoken "$good$end")
check "syntax: the rest is said in a line: no Host" has "$got" \
	$'\r\n\r\nthere must be one header Host'
got=$(spoken "${good}Host: a\r\nHost: b\r\n$end")
check "syntax: two of them" has "$got" $'\r\n\r\nthere must be one header Host'
got=$(spoken "${good}Host: a\r\nX y: z\r\n$end")
check "syntax: a header's name" has "$got" \
	$'\r\n\r\nthe name of a header is malformed'
got=$(spoken "GET /v0/kafka/%%zz HTTP/1.1\r\nHost: a\r\n$end")
check "syntax: an escape" has "$got" $'\r\n\r\n400 Bad Request'

while IFS='|' read -r what headers; do
	got=$(spoken "$post$headers${end}0\r\n\r\n")
	is "framing: $what" 400 "$(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p' <<<"$got")"
done <<'ROWS'
one length twice|Content-Length: 0\r\nContent-Length: 0\r\n
a length beside chunks|Content-Length: 5\r\nTransfer-Encoding: chunked\r\n
another encoding|Transfer-Encoding: gzip, chunked\r\n
ROWS
is "NUL: in a count" 400 "$(code "$URL/v0/kafka/scale/%00")"
is "NUL: in an id" 404 "$(code "$URL/v0/task/kill/%00")"
got=$(spoken 'GET /v0/kafka/scale/5\0 HTTP/1.1\r\nHost: a\r\n\r\n')
check "NUL: the byte itself" has "$got" 'HTTP/1.1 400 Bad Request'
check "NUL: then there is no date" has_not "$got" Date:
is "syntax, framing and NUL became no command" "$n" "$(lines_count)"
got=$(spoken "${post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n$good")
check "framing: chunks are taken" has "$got" 'HTTP/1.1 202 Accepted'
check "framing: then the connection ends" has "$got" $'Connection: close\r'

long=$(printf '%03000d' 0)
echo "{\"command\":{\"x\":\"$long\"},\"status\":null}" >"$T/9.json"
mv "$T/9.json" "$T/tasks/"
got=$(head_of -0 "$URL/v0/container/9")
check "HTTP/1.0: a long answer has its length" has "$got" 'Content-Length: 3034'
got=$(head_of "$URL/v0/container/9")
check "HTTP/1.0: with HTTP/1.1 it comes in chunks" has "$got" \
	'Transfer-Encoding: chunked'

got=$(head_of "$URL/v0/kafka/scale/5")
check "header: Api-Service is sent" has "$got" $'Api-Service: v0\r'
got=$(head_of "$URL/v0/kafka/scale/x")
check "header: with a refusal, too" has "$got" $'Api-Service: v0\r'

n=$(lines_count)
for header in 'Sec-Fetch-Site: cross-site' 'Sec-Fetch-Site: same-site' \
	'Origin: http://evil.example' 'Origin: null'; do
	is "cross-site: $header" 403 \
		"$(code -H "$header" "$URL/v0/kafka/reflate")"
done
is "cross-site: a page that was got from a name" 403 "$(code \
	-H "Host: $site" -H "Origin: http://$site" "$URL/v0/kafka/reflate")"
is "cross-site: no command of it" "$n" "$(lines_count)"

is "limits: 9 KiB of headers" 400 \
	"$(code -H "X: $(printf '%09216d' 0)" "$URL/v0/kafka/reflate")"
is "limits: 7 KiB are taken" 202 \
	"$(code -H "X: $(printf '%07168d' 0)" "$URL/v0/kafka/reflate")"
is "limits: 65 KiB of body" 413 "$(head -c 66560 /dev/zero |
	code --data-binary @- "$URL/v0/kafka/reflate")"
is "limits: 63 KiB are taken" 202 "$(head -c 64512 /dev/zero |
	code --data-binary @- "$URL/v0/kafka/reflate")"
until_ "limits: who says nothing is sent away" dead "$silent"
shim_stop

shim_start -n 4 -p 2
fds=()
for _ in 1 2 3; do
	exec {fd}<>"/dev/tcp/127.0.0.1/$PORT"
	fds+=("$fd")
done
until_ "limits: connections" grep -q 'given up for another' "$T/shim.log"
for fd in "${fds[@]}"; do
	exec {fd}>&-
done
shim_stop

# --- what is wrong with the environment ----------------------------------------

# env_check VARIABLE=VALUE...: kafkad -n with these alone, in $T/check.
env_check() {
	env -i "PATH=$PATH" MESOS_MASTER=h "$@" "$B/kafkad" -nv \
		>"$T/check" 2>&1
}
wrong() { ! env_check "$@"; }
checked() { grep -qF -- "$1" "$T/check"; }

check "environment: several mistakes are no start" wrong FRAMEWORK_PORT=x \
	DOMAIN='a b' MESOS_SSL_VERIFY=no VOLUME_KAFKA=a,,b FRAMEWORK_ROLE=-x
for name in FRAMEWORK_PORT DOMAIN MESOS_SSL_VERIFY VOLUME_KAFKA \
	FRAMEWORK_ROLE; do
	check "environment: $name is told with the others" checked "$name: "
done
for value in KAFKA_COUNT=three ZOOKEEPER_COUNT=-1 RES_CPU=much RES_MEM=1G; do
	check "numbers: $value is no start" wrong "$value"
	check "numbers: and named" checked "${value%%=*}: "
done
for name in AUTH_PASSWORD MESOS_PASSWORD DOMAIN; do
	check "vault: in $name it is no start" wrong "$name=vault://kafka:key"
	check "vault: and what to do is said" checked \
		"$name: kafkad does not ask Vault: fetch the value"
done
check "log level: a wrong one is a start" env_check LOGLEVEL=loud
check "log level: with a warning" checked \
	"LOGLEVEL: warning: unknown level 'loud' has no effect"
for name in panic fatal; do
	env_check "LOGLEVEL=$name"
	check "log level: $name is err" checked $'log level err\t'
done
check "volumes: fewer than instances are no start" wrong KAFKA_COUNT=3 \
	VOLUME_KAFKA=k0,k1
check "volumes: and named" checked "3 instances, but 2 volumes"
check "volumes: the default is enough for one" wrong ZOOKEEPER_COUNT=2
check "volumes: no comma is needed" env_check KAFKA_COUNT=1 VOLUME_KAFKA=k0

# --- the whole of it: nothing but the environment, nothing to take over --------

# info TASK FILTER: of the task as minimesos was asked for it.
info() {
	curl -sS "http://$MM_CONTROL/tasks" | jq -r --arg i "$1." \
		".[].info | select(.task_id.value | startswith(\$i)) | $2"
}
variable() { # TASK NAME
	info "$1" ".command.environment.variables[] |
		select(.name == \"$2\").value"
}
number_of() { # INSTANCE: that of its task
	local task
	task=$(field "$1" task)
	echo "${task##*.}"
}
member() { # INSTANCE FILTER: of the answer of container
	get "/v0/container/$(number_of "$1")" | jq -r "$2"
}
restart() { # [VARIABLE=VALUE...]: of kafkad, with these as well
	kafkad_stop
	env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2 "$@"
	until_ "it is connected" connected
	until_ "it has reconciled" daemon_is behind false
}
told() { has "$(get "$@")" '"state":1'; }
settle() { until_ "all are ready" all_ready "$@"; }

minimesos_start --allocation-interval 100
mkdir "$T/go"
PORT=''
env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2
must "all are ready" all_ready 1 2

n=$(number_of kafka-0)
is "task ids: the whole one" "kafka-0.$n" "$(field kafka-0 task)"
is "task ids: its number is the TaskID" "$n" "$(member kafka-0 .command.TaskID)"
is "task ids: both are known" "$(get "/v0/container/$n")" \
	"$(get "/v0/container/kafka-0.$n")"

for name in zookeeper-0 kafka-0 kafka-1; do
	port=$(info "$name" '.container.docker.port_mappings[0].host_port')
	check "ports: $name has another than 31210 and its number" test \
		"$port" -ne $((31210 + $(number_of "$name")))
	is "ports: it is of the offer, and taken" true "$(info "$name" \
		"any(.resources[] | select(.name == \"ports\").ranges.range[];
			.begin <= $port and .end >= $port)")"
	is "grace: that of $name is 60 seconds" 60000000000 "$(info "$name" \
		'.kill_policy.grace_period.nanoseconds')"
done
is "checks: of a broker" TCP "$(info kafka-0 .health_check.type)"
is "checks: of a ZooKeeper" COMMAND "$(info zookeeper-0 .health_check.type)"
host=$(field kafka-0 host) port=$(field kafka-0 'ports[1]')
is "listeners: both are told by names that there are" \
	"INSIDE://av_kafka0.weave.local:9092,OUTSIDE://$host:$port" \
	"$(variable kafka-0 KAFKA_ADVERTISED_LISTENERS)"
is "listeners: the outer one is mapped" "$port" "$(info kafka-0 \
	'.container.docker.port_mappings[] |
		select(.container_port == 9094).host_port')"
check "listeners: and open" nc -z "$host" "$port"
for n in 0 1; do
	is "broker.id: that of kafka-$n" "$n" \
		"$(variable "kafka-$n" KAFKA_BROKER_ID)"
done
is "myid: from 1" 1 "$(variable zookeeper-0 ZOO_MY_ID)"
is "myid: in the list, too" 'server.1=0.0.0.0:2888:3888;2181 ' \
	"$(variable zookeeper-0 ZOO_SERVERS)"
is "data: on a volume as well" '["/datalog","z0","/data","z0-data"]' \
	"$(member zookeeper-0 '[.command.volumes[] | .container_path,
		.source.docker_volume.name]' | jq -c .)"
is "framework: what it can" \
	'["MULTI_ROLE","PARTITION_AWARE","RESERVATION_REFINEMENT",'\
'"TASK_KILLING_STATE"]' \
	"$(curl -sS "http://$MM_CONTROL/frameworks" |
		jq -c '[.[0].info.capabilities[].type] | sort')"

for count in abc -1 1001 +5 99999999999999999999 1e1; do
	get "/v0/kafka/scale/$count" >/dev/null
	check "count: $count is 400" code_is 400
	get "/v0/zookeeper/scale/$count" >/dev/null
	check "count: $count for zookeeper, too" code_is 400
done
check "count: nothing was changed" all_ready 1 2
answers "volumes: more instances than volumes" 409 \
	"kafka: 6 instances, but there are volumes for 5 only; name more of them \
in the configuration" /v0/kafka/scale/6
check "volumes: nothing was changed" all_ready 1 2

answers "kill: an unknown task" 404 "no such task or instance: 4711" \
	/v0/task/kill/4711
answers "kill: no task at all" 404 "no such task" /v0/task/kill/x
check "kill: nothing was killed" all_ready 1 2

# What is missing is started, once, and what is not missing is not.
launched=$(launches)
answers "reflate: nothing is missing" 202 ok /v0/kafka/reflate
answers "kill: a known one" 202 ok "/v0/task/kill/$(number_of kafka-1)"
until_ "it is stopped" state_is kafka-1 stopped
answers "reflate: one is missing" 202 ok /v0/kafka/reflate
answers "reflate: and again before it is there" 202 ok /v0/kafka/reflate
answers "reflate: of the other service" 202 ok /v0/zookeeper/reflate
settle 1 2
is "reflate: it was started once" $((launched + 1)) "$(launches)"
check "reflate: nothing has two tasks" no_twins

# Mesos refuses, and still what was answered is done.
mm "/calls/status?code=503&count=1&type=KILL" >/dev/null
answers "answers: a kill that Mesos refuses" 202 ok \
	"/v0/task/kill/$(number_of kafka-1)"
until_ "answers: it is done all the same" has_tasks kafka-1 0
mm "/calls/status?code=503&count=1&type=ACCEPT" >/dev/null
answers "answers: so is a launch" 202 ok /v0/kafka/reflate
until_ "answers: in the end it runs" all_ready 1 2
answers "answers: a new count" 202 1 /v0/kafka/scale/3
kafkad_crash
env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2
until_ "answers: it was saved before the answer" all_ready 1 3

# Down: the last first, one after the other.
answers "up to five" 202 2 /v0/kafka/scale/5
settle 1 5
: >"$T/kafkad.log"
answers "scale down: by four" 202 -4 /v0/kafka/scale/1
settle 1 1
is "scale down: the last first, each when the one before has ended" \
	"4 killing 4 ended 3 killing 3 ended 2 killing 2 ended 1 killing 1 ended" \
	"$(sed -n -e 's/.*: kafka-\([0-9]\): .*-> killing .*/\1 killing/p' \
		-e 's/.*: kafka-\([0-9]\): task .* ended: .*/\1 ended/p' \
		"$T/kafkad.log" | paste -sd' ')"

# The folder of framework.json is nobody's but the Go framework's.
check "state path: nothing is written there" test -z "$(ls -A "$T/go")"
check "state path: kafkad's own is elsewhere" test -s "$T/home/kafkad/state.json"
before=$(task_pids)
id=$(daemon framework_id)
mkdir "$T/elsewhere"
restart FRAMEWORK_STATEFILE_PATH="$T/elsewhere"
is "state path: another one is no other state" "$id" "$(daemon framework_id)"
is "state path: nor other tasks" "$before" "$(task_pids)"

# Of what runs Mesos' data is kept while kafkad runs; the command is made anew.
n=$(number_of kafka-0)
image=$(info kafka-0 .container.docker.image)
restart IMAGE_KAFKA=standin-kafka:2 LOGLEVEL=err
is "command: the task is the same" "$n" "$(number_of kafka-0)"
is "command: with what it was launched as" "$image" \
	"$(info kafka-0 .container.docker.image)"
is "command: shown is what would be launched now" standin-kafka:2 \
	"$(member kafka-0 .command.container_image)"
is "new image: it is the same after another start, too" "$n" \
	"$(number_of kafka-0)"
says "new image: the plan would change it" "kafka-0" ctl -j plan
says "new image: when the operator says so" \
	"waits for the operator: kafkactl plan resume" ctl -j plan
is "status: after a restart there is no data of it" null \
	"$(member kafka-0 .status.data)"
is "status: but what the master remembers" \
	'["kafka-0.'"$n"'",1,"Reconciliation: Latest task state"]' \
	"$(member kafka-0 '[.status | .task_id.value, .state, .message]' | jq -c .)"

# The configured counts are saved, too: what is new of them holds.
answers "new counts: one by HTTP" 202 2 /v0/kafka/scale/3
restart KAFKA_COUNT=2
until_ "new counts: the same variable changes nothing" all_ready 1 3
restart KAFKA_COUNT=1
until_ "new counts: another one does" all_ready 1 1
answers "force: without any file all is done" 202 -1 /v0/zookeeper/scale/0
until_ "force: really" all_ready 0 1
kafkad_stop

# --- the port is in use --------------------------------------------------------

nc -l -k 127.0.0.1 "$PORT" >/dev/null 2>&1 &
other=$!
until nc -z 127.0.0.1 "$PORT"; do sleep 0.02; done
status_is "start: with a port that is in use there is none" 1 \
	"${AS_USER[@]}" env -i "PATH=$PATH" "XDG_STATE_HOME=$T/home" \
	"FRAMEWORK_PORT=$PORT" "MESOS_MASTER=$MASTER" \
	"FRAMEWORK_STATEFILE_PATH=$T/go" timeout 20 "$KAFKAD" -d
check "start: and why is said" grep -q \
	"http: cannot listen on all addresses port $PORT: Address already in use" \
	"$T/out"
kill "$other"
wait "$other" 2>/dev/null
minimesos_stop

# --- with a file ---------------------------------------------------------------

# of_file [STATEMENTS]: kafkad with a file and this in its block http.
of_file() {
	export KAFKAD_SOCKET=$T/run/kafkad.sock
	GLOBAL="http {
		listen on 127.0.0.1 port $PORT
		${1:-}
	}"
	conf 1 1
	kafkad_start
}
# large KILOBYTES: the container's environment has them, and so has its data.
large() {
	local n
	for n in $(seq "$1"); do
		printf 'environment "LARGE%d" "%01000d"\n' "$n" 0
	done
}
# large_is NAME KILOBYTES DATA: whether its status is shown with its data.
large_is() {
	rm -rf "$T/run"
	KAFKA=$(large "$2")
	of_file
	must "all are ready" all_ready 1 1
	is "status: $1" "[1,$3]" "$(member kafka-0 \
		'[.status.state, (.status | has("data"))]' | jq -c .)"
	check "status: $1, and with its command" test "$(member kafka-0 \
		'.command.environment.variables | length')" -gt "$2"
	ctl -f teardown >/dev/null
	until_ "the framework is removed" daemon_is mode removed
	kafkad_stop
}

rm -rf "$T/mm"
minimesos_start --allocation-interval 100
large_is "data that is short enough is kept" 20 true
large_is "what makes all longer than 64 KiB is not" 30 false
large_is "what makes the status longer than 48 KiB is not" 40 false
KAFKA=''
rm -rf "$T/run"
of_file
must "all are ready" all_ready 1 1
answers "force: what needs -f is refused" 409 "zookeeper: a count of 0 ends \
the whole service; if that is meant, use -f of kafkactl, or have force yes for http" \
	/v0/zookeeper/scale/0
check "force: nothing was done" all_ready 1 1
kafkad_stop
of_file 'force yes'
until_ "it is connected" connected
answers "force: the file may allow it" 202 -1 /v0/zookeeper/scale/0
until_ "force: then it is done" all_ready 0 1
kafkad_stop
minimesos_stop

# --- what the Go framework left behind -----------------------------------------

# again INSTANCE: its process ends, and another one comes.
again() {
	local task

	task=$(field "$1" task)
	kill -KILL "$(pid_of_task "$task")"
	until_ "$1 comes back" another "$1" "$task"
}
another() { [ "$(field "$1" task)" != "$2" ] && ready "$1"; }
PORT=$("$B/fakeparent" -f)
old=$T/go/framework.json
# no_start TEXT: for that reason.
no_start() {
	local status=0

	"${AS_USER[@]}" env -i "PATH=$PATH" "XDG_STATE_HOME=$T/home" \
		"FRAMEWORK_PORT=$PORT" "MESOS_MASTER=$MASTER" \
		"FRAMEWORK_STATEFILE_PATH=$T/go" \
		timeout 20 "$KAFKAD" -d >"$T/out" 2>&1 || status=$?
	[ "$status" -eq 1 ] && grep -qF "$old: $1" "$T/out"
}

rm -rf "$T/mm" "${T:?}/home"
minimesos_start --port-range 31000-32000 --allocation-interval 100
mkdir "$T/home"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/home"
goframework --volumes-zookeeper z0 --volumes-kafka k0,k1,k2 \
	--username mesos --password Sesame-4711 >/dev/null
jq -c '.Credentials = {Username: "bob", Password: "Sesame-4712"}' "$old" \
	>"$T/f"
cat "$T/f" >"$old"
check "state: the Go framework's has the passwords" test \
	"$(grep -o 'Sesame-471[12]' "$old" | sort -u | wc -l)" -eq 2
chmod 666 "$old"
check "import: a file that anybody may write" no_start \
	"others than its owner may write it"
chmod 664 "$old"
check "import: or a group" no_start "others than its owner may write it"
chmod 644 "$old"
if [ "$(id -u)" -eq 0 ]; then
	chown nobody "$old"
	check "import: somebody else's" no_start \
		"it belongs neither to root nor to the user that kafkad runs as"
	chown root "$old"
fi
mv "$old" "$T/f"
ln -s "$T/f" "$old"
check "import: a link" no_start "Too many levels of symbolic links"
rm "$old"
mv "$T/f" "$old"

env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2 IMAGE_KAFKA=standin-kafka:2 \
	AUTH_USERNAME=alice AUTH_PASSWORD=Sesame-4713 \
	VOLUME_KAFKA=k0,other,k2,k3,k4
must "state: the counts are those of the file" all_ready 1 3
check "state: another volume is told of" logged "import: kafka-1: its data is \
on the volume \"k1\" at /var/lib/kafka/data; its next task finds \"other\" there"
check "state: and only that" test "$(grep -c 'its data is on the volume' \
	"$T/kafkad.log")" -eq 1
answers "state: its credentials are not" 401 '' /v0/kafka/reflate \
	-u bob:Sesame-4712
answers "state: those of the environment are asked for" 200 ok \
	/v0/kafka/reflate -u alice:Sesame-4713
check "state: no password is in ours" test -z \
	"$(grep -r Sesame "$T/home" "$T/kafkad.log")"
is "state: nobody else reads it" 600 \
	"$(stat -c %a "$T/home/kafkad/state.json")"
check "state: its address is not told any more" test "$(curl -sS \
	"http://$MM_CONTROL/frameworks" | jq -r '.[0].info.webui_url |
		split(":") | last')" = "$PORT"
again kafka-0
is "state: nor is its image" standin-kafka:2 \
	"$(info kafka-0 .container.docker.image)"
is "broker.id: one that was taken over keeps what Kafka chose" '' \
	"$(variable kafka-0 KAFKA_BROKER_ID)"
answers "broker.id: one more" 200 1 /v0/kafka/scale/4 -u alice:Sesame-4713
must "broker.id: is added" all_ready 1 4
is "broker.id: and Kafka chooses that, too" '' \
	"$(variable kafka-3 KAFKA_BROKER_ID)"
answers "broker.id: three again" 200 -1 /v0/kafka/scale/3 \
	-u alice:Sesame-4713
must "broker.id: are there" all_ready 1 3
again zookeeper-0
is "myid: one that was taken over keeps its own" 0 \
	"$(variable zookeeper-0 ZOO_MY_ID)"
is "data: it gets the other volume" '["/datalog","/data"]' \
	"$(info zookeeper-0 '[.container.volumes[].container_path]' | jq -c .)"
kafkad_stop
env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=2 RES_MEM=96
until_ "new counts: after those of the file the same variable changes nothing" \
	all_ready 1 3
again kafka-1
is "state: ours is under the environment" 96 "$(info kafka-1 \
	'.resources[] | select(.name == "mem").scalar.value')"
kafkad_stop
minimesos_stop

# --- the master ----------------------------------------------------------------

# subscribed VARIABLE=VALUE...: the request is in $T/request.
request_has() { grep -qa "$1" "$T/request"; }
subscribed() {
	local port pid

	port=$("$B/fakeparent" -f)
	rm -rf "${T:?}/home"
	nc -l 127.0.0.1 "$port" >"$T/request" 2>/dev/null &
	pid=$!
	env_start FRAMEWORK_STATEFILE_PATH="$T" MESOS_MASTER="127.0.0.1:$port" \
		"$@"
	must "it has asked for a subscription" request_has SUBSCRIBE
	kafkad_stop
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}
subscribed
check "password: without any it is not sent" test -z \
	"$(grep -ai '^authorization' "$T/request")"
subscribed MESOS_PASSWORD=Sesame-4711
check "password: nor without a name" test -z \
	"$(grep -ai '^authorization' "$T/request")"
subscribed MESOS_USERNAME=mesos
check "password: nor a name alone" test -z \
	"$(grep -ai '^authorization' "$T/request")"
subscribed MESOS_USERNAME=mesos MESOS_PASSWORD=Sesame-4711
check "password: both are" request_has \
	"^Authorization: Basic $(printf mesos:Sesame-4711 | base64)"

. "${TOP:?}/tests/integration/tls.sh"
PORT=''
tls_ca right
tls_cert good right "ip_address = 127.0.0.1"
rm -rf "$T/mm" "${T:?}/home"
minimesos_start --tls-cert "$K/good.pem" --tls-key "$K/good.key"
# trusted VARIABLE=VALUE...
trusted() {
	kafkad_stop
	rm -rf "${T:?}/home"
	: >"$T/kafkad.log"
	env_start FRAMEWORK_STATEFILE_PATH="$T" MESOS_SSL=true "$@"
}
trusted
until_ "TLS: a certificate of nobody's is refused" logged \
	"its TLS certificate is not signed by"
check "TLS: with what to do about it" logged "$trust"
check "TLS: and nothing is subscribed" test "$(counter subscribed)" -eq 0
trusted MESOS_SSL_CA_FILE="$K/right.pem"
until_ "TLS: verified it is well" connected
trusted MESOS_SSL_VERIFY=false
until_ "TLS: so it is where nobody looks" connected
kafkad_stop

# --- the table -----------------------------------------------------------------

# Rows that are checked with the real ZooKeeper and Kafka as well.
cat >"$T/elsewhere.list" <<'LIST'
listeners|tests/kafka/40-takeover.sh|a client outside is told addresses that it can reach
broker.id|tests/kafka/40-takeover.sh|Kafka chooses its id
myid|tests/kafka/40-takeover.sh|with the id it had
data|tests/kafka/40-takeover.sh|zookeeper-0 comes back, from its log alone
LIST
while IFS='|' read -r row file name; do
	check "$row: $file: $name" grep -qF "\"$name\"" "$TOP/$file"
done <"$T/elsewhere.list"

# A row begins with its first column, without blanks before it.
awk -F'\t' '/^[.]TE/ { on = 0 } on && / ?\tT[{]$/ && !/^T[}]/ { print $1 }
	/^What\t/ { on = 1 }' "$PAGE" | sort >"$T/rows"
cp "$T/names" "$T/checked"
check "the table was found" test "$(wc -l <"$T/rows")" -ge 30
check "no row is there twice" test -z "$(uniq -d "$T/rows")"
while IFS= read -r row; do
	check "the row of \"$row\" has a check" grep -q "^$row: " "$T/checked"
done <"$T/rows"
sed -n 's/^\([^:]*\): .*/\1/p' "$T/checked" | sort -u |
	comm -23 - "$T/rows" >"$T/no.row"
check "every check is of a row: $(paste -sd, "$T/no.row")" test ! -s "$T/no.row"
