#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of the reference run's report are what a second program computes from its journal.
# Usage: recompute_test.sh QUINTET results/reference/MACHINE
set -u
QUINTET=$1
reference=$2
recompute=$(cd "$(dirname "$0")" && pwd)/recompute.py
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { echo 'SKIPPED: needs python3 to read JSON'; exit 77; }

cp -R "$reference" run
expect 0 '' report run --gnuplot /nonexistent
check 'every table is what the journal says' python3 "$recompute" run
check 'and a tenth more would be seen' sh -c "! python3 '$recompute' run 1.1 >/dev/null"
finish
