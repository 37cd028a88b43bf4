#!/usr/bin/env bash
# The disk of the state is full: nothing is done that is not saved.
. "${TOP:?}/tests/integration/lib.sh"

S=$T/run/state
mkdir -p "$S"
if ! mount -t tmpfs -o size=256k,mode=0755 tmpfs "$S" 2>/dev/null; then
	echo "ok - a full disk # SKIP a tmpfs cannot be mounted here"
	exit
fi
trap 'umount -l "$S"; cleanup' EXIT
chown "$RUN_AS" "$S"
fill() { dd if=/dev/zero of="$S/filler" bs=1k status=none 2>/dev/null; }

minimesos_start
conf 1 3
kafkad_start
must "all are ready" all_ready 1 3
before=$(task_pids)
n=$(launches)
fill
says "a command is answered with what is wrong" "No space left on device" \
	ctl -j scale kafka 4
says "status tells it" '"saved":false' ctl -j status
says "and why" "cannot save" ctl status
check "the log says so" logged "nothing is done until it can be saved"
says "the next command is refused" "nothing was changed" \
	ctl -j kill kafka-0
check "no task was touched" test "$(task_pids)" = "$before"
check "none was launched" test "$(launches)" -eq "$n"
# A task ends: its update must not be acknowledged before it is saved.
acks=$(mm /counters | jq .acks)
mm "/task/kill?task=$(field kafka-0 task)" >/dev/null
until_ "a broker dies meanwhile" has_tasks kafka-0 0
says "kafkad still answers" "cannot save" ctl status
check "no update is acknowledged" test "$(mm /counters | jq .acks)" -eq "$acks"
kafkad_crash
check "the state is still whole" whole "$S/state.json"
kafkad_start
until_ "started anew it says so, too" shows "cannot save" ctl status
check "nothing was launched" test "$(launches)" -eq "$n"
check "no update is acknowledged yet" test "$(mm /counters | jq .acks)" \
	-eq "$acks"
rm "$S/filler"
must "with room again all are ready" all_ready 1 3
check "the broker's end is acknowledged" test \
	"$(mm /counters | jq .acks)" -gt "$acks"
check "the others are untouched" test "$(task_pids | grep -v kafka-0)" = \
	"$(grep -v kafka-0 <<<"$before")"

fill
ctl scale kafka 4 >/dev/null 2>&1
says "not saved again" '"saved":false' ctl -j status
rm "$S/filler"
until_ "with room again it is saved by itself" shows '"saved":true' \
	ctl -j status
must "and the command is carried out, as its answer said" all_ready 1 4
check "the log says so" logged "the state can be saved again"
