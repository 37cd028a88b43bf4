#!/usr/bin/env bash
# The plan: what another configuration means for tasks that run, done one after
# the other; held up by the operator; and ended after kafkad died in the middle.
. "${TOP:?}/tests/integration/lib.sh"

edit() { sed -i "$@" "$T/kafkad.conf"; }
sum() { ctl -j "$@" | tail -n 1 | jq -r .text; }
plan() { ctl -j plan | head -n 1 | jq -r ".plan.$1"; }
plan_is() { [ "$(plan "$1")" = "$2" ]; }
because() { ctl -j plan | jq -r "select(.instance == \"$1\") | .because"; }
cpus() { # of what runs, as Mesos knows it
	curl -sS "http://$MM_CONTROL/tasks" | jq -rc "[.[] |
		select(.task | startswith(\"$1-\")) | .cpus] | unique"
}
# The order in which instances were ended from the mark on.
mark() { MARK=$(wc -l <"$T/kafkad.log"); }
ended() {
	tail -n "+$((MARK + 1))" "$T/kafkad.log" |
		grep -oE '[a-z]+-[0-9]: running -> killing' |
		cut -d: -f1 | xargs
}
# A turn may be shorter than a look.
has_ended() { [[ " $(ended) " == *" $1 "* ]]; }
# That never two of them were away, looked at all the time.
gently_watch() {
	: >"$T/gently" && rm -f "$T/away"
	while [ -e "$T/gently" ]; do
		ctl -j list | jq -sr 'map(select(.instance and (.ready | not)) |
			.instance) | if length > 1 then join(" ") else
			empty end'
	done >>"$T/away" 2>/dev/null &
	GENTLY_PID=$!
}
gently_end() {
	rm -f "$T/gently"
	wait "$GENTLY_PID"
	sort "$T/away" | uniq -c
	check "$1" test ! -s "$T/away"
}

minimesos_start
GLOBAL='plan {
	pace 1s
}' conf 3 3
kafkad_start
must "all are ready" all_ready 3 3
check "nothing is planned" test "$(sum plan)" = "nothing is to be restarted"
says "wait has nothing to wait for" "3 of 3 ready" ctl wait kafka timeout=5s

edit 's/memory 512M/memory 448M/; s/memory 192M/memory 160M/'
says "check tells why each is restarted" \
	'{"instance":"zookeeper-0","because":"memory MB 192 to 160"}' \
	ctl -j reload check
check "and plans nothing" plan_is steps 0
mark
gently_watch
check "reload tells how many" test "$(sum reload)" = \
	"2 settings changed; 6 instances to be restarted one after the other: kafkactl plan"
check "the plan says why" test "$(because kafka-2)" = "memory MB 512 to 448"
check "show does, too" field_is kafka-2 plan "memory MB 512 to 448"
says "status says that there is one" "plan        6 to be restarted; it is" \
	ctl status
LIMIT=90 must "all have had their turn" plan_is steps 0
says "wait agrees" "3 of 3 ready" ctl wait kafka timeout=30s
gently_end "never two were away at once"
check "each once, in order" test "$(ended)" = \
	"zookeeper-0 zookeeper-1 zookeeper-2 kafka-0 kafka-1 kafka-2"

# In the middle, kafkad dies.
edit 's/memory 448M/memory 449M/'
mark
ctl reload >/dev/null
must "it is the turn of kafka-0" has_ended kafka-0
kafkad_crash
kafkad_start
until_ "the plan goes on after kill -9" has_ended kafka-1
kafkad_crash
edit 's/memory 449M/memory 450M/'
kafkad_start
LIMIT=90 must "with what the file says at the start" plan_is steps 0
check "all have it" all_ready 3 3

ctl plan pause >/dev/null
edit 's/memory 450M/memory 451M/'
says "paused, it says how to go on" "kafkactl plan resume" ctl -j reload
check "the plan waits" test "$(plan waiting)" = \
	"waits for the operator: kafkactl plan resume"
mark
check "three are left" plan_is steps 3
kafkad_crash
kafkad_start
until_ "it is connected" daemon_is connected true
check "still paused after kill -9" plan_is paused true
until_ "resume begins" shows "the plan goes on" ctl plan resume
must "it is the turn of kafka-0" has_ended kafka-0
says "cancel gives up the rest" "instances are not restarted" ctl plan cancel
check "nothing is left" plan_is steps 0
must "all are ready" all_ready 3 3
check "one was restarted" test "$(ended | wc -w)" -le 1

# A configuration that does not work takes away one broker alone.
edit 's/standin-kafka:1/no-such-image:1/'
mark
ctl reload >/dev/null
until_ "what fails says so" shows backoff field kafka-0 state
check "the others serve" test "$(ctl -j list |
	jq -s 'map(select(.service == "kafka" and .ready)) | length')" = 2
says "the plan waits for it" "waits until kafka-0 is ready" ctl -j plan
edit 's/no-such-image:1/standin-kafka:1/'
ctl reload >/dev/null
LIMIT=90 must "the right one repairs it" all_ready 3 3
LIMIT=90 must "and the plan ends" plan_is steps 0

# Nobody's turn comes while another one is not there.
ctl kill kafka-2 >/dev/null
until_ "one is stopped" state_is kafka-2 stopped
check "restart of a service is planned" test "$(sum restart kafka)" = \
	"kafka: 2 instances are restarted one after the other; kafkactl plan shows them"
until_ "it waits for the one that is stopped" plan_is waiting \
	"waits until kafka-2 is started again (kafkactl restart kafka-0 does not wait)"
gently_watch
mark
ctl start kafka-2 >/dev/null
LIMIT=60 must "then both are restarted" plan_is steps 0
gently_end "never two were away at once"
check "in order" test "$(ended)" = "kafka-0 kafka-1"

if [ "$(id -u)" -eq 0 ]; then
	chmod 755 "$T" "$T/run"
	cp "$B/kafkactl" "$T/kafkactl"
	says "who may only look sees the plan" "nothing is to be restarted" \
		runuser -u nobody -- "$T/kafkactl" plan
	says "and does not hold it up" "may only read" \
		runuser -u nobody -- "$T/kafkactl" plan pause
	says "nor reads the configuration again" "may only read" \
		runuser -u nobody -- "$T/kafkactl" reload
fi
