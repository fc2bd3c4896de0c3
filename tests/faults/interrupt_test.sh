#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signals to the run, to a trial, to everything: what is finished is on disk, nothing is left running.
# Usage: interrupt_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

# Running, and not just waiting for a parent that does not reap (PID 1 of some containers).
alive() { [ -r "/proc/$1/stat" ] && ! grep -q ') Z' "/proc/$1/stat"; }
gone() { ! alive "$1"; }

children_of() { pgrep -P "$1" 2>/dev/null; }

# Start a run of sleeps in the background; $pid is the harness. Waits until `n` records are there.
start_run() {
    rm -rf results
    $runner "$QUINTET" run --profile smoke --blocks 200 --workload sleep_fanout --in-flight 2 \
        --param sleep_fanout.sleep_ns=2000000 --quiet >out 2>err &
    pid=$!
    wait_for "records" "[ \"\$(cat results/2*/trials.jsonl 2>/dev/null | wc -l)\" -ge 3 ]"
}

wait_for() { # wait_for NAME CONDITION: at most 20 s
    tries=0
    while ! sh -c "$2"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 400 ]; then
            not_ok "waited in vain for $1"
            return 1
        fi
        sleep 0.05
    done
}

whole_journal() { # every line is a whole JSON object
    ! grep -vqE '^\{.*\}$' results/2*/trials.jsonl && [ "$(tail -c1 results/2*/trials.jsonl | wc -l)" -eq 1 ]
}

for signal in INT TERM HUP; do
    # Whoever runs this test may have been started by nohup.
    if [ $signal = HUP ]; then runner='env --default-signal=HUP'; fi
    start_run
    runner=
    trial=$(children_of "$pid" | head -1)
    kill -"$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    number=$(kill -l "$signal" 2>/dev/null || echo 0)
    case $signal in HUP) number=1 ;; INT) number=2 ;; TERM) number=15 ;; esac
    check "SIG$signal: status 128+$number (got $status)" test "$status" -eq $((128 + number))
    check "SIG$signal: run.json says interrupted" grep -q '"status": "interrupted"' results/2*/run.json
    check "SIG$signal: the journal is whole" whole_journal
    check "SIG$signal: the report was still made" test -s results/2*/REPORT.md
    check "SIG$signal: the seal holds" sh -c 'cd results/2* && sha256sum --quiet -c SHA256SUMS'
    check "SIG$signal: the data set is gone" sh -c '! test -e results/2*/data'
    if [ -n "$trial" ]; then check "SIG$signal: the trial is gone" gone "$trial"; fi
done

# Started by nohup it outlives its terminal.
runner='nohup'
start_run
runner=
kill -HUP "$pid"
records=$(cat results/2*/trials.jsonl | wc -l)
wait_for 'more records in spite of SIGHUP' "[ \"\$(cat results/2*/trials.jsonl | wc -l)\" -gt $((records + 5)) ]"
kill -TERM "$pid"
wait "$pid" 2>/dev/null

# kill -9 of a trial's process: recorded as a crash with its signal, the others go on.
start_run
killed=
tries=0
while [ -z "$killed" ] && [ "$tries" -lt 200 ]; do
    trial=$(children_of "$pid" | head -1)
    if [ -n "$trial" ] && grep -q trial "/proc/$trial/cmdline" 2>/dev/null && kill -9 "$trial" 2>/dev/null; then killed=$trial; fi
    tries=$((tries + 1))
done
check 'a trial was killed' test -n "$killed"
wait_for 'the crash record or an oracle event' "grep -q '\"signal\":9' results/2*/trials.jsonl || test -s results/2*/events.jsonl"
records=$(cat results/2*/trials.jsonl | wc -l)
wait_for 'more records' "[ \"\$(cat results/2*/trials.jsonl | wc -l)\" -gt $records ]"
kill -INT "$pid"
wait "$pid"
check 'after a killed trial the journal is whole' whole_journal

# kill -9 of the oracle says nothing about the work of anybody: 5, not 6, and what happened is told.
rm -rf results
"$QUINTET" run --profile smoke --blocks 1 --workload mandelbrot --strategy serial,threads --in-flight 2 --param mandelbrot.width=4096 \
    --param mandelbrot.iterations=8000 --quiet --no-report >out 2>err &
pid=$!
oracle=none
same=0
while [ "$same" -lt 5 ] && alive "$pid"; do # what stays is at work; the first of them is the oracle
    sleep 0.05
    child=$(children_of "$pid" | head -1)
    if [ -n "$child" ] && [ "$child" = "$oracle" ]; then same=$((same + 1)); else same=0; fi
    oracle=$child
done
kill -9 "$oracle"
status=0
wait "$pid" || status=$?
check "a killed oracle: 5 (got $status: $(head -c 300 err))" test "$status" -eq 5
check 'a killed oracle: its trial failed for want of it' grep -q '"end":"failed_io"' results/2*/trials.jsonl
check 'a killed oracle: it is asked again for the next' grep -q '"end":"ok"' results/2*/trials.jsonl
check 'a killed oracle: told' grep -q 'oracle_failed.*killed by signal 9' results/2*/events.jsonl

