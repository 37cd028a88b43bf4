#!/usr/bin/env bash
# Basic authentication: right, wrong, none, and never a secret where others
# could read it.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

# A colon would never get through: Mesos cuts there.
# shellcheck disable=SC1003 # a backslash is part of it
good='Sesame"is\open!' bad=not-the-secret
jq -n --arg s "$good" \
	'{credentials: [{principal: "kafka", secret: $s}]}' >"$T/credentials"
minimesos_start --credentials "$T/credentials" --allocation-interval 100
printf '%s\n' "$good" >"$T/good"
printf '%s\n' "$bad" >"$T/bad"
chmod 600 "$T/good" "$T/bad"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/good" "$T/bad"

# refused NAME TEXT STATEMENTS: one clear line, and it goes on trying.
refused() {
	MESOS=$3
	conf 1 1
	log_new
	kafkad_start
	one_line "$1" "$2"
	check "$1: nothing was subscribed" test "$(counter subscribed)" -eq 0
	kafkad_stop
}
refused "a wrong secret" "the master refuses the credentials of \
kafka (401): 401 Unauthorized." "principal \"kafka\" secret file \"$T/bad\""
secrets_are_safe() {
	! grep -rqF -e "$good" -e "$bad" "$T/kafkad.log" "$T/run" &&
		! ctl -j status | grep -qF -e "$good" -e "$bad"
}
check "no secret in the log" secrets_are_safe
refused "a wrong name" "the master refuses the credentials of \
other (401)" "principal \"other\" secret file \"$T/good\""
refused "no credentials" "the master wants credentials (401), and \
\`principal\` with \`secret\` (MESOS_USERNAME and MESOS_PASSWORD) is not set" ""

MESOS="principal \"kafka\" secret file \"$T/good\""
conf 1 1
kafkad_start
must "the right credentials" all_ready 1 1
before=$(task_pids)
check "the principal is in FrameworkInfo" test "$(curl -sS \
	"http://$MM_CONTROL/frameworks" | jq -r '.[].info.principal')" = kafka

# Nowhere where others could read it, in any process.
child=$(child_pid mesos)
check "the mesos process is there" test -n "$child"
for pid in "$KAFKAD_PID" "$child"; do
	check "no secret among the arguments and environment of $pid" \
		test -z "$(cat "/proc/$pid/cmdline" "/proc/$pid/environ" \
			2>/dev/null | tr '\0' '\n' | grep -F "$good")"
done
check "no secret in log, state and status" secrets_are_safe
check "not even in its other form" test -z "$(grep -rlF "$(printf 'kafka:%s' \
	"$good" | base64 -w0)" "$T/kafkad.log" "$T/run")"
check "it is not in what a container is given" test -z "$(mm "/tasks?all=1" |
	grep -F "$(jq -n --arg s "$good" '$s' | sed 's/^"//;s/"$//')")"

# The master refuses for a while, streams as well as calls.
n=$(counter subscribed)
log_new
mm "/auth/refuse?count=1000" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
one_line "refused for a while" "the master refuses the credentials"
mm "/auth/refuse?count=0" >/dev/null
until_ "then it is subscribed" counter_above subscribed "$n"
until_ "all are ready" all_ready 1 1
mm "/auth/refuse?count=1" >/dev/null
ctl scale kafka 2 >/dev/null
until_ "a refused call is made up for" all_ready 1 2
check "the same processes" test \
	"$(task_pids | grep -v '^kafka-1')" = "$before"
