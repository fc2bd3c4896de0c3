#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fail one call of the C library after another, in the harness and in the trials' processes, and look at what the program
# makes of it: never a crash, never a hang, an exit code with a meaning, words, nothing left behind, and no success that
# lacks a part. Usage:
#   torture.sh QUINTET LIBTORTURE [EVERY [SCENARIO...]]      EVERY: only each EVERY-th site (default 1: all of them)
# Scenarios: run report compare stats verify export, and trials-STRATEGY for each strategy.
set -u
QUINTET=$1
library=$2
every=${3:-1}
if [ $# -gt 3 ]; then shift 3; else
    set -- run report compare stats verify export trials-serial trials-threads \
    trials-threads_static trials-pool trials-pool_steal trials-processes trials-prefork trials-coroutines \
    trials-coroutines_epoll
fi
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
export TMPDIR="$work/tmp" LC_ALL=C
limit=40 # seconds; a trial's own limit is 5

before= # words to put before the program: a time limit, settings
start() {
    # shellcheck disable=SC2086
    $before "$QUINTET" "$@"
}

small() { # small RESULTS [OPTION...]: a run of a few trials that goes through data sets, an origin, forks and rings
    results=$1
    shift
    start run --profile smoke --strategy serial,processes --workload hash_tree,fetch_many --blocks 1 --in-flight 2 \
        --param hash_tree.files=24 --param fetch_many.urls=40 --timeout 5 --seed 1 --results "$results" \
        --gnuplot /nonexistent --quiet "$@"
}

scenario_command() { # the command of scenario $1, in $work/now
    case $1 in
    run) small "$work/now/results" ;;
    report) start report "$work/now/results/run" --gnuplot /nonexistent ;;
    compare) start compare "$work/now/results/run" "$work/now/results/again" ;;
    verify) start verify "$work/now/results/run" ;;
    export) start export "$work/now/results/run" --format csv ;;
    stats) start stats --paired "$work/columns" ;;
    trials-*) # without fib where nobody has children
        trees=,fib
        case $1 in *-threads_static | *-prefork) trees= ;; esac
        start run --profile smoke --strategy "${1#trials-}" --workload "hash_tree,fetch_many$trees" --blocks 1 \
        --in-flight 3 --param hash_tree.files=48 --param fetch_many.urls=24 --param fib.n=8 --param fib.trees=2 \
        --timeout 5 --seed 1 --results "$work/now/results" --no-report --quiet ;;
    *) echo "no scenario $1" >&2; exit 2 ;;
    esac
}

fresh() { # what the scenario finds
    rm -rf "$work/now" "$TMPDIR"
    mkdir -p "$work/now/results" "$TMPDIR"
    case $1 in report | compare | verify | export) cp -r "$work/stored/." "$work/now/results/" ;; esac
}

tortured() { # tortured SCENARIO NAME=VALUE...: run it with these settings; status, $work/out, $work/err
    scenario=$1
    shift
    in=harness
    case $scenario in trials-*) in=trial ;; esac
    fresh "$scenario"
    status=0
    before="timeout -k 2 $limit setarch -R env $* QUINTET_TORTURE_IN=$in QUINTET_TORTURE_TAG=$work LD_PRELOAD=$library"
    scenario_command "$scenario" >"$work/out" 2>"$work/err" || status=$?
    before=
}

left_running() { # processes that carry our tag
    # shellcheck disable=SC2009
    grep -als "QUINTET_TORTURE_TAG=$work" /proc/[0-9]*/environ 2>/dev/null
}

