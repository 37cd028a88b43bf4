#!/usr/bin/env bash
# A handshake ends with the master; minimesos, which ends in the middle of one,
# leaves nothing (a sanitizer finds it, see lib.sh).
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

tls_ca right
tls_cert good right "ip_address = $ADDRESS"

# A client that says nothing: it is known to minimesos once that has answered
# somebody who came later.
silent() {
	exec {client}<>"/dev/tcp/${MASTER%:*}/${MASTER##*:}"
	mm /counters >/dev/null
}
closed() {
	local got=0
	read -r -N 1 -t "$LIMIT" -u "$client" || got=$?
	exec {client}>&-
	[ "$got" -eq 1 ]
}

master good
silent
mm /master/down >/dev/null
check "a handshake ends with the master" closed

master good
silent
kill -TERM "$MM_PID"
wait "$MM_PID"
check "minimesos ends in the middle of a handshake" test $? -eq 0
MM_PID=''
check "and the handshake with it" closed
