#!/usr/bin/env bash
# Credentials over http go only to masters of the list: a redirect elsewhere
# is refused, and said once.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

echo '{"credentials":[{"principal":"kafka","secret":"open sesame"}]}' \
	>"$T/credentials"
minimesos_start --credentials "$T/credentials" --allocation-interval 100
follower=$(mm /master/follower | jq -r .master)
other_minimesos_start
echo "open sesame" >"$T/secret"
chmod 600 "$T/secret"
[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$T/secret"
MESOS="principal \"kafka\" secret file \"$T/secret\""

MASTERS="\"http://$follower\""
conf 1 1
kafkad_start
one_line "a redirect to a host that is not listed" \
	"redirects to $MASTER, which the credentials are not sent to"
check "nothing was subscribed" test "$(counter subscribed)" -eq 0
kafkad_stop

MASTERS="\"http://$follower\", \"http://$MASTER\""
conf 1 1
kafkad_start
must "a redirect to one that is listed is followed" all_ready 1 1
n=$(counter subscribed)
mm "/master/redirect?to=$OTHER_MASTER" >/dev/null
mm "/stream/drop?how=fin" >/dev/null
one_line "a leader that begins to redirect elsewhere" \
	"redirects to $OTHER_MASTER, which the credentials are not sent to" 2
check "the other has never been asked" test \
	"$(curl -sS "http://$OTHER_CONTROL/counters" | jq .requests)" -eq 0
mm /master/redirect >/dev/null
until_ "it recovers when it leads again" counter_above subscribed "$n"
until_ "all are ready" all_ready 1 1
check "no secret in the log" test "$(lines "open sesame")" -eq 0
