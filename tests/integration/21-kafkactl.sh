#!/usr/bin/env bash
# What kafkactl prints and how it ends, and that the daemon stays well.
. "${TOP:?}/tests/integration/lib.sh"

json_has() { jq -se "$@" >/dev/null; }
# json NAME FILTER COMMAND...: every line is JSON, the filter finds something.
json() {
	local name=$1 filter=$2
	shift 2
	check "$name" json_has "$filter" <(ctl -j "$@" 2>"$T/err")
}
nc_() { timeout 10 nc -U -N "$KAFKAD_SOCKET"; }

status_is "without a daemon it ends with 3" 3 ctl status
says "and gives a hint" "is kafkad running?" ctl status
minimesos_start
conf 1 2
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2

json "status: the daemon" '.[0].daemon | .mode == "active" and .connected and
	.saved and .pid > 0 and (.framework_id | length > 0) and
	(.master | length > 0) and .since >= 0 and .strays == []' status
json "status: services" '[.[] | select(.service and .wanted) |
	[.service, .wanted, .configured, .running, .ready, .outdated]] ==
	[["zookeeper",1,1,1,1,0], ["kafka",2,2,2,2,0]]' status
json "status: instances" '[.[] | .instance // empty] ==
	["zookeeper-0","kafka-0","kafka-1"]' status
json "status: its end" '.[-1].code == 200' status
json "list" '[.[] | select(.instance) | .state == "running" and .ready and
	(.ports | length) > 0 and (.host | length) > 0 and .since >= 0 and
	(.task | startswith("zookeeper-0.") or startswith("kafka-")) ] |
	length == 3 and all' list
json "show" '.[0] | .placement.firm and .image == "standin-kafka:1" and
	.sticky == "forever" and .mesos_state == "TASK_RUNNING" and
	.id == 1 and .number == 1 and .stopped == false' show kafka-1
json "show by the id of a task" '.[0].instance == "kafka-1"' \
	show "$(field kafka-1 task)"
json "offers" '[.[] | select(.offer)] | length > 0 and
	all(.host and .resources and .outcome)' offers
json "version" '.[0].version and .[0].protocol == 1' version
json "a refusal has its code" '.[-1].code == 404' show kafka-9
json "an old task id is refused" '.[-1].code == 404' show kafka-1.99999
json "a refused change, too" '.[-1].code == 409' teardown
for command in status list offers version help "show kafka-0" \
	"wait kafka" "log debug" "wait zookeeper timeout=1s"; do
	# shellcheck disable=SC2086 # words
	status_is "$command ends with 0" 0 ctl $command
done
for command in "show kafka-9" "show nothing" "kill kafka-7" teardown register \
	"scale kafka 0" "start kafka-2" "scale nothing 3"; do
	# shellcheck disable=SC2086
	status_is "$command ends with 1" 1 ctl $command
done
for command in "" frobnicate "scale kafka" "scale kafka -1" "scale kafka x" \
	"scale kafka 1001" "log loud" "-Z status" "kill" \
	"status now" "wait kafka timeout=soon" "-f status"; do
	# shellcheck disable=SC2086
	status_is "\"$command\" ends with 2" 2 ctl $command
done
status_is "an unknown socket ends with 3" 3 ctl -s "$T/none" status

ctl scale kafka 3 >/dev/null
ctl -j wait kafka >"$T/wait"
check "wait tells the changes" json_has 'map(.state // empty) |
	index("running")' "$T/wait"
check "and the end" json_has '.[-1] == {"code": 200,
	"text": "kafka: 3 of 3 ready"}' "$T/wait"
for i in 1 2 3 4 5; do mm "/offers/hide?agent=$i" >/dev/null; done
mm /offers/rescind >/dev/null
ctl scale kafka 5 >/dev/null
json "wait ends with 408 after its time" '.[-1].code == 408 and
	(.[-1].text | contains("only 3 of 5 ready"))' wait kafka timeout=200ms
status_is "and with 1" 1 ctl wait kafka timeout=100ms
ctl -j wait kafka >"$T/wait" &
until_ "wait tells of those without a place" grep -q kafka-4 "$T/wait"
ctl scale kafka 3 >/dev/null
wait "$!"
check "and that they are removed" json_has 'map(select(.removed)) | map([
	.instance, .state, .ready]) | sort == [["kafka-3","stopped",false],
	["kafka-4","stopped",false]]' "$T/wait"