# A trial that is stopped and continued counts for nothing and is made again; the work itself was right.
rm -rf results
"$QUINTET" run --profile smoke --blocks 6 --workload sleep_fanout --strategy threads --in-flight 2 \
    --param sleep_fanout.sleep_ns=2000000 --quiet --gnuplot /bin/false >out 2>err &
pid=$!
wait_for "a record" "[ \"\$(cat results/2*/trials.jsonl 2>/dev/null | wc -l)\" -ge 1 ]"
tries=0
while kill -0 "$pid" 2>/dev/null && ! grep -q '"gate":"stopped"' results/2*/trials.jsonl && [ "$tries" -lt 200 ]; do
    for trial in $(children_of "$pid"); do
        kill -STOP "$trial" 2>/dev/null
        sleep 0.02
        kill -CONT "$trial" 2>/dev/null
    done
    tries=$((tries + 1))
    sleep 0.02
done
status=0
wait "$pid" || status=$?
check "a stopped trial ends no run (got $status)" test "$status" -eq 0
check 'the stopped trial is in the journal, and gated' grep -q '"gate":"stopped"' results/2*/trials.jsonl
check 'it was made again' grep -q '"attempts":2' results/2*/trials.jsonl
check 'the report says so' grep -q 'stopped: [0-9]' results/2*/REPORT.md

# kill -9 of the harness in the middle of a trial of a minute: trial and tasks die with it, and nobody waits for its end.
for strategy in threads processes prefork; do
    rm -rf results
    "$QUINTET" run --profile smoke --blocks 1 --workload sleep_fanout --strategy $strategy --in-flight 2 --no-report --quiet \
        --param sleep_fanout.sleep_ns=60000000000 --param sleep_fanout.tasks=2 --timeout 100 >out 2>err &
    pid=$!
    # its threads and the processes below it; an oracle has one thread
    wait_for "two tasks under $strategy" \
        "for t in \$(pgrep -P $pid); do ls /proc/\$t/task; pgrep -P \$t; done 2>/dev/null | wc -l | grep -qx 3"
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    rm -rf results/2*/data # which nobody was there to clear away
    check "$strategy: trial and tasks died with the harness" nothing_left
done

# kill -9 of the harness at any time: the journal is readable, a report can be made.
start_run
kill -9 "$pid"
wait "$pid" 2>/dev/null
check 'run.json still says running' grep -q '"status": "running"' results/2*/run.json
expect 0 '' report results/2*
check 'there is a report' test -s results/2*/REPORT.md

# A torn last line is dropped with a warning, a damaged line in the middle is an error that names it.
run=$(echo results/2*)
printf '{"schema":"quintet.trial/1.0","torn' >>"$run/trials.jsonl"
expect 0 '(torn|incomplete|last line)' report "$run"
sed -i '2s/"run_ns":[0-9]*/"run_ns":"x"/' "$run/trials.jsonl"
expect 9 'E-CORRUPT.*2' report "$run"

# A journal that is not the one the run wrote: twice the lines, or none of them; and what would hang a reader.
rm -rf results
expect 0 '' run --profile smoke --blocks 2 --workload sha256 --strategy serial,pool --in-flight 1 --quiet
run=$(echo results/2*)
cp "$run/trials.jsonl" whole
cat whole >>"$run/trials.jsonl"
expect 9 'E-CORRUPT.*twice' report "$run"
: >"$run/trials.jsonl"
expect 9 'E-CORRUPT.*good trials' report "$run"
check 'the report of the whole journal is still there' grep -q '4 trials ok' "$run/REPORT.md"
cp whole "$run/trials.jsonl"
hist=$(echo "$run"/hist/*.jsonl | cut -d' ' -f1)
rm "$hist" && mkfifo "$hist"
expect 9 'hist/.* is not the file that the run wrote' report "$run"
mv "$run/SHA256SUMS" sums # as if the run had been killed before its seal
expect 0 'histogram|hist' report "$run"
mv sums "$run/SHA256SUMS"
rm "$hist" "$run/trials.jsonl" && mkfifo "$run/trials.jsonl"
expect 9 'E-CORRUPT.*no regular file' report "$run"

# A file-size limit is an error of the storage, not a death by signal.
rm -rf results
status=0
(ulimit -f 8 && exec "$QUINTET" run --profile smoke --blocks 1 --workload sha256 --quiet) >out 2>err || status=$?
check "a file-size limit ends in 8 (got $status)" test "$status" -eq 8
check 'and says so' grep -q 'E-STORE.*File too large' err

# Two runs in one results directory: the second is refused.
start_run
status=0
"$QUINTET" run --profile smoke --blocks 1 --workload sha256 --quiet >out2 2>err2 || status=$?
check 'a second run in the same place is refused' test "$status" -eq 8
check 'and says why' grep -q 'another run' err2
kill -INT "$pid"
wait "$pid"

finish
