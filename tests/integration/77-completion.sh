#!/usr/bin/env bash
# What an interactive zsh makes of the completion that kafkactl prints for it;
# that for bash is in 21-kafkactl.sh.
. "${TOP:?}/tests/integration/lib.sh"

status_is "there is no completion for other shells" 2 ctl -C fish
check "without a shell it is that for bash" cmp -s <(ctl -C) <(ctl -C bash)
check "an option is no shell" cmp -s <(ctl -C -j) <(ctl -C bash)
if ! command -v zsh >/dev/null; then
	ok "completion for zsh # SKIP there is no zsh"
	exit
fi
minimesos_start
conf 1 3
kafkad_start
must "one zookeeper and three brokers are ready" all_ready 1 3

mkdir "$T/zsh"
ctl -C zsh >"$T/zsh/_kafkactl"
# completed LINE...: what zsh offers at the end of each.
completed() {
	PATH=$B:$PATH timeout 60 "$TOP/tests/integration/complete.zsh" \
		"$T/zsh" "$@"
}
exec 3< <(
	cd "$T" || exit
	completed 'kafkactl ' 'kafkactl repl' 'kafkactl scale k' \
		'kafkactl kill kafka-' 'kafkactl scale kafka 3 ' \
		'kafkactl wait kafka ' 'kafkactl plan ' 'kafkactl restart z' \
		'kafkactl -' 'kafkactl -j log d' \
		'kafkactl help sta' 'kafkactl status k' 'kafkactl -s mm.r' \
		"kafkactl -s $T/none kill kafka-" 'kafkactl container kafka-'
)
gives() { # NAME WANT: the next answer
	local got
	IFS= read -r -u 3 got || got='no answer'
	check "$1" test "$got" = "$2" || echo "got: $got"
}
gives "completion has every command" "$(ctl -j help |
	jq -r 'select(.command) | .command' | sort | xargs)"
gives "completes one" replace
gives "a service" kafka
gives "an instance" "kafka-0 kafka-1 kafka-2"
gives "an option of a command" force
gives "one with a value" timeout=
gives "one of a choice" "cancel pause resume"
gives "an instance or a service" "zookeeper zookeeper-0"
gives "those of kafkactl" "-f -h -j -s -w"
gives "a level" debug
gives "the name of a command" "start status"
gives "nothing where there is nothing" ""
gives "a file after -s" mm.ready
gives "and no instance without kafkad" ""
gives "a task" "$(ctl -j list | jq -r '.task // empty' | grep kafka- | sort |
	xargs)"
exec 3<&-
# As a line of .zshrc has it, not as a file that zsh finds.
check "it can be had without a file" test "$(zsh -f -c '
	autoload -Uz compinit && compinit -u -D
	eval "$("$1" -C zsh)" && print $_comps[kafkactl]' zsh \
	"$B/kafkactl")" = _kafkactl
