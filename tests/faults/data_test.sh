#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Data sets that are changed, cut short or do not fit: found out, said, cleared away. Usage: data_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

# Start a long run of hash_tree in the background and wait (at most 20 s) for its first record.
start_run() {
    rm -rf results
    timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 2000 --budget 20s --workload hash_tree --strategy serial,pool --in-flight 2 \
        --no-report --quiet >out 2>err &
    pid=$!
    tries=0
    while [ "$(cat results/2*/trials.jsonl 2>/dev/null | wc -l)" -lt 2 ] && [ "$tries" -lt 400 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    tree=$(echo results/2*/data/hash_tree.*)
}

# spoilt NAME: after what was done to the tree, every trial fails verification and the status is 6
spoilt() {
    status=0
    wait "$pid" || status=$?
    check "$1: status 6 (got $status: $(head -c 200 err))" test "$status" -eq 6
    check "$1: digests differ" grep -q '"end":"verify_failed"' results/2*/trials.jsonl
    check "$1: both strategies are left out" sh -c 'grep -q "cell_abandoned.*/serial/" results/2*/events.jsonl && grep -q "cell_abandoned.*/pool/" results/2*/events.jsonl' 
    check "$1: the tree is cleared away" sh -c '! test -e results/2*/data'
}

start_run
check 'there is a tree' test -s "$tree/d000/f07"
printf 'x' | dd of="$tree/d000/f07" bs=1 seek=100 conv=notrunc 2>/dev/null
spoilt 'one byte changed'

start_run
truncate -s -1 "$tree/d001/f00"
spoilt 'one byte short'

start_run
printf 'x' >>"$tree/d001/f00"
spoilt 'one byte more'

start_run
rm "$tree/d000/f00"
status=0
wait "$pid" || status=$?
check "a missing file is an error (got $status)" test "$status" -eq 5
check 'and is said' grep -q '"reason":"[^"]*No such file' results/2*/trials.jsonl

# A file that cannot grow: no trial, one sentence, nothing left.
rm -rf results
status=0
(ulimit -f 256 && exec timeout -k 5 60 "$QUINTET" run --profile smoke --workload hash_tree --param hash_tree.file_bytes=1Mi \
    --strategy serial --no-report --quiet) >out 2>err || status=$?
check "a limit of the file size ends the run (got $status)" test "$status" -ne 0
check 'with a sentence' grep -Eq 'data set of hash_tree: cannot write .*: File too large' err
check 'no trial was made of it' test ! -s "$(echo results/2*)/trials.jsonl"
check 'the rest of the tree is cleared away' sh -c '! test -e results/2*/data'

# A full disk, where this test may mount one.
cat >full.sh <<'FULL'
set -u
mount -t tmpfs -o size=1m tmpfs "$1" || exit 99
mkdir -p "$1/r"
# Small files take more room than their bytes: so this is not found out before the start.
timeout -k 5 60 "$2" run --profile smoke --workload hash_tree --strategy serial --no-report --quiet --results "$1/r" \
    --param hash_tree.files=2048 --param hash_tree.file_bytes=16 >out 2>err
status=$?
ls "$1"/r/2*/data >left 2>/dev/null
exit $status
FULL
mkdir mounted
status=0
unshare -m sh full.sh "$work/mounted" "$QUINTET" 2>/dev/null || status=$?
if [ "$status" -eq 99 ] || [ ! -e left ]; then
    echo 'skipped: a full disk (no right to mount)'
else
    check "a full disk is status 8 (got $status)" test "$status" -eq 8
    check 'with a sentence' grep -Eq 'cannot write the data set .*: No space left on device' err
    check 'nothing is left of it' test ! -s left
fi

# cold is refused where there is no disk.
if [ -d /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" = tmpfs ]; then
    shm=$(mktemp -d /dev/shm/quintet-test-XXXXXX)
    expect 77 '' run --profile smoke --blocks 1 --workload hash_tree --param hash_tree.cache=cold --strategy serial,pool --in-flight 2 \
        --no-report --quiet --results "$shm"
    check 'cold on tmpfs is skipped with a sentence' \
        grep -q '"reason":"setup: cache=cold needs a disk: the data directory is on tmpfs' "$shm"/2*/trials.jsonl
    check 'and gives no number' sh -c "! grep -q '\"end\":\"ok\"' $shm/2*/trials.jsonl"
    rm -rf "$shm"
fi

finish
