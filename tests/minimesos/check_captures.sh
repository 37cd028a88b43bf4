#!/bin/bash
# Compares minimesos with the recordings in tests/captures: brings about each
# recorded situation and looks whether the same answers and the same kinds of
# events come, with the same fields in the same order.
#
#	check_captures.sh [BUILD_DIR]	(BUILD_DIR/minimesos is run; else $B's)
#
# Uses loopback only; every process it starts is ended by its pid.
set -u
export LC_ALL=C

HERE=$(cd "$(dirname "$0")" && pwd)
CAP=$HERE/../captures
PROG=${1:-$B}/minimesos
TMP=$(mktemp -d)
PASSED=0
FAILED=0
PID=
N=0
STREAM=$TMP/stream.0
STREAM_PID=
NOACK=
AUTH=()

finish() {
	[ -n "$STREAM_PID" ] && kill "$STREAM_PID" 2>/dev/null
	[ -n "$PID" ] && kill "$PID" 2>/dev/null && wait "$PID"
	rm -rf "$TMP"
}
trap finish EXIT

result() {	# STATUS NAME [WHY]
	if [ "$1" -eq 0 ]; then
		PASSED=$((PASSED + 1))
		echo "ok - $2"
	else
		FAILED=$((FAILED + 1))
		echo "not ok - $2"
		[ $# -gt 2 ] && printf '%s\n' "$3" | sed 's/^/# /'
	fi
	return 0
}

same() {	# NAME EXPECTED GOT
	if [ "$2" = "$3" ]; then
		result 0 "$1"
	else
		result 1 "$1" "$(diff <(printf '%s\n' "$2") \
		    <(printf '%s\n' "$3"))"
	fi
}

# Waits, at most 20 s, for a command to succeed.
poll() {	# NAME COMMAND...
	local i name=$1
	shift
	for ((i = 0; i < 400; i++)); do
		"$@" && return 0
		sleep 0.05
	done
	result 1 "$name: waited for: $*"
	return 1
}

# --- minimesos ---------------------------------------------------------------

started() {
	[ -s "$TMP/ready" ]
}

start() {	# OPTION...
	rm -rf "$TMP/ready" "$TMP/dir"
	"$PROG" --hostname localhost --dir "$TMP/dir" --images "$TMP/images" \
	    --ready-file "$TMP/ready" --agents 3 --reserve 3:kafka:2:4096 \
	    --health-scale 0.2 --ack-retry 400 "$@" 2>"$TMP/log" &
	PID=$!
	poll start started || { cat "$TMP/log" >&2; exit 1; }
	CONTROL=$(jq -r .control "$TMP/ready")
	MASTER=$(jq -r .master "$TMP/ready")
}

stop() {	# NAME
	local code
	STREAM_PID=
	kill "$PID"
	wait "$PID"
	code=$?
	PID=
	same "$1: minimesos ends with 0" 0 "$code"
}

control() {	# ROUTE
	curl -sS "http://$CONTROL$1"
}

make_images() {
	local name
	for name in zookeeper cp-kafka; do
		mkdir -p "$TMP/images/$name"
		cat >"$TMP/images/$name/entrypoint" <<-'EOT'
			#!/bin/sh
			exec nc -lkd "${MINIMESOS_ADDRESS:-127.0.0.1}" "$LISTEN"
		EOT
		chmod +x "$TMP/images/$name/entrypoint"
	done
}

# --- recorded messages -------------------------------------------------------

head_of() {	# FILE
	sed '/^\r*$/q' "$1" | tr -d '\r'
}

body_of() {	# FILE
	sed '1,/^\r*$/d' "$1"
}

# One HTTP exchange on the wire: sends stdin, prints the answer.
exchange() {	# ADDRESS
	local line len=0 body
	exec 3<>"/dev/tcp/${1%:*}/${1#*:}" || return 1
	cat >&3
	while IFS= read -r -t 5 line <&3; do
		printf '%s\n' "$line"
		line=${line%$'\r'}
		[ -z "$line" ] && break
		case $line in
		Content-Length:*) len=${line#*: } ;;
		esac
	done
	if [ "$len" -gt 0 ]; then
		IFS= read -r -t 5 -N "$len" body <&3
		printf '%s' "$body"
	fi
	exec 3>&-
}

# A recorded request with a new body and the present stream id.
rebuild() {	# FILE BODY
	local id="Mesos-Stream-Id: $STREAM_ID"

	head_of "$1" | sed -e "s/^Content-Length:.*/Content-Length: ${#2}/" \
	    -e "/-2222-/!s/^Mesos-Stream-Id: .*/$id/" |
	    sed '/^$/d; s/$/\r/'
	printf '\r\n%s' "$2"
}

# What must be equal in an answer: all but ids, dates, addresses, lengths.
plain() {
	tr -d '\r' | sed -E -e '/^(Date|Content-Length): /s/:.*/:/' \
	    -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/g' \
	    -e 's#//[a-z0-9.]+:[0-9]+#//ADDRESS#g'
}

compare() {	# NAME RECORDED GOT
	same "$1" "$(plain <"$2")" "$(plain <"$3")"
}

replay() {	# ADDRESS DIR/NAME [BODY]
	local file=$CAP/$2
	if [ $# -gt 2 ]; then
		rebuild "$file.request" "$3"
	else
		cat "$file.request"
	fi | exchange "$1" >"$TMP/answer"
	compare "$2" "$file.response" "$TMP/answer"
}

# --- events ------------------------------------------------------------------

# The events of a stream whose chunks are decoded (curl) or not (recorded).
events() {	# FILE
	sed -n 's/^\({.*}\)[0-9]*\r*$/\1/p' "$1"
}

seen() {	# JQ-CONDITION
	events "$STREAM" | jq -es "any(.[]; $1)" >/dev/null
}

acknowledge() {
	local ack
	events "$STREAM" | jq -c --arg no "$NOACK" --arg fw "$FW" \
	    'select(.type == "UPDATE").update.status |
	    select(.uuid and .task_id.value != $no) |
	    {framework_id: {value: $fw}, type: "ACKNOWLEDGE",
	    acknowledge: {agent_id, task_id, uuid}}' | sort -u |
	    while IFS= read -r ack; do
		grep -qF -- "$ack" "$TMP/acked" && continue
		printf '%s\n' "$ack" >>"$TMP/acked"
		curl -sS "${AUTH[@]}" -H 'Content-Type: application/json' \
		    -H "Mesos-Stream-Id: $STREAM_ID" -d "$ack" \
		    "http://$MASTER/api/v1/scheduler"
	    done
}

acknowledged_and_seen() {	# JQ-CONDITION
	acknowledge
	seen "$1"
}

await() {	# NAME JQ-CONDITION
	poll "$1" acknowledged_and_seen "$2"
}

update() {	# TASK STATE [MORE]
	await "$1" ".update.status.task_id.value == \"$1\" and
	    .update.status.state == \"TASK_$2\" ${3:-}"
}

offered() {	# AGENT
	acknowledge
	control /offers | jq -e --argjson a "$1" \
	    'any(.[]; .agent_index == $a)' >/dev/null
}

await_offer() {	# AGENT
	poll "offer of agent $1" offered "$1"
}

shown() {	# ROUTE JQ-CONDITION
	control "$1" | jq -e "$2" >/dev/null
}

subscribe() {	# DIR/NAME BODY
	N=$((N + 1))
	STREAM=$TMP/stream.$N
	: >"$STREAM"
	curl -sN -i -m 60 "${AUTH[@]}" -H 'Content-Type: application/json' \
	    -H 'Accept: application/json' -d "$2" \
	    "http://$MASTER/api/v1/scheduler" >"$STREAM" &
	STREAM_PID=$!
	poll "$1" seen '.type == "HEARTBEAT" or .type == "ERROR"'
	STREAM_ID=$(head_of "$STREAM" | sed -n 's/^Mesos-Stream-Id: //p')
	FW=$(events "$STREAM" | jq -r \
	    'select(.type == "SUBSCRIBED").subscribed.framework_id.value')
	same "$1: head of the stream" "$(head_of "$CAP/$1.response" | plain)" \
	    "$(head_of "$STREAM" | plain)"
}

keep_events() {
	events "$STREAM" >>"$TMP/got"
}

# A recorded body with our ids in place of the recorded ones, our ports, and
# nc for the little server that the recorded tasks ran.
ours() {	# FILE RECORDED-STREAM
	body_of "$1" | jq -c --slurpfile rec <(events "$2") \
	    --slurpfile got <(cat "$TMP/got" <(events "$STREAM")) \
	    --argjson agents "$(control /agents)" --arg fw "$FW" '
	def offers: [.[] | select(.type == "OFFERS").offers.offers[]];
	def nr: sub("agent"; "") | sub("[.]example"; "") | tonumber;
	($rec | offers | map({(.id.value): (.hostname | nr)}) | add) as $of |
	($rec | offers | map({(.agent_id.value): (.hostname | nr)}) | add)
	    as $ag |
	($got | offers | map({(.hostname | split(".") | .[3] | tonumber - 10
	    | tostring): .id.value}) | add) as $new |
	def port: if . >= 31000 and . < 34000 then
	    $agents[(. / 1000 | floor) - 31].first_port + . % 1000
	    elif . == 2181 then $agents[1].first_port + 5 else . end;
	walk(if type == "number" then port
	elif type != "string" then .
	elif $of[.] then $new[$of[.] | tostring] // .
	elif $ag[.] then $agents[$ag[.] - 1].agent
	elif test("^[0-9]+$") then tonumber | port | tostring
	elif test("http.server") then
	    "exec nc -lkd 127.0.0.1 \(split(" ") | last | tonumber | port)"
	elif test("^[0-9a-f-]{36}-[0-9]{4}$") then $fw
	else . end)'
}

call() {	# DIR NAME
	replay "$MASTER" "$1/$2" "$(ours "$CAP/$1/$2.request" \
	    "$CAP/$1/01-subscribe.response")"
}

# kind TAB fields in order with their types, one line per event.
shapes() {
	jq -r 'def shape: [paths(scalars) as $p | ($p | map(if type ==
	    "number" then "[]" else . end) | join(".")) + ":" +
	    (getpath($p) | type)];
	def dedup: reduce .[] as $x ([]; if index($x) then . else . + [$x]
	    end);
	if .type == "OFFERS" then .offers.offers[] |
	    ["OFFER" + (if any(.resources[]; .reservations) then
	    " reserved" else "" end), (shape | unique)]
	elif .type == "UPDATE" then (.update.status | ["UPDATE", .state,
	    .source, .reason // "-", (if .container_status == null then "-"
	    elif .container_status.executor_pid then "command"
	    else "docker" end)] | join(" ")) as $kind |
	    [$kind, (shape | dedup)]
	else [.type, (shape | dedup)] end | .[0] + "\t" + (.[1] | join(" "))' |
	    sort -u
}

