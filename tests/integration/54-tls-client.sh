#!/usr/bin/env bash
# A master that wants our certificate, with TLS 1.2 and 1.3; files that cannot
# be read; credentials over TLS.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

tls_ca right
tls_ca wrong
tls_cert good right "ip_address = $ADDRESS"
tls_cert client right
tls_cert foreign wrong
ca="ca \"$K/right.pem\""
ours() { echo "certificate \"$K/$1.pem\" key \"$K/$1.key\""; }

for priority in "" NORMAL; do
	name=${priority:+TLS 1.3}
	name=${name:-TLS 1.2}
	wants=(--tls-client-ca "$K/right.pem")
	plain=()
	[ -z "$priority" ] || plain=(--tls-priority "$priority")
	wants+=("${plain[@]}")

	master good "${wants[@]}"
	fresh "$ca $(ours client)"
	works "$name: with our certificate"
	master good "${wants[@]}"
	fresh "$ca"
	mended "$name: without one" "it may want a certificate of ours \
(settings \`certificate\` and \`key\`)" good "${plain[@]}"
	master good "${wants[@]}"
	fresh "$ca $(ours foreign)"
	mended "$name: with one that it does not know" \
		"it may not like our certificate $K/foreign.pem" \
		good "${plain[@]}"
done

# What is wrong at the start is an error at the start.
refuses() { # NAME TEXT STATEMENTS
	kafkad_stop
	MESOS=$3
	conf 1 1
	timeout 20 "$B/kafkad" -d -f "$T/kafkad.conf" >"$T/out" 2>&1
	check "$1: kafkad does not start" test $? -eq 1
	check "$1: and says why" grep -qF -- "$2" "$T/out"
	timeout 20 "$B/kafkad" -n -f "$T/kafkad.conf" >"$T/out" 2>&1
	check "$1: -n says the same" test $? -eq 1
	check "$1: with the path" grep -qF -- "$2" "$T/out"
}
refuses "a CA file that is missing" "$K/none.pem" "ca \"$K/none.pem\""
refuses "a key that is missing" "$K/none.key" \
	"$ca certificate \"$K/client.pem\" key \"$K/none.key\""

# What is lost later is said once, and mended by putting it back.
master good
fresh "$ca"
works "a CA file"
before=$(task_pids)
mv "$K/right.pem" "$K/away.pem"
mm "/stream/drop?how=fin" >/dev/null
one_line "the CA file is taken away" \
	"cannot read the CA file $K/right.pem (setting \`ca\`, \
or MESOS_SSL_CA_FILE in the environment)"
mv "$K/away.pem" "$K/right.pem"
until_ "and put back" connected
check "the same processes" test "$(task_pids)" = "$before"
kafkad_stop
cp -p "$K/wrong.key" "$K/mixed.key"
cp "$K/client.pem" "$K/mixed.pem"
fresh "$ca $(ours mixed)"
one_line "a key that is not the certificate's" \
	"cannot use the certificate $K/mixed.pem with the key $K/mixed.key"

# A key that vouches for the master lets credentials go where it leads.
echo '{"credentials":[{"principal":"kafka","secret":"open sesame"}]}' \
	>"$T/credentials"
echo "open sesame" >"$T/secret"
chmod 600 "$T/secret"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/secret"
master good --credentials "$T/credentials"
MASTERS="\"https://$(mm /master/follower | jq -r .master)\""
fresh "$ca principal \"kafka\" secret file \"$T/secret\""
works "credentials follow a redirect to another https host"
check "no secret in the log" test "$(lines "open sesame")" -eq 0
