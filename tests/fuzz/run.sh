#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Search for inputs that break a fuzz target: run.sh BUILD SECONDS [TARGET...]. What it has learnt stays in
# BUILD/fuzz/TARGET; an input that breaks a promise is kept there as crash-*, to go into corpus/TARGET once it is mended.
set -u
build=$1
seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- cli escape http journal plan stats
failed=0
for target in "$@"; do
    learnt=$build/fuzz/$target
    mkdir -p "$learnt"
    "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
        -artifact_prefix="$learnt/crash-" -print_final_stats=1 -verbosity=0 "$learnt" "$here/corpus/$target" \
        >"$learnt.log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$learnt.log")
    echo "$target: ${runs:-0} inputs in $seconds s, exit status $status"
    if [ $status -ne 0 ] || [ "${runs:-0}" -eq 0 ]; then
        tail -40 "$learnt.log"
        failed=1
    fi
done
exit $failed