# What tasks give back while the rest of an agent is offered already comes in an
# offer of its own, with fewer kinds of resources: that is no other form, as
# long as the whole one was seen and every field is one of the recorded.
part_of_offer() {	# KIND WANT GOT
	[[ $1 == OFFER* ]] && grep -qxF "$2" <<<"$3" &&
	    [ -z "$(comm -23 <(tr ' ' '\n' <<<"$3" | sort -u) \
		<(tr ' ' '\n' <<<"$2" | sort -u))" ]
}

compare_events() {
	local kind want got
	cat "$CAP"/0[3458]-*/*subscribe.response >"$TMP/recorded.raw"
	events "$TMP/recorded.raw" | shapes >"$TMP/recorded.shapes"
	shapes <"$TMP/got" >"$TMP/got.shapes"
	while IFS= read -r kind; do
		want=$(awk -F'\t' -v k="$kind" '$1 == k { print $2 }' \
		    "$TMP/recorded.shapes")
		got=$(awk -F'\t' -v k="$kind" '$1 == k { print $2 }' \
		    "$TMP/got.shapes")
		if [ -z "$got" ]; then
			result 1 "event $kind: never seen"
		elif grep -vxF "$want" <<<"$got" >"$TMP/strange" &&
		    ! part_of_offer "$kind" "$want" "$got"; then
			result 1 "event $kind" "$(diff <(tr ' ' '\n' \
			    <<<"$want") <(tr ' ' '\n' <"$TMP/strange"))"
		else
			result 0 "event $kind"
		fi
	done < <(cut -f1 "$TMP/recorded.shapes" | sort -u)
}

# Numbers keep their point: the same text of every double that is not a time.
compare_numbers() {
	local re='"(heartbeat_interval_seconds|value)":[0-9.]+[,}]'
	same "doubles have a point" \
	    "$(grep -hoE "$re" "$CAP"/03-*/01-subscribe.response |
	    grep -c '\.')" \
	    "$(grep -hoE "$re" "$CAP"/03-*/01-subscribe.response | wc -l)"
	same "our doubles have a point" \
	    "$(grep -hoE "$re" "$TMP/got" | grep -c '\.')" \
	    "$(grep -hoE "$re" "$TMP/got" | wc -l)"
}

