#!/usr/bin/env bash
# Every example of the manual pages, as it is in the page, against a kafkad and
# a minimesos: a configuration is run, a session is typed, a dialogue is held.
# Nothing is replaced but what other() and moved() name. The lines of curl of
# kafkad-v0(7) are run by 71-readme.sh.
LIMIT=${LIMIT:-60}
. "${TOP:?}/tests/integration/lib.sh"
. "${TOP:?}/tests/integration/examples.sh"

# A machine of the examples, with one kafkad: a folder of its own for its
# root. "here" where the page does not name one.
HOST=here
on() {
	HOST=$1
	export KAFKAD_SOCKET=$T/$HOST/run/kafkad/kafkad.sock
}
# moved TEXT: paths of a machine are below its folder, those of another one
# too. Fails if one is left that is this machine's own.
moved() {
	local text
	text=$(sed -E -e "s,\b(old|new):/,$T/\1/,g" \
		-e "s,(^|[ \"])(/(etc|run|srv|var)\b),\1$T/$HOST\2,g" <<<"$1")
	echo "$text"
	! grep -qE '(^|[^[:alnum:]_./%:-])/[a-z]' <<<"${text//"$T"\//}"
}
# other TEXT: the masters, the group and the port of a configuration.
other() {
	local group
	# Without root one that this user is in.
	group=$(id -gn)
	[ "$(id -u)" -ne 0 ] || group=$(id -gn "$RUN_AS")
	moved "$1" | sed -E \
		-e "s,\bmaster (\"[^\"]*\"(\, )?)+,master \"http://$MASTER\"," \
		-e "s,\bgroup \"[^\"]*\",group \"$group\"," \
		-e "s,\bport 10000\b,port $PORT,"
}
begin() {
	PORT=$("$B/fakeparent" -f)
	rm -rf "${T:?}"/{here,old,new,mm}
	for host in here old new; do
		mkdir -p "$T/$host"/{run,var/lib}/kafkad "$T/$host/etc"
		[ "$(id -u)" -ne 0 ] ||
			chown -R "$RUN_AS" "$T/$host"/{run,var/lib}/kafkad
	done
	on here
	minimesos_start --images "$T/images" --allocation-interval 100
}
end() {
	kafkad_stop
	until_ "it has ended" ended >"$T/session"
	minimesos_stop
}
# Its configuration: a small cluster, or what is there already.
configured() { # below HOST
	local etc=$T/$HOST/etc/kafkad.conf
	[ -e "$etc" ] || {
		GLOBAL="http { listen on 127.0.0.1 port $PORT }" \
			T=$T/$HOST conf 1 3
		mv "$T/$HOST/kafkad.conf" "$etc"
		sed -i -e "s|^\(.*control\) \"[^\"]*\"|\1 \"$KAFKAD_SOCKET\"|" \
			-e "s|^\(.*state\) \".*|\1 \"$T/$HOST/var/lib/kafkad\"|" \
			"$etc"
	}
	cp "$etc" "$T/kafkad.conf"
	chmod 644 "$T/kafkad.conf"
}
running() { ctl version >/dev/null 2>&1; }
ended() { ! running; }

# One that is running, with a cluster that is complete, for who wants to talk.
cluster() {
	running && return
	configured
	kafkad_start
	must "$1: a cluster is ready for it" settled
}

# The programs of the sessions.
kafkactl() { ctl "$@"; }
# With -n nothing is started; with variables there is no file. With -d it stays
# in the foreground, so the session goes on beside it.
kafkad() {
	local file=(-f "$T/kafkad.conf")
	configured
	[ -z "${MESOS_MASTER:-}" ] || file=()
	case $* in
	*-n*) "$B/kafkad" "$@" "${file[@]}" 2>&1 ;;
	*-d*) kafkad_start ;;
	*)
		"$B/kafkad" "$@" "${file[@]}" 2>>"$T/kafkad.log" || return
		until_ "it answers" running >&2 || return
		KAFKAD_PID=$(daemon pid)
		;;
	esac
}
# What it copies is complete when the kafkad that wrote it has ended.
rsync() { # -a FROM TO
	on old
	until_ "the other one has ended" ended >&2
	on new
	command cp "$@"
}

# configuration NAME FILE: kafkad does what it says.
configuration() {
	begin
	{
		echo "user \"$RUN_AS\""
		grep -q '^control ' "$2" || echo "control \"$KAFKAD_SOCKET\""
		grep -q '^state ' "$2" ||
			echo "state \"$T/$HOST/var/lib/kafkad\""
		other "$(<"$2")"
	} >"$T/here/etc/kafkad.conf"
	configured
	kafkad_start
	must "$1: all that it wants is ready" settled
	[ "$(daemon http)" = off ] || status_is "$1: HTTP is there" 0 \
		curl -sSf --max-time 10 "http://127.0.0.1:$PORT/v0/container/1"
	end
}

