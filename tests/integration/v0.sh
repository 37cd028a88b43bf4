# Sourced after lib.sh: kafkad with nothing but an environment, as those start
# it who come from the Go framework, and what that one left behind.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # of lib.sh

if [ -e /etc/kafkad.conf ]; then
	echo "ok - no configuration file # SKIP there is a /etc/kafkad.conf"
	exit 0
fi

# The stand-in for the Go framework: goframework [OPTION...]
goframework() {
	"$TOP/tests/goframework/run" --master "$MASTER" --dir "$T/go" \
		--image-zookeeper "$IMAGE_ZOOKEEPER" \
		--image-kafka "$IMAGE_KAFKA" --limit 60 "$@"
}
IMAGE_ZOOKEEPER=standin-zookeeper:1 IMAGE_KAFKA=standin-kafka:1

# What runs kafkad as somebody who is not root, because root would need
# _kafkad; and a kafkad that this somebody can reach, wherever it was built.
AS_USER=()
KAFKAD=$B/kafkad
if [ "$(id -u)" -eq 0 ]; then
	AS_USER=(setpriv --reuid "$RUN_AS" --regid "$(id -g "$RUN_AS")"
		--clear-groups)
	KAFKAD=$T/kafkad
	install -m 755 "$B/kafkad" "$KAFKAD"
fi

# env_start VARIABLE=VALUE...: kafkad with these variables and no file.
# HTTP is where it is asked for then.
env_start() {
	mkdir -p "$T/home"
	[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/home"
	export KAFKAD_SOCKET=$T/home/kafkad/kafkad.sock
	[ -n "${PORT:-}" ] || PORT=$("$B/fakeparent" -f)
	HTTP=127.0.0.1:$PORT
	"${AS_USER[@]}" env -i "PATH=$PATH" "XDG_STATE_HOME=$T/home" \
		"FRAMEWORK_PORT=$PORT" "MESOS_MASTER=$MASTER" \
		"FRAMEWORK_STATEFILE_PATH=$T/go" \
		"IMAGE_ZOOKEEPER=$IMAGE_ZOOKEEPER" \
		"IMAGE_KAFKA=$IMAGE_KAFKA" DOMAIN=weave.local \
		VOLUME_ZOOKEEPER=z0,z1,z2 VOLUME_KAFKA=k0,k1,k2,k3,k4 \
		RES_MEM=64 "$@" "$KAFKAD" -d -v >>"$T/kafkad.log" 2>&1 &
	KAFKAD_PID=$!
	must "kafkad answers" ctl version
}

# get PATH [OPTION...]: the answer's body; its code goes to $T/code.
get() {
	local path=$1
	shift
	curl -sS --max-time 20 -o "$T/body" -w '%{http_code}' "$@" \
		"http://$HTTP$path" >"$T/code"
	cat "$T/body"
}
code_is() { [ "$(cat "$T/code")" = "$1" ]; }

# answers NAME CODE BODY PATH [OPTION...]: exactly that is answered.
answers() {
	local name=$1 code=$2 body=$3 got
	shift 3
	got=$(get "$@")
	if [ "$got" = "$body" ] && code_is "$code"; then
		ok "$name"
	else
		not_ok "$name: $(cat "$T/code") $got, not $code $body"
	fi
}

# The process of a task, by its whole id.
pid_of_task() { task_pids | sed -n "s/^$1 //p"; }