# --- situations --------------------------------------------------------------

check_errors() {
	local file
	start
	for file in "$CAP"/01-error-answers/*.request; do
		file=${file%.request}
		case $file in
		*get-master) continue ;;
		esac
		replay "$MASTER" "01-error-answers/${file##*/}"
	done
	file=$CAP/01-error-answers/13-operator-get-master
	exchange "$MASTER" <"$file.request" >"$TMP/answer"
	same "13-operator-get-master: head" \
	    "$(head_of "$file.response" | plain)" \
	    "$(head_of "$TMP/answer" | plain)"
	same "13-operator-get-master: fields" \
	    "$(body_of "$file.response" | shapes)" \
	    "$(body_of "$TMP/answer" | shapes)"
	subscribe 02-subscribe-refused/01-subscribe \
	    "$(body_of "$CAP/02-subscribe-refused/01-subscribe.request")"
	wait "$STREAM_PID"
	same "02-subscribe-refused: ends with a zero chunk" 0 $?
	STREAM_PID=
	same "02-subscribe-refused: events" \
	    "$(events "$CAP/02-subscribe-refused/01-subscribe.response")" \
	    "$(events "$STREAM")"
	stop 01-error-answers
}

check_launch() {
	local d=03-subscribe-offers-launch old
	subscribe "$d/01-subscribe" "$(body_of "$CAP/$d/01-subscribe.request")"
	await "$d" '.type == "OFFERS"'
	call "$d" 02-no-stream-id
	call "$d" 03-wrong-stream-id
	call "$d" 04-accept-docker-host
	update zookeeper-0.1 RUNNING 'and .update.status.healthy'
	call "$d" 08-accept-docker-bridge
	update kafka-0.1 RUNNING 'and .update.status.healthy'
	call "$d" 12-accept-command-tasks
	update ends.1 FINISHED
	update fails.1 FAILED
	call "$d" 21-revive
	await_offer 1
	call "$d" 22-accept-too-much
	update bad.1 ERROR
	call "$d" 23-accept-stale-offer
	update stale.1 DROPPED
	call "$d" 24-revive
	await_offer 1
	call "$d" 25-accept-duplicate-id
	update kafka-0.1 ERROR
	call "$d" 26-reconcile-implicit
	update cmd.1 RUNNING 'and .update.status.healthy'
	call "$d" 28-reconcile-explicit
	update never.2 UNKNOWN
	update fails.1 GONE
	old=$(events "$STREAM" | grep -F bad.1 | jq -r \
	    .update.status.message)
	same "text of too large a task" \
	    "$(events "$CAP/$d/01-subscribe.response" | grep -F bad.1 |
	    jq -r .update.status.message | sed 's/\[[^]]*\]/[]/g')" \
	    "$(printf '%s\n' "$old" | sed 's/\[[^]]*\]/[]/g')"
	check_messages "$d" stale.1 never.2 fails.1 ends.1
	check_end_of_launch "$d"
}

