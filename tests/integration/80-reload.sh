#!/usr/bin/env bash
# The configuration, read again: mistakes change nothing and are all told; what
# can change in place does; and what counts from the next start on is said.
. "${TOP:?}/tests/integration/lib.sh"

. "${TOP:?}/tests/integration/http.sh"

edit() { sed -i "$@" "$T/kafkad.conf"; }
# shellcheck disable=SC2120 # says passes words, too
reload() { ctl -j reload "$@"; }
sum() { reload | tail -n 1 | jq -r .text; }
as() { code -u "op:$1" "$URL/v0/container/1"; }

printf 'sesame1\n' >"$T/password"
chmod 600 "$T/password"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/password"
minimesos_start
http "user \"op\" password file \"$T/password\""
conf 1 2
kafkad_start
must "all are ready" all_ready 1 2
before=$(task_pids)
until_ "http answers" shows 200 as sesame1

says "without a change there is none" "0 settings changed" reload
check "and the tasks are the same" test "$(task_pids)" = "$before"

cp "$T/kafkad.conf" "$T/good"
edit 's/grace 5s/grace never/; s/count 2/count two/'
status_is "a wrong file is refused" 1 ctl reload
says "with every error" '"error":"'"$T/kafkad.conf:" reload
check "both of them" test "$(reload | grep -c '"error"')" -ge 2
says "and says that nothing changed" "nothing was changed" reload
kill -HUP "$KAFKAD_PID"
until_ "SIGHUP tells them to the log" logged \
	"in $T/kafkad.conf; nothing was changed"
check "nothing was" all_ready 1 2
rm "$T/kafkad.conf"
says "a file that is not there is named" "$T/kafkad.conf" reload
cp "$T/good" "$T/kafkad.conf"

edit 's/count 2/count 3/'
says "check tells what would change" '"now":"count 3"' reload check
says "and from what" '"before":"count 2"' reload check
check "and changes nothing" all_ready 1 2
says "a new count counts" "1 setting changed" reload
must "three brokers are ready" all_ready 1 3
check "the others are untouched" test "$(task_pids | grep -v '^kafka-2')" = \
	"$before"
ctl scale kafka 2 >/dev/null
must "scaled by command" all_ready 1 2
edit 's/backoff 200ms/backoff 300ms/'
says "another setting leaves that alone" "2 settings changed" reload
check "two are wanted" all_ready 1 2

edit '1i log level warn'
before_mesos=$(child_pid mesos) before_http=$(child_pid http)
check "the log level" test "$(sum)" = "1 setting changed"
lines=$(wc -l <"$T/kafkad.log")
ctl status >/dev/null
ctl plan pause >/dev/null
check "is another one" test "$(wc -l <"$T/kafkad.log")" = "$lines"
edit '1s/warn/debug/'
ctl reload >/dev/null
ctl plan resume >/dev/null
check "and the former" test "$(wc -l <"$T/kafkad.log")" -gt "$lines"
check "the mesos process is the same" test "$(child_pid mesos)" = \
	"$before_mesos"

printf 'sesame2\n' >"$T/password"
says "another password is told and not shown" '(another secret)' reload
check "no secret is in the log" test -z "$(grep sesame "$T/kafkad.log")"
until_ "the new one is good" shows 200 as sesame2
check "the old one is not" test "$(as sesame1)" = 401
check "the http process is another one" test "$(child_pid http)" != \
	"$before_http"

edit 's/retry 100ms to 1s/retry 100ms to 2s/'
reload >/dev/null
new_mesos() {
	[ "$(child_pid mesos)" != "$before_mesos" ] &&
		[ -n "$(child_pid mesos)" ]
}
until_ "other settings of mesos make another process" new_mesos
until_ "that is connected" daemon_is connected true
check "and the tasks are the same" test "$(task_pids |
	grep -v '^kafka-2')" = "$before"

edit "s/port $PORT/port 1/; s!run/state!run/other!"
says "the address is for the next start" '"next_start":true' reload check
check "and the state" test "$(sum)" = \
	"2 settings changed; 2 of them count from the next start of kafkad on"
check "it still listens where it did" test "$(as sesame2)" = 200
ctl scale kafka 3 >/dev/null
must "and saves where it did" all_ready 1 3
check "into the old folder" test ! -e "$T/run/other"
