#!/usr/bin/env bash
# The whole of kafkad with its http process: what requests do, who asked, and
# the life of the process.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

minimesos_start
printf 's3cret\n' >"$T/password"
chmod 600 "$T/password"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/password"
http ""
conf 1 1
kafkad_start
must "it is served" served
must "all run" all_ready 1 1
check "status says where" test "$(daemon http)" = "$URL"
check "no warning" test "$(daemon warnings)" = "[]"
check "scale" test "$(answer -X GET "$URL/v0/kafka/scale/2" -d JSON)" = "1 202"
until_ "there are two" all_ready 1 2
check "the log names the address" logged 'audit code=200 via="http" user="" \
address="127.0.0.1" command="scale kafka 2" reply="kafka: 1 to 2"'
task=$(field kafka-0 task)
curl -s "$URL/v0/container/${task##*.}" >"$T/container"
check "a task by its number" test "$(jq -c '[.command.TaskID, .command.IsKafka,
	.status.task_id.value, .status.state]' "$T/container")" = \
	"[${task##*.},true,\"$task\",1]"
check "and by its id" test "$(curl -s "$URL/v0/container/$task")" = \
	"$(cat "$T/container")"
check "an unknown one" test "$(curl -s "$URL/v0/container/9999" |
	jq -c .command.environment)" = "{}"
# Before Mesos has said anything of it.
mm "/updates/hold?on=1" >/dev/null
ctl scale kafka 3 >/dev/null
until_ "one is launched" state_is kafka-2 launching
task=$(field kafka-2 task)
check "a task without a status" test "$(curl -s "$URL/v0/container/$task" |
	jq -c '[.command.task_name, .status.state]')" = '["kafka-2",null]'
mm "/updates/hold?on=0" >/dev/null
until_ "it is ready" all_ready 1 3
ctl -f scale kafka 2 >/dev/null
until_ "there are two again" all_ready 1 2

# Above what is allowed, and refused without force.
check "refused" test "$(code "$URL/v0/zookeeper/scale/0")" = 409
check "nothing was done" all_ready 1 2
check "kill" test "$(answer "$URL/v0/task/kill/$(field kafka-1 task)")" = \
	"ok 202"
until_ "it is stopped" state_is kafka-1 stopped
check "reflate" test "$(answer "$URL/v0/kafka/reflate")" = "ok 202"
until_ "it runs again" all_ready 1 2
check "unknown to kill" test "$(code "$URL/v0/task/kill/kafka-7.1")" = 404

# What was told before is told again only while it is so: when kafkactl has
# shown another status, so does who asks after that.
stamp() { jq -r '.status.timestamp // empty'; }
told_by_kafkactl() {
	ctl -j container "$1" 2>/dev/null | head -n 1 |
		jq -c '{ status: (.status // "null" | fromjson) }' | stamp
}
told_by_both() {
	local id=$1 before told

	before=$(told_by_kafkactl "$id")
	told=$(curl -s "$URL/v0/container/${id##*.}" | stamp)
	# Else it has changed in between, and either may be right.
	[ "$(told_by_kafkactl "$id")" != "$before" ] ||
		echo "${before:-none} ${told:-none}"
}
# Others ask all the time, so that all is told before it changes.
: >"$T/asking"
while [ -e "$T/asking" ]; do
	curl -s -o /dev/null "$URL/v0/container/[1-30]"
done &
ASKER_PID=$!
: >"$T/told"
told_enough() { [ "$(sort -u "$T/told" | wc -l)" -ge 5 ]; }
for _ in $(seq 20); do
	! told_enough || break
	old=$(field kafka-1 task)
	ctl restart kafka-1 >/dev/null
	until [ "$(field kafka-1 task)" != "$old" ] && ready kafka-1; do
		told_by_both "$(field kafka-1 task)"
	done
	told_by_both "$(field kafka-1 task)"
done >>"$T/told"
rm "$T/asking"
wait "$ASKER_PID"
check "no old status is told" test -z "$(awk '$1 != $2' "$T/told")"
check "there were some" told_enough

# The process dies and comes back; the port was never given up.
pid=$(child_pid http)
kill -KILL "$pid"
until_ "it is started again" served
check "it is another one" test "$(child_pid http)" != "$pid"
check "and it works" test "$(answer "$URL/v0/kafka/scale/2")" = "0 202"
check "the control socket knows no old connection" test \
	"$(find "/proc/$KAFKAD_PID/fd" -lname 'socket:*' | wc -l)" -le 12
ctl log trace >/dev/null
kill -HUP "$KAFKAD_PID"
until_ "SIGHUP is told" logged "configuration: 0 settings changed"
check "and it goes on" test "$(answer "$URL/v0/kafka/scale/2")" = "0 202"

