#!/usr/bin/env bash
# Without `ca` the system's authorities are trusted; with it they are not: a
# master signed by one of them is refused. For this kafkad sees a folder
# /etc/ssl/certs of our own, which only root can arrange.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

if ! unshare -m mount --make-rprivate / 2>/dev/null; then
	echo "ok - # SKIP a private mount namespace needs root"
	exit 0
fi
tls_ca system
tls_ca right
tls_cert by-system system "ip_address = $ADDRESS"
tls_cert good right "ip_address = $ADDRESS"

# The bundle, and each by itself under a name, as Debian has it.
mkdir "$T/certs"
cp "$K/system.pem" "$T/certs/ca-certificates.crt"
cp "$K/system.pem" "$T/certs/system.pem"
ln -s system.pem "$T/certs/0a1b2c3d.0"
cat >"$T/inside" <<EOF
#!/bin/sh
mount --make-rprivate / && mount --bind "$T/certs" /etc/ssl/certs &&
	exec "\$@"
EOF
chmod 755 "$T/inside"
WRAP="unshare -m $T/inside"

master by-system
fresh ""
works "without a setting the system's authorities are trusted"
master good
fresh ""
mended "and no others" "its TLS certificate is not signed by a CA of \
/etc/ssl/certs/ca-certificates.crt $trust" by-system

master by-system
fresh "ca \"$K/right.pem\""
mended "with a setting only that authority is" "its TLS certificate is not \
signed by a CA of $K/right.pem $trust" good
