#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an environment refuses or lacks: the cells that need it are refused with one sentence, the others are measured
# (docs/faults.md: E1-E10). Usage: environment_test.sh QUINTET DENY OLD_URING_SO
set -u
QUINTET=$1
deny=$2
old_uring=$3
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
"$deny" perf_event_open:EPERM -- true || skip 'no seccomp filters here'
sysctl='io_uring_disabled (is [0-2]|is absent)'

# --- E1, E2: io_uring is denied, or absent. Asked for by name: 4, and the others run. By default: a row with its reason.
for refusal in 'EPERM denied .Operation not permitted.' 'ENOSYS not there .Function not implemented.'; do
    runner="$deny io_uring_setup:${refusal%% *} --"
    run_small 4 "E-CANNOT.: coroutines: io_uring is ${refusal#* }.*$sysctl" --workload sha256 \
        --strategy serial,coroutines,coroutines_epoll --in-flight 2
    check 'serial was measured' ends ok serial
    check 'coroutines_epoll goes by its own name' grep -q '"backend":"[0-9]* workers*; epoll' results/2*/trials.jsonl
    check 'nothing goes by that of io_uring' sh -c '! grep -q "\"strategy\":\"coroutines\"" results/2*/trials.jsonl'
    run_small 4 'Kept: nothing' --workload sha256 --strategy coroutines --in-flight 2
    check 'nothing was started' test ! -e results
    report=' ' blocks=6 run_small 0 '' --workload sha256 --in-flight 2
    check 'the report has the row and why' grep -Eq "sha256.*/coroutines/.*io.?_uring is ${refusal#* }" results/2*/REPORT.md
    check 'the manifest has it' grep -Eq "\"v\": \"io_uring is ${refusal#* }" results/2*/env.json
    check 'the run is sound' sound results/2*
done
# Denied in the middle: rings can be made, waiting for completions cannot. The trial fails, and says of what.
runner="$deny io_uring_enter:EPERM:3:1:1 --"
run_small 5 'coroutines.*io_uring_enter: Operation not permitted' --workload sha256,sleep_fanout,file_random_read \
    --strategy serial,coroutines --in-flight 2 --timeout 5
check 'serial is not touched' test "$(good_count results/2*/trials.jsonl)" -eq 3
check 'no trial of coroutines is good' sh -c '! grep -Eq "\"strategy\":\"coroutines\".*\"end\":\"ok\"" results/2*/trials.jsonl'
# The ring that a trial needs is refused, though not the small one of the probe.
runner="$deny io_uring_setup:EINVAL:0:256:256 --"
run_small 5 'coroutines: open: a worker got no ring .Invalid argument' --workload sha256 --strategy serial,coroutines --in-flight 2
runner="$deny io_uring_setup:ENOMEM:0:256:256 --"
run_small 4 'E-CEILING.*no ring .Cannot allocate memory; RLIMIT_MEMLOCK = [0-9]+ bytes' --workload sha256 \
    --strategy serial,coroutines --in-flight 2
runner=

# --- E3: flags that an older kernel does not know: fewer, and what is in use is recorded.
flags() { grep -Eqe "\"backend\":\"[^\"]*io_uring $1" results/2*/trials.jsonl; }
if LD_PRELOAD="$old_uring" "$QUINTET" --version >/dev/null 2>err && [ ! -s err ]; then
    runner="env LD_PRELOAD=$old_uring OLD_URING_UNKNOWN_FLAGS=0x3000"
    run_small 0 '' --workload sha256 --strategy coroutines --in-flight 2
    check 'no SINGLE_ISSUER, no DEFER_TASKRUN' flags 'COOP_TASKRUN'
    runner="env LD_PRELOAD=$old_uring OLD_URING_UNKNOWN_FLAGS=0x3380"
    run_small 0 '' --workload sha256 --strategy coroutines --in-flight 2
    check 'no flags at all' sh -c 'grep "io_uring" results/2*/trials.jsonl | grep -vq TASKRUN'
    # R3: memory of rings that were closed comes back late, whoever asks first
    runner="env LD_PRELOAD=$old_uring OLD_URING_LATE=4"
    run_small 0 '' --workload sha256 --strategy coroutines --in-flight 2
    check 'late, and there: a ring like any other' ends ok coroutines
    # V3: rings that can be made and not be used, as with a library that is older than it was built for
    runner="env LD_PRELOAD=$old_uring OLD_URING_NO_SUBMIT=1"
    run_small 4 'E-CANNOT.*coroutines: io_uring can be set up, but a NOP does not come back .Invalid argument' --workload sha256 \
        --strategy serial,coroutines --in-flight 2
    check 'serial was measured without it' ends ok serial
    runner=
