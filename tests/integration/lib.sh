# Sourced by the integration tests: a folder of its own for each, minimesos
# and kafkad in it, waiting for conditions, and an end that leaves nothing.
# B is the folder of the build, TOP the repository.
# WRAP is put before kafkad: "valgrind …"; KAFKAD is another build of it.
#
# shellcheck shell=bash
set -u
: "${B:?} ${TOP:?}"
case $B in /*) ;; *) B=$TOP/$B ;; esac

# Nothing of the tester's own environment counts.
unset FRAMEWORK_USER FRAMEWORK_NAME FRAMEWORK_ROLE FRAMEWORK_PORT \
	FRAMEWORK_STATEFILE_PATH MESOS_PRINCIPAL MESOS_USERNAME \
	MESOS_PASSWORD MESOS_MASTER MESOS_SSL MESOS_SSL_CA_FILE \
	MESOS_SSL_PIN MESOS_SSL_VERIFY LOGLEVEL DOMAIN ZOOKEEPER_COUNT \
	KAFKA_COUNT RES_CPU RES_MEM AUTH_USERNAME AUTH_PASSWORD \
	ZOOKEEPER_CUSTOM_DOMAIN KAFKA_CUSTOM_DOMAIN IMAGE_ZOOKEEPER \
	IMAGE_KAFKA VOLUME_DRIVER VOLUME_KAFKA VOLUME_ZOOKEEPER VAULT_TOKEN

T=$(mktemp -d "${TMPDIR:-/tmp}/kafkad-test.XXXXXX")
chmod 755 "$T"
export KAFKAD_SOCKET=$T/run/kafkad.sock
MM_PID='' KAFKAD_PID=''
failures=0
LIMIT=${LIMIT:-30} # seconds that until_ waits

# As root kafkad becomes this user, which every Debian has.
RUN_AS=daemon

# What sanitizers and valgrind have said in any process: of each file the
# first report, as far as it tells where.
mistakes() {
	local file mistake='(^|: )==[0-9]+==|runtime error:'

	grep -lE "$mistake" "$T"/*.log "$T"/*/agent*/tasks/*/stderr \
		2>/dev/null | while read -r file; do
		echo "--- ${file#"$T/"} (first mistake in memory)"
		grep -E -m 1 -A "${LOGTAIL:-40}" "$mistake" "$file"
	done
}

cleanup() {
	local status=$? found

	kafkad_stop
	minimesos_stop
	found=$(mistakes)
	[ -z "$found" ] || not_ok "no mistake in memory"
	if [ "$failures" -ne 0 ] || [ "$status" -ne 0 ]; then
		echo "--- kafkad.log (end)"
		tail -n "${LOGTAIL:-40}" "$T/kafkad.log" 2>/dev/null
		[ -z "$found" ] || printf '%s\n' "$found"
		[ -z "${KEEP:-}" ] || { echo "kept: $T"; return; }
	fi
	rm -rf "$T"
	[ "$failures" -eq 0 ] || exit 1
}
trap cleanup EXIT
trap 'exit 1' TERM INT

ok() { echo "ok - $*"; }
not_ok() {
	failures=$((failures + 1))
	echo "not ok - $*"
}

# check NAME COMMAND...: the command must succeed.
check() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# until_ NAME COMMAND...: waits until the command succeeds, at most LIMIT s.
until_() {
	local name=$1 end=$((SECONDS + LIMIT))
	shift
	while ! "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$end" ]; then
			not_ok "$name (waited $LIMIT s)"
			return 1
		fi
		sleep 0.05
	done
	ok "$name"
}

# The same, but a failure ends the test: nothing after it would make sense.
must() { until_ "$@" || exit 1; }

ctl() { timeout 60 "$B/kafkactl" "$@"; }

# mm ROUTE: asks minimesos' control port.
mm() {
	curl -sSf --max-time 10 -X POST "http://$MM_CONTROL$1"
}

# minimesos_start [OPTION...]
minimesos_start() {
	rm -f "$T/mm.ready"
	"$B/minimesos" --ready-file "$T/mm.ready" --dir "$T/mm" \
		--images "$TOP/tests/images" \
		--image-env "STANDIN=$B/standin" "$@" >>"$T/mm.log" 2>&1 &
	MM_PID=$!
	while [ ! -s "$T/mm.ready" ]; do
		kill -0 "$MM_PID" 2>/dev/null || {
			cat "$T/mm.log"
			not_ok "minimesos starts"
			exit 1
		}
		sleep 0.02
	done
	MASTER=$(jq -r .master "$T/mm.ready")
	MM_CONTROL=$(jq -r .control "$T/mm.ready")
}

minimesos_stop() {
	[ -n "$MM_PID" ] || return 0
	kill -TERM "$MM_PID" 2>/dev/null
	wait "$MM_PID" 2>/dev/null
	MM_PID=''
}

# conf [ZOOKEEPERS [BROKERS]]: writes $T/kafkad.conf. MESOS, ZOOKEEPER and
# KAFKA hold more statements for these blocks, GLOBAL for the top; ZK_IMAGE,
# ZK_SIZE, KAFKA_IMAGE, KAFKA_SIZE, GRACE and CHECK_INTERVAL what stands there
# once.
conf() {
	mkdir -p "$T/run"
	[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/run"
	cat >"$T/kafkad.conf" <<-X
	control "$T/run/kafkad.sock" read any
	state "$T/run/state"
	user "$RUN_AS"
	${GLOBAL:-}
	mesos {
		master ${MASTERS:-"\"http://$MASTER\""}
		framework "kafka" role "kafka" user "root"
		retry 100ms to 1s
		${MESOS:-}
	}
	zookeeper {
		count ${1:-1}
		image "${ZK_IMAGE:-standin-zookeeper:1}" docker
		cpus 0.1 ${ZK_SIZE:-memory 192M}
		grace ${GRACE:-5s}
		backoff 200ms to 5s
		check interval ${CHECK_INTERVAL:-100ms}
		volume "zookeeper-%d-data" driver "local" at "/data"
		volume "zookeeper-%d-log" driver "local" at "/datalog"
		${ZOOKEEPER:-}
	}
	kafka {
		count ${2:-3}
		image "${KAFKA_IMAGE:-standin-kafka:1}" docker
		cpus 0.5 ${KAFKA_SIZE:-memory 512M}
		grace ${GRACE:-5s}
		backoff 200ms to 5s
		check interval ${CHECK_INTERVAL:-100ms}
		volume "kafka-%d" driver "local" at "/var/lib/kafka/data"
		${KAFKA:-}
	}
	X
	chmod 644 "$T/kafkad.conf"
}

# kafkad_start [OPTION...]: in the background, waits for its socket. KAFKAD is
# another program than the one that was built; LOUD is -v unless it is empty.
kafkad_start() {
	# shellcheck disable=SC2086 # WRAP is a command with its options
	${WRAP:-} "${KAFKAD:-$B/kafkad}" -d ${LOUD--v} -f "$T/kafkad.conf" "$@" >>"$T/kafkad.log" 2>&1 &
	KAFKAD_PID=$!
	local end=$((SECONDS + 20))
	until ctl version >/dev/null 2>&1; do
		if ! kill -0 "$KAFKAD_PID" 2>/dev/null ||
			[ "$SECONDS" -ge "$end" ]; then
			tail -n 20 "$T/kafkad.log"
			not_ok "kafkad starts"
			exit 1
		fi
		sleep 0.02
	done
}

# A new log; what the old one says of mistakes counts all the same.
log_new() {
	cat "$T/kafkad.log" >>"$T/past.log" 2>/dev/null
	: >"$T/kafkad.log"
}

kafkad_stop() {
	[ -n "$KAFKAD_PID" ] || return 0
	kill -TERM "$KAFKAD_PID" 2>/dev/null
	# One that a test has stopped, and did not come to let go on.
	kill -CONT "$KAFKAD_PID" 2>/dev/null
	wait "$KAFKAD_PID" 2>/dev/null
	KAFKAD_PID=''
}

# kill -9 of the parent; its child ends when the channel closes.
kafkad_crash() {
	kill -KILL "$KAFKAD_PID" 2>/dev/null
	wait "$KAFKAD_PID" 2>/dev/null
	KAFKAD_PID=''
}

# The pid of a child of kafkad, by its title ("mesos").
child_pid() { pgrep -P "$KAFKAD_PID" -f "$1"; }

# field INSTANCE NAME: of `show`, e.g. field kafka-0 state
field() { ctl -j show "$1" | head -n 1 | jq -r ".$2"; }
state_is() { [ "$(field "$1" state)" = "$2" ]; }
ready() { [ "$(field "$1" ready)" = true ]; }

# all_ready ZOOKEEPERS BROKERS: so many are wanted and ready, none else.
all_ready() {
	[ "$(ctl -j status | jq -sc '[.[] | select(.service and .wanted) |
		[.wanted, .running, .ready]]')" = "[[$1,$1,$1],[$2,$2,$2]]" ]
}

# "task pid" lines of what runs, as minimesos knows it, sorted.
task_pids() {
	curl -sS "http://$MM_CONTROL/tasks" |
		jq -r '.[] | "\(.task) \(.pid)"' | sort
}
tasks_of() { task_pids | grep -c "^$1[.]"; }
pid_of() { task_pids | sed -n "s/^$1[.][0-9]* //p"; }

# No instance has two tasks.
no_twins() {
	[ -z "$(task_pids | sed 's/[.][0-9]* .*//' | uniq -d)" ]
}

