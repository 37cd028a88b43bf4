# Sourced by the benchmarks, after tests/integration/lib.sh: samples, and what
# is to be made of them. A benchmark takes its samples in files of its own,
# one number a line, and says with `figure` what they stand for; tests/bench/run
# makes the table.
#
# shellcheck shell=bash

BENCH=${0##*/}
# kafkad logs what it does for people, not what it does for tests.
# shellcheck disable=SC2034 # kafkad_start
LOUD=''
: "${BENCH_OUT:=/dev/stdout}"

# sample NAME NUMBER...: one more of each.
sample() {
	local name=$1
	shift
	printf '%s\n' "$@" >>"$T/sample.$name"
}

# percentile NAME N: that of the samples.
percentile() {
	sort -g "$T/sample.$1" |
		sed -n "$((($(wc -l <"$T/sample.$1") * $2 + 99) / 100))p"
}
median() { percentile "$1" 50; }

# ratio NAME A B: one more sample, of A divided by B.
ratio() { sample "$1" "$(jq -n "($2) / ($3) * 1000 | round / 1000")"; }

# figure WHAT UNIT NAME [max|min LIMIT]: a line of the table: the samples'
# median and spread. It must be at most, or at least, LIMIT.
figure() {
	grep -q . "$T/sample.$3" 2>/dev/null || not_ok "$1: there are samples"
	sort -g "$T/sample.$3" | jq -cs --arg work "$BENCH" --arg what "$1" \
		--arg unit "$2" --arg bound "${4:-}" --argjson limit "${5:-null}" '
		{ work: $work, what: $what, unit: $unit, runs: length,
		  median: .[(length - 1) / 2 | floor], least: .[0],
		  most: .[-1] } +
		if $bound == "" then {} else
			{ bound: $bound, limit: $limit,
			  met: (if $bound == "max" then .[(length - 1) / 2 | floor] <= $limit
				else .[(length - 1) / 2 | floor] >= $limit end) }
		end' >>"$BENCH_OUT"
}

# The clock that does not jump, in milliseconds.
ms() { "$B/bench/usage" clock; }
# cpu PID...: all the time that they have had of processors, in milliseconds.
cpu() { "$B/bench/usage" cpu "$@"; }
# memory PID...: what they hold now, in KiB; together: a page that several of
# them have counted once; own: what of it comes from no file; peak: what they
# held since forget_peak at most.
memory() { "$B/bench/usage" memory "$@"; }
together() { "$B/bench/usage" together "$@"; }
own() { "$B/bench/usage" own "$@"; }
peak() { "$B/bench/usage" peak "$@"; }
forget_peak() { "$B/bench/usage" forget "$@"; }

# The pids of kafkad's processes, the parent's first.
kafkad_pids() { echo "$KAFKAD_PID" "$(pgrep -P "$KAFKAD_PID" | tr '\n' ' ')"; }
