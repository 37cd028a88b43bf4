#!/usr/bin/env bash
# What kafkad says on its socket is what kafkad-protocol(7) has of it: every
# field that comes, with its type, and who may give which command. And the
# options of both programs are those of their pages.
LIMIT=${LIMIT:-60}
. "${TOP:?}/tests/integration/lib.sh"
page=$TOP/man/kafkad-protocol.7

# The fields of a command in the page, "name type" in a line.
fields() {
	awk -v c="$1" '/^\.Ss / { on = $2 == c }
		on && /^\.It Li [a-z_]+ Ta [a-z]+/ { print $3, $5 }' "$page"
}
# Fields that came, of the objects on stdin: a type as the page has it.
came() {
	jq -r 'to_entries[] | "\(.key) \(.value | type as $t |
		if $t != "array" then $t
		elif length == 0 then "any"
		else (.[0] | type) + "s" end)"' | sort -u
}
# documented COMMAND OWN...: what came in $T/COMMAND is in one of the sections.
documented() {
	local name=$1 what
	shift
	what=$(for section; do fields "$section"; done)
	equals "$name: each field that came is in the page, with its type" '' \
		"$(came <"$T/$name" | grep -v ' any$' |
			grep -vxF -f <(echo "$what"))"
	for field in $(came <"$T/$name" | sed -n 's/ any$//p'); do
		grep -q "^$field .*s$" <<<"$what" ||
			not_ok "$name: $field, a list, is not in the page"
	done
}

# Everything that can be asked, in the state that things are in.
objects() { ctl -j "$@" 2>/dev/null | jq -c 'select(.code | not)'; }
ask() {
	local command instance

	objects status >"$T/lines"
	jq -c '.daemon // .' "$T/lines" >>"$T/status"
	objects plan >"$T/lines"
	jq -c 'if .plan | type == "object" then .plan else . end' "$T/lines" \
		>>"$T/plan"
	for command in list offers help version history; do
		objects $command >>"$T/$command"
	done
	for instance in $(ctl -j list | jq -r '.instance // empty'); do
		objects show "$instance" >>"$T/show"
		objects why "$instance" >>"$T/why"
		objects container "$(field "$instance" task)" >>"$T/container"
	done
	for service in zookeeper kafka; do
		objects wait "$service" timeout=50ms >>"$T/wait"
	done
}

minimesos_start --allocation-interval 100
GLOBAL='http { listen on 127.0.0.1 port '$("$B/fakeparent" -f)' }' \
	KAFKA='check settle 300ms' conf 1 3
kafkad_start
ctl -j watch >"$T/watch" 2>/dev/null &
watch=$!
ask
must "all are ready" all_ready 1 3
ask
# Stopped, failed and in need of an offer; then lost.
ctl kill kafka-0 >/dev/null
mm '/offers/hide?agent=1' >/dev/null
mm '/offers/hide?agent=2' >/dev/null
ctl scale kafka 6 >/dev/null
kill -KILL "$(pid_of kafka-1)"
failed_once() { [ "$(field kafka-1 failures_total)" = 1 ]; }
until_ "one has failed" failed_once
ask
mm "/agent/lose?agent=$(agent_of kafka-2)&now=1" >/dev/null
until_ "one is lost" state_is kafka-2 lost
ask
# Another configuration, and what is to be done for it.
ctl scale kafka 3 >/dev/null
ctl scale zookeeper 3 >/dev/null
sed -i 's/memory 512M/memory 256M/' "$T/kafkad.conf"
objects reload >>"$T/reload"
ask
ctl -f replace kafka-2 >/dev/null
ask
ctl -f teardown >/dev/null
torn_down() { grep -q 'torn down' "$T/watch"; }
until_ "watch tells what is about no instance" torn_down
equals "and has no field for it" '' "$(jq -c 'select(.instance == "")' \
	"$T/watch")"
kill "$watch" 2>/dev/null
wait "$watch" 2>/dev/null

documented status status list
documented list list
documented show show list
# That of wait and the second ones of reload are named in sentences.
documented wait list wait
documented reload reload plan
for command in offers help version plan watch history why; do
	documented "$command" "$command"
done
# In one sentence each.
check "container: its two fields are in the page" test "$(came <"$T/container" |
	cut -d ' ' -f 1 | sort -u | xargs)" = "command status"
for command in status list show offers help version plan reload wait watch \
	history why; do
	[ -s "$T/$command" ] || not_ok "$command: something came"
done

equals "the page names all that may be asked by everybody" \
	"$(jq -r 'select(.rights == "read") | .command' "$T/help" | sort -u)" \
	"$(sed -n '/^Others may give/,/^if the/s/^\.Cm //p' "$page" |
		tr -d , | xargs -n 1 | grep -v '^any$' | sort)"

# options SOURCE: those of getopt's string, but for the two that a kafkad gives
# to its own children.
options() {
	sed -n 's/.*getopt[_long]*(argc, argv, "\([^"]*\)".*/\1/p' "$1" |
		tr -d : | sed 's/x:\{0,1\}L$//' | fold -w 1 | sort
}
for pair in kafkad.8:daemon/kafkad.c kafkactl.8:ctl/kafkactl.c; do
	equals "${pair%:*} has each option" "$(options "$TOP/${pair#*:}")" \
		"$(sed -n 's/^\.It Fl \([A-Za-z]\)\b.*/\1/p' \
			"$TOP/man/${pair%:*}" | sort)"
done
