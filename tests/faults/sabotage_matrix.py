# SPDX-License-Identifier: Apache-2.0
"""Every cheat under every workload: each pair is rejected, or listed below with the reason why there is nothing to
reject. Usage: sabotage_matrix.py QUINTET_SABOTAGE DIRECTORY"""
import glob
import json
import os
import shutil
import subprocess
import sys

QUINTET, PLACE = sys.argv[1:3]

# Of cheats that cannot apply: nothing that they spoil is there.
NO_READS = 'its tasks read nothing through the context'
EXEMPT = {
    ('ignores_short_read', w): NO_READS
    for w in ('spawn_join', 'sleep_fanout', 'mandelbrot', 'sha256', 'fib', 'skynet', 'grain', 'io_cpu_mix', 'hog',
              'switch_footprint', 'idle_memory', 'contention', 'channel', 'wake_latency', 'floor')
}
EXEMPT.update({('touches_buffer', w): why for (c, w), why in EXEMPT.items()})

# Small, and still several tasks with several ops where the workload has such.
PARAMS = ['floor.samples=16', 'handoff.round_trips=64', 'handoff.via=pipe', 'switch_footprint.laps=4',
          'spawn_join.tasks=16',
          'idle_memory.tasks=16', 'contention.passes=400', 'channel.messages=400', 'wake_latency.wakes=16',
          'sleep_fanout.tasks=8', 'fetch_many.urls=16', 'pipe_pairs.round_trips=64', 'file_random_read.file_bytes=65536',
          'file_random_read.reads=64', 'mandelbrot.width=16', 'mandelbrot.bands=16', 'sha256.messages=64', 'fib.n=10',
          'skynet.leaves=100', 'hash_tree.files=64', 'grain.work_steps=20000', 'io_cpu_mix.requests=16',
          'hog.requests=8', 'hog.big_steps=1000']
# These have one task, or two: K is their own.
FEW_TASKS = {'floor', 'handoff', 'wake_latency'}
ENDLESS = {'any_spins_on', 'any_hears_no_term'}


def call(*words):
    return json.loads(subprocess.run([QUINTET, *words, '--json', '-'], capture_output=True, check=True).stdout)


def run(workload, strategies, timeout_s):
    """All of these in one run of one block. Returns {strategy: [(end, reason), ...]}; "skip" for a cell of the plan's,
    "number" for a cell of the summary that has metrics."""
    results = os.path.join(PLACE, 'matrix')
    shutil.rmtree(results, ignore_errors=True)
    words = [QUINTET, 'run', '--profile', 'smoke', '--blocks', '1', '--workload', workload, '--strategy',
             ','.join(strategies), '--timeout', str(timeout_s), '--quiet', '--gnuplot', '/nonexistent', '--results', results]
    if workload not in FEW_TASKS:
        words += ['--in-flight', '4']
    for param in PARAMS:
        if param.startswith(workload + '.'):
            words += ['--param', param]
    done = subprocess.run(words, capture_output=True, text=True, timeout=500)
    found = {}
    for plan in glob.glob(results + '/2*/plan.json'):
        for cell in json.load(open(plan))['cells']:
            if cell.get('skip'):
                found.setdefault(cell['strategy'], []).append(('skip', cell['skip']))
    for journal in glob.glob(results + '/2*/trials.jsonl'):
        for line in open(journal):
            trial = json.loads(line)
            found.setdefault(trial['strategy'], []).append((trial['end'], trial['reason']))
    for summary in glob.glob(results + '/2*/summary.json'):
        for cell in json.load(open(summary))['cells']:
            if cell['status'] != 'ok' and cell['metrics']:
                found.setdefault(cell['strategy'], []).append(('number', 'metrics of a cell without a good trial'))
    if not found:
        sys.exit(f'{workload}: nothing was run: {done.stderr[:300]}')
    return found


def judge(workload, cheat, ends, table):
    """Rejected: in every cell, and no number of it in the summary."""
    name = cheat.removeprefix('any_')
    passing = [(end, reason) for end, reason in ends if end in ('ok', 'skip', 'skipped', 'number', 'missing')]
    exempt = EXEMPT.get((name, workload))
    for end, _ in ends:
        table['not applicable' if exempt else end] = table.get('not applicable' if exempt else end, 0) + 1
    if exempt and passing and all(end == 'ok' for end, _ in passing):
        print(f'not applicable: {name} under {workload}: {exempt}')
        return True
    if exempt:
        print(f'FAILED {name} under {workload}: listed as not applicable, but {ends[0][0]}: {ends[0][1]}')
        return False
    if passing:
        print(f'FAILED {name} under {workload}: {passing[0][0]}: {passing[0][1]}')
    return not passing


def main():
    workloads = [w['name'] for w in call('list', 'workloads')['workloads']]
    cheats = [s['name'] for s in call('list', 'strategies')['strategies'] if s['name'].startswith('any_')]
    cheats.remove('any_honest')
    short = [c for c in cheats if c not in ENDLESS]
    failed, table, pairs = 0, {}, 0
    only = os.environ.get('MATRIX_WORKLOADS', '').split()
    for workload in only or workloads:
        stale = os.path.join(PLACE, 'results-of-' + workload)
        if os.path.exists(stale):
            os.unlink(stale)
        os.environ['QUINTET_SABOTAGE_FILE'] = stale
        found = run(workload, ['any_honest', 'any_reuses_results'], 60)
        if {end for end, _ in found['any_honest']} != {'ok'} or not os.path.exists(stale):
            print(f'FAILED the control of {workload}: {found}')
            failed += 1
        found = run(workload, short, 5)
        found.update(run(workload, sorted(ENDLESS), 1))
        for cheat in cheats:
            pairs += 1
            failed += not judge(workload, cheat, found.get(cheat, [('missing', 'there is no trial of it')]), table)
    print('ends: ' + ', '.join(f'{count} {end}' for end, count in sorted(table.items())))
    print(f'{pairs - failed} of {pairs} pairs passed, {failed} failed')
    sys.exit(failed > 0 or pairs == 0)


main()
