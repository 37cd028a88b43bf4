#!/usr/bin/env bash
# The keys that programs find in what kafkactl -j prints: each of those in the
# file json-keys comes from a whole kafkad, and is in the manual page.
. "${TOP:?}/tests/integration/lib.sh"

KEYS=$TOP/tests/integration/json-keys

# keys COMMAND: "COMMAND KEY" of the data lines on its input, "any KEY" of the
# last ones.
keys() {
	jq -r --arg command "$1" '(if .code then "any" else $command end) +
		" " + (paths | map(if type == "number" then "[]" else . end) |
		join("."))'
}

# What the commands print now, as one that is asked now and then sees it.
look() {
	local command

	for command in status list "show kafka-0" "show kafka-1" \
		"show kafka-2" offers version help plan \
		"wait kafka timeout=1ms" "container $(field kafka-1 task)"; do
		# shellcheck disable=SC2086 # words
		ctl -j $command 2>/dev/null | keys "${command%% *}"
	done >>"$T/seen"
	keys watch <"$T/watch" >>"$T/seen" 2>/dev/null
}
pinned() { grep -v '^#' "$KEYS" | sort; }
missing() { comm -23 <(pinned) <(sort -u "$T/seen"); }

# A broker fails again and again, so that it waits to be tried again, and another
# one has no room; sooner or later every key has been there.
seen_all() {
	local pid

	look
	pid=$(pid_of kafka-0)
	# 0: it has none yet.
	[ "${pid:-0}" -eq 0 ] || kill -9 "$pid"
	[ -z "$(missing)" ]
}

: >"$T/watch"
minimesos_start
conf 1 2
kafkad_start
must "one zookeeper and two brokers are ready" all_ready 1 2
offers() { # all but those of the agent
	local i

	for i in 1 2 3 4 5; do
		[ "$i" = "$2" ] || mm "/offers/hide?agent=$i&on=$1" >/dev/null
	done
}

# The configuration is changed, wrong first, and whose turn it is finds no room.
reload() {
	conf 1 2
	ctl -j reload "$@" 2>/dev/null | keys reload >>"$T/seen"
}
GLOBAL='lgo level info' reload check
KAFKA='option "advertised.listeners" "x"' reload check
offers 1 none
mm /offers/rescind >/dev/null
KAFKA_SIZE='memory 300M' reload
planned() {
	look
	! missing | grep -q "^plan \|^reload \| plan$"
}
until_ "every key of plan and reload is there" planned
ctl plan cancel >/dev/null
offers 0 none
must "all are ready again" all_ready 1 2

ctl -j watch >"$T/watch" 2>&1 &
watch=$!
offers 1 "$(agent_of kafka-0)"
ctl scale kafka 3 >/dev/null
until_ "every key is there" seen_all
kill "$watch"
wait "$watch" 2>/dev/null
missing | sed 's/^/never seen: /'

# Of the page: the part about a command, with those that it includes.
documented() { # KEY
	grep -qE "^[.](It )?Li .*\b$1\b" "$TOP/man/kafkad-protocol.7"
}
bad=0
while read -r command key; do
	key=${key##*.}
	# Of the last line, of a list, names of processes.
	case $command-$key in any-* | *-"[]" | *-parent | *-mesos) continue ;; esac
	documented "$key" || {
		echo "not in kafkad-protocol(7): $command $key"
		bad=$((bad + 1))
	}
done < <(pinned)
check "every key is in the manual page" test "$bad" -eq 0
