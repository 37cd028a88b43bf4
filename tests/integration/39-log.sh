#!/usr/bin/env bash
# The log as JSON, and as journald reads it: every line of every process.
. "${TOP:?}/tests/integration/lib.sh"

# Whether each line of the log is an object, and how many are as jq says.
lines() { jq -c "select($1)" "$T/kafkad.log" 2>/dev/null | wc -l; }
some() { [ "$(lines "$1")" -gt 0 ]; }
all_json() { jq -se 'all(.time and .level and .process and .text)' \
	"$T/kafkad.log" >/dev/null; }
# JOURNAL_STREAM for the file that the log goes to.
stream() { stat -c %d:%i "$T/kafkad.log"; }

minimesos_start
GLOBAL='log format json' conf 1 1
kafkad_start
must "all are ready" all_ready 1 1
pid=$(child_pid mesos)
kill -KILL "$pid"
until_ "the death of a child is an object" some \
	'.process == "parent" and (.text | test("mesos.*(signal|killed)"))'
until_ "it is there again" daemon_is connected true
check "every line is one object" all_json
check "the parent has lines" some '.process == "parent"'
check "its children have" some '.process == "mesos" and .level == "debug"'

# Changes that were asked for, by field, and those that were refused.
audit() { # JQ-CONDITION: how many lines there are
	lines ".text == \"audit\" and ($1)"
}
local='.via == "socket" and .uid == '$(id -u)' and (.pid > 0)'
ctl scale kafka 2 >/dev/null
ctl -f scale kafka 1 >/dev/null
ctl -j kill nothing >/dev/null
check "who, what, and how it ended" test "$(audit "$local and .code == 200 and
	.command == \"scale kafka 2\" and .reply == \"kafka: 1 to 2\" and
	.user == \"$(id -un)\"")" -eq 1
check "force and all" test "$(audit '.code == 200 and
	.command == "scale kafka 1 force"')" -eq 1
check "what there is not" test "$(audit "$local and .code == 404")" -eq 1
check "a client that does not wait" nc -U -q 0 "$KAFKAD_SOCKET" \
	<<<"start kafka-0"
check "nothing that only looks" test "$(audit '.command == "status"')" -eq 0
told() { [ "$(audit '.command == "start kafka-0"')" -eq 1 ]; }
until_ "is told of, too" told

# Five lines a second, and the number of the others.
flood=$(mktemp "$T/flood.XXXX")
for ((i = 0; i < 2000; i++)); do echo "scale kafka x"; done >"$flood"
start=$SECONDS
timeout 60 nc -U -N "$KAFKAD_SOCKET" <"$flood" >"$T/replies"
check "each is answered" test "$(grep -c '^400 ' "$T/replies")" -eq 2000
refused() { audit '.command == "scale kafka x"'; }
left_out() { jq -s '[.[].text | capture("^(?<n>[0-9]+) more refused").n |
	tonumber] | add // 0' "$T/kafkad.log" 2>/dev/null; }
counted() { [ "$(($(refused) + $(left_out)))" -eq 2000 ]; }
until_ "all are counted" counted
check "few are logged" test "$(refused)" -le "$((5 * (SECONDS - start + 2)))"

kafkad_stop
check "to the end" all_json

log_new
JOURNAL_STREAM=$(stream) kafkad_start
must "all are ready again" all_ready 1 1
kafkad_stop
check "for journald each has a priority" test -z \
	"$(grep -vE '^<[3467]>\{.*\}$' "$T/kafkad.log")"

conf 1 1
log_new
JOURNAL_STREAM=$(stream) kafkad_start
check "as text, too" test -z \
	"$(grep -vE '^<[3467]>(parent|mesos|http): ' "$T/kafkad.log")"
GLOBAL='log format json' conf 1 1
ctl reload >/dev/null
until_ "a reload changes the form" grep -q '^<6>{.*"command":"reload"' \
	"$T/kafkad.log"
kafkad_stop
conf 1 1
log_new
JOURNAL_STREAM=8:1 kafkad_start
check "but not where somebody else reads" test -z \
	"$(grep '^<' "$T/kafkad.log")"
kafkad_stop
