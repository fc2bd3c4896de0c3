#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every cheat under every workload, in some minutes (in short: under some of each kind); and none of what they leave
# behind is left.
# Usage: sabotage_matrix_test.sh QUINTET_SABOTAGE
set -u
QUINTET=$1
here=$(dirname "$0")
. "$here/../lib.sh"
MATRIX_WORKLOADS=${MATRIX_WORKLOADS:-$(short_or_full 'sha256 file_random_read fetch_many contention fib hog' '')}
export MATRIX_WORKLOADS
command -v python3 >/dev/null || skip 'needs python3 to read JSON'

check 'every pair is rejected, or has a reason' python3 "$here/sabotage_matrix.py" "$QUINTET" "$work"
rm -rf "$work/matrix"
check 'no process is left, nor what it listened on' nothing_left
finish
