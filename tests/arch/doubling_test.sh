#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing of what is timed was optimised away: with gcc and clang, -O2 and -O3, twice the work takes twice the time, and
# the results are the same with all of them.
# Usage: doubling_test.sh SOURCE_DIR
set -u
source=$1
. "$(dirname "$0")/../lib.sh"

files="$source/tests/arch/doubling.c $source/workloads/mandelbrot.c $source/workloads/sha256.c
    $source/workloads/grain.c $source/harness/contract/env.c $source/harness/contract/param.c
    $source/harness/contract/ctx_blocking.c $source/harness/measure/clock.c
    $source/harness/contract/condvar.c $source/harness/measure/limits.c $source/harness/measure/memory.c
    $source/harness/measure/procfs.c"

# twice WORKLOAD PARAMETER VALUE: the ratio, and the digest is the one of the compilers before
twice() {
    if ! timeout -k 5 60 "$work/doubling" "$@" >"$work/out"; then
        not_ok "$how: twice the $2 of $1 take $(cut -d' ' -f1 "$work/out") times as long"
        return
    fi
    ok
    cut -d' ' -f2 "$work/out" >"$work/digest"
    [ -f "$work/digest.$1" ] || cp "$work/digest" "$work/digest.$1"
    check "$how: $1 has another result than before" cmp -s "$work/digest" "$work/digest.$1"
}

found=
for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "$compiler is not installed"; continue; }
    for level in -O2 -O3; do
        how="$compiler $level"
        # shellcheck disable=SC2086 # $files are several words
        if ! $compiler $level -std=gnu11 -D_GNU_SOURCE -I"$source/harness" -I"$source" $files -lcrypto -lm \
            -o "$work/doubling" >"$work/log" 2>&1; then
            not_ok "$how: does not compile: $(head -c 300 "$work/log")"
            continue
        fi
        found=yes
        twice mandelbrot width 256
        twice sha256 messages 512
        twice grain steps 100000
    done
done
check 'a compiler was found' test -n "$found"

# The check itself: more of what changes nothing must not pass for more work.
if [ -n "$found" ] && timeout -k 5 60 "$work/doubling" grain tasks_max 1000 >/dev/null; then
    not_ok 'a kernel that does nothing is not noticed'
else
    ok
fi
finish
