#!/usr/bin/env bash
# The routes of the Go framework as its README used them, with curl, against
# the http process alone.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

# is NAME WANT CURL-ARGUMENT...
is() {
	local name=$1 want=$2 have
	shift 2
	have=$(answer "$@")
	[ "$have" = "$want" ] || echo "# $have"
	check "$name" test "$have" = "$want"
}
line_is() { # NAME LINE
	check "$1" test "$(last_line)" = "$2"
}

echo '{"command":{"TaskID":2},"status":"{\"state\":\"TASK_RUNNING\"}"}' \
	>"$T/2.json"
shim_start
mv "$T/2.json" "$T/tasks/"
is "scale" "2 202" -X GET "$URL/v0/kafka/scale/5" -d 'JSON'
line_is "its command" "as - 127.0.0.1 scale kafka 5"
is "scale again" "0 202" -X GET "$URL/v0/kafka/scale/5" -d 'JSON'
is "scale down" "-4 202" -X GET "$URL/v0/kafka/scale/1" -d 'JSON'
is "scale zookeeper" "2 202" -X GET "$URL/v0/zookeeper/scale/3" -d 'JSON'
is "reflate" "ok 202" -X GET "$URL/v0/kafka/reflate" -d 'JSON'
line_is "its command" "as - 127.0.0.1 reflate kafka"
is "reflate zookeeper" "ok 202" -X GET "$URL/v0/zookeeper/reflate" -d 'JSON'
is "kill" "ok 202" -X GET "$URL/v0/task/kill/2" -d 'JSON'
is "kill by the whole id" "ok 202" -X GET "$URL/v0/task/kill/kafka-0.2" \
	-d 'JSON'
is "a task" '{"command":{"TaskID":2},"status":{"state":1}} 202' \
	-X GET "$URL/v0/container/2" -d 'JSON'
check "for jq" test "$(curl -s -X GET "$URL/v0/container/2" -d 'JSON' |
	jq -c .command)" = '{"TaskID":2}'
is "several on one connection" "ok 202ok 202" \
	-d JSON "$URL/v0/kafka/reflate" "$URL/v0/kafka/reflate"
n=$(lines_count)
is "an unknown page" "404 page not found
 404" "$URL/v0/kafka/scale/"
check "HEAD" test "$(code -I "$URL/v0/kafka/reflate")" = 405
is "no number" "the count must be a number from 0 to 1000
 400" "$URL/v0/kafka/scale/abc"
is "below zero" "the count must be a number from 0 to 1000
 400" "$URL/v0/kafka/scale/-1"
check "a moved page" test "$(code --path-as-is "$URL//v0/kafka/reflate")" = 301
is "and followed" "ok 202" -L --path-as-is "$URL/v0/../v0//kafka/reflate"
check "one command of all that" test "$(lines_count)" -eq $((n + 1))
is "unknown to kill" "no such task or instance
 404" "$URL/v0/task/kill/77"
is "refused" "refused with 409
 409" "$URL/v0/kafka/scale/409"
check "another site" test "$(code -H 'Sec-Fetch-Site: cross-site' \
	"$URL/v0/kafka/reflate")" = 403
check "another origin" test "$(code -H 'Origin: http://evil.example' \
	"$URL/v0/kafka/reflate")" = 403
check "the same origin" test "$(code -H "Origin: $URL" \
	"$URL/v0/kafka/reflate")" = 202
check "HTTP/1.0" test "$(answer -0 "$URL/v0/kafka/reflate")" = "ok 202"
check "Connection: close" test "$(answer -H 'Connection: close' \
	"$URL/v0/kafka/reflate")" = "ok 202"
kill -USR1 "$SHIM_PID"
n=$SECONDS
is "no answer from the daemon" "kafkad does not answer in time; what was \
asked for may still be done
 503" "$URL/v0/kafka/reflate"
check "after ten seconds" test $((SECONDS - n)) -ge 9
kill -USR1 "$SHIM_PID"
check "nothing was wrong" test -z "$(grep -v \
	' debug \| info \|answer in time\|on behalf of another site' \
	"$T/shim.log")"
shim_stop

# A page's plots have no timer of their own.
shim_start
: >"$T/shim.log"
kill -USR2 "$SHIM_PID"
until_ "it gives a sign of life" grep -q "it lives" "$T/shim.log"
until_ "which is when it takes a sample" \
	grep -q "for itself: status" "$T/shim.log"
shim_stop

# The same with credentials.
shim_start -u user -w 'pass word:ä'
is "without credentials" " 401" "$URL/v0/kafka/reflate"
check "not even the challenge" test -z "$(curl -si "$URL/v0/kafka/reflate" |
	grep -i authenticate)"
is "wrong password" " 401" -u user:nope "$URL/v0/kafka/reflate"
is "wrong user" " 401" -u 'root:pass word:ä' "$URL/v0/kafka/reflate"
is "a longer one" " 401" -u 'user:pass word:ää' "$URL/v0/kafka/reflate"
is "401 before 400" " 401" "$URL/v0/kafka/scale/abc"
is "404 without" "404 page not found
 404" "$URL/v0/nope"
is "405 without" " 405" -X DELETE "$URL/v0/kafka/reflate"
check "no command of all that" test "$(lines_count)" -eq 0
is "the right ones" "ok 200" -u 'user:pass word:ä' "$URL/v0/kafka/reflate"
line_is "the user is named" "as user 127.0.0.1 reflate kafka"
check "the password is in no log" test -z "$(grep 'pass word' "$T/shim.log")"
shim_stop