# logged TEXT: kafkad's log has a line with it.
logged() { grep -qF -- "$1" "$T/kafkad.log"; }

# whole FILE: the state in it has its checksum, as it is at one moment.
whole() {
	cp "$1" "$T/whole" &&
		[ "$(head -n 1 "$T/whole" | tr -d '\n' | sha256sum |
			cut -d' ' -f1)" = \
			"$(sed -n 's/^sha256 //p' "$T/whole")" ]
}

# says NAME TEXT COMMAND...: the command's output, errors too, has the text.
says() {
	local name=$1 text=$2 out
	shift 2
	out=$("$@" 2>&1)
	if [[ $out == *"$text"* ]]; then
		ok "$name"
	else
		not_ok "$name: no \"$text\" in: $out"
	fi
}
# equals NAME WANT GOT: two texts, and where they differ.
equals() {
	local name=$1 want=$2 got=$3
	if [ "$got" = "$want" ]; then
		ok "$name"
	else
		not_ok "$name"
		diff <(printf '%s\n' "$want") <(printf '%s\n' "$got")
	fi
}
# shows TEXT COMMAND...: the same as a condition, for until_.
shows() {
	local text=$1 out
	shift
	out=$("$@" 2>&1)
	[[ $out == *"$text"* ]]
}
# status_is NAME STATUS COMMAND...: the exit status of the command.
status_is() {
	local name=$1 want=$2 got=0
	shift 2
	"$@" >"$T/out" 2>&1 || got=$?
	[ "$got" -eq "$want" ] || cat "$T/out"
	check "$name" test "$got" -eq "$want"
}
# What `kafkactl status` says of the daemon, e.g. daemon mode
daemon() { ctl -j status | jq -r "select(.daemon) | .daemon.$1"; }
daemon_is() { [ "$(daemon "$1")" = "$2" ]; }
field_is() { [ "$(field "$1" "$2")" = "$3" ]; }
# Of minimesos: where the task of an instance is, and whether a pid lives.
agent_of() {
	curl -sS "http://$MM_CONTROL/tasks" |
		jq -r --arg i "$1." '.[] | select(.task | startswith($i)) |
			.agent_index' | head -n 1
}
launches() { mm "/counters" | jq .launched; }
alive() { kill -0 "$1" 2>/dev/null; }
dead() { ! alive "$1"; }
has_tasks() { [ "$(tasks_of "$1")" -eq "$2" ]; }
restarted() { # INSTANCE PID: it is ready again with another process
	local pid
	pid=$(pid_of "$1")
	[ -n "$pid" ] && [ "$pid" != "$2" ] && ready "$1"
}

# twins_watch: looks for an instance with two tasks until twins_end, at
# minimesos; the stand-ins' locks on their volumes tell it, too.
twins_watch() {
	: >"$T/twins"
	while [ -e "$T/twins" ]; do
		task_pids 2>/dev/null | sed 's/[.][0-9]* .*//' | uniq -d
		sleep 0.01
	done >>"$T/twins.found" 2>/dev/null &
	TWINS_PID=$!
}
twins_end() {
	rm -f "$T/twins"
	wait "$TWINS_PID"
	sort "$T/twins.found" | uniq -c
	check "${1:-no instance ever had two tasks}" test ! -s "$T/twins.found"
	check "no two tasks met on a volume" test -z "$(grep -rl \
		'another task uses this volume' "$T/mm" 2>/dev/null)"
}
