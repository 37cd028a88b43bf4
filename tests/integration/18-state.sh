#!/usr/bin/env bash
# A state file that is damaged, missing, too new, or cannot be written: a
# clear error or the backup, and never a lost or a second task.
. "${TOP:?}/tests/integration/lib.sh"

S=$T/run/state
# Puts back the good state, alone or with its backup.
good() { rm -f "$S"/state.json*; cp -p "$T/good/state.json" "$S/"; }
good_both() { rm -f "$S"/state.json*; cp -p "$T"/good/state.json* "$S/"; }
# It must end with an error that has the text, and leave the file alone.
refuses() { # NAME TEXT
	local sum got=0
	sum=$(sha256sum "$S/state.json")
	timeout 20 "$B/kafkad" -d -f "$T/kafkad.conf" >"$T/out" 2>&1 || got=$?
	[ "$got" -eq 1 ] && grep -qF "$S/state.json: " "$T/out" &&
		grep -qF "$2" "$T/out" &&
		[ "$(sha256sum "$S/state.json")" = "$sum" ] && return 0
	not_ok "$1 (exit $got): $(cat "$T/out")"
	return 1
}
# It must start, say so, and have all tasks that there were.
survives() { # NAME TEXT
	log_new
	kafkad_start
	check "$1: the log says so" logged "$2"
	until_ "$1: connected" daemon_is connected true
	until_ "$1: all are ready" all_ready 1 3
	until_ "$1: reconciled" daemon_is behind false
	check "$1: the same processes" test "$(task_pids)" = "$before"
	kafkad_stop
}
cut_at() { truncate -s "$1" "$S/state.json"; }
flip() { # BYTE
	local b
	b=$(od -An -tu1 -j "$1" -N 1 "$S/state.json")
	printf "%b" "\\x$(printf %x $((b ^ 4)))" |
		dd of="$S/state.json" bs=1 seek="$1" conv=notrunc status=none
}
# Signs the first line as kafkad does.
sign() {
	local json
	json=$(head -n 1 "$S/state.json")
	printf '%s\nsha256 %s\n' "$json" "$(printf %s "$json" | sha256sum |
		cut -d' ' -f1)" >"$S/state.json"
}

minimesos_start
GLOBAL='agent timeout 300ms' conf 1 3
kafkad_start
must "all are ready" all_ready 1 3
before=$(task_pids)
id=$(daemon framework_id)
twins_watch
kafkad_stop
cp -rp "$S" "$T/good"
size=$(stat -c %s "$S/state.json")

bad=0 n=0
for ((at = 0; at < size; at += 97)); do
	good; cut_at "$at"; n=$((n + 1))
	refuses "cut off at byte $at" "cut off or damaged" || bad=$((bad + 1))
done
good; cut_at $((size - 1))
refuses "cut off before its last byte" "cut off or damaged" ||
	bad=$((bad + 1))
check "cut off at each of $n places: refused, untouched" test "$bad" -eq 0
bad=0 n=0
for ((at = 5; at < size; at += 197)); do
	good; flip "$at"; n=$((n + 1))
	refuses "a flipped bit in byte $at" "cut off or damaged" ||
		bad=$((bad + 1))
done
check "a flipped bit at each of $n places: refused, untouched" test "$bad" -eq 0
check "nothing happened to the tasks" test "$(task_pids)" = "$before"

good; sign
check "signed again it is the same" cmp -s "$S/state.json" "$T/good/state.json"
sed -i '1s/"version": *4/"version":5/' "$S/state.json"; sign
refuses "a newer version" "of version 5" && ok "a newer version is refused"
good_both; sed -i '1s/"version": *4/"version":5/' "$S/state.json"; sign
refuses "a newer version" "newer one" &&
	ok "even with a backup of this version"
good_both; chmod 0 "$S/state.json"
if [ "$(id -u)" -eq 0 ]; then
	refuses "a file that cannot be read" "Permission denied" &&
		ok "a file that cannot be read is refused, with a backup, too"
fi

good_both; cut_at $((size / 2))
survives "cut off, with a backup" "using its backup"
check "the damaged file is kept" test \
	"$(stat -c %s "$S/state.json.damaged")" -eq $((size / 2))
good_both; flip 100
survives "a flipped bit, with a backup" "using its backup"
good_both; : >"$S/state.json"
survives "empty, with a backup" "using its backup"
good_both; rm "$S/state.json"
survives "missing, with a backup" "it is missing; using its backup"
good_both; echo rubbish >"$S/state.json.new"
survives "with a leftover of an interrupted save" "state $S/state.json"
check "the framework is the same" test "$(mm /frameworks |
	jq -r '.[].framework')" = "$id"

# With an unknown task thinkable, launches wait; start does not.
good_both; rm "$S/state.json"
sed -i 's/agent timeout 300ms/agent timeout 1h/' "$T/kafkad.conf"
mm "/task/kill?task=$(task_pids | sed -n 's/^\(kafka-2[^ ]*\) .*/\1/p')" \
	>/dev/null
until_ "a broker dies while kafkad is down" has_tasks kafka-2 0
n=$(launches)
kafkad_start
until_ "the state is behind: status says what is waited for" shows \
	"as the saved state was behind; kafkactl start" ctl -j show kafka-2
says "and how not to" "kafkactl start kafka-2" ctl -j show kafka-2
check "it was not launched" test "$(launches)" -eq "$n"
ctl start kafka-2 >/dev/null
until_ "kafkactl start does not wait" all_ready 1 3
kafkad_stop
sed -i 's/agent timeout 1h/agent timeout 300ms/' "$T/kafkad.conf"
twins_end
exit
