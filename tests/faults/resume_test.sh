#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet run --resume RUN`: wherever a run was cut, what it has and the rest are the whole plan, each block of one
# session; and nothing is touched where it is not the same run, machine or program. Usage: resume_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
needs_python3
# What a resumed run may not differ in.
PLAN='--profile smoke --workload spawn_join,floor --strategy serial,pool --in-flight 2 --param spawn_join.tasks=20
    --blocks 7 --seed 5'

# The trials that count, by the rule of results/README.md, and what makes each what it is.
cat >counted.py <<'END'
import glob, json, sys
run = glob.glob(sys.argv[1])[0]
sessions = json.load(open(run + '/run.json'))['sessions']
for line in open(run + '/trials.jsonl'):
    t = json.loads(line)
    if all(t['block'] < s['first_block'] for s in sessions[t.get('session', 0) + 1:]):
        which = (t['attempts'],) if 'attempts' in sys.argv else (t['nonce'], t['digest'], t['expect'], t['end'])
        print(t['cell_id'], t['block'], *which)
END
counted() { python3 counted.py "$1" | grep ' ok$' | sort -u; }
sums() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }
fact() { python3 -c "import glob, json, sys; r = json.load(open(glob.glob(sys.argv[1] + '/run.json')[0])); sys.exit(not ($2))" "$1"; }

# One process that looks, instead of three for each look: on a busy machine that is what the test would wait for.
cat >await.py <<'END'
import glob, os, sys, time
paths, want, pid, end = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), time.monotonic() + 100
while sum(open(path, 'rb').read().count(b'\n') for path in glob.glob(paths)) < want and time.monotonic() < end:
    if open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()[0] == 'Z':
        break
    time.sleep(0.003)
END
# begin RECORDS SIGNAL: a run in `r`, which gets the signal when it has so many records
begin() {
    rm -rf r
    # shellcheck disable=SC2086
    "$QUINTET" run $PLAN --quiet --no-report --results r >out 2>err &
    pid=$!
    python3 await.py 'r/2*/trials.jsonl' "$1" $pid
    kill -s "$2" $pid 2>/dev/null
    wait $pid 2>/dev/null
}
clean() { # no lock's holder, no data, no temporary file
    check "$1: no data set and no temporary file is left" \
        sh -c '! test -e "$0"/data && [ -z "$(find "$0" -name "*.tmp*" -o -name "*.new")" ]' "$2"
}

# shellcheck disable=SC2086
expect 0 '' run $PLAN --quiet --no-report --results full
counted 'full/2*' >want
check 'the whole run has a trial of each cell in each block' test "$(wc -l <want)" -gt 50

