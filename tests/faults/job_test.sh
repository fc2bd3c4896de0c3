#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Job files that are wrong in every way: status 3, one message with the place, nothing started (docs/faults.md: F1-F5).
# Usage: job_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1

# refused 'regexp on stderr' JSON [ARGUMENTS...]
refused() {
    words=$1
    printf '%s' "$2" >job.json
    shift 2
    expect 3 "error\[E-(JOB|PATH)\]: $words" run --job job.json --dry-run "$@"
    check "one line of message ($words)" test "$(wc -l <err)" -eq 1
}

# --- F1: what a file can be
refused 'job.json:1:1: it is empty' ''
refused 'job.json:1:[01]: ' "$(printf '\357\273\277{}')"
refused 'job.json:1:1: want an object' '[]'
refused 'job.json:1:[0-9]+: ' '3'
refused 'job.json:2:[0-9]+: ' '{"blocks": 3,
 oops}'
refused 'job.json:1:[0-9]+: ' '{"blocks": 3} trailing'
refused 'job.json:1:[0-9]+: ' '{"workload": "sha256\u0000"}'
printf '{"workload": "sha\000256"}' >job.json
expect 3 'job.json:1:' run --job job.json --dry-run
printf '{"workload": "sha\377"}' >job.json
expect 3 'job.json:1:' run --job job.json --dry-run
python3 -c 'print("[" * 100000)' >job.json 2>/dev/null && expect 3 'job.json:1:' run --job job.json --dry-run
head -c 1048577 /dev/zero | tr '\0' ' ' >job.json
expect 3 'job.json: it is greater than 1 MiB' run --job job.json --dry-run
mkfifo fifo
for odd in . fifo /dev/zero; do expect 3 "E-JOB.*$odd: it is no regular file" run --job $odd --dry-run; done
expect 3 'nowhere: No such file' run --job nowhere --dry-run
expect 2 'E-CLI-VALUE' run --job '' --dry-run
expect 2 'E-CLI-TWICE' run --job a --job b

# --- F2: keys and types
refused 'job.json:1:2: strategi: unknown option.*did you mean strategy' '{"strategi": "pool"}'
refused 'job.json:3:5: blocs: unknown option.*did you mean blocks' '{
  "workload": "sha256",
    "blocs": 3}'
refused 'job.json:1:[0-9]+: duplicate' '{"blocks": 3, "blocks": 4}'
refused 'job.json:1:[0-9]+: duplicate' '{"param": {"sha256.messages": 16, "sha256.messages": 32}}'
refused 'job.json:1:2: blocks: want an integer' '{"blocks": "3"}'
refused 'job.json:1:2: blocks: want an integer' '{"blocks": 3.0}'
refused 'job.json:1:2: blocks: want an integer' '{"blocks": [3]}'
refused 'job.json:1:2: blocks: want an integer' '{"blocks": null}'
refused 'job.json:1:2: in-flight: want an integer, or a list' '{"in-flight": []}'
refused 'job.json:1:2: in-flight: want an integer, or a list' '{"in-flight": [1, true]}'
refused 'job.json:1:2: workload: want a string, or a list' '{"workload": 7}'
refused 'job.json:1:2: profile: want a string' '{"profile": ["quick"]}'
refused 'job.json:1:2: precision: want a number' '{"precision": "3"}'
refused 'job.json:1:2: param: want an object' '{"param": ["sha256.messages=16"]}'
refused 'job.json:1:12: sha256.messages: want a string' '{"param": {"sha256.messages": [16]}}'
refused 'job.json:1:12: sha256.messages=16: want a name' '{"param": {"sha256.messages=16": 16}}'
refused 'job.json:2:21: blocks: given twice: here and on the command line' '{"strategy": "pool",
 "profile": "smoke","blocks": 3}' --blocks 4
refused 'job.json:1:15: ü: unknown' '{"seed": "1", "ü": "no", "b": 1}'           # the first wrong key is told ...
refused 'job.json:1:36: blocs: unknown' '{"param": {"sha256.messages": 16}, "blocs": 1}' # ... at its own place ...
refused 'job.json:1:12: ü.x: want a string' '{"param": {"ü.x": [1], "y": 2}}' # ... and columns are characters
refused 'job.json:1:23: y: want a string' '{"param": {"sü.x": 1, "y": []}}'

