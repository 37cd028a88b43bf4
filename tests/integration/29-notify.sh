#!/usr/bin/env bash
# kafkad as a service that notifies: a small program plays systemd, and keeps
# what it is told. Started as root it is another user by then.
. "${TOP:?}/tests/integration/lib.sh"

cp "$B/liar" "$T/kafkad" && chmod 755 "$T/kafkad"
KAFKAD=$T/kafkad
do_() { echo "$1" >"$T/kafkad.do"; }
told() { grep -qF -- "$1" "$T/notes"; }
told_times() { [ "$(grep -cF -- "$1" "$T/notes")" -ge "$2" ]; }
not_told() { ! told "$1"; }
# The last line of status.
status() { sed -n 's/.*STATUS=\([^|]*\)|.*/\1/p' "$T/notes" | tail -n 1; }
status_has() { [[ $(status) == *"$1"* ]]; }
# The supervisor ends when all that was sent is in its file.
listener() { pgrep -f "^$B/supervisor .*$T/notes" >/dev/null; }
no_listener() { ! listener; }
# start SOCKET [OPTION...]: of the supervisor
start() {
	local name=$1
	shift
	: >"$T/notes"
	log_new
	WRAP="$B/supervisor $* $name $T/notes" kafkad_start
}
ms() { date +%s%3N; }

minimesos_start
conf 1 3

# The mesos process does not come: the socket answers, it is not started yet.
do_ wait
start "$T/notify" -w 4000000
check "the control socket answers before it is ready" ctl version
until_ "the watchdog is told meanwhile" told WATCHDOG=1
check "READY is not told before the children are there" not_told READY=1
check "kafkactl does not say it is connected" daemon_is connected false
do_ ''
until_ "READY is told when they are" told READY=1
must "all are ready" all_ready 1 3
until_ "the status says so" status_has "; zookeeper 1 of 1 ready, kafka 3 of 3 ready"
check "and where it is connected to" status_has "connected to $MASTER;"
check "READY was told once" test "$(grep -cF READY=1 "$T/notes")" -eq 1
check "all of it comes from the main process" test \
	"$(awk '{ print $2 }' "$T/notes" | sort -u)" = "$KAFKAD_PID"
check "a status is told once" test -z "$(sed -n \
	's/.*STATUS=\([^|]*\)|.*/\1/p' "$T/notes" | uniq -d)"

# A broker dies and returns.
pid=$(pid_of kafka-1)
kill -KILL "$pid"
until_ "a broker that died is in the status" told "kafka 2 of 3 ready"
must "it returns" restarted kafka-1 "$pid"
until_ "that is, too" status_has "kafka 3 of 3 ready"

# So is the connection.
mm "/stream/drop?how=rst" >/dev/null
until_ "a lost connection is in the status" told "not connected: "
until_ "and its return" status_has "connected to $MASTER;"
kill -KILL "$(child_pid mesos)"
until_ "a lost child is" \
	told "not connected: the mesos process is being started again"
until_ "and its return" status_has "connected to $MASTER;"

# The watchdog: half of four seconds. A parent that stands still tells nothing.
n=$(grep -cF WATCHDOG=1 "$T/notes")
until_ "the watchdog is told again and again" told_times WATCHDOG=1 $((n + 4))
most=$(grep -F WATCHDOG=1 "$T/notes" | awk 'NR > 1 && $1 - last > most {
	most = $1 - last } { last = $1 } END { print most + 0 }')
check "never later than the supervisor allows ($most ms)" test "$most" -lt 4000
least=$(grep -F WATCHDOG=1 "$T/notes" | awk '{ n++; if (n == 1) first = $1
	last = $1 } END { print int((last - first) / (n - 1)) }')
check "in half of that time ($least ms)" test "$least" -ge 1950
kill -STOP "$KAFKAD_PID"
stopped() { [ "$(ps -o s= -p "$KAFKAD_PID")" = T ]; }
must "the parent is stopped" stopped
later() { [ $(($(ms) - began)) -ge 4000 ]; }
began=$(($(ms) - 3000))
until_ "what it has told has come" later
n=$(wc -l <"$T/notes") began=$(ms)
until_ "two of its times are over" later
check "stopped, it tells nothing" test "$(wc -l <"$T/notes")" -eq "$n"
n=$(grep -cF WATCHDOG=1 "$T/notes")
kill -CONT "$KAFKAD_PID"
until_ "it goes on with it" told_times WATCHDOG=1 $((n + 2))

kafkad_stop
until_ "the end is told" told STOPPING=1
check "as the last thing" test "$(tail -n 1 "$T/notes" |
	cut -d ' ' -f 3-)" = "STOPPING=1|STATUS=ending; tasks go on|"

# By a name that is no path, with a watchdog of somebody else.
start "@kafkad-test-$$" -w 100000 -p 1
until_ "over an abstract socket READY is told" told READY=1
until_ "and the status" status_has "kafka 3 of 3 ready"
began=$(($(ms) - 3000))
until_ "a watchdog that would have been told is waited for" later
check "it is not told for another process" not_told WATCHDOG=1
ctl shutdown >/dev/null
until_ "a shutdown by kafkactl is told" told STOPPING=1
wait "$KAFKAD_PID"
check "and ends with 0" test $? -eq 0

# A mesos process that never lives long: kafkad is there nevertheless.
do_ abort
start "$T/notify"
until_ "READY is told although a child cannot be started" told READY=1
check "not before the others have had their time" test \
	"$(awk '/READY=1/ { print $1 }' "$T/notes")" -ge 9000
check "and the status says so" status_has "not connected: "
check "no watchdog was asked for" not_told WATCHDOG=1
do_ ''
kafkad_stop

# Nobody there, and what is no socket: the log says so, and that is all.
start "$T/nobody" -n -w 100000
must "without a supervisor all are ready" all_ready 1 3
until_ "the log says that nobody is told" \
	logged "notify: the supervisor cannot be told: No such file"
check "once" test "$(grep -c "cannot be told" "$T/kafkad.log")" -eq 1
kafkad_stop
for name in tcp:1 "/$(printf %0120d 1)"; do
	start "$name" -n
	check "${name:0:6}… is no socket that is known" \
		logged "NOTIFY_SOCKET is no socket that is known"
	until_ "without it all are ready" all_ready 1 3
	kafkad_stop
done
until_ "nobody listens any more" no_listener

# The unit that goes with it, as far as systemd can judge it without running.
sed "s|/usr/local/sbin/kafkad|$T/kafkad|; /^Documentation=/d" \
	"$TOP/etc/kafkad.service" >"$T/kafkad.service"
mkdir -m 700 "$T/user"
verify() {
	XDG_RUNTIME_DIR=$T/user systemd-analyze --user verify "$1" \
		>"$T/out" 2>&1 && [ ! -s "$T/out" ] && return
	cat "$T/out"
	return 1
}
if command -v systemd-analyze >/dev/null; then
	check "systemd takes kafkad.service" verify "$T/kafkad.service"
else
	ok "systemd takes kafkad.service # SKIP there is no systemd-analyze"
fi
unit_has() { grep -qxF "$1" "$T/kafkad.service"; }
for line in Type=notify NotifyAccess=main KillMode=mixed Restart=on-failure \
	"ExecStart=$T/kafkad -d"; do
	check "it has $line" unit_has "$line"
done
seconds() { sed -n "s/^TimeoutStartSec=\([0-9]*\)s$/\1/p" "$T/kafkad.service"; }
check "its start may take longer than kafkad's ten seconds" \
	test "$(seconds)" -gt 30
