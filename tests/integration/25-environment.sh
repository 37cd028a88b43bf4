#!/usr/bin/env bash
# The environment over the file: what it says holds for what runs, its secrets
# are gone once they are read, and TLS is asked for and doubted by its words.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

# run_with VARIABLE=VALUE...: kafkad with these, and no memory. Tasks of the
# one before would hold the volumes.
run_with() {
	if [ -n "$KAFKAD_PID" ] && daemon_is connected true; then
		ctl -f teardown >/dev/null
		must "the framework before is gone" daemon_is mode removed
	fi
	kafkad_stop
	rm -rf "$T/run"
	conf 1 1
	: >"$T/kafkad.log"
	# shellcheck disable=SC2163 # these are assignments
	export "$@"
	kafkad_start
	unset "${@%%=*}"
}
# No process of kafkad, nor its log or state, has the secret.
safe() {
	local pid
	for pid in "$KAFKAD_PID" $(pgrep -P "$KAFKAD_PID"); do
		! grep -qaF "$secret" "/proc/$pid/environ" || return 1
		! grep -qaF "$secret" "/proc/$pid/cmdline" || return 1
	done
	! grep -rqF "$secret" "$T/kafkad.log" "$T/run"
}

secret=Sesame-4711
jq -n --arg s "$secret" \
	'{credentials: [{principal: "user", secret: $s}]}' >"$T/credentials"
minimesos_start --credentials "$T/credentials" --allocation-interval 100
MASTERS='"http://127.0.0.1:1"'
run_with MESOS_MASTER="$MASTER" MESOS_PRINCIPAL=user MESOS_USERNAME=user \
	MESOS_PASSWORD="$secret" KAFKA_COUNT=2
must "master, credentials and count are those of the environment" all_ready 1 2
check "the secret is nowhere" safe
run_with MESOS_MASTER="$MASTER" MESOS_PRINCIPAL=user MESOS_PASSWORD="$secret" \
	KAFKA_COUNT=1
must "without a user name it is the principal's" connected
check "the secret is nowhere" safe
kafkad_stop

# The options: a file that is asked for must be there.
says "a file that was asked for must be there" \
	"$T/none.conf: No such file or directory" \
	env MESOS_MASTER=h "$B/kafkad" -n -f "$T/none.conf"
status_is "and it ends with 1" 1 \
	env MESOS_MASTER=h "$B/kafkad" -n -f "$T/none.conf"
if [ -e /etc/kafkad.conf ]; then
	echo "ok - nothing at all # SKIP this machine has a /etc/kafkad.conf"
else
	status_is "without file and environment it ends with 1" 1 "$B/kafkad" -n
	says "and names both" "MESOS_MASTER: is not set, and there is no \
/etc/kafkad.conf" "$B/kafkad" -n
	status_is "the environment alone will do" 0 \
		env MESOS_MASTER=h "$B/kafkad" -n
fi

tls_ca right
tls_ca wrong
tls_cert good right "ip_address = $ADDRESS"
tls_cert stranger wrong "ip_address = $ADDRESS"
MESOS=''
master stranger
run_with MESOS_MASTER="$MASTER" MESOS_SSL=true MESOS_SSL_CA_FILE="$K/right.pem"
mended "a certificate that does not verify names all variables" \
	"its TLS certificate is not signed by a CA of $K/right.pem $trust" good
check "nothing warns" test "$(daemon warnings)" = "[]"
master stranger
run_with MESOS_MASTER="$MASTER" MESOS_SSL=true MESOS_SSL_VERIFY=false
works "MESOS_SSL_VERIFY=false is obeyed"
check "status warns" test "$(daemon 'warnings[0]')" = \
	"the master's certificate is not verified (verify no)"
pin=$(tls_pin stranger)
run_with MESOS_MASTER="$MASTER" MESOS_SSL=true MESOS_SSL_PIN="${pin#sha256//}"
works "MESOS_SSL_PIN without its prefix"
run_with MESOS_MASTER="$MASTER" MESOS_SSL=true \
	MESOS_SSL_PIN="$(tls_pin good)"
one_line "a wrong pin names all variables" \
	"its TLS key is not the pinned one $trust"
