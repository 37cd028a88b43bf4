#!/usr/bin/env bash
# Metrics, health and readiness: of a whole kafkad, read by a real Prometheus.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/http.sh"

prometheus=$TOP/build/prometheus/usr/bin
[ -x "$prometheus/prometheus" ] || {
	not_ok "there is a $prometheus/prometheus (make setup)"
	exit 1
}
PROMETHEUS_PID=''
prometheus_stop() {
	[ -n "$PROMETHEUS_PID" ] || return 0
	kill -TERM "$PROMETHEUS_PID" 2>/dev/null
	wait "$PROMETHEUS_PID" 2>/dev/null
	PROMETHEUS_PID=''
}
trap 'status=$?; prometheus_stop; (exit "$status"); cleanup' EXIT

me=(-u "bob:s3cret")
# metric NAME: its value as it is now.
metric() {
	curl -s "${me[@]}" "$URL/metrics" | while read -r name value; do
		[ "$name" != "$1" ] || echo "$value"
	done
}
metric_is() { [ "$(metric "$1")" = "$2" ]; }
# query EXPRESSION: what Prometheus has for it.
query() {
	curl -sS -G --max-time 10 "http://127.0.0.1:$PORT2/api/v1/query" \
		--data-urlencode "query=$1" | jq -r '.data.result[0].value[1]'
}
query_is() { [ "$(query "$1")" = "$2" ]; }
# body CURL-ARGUMENT...: "CODE BODY" without the end of the line.
body() { curl -s --max-time 30 -w '%{http_code}' "$@" | tr '\n' ' '; }
body_is() { [ "$(body "${@:2}")" = "$1" ]; }
well='{"ok":true} 200'
why() { echo "{\"ok\":false,\"why\":[\"$1\"]} 503"; }

minimesos_start
printf 's3cret\n' >"$T/password"
chmod 600 "$T/password"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/password"
http "user \"bob\" password file \"$T/password\""
conf 1 3
WRAP="env LD_PRELOAD=$B/fail.so FAIL_FILE=$T/fail"
kafkad_start
must "it is served" served
must "all run" all_ready 1 3

# What there is, by the rules of Prometheus itself.
curl -s "${me[@]}" -D "$T/headers" "$URL/metrics" >"$T/metrics"
check "metrics are of version 0.0.4" grep -qi \
	'^content-type: text/plain; version=0.0.4' "$T/headers"
"$prometheus/promtool" check metrics <"$T/metrics" >"$T/out" 2>&1 ||
	echo failed >>"$T/out"
check "promtool finds nothing: $(cat "$T/out")" test ! -s "$T/out"
sed -n 's/^# HELP \([a-z_]*\) .*/\1/p' "$T/metrics" | sort >"$T/names"
check "each metric has its help" diff "$T/names" \
	<(sed -n 's/^\([a-z_]\{1,\}\).*/\1/p' "$T/metrics" | sort -u)
check "they are in the manual, and no others" diff "$T/names" \
	<(sed -n 's/^\.It Li \([a-z]*_[a-z_]*\).*/\1/p' \
		"$TOP/man/kafkad-http.7" | sort)
check "three brokers are ready" metric_is \
	'kafkad_service_instances_ready{service="kafka"}' 3
check "each with one launch" metric_is \
	'kafkad_instance_launches_total{service="kafka",name="kafka-2"}' 1
check "the parent was not started again" metric_is \
	'kafkad_process_restarts_total{process="parent"}' 0
check "a process has memory" test \
	"$(metric 'process_resident_memory_bytes{process="mesos"}')" -gt 1000000
start=$(metric 'process_start_time_seconds{process="http"}')
check "and was started lately" test $(($(date +%s) - start)) -lt 300
check "offers were received" test \
	"$(metric kafkad_offers_received_total)" -gt 0

# Who may read what.
check "no metrics without credentials" test "$(code "$URL/metrics")" = 401
check "none with wrong ones" test "$(code -u bob:wrong "$URL/metrics")" = 401
check "health without" body_is "$well" "$URL/health"
check "readiness without" body_is "$well" "$URL/ready"
check "HEAD" test "$(code -I "$URL/ready")" = 200
check "but no POST" test "$(code -X POST "$URL/ready")" = 405

# A real Prometheus.
PORT2=$("$B/fakeparent" -f)
cat >"$T/prometheus.yml" <<X
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: kafkad
    basic_auth: { username: bob, password: s3cret }
    static_configs: [ { targets: [ "127.0.0.1:$PORT" ] } ]
X
"$prometheus/prometheus" --config.file="$T/prometheus.yml" \
	--storage.tsdb.path="$T/prometheus" \
	--web.listen-address="127.0.0.1:$PORT2" >"$T/prometheus.out" 2>&1 &
PROMETHEUS_PID=$!
LIMIT=60 until_ "Prometheus scrapes kafkad" query_is 'up{job="kafkad"}' 1 || {
	tail -n 20 "$T/prometheus.out"
	exit 1
}
until_ "and knows of each broker" query_is \
	'sum(kafkad_instance_ready{service="kafka"})' 3
kill -KILL "$(pid_of kafka-1)"
until_ "one has failed" query_is \
	'kafkad_instance_failures_total{name="kafka-1"}' 1
until_ "and was launched again" query_is \
	'kafkad_instance_launches_total{name="kafka-1"}' 2
until_ "all run again" all_ready 1 3
kill -KILL "$(child_pid mesos)"
until_ "the mesos process was started again" query_is \
	'kafkad_process_restarts_total{process="mesos"}' 1
until_ "and is connected" query_is kafkad_master_connected 1
check "kafkad is in one mode" query_is 'sum(kafkad_mode)' 1

# One is stopped: not all that is wanted is there.
ctl kill kafka-2 >/dev/null
until_ "not ready, with numbers" body_is "$(why "kafka: 2 of 3 ready")" \
	"${me[@]}" "$URL/ready"
until_ "without credentials without them" body_is \
	"$(why "not all that is wanted is ready")" "$URL/ready"
check "but healthy" body_is "$well" "$URL/health"
until_ "its state" query_is \
	'kafkad_instance_state{name="kafka-2",state="stopped"}' 1
ctl start kafka-2 >/dev/null
until_ "ready again" body_is "$well" "$URL/ready"
prometheus_stop

# Nothing can be saved.
echo 'fsync 5' >"$T/fail"
chmod 644 "$T/fail"
ctl scale kafka 4 >/dev/null 2>&1
until_ "not healthy" body_is "$(why "the state cannot be saved")" "$URL/health"
check "a metric says so" metric_is kafkad_state_saved 0
check "not ready" test "$(code "$URL/ready")" = 503
rm "$T/fail"
until_ "healthy again" body_is "$well" "$URL/health"

# The master is gone.
minimesos_stop
until_ "not connected" metric_is kafkad_master_connected 0
until_ "so it is not ready, and says why" shows "not connected to a master" \
	body "$URL/ready"
check "but healthy" body_is "$well" "$URL/health"

# It stands still: nothing is made up.
kill -STOP "$KAFKAD_PID"
until_ "no health" body_is "$(why "kafkad does not answer")" "$URL/health"
check "no metrics" test "$(code "${me[@]}" "$URL/metrics")" = 503
kill -CONT "$KAFKAD_PID"
until_ "health again" body_is "$well" "$URL/health"
check "the password is in no log" sh -c "! grep -q s3cret $T/kafkad.log"
