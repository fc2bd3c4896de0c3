#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stored results that are not what the run wrote: `verify` gives every reason, `report` takes no number from them.
# Usage: verify_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
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

expect 4 'No such file' verify nowhere
expect 2 'one run at a time' verify a b
expect 0 '' verify --json - "$run"
check 'JSON and nothing else' grep -q '"schema": "quintet.verify/1.0"' out

finish
