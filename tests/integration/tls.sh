# Sourced by the tests of TLS, after lib.sh and mesos.sh: certification
# authorities and certificates, made with certtool.
# MASTER, MASTERS and MESOS are lib.sh's.
#
# shellcheck shell=bash disable=SC2034,SC2153

K=$T/keys
mkdir -p "$K"
chmod 755 "$K"
ADDRESS=$(own_address)
# How a message ends when the master is not trusted.
trust="(settings \`ca\`, \`pin\` and \`verify\`, or MESOS_SSL_CA_FILE, \
MESOS_SSL_PIN and MESOS_SSL_VERIFY in the environment)"

tls_key() {
	certtool --generate-privkey --key-type=rsa --bits=2048 \
		--outfile "$K/$1.key" 2>>"$T/certtool.log"
	chmod 600 "$K/$1.key"
	[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$K/$1.key"
}

# tls_ca NAME: $K/NAME.pem and its key.
tls_ca() {
	tls_key "$1"
	printf '%s\n' "cn = \"test CA $1\"" ca cert_signing_key \
		'expiration_days = 10' >"$K/$1.template"
	certtool --generate-self-signed --load-privkey "$K/$1.key" \
		--template "$K/$1.template" --outfile "$K/$1.pem" \
		2>>"$T/certtool.log"
}

# tls_cert NAME CA LINE...: $K/NAME.pem, and its key unless it is there.
tls_cert() {
	local name=$1 ca=$2
	shift 2
	[ -e "$K/$name.key" ] || tls_key "$name"
	printf '%s\n' "cn = \"$name\"" tls_www_server tls_www_client \
		signing_key encryption_key "$@" >"$K/$name.template"
	certtool --generate-certificate --load-privkey "$K/$name.key" \
		--load-ca-certificate "$K/$ca.pem" \
		--load-ca-privkey "$K/$ca.key" \
		--template "$K/$name.template" --outfile "$K/$name.pem" \
		2>>"$T/certtool.log"
	[ -s "$K/$name.pem" ] || { cat "$T/certtool.log"; exit 1; }
}
tls_pin() {
	certtool --certificate-info --infile "$K/$1.pem" |
		sed -n 's/.*pin-sha256:/sha256\/\//p'
}

# master CERT [OPTION...]: minimesos with it, always at the same address; an
# empty name means without TLS.
PORT=0
master() {
	local cert=$1 tls=()
	shift
	minimesos_stop
	[ -z "$cert" ] ||
		tls=(--tls-cert "$K/$cert.pem" --tls-key "$K/$cert.key")
	minimesos_start --listen "$ADDRESS:$PORT" --allocation-interval 100 \
		"${tls[@]}" "$@"
	PORT=${MASTER##*:}
	MASTERS="\"https://$MASTER\""
}

# fresh [STATEMENTS]: kafkad with these in its block mesos, and no memory.
fresh() {
	kafkad_stop
	rm -rf "$T/run"
	MESOS=$1
	conf 1 1
	log_new
	kafkad_start
}
# works NAME: it comes to be subscribed, and runs what is wanted.
works() { until_ "$1" all_ready 1 1; }

# mended NAME TEXT CERT [OPTION...]: one line says what is wrong; with a
# master that is as it should be all is well, without a new start.
mended() {
	local name=$1
	one_line "$name" "$2"
	shift 2
	master "$@"
	works "$name: mended"
}
