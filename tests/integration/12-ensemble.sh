#!/usr/bin/env bash
# ZooKeeper grows and shrinks under running brokers.
. "${TOP:?}/tests/integration/lib.sh"

brokers() { task_pids | grep ^kafka; }
outdated() { ctl -j status | jq -r 'select(.service == "kafka" and .wanted) |
	.outdated'; }
# Zookeepers are so many, ready, with the newest list.
settled() { ctl wait zookeeper timeout=100ms; }
forgotten() { shows "404 no such" ctl show "$1"; }
mark() { MARK=$(wc -l <"$T/kafkad.log"); }
since() { tail -n "+$((MARK + 1))" "$T/kafkad.log"; }
# What became of members, in order: restarted, launched, ready, removed.
steps() {
	since | sed -nE 's/.*(zookeeper-[0-9]): (running -> killing|ready|removed).*/\1 \2/p'
}

minimesos_start --agents 7
conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3
before=$(brokers)
check "nobody is outdated" test "$(outdated)" -eq 0
mark
ctl scale zookeeper 3 >/dev/null
must "three zookeepers are ready" all_ready 3 3
until_ "wait says that they are settled" settled
check "the older member was restarted, then the others came, one by one" test \
	"$(steps | uniq)" = "zookeeper-0 running -> killing
zookeeper-0 ready
zookeeper-1 ready
zookeeper-2 ready"
check "brokers are untouched" test "$(brokers)" = "$before"
check "and marked as outdated" test "$(outdated)" -eq 3
pid=$(pid_of kafka-0)
ctl restart kafka-0 >/dev/null
must "a broker is restarted" restarted kafka-0 "$pid"
check "it is no longer outdated" field_is kafka-0 outdated false
must "it is ready" all_ready 3 3
check "the others are" test "$(outdated)" -eq 2
before=$(brokers)

says "below the majority is refused without -f" \
	"1 is less than the majority (2) of the 3 members" \
	ctl -j scale zookeeper 1
says "a count of 0 is, too" "ends the whole service" ctl -j scale zookeeper 0
check "nothing has changed" all_ready 3 3
mark
ctl -f scale zookeeper 1 >/dev/null
until_ "with -f the last added is gone" forgotten zookeeper-2
until_ "then the one before" forgotten zookeeper-1
must "one is left, with a list of one" all_ready 1 3
until_ "and settled" settled
check "they left in that order" test "$(steps | grep removed)" = \
	"zookeeper-2 removed
zookeeper-1 removed"
check "brokers are untouched by that" test "$(brokers)" = "$before"

ctl scale zookeeper 3 >/dev/null
must "three again" all_ready 3 3
until_ "settled" settled
mark
ctl scale zookeeper 5 >/dev/null
must "five zookeepers are ready" all_ready 5 3
until_ "settled" settled
check "members were restarted one at a time before the newcomers" test \
	"$(steps | grep -E 'killing|[34] ready' | sort -u | wc -l)" -eq 5
check "no newcomer before all had the list" test \
	"$(steps | grep -nE 'killing' | tail -n 1 | cut -d: -f1)" -lt \
	"$(steps | grep -nE -- '-[34] ready' | head -n 1 | cut -d: -f1)"
check "the newcomers came in their order" test \
	"$(steps | grep -E -- '-[34] ready' | tr '\n' ' ')" = \
	"zookeeper-3 ready zookeeper-4 ready "
check "brokers are untouched by all of that" test "$(brokers)" = "$before"
pid=$(pid_of zookeeper-4)
says "replace of a member needs -f" "gets a new place" ctl replace zookeeper-4
ctl -f replace zookeeper-4 >/dev/null
until_ "a member can be replaced" restarted zookeeper-4 "$pid"
until_ "settled" settled
for i in 2 3 4; do
	ctl kill "zookeeper-$i" >/dev/null
	until_ "zookeeper-$i is down" state_is "zookeeper-$i" stopped
done
says "without a majority of the others none is replaced, even with -f" \
	"make a majority" ctl -f replace zookeeper-1