for cut in $(short_or_full '0:KILL 3:INT 9:TERM 26:KILL' '0:KILL 1:KILL 3:INT 8:KILL 9:TERM 17:KILL 26:INT 35:KILL'); do
    begin ${cut%:*} ${cut#*:}
    run=$(echo r/2*)
    [ -e "$run/env.json" ] || continue # killed before its plan was stored: below
    expect 0 '' run --resume "$run" --quiet --gnuplot /nonexistent
    counted r/2\* >got
    check "cut at $cut: the same cells, blocks and digests as the whole run" cmp -s want got
    # ... but for those that were disturbed, and made again for that
    check "cut at $cut: none of them twice" sh -c '[ -z "$(python3 counted.py "$0" attempts | sort | uniq -d)" ]' "$run"
    check "cut at $cut: complete" fact "$run" "r['status'] == 'complete' and r['blocks_done'] == 7"
    check "cut at $cut: the seal holds" sh -c 'cd "$0" && sha256sum --quiet -c SHA256SUMS' "$run"
    check "cut at $cut: nothing is damaged or missing" sound "$run"
    check "cut at $cut: the report says so" grep -Eq 'resumed.*The run was resumed \(1 ×\): on 20[-0-9T:]+Z with block' "$run/REPORT.md"
    clean "cut at $cut" "$run"
done

# Again and again, at any point; some of these kills meet the report or the seal.
begin 2 KILL
run=$(echo r/2*)
for delay in $(short_or_full '0.02 0.2 0.3' '0.02 0.15 0.2 0.25 0.3'); do
    "$QUINTET" run --resume "$run" --quiet --gnuplot /nonexistent >out 2>err &
    pid=$!
    sleep $delay
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
done
expect 0 '' run --resume "$run" --quiet --gnuplot /nonexistent
expect 0 '' report "$run" --gnuplot /nonexistent
counted r/2\* >got
check 'killed again and again: the same as the whole run' cmp -s want got
check 'each session is there' fact "$run" "len(r['sessions']) >= 2"
check 'killed again and again: sound' sound "$run"
clean 'killed again and again' "$run"

# --- a run that is complete
sums "$run" >before
expect 0 'is complete: there is nothing to resume' run --resume "$run"
sums "$run" >after
check 'a complete run is not changed' cmp -s before after

# --- options that contradict it; untouched files
begin 26 KILL
run=$(echo r/2*)
sums r >before
expect 3 'E-RESUME-MISMATCH.*another --blocks, --seed\.' run --resume "$run" --blocks 9 --seed 6
expect 3 'E-RESUME-MISMATCH.*another --profile, --workload, --strategy, --in-flight, --param\.' run --resume "$run" \
    --profile quick --workload sha256 --strategy serial --in-flight 3 --param spawn_join.tasks=21
expect 3 'E-RESUME-MISMATCH.*another --rate, --option, --budget, --precision, --results\.' run --resume "$run" \
    --rate 100 --option pool.spin_ns=7 --budget 1h --precision 5 --results elsewhere
expect 2 'E-CLI-VALUE.*--resume-elsewhere' run --resume-elsewhere --dry-run
expect 4 'E-NO-RUN' run --resume nowhere
expect 4 'E-NO-RUN' run --resume "$run/run.json"
expect 0 '' run --resume "$run" --dry-run
sums r >after
sed '/\.lock$/d' before >before.files
sed '/\.lock$/d' after >after.files
check 'whatever is refused touches nothing' cmp -s before.files after.files

# --- another machine, kernel or program
cp -r r kept
sed -i 's/"v": "6\.[^"]*"/"v": "5.4.0-none"/' "$run/env.json"
sed -i 's/"binary_sha256": "./"binary_sha256": "x/;s/"machine_mark": "[^"]*/"machine_mark": "0123456789abcdef/' "$run/run.json"
expect 3 'E-RESUME-MISMATCH.*others are: binary, machine-id.*kernel.release' run --resume "$run"
expect 0 '' run --resume "$run" --resume-elsewhere --quiet --gnuplot /nonexistent
check 'it is a severe taint of the run' fact "$run" "any(t['id'] == 'resumed_elsewhere' and t['severity'] == 'severe'
    and 'machine-id' in t['text'] for t in r['taints'])"
check 'and in the report' grep -q 'resumed_elsewhere' "$run/REPORT.md"

# A plan that this version would make otherwise cannot be gone on with at all.
rm -rf r && cp -r kept r
sed -i 's/"in_flight": 2/"in_flight": 3/' "$run/plan.json"
expect 3 'E-RESUME-MISMATCH.*another plan of it: cells' run --resume "$run" --resume-elsewhere

# --- what is no run of ours
rm -rf r && cp -r kept r
sed -i '2s/"ops":[0-9]*,/"ops":17,/' "$run/trials.jsonl"
expect 9 'E-CORRUPT.*line 2' run --resume "$run" --no-report
rm -rf r && cp -r kept r
sed -i '2d' "$run/trials.jsonl"
expect 9 'E-CORRUPT.*block 0 lacks trials' run --resume "$run" --no-report
check 'the refused run was not begun' fact "$run" "r['status'] == 'running' and len(r['sessions']) == 1"
rm -rf r && cp -r kept r
rm "$run/env.json"
expect 9 'E-CORRUPT.*env.json is missing' run --resume "$run" --no-report # there are trials: it has been removed
: >"$run/trials.jsonl"
expect 4 'E-NO-RUN.*killed before its first trial' run --resume "$run"
for name in run plan env; do
    rm -rf r && cp -r kept r
    sed -i "s#quintet.$name/1.0#quintet.$name/2.0#" "$run/$name.json"
    sums r | sed '/\.lock$/d' >before
    # Without the report, which would refuse it, too, when all is done.
    expect 9 "E-SCHEMA.*$name.json: its schema is .quintet.$name/2.0., this version reads quintet.$name/1.x" run --resume "$run" \
        --no-report
    sums r | sed '/\.lock$/d' >after
    check "$name.json of schema 2.0: nothing is touched" cmp -s before after
