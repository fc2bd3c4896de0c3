#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Paced load from the command line to the report.
# Usage: paced_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

expect 0 '' run --profile smoke --workload sha256 --strategy threads,pool,coroutines --in-flight 4 --rate 1000,4000 \
    --blocks 2 --slo 10s --quiet --gnuplot /nonexistent --results "$work/paced"
run=$(echo "$work"/paced/2*)
check 'both rates are cells' test "$(grep -c '"offered_per_s":1000,\|"offered_per_s":4000,' "$run/trials.jsonl")" -eq 12
check 'each trial has three histograms' test "$(cat "$run"/hist/*.jsonl | grep -c '"kind":"\(latency\|response\|lag\)"')" -eq 36
check 'their percentiles are in the summary' grep -q '"response_p50_ns"' "$run/summary.json"
check 'and so is the share that was achieved' grep -q '"achieved_percent"' "$run/summary.json"
check 'the report has the section' grep -q '^## Response time under offered load' "$run/REPORT.md"
check 'and a knee' grep -q 'p99 stayed within 10.0 s (the whole interval): `threads` ' "$run/REPORT.md"
check 'and does not say that all loads were closed' sh -c "! grep -q 'all loads here are closed' '$run/REPORT.md'"
expect 0 '' verify "$run"

# The same arrivals for everybody: within a block and a rate, all do as many ops.
check 'equal work at equal rates' sh -c "
    for rate in 1000 4000; do
        test \$(grep '\"offered_per_s\":'\$rate, '$run/trials.jsonl' | grep -o '\"ops\":[0-9]*' | sort -u | wc -l) -eq 1 || exit 1
    done"

# A rate that is too much is a result, not an error.
expect 0 '' run --profile smoke --workload sha256 --strategy pool --in-flight 2 --rate 200000 --blocks 1 --quiet \
    --gnuplot /nonexistent --results "$work/much"
check 'and it is marked' grep -q 'kept [0-9]* %' "$work"/much/2*/REPORT.md

# A rate at which a trial has too few ops for a 99th percentile neither fails a limit nor keeps it.
# A busy machine may not keep up for a quarter of a second: until it has, up to ten times.
passed_over() { grep -q 'stayed within 3600 s (the whole interval): `pool` at least 4000/s' "$work"/few/2*/REPORT.md; }
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$work/few"
    expect 0 '' run --profile smoke --workload sha256 --strategy pool --in-flight 2 --rate 100,4000 --blocks 1 --quiet --slo 1h \
        --gnuplot /nonexistent --results "$work/few"
    passed_over && break
done
check 'it is passed over' passed_over
expect 0 '' run --profile smoke --workload sha256 --strategy pool --in-flight 2 --rate 100 --blocks 1 --quiet --slo 1h \
    --gnuplot /nonexistent --results "$work/none"
check 'alone it tells nothing' grep -q '`pool` cannot be told' "$work"/none/2*/REPORT.md
check 'the load is called open' sh -c "grep -q 'The load is open' '$work'/none/2*/REPORT.md"

# One task has one schedule, whoever runs it: at K = 1 serial is paced like the others, above it there is a reason.
expect 0 '' run --profile smoke --workload sha256 --strategy serial,pool --in-flight 1 --rate 200 --blocks 1 --quiet \
    --gnuplot /nonexistent --results "$work/one"
check 'both did it' test "$(good_count "$work"/one/2*/trials.jsonl)" -eq 2
expect 4 'serial keeps one task alive' run --profile smoke --workload sha256 --strategy serial --in-flight 4 --rate 200 --quiet
# Whatever is a request can be paced, is verified like any other trial, and does equal work under all of the five.
paced=fetch_many,hash_tree,io_cpu_mix,pipe_pairs,sleep_fanout,file_random_read
expect 0 '' run --profile smoke --workload $paced --in-flight 4 --rate 400 --blocks 1 --slo 1s --quiet --gnuplot /nonexistent \
    --results "$work/all"
run=$(echo "$work"/all/2*)
for w in $(echo $paced | tr , ' '); do
    for s in threads pool processes coroutines; do
        check "$w under $s" sh -c "grep '\"strategy\":\"$s\"' '$run/trials.jsonl' | grep '\"cell_id\":\"${w}[[/]' | grep -q '\"end\":\"ok\"'"
    done
    check "$w: equal work" test "$(grep "\"cell_id\":\"${w}[[/]" "$run/trials.jsonl" | grep -o '"ops":[0-9]*' | sort -u | wc -l)" -eq 1
done
check 'three histograms each' test "$(cat "$run"/hist/*.jsonl | grep -c '"kind":"\(latency\|response\|lag\)"')" -eq \
    "$((3 * $(wc -l <"$run/trials.jsonl")))"
check 'a conversation counts what was asked' test "$(grep -m1 '"cell_id":"pipe_pairs' "$run/trials.jsonl" |
    sed 's/.*"ops":\([0-9]*\).*/\1/')" -eq 100 # a quarter of a second at 400/s, over two pairs
# ... but a conversation, which takes two
expect 4 'pipe_pairs: serial keeps one task alive; pipe_pairs needs 2 together' run --profile smoke --workload $paced --in-flight 1 --strategy serial --rate 100 --blocks 1 --quiet \
    --gnuplot /nonexistent --results "$work/serial"
check 'serial too, one at a time' test "$(good_count "$work"/serial/2*/trials.jsonl)" -eq 5

# Over several connections, with pages that fail.
expect 0 '' run --profile smoke --workload fetch_many --in-flight 4 --rate 1000 --blocks 1 --strategy pool,coroutines --quiet \
    --param fetch_many.per_connection=3 --param fetch_many.fail_permille=100 --gnuplot /nonexistent --results "$work/fail"
check 'failures are outcomes' test "$(good_count "$work"/fail/2*/trials.jsonl)" -eq 2
check 'a connection for three pages or less' sh -c \
    "grep -o '\"connections_count\":[0-9]*' '$work'/fail/2*/trials.jsonl | sed 's/.*://' | awk '\$1 < 84 {exit 1}'"

# What cannot be paced says why.
expect 4 'hog cannot be paced: its load is open already' run --profile smoke --workload hog --rate 100 --quiet
expect 4 'handoff cannot be paced: its ops are not single requests' run --profile smoke --workload handoff --rate 100 --quiet
check 'the list says it too' sh -c "'$QUINTET' list workloads | grep -q 'cannot be paced: an op is a whole tree'"
expect 4 'each is cold only once' run --profile smoke --workload hash_tree --param hash_tree.cache=cold --in-flight 4 --rate 9000 --quiet

expect 4 'mandelbrot cannot be paced' run --profile smoke --workload mandelbrot --rate 100 --quiet
expect 2 'cannot be used with --rate' run --precision 2 --rate 100 --dry-run

expect 4 'mandelbrot cannot be paced' run --profile smoke --workload mandelbrot --strategy pool --rate 100 --quiet
for bad in 0 -5 1e3 99999999 ''; do
    expect 2 '' run --rate "$bad" --dry-run
done
expect 2 'want a whole number with us, ms' run --slo 10 --rate 5 --dry-run

finish
