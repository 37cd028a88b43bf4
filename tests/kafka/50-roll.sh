#!/usr/bin/env bash
# Another Kafka image, on the real Kafka: the brokers get it one after the
# other while messages are written and read, also when kafkad is killed in the
# middle. No acknowledged message is lost, and writing hardly stops.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/kafka/real.sh"

GAP_MAX=30 # s without an acknowledgement
WRITER_PID='' CONSUMER_PID=''

# A test that ends early leaves its clients to us.
roll_cleanup() {
	local status=$?
	rm -f "$T/stream"
	[ -z "$WRITER_PID" ] || kill -KILL "$WRITER_PID" 2>/dev/null
	[ -z "$CONSUMER_PID" ] || kill -KILL "$CONSUMER_PID" 2>/dev/null
	(exit "$status")
	cleanup
}
trap roll_cleanup EXIT

plan() { ctl -j plan | head -n 1 | jq -r ".plan.$1"; }
plan_is() { [ "$(plan "$1")" = "$2" ]; }
set_image() {
	sed -i "s!cp-kafka:[0-9.]*!cp-kafka:$1!" "$T/kafkad.conf"
}
# images: of the brokers that run, as Mesos knows them.
images() {
	curl -sS "http://$MM_CONTROL/tasks" | jq -r '[.[] |
		select(.task | startswith("kafka-")) | .image] | unique | join(" ")'
}
producing() { [ "$(wc -l <"$T/acks")" -gt "$1" ]; }

# A stream of messages, about a hundred a second, until $T/stream is removed.
stream() {
	local n=0
	while [ -e "$T/stream" ]; do
		printf 'message %s %07d\n' "$1" "$((n++))"
		sleep 0.01
	done
}

# roll_begin NAME: writes and reads all the time. Acknowledgements are in
# $T/acks, with the time of each.
roll_begin() {
	: >"$T/stream" && : >"$T/acks"
	mkfifo "$T/reports"
	while read -r line; do
		[[ $line != *"delivered to partition"* ]] ||
			echo "$EPOCHREALTIME"
	done <"$T/reports" >>"$T/acks" &
	READER_PID=$!
	stream "$1" | tee -a "$T/written" | kcat -vvv -b "$BOOTSTRAP" -P \
		-t rolled -X acks=all -X enable.idempotence=true \
		-X message.timeout.ms=240000 -X log_level=3 -X linger.ms=5 \
		2>"$T/reports" &
	WRITER_PID=$!
	until_ "messages are acknowledged" producing 100
}

# roll_end NAME: all is written; says how long nothing was acknowledged.
roll_end() {
	local status=0 gap

	rm "$T/stream"
	wait "$WRITER_PID" || status=$?
	WRITER_PID=''
	wait "$READER_PID"
	rm "$T/reports"
	check "$1: every message was acknowledged" test "$status" -eq 0
	gap=$(awk 'NR > 1 && $1 - last > max { max = $1 - last }
		{ last = $1 } END { printf "%.2f", max }' "$T/acks")
	echo "# $1: $(wc -l <"$T/acks") acknowledgements, the longest gap" \
		"between two $gap s"
	check "$1: the gap is below $GAP_MAX s" \
		awk "BEGIN { exit !($gap < $GAP_MAX) }"
}
# Read anew, with nothing else. To be waited for: see 20-real.sh.
each_once() {
	timeout 90 kcat -q -b "$BOOTSTRAP" -C -e -t rolled -o beginning |
		sort >"$T/again"
	sort "$T/written" | cmp - "$T/again"
}
all_read() { [ "$(sort -u "$T/read" | wc -l)" -eq "$(wc -l <"$T/written")" ]; }

real_start
ZK_IMAGE=zookeeper:3.9 ZK_SIZE='memory 256M heap 128M'
KAFKA_IMAGE=confluentinc/cp-kafka:7.9.0 KAFKA_SIZE='memory 512M heap 256M'
GRACE=20s CHECK_INTERVAL=300ms
KAFKA='option "zookeeper.session.timeout.ms" "6000"
	option "auto.create.topics.enable" "false"'
GLOBAL='plan {
	pace 5s
}' conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
BOOTSTRAP=$(ctl -j list | jq -r 'select(.service == "kafka") |
	"\(.host):\(.ports[0])"' | paste -sd,)
must "the brokers know each other" brokers_know_each_other
"$TOP/tests/kafka/topics" create "$BOOTSTRAP" rolled 3 3 \
	min.insync.replicas=2 >/dev/null
must "the topic is in sync" in_sync rolled
: >"$T/written"
kcat -u -q -b "$BOOTSTRAP" -C -t rolled -o beginning -X log_level=3 \
	>"$T/read" 2>"$T/consumer.log" &
CONSUMER_PID=$!
LIMIT=180

roll_begin first
set_image 7.9.1
says "plan shows the image" \
	"image confluentinc/cp-kafka:7.9.0 to confluentinc/cp-kafka:7.9.1" \
	ctl -j reload
must "all have had their turn" plan_is steps 0
check "all have the image" test "$(images)" = confluentinc/cp-kafka:7.9.1
until_ "all are in sync" in_sync rolled
roll_end "one after the other"

roll_begin second
set_image 7.9.2
ctl reload >/dev/null
must "one has had its turn" plan_is steps 2
kill -KILL "$(child_pid mesos)"
kafkad_crash
kafkad_start
must "all have had their turn, after kill -9 in the middle" plan_is steps 0
check "all have the image" test "$(images)" = confluentinc/cp-kafka:7.9.2
until_ "all are in sync" in_sync rolled
roll_end "kafkad killed in the middle"

until_ "every message was read by who listened all the time" all_read
kill -TERM "$CONSUMER_PID"
wait "$CONSUMER_PID" 2>/dev/null
CONSUMER_PID=''
until_ "and each is there once" each_once
