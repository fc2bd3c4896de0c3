#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet reproduce`: a stored run's plan once more, and which of its claims hold. On the same machine, with strategies
# that lie far apart, none is contradicted.
# Usage: reproduce_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1
seal() { (cd "$1" && sha256sum run.json plan.json env.json trials.jsonl hist/* >SHA256SUMS); }
told() { grep -Eq "$1" out; }
again() { # again STATUS 'regexp on stderr' RUN ARGUMENTS...: into a results directory of its own, `new`
    status=$1
    pattern=$2
    shift 2
    rm -rf new
    expect "$status" "$pattern" reproduce --quiet --gnuplot /nonexistent --results new "$@"
}
# fact 'python expression over r (reproduce.json)': must be true
fact() { python3 -c "import glob, json, sys; r = json.load(open(glob.glob('new/2*/reproduce.json')[0])); sys.exit(not ($1))"; }

# Twelve blocks, so that some that are disturbed leave enough for an interval.
expect 0 '' run --profile smoke --quiet --gnuplot /nonexistent --results old --workload spawn_join \
    --strategy serial,processes,coroutines --in-flight 2 --blocks 12 --param spawn_join.tasks=100
RUN=$(echo old/2*)

# --- the same machine
again 0 '' "$RUN"
check 'it begins with comparability' sh -c 'head -1 out | grep -q "^Comparability: "'
check 'and counts' told '[1-9][0-9]* reproduced, [0-9]+ weaker, 0 contradicted, [0-9]+ not testable here'
check 'and the order' told "Kendall's tau 1\\.00"
check 'the new run has a report' grep -q '^# ' new/2*/REPORT.md
check 'its claims are in reproduce.json' fact "r['schema'] == 'quintet.reproduce/1.1' and r['counts']['reproduced'] >= 1"
check 'with both ratios and intervals' fact "all(c[s]['lo'] <= c[s]['ratio'] <= c[s]['hi'] for c in r['claims']
    if c['kind'] == 'pair' and c['here'] for s in ('there', 'here'))"
check 'each side says which run it is' fact "'$RUN'.endswith(r['there']) and glob.glob('new/' + r['here'])"
check 'the seed is a fresh one' sh -c '[ "$(grep -h "\"seed\"" "$0"/run.json)" != "$(grep -h "\"seed\"" new/2*/run.json)" ]' "$RUN"
check 'the plan is the same one' python3 -c "
import glob, json
a, b = (json.load(open(glob.glob(p)[0])) for p in ('old/2*/plan.json', 'new/2*/plan.json'))
assert a['cells'] == b['cells'] and a['blocks'] == b['blocks'], (a, b)"
check 'the new run is sound' sound new/2*

# --- JSON and nothing else; other numbers of blocks; nothing but the plan
again 0 'no claim will be testable' "$RUN" --blocks 2 --json -
check 'standard output is the document' sh -c 'python3 -m json.tool <out >/dev/null && cmp -s out new/2*/reproduce.json'
check 'two blocks test nothing' fact "r['counts'] == {'reproduced': 0, 'weaker': 0, 'contradicted': 0,
    'not_testable': len(r['claims'])} and r['claims']"
mv new few
again 0 'it makes no claims' few/2* --blocks 2
again 0 '' "$RUN" --budget 1s --no-report
check 'a budget ends it' grep -q '"budget_s"' new/2*/run.json
check 'without a report' sh -c '! ls new/2*/REPORT.md 2>/dev/null'
again 0 '' "$RUN" --dry-run
check 'the plan is printed' told '^  run   spawn_join.*/coroutines/'
check 'and nothing is run' [ ! -e new ]

