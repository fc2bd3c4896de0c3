#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet export`: every format holds the journal's own numbers, and is read by its real consumer where that is installed.
# Usage: export_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

expect 0 '' run --profile smoke --blocks 2 --workload sha256,sleep_fanout --strategy serial,pool --in-flight 2 --quiet \
    --gnuplot /nonexistent
run=$(echo results/2*)
trials=$(grep -c '"end":"ok"' "$run/trials.jsonl")

# CSV: run_ns and ops of a trial give the throughput of its row.
expect 0 '' export --format csv "$run"
cp out rows.csv
check 'as many throughputs as good trials' test "$(grep -c ',throughput_ops_per_s,' rows.csv)" -eq "$trials"
first=$(head -1 "$run/trials.jsonl")
ops=$(printf '%s' "$first" | sed 's/.*"ops":\([0-9]*\).*/\1/')
ns=$(printf '%s' "$first" | sed 's/.*"run_ns":\([0-9]*\).*/\1/')
rate=$(awk -v o="$ops" -v n="$ns" 'BEGIN { printf "%.6g", o / (n / 1e9) }')
check "a trial's throughput $rate is there" sh -c "awk -F, '{ printf \"%.6g\\n\", \$NF }' rows.csv | grep -qx '$rate'"

expect 0 '' export --format gbench "$run"
cp out gbench.json
check 'one iteration row per trial' test "$(grep -c '"run_type": "iteration"' gbench.json)" -eq "$trials"
compare=/usr/share/benchmark/compare.py
if [ -f $compare ] && /usr/bin/python3 -c 'import scipy, numpy' 2>/dev/null; then
    check 'compare.py reads it' sh -c "/usr/bin/python3 $compare --no-color benchmarks gbench.json gbench.json | grep -q sha256"
fi

expect 0 '' export --format go "$run"
cp out go.txt
check 'one line per trial' test "$(grep -c '^Benchmark[^ ]*	[0-9]*	[0-9.e+]* ns/op	' go.txt)" -eq "$trials"
awk -F'\t' '/^Benchmark/ { split($4, v, " "); printf "%.6g\n", v[1] }' go.txt >rates
check "with the trial's throughput $rate" grep -qx "$rate" rates
check 'units are declared' grep -q '^Unit ops/s better=higher$' go.txt
if command -v benchstat >/dev/null; then check 'benchstat reads it' sh -c 'benchstat go.txt | grep -q sha256'; fi

expect 0 '' export --format hgrm "$run"
check 'percentiles grow' awk '/^# / { v = 0; q = -1 } /^ *[0-9]/ { bad += $1 + 0 < v || $2 + 0 <= q; v = $1 + 0; q = $2 + 0; n++ }
    END { exit bad || n < 10 }' out
check 'and end with the greatest' grep -q '^#\[Max ' out

expect 2 'a format is missing.*gbench' export "$run"
expect 2 'no such format' export --format xml "$run"
expect 4 'No such file' export --format csv nowhere
sed -i '2s/"ops":[0-9]*/"ops":17/' "$run/trials.jsonl"
expect 9 'E-CORRUPT' export --format csv "$run"

finish