# typed COMMAND: by somebody on that machine; the shell is the same one for
# all commands of a session.
typed() {
	local text
	text=$(moved "${1//127.0.0.1:10000/127.0.0.1:$PORT}") || return
	eval "$text" >"$T/said" 2>"$T/session"
}
# session NAME FILE: each command ends well, prints what is shown below it if
# anything is, and in the end all is as it is wanted.
session() {
	local line command='' shown='' name=$1

	begin
	exec 4<"$2"
	while IFS= read -r line <&4 || [ -n "$command" ]; do
		case $line in
		'    '*) command+=$'\n'$line ;;
		'$ '* | '# '* | old'# '* | new'# '* | '')
			[ -z "$command" ] || one_command
			[ -n "$line" ] || break
			on "$(sed -n 's/^\(old\|new\)# .*/\1/p' <<<"$line" |
				grep . || echo here)"
			command=${line#*[#$] } shown=''
			;;
		*) shown+=$line$'\n' ;;
		esac
	done
	exec 4<&-
	[ -z "$KAFKAD_PID" ] || {
		until_ "$name: all that is wanted is ready" settled
		check "$name: no instance has two tasks" no_twins
	}
	# What variables it has set are those of the session alone.
	unset "${!MESOS_@}" "${!ZOOKEEPER_@}" "${!KAFKA_@}" "${!VOLUME_@}" DOMAIN
	end
}
one_command() {
	# In this shell, where its process is known.
	[[ $command != *kafkactl* && $command != *'| nc '* &&
		$command != curl* ]] ||
		cluster "$name"
	if ! typed "$command"; then
		not_ok "$name: $command"
		cat "$T/said" "$T/session"
	elif [ -n "$shown" ] && ! as_shown "${shown%$'\n'}" "$(<"$T/said")"; then
		not_ok "$name: $command: prints what is shown"
		cat "$T/said"
	else
		ok "$name: $command"
	fi
	after_command
}
# What a page says of a command beside it.
after_command() {
	case $command in
	*'| not)) | .instance'*)
		ctl kill kafka-1 >/dev/null
		typed "$command"
		same_lines "of one that is down it prints the name" kafka-1
		ctl start kafka-1 >/dev/null
		;;
	'curl '*/metrics*)
		check "it says how many brokers are ready" grep -qx \
			'kafkad_service_instances_ready{service="kafka"} 3' \
			"$T/said"
		;;
	'curl '*/health*)
		same_lines "it says that all is well" '{"ok":true}'
		;;
	'kafkad -nv')
		for name_ in $(compgen -A export |
			grep -E '^(MESOS|ZOOKEEPER|KAFKA|VOLUME)_|^DOMAIN$'); do
			check "it says what $name_ has set" grep -q \
				"# $name_\$" "$T/said"
		done
		unset "${!MESOS_@}" "${!ZOOKEEPER_@}" "${!KAFKA_@}" \
			"${!VOLUME_@}" DOMAIN
		;;
	esac
}
same_lines() { equals "$1" "$2" "$(<"$T/said")"; }

# keys JSON: its names, in their order, and what their values are.
keys() { jq -c 'to_entries | map([.key, (.value | type)])' <<<"$1"; }
# dialogue NAME FILE: C: is sent, S: must come. Of data only names and types
# are the same each time, and of progress there may be more.
dialogue() {
	local line got name=$1 talk='' bad=''

	begin
	cluster "$name"
	coproc NC { exec timeout 60 nc -U "$KAFKAD_SOCKET"; }
	# shellcheck disable=SC2153 # by coproc
	talk=$NC_PID
	exec 5<&"${NC[0]}" 6>&"${NC[1]}"
	exec 4<"$2"
	while IFS= read -r line <&4; do
		case $line in
		'C: '*)
			echo "${line#C: }" >&6
			continue
			;;
		'S: '*) line=${line#S: } ;;
		*) bad+=" not a line of a dialogue: $line" ;;
		esac
		IFS= read -r -t 30 got <&5 || got='no answer'
		while [[ $got == 100-* && $line != 100-* ]]; do
			IFS= read -r -t 30 got <&5 || got='no answer'
		done
		case $line in
		[0-9][0-9][0-9]-*)
			[ "${line:0:4}" = "${got:0:4}" ] && [ "$(keys \
				"${line:4}")" = "$(keys "${got:4}")" ] ||
				bad+=$'\n'"$line: $got"
			;;
		*) [ "$line" = "$got" ] || bad+=$'\n'"$line: $got" ;;
		esac
	done
	exec 4<&- 5<&- 6>&-
	kill "$talk" 2>/dev/null
	wait "$talk" 2>/dev/null
	equals "$name: kafkad says what is shown" '' "$bad"
	until_ "$name: all that is wanted is ready" settled
	end
}

# for_prometheus NAME FILE: it takes it. The file with its password is on
# another machine.
for_prometheus() {
	local tool=$TOP/build/prometheus/usr/bin/promtool kind=(rules)
	[ -x "$tool" ] || {
		not_ok "there is a $tool (make setup)"
		return
	}
	[[ $(<"$2") == groups:* ]] || kind=(config --syntax-only)
	says "$1: is right for Prometheus" SUCCESS \
		"$tool" check "${kind[@]}" "$2"
}

# What an example is, its first line tells.
example() { # NAME FILE
	case $(<"$2") in
	[SC]': '*) dialogue "$@" ;;
	'$ curl -X GET 127.0.0.1:10000/'*)
		check "$1: is run by 71-readme.sh" test -z "$(grep '^[$] ' "$2" |
			grep -v '^[$] curl -X GET 127.0.0.1:10000/v0/')"
		;;
	'$ '* | '# '* | old'# '*) session "$@" ;;
	scrape_configs:* | groups:*) for_prometheus "$@" ;;
	*)
		check "$1: is a configuration" grep -q '^mesos {' "$2"
		configuration "$@"
		;;
	esac
}

if [ -e /etc/kafkad.conf ]; then
	echo "ok - the examples # SKIP there is a /etc/kafkad.conf"
	exit
fi
images_make
for page in ${PAGES:-man/*.[1-9]}; do
	name=$(basename "$page")
	mkdir "$T/$name"
	check "$name has examples that can be read" blocks "$TOP/$page" "$T/$name"
	for ((i = 1; ; i++)); do
		[ -e "$T/$name/$i" ] || break
		example "$name, example $i" "$T/$name/$i"
	done
done
