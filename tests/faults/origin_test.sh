#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The origin is killed while it serves: the trial fails with a sentence, nothing hangs, nothing is left.
# Usage: origin_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

# Descendants of $1, in any generation.
below() {
    for child in $(pgrep -P "$1" 2>/dev/null); do
        echo "$child"
        below "$child"
    done
}

# The run below `timeout`, which may take its time to start it: into $pid.
harness_of_runner() {
    pid=
    while [ -z "$pid" ] && kill -0 "$runner" 2>/dev/null; do
        sleep 0.02
        pid=$(pgrep -P "$runner" | head -1)
    done
}

# Wait (at most 20 s) for the origin of the run $pid and print its number.
origin_of_run() {
    tries=0
    while [ "$tries" -lt 400 ]; do
        for process in $(below "$pid"); do
            if grep -qx quintet-origin "/proc/$process/comm" 2>/dev/null; then
                echo "$process"
                return 0
            fi
        done
        tries=$((tries + 1))
        sleep 0.05
    done
    return 1
}

# Pages that take far longer than the test: whoever waits for one must learn of the origin's death, with one server and
# with several.
for case in serial/1 threads/1 pool/1 processes/1 prefork/1 coroutines/1 coroutines_epoll/1 threads/3 processes/3 prefork/3 coroutines/3; do
    strategy=${case%/*} servers=${case#*/}
    rm -rf results
    timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 1 --workload fetch_many --strategy "$strategy" --in-flight 4 \
        --param fetch_many.latency_ns=30000000000 --param "fetch_many.servers=$servers" --timeout 40 --no-report --quiet >out 2>err &
    runner=$!
    harness_of_runner
    origin=$(origin_of_run) || not_ok "$case: no origin was started"
    sleep 0.3 # until somebody waits
    check "$case: it has a thread for each server" test "$(find "/proc/$origin/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)" -eq "$servers"
    kill -9 "$origin"
    status=0
    wait "$runner" || status=$?
    if grep -q '"end":"skipped"' results/2*/trials.jsonl; then continue; fi # no ring here
    check "$case: some trials failed (status $status)" test "$status" -eq 5
    check "$case: the trial ends as failed_io" grep -q '"end":"failed_io"' results/2*/trials.jsonl
    check "$case: and says why" grep -q '"reason":"the origin was killed by signal 9' results/2*/trials.jsonl
    check "$case: no origin is left" sh -c "! kill -0 $origin 2>/dev/null"
done

# Killed with the trial that started it, however that ends.
for servers in 1 3; do
    rm -rf results
    timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 1 --workload fetch_many --strategy pool --in-flight 4 \
        --param fetch_many.latency_ns=30000000000 --param "fetch_many.servers=$servers" --timeout 40 --no-report --quiet >out 2>err &
    runner=$!
    harness_of_runner
    origin=$(origin_of_run) || not_ok "no origin was started"
    kill -9 "$pid"
    wait "$runner" 2>/dev/null
    tries=0
    while kill -0 "$origin" 2>/dev/null && ! grep -q ') Z' "/proc/$origin/stat" && [ "$tries" -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    check "the origin of $servers died with the harness" test "$tries" -lt 100
done

# Failing pages are outcomes, not failures; an invalid size is a sentence.
rm -rf results
for servers in 1 3; do
    rm -rf results
    expect 0 '' run --profile smoke --blocks 1 --workload fetch_many --strategy serial,pool,processes,coroutines --in-flight 4 \
        --param fetch_many.fail_permille=300 --param fetch_many.body_bytes=16384 --param "fetch_many.servers=$servers" --no-report --quiet
    check 'pages that fail are part of the result' grep -q '"end":"ok"' results/2*/trials.jsonl
done
rm -rf results
expect 2 'want 1..16' run --workload fetch_many --param fetch_many.servers=17
expect 2 'multiple of 8' run --workload fetch_many --param fetch_many.body_bytes=12
expect 0 '' run --profile smoke --blocks 1 --workload fetch_many --strategy serial,pool --in-flight 14001 \
    --param fetch_many.urls=14001 --param fetch_many.per_connection=1 --param fetch_many.latency_ns=0 --no-report --quiet
check 'too many connections are a reason' grep -q '"reason":"setup: 14001 connections to one address' results/2*/trials.jsonl

finish
