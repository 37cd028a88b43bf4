#!/usr/bin/env bash
# The disk of the state fails, or may not be written: nothing is done that is
# not saved, nothing is lost, the log says what is wrong, and when it is over
# kafkad goes on by itself. See 19-state-full.sh for a disk that gets full.

# What is mounted here nobody else sees.
if [ -z "${PRIVATE:-}" ] && unshare -m true 2>/dev/null; then
	PRIVATE=yes exec unshare -m "$0"
fi
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

S=$T/run/state
EIO=5 EROFS=30
WRAP="env LD_PRELOAD=$B/fail.so FAIL_FILE=$T/fail"

# fail ERRNO CALL...: from now on; without any, no more.
fail() {
	local call
	: >"$T/fail.new"
	for call in "${@:2}"; do echo "$call $1" >>"$T/fail.new"; done
	chmod 644 "$T/fail.new"
	mv "$T/fail.new" "$T/fail"
}
good() { whole "$S/state.json" || whole "$S/state.json.backup"; }
acks() { mm /counters | jq .acks; }
# Tasks of the first three brokers, which are to run on all the time.
fixed() { task_pids | grep -v '^kafka-3'; }

# While nothing can be saved: NAME TEXT, TEXT being what it says.
unsaved() {
	local n a
	log_new
	n=$(launches)
	a=$(acks)
	says "$1: a command is answered with it" "$2" ctl -j scale kafka 4
	says "$1: status says it, too" '"saved":false' ctl -j status
	check "$1: so does the log" logged "cannot save $S/state.json: $2"
	kill -KILL "$(pid_of kafka-2)"
	until_ "$1: a broker ends meanwhile" has_tasks kafka-2 0
	says "$1: a look at the configuration is none" '"code":200' \
		ctl -j reload check
	says "$1: the next command is refused" "nothing was changed" \
		ctl -j kill kafka-0
	check "$1: nothing was launched" test "$(launches)" -eq "$n"
	check "$1: nothing was acknowledged" test "$(acks)" -eq "$a"
	# One of both is whole whatever was cut short.
	check "$1: what is on the disk is good" good
}
# The fourth broker has ended, and there is nothing of it left to be saved.
fourth_gone() {
	all_ready 1 3 && ! ctl show kafka-3 >/dev/null 2>&1 &&
		mm "/tasks?all=1" | jq -e 'map(select(.state != "TASK_RUNNING")) |
			all(.done)' >/dev/null
}
# When it is over: NAME.
saved() {
	until_ "$1: it is saved by itself" daemon_is saved true
	check "$1: the log says that" logged "the state can be saved again"
	until_ "$1: what was asked for is done" all_ready 1 4
	check "$1: the framework is the same" daemon_is framework_id "$id"
	check "$1: the others ran on" test \
		"$(fixed | grep -v '^kafka-2')" = "$before"
	ctl -f scale kafka 3 >/dev/null
	until_ "$1: and undone" fourth_gone
	check "$1: whole" whole "$S/state.json"
}

minimesos_start --ack-retry 200
conf 1 3
fail 0
kafkad_start
must "all are ready" all_ready 1 3
before=$(fixed | grep -v '^kafka-2')
id=$(daemon framework_id)
twins_watch
for call in write fsync renameat fsyncdir linkat unlinkat; do
	fail "$EIO" "$call"
	unsaved "$call" "Input/output error"
	fail 0
	saved "$call"
done

# Killed meanwhile, and started on the same disk.
fail "$EIO" fsync
unsaved "fsync, then a crash" "Input/output error"
kafkad_crash
log_new
kafkad_start
n=$(launches)
until_ "started anew it says so" shows "cannot save" ctl status
check "and does nothing" test "$(launches)" -eq "$n"
fail 0
until_ "and goes on when it can" all_ready 1 3
check "with the same framework" daemon_is framework_id "$id"
check "and the same tasks" test "$(fixed | grep -v '^kafka-2')" = "$before"

# As where the kernel makes a disk read-only after an error.
fail "$EROFS" openat renameat linkat unlinkat
unsaved "a read-only disk" "Read-only file system"
fail 0
saved "a read-only disk"
chmod 555 "$S"
unsaved "a read-only folder" "Permission denied"
chmod 755 "$S"
saved "a read-only folder"

# Offers that come meanwhile are for others, and are asked for afterwards.
agents=$(mm /agents | jq length)
hide() {
	local k
	for k in $(seq "$agents"); do mm "/offers/hide?agent=$k&on=$1"; done
}
hide 1 >/dev/null
n=$(calls REVIVE)
ctl scale kafka 4 >/dev/null
until_ "offers: one broker needs one" calls_above REVIVE "$n"
fail "$EIO" write
kill -KILL "$(pid_of kafka-2)"
until_ "offers: nothing can be saved" daemon_is saved false
n=$(calls DECLINE)
hide 0 >/dev/null
given_back() {
	[ "$(calls DECLINE)" -gt "$n" ] && [ "$(mm /offers | jq length)" -eq 0 ]
}
until_ "offers: they are given back" given_back
fail 0
saved offers
kafkad_stop
check "no file is left of all that" test "$(cd "$S" && echo *)" = \
	"history lock state.json state.json.backup"
twins_end
WRAP=''

# The start: with a disk of its own, full or really read-only.
refuses() { # NAME TEXT
	status_is "$1: the start is refused" 1 timeout 20 "$B/kafkad" -d \
		-f "$T/kafkad.conf"
	says "$1: which says why" "$2" cat "$T/out"
	check "$1: the master hears nothing" test \
		"$(mm /counters | jq .subscribed)" -eq "$subscribed"
	check "$1: tasks run on" test "$(task_pids)" = "$before"
}
cp -a "$S" "$T/run/kept"
if ! mount -t tmpfs -o size=64k,mode=0755 tmpfs "$S" 2>/dev/null; then
	echo "ok - the start on such disks # SKIP a tmpfs cannot be mounted here"
	exit
fi
trap 'umount -l "$S"; cleanup' EXIT
chown "$RUN_AS" "$S"
before=$(task_pids)
subscribed=$(mm /counters | jq .subscribed)
dd if=/dev/zero of="$S/filler" bs=1k status=none 2>/dev/null
refuses "a first start with no room" "No space left on device"
rm -f "$S"/*
cp -a "$T"/run/kept/* "$S"
mount -o remount,ro "$S"
refuses "a read-only disk" "Read-only file system"
mount -o remount,rw "$S"
kafkad_start
until_ "when it may be written all are there" all_ready 1 3
check "as the same framework" daemon_is framework_id "$id"
check "with the same tasks" test "$(task_pids)" = "$before"
