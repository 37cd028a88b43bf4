# Sourced by the tests of what the manual and README.md show, after lib.sh:
# the examples as a reader sees them, and whether they do what they say.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # of lib.sh

# blocks PAGE FOLDER: each literal block and line of EXAMPLES, in FOLDER/1, …
# Fails when something in them is not known here.
blocks() {
	awk -v dir="$2" '
		/^\.Sh / { examples = $2 == "EXAMPLES" }
		!examples { next }
		/^\.Bd -literal/ { n++; on = 1; next }
		/^\.Ed/ { on = 0 }
		/^\.Dl / { n++; sub(/^\.Dl /, ""); dl = 1 }
		on || dl {
			gsub(/\\&/, "")
			gsub(/\\\(dq/, "\"")
			gsub(/\\\(aq/, "\047")
			gsub(/\\e/, "\001")
			if (/\\/)
				strange = 1
			gsub(/\001/, "\\")
			print > (dir "/" n)
			dl = 0
		}
		END { exit strange || n == 0 }' "$1"
}

# The blocks below a heading of the README, a blank line behind each.
part() { # HEADING
	awk -v h="$1" '
		/^#/ { on = $0 == h }
		!on { next }
		/^ *$/ { if (block) print ""; block = 0; next }
		block || /^    / { block = 1; sub(/^    /, ""); print }' "$TOP/README.md"
}

# Images of the examples, which are the real ones, played by the stand-ins.
images_make() {
	local there=$TOP/tests/images

	mkdir "$T/images"
	ln -s "$there"/{lib.sh,bin,standin-*} "$T/images/"
	ln -s "$there/standin-zookeeper" "$T/images/zookeeper"
	ln -s "$there/standin-kafka" "$T/images/cp-kafka"
}

# All that is wanted is there and ready.
settled() {
	[ "$(ctl -j status | jq -sc '[.[] | select(.service and .wanted) |
		.wanted == .ready and .wanted == .running] |
		length == 2 and all')" = true ]
}

# What is another one each time: ids, hosts, ports, processes and times. And
# columns are as wide as what is in them.
plain() {
	sed -E -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g' \
		-e 's/\b[0-9a-f]{8}-…/ID/g' \
		-e 's/\bID-([0-9]{4}|[OS][0-9]+)\b/ID/g' \
		-e 's/\bpid [0-9]+/pid N/g; s/\buid [0-9]+ [(][a-z]+[)]/UID/g' \
		-e 's/[0-9-]{10}T[0-9:]{8}Z/STAMP/g' \
		-e 's/\b127\.[0-9]+\.[0-9]+\.[0-9]+(:[0-9]+)?/HOST/g' \
		-e 's/\b(kafka|zookeeper)-([0-9]+)\.[0-9]+/\1-\2.N/g' \
		-e 's/\b[0-9]{5}(-[0-9]{5})?\b/PORT/g' \
		-e 's/\b[0-9]+(ms|s|m|h|d)\b/TIME/g' \
		-e 's/[[:blank:]]+/ /g; s/^ //; s/ $//'
}

# as_shown SHOWN GOT: the lines that are shown are those that came. A line
# "..." stands for any number of lines, anywhere. Of what wait tells meanwhile
# only the order of the last changes is sure.
as_shown() {
	local want came one
	mapfile -t want < <(plain <<<"$1")
	mapfile -t came < <(plain <<<"$2")
	if [[ " ${want[*]} " != *" ... "* ]]; then
		[ "${want[*]}" = "${came[*]}" ]
		return
	fi
	set -- "${came[@]}"
	for one in "${want[@]}"; do
		[ "$one" != ... ] || continue
		while [ $# -gt 0 ] && [ "$1" != "$one" ]; do shift; done
		[ $# -gt 0 ] || return
		shift
	done
}