for i in 1 2 3 4 5; do mm "/offers/hide?agent=$i&on=0" >/dev/null; done

ctl -j watch >"$T/watch" 2>&1 &
watch=$!
watching() {
	ctl kill kafka-2 >/dev/null
	ctl start kafka-2 >/dev/null
	[ "$(grep -c kafka-2 "$T/watch")" -ge 3 ]
}
until_ "watch tells what happens" watching
check "as JSON with a time" json_has 'all(.time and .text and .level)' "$T/watch"
kill "$watch"
wait "$watch" 2>/dev/null
must "all are ready" all_ready 1 3

# What cannot be written is a failure; nobody is told of events for ever.
unwritten() {
	local name=$1 got=0
	shift
	ctl "$@" 2>"$T/err" >/dev/full || got=$?
	equals "$name" "1 kafkactl: stdout: No space left on device" \
		"$got $(cat "$T/err")"
}
unwritten "a reply that cannot be written" status
unwritten "a line of one" history
unwritten "a completion" -C zsh
{
	trap '' PIPE
	ctl watch 2>"$T/err"
	echo "$?" >"$T/watched"
} | head -n 1 >/dev/null &
unread() {
	ctl kill kafka-2 >/dev/null
	ctl start kafka-2 >/dev/null
	[ -s "$T/watched" ]
}
until_ "watch ends when nobody reads it" unread
equals "as a failure" "1 kafkactl: stdout: Broken pipe" \
	"$(cat "$T/watched" "$T/err" | xargs)"
must "all are ready again" all_ready 1 3

says "log debug" "log level debug" ctl -j log debug
check "the child was told, too" logged "debug mesos:"
ctl log err >/dev/null
n=$(wc -l <"$T/kafkad.log")
pid=$(pid_of kafka-2)
ctl restart kafka-2 >/dev/null
must "a broker restarts" restarted kafka-2 "$pid"
check "at level err nothing of that is logged" test "$(wc -l \
	<"$T/kafkad.log")" -le "$((n + 1))"
says "by hand: the greeting" "220 kafkad" nc_ <<<"version"
says "an unknown command" "404 no such command" nc_ <<<"frobnicate"
says "not UTF-8" "400 " nc_ < <(printf 'status \377\n')
nc_ >/dev/null < <(head -c 9000 /dev/zero | tr "\0" x)
check "the daemon is well after all of that" all_ready 1 3

# completed WORD...: what bash would make of the last one. FIRST has programs
# that it finds before ours.
completed() (
	PATH=${FIRST:+$FIRST:}$B:$PATH
	# shellcheck source=/dev/null # by the program itself
	. <("$B/kafkactl" -C)
	# shellcheck disable=SC2034 # for the function
	COMP_WORDS=(kafkactl "$@") COMP_CWORD=$#
	_kafkactl
	echo "${COMPREPLY[*]}"
)
check "completion has every command" test "$(completed "" | wc -w)" -eq \
	"$(ctl -j help | jq -r 'select(.command) | .command' | wc -l)"
check "completes one" test "$(completed repl)" = replace
check "a service" test "$(completed scale k)" = kafka
check "an instance" test "$(completed kill kafka-)" = "kafka-0 kafka-1 kafka-2"
check "a task" test "$(completed container kafka-)" = "$(ctl -j list |
	jq -r '.task // empty' | grep kafka- | sort | xargs)"
mkdir "$T/first"
cat >"$T/first/kafkactl" <<X
#!/bin/sh
printf '%s\n' '{"instance":"\$(touch\${IFS}$T/run-by-tab)"}' \
	'{"instance":"kafka-7"}'
X
chmod 755 "$T/first/kafkactl"
check "a name that no instance has is none" test \
	"$(FIRST=$T/first completed kill "")" = kafka-7
check "and the shell runs nothing in it" test ! -e "$T/run-by-tab"
check "an option of a command" test "$(completed scale kafka 3 f)" = force
check "one of a choice" test "$(completed plan r)" = resume
check "of kafkactl" test "$(completed -)" = "-f -h -j -s -w"
check "a level" test "$(completed -j log d)" = debug
check "nothing where there is nothing" test -z "$(completed status k)"
check "a file after -s" test "$(completed -s "$T/kafkad.c")" = \
	"$T/kafkad.conf"
kafkad_stop
check "and no instance without kafkad" test -z "$(completed kill kafka-)"
