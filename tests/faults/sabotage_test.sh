#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Strategies that cheat must be found out, each with the right end, and never as a number.
# Usage: sabotage_test.sh QUINTET_SABOTAGE
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

k_of() { if [ "$1" = handoff ] && [ "$in_flight" -gt 2 ]; then echo 2; else echo "$in_flight"; fi; } # it has two tasks

# found STATUS END STRATEGY: every trial of this strategy ends so, and the summary has no metric of it
found() {
    for workload in $workloads; do
        rm -rf results
        # shellcheck disable=SC2086
        expect "$1" "$2|$4" run --profile smoke --blocks 1 --workload "$workload" --strategy "$3" --in-flight "$(k_of "$workload")" \
            --timeout "$timeout_s" --no-report --quiet $params
        run=$(echo results/2*)
        check "$3 under $workload: not one good trial" sh -c "! grep -q '\"end\":\"ok\"' $run/trials.jsonl"
        check "$3 under $workload ends as $2" grep -Eq "\"end\":\"($2|${4:-$2})\"" "$run/trials.jsonl"
        check "$3 under $workload: run.json is final" grep -Eq '"status": "(partial|complete)"' "$run/run.json"
    done
}

in_flight=1
timeout_s=30 # a busy machine takes seconds for a data set
params=
expect 0 '' run --profile smoke --blocks 1 --workload sha256 --strategy serial --no-report --quiet # the control
check 'the control passes' sh -c 'grep -q "\"end\":\"ok\"" results/2*/trials.jsonl'

workloads='sha256 spawn_join mandelbrot sleep_fanout fetch_many hash_tree grain io_cpu_mix'
found 6 verify_failed skips_one_task ''
found 6 verify_failed does_one_twice ''
found 6 verify_failed returns_early ''
found 6 verify_failed fakes_results implausible
found 6 verify_failed swallows_an_error failed_io
found 6 verify_failed sleeps_instead ''
found 6 verify_failed forgets_the_end ''

workloads='sha256 mandelbrot fetch_many hash_tree io_cpu_mix' # more than one op per task, results that differ by task
found 6 verify_failed skips_one_op failed_io
found 6 verify_failed swaps_two_results ''

workloads='handoff hog wake_latency' # tasks that must be alive together
found 6 verify_failed fakes_a_group implausible

workloads='sleep_fanout io_cpu_mix hog'
found 6 verify_failed shortens_waits ''

# Under paced load an op that begins before it is due would have the best of all response times.
workloads='sha256 file_random_read'
params='--rate 200'
found 5 failed_io serves_too_early ''
params=

workloads='sha256 mandelbrot sleep_fanout' # Little's law: latencies add up to the time that tasks lived
found 6 implausible loses_time ''

workloads='sleep_fanout' # long enough for two tasks to overlap for certain
found 6 implausible admits_too_many verify_failed

workloads='sha256'
found 6 verify_failed leaks_a_child ''
check 'no leaked process is left' nothing_left
found 5 crashed crashes ''
found 5 protocol exits_quietly ''
found 5 failed_io dies_while_recording ''
check 'and says of what' grep -q 'its process was killed by SIGKILL' err
timeout_s=2
found 5 timeout hangs ''
timeout_s=30

# never_ok STRATEGY: how such a trial ends is a matter of chance (waiting for ever, a wrong value), but it is never good
never_ok() {
    for workload in $workloads; do
        rm -rf results
        # shellcheck disable=SC2086
        "$QUINTET" run --profile smoke --blocks 1 --workload "$workload" --strategy "$1" --in-flight "$(k_of "$workload")" \
            --timeout 1 --no-report --quiet $params >"$work/out" 2>"$work/err"
        check "$1 under $workload: it was tried" grep -q '"end":' results/2*/trials.jsonl
        check "$1 under $workload: not one good trial" sh -c '! grep -q "\"end\":\"ok\"" results/2*/trials.jsonl'
    done
}

# Tasks that wait for one another, all alive at once. A lock that is free needs no waiting, hence so many passes.
in_flight=4
workloads='contention channel switch_footprint idle_memory handoff'
found 6 verify_failed swaps_in_a_group ''
params='--param contention.lock=queue --param contention.passes=40000 --param channel.via=ring --param handoff.via=native'
found 6 verify_failed waits_for_nobody ''
never_ok wakes_nobody
never_ok one_does_less
never_ok wakes_by_chance
in_flight=1
params=

# A child's result is a function of its word: no two children of a trial may have the same one.
for workload in fib skynet; do
    rm -rf results
    expect 0 '' run --profile smoke --blocks 1 --workload $workload --strategy remembers_children --no-report --quiet
    check "$workload: nothing to remember" grep -q '"children_carried_percent":0.0' results/2*/trials.jsonl
done

# The others go on.
rm -rf results
expect 5 'E-TRIALS' run --profile smoke --blocks 3 --workload sha256 --strategy serial,crashes,hangs --timeout 2 --no-report --quiet
check 'serial has all its trials' test "$(good_count results/2*/trials.jsonl)" -eq 3
check 'a cell that failed twice is left out' test "$(grep -c '"end":"crashed"' results/2*/trials.jsonl)" -eq 2
check 'and the event says so' grep -q cell_abandoned results/2*/events.jsonl

# A run with cells that fail and are left out, killed and resumed: the same counts as without the kill, and the same status.
rm -rf full cut
plan='--profile smoke --blocks 8 --workload sha256 --strategy serial,skips_one_task --in-flight 2 --seed 5 --no-report --quiet
    --param sha256.messages=64'
# shellcheck disable=SC2086
expect 6 '' run $plan --results full
# shellcheck disable=SC2086
"$QUINTET" run $plan --results cut >out 2>err &
pid=$!
tries=0
while [ "$(cat cut/2*/trials.jsonl 2>/dev/null | wc -l)" -lt 10 ] && [ $tries -lt 1000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -9 $pid
wait $pid 2>/dev/null
expect 6 'E-VERIFY.*4 of 28 trials failed' run --resume cut/2* --no-report --quiet
counts() { grep -E '^  "(failed|ok|planned|skipped)"' "$1"/2*/run.json; }
check 'a resumed run counts what failed before' test "$(counts full)" = "$(counts cut)"

# What a torn block told and told again when it was made again is told apart, by the rule for trials.
if command -v python3 >/dev/null; then
    check 'a resumed run has each event once' python3 -c "
import glob, json
run = glob.glob('cut/2*')[0]
sessions = json.load(open(run + '/run.json'))['sessions']
events = [json.loads(line) for line in open(run + '/events.jsonl')]
count = [e['cell'] for e in events if e['kind'] == 'cell_abandoned' and
         all(e['block'] < s['first_block'] for s in sessions[e['session'] + 1:])]
assert len(sessions) == 2 and len(set(count)) == len(count) > 0, events"
fi

finish
