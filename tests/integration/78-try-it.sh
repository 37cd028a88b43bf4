#!/usr/bin/env bash
# What README.md shows under "Try it", typed as it is there, against a cluster
# as that of the demo, with the demo's names and sizes, but with stand-ins for
# Kafka and ZooKeeper. The lines of curl under "Coming from the Go framework"
# are run by 71-readme.sh; where each other command is run, says elsewhere().
LIMIT=${LIMIT:-60}
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/examples.sh"
cd "$TOP" || exit 1

# The demo's cluster. A broker takes its time until it is ready, as a real one.
cluster_start() {
	images_make
	minimesos_start --images "$T/images" --allocation-interval 100
	ZK_IMAGE=zookeeper:3.9 ZK_SIZE='memory 256M heap 128M network host' \
		KAFKA_IMAGE=confluentinc/cp-kafka:7.9.0 \
		KAFKA_SIZE='memory 512M heap 256M network host' \
		GLOBAL='plan {
			pace 2s
		}' KAFKA='check settle 5s' conf 1 3
	sed -i 's/cpus 0.1/cpus 0.5/; /cp-kafka/,$s/cpus 0.5/cpus 1/' \
		"$T/kafkad.conf"
	kafkad_start
	# What the demo's env has.
	export MM_CONTROL=http://$MM_CONTROL PATH=$B:$PATH
}
mm_() { MM_CONTROL=${MM_CONTROL#http://} "$@"; }

# What a reader puts in place of what the page shows: the process of kafka-0,
# the number of kafka-2's agent.
mine() {
	local line=$1
	case $line in
	'. build/demo/env'*) line=true ;;
	'kill -9 '*) line="kill -9 $(mm_ pid_of kafka-0)" ;;
	*/kafkad.conf) line="${line% *} $T/kafkad.conf" ;;
	*agent=*) line=${line//agent=[0-9]/agent=$(mm_ agent_of kafka-2)} ;;
	esac
	echo "${line/\/home\/me\/kafkad\/build\/demo\/run/$T\/run}"
}

# As on a terminal.
curl() { command curl -sS "$@"; }

# What only shows something may show it a moment later.
status=0
typed() {
	local line
	line=$(mine "$1")
	(exit "$status")
	eval "$line" >"$T/answer" 2>&1
	status=$?
}
# Of what wait tells meanwhile, and of what others do then, only the end is the
# same each time.
shown_is() {
	[ -n "$2" ] || return 0
	case $1 in
	# Mesos offers in the order that it likes.
	*' offers') ! plain <<<"$2" | grep -qvxF -e ... \
		-f <(plain <"$T/answer") ;;
	*' wait '*) as_shown "$(tail -n 1 <<<"$2")" "$(tail -n 1 "$T/answer")" ;;
	*) as_shown "$2" "$(<"$T/answer")" ;;
	esac
}
shows_it() { typed "$1" && shown_is "$1" "$2"; }
command_() { # COMMAND SHOWN
	local shown=${2//\/home\/me\/kafkad\/build\/demo\/run/$T\/run}
	case $1 in
	'kafkactl '*' | grep '* | 'kafkactl list'* | 'kafkactl show '* | \
		'kafkactl status' | 'kafkactl offers' | 'kafkactl why '* | 'kafkactl plan' | \
		'kafkactl history '*)
		until_ "$1" shows_it "$1" "$shown"
		;;
	*)
		typed "$1"
		check "$1" shown_is "$1" "$shown"
		;;
	esac
	shown_is "$1" "$shown" || {
		diff <(plain <<<"$shown") <(plain <"$T/answer")
		exit 1
	}
}
# Every command, and what is shown below it, as far as something is; in a block
# without any "$" each line is a command.
session() {
	local line command='' shown=''
	while IFS= read -r line <&4; do
		case $line in
		'$ '* | '')
			[ -z "$command" ] || command_ "$command" "${shown%$'\n'}"
			command=${line#\$ } shown=''
			;;
		*)
			[ -n "$command" ] || command_ "$line" ''
			[ -z "$command" ] || shown+=$line$'\n'
			;;
		esac
	done
}

cluster_start
must "one zookeeper and three brokers are ready" mm_ all_ready 1 3
exec 4< <(part "## Try it")
session
exec 4<&-

# Where the commands are run that are not of "Try it".
elsewhere() { # HEADING COMMAND
	case $1,$2 in
	'## Run it',*) echo tests/install/by-hand ;;
	*'Go framework,curl -X GET 127.0.0.1:10000/v0/'*)
		echo tests/integration/71-readme.sh
		;;
	*'Go framework,kafkad'* | *'Go framework,kafkactl list')
		echo tests/integration/79-coming.sh
		;;
	*'make setup demo') echo tests/kafka/10-demo.sh ;;
	*'make setup check') echo .ci/run ;;
	# Those who change kafkad run each of them before a commit or a release.
	'## Work on it,make '*) echo tests/tests.mk ;;
	esac
}
# Its lines that are commands, with the heading that they are below.
commands() {
	awk '/^#/ { h = $0 }
		/^ +[$] / || /^    (make|sudo|sudoedit|systemctl|kafkactl) / {
			sub(/^ +([$] )?/, ""); sub(/  +#.*/, "")
			print h "\t" $0 }' README.md
}
unknown=''
while IFS=$'\t' read -r heading command; do
	[ "$heading" != '## Try it' ] || continue
	where=$(elsewhere "$heading" "$command")
	[ -e "$where" ] || unknown+="$heading: $command"$'\n'
	[ "$heading" != '## Work on it' ] ||
		grep -q "^$(awk '{ print $2 }' <<<"$command"):" Makefile \
			tests/tests.mk || unknown+="no target: $command"$'\n'
done < <(commands)
equals "each other command of README.md is run by a test" '' "$unknown"
check "they were found" test "$(commands | wc -l)" -ge 40
