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
kill -SEGV "$pid"
until_ "the death of a child is an object" some \
	'.process == "parent" and (.text | test("mesos.*(signal|killed)"))'
until_ "it is there again" daemon_is connected true
check "every line is one object" all_json
check "the parent has lines" some '.process == "parent"'
check "its children have" some '.process == "mesos" and .level == "debug"'
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
