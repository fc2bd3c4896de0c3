#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stored results are input from outside: changed, random, huge, hostile, of another version. Usage: corrupt_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
QUINTET_MUTATIONS=${QUINTET_MUTATIONS:-$(short_or_full 10 25)}
export QUINTET_MUTATIONS
command -v python3 >/dev/null || { echo 'SKIPPED: needs python3 to write what is wrong'; exit 77; }
expect 0 '' run --profile smoke --workload sha256,spawn_join --param sha256.messages=16 --param spawn_join.tasks=16 \
    --strategy serial,pool --in-flight 2 --blocks 2 --quiet --no-report --results r
run=$(echo r/2*)

# The cases, each made by a function from a copy of the run; every one is read by report (and some by others).
cat >cases.py <<'END'
import glob, hashlib, json, os, random, resource, shutil, subprocess, sys, time
quintet, run = sys.argv[1], sys.argv[2]
passed = failed = 0
def check(what, good, more=''):
    global passed, failed
    if good: passed += 1
    else:
        failed += 1
        print('FAILED', what, more)
def copy(sealed):
    shutil.rmtree('d', ignore_errors=True)
    shutil.copytree(run, 'd')
    if not sealed: os.remove('d/SHA256SUMS')
def read(*command, limit_bytes=512 << 20):
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
    bounded = None if sanitized else bound
    began = time.time()
    p = subprocess.run([quintet, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, preexec_fn=bounded)
    return p.returncode, p.stderr.decode('utf-8', 'replace'), time.time() - began, p.stdout
sanitized = b'sanitize' in subprocess.run([quintet, '--version'], stdout=subprocess.PIPE).stdout or \
    b'address' in subprocess.run([quintet, '--version'], stdout=subprocess.PIPE).stdout
REPORT = ('report', 'd', '--gnuplot', '/nonexistent')
def is_9(what, code='E-CORRUPT', where=''):
    rc, err, seconds, _ = read(*REPORT)
    check(what, rc == 9 and code in err and where in err, (rc, err[:300]))
def sealed_line(record):
    text = json.dumps(record, sort_keys=True, separators=(',', ':'))
    return text[:-1] + ',"sum":"' + hashlib.sha256(text[:-1].encode()).hexdigest()[:16] + '"}'
def rewrite(change, line=2):
    """Change one record and give it a good checksum again, as a forger would."""
    copy(False)
    lines = open('d/trials.jsonl').read().splitlines()
    record = json.loads(lines[line - 1])
    del record['sum']
    lines[line - 1] = change(record)
    open('d/trials.jsonl', 'w').write('\n'.join(lines) + '\n')

# K2: one bit of one byte, sampled over every file of evidence, with the seal and without.
random.seed(7)
files = ['run.json', 'plan.json', 'env.json', 'trials.jsonl'] + sorted(os.path.relpath(f, run) for f in glob.glob(run + '/hist/*'))
for name in files:
    size = os.path.getsize(run + '/' + name)
    for offset in random.sample(range(size), min(size, int(os.environ.get('QUINTET_MUTATIONS', '25')))):
        for sealed in (True, False):
            copy(sealed)
            with open('d/' + name, 'r+b') as f:
                f.seek(offset)
                byte = f.read(1)[0]
                f.seek(offset)
                f.write(bytes([byte ^ (1 << random.randrange(8))]))
            rc, err, seconds, _ = read(*REPORT)
            what = 'one bit of %s at %d, %s' % (name, offset, 'sealed' if sealed else 'not sealed')
            if sealed: check(what, rc == 9, (rc, err[:200]))
            elif name == 'trials.jsonl' and offset < size - 1:
                check(what, rc == 9 and ('line' in err), (rc, err[:200]))
            else: check(what, rc in (0, 4, 9), (rc, err[:200])) # no crash; run.json and env.json have no sums of their own
            check(what + ': in no time', seconds < 5)

# K3: numbers and records that cannot be.
def setter(name, value):
    def change(record):
        record[name] = value
        return sealed_line(record)
    return change
def raw(name, text):
    def change(record):
        record[name] = '@@'
        line = json.dumps(record, sort_keys=True, separators=(',', ':')).replace('"@@"', text)
        return line[:-1] + ',"sum":"' + hashlib.sha256(line[:-1].encode()).hexdigest()[:16] + '"}'
    return change
for text in ('NaN', 'Infinity', '-Infinity', 'nan', '1e999', '-1', '1,5', '0x10', '1.5', 'null', 'true', '"17"', '[]', '{}', '99999999999999999999',
             '01', '+1', '.5', '1.'):
    rewrite(raw('run_ns', text))
    is_9('run_ns is ' + text, where='line 2')
for text in ('NaN', 'Infinity', '1e999', '"x"', '1,5'):
    rewrite(raw('latency_mean_ns', text))
    is_9('latency_mean_ns is ' + text, where='line 2')
for name, value in (('block', 99), ('run_ns', 0), ('ops', 0), ('end', 'perfect'), ('workload', '../x'), ('workload', ''), ('strategy', '<b>'),
                    ('seed', 'xyz'), ('session', 3), ('digest', 5), ('params', [1]), ('metrics', {'a': 'b'}), ('reason', 'x' * 5000)):
    rewrite(setter(name, value))
    is_9('%s is %r' % (name, str(value)[:20]))
rewrite(lambda r: sealed_line({k: v for k, v in r.items() if k != 'ops'}))
is_9('a field is missing', where='line 2')
copy(False)
lines = open('d/trials.jsonl').read().splitlines()
open('d/trials.jsonl', 'w').write('\n'.join(lines + [lines[0]]) + '\n')
is_9('a trial is there twice', where='twice')
copy(False)
open('d/trials.jsonl', 'w').write('\n'.join(reversed(lines)) + '\n')
rc, err, seconds, _ = read(*REPORT)
check('lines in another order are the same run', rc == 0, (rc, err[:200]))
copy(False)
open('d/trials.jsonl', 'w').write('\n'.join(l.replace('{', '{"end":"ok",', 1) for l in lines) + '\n')
is_9('a key twice in one line', where='line 1')
def twice(record): # under a good checksum
    line = '{"end":"ok",' + json.dumps(record, sort_keys=True, separators=(',', ':'))[1:-1]
    return line + ',"sum":"' + hashlib.sha256(line.encode()).hexdigest()[:16] + '"}'
rewrite(twice)
is_9('a key twice in one line that was summed anew', where='line 2')

# K4: what is no result at all; bounded in time and memory.
import gzip
junk = {
    'nothing': b'', 'random bytes': random.Random(1).randbytes(65536), 'gzip': gzip.compress(b'{}' * 100),
    'deep arrays': b'[' * 500000, 'deep objects': b'{"a":' * 300000, 'a long line': b'{"schema":"' + b'x' * (1 << 20) + b'"}\n',
    'NUL': b'\0' * 4096, 'not UTF-8': b'{"schema":"\xff\xfe"}\n', 'a number': b'17\n', 'BOM': b'\xef\xbb\xbf{}\n',
}
for name in ('run.json', 'plan.json', 'env.json', 'trials.jsonl'):
    for what, data in junk.items():
        copy(False)
        open('d/' + name, 'wb').write(data)
        rc, err, seconds, _ = read(*REPORT)
        check('%s is %s: 9' % (name, what), rc == 9, (rc, err[:200]))
        check('%s is %s: soon' % (name, what), seconds < 3, seconds)
    copy(False)
    os.truncate('d/' + name, 2 << 30) # sparse
    rc, err, seconds, _ = read(*REPORT, limit_bytes=400 << 20)
    check('%s of 2 GiB: 9' % name, rc == 9, (rc, err[:200]))
    check('%s of 2 GiB: soon' % name, seconds < 3, seconds)
for what, data in junk.items():
    for hist in glob.glob('d/hist/*'): os.remove(hist)
    copy(False)
    for hist in glob.glob('d/hist/*'): open(hist, 'wb').write(data)
    rc, err, seconds, _ = read(*REPORT)
    check('histograms are %s: a warning' % what, rc == 0 and 'histogram' in err and seconds < 3, (rc, err[:200], seconds))
copy(False) # no trial reads a line to its end that is longer than any histogram's
for hist in glob.glob('d/hist/*'): open(hist, 'wb').write(b'{"a":"' + b'x' * (64 << 20) + b'"}\n')
rc, err, seconds, _ = read(*REPORT)
check('histograms of one line of 64 MiB: a warning, and soon', rc == 0 and 'histogram' in err and seconds < 3, (rc, err[:200], seconds))
copy(False)
open('d/SHA256SUMS', 'wb').write(b'x' * 100000)
is_9('a seal that is none')
for command in (('verify', 'd'), ('export', 'd', '--format', 'csv'), ('compare', 'd', 'd'), ('plan', 'd', '--budget', '1m'),
                ('reproduce', 'd', '--dry-run'), ('run', '--resume', 'd')):
    copy(False)
    os.truncate('d/trials.jsonl', 50)
    open('d/trials.jsonl', 'ab').write(b'\nrubbish\n')
    rc, err, seconds, _ = read(*command)
    check(' '.join(command) + ': 9', rc == 9, (rc, err[:200]))

# K5: what was derived is never read back.
copy(True)
check('a report', read(*REPORT)[0] == 0)
good = open('d/summary.json').read(), open('d/REPORT.md').read()
open('d/summary.json', 'w').write(good[0].replace('"median": ', '"median": 9'))
open('d/REPORT.md', 'w').write('Pool is always best.\n')
check('a summary that was edited does not matter', read(*REPORT)[0] == 0)
check('and is made anew from the trials', (open('d/summary.json').read(), open('d/REPORT.md').read()) == good)

# K6: what would be markup, a formula or a command elsewhere.
evil = '| <script>alert(1)</script> `touch hacked` [x](javascript:1) $(touch hacked) ![i](http://e/) =cmd|\' /C calc\'!A1 \x1b[31m\n# h "\' \\'
copy(False)
env = json.load(open('d/env.json'))
for fact in env['facts'].values():
    if isinstance(fact.get('v'), str): fact['v'] = evil
json.dump(env, open('d/env.json', 'w'))
r = json.load(open('d/run.json'))
r['taints'] = [{'id': evil, 'text': evil, 'severity': 'severe'}]
for key in ('git', 'tool_version', 'started_utc', 'argv'): r[key] = [evil] if key == 'argv' else evil
json.dump(r, open('d/run.json', 'w'))
plan = json.load(open('d/plan.json'))
for w in plan['workloads']: w.update(summary=evil, op_is=evil)
for s in plan['strategies']: s.update(summary=evil)
json.dump(plan, open('d/plan.json', 'w'))
rc, err, seconds, _ = read('report', 'd')
check('hostile texts: a report all the same', rc == 0, (rc, err[:300]))
import re
report = re.sub(r'(`+).*?\1', '', open('d/REPORT.md').read()) # what stands in code spans is inert
check('no element', '<script' not in report)
check('no link and no image', not re.search(r'(?<!\\)\]\((javascript|http://e)', report))
check('no heading', '\n# h' not in report)
check('no control byte', '\x1b' not in open('d/REPORT.md').read() and '\x1b' not in err)
check('nothing was run', not os.path.exists('hacked') and not glob.glob('d/**/hacked', recursive=True))
for svg in glob.glob('d/report/plots/*.svg'): check(svg, '<script' not in open(svg).read())
for form in ('csv', 'go', 'gbench', 'hgrm'):
    rc, err, seconds, out = read('export', 'd', '--format', form)
    check('export ' + form, rc == 0 and b'\x1b' not in out, (rc, err[:200]))
    if form == 'csv':
        check('no formula', not any(cell.strip('"')[:1] in '=+@' and cell.strip('"')[:1] for l in out.decode().splitlines() for cell in l.split(',')))

# V1: files of a younger version; of an older one.
def version(name, have, want):
    copy(False)
    text = open('d/' + name).read().replace(have, want)
    open('d/' + name, 'w').write(text)
for name, kind in (('run.json', 'run'), ('plan.json', 'plan'), ('env.json', 'env')):
    version(name, 'quintet.%s/1.0' % kind, 'quintet.%s/2.0' % kind)
    is_9('%s of schema 2.0' % name, 'E-SCHEMA', 'quintet.%s/2.0", this version reads quintet.%s/1.x' % (kind, kind))
    rc, err, seconds, _ = read('compare', 'd', run)
    check('compare with %s of schema 2.0' % name, rc == 9 and 'E-SCHEMA' in err, (rc, err[:200]))
    version(name, 'quintet.%s/1.0' % kind, 'quintet.%s/1.7' % kind)
    rc, err, seconds, _ = read(*REPORT)
    check('%s of schema 1.7 is read' % name, rc == 0, (rc, err[:200]))
    version(name, 'quintet.%s/1.0' % kind, 'somebody.%s/1.0' % kind)
    is_9('%s of somebody else' % name, 'E-CORRUPT')
rewrite(setter('schema', 'quintet.trial/2.0'))
is_9('a trial of schema 2.0', 'E-SCHEMA', 'quintet.trial/2.0", this version reads quintet.trial/1.x')
rewrite(lambda r: sealed_line({**r, 'schema': 'quintet.trial/1.9', 'a_new_field': 5}))
check('a trial of schema 1.9 with a new field is read', read(*REPORT)[0] == 0)
def oldest(record): # no sums, and none of the fields that came later
    for key in ('stops_count', 'gate', 'session'): record.pop(key, None)
    return json.dumps({**record, 'schema': 'quintet.trial/1.0'})
rewrite(oldest)
check('a trial of schema 1.0, without a sum, is read', read(*REPORT)[0] == 0, read(*REPORT)[1][:200])
rewrite(lambda r: json.dumps(r))
is_9('a trial of schema 1.1 without its sum', where='lost its checksum')

# V2: another kernel, another machine. V4: a sanitizer's numbers.
copy(False)
env = json.load(open('d/env.json'))
env['facts']['kernel.release']['v'] = '5.4.0-other'
json.dump(env, open('d/env.json', 'w'))
rc, err, seconds, out = read('compare', run, 'd')
check('another kernel: compared, and named', rc == 0 and b'kernel.release' in out and b'Comparability: controlled' in out or b'with caution' in out, out[:300])
env['facts']['cpu.model']['v'] = 'Another CPU'
json.dump(env, open('d/env.json', 'w'))
rc, err, seconds, out = read('compare', '--fail-on-slower', run, 'd')
check('another machine: a gate refuses', rc == 9 and b'cross-machine' in out, (rc, out[:300]))
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
END
status=0
python3 cases.py "$QUINTET" "$run" >cases.out 2>&1 || status=$?
grep '^FAILED' cases.out || [ $status -eq 0 ] || tail -n 15 cases.out
tail -n 1 cases.out
check 'all cases' test $status -eq 0
check 'there were hundreds' test "$(tail -n 1 cases.out | cut -d' ' -f1)" -gt 250

# A memory map or a lock that is left would keep the next run from starting.
expect 0 '' run --profile smoke --workload sha256 --strategy serial --blocks 1 --quiet --no-report --results r
finish
