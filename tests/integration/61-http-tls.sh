#!/usr/bin/env bash
# HTTPS: replies that a filter under evhttp would lose, certificates that are
# wrong or renewed, and clients that speak something else.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

tls_ca right
tls_ca other
tls_cert shim right 'ip_address = 127.0.0.1' 'dns_name = localhost'
cp "$K/shim.pem" "$T/cert.pem"
cp "$K/shim.key" "$T/key.pem"
shim_start -c "$T/cert.pem" -e "$T/key.pem"
URL=https://127.0.0.1:$PORT
ca=(--cacert "$K/right.pem")

is() { # NAME WANT CURL-ARGUMENT...
	local name=$1 want=$2 have
	shift 2
	have=$(answer "${ca[@]}" "$@")
	[ "$have" = "$want" ] || echo "# $have"
	check "$name" test "$have" = "$want"
}
fails() { # NAME STATUS CURL-ARGUMENT...
	local name=$1
	shift
	status_is "$name" "$1" curl -s --max-time 20 "${@:2}"
}

is "a request" "ok 202" "$URL/v0/kafka/reflate"
is "with a body" "2 202" -d JSON "$URL/v0/kafka/scale/5"
is "TLS 1.2" "ok 202" --tls-max 1.2 "$URL/v0/kafka/reflate"
is "TLS 1.3" "ok 202" --tlsv1.3 "$URL/v0/kafka/reflate"
is "HTTP/1.0" "ok 202" -0 "$URL/v0/kafka/reflate"
is "Connection: close" "ok 202" -H 'Connection: close' "$URL/v0/kafka/reflate"
is "several on one connection" "ok 202ok 202ok 202" "$URL/v0/kafka/reflate" \
	"$URL/v0/kafka/reflate" "$URL/v0/kafka/reflate"
is "not found" "404 page not found
 404" -0 "$URL/v0"
is "our own 400" "the count must be a number from 0 to 1000
 400" -H 'Connection: close' "$URL/v0/kafka/scale/x"
check "evhttp's 400" test "$(code "${ca[@]}" -H 'bad header:' -H 'Host;' \
	"$URL/v0/kafka/scale/x" -H "X: $(printf '%9000s' x)")" -ge 400
check "more than it takes" test "$(head -c 1000000 /dev/zero |
	code "${ca[@]}" --data-binary @- "$URL/v0/kafka/reflate")" = 413
{
	printf '{"command":{"x":"'
	head -c 60000 /dev/zero | tr '\0' x
	printf '"},"status":null}\n'
} >"$T/tasks/9.json"
check "a long answer" test "$(curl -s "${ca[@]}" "$URL/v0/container/9" |
	wc -c)" -eq $(($(wc -c <"$T/tasks/9.json") - 1))
check "and with HTTP/1.0" test "$(curl -s -0 "${ca[@]}" \
	"$URL/v0/container/9" | wc -c)" -eq $(($(wc -c <"$T/tasks/9.json") - 1))

fails "a stranger's certificate" 60 --cacert "$K/other.pem" \
	"$URL/v0/kafka/reflate"
fails "TLS 1.1 is too old" 35 "${ca[@]}" --tls-max 1.1 "$URL/v0/kafka/reflate"

# Plain HTTP gets an alert (15 03 …) and an end at once.
start=$SECONDS
check "plain HTTP gets an alert" test "$(raw 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' |
	head -c 1 | od -An -tx1 | tr -d ' ')" = 15
check "at once" test $((SECONDS - start)) -le 3
raw '\026\003\001' >/dev/null
raw '\026\003\001\002\000\001\000\001\374\003\003aaaaaaaaaaa' >/dev/null
head -c 3000 /dev/urandom | timeout 20 nc -N -w 15 127.0.0.1 "$PORT" >/dev/null
for _ in 1 2 3 4 5; do
	timeout 0.02 gnutls-cli --x509cafile "$K/right.pem" -p "$PORT" \
		127.0.0.1 </dev/null >/dev/null 2>&1
done
is "who ends in the handshake ends nothing" "ok 202" "$URL/v0/kafka/reflate"
check "it is the same process" http_alive

# Streams of events, as many as one address may have: who ends one makes room
# at once, not when a sign of life cannot be written.
streams=()
for i in 1 2 3 4 5 6 7 8; do
	curl -sN "${ca[@]}" -D "$T/head.$i" "$URL/events" >/dev/null 2>&1 &
	streams+=($!)
	until_ "stream $i is open" grep -q '^HTTP/1.1 200' "$T/head.$i"
done
check "the ninth is refused" test "$(code "${ca[@]}" "$URL/events")" = 503
kill "${streams[@]}"
wait "${streams[@]}" 2>/dev/null
follows() { [ "$(code "${ca[@]}" -m 1 "$URL/events")" = 200 ]; }
LIMIT=10 until_ "those who left make room" follows

# Renewed; and what is no good changes nothing.
tls_cert renewed other 'ip_address = 127.0.0.1'
cp "$K/renewed.pem" "$T/cert.pem"
kill -HUP "$SHIM_PID"
until_ "a certificate without its key is told" grep -q \
	'stays in use' "$T/shim.log"
is "and the old one is used" "ok 202" "$URL/v0/kafka/reflate"
cp "$K/renewed.key" "$T/key.pem"
kill -HUP "$SHIM_PID"
until_ "certificate and key are read again" grep -q 'read again' "$T/shim.log"
ca=(--cacert "$K/other.pem")
is "and used" "ok 202" "$URL/v0/kafka/reflate"
rm "$T/key.pem"
kill -HUP "$SHIM_PID"
until_ "a missing key is told" grep -q "key $T/key.pem: No such file" \
	"$T/shim.log"
is "and the old one is used" "ok 202" "$URL/v0/kafka/reflate"
shim_stop
