#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet compare`: may two runs be set side by side, and what does it say of what differs?
# Usage: compare_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1
told() { grep -Eq "$1" out; }
seal() { (cd "$1" && sha256sum run.json plan.json env.json trials.jsonl hist/* >SHA256SUMS); }

measure() { # measure WHERE ARGUMENTS...
    where=$1
    shift
    expect 0 '' run --profile smoke --quiet --gnuplot /nonexistent --results "$where" "$@"
    mv "$where"/2* "$where/run"
}
measure a --blocks 6 --workload sha256 --strategy serial,pool --in-flight 2
measure other --blocks 1 --workload floor --strategy serial
A=a/run

# A run and itself: nothing differs, everything is equal.
cp -r $A same
expect 0 '' compare $A same
check 'nothing is faster or slower than itself' told ': 0 faster, 0 slower, '
check 'the choice is the same' told 'the same best set in ([0-9]+), in part the same in 0\), in 0 it changes'
check 'the order is the same' sh -c '! grep -q "tau" out || grep -q "tau 1\.00" out'
expect 0 '' compare --json - --fail-on-slower $A same
check 'JSON and nothing else' sh -c 'head -c1 out | grep -q "{" && grep -q "quintet.compare/1.1" out'

expect 0 '' compare --json same/compare.json $A same
check 'a file besides the words' sh -c 'grep -q "^Comparability: " out && grep -q "quintet.compare/1.1" same/compare.json'
expect 0 '' compare --json - $A same
check 'it has what standard output would have' cmp -s out same/compare.json
expect 8 'E-STORE.*nowhere' compare --json nowhere/compare.json $A same
expect 8 'no regular file' compare --json /dev/null $A same
check 'and a device stays one' [ -c /dev/null ]
check 'nothing in it was touched' sound same

# Pictures: whole with gnuplot, their data and scripts without; what is drawn stands in the data.
expect 0 '' compare --plots drawn/here $A same
for name in compare_changes compare_to_serial; do
    check "$name has its data" sh -c "[ -s drawn/here/$name.dat ] && [ -s drawn/here/$name.gp ]"
    check "$name is told" told "drawn/here/$name\\.(svg|gp): [A-Z]"
    command -v gnuplot >/dev/null && check "$name is drawn" grep -q '</svg>' drawn/here/$name.svg
done
check 'a row for each cell' [ "$(grep -c 'sha256.*/w[0-9]*/k' drawn/here/compare_changes.dat)" -eq 2 ]
check 'itself as a multiple of itself is 1' sh -c 'grep "sha256.*/pool/" drawn/here/compare_changes.dat | grep -q "^1 "'
check 'serial is not set against serial' [ "$(grep -c '^# [0-9]' drawn/here/compare_to_serial.dat)" -eq 1 ]
expect 0 'plots: gnuplot is not installed' compare --plots none --gnuplot /nonexistent $A same
check 'no picture' sh -c '[ -s none/compare_changes.gp ] && ! ls none/*.svg 2>/dev/null'
expect 4 'gnuplot is not installed' compare --plots none --gnuplot /nonexistent --require-plots $A same
expect 0 '' compare --plots drawn --json - $A same
check 'JSON and nothing else, with pictures' sh -c 'head -c1 out | grep -q "{" && ! grep -q "^Plots" out'
touch file
expect 8 'E-STORE.*file' compare --plots file $A same

# One fact of the set-up differs: the same machine. One of the machine: another one, and a gate decides nothing.
cp -r $A setup
sed -i 's/"v": "always \[madvise\] never"/"v": "[always] madvise never"/;s/"v": "[0-9.]*-[^"]*"/"v": "0.0-other"/' setup/env.json
seal setup
expect 0 '' compare $A setup
check 'a differing fact is named' told 'kernel.release .*\|  0\.0-other'
check 'the same machine, with caution or controlled' told 'Comparability: (controlled|with caution)'
cp -r $A machine
sed -i '/"cpu.model":/,/}/s/"v": "[^"]*"/"v": "Another CPU"/' machine/env.json
seal machine
expect 0 '' compare $A machine
check 'another machine: ratios only' told 'Comparability: cross-machine'
check 'serial is not divided by itself' sh -c 'grep -Eq "[1-9][0-9]* cells: .* gain more in B" out && ! grep -Eq "sha256.*, serial, K = " out'
expect 9 'E-COMPARE.: machine: --fail-on-slower' compare --fail-on-slower $A machine

# A fact that nobody knows is never equal.
cp -r $A unknown
sed -i '/"cpu.model":/,/}/s/"v": "[^"]*"/"v": null/' unknown/env.json
seal unknown
expect 0 '' compare $A unknown
check 'unknown is not the same' told 'Comparability: cross-machine'
check 'and shown as unknown' told 'cpu.model .*unknown'

# Another amount of work is the same question, with a caution; only where one case on each side can be meant.
measure more --blocks 6 --workload sha256 --strategy serial,pool --in-flight 2 --param sha256.messages=128
expect 0 '' compare $A more/run
check 'the amounts are named, as a caution' told '^  sha256: messages [0-9]+ \| 128$'
check 'and their cells set side by side' told '^2 cells: '
check 'the same machine, but not the same' told 'Comparability: (with caution|cross-machine)'
expect 0 '' compare --fail-on-slower $A more/run
sed 's/"amount": true/"amount": false/' more/run/plan.json >plan && cp -r more/run other_thing && cp plan other_thing/plan.json
seal other_thing
cp -r $A thing
sed -i 's/"amount": true/"amount": false/' thing/plan.json
seal thing
expect 9 '' compare thing other_thing
check 'what is no amount is another question' told 'have no cell'

# The same machine with another number of its CPUs is another machine, and the text says which.
first=$(taskset -cp $$ | sed 's/.*: //;s/[-,].*//')
printf '#!/bin/sh\nexec taskset -c %s %s "$@"\n' "$first" "$QUINTET" >one_cpu
chmod +x one_cpu
p=$(sed -n 's/.*"workers": \([0-9]*\).*/\1/p' $A/run.json)
equal=$((1 + (p == 8))) # K = 1; on eight CPUs P is the other run's 8, too
if [ "$p" -gt 1 ]; then
    QUINTET=./one_cpu measure one --blocks 6 --workload sha256 --strategy serial,pool --in-flight 1,8
    measure all --blocks 6 --workload sha256 --strategy serial,pool --in-flight "1,$p,$((8 * p))" \
        --param sha256.messages=$((128 * p))
    expect 0 '' compare one/run all/run
    check 'another P is another machine' told 'Comparability: cross-machine'
    check 'but by all that is known the same one' told 'By all that is known it is one machine'
    check 'P is a fact' told "^  workers +1  \\|  $p\$"
    check 'cells are matched at the same K' told "^Matched: $equal cells at the same K, and in a table of their own 2 "
    check 'and at the same K per CPU' told "^  sha256, K = 8 \\| $((8 * p))"
    expect 0 '' compare --json - one/run all/run
    check 'each in its own list' python3 -c "
import json
c = json.load(open('out'))
assert len(c['cells']) == $equal and len(c['cells_per_cpu']) == 2, c
assert all(x['other_amount'] for x in c['cells'] + c['cells_per_cpu'])
assert {r['matched_by'] for r in c['rankings']} == {'k', 'k_per_cpu'} and c['workers_a'] == 1"
    expect 0 '' compare --plots of_two one/run all/run
    check 'the pictures, too' sh -c 'grep -q "K = 8 |" of_two/compare_changes_per_cpu.gp && grep -q "K = 8 |" of_two/compare_to_serial.gp'
    expect 9 '' compare --fail-on-slower one/run all/run
fi

# What cannot be compared is not.
expect 9 'E-COMPARE.: other/run: not comparable: the runs have no cell' compare $A other/run
check 'nothing in common' told 'not comparable \(the runs have no cell'
cp -r $A protocol
sed -i 's/"protocol": \([0-9]*\)/"protocol": 99/' protocol/plan.json
seal protocol
expect 9 'E-COMPARE' compare $A protocol
check 'another version of the workload' told 'another version'
cp -r $A damaged
sed -i '2s/"ops":[0-9]*/"ops":17/' damaged/trials.jsonl
expect 9 'E-CORRUPT' compare $A damaged
expect 4 'No such file' compare $A nowhere
expect 2 'want two runs' compare $A

finish
