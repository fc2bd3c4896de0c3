#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad command lines: the right status, one clear message, nothing started. Usage: cli_test.sh PROGRAM
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

expect 0 '' --help
check 'help names every command' grep -q selftest out
expect 0 '' --version
expect 0 '' list
check 'list shows a workload' grep -q sleep_fanout out
expect 0 '' list workloads --json -
check 'JSON on stdout is only JSON' sh -c 'head -c1 out | grep -q "{"'
expect 0 '' run --help
expect 2 '' # no command at all

expect 2 'E-CLI-UNKNOWN.*did you mean run' rnu
expect 2 'E-CLI-UNKNOWN.*did you mean --strategy' run --strategi pool
expect 2 'E-CLI-UNKNOWN.*did you mean pool' run --strategy pol
expect 2 'E-CLI-UNKNOWN.*did you mean sha256' run --workload sha265
expect 2 'E-CLI-UNKNOWN.*did you mean quick' run --profile quik
expect 2 'E-CLI-UNKNOWN' list nonsense
expect 2 'E-CLI-UNKNOWN' run -x
for bad in -1 0 1e9 4k9 0x10 99999999999999999999 ' ' nan 1000001 ''; do
    expect 2 'E-CLI-RANGE.*1\.\.1000000' run --in-flight "$bad"
done
expect 2 'E-CLI-RANGE.*1\.\.10000' run --blocks 0
expect 2 'E-CLI-RANGE.*1\.\.10000' run --blocks 10001
expect 2 'E-CLI-RANGE' run --seed xyz
expect 2 'E-CLI-TWICE' run --blocks 1 --blocks 2
expect 2 'E-CLI-TWICE' run --param sha256.messages=16 --param sha256.messages=32 --dry-run
expect 2 'E-CLI-TWICE' run --option pool.spin_ns=0 --option pool.spin_ns=1 --dry-run
expect 2 'E-CLI-TWICE' run --json - --json - --dry-run
for with in '--copy x' --require-plots '--slo 1ms'; do
    # shellcheck disable=SC2086
    expect 2 '--no-report: .*not with --copy, --require-plots, --slo' run --no-report $with
done
expect 2 '--precision: .*--rate' run --precision 5 --rate 10
for bad in 0 -1 0x10 ' 5' '5 ' nan inf 1e3 101 5% ''; do
    expect 2 'E-CLI-RANGE.*above 0' run --precision "$bad" --dry-run
done
for bad in '' ' 1' 0x1 -1 11111111111111111; do expect 2 'E-CLI-RANGE.*--seed' run --seed "$bad" --dry-run; done
expect 2 'E-CLI-VALUE' run --blocks
expect 2 'E-CLI-VALUE' run --dry-run=yes
expect 2 'E-CLI-OPERAND' run something
expect 2 'E-CLI-UNKNOWN.*no parameter' run --param sha256.nonsense=1
expect 2 'E-CLI-UNKNOWN.*no workload' run --param nonsense.x=1
expect 2 'E-CLI-VALUE' run --param sha256
for param in grain.steps=0 grain.steps=10000000001 io_cpu_mix.cpu_permille=1001 io_cpu_mix.op_ns=9999 hog.hog=2 \
    hog.clients=0 wake_latency.hogs=3 wake_latency.wakes=1; do
    expect 2 'E-CLI-(VALUE|RANGE).*want' run --dry-run --param $param
