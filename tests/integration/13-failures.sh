#!/usr/bin/env bash
# Tasks that fail: at once, for want of an image, or that do not want to end.
. "${TOP:?}/tests/integration/lib.sh"

# The delays after each failure: "200ms 400ms 800ms 2s".
delays() {
	sed -nE "s/.*$1: failed .*; next try in ([0-9]+m?s)\$/\1/p" \
		"$T/kafkad.log" | tr '\n' ' '
}
failed() { [ "$(field "$1" failures)" -ge "$2" ]; }

minimesos_start
: >"$T/fail"
KAFKA='environment "STANDIN_FAIL_FILE" "'$T/fail'"' conf 1 1
kafkad_start
must "a broker fails four times" failed kafka-0 4
check "each time it waits twice as long" test \
	"$(delays kafka-0 | cut -d' ' -f1-4)" = "200ms 400ms 800ms 2s"
until_ "show says that it waits" state_is kafka-0 backoff
says "for what message" "exited with status 1" field kafka-0 last_message
until_ "and when it is tried again" shows '"next_try":' ctl -j show kafka-0
until_ "status has it, too" shows "exited with status 1" ctl status
rm "$T/fail"
must "when the cause is gone it recovers" all_ready 1 1
check "the failures are still counted" failed kafka-0 4
pid=$(pid_of kafka-0)
mm "/task/kill?task=$(field kafka-0 task)" >/dev/null
until_ "killed from outside it is started again" restarted kafka-0 "$pid"
n=$(field kafka-0 failures_total)
check "which counts as a failure" test "$n" -ge 5
: >"$T/fail"
mm "/task/kill?task=$(field kafka-0 task)" >/dev/null
until_ "it fails again" failed kafka-0 6
rm "$T/fail"
ctl start kafka-0 >/dev/null
until_ "start does not wait for the delay" ready kafka-0

conf_change() { # SED-SCRIPT: another configuration, and kafkad anew
	kafkad_stop
	sed -i "$1" "$T/kafkad.conf"
	kafkad_start
	must "kafkad is connected" daemon_is connected true
	must "and has reconciled" daemon_is behind false
}
conf_change 's/"standin-kafka:1"/"no-such-image:1"/'
n=$(delays kafka-0 | wc -w)
ctl restart kafka-0 >/dev/null
must "an image that is not there is a failure" failed kafka-0 4
until_ "show names the image" shows no-such-image field kafka-0 last_message
until_ "and so does status" shows no-such-image ctl status
check "the delay grows to its maximum" test \
	"$(delays kafka-0 | cut -d' ' -f"$((n + 1))-$((n + 4))")" = \
	"200ms 400ms 800ms 2s"
conf_change 's/"no-such-image:1"/"standin-kafka:1"/'
must "with the right image it starts" all_ready 1 1

conf_change "/kafka-%d/,\$s/environment.*/environment \"STANDIN_IGNORE_TERM\" \"1\"/
	s/grace 5s/grace 1s/"
pid=$(pid_of kafka-0)
ctl restart kafka-0 >/dev/null
must "a broker that ignores TERM runs" restarted kafka-0 "$pid"
n=$(field kafka-0 failures_total)
pid=$(pid_of kafka-0) t0=$(date +%s%3N)
ends=$(grep -c 'kafka-0: running -> killing' "$T/kafkad.log")
ctl kill kafka-0 >/dev/null
check "it is being killed" test "$(grep -c 'kafka-0: running -> killing' \
	"$T/kafkad.log")" -eq $((ends + 1))
until_ "after the grace it is dead" dead "$pid"
ms=$(($(date +%s%3N) - t0))
check "not before the grace ($ms ms)" test "$ms" -ge 900
until_ "and stopped" state_is kafka-0 stopped
check "which is no failure" field_is kafka-0 failures_total "$n"
