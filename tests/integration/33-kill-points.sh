#!/usr/bin/env bash
# Each process ends, as by kill -9, at each point where it writes, sends or
# receives: all of common/killpoint.h, at the first visit of it and at a later
# one, from the first deployment to the end of the framework. What ended is
# started again, and nothing is lost, launched twice or left over. PROCESSES
# and VISITS choose which.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

KILL=$B-kill
PORTS=0
PROCESSES=${PROCESSES:-"parent mesos http"} VISITS=${VISITS:-"1 3"}
KEEPER_PID=''

plain() { # YES-OR-NO PROGRAM
	local is=no
	{ nm "$2" && strings "$2"; } | grep -iq 'kill-\?point' || is=yes
	[ "$is" = "$1" ]
}
check "the ordinary kafkad has nothing of it" plain yes "$B/kafkad"
check "the one that is used here has" plain no "$KILL/kafkad"

# In the folder of the file that the visits are counted in, which the walls
# leave to the children, too.
points() { (cd "$T/run" && "$B/killpoints" kill-points "$@"); }

# As a supervisor: kafkad is started again however it ended.
keeper_start() {
	: >>"$T/ends"
	(
		cd "$T/run" || exit 1
		trap 'kill -TERM $!; wait $!; exit' TERM
		while :; do
			"$KILL/kafkad" -d -v -f "$T/kafkad.conf" \
				>>"$T/kafkad.log" 2>&1 &
			wait $!
			echo $? >>"$T/ends"
		done
	) &
	KEEPER_PID=$!
}
keeper_stop() {
	[ -n "$KEEPER_PID" ] || return 0
	kill -TERM "$KEEPER_PID" 2>/dev/null
	wait "$KEEPER_PID" 2>/dev/null
	KEEPER_PID=''
}
trap 'keeper_stop; cleanup' EXIT