# States and messages of a task, ids aside; events on stdin.
told() {	# TASK
	jq -r --arg t "$1" 'select(.update.status.task_id.value == $t) |
	    .update.status | [.state, .message] | @tsv' | plain |
	    sed 's/-O[0-9]*/-O/' | sort -u
}

check_messages() {	# DIR TASK...
	local t rec=$CAP/$1/01-subscribe.response
	shift
	for t in "$@"; do
		same "messages of $t" "$(events "$rec" | told "$t")" \
		    "$(events "$STREAM" | told "$t")"
	done
}

repeated() {	# TASK
	[ "$(events "$STREAM" | grep -c "\"$1\".*STARTING")" -ge 2 ]
}

check_end_of_launch() {	# DIR
	local d=$1
	call "$d" 29-kill
	update kafka-0.1 KILLED
	call "$d" 32-kill-unknown
	update never.1 UNKNOWN
	check_messages "$d" never.1
	call "$d" 33-revive
	await_offer 2
	call "$d" 34-accept-never-healthy
	update deaf.1 KILLED 'and .update.status.healthy == false'
	same "deaf.1 fails three times" 3 "$(events "$STREAM" | jq -c \
	    'select(.update.status.task_id.value == "deaf.1" and
	    .update.status.state == "TASK_RUNNING" and
	    .update.status.healthy == false).update.status.uuid' | sort -u |
	    wc -l)"
	call "$d" 42-decline
	call "$d" 43-suppress
	call "$d" 44-revive
	NOACK=slow.1
	await_offer 1
	call "$d" 45-accept-unacknowledged
	await "$d" '.update.status.task_id.value == "slow.1"'
	poll slow.1 repeated slow.1
	same "an unacknowledged update is repeated as it was" 1 \
	    "$(events "$STREAM" | grep '"slow.1"' | sort -u | wc -l)"
	NOACK=
	update slow.1 RUNNING
	keep_events
	check_second "$STREAM_PID" "$STREAM_ID"
}

