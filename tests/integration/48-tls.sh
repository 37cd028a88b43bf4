#!/usr/bin/env bash
# TLS to the master: only the configured authority and pin are trusted; what
# is wrong is said in one line, tried again, and well when it is mended.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

tls_ca right
tls_ca wrong
tls_cert good right "ip_address = $ADDRESS"
tls_cert stranger wrong "ip_address = $ADDRESS"
tls_cert other-name right "dns_name = other.example"
tls_cert expired right "ip_address = $ADDRESS" \
	'activation_date = "2019-01-01 00:00:00"' \
	'expiration_date = "2020-01-01 00:00:00"'
tls_cert future right "ip_address = $ADDRESS" \
	'activation_date = "2090-01-01 00:00:00"' \
	'expiration_date = "2091-01-01 00:00:00"'
cp "$K/stranger.key" "$K/signed.key"
tls_cert signed right "ip_address = $ADDRESS"
ca="ca \"$K/right.pem\""

master good
fresh "$ca"
works "the right authority"
check "no warning in status" test "$(daemon warnings)" = "[]"

master stranger
fresh "$ca"
mended "another authority" "its TLS certificate is not signed by a CA of \
$K/right.pem $trust" good
master other-name
fresh "$ca"
mended "another name" "its TLS certificate is for another name" good
master expired
fresh "$ca"
mended "an expired certificate" "its TLS certificate has expired" good
master future
fresh "$ca"
mended "a certificate of the future" "its TLS certificate is not valid before" \
	good

# A pin alone stands for the key, whoever signed it, whatever its name.
master stranger
fresh "pin \"$(tls_pin stranger)\""
works "the right pin and no authority"
master good
fresh "pin \"$(tls_pin stranger)\""
mended "the wrong pin" "its TLS key is not the pinned one $trust" \
	stranger
master good
fresh "$ca pin \"$(tls_pin good)\""
works "the right authority and the right pin"
master stranger
fresh "$ca pin \"$(tls_pin stranger)\""
mended "the right pin and another authority" "its TLS certificate is not \
signed by a CA of $K/right.pem $trust" signed

master stranger
fresh "verify no"
works "verify no"
check "it warns at the start, once" lines_are \
	"the master's certificate is not verified (verify no)" 1
check "and in status" test "$(daemon 'warnings | length')" -eq 1
check "with the same words" test "$(daemon 'warnings[0]')" = \
	"the master's certificate is not verified (verify no)"

master good
MASTERS="\"http://$MASTER\""
fresh ""
one_line "http to a port that wants TLS" \
	"it may want TLS (then the master is https://"
master ""
fresh "$ca"
mended "https to a port without TLS" \
	"it may speak plain HTTP (then the master is http://" good