judge() { # judge SCENARIO SITE: one line for each promise that was broken
    case $status in
    0 | 1 | 4 | 5 | 6 | 7 | 8 | 9 | 70 | 77) ;;
    124 | 137) echo "hangs" ;;
    *) echo "exit status $status" ;;
    esac
    [ "$status" = 0 ] || [ -s "$work/err" ] || [ -s "$work/out" ] || echo "exit status $status without a word"
    grep -qE 'signal (4|6|7|8|11)[^0-9]|no end within|AddressSanitizer' "$work/out" "$work/err" && echo "a trial crashes or hangs"
    find "$work/now" "$TMPDIR" -name '*.tmp' -o -name 'quintet-selftest-*' | grep -q . && echo "leaves temporary files"
    if left_running >"$work/left" && [ -s "$work/left" ]; then
        sleep 0.3
        left_running >"$work/left" && [ -s "$work/left" ] && echo "leaves processes"
    fi
    [ "$1" != run ] || ! find "$work/now" -name data -type d | grep -q . ||
        grep -q 'data sets could not be deleted' "$work/err" || echo "leaves the data sets without a word"
    # A picture that could not be drawn is told, and the report says so in its place: no success of less without a word.
    [ "$status" != 0 ] || grep -q 'warning: report: plot .*: gnuplot cannot be started' "$work/err" || same_success "$1"
}

keys_of() { # which keys there are, and how often: what is the same in two runs of one plan (not what a machine's other
    # processes did, nor where a trial's pace changed)
    grep -oh '"[a-z_0-9]*":' "$@" | grep -v '"\(others_[a-z_]*\|settled_ns\)":' | sort | uniq -c
}

results_of() { # results_of SCENARIO: what it has to show, as far as that is the same each time
    case $1 in
    run) keys_of "$work"/now/results/2*/trials.jsonl "$work"/now/results/2*/plan.json &&
        find "$work"/now/results/2*/ -name '[a-zA-Z]*.[a-z]*' | sed 's/.*\/2[^/]*//' | sort ;;
    report) cat "$work/now/results/run/summary.json" "$work/now/results/run/REPORT.md" \
        "$work/now/results/run/report/plots/"* ;;
    trials-*) ;;
    *) cat "$work/out" ;;
    esac
}

same_success() { # a success is the success of an undisturbed program, whole
    results_of "$1" >"$work/shown"
    cmp -s "$work/shown" "$work/reference" || echo "calls it good, and it is not all: $(diff "$work/reference" "$work/shown" | sed -n 2p | head -c 100)"
    [ "$1" = run ] || return 0
    "$QUINTET" verify "$work"/now/results/2* >"$work/verified" 2>&1
    grep -q ' 0 damaged, 0 unverified, 0 incomplete' "$work/verified" || echo "calls a damaged run good: $(tail -1 "$work/verified")"
}

names_of() { # the site's frames, in words
    # shellcheck disable=SC2086
    set -- $1
    shift
    name=$1
    shift
    printf '%s' "$name"
    addr2line -fse "$QUINTET" "$@" 2>/dev/null | paste - - | while read -r function place; do
        printf ' < %s (%s)' "$function" "${place%% *}"
    done
}

mkdir -p "$work/stored" "$TMPDIR"
small "$work/made" >/dev/null 2>&1 && mv "$work"/made/2* "$work/stored/run"
small "$work/made" >/dev/null 2>&1 && mv "$work"/made/2* "$work/stored/again"
check "two runs to work on" test -f "$work/stored/again/summary.json"
printf 'a b\n1 2\n1.5 2.5\n2 3\n1 2\n3 4\n2 2\n1 3\n2 2.5\n' >"$work/columns"

for scenario in "$@"; do
    rm -f "$work/sites"
    tortured "$scenario" QUINTET_TORTURE_LOG="$work/sites"
    check "$scenario: succeeds when nothing fails (status $status: $(tail -1 "$work/err"))" test "$status" = 0
    check "$scenario: calls were counted" test -s "$work/sites"
    results_of "$scenario" >"$work/reference"
    tried=0 found=0
    awk -v every="$every" 'NR % every == 1 || every == 1' "$work/sites" >"$work/list"
    while read -r site rest; do
        tried=$((tried + 1))
        tortured "$scenario" QUINTET_TORTURE_SITE="$site"
        judge "$scenario" >"$work/broken"
        if [ -s "$work/broken" ]; then
            found=$((found + 1))
            not_ok "$scenario: $(paste -sd, "$work/broken"): $(names_of "$site $rest") [$site]: $(tail -n 1 "$work/err" "$work/out" | head -c 300 | tr '\n' ' ')"
        else
            ok
        fi
    done <"$work/list"
    printf '%s: %s of %s sites failed once, %s findings\n' "$scenario" "$tried" "$(wc -l <"$work/sites")" "$found"
done
finish
