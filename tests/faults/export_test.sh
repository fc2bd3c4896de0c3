#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet export`: every format holds the journal's own numbers, and is read by its real consumer where that is installed.
# Usage: export_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

expect 0 '' run --profile smoke --blocks 6 --workload sha256,sleep_fanout --strategy serial,pool --in-flight 2 --quiet \
    --gnuplot /nonexistent
run=$(echo results/2*)
# Twins and controls are no results, and what a gate kept out is none either: a busy machine may have some.
grep '"end":"ok"' "$run/trials.jsonl" | grep -v -e '"role"' -e '"gate":"[^"]' >good.jsonl
trials=$(wc -l <good.jsonl)

# CSV: run_ns and ops of a trial give the throughput of its row.
expect 0 '' export --format csv "$run"
cp out rows.csv
check 'as many throughputs as good trials' test "$(grep -c ',throughput_ops_per_s,' rows.csv)" -eq "$trials"
first=$(head -1 good.jsonl)
ops=$(printf '%s' "$first" | sed 's/.*"ops":\([0-9]*\).*/\1/')
ns=$(printf '%s' "$first" | sed 's/.*"run_ns":\([0-9]*\).*/\1/')
rate=$(awk -v o="$ops" -v n="$ns" 'BEGIN { printf "%.6g", o / (n / 1e9) }')
check "a trial's throughput $rate is there" sh -c "awk -F, '{ printf \"%.6g\\n\", \$NF }' rows.csv | grep -qx '$rate'"

expect 0 '' export --format gbench "$run"
cp out gbench.json
check 'one iteration row per trial' test "$(grep -c '"run_type": "iteration"' gbench.json)" -eq "$trials"
compare=/usr/share/benchmark/compare.py
if [ -f $compare ] && /usr/bin/python3 -c 'import scipy, numpy' 2>/dev/null; then
    check 'compare.py reads it' sh -c "/usr/bin/python3 $compare --no-color benchmarks gbench.json gbench.json >compared && grep -q sha256 compared"
fi

expect 0 '' export --format go "$run"
cp out go.txt
check 'one line per trial' test "$(grep -c '^Benchmark[^ ]*	[0-9]*	[0-9.e+]* ns/op	' go.txt)" -eq "$trials"
awk -F'\t' '/^Benchmark/ { split($4, v, " "); printf "%.6g\n", v[1] }' go.txt >rates
check "with the trial's throughput $rate" grep -qx "$rate" rates
check 'units are declared' grep -q '^Unit ops/s better=higher$' go.txt
if command -v benchstat >/dev/null; then check 'benchstat reads it' sh -c 'benchstat go.txt | grep -q sha256'; fi

# hyperfine: the fields that its scripts and Bencher's reader ask for, and times that are the journal's.
expect 0 '' export --format hyperfine "$run"
cp out hyperfine.json
cat >hyperfine_check.py <<'END'
import json, math, statistics, sys
strict = lambda word: sys.exit("not JSON: " + word)
results = json.load(open("hyperfine.json"), parse_constant=strict)["results"]
trials = [json.loads(line) for line in open("good.jsonl")]
assert len(results) == 4, len(results)
for r in results:
    times = r["times"]
    assert len(times) == len(r["exit_codes"]) and not any(r["exit_codes"])
    assert isinstance(r["command"], str) and all(isinstance(v, str) for v in r["parameters"].values())
    near = lambda name, value: math.isclose(r[name], value, rel_tol=1e-9) or sys.exit("%s: %r, want %r" % (name, r[name], value))
    near("mean", statistics.mean(times)), near("stddev", statistics.stdev(times)), near("median", statistics.median(times))
    near("min", min(times)), near("max", max(times))
    mine = [t for t in trials if t["cell_id"] == r["command"]]
    assert len(mine) == len(times)
    assert all(math.isclose(t["run_ns"] / 1e9, x, rel_tol=1e-9) for t, x in zip(sorted(mine, key=lambda t: t["block"]), times))
    near("user", statistics.mean(t["user_ns"] for t in mine) / 1e9), near("system", statistics.mean(t["system_ns"] for t in mine) / 1e9)
END
# Bencher: the schema of its documentation, and the medians and intervals of the summary.
expect 0 '' export --format bmf "$run"
cp out bmf.json
cat >bmf_check.py <<'END'
import json, math, re, sys
strict = lambda word: sys.exit("not JSON: " + word)
cells = json.load(open("bmf.json"), parse_constant=strict)
summary = json.load(open(sys.argv[1] + "/summary.json"))["cells"]
summary = [c for c in summary if not c.get("role")]
assert len(cells) == 4, list(cells)
intervals = 0
for name, measures in cells.items():
    assert 0 < len(name) <= 1024 and measures
    for measure, metric in measures.items():
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", measure) and len(measure) <= 64, measure
        assert set(metric) in ({"value"}, {"value", "lower_value", "upper_value"}), metric
        assert all(isinstance(v, (int, float)) for v in metric.values())
        if len(metric) == 3:
            intervals += 1
            assert metric["lower_value"] <= metric["value"] <= metric["upper_value"], (name, measure)
assert intervals or all(c["trials"] < 6 for c in summary)
for cell in summary:
    want, got = cell["metrics"]["throughput_ops_per_s"], cells[cell["id"]]["throughput"]
    assert math.isclose(want["median"], got["value"], rel_tol=1e-6), (cell["id"], want, got)
    if cell["trials"] >= 6:
        assert math.isclose(want["lo"], got["lower_value"], rel_tol=1e-6), (cell["id"], want, got)
        assert math.isclose(want["hi"], got["upper_value"], rel_tol=1e-6), (cell["id"], want, got)
END
if command -v python3 >/dev/null; then
    check "hyperfine's fields and the journal's times" python3 hyperfine_check.py
    check "Bencher's schema and the summary's medians" python3 bmf_check.py "$run"
fi
check 'no aggregate among the iterations' sh -c '! grep -qE "aggregate|_(median|stddev|cv)\"" gbench.json'

# Paced load takes as long as the clock says: hyperfine has no row for it, and no format has an empty document.
expect 0 '' run --profile smoke --blocks 1 --workload sha256 --strategy serial --in-flight 1 --rate 500 --quiet \
    --gnuplot /nonexistent --results paced
expect 0 '' export --format hyperfine paced/2*
check 'no time for what the clock paced' sh -c 'tr -d " \n" <out | grep -qx "{\"results\":\[\]}"'
expect 0 '' export --format bmf paced/2*
check 'but its metrics' grep -q '"response-p50-ns"\|"latency-p50-ns"' out

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