else
    without 'E3: this build cannot be preloaded into (sanitizers)'
fi

# --- E4: fewer CPUs than the machine has, by affinity and by quota.
cpu=$(taskset -cp $$ | sed 's/.*: //;s/[-,].*//')
runner="taskset -c $cpu"
run_small 0 '' --workload sha256,handoff --strategy serial,pool,coroutines --in-flight 2 --param handoff.place=same
check 'P is 1' grep -q '"workers": 1' results/2*/run.json
check 'and the run is tainted' grep -q '"id": "one_cpu"' results/2*/run.json
run_small 4 'E-CANNOT.*handoff: place=across needs two CPUs; one was granted' --workload handoff,sha256 --param handoff.place=across --in-flight 2
runner=
"$deny" sched_setaffinity:EPERM -- "$QUINTET" --version >out
runner="$deny sched_setaffinity:EPERM --"
run_small 5 'cannot be bound to [0-9]+ CPUs?: Operation not permitted' --workload sha256 --strategy serial
runner=
quota=/sys/fs/cgroup/cpu/quintet-test-$$
if [ "$(nproc)" -ge 2 ] && mkdir "$quota" 2>/dev/null && echo 20000 2>/dev/null >"$quota/cpu.cfs_quota_us"; then
    cat >limited <<END
#!/bin/sh
echo \$\$ >$quota/tasks
exec "\$@"
END
    chmod +x limited
    runner=./limited report=' ' blocks=6 run_small 0 '' --workload mandelbrot --strategy serial,threads --in-flight 2
    check 'P goes by the quota' grep -q '"workers": 1' results/2*/run.json
    check 'throttling is counted' grep -Eq '"throttled_count":[1-9]' results/2*/trials.jsonl
    check 'such trials are gated' grep -q '"gate":"throttled"' results/2*/trials.jsonl
    "$QUINTET" verify --strict results/2* >out 2>&1
    check 'and it is told that this cannot be trusted' grep -Eq '^tainted +(quota|one_cpu)' out
else
    without 'E4, quota: no control group of our own can be made (version 1, cpu)'
fi
rmdir "$quota" 2>/dev/null

# --- E5: no performance counters: unknown, not zero; and the run is as good.
for refusal in EPERM EACCES ENOSYS; do
    runner="$deny perf_event_open:$refusal --"
    report=' ' run_small 0 '' --workload sha256 --strategy serial --counters perf
    check "counters refused by $refusal: they were asked for" grep -q '"perf":{' results/2*/trials.jsonl
    check "counters refused by $refusal: no number in their place" sh -c '! grep -Eq "\"perf\":\{[^}]*:[0-9]" results/2*/trials.jsonl'
    check "counters refused by $refusal: but a reason" grep -Eq \
        '"perf_why":\{[^}]*"cycles_count":"(not permitted \((EPERM|EACCES); perf_event_paranoid is|the kernel has no perf_event_open)' \
        results/2*/trials.jsonl
    check "counters refused by $refusal: the report says so" sh -c \
        'grep -q "n/a: .*cycles_count.*(\(not permitted\|the kernel has no\)" results/2*/REPORT.md'
    check "counters refused by $refusal: and not how they were counted" sh -c '! grep -q "user mode only" results/2*/REPORT.md'
    check "counters refused by $refusal: the run is as good" ends ok serial
    $runner "$QUINTET" doctor --json - >facts 2>err
    check "and the doctor says why ($refusal)" grep -Eq '(Operation not permitted|Permission denied|Function not implemented)' facts
done
runner=

