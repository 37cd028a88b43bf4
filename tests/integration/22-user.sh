#!/usr/bin/env bash
# As a daemon, as root that becomes a user, and without root.
. "${TOP:?}/tests/integration/lib.sh"

if [ "$(id -u)" -ne 0 ]; then
	echo "ok - kafkad started by root # SKIP this is not root"
	minimesos_start
	conf 1 1
	kafkad_start
	must "without root it runs as it is" all_ready 1 1
	exit
fi
uid=$(id -u "$RUN_AS") gid=$(id -g "$RUN_AS")
# ids PID: real, effective, saved and file system ids of user and group.
ids() { awk '/^[UG]id:/ { print $2, $3, $4, $5 }' "/proc/$1/status"; }
as_user() { [ "$(ids "$1")" = "$uid $uid $uid $uid
$gid $gid $gid $gid" ]; }
status_of() { awk -v n="$2:" '$1 == n { print $2 }' "/proc/$1/status"; }
# Neither the ids nor capabilities by which root could come back.
powerless() {
	local name
	for name in CapInh CapPrm CapEff CapAmb; do
		[ "$(status_of "$1" "$name")" = 0000000000000000 ] || return 1
	done
	[ "$(status_of "$1" NoNewPrivs)" -eq 1 ]
}
check_process() {
	check "$1 runs as $RUN_AS, every id of it" as_user "$2"
	check "$1 has no capabilities and cannot get any" powerless "$2"
	check "$1 has only the groups of that user" test "$(awk \
		'/^Groups:/ { $1 = ""; print }' "/proc/$2/status" | xargs)" = \
		"$(id -G "$RUN_AS")"
}

minimesos_start
conf 1 1
kafkad_start
must "started by root it works" all_ready 1 1
child=$(child_pid mesos)
check_process "the parent" "$KAFKAD_PID"
check_process "the mesos process" "$child"
check "the child's environment is empty" test ! -s "/proc/$child/environ"
check "the state belongs to $RUN_AS" test \
	"$(stat -c %U "$T/run/state/state.json")" = "$RUN_AS"
check "nobody else can read it" test \
	"$(stat -c %a "$T/run/state/state.json")" = 600
# Where others can reach it: the build may be in a folder closed to them.
cp "$B/kafkactl" "$T/kafkactl" && chmod 755 "$T/kafkactl"
says "others may look, where read any says so" running \
	runuser -u nobody -- "$T/kafkactl" list
says "but change nothing" 403 \
	runuser -u nobody -- "$T/kafkactl" kill kafka-0
says "the user of the daemon may" killing \
	runuser -u "$RUN_AS" -- "$T/kafkactl" -j kill kafka-0
kill -KILL "$child"
new_child() {
	local pid
	pid=$(child_pid mesos) && [ "$pid" != "$child" ]
}
until_ "a killed child is started again" new_child
check_process "the new child" "$(child_pid mesos)"
kafkad_stop

"$B/kafkad" -f "$T/kafkad.conf"
check "as a daemon the start ends with 0" test $? -eq 0
until_ "it is there" ctl version
KAFKAD_PID=$(daemon pid)
until_ "it is connected" daemon_is connected true
check_process "the daemon" "$KAFKAD_PID"
check_process "its child" "$(child_pid mesos)"
check "it has a session of its own" test \
	"$(ps -o sid= -p "$KAFKAD_PID" | xargs)" != "$(ps -o sid= -p $$ | xargs)"
check "it has no terminal" test "$(ps -o tty= -p "$KAFKAD_PID" | xargs)" = "?"
check "it is in no folder of ours" test \
	"$(readlink "/proc/$KAFKAD_PID/cwd")" = /
ctl shutdown >/dev/null
gone() { ! kill -0 "$KAFKAD_PID" 2>/dev/null ||
	grep -q '^State:.Z' "/proc/$KAFKAD_PID/status"; }
until_ "shutdown ends it" gone
KAFKAD_PID=''

# A group that the user is not in, for the socket.
cp "$T/kafkad.conf" "$T/plain.conf"
sed -i 's/ read any/ group "games" read any/' "$T/kafkad.conf"
kafkad_start
check "the socket has the group of the configuration" test \
	"$(stat -c %U:%G:%a "$KAFKAD_SOCKET")" = "$RUN_AS:games:666"
check "the parent has that one more" test "$(awk \
	'/^Groups:/ { $1 = ""; print }' "/proc/$KAFKAD_PID/status" | xargs)" = \
	"$(printf '%s\n' "$(id -G "$RUN_AS")" "$(getent group games |
		cut -d : -f 3)" | xargs -n 1 | sort -nu | xargs)"
kafkad_stop
sed 's/group "games"/group "no-such-group"/' "$T/kafkad.conf" >"$T/group.conf"
status_is "an unknown group is refused" 1 "$B/kafkad" -d -f "$T/group.conf"
says "by name" "no such group: no-such-group" cat "$T/out"
mv "$T/plain.conf" "$T/kafkad.conf"

sed 's/^user .*/user "no-such-user"/' "$T/kafkad.conf" >"$T/unknown.conf"
status_is "an unknown user is refused" 1 "$B/kafkad" -d -f "$T/unknown.conf"
says "by name" "no such user: no-such-user" cat "$T/out"
sed 's/^user .*/user "root"/' "$T/kafkad.conf" >"$T/root.conf"
status_is "root is refused" 1 "$B/kafkad" -d -f "$T/root.conf"
says "as not needed" "does not need root" cat "$T/out"

cp "$B/kafkad" "$T/kafkad" && chmod 755 "$T/kafkad"
runuser -u "$RUN_AS" -- "$T/kafkad" -d -v -f "$T/kafkad.conf" \
	>>"$T/kafkad.log" 2>&1 &
runner=$!
until_ "started by that user it works" daemon_is connected true
KAFKAD_PID=$(daemon pid)
check_process "the parent without root" "$KAFKAD_PID"
ctl start kafka-0 >/dev/null
must "all are ready" all_ready 1 1
ctl shutdown >/dev/null
wait "$runner"
check "it ends with 0" test $? -eq 0
KAFKAD_PID=''
