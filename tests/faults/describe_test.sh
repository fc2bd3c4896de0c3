#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is made from the option table tells the same as --help: the manual page, and completion in bash, zsh and fish.
# Usage: describe_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

commands=$("$QUINTET" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
names() { # names workloads|strategies: as `list` gives them, sorted
    "$QUINTET" list "$1" --json - | sed -n "s/^   \"name\": \"\([a-z0-9_]*\)\",*$/\1/p" | sort
}
options() { # options COMMAND: as --help gives them
    "$QUINTET" "$1" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p'
}
check 'there are commands' test "$(echo "$commands" | wc -l)" -ge 12

# --- the manual page ------------------------------------------------------------------------------------------------------
SOURCE_DATE_EPOCH=1767225600 "$QUINTET" help --man >quintet.1
check 'its date can be given' grep -qx '.Dd January 1, 2026' quintet.1
for command in $commands; do
    check "the page has $command" grep -q "^\.Ss quintet $command\( \|\$\)" quintet.1
    sed -n "/^\.Ss quintet $command\( \|\$\)/,/^\.S[sh] /p" quintet.1 >section
    options "$command" >wanted
    sed -n 's/^\.It Fl "\\-\([a-z-]*\)".*/\1/p' section >found
    check "the page has the options of $command" cmp -s wanted found
done
for word in $(names workloads; names strategies) 130/143; do
    check "the page has $word" grep -q "^\.It .*\"$word\"" quintet.1
done
check 'it is ASCII' sh -c "! LC_ALL=C grep -q '[^ -~	]' quintet.1"
if command -v mandoc >/dev/null; then
    check 'mandoc finds nothing to warn of' mandoc -T lint -W warning quintet.1
    check 'and shows an option' sh -c "mandoc -T ascii quintet.1 | col -b | grep -q -- '--in-flight K'"
fi
if command -v man >/dev/null && command -v groff >/dev/null; then
    check 'groff finds nothing to warn of' sh -c 'groff -man -mdoc -Tutf8 -ww -z quintet.1 2>&1 | { ! grep .; }'
fi

# --- bash -----------------------------------------------------------------------------------------------------------------
"$QUINTET" help --completion bash >quintet.bash
if command -v bash >/dev/null; then
    # What Tab offers behind these words, one per line, sorted; the last word is the one being typed.
    offered() {
        bash --norc --noprofile -c '. ./quintet.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _quintet
            printf "%s\n" "${COMPREPLY[@]}"' bash "$@" 2>&1 | sort
    }
    offers() { # offers "WORDS" WORD...
        want=$(for word in $1; do echo "$word"; done | sort)
        shift
        got=$(offered "$@")
        [ "$want" = "$got" ] || { echo "want <$want>, got <$got>"; return 1; }
    }
    check 'bash: commands' offers "$commands --help --version" quintet ''
    check 'bash: the beginning of a command' offers 'report reproduce' quintet rep
    for command in $commands; do
        check "bash: options of $command" offers "$(options "$command" | sed 's/^/--/') --help" quintet "$command" --
    done
    check 'bash: workloads' offers "$(names workloads)" quintet run --workload ''
    check 'bash: strategies' offers "$(names strategies)" quintet selftest --strategy ''
    check 'bash: behind an equals sign' offers "$(names strategies)" quintet run --strategy =
    check 'bash: and a beginning' offers 'fib file_random_read' quintet run --workload = 'fi'
    check 'bash: the second of a list' offers 'serial,threads serial,threads_static' quintet run --strategy serial,thr
    check 'bash: parameters' offers 'pipe_pairs.bytes=' quintet run --param pipe_pairs.by
    check 'bash: options of strategies' offers 'pool.spin_ns=' quintet run --option pool.spi
    check 'bash: profiles' offers 'quick' quintet run --profile q
    check 'bash: shells' offers 'bash fish zsh' quintet help --completion ''
    check 'bash: a number is not guessed' offers '' quintet run --blocks ''
    check 'bash: a flag takes no value' offers '--dry-run' quintet run --quiet --dry
    check 'bash: operands' offers 'strategies workloads' quintet list ''
    mkdir -p "results/a run" && : >results/file
    check 'bash: a run is a directory' test "$(offered quintet report results/)" = 'results/a run'
    formats=$("$QUINTET" export --format '?' 2>&1 | grep -o '[a-z]* (' | tr -d ' (' | tr '\n' ' ')
    check 'bash: formats' offers "$formats" quintet export --format ''
    if command -v shellcheck >/dev/null; then check 'shellcheck' shellcheck quintet.bash; fi
fi

# --- zsh and fish ---------------------------------------------------------------------------------------------------------
"$QUINTET" help --completion zsh >_quintet
"$QUINTET" help --completion fish >quintet.fish
for command in $commands; do
    check "zsh has $command" grep -q "^    '$command:" _quintet
    check "fish has $command" grep -q -- "-a $command -d" quintet.fish
    for option in $(options "$command"); do
        check "fish: $command --$option" grep -q "from $command' -l $option " quintet.fish
        sed -n "/^  $command)/,/^    ;;/p" _quintet >section
        check "zsh: $command --$option" grep -q -- "'\**--$option=*\[" section
    done
done
if command -v zsh >/dev/null; then
    check 'zsh reads it' zsh -n _quintet
    # A terminal of its own, a Tab, and what is then on the screen.
    cat >tab.zsh <<'END'
zmodload zsh/zpty
zpty shell 'TERM=dumb PS1=">" HOME=$PWD zsh -f -i'
zpty -w shell 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep; print rea""dy'
zpty -r shell out '*ready*'
zpty -w -n shell "$1"$'\t'
sleep 1
zpty -w -n shell $'\n'
zpty -w shell 'print do""ne'
zpty -r shell out '*done*'
print -r -- "$out"
END
    check 'zsh: completes a command and an option' sh -c \
        "timeout -k 1 20 zsh -f tab.zsh 'quintet selftest --rep' </dev/null 2>&1 | grep -q -- '--repeat'"
    check 'zsh: completes a workload' sh -c \
        "timeout -k 1 20 zsh -f tab.zsh 'quintet run --workload skyn' </dev/null 2>&1 | grep -q 'skynet'"
fi
if command -v fish >/dev/null; then
    check 'fish reads it' fish --no-config -n quintet.fish
    fish_offers() { # fish_offers 'LINE' WORD
        HOME=$work fish --no-config -c "source quintet.fish; complete -C '$1'" 2>/dev/null | grep -q -- "^$2\($(printf '\t')\|\$\)"
    }
    check 'fish: a command' fish_offers 'quintet rep' report
    check 'fish: an option' fish_offers 'quintet run --in-f' --in-flight
    check 'fish: a workload' fish_offers 'quintet run --workload skyn' skynet
    check 'fish: the second of a list' fish_offers 'quintet run --strategy serial,pref' serial,prefork
fi

expect 2 'no completion for this shell.*bash, zsh, fish' help --completion tcsh
expect 2 'want one of' help --man run
expect 2 'no such command' help rnu
expect 0 '' help run
check 'help COMMAND is COMMAND --help' sh -c "'$QUINTET' run --help | cmp -s - out"

finish
