#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The harness is killed at its N-th write, rename, fsync, ...: whatever N is, each file is the old one or the new one, the
# journal has lost at most the line that was being written, and the run can be resumed.
# Usage: kill_test.sh QUINTET. QUINTET_KILL_STEP=1 takes every N; without it every 23rd is taken, or every 7th in full.
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
step=${QUINTET_KILL_STEP:-$(short_or_full 23 7)}
cd "$work" || exit 1
command -v python3 >/dev/null || { echo 'SKIPPED: needs python3 to read JSON'; exit 77; }
command -v strace >/dev/null || { echo 'SKIPPED: needs strace to kill at a given system call'; exit 77; }
strace -o /dev/null -e trace=none true 2>/dev/null || { echo 'SKIPPED: strace may not trace here'; exit 77; }
case $("$QUINTET" --version) in *address* | *thread*) echo 'SKIPPED: a sanitizer and strace cannot both trace'; exit 77 ;; esac

run_quintet() { # run_quintet COMMAND...: the tiny run, started by COMMAND...
    "$@" "$QUINTET" run --profile smoke --workload sha256 --strategy serial,pool --in-flight 2 --param sha256.messages=32 \
        --blocks 2 --seed 5 --quiet --gnuplot /nonexistent --results r >out 2>err
}

cat >sound.py <<'END'
import glob, json, os, sys
# Whole files are whole; all lines of the journal but a torn last one are records of the plan, each once per session.
run = sys.argv[1]
for name in ('run.json', 'plan.json', 'env.json', 'summary.json'):
    if os.path.exists(run + '/' + name):
        json.load(open(run + '/' + name))
if os.path.exists(run + '/REPORT.md'):
    assert open(run + '/REPORT.md').read().rstrip().endswith(sys.argv[2]), 'half a report'
seen = set()
if os.path.exists(run + '/trials.jsonl'):
    text = open(run + '/trials.jsonl').read()
    for line in text.split('\n')[:-1]:
        t = json.loads(line)
        key = t['cell_id'], t['block'], t.get('session', 0), t['attempts']
        assert key not in seen, key
        seen.add(key)
        if t['hist_file']:
            f = open(run + '/' + t['hist_file'])
            f.seek(t['hist_offset'])
            assert json.loads(f.readline())['block'] == t['block']
END
cat >counted.py <<'END'
import json, sys
sessions = json.load(open(sys.argv[1] + '/run.json'))['sessions']
for line in open(sys.argv[1] + '/trials.jsonl'):
    t = json.loads(line)
    if all(t['block'] < s['first_block'] for s in sessions[t.get('session', 0) + 1:]):
        print(t['cell_id'], t['block'], t['digest'], t['end'])
END

# killed WHERE: what was left by the kill there is sound, a report can be made of it, and it can be resumed
killed() {
    harness=$(cat r/.lock 2>/dev/null)
    if [ -n "$harness" ]; then
        tries=0
        while pgrep -f "^quintet trial $harness\$" >/dev/null && [ $tries -lt 40 ]; do
            tries=$((tries + 1))
            sleep 0.05
        done
        check "$1: no trial is left" test $tries -lt 40
    fi
    run=$(echo r/2*)
    [ -d "$run" ] || return # killed before there was a run
    check "$1: every file is a whole one" python3 sound.py "$run" "$last_words"
    if [ ! -e "$run/run.json" ] || [ ! -e "$run/plan.json" ] || [ ! -e "$run/env.json" ]; then
        expect 4 'E-NO-RUN.*killed before its first trial' run --resume "$run"
        return
    fi
    expect 0 '' report "$run" --gnuplot /nonexistent
    check "$1: no temporary file after the next command" sh -c '[ -z "$(find r -name "*.tmp")" ]'
    expect 0 '' run --resume "$run" --quiet --no-report
    python3 counted.py "$run" | sort >got
    check "$1: resumed, it is the whole run" cmp -s want got
    expect 0 '' verify "$run"
    check "$1: and sound" grep -q '0 damaged, 0 unverified, 0 incomplete' out
    check "$1: no data set and no temporary file" sh -c '[ -z "$(find r -name "*.tmp" -o -name data)" ]'
}

last_words=
run_quintet env
run=$(echo r/2*)
python3 counted.py "$run" | sort >want
last_words=$(tail -n1 "$run/REPORT.md" | tail -c 20)
check 'the run itself has its trials' test "$(wc -l <want)" -eq 4

# Where it matters most, at whatever step: while one of the files that are written as a whole is being written.
run_quintet strace -y -o trace -e trace=write
check 'the whole files are written' grep -q 'run\.json' trace
for n in $(grep '^write' trace | grep -nE '/(run|plan|env|summary)\.json|/REPORT\.md|/SHA256SUMS' | cut -d: -f1); do
    rm -rf r
    { run_quintet strace -o /dev/null -e trace=write -e inject=write:signal=KILL:when="$n" || true; } 2>/dev/null
    killed "write $n, of a whole file"
done

for call in write pwrite64 openat renameat fsync fdatasync ftruncate mkdirat unlinkat; do
    kills=0
    n=1
    while [ $n -lt 3000 ]; do
        rm -rf r
        status=0
        # The shell's word about the killed process is of no use.
        { run_quintet strace -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=$n || status=$?; } 2>/dev/null
        [ "$status" -eq 0 ] && break
        check "$call $n: killed, and nothing else (status $status: $(head -c 200 err))" test "$status" -eq 137
        killed "$call $n"
        kills=$((kills + 1))
        # openat is called for libraries and /proc most of the time
        if [ $call = openat ]; then n=$((n + 5 * step)); else n=$((n + step)); fi
    done
    printf '%s: %d kills\n' $call $kills
done

finish
