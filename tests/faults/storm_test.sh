#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A storm of signals: the harness, its trials, their tasks and origins are killed at random moments, also while a data set
# is being made and while gnuplot draws. Whatever was hit:
# the run ends, what is in the journal is whole, and no process, socket or temporary file is left.
# Usage: storm_test.sh QUINTET [STRIKES [SEED]]
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
strikes=${2:-$(short_or_full 6 60)}
seed=${3:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
cd "$work" || exit 1
command -v python3 >/dev/null || skip 'needs python3 to aim'
echo "seed $seed"

cat >storm.py <<'END'
"""One strike: start a run, kill something of it at a random moment, wait for its end. Prints what was hit."""
import glob, os, random, signal, subprocess, sys, time

def below(pid):
    found = []
    try:
        for task in os.listdir(f'/proc/{pid}/task'):
            found += [int(child) for child in open(f'/proc/{pid}/task/{task}/children').read().split()]
    except OSError:
        pass # it has ended
    return found

def comm(pid):
    try:
        return open(f'/proc/{pid}/comm').read().strip()
    except OSError:
        return ''

def candidates(harness, kind):
    if kind.startswith('harness in '): # its children tell where it is
        return [harness] if candidates(harness, kind.removeprefix('harness in ')) else []
    if kind == 'harness':
        return [harness]
    trials = below(harness)
    if kind == 'trial':
        return trials
    tasks = [task for trial in trials for task in below(trial)]
    if kind == 'data': # while the data set is being made
        return trials if glob.glob('results/2*/data') and not glob.glob('results/2*/hist/*') else []
    if kind == 'gnuplot':
        return [task for task in trials if comm(task).startswith('gnuplot')]
    if kind == 'origin':
        return [task for task in tasks if comm(task) == 'quintet-origin']
    return tasks + [deeper for task in tasks for deeper in below(task)]

program, seed, strike = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed * 1000003 + strike)
gnuplot = sys.argv[4] if len(sys.argv) > 4 else ''
kinds = ['harness', 'data', 'trial', 'task', 'origin', 'harness in data']
kinds += ['gnuplot', 'harness in gnuplot'] if gnuplot else []
kind = kinds[strike % len(kinds)]
number = rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
plots = 'gnuplot' in kind
data = ['--workload', 'file_random_read,hash_tree', '--param', 'file_random_read.file_bytes=256Mi', '--param',
        'hash_tree.files=2000']
run = subprocess.Popen([program, 'run', '--profile', 'smoke', '--blocks', '1', '--quiet', '--gnuplot',
                        gnuplot if plots else '/nonexistent', '--timeout', '5', '--strategy',
                        'serial,threads,pool,processes,prefork,coroutines', '--in-flight', '4'] +
                       (data if 'data' in kind else
                       ['--workload', 'fetch_many,sleep_fanout,hash_tree,pipe_pairs,fib', '--param',
                        'fetch_many.latency_ns=20000000', '--param', 'fetch_many.urls=32', '--param',
                        'sleep_fanout.sleep_ns=20000000', '--param', 'sleep_fanout.tasks=32']),
                       stdout=subprocess.DEVNULL, stderr=open('err', 'w'))
time.sleep(rng.uniform(0.02, 0.3 if 'data' in kind else 2))
hit, deadline = 'nothing', time.time() + 90
while hit == 'nothing' and run.poll() is None and time.time() < deadline:
    targets = candidates(run.pid, kind)
    try:
        victim = rng.choice(targets)
        os.kill(victim, number)
        hit = f'{kind} ({comm(victim)})'
    except (IndexError, OSError):
        time.sleep(0.001)
try:
    status = run.wait(timeout=120)
except subprocess.TimeoutExpired:
    run.kill()
    run.wait()
    print('HANG', kind, number.name)
    sys.exit(1)
print(status, hit, number.name)
# A signal to the harness ends it by 128 + n, or by KILL; anything else fails some trials or none (it was at its end).
if kind.startswith('harness') and hit != 'nothing':
    good = status in (0, 128 + number, -number)
else:
    good = status in (0, 5, 6)
sys.exit(not good)
END

cat >journal.py <<'END'
"""Is every line of every journal, but for a torn last one of a harness that was killed, a whole object?"""
import glob, json, sys
for journal in glob.glob('results/2*/trials.jsonl'):
    text = open(journal).read()
    lines = text.split('\n')
    for line in lines[:-1]:
        trial = json.loads(line)
        assert trial['end'] and trial['sum'], line
    if lines[-1]:
        sys.exit('a torn last line: ' + lines[-1][:80])
END

gnuplot=$(command -v gnuplot) || without 'strikes while gnuplot runs: it is not installed'
i=0
while [ "$i" -lt "$strikes" ]; do
    rm -rf results
    check "strike $i: the run ends as it should ($(head -c 200 err 2>/dev/null))" python3 storm.py "$QUINTET" "$seed" "$i" "$gnuplot"
    check "strike $i: the journal is whole" python3 journal.py
    # A harness that was killed could not clear away its data set, nor the file that it was writing (the next command does,
    # see kill_test.sh); everything else is gone.
    if [ ! -e "$(echo results/2*/run.json)" ] || grep -q '"status": "running"' results/2*/run.json; then
        rm -rf results/2*/data results/2*/*.tmp
    fi
    check "strike $i: nothing is left" nothing_left
    if [ -s "$(echo results/2*/trials.jsonl)" ]; then
        status=0
        "$QUINTET" verify results/2* >out 2>err || status=$?
        check "strike $i: nothing is damaged (status $status: $(head -c 200 out))" sh -c '! grep -q "^damaged" out'
    fi
    i=$((i + 1))
done
finish