# Asks again until it is answered: whoever should may just have ended.
insist() {
	local end=$((SECONDS + 3 * LIMIT))
	until "$@" >"$T/out" 2>&1; do
		if [ "$SECONDS" -ge "$end" ]; then
			not_ok "$WHO $VISIT: $* (waited $((3 * LIMIT)) s)"
			cat "$T/out"
			exit 1
		fi
		sleep 0.02
	done
}
# The same for what need not be: whether it was so within a second.
soon() {
	local i
	for ((i = 0; i < 50; i++)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.02
	done
	return 1
}
# A request until it is answered so: its answer may have been lost.
coded() { [[ " $1 " == *" $(code "$URL$2") "* ]]; }
asks() { insist coded "$1" "$2"; } # CODES ROUTE

saved_id() { head -n 1 "$T/run/state/state.json" | jq -r .framework_id; }
# Of any framework but ours.
strangers() {
	mm /tasks | jq -r --arg id "$1" '.[] | select(.framework != $id)'
}
acknowledged() { ! mm "/tasks?all=1" | jq -e 'any(.unacknowledged)'; }
# All that must be so in the end, whatever ended on the way.
sound() { # BROKERS
	local id
	id=$(saved_id)
	all_ready 1 "$1" && no_twins && acknowledged >/dev/null &&
		[ "$(task_pids | wc -l)" -eq $(($1 + 1)) ] &&
		[ -z "$(strangers "$id")" ] &&
		[ "$(daemon 'strays | length')" -eq 0 ] &&
		whole "$T/run/state/state.json" && daemon_is saved true &&
		[ -n "$id" ] && daemon_is framework_id "$id"
}
step() { # NAME BROKERS
	must "$WHO, visit $VISIT: $1" sound "$2"
}
# again WORD COMMAND...: until all points that have the word have killed.
again() {
	local at=$1 end=$((SECONDS + LIMIT))
	shift
	until [ "$(left | grep -cwE -- "$at")" -eq 0 ] ||
		[ "$SECONDS" -ge "$end" ]; do
		"$@"
	done
}

some_offer() { [ "$(mm /offers | jq length)" -gt 0 ]; }
agent_lost() {
	insist mm "/agent/lose?agent=1&now=1"
	insist mm "/agent/return?agent=1"
	insist all_ready 1 3
}
offers_rescinded() {
	insist mm "/stream/mute?on=1"
	ctl scale kafka 4 >/dev/null 2>&1
	# None comes if it is the mesos process that has just ended.
	soon some_offer
	insist mm /offers/rescind
	insist mm "/stream/mute?on=0"
	insist all_ready 1 4
	insist ctl -f scale kafka 3
	insist all_ready 1 3
}
requests() {
	asks "200 202" /v0/kafka/scale/3
	asks "200 202" /v0/kafka/reflate
	asks "200 202" /v0/container/1
	asks 404 /v0/nothing
	insist ctl log debug
	insist ctl status
}
# The http process is told of a task, and then that this may be old.
told() { coded "200 202" "/v0/container/$(field kafka-0 task)"; }
task_changed() {
	insist told
	insist ctl restart kafka-0
	insist all_ready 1 3
}
reread() {
	kill -HUP "$(daemon pid)" 2>/dev/null
	insist ctl version
}
framework_removed() {
	mm "/framework/remove?framework=$(saved_id)" >/dev/null 2>&1
	insist daemon_is mode removed
	insist ctl -f register
	insist daemon_is connected true
}
torn_down() {
	ctl -f teardown >/dev/null 2>&1
	insist daemon_is mode removed
	ctl -f register >/dev/null 2>&1
	insist daemon_is connected true
}
# To where nobody listens, and the walls have no way yet.
redirected() {
	PORTS=$((PORTS + 1))
	insist mm "/master/redirect?to=127.0.0.1:$PORTS"
	insist mm "/stream/drop?how=rst"
	insist logged "a redirect leads to port $PORTS,"
	insist mm /master/redirect
	insist daemon_is connected true
}
# Points that could be visited: not every kernel walls ports off.
walls_told() {
	WALLS=$(daemon walls.mesos)
	[ -n "$WALLS" ] && [ "$WALLS" != null ]
}
left() { points left "$WHO" | grep -vw -- "$NEVER"; }
damaged() {
	keeper_stop
	truncate -s 100 "$T/run/state/state.json"
	keeper_start
	insist ctl version
}

first_deployment() {
	rm -rf "$T/mm" "$T/run"
	minimesos_start --allocation-interval 100 --ack-retry 300
	conf 1 3
	points new
	points arm "$WHO" "$VISIT"
	keeper_start
	step "the first deployment" 3
	ID=$(saved_id)
	insist walls_told
	NEVER=nothing
	[[ $WALLS == *ports* ]] || NEVER=PORT
	twins_watch
}
operations() {
	insist ctl scale kafka 4
	step "a fourth broker" 4
	insist ctl -f scale kafka 3
	step "which goes again" 3
	insist ctl kill kafka-1
	insist state_is kafka-1 stopped
	insist ctl start kafka-1
	step "one is killed, and started" 3
	kill -KILL "$(pid_of kafka-0)"
	insist ready kafka-0
	step "one ends by itself" 3
	mm /master/failover >/dev/null
	step "another master" 3
}
last_things() {
	again LOG_LEVEL insist ctl log debug
	again HTTP_RELOAD reread
	requests
	again 'PING|PONG|client|http' requests
	again HTTP_CHANGED task_changed
	step "requests" 3
	again FAILURE agent_lost
	again RESCIND offers_rescinded
	again DISCONNECTED insist mm "/stream/drop?how=rst"
	again PORT redirected
	again STATE_SET_ASIDE damaged
	step "what comes seldom" 3
	check "$WHO, visit $VISIT: the framework is the same" test \
		"$(saved_id)" = "$ID"
	again TEARDOWN torn_down
	again ERROR framework_removed
	step "another framework" 3
}

http ""
GLOBAL+='
agent timeout 300ms
offers { revive 200ms refuse 1s }'
for WHO in $PROCESSES; do
	for VISIT in $VISITS; do
		first_deployment
		operations
		last_things
		n=$(points kills)
		check "$WHO, visit $VISIT: each point has killed ($n)" test \
			"$n" -gt 0 -a -z "$(left)"
		left | sed 's/^/# not: /'
		echo "# $SECONDS s"
		twins_end "$WHO, visit $VISIT: no two tasks of one instance"
		keeper_stop
		minimesos_stop
		log_new
	done
done
check "no parent ended otherwise" test -z "$(grep -vx 137 "$T/ends")"
# Nor another process; but on a busy machine one may seem to hang.
grep -hE 'parent: (mesos|http): (exited with|died of)' "$T/past.log" |
	grep -vE 'exited with status 137,|died of signal 9 ' >"$T/others"
cat "$T/others"
check "no child did" test ! -s "$T/others"
