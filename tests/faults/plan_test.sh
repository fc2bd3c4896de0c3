#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet plan`: what a budget can tell by the noise of an earlier run; and the report's law of scaling, which needs six K.
# Usage: plan_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1

expect 4 '' plan --budget 10m
expect 0 '' run --profile smoke --workload sha256 --strategy pool,coroutines --in-flight 1,2,3,4,6,8 --blocks 6 --quiet \
    --gnuplot /nonexistent
run=$(echo results/2*)
check 'six K are enough for the law of scaling' grep -q '^| `sha256` | pool | .*| .*| .*|' "$run/REPORT.md"
check 'and it has its section' grep -q '^## Scaling along K' "$run/REPORT.md"

expect 0 '' plan --budget 10m
check 'it says how many blocks fit' grep -Eq 'so 600 s are [0-9]+ blocks' out
check 'and has a row per workload' grep -Eq '^  sha256 +[0-9]+ ' out
expect 0 '' plan "$run" --budget 1h --json -
check 'JSON, and nothing else' sh -c 'python3 -m json.tool <out >/dev/null'
detectable() { python3 -c 'import json, sys; print(json.load(open("out"))["workloads"][0]["detectable_worst"])'; }
hour=$(detectable)
expect 0 '' plan "$run" --budget 10m --json -
check 'more time finds smaller differences' sh -c "awk 'BEGIN { exit !($hour < $(detectable)) }'"
expect 0 '' plan --budget 1s
check 'too little time is said' grep -Eq 'too few for any verdict|are [0-9]+ blocks' out

# Stopping by precision: at the first look if a wide interval will do, and said so.
expect 0 '' run --profile smoke --workload sha256 --strategy pool,threads --in-flight 2 --precision 90 --quiet \
    --gnuplot /nonexistent --results precise
# Where a machine is too busy for that within 60 blocks, the other half of the rule is tested.
if grep -q '"precision_reached": true' precise/2*/run.json; then
    check 'it stopped at a look' grep -Eq '"blocks_done": (9|12|17|20|25|30|42|60)' precise/2*/run.json
else
    check 'it went to its end' grep -q '"blocks_done": 60' precise/2*/run.json
fi
check 'the run is complete' grep -q '"status": "complete"' precise/2*/run.json
check 'and the report tells the rule' grep -q 'blocks until the interval of every strategy' precise/2*/REPORT.md
expect 0 '' run --profile smoke --workload sha256 --strategy pool,threads --in-flight 2 --precision 0.001 --blocks 9 --quiet \
    --gnuplot /nonexistent --results never
check 'what was not reached is said' grep -q 'not reached after 9' never/2*/REPORT.md

expect 2 'how long it may take' plan
expect 2 'want a whole number' plan --budget never
expect 4 'E-NO-RUN' plan nowhere --budget 10m
expect 0 '' run --profile smoke --workload sha256 --strategy pool --in-flight 2 --blocks 1 --quiet --gnuplot /nonexistent \
    --results single
expect 4 'fewer than two blocks' plan --results single --budget 10m

finish