done
expect 2 'E-CLI-(VALUE|RANGE).*want' run --param pipe_pairs.bytes=-5
expect 2 'E-CLI-VALUE.*want one of' run --param handoff.via=telepathy
expect 2 'E-CLI-UNKNOWN' run --workload "$(printf 'a\nb\033[31m')"
check 'control bytes are shown, not sent' sh -c '! grep -q "$(printf "\033")" err'
# C4: names that are no names
long=$(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
long=$long$long$long$long$long$long$long$long$long$long$long$long$long$long$long
# shellcheck disable=SC2016
for bad in ../sha256 sha256/ .sha256 -sha256 '`id`' '$(id)' "it's" 'sha256 ' "$long" "$(printf 'sha\377')" "$(printf 'sha256\r')"; do
    expect 2 'E-CLI-UNKNOWN.*no such workload' run --workload "$bad"
    check 'only printable UTF-8 is sent' sh -c 'iconv -f UTF-8 -t UTF-8 err >/dev/null && ! LC_ALL=C grep -q "$(printf "\\r")" err'
    expect 2 'E-CLI-UNKNOWN.*no such strategy' run --strategy="$bad"
    expect 2 'E-CLI-(UNKNOWN|VALUE)' run --param "$bad.x=1"
    expect 2 'E-CLI-(UNKNOWN|VALUE)' run --option "$bad.x=1"
    check "one line of message for $(printf %.20s "$bad")" test "$(wc -l <err)" -eq 1
done
# What a copy would replace must be a file.
mkfifo fifo
ln -s /dev/null link
for odd in /dev/null /dev/stdout fifo link . new/; do
    expect 2 'E-CLI-VALUE.*--copy.*is no regular file.*Kept: nothing' run --profile smoke --copy "$odd"
    expect 2 'E-CLI-VALUE.*--copy.*is no regular file' report --copy "$odd"
done
expect 8 'E-STORE.*nowhere/REPORT.md: No such file' run --profile smoke --copy nowhere/REPORT.md
check 'devices, pipes and links stay what they are' sh -c '[ -c /dev/null ] && [ -p fifo ] && [ -L link ]'
rm fifo link
check 'nothing was started' test ! -e results

# A plan is printed and nothing is run.
expect 0 '' run --dry-run --profile smoke --seed 1
cp out first
expect 0 '' run --dry-run --profile smoke --seed 1
check 'the same seed gives the same plan' cmp -s out first
check 'a skip has a reason' grep -Eq 'skip .*: .+' out
expect 0 '' run --dry-run --json - --workload sha256
check 'a dry run leaves nothing' test ! -e results

# The record keeps the command line as it was given.
expect 0 '' run --profile smoke --blocks 1 --workload spawn_join,sha256 --strategy serial,pool --in-flight 1,2 --no-report --quiet
check 'lists stay whole in run.json' sh -c 'grep -q "spawn_join,sha256" results/2*/run.json && grep -q "\"1,2\"" results/2*/run.json'
rm -rf results

# Results that cannot be stored: found before any trial.
: >file
expect 8 'E-STORE' run --profile smoke --workload sha256 --results file
expect 8 'E-STORE' run --profile smoke --workload sha256 --results file/below
expect 8 'E-STORE' run --profile smoke --workload sha256 --results /proc/quintet
expect 4 'E-NO-RUN' report --results empty
expect 4 'E-NO-RUN.: nonsense: No such file or directory. Kept: nothing' report nonsense

# C9: what only tells something needs nothing, and leaves nothing.
mkdir empty && cd empty || exit 1
for words in list 'list strategies' --help --version 'run --help' 'stats --help'; do
    status=0
    # shellcheck disable=SC2086
    env -i "$QUINTET" $words >"$work/out" 2>"$work/err" || status=$?
    check "quintet $words in an empty environment" test "$status" -eq 0 -a -s "$work/out" -a ! -s "$work/err"
done
check 'no side effect' test -z "$(ls -A)"
cd "$work" || exit 1

# stdout that cannot take it.
if [ -e /dev/full ]; then
    status=0
    "$QUINTET" list >/dev/full 2>err || status=$?
    check 'list into a full device is an error' test "$status" -eq 8
fi
status=0
"$QUINTET" list 2>err | head -1 >/dev/null || status=$?
check 'list into head is quiet' test ! -s err
# C8: nobody reads what a run says, from the first word on: it is made and sealed all the same.
for streams in '2>err' '2>&1'; do
    mkfifo words
    # The reader leaves before a word is written, so that each of them meets a closed pipe.
    sh -c "\"\$@\" $streams; echo \$? >status" sh "$QUINTET" run --profile smoke --blocks 2 --workload sha256 --strategy serial \
        --no-report --results piped >words &
    pid=$!
    : <words
    wait $pid
    check "a run into a closed pipe ($streams): 0 (got $(cat status))" test "$(cat status)" -eq 0
    check "a run into a closed pipe ($streams): sealed" sh -c 'cd piped/2* && sha256sum --quiet -c SHA256SUMS'
    check "a run into a closed pipe ($streams): complete" grep -q '"status": "complete"' piped/2*/run.json
    rm -r words piped
done

# Options of strategies: each set of values is a row of its own, and what is really in use is recorded.
expect 0 '' list strategies
check 'options are listed with range and default' grep -Eq '^ +spin_ns .*-1\.\.1000000 ns; default -1' out
expect 0 '' run --profile smoke --blocks 1 --workload sha256 --strategy pool --in-flight 2 --option pool.spin_ns=0,2000 \
    --option pool.queue_count=1024,64 --quiet --gnuplot /nonexistent --results "$work/option"
check 'every combination is a cell' test "$(wc -l <"$(echo "$work"/option/2*/trials.jsonl)")" -eq 4
check 'the option reached the strategy' grep -q '"backend":"[^"]*queue of 64 closures, spin 2000 ns' "$work"/option/2*/trials.jsonl
check 'a row of its own in the report' grep -q 'pool{queue_count=64,spin_ns=2000}' "$work"/option/2*/REPORT.md
check 'no default is spelled out' sh -c "! grep -q 'queue_count=1024' '$work'/option/2*/trials.jsonl"
expect 2 'not of the form strategy' run --option spin_ns=0 --dry-run
expect 2 'pool has no option "x"' run --option pool.x=1 --dry-run
expect 2 'no strategy named "nobody"' run --option nobody.x=1 --dry-run
expect 2 'want -1..1000000 ns' run --option pool.spin_ns=-5 --dry-run
expect 2 'want one of cache_first, ring' run --option coroutines.pread=both --dry-run
expect 2 'more than 16 combinations' run --option pool.spin_ns=1,2,3,4,5 --option pool.queue_count=2,4,8,16 --dry-run

# A budget of time: whole blocks only, the run is complete with those that fit, and the report says so.
for bad in 10 10x m -1m 1.5h 9999999s; do
    expect 2 'want a whole number with us, ms, s, m or h' run --budget "$bad" --dry-run
done
expect 0 '' run --profile smoke --blocks 500 --budget 2s --workload floor --strategy serial --quiet --gnuplot /bin/false --results "$work/budget"
check 'the budget ends the run early' sh -c "! grep -q '\"blocks\": 500' '$work'/budget/2*/run.json"
check 'and it is complete' grep -q '"status": "complete"' "$work"/budget/2*/run.json
check 'and says by which rule' grep -q 'as many whole blocks as fit into 2 s' "$work"/budget/2*/REPORT.md

finish
