#!/usr/bin/env bash
# Nothing fits: kafkactl offers says for each offer what is missing.
. "${TOP:?}/tests/integration/lib.sh"

# Of the offers' misses for an instance: "host text" lines.
misses() {
	ctl -j offers | jq -r --arg i "$1" 'select(.offer) |
		.host as $h | .misses[] | select(.instance == $i) |
		"\($h) \(.text)"' | sort -u
}
every_agent() { # TEXT: each of the five has it in a miss of kafka-0
	[ "$(misses kafka-0 | grep -cF "$1")" -eq 5 ]
}

minimesos_start --cpus 1 --mem 1024
conf 1 1
sed -i 's/cpus 0.5 memory 512M/cpus 1.5 memory 2G/' "$T/kafkad.conf"
kafkad_start
must "zookeeper fits" ready zookeeper-0
until_ "every offer lacks CPUs" every_agent "needs cpus 1.5, offered"
until_ "and memory" every_agent "needs mem 2048, offered"
host=$(field zookeeper-0 host)
check "numbers are of each agent: what zookeeper took is missing" shows \
	"$host needs cpus 1.5, offered 0.9; needs mem 2048, offered 832" \
	misses kafka-0
check "an empty agent has more" shows \
	"needs cpus 1.5, offered 1; needs mem 2048, offered 1024" misses kafka-0
says "status says that no offer fits" "no offer fits" ctl status
says "people can read it" "needs cpus 1.5, offered 1" ctl offers
says "wait says how many lack" "only 0 of 1 ready" ctl wait kafka timeout=50ms
mm "/agent/resize?agent=4&cpus=2&mem=4096" >/dev/null
must "an agent grows: the broker starts there" ready kafka-0
check "on that agent" test "$(agent_of kafka-0)" -eq 4
kafkad_stop

port=$(mm /agents | jq '.[4].first_port + 3')
sed -i "s/cpus 1.5 memory 2G/cpus 0.1 memory 32M heap 16M port 9/" \
	"$T/kafkad.conf"
sed -i 's/ heap 16M//; s/memory 32M/memory 256M/' "$T/kafkad.conf"
kafkad_start
must "connected" daemon_is connected true
until_ "reconciled" daemon_is behind false
ctl scale kafka 2 >/dev/null
until_ "a port that no agent offers is named" shows \
	"needs port 9, not offered" misses kafka-1
says "status names it" "needs port 9" ctl status
says "another broker's agent is no place" \
	"another instance of kafka lives here" misses kafka-1
kafkad_stop
sed -i "s/port 9\$/port $port/" "$T/kafkad.conf"
kafkad_start
must "with a port that one agent has it starts" ready kafka-1
check "there" test "$(agent_of kafka-1)" -eq 5
check "on that port" test "$(field kafka-1 'ports[0]')" = "$port"
kafkad_stop

# All members of an ensemble get a place, or none does.
rm -rf "$T/run"
mm /framework/remove >/dev/null
for i in 1 2 3; do mm "/offers/hide?agent=$i" >/dev/null; done
conf 3 1
sed -i 's/hold/&/; s/^mesos/offers { hold 500ms }\n&/' "$T/kafkad.conf"
kafkad_start
until_ "too few agents for an ensemble: status says how many lack a place" \
	shows "1 of 3 members lack a place" ctl status
check "no member was launched" test -z "$(task_pids)"
mm "/offers/hide?agent=1&on=0" >/dev/null
must "with one more agent all start" all_ready 3 1