check_second() {	# PID-OF-OLD-STREAM OLD-STREAM-ID
	local d=04-second-subscription new old=$STREAM
	subscribe "$d/01-subscribe" "$(ours "$CAP/$d/01-subscribe.request" \
	    "$CAP/$d/01-subscribe.response")"
	wait "$1"
	same "the old stream ends with a zero chunk" 0 $?
	events "$old" | tail -n 1 >>"$TMP/got"
	new=$STREAM_ID
	STREAM_ID=$2
	call 03-subscribe-offers-launch 48-old-stream-id
	STREAM_ID=$new
	kill "$STREAM_PID"
	wait "$STREAM_PID" 2>/dev/null
	poll "$d" shown /frameworks '.[0].state == "disconnected"'
	call "$d" 02-not-subscribed
	keep_events
	subscribe "$d/03-subscribe" "$(ours "$CAP/$d/03-subscribe.request" \
	    "$CAP/$d/03-subscribe.response")"
	await "$d" '.type == "OFFERS"'
	call "$d" 04-teardown
	wait "$STREAM_PID"
	same "$d: teardown ends the stream with a zero chunk" 0 $?
	keep_events
	subscribe "$d/05-subscribe" "$(ours "$CAP/$d/05-subscribe.request" \
	    "$CAP/$d/03-subscribe.response")"
	wait "$STREAM_PID"
	same "$d: a removed framework" \
	    "$(events "$CAP/$d/05-subscribe.response")" \
	    "$(events "$STREAM")"
	STREAM_PID=
}

launch_abc() {	# DIR
	local t
	subscribe "$1/01-subscribe" "$(body_of "$CAP/$1/01-subscribe.request")"
	await "$1" '.type == "OFFERS"'
	call "$1" 02-revive
	call "$1" 03-accept-a
	call "$1" 04-accept-b
	call "$1" 05-accept-c
	for t in a.1 b.1 c.1; do
		update "$t" RUNNING 'and .update.status.healthy'
	done
}

agent_of() {	# TASK
	control /tasks | jq -r --arg t "$1" \
	    '.[] | select(.task == $t).agent_index'
}