done
rm -rf r && cp -r kept r
python3 - "$run" <<'END'
import hashlib, json, sys
lines = open(sys.argv[1] + '/trials.jsonl').read().splitlines()
t = json.loads(lines[1])
del t['sum']
t['schema'] = 'quintet.trial/2.0'
body = json.dumps(t, separators=(',', ':'))[:-1]
lines[1] = body + ',"sum":"' + hashlib.sha256(body.encode()).hexdigest()[:16] + '"}'
open(sys.argv[1] + '/trials.jsonl', 'w').write('\n'.join(lines) + '\n')
END
expect 9 'E-SCHEMA.*line 2' run --resume "$run" --no-report
rm -rf r && cp -r kept r
printf '{' >"$run/run.json"
expect 9 'E-CORRUPT.*run.json' run --resume "$run" --no-report
begin 9 INT
sed -i 's/"ok"/"OK"/' "$(echo r/2*)/run.json"
expect 9 'E-CORRUPT.*run.json is not the file that the run wrote' run --resume r/2* --no-report

# --- torn lines, everywhere that lines are appended
rm -rf r && cp -r kept r
printf '{"schema":"quintet.trial/1.1","torn' >>"$run/trials.jsonl"
printf '{"half' >>"$(echo "$run"/hist/*.jsonl | cut -d' ' -f1)"
printf '{"half' >>"$run/events.jsonl"
: >"$run/REPORT.md.999999999.tmp"
expect 0 '' run --resume "$run" --quiet --gnuplot /nonexistent
counted r/2\* >got
check 'torn lines: the same as the whole run' cmp -s want got
check 'the torn piece is kept' grep -q 'torn$' "$run/recovered-tail.txt"
check 'every line in every file is whole' sh -c '! cat "$0"/trials.jsonl "$0"/events.jsonl "$0"/hist/*.jsonl | grep -vqE "^\{.*\}$"' "$run"
clean 'torn lines' "$run"

# --- two at a time
rm -rf r && cp -r kept r
"$QUINTET" run --profile smoke --workload sleep_fanout --blocks 1000 --no-report --quiet --results r >out2 2>err2 &
pid=$!
tries=0
while [ "$(echo r/2*/run.json | wc -w)" -lt 2 ] && [ $tries -lt 400 ]; do
    tries=$((tries + 1))
    sleep 0.02
done
expect 8 "E-BUSY.*pid $pid\)" run --resume "$run"
expect 8 "E-BUSY.*pid $pid\)" run --profile smoke --workload sha256 --results r
kill -INT $pid
wait $pid
expect 0 '' run --resume "$run" --quiet --no-report

# --- event counters: as the run began, whatever is said now
rm -rf p
# shellcheck disable=SC2086
"$QUINTET" run $PLAN --counters perf --quiet --no-report --results p >out 2>err &
pid=$!
python3 await.py 'p/2*/trials.jsonl' 5 $pid
kill -9 $pid
wait $pid 2>/dev/null
expect 0 '' run --resume p/2* --quiet --no-report
check 'counters: every trial was asked for them' sh -c '! grep -vq "\"perf\":{" p/2*/trials.jsonl'
rm -rf r && cp -r kept r
expect 3 'E-RESUME-MISMATCH.*another --counters' run --resume "$run" --counters perf

# --- a budget counts all sessions: here the killed one has used it up, so no further block is begun
rm -rf r && cp -r kept r
python3 - "$run" <<'END'
import json, sys
path = sys.argv[1] + '/run.json'
r = json.load(open(path))
r['budget_s'] = 50.0
r['sessions'][0].update(status='interrupted', elapsed_s=100.0)
json.dump(r, open(path, 'w'))
END
expect 3 'another --budget' run --resume "$run" --budget 49s
expect 0 '' run --resume "$run" --budget 50s --quiet --no-report
check 'the budget is spent: complete with what it had' fact "$run" \
    "r['status'] == 'complete' and 2 <= r['blocks'] < 7 and r['blocks_done'] == r['blocks'] and r['elapsed_s'] > 100"
expect 0 'nothing to resume' run --resume "$run"

finish
