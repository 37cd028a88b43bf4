#!/usr/bin/env bash
# Many clients: a steady crowd of good ones, idle and slow ones, and those
# that send nonsense. None costs memory or descriptors for long.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$HTTP_PID/status"; }
descriptors() { find "/proc/$HTTP_PID/fd" -mindepth 1 2>/dev/null | wc -l; }
descriptors_are() { [ "$(descriptors)" -eq "$1" ]; }

# many OPTION...: 10000 requests over 50 connections.
many() {
	curl -sZ --parallel-max 50 -w '%{http_code}\n' "$@" \
		-o /dev/null "$URL/v0/kafka/scale/[1-399]" \
		-o /dev/null "$URL/v0/task/kill/kafka-0.1" \
		-o /dev/null "$URL/v0/container/[1-9600]" 2>"$T/curl" |
		sort | uniq -c | sed 's/^ *//'
}

shim_start
before=$(descriptors)
code "$URL/v0/kafka/reflate" >/dev/null
until_ "nobody is there" descriptors_are "$before"
check "10000 requests" test "$(many)" = "9999 202
1 404"
used=$(memory)
many >/dev/null
traced || check "no memory is lost" test "$(memory)" -le $((used + 2000))
until_ "no descriptor is lost" descriptors_are "$before"

# 200 idle and 200 slow ones, and the good one after them.
fds=()
crowd() {
	local fd
	for _ in $(seq 1 200); do
		exec {fd}<>"/dev/tcp/127.0.0.1/$PORT"
		fds+=("$fd")
		exec {fd}<>"/dev/tcp/127.0.0.1/$PORT"
		fds+=("$fd")
		printf 'GET /v0/kafka/sc' >&"$fd"
	done
}
crowd 2>/dev/null
check "the 401st is served" test "$(code "$URL/v0/kafka/reflate")" = 202
check "and again" test "$(code "$URL/v0/kafka/reflate")" = 202
for fd in "${fds[@]}"; do
	exec {fd}>&-
done
until_ "they are forgotten" descriptors_are "$before"

# Nonsense, much of it.
n=$(lines_count)
for _ in $(seq 1 30); do
	head -c 20000 /dev/urandom | timeout 5 nc -N 127.0.0.1 "$PORT" >/dev/null
	raw 'GET /v0/kafka/scale/\n5 HTTP/1.1\r\n\r\n' >/dev/null
	raw 'GET /v0/kafka/scale/5 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \
chunked, x\r\n\r\nGET /v0/kafka/scale/6 HTTP/1.1\r\nHost: a\r\n\r\n' >/dev/null
done
check "no command of it" test "$(lines_count)" -eq "$n"
check "it is the same process" http_alive
shim_stop

# The same with room for all of them.
shim_start -n 1024 -p 512
fds=()
crowd 2>/dev/null
check "all are there" test "$(descriptors)" -gt 400
check "the 401st is served" test "$(code "$URL/v0/kafka/reflate")" = 202
for fd in "${fds[@]}"; do
	exec {fd}>&-
done
shim_stop

# The same over TLS.
tls_ca right
tls_cert shim right 'ip_address = 127.0.0.1'
shim_start -c "$K/shim.pem" -e "$K/shim.key"
URL=https://127.0.0.1:$PORT
check "10000 requests over TLS" test \
	"$(many --cacert "$K/right.pem")" = "9999 202
1 404"
crowd 2>/dev/null
check "the 401st is served" test "$(code --cacert "$K/right.pem" \
	"$URL/v0/kafka/reflate")" = 202
for fd in "${fds[@]}"; do
	exec {fd}>&-
done
check "it is the same process" http_alive
shim_stop
