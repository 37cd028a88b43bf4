#!/usr/bin/env bash
# kafkactl history: what happened and who asked for it. It survives kafkad, is
# bounded, and whatever becomes of its file kafkad goes on.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

H=$T/run/state/history
ENOSPC=28
WRAP="env LD_PRELOAD=$B/fail.so FAIL_FILE=$T/fail"

fail() { # [CALL ERRNO]: from now on; without any, no more.
	echo "${1:-}" "${2:-}" >"$T/fail.new"
	chmod 644 "$T/fail.new"
	mv "$T/fail.new" "$T/fail"
}
# The events as "text|who" lines; of an instance, or all.
events() { ctl -j history "$@" | jq -r 'select(.time) | "\(.text)|\(.who)"'; }
has_event() { # TEXT [INSTANCE...]
	events "${@:2}" | grep -qF -- "$1"
}
count_events() { events "${@:2}" | grep -cF -- "$1"; }
again() {
	kafkad_crash
	"$@"
	log_new
	kafkad_start
}

minimesos_start
printf 's3cret\n' >"$T/password"
chmod 600 "$T/password"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/password"
http "user \"alice\" password file \"$T/password\""
conf 1 2
fail
kafkad_start
must "all are ready" all_ready 1 2

# What happened, and who asked for it.
me="uid $(id -u) ($(id -un)) pid "
check "an instance: its states" has_event "starting -> running (" kafka-0
check "and that it is ready" has_event "ready|null" kafka-0
check "no other one's" test "$(ctl -j history kafka-0 |
	jq -r 'select(.time) | .instance' | sort -u)" = kafka-0
check "kafkad: its start" has_event "kafkad 0.1 started, pid $KAFKAD_PID"
check "and its subscription" has_event "subscribed as framework"
task=$(field kafka-1 task)
ctl kill kafka-1 >/dev/null
check "a command, its answer, and who gave it" has_event \
	"kill kafka-1: 200 kafka-1: killing task $task; it \
stays stopped until started|$me" kafka-1
until_ "what came of it" has_event "killing -> stopped" kafka-1
check "it comes before that" test "$(events kafka-1 | grep -n 'kill kafka-1:' |
	cut -d: -f1)" -lt "$(events kafka-1 | grep -n -- '-> killing' |
	tail -n 1 | cut -d: -f1)"
ctl start kafka-1 >/dev/null
until_ "started again" all_ready 1 2
task=$(field kafka-1 task)
curl -s -u alice:s3cret "$URL/v0/task/kill/$task" >/dev/null
check "over HTTP: user and address" has_event \
	"kill $task: 200 kafka-1: killing task $task; it stays stopped until \
started|http, user alice, 127.0.0.1" kafka-1
curl -s -u alice:s3cret "$URL/v0/kafka/reflate" >/dev/null
check "a service's is its own event" test "$(ctl -j history kafka |
	jq -r 'select(.time) | .service + "|" + .text')" = \
	"kafka|reflate kafka: 200 kafka: starting 1"
check "and shown with its instances" has_event \
	"reflate kafka: 200 kafka: starting 1|http, user alice" kafka-0
check "not with those of others" eval \
	'! has_event "reflate kafka" zookeeper-0'
ctl scale kafka 0 >/dev/null 2>&1
check "what was refused, too" has_event "scale kafka 0: 409 " kafka-0
check "it is a warning" test "$(ctl -j history kafka |
	jq -r 'select(.time) | .level' | tail -n 1)" = warn
for command in "plan pause" "restart kafka" "plan cancel" "plan resume" reload \
	"reload check"; do
	# shellcheck disable=SC2086 # words
	ctl $command >/dev/null
done
check "a plan is kafkad's" has_event "plan pause: 200 "
check "a restart of all brokers is the service's" test "$(ctl -j history kafka |
	jq -r 'select(.service) | .text' | tail -n 1 | cut -d: -f1)" = \
	"restart kafka"
