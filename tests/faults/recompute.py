#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do the tables of a report say what its journal says? Usage: recompute.py RUN [FACTOR]

A second program, which shares no line with the first one: it reads trials.jsonl and hist/ by the words of
results/README.md, computes medians and exact intervals, and holds them against every table of REPORT.md whose metric it
knows. FACTOR multiplies its own throughputs: with 1.1 it must find fault. Exit code 1 if any cell differs.
"""
import collections
import json
import math
import re
import sys

run, factor = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
PERCENTILES = {'latency_p50_ns': .5, 'latency_p99_ns': .99, 'latency_p999_ns': .999}
PER_OP = {'cpu_ns_per_op': ('user_ns', 'system_ns'), 'voluntary_switches_per_op': ('voluntary_switches_count',),
          'involuntary_switches_per_op': ('involuntary_switches_count',),
          'user_switches_per_op': ('user_switches_count',)}
UNITS = {'': 1, 'ns': 1, 'µs': 1e3, 'ms': 1e6, 's': 1e9, 'B': 1, 'KiB': 1024, 'MiB': 1024**2, 'GiB': 1024**3,
         '/s': 1, 'k/s': 1e3, 'M/s': 1e6, 'G/s': 1e9}
CELL = re.compile(r'^([0-9.]+) ?([a-zA-Zµ/]*)(?: \[([0-9.]+), ([0-9.]+)\])?(?: \*)?$')


def quantile(trial, q):
    """Middle of the bucket with the rank; None where the count cannot support the percentile."""
    count = trial['latency_count']
    if not count or not trial['hist_file'] or count < math.ceil(math.log(.025) / math.log(q)):
        return None
    with open(run + '/' + trial['hist_file'], 'rb') as file:
        file.seek(trial['hist_offset'])
        buckets = json.loads(file.readline())['buckets']
    rank, seen = max(1, math.ceil(round(q * count, 9))), 0
    for index, n in zip(buckets[::2], buckets[1::2]):
        seen += n
        if seen >= rank:
            shift = max(0, (index >> 8) - 1)
            middle = ((index - (shift << 8)) << shift) + ((1 << shift) - 1) // 2
            return min(max(middle, trial['latency_min_ns']), trial['latency_max_ns'])
    return None


def value(trial, metric):
    if metric in PERCENTILES:
        return quantile(trial, PERCENTILES[metric])
    if metric in PER_OP:
        return sum(trial[field] for field in PER_OP[metric]) / trial['ops']
    if metric == 'throughput_ops_per_s':
        return factor * trial['ops'] / trial['run_ns'] * 1e9
    if metric in ('memory_peak_bytes', 'open_ns'):
        return trial[metric]
    return trial['metrics'].get(metric)


def median_and_interval(values):
    """The interval between two order statistics, 95 % or more; None below six values."""
    values, n, rank = sorted(values), len(values), 0
    while 2 * sum(math.comb(n, i) for i in range(rank + 1)) / 2**n <= .05:
        rank += 1
    median = (values[(n - 1) // 2] + values[n // 2]) / 2
    return median, (values[rank - 1], values[n - rank]) if rank else None


def rounds_to(number, words, unit):
    """Could this number have been written in these digits? "460" may stand for anything from 455 to 465."""
    digits = len(words.split('.')[1]) if '.' in words else -min(2, len(words) - len(words.rstrip('0')))
    return abs(number / unit - float(words)) <= .5001 * 10.0**-digits


def of_case(label, trial):
    """A label has those parameters only that tell cases apart."""
    case = trial['cell_id'].split('/')[0]
    parts = [set(re.findall(r'[a-z0-9_]+=[^,\]]+', text)) for text in (label, case)]
    return label.split('[')[0] == case.split('[')[0] and parts[0] <= parts[1]


def tables():
    """Metric, case, K, strategy and words of every cell."""
    metric, head, case = None, None, ''
    for line in open(run + '/REPORT.md', encoding='utf-8'):
        named = re.search(r'\(`([a-z0-9]+_[a-z0-9_]+)` in `summary.json`\)', line)
        if named or line.startswith('#') or '| N |' in line:
            metric, head = named.group(1) if named else None, None
        elif metric and line.startswith('|'):
            row = [place.strip() for place in line.strip()[1:-1].split('|')]
            if head is None:
                head = row
            elif not row[0].startswith('---'):
                case = row[0].strip('`') or case
                for strategy, words in zip(head[2:], row[2:]):
                    yield metric, case, int(row[1]), strategy, words


trials = collections.defaultdict(list)
for text in open(run + '/trials.jsonl', encoding='utf-8'):
    record = json.loads(text)
    if record['end'] == 'ok' and not record.get('gate') and not record.get('role'):
        trials[record['strategy'], record['in_flight']].append(record)

checked = wrong = 0
for metric, case, k, strategy, words in tables():
    parsed = CELL.match(words)
    values = [value(t, metric) for t in trials[strategy, k] if parsed and of_case(case, t)]
    values = [v for v in values if v is not None]
    if not values:
        continue
    checked += 1
    median, interval = median_and_interval(values)
    unit = UNITS[parsed.group(2)]
    same = rounds_to(median, parsed.group(1), unit)
    if parsed.group(3):
        same = same and interval and all(rounds_to(interval[i], parsed.group(3 + i), unit) for i in (0, 1))
    elif interval and interval[0] != interval[1]:
        same = False
    if not same:
        wrong += 1
        print(f'{metric} of {case}, {strategy}, K = {k}: "{words}", but it is {median} {interval}')
print(f'{checked} cells recomputed, {wrong} differ')
sys.exit(checked < 100 or wrong > 0)
