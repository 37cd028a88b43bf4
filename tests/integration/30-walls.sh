#!/usr/bin/env bash
# The walls around each process, tried from inside: kafkad-walls is kafkad
# with tests/walls/try.c, which says what each attempt came to before the
# walls were up and after. And what must go on working behind them.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --allocation-interval 100
http=$("$B/fakeparent" -f)
GLOBAL="http { listen on 127.0.0.1 port $http }"
conf 1 1
kafkad_start
must "all are ready" all_ready 1 1
walls=$(ctl -j status | jq -c 'select(.daemon) | .daemon.walls')
echo "walls: $walls"
if [[ $walls == *none* ]]; then
	# Sanitizers trace what they check.
	check "a traced build has no walls, and says so" test "$walls" = \
		'{"parent":"none","mesos":"none","http":"none"}'
	exit 0
fi
# An older kernel has less, which kafkad and this test then say.
has() { [[ $(jq -r ".$1" <<<"$walls") == *$2* ]]; }
for p in parent mesos http; do
	check "the calls of $p are walled in" has "$p" calls
done
says "kafkactl says it, too" "mesos: $(jq -r .mesos <<<"$walls"); http: " ctl status
kafkad_stop

# Somebody else of the same user, and who listens without being a master.
mkdir -m 777 "$T/try" "$T/try/folder"
echo secret >"$T/try/file"
chmod 644 "$T/try/file"
exec 7< <(exec nc -l -k -v 127.0.0.1 0 2>&1)
LISTENER=$!
if [ "$(id -u)" -eq 0 ]; then
	setpriv --reuid="$RUN_AS" --clear-groups sleep 600 &
else
	sleep 600 &
fi
OTHER=$!
walls_end() {
	kill "$LISTENER" "$OTHER" 2>/dev/null
	wait "$OTHER" 2>/dev/null
	return "$1"
}
trap 'walls_end $?; cleanup' EXIT
port=''
while [ -z "$port" ] && read -r -u 7 line; do
	port=$(sed -n 's/^Listening on .* \([0-9]*\)$/\1/p' <<<"$line")
done
cat >"$T/try/walls.try" <<-X
	state $T/run/state/state.json
	file $T/try/file
	control $T/run/kafkad.sock
	folder $T/try/folder
	port $port
	master ${MASTER##*:}
	pid $OTHER
X
chmod 644 "$T/try/walls.try"
cd "$T/try" || exit 1
: >"$T/kafkad.log"
KAFKAD=$B/kafkad-walls kafkad_start
cd "$TOP" || exit 1
must "all are ready behind the walls" all_ready 1 1
until_ "http has tried its walls" logged "walls: http limits-of-parent: "

# wall WHAT AFTER: which wall it is that refuses so.
wall() {
	case $1,$2 in
	*,ok | shut-log,*) echo , ;; # any
	connect,EACCES) echo ports ;;
	signal,EPERM) echo signals ;;
	*,EACCES) echo files ;;
	*) echo calls ;;
	esac
}
# is PROCESS WHAT BEFORE AFTER: "-" is what it was before, if anything.
is() {
	local line missing
	missing=$(wall "$2" "$4")
	if [ "$missing" != , ] && ! has "$1" "$missing"; then
		echo "ok - # SKIP $1 $2: this kernel has no wall for $missing"
		return
	fi
	line=$(sed -n "s/.*walls: $1 $2: //p" "$T/kafkad.log" | head -n 1)
	case $3 in
	-) line=${line#*, } ;;
	*) set -- "$1" "$2" "$3" "$3, $4" ;;
	esac
	if [ "$line" = "$4" ]; then
		ok "$1 $2: $4"
	else
		not_ok "$1 $2: $4 (it was: $line)"
	fi
}
while read -r process what was now; do
	is "$process" "$what" "$was" "$now"
