#!/usr/bin/env bash
# Behind the walls the mesos process still sees files that are replaced by
# others of the same name, as resolv.conf and a renewed CA are. For this it
# sees an /etc and a network of our own, which only root can arrange.
if [ -z "${OWN_NETWORK:-}" ]; then
	if ! unshare -m -n true 2>/dev/null; then
		echo "ok - # SKIP private namespaces need root"
		exit 0
	fi
	OWN_NETWORK=1 exec unshare -m -n "$0"
fi
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"
. "${TOP:?}/tests/integration/tls.sh"

# replace FILE: by what is read, under another name first.
replace() {
	cat >"$1.new"
	chmod 644 "$1.new"
	mv "$1.new" "$1"
}

ip link set lo up
mount --make-rprivate /
cp -a /etc "$T/etc"
mount --bind "$T/etc" /etc
# As it is where a program writes it, which replaces it in a folder of its own.
mkdir -m 755 "$T/resolver"
ln -sf "$T/resolver/resolv.conf" /etc/resolv.conf
echo "hosts: files dns" | replace /etc/nsswitch.conf

NAMES=()
names_end() {
	kill "${NAMES[@]}" 2>/dev/null
	wait "${NAMES[@]}" 2>/dev/null
	return "$1"
}
trap 'names_end $?; cleanup' EXIT
# names ADDRESS NAME: a server of names that knows this one.
names() {
	"$B/names" "$@" >"$T/$2.log" 2>&1 &
	NAMES+=($!)
	until [ -s "$T/$2.log" ]; do sleep 0.02; done
}
names 127.9.9.1 other.test
names 127.9.9.2 master.test

minimesos_start --listen 127.0.0.1:0 --allocation-interval 100
MASTERS="\"http://master.test:${MASTER##*:}\""
echo "nameserver 127.9.9.1" | replace "$T/resolver/resolv.conf"
conf 1 1
kafkad_start
until_ "a server that does not know the master: status says so" \
	connection_has "the name cannot be resolved"
echo "nameserver 127.9.9.2" | replace "$T/resolver/resolv.conf"
until_ "another server in a new resolv.conf is asked" all_ready 1 1
child=$(child_pid mesos)

echo "127.0.0.1 leader.test" | replace /etc/hosts
mm "/master/redirect?to=leader.test:${MASTER##*:}" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
until_ "a name in a new hosts is found" connection_has "leader.test"
mm /master/redirect >/dev/null
until_ "connected" connected
check "by the same process" test "$(child_pid mesos)" = "$child"
kafkad_stop

tls_ca old
tls_ca new
tls_cert good new "ip_address = $ADDRESS"
master good
replace "$K/ca.pem" <"$K/old.pem"
fresh "ca \"$K/ca.pem\""
until_ "a CA that is not the master's: status says so" \
	connection_has "its TLS certificate is not signed by a CA"
child=$(child_pid mesos)
replace "$K/ca.pem" <"$K/new.pem"
works "the renewed one is read"
check "by the same process" test "$(child_pid mesos)" = "$child"

# As those that a link leads to, in a folder of its own.
kafkad_stop
master good
mkdir "$T/first" "$T/links"
cp "$K/old.pem" "$T/first/ca.pem"
ln -s ../first "$T/links/now"
ln -s now/ca.pem "$T/links/ca.pem"
fresh "ca \"$T/links/ca.pem\""
until_ "a CA behind two links: status says what is wrong" \
	connection_has "its TLS certificate is not signed by a CA"
replace "$T/first/ca.pem" <"$K/new.pem"
works "the renewed one is read"
