#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A process of a task is killed from outside: the trial fails and says whose process died of what, nothing is left.
# Usage: death_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

children_of() { pgrep -P "$1" 2>/dev/null; }

# The processes of the two tasks below the harness $1; waits at most 20 s for both.
task_processes() {
    tries=0
    while [ "$tries" -lt 400 ]; do
        for trial in $(children_of "$1"); do
            tasks=$(children_of "$trial")
            # shellcheck disable=SC2086
            if [ "$(echo $tasks | wc -w)" -eq 2 ]; then
                echo $tasks
                return 0
            fi
        done
        tries=$((tries + 1))
        sleep 0.05
    done
    return 1
}

# start ARGUMENTS...: a run with one trial and two tasks in the background; $timeout and $harness are its processes
start() {
    rm -rf results
    timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 1 --in-flight 2 --quiet --gnuplot /nonexistent "$@" >out 2>err &
    timeout=$!
    harness=$(children_of $timeout)
    tries=0
    while [ -z "$harness" ] && [ "$tries" -lt 100 ]; do
        sleep 0.05
        harness=$(children_of $timeout)
        tries=$((tries + 1))
    done
}

# died WHAT SIGNAL: the run that start() began fails because a task died of this signal
died() {
    status=0
    wait $timeout || status=$?
    check "$1: status $status, want 5: $(head -c 300 err)" test "$status" -eq 5
    check "$1: who died of what: $(head -c 300 err)" \
        grep -Eq "task [0-9]+, op [0-9]+: its process was killed by SIG$2" err
}

for strategy in processes prefork; do
    for signal in SEGV KILL; do
        start --workload sleep_fanout --strategy $strategy --param sleep_fanout.sleep_ns=3000000000 \
            --param sleep_fanout.tasks=2
        # shellcheck disable=SC2046
        set -- $(task_processes "$harness") && sleep 0.5 && kill -s $signal "$1"
        died "$strategy, SIG$signal" $signal
        check "$strategy, SIG$signal: nothing is left" sh -c "! kill -0 $1 2>/dev/null"
    done
    # Of two that need each other, either: the other one is ended by us, and is not what went wrong.
    for victim in 1 2; do
        start --workload pipe_pairs --strategy $strategy --param pipe_pairs.round_trips=10000000
        # shellcheck disable=SC2046
        set -- $(task_processes "$harness") && sleep 0.5 && eval "kill -s KILL \$$victim"
        died "$strategy, one of a pair, number $victim" KILL
        check "$strategy, one of a pair, number $victim: nothing is left" \
            sh -c "! kill -0 $1 2>/dev/null && ! kill -0 $2 2>/dev/null"
    done
    # Whoever comes in its place is killed, too, before it does anything.
    start --workload sleep_fanout --strategy $strategy --param sleep_fanout.sleep_ns=300000000 \
        --param sleep_fanout.tasks=200
    while kill -0 $timeout 2>/dev/null; do
        for trial in $(children_of "$harness"); do pkill -KILL -P "$trial"; done
    done
    status=0
    wait $timeout || status=$?
    check "$strategy, all of them: status $status, want 5: $(head -c 300 err)" test "$status" -eq 5
    check "$strategy, all of them: a reason that says who died of what: $(head -c 300 err)" \
        grep -Eq "(task [0-9]+, op [0-9]+: its process was|in a row.* was) killed by SIGKILL" err
done
finish
