#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Resources that run out: the cell that met the limit says which one it was, the others are measured, nothing is left
# (docs/faults.md: R1-R11; limits of threads and processes: ceiling_test.sh). Usage: resources_test.sh QUINTET DENY
# FAIL_ALLOC_SO
set -u
QUINTET=$1
deny=$2
fail_alloc=$3
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
command -v prlimit >/dev/null || skip 'needs prlimit'

# in_group CONTROLLER FILE VALUE: $runner puts a run into a control group (version 1) of its own with that limit
in_group() {
    group=/sys/fs/cgroup/$1/quintet-test-$$
    mkdir "$group" 2>/dev/null && { echo "$3" >"$group/$2"; } 2>/dev/null || { rmdir "$group" 2>/dev/null; return 1; }
    printf '#!/bin/sh\necho $$ >%s/tasks\nexec "$@"\n' "$group" >grouped
    chmod +x grouped
    runner=./grouped
}
leave_group() {
    runner=
    tries=0
    until rmdir "$group" 2>/dev/null || [ "$tries" -gt 40 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    check "$1: nobody is left in the control group" test ! -e "$group"
}

# --- R1, R9: descriptors
runner='prlimit -n=64:64'
run_small 4 'E-CEILING.*RLIMIT_NOFILE = 64' --workload pipe_pairs,fetch_many,sha256 --strategy serial,threads,pool,coroutines --in-flight 200 \
    --param sha256.messages=4096
check 'what needs no descriptors was measured' test "$(good_count results/2*/trials.jsonl)" -ge 4
check 'pipes: which one was refused' grep -q '"reason":"setup: pair [0-9]* of 100 got no pipe (RLIMIT_NOFILE = 64)"' results/2*/trials.jsonl
check 'no failure' sh -c '! grep -q "\"status\": \"partial\"" results/2*/run.json'
# The soft limit alone binds nobody, and what it was is known afterwards.
runner='prlimit -n=64:4096'
run_small 0 '' --workload pipe_pairs --strategy threads --in-flight 200
check 'a soft limit is raised to the hard one' test "$(good_count results/2*/trials.jsonl)" -ge 1
check 'the manifest has what it was' sh -c 'grep -A2 "limits.nofile" results/2*/env.json | grep -q "\"v\": 64"'
runner=
for limit in 20 14 10 8 5; do # below what the harness itself needs: said, whatever it is, and no hang
    rm -rf results
    status=0
    timeout -k 5 30 prlimit -n=$limit:$limit "$QUINTET" run --profile smoke --blocks 1 --quiet --no-report --workload sha256,fetch_many \
        --strategy serial,processes,coroutines --in-flight 2 >out 2>err || status=$?
    check "$limit descriptors: status $status" test "$status" -eq 0 -o "$status" -eq 4 -o "$status" -eq 5 -o "$status" -eq 8
    check "$limit descriptors: and a reason" sh -c "[ $status -eq 0 ] || grep -Eq 'Too many open files|RLIMIT_NOFILE' err"
    check "$limit descriptors: nothing is left" nothing_left
done
# The descriptors of a server run out while it serves: its clients get an answer or an error, and nobody spins.
runner="$deny accept4:EMFILE --"
run_small 5 'fetch_many.*(failed_io|timeout)' --workload fetch_many --strategy threads --in-flight 4 --timeout 4
runner=
if command -v strace >/dev/null && strace -f -o /dev/null -e trace=none true 2>/dev/null; then
    runner='strace -f -o accepts -e trace=accept4 -e inject=accept4:error=EMFILE'
    run_small 5 'fetch_many.*(failed_io|timeout)' --workload fetch_many --strategy threads --in-flight 4 --timeout 4
    check "accept was refused, and not asked without end ($(grep -c INJECTED accepts) times)" \
        test "$(grep -c INJECTED accepts)" -ge 1 -a "$(grep -c INJECTED accepts)" -lt 1000
    runner=
else
    without 'R9, how often accept is asked: no strace'
fi

# --- R2: processes and threads. By a user's limit: ceiling_test.sh. By a control group, and by a filter:
if in_group pids pids.max 14; then
    long='--param sleep_fanout.sleep_ns=30000000 --param sleep_fanout.tasks=64'
    # shellcheck disable=SC2086
    run_small 4 'E-CEILING.*was refused by pids\.max = 14 of the control group' --workload sleep_fanout,sha256 \
        --strategy serial,threads,pool,processes,prefork --in-flight 64 $long
    check 'serial is not touched' test "$(good_count results/2*/trials.jsonl)" -ge 2
    leave_group 'pids.max'
else
    without 'R2, pids.max: no control group of our own can be made (version 1, pids)'
fi
runner="$deny clone:EAGAIN:0:0x10100:0 --" # no fork, but threads and the trial's own process
run_small 4 'E-CEILING.*process 1 was refused by a limit that was not found .Resource temporarily unavailable' \
    --workload sha256 --strategy serial,threads,processes,prefork --in-flight 2
check 'threads are not touched' test "$(good_count results/2*/trials.jsonl)" -eq 2
run_small 4 'the origin cannot be started: Resource temporarily unavailable' --workload fetch_many --strategy threads --in-flight 4
runner="$deny clone3:ENOSYS clone:EAGAIN:0:0x10000:0x10000 --" # no threads
run_small 4 'E-CEILING.*thread 1 was refused by a limit that was not found' --workload sha256 \
    --strategy serial,threads,pool,pool_steal,threads_static,coroutines,processes --in-flight 2
check 'processes are not touched' test "$(good_count results/2*/trials.jsonl)" -eq 2
runner="$deny clone3:ENOSYS clone:EAGAIN:0:0x10100:0x100 --" # not even the trial's process
run_small 5 "the trial's process could not be started: Resource temporarily unavailable" --workload sha256 --strategy serial

# --- R3: locked memory for rings, as somebody whom the limit binds
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    chmod 777 "$work"
    runner='prlimit -l=16384:16384 setpriv --reuid 64127 --regid 64127 --clear-groups'
    if $runner "$QUINTET" --version >/dev/null 2>&1; then
        run_small 4 'E-CEILING.*coroutines: open: a worker got no ring .Cannot allocate memory; RLIMIT_MEMLOCK = 16384 bytes' \
            --workload sha256 --strategy serial,coroutines,coroutines_epoll --in-flight 8
        check 'the others are not touched' test "$(good_count results/2*/trials.jsonl)" -eq 2
        # The kernel gives ring memory back late: one ring after the other must not meet the limit.
        runner='prlimit -l=1048576:1048576 setpriv --reuid 64127 --regid 64127 --clear-groups'
        blocks=12 run_small 0 '' --workload sha256 --strategy coroutines --in-flight 8 --param sha256.messages=128
        check 'ring after ring' test "$(good_count results/2*/trials.jsonl)" -ge 12
    else
        without 'R3: another user cannot run the program where it was built'
    fi
else
    without 'R3: needs root and setpriv to become somebody whom the limit binds'
fi
runner=

# --- R4: many stacks. More of them than mappings are allowed (vm.max_map_count), all at once.
maps=$(cat /proc/sys/vm/max_map_count)
if [ "$maps" -le 70000 ]; then
    run_small 0 '' --workload sleep_fanout --strategy coroutines,coroutines_epoll --in-flight $((maps + 2000)) --timeout 60 \
        --param sleep_fanout.tasks=$((maps + 2000)) --param sleep_fanout.sleep_ns=500000000
    check 'stacks are not a mapping each' test "$(good_count results/2*/trials.jsonl)" -eq 2
else
    without "R4: vm.max_map_count is $maps here, more stacks than a test should make"
fi

# --- R5: no memory
for room in 30 60 120 250; do # MiB of address space: wherever it runs out, there is an end, and a reason
    rm -rf results
    status=0
    timeout -k 5 60 prlimit -v=$((room << 20)) "$QUINTET" run --profile smoke --blocks 1 --quiet --no-report --workload sha256,skynet,hash_tree \
        --strategy serial,threads,pool,processes,coroutines --in-flight 4 --timeout 10 >out 2>err || status=$?
    check "$room MiB of address space: status $status, no signal: $(head -c 200 err)" test "$status" -lt 126
    check "$room MiB of address space: a reason" sh -c "[ $status -eq 0 ] || [ -s err ]"
    check "$room MiB of address space: no trial crashed" sh -c '! grep -h "\"end\":\"crashed\"" results/2*/trials.jsonl 2>/dev/null'
    check "$room MiB of address space: nothing is left" nothing_left
done
# One allocation fails, and only one: of a trial, or of the harness. Whatever comes of it, nobody dies of a signal.
if LD_PRELOAD="$fail_alloc" "$QUINTET" --version >/dev/null 2>err && [ ! -s err ]; then
    # Of a trial's process, the oracle's too: its request, the oracle's work, set-up, the reply.
    allocations='8 30 95 150 400 1200'
    [ -z "${QUINTET_FAULTS_FULL:-}" ] || allocations='1 2 4 8 13 30 60 80 95 120 150 250 400 700 1200 3000 7000'
    for in in trial harness; do
        for at in $allocations; do
            rm -rf results
            status=0
            LD_PRELOAD="$fail_alloc" FAIL_ALLOC_IN=$in FAIL_ALLOC_AT=$at timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 1 --quiet \
                --gnuplot /nonexistent --workload sha256 --strategy threads,pool,processes,coroutines --in-flight 2 --timeout 5 \
                >out 2>err || status=$?
            check "allocation $at of the $in: status $status, no signal: $(head -c 200 err)" test "$status" -lt 124
            check "allocation $at of the $in: a reason" sh -c "[ $status -eq 0 ] || grep -q 'quintet: error' err"
            check "allocation $at of the $in: no trial crashed" sh -c '! grep -h "\"end\":\"crashed\"" results/2*/trials.jsonl 2>/dev/null'
            check "allocation $at of the $in: no work is called wrong (6)" test "$status" -ne 6
            check "allocation $at of the $in: it is no forged record" sh -c \
                "[ $in = harness ] || ! grep -h '\"end\":\"\(protocol\|verify_failed\)\"' results/2*/trials.jsonl"
            check "allocation $at of the $in: nothing is left" nothing_left
        done
    done
else
    without 'R5, single allocations: this build cannot be preloaded into (sanitizers)'
fi
runner='prlimit -v=2000000000'
run_small 4 'thread [0-9]+ was refused by RLIMIT_AS = 2000000000 bytes' --workload sleep_fanout --strategy threads,pool,processes \
    --option threads.stack_bytes=1073741824 --option pool.stack_bytes=1073741824 --in-flight 8
check 'processes are not touched' test "$(good_count results/2*/trials.jsonl)" -eq 1
runner=

# --- R6: the kernel kills for memory; whom it takes first is a trial, and not the harness
rm -rf results
"$QUINTET" run --profile smoke --blocks 1 --quiet --no-report --workload sleep_fanout --strategy serial --in-flight 1 \
    --param sleep_fanout.sleep_ns=60000000000 --param sleep_fanout.tasks=1 --timeout 100 >out 2>err &
pid=$!
tries=0
until trial=$(pgrep -P $pid) && grep -qx 500 "/proc/$trial/oom_score_adj" 2>/dev/null || [ $tries -gt 200 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
check 'a trial is taken before others' test $tries -le 200
check 'and the harness is like any other' cmp -s /proc/$pid/oom_score_adj /proc/$$/oom_score_adj
kill -TERM $pid
wait $pid 2>/dev/null
if in_group memory memory.limit_in_bytes 60M; then
    run_small 5 'oom: killed by the kernel: out of memory' --workload sha256,idle_memory --strategy serial,coroutines --in-flight 2 \
        --param idle_memory.tasks=40000 --param idle_memory.touch_kib=32 --timeout 30
    check 'the end is oom' ends oom coroutines
    check 'the harness lives on, and so do the others' test "$(good_count results/2*/trials.jsonl)" -ge 2
    # R11: what is known beforehand is not tried.
    run_small 4 'E-CEILING.*to record for 20000 carriers takes 78 MiB, and [0-9]+ MiB of memory are left' --workload sleep_fanout \
        --strategy threads --in-flight 20000 --param sleep_fanout.tasks=20000
    leave_group memory
else
    without 'R6: no control group of our own can be made (version 1, memory)'
fi

# --- R8: no ports left: an error of the trial, and no endless retry
if unshare -rn sh -c 'ip link set lo up && echo 40000 40005 >/proc/sys/net/ipv4/ip_local_port_range' 2>/dev/null; then
    printf '#!/bin/sh\nip link set lo up\necho 40000 40005 >/proc/sys/net/ipv4/ip_local_port_range\nexec "$@"\n' >few_ports
    chmod +x few_ports
    runner='unshare -rn ./few_ports'
    run_small 5 'fetch_many.*(Cannot assign requested address|Address already in use)' --workload fetch_many,sha256 --strategy threads,coroutines \
        --in-flight 8 --param fetch_many.urls=64 --param fetch_many.per_connection=1 --param fetch_many.latency_ns=0 --timeout 10
    check 'it is no timeout' sh -c '! grep -q "\"end\":\"timeout\"" results/2*/trials.jsonl'
    check 'the others are not touched' test "$(good_count results/2*/trials.jsonl)" -eq 2
    runner=
else
    without 'R8: no network namespace with ports of our own (unshare, ip)'
fi

# --- R11: more than there is, known before the start: only those cells are refused, with what is needed and what there is
run_small 4 'file_random_read: its data set needs 1048576 MiB, and [0-9]+ MiB are free' --workload file_random_read,sha256 \
    --strategy serial --param file_random_read.file_bytes=1099511627776
check 'the others were measured' ends ok serial
run_small 4 'its data set needs 262144 MiB.*Kept: nothing' --workload hash_tree --strategy serial \
    --param hash_tree.files=262144 --param hash_tree.file_bytes=1048576
check 'nothing was started' test ! -e results
run_small 4 'at most [0-9]+ (workers|children) can be had, and K is 1000000' --workload sleep_fanout --strategy pool,prefork \
    --in-flight 1000000 --param sleep_fanout.tasks=1000000

# --- R12: a stack that is too small for the program itself is told, not met
for kib in 64 128 255; do
    for arguments in 'list' 'verify .' 'run --profile smoke'; do
        status=0
        # shellcheck disable=SC2086,SC3045
        (ulimit -s $kib && exec "$QUINTET" $arguments) >"$work/out" 2>"$work/err" || status=$?
        check "a stack of $kib KiB, $arguments: 4 (got $status: $(head -c 200 "$work/err"))" test "$status" -eq 4
        check "a stack of $kib KiB, $arguments: told" grep -q "E-CANNOT.*a stack of $kib KiB is allowed, and 256" "$work/err"
    done
done
# shellcheck disable=SC3045
runner='prlimit --stack=262144' run_small 0 '' --workload sha256,hash_tree,fib --param hash_tree.files=16 --strategy \
    serial,threads,pool,coroutines --in-flight 2
runner=

finish