# It goes by a status, too, until it is told that something has changed. What
# was told of before is told of with the first change.
changes() { grep -c 'parent -> http HTTP_CHANGED' "$T/kafkad.log"; }
changes_above() { [ "$(changes)" -gt "$1" ]; }
ctl scale kafka 3 >/dev/null
until_ "there are three" all_ready 1 3
before=$(changes)
check "it asks for a status" test "$(code "$URL/metrics")" = 200
ctl -f scale kafka 2 >/dev/null
until_ "it is told of a change" changes_above "$before"

# 10000 requests while brokers are scaled; kafkactl is answered meanwhile
# (how soon: make bench).
load_start
while kill -0 "$LOAD_PID" 2>/dev/null; do
	ctl status >/dev/null 2>>"$T/unanswered" || echo failed >>"$T/unanswered"
	echo >>"$T/asked"
done
load_end
code "$URL/v0/kafka/scale/2" >/dev/null
check "10000 requests are answered" test \
	"$(sort "$T/codes" | uniq -c | tr -s ' ')" = " 10000 202"
check "kafkactl is answered meanwhile" test -s "$T/asked" -a \
	! -s "$T/unanswered"
until_ "all is well" all_ready 1 2
kafkad_stop
check "the port is free" sh -c "! nc -z 127.0.0.1 $PORT"

# With credentials, TLS, for all addresses, and force.
tls_ca right
tls_cert shim right 'ip_address = 127.0.0.1'
LISTEN=any http "user \"bob\" password file \"$T/password\"
	certificate \"$K/shim.pem\"
	key \"$K/shim.key\"
	force yes"
MESOS='hostname "kafkad.example"'
conf 1 1
kafkad_start
URL=https://127.0.0.1:$PORT
must "all run" all_ready 1 2
tls=(--cacert "$K/right.pem" -u "bob:s3cret")
nothing_there() { [ "$(code "${tls[@]}" "$URL/v0/nothing")" = 404 ]; }
until_ "HTTPS" nothing_there
check "status says where" test "$(daemon http)" = "https://*:$PORT"
check "Mesos is told where" test "$(curl -sS "http://$MM_CONTROL/frameworks" |
	jq -r '.[0].info.webui_url')" = "https://kafkad.example:$PORT"
check "without credentials" test "$(code --cacert "$K/right.pem" \
	"$URL/v0/kafka/reflate")" = 401
check "with them" test "$(answer "${tls[@]}" "$URL/v0/kafka/reflate")" = \
	"ok 200"
check "the log names the user" logged \
	'via="http" user="bob" address="127.0.0.1" command="reflate kafka"'
check "what needs force" test "$(answer "${tls[@]}" \
	"$URL/v0/zookeeper/scale/0")" = "-1 200"
# Whoever has no credentials can fill no disk.
refused() { grep -c 'refused: no or wrong credentials' "$T/kafkad.log"; }
left_out() { sed -n 's/.* \([0-9]*\) more refused requests, .*/\1/p' \
	"$T/kafkad.log" | awk '{ n += $1 } END { print n + 0 }'; }
before=$(refused) start=$SECONDS
curl -s --cacert "$K/right.pem" "$URL/v0/kafka/reflate?[1-300]" >/dev/null
counted() { [ "$(($(refused) - before + $(left_out)))" -eq 300 ]; }
until_ "each of many refusals is counted" counted
check "few are logged" test "$(($(refused) - before))" -le \
	"$((5 * (SECONDS - start + 2)))"
check "the password is in no log" sh -c "! grep -q s3cret $T/kafkad.log"
check "nor in what runs" sh -c "! tr '\\0' ' ' \
	</proc/$(child_pid http)/cmdline | grep -q s3cret"
kafkad_stop

# What cannot be is said at once; what is risky, too.
http ""
conf 1 1
nc -l -k 127.0.0.1 "$PORT" >/dev/null 2>&1 &
other=$!
until nc -z 127.0.0.1 "$PORT"; do sleep 0.02; done
says "a port in use" "http: cannot listen on 127.0.0.1 port $PORT: Address \
already in use" timeout 20 "$B/kafkad" -d -f "$T/kafkad.conf"
kill "$other"
wait "$other" 2>/dev/null
LISTEN=any http ""
conf 1 1
kafkad_start
until_ "it warns" logged "http: anybody who can reach the port"
check "and in status" test "$(daemon 'warnings[]' | grep -c anybody)" -eq 1
kafkad_stop
GLOBAL=''
conf 1 1
kafkad_start
check "without the block it is off" test "$(daemon http)" = off
check "and there is no process" test -z "$(child_pid http)"