check "a reload" has_event "reload: 200 0 settings changed|$me"
check "but not a look" eval '! has_event "reload check"'
kill -HUP "$KAFKAD_PID"
until_ "one by a signal" has_event "SIGHUP: 0 settings changed|null"
ctl kill nothing >/dev/null 2>&1
check "without an instance it is kafkad's" has_event "kill nothing: 404 no such"
check "the last line alone" test "$(ctl history lines=1 | wc -l)" -eq 1
check "it is the newest" shows "restart kafka: " ctl history kafka lines=1
says "people can read it" "kafka-1: kill kafka-1: 200 " ctl history kafka-1
says "with who it was" "(by http, user alice, 127.0.0.1)" ctl history kafka-1
status_is "an instance there is not" 1 ctl history kafka-9
says "it says so" "no such instance: kafka-9" cat "$T/out"
check "nobody else may read the file" test "$(stat -c %a "$H")" = 600
until_ "all are ready again" all_ready 1 2

# It survives.
events >"$T/before"
again true
check "after a crash all of it is there" test "$(events |
	head -n "$(wc -l <"$T/before")")" = "$(cat "$T/before")"
check "and goes on" test "$(count_events " started, pid ")" -eq 2
check "nothing is said of damage" eval '! logged "history: "'
until_ "connected" daemon_is connected true
again truncate -s -5 "$H"
check "its last line was cut: the log says so" grep -qE \
	"history: $H: 1 of [0-9]+ lines are damaged" "$T/kafkad.log"
check "nothing else is lost" has_event "kill kafka-1: 200" kafka-1
check "and it goes on" has_event "started, pid $KAFKAD_PID"
again sed -i '2s/.*/rubbish/; 3s/"time":/"time":"/' "$H"
check "damaged lines: said once" test "$(grep -cF "history: " "$T/kafkad.log")" \
	-eq 1
check "how many" logged ": 3 of "
check "nothing else is lost then" has_event "started, pid $KAFKAD_PID"
until_ "connected again" daemon_is connected true

# It cannot be written: that must not stop anything.
fail append "$ENOSPC"
ctl log info >/dev/null
ctl log debug >/dev/null
check "it cannot be written: said once" test "$(grep -cF \
	"history: cannot write $H; it is kept in memory only: No space" \
	"$T/kafkad.log")" -eq 1
check "the state is saved all the same" daemon_is saved true
pid=$(pid_of kafka-0)
kill -KILL "$pid"
until_ "a broker that ends is started again" restarted kafka-0 "$pid"
check "its end is told" has_event "failed (1 in a row): TASK_FAILED" kafka-0
check "no new file is left" test ! -e "$H.new"
fail
written() { ctl log debug >/dev/null && logged "$H can be written again"; }
until_ "when it can be written again it is" written
again true
check "then nothing is missing in it" has_event "failed (1 in a row): " kafka-0
check "and nothing was damaged" eval '! logged "damaged"'

# What cannot be read is left as it is.
unreadable() {
	mv "$H" "$H.kept"
	mkdir "$H"
}
again unreadable
check "a folder in its place: said" logged "history: cannot read $H"
check "events are told all the same" has_event "started, pid $KAFKAD_PID"
check "the folder is still there" test -d "$H"
until_ "all are ready with it" all_ready 1 2
back() {
	rmdir "$H"
	mv "$H.kept" "$H"
}
again back
check "what was moved away is as it was" has_event "kill kafka-1: 200" kafka-1

# It is bounded.
for ((i = 0; i < 3000; i++)); do echo "log info"; done >"$T/many"
timeout 60 nc -NU "$KAFKAD_SOCKET" <"$T/many" >"$T/answers"
check "3000 commands are answered" test "$(grep -c '^200 ' "$T/answers")" \
	-eq 3000
check "the last 32 of them are kept" test \
	"$(count_events "log info" lines=10000)" -le 32
check "the file is not larger than it may be" test \
	"$(stat -c %s "$H")" -lt 200000
check "the events of instances are still there" has_event \
	"kill kafka-1: 200" kafka-1
check "the file has no secret" eval "! grep -q s3cret '$H'"
check "all ran on" all_ready 1 2