check_loss() {
	local d=05-agent-restart-and-loss a c
	start --agent-timeout 300 --allocation-interval 200
	launch_abc "$d"
	a=$(agent_of a.1)
	c=$(agent_of c.1)
	await_offer "$a"
	control "/agent/lose?agent=$a" >/dev/null
	await "$d" '.type == "FAILURE"'
	same "RESCIND, UNREACHABLE, FAILURE in order" \
	    "RESCIND UPDATE FAILURE" "$(events "$STREAM" | jq -r \
	    'select(.type == "RESCIND" or .type == "FAILURE" or
	    .update.status.state == "TASK_UNREACHABLE").type' | xargs)"
	call "$d" 18-reconcile-unreachable
	await "$d" '.update.status.message ==
	    "Reconciliation: Task is unreachable"'
	call "$d" 19-kill-unreachable
	control "/agent/return?agent=$a" >/dev/null
	await "$d" '.update.status.reason == "REASON_AGENT_REREGISTERED"'
	await_offer "$c"
	call "$d" 20-operator-mark-agent-gone
	await "$d" '.update.status.state == "TASK_GONE_BY_OPERATOR"'
	check_messages "$d" a.1 c.1
	call "$d" 21-teardown
	wait "$STREAM_PID"
	keep_events
	stop "$d"
}

check_failover() {
	local d=08-master-failover i
	start --allocation-interval 200
	launch_abc "$d"
	control /master/down >/dev/null
	wait "$STREAM_PID"
	keep_events
	(exec 3<>"/dev/tcp/${MASTER%:*}/${MASTER#*:}") 2>/dev/null
	same "$d: nobody listens" 1 $?
	control '/master/up?redirect_self=2500&agents_after=3000' >/dev/null
	call "$d" 16-call-before-subscribe
	call "$d" 17-subscribe
	poll "$d" shown /agents 'any(.[]; .state == "registered")'
	i=$FW
	subscribe "$d/24-subscribe" "$(ours "$CAP/$d/24-subscribe.request" \
	    "$CAP/$d/24-subscribe.response")"
	same "$d: the same framework id" "$i" "$FW"
	call "$d" 25-reconcile-early
	poll "$d" shown /agents 'all(.[]; .state == "registered")'
	call "$d" 26-reconcile-late
	for i in a.1 b.1 c.1; do
		update "$i" RUNNING \
		    'and .update.status.reason == "REASON_RECONCILIATION"'
	done
	call "$d" 27-reconcile-implicit
	call "$d" 28-teardown
	wait "$STREAM_PID"
	keep_events
	stop "$d"
}

check_auth() {
	local d=09-authentication n
	echo '{"credentials":[{"principal":"kafka","secret":"s3cret"}]}' \
	    >"$TMP/credentials"
	start --credentials "$TMP/credentials"
	for n in 01-no-credentials 02-wrong-password 03-other-principal; do
		replay "$MASTER" "$d/$n"
	done
	AUTH=(-u kafka:s3cret)
	subscribe "$d/04-subscribe" "$(body_of "$CAP/$d/04-subscribe.request")"
	for n in 05-suppress 06-call-without-credentials 07-teardown; do
		replay "$MASTER" "$d/$n" "$(body_of "$CAP/$d/$n.request" |
		    jq -c --arg fw "$FW" '.framework_id.value = $fw')"
	done
	wait "$STREAM_PID"
	same "$d: teardown ends the stream" 0 $?
	AUTH=()
	stop "$d"
}

check_follower() {
	local d=11-two-masters follower
	start
	follower=$(control /master/follower | jq -r .master)
	replay "$MASTER" "$d/01-redirect-one"
	replay "$MASTER" "$d/02-call"
	replay "$follower" "$d/51-redirect-two"
	replay "$follower" "$d/52-call"
	replay "$follower" "$d/53-subscribe-at-follower"
	control /master/down >/dev/null
	replay "$follower" "$d/54-subscribe-during-election-00"
	stop "$d"
}

: >"$TMP/got"
: >"$TMP/acked"
: >"$STREAM"
FW=
STREAM_ID=
make_images
check_errors
start
check_launch
stop 03-subscribe-offers-launch
check_loss
check_failover
check_auth
check_follower
compare_events
compare_numbers
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