# --- E6: no gnuplot, one that fails, one that writes nothing; other languages.
report=' '
runner='env PATH=/nonexistent'
rm -rf results
status=0
env PATH=/nonexistent "$QUINTET" run --profile smoke --blocks 6 --quiet --workload sha256 --strategy serial,pool --in-flight 2 >out 2>err || status=$?
check "no gnuplot in PATH: 0 (got $status)" test "$status" -eq 0
check 'a report without pictures' test -s results/2*/REPORT.md
check 'and the data of the plots' sh -c 'ls results/2*/report/plots/*.dat >/dev/null'
runner=
run_small 4 'plots were required: gnuplot is not installed' --workload sha256 --strategy serial,pool --require-plots
printf '#!/bin/sh\nexit 1\n' >fails
printf '#!/bin/sh\n[ "$1" = --version ] && echo "gnuplot 5.4 patchlevel 4"\nexit 0\n' >silent
chmod +x fails silent
for program in ./fails ./silent; do
    rm -rf results
    expect 0 '' run --profile smoke --blocks 6 --quiet --workload sha256 --strategy serial,pool --in-flight 2 --gnuplot $program
    check "$program: no empty picture" sh -c '! find results/2*/report -name "*.svg" -size 0 | grep -q .'
    check 'the run is sound' sound results/2*
    rm -rf results
    expect 4 'E-(PLOT|REPORT).*plots were required' run --profile smoke --blocks 6 --quiet --workload sha256 --strategy serial,pool --in-flight 2 --gnuplot $program --require-plots
done
for language in de_DE.UTF-8 tr_TR.UTF-8 ar_EG.UTF-8 C; do
    runner="env LANG=$language LC_ALL=$language LC_NUMERIC=$language LANGUAGE=de"
    run_small 0 '' --workload sha256 --strategy serial,pool --seed 1
    check "$language: numbers have points" sh -c 'grep -Eq "\"elapsed_s\": [0-9]+\.[0-9]" results/2*/run.json && ! grep -Eq "\"[a-z_]+\":[0-9]+,[0-9]+[,}]" results/2*/trials.jsonl'
    check 'the run is sound' sound results/2*
done
runner=
report=

# --- E9: no loopback interface: refused for what needs one, nothing else.
if unshare -rn true 2>/dev/null; then
    runner='unshare -rn'
    run_small 4 'E-CANNOT.*fetch_many: 127\.0\.0\.1 cannot be reached' --workload fetch_many,sha256 --strategy serial,threads --in-flight 4
    check 'the others were measured' test "$(good_count results/2*/trials.jsonl)" -eq 2
    run_small 4 'Kept: nothing' --workload fetch_many --in-flight 4
    check 'nothing was started' test ! -e results
    runner=
else
    without 'E9: no network namespace of our own can be made'
fi

# --- E10: whose children are ours? A process that had children before it became the harness keeps them; a harness that
# is PID 1 has nobody above it; a parent that does not reap leaves zombies, which are not ours either.
cat >with_child <<'END'
#!/bin/sh
: >children
for i in $(seq 70); do
    sleep 300 &
    echo $! >>children
done
(sleep 300 & # comes home to the harness when the one that started it ends, which is while trials run
    echo $! >>children
    sleep 1) &
sleep 0 & # ends at once, and is reaped by nobody
exec "$@"
END
chmod +x with_child
all_are_there() {
    # shellcheck disable=SC2046
    [ "$(wc -l <children)" -eq 71 ] && kill $(cat children)
}
all_good() { ! grep -vq '"end":"ok"' results/2*/trials.jsonl; }
runner=./with_child blocks=6
run_small 0 '' --workload sha256,sleep_fanout --strategy serial,processes,prefork --in-flight 2
blocks=
check 'every trial is good: no stray was counted' all_good
check 'the children that were there before still are, and what one of them has left' all_are_there

# A parent that ignores SIGCHLD, or blocks signals, hands that on.
if env --ignore-signal=CHLD true 2>/dev/null; then
    runner='env --ignore-signal=CHLD' blocks=6
    run_small 0 '' --workload pipe_pairs --strategy threads,pool,processes,prefork,coroutines --in-flight 2
    blocks=
    check 'SIGCHLD is ignored: how a trial ends is known' all_good
