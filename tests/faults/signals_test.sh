#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signals at awkward moments: once, twice, while a report is made, in storms. interrupt_test.sh has the plain ones.
# Usage: signals_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
now_ms() { date +%s%3N; }
busy=$(cut -d. -f1 /proc/loadavg) # more tasks than one: limits in time are more generous by as many
trials_of() { pgrep -f "^quintet trial $1\$"; }
whole() { ! grep -vqE '^\{.*\}$' r/2*/trials.jsonl; }
no_trial() { # no_trial PID: within a second
    tries=0
    while trials_of "$1" >/dev/null && [ $tries -lt 20 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    [ $tries -lt 20 ]
}
# begin ARGUMENTS...: a run in the background with a record or two; $pid is the harness
begin() {
    rm -rf r
    "$QUINTET" run --profile smoke --blocks 500 --quiet --gnuplot /nonexistent --results r "$@" >out 2>err &
    pid=$!
    tries=0
    while [ "$(cat r/2*/trials.jsonl 2>/dev/null | wc -l)" -lt 1 ] && [ $tries -lt 400 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
}
# A short trial, and then one of a minute: the seed decides which is first.
begin_long() {
    begin --seed 1 --workload sha256,sleep_fanout --param sha256.messages=64 --param sleep_fanout.sleep_ns=60000000000 \
        --strategy "$1" --in-flight 2 --timeout 100
    check "$1: there is a record that could be lost" grep -q '"end":"ok"' r/2*/trials.jsonl
    tries=0
    while [ $tries -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.02
        trial=$(trials_of $pid | head -n1)
        [ -n "$trial" ] && grep -q "$trial" last 2>/dev/null && break # the same one as a moment ago: the long one
        echo "$trial" >last
        sleep 0.3
    done
}

stopped() { # stopped PID: every thread of it; within two seconds
    tries=0
    while cat /proc/"$1"/task/*/stat 2>/dev/null | grep -qv ') T ' && [ $tries -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
}

# --- once, in the middle of a trial of a minute: over within three seconds, and all that was finished is there
for signal in INT TERM; do
    for strategy in processes coroutines; do
        begin_long $strategy
        from=$(now_ms)
        kill -$signal $pid
        status=0
        wait $pid || status=$?
        took=$(($(now_ms) - from))
        case $signal in INT) want=130 ;; *) want=143 ;; esac
        check "$strategy, SIG$signal once: status $want (got $status)" test $status -eq $want
        # A trial of a minute: 3 s on a quiet machine; on a busy one what counts is that nobody waited for its end.
        check "$strategy, SIG$signal once: soon ($took ms)" test $took -lt 15000
        check "$strategy, SIG$signal once: the journal is whole" whole
        check "$strategy, SIG$signal once: it is said how to go on" grep -q 'E-INTERRUPTED.*--resume' err
        check "$strategy, SIG$signal once: nothing runs" no_trial $pid
        check "$strategy, SIG$signal once: the seal holds" sh -c 'cd r/2* && sha256sum --quiet -c SHA256SUMS'
    done
done

# --- twice: at once, even if the trial can hear nothing
for signal in INT TERM; do
    # On a busy machine the second may come after the half second of grace, when all is over: up to five times. The
    # stop takes a moment as well: of two signals that wait the kernel delivers TERM before STOP.
    met=no
    for attempt in 1 2 3 4 5; do
        begin_long threads
        kill -STOP "$trial"
        stopped "$trial"
        kill -$signal $pid
        sleep 0.05
        from=$(now_ms)
        kill -$signal $pid 2>/dev/null && met=yes && break
        wait $pid
    done
    check "SIG$signal twice: the second one met a harness (attempt $attempt)" test $met = yes
    status=0
    wait $pid || status=$?
    took=$(($(now_ms) - from))
    case $signal in INT) want=130 ;; *) want=143 ;; esac
    check "SIG$signal twice: status $want (got $status)" test $status -eq $want
    check "SIG$signal twice: without the half second of grace, or load ($took ms)" test $took -lt $((400 + 5000 * busy))
    check "SIG$signal twice: nothing runs, not even what was stopped" no_trial $pid
    check "SIG$signal twice: the journal is whole" whole
    check "SIG$signal twice: at once, without a last word" grep -q '"status": "running"' r/2*/run.json
    expect 0 '' report "$(echo r/2*)" --gnuplot /nonexistent
done

# --- the harness is stopped (Ctrl-Z) longer than a trial may take, and goes on: no trial is blamed
rm -rf r
"$QUINTET" run --profile smoke --blocks 3 --quiet --no-report --results r --workload sleep_fanout --timeout 2 \
    --param sleep_fanout.sleep_ns=600000000 --strategy threads --in-flight 128 >out 2>err &
pid=$!
sleep 0.5
check 'a harness that is stopped was at work' kill -STOP $pid
sleep 2.5
kill -CONT $pid
status=0
wait $pid || status=$?
check "a harness that was stopped: status 0 (got $status: $(head -c 200 err))" test $status -eq 0
check 'a harness that was stopped: every trial is good' sh -c '! grep -v "\"end\":\"ok\"" r/2*/trials.jsonl'

# --- a storm of signals on every process of every trial: no op is lost, none is done twice
cat >storm.py <<'END'
import os, signal, sys
harness, sent = int(sys.argv[1]), 0
def below(pid):
    try:
        return [int(c) for c in open('/proc/%d/task/%d/children' % (pid, pid)).read().split()]
    except OSError:
        return []
def alive():
    try:
        return open('/proc/%d/stat' % harness).read().split(') ')[1][0] != 'Z'
    except OSError:
        return False
while alive():
    for trial in below(harness):
        for pid in [trial] + below(trial):
            try:
                os.kill(pid, signal.SIGCONT)
                sent += 1
            except OSError:
                pass
print(sent)
END
if command -v python3 >/dev/null; then
    for workload in $(short_or_full 'file_random_read' \
        'sleep_fanout pipe_pairs file_random_read fetch_many io_cpu_mix hash_tree channel'); do
        # On a busy machine the storm may come too late for such short trials: until it has met some, up to ten times.
        met=no
        for attempt in 1 2 3 4 5 6 7 8 9 10; do
            rm -rf r
            "$QUINTET" run --profile smoke --blocks 1 --quiet --no-report --results r --workload $workload --in-flight 8 \
                --strategy threads,pool,processes,prefork,coroutines,coroutines_epoll >out 2>err &
            pid=$!
            python3 storm.py $pid >sent
            status=0
            wait $pid || status=$?
            check "storm $attempt over $workload: status 0 (got $status: $(head -c 300 err))" test $status -eq 0
            [ "$(cat sent)" -gt 100 ] && grep -q '"stops_count":[1-9]' "$(echo r/2*)/trials.jsonl" && met=yes && break
        done
        check "storm over $workload: signals came ($(cat sent)), and into the timed part" test $met = yes
    done
else
    echo 'skipped: storms of signals (needs python3)'
fi

# --- while a report is made: the old one or the new one, no gnuplot left
rm -rf r
expect 0 '' run --profile smoke --blocks 2 --quiet --gnuplot /nonexistent --results r --workload sha256 --strategy serial,pool
run=$(echo r/2*)
cp "$run/REPORT.md" good
cp "$run/summary.json" good.json
if command -v strace >/dev/null && strace -o /dev/null -e trace=none true 2>/dev/null; then
    for call in write fsync renameat; do
        for n in $(short_or_full '1 15' '1 3 6 9 12 15 18 24 30 36'); do
            strace -o trace -e trace=$call -e inject=$call:signal=INT:when=$n "$QUINTET" report "$run" --gnuplot /nonexistent \
                >out 2>err
            check "SIGINT at $call $n of a report: it is a whole one" cmp -s good "$run/REPORT.md"
            check "SIGINT at $call $n of a report: the summary, too" cmp -s good.json "$run/summary.json"
        done
    done
    expect 0 '' report "$run" --gnuplot /nonexistent
    check 'after the next report no temporary file is left' sh -c '[ -z "$(find r -name "*.tmp")" ]'
fi
cat >gnuplot-hangs <<'END'
#!/bin/sh
echo $$ >"$GNUPLOT_PID"
exec sleep 25
END
chmod +x gnuplot-hangs
sed -i "s|\$GNUPLOT_PID|$work/gnuplot.pid|" gnuplot-hangs
for signal in INT TERM KILL; do
    rm -f gnuplot.pid
    "$QUINTET" report "$run" --gnuplot "$work/gnuplot-hangs" >out 2>err &
    pid=$!
    tries=0
    while [ ! -s gnuplot.pid ] && [ $tries -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    kill -$signal $pid
    # a shell's background job ignores SIGINT by inheritance
    if [ $signal = INT ]; then kill -TERM $pid; fi
    wait $pid
    sleep 0.2
    gnuplot=$(cat gnuplot.pid)
    check "SIG$signal: a gnuplot that hangs does not stay" sh -c '! kill -0 "$0" 2>/dev/null || grep -q ") Z" "/proc/$0/stat"' "$gnuplot"
    check "SIG$signal: the old report is there" cmp -s good "$run/REPORT.md"
done

# The same in a run: what was to be measured is, and is stored; whoever waits for the status learns of the signal.
cat >gnuplot-waits <<'END'
#!/bin/sh
[ -e "$0.once" ] && exit 1
: >"$0.once"
echo $$ >"$0.pid"
exec sleep 25
END
chmod +x gnuplot-waits
rm -rf r
"$QUINTET" run --profile smoke --blocks 2 --quiet --gnuplot "$work/gnuplot-waits" --results r --workload sha256 --strategy serial,pool \
    >out 2>err &
pid=$!
tries=0
while [ ! -s gnuplot-waits.pid ] && [ $tries -lt 400 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
kill -TERM $pid
sleep 0.1
kill "$(cat gnuplot-waits.pid)"
status=0
wait $pid || status=$?
check "SIGTERM while a run's report is made: 143 (got $status)" test $status -eq 143
check "SIGTERM while a run's report is made: told" grep -q 'E-INTERRUPTED' err
check "SIGTERM while a run's report is made: the run is complete" grep -q '"status": "complete"' r/2*/run.json
check "SIGTERM while a run's report is made: and sound" sound "$(echo r/2*)"

finish
