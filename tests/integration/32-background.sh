#!/usr/bin/env bash
# Without -d: kafkad goes to the background, and what its processes say goes
# to syslog, the children's by way of the parent. For this they see a
# /dev/log of our own, which only root can arrange.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

if ! unshare -m mount --make-rprivate / 2>/dev/null; then
	echo "ok - # SKIP a private mount namespace needs root"
	exit 0
fi
mkdir "$T/dev"
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom "$T/dev"
cat >"$T/inside" <<X
#!/bin/sh
mount --make-rprivate / && mount --bind "$T/dev" /dev && exec "\$@"
X
chmod 755 "$T/inside"

# syslog_start FILE: a syslog that writes there.
SYSLOG=''
syslog_start() {
	rm -f "$T/dev/log"
	nc -l -k -u -U "$T/dev/log" >"$1" 2>/dev/null &
	SYSLOG=$!
	until [ -S "$T/dev/log" ]; do sleep 0.02; done
	chmod 666 "$T/dev/log"
}
syslog_stop() {
	[ -n "$SYSLOG" ] || return 0
	kill "$SYSLOG" 2>/dev/null
	wait "$SYSLOG" 2>/dev/null
	SYSLOG=''
}
background_end() {
	[ -z "$DAEMON" ] || kill -TERM "$DAEMON" 2>/dev/null
	[ -z "$DAEMON" ] || until dead "$DAEMON"; do sleep 0.02; done
	syslog_stop
	return "$1"
}
DAEMON=''
trap 'background_end $?; cleanup' EXIT
http_other() { [ -n "$(child_pid http)" ] && [ "$(child_pid http)" != "$1" ]; }
has() { grep -aq -- "$2" "$1"; }

syslog_start "$T/syslog"
minimesos_start --allocation-interval 100
port=$("$B/fakeparent" -f)
GLOBAL="http { listen on 127.0.0.1 port $port }"
conf 1 1
unshare -m "$T/inside" "$B/kafkad" -v -f "$T/kafkad.conf" >"$T/out" 2>&1
check "the start comes back with status 0" test $? -eq 0
check "what is said before that is said to who starts it" test "$(sed \
	's/.* info parent: //' "$T/out")" = \
	"no state in $T/run/state/state.json: beginning anew"
must "all are ready" all_ready 1 1
DAEMON=$(daemon pid)
KAFKAD_PID=$DAEMON
check "it has no terminal and no folder" test "$(readlink \
	"/proc/$DAEMON/cwd")" = /
# 30 is daemon.info, 28 daemon.warning, 27 daemon.err, 31 daemon.debug.
check "the parent's lines are there" has "$T/syslog" \
	"<30>.*kafkad\[$DAEMON\]: parent: kafkad "
check "and those of mesos" has "$T/syslog" \
	"<30>.*kafkad\[$DAEMON\]: mesos: .*: subscribed as framework"
check "what is for debugging is marked so" has "$T/syslog" \
	"<31>.*kafkad\[$DAEMON\]: mesos: event OFFERS"

# A new syslog, as after an upgrade of it.
syslog_stop
syslog_start "$T/syslog.new"
mm "/stream/drop?how=fin" >/dev/null
until_ "a syslog that was started again gets mesos' lines" has \
	"$T/syslog.new" "<28>.*: mesos: .*the connection broke"
until_ "connected" connected

# The last words of a child, whoever speaks them.
child=$(child_pid http)
kill -ABRT "$child"
until_ "how a child died is told" has "$T/syslog.new" \
	"<28>.*: parent: http: died of signal 6"
until_ "and it is there again" http_other "$child"

ctl shutdown >/dev/null
until_ "shutdown ends it" dead "$DAEMON"
check "tasks go on" test "$(task_pids | wc -l)" -eq 2
DAEMON='' KAFKAD_PID=''
