#!/usr/bin/env bash
# The lines of curl that users of the Go framework have, letter by letter as
# README.md and kafkad-v0(7) show them, with nothing but its environment; with
# credentials and without.
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/v0.sh"

# Every line of curl, with the one line that it prints below it.
lines() { # FILE
	sed 's/^ *//' "$1" | awk '
		/^[$] curl -X GET 127.0.0.1:10000/ { print; answer = 1; next }
		answer { print }
		{ answer = 0 }'
}

# typed LINE: as a user types it, but for the port; "-u" where there are names.
typed() {
	local line=${1//127.0.0.1:10000/$HTTP}

	line=${line/curl /curl -sS ${NAMES[*]} }
	bash -c "$line"
}
unknown='{"command":{"environment":{},"Executor":{},"InternalID":0,"TaskID":0'
unknown=$unknown',"IsZookeeper":false,"IsKafka":false,"Slave":""},"status":null}'

# What the README shows for each line.
readme() { # FILE
	local line want got n=0

	while IFS= read -r line; do
		case $line in
		'$ '*'/v0/container/'*)
			got=$(typed "${line#\$ }" | command jq -r .command.task_name)
			check "${line#\$ }" test "$got" = av_kafka0
			n=$((n + 1))
			;;
		'$ '*)
			IFS= read -r want
			got=$(typed "${line#\$ }")
			check "${line#\$ }: $want" test "$got" = "$want"
			n=$((n + 1))
			;;
		esac
	done < <(lines "$1")
	check "$1 has lines" test "$n" -ge 4
}

# The first broker's task has the number that the lines speak of.
second_is_a_broker() { [ "$(field 2 instance)" = kafka-0 ]; }

run() { # [VARIABLE=VALUE...]
	minimesos_start --allocation-interval 100
	rm -rf "${T:?}/home" "$T/go"
	mkdir -p "$T/go"
	env_start FRAMEWORK_USER=root FRAMEWORK_NAME=kafkaframework \
		FRAMEWORK_ROLE=kafka LOGLEVEL=DEBUG ZOOKEEPER_COUNT=1 \
		KAFKA_COUNT=3 RES_CPU=0.1 ZOOKEEPER_CUSTOM_DOMAIN='' \
		KAFKA_CUSTOM_DOMAIN='' VOLUME_DRIVER=local MESOS_SSL='' "$@"
	must "one zookeeper and three brokers are ready" all_ready 1 3
	must "task 2 is that of the first broker" second_is_a_broker
}

NAMES=()
run
readme README.md
until_ "they have done what they say" all_ready 1 4
# What the manual page shows begins where the README's lines have ended.
answers "back to three" 202 -1 /v0/kafka/scale/3
until_ "three are ready" all_ready 1 3
number=$(field kafka-0 task)
number=${number##*.}
sed "s|/2 |/$number |" man/kafkad-v0.7 >"$T/page"
readme "$T/page"
until_ "five are ready" all_ready 1 5
answers "the answer of an unknown task" 202 "$unknown" /v0/container/9999
kafkad_stop
minimesos_stop
rm -rf "$T/mm"

run AUTH_USERNAME=user AUTH_PASSWORD=sesame-4711
answers "without credentials nothing is told" 401 '' /v0/container/2
answers "nor done" 401 '' /v0/kafka/scale/5
answers "nor with wrong ones" 401 '' /v0/kafka/scale/5 -u user:sesame-4712
check "nothing was changed" all_ready 1 3
NAMES=(-u user:sesame-4711)
readme README.md
until_ "with them they do what they say" all_ready 1 4
answers "and the code is another one" 200 0 /v0/kafka/scale/4 "${NAMES[@]}"
answers "the answer of an unknown task" 200 "$unknown" /v0/container/9999 "${NAMES[@]}"
check "the log says who it was" logged \
	'via="http" user="user" address="127.0.0.1"'
check "and no password" test -z "$(grep -F sesame "$T/kafkad.log")"
