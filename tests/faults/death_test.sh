#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A process of a task is killed from outside: the trial fails and says whose process died of what, nothing is left.
# Usage: death_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

children_of() { pgrep -P "$1" 2>/dev/null; }

# The first process of a task below the harness $1; waits at most 20 s for it.
task_process() {
    tries=0
    while [ "$tries" -lt 400 ]; do
        for trial in $(children_of "$1"); do
            for task in $(children_of "$trial"); do
                echo "$task"
                return 0
            done
        done
        tries=$((tries + 1))
        sleep 0.05
    done
    return 1
}

for strategy in processes prefork; do
    for signal in SEGV KILL; do
        rm -rf results
        timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 1 --workload sleep_fanout --strategy $strategy --in-flight 2 \
            --param sleep_fanout.sleep_ns=3000000000 --param sleep_fanout.tasks=2 --quiet --gnuplot /nonexistent >out 2>err &
        timeout=$!
        task=
        harness=$(children_of $timeout)
        tries=0
        while [ -z "$harness" ] && [ "$tries" -lt 100 ]; do
            sleep 0.05
            harness=$(children_of $timeout)
            tries=$((tries + 1))
        done
        task=$(task_process "$harness") && sleep 0.5 && kill -s $signal "$task"
        status=0
        wait $timeout || status=$?
        check "$strategy, SIG$signal: status $status, want 5: $(head -c 300 err)" test "$status" -eq 5
        check "$strategy, SIG$signal: who died of what: $(head -c 300 err)" \
            grep -Eq "task [0-9]+, op [0-9]+: its process was killed by SIG$signal" err
        check "$strategy, SIG$signal: nothing is left" sh -c "! kill -0 $task 2>/dev/null"
    done
done
finish
