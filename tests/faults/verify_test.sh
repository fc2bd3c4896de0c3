#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stored results that are not what the run wrote: `verify` gives every reason, `report` takes no number from them.
# Usage: verify_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1

expect 0 '' run --profile smoke --blocks 2 --workload floor --quiet --gnuplot /bin/false
run=$(echo results/2*)
keep() { rm -rf damaged && cp -r "$run" damaged; }
told() { grep -q "$1" out; }

keep
expect 0 '' verify damaged
check 'a sound run is called so' told '0 damaged, 0 unverified, 0 incomplete'
check 'two blocks are too few for an interval' told 'tainted .*2 blocks cannot'
expect 7 '' verify --strict damaged

# One digit of one number, as an editor would do it.
sed -i '3s/"run_ns":\([0-9]*\)[0-9],/"run_ns":\19,/;3s/"ops":[0-9]*,/"ops":17,/' damaged/trials.jsonl
expect 9 'line 3.*damaged|SHA256SUMS' report damaged
expect 9 '' verify damaged
check 'the file is named' told 'damaged .*trials.jsonl: is not the file'
rm damaged/SHA256SUMS
expect 9 'line 3.*checksum' report damaged
expect 9 '' verify damaged
check 'and without the seal the line is' told 'line 3: the line is damaged'

keep
sed -i 's/"steal"/"nothing"/;s/"status": "complete"/"status":  "complete"/' damaged/run.json
expect 9 'run.json is not the file' report damaged
keep
rm damaged/env.json
expect 9 '' verify damaged
check 'a missing file is told' told 'env.json: is named in SHA256SUMS and missing'

# A seal made anew over a changed journal: the lines' own sums still hold against an edit, not against a forger.
keep
sed -i '2s/"ops":[0-9]*,/"ops":17,/' damaged/trials.jsonl
(cd damaged && sha256sum run.json plan.json env.json trials.jsonl hist/* >SHA256SUMS)
expect 9 'line 2' report damaged

keep
printf '{"schema":"quintet.trial/1.1"' >>damaged/trials.jsonl
expect 9 '' verify damaged
check 'a torn line is told' told 'last line is incomplete'

# --- salvage: past lines that are damaged, with a seal and without; they are counted and named wherever numbers are
ops_of() { grep -c ',cpu_ns_per_op,'; } # once a trial
for seal in kept removed; do
    keep
    sed -i '3s/"ops":[0-9]*,/"ops":17,/;5s/^.\{40\}/rubbish/' damaged/trials.jsonl
    [ $seal = kept ] || rm damaged/SHA256SUMS
    lines='2 lines of trials.jsonl are damaged and left out .*Lines 3 .*, 5 '
    expect 9 'line 3|SHA256SUMS' report damaged --gnuplot /nonexistent
    expect 0 "warning.*$lines" report damaged --salvage --gnuplot /nonexistent
    check "salvage, seal $seal: in the banner" grep -Eq "salvaged.*$lines" damaged/REPORT.md
    check "salvage, seal $seal: on the page" grep -q 'salvaged' damaged/report.html
    expect 9 '' verify damaged --salvage
    check "salvage, seal $seal: verify names them" told "^damaged  *trials.jsonl: $lines"
    check "salvage, seal $seal: and says which cells lack them" told 'incomplete .* blocks have a good trial'
    expect 0 "warning.*$lines" export damaged --salvage --format csv
    check "salvage, seal $seal: two trials fewer" test "$(ops_of <out)" -eq "$(($("$QUINTET" export "$run" --format csv | ops_of) - 2))"
done
sed -i 's/"blocks": /"blocks":  /' damaged/run.json
cp "$run/SHA256SUMS" damaged/
expect 9 'run.json is not the file' report damaged --salvage # only the journal is forgiven
keep
expect 0 '' report damaged --salvage --gnuplot /nonexistent
check 'nothing to salvage: nothing is said' sh -c '! grep -q salvaged damaged/REPORT.md'
python3 - <<'EOF'
import hashlib, json
lines = open('damaged/trials.jsonl').read().splitlines()
def sealed(change):
    t = json.loads(lines[1])
    del t['sum']
    t.update(change)
    body = json.dumps(t, separators=(',', ':'))[:-1]
    return body + ',"sum":"' + hashlib.sha256(body.encode()).hexdigest()[:16] + '"}'
for name, change in ('forged', {'run_ns': 0}), ('newer', {'schema': 'quintet.trial/2.0'}):
    open(name, 'w').write('\n'.join(lines[:1] + [sealed(change)] + lines[2:]) + '\n')
EOF
rm damaged/SHA256SUMS
cp forged damaged/trials.jsonl
expect 9 'E-CORRUPT' report damaged --salvage # whole, and no record: not a matter of damage
cp newer damaged/trials.jsonl
expect 9 'E-SCHEMA' report damaged --salvage
expect 9 'E-SCHEMA' export damaged --salvage --format csv

expect 4 'No such file' verify nowhere
expect 2 'one run at a time' verify a b
expect 0 '' verify --json - "$run"
check 'JSON and nothing else' grep -q '"schema": "quintet.verify/1.0"' out

finish
