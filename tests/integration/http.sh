# Sourced by the tests of the http process, after lib.sh: the process with a
# parent that answers from what it is told (tests/fakeparent), and clients.
#
# shellcheck shell=bash disable=SC2034

SHIM_PID=''

# shim_start [OPTION...]: of fakeparent. Its lines are in $T/lines, PORT is
# where the http process listens, HTTP_PID what it is.
shim_start() {
	rm -f "$T/shim.ready"
	mkdir -p "$T/tasks"
	"$B/fakeparent" -k "$B/kafkad" -r "$T/shim.ready" -l "$T/lines" \
		-a "$T/tasks" "$@" >>"$T/shim.log" 2>&1 &
	SHIM_PID=$!
	local end=$((SECONDS + 20))
	until [ -s "$T/shim.ready" ]; do
		if ! kill -0 "$SHIM_PID" 2>/dev/null ||
			[ "$SECONDS" -ge "$end" ]; then
			cat "$T/shim.log"
			not_ok "the http process starts"
			exit 1
		fi
		sleep 0.02
	done
	read -r PORT HTTP_PID <"$T/shim.ready"
	URL=http://127.0.0.1:$PORT
}

# Ends it, which must be in order.
shim_stop() {
	[ -n "$SHIM_PID" ] || return 0
	local status=0
	kill -TERM "$SHIM_PID" 2>/dev/null
	wait "$SHIM_PID" 2>/dev/null || status=$?
	SHIM_PID=''
	check "the http process ends in order" test "$status" -eq 0
}

# A test that ends early leaves it to us.
shim_cleanup() {
	local status=$?
	[ -z "$SHIM_PID" ] || kill -TERM "$SHIM_PID" 2>/dev/null
	(exit "$status")
	cleanup
}
trap shim_cleanup EXIT

# Sanitizers keep what is freed, and take their time.
traced() { [[ $B == *address* ]]; }

lines_count() { wc -l <"$T/lines"; }
last_line() { tail -n 1 "$T/lines"; }
http_alive() { kill -0 "$HTTP_PID" 2>/dev/null; }

# code CURL-ARGUMENT...: the status code alone.
code() { curl -s -o /dev/null --max-time 30 -w '%{http_code}' "$@"; }
# answer CURL-ARGUMENT...: "CODE BODY".
answer() { curl -s --max-time 30 -w ' %{http_code}' "$@"; }

# raw TEXT: sends it as it is (printf's escapes), and shows what comes.
raw() {
	# shellcheck disable=SC2059 # the escapes are meant
	printf "$1" | timeout 20 nc -N -w 15 127.0.0.1 "$PORT"
}

# For the whole of kafkad: the block http with STATEMENTS, a free port, and
# LISTEN.
http() {
	PORT=$("$B/fakeparent" -f)
	GLOBAL="http {
	listen on ${LISTEN:-127.0.0.1} port $PORT
	$1
	}"
	URL=http://127.0.0.1:$PORT
}
served() { [ "$(code "$URL/v0/nothing")" = 404 ]; }

# load_start: 10000 requests over 50 connections, LOAD_PID, and a client that
# scales the brokers all the time. load_end: waits for them; the status codes
# are in $T/codes.
load_start() {
	local n

	: >"$T/scaling"
	while [ -e "$T/scaling" ]; do
		for n in 3 4 3 2; do
			code "$URL/v0/kafka/scale/$n" >/dev/null
		done
	done &
	SCALER_PID=$!
	curl -sZ --parallel-max 50 -w '%{http_code}\n' -o /dev/null \
		"$URL/v0/container/[1-10000]" >"$T/codes" 2>/dev/null &
	LOAD_PID=$!
}
load_end() {
	wait "$LOAD_PID"
	rm "$T/scaling"
	wait "$SCALER_PID"
}