done <<-X
	parent read-state ok ok
	parent write-state ok ok
	parent write ok EACCES
	parent symlink ok ENOSYS
	parent signal ok EPERM
	parent ptrace - ENOSYS
	parent peek - ENOSYS
	parent mount ok ENOSYS
	parent unshare ok ENOSYS
	parent keys - ENOSYS
	parent written-code ok ENOSYS
	parent run-written ok ENOSYS
	mesos read-state ok EACCES
	mesos write-state ok ENOSYS
	mesos read-file ok EACCES
	mesos read-resolver ok ok
	mesos list ok EACCES
	mesos write - ENOSYS
	mesos symlink - ENOSYS
	mesos chmod ok ENOSYS
	mesos exec ok ENOSYS
	mesos fork ok ENOSYS
	mesos signal-parent - ENOSYS
	mesos signal - ENOSYS
	mesos ptrace - ENOSYS
	mesos peek - ENOSYS
	mesos connect ok EACCES
	mesos connect-master ok ok
	mesos fastopen - ENOSYS
	mesos mptcp - ENOSYS
	mesos datagrams ok ENOSYS
	mesos shut-log ENOTSOCK ENOTSOCK
	mesos bind ok ENOSYS
	mesos control ok EAFNOSUPPORT
	mesos mount - ENOSYS
	mesos unshare - ENOSYS
	mesos keys - ENOSYS
	mesos written-code - ENOSYS
	mesos run-written - ENOSYS
	mesos signal-by-file ok ENOSYS
	mesos limits-of-parent - ENOSYS
	http read-state ok EACCES
	http write-state ok ENOSYS
	http read-file ok EACCES
	http read-resolver ok EACCES
	http list ok EACCES
	http write - ENOSYS
	http symlink - ENOSYS
	http chmod ok ENOSYS
	http exec ok ENOSYS
	http fork ok ENOSYS
	http signal-parent - ENOSYS
	http signal - ENOSYS
	http ptrace - ENOSYS
	http peek - ENOSYS
	http connect ok ENOSYS
	http connect-master ok ENOSYS
	http fastopen - ENOSYS
	http mptcp - ENOSYS
	http datagrams ok ENOSYS
	http shut-log ENOTSOCK ENOTSOCK
	http bind ok ENOSYS
	http control ok ENOSYS
	http mount - ENOSYS
	http unshare - ENOSYS
	http keys - ENOSYS
	http written-code - ENOSYS
	http run-written - ENOSYS
	http signal-by-file ok ENOSYS
	http limits-of-parent - ENOSYS
X
kafkad_stop

# A child that has ended the listening leaves its successor a good socket.
echo "unlisten 1" >>"$T/try/walls.try"
cd "$T/try" || exit 1
: >"$T/kafkad.log"
KAFKAD=$B/kafkad-walls kafkad_start
until_ "the http process ends, and the listening with it" logged \
	"http: exited with status 1"
sed -i '/unlisten/d' walls.try
cd "$TOP" || exit 1
until_ "the next one is heard all the same" curl -s --max-time 5 -o /dev/null \
	"http://127.0.0.1:$http/v0/nothing"
kafkad_stop

# Kernels that have less.
walls_are() { daemon walls | jq -c . | grep -qxF "$1"; }
none() { lines "this kernel has no walls for: $1"; }
: >"$T/kafkad.log"
WRAP="$B/old landlock" kafkad_start
must "all are ready without Landlock" all_ready 1 1
until_ "status says what is left" walls_are \
	'{"parent":"calls","mesos":"calls","http":"calls"}'
check "the log says what is missing, for the children" test \
	"$(none "files, ports, signals")" -eq 2
check "and for the parent" test "$(none "files, signals")" -eq 1
kafkad_stop
: >"$T/kafkad.log"
WRAP="$B/old seccomp" kafkad_start
must "all are ready without seccomp, too" all_ready 1 1
until_ "status says that there are no walls" walls_are \
	'{"parent":"none","mesos":"none","http":"none"}'
check "the log says so, for the children" test \
	"$(none "files, ports, signals, calls")" -eq 2
check "and for the parent" test "$(none "files, signals, calls")" -eq 1