else
    without 'SIGCHLD ignored, SIGTERM blocked: this env cannot'
fi
runner=
# until_it COMMAND...: wait until it succeeds, for a minute at most
until_it() {
    tries=0
    while ! "$@" && [ "$tries" -lt 600 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}
has_begun() { grep -q . results/2*/trials.jsonl 2>/dev/null; }
has_ended() { ! kill -0 "$pid" 2>/dev/null; }
if env --block-signal=TERM true 2>/dev/null; then
    rm -rf results
    env --block-signal=TERM "$QUINTET" run --profile full --workload sleep_fanout --quiet --no-report >out 2>err &
    pid=$!
    until_it has_begun
    kill -TERM "$pid"
    until_it has_ended
    kill -KILL "$pid" 2>/dev/null
    status=0
    wait "$pid" || status=$?
    check "SIGTERM was blocked, and is heard all the same (got $status)" test "$status" -eq 143
fi
# nohup means it: the end of a terminal is not the end of the run.
rm -rf results
nohup "$QUINTET" run --profile smoke --workload sha256 --strategy serial,pool --blocks 6 --quiet --no-report >out 2>err &
pid=$!
until_it has_begun
kill -HUP "$pid"
status=0
wait "$pid" || status=$?
check "nohup: SIGHUP does not end it (got $status: $(head -c 200 err))" test "$status" -eq 0

if unshare -rpf --mount-proc true 2>/dev/null; then
    runner='unshare -rpf --mount-proc'
    run_small 0 '' --workload sha256,sleep_fanout --strategy serial,processes,threads --in-flight 2
    check 'as PID 1: every trial is good' sh -c '! grep -vq "\"end\":\"ok\"" results/2*/trials.jsonl'
else
    without 'E10, as PID 1: no process namespace of our own can be made'
fi
if unshare -rpf true 2>/dev/null; then # /proc is the other namespace's: what a trial leaves could not be found
    runner='unshare -rpf'
    run_small 4 'E-CANNOT.: /proc: it does not show this process' --workload sha256 --strategy serial
else
    without 'E10, /proc of another process namespace: none of our own can be made'
fi
runner="$deny pidfd_open:EPERM --"
run_small 5 "the trial's process could not be started: Operation not permitted" --workload sha256 --strategy serial
runner="$deny prctl:EPERM:0:0xffff:36 --"
run_small 70 'E-INIT.*Operation not permitted' --workload sha256 --strategy serial
runner=

# --- places: blanks in a path, a current directory that cannot be written
mkdir 'a place with blanks' && cp "$QUINTET" 'a place with blanks/quintet'
status=0
(cd 'a place with blanks' && timeout 60 ./quintet run --profile smoke --blocks 6 --quiet --workload sha256,hash_tree,fetch_many --strategy serial,pool \
    --in-flight 2 --results "results of today" --copy "the report.md" >../out 2>../err) || status=$?
check "blanks in paths: 0 (got $status: $(head -c 200 err))" test "$status" -eq 0
check 'all trials are good' sh -c '! grep -hvq "\"end\":\"ok\"" "a place with blanks/results of today"/2*/trials.jsonl'
check 'the copy is there' test -s 'a place with blanks/the report.md'
if command -v gnuplot >/dev/null; then
    check 'and pictures' sh -c 'ls "a place with blanks/results of today"/2*/report/plots/*.svg >/dev/null'
fi
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    mkdir readonly && chmod 555 readonly && chmod 755 "$work"
    status=0
    (cd readonly && timeout 60 setpriv --reuid 64126 --regid 64126 --clear-groups "$QUINTET" run --profile smoke \
        --workload sha256 >"$work/out" 2>"$work/err") || status=$?
    if [ "$status" -ge 126 ]; then
        without 'a read-only directory: another user cannot run the program where it was built'
    else
        check "a read-only directory: 8 before any trial (got $status)" test "$status" -eq 8
        check 'and says where' grep -Eq 'E-STORE.*results: Permission denied' err
    fi
else
    without 'a read-only directory: needs root and setpriv to become somebody whom it binds'
fi

finish
