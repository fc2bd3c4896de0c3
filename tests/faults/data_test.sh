#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Data sets that are changed, cut short or do not fit: found out, said, cleared away. Usage: data_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

# Start a long run of $1 (hash_tree) in the background and wait (at most 20 s) for its first record.
start_run() {
    rm -rf results
    timeout -k 5 60 "$QUINTET" run --profile smoke --blocks 2000 --budget 20s --workload "${1:-hash_tree}" --strategy serial,pool --in-flight 2 \
        --no-report --quiet >out 2>err &
    pid=$!
    tries=0
    while [ "$(cat results/2*/trials.jsonl 2>/dev/null | wc -l)" -lt 2 ] && [ "$tries" -lt 400 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    tree=$(echo results/2*/data/"${1:-hash_tree}".*)
}

# spoilt NAME: after what was done to the tree, every trial fails verification and the status is 6
spoilt() {
    status=0
    wait "$pid" || status=$?
    check "$1: status 6 (got $status: $(head -c 200 err))" test "$status" -eq 6
    check "$1: verification fails" grep -q '"end":"verify_failed"' results/2*/trials.jsonl
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

start_run file_random_read
truncate -s -4096 "$tree"
spoilt 'a block short'

start_run file_random_read
dd if=/dev/zero of="$tree" bs=1M seek=4 count=8 conv=notrunc 2>/dev/null
spoilt 'blocks zeroed'

start_run file_random_read
dd if="$tree" of=other bs=1M skip=2 count=1 2>/dev/null
for at in 3 5 7 9 11; do dd if=other of="$tree" bs=1M seek=$at conv=notrunc 2>/dev/null; done
spoilt 'blocks of the same file in the wrong place'

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
    for mode in cold direct; do
        rm -rf "$shm"/2*
        expect 77 '' run --profile smoke --blocks 1 --workload file_random_read --param file_random_read.mode=$mode \
            --strategy serial,pool --in-flight 2 --no-report --quiet --results "$shm"
        check "mode=$mode on tmpfs is skipped with a sentence" grep -Eq \
            '"reason":"setup: (mode=(cold|direct) needs a disk: the data directory is on tmpfs|the file system .* knows no O_DIRECT)' "$shm"/2*/trials.jsonl
    done
    rm -rf "$shm"
fi

# The same on an overlay, where this test may mount one: its files may lie anywhere.
cat >overlay.sh <<'OVERLAY'
mount -t tmpfs tmpfs "$1" && mkdir "$1/lower" "$1/upper" "$1/work" "$1/over" &&
    mount -t overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" overlay "$1/over" || exit 99
timeout -k 5 60 "$2" run --profile smoke --blocks 1 --workload file_random_read --param file_random_read.mode=cold --strategy pool \
    --in-flight 2 --no-report --quiet --results "$1/over" >out 2>err
status=$?
cat "$1"/over/2*/trials.jsonl >trials
exit $status
OVERLAY
status=0
unshare -m sh overlay.sh "$work/mounted" "$QUINTET" 2>/dev/null || status=$?
if [ "$status" -eq 99 ] || [ ! -e trials ]; then
    echo 'skipped: an overlay (no right to mount)'
else
    check "nothing to run there (got $status)" test "$status" -eq 77
    check 'cold on an overlay is skipped with a sentence' grep -q 'mode=cold needs a disk: the data directory is on overlay' trials
fi

# cold on a disk: every block once, and none of them was there before.
case $(stat -f -c %T "$work") in
ext2/ext3 | xfs | btrfs)
    rm -rf results
    expect 0 '' run --profile smoke --blocks 1 --workload file_random_read --strategy serial,threads,pool,processes,coroutines \
        --param file_random_read.mode=cold --param file_random_read.file_bytes=1Mi --param file_random_read.reads=300 --in-flight 5 \
        --no-report --quiet
    check 'as many reads as the file has blocks, in equal shares' sh -c \
        "! grep -v '\"ops\":25[56],' results/2*/trials.jsonl"
    check 'the file was cold' sh -c "! grep -v '\"warm_files_count\":0' results/2*/trials.jsonl"
    expect 4 'each is cold only once' run --profile smoke --workload file_random_read --param file_random_read.mode=cold \
        --in-flight 4 --rate 100000 --quiet
    ;;
esac

finish
