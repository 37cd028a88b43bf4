#!/usr/bin/env bash
# kafkactl why: for each thing that an instance may wait for, the words in
# which it is told, since when, and what the operator can do.
. "${TOP:?}/tests/integration/lib.sh"

# because INSTANCE TEXT, advises INSTANCE TEXT: what why says of it.
because() { ctl -j why "$1" | jq -r '.because // empty' | grep -qF -- "$2"; }
advises() { ctl -j why "$1" | jq -r '.do // empty' | grep -qF -- "$2"; }
# tells INSTANCE BECAUSE DO: both in one answer; DO empty: nothing.
tells() {
	ctl -j why "$1" | head -n 1 | jq -e --arg b "$2" --arg d "$3" '
		(.because | contains($b)) and
		(if $d == "" then .do == null else .do // "" | contains($d) end)'
}
# why NAME INSTANCE BECAUSE [DO]: it comes to say so.
why() { until_ "$1" tells "$2" "$3" "${4:-}" || ctl why "$2"; }
since() { ctl -j why "$1" | jq -r 'select(.instance) | .since'; }
misses() { ctl -j why "$1" | jq -r 'select(.instance) | .misses[] | .text'; }
# anew SED-SCRIPT: another configuration, and kafkad anew. No instance is
# restarted for it.
anew() {
	kafkad_stop
	sed -i "$1" "$T/kafkad.conf"
	kafkad_start
	must "kafkad is connected again" daemon_is connected true
	must "and has reconciled" daemon_is behind false
	ctl plan cancel >/dev/null
}
env_kafka() { # NAME VALUE: in the environment of brokers started from now on
	anew "/kafka-%d/,\$s|environment.*|environment \"$1\" \"$2\"|"
}
hide() { # 0|1: offers of all agents
	local i
	for i in 1 2 3 4 5; do mm "/offers/hide?agent=$i&on=$1" >/dev/null; done
}

minimesos_start
GLOBAL='plan { confirm yes }' KAFKA='environment "NONE" "1"' conf 1 2
kafkad_start
must "all are ready" all_ready 1 2
me="by uid $(id -u) ($(id -un)) pid "

# Nothing to wait for.
why "ready" kafka-0 "it runs and is ready"
check "since when" test "$(since kafka-0)" -ge 0
says "the last line sums it up" "kafka-0: it runs and is ready" ctl -j why kafka-0
says "people can read it" "because     it runs and is ready" ctl why kafka-0
says "by the id of its task, too" '"instance":"kafka-0"' \
	ctl -j why "$(field kafka-0 task)"
status_is "an instance there is not" 1 ctl why kafka-7
says "it says which there are" \
	"no such instance or task: kafka-7; there are: zookeeper-0, kafka-0, kafka-1" \
	cat "$T/out"

# The operator.
ctl kill kafka-1 >/dev/null
until_ "one is stopped" state_is kafka-1 stopped
why "stopped" kafka-1 "the operator has stopped it (kill kafka-1, $me" \
	"kafkactl start kafka-1"
kafkad_crash
kafkad_start
until_ "connected after a crash" daemon_is connected true
why "stopped, after a crash" kafka-1 \
	"the operator has stopped it (kill kafka-1, $me" "kafkactl start kafka-1"

check "since when it says itself" test "$(ctl -j why kafka-1 |
	jq -r 'select(.instance) | .at_least')" = false

