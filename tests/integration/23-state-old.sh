#!/usr/bin/env bash
# Older state files are put back by hand: from one, two and twenty saves ago.
# What runs is taken over, and no instance gets a second task.
. "${TOP:?}/tests/integration/lib.sh"

S=$T/run/state
mkdir -p "$T/copies"
# Keeps each state that is ever saved, as 1, 2, 3, ….
keep_copies() {
	local n=0 last='' now
	: >"$T/keeping"
	while [ -e "$T/keeping" ]; do
		ln "$S/state.json" "$T/copies/next" 2>/dev/null || continue
		now=$(stat -c %i "$T/copies/next")
		if [ "$now" = "$last" ]; then
			rm "$T/copies/next"
			sleep 0.002
			continue
		fi
		n=$((n + 1)) last=$now
		mv "$T/copies/next" "$T/copies/$n"
	done
}
copies() { find "$T/copies" -name '[0-9]*' | wc -l; }
wanted_in() { # COPY: the count of brokers
	head -n 1 "$1" | jq '.services[] | select(.name == "kafka") | .count'
}
put_back() { # COPY
	rm -f "$S"/state.json*
	cp "$1" "$S/state.json"
	[ "$(id -u)" -ne 0 ] || chown "$RUN_AS" "$S/state.json"
}
replayed() {
	local pid
	pid=$(pid_of "$1")
	ctl "$2" "$1" >/dev/null
	must "$1 is started again" restarted "$1" "$pid"
}

minimesos_start --agents 7
GLOBAL='agent timeout 500ms' conf 1 3
kafkad_start
must "all are ready" all_ready 1 3
keep_copies &
keeper=$!
must "copies are kept" test -e "$T/copies/1"
ctl scale kafka 5 >/dev/null
must "five brokers are ready" all_ready 1 5
for i in 0 3 1 0 4 2 0; do replayed "kafka-$i" restart; done
pid=$(pid_of kafka-1)
ctl -f replace kafka-1 >/dev/null
must "kafka-1 has another place" restarted kafka-1 "$pid"
until_ "its older task is gone" has_tasks kafka-1 1
for i in 3 0; do replayed "kafka-$i" restart; done
must "all are ready" all_ready 1 5
kafkad_stop
rm "$T/keeping"
wait "$keeper"
before=$(task_pids)
n=$(copies)
# One save serves many events, the more of them the slower the machine is.
check "there are $n copies, enough to go back by 20" test "$n" -gt 22
launched=$(launches)

twins_watch
tried=''
for ago in 1 2 3 5 8 13 20 $((n > 25 ? n - 25 : 17)); do
	copy=$T/copies/$((n - ago))
	[ "$(wanted_in "$copy")" -eq 5 ] || continue
	tried="$tried $ago"
	put_back "$copy"
	kafkad_start
	until_ "the state of $ago saves ago: connected" daemon_is connected true
	must "all are ready" all_ready 1 5
	until_ "and reconciled" daemon_is behind false
	until_ "and still ready" all_ready 1 5
	check "they are the same processes" test "$(task_pids)" = "$before"
	check "nothing was launched" test "$(launches)" -eq "$launched"
	kafkad_stop
done

check "these were tried, 20 among them:$tried" test "${tried/ 20/}" != "$tried"

# What that state did not want, and does not know, is not ours to keep.
put_back "$T/copies/1"
check "the first copy wants three" test "$(wanted_in "$T/copies/1")" -eq 3
kafkad_start
must "three brokers are ready" all_ready 1 3
until_ "reconciled" daemon_is behind false
four_left() { [ "$(task_pids | wc -l)" -eq 4 ]; }
until_ "no task of others is left" four_left
check "those wanted are the same processes" test "$(task_pids)" = \
	"$(grep -v 'kafka-[34]' <<<"$before")"
# The numbers of tasks go on above all that were given.
last=$(sed -n 's/^kafka-.[.]\([0-9]*\) .*/\1/p' <<<"$before" | sort -n |
	tail -n 1)
pid=$(pid_of kafka-0)
ctl restart kafka-0 >/dev/null
must "a new task" restarted kafka-0 "$pid"
check "has a number above $last" test \
	"$(field kafka-0 'task | split(".")[1]')" -gt "$last"
twins_end
