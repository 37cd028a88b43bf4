#!/usr/bin/env bash
# The status page of a whole kafkad: in a browser (tests/browser/page.js), and
# its stream of events. Pictures of it are left in build/pictures.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

[ -d "$TOP/build/browser/node_modules/playwright-core" ] || {
	not_ok "there is a build/browser/node_modules (make setup)"
	exit 1
}
CHROMIUM=$(command -v chromium) || {
	not_ok "there is a chromium (make setup)"
	exit 1
}
PICTURES=$TOP/build/pictures
export CHROMIUM PICTURES MM_CONTROL URL KAFKAD_PID
mkdir -p "$PICTURES"

# in_browser [open]: its checks are ours.
in_browser() {
	HOME=$T timeout 600 node "$TOP/tests/browser/page.js" "$@" \
		>"$T/browser" 2>&1 || echo "not ok - node" >>"$T/browser"
	cat "$T/browser"
	failures=$((failures + $(grep -c '^not ok ' "$T/browser" || true)))
}
me=(-u "bob:s3cret")
streams=()
streams_end() {
	[ ${#streams[@]} -gt 0 ] || return 0
	kill "${streams[@]}" 2>/dev/null
	wait "${streams[@]}" 2>/dev/null
	streams=()
}
trap 'status=$?; streams_end; (exit "$status"); cleanup' EXIT
# stream FILE: follows the events, into a file.
stream() {
	curl -sN "${me[@]}" -D "$1.head" "$URL/events" >"$1" 2>/dev/null &
	streams+=($!)
	until_ "a stream is open" grep -q '^HTTP/1.1 200' "$1.head"
}

minimesos_start
printf 's3cret\n' >"$T/password"
chmod 600 "$T/password"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/password"
http "user \"bob\" password file \"$T/password\""
conf 1 3
# Time to be seen in.
sed -i 's/backoff 200ms to/backoff 2s to/' "$T/kafkad.conf"
kafkad_start
must "it is served" served
must "all run" all_ready 1 3

# Events as they come, to few at a time.
for n in 1 2 3 4 5 6 7 8; do
	stream "$T/stream.$n"
done
check "the ninth of one address is refused" test \
	"$(code "${me[@]}" "$URL/events")" = 503
check "a stream is one of events" grep -qi \
	'^content-type: text/event-stream' "$T/stream.1.head"
check "not without credentials" test "$(code "$URL/events")" = 401
kill -KILL "$(pid_of kafka-0)"
for n in 1 8; do
	until_ "stream $n tells what happens" grep -q \
		'^data: {.*"instance":"kafka-0"' "$T/stream.$n"
done
streams_end
until_ "all run again" all_ready 1 3
follows() { [ "$(code -m 1 "${me[@]}" "$URL/events")" = 200 ]; }
LIMIT=10 until_ "those who left are noticed" follows

in_browser
check "the log says who it was" logged \
	'via="http" user="bob" address="127.0.0.1" command="scale kafka 4"'
kafkad_stop

# Without credentials it only shows.
http ""
conf 1 4
kafkad_start
must "it is served again" served
must "all run under the next" all_ready 1 4
in_browser open