# Bound to an agent that offers nothing; then no offers at all.
host=$(field kafka-1 host) agent=$(mm /agents | jq --arg h \
	"$(field kafka-1 host)" 'to_entries[] | select(.value.hostname == $h) |
	.key + 1')
mm "/offers/hide?agent=$agent" >/dev/null
ctl start kafka-1 >/dev/null
why "bound" kafka-1 "it is bound to agent $host, where its data is, and that \
agent has offered nothing; " "kafkactl -f replace kafka-1 moves it elsewhere"
check "with the offers that were of no use" test \
	"$(misses kafka-1 | sort -u)" = "it is bound to agent $host"
mm "/offers/hide?agent=$agent&on=0" >/dev/null
until_ "with an offer of it all are ready" all_ready 1 2
hide 1
ctl scale kafka 3 >/dev/null
why "no offers" kafka-2 "it needs an offer, and none has come" \
	"agents with room that role kafka may use"
check "there are none to show" test -z "$(misses kafka-2)"
check "it began now" eval '! shows "perhaps for longer" ctl why kafka-2'
kafkad_crash
kafkad_start
until_ "after a crash that is not known any more" shows "perhaps for longer" \
	ctl why kafka-2
why "no offers, after a crash" kafka-2 "it needs an offer, and none has come" \
	"agents with room that role kafka may use"
hide 0
until_ "with offers all are ready" all_ready 1 3

# More than there are agents.
ctl scale kafka 6 >/dev/null
why "one agent each" kafka-5 "no offer fits, of 5 agents; the nearest, " \
	"have one more agent, or no \`unique hostname\`"
check "the nearest three are shown" test "$(misses kafka-5)" = \
	"$(yes "another instance of kafka lives here" | head -n 3)"

until_ "five are ready" ready kafka-4
ctl scale kafka 3 >/dev/null
until_ "three are left" all_ready 1 3
# Too large for any of them. Those that run keep what they have.
anew 's/memory 512M/memory 100G heap 1G/'
ctl scale kafka 5 >/dev/null
why "too large" kafka-4 "no offer fits, of 5 agents; the nearest, " \
	"make room on an agent, have one more, or ask for less for kafka"
check "in numbers" because kafka-4 ": needs mem 102400, offered 8"
check "the nearest is first, that is, where no other broker is" test \
	"$(misses kafka-4 | grep -c 'another instance')" -eq 1
says "people can read it" ": needs mem 102400, offered 8" ctl why kafka-4
anew 's/memory 100G heap 1G/memory 512M/'

# Leaving, one after the other.
until_ "five are ready" ready kafka-4
env_kafka STANDIN_TERM_DELAY 3000
for i in 3 4; do
	pid=$(pid_of kafka-$i)
	ctl restart kafka-$i >/dev/null
	until_ "kafka-$i takes 3 s to end" restarted kafka-$i "$pid"
done
ctl scale kafka 3 >/dev/null
why "leaving" kafka-4 "is being ended as kafka has a count of 3 (scale kafka \
3, $me"
why "its grace" kafka-4 "; of its grace of 5s are left "
why "the one before" kafka-3 "it is to leave, as kafka has a count of 3 (scale \
kafka 3, $me" "kafkactl scale kafka 4 keeps it"
check "which is next" because kafka-3 "; kafka-4 leaves first"
until_ "both are gone" all_ready 1 3
env_kafka NONE 1

# A kill that is not answered.
anew 's/grace 5s/grace 1s/'
mm "/updates/hold?on=1" >/dev/null
ctl kill kafka-2 >/dev/null
why "a kill that does nothing" kafka-2 "; its grace of 1s is over, and it is \
asked again in " "look at agent $(field kafka-2 host)"
check "for what" because kafka-2 \
	"is being ended as the operator has stopped it (kill kafka-2, $me"
mm "/updates/hold?on=0" >/dev/null
until_ "when it is answered it is stopped" state_is kafka-2 stopped
ctl start kafka-2 >/dev/null
until_ "and started" all_ready 1 3

# Checks.
anew 's/check interval 100ms/&\n\t\tcheck grace 1ms/'
env_kafka STANDIN_START_DELAY 600000
pid=$(pid_of kafka-1)
ctl restart kafka-1 >/dev/null
until_ "one does not listen" dead "$pid"
why "its check fails" kafka-1 "it runs, and its check fails" \
	"in its sandbox on agent"
anew 's/check grace 1ms/check grace 10m/'
pid=$(pid_of kafka-1)
ctl restart kafka-1 >/dev/null
until_ "another one" dead "$pid"
why "its check has not passed" kafka-1 \
	"it runs, and its check has not passed yet" "recovers its log"
env_kafka NONE 1
ctl restart kafka-1 >/dev/null
until_ "one that listens" all_ready 1 3

# Failures.
: >"$T/fail"
env_kafka STANDIN_FAIL_FILE "$T/fail"
anew 's/backoff 200ms to 5s/backoff 1m to 5m/'
ctl restart kafka-0 >/dev/null
why "failed" kafka-0 "it failed 1 time in a row, " "kafkactl start kafka-0"
check "how" because kafka-0 'with "TASK_FAILED: Container exited with status 1"'
check "until when" because kafka-0 "; it is tried again in "
rm "$T/fail"
ctl start kafka-0 >/dev/null
until_ "it starts" all_ready 1 3

# Launched, being prepared, and started.
mm "/updates/hold?on=1" >/dev/null
pid=$(pid_of kafka-0)
ctl restart kafka-0 >/dev/null
until_ "it ended" dead "$pid"
mm "/updates/hold?on=0" >/dev/null
until_ "it is launched" restarted kafka-0 "$pid"
mm "/updates/hold?on=1" >/dev/null
ctl scale kafka 4 >/dev/null
why "launched" kafka-3 ", which has not answered yet" "for task kafka-3."
mm "/task/status?task=$(field kafka-3 task)&state=TASK_STAGING" >/dev/null
why "being prepared" kafka-3 "is being prepared on agent" "look at the log"
check "with its image" because kafka-3 "its image standin-kafka:1 is fetched"
mm "/task/status?task=$(field kafka-3 task)&state=TASK_STARTING" >/dev/null
why "started" kafka-3 "and does not run yet" "for task kafka-3."
mm "/updates/hold?on=0" >/dev/null
until_ "it runs" all_ready 1 4

# An agent that cannot be reached.
mm "/agent/lose?agent=$(agent_of kafka-3)&now=1" >/dev/null
AGENT=$(agent_of kafka-3) TASK=$(field kafka-3 task)
why "unreachable" kafka-3 \
	"agent $(field kafka-3 host) is unreachable, where task $TASK may still run" \
	"kafkactl -f replace kafka-3 moves it"
ctl scale kafka 3 >/dev/null
until_ "one that leaves: what to do" advises kafka-3 "gives the instance up"
ctl scale kafka 4 >/dev/null
anew 's/volume "kafka-%d"/unreachable 10m\n\t\t&/'
until_ "with a limit: what to do" advises kafka-3 "it is replaced by itself in "
mm "/agent/return?agent=$AGENT" >/dev/null
until_ "it is back" all_ready 1 4

# ZooKeeper: brokers wait for a majority, newcomers for those that are there.
ctl kill zookeeper-0 >/dev/null
until_ "zookeeper is down" state_is zookeeper-0 stopped
ctl restart kafka-0 >/dev/null
why "no zookeeper" kafka-0 "it waits for zookeeper: 0 of 1 ready, no majority" \
	"kafkactl why zookeeper-0"
ctl start zookeeper-0 >/dev/null
until_ "zookeeper is up" all_ready 1 4
mm "/updates/hold?on=1" >/dev/null
ctl scale zookeeper 3 >/dev/null
why "a list that changes" zookeeper-0 "to be started with server list 2; "
why "newcomers" zookeeper-1 \
	"it waits until zookeeper-0 runs with server list 2" \
	"the members change one at a time"
mm "/updates/hold?on=0" >/dev/null
until_ "three serve" all_ready 3 4
why "outdated" kafka-1 "it runs and is ready; it was started with an older \
list of zookeeper servers" "kafkactl restart kafka-1"

# The plan.
ctl plan pause >/dev/null
ctl restart kafka >/dev/null
why "a plan that is held up" kafka-0 \
	"it runs and is ready; the plan has it restarted: " \
	"kafkactl plan resume lets the plan go on"
check "for whom" because kafka-0 "; that waits for the operator"
check "the others come later" because kafka-2 "; kafka-0 comes first"
mm "/updates/hold?on=1" >/dev/null
pid=$(pid_of kafka-0)
ctl plan resume >/dev/null
why "its turn" kafka-0 " as its turn in the plan has come: "
why "not yet its turn" kafka-2 "; the plan has it restarted: " \
	"kafkactl plan pause holds it up"
mm "/updates/hold?on=0" >/dev/null
ctl plan cancel >/dev/null
until_ "what was begun is ended" restarted kafka-0 "$pid"
until_ "the plan is called off" all_ready 3 4

# The disk.
chmod 555 "$T/run/state"
ctl kill kafka-3 >/dev/null 2>&1
why "not saved" kafka-3 "cannot save $T/run/state/state.json: Permission \
denied; nothing is done until it can be saved" "mend it"
check "who is ready is ready all the same" because kafka-0 "it runs and is ready"
chmod 755 "$T/run/state"
until_ "saved" state_is kafka-3 stopped
ctl start kafka-3 >/dev/null
until_ "all are ready once more" all_ready 3 4

# Back from the backup of the state.
kafkad_crash
truncate -s 100 "$T/run/state/state.json"
kafkad_start
until_ "connected with a state that is behind" daemon_is connected true
ctl restart kafka-2 >/dev/null
why "behind" kafka-2 "as the saved state was behind"
check "it tells what to do itself" because kafka-2 \
	"kafkactl start kafka-2 does not wait"
ctl start kafka-2 >/dev/null
until_ "all go on" all_ready 3 4

# The master.
mm "/auth/refuse?count=1000" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
why "no credentials" kafka-0 "the master wants credentials (401)" \
	"mend \`principal\` and \`secret\`"
check "it is not connected" because kafka-0 "kafkad is not connected to a master: "
check "and what is known of the task" because kafka-0 \
	"; its task $(field kafka-0 task) was TASK_RUNNING when last heard of"
mm "/auth/refuse?count=0" >/dev/null
until_ "connected anew" daemon_is connected true
mm /master/down >/dev/null
why "no master" kafka-0 "cannot connect: Connection refused" \
	"see that the masters of the configuration run"
mm /master/up >/dev/null
until_ "connected to it" all_ready 3 4

# The end.
mm "/calls/drop?type=TEARDOWN&when=before&count=1000" >/dev/null
ctl -f teardown >/dev/null
why "teardown" kafka-0 "the framework is being torn down (teardown force, $me" \
	"kafkactl -f register calls it off"
ctl -f register >/dev/null
mm "/calls/drop?type=TEARDOWN&when=before&count=0" >/dev/null
until_ "called off" daemon_is connected true
mm /framework/remove >/dev/null
why "removed" kafka-0 "the framework was removed from the master" \
	"kafkactl -f register makes a new one"

# Another scheduler.
ctl -f register >/dev/null
until_ "registered anew" all_ready 3 4
mkdir "$T/run2"
cp -r "$T/run/state" "$T/run2/state"
[ "$(id -u)" -ne 0 ] || chown -R "$RUN_AS" "$T/run2"
sed "s,$T/run/,$T/run2/,; s,$T/run\",$T/run2\"," "$T/kafkad.conf" \
	>"$T/second.conf"
"$B/kafkad" -d -v -f "$T/second.conf" >"$T/second.log" 2>&1 &
SECOND=$!
trap 'kill "$SECOND" 2>/dev/null; wait "$SECOND" 2>/dev/null; cleanup' EXIT
why "passive" kafka-0 "another scheduler has taken over the framework: kafkad \
is passive and does nothing" "kafkactl -f register takes the framework back"
kill "$SECOND"
wait "$SECOND"
trap cleanup EXIT
kafkad_stop

# The first start of an ensemble, with too few agents.
mm /framework/remove >/dev/null
rm -rf "$T/run"
conf 3 1
sed -i 's/^mesos/offers { hold 500ms }\n&/' "$T/kafkad.conf"
for i in 1 2 3; do mm "/offers/hide?agent=$i" >/dev/null; done
log_new
kafkad_start
lacks() { because "zookeeper-$1" "1 of 3 members lack a place"; }
until_ "one member lacks a place" lacks 2
why "it says of which kind" zookeeper-2 \
	"1 of 3 members lack a place; no offer fits, of 2 agents; the nearest, " \
	"have one more agent"
why "the others wait for it" zookeeper-0 "1 of 3 members lack a place" \
	"kafkactl why zookeeper-"
why "brokers wait for all of them" kafka-0 "it waits for zookeeper: 0 of 3 ready" \
	"kafkactl why zookeeper-0"
hide 0
until_ "with more agents all are ready" all_ready 3 1
