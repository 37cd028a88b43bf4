#!/usr/bin/env bash
# Offers are rescinded, also while they are being accepted; offers of an
# earlier stream are forgotten; and no offers come at all.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/mesos.sh"

minimesos_start --agents 3 --allocation-interval 100
GLOBAL='offers { hold 60s revive 200ms }'
ZOOKEEPER='unique hostname'
waits_for_offers() { [ -n "$(field zookeeper-0 waiting)" ]; }
for i in 1 2 3; do mm "/offers/hide?agent=$i" >/dev/null; done
conf 3 0
kafkad_start
until_ "connected" connected
check "without offers nothing is launched" test "$(launches)" -eq 0
until_ "and status says what is missing" waits_for_offers

mm "/offers/hide?agent=1&on=0" >/dev/null
mm "/offers/hide?agent=2&on=0" >/dev/null
held() { [ "$(mm /offers | jq length)" -eq "$1" ]; }
must "two offers are held" held 2

# The stream is new: the offers held were those of the old one.
n=$(counter subscribed)
mm "/stream/drop?how=rst" >/dev/null
must "subscribed anew" counter_above subscribed "$n"
must "two other offers are held" held 2
mm "/offers/rescind" >/dev/null
must "two others again after those were rescinded" held 2

# The master rescinds them, and we accept them before we hear of it.
mm "/stream/mute?on=1" >/dev/null
mm "/offers/rescind" >/dev/null
ctl -f scale zookeeper 1 >/dev/null
stale() { logged "INVALID_OFFERS" && [ "$(calls ACCEPT)" -ge 1 ]; }
until_ "stale offers were accepted" calls_above ACCEPT 0
mm "/stream/mute?on=0" >/dev/null
until_ "the master says that they were no more" stale
must "then they are launched with others" all_ready 1 0
ctl scale kafka 2 >/dev/null
must "and brokers" all_ready 1 2

mm "/offers/hide?agent=3&on=0" >/dev/null
# Many times while something is being launched.
for i in 3 2 3 2 3; do
	ctl -f scale kafka "$i" >/dev/null
	for _ in 1 2 3 4 5 6; do mm "/offers/rescind" >/dev/null; done
	until_ "now $i brokers, though offers are rescinded" all_ready 1 "$i"
done
check "no task id was in two ACCEPTs" accepted_once
check "no twins" no_twins
no_offers() { [ "$(mm /offers | jq length)" -eq 0 ]; }
until_ "no offer is kept when nothing is missing" no_offers
