#!/usr/bin/env bash
# What README.md shows under "Coming from the Go framework": each command is
# run with nothing but that one's environment, and must print what is shown.
# The lines of curl there are run by 71-readme.sh.
LIMIT=${LIMIT:-60}
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/v0.sh"
. "${TOP:?}/tests/integration/examples.sh"

# Where root's kafkad keeps its state; somebody else's has another place.
state=/var/lib/kafkad
[ "$(id -u)" -eq 0 ] || state=$HOME/.local/state/kafkad

# What the log says of an import, as it is printed.
imported() {
	sed -n 's/^[0-9:.]* info parent: \(import: \|taken over \)/\1/p' \
		"$T/kafkad.log" | sed "s,$T/go/,/tmp/,"
}
answer_of() { # COMMAND: to $T/answer
	case $1 in
	'kafkad -nv')
		env -i "PATH=$PATH" "HOME=$HOME" MESOS_MASTER=leader:5050 \
			ZOOKEEPER_COUNT=1 KAFKA_COUNT=3 VOLUME_KAFKA=k0,k1,k2 \
			FRAMEWORK_STATEFILE_PATH=/tmp \
			IMAGE_KAFKA=confluentinc/cp-kafka:5.4.1 \
			"$B/kafkad" -nv 2>&1 | sed "s,\"$state\",\"/var/lib/kafkad\","
		;;
	'kafkad')
		[ -n "$KAFKAD_PID" ] ||
			env_start ZOOKEEPER_COUNT=1 KAFKA_COUNT=3 \
				FRAMEWORK_NAME=kafkaframework >&2
		imported
		;;
	'kafkactl '*) ctl "${@:2}" ;;
	esac >"$T/answer"
}
prints_it() { # COMMAND SHOWN
	local words
	read -ra words <<<"$1"
	answer_of "$1" "${words[@]:1}"
	as_shown "$2" "$(<"$T/answer")"
}
command_() { # COMMAND SHOWN
	[ -n "$1" ] && [[ $1 != 'curl '* ]] || return 0
	n=$((n + 1))
	until_ "README.md: $1" prints_it "$1" "${2%$'\n'}" && return
	diff <(plain <<<"${2%$'\n'}") <(plain <"$T/answer")
	exit 1
}

images_make
minimesos_start --port-range 31000-32000 --allocation-interval 100
id=$(goframework --volumes-zookeeper z0 --volumes-kafka k0,k1,k2)
check "the Go framework runs its four tasks" test -n "$id"
before=$(task_pids)
n=0 command='' shown=''
while IFS= read -r line <&4; do
	case ${line#   } in
	'$ '* | '')
		command_ "$command" "$shown"
		command=${line#*\$ } shown=''
		;;
	*) shown+=$line$'\n' ;;
	esac
done 4< <(part "### Coming from the Go framework")
check "README.md shows how kafkad takes over" test "$n" -ge 3
equals "no broker was restarted for it" "$before" "$(task_pids)"