# --- F3: what no run can be
refused 'job.json:1:2: --in-flight=0: want a whole number in 1\.\.' '{"in-flight": [1, 0]}'
refused 'job.json:1:2: --blocks=-1' '{"blocks": -1}'
refused 'job.json:1:2: --budget=ten' '{"budget": "ten"}'
refused 'job.json:1:[0-9]+: real number overflow' '{"precision": 1e999}'
refused 'job.json:1:2: --precision' '{"precision": 200}'
refused 'job.json:1:2: --seed' '{"seed": "xyz"}'
refused 'job.json:1:2: sha265: no such workload.*did you mean sha256' '{"workload": "sha265"}'
refused 'job.json:1:2: pol: no such strategy.*did you mean pool' '{"strategy": ["serial", "pol"]}'
refused 'job.json:1:2: \.\./\.\./x: no such workload' '{"workload": "../../x"}'
refused 'job.json:1:2: sha256\.messages=0: want' '{"param": {"sha256.messages": 0}}'
refused 'job.json:1:2: sha256 has no parameter' '{"param": {"sha256.masages": 1}}'
refused 'job.json:1:2: .*pool has no option' '{"option": {"pool.spin": [0, 1]}}'
refused 'job.json:1:2: .*multiple of 4096' '{"param": {"file_random_read.file_bytes": 65537, "file_random_read.mode": "direct"}}'
refused 'job.json:1:14: .*--rate' '{"rate": 10, "precision": 5, "workload": "sha256"}' # names both keys
printf '{"precision": 5}' >job.json
expect 3 'job.json:1:2: .*--rate' run --job job.json --rate 10 --dry-run

# --- F5: a job writes nowhere and starts nothing
for key in results copy gnuplot; do
    refused "job.json:1:2: $key: is no matter of a job" "{\"$key\": \"../../x\"}"
    check "$key has a code of its own" grep -q 'error.E-PATH' err
done
for key in job json quiet dry-run no-report; do
    refused "job.json:1:2: $key: is no matter of a job" "{\"$key\": true}"
done
check 'nothing was started' test ! -e results

# --- a good one is what the options on the command line would be; CRLF and a missing last newline are no fault
printf '{\r\n "profile": "smoke",\r\n "workload": ["sha256"], "strategy": ["serial", "pool"], "in-flight": [1, 2],\r\n' >job.json
printf ' "param": {"sha256.messages": 64}, "option": {"pool.spin_ns": [0, 2000]}, "blocks": 2, "seed": "7"}' >>job.json
expect 0 '' run --job job.json --dry-run
cp out by_job
expect 0 '' run --dry-run --profile smoke --workload sha256 --strategy serial,pool --in-flight 1,2 --param sha256.messages=64 \
    --option pool.spin_ns=0,2000 --blocks 2 --seed 7
check 'the same plan' cmp -s out by_job

# --- it is kept, and not read again (F4)
expect 0 '' run --job job.json --quiet --gnuplot /nonexistent
run=$(echo results/2*)
check 'run.json has the job' sh -c 'grep -q "\"sha256.messages\": 64" "$0"/run.json' "$run"
printf '{"workload": "fib", "blocks": 1}' >job.json
expect 0 '' reproduce "$run" --dry-run
check 'the run goes by its own plan' sh -c 'grep -q "run   sha256" out && ! grep -q fib out'
check 'it is a sound run' sound "$run"

# --- ... nor when it is resumed: the file is another one by now, or gone
printf '{"profile": "smoke", "workload": "sha256", "strategy": ["serial", "pool"], "in-flight": 1, "blocks": 40, "seed": "7"}' >job.json
"$QUINTET" run --job job.json --quiet --no-report --results cut >out 2>err &
pid=$!
tries=0
while [ "$(cat cut/2*/trials.jsonl 2>/dev/null | wc -l)" -lt 5 ] && kill -0 $pid 2>/dev/null && [ $tries -lt 6000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -INT $pid
wait $pid 2>/dev/null
cp job.json same.json
printf '{"workload": "fib", "blocks": 1}' >job.json
expect 3 'E-RESUME-MISMATCH.*another --workload, --blocks' run --resume cut/2* --job job.json --dry-run
expect 0 '' run --resume cut/2* --job same.json --dry-run
rm job.json
expect 0 '' run --resume cut/2* --quiet --gnuplot /nonexistent
check 'resumed, it is the whole job' test "$(good_count cut/2*/trials.jsonl)" -ge 80
check 'and keeps it' grep -q '"job"' cut/2*/run.json
check 'and is sound' sound cut/2*

finish
