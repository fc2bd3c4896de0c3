#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every name that a run of all workloads writes is in the data dictionary; and all of its cases are in its report.
# Usage: fields_test.sh QUINTET results/README.md
set -u
QUINTET=$1
dictionary=$2
. "$(dirname "$0")/../lib.sh"
expect_s=400 # every workload under every strategy
cd "$work" || exit 1
command -v python3 >/dev/null || { echo 'SKIPPED: needs python3 to read JSON'; exit 77; }

expect 0 '' run --profile smoke --blocks 1 --quiet --gnuplot /nonexistent --results closed
expect 0 '' run --profile smoke --blocks 1 --quiet --gnuplot /nonexistent --results paced --workload sha256 --rate 4000
expect 0 '' run --profile smoke --blocks 1 --quiet --gnuplot /nonexistent --results perf --workload sha256 --counters perf
expect 2 'only "perf" is possible' run --counters all

cat >names.py <<'END'
import json, re, sys
known = set(re.findall(r'`([a-zA-Z0-9_]+)`', open(sys.argv[1]).read()))
bad = {}
for run in sys.argv[2:]:
    for line in open(run + '/trials.jsonl'):
        trial = json.loads(line)
        nested = [n for part in ('perf', 'energy') for n in trial.get(part) or {}]
        for name in list(trial) + list(trial['metrics']) + nested:
            bad.setdefault(name, 'trials.jsonl')
    for cell in json.load(open(run + '/summary.json'))['cells']:
        for name in list(cell) + list(cell['metrics']):
            bad.setdefault(name, 'summary.json')
missing = sorted(name + ' (' + where + ')' for name, where in bad.items() if name not in known)
print('\n'.join(missing))
sys.exit(bool(missing))
END
check 'every field and metric is in the dictionary' python3 names.py "$dictionary" closed/2* paced/2* perf/2*

# Work that is uneven by what it is has no class of pace; even work has one.
classes() { grep "\"workload\":\"$1\"" closed/2*/trials.jsonl | grep -o '"steady":"[a-z_]*"' | sort -u; }
check 'mandelbrot has no class of pace' test "$(classes mandelbrot)" = '"steady":"unknown"'
check 'sha256 has one' sh -c "[ -n '$(classes sha256 | grep -v unknown)' ]"

# A counter that this machine has not is null with a reason; the kernel's own are always there.
cat >perf.py <<'END'
import json, sys
wrong = []
for line in open(sys.argv[1] + '/trials.jsonl'):
    trial = json.loads(line)
    if trial['end'] != 'ok':
        continue
    for part in ('perf', 'energy'):
        for name, value in trial[part].items():
            if value is None and not trial[part + '_why'].get(name):
                wrong.append(name + ' has neither value nor reason')
            if value == 0 and name in ('cycles_count', 'instructions_count', 'task_clock_ns'):
                wrong.append(name + ' is 0')
    spent, clock = trial['user_ns'] + trial['system_ns'], trial['perf']['task_clock_ns']
    if clock is not None and not 0.5 * spent <= clock <= 2 * spent + 5e6:
        wrong.append('%s: task-clock %d ns, rusage %d ns' % (trial['cell_id'], clock, spent))
print('\n'.join(wrong))
sys.exit(bool(wrong))
END
check 'counters have a value or a reason' python3 perf.py perf/2*
check 'and the report has them or says why not' grep -q '^### Events and energy per op' perf/2*/REPORT.md
check 'it says how to ask for them' grep -q 'were not asked for' closed/2*/REPORT.md

cat >cases.py <<'END'
import json, sys
run = sys.argv[1]
works = {w['name']: w for w in json.load(open(run + '/plan.json'))['workloads']}
cells = json.load(open(run + '/summary.json'))['cells']
script = open(run + '/report/plots/winner_map.gp').read()
report = open(run + '/REPORT.md').read()
answer = report[report.index('## The answer first'):report.index('### Decision table')]
words = report[report.index('What is compared is the headline metric'):].split('\n')[0]
wrong = []
for name, w in works.items():
    ok = {c['strategy'] for c in cells if c['workload'] == name and c['status'] == 'ok'}
    if name == 'floor' or len(ok) < 2:
        continue
    if "'" + name + '[' not in script and "'" + name + ',' not in script:
        wrong.append(name + ' is not in the winner map')
    if w['kind'] != 'micro' and '`' + name + '`' not in answer and '`' + name + '[' not in answer:
        wrong.append(name + ' has no sentence')
    if w['headline'] in words:
        wrong.append(w['headline'] + ' has no words')
    if w['headline'] not in report.replace(words, ''):
        wrong.append(w['headline'] + ' has no table')
print('\n'.join(wrong))
sys.exit(bool(wrong))
END
check 'every workload is in the answer, the map and a table' python3 cases.py closed/2*

# A parameter that only follows others is left out of a case's name, but never so that two cases have the same.
expect 0 '' run --profile full --blocks 1 --quiet --gnuplot /nonexistent --results full --workload fetch_many --in-flight 4 \
    --strategy threads,pool --param fetch_many.urls=32
check 'each case has a name of its own' sh -c \
    'test "$(sed -n "/^### Decision table/,/^## How/p" full/2*/REPORT.md | grep -o "^| .fetch_many[^|]*" | sort -u | wc -l)" -eq 4'

finish
