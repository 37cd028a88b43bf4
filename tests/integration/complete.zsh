#!/usr/bin/env zsh
# complete.zsh FOLDER LINE...: what an interactive zsh, with FOLDER before its
# own functions, offers at the end of each line; in a line each, with blanks
# between. FOLDER is written to.
#
# It types the lines on a terminal of its own, and then a key at which zsh
# completes and tells what it would have added to the list.
emulate -R zsh
zmodload zsh/zpty zsh/zselect || exit 1
folder=$1
shift
cat >$folder/.zshrc <<'RC'
fpath=($ZDOTDIR $fpath)
PS1=
autoload -Uz compinit && compinit -u -D
compadd() {
	local -a hits
	if ! ((${argv[(I)-[OAD]]})); then
		builtin compadd -O hits "$@"
		offered+=($hits)
	fi
	builtin compadd "$@"
}
offer() {
	offered=()
	_main_complete
	print -r -- ${(o)offered} >$ZDOTDIR/offered.new
	mv $ZDOTDIR/offered.new $ZDOTDIR/offered
}
zle -C offer list-choices offer
bindkey -e
bindkey '^X' offer
: >$ZDOTDIR/offered
RC
zpty shell "TERM=dumb ZDOTDIR=${(q)folder} zsh -d -i"
# Ten seconds for each.
offered() {
	local i
	for i in {1..1000}; do
		# Whatever is printed must go somewhere.
		while zpty -r -t shell REPLY; do :; done
		if [[ -e $folder/offered ]]; then
			REPLY=$(<$folder/offered)
			rm $folder/offered
			return
		fi
		zselect -t 1
	done
	print -u 2 "complete.zsh: no answer"
	exit 1
}
offered
for line; do
	zpty -w -n shell $line$'\C-X'
	offered
	print -r -- $REPLY
	zpty -w -n shell $'\C-U'
done
zpty -d shell