# --- interrupted and resumed, it judges all the same; where the old run is gone, it is said
rm -rf new
"$QUINTET" reproduce "$RUN" --quiet --gnuplot /nonexistent --results new >out 2>err &
pid=$!
tries=0
while [ "$(cat new/2*/trials.jsonl 2>/dev/null | wc -l)" -lt 5 ] && kill -0 $pid 2>/dev/null && [ $tries -lt 6000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -9 $pid
wait $pid 2>/dev/null
check 'killed before it could judge' sh -c '! ls new/2*/reproduce.json 2>/dev/null'
rm -rf gone && cp -r new gone
expect 0 '' run --resume new/2* --quiet --gnuplot /nonexistent
check 'resumed: it counts the claims' told '[1-9][0-9]* reproduced, [0-9]+ weaker, 0 contradicted, [0-9]+ not testable here'
check 'resumed: they are in reproduce.json' fact "r['counts']['reproduced'] >= 1"
mv old elsewhere
expect 4 'claims are not judged' run --resume gone/2* --quiet --gnuplot /nonexistent
check 'without the old run: a report all the same' grep -q '^# ' gone/2*/REPORT.md
mv elsewhere old

# --- on one CPU (another P): the same cells by case and K
printf '#!/bin/sh\nexec taskset -c %s %s "$@"\n' "$(taskset -cp $$ | sed 's/.*: //;s/[-,].*//')" "$QUINTET" >one_cpu
chmod +x one_cpu
QUINTET=./one_cpu again 0 '' "$RUN"
check 'another P is told, with the length of trials' sh -c 'grep -q "^P was .* and is 1 here" out && grep -q "^A trial took .* there and .* here" out'
check 'contests are found' fact "all(c['workers_here'] == 1 for c in r['contests']) and r['kendall_tau'] == 1"

# --- more CPUs than there: a warning
p=$(sed -n 's/.*"workers": \([0-9]*\).*/\1/p' "$RUN"/run.json)
if [ "$p" -gt 1 ]; then
    QUINTET=./one_cpu expect 0 '' run --profile smoke --quiet --gnuplot /nonexistent --results narrow --workload sha256 \
        --strategy serial,pool,processes --in-flight 2 --blocks 6
    again 0 'trials will be short.*--scale-work' narrow/2*
    check 'the same amounts' fact "r['contests'] and all(c['case_here'] == c['case'] for c in r['contests'])"
fi

# --- amounts for the CPUs here: of a run that says it was made on 32 times as many (sha256 grows up to 64 times)
expect 0 '' run --profile smoke --quiet --gnuplot /nonexistent --results wide --workload sha256 \
    --strategy serial,pool,processes --in-flight 2 --blocks 12 --param sha256.messages=4096
mv wide/2* wide/run
sed -i "s/\"workers\": $p\$/\"workers\": $((32 * p))/" wide/run/run.json
seal wide/run
again 0 '' wide/run --scale-work
check 'other amounts' fact "r['contests'] and all(c['other_amount'] and c['case_here'] != c['case'] for c in r['contests'])"
check 'as many fewer as CPUs' fact "all('=%d]' % (4096 * max($p // 2, 1) // min(16 * $p, 64)) in c['case_here']
    for c in r['contests'])"
check 'claims are judged all the same' fact "r['counts']['not_testable'] < len(r['claims'])"
check 'that is told' told '^The amounts of work of [0-9]+ of [0-9]+ contests were scaled to it: caution'
check 'with the length of trials' fact "0 < r['run_ns_here'] < r['run_ns_there']"
again 0 '' wide/run --dry-run
check 'unless it is asked, amounts stay' told 'sha256.messages=4096.'
again 0 '' "$RUN" --scale-work --dry-run
check 'nothing to scale on the same machine' told '^  run   spawn_join.*tasks=100'

# --- the other way round: what was said there is contradicted here, and that is exit 1
cp -r "$RUN" swapped
python3 - <<'EOF'
# Serial's spawn_join at K = 2 is none, so the contest is processes against coroutines. Exchange them everywhere.
import hashlib, json
def swap(text):
    return text.replace('coroutines', '\0').replace('processes', 'coroutines').replace('\0', 'processes')
lines = []
for line in open('swapped/trials.jsonl'):
    t = json.loads(swap(line))
    t.pop('sum')
    body = json.dumps(t, separators=(',', ':'))[:-1]
    lines.append(body + ',"sum":"' + hashlib.sha256(body.encode()).hexdigest()[:16] + '"}\n')
open('swapped/trials.jsonl', 'w').writelines(lines)
EOF
seal swapped
again 1 '' swapped
check 'it is told first' told '^Contradicted, by a verdict'
check 'with both sides' told 'there .*, slower; here .*, faster'

# --- old runs that cannot be believed, or not be run
cp -r "$RUN" altered
sed -i 's/"estimate_s": /"estimate_s": 1/' altered/plan.json
again 9 'E-CORRUPT.*plan.json' altered
check 'nothing is run of it' [ ! -e new ]
cp -r "$RUN" twice
python3 - <<'EOF'
import json
p = json.load(open('twice/plan.json'))
p['cells'].append(dict(p['cells'][0]))
json.dump(p, open('twice/plan.json', 'w'))
EOF
seal twice
again 9 'plan.json: cell [0-9]+: it is there twice' twice
cp -r "$RUN" unknown
sed -i 's/"workload": "spawn_join"/"workload": "spawn_jolt"/;s/"name": "spawn_join"/"name": "spawn_jolt"/' unknown/plan.json
seal unknown
again 4 'no workload named "spawn_jolt".*dry-run' unknown
expect 4 '' reproduce unknown --dry-run
check 'the plan tells it for each cell' told '^  skip  spawn_jolt.*not known to this version'
cp -r "$RUN" protocol
sed -i 's/"protocol": [0-9]*/"protocol": 99/' protocol/plan.json
seal protocol
again 9 'E-VERSION.*and 99 in the stored run' protocol
cp -r "$RUN" profile
sed -i 's/"profile": "smoke"/"profile": "gigantic"/' profile/run.json
seal profile
again 9 'no profile that is known here' profile
cp -r "$RUN" strategy
sed -i 's/"strategy": "processes"/"strategy": "fibres"/' strategy/plan.json
seal strategy
again 0 '' strategy
check 'what is not known here is not testable' fact "r['counts']['not_testable'] >= 1 and r['counts']['contradicted'] == 0"
again 4 'No such file' nowhere
expect 2 'want the run' reproduce
expect 2 'want the run' reproduce a b
: >file
expect 8 'E-STORE' reproduce "$RUN" --quiet --results file/below

finish
